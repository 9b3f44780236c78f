"""Lesson 4: the same refugees over three denominators, and by two ways of counting them."""

import pandas as pd

from brieflab.figures import PALETTE, Finding, titled_axes
from brieflab.plain import PlainError, need_columns, need_known

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
        stated = estimates[estimates["year"] == year].set_index("iso3")
        has = people["iso3"].isin(stated.index)
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
