"""The rows by which this course reads texts. Each question names the rows that it uses."""

INTRO = "One text is read here, by two rows. A half-filled level goes down, and a comment says why."
"""What RUBRIC.md says first."""

VERDICT = "Verdict"
ROWS_NAMED = "Rows named"

ROWS = {
    VERDICT: (
        "none",
        "a wish, no judgement",
        "a judgement on the claim",
        "a judgement, and how far the counter can carry it",
    ),
    ROWS_NAMED: (
        "none",
        "the table in general",
        "row ids, some of other nights",
        "row ids that fit the claim",
    ),
}
"""Row name -> what an answer at level 0, 1, 2 and 3 does."""


def criteria(*rows):
    """Return the rubric rows of a question as a tuple of (name, (level 0, 1, 2, 3))."""
    return tuple((row, ROWS[row]) for row in rows)
