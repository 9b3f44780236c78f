"""Lesson 5, *Three tracks, one clock*: dates, units, codings and causes, up to the end of 2020."""

import pandas as pd

from brieflab.course import AS_OF, rubric
from brieflab.course.lesson_5.tracks import took_place
from brieflab.questions import Mistake, Question
from brieflab.questions.shapes import Day, InOrder, Mapping, Table, Text, Whole

TRACKS = ("astana", "constitutional_committee", "geneva", "refugee_conference")
COUNTED = ("astana", "constitutional_committee", "geneva")
SPAN = range(2017, 2021)


def held(t, as_of=AS_OF):
    """Return the meetings that took place and were known by ``as_of``, dates parsed."""
    return took_place(t.meetings, as_of)


def listed(t, as_of=AS_OF):
    """Return all rows known by ``as_of``, announced and planned ones too, dates parsed."""
    rows = t.meetings[t.meetings["known_on"] <= as_of].copy()
    for column in ("start_date", "end_date"):
        rows[column] = pd.to_datetime(rows[column])
    days = (rows["end_date"] - rows["start_date"]).dt.days + 1
    return rows.assign(year=rows["start_date"].dt.year, days=days.fillna(1).astype(int))


def first_and_last(rows, last="start_date"):
    """Return track -> [first start, ``last`` date of the last meeting] as ISO dates."""
    rows = rows[rows["track"].isin(TRACKS)]
    ends = rows.groupby("track").agg(a=("start_date", "min"), b=(last, "max"))
    return {k: [r.a.date().isoformat(), r.b.date().isoformat()] for k, r in ends.iterrows()}


def swapped(days):
    """Return ISO dates with day and month exchanged where that gives a date."""
    parts = [day.split("-") for day in days]
    return ["-".join((y, d, m)) if int(d) <= 12 else f"{y}-{m}-{d}" for y, m, d in parts]


def per_year(rows, value=None, fill=0):
    """Return a table year x track of meetings, or of the sum of ``value``, for 2017 to 2020."""
    rows = rows[rows["track"].isin(COUNTED) & rows["year"].isin(SPAN)]
    group = rows.groupby(["year", "track"])
    table = (group.size() if value is None else group[value].sum()).unstack()
    return (table if fill is None else table.fillna(fill)).reset_index()


def pauses(rows, track, since="end_date"):
    """Return the longest pause of ``track`` in days, from ``since`` of one meeting to the next."""
    rows = rows[rows["track"] == track].sort_values("start_date")
    return int((rows["start_date"] - rows[since].shift()).dt.days.max())


def days(t, tracks, start=2018, rounds=False):
    """Return on how many days (or in how many rounds) ``tracks`` met from ``start`` on."""
    rows = held(t)
    rows = rows[rows["track"].isin(tracks) & (rows["year"] >= start)]
    return len(rows) if rounds else int(rows["days"].sum())


def codings(t, **choice):
    """Return days of Geneva with the Committee, without it, and of Astana."""
    un = ["geneva", "constitutional_committee"]
    return [days(t, un, **choice), days(t, un[:1], **choice), days(t, ["astana"], **choice)]


QUESTIONS = (
    Question(
        id="5.1",
        lesson=5,
        title="First and last",
        points=2,
        minutes=4,
        stars=1,
        objective="parse dates",
        prompt="When did the first and the last meeting of each track start? Use meetings that "
        "took place and were known by the end of 2020, of the tracks astana, "
        "constitutional_committee, geneva and refugee_conference. Give a dictionary from track to "
        "[first, last].",
        note="The filter for what took place is done for you.",
        expects=Mapping(
            "a dictionary from track to [first, last]",
            InOrder(("first", "last"), Day()),
            rename=str,
        ),
        key=lambda t, v: first_and_last(held(t)),
        mistakes=(
            Mistake(
                "announced ones counted",
                lambda t, v: first_and_last(listed(t)),
                "Your dates hold events and announcements as well. An announced round is not a "
                "round: keep the statuses held, suspended and convened_no_session.",
            ),
            Mistake(
                "day and month exchanged",
                lambda t, v: {k: swapped(d) for k, d in first_and_last(held(t)).items()},
                "Day and month are exchanged. The files write year-month-day: let pd.to_datetime "
                "read them without dayfirst.",
            ),
            Mistake(
                "later meetings",
                lambda t, v: first_and_last(held(t, "2099-12-31")),
                "Some of these meetings took place after 2020. On the day of this lesson nobody "
                "knew of them: filter known_on first.",
            ),
            Mistake(
                "end of the last meeting",
                lambda t, v: first_and_last(held(t), "end_date"),
                "Your second date is the day on which the last meeting ended. The question asks "
                "when it started.",
            ),
        ),
        hints=(
            "First and last are the smallest and the largest start date of a group.",
            "Filter by status and known_on; then groupby('track') and start_date with min and max.",
            'timeline.groupby("category")["date"].agg(["min", "max"])',
        ),
        worked=(
            'took = meetings["status"].isin(["held", "suspended", "convened_no_session"])\n'
            f'rows = meetings[took & meetings["track"].isin({list(TRACKS)!r})]\n'
            'ends = rows.groupby("track")["start_date"].agg(["min", "max"])\n'
            "{k: list(ends.loc[k]) for k in ends.index}"
        ),
        right="No meeting of Astana is known for the year of the conference.",
    ),
    Question(
        id="5.2",
        lesson=5,
        title="Rounds per year",
        points=2,
        minutes=6,
        stars=2,
        objective="build a timeline",
        prompt="How many rounds did astana, constitutional_committee and geneva have in each year "
        "from 2017 to 2020 (by year of the start)? Give a table with the columns year, astana, "
        "constitutional_committee, geneva; a year without a meeting holds a zero.",
        expects=Table(
            "a table year by track",
            {"year": Whole(), **{k: Whole() for k in COUNTED}},
            by=("year",),
        ),
        key=lambda t, v: per_year(held(t)),
        mistakes=(
            Mistake(
                "blank for zero",
                lambda t, v: per_year(held(t), fill=None),
                "Your table has empty cells. Here an empty cell means that no meeting was found, "
                "and that is a zero: unstack(fill_value=0).",
            ),
            Mistake(
                "days counted",
                lambda t, v: per_year(held(t), "days"),
                "You added up days. A round counts once, however long it lasts: use size() and "
                "not the sum of days.",
            ),
            Mistake(
                "every row counted",
                lambda t, v: per_year(listed(t)),
                "You counted every row, with events and announcements. Keep what took place: "
                "held, suspended, convened_no_session.",
            ),
        ),
        hints=(
            "Two things name a cell of this table: a year and a track.",
            "groupby on both, size(), then unstack; mind the years in which nothing met.",
            'timeline.assign(year=timeline["date"].str[:4]).groupby(["year", "category"]).size().unstack(fill_value=0)',
        ),
        worked=(
            'took = meetings["status"].isin(["held", "suspended", "convened_no_session"])\n'
            'rows = meetings[took].assign(year=pd.to_datetime(meetings["start_date"]).dt.year)\n'
            'table = rows.groupby(["year", "track"]).size().unstack(fill_value=0)\n'
            f"table.loc[2017:2020, {list(COUNTED)!r}]"
        ),
        right="The busiest year of Astana is also the busiest year of Geneva.",
    ),
    Question(
        id="5.3",
        lesson=5,
        title="The longest pause",
        points=2,
        minutes=6,
        stars=2,
        objective="build a timeline",
        prompt="How many days was the longest pause of the track {track}, from the end of one "
        "meeting to the start of the next, up to the end of 2020?",
        expects=Whole("a number of days", tolerance=1),
        variants=({"track": "geneva"}, {"track": "constitutional_committee"}),
        key=lambda t, v: pauses(held(t), v["track"]),
        mistakes=(
            Mistake(
                "start to start",
                lambda t, v: pauses(held(t), v["track"], "start_date"),
                "You measured from start to start, so the meeting itself is inside the pause. "
                "Subtract the earlier end from the later start.",
            ),
            Mistake(
                "an event taken for a meeting",
                lambda t, v: pauses(listed(t), v["track"]),
                "Some row in your list is not a meeting that took place, and it cuts the pause "
                "short. Filter by status first.",
            ),
            Mistake(
                "all tracks together",
                lambda t, v: pauses(held(t).assign(track="any"), "any"),
                "This is the longest silence of all tracks together. Keep one track before you "
                "sort and subtract.",
            ),
        ),
        hints=(
            "A pause lies between two rows: you need the end of the row before.",
            "Sort by start_date, then start_date minus end_date.shift().",
            "s = pd.Series([3, 10, 12])\ns - s.shift()   # distance to the row before",
        ),
        worked=lambda t, v: (
            'took = meetings["status"].isin(["held", "suspended", "convened_no_session"])\n'
            f'rows = meetings[took & (meetings["track"] == "{v["track"]}")].sort_values("start_date")\n'
            'start, end = pd.to_datetime(rows["start_date"]), pd.to_datetime(rows["end_date"])\n'
            "(start - end.shift()).dt.days.max()"
        ),
        right="Before you explain a pause, look at its dates: what did not yet exist cannot have "
        "caused it.",
    ),
    Question(
        id="5.4",
        lesson=5,
        title="One Committee, two drawers",
        points=3,
        minutes=7,
        stars=2,
        objective="test under two codings",
        prompt="On how many days did Geneva meet from 2018 to 2020 (1) with the Constitutional "
        "Committee filed under it, (2) with the Committee filed under Sochi, and (3) how many days "
        "did Astana meet? First and last day of a meeting count.",
        expects=InOrder(
            ("Geneva with the Committee", "Geneva without it", "Astana"), Whole("a number of days")
        ),
        key=lambda t, v: codings(t),
        mistakes=(
            Mistake(
                "counted in both drawers",
                lambda t, v: [codings(t)[0], codings(t)[0], codings(t)[2]],
                "Your first two numbers are the same: the Committee stays under Geneva in both. "
                "Under the second coding take its days out.",
                lambda n, t, v: n[0] == n[1],
            ),
            Mistake(
                "rounds for days",
                lambda t, v: codings(t, rounds=True),
                "You counted rounds. The question asks for days: end minus start, plus one for "
                "the first day.",
            ),
            Mistake(
                "the first day lost",
                lambda t, v: [a - b for a, b in zip(codings(t), codings(t, rounds=True))],
                "Each meeting is one day short. End minus start leaves out the first day: add one.",
            ),
            Mistake(
                "from 2017",
                lambda t, v: codings(t, start=2017),
                "Your numbers begin in 2017. The question asks for 2018 to 2020.",
            ),
        ),
        hints=(
            "A coding decides in which drawer a row lies; each row lies in one drawer only.",
            "Make a column days; sum it for geneva, for geneva and the Committee, and for astana.",
            'drawer = countries["presence"].replace({"not invited": "absent"})\ndrawer.value_counts()',
        ),
        worked=(
            'took = meetings["status"].isin(["held", "suspended", "convened_no_session"])\n'
            'rows = meetings[took & (meetings["start_date"] >= "2018")]\n'
            'days = (pd.to_datetime(rows["end_date"]) - pd.to_datetime(rows["start_date"])).dt.days + 1\n'
            'by = days.groupby(rows["track"]).sum()\n'
            '[by["geneva"] + by["constitutional_committee"], by["geneva"], by["astana"]]'
        ),
        right="With the first coding the UN met on more days than Astana, with the second on "
        "fewer: one drawer decides the verdict.",
    ),
    Question(
        id="5.5",
        lesson=5,
        title="Displaced, overlapped, or stalled alone?",
        points=3,
        minutes=12,
        stars=3,
        kind="text",
        objective="separate sequence from cause",
        prompt="After January 2018 the UN's talks paused while Astana went on. Give two rival "
        "causes and, for each pair, one observation that would tell them apart. Use row ids "
        "(at most 150 words).",
        expects=Text(),
        criteria=rubric.criteria(rubric.ANSWER, rubric.EVIDENCE, rubric.SOURCES),
        samples={
            0: (
                "Geneva failed because Astana came after it.",
                "After is taken for because. There is one cause, no rival and no observation.",
            ),
            1: (
                "Maybe Astana displaced Geneva, maybe Geneva was just tired. Fewer meetings mean "
                "that it was less important.",
                "Two causes are named, without evidence; the last sentence takes the number of "
                "meetings for importance.",
            ),
            2: (
                "Either Astana took Geneva's place, or the pause was needed to form the Committee "
                "[UNA-01; UNA-02]. In the pause the guarantors met five times [AST-09; AST-10; "
                "AST-11; AST-12; AST-13].",
                "Two real rivals with rows. What is missing is an observation that one of them "
                "predicts and the other does not.",
            ),
            3: (
                "Displacement: the guarantors met in Astana while the UN stood still [AST-09 to "
                "AST-13], and reports credit them with the list [FM-05]. Preparation: the UN itself "
                "sat with the guarantors about the Committee [UNA-01; UNA-02], and it opened in "
                "Geneva [CC-01]. They part on one point: under displacement Astana should stay busy "
                "once the Committee meets; under preparation it should calm down. It did not meet "
                "in 2020. That speaks for the second, weakly, since the pandemic explains it too.",
                "Two causes with rows, an observation that separates them, and an honest word on "
                "what else could explain it.",
            ),
        },
        hints=(
            "Two causes are rivals when at least one observation would surprise only one of them.",
            "Look at what lies between GEN-09 and CC-01, also under the track 'other'.",
            "Pattern: 'If the bakery closed for lack of flour, its rivals close too; if for lack "
            "of custom, they do not.'",
        ),
    ),
)
