"""Reading before counting: what does the text claim, and how does it know?"""

TITLE = "Read the brief"
