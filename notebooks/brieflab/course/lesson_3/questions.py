"""Lesson 3, *Did the big hosts stay away?*: rank, merge and test a sentence, end of 2020."""

import re

from brieflab.course import rubric
from brieflab.questions import Mistake, Question
from brieflab.questions.shapes import Chart, InOrder, Name, Names, Number, Table, Text, Truth

YEAR = 2020
AWAY = ("absent", "not invited")
UNITS = r"people|persons|refugees|syrians|per ?cent|%|million|thousand"


def year(t):
    """Return the hosts of the end of 2020."""
    return t.hosts[t.hosts["year"] == YEAR]


def ranked(t):
    """Return the hosts of 2020, largest first, with their presence (missing: 'no report')."""
    both = year(t).merge(t.countries[["iso3", "presence"]], on="iso3", how="left")
    both["presence"] = both["presence"].fillna("no report")
    return both.sort_values("refugees", ascending=False)


def top(t, n=5, ascending=False):
    """Return the names of the first ``n`` hosts in a list sorted by refugees."""
    return list(year(t).sort_values("refugees", ascending=ascending)["host"].head(n))


def as_text(t):
    """Return the first five hosts if the numbers are sorted as text."""
    order = year(t)["refugees"].astype(str).sort_values(ascending=False).index
    return list(year(t).loc[order, "host"].head(5))


def away(t):
    """Return, for the five largest hosts, whether each was absent or not invited."""
    return list(ranked(t).head(5)["presence"].isin(AWAY))


def share(t, keep=AWAY, base=None):
    """Return per cent of refugees in the five largest hosts that lived in hosts ``keep``."""
    five = ranked(t).head(5)
    part = five.loc[five["presence"].isin(keep), "refugees"].sum()
    return float(100 * part / (five["refugees"].sum() if base is None else base))


def merged(t, how="left", fill="no report"):
    """Return host and presence after a merge of 2020's hosts with countries.csv."""
    both = year(t).merge(t.countries[["iso3", "presence"]], on="iso3", how=how)
    if fill:
        both["presence"] = both["presence"].fillna(fill)
    return both[["host", "presence"]]


def merged_long(t):
    """Return the wrong merge with the long table: one row for each report."""
    long = t.attendance[t.attendance["iso3"].notna()][["iso3", "status"]]
    both = year(t).merge(long, on="iso3", how="left").rename(columns={"status": "presence"})
    both["presence"] = both["presence"].fillna("no report")
    return both[["host", "presence"]]


def chart(t, **changed):
    """Return the features of a sound chart of the five largest hosts, some of them changed."""
    five = year(t).sort_values("refugees", ascending=False).head(5)
    first, people = five["host"].iloc[0], int(five["refugees"].iloc[0])
    sound = {
        "labels": list(five["host"]),
        "values": [float(n) for n in five["refugees"]],
        "zero_base": True,
        "title": f"{first} hosts more than the next four together",
        "axis": "Syrian refugees, end of 2020 (people)",
        "alt": f"Bar chart of the five largest hosts; {first} is first with {people:,} people.",
    }
    return {**sound, **changed}


def has_unit(n):
    return bool(re.search(UNITS, n["axis"].lower()))


def alt_says(n):
    return len(n["alt"].split()) >= 8 and bool(re.search(r"\d", n["alt"]))


def is_sorted(n):
    return n["values"] == sorted(n["values"], reverse=True)


def titled(n):
    return len(n["title"].split()) >= 4


def same_bars(normal, key):
    """The same hosts with the same values, in people or any unit proportional to them."""
    mine, wanted = (dict(zip(n["labels"], n["values"])) for n in (normal, key))
    if set(mine) != set(wanted) or not min(mine.values()) > 0:
        return False
    ratios = [mine[k] / wanted[k] for k in wanted]
    return max(ratios) / min(ratios) < 1.02


def chart_is_right(normal, key):
    """Bars sorted from zero, a title, a unit on the axis, an alternative text with a number."""
    return (
        same_bars(normal, key)
        and is_sorted(normal)
        and normal["zero_base"]
        and titled(normal)
        and has_unit(normal)
        and alt_says(normal)
    )


QUESTIONS = (
    Question(
        id="3.1",
        lesson=3,
        title="The five largest hosts",
        points=2,
        minutes=4,
        stars=1,
        objective="rank",
        prompt="Which five countries hosted the most Syrian refugees at the end of 2020? "
        "Give a list of names, the largest first.",
        note="The first line is done for you.",
        expects=Names("a list of five names, the largest first", ordered=True),
        key=lambda t, v: top(t),
        mistakes=(
            Mistake(
                "smallest first",
                lambda t, v: top(t, ascending=True),
                lambda t, v: (
                    f"Your list begins with {top(t, ascending=True)[0]}, the smallest. "
                    "sort_values sorts upwards unless you say ascending=False."
                ),
            ),
            Mistake(
                "numbers sorted as text",
                lambda t, v: as_text(t),
                lambda t, v: (
                    f"{as_text(t)[0]} stands first: the numbers were sorted as text, where "
                    "'9' comes after '3641370'. Read the column as numbers, not as strings."
                ),
            ),
            Mistake(
                "the displaced inside Syria added",
                lambda t, v: ["Syria", *top(t)[:4]],
                "Syria is not a host of its own refugees. People displaced inside the country "
                "crossed no border and stand in another statistic.",
                lambda n, t, v: "Syria" in n,
            ),
            Mistake(
                "all years mixed",
                lambda t, v: list(t.hosts.sort_values("refugees", ascending=False)["host"].head(5)),
                lambda t, v: (
                    f"I see {top(t)[0]} alone: the table holds many years, and its rows fill "
                    f"the top. Keep the rows of {YEAR} first."
                ),
                lambda n, t, v: len(n) == 1,
            ),
        ),
        hints=(
            "Ranking has two steps: keep one year, then sort by the number of people.",
            "Columns year, refugees and host of hosts.csv; sort_values has a parameter ascending.",
            'population[population["year"] == 2019].sort_values("population").tail(3)["host"]',
        ),
        worked=(
            f'year = hosts[hosts["year"] == {YEAR}]\n'
            'list(year.sort_values("refugees", ascending=False)["host"].head(5))'
        ),
        right=lambda t, v: (
            f"These five held {100 * year(t)['refugees'].nlargest(5).sum() / year(t)['refugees'].sum():.0f} "
            "per cent of all: few names decide what is true of 'the big hosts'."
        ),
    ),
    Question(
        id="3.2",
        lesson=3,
        title="Merge without losing a host",
        points=2,
        minutes=5,
        stars=2,
        objective="merge tables",
        prompt="Merge the hosts of 2020 with the column presence of countries.csv, keep every host, "
        "and write 'no report' where nothing is known. Give the table.",
        expects=Table(
            "a table with the columns host and presence",
            {"host": Name(), "presence": Name()},
            by=("host",),
        ),
        key=lambda t, v: merged(t),
        mistakes=(
            Mistake(
                "hosts dropped",
                lambda t, v: merged(t, how="inner"),
                lambda t, v: (
                    f"Your table has {len(merged(t, how='inner'))} rows, {YEAR} has "
                    f"{len(year(t))}. The merge dropped hosts without a partner: use how='left'."
                ),
                lambda n, t, v: len(n["rows"]) < len(year(t)),
            ),
            Mistake(
                "rows repeated",
                lambda t, v: merged_long(t),
                lambda t, v: (
                    f"Your table has more than {len(year(t))} rows: a host stands once for "
                    "each report. Merge with countries.csv, which has one row a country."
                ),
                lambda n, t, v: len(n["rows"]) > len(year(t)),
            ),
            Mistake(
                "gaps left open",
                lambda t, v: merged(t, fill=None),
                "Every host is there, but presence is still empty in places. Fill the gaps with "
                "'no report': an empty cell looks like nothing to know.",
                lambda n, t, v: any(None in row for row in n["rows"]),
            ),
            Mistake(
                "no report filled as absent",
                lambda t, v: merged(t, fill="absent"),
                "You filled the gaps with 'absent'. No report is not a report of absence: keep "
                "the two apart.",
            ),
        ),
        hints=(
            "A left merge keeps every row of the table on the left, with or without a partner.",
            "Merge on iso3, take only iso3 and presence from countries, then fillna on one column.",
            'two = population[population["year"] == 2020].merge(countries[["iso3", "in_brief"]],\n'
            '                                                   on="iso3", how="left")\n'
            'two["in_brief"] = two["in_brief"].fillna("not named")',
        ),
        worked=(
            f'year = hosts[hosts["year"] == {YEAR}]\n'
            'both = year.merge(countries[["iso3", "presence"]], on="iso3", how="left")\n'
            'both["presence"] = both["presence"].fillna("no report")\n'
            "both"
        ),
        right=lambda t, v: (
            f"{len(year(t))} rows before, {len(merged(t))} after: counting rows is the "
            "cheapest test of a merge."
        ),
    ),
    Question(
        id="3.3",
        lesson=3,
        title="People, not countries",
        points=2,
        minutes=6,
        stars=2,
        objective="test a claim",
        prompt="Of the refugees in the five largest hosts of 2020, what per cent lived in hosts that "
        "were absent or not invited? One decimal is enough.",
        expects=Number("a percentage", tolerance=0.5, low=0, high=100, unit="percent"),
        key=lambda t, v: share(t),
        mistakes=(
            Mistake(
                "countries counted, not people",
                lambda t, v: 100 * sum(away(t)) / 5,
                lambda t, v: (
                    f"{sum(away(t))} of five hosts were away, which is your number. The "
                    "question asks about people: add up refugees, not rows."
                ),
            ),
            Mistake(
                "the world as base",
                lambda t, v: share(t, base=year(t)["refugees"].sum()),
                "You divided by all Syrian refugees in the world. The base here is the people in "
                "the five largest hosts.",
            ),
            Mistake(
                "those present instead",
                lambda t, v: share(t, ("present",)),
                "This is the share of the hosts that came. The question asks for the others: "
                "absent or not invited.",
            ),
            Mistake(
                "not invited forgotten",
                lambda t, v: share(t, ("absent",)),
                lambda t, v: (
                    f"{top(t)[0]} is missing from your sum. Its presence reads 'not invited', "
                    "and it was not in the room either: keep both words with isin."
                ),
            ),
        ),
        hints=(
            "A share of people adds up people; a share of countries adds up rows.",
            "Take the first five of the merged table; sum refugees where presence is in two words.",
            'old = hosts[hosts["year"] == 2015].nlargest(3, "refugees")\n'
            '100 * old.loc[old["host"] != "Turkey", "refugees"].sum() / old["refugees"].sum()',
        ),
        worked=(
            f'year = hosts[hosts["year"] == {YEAR}]\n'
            'both = year.merge(countries[["iso3", "presence"]], on="iso3", how="left")\n'
            'five = both.sort_values("refugees", ascending=False).head(5)\n'
            'away = five["presence"].isin(["absent", "not invited"])\n'
            '100 * five.loc[away, "refugees"].sum() / five["refugees"].sum()'
        ),
        right=lambda t, v: (
            f"{share(t):.1f} per cent of the people, but {sum(away(t))} of 5 countries."
        ),
    ),
    Question(
        id="3.4",
        lesson=3,
        title="True for which N?",
        points=2,
        minutes=5,
        stars=1,
        objective="test a claim",
        prompt="'The N largest hosts were all away (absent or not invited).' Is that true for N = 1, 2 and 3? "
        "Give three truth values.",
        expects=InOrder(("N = 1", "N = 2", "N = 3"), Truth()),
        key=lambda t, v: [all(away(t)[:n]) for n in (1, 2, 3)],
        mistakes=(
            Mistake(
                "true for all",
                [True] * 3,
                lambda t, v: (
                    f"Look up {top(t)[1]}, the second largest host: it is in P04's own list "
                    "of those who came. One host in the room makes the sentence false."
                ),
            ),
            Mistake(
                "false for all",
                [False] * 3,
                lambda t, v: (
                    f"Begin with N = 1. The sentence is then about {top(t)[0]} alone, and "
                    f"{top(t)[0]} was not in the room."
                ),
            ),
            Mistake(
                "each host by itself",
                lambda t, v: away(t)[:3],
                lambda t, v: (
                    f"You judged each host by itself. N = 3 speaks of all three together: "
                    f"{top(t)[2]} was away, {top(t)[1]} was not."
                ),
            ),
        ),
        hints=(
            "'All N were away' is false as soon as one of the N was in the room.",
            "Make a column that is True where a host was away; then read it from the top.",
            "[True, True, False, True] read from the top: all of 1 True, of 2 True, of 3 False, of 4 False",
        ),
        worked=(
            f'year = hosts[hosts["year"] == {YEAR}]\n'
            'both = year.merge(countries[["iso3", "presence"]], on="iso3", how="left")\n'
            'five = both.sort_values("refugees", ascending=False).head(5)\n'
            'away = five["presence"].isin(["absent", "not invited"])\n'
            "list(away.cummin())[:3]"
        ),
        right="A plural without a number hides a choice: ask 'for which N?'",
    ),
    Question(
        id="3.5",
        lesson=3,
        title="A chart that can be read",
        points=1,
        minutes=4,
        stars=1,
        objective="rank",
        prompt="Draw the five largest hosts of 2020 as bars, sorted, from zero, with a title, the unit "
        "on the axis, and an alternative text that gives a number. Give (figure, alt).",
        note="A figure begins with `fig = new_figure(6, 3)` and `ax = fig.subplots()`. Look at it "
        "with `show(fig, alt, table)`.",
        expects=Chart(),
        key=lambda t, v: chart(t),
        is_right=chart_is_right,
        mistakes=(
            Mistake(
                "cut axis",
                lambda t, v: chart(t, zero_base=False),
                "The axis does not begin at zero. Bars are read by their length, and a cut axis "
                "makes small differences look large. Start at 0.",
                lambda n, t, v: not n["zero_base"],
            ),
            Mistake(
                "bars not sorted",
                lambda t, v: chart(
                    t, labels=chart(t)["labels"][::-1], values=chart(t)["values"][::-1]
                ),
                "The largest bar does not come first. barh draws from the bottom: sort upwards, "
                "or use invert_yaxis().",
                lambda n, t, v: not is_sorted(n),
            ),
            Mistake(
                "no unit on the axis",
                lambda t, v: chart(t, axis="hosts"),
                "The axis of the values names no unit. Say what is counted, such as people, and "
                "when.",
                lambda n, t, v: not has_unit(n),
            ),
            Mistake(
                "alternative text without a number",
                lambda t, v: chart(t, alt="chart of hosts"),
                "Your alternative text does not replace the picture. Say what kind of chart it "
                "is, what it shows, and give at least one number.",
                lambda n, t, v: not alt_says(n),
            ),
            Mistake(
                "no title that says something",
                lambda t, v: chart(t, title="Hosts"),
                "The title does not say what the reader should see. Write the finding as a short "
                "sentence.",
                lambda n, t, v: not titled(n),
            ),
        ),
        hints=(
            "A chart is a sentence: it needs a subject (title), a measure (axis) and words for those who cannot see it.",
            "Look at barh, set_title, set_xlabel and invert_yaxis, and at the length of your alt text.",
            'fig = new_figure(6, 2)\nax = fig.subplots()\nax.bar(["A", "B"], [3, 2])\n'
            'ax.set_ylabel("people")\nax.set_title("A has one more than B")\n'
            '(fig, "Bar chart of two groups: A has 3 people and B has 2.")',
        ),
        worked=(
            "from brieflab.figures import new_figure\n"
            f'five = hosts[hosts["year"] == {YEAR}].nlargest(5, "refugees")\n'
            "fig = new_figure(6, 3)\n"
            "ax = fig.subplots()\n"
            'ax.barh(five["host"], five["refugees"])\n'
            "ax.invert_yaxis()\n"
            'ax.set_title("Turkey hosts more than the next four together")\n'
            'ax.set_xlabel("Syrian refugees, end of 2020 (people)")\n'
            "alt = f\"Bar chart of the five largest hosts; Turkey leads with {five['refugees'].max():,} people.\"\n"
            "(fig, alt)"
        ),
        right="Everybody can read it, with or without the picture.",
    ),
    Question(
        id="3.6",
        lesson=3,
        title="Mend the sentence",
        points=3,
        minutes=10,
        stars=2,
        kind="text",
        objective="revise a claim",
        prompt="P01 says that the states hosting the most Syrian refugees were absent (C005). Write a "
        "sentence of at most 40 words that is true, keeps what is right in it, and cites row ids.",
        expects=Text(),
        criteria=rubric.criteria(rubric.ANSWER, rubric.EVIDENCE, rubric.FAIRNESS),
        samples={
            0: (
                "The brief is wrong about the hosts.",
                "It rejects the sentence and puts nothing in its place.",
            ),
            1: (
                "All the main host countries came to Damascus, because Lebanon and Iraq were there.",
                "It over-corrects: two hosts became all, and no row is cited.",
            ),
            2: (
                "Some of the largest hosts were absent, but Lebanon and Iraq came [B-LBN; B-IRQ].",
                "True and sourced in part. 'Some' hides which ones were absent, and how many people "
                "they host.",
            ),
            3: (
                "Of the five largest hosts at the end of 2020, Turkey, Jordan and Germany were not in "
                "the room [B-TUR; B-JOR; B-DEU]; Lebanon and Iraq were [B-LBN; B-IRQ].",
                "It names an N, a date and every host, and keeps the brief's point that big hosts "
                "were missing. 'Not in the room' is fair to Turkey, which was not invited.",
            ),
        },
        hints=(
            "Mending a sentence keeps what is right in it: change as little as the data demand.",
            "Use your answers to 3.1 and 3.4: name the N, the year, and who was where.",
            "Pattern: 'Of the three largest ... in 2015, A was ... [row]; B and C were ... [row; row].'",
        ),
    ),
)
