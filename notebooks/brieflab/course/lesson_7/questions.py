"""Lesson 7, *The second round*: hedges, forecasts that can be settled, scores and hindsight.

Some keys need the learner's own locked numbers. The answer then carries those numbers together
with what was computed from them, and the computation is judged; being right is not.
"""

from brieflab.course import rubric
from brieflab.course.lesson_7.forecasts import LESSON_SET, brier_table
from brieflab.questions import Mistake, Question
from brieflab.questions.shapes import Function, Mapping, Number, Shape, Text, read_part

HEDGES = {
    "will likely": "C063",
    "may encourage": "C045",
    "supposed to be": "C043",
    "Perhaps": "C068",
}
PROBABILITY = Number("a probability", tolerance=0.005, low=0, high=1, unit="proportion")
OWN = Mapping("a dictionary from forecast id to probability", PROBABILITY, rename=str)
CASES = ((0.7, 1), (0.7, 0), (0, 0), (1, 0), (0.5, 1))


class Computed(Shape):
    """Numbers of the learner's own and what follows from them: a dict or tuple of named parts."""

    def __init__(self, **parts):
        self.parts = parts
        self.words = "these parts in this order: " + "; ".join(parts)

    def read(self, value):
        if isinstance(value, dict) and set(value) == set(self.parts):
            value = [value[name] for name in self.parts]
        if not isinstance(value, (tuple, list)) or len(value) != len(self.parts):
            raise self.refusal(value, "shape")
        return {
            name: read_part(shape, part, f"'{name}'", f"The part '{name}' is still empty.")
            for (name, shape), part in zip(self.parts.items(), value)
        }

    def differ(self, normal, key):
        last = list(self.parts)[-1]
        return (
            f"The '{last}' does not follow from the numbers that you give. Compute it once by hand."
        )


def middles(t):
    """Return hedge -> the middle of its published ranges, 0 to 1; 0.5 where no scale helps."""
    rows = t.hedges[t.hedges["row_kind"] == "brief"]
    mean = (
        rows.groupby("expression")[["range_low_percent", "range_high_percent"]].mean().mean(axis=1)
    )
    return {h: round(float(mean.fillna(50).get(h, 50)) / 100, 2) for h in HEDGES}


def likely_range(t):
    """Return the lowest and highest probability that a published scale gives to 'will likely'."""
    rows = t.hedges[t.hedges["expression"] == "will likely"]
    return rows["range_low_percent"].min() / 100, rows["range_high_percent"].max() / 100


def sensible(normal, key):
    """True when all four hedges have a probability, 'will likely' above a half, not all alike."""
    return (
        set(normal) == set(key)
        and all(0 <= p <= 1 for p in normal.values())
        and 0.5 < normal["will likely"] < 1
        and len(set(normal.values())) > 1
    )


def example(t):
    """Return made-up probabilities for the lesson's questions; a nested one gets less."""
    return dict(zip(LESSON_SET, (0.1, 0.2, 0.3, 0.4, 0.6, 0.5, 0.7, 0.8)))


def complete(normal, key):
    """True when every question of the lesson has a probability from 0 to 1."""
    return set(LESSON_SET) <= set(normal) and all(0 <= p <= 1 for p in normal.values())


def thoughtful(normal, key):
    """True for a complete lock with some numbers between the certain and the shrug."""
    shrug = all(p == 0.5 for p in normal.values())
    return complete(normal, key) and not shrug and any(p not in (0, 1) for p in normal.values())


def hindsighted(t):
    """Return the forecaster who knew everything, with a mean score of 0: the key of 7.4."""
    o = t.outcomes.set_index("forecast_id")["outcome"]
    return {f: float(o[f] == "yes") for f in LESSON_SET}, 0


def follows_score(normal, key):
    """True when the mean score follows from the learner's own numbers and what happened."""
    p, o = normal["probabilities"], key["probabilities"]
    if set(p) != set(o):
        return False
    mean = sum((p[f] - o[f]) ** 2 for f in o) / len(o)
    return abs(normal["mean Brier score"] - mean) <= 0.0051


def slipped(change):
    """Return a ``fits`` for 7.4: the score given is the right one after ``change``."""

    def fits(normal, t, v):
        p = normal["probabilities"]
        known = set(p) <= set(t.outcomes["forecast_id"]) and all(0 <= x <= 1 for x in p.values())
        return (
            known and abs(normal["mean Brier score"] - change(brier_table(p, t.outcomes))) <= 0.0051
        )

    return fits


def total(table):
    """Return the sum of the scores, where the mean is asked for."""
    return float(table["brier"].sum())


def upturned(table):
    """Return one minus the mean score."""
    return float(1 - table["brier"].mean())


def distance(table):
    """Return the mean distance between forecast and outcome."""
    return float((table["probability"] - table["outcome"]).abs().mean())


def drift(recalled, recorded):
    """Return the mean of recalled minus recorded."""
    return sum(recalled[f] - recorded[f] for f in recorded) / len(recorded)


def remembered(t):
    """Return example recalled values: a little off the example's recorded ones."""
    steps = (0.1, -0.05, 0.1, 0.0, 0.1, -0.1, 0.05, 0.1)
    return {f: round(p + s, 2) for (f, p), s in zip(example(t).items(), steps)}


def follows_drift(normal, key):
    """True when the mean difference follows from the learner's own two lists."""
    a, b = normal["recalled"], normal["recorded"]
    return (
        set(a) == set(b) == set(key["recorded"])
        and abs(normal["mean difference"] - drift(a, b)) <= 0.0051
    )


def drifted(change):
    """Return a ``fits`` for 7.5: the difference given is the right one after ``change``."""

    def fits(normal, t, v):
        a, b = normal["recalled"], normal["recorded"]
        return (
            set(a) == set(b)
            and abs(normal["mean difference"] - change(drift(a, b), len(b))) <= 0.0051
        )

    return fits


QUESTIONS = (
    Question(
        id="7.1",
        lesson=7,
        title="From hedge to number",
        points=1,
        minutes=4,
        stars=1,
        objective="translate hedges into numbers",
        prompt="Which probability (a proportion, not per cent) do you hear in 'will likely', 'may encourage', 'supposed "
        "to be' and 'Perhaps'? Give a dictionary. Any number that a published scale allows is right.",
        note="The words are typed for you.",
        expects=Mapping(
            "a dictionary from hedge to probability",
            Number("a probability", low=0, high=100),
            rename=str,
        ),
        key=lambda t, v: middles(t),
        is_right=sensible,
        mistakes=(
            Mistake(
                "per cent",
                lambda t, v: {h: 100 * p for h, p in middles(t).items()},
                "Your numbers are per cent. A probability lies between 0 and 1: divide by 100.",
                lambda n, t, v: any(p > 1 for p in n.values()),
            ),
            Mistake(
                "all alike",
                dict.fromkeys(HEDGES, 0.5),
                lambda t, v: (
                    "You give all four the same number. Published scales put 'likely' "
                    "between {:.2f} and {:.2f}; 'may' and 'perhaps' leave much more open.".format(
                        *likely_range(t)
                    )
                ),
                lambda n, t, v: len(set(n.values())) == 1,
            ),
            Mistake(
                "likely below a half",
                lambda t, v: {**middles(t), "will likely": 0.4},
                lambda t, v: (
                    "You hear less than an even chance in 'will likely'. No published scale "
                    f"starts below {likely_range(t)[0]:.2f}."
                ),
                lambda n, t, v: n.get("will likely", 1) <= 0.5,
            ),
            Mistake(
                "certain",
                lambda t, v: {**middles(t), "will likely": 1},
                lambda t, v: (
                    "'Will likely' is not a certainty: no published scale goes above "
                    f"{likely_range(t)[1]:.2f} for it. Keep 1 for what cannot fail."
                ),
                lambda n, t, v: n.get("will likely") == 1,
            ),
        ),
        hints=(
            "A hedge is a probability with its number left out.",
            "hedges.csv, row_kind 'brief': range_low_percent and range_high_percent.",
            "{'hardly ever': 0.05, 'as a rule': 0.8}",
        ),
        worked=lambda t, v: repr(middles(t)),
        right="For 'likely' the scales differ by ten points and more; for 'may' they say next to "
        "nothing. A number in brackets would help every reader.",
    ),
    Question(
        id="7.2",
        lesson=7,
        title="Write the score",
        points=2,
        minutes=6,
        stars=2,
        objective="score forecasts",
        prompt="Write a function brier(p, o) that returns the Brier score of one forecast: "
        "probability p from 0 to 1, outcome o 1 or 0. Give the function itself.",
        expects=Function("your function brier(p, o)", CASES, Number("a score", tolerance=1e-6)),
        key=lambda t, v: lambda p, o: (p - o) ** 2,
        mistakes=(
            Mistake(
                "distance, not square",
                lambda t, v: lambda p, o: abs(p - o),
                "Your function returns the distance. The Brier score squares it, so that being "
                "wrong and sure costs most: (p - o) ** 2.",
            ),
            Mistake(
                "turned over",
                lambda t, v: lambda p, o: 1 - (p - o) ** 2,
                "You subtract from one, so higher is better. The Brier score measures error: "
                "lower is better. Leave out the '1 -'.",
            ),
            Mistake(
                "per cent",
                lambda t, v: lambda p, o: (100 * p - 100 * o) ** 2,
                "Your scores run up to ten thousand: somewhere you multiply by 100. Keep "
                "probabilities between 0 and 1.",
            ),
            Mistake(
                "outcome ignored",
                lambda t, v: lambda p, o: (1 - p) ** 2,
                "Your function gives the same score for both outcomes. It has to use o as well: "
                "(p - o) ** 2.",
            ),
        ),
        hints=(
            "Square the gap between what you said and what happened.",
            "def brier(p, o): and then a line that begins with return.",
            "def area(side):\n    return side ** 2\narea(3)   # 9",
        ),
        worked="def brier(p, o):\n    return (p - o) ** 2\nbrier",
        right="Half-half always earns 0.25, whatever happens: that is the price of not deciding.",
    ),
    Question(
        id="7.3",
        lesson=7,
        title="Lock eight forecasts",
        points=2,
        minutes=8,
        stars=1,
        objective="write questions that can be settled",
        prompt="Lock your eight forecasts and give the dictionary of what you locked: "
        "locked()['probabilities']. Complete earns the points; being right is never graded.",
        note="The form shows the evidence of the day beside each question. After the lock run the "
        "next cell.",
        expects=OWN,
        key=lambda t, v: example(t),
        is_right=thoughtful,
        award=lambda n, key: 1.0 if complete(n, key) else 0.0,
        mistakes=(
            Mistake(
                "all shrugs",
                dict.fromkeys(LESSON_SET, 0.5),
                "Complete, and it counts. But every number is an even chance: you said nothing. "
                "Next time start from how often such things happen, then move.",
                lambda n, t, v: all(p == 0.5 for p in n.values()),
            ),
            Mistake(
                "all certain",
                dict.fromkeys(LESSON_SET, 0),
                "Complete, and it counts. But you were certain every time. One miss at certainty "
                "costs as much as four shrugs: keep some doubt.",
                lambda n, t, v: all(p in (0, 1) for p in n.values()),
            ),
            Mistake(
                "some left out",
                lambda t, v: {f: p for f, p in example(t).items() if f != LESSON_SET[0]},
                f"Some of the {len(LESSON_SET)} questions of the lesson have no "
                "probability yet. A gap cannot be scored: fill it with your best guess.",
                lambda n, t, v: not set(LESSON_SET) <= set(n),
            ),
        ),
        hints=(
            "A probability that you would bet on is better than one that sounds wise.",
            "Fill in the form, press Lock, then read locked()['probabilities'].",
            "{'rain tomorrow': 0.3, 'a train on time': 0.8}",
        ),
        worked=lambda t, v: repr(example(t)),
        right="Locked numbers are the only ones that can teach you something later.",
    ),
    Question(
        id="7.4",
        lesson=7,
        title="Better than a shrug?",
        points=2,
        minutes=5,
        stars=2,
        objective="score forecasts",
        prompt="After the outcomes are open: compute the mean Brier score of your eight locked "
        "forecasts. Give (your probabilities, your mean score). A low or high score earns the same.",
        note="This cell opens after the lock.",
        expects=Computed(
            **{
                "probabilities": OWN,
                "mean Brier score": Number("a score", tolerance=0.005, low=0, high=8),
            }
        ),
        key=lambda t, v: hindsighted(t),
        is_right=follows_score,
        mistakes=(
            Mistake(
                "sum for mean",
                lambda t, v: (example(t), total(brier_table(example(t), t.outcomes))),
                "This is the sum of the scores. Divide by the number of questions, or use mean().",
                slipped(total),
            ),
            Mistake(
                "higher is better",
                lambda t, v: (example(t), upturned(brier_table(example(t), t.outcomes))),
                "You turned the score over. The Brier score counts error: leave it as it is, and "
                "lower is better.",
                slipped(upturned),
            ),
            Mistake(
                "distance, not square",
                lambda t, v: (example(t), distance(brier_table(example(t), t.outcomes))),
                "This is the mean distance. Square each gap before you take the mean.",
                slipped(distance),
            ),
        ),
        hints=(
            "Mean of the squares, not square of the mean.",
            "outcome is 'yes' or 'no': turn it into 1 and 0 first, and match by forecast id.",
            "((pd.Series([0.9, 0.2]) - pd.Series([1, 0])) ** 2).mean()   # about 0.025",
        ),
        worked=lambda t, v: (
            "from brieflab.course.lesson_7.forecasts import brier_table\n"
            f"p = {example(t)!r}\n"
            '(p, brier_table(p, outcomes)["brier"].mean())'
        ),
        right="Compare it with 0.25, the score of a shrug, and remember how few questions these "
        "are.",
    ),
    Question(
        id="7.5",
        lesson=7,
        title="Your own hindsight",
        points=2,
        minutes=5,
        stars=2,
        objective="measure your own hindsight",
        prompt="Compute the mean of recalled minus recorded over your eight forecasts. Give "
        "(recalled, recorded, mean difference). No size or sign is better than another.",
        note="`fc.recalled()` gives back what you typed in the form above, and "
        '`fc.locked()["probabilities"]` what you had locked.',
        expects=Computed(
            recalled=OWN,
            recorded=OWN,
            **{"mean difference": Number("a number", tolerance=0.005, low=-1, high=1)},
        ),
        key=lambda t, v: (remembered(t), example(t), drift(remembered(t), example(t))),
        is_right=follows_drift,
        mistakes=(
            Mistake(
                "sign turned",
                lambda t, v: (remembered(t), example(t), -drift(remembered(t), example(t))),
                "The size is right and the sign is turned: take recalled minus recorded. Above "
                "zero means that you remember higher numbers than you gave.",
                drifted(lambda mean, n: -mean),
            ),
            Mistake(
                "no shift claimed",
                lambda t, v: (remembered(t), example(t), 0),
                "You claim no shift, but your two lists differ. Compute the mean of the "
                "differences; memory is a poor witness in its own case.",
                lambda n, t, v: n["mean difference"] == 0,
            ),
            Mistake(
                "sum for mean",
                lambda t, v: (
                    remembered(t),
                    example(t),
                    drift(remembered(t), example(t)) * len(LESSON_SET),
                ),
                "This is the sum of the differences. Divide by the number of questions.",
                drifted(lambda mean, n: mean * n),
            ),
        ),
        hints=(
            "Two lists of numbers, question by question; one difference each; then the mean.",
            "pd.Series(recalled) - pd.Series(recorded) matches by id.",
            '(pd.Series({"a": 0.6}) - pd.Series({"a": 0.5})).mean()   # about 0.1',
        ),
        worked=lambda t, v: (
            f"recalled, recorded = {remembered(t)!r}, {example(t)!r}\n"
            "(recalled, recorded, (pd.Series(recalled) - pd.Series(recorded)).mean())"
        ),
        right="To see hindsight, compare each difference with its outcome: did your memory move "
        "towards what happened?",
    ),
    Question(
        id="7.6",
        lesson=7,
        title="Make P09 answerable",
        points=3,
        minutes=10,
        stars=2,
        kind="text",
        objective="write questions that can be settled",
        prompt="Rewrite the forecast of P09 (C063 or C068) so that it could have been settled: "
        "event, date, source that decides, your probability as of 31 December 2020, and what would "
        "have moved it (at most 100 words, with row ids).",
        expects=Text(),
        criteria=rubric.criteria(rubric.ANSWER, rubric.EVIDENCE),
        samples={
            0: (
                "Tensions will increase.",
                "No event, no date, no judge, no number. Nothing could ever show that it is wrong.",
            ),
            1: (
                "The government delegation will probably talk about refugees again soon.",
                "An event is in sight. 'Probably' and 'soon' take the place of number and date, and "
                "nobody is named to decide.",
            ),
            2: (
                "By 31 January 2021 the government delegation raises the return of refugees in the "
                "fifth round of the Committee [C068]: 80 %.",
                "Event, date and number are there. Missing: which source decides, and what would "
                "change the number.",
            ),
            3: (
                "Will the delegation of the Syrian government raise the return of refugees in the "
                "Committee's fifth round, by 31 January 2021, according to the UN envoy or a state "
                "agency? 80 %: it did in the fourth round [E066] and calls it a national principle "
                "[Q05]. An agreed agenda without the topic would take me to 50 %; a postponed round "
                "to 10 %.",
                "All five parts: event, date, judge, probability with its reasons and rows, and what "
                "would move it, in both size and direction.",
            ),
        },
        hints=(
            "Ask how two people who disagree could agree on who was right.",
            "F03 and F04 in forecasts.csv show the form of such a question.",
            "Pattern: 'Will X happen by DATE according to SOURCE? N %. M would move me to K %.'",
        ),
    ),
)
