"""How figures on returns look: points on their last days, and lines that tell where they start."""

from datetime import date

from brieflab.stage import At, Mark, Scene, Word
from brieflab.stage.scene import NARROW, SIZES

LOOKS = {
    "Moscow and the conference": ("diamond", "purple"),
    "Damascus": ("triangle", "orange"),
    "Ankara": ("square", "green"),
    "Beirut": ("wedge", "vermilion"),
    "UNHCR, published": ("square", "blue"),
    "UNHCR, database": ("dot", "blue"),
}
"""Shape and colour of a reporter."""

FROM, TO = date(2015, 1, 1), date(2020, 12, 31)
HIGH = 300
"""Height of a million people above the axis, in pixels."""

BASE = HIGH + 26
"""Where the axis lies, from above."""


def returns_fan(finding, width):
    """Return the Scene of a Finding of ``returns.fan`` at ``width`` pixels."""
    d, narrow = finding.data, width == NARROW
    right = width - (70 if narrow else 84)

    def place(day, people=0):
        share = (day - FROM).days / (TO - FROM).days
        return 8 + share * (right - 8), BASE - people / 1e6 * HIGH

    marks = [*_axes(place, right, narrow)]
    marks += _lines(d, place)
    marks += _points(d, place)
    marks += _ends(d, place, right)
    if d["view"] == "all days":
        marks += _starts(d, place)
    tall = BASE + 46
    return Scene(width, tall, tuple(marks), _sentence(d), _under(d), _ask(d), _foot(d))


def _axes(place, right, narrow):
    for people in (0, 250_000, 500_000, 750_000, 1_000_000):
        y = place(FROM, people)[1]
        yield Mark(f"level {people}", "line", 4, y, right - 4, 0, look="bare line")
        if people:
            words = f"{people:,}"
            yield Mark(f"people {people}", "text", 4, y - 4, look="words soft", size="small", words=words)  # fmt: skip
    for year in range(FROM.year, TO.year + 1):
        words = f"{year}" if not narrow else f"’{year % 100}"
        x = place(date(year, 7, 1))[0]
        yield Mark(
            f"year {year}", "text", x, BASE + 16, look="words soft", size="small", words=words,
            anchor="middle",
        )  # fmt: skip


def _lines(d, place):
    """Yield a line to each figure: from the one before, or from where its first day begins."""
    before = {}
    for one in d["shown"]:
        x, y = place(one.last, one.people)
        colour = LOOKS[one.who][1]
        start, look = before.get(one.who), f"bare {colour}"
        before[one.who] = x, y
        if d["view"] == "all days":
            start = place(one.first) if one.first else None
            look = f"bare {colour}" if one.sure else f"dashed {colour}"
        a, b = start or (x, y)
        yield Mark(f"line {one.row_id}", "line", a, b, x - a, y - b, look=look)


def _points(d, place):
    misfits = {b.row_id for _, b in d["pairs"]} if d["view"] == "all days" else set()
    for one in d["figures"]:
        x, y = place(one.last, one.people)
        shape, colour = LOOKS[one.who]
        inside = one.who in d["who"]
        fill = "open" if one.who == "UNHCR, published" else "solid"
        if d["view"] == "all days" and not one.first:
            fill = "hatched"
        look = f"{fill} {colour}" if inside else "open line"
        if one.row_id in misfits:
            yield Mark(f"box {one.row_id}", "square", x, y, 19, look="bare ink")
        yield Mark(
            f"figure {one.row_id}", shape, x, y, 10, look=look, group="figures",
            card=one.card if inside else (),
        )  # fmt: skip


def _ends(d, place, right):
    """Yield the last figure of each reporter beside the picture, apart from each other."""
    last = {one.who: one for one in d["shown"] if one.last.year == TO.year}
    at, lowest = {}, None
    for one in sorted(last.values(), key=lambda one: -one.people):
        y = place(one.last, one.people)[1] + 4
        lowest = y if lowest is None else max(y, lowest + SIZES["small"] + 3)
        at[one.who] = lowest
    for who, y in at.items():
        yield Mark(
            f"end {who}", "text", right + 8, y, look=f"words {LOOKS[who][1]}", size="small",
            words=f"{last[who].people:,}",
        )  # fmt: skip


def _starts(d, place):
    """Yield what is said of the first days: where most of one reporter's begin, and none given."""
    moscow = [one for one in d["shown"] if one.who == "Moscow and the conference"]
    if moscow:
        for day, words in (
            (date(2015, 9, 30), "▴ 30 Sept 2015"),
            (date(2018, 7, 1), "▴ July 2018"),
        ):
            yield Mark(
                f"start {day}", "text", place(day)[0] - 5, BASE + 34, look="words purple",
                size="small", words=words,
            )  # fmt: skip
    for one in d["shown"]:
        if not one.first:
            x, y = place(one.last, one.people)
            yield Mark(
                f"none {one.row_id}", "text", x - 10, y - 7, look=f"words {LOOKS[one.who][1]}",
                size="small", words="no first day said", anchor="end",
            )  # fmt: skip


def _sentence(d):
    n = len(d["pairs"])
    if d["view"] == "last day":
        said = {0: "never fall", 1: "fall once", 2: "fall twice"}.get(n, f"fall {n} times")
        return ("Drawn ", At("view"), " these figures ", Word(said, "strong vermilion"), ".")
    said = {0: "all figures fit", 1: "1 figure does not fit"}.get(n, f"{n} figures do not fit")
    return ("Drawn ", At("view"), " ", Word(said, "strong vermilion"), ".")


def _under(d):
    if d["view"] == "last day":
        fall = "A fall: a figure below the one that its reporter gave before"
        such = [f", such as {b.people:,} after {a.people:,} ({_short(b)})" for a, b in d["pairs"]]
        return (f"{fall}{such[0] if such else ''}.",)
    low = [f"{b.people:,} for more days than {a.people:,} ({_short(b)})" for a, b in d["pairs"]]
    boxed = f" Boxed: {' and '.join(low)}." if low else ""
    return (f"Where a figure falls, it mostly starts on a later day.{boxed}",)


def _short(one):
    return one.who.split(" and ")[0]


def _ask(d):
    if d["view"] == "last day":
        return "How can one reporter’s figure go down? Guess, then draw all its days."
    return "Whose figure would you print, and what would you ask its maker first?"


def _foot(d):
    lines = (
        "A line leads from a figure to its reporter’s next one."
        if d["view"] == "last day"
        else "A line leads from the first day that a figure counts to its last. Dashed: first day "
        "inferred. Hatched: none said."
    )
    return (
        f"{lines} Turkey’s and Lebanon’s figures are on returns from there alone. A figure counts "
        "crossings, checked returns or visits; none says how many people could stay."
    )
