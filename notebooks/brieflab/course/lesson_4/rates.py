"""Lesson 4: the same refugees over three denominators, and by two ways of counting them."""

from dataclasses import dataclass

import pandas as pd

from brieflab.course.lesson_3.hosts import listed
from brieflab.figures import PALETTE, Finding, titled_axes
from brieflab.plain import PlainError, need_columns, need_known
from brieflab.tables import given
from brieflab.trace import source_words

DENOMINATORS = {
    "people": ("people", "by people"),
    "per 1,000 inhabitants": ("per_1000", "per 1,000 inhabitants"),
    "per billion US dollars of GDP": ("per_billion", "per billion US dollars of GDP"),
}
NUMERATORS = ("registered", "government estimate")
MOVES = {
    1: {"color": PALETTE["blue"], "linestyle": "-", "marker": "^"},
    0: {"color": PALETTE["grey"], "linestyle": ":", "marker": "o"},
    -1: {"color": PALETTE["vermilion"], "linestyle": "--", "marker": "v"},
}
"""How a line is drawn that goes up, stays or goes down."""

SMALL = 1_000
"""Below this many people a stock counts as small: a handful of files can move it."""


def rates(hosts, population, year=2020, estimates=None):
    """Return one row per named host of ``year``: people, per 1,000 inhabitants, per bn of GDP.

    hosts: row_id, year, host, iso3, refugees. population: row_id, year, iso3, population,
    gdp_usd. estimates: row_id, iso3, year, estimate (people, as a government stated); where one
    exists it takes the place of the registered count. Columns: host, iso3, people, per_1000,
    per_billion, counted_by, row_id. A missing denominator gives a missing rate, never 0.
    """
    need_columns(hosts, ["row_id", "year", "host", "iso3", "refugees"], "hosts table")
    need_columns(
        population, ["row_id", "year", "iso3", "population", "gdp_usd"], "population table"
    )
    need_known([year], sorted(set(hosts["year"]) & set(population["year"])), "year in both tables")
    people = hosts[hosts["year"] == year].dropna(subset=["iso3"])
    people = people[["host", "iso3", "refugees", "row_id"]].rename(columns={"refugees": "people"})
    people.insert(3, "counted_by", "registered")
    if estimates is not None:
        need_columns(estimates, ["row_id", "iso3", "year", "estimate"], "estimates table")
        stated = estimates[estimates["year"] == year].dropna(subset=["estimate"])
        stated = stated.set_index("iso3")
        has = people["iso3"].isin(stated.index)
        if has.any():
            people.loc[has, "people"] = people.loc[has, "iso3"].map(stated["estimate"])
            people.loc[has, "row_id"] = people.loc[has, "iso3"].map(stated["row_id"])
            people.loc[has, "counted_by"] = "government estimate"
    size = population.loc[population["year"] == year, ["iso3", "population", "gdp_usd"]]
    table = people.merge(size, on="iso3", how="left", validate="one_to_one")
    table["per_1000"] = 1_000 * table["people"] / table["population"]
    table["per_billion"] = 1e9 * table["people"] / table["gdp_usd"]
    columns = ["host", "iso3", "people", "per_1000", "per_billion", "counted_by", "row_id"]
    return table[columns].sort_values(
        ["people", "host"], ascending=[False, True], ignore_index=True
    )


def ranks(table, by="per_1000", against="people"):
    """Return host, both ranks (1 = largest) and the places gained from ``against`` to ``by``.

    table: what ``rates`` returns. Hosts without a value are left out of that rank.
    """
    need_columns(table, ["host", by, against], "table of rates")
    left = table[against].rank(ascending=False, method="min")
    right = table[by].rank(ascending=False, method="min")
    shifted = pd.DataFrame(
        {
            "host": table["host"],
            f"rank_{against}": left.astype("Int64"),
            f"rank_{by}" if by != against else "rank_same": right.astype("Int64"),
            "gained": (left - right).astype("Int64"),
        }
    )
    return shifted.sort_values([f"rank_{against}", "host"], ignore_index=True)


def one_in(per_1000):
    """Return k in "one refugee for every k inhabitants", from a rate per 1,000 inhabitants."""
    if not per_1000 > 0:
        raise PlainError(f"'One in how many' needs a rate above 0; received {per_1000}.")
    return 1_000 / per_1000


def zero_small_unknown(hosts, iso3, year=2020):
    """Return what the table says of each country code in ``iso3`` in ``year``.

    DataFrame with iso3, refugees and reading: "zero" (a row that says 0), "small" (fewer than
    1,000 people), "counted" (more), or "unknown (no row)". No row is not a zero.
    """
    need_columns(hosts, ["year", "iso3", "refugees"], "hosts table")
    need_known([year], sorted(set(hosts["year"])), "year in the hosts table")
    iso3 = [iso3] if isinstance(iso3, str) else list(iso3)
    wrong = [c for c in iso3 if not (isinstance(c, str) and len(c) == 3 and c.isupper())]
    if wrong or not iso3:
        raise PlainError(
            f"Country codes have three capital letters, such as 'IRN'; received {wrong or iso3!r}."
        )
    stock = hosts[hosts["year"] == year].set_index("iso3")["refugees"].reindex(iso3)
    reading = [
        "unknown (no row)"
        if pd.isna(n)
        else "zero"
        if n == 0
        else "small"
        if n < SMALL
        else "counted"
        for n in stock
    ]
    return pd.DataFrame(
        {"iso3": iso3, "refugees": stock.astype("Int64").to_numpy(), "reading": reading}
    )


def compare(hosts, population, numerator, denominator, estimates=None, year=2020, top=8):
    """Return the Finding on ranks: registered people on the left, the chosen measure right.

    numerator: one of NUMERATORS; denominator: one of DENOMINATORS. ``table`` holds the ``top``
    hosts of either side with both values and both ranks.
    """
    need_known([numerator], NUMERATORS, "way of counting")
    need_known([denominator], DENOMINATORS, "denominator")
    if numerator == "government estimate" and estimates is None:
        raise PlainError("Government estimates need the table estimates.csv; none was given.")
    before = rates(hosts, population, year)
    after = before
    if numerator == "government estimate":
        after = rates(hosts, population, year, estimates)
    column, unit = DENOMINATORS[denominator]
    table = before[["host", "iso3", "people"]].rename(columns={"people": "registered"})
    table = table.merge(after[["iso3", column, "counted_by", "row_id"]], on="iso3")
    table = table.rename(columns={column: "measure"})
    table["rank_registered"] = table["registered"].rank(ascending=False, method="min").astype(int)
    table["rank_measure"] = table["measure"].rank(ascending=False, method="min").astype("Int64")
    table["gained"] = table["rank_registered"] - table["rank_measure"]
    shown = table[(table["rank_registered"] <= top) | (table["rank_measure"] <= top)]
    shown = shown.sort_values("rank_registered", ignore_index=True)
    first = table.loc[table["rank_measure"].idxmin()]
    leader = table.loc[table["rank_registered"].idxmin()]
    how = f"{unit} ({numerator}, end of {year})"
    if first["iso3"] == leader["iso3"]:
        finding = f"{first['host']} stays first {how}: {_value(first['measure'], column)}"
    else:
        finding = (
            f"{first['host']} is first {how}: {_value(first['measure'], column)}; "
            f"{leader['host']}, first by registered people, is number {leader['rank_measure']}"
        )
    if column == "per_1000":
        finding += (
            f". In {first['host']} that is one Syrian refugee for every "
            f"{one_in(first['measure']):.1f} inhabitants"
        )
    sentence = finding + "."
    lines = "; ".join(
        f"{r.host} from {r.rank_registered} to "
        + (
            f"{r.rank_measure} ({_value(r.measure, column)})"
            if pd.notna(r.rank_measure)
            else "no rank"
        )
        for r in shown.itertuples()
    )
    alt = (
        f"Slope chart of ranks. Left: by registered Syrian refugees; right: {how}. "
        f"{lines}. {sentence}"
    )
    data = {
        "column": column,
        "unit": unit,
        "numerator": numerator,
        "year": year,
        "top": top,
        "first": first["host"],
        "leader": leader["host"],
    }
    return Finding(sentence, alt, shown, data)


GUESSED = "LBN"
"""The host whose row of squares by the government's estimate a learner guesses."""


@dataclass(frozen=True)
class CountedHost:
    """A host by one way of counting: ``people`` over ``residents`` and ``income`` (US dollars).

    ``registered``: UNHCR's count beside it; ``estimated`` tells whether ``people`` is another.
    ``says``: lines on who says so, the last one with the row of the denominators.
    """

    iso3: str
    name: str
    people: int
    registered: int
    residents: int
    income: float
    estimated: bool
    row_id: str
    says: tuple[str, ...]

    def share_of(self, denominator, people=None):
        """Return residents or dollars for one refugee, or the people themselves."""
        people = people or self.people
        over = {"per 1,000 inhabitants": self.residents, "people": people * people}
        return over.get(denominator, self.income) / people


def largest_hosts(hosts, population, estimates=None, sources=None, year=2020, n=4):
    """Return way of counting -> the ``n`` hosts with most registered people, as ``CountedHost``.

    The tables as in ``rates``; estimates also has who_says. sources: the table of sources, in
    whose words a host says who counted; without it the words are left out.
    """
    hosts = given(hosts, ["row_id", "year", "iso3"], "hosts table", ["source_id"])
    population = given(
        population, ["row_id", "year", "iso3"], "population table", ["population_source_id"]
    )
    if estimates is not None:
        words = ["definition", "source_id", "who_says"]
        estimates = given(estimates, ["row_id", "iso3", "year"], "estimates table", words)
    size = population[population["year"] == year].set_index("iso3")
    before = rates(hosts, population, year).dropna(subset=["per_1000", "per_billion"])
    if before.empty:
        raise PlainError(
            f"No host of {year} has inhabitants and income in the population table, so there is "
            "nothing to divide by. Give both tables with the same years and countries."
        )
    before = before.head(n).set_index("iso3")
    counts = {"registered": before}
    if estimates is not None:
        counts["government estimate"] = rates(hosts, population, year, estimates).set_index("iso3")
    words = _words(hosts, population, estimates, sources, year)
    found = {}
    for numerator, table in counts.items():
        found[numerator] = tuple(
            CountedHost(
                iso3,
                row.host,
                int(table["people"][iso3]),
                int(row.people),
                int(size["population"][iso3]),
                float(size["gdp_usd"][iso3]),
                table["counted_by"][iso3] != "registered",
                table["row_id"][iso3],
                words(numerator, iso3, table["row_id"][iso3]),
            )
            for iso3, row in before.iterrows()
        )
    return found


def _words(hosts, population, estimates, sources, year):
    """Return a function that says in lines who counted a host and its denominators."""
    count = hosts[hosts["year"] == year].set_index("row_id")
    size = population[population["year"] == year].set_index("iso3")
    stated = None if estimates is None else estimates.set_index("row_id")

    def maker(ids):
        return "" if sources is None else f": {source_words(ids.split(';')[0], sources)}"

    def says(numerator, iso3, row_id):
        if stated is not None and row_id in stated.index:
            one = stated.loc[row_id]
            counted = f"{one['estimate']:,} estimated by the {one['who_says']}"
            counted += f"{maker(one['source_id'])}. {one['definition'].split('(S')[0].strip()}"
        else:
            counted = f"{count['refugees'][row_id]:,} registered{maker(count['source_id'][row_id])}"
            if numerator != "registered":
                counted = f"No estimate in our table. {counted}"
        of = size.loc[iso3]
        over = f"{of['population']:,} residents, {of['gdp_usd'] / 1e9:,.0f} billion dollars of GDP"
        over += maker(of["population_source_id"])
        return f"{counted} [{row_id}]", f"{over} [{of['row_id']}]"

    return says


def set_against(largest, numerator, denominator, guess=None):
    """Return the Finding on ``largest`` hosts (see ``largest_hosts``) over one denominator.

    numerator: one of NUMERATORS; denominator: one of DENOMINATORS. guess: k in "one resident in k"
    for GUESSED by the government's estimate. ``data`` holds the ``hosts``, the ``guessed`` one and
    its ``rank``, ``guess`` and the number of people ``guess_people`` that it means.
    """
    need_known([numerator], list(largest), "way of counting")
    need_known([denominator], DENOMINATORS, "denominator")
    found = largest[numerator]
    one = next((h for h in found if h.iso3 == GUESSED), found[0])
    least = denominator != "people"
    order = sorted(found, key=lambda h: h.share_of(denominator), reverse=not least)
    values = [f"{h.name} {said(h, denominator)}" for h in order]
    lead = {
        "people": "Syrian refugees, most first",
        "per 1,000 inhabitants": "One resident in how many was a Syrian refugee",
        "per billion US dollars of GDP": "Yearly income for each Syrian refugee, least first",
    }[denominator]
    by = "UNHCR's register" if numerator == "registered" else "the governments' estimates"
    sentence = f"{lead}, at the end of 2020 by {by}: {', '.join(values)}."
    if numerator != "registered":
        none = [h.name for h in order if not h.estimated]
        sentence += f" {listed(none)} by the register: our table has no estimate."
    if guess:
        sentence += f" You guessed one in {guess} for {one.name} by its government's estimate."
    picture = {
        "people": "Rows of filled squares, one for 100,000 people",
        "per 1,000 inhabitants": "Rows of squares, one for each resident, the first one filled: a "
        "Syrian refugee",
        "per billion US dollars of GDP": "Rows of squares, one filled for a Syrian refugee, the "
        "others for 50,000 dollars of yearly income",
    }[denominator]
    alt = f"{picture}; {len(found)} hosts, in the order of their registered people. {sentence}"
    table = pd.DataFrame(
        {
            "host": [h.name for h in found],
            "people": [h.people for h in found],
            "counted by": ["estimate" if h.estimated else "register" for h in found],
            "one resident in": [round(h.residents / h.people, 1) for h in found],
            "dollars for each": [round(h.income / h.people) for h in found],
            "row_id": [h.row_id for h in found],
        }
    )
    data = {
        "hosts": found,
        "numerator": numerator,
        "denominator": denominator,
        "guessed": one,
        "rank": order.index(one) + 1,
        "guess": guess,
        "guess_people": one.residents / guess if guess else None,
    }
    return Finding(sentence, alt, table, data)


def said(host, denominator, people=None):
    """Return a host's value in words: "one in 6.6", "36,600 dollars", "865,300"."""
    value = host.share_of(denominator, people)
    if denominator == "people":
        return f"{value:,.0f}"
    if denominator == "per 1,000 inhabitants":
        return f"one in {value:.1f}" if value < 100 else f"one in {value:.0f}"
    return f"{round(value, -2):,.0f} dollars"


def _value(number, column):
    """Return ``number`` as readers say it: people whole, rates with one decimal."""
    return f"{number:,.0f}" if column == "people" or number >= 1_000 else f"{number:,.1f}"


def draw_slopes(figure, finding):
    """Draw one line per host from its rank by registered people to its rank by the measure."""
    d, table = finding.data, finding.table.dropna(subset=["rank_measure"])
    title = finding.sentence.rstrip(".").split(". In ")[0]
    lowest = int(max(table["rank_registered"].max(), table["rank_measure"].max()))
    figure.set_size_inches(7, 1.7 + 0.235 * lowest)
    source = "Sources: UNHCR (S192); World Bank (S197, S198)"
    if d["numerator"] != "registered":
        source += "; * government estimate: estimates.csv"
    axes = titled_axes(figure, title, source, left=1.6, right=2.1, bottom=0.5)
    for r in table.itertuples():
        axes.plot(
            [0, 1],
            [r.rank_registered, r.rank_measure],
            **MOVES[int(r.gained > 0) - int(r.gained < 0)],
            linewidth=2.2 if r.rank_registered <= d["top"] else 1.1,
            markersize=7,
            clip_on=False,
        )
        axes.text(
            -0.05,
            r.rank_registered,
            f"{r.host}  {r.rank_registered}",
            ha="right",
            va="center",
            size=9.5,
        )
        mark = "*" if r.counted_by != "registered" else ""
        axes.text(
            1.05,
            r.rank_measure,
            f"{r.rank_measure}  {r.host}{mark}  {_value(r.measure, d['column'])}",
            ha="left",
            va="center",
            size=9.5,
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(lowest + 0.5, 0.5)
    axes.set_yticks([])
    axes.set_xticks(
        [0, 0.5, 1],
        [
            "rank by people,\nregistered",
            "solid: up\ndashed: down",
            f"rank {d['unit']},\n{d['numerator']}",
        ],
    )
    axes.tick_params(axis="x", length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
