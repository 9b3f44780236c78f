"""Lesson 1, *Reading before counting*: kinds of claims, a date window, a source note."""

import re

import pandas as pd

from brieflab.course import AS_OF, rubric
from brieflab.questions import Mistake, Question
from brieflab.questions.names import fold
from brieflab.questions.shapes import Choice, Day, Fields, InOrder, Mapping, Number, Text, Whole

CODES = ("fact", "attributed", "interpretation", "forecast")
FACTS = ("event", "number")
CODED = ("C005", "C007", "C013", "C014", "C020", "C034", "C043", "C067")
"""The claims of codings.csv, which two coders coded."""


def statement(t, claim_id):
    """Return the text of one claim."""
    return t.claims.loc[t.claims["claim_id"] == claim_id, "statement"].item()


def last_past(t):
    """Return (first, last) day of the latest event that the brief tells as past (C065)."""
    found = re.search(r"from (\d+ \w+) to (\d+ \w+) (\d{4})", statement(t, "C065"))
    return [pd.Timestamp(f"{found[n]} {found[3]}").date().isoformat() for n in (1, 2)]


def first_future(t):
    """Return (first, last) day of the month of the nearest event still to come (C069)."""
    month = pd.Period(re.search(r"(\w+ \d{4})", statement(t, "C069"))[1], "M")
    return [str(month.start_time.date()), str(month.end_time.date())]


def conference_day(t):
    """Return the conference's last day (D20)."""
    return t.timeline.loc[t.timeline["row_id"] == "D20", "date"].item()


def window_is_right(normal, key):
    """The earliest day lies in the week of the fourth round, the latest in the month of the fifth."""
    monday = str(pd.Timestamp(key[0]).to_period("W").start_time.date())
    return monday <= normal[0] <= key[0] and normal[1][:7] == key[1][:7]


def per_type(t, rows=None):
    """Return claims per claim_type."""
    return (t.claims if rows is None else t.claims[rows])["claim_type"].value_counts().to_dict()


def coder(t, letter):
    """Return claim id -> code of one coder of codings.csv."""
    rows = t.codings[t.codings["coder"] == letter]
    return dict(zip(rows["claim_id"], rows["code"]))


def contested(t):
    """Return the claims that the two coders code differently, sorted."""
    a, b = coder(t, "A"), coder(t, "B")
    return sorted(c for c in a if a[c] != b[c])


def ids(text):
    """Return the claim ids named in ``text``."""
    return set(re.findall(r"C\d{3}", text.upper()))


def words(text):
    return len(text.split())


def coded_is_right(normal, key):
    """All claims coded, more than one code used, and a reason for a disputed claim."""
    disputed = ids(key["reason"]) | {c for c in CODED if normal[c] != key[c]}
    return (
        len({normal[c] for c in CODED}) > 1
        and words(normal["reason"]) >= 6
        and bool(ids(normal["reason"]) & disputed)
    )


def coded(t, reason):
    return {**coder(t, "A"), "reason": reason}


QUESTIONS = (
    Question(
        id="1.1",
        lesson=1,
        title="When was it written?",
        points=2,
        minutes=4,
        stars=1,
        objective="infer when a text was written",
        prompt="Our copy prints no date. Which is the earliest day on which the text can have been "
        "finished, and which is the latest? Use only what the text tells as past or as still to come.",
        note='The next cell shows two claims of P09. Write dates as `"2020-03-31"`.',
        expects=InOrder(("earliest", "latest"), Day()),
        key=lambda t, v: [last_past(t)[1], first_future(t)[1]],
        is_right=window_is_right,
        mistakes=(
            Mistake(
                "the conference taken for the last event",
                lambda t, v: [conference_day(t), first_future(t)[1]],
                lambda t, v: (
                    f"Your earliest day lies before {last_past(t)[0]}. The conference is "
                    "past in the text, but P09 tells of a later meeting as past too (C065)."
                ),
                lambda n, t, v: n[0] < last_past(t)[0],
            ),
            Mistake(
                "a distant event taken for the nearest",
                lambda t, v: [last_past(t)[1], f"{statement(t, 'C104')[-5:-1]}-12-31"],
                "Your latest day is too late. The election of 2021 was still to come (C104), but "
                "so was a nearer meeting: read P09 again (C069).",
                lambda n, t, v: n[1] > first_future(t)[1],
            ),
            Mistake(
                "our knowledge date taken for the text's",
                lambda t, v: [last_past(t)[1], AS_OF],
                f"{AS_OF} is the day on which this module stands. It says nothing "
                "about the text. Which event does P09 still expect (C069)?",
                lambda n, t, v: n[1] < first_future(t)[0],
            ),
        ),
        hints=(
            "A text is younger than the last event it tells as past, and older than the next one it expects.",
            "Both events are rounds of the Constitutional Committee, in P09: see C065 and C069.",
            "# A letter tells of the frost of 3 May as past and hopes for the fair in June 1911:\n"
            '["1911-05-03", "1911-06-30"]',
        ),
        worked=lambda t, v: (
            f'# C065 is past, C069 is still to come\n["{last_past(t)[1]}", "{first_future(t)[1]}"]'
        ),
        right="Inside evidence dates a text that prints no date: a window, not a day.",
    ),
    Question(
        id="1.2",
        lesson=1,
        title="Which kinds of claims?",
        points=2,
        minutes=4,
        stars=1,
        objective="classify claims",
        prompt="How many claims of each claim_type does the brief make? Give a Series or a dictionary.",
        expects=Mapping("a number of claims for each claim_type", Whole(), rename=fold),
        key=lambda t, v: per_type(t),
        mistakes=(
            Mistake(
                "counted paragraphs",
                lambda t, v: t.claims.groupby("claim_type")["paragraph_id"].nunique().to_dict(),
                "You counted the paragraphs in which a type occurs. The unit is the claim: one "
                "row of claims.csv. Count rows for each type.",
            ),
            Mistake(
                "checkable claims only",
                lambda t, v: per_type(t, t.claims["checkable"] == "yes"),
                "You counted only what can be checked. The motives have all but gone: count every "
                "claim first, whether or not it can be checked.",
            ),
            Mistake(
                "claims with a hedge only",
                lambda t, v: per_type(t, t.claims["hedge"].notna()),
                "You counted only rows with a hedge. Count every row of claims.csv for each "
                "claim_type.",
            ),
        ),
        hints=(
            "The unit of counting is the claim; a paragraph can make several.",
            "One column names the type of each claim. pandas can count its values.",
            'hedges["hedge_type"].value_counts()',
        ),
        worked='claims["claim_type"].value_counts()',
        right=lambda t, v: (
            f"{per_type(t)['motive']} of {len(t.claims)} claims say what somebody "
            "wants: nobody can look that up."
        ),
    ),
    Question(
        id="1.3",
        lesson=1,
        title="How often is a source named?",
        points=2,
        minutes=5,
        stars=2,
        objective="classify claims",
        prompt="What share of all claims names a source of any sort, even a vague one? "
        "Give a proportion between 0 and 1.",
        expects=Number("a proportion", tolerance=0.005, low=0, high=1, unit="proportion"),
        key=lambda t, v: float(t.claims["named_source"].notna().mean()),
        mistakes=(
            Mistake(
                "empty cells counted as sources",
                1.0,
                "You found a source everywhere: empty cells were counted too. An empty cell is no "
                "source. Ask notna(), not the length of the column.",
            ),
            Mistake(
                "facts only below the line",
                lambda t, v: (
                    t.claims["named_source"].notna().sum()
                    / t.claims["claim_type"].isin(FACTS).sum()
                ),
                lambda t, v: (
                    "You divided by the facts alone. The question asks about all claims: "
                    f"the base is {len(t.claims)}."
                ),
            ),
            Mistake(
                "vague sources left out",
                lambda t, v: (
                    t.claims["named_source"].dropna().str.contains("unnamed").eq(False).sum()
                    / len(t.claims)
                ),
                "You counted only sources with a name of their own. That is a fair question, but "
                "here vague ones ('media outlets') count too.",
            ),
            Mistake(
                "the claims without a source",
                lambda t, v: float(t.claims["named_source"].isna().mean()),
                "This is the share of claims without a source. Turn it round: notna() instead of "
                "isna().",
            ),
        ),
        hints=(
            "A share needs two numbers: the part, and the whole that the question names.",
            "named_source is empty where no source is named. The mean of True and False is a share.",
            'float(attendance["delegation"].notna().mean())   # share of reports naming a person',
        ),
        worked='float(claims["named_source"].notna().mean())',
        right="Nobody can follow the other claims to where they come from.",
    ),
    Question(
        id="1.4",
        lesson=1,
        title="Code eight claims",
        points=1,
        minutes=5,
        stars=1,
        objective="classify claims",
        prompt="Code each claim as 'fact', 'attributed', 'interpretation' or 'forecast'. Then, under "
        "'reason', explain in six words or more one claim on which you and a coder, or the two "
        "coders, differ. Agreement is not graded.",
        note="If you coded the claims in the lesson, `recall_codings()` from "
        "`brieflab.course.lesson_1.claims` brings your codes back.",
        expects=Fields(
            "a dictionary with eight codes and a reason",
            {**{c: Choice(*CODES) for c in CODED}, "reason": Text(200)},
        ),
        key=lambda t, v: coded(
            t, ", ".join(contested(t)) + ": the two coders differ on these claims."
        ),
        is_right=coded_is_right,
        mistakes=(
            Mistake(
                "one code for all",
                lambda t, v: {
                    **dict.fromkeys(CODED, "fact"),
                    "reason": coded(t, f"{contested(t)[0]}: one coder reads a prediction there")[
                        "reason"
                    ],
                },
                "All eight have the same code. An expectation about what comes later is no fact "
                "yet, and an aim can only be inferred. Code sentence by sentence.",
                lambda n, t, v: len({n[c] for c in CODED}) == 1,
            ),
            Mistake(
                "a reason without words",
                lambda t, v: coded(t, contested(t)[0]),
                "Your reason is too short to follow. Name the claim and the word in it that made "
                "you decide.",
                lambda n, t, v: words(n["reason"]) < 6,
            ),
            Mistake(
                "a reason without a claim",
                lambda t, v: coded(t, "I read the sentence in another way than they did"),
                lambda t, v: (
                    "Your reason names no claim. Begin with its id, such as "
                    f"{contested(t)[0]}, so that others can follow."
                ),
                lambda n, t, v: not ids(n["reason"]),
            ),
            Mistake(
                "no disagreement there",
                lambda t, v: coded(
                    t,
                    f"{sorted(set(CODED) - set(contested(t)))[0]}: "
                    "we all think that this one is easy",
                ),
                "On the claim you name, you and both coders agree. Choose one with different "
                "codes: compare the columns A and B.",
            ),
        ),
        hints=(
            "Code the kind of statement, not whether it is true.",
            "codings.csv has two coders with reasons. Where do they part, and at which word?",
            '{"C001": "fact", "reason": "C001: a place and an event, so anybody can look it up"}',
        ),
        worked=lambda t, v: (
            'a = codings[codings["coder"] == "A"]\n'
            'mine = dict(zip(a["claim_id"], a["code"]))\n'
            f'mine["reason"] = "{contested(t)[-1]}: the plan was made by others, so it is passed on"\n'
            "mine"
        ),
        right=lambda t, v: f"The two coders differ on {len(contested(t))} of {len(CODED)} claims.",
    ),
    Question(
        id="1.5",
        lesson=1,
        title="A source note",
        points=3,
        minutes=10,
        stars=2,
        kind="text",
        objective="evaluate a source",
        prompt="Write a source note on the brief, at most 120 words: who speaks and for what "
        "purpose, what is missing, and how that changes the use you make of it. Use row ids.",
        expects=Text(),
        criteria=rubric.criteria(rubric.ANSWER, rubric.EVIDENCE, rubric.FAIRNESS),
        samples={
            0: (
                "It is biased propaganda from the Gulf, so it is useless.",
                "A verdict without a reason. Every text has a standpoint; the question is what "
                "it can be used for.",
            ),
            1: (
                "The Emirates Policy Center is a think tank with experts, so the brief is reliable. "
                "It is about Russia and refugees.",
                "It names the publisher, but infers trust from a label and says nothing of what "
                "is missing.",
            ),
            2: (
                "The brief comes from a think tank in the United Arab Emirates [S001]. Author and "
                "date are missing, and few claims name a source. I would use it carefully.",
                "Publisher and gaps are there, with a row. 'Carefully' does not say what one would "
                "do with it, and what not.",
            ),
            3: (
                "The publisher is a think tank in the United Arab Emirates [S001], a state whose own "
                "announced and withdrawn attendance the text leaves out [A085]. It prints no author "
                "or date, and its motives rest on inference [C034]. I use it for what its authors "
                "argue, check each event elsewhere, and treat its motives as hypotheses. Its standpoint "
                "is a question to ask, not a proof that it is wrong.",
                "Purpose, gaps and use hang together, each with a row, and the last sentence is "
                "fair to the authors.",
            ),
        },
        hints=(
            "A source note answers three questions: who speaks, what is missing, what follows for use.",
            "Look at S001 in sources.csv, at named_source in claims.csv, and at who is not mentioned.",
            "Pattern: 'X publishes ... [row]. It leaves out ... [row]. I use it for ..., not for ....'",
        ),
    ),
)
