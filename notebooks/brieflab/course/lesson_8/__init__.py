"""Your one-page brief: the rules, the page, the form."""

TITLE = "Write your brief"
