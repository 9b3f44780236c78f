"""How the opening looks: hosts as bars or as squares of the same area on a map, and ten years."""

from functools import cache
from math import cos, radians, sqrt

from brieflab.course.opening.hosts import OTHERS, YEARS, middle, place
from brieflab.stage import At, Mark, Scene, Word
from brieflab.stage.scene import NARROW

ROW, COLUMN = 30, 40
"""Height of a host's row, and of the column of the year with the most, in pixels."""

WEST, NORTH, SOUTH = 24.6, 42.2, 21.9
"""Edges of the map in degrees."""

ACROSS = cos(radians(33))
"""A degree of longitude as a part of one of latitude, at Damascus."""

FARTHER = ("DEU", "SWE", OTHERS)
"""Hosts beyond the map's edge."""

SIDES = {"TUR": "right", "LBN": "left", "JOR": "right", "IRQ": "above", "EGY": "below"}
"""Where a square's words stand on the map, beside land and other squares."""


def look_of(land):
    """Return the scene function (finding, width) -> Scene with the outlines ``land``."""

    @cache
    def ground(width):
        return tuple(_ground(land, width))

    @cache
    def middles(width):
        scale, left = _map(width)
        return {
            code: _at(middle(lines[0]), scale, left)
            for code, lines in land.items()
            if code in SIDES
        }

    def hosts_in_motion(finding, width):
        d = finding.data
        on_map = d["view"] == "map"
        most = max(host.refugees for year in d["years"].values() for host in year["hosts"])
        marks, areas = list(ground(width)) if on_map else [], []
        for n, host in enumerate(d["hosts"]):
            if on_map:
                drawn = _square(host, d, width, most, middles(width))
            else:
                drawn = _bar(n, host, d, width, most)
            marks += drawn[:-1]
            areas.append(drawn[-1])
        height = _map_height(width) if on_map else ROW * len(d["hosts"])
        marks += areas + list(_strip(d, width, height + 14))
        return Scene(
            width, height + 14 + COLUMN + 20, tuple(marks),
            _sentence(d), _under(d), _ask(d), FOOT[d["view"]],
        )  # fmt: skip

    return hosts_in_motion


def _sizes(width):
    """Return where bars begin, how long the longest is and how high they are."""
    return (86, 162, 20) if width == NARROW else (104, 450, 22)


def _look(host, d):
    if host.iso3 == OTHERS:
        return "pale blue"
    return "solid vermilion" if host is d["yours"] else "solid blue"


def _words(host, d):
    """Return the look of a host's words and its name, signed when it is the reader's."""
    return ("strong ink", f"✓ {host.name}") if host is d["yours"] else ("words ink", host.name)


def _card(host, d):
    says = f"UNHCR, international organisation: its count at the end of {d['year']}"
    if host.iso3 == OTHERS:
        return (
            f"All others together: {host.refugees:,} people", says,
            f"The largest among them: {host.largest}, {host.most:,} [{host.row_id}]",
        )  # fmt: skip
    return (
        f"{host.name}: {host.refugees:,} people", says,
        f"{place(host).capitalize()} [{host.row_id}]",
    )  # fmt: skip


def _area(host, d, x, y, w, h):
    chosen = host is d["yours"]
    mine = {} if host.iso3 == OTHERS else {"yours": "" if chosen else host.iso3}
    return Mark(
        f"row {host.iso3}", "area", x, y, w, h, card=_card(host, d), group="hosts",
        sets=mine, chosen=chosen if mine else None,
    )  # fmt: skip


def _bar(n, host, d, width, most):
    left, room, high = _sizes(width)
    top, long = ROW * n, max(1, room * host.refugees / most)
    look, name = _words(host, d)
    middle_line = top + ROW / 2 + 4.5
    return (
        Mark(f"host {host.iso3}", "bar", left, top + (ROW - high) / 2, long, high, _look(host, d)),
        Mark(
            f"name {host.iso3}", "text", left - 8, middle_line, look=look, words=name, anchor="end"
        ),
        Mark(
            f"said {host.iso3}", "text", left + long + 7, middle_line, look=look,
            words=f"{host.refugees:,}",
        ),
        _area(host, d, 0, top + 1, width, ROW - 2),
    )  # fmt: skip


def _map(width):
    """Return the map's pixels for a degree of latitude and its left edge."""
    return (16, 4) if width == NARROW else (19.4, 282)


def _map_height(width):
    scale, _ = _map(width)
    return (NORTH - SOUTH) * scale + (76 if width == NARROW else 0)


def _at(point, scale, left):
    return left + (point[0] - WEST) * ACROSS * scale, (NORTH - point[1]) * scale


def _ground(land, width):
    scale, left = _map(width)
    for code, lines in land.items():
        for n, line in enumerate(lines):
            points = tuple(_at(point, scale, left) for point in line)
            yield Mark(f"land {code} {n}", "shape", 0, 0, look="pale line", points=points)
    x, y = _at((39.4, 35.2), scale, left)
    yield Mark("Syria", "text", x, y, look="words soft", words="Syria", anchor="middle")
    at = (0, _map_height(width) - 68) if width == NARROW else (0, 22)
    yield Mark("farther", "text", *at, look="words soft", words="Farther away", size="small")


def _square(host, d, width, most, middles):
    _, room, high = _sizes(width)
    side = max(2.5, sqrt(high * room * host.refugees / most))
    half = side / 2
    if host.iso3 in FARTHER:
        n, narrow = FARTHER.index(host.iso3), width == NARROW
        foot = _map_height(width)
        x, y = (22 + 107 * n, foot - 30) if narrow else (40, 64 + 58 * n)
        beside = "right"
    else:
        (x, y), beside = middles[host.iso3], SIDES[host.iso3]
    look, name = _words(host, d)
    across, down, anchor = {
        "right": (half + 6, -2, "start"),
        "left": (-half - 6, -2, "end"),
        "above": (0, -half - 22, "middle"),
        "below": (0, half + 16, "middle"),
    }[beside]
    wide = max(side, 26)
    return (
        Mark(f"host {host.iso3}", "bar", x - half, y - half, side, side, _look(host, d)),
        Mark(
            f"name {host.iso3}", "text", x + across, y + down, look=look, words=name, anchor=anchor
        ),
        Mark(
            f"said {host.iso3}", "text", x + across, y + down + 16, look=look,
            words=f"{host.refugees:,}", anchor=anchor,
        ),
        _area(host, d, x - wide / 2, y - wide / 2, wide, wide),
    )  # fmt: skip


def _strip(d, width, top):
    """Yield a column for each year, all hosts together; the chosen one is dark."""
    most = max(year["total"] for year in d["years"].values())
    step = width / len(YEARS)
    yield Mark(
        "all hosts",
        "text",
        0,
        top + 10,
        look="words soft",
        words="All hosts together",
        size="small",
    )
    for n, year in enumerate(YEARS):
        here, total = year == d["year"], d["years"][year]["total"]
        high = max(1, COLUMN * total / most)
        yield Mark(
            f"column {year}", "bar", step * n + 3, top + COLUMN - high, step - 6, high,
            "solid ink" if here else "pale grey",
        )  # fmt: skip
        yield Mark(
            f"year {year}", "text", step * (n + 0.5), top + COLUMN + 15, size="small",
            look="strong ink" if here else "words soft", anchor="middle",
            words=str(year) if width > NARROW else f"’{year % 100}",
        )  # fmt: skip
    for n, year in enumerate(YEARS):
        first = d["years"][year]["first"]
        yield Mark(
            f"choose {year}", "area", step * n, top, step, COLUMN + 20,
            sets={"year": year}, chosen=year == d["year"], group="years",
            card=(
                f"End of {year}: {d['years'][year]['total']:,} people",
                "UNHCR, international organisation",
                f"The most in {first.name}, {first.refugees:,} [{first.row_id}]",
            ),
        )  # fmt: skip


def _sentence(d):
    return (
        "At the end of ", At("year"), " UNHCR counted ", Word(f"{d['total']:,}"),
        " Syrian refugees, the most in ", Word(d["first"].name, "strong blue"), ".",
    )  # fmt: skip


def _under(d):
    mine = d["yours"]
    said = (
        (Word(f"✓ {mine.name}", "strong vermilion"), f": {mine.refugees:,}, {place(mine)}.")
        if mine
        else (f"In {d['named']} named countries and in others.",)
    )
    return (*said, " Shown as ", At("view"))


def _ask(d):
    if d["year"] < YEARS[-1]:
        now = "Which one host would you not leave out? Choose it now. Then"
        if d["yours"]:
            now = f"You would not leave out {d['yours'].name}. Now"
        return f"In 2020 a conference is to discuss their return. {now} press play."
    still = f"Would you still choose {d['yours'].name}? " if d["yours"] else ""
    return f"In November 2020 the conference met in Damascus. {still}Who was not in the room?"


FOOT = {
    "bars": "A bar is the Syrian refugees on record in a country; a column, those in all countries "
    "in a year. Source: UNHCR.",
    "map": "A square has the area of the country’s bar. Outlines: Natural Earth, simplified; they "
    "show who controls the ground. Source of the counts: UNHCR.",
}
"""The line below the picture."""
