"""How the hall looks: chairs that stand or are hollow, marks that pile up, Turkey at the door."""

from functools import lru_cache

from brieflab.course.lesson_2.attendance import PINNED
from brieflab.course.lesson_2.hall import FAMILIES, UNKNOWN, enough, were
from brieflab.stage import At, Mark, Scene, Word
from brieflab.stage.scene import NARROW

SHAPES = dict(
    zip(
        FAMILIES,
        (
            ("square", "vermilion"),
            ("dot", "blue"),
            ("wedge", "green"),
            ("diamond", "purple"),
            ("triangle", "grey"),
        ),
    )
)
"""Shape and colour of a family's mark; the chips show the same."""

SHORT = {
    "United Arab Emirates": "Emirates",
    "South Africa": "S. Africa",
    "State of Palestine": "Palestine",
}

SAYS = {"in conflict": "one source says both", "absent": "absent, no reason given"}
"""What is written beside a row at the door, where it differs from the status."""

CHAIR, ROW = 64, 88
"""Size of a chair and height of a row of chairs, in pixels."""

STEP, DOWN, FAN, BACK = 10, 11, 3, 60
"""Distance of two marks abreast, one below the other, and in a fan; room on a chair's back."""


def hall(finding, width):
    """Return the Scene of a Finding of ``hall.in_the_room`` at ``width`` pixels."""
    d = finding.data
    across = 4 if width == NARROW else 9
    pitch = width / across
    rings, chairs, names, reports = [], [], [], []
    for place, (chair, counts) in enumerate(d["chairs"]):
        row = place // across
        x, y = round(pitch * (place % across + 0.5)), ROW * row + 36
        if chair.in_brief:
            rings.append(_ring(chair.state, x, y))
        chairs += (_chair(chair, counts, x, y, row), _seat(chair, counts, x, y, row))
        names.append(_name(chair.state, counts, x, y + 44))
        reports += _marks(chair.reports, d["unit"], _asked(chair, d["families"]), x, y - 19, counts)
    top = ROW * -(-len(d["chairs"]) // across) + 6
    door, outside, low = _door(d, width, top)
    marks = (*rings, *chairs, *names, *door, *reports, *outside)
    return Scene(width, low, marks, _sentence(d), _under(d), _ask(d), f"{KEY} {FOOT[d['unit']]}")


ASK = "Guess first: at two reports, how many chairs stay? Do all ten of the brief's?"

DECIDE = "Was your guess near? Now find the rule that you could defend in front of a sceptic."
"""What is asked before, and once the rule was changed."""

KEY = "One mark is one report that puts a state in the room. Hollow does not count."

FOOT = {
    "reports": "Known by 31 December 2020 (attendance.csv).",
    "origins": "Copies: reports of one named origin lie on each other and count once. Where the "
    "origin is not known, a report stands for itself (attendance.csv, origins.csv).",
    "families": "Reports of one family lie on each other and count once. A publisher of whom "
    "nothing is established is nobody's second family (attendance.csv, publishers.csv).",
}
"""The line below the picture, by what is counted."""


def _sentence(d):
    return (Word(were(d["count"]), "strong ink"), " in the room, if ", At("least"),
            f" {enough(d['unit'], d['least'])}.")  # fmt: skip


def _ask(d):
    first = d["least"] == 1 and d["unit"] == "reports" and len(d["families"]) == len(FAMILIES)
    return ASK if first else DECIDE


def _under(d):
    parts = []
    if d["hall"]["claimed"]:
        claim = f"{d['hall']['claimed']} [{d['hall']['claim_row']}]"
        parts.append(f"The organisers said {claim}, without names. ")
    if not d["families"]:
        return (*parts, "No family is ticked: nobody is asked.")
    if d["ringed"]:
        kept = len(d["kept"])
        stay = "all" if kept == d["ringed"] else kept or "none"
        parts.append(f"Of the brief's {d['ringed']}, ringed, ")
        parts.append(Word(f"{stay} stay{'s' * (kept == 1)}.", "strong soft"))
    return tuple(parts)


@lru_cache(maxsize=4096)
def _asked(chair, families):
    """Return those of ``families`` that report on the chair: the others change nothing of it."""
    heard = {report.family for report in chair.reports}
    return tuple(family for family in families if family in heard)


@lru_cache(maxsize=512)
def _spots(reports, unit, wide):
    """Return the places of the marks of ``reports`` from the middle of their first row, in rows at
    most ``wide`` pixels long. What counts as one lies fanned out, so that it can be counted."""
    piles = {}
    for place, report in enumerate(reports):
        piles.setdefault(_one(report, place, unit), []).append(place)
    rows, right = [[]], 0
    for pile in piles.values():
        long = STEP + FAN * (len(pile) - 1)
        if rows[-1] and right + long > wide:
            rows.append([])
            right = 0
        rows[-1] += [(place, right + STEP / 2 + FAN * n) for n, place in enumerate(pile)]
        right += long
    start = -right / 2 if len(rows) == 1 else -wide / 2
    return {place: (start + x, DOWN * y) for y, row in enumerate(rows) for place, x in row}


@lru_cache(maxsize=8192)
def _marks(reports, unit, asked, x, y, counts, wide=BACK):
    """Return the marks of ``reports`` around x, y; those of families that are not ``asked`` rest."""
    spots, marks = _spots(reports, unit, wide), []
    for place, report in enumerate(reports):
        alone = unit == "families" and report.family == UNKNOWN
        look = "solid" if counts and not alone else "open"
        dx, dy = spots[place]
        look = look if report.family in asked else "off"
        marks.append(_report(report, round(x + dx), round(y + dy), look))
    return tuple(marks)


def _one(report, place, unit):
    """Return what ``report`` counts as one with; its own ``place`` if it stands for itself."""
    if unit == "origins":
        return report.origin
    return place if unit == "reports" or report.family == UNKNOWN else report.family


@lru_cache(maxsize=8192)
def _report(report, x, y, look):
    shape, colour = SHAPES[report.family]
    if look == "off":
        return Mark(f"report {report.row_id}", shape, x, y, 5, look="open grey",
                    card=report.card, group="reports")  # fmt: skip
    size = {"square": 7, "dot": 8}.get(shape, 10)
    return Mark(f"report {report.row_id}", shape, x, y, size, look=f"{look} {colour}",
                card=report.card, group="reports")  # fmt: skip


@lru_cache(maxsize=4096)
def _chair(chair, counts, x, y, row):
    here = "in the room" if counts else "does not count"
    says = ". ".join((f"{chair.card[0]}, {here}", *chair.card[1:]))
    return Mark(f"chair {chair.state}", "chair", x, y, CHAIR, later=row,
                look="open ink" if counts else "dashed grey", card=chair.card, says=says,
                group="chairs")  # fmt: skip


@lru_cache(maxsize=4096)
def _seat(chair, counts, x, y, row):
    return Mark(f"seat {chair.state}", "bar", x - 33, y + 17, 66, 4, later=row,
                look="solid ink" if counts else "open grey")  # fmt: skip


@lru_cache(maxsize=4096)
def _name(state, counts, x, y):
    return Mark(f"name {state}", "text", x, y, look="words ink" if counts else "words grey",
                words=SHORT.get(state, state), size="small", anchor="middle")  # fmt: skip


@lru_cache(maxsize=256)
def _ring(state, x, y):
    return Mark(f"ring {state}", "block", x - 36, y - 34, 72, 84, look="bare blue")


def _door(d, width, top):
    """Return what stands below the wall at ``top``, Turkey's chair and what is said of it, then the
    marks of the reports that say so, and where all this ends."""
    narrow = width == NARROW
    x = round(width / (8 if narrow else 18))
    y, left = top + 46, x + 46
    across, down = (left, 38) if narrow else (left + 156, 18)
    marks = [
        Mark("wall left", "line", 0, top, x - 32, look="bare grey"),
        Mark("wall right", "line", x + 32, top, width - x - 32, look="bare grey"),
        Mark("outside", "text", left, top + 20, look="words soft", 
             words=f"outside the door, {sum(map(len, d['hall']['door'].values()))} reports",
             size="small"),
        Mark("chair at the door", "chair", x, y, CHAIR, look="dashed ink", group="chairs",
             card=_turkey(d["hall"])),
        Mark("seat at the door", "bar", x - 33, y + 17, 66, 4, look="open ink"),
        Mark("name at the door", "text", x, y + 44, look="strong ink", words=PINNED, size="small",
             anchor="middle"),
    ]  # fmt: skip
    line, outside = top + 40, []
    for status, reports in d["hall"]["door"].items():
        number = d["door"][status]
        words = SAYS.get(status, status)
        one = {"reports": "report", "origins": "origin", "families": "family"}[d["unit"]]
        counted = f"{number} {one if number == 1 else d['unit']}"
        at = line + 13 if narrow else line - 4
        marks.append(
            Mark(f"says {status}", "text", left, line, look="words ink", size="small",
                 words=f"{words}: {counted}" if narrow else words)
        )  # fmt: skip
        if not narrow:
            marks.append(
                Mark(f"number {status}", "text", across + 160, line, look="words soft",
                     words=counted, size="small")
            )  # fmt: skip
        start = across - min(x for x, _ in _spots(reports, d["unit"], 150).values())
        outside += _marks(reports, d["unit"], d["families"], start, at, True, 150)
        line += down
    return marks, outside, max(line, y + 50) + 4


def _turkey(hall):
    n = sum(map(len, hall["door"].values()))
    row = f"Our own reading [{hall['reading']}]" if hall["reading"] else ""
    lines = (f"{PINNED}: {n} reports, none that it was there", "Why it was not, they disagree", row)
    return tuple(filter(None, lines))
