"""Lesson 1, *After eight*: two counts and a verdict."""

from brieflab.course.lesson_1.nights import by_night

from brieflab.course import rubric
from brieflab.questions import Mistake, Question
from brieflab.questions.shapes import Names, Text, Whole


def late(nights):
    """Return the nights on which more readers came after eight than before."""
    counts = by_night(nights)
    return list(counts.index[counts["after_eight"] > counts["before_eight"]])


def early(nights):
    """Return the nights on which more readers came before eight than after."""
    counts = by_night(nights)
    return list(counts.index[counts["after_eight"] < counts["before_eight"]])


def readers(t, v, *halves, week=None):
    """Return the readers on the nights of a variant, in one week or in both."""
    rows = t.nights[t.nights["night"] == v["night"]]
    rows = rows if week is None else rows[rows["week"] == week]
    return int(rows[list(halves)].sum().sum())


QUESTIONS = (
    Question(
        id="1.1",
        lesson=1,
        title="Which nights are late?",
        points=2,
        minutes=4,
        stars=1,
        objective="compare two columns",
        prompt="On which nights of the week did more readers come after eight than before, in both "
        "weeks together?",
        expects=Names("a set of nights"),
        key=lambda t, v: late(t.nights),
        mistakes=(
            Mistake(
                "before and after swapped",
                lambda t, v: early(t.nights),
                "These are the nights on which the room empties at eight. Swap the columns.",
            ),
            Mistake(
                "the first week alone",
                lambda t, v: late(t.nights[t.nights["week"] == 1]),
                lambda t, v: (
                    f"You kept one week of {t.nights['week'].nunique()}. Add up both, then compare."
                ),
            ),
        ),
        hints=(
            "Add up before you compare.",
            "Both columns stand in nights.csv: before_eight and after_eight.",
            'bread.groupby("day")[["morning", "evening"]].sum()',
        ),
        worked=(
            'both = nights.groupby("night")[["before_eight", "after_eight"]].sum()\n'
            'list(both.index[both["after_eight"] > both["before_eight"]])'
        ),
        right=lambda t, v: f"The other {len(early(t.nights))} nights end early.",
    ),
    Question(
        id="1.2",
        lesson=1,
        title="How many on one night?",
        points=2,
        minutes=3,
        stars=1,
        objective="count by a rule",
        prompt="How many readers came after eight on the {night} nights of both weeks?",
        expects=Whole("a number of readers"),
        variants=({"night": "Thursday"}, {"night": "Saturday"}, {"night": "Monday"}),
        key=lambda t, v: readers(t, v, "after_eight"),
        mistakes=(
            Mistake(
                "the first week alone",
                lambda t, v: readers(t, v, "after_eight", week=1),
                lambda t, v: f"This is the first {v['night']} alone. Add the second.",
            ),
            Mistake(
                "the whole evening",
                lambda t, v: readers(t, v, "before_eight", "after_eight"),
                lambda t, v: f"This counts everybody on a {v['night']}. Who was there after eight?",
            ),
        ),
        hints=(
            "Keep the rows of one night, then add one column.",
            "The column is after_eight.",
            'bread.loc[bread["day"] == "Sunday", "evening"].sum()',
        ),
        worked=lambda t, v: f'nights.loc[nights["night"] == "{v["night"]}", "after_eight"].sum()',
    ),
    Question(
        id="1.3",
        lesson=1,
        title="A verdict for the council",
        points=3,
        minutes=10,
        stars=2,
        objective="judge a claim",
        kind="text",
        prompt="The council's brief says that nobody reads after eight (K2). Is that so? Answer in "
        "at most 60 words, with row ids.",
        expects=Text(),
        hints=(
            "One night can contradict 'nobody'.",
            "Look at the Saturdays.",
            "Bread is sold on Sundays too [B3].",
        ),
        criteria=rubric.criteria(rubric.VERDICT, rubric.ROWS_NAMED),
        samples={
            0: ("I like the library.", "No judgement on the claim, and no row."),
            1: ("The library should stay open, the table shows it.", "A wish; the table at large."),
            2: ("K2 is wrong: readers came late [W06].", "A judgement and a row, without a limit."),
            3: (
                "Contradicted: 31 and 38 readers came late on Saturdays [W06; W12]. The counter "
                "sees heads at a door, not who reads.",
                "A judgement, rows that fit, and what the counter cannot tell.",
            ),
        },
    ),
)
