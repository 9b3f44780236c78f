"""Lesson 3: did the states that host the most Syrian refugees stay away from Damascus?"""

import pandas as pd

from brieflab.figures import PALETTE, Finding, titled_axes
from brieflab.plain import PlainError, need_columns, need_known

PRESENCE = {
    "present": "present",
    "absent": "absent",
    "not invited": "absent",
    "declined": "absent",
}
"""How a reading of ``countries.presence`` counts here; anything else is ``no report``."""

STYLE = {
    "absent": {"color": PALETTE["orange"], "hatch": "///"},
    "present": {"color": PALETTE["blue"], "hatch": ""},
    "no report": {"color": "white", "hatch": "xx"},
}


def ranked(hosts, countries, year=2020):
    """Return the named hosts of ``year``, largest first, with their presence in Damascus.

    hosts: row_id, year, host, iso3, refugees. countries: iso3, presence. The row of all other
    countries together has no iso3 and no rank, but counts in ``share`` (per cent of the world
    total). Columns: rank, host, refugees, share, reading, counted_as, row_id.
    """
    need_columns(hosts, ["row_id", "year", "host", "iso3", "refugees"], "hosts table")
    need_columns(countries, ["iso3", "presence"], "countries table")
    need_known([year], sorted(set(hosts["year"])), "year in the hosts table")
    of_year = hosts[hosts["year"] == year]
    named = of_year.dropna(subset=["iso3"]).sort_values(
        ["refugees", "host"], ascending=[False, True]
    )
    read = named["iso3"].map(countries.dropna(subset=["iso3"]).set_index("iso3")["presence"])
    read = read.astype(object)
    return pd.DataFrame(
        {
            "rank": range(1, len(named) + 1),
            "host": named["host"].to_numpy(),
            "refugees": named["refugees"].to_numpy(),
            "share": (100 * named["refugees"] / of_year["refugees"].sum()).round(1).to_numpy(),
            "reading": read.fillna("no report").to_numpy(),
            "counted_as": read.map(PRESENCE).fillna("no report").to_numpy(),
            "row_id": named["row_id"].to_numpy(),
        }
    )


def share_hosted(hosts, countries, counted_as="absent", year=2020):
    """Return the share of all refugees, in per cent, that lived in hosts ``counted_as``
    "present", "absent" (Turkey, not invited, with them) or "no report"."""
    need_known(counted_as, STYLE, "presence")
    table = ranked(hosts, countries, year)
    world = hosts.loc[hosts["year"] == year, "refugees"].sum()
    return 100 * table.loc[table["counted_as"] == counted_as, "refugees"].sum() / world


def top_hosts(hosts, countries, n, year=2020):
    """Return the Finding on the statement "the ``n`` largest hosts were absent".

    ``data`` holds people hosted by ``present``, ``absent`` and ``no_report`` hosts among the
    first n, their ``total``, the ``world`` total, the ``share`` of the world in per cent and
    ``verdict``: true, false, or open (nobody present, but no report on some).
    """
    table = ranked(hosts, countries, year)
    if not 1 <= n <= len(table):
        raise PlainError(
            f"The number of hosts must lie between 1 and {len(table)}; received {n}. "
            "Choose one in between."
        )
    world = int(hosts.loc[hosts["year"] == year, "refugees"].sum())
    return _found(table.head(n), world, year)


def _found(top, world, year):
    """Return the Finding on "the hosts of ``top`` were absent", of ``world`` people in all."""
    n, rows = len(top), list(top.itertuples())
    people = {"present": 0, "absent": 0, "no report": 0}
    for r in rows:
        people[r.counted_as] += int(r.refugees)
    present, absent, unknown = people.values()
    verdict, came = _verdict(rows)
    total = present + absent + unknown
    share = 100 * total / world
    why = {
        "true": f"{listed([r.host for r in rows])} was not there",
        "false": f"{listed(came)} came",
        "open": "nobody is reported present, but there is no report on some",
    }[verdict]
    whom = "largest host was" if n == 1 else f"{n} largest hosts were"
    sentence = (
        f'"The {whom} absent" is {verdict} at the end of {year}: {why}. '
        f"Absent {absent:,} people, present {present:,}, no report {unknown:,}; "
        f"together {share:.1f} % of all {world:,} Syrian refugees in UNHCR's count."
    )
    bars = "; ".join(
        f"{r.rank} {r.host} {r.refugees:,} ({r.share:.1f} %) {_label(r)}" for r in rows
    )
    alt = (
        f"Bar chart of the {n} countries with most registered Syrian refugees at the end of "
        f"{year}, ranked, marked by presence in Damascus: {bars}. {sentence}"
    )
    data = {
        "n": n,
        "year": year,
        "present": present,
        "absent": absent,
        "no_report": unknown,
        "total": total,
        "world": world,
        "share": share,
        "verdict": verdict,
        "came": came,
    }
    return Finding(sentence, alt, top, data)


def _verdict(rows):
    """Return the verdict on "all of ``rows`` were absent", and the names of those who came."""
    came = [r.host for r in rows if r.counted_as == "present"]
    unknown = any(r.counted_as == "no report" for r in rows)
    return "false" if came else "open" if unknown else "true", came


def ten_hosts(hosts, countries, sources=None, year=2020):
    """Return what a picture of the first ten hosts of ``year`` needs, for ``first_ten``.

    A dict: the ``table`` (as ``ranked``), its ``rows`` with ``iso3`` and the sentence ``says`` on
    who reports the presence (sources: source_id, publisher), the ``verdicts`` on the first one to
    ten, the ``world`` total and the ``year``.
    """
    table = ranked(hosts, countries, year).head(10)
    iso3 = table["row_id"].map(hosts.set_index("row_id")["iso3"])
    said = iso3.map(_who_says(countries, sources)).astype(object)
    said = said.fillna("No report in our tables.")
    rows = list(table.assign(iso3=iso3, says=said).itertuples())
    return {
        "table": table,
        "rows": rows,
        "verdicts": {k: _verdict(rows[:k])[0] for k in range(1, len(rows) + 1)},
        "world": int(hosts.loc[hosts["year"] == year, "refugees"].sum()),
        "year": year,
    }


def first_ten(ten, n, scale="people"):
    """Return the Finding of ``top_hosts`` on the first ``n`` of ``ten`` (see ``ten_hosts``).

    scale: "people" or "countries", what the sentence counts. ``data`` has in addition the
    ``scale``, ``away`` (how many hosts stayed away), and ``rows`` and ``verdicts`` of ``ten``.
    """
    need_known(scale, ["countries", "people"], "scale")
    found = _found(ten["table"].head(n), ten["world"], ten["year"])
    rows = ten["rows"]
    away = sum(r.counted_as == "absent" for r in rows[:n])
    sentence = found.sentence
    if scale == "countries":
        claim = sentence.partition(". ")[0]
        sentence = f"{claim}. {away} of {n} stayed away, {len(found.data['came'])} came."
    beyond = ", ".join(f"{r.rank} {r.host} {_label(r)}" for r in rows[n:])
    alt = found.alt.replace(found.sentence, "")
    alt += f"Below the line, not counted: {beyond}. " if beyond else ""
    data = found.data | {
        "scale": scale, "away": away, "rows": rows, "verdicts": ten["verdicts"],
    }  # fmt: skip
    return Finding(sentence, alt + sentence, found.table, data)


def _who_says(countries, sources):
    """Return a dict iso3 -> the sentence on who reports a country's presence."""
    publisher = {} if sources is None else sources.set_index("source_id")["publisher"]
    said = {}
    if not {"row_id", "presence_source_id"} <= set(countries):
        return said
    for r in countries.dropna(subset=["iso3", "presence_source_id"]).itertuples():
        ids = r.presence_source_id.split(";")
        names = list(dict.fromkeys(publisher[i].split(" (")[0] for i in ids if i in publisher))
        among = f"{len(ids)} sources, among them " if len(ids) > 2 else ""
        words = among + " and ".join(names[:2]) if names else f"{len(ids)} sources"
        said[r.iso3] = f"Our reading of {words} [{r.row_id}]."
    return said


def _label(row):
    """Return how a host is counted, with the reading behind it where the two differ."""
    same = row.reading == row.counted_as
    return row.counted_as if same else f"{row.counted_as} ({row.reading})"


def listed(words):
    """Return the words as a list in a sentence: "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def draw_top(figure, finding):
    """Draw the ranked hosts as bars; the hatch says who was present."""
    top, d = finding.table, finding.data
    title = f'"The {d["n"]} largest hosts were absent": {d["verdict"]} at the end of {d["year"]}'
    if d["came"]:
        title += f", because {listed(d['came'])} came"
    if d["n"] == 1:
        title = f'"The largest host was absent": {d["verdict"]} at the end of {d["year"]}'
    figure.set_size_inches(7, 1.75 + 0.27 * len(top))
    axes = titled_axes(figure, title, "Sources: UNHCR (S192); presence: countries.csv", left=1.15)
    seen = top["refugees"].max() / 1e6
    for r in top.itertuples():
        axes.barh(
            r.rank,
            r.refugees / 1e6,
            height=0.72,
            edgecolor="black",
            linewidth=0.8,
            **STYLE[r.counted_as],
        )
        axes.text(
            r.refugees / 1e6 + seen * 0.015,
            r.rank,
            f"{r.refugees:,}  {_label(r)}",
            va="center",
            size=9.5,
        )
    axes.set_yticks(top["rank"], top["host"])
    axes.set_ylim(len(top) + 0.6, 0.4)
    axes.set_xlim(0, seen * 1.6)
    axes.set_xlabel(f"Syrian refugees registered at the end of {d['year']}, millions", size=9.5)
