"""Where Syrian refugees lived at the end of each year from 2011 to 2020: counts and outlines."""

from dataclasses import dataclass

import pandas as pd

from brieflab.figures import Finding
from brieflab.plain import PlainError, need_columns, need_known

YEARS = tuple(range(2011, 2021))
SHOWN = ("TUR", "LBN", "JOR", "DEU", "IRQ", "EGY", "SWE")
"""The seven largest hosts at the end of 2020, in that order; all others are shown as one."""

OTHERS = "others"


@dataclass(frozen=True)
class Host:
    """One host, or all others together (``iso3`` is then ``OTHERS``), at the end of one year.

    rank is its place among the named hosts, 0 for all others; ``row_id`` is then that of the
    largest of them, ``largest`` its name and ``most`` its count.
    """

    iso3: str
    name: str
    refugees: int
    rank: int
    row_id: str
    largest: str = ""
    most: int = 0


def years_of(hosts):
    """Return a dict year -> ``{"hosts", "named", "total", "first"}`` for each of ``YEARS``.

    hosts: row_id, year, host, iso3 (empty for all other countries), refugees (people). "hosts" is
    a tuple of the seven ``Host`` of ``SHOWN`` and one of all others; "named" the number of countries
    that the table names and that had any refugees; "total" their sum with all other countries; "first" the Host with the most.
    """
    need_columns(hosts, ["row_id", "year", "host", "iso3", "refugees"], "hosts table")
    return {year: _of_year(hosts[hosts["year"] == year], year) for year in YEARS}


def _of_year(table, year):
    named = table.dropna(subset=["iso3"]).sort_values(["refugees", "host"], ascending=[False, True])
    ranked = {
        r.iso3: Host(r.iso3, r.host, int(r.refugees), n, r.row_id)
        for n, r in enumerate(named.itertuples(), start=1)
    }
    missing = [code for code in SHOWN if code not in ranked]
    if missing:
        raise PlainError(
            f"The hosts table has no row for {', '.join(missing)} at the end of {year}. "
            "Load datasets/hosts.csv as it came."
        )
    rows = [ranked[code] for code in SHOWN]
    total = int(table["refugees"].sum())
    most = next(host for code, host in ranked.items() if code not in SHOWN)
    rest = total - sum(row.refugees for row in rows)
    rows.append(Host(OTHERS, "All others", rest, 0, most.row_id, most.name, most.refugees))
    return {
        "hosts": tuple(rows),
        "named": int((named["refugees"] > 0).sum()),
        "total": total,
        "first": next(iter(ranked.values())),
    }


def end_of(years, year, view="bars", yours=""):
    """Return the Finding on the hosts at the end of ``year``, as bars or on a map.

    years: as ``years_of``. view: "bars" or "map". yours: the ISO code of the host that the reader
    would not leave out, one of ``SHOWN``, or "". ``data`` holds ``year``, ``view``, ``yours`` (a
    Host or None), the ``years``, and what ``years`` holds on this one.
    """
    need_known([year], list(years), "year in the hosts table")
    need_known([view], ["bars", "map"], "view")
    need_known([yours], ["", *SHOWN], "host")
    now = years[year]
    first, total = now["first"], now["total"]
    mine = next((host for host in now["hosts"] if host.iso3 == yours), None)
    sentence = (
        f"At the end of {year} UNHCR counted {total:,} Syrian refugees, the most in {first.name}."
    )
    if mine:
        sentence += f" Yours, {mine.name}: {mine.refugees:,}, {place(mine)}."
    listed = "; ".join(f"{host.name} {host.refugees:,}" for host in now["hosts"])
    kind = "Map with a square for" if view == "map" else "A bar for"
    alt = f"{kind} each of seven hosts and one for all others: {listed}. "
    table = _table(now["hosts"])
    data = {"year": year, "view": view, "yours": mine, "years": years} | now
    return Finding(sentence, alt + sentence, table, data)


def _table(rows):
    return pd.DataFrame(
        {
            "host": [host.name for host in rows],
            "refugees": [host.refugees for host in rows],
            "row_id": [host.row_id if host.rank else "the other rows" for host in rows],
        }
    )


def place(host):
    """Return a host's place among the named ones in words."""
    return "the largest host" if host.rank == 1 else f"number {host.rank} among the hosts"


def outlines(table):
    """Return a dict ISO code -> list of closed lines, each a tuple of (east, north) in degrees.

    table: iso3, points (longitude and latitude in turn, parted by blanks), the largest line first.
    """
    need_columns(table, ["iso3", "points"], "outline table")
    found = {}
    for row in table.itertuples():
        numbers = [float(number) for number in row.points.split()]
        found.setdefault(row.iso3, []).append(tuple(zip(numbers[::2], numbers[1::2])))
    return found


def middle(line):
    """Return the centre of gravity (east, north) of the area that a closed line holds."""
    pairs = list(zip(line, line[1:] + line[:1]))
    cross = [a[0] * b[1] - b[0] * a[1] for a, b in pairs]
    return tuple(
        sum((a[axis] + b[axis]) * c for (a, b), c in zip(pairs, cross)) / (3 * sum(cross))
        for axis in (0, 1)
    )
