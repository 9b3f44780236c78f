"""A second course, made up: may a town's library stay open at night? No person or place is real.

It shows that the engine is one: another brief needs another room like this, and nothing else.
"""

TITLE = "Who Reads at Night?"
"""The module's name, as pages and grade books show it."""

SLUG = "who-reads-at-night"
"""The same as one word: it stands in each answer sheet and tells it from other files."""

AS_OF = "2024-03-04"
"""The day on which the council's brief was read out: the lesson shows nothing that came later."""

CREDIT = "Texts and tables: CC0, all made up."
"""Rights and sources, at the foot of each page to read."""

PROSE_FUNCTIONS = {"nights.late_share": "brieflab.course.lesson_1.nights"}
"""Functions by which a number in prose may be recomputed -> the module that has them."""

LINK = "night"
"""The column by which two tables without an id in common may ask each other."""

SOURCES = {"table": "sources", "who": "publisher", "title": "title", "when": "published"}
"""The table of sources and its columns by what they tell."""

TERMS = None
"""This course has no glossary."""

FORMER = {}
"""This course has no earlier version whose notebooks could still ask for old addresses."""
