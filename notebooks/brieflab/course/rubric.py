"""The rows by which this course reads texts. Each question names the rows that it uses."""

INTRO = (
    "Made by `brieflab release` from the questions; change it there. Each question uses two or "
    "three rows. A half-filled level goes down, and a comment says why. The brief (8.4) gives "
    "up to 2 points for each of five rows: not yet 0, beginning ½, developing 1 (1½ when little "
    "is missing), secure 2. The review (8.5) gives 1 point a row from level 2 on."
)
"""What RUBRIC.md says first."""

ANSWER = "Answer to the question"
EVIDENCE = "Evidence"
SOURCES = "Sources"
FAIRNESS = "Fairness"
BOTTOM_LINE = "Bottom line"
FIGURE = "Figure"
UNCERTAINTY = "Uncertainty"
DONE = "Done"
USEFUL = "Useful"

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
    BOTTOM_LINE: (
        "none, or a summary of the text",
        "a topic, no judgement",
        "a judgement, not bounded or not at the top",
        "two sentences at the top that answer, with their limit",
    ),
    FIGURE: (
        "none",
        "a figure that no sentence uses",
        "a figure that fits a finding",
        "a figure that carries a finding, with number and address in the text",
    ),
    UNCERTAINTY: (
        "everything equally sure, or 'soon' and 'likely'",
        "doubt named in general",
        "a dated probability, or degrees of confidence",
        "both, and what would change the writer's mind",
    ),
    DONE: (
        "no page is reviewed",
        "speaks of a page without quoting it",
        "quotes a line and says what it did to the reader",
        "quotes lines and recomputes a number",
    ),
    USEFUL: (
        "praise or blame alone",
        "advice that fits any page",
        "one repair that the writer can carry out",
        "the repair written out, with row ids",
    ),
}
"""Row name -> what an answer at level 0, 1, 2 and 3 does."""


def criteria(*rows):
    """Return the rubric rows of a question as a tuple of (name, (level 0, 1, 2, 3))."""
    return tuple((row, ROWS[row]) for row in rows)
