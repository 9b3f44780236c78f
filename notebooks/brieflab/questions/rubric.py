"""The rubric of every written answer: four rows, four levels. Each question names its rows."""

LEVELS = ("not yet", "beginning", "developing", "secure")

ANSWER = "Answer to the question"
EVIDENCE = "Evidence"
SOURCES = "Sources"
FAIRNESS = "Fairness"

ROWS = {
    ANSWER: (
        "no answer to this question",
        "restates the text",
        "answers a part",
        "answers directly and says how far the answer reaches",
    ),
    EVIDENCE: (
        "no evidence",
        "general, without a row id",
        "row ids, some misread",
        "row ids that fit the claim",
    ),
    SOURCES: (
        "no source named",
        "sources named",
        "sources compared",
        "sources compared, with a reason for their weight and for what is missing",
    ),
    FAIRNESS: (
        "loaded words, or one side only",
        "mixed: some loaded words or an unfair summary",
        "neutral words throughout",
        "neutral words, and the strongest opposing view is stated",
    ),
}
"""Row name -> what an answer at level 0, 1, 2 and 3 does."""


def criteria(*rows):
    """Return the rubric rows of a question as a tuple of (name, (level 0, 1, 2, 3))."""
    return tuple((row, ROWS[row]) for row in rows)
