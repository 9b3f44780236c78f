"""How lesson 5's finding looks: a calendar with a lane for each track, and a tile for each setting."""

from collections import namedtuple
from dataclasses import replace
from functools import lru_cache

import pandas as pd

from brieflab.course.lesson_5.forks import HOME, filed
from brieflab.course.lesson_5.tracks import COMMITTEE, TRACKS, UNITS
from brieflab.stage import At, Mark, Scene, Word
from brieflab.stage.scene import NARROW, text_width

Lane = namedtuple("Lane", "name short colour")

LANES = {
    "geneva": Lane("Geneva", "Gen", "blue"),
    HOME: Lane("Committee", "Com", "purple"),
    "sochi_congress": Lane("Sochi", "Soc", "vermilion"),
    "astana": Lane("Astana", "Ast", "green"),
    "trilateral_summit": Lane("Summits", "Sum", "orange"),
    "refugee_conference": Lane("Refugees", "Ref", "ink"),
}
"""Track -> its lane, from the top: the Committee's own lies between its two possible drawers."""

TIE = Lane("tie", "tie", "grey")

DRAWERS = {"with Geneva": "Geneva", "alone": "own track", "with Sochi": "Sochi"}
"""What the switch says -> where the Committee is filed, in the order of the lanes."""

Look = namedtuple("Look", "left right day even bar pitch tile step head")
NARROW_LOOK = Look(9, 319, 1.7, 10, 1, 3.1, 22, 27, 19)
WIDE_LOOK = Look(116, 672, 2.2, 13, 2, 4.6, 20, 24, 20)
"""In pixels: where the years begin and end, a day's height, a bar's where all are equal, its width,
the least distance of two bars, a tile's height, the distance of two rows of tiles, the height of the
words above them."""

STROKE = 1.5
BETWEEN = 12
"""Height of the gap between the tiles of one unit and of the other."""

GRIP = 24
"""Width of the part of the Committee's box that holds no meeting, so that a finger finds it."""

LONGEST = {"geneva": 17, HOME: 10, "sochi_congress": 10}
"""Most days of one meeting that a lane has to hold; the other lanes hold short ones."""


def forking_paths(finding, width):
    """Return the Scene of a Finding of ``forks.forking`` at ``width`` pixels."""
    d, look = finding.data, _look(width)
    base = _baselines(width)
    bottom = base["refugee_conference"]
    tiles = bottom + 62
    marks = [
        *_silences(d["calendar"], d["committee"], width, bottom),
        *_lanes(d, width, base),
        *_drawer(d, width),
        *_meetings(d, width),
        *_years(d, width, bottom + 16),
        *_tiles(d, width, tiles),
    ]
    height = tiles + len(UNITS) * (look.head + len(DRAWERS) * look.step) + BETWEEN
    return Scene(width, height, tuple(marks), _sentence(d), _under(d), ASK, FOOT)


ASK = (
    "Where does the Committee belong: with Geneva, where it sits; with Sochi, which asked for it; "
    "or alone? Decide, then drag its box and watch the shade and the tiles."
)
FOOT = (
    "A bar is a meeting, as tall as its days, or as any other where rounds count; grey ones lie "
    "outside your years, open dots were announced and not held. Shaded: more than a year without "
    "a round on Geneva’s lane. A tile says who leads from the year above it to your last year; "
    "yours is outlined. Point at a bar to read who reports it. From meetings.csv."
)


def _look(width):
    return NARROW_LOOK if width == NARROW else WIDE_LOOK


@lru_cache
def _baselines(width):
    """Return a dict track -> where its bars stand, in pixels from the top."""
    look, top, base = _look(width), 20, {}
    for track in LANES:
        top += max(look.day * LONGEST.get(track, 0) + 6, look.even + 10)
        if track == "refugee_conference":
            top += 6
        base[track] = round(top, 1)
        top += 6
    return base


def _place(width, years, day):
    """Return where a date lies: years are of one width, days of a year as well."""
    first = pd.Timestamp(day.year, 1, 1)
    part = (day - first).days / (366 if first.is_leap_year else 365)
    return _look(width).left + (day.year - years[0] + part) * _year(width, years)


def _year(width, years):
    look = _look(width)
    return (look.right - look.left) / len(years)


@lru_cache
def _silences(calendar, committee, width, bottom):
    """Return a shade for each silence on Geneva's lane, with its days above."""
    found = []
    for at, silence in enumerate(calendar.silences[committee]):
        left = _place(width, calendar.years, silence.start)
        wide = _place(width, calendar.years, silence.end) - left
        until = silence.before.label if silence.before else "the end of the table"
        met = ", ".join(f"{TRACKS[t]} {n}" for t, n in silence.meanwhile.items())
        still = " silent" if silence.before else " silent so far"
        ids = silence.after.id, silence.before and silence.before.id
        card = (
            f"{silence.days:,} days without a round on Geneva’s lane",
            f"From the end of {silence.after.label} to {until}",
            f"Meanwhile: {met}" if met else "Meanwhile nobody met on the other lanes",
            "Our count from the dates of " + " and ".join(f"[{i}]" for i in ids if i),
        )
        shade = Mark(
            f"silence {at}", "bar", left, 20, wide, bottom - 20, look="pale line", card=card,
            group="silences",
        )  # fmt: skip
        words = Mark(
            f"days {at}", "text", left + wide / 2, 13, look="words soft", size="small",
            anchor="middle", words=f"{silence.days:,} days" + ("" if width == NARROW else still),
        )  # fmt: skip
        found += [shade, words]
    return found


def _lanes(d, width, base):
    """Yield each lane's line, then its name and its count; the leader's are strong."""
    look, narrow = _look(width), width == NARROW
    for track, y in base.items():
        yield Mark(f"lane {track}", "line", look.left, y, look.right - look.left, look="bare line")
    for track, lane in LANES.items():
        leads, y = track in d["leaders"], base[track]
        colour = lane.colour if leads else "ink" if track in d["totals"] else "grey"
        words = f"{'strong' if leads else 'words'} {colour}"
        count = str(d["totals"].get(track, "–"))
        y -= 17 if narrow and track == "geneva" else 4
        yield Mark(
            f"name {track}", "text", 2, y, look=words,
            words=f"{lane.name} {count}" if narrow else lane.name,
        )  # fmt: skip
        if not narrow:
            yield Mark(
                f"count {track}", "text", look.left - 8, y, look=words, words=count, size="big",
                anchor="end",
            )  # fmt: skip


def _drawer(d, width):
    """Yield the box round the Committee's rounds, which is dragged from lane to lane, and the
    outlines of the places where it might be."""
    slots = _slots(d["calendar"], width)
    for drawer in DRAWERS.values():
        if drawer != d["committee"]:
            yield slots[drawer]
    box = slots[d["committee"]]
    middle = {drawer: slot.y + slot.h / 2 for drawer, slot in slots.items()}
    yield replace(
        box, key="drawer", look="pale purple", words="⇅", says="The Committee’s box",
        slide=("committee", "y", middle),
    )  # fmt: skip


@lru_cache
def _slots(calendar, width):
    look, base = _look(width), _baselines(width)
    rounds = [m for m in calendar.meetings if m.track == HOME]
    ends = [_place(width, calendar.years, m.start) for m in rounds] or [look.right - 2 * GRIP]
    left, height = ends[0] - GRIP - 5, look.day * LONGEST[HOME] + 5
    wide = min(ends[-1] + 8, look.right + 4) - left
    return {
        drawer: Mark(
            f"slot {drawer}", "block", left, base[track] - height, wide, height, look="dashed grey"
        )
        for drawer, track in COMMITTEE.items()
    }


def _meetings(d, width):
    """Yield a bar for each meeting, on the lane where it is filed, then the places to point at."""
    bars, areas = _bars(d["calendar"], width, d["unit"], d["committee"])
    for year, inside, outside in bars:
        yield inside if d["start"] <= year <= d["end"] else outside
    yield from areas


@lru_cache
def _bars(calendar, width, unit, committee):
    """Return two lists: (year, bar when that counts, bar when not) in order of time, and the places
    to point at, lane by lane: what is one stop for the keyboard has to lie together."""
    look, base, bars, areas = _look(width), _baselines(width), [], []
    for meeting, x, left, right in sorted(_spread(calendar, width), key=lambda at: at[0].start):
        track = filed(meeting.track, committee)
        y, colour, key = base[track], LANES[meeting.track].colour, f"bar {meeting.id}"
        tall = look.day * meeting.days if unit == "days" else look.even
        if meeting.took_place:
            bar = Mark(key, "bar", x, y - tall + STROKE / 2, look.bar, tall - STROKE,
                       look=f"solid {colour}")  # fmt: skip
            room = max(tall, look.day * 10 if meeting.track == HOME else look.even + 8)
            if track == "refugee_conference":  # what was only announced stands above
                room = look.even
            reach = y - room, room
        else:
            bar = Mark(key, "dot", x + look.bar / 2, y - look.even - 7, 7, look=f"open {colour}")
            reach = y - look.even - 12, 10
        grey = replace(bar, look=f"{bar.look.split()[0]} grey")
        area = Mark(f"at {meeting.id}", "area", left, reach[0], right - left, reach[1],
                    card=meeting.card, group=track)  # fmt: skip
        bars.append((meeting.start.year, bar, grey))
        areas.append(area)
    lanes = list(LANES)
    return bars, sorted(areas, key=lambda area: lanes.index(area.group))


@lru_cache
def _spread(calendar, width):
    """Return (meeting, x, left, right): where its bar stands, and how far it can be pointed at.

    Bars of one lane keep a distance; each answers up to the middle between it and the next.
    """
    look, found = _look(width), []
    rows = {(m.track, m.took_place): [] for m in calendar.meetings}
    for m in calendar.meetings:
        rows[m.track, m.took_place].append(m)
    for (track, _), meetings in rows.items():
        places = []
        for m in meetings:
            x = _place(width, calendar.years, m.start)
            places.append(max(x, places[-1] + look.pitch) if places else x)
        far = 4 if track == HOME else 9
        for n, (m, x) in enumerate(zip(meetings, places)):
            middle = x + look.bar / 2
            before = (places[n - 1] + x + look.bar) / 2 if n else 0
            after = (x + look.bar + places[n + 1]) / 2 if n + 1 < len(places) else 9999
            found.append(
                (m, x, max(middle - far, before), min(middle + far, after, look.right + 4))
            )
    return found


def _years(d, width, y):
    """Yield the axis: the years, those chosen in a strong line between two handles."""
    look, calendar = _look(width), d["calendar"]
    years, step = calendar.years, _year(width, calendar.years)
    begins = {year: look.left + (year - years[0]) * step for year in years}
    ends = {year: begins[year] + step for year in years}
    low, high = begins[d["start"]], ends[d["end"]]
    yield Mark("axis", "line", look.left, y, look.right - look.left, look="bare line")
    yield Mark("window", "bar", low, y - 1, high - low, 2)
    for year in years:
        inside = d["start"] <= year <= d["end"]
        yield Mark(
            f"year {year}", "text", begins[year] + step / 2, y + 24, size="small", anchor="middle",
            look="strong ink" if inside else "words grey",
            words=f"’{year % 100}" if width == NARROW else str(year),
        )  # fmt: skip
    yield Mark(
        "handle start", "dot", low, y, 16, look="open ink", says="First year that counts",
        slide=("start", "x", {year: begins[year] for year in calendar.firsts}),
    )  # fmt: skip
    yield Mark(
        "handle end", "dot", high, y, 16, look="open ink", says="Last year that counts",
        slide=("end", "x", {year: ends[year] for year in calendar.lasts}),
    )  # fmt: skip


def _tiles(d, width, top):
    """Yield a tile for each setting, under the year in which it starts; yours is outlined last."""
    mine = None
    for mark, setting in _plain_tiles(d["calendar"], d["end"], width, top):
        if setting == (d["unit"], d["committee"], d["start"]):
            mark = mine = replace(mark, look=f"solid {mark.look.split()[1]}", chosen=True)
        yield mark
    yield Mark("yours", "bar", mine.x - 3, mine.y - 3, mine.w + 6, mine.h + 6, look="bare ink")


@lru_cache
def _plain_tiles(calendar, end, width, top):
    """Return the tiles as if none were chosen, and the words beside them: (mark, setting)."""
    look, years, found = _look(width), calendar.years, []
    step = _year(width, years)
    for unit in UNITS:
        heading = Mark(
            f"all {unit}", "text", 2, top + 9, look="strong ink", size="small",
            words=f"By {unit}, from the year above to {end}:"
            if width == NARROW
            else f"Who leads by {unit}, from the year above to {end}?",
        )  # fmt: skip
        found.append((heading, None))
        top += look.head
        for words, drawer in DRAWERS.items():
            beside = _row_words(f"row {unit} {drawer}", words, width, top)
            found.append((beside, None))
            for setting in calendar.settings(end):
                if (setting.unit, setting.committee) == (unit, drawer):
                    x = look.left + (setting.start - years[0]) * step
                    mark = _tile(setting, words, x + 1.5, top, step - 3, look.tile)
                    found.append((mark, (unit, drawer, setting.start)))
            top += look.step
        top += BETWEEN
    return found


def _row_words(key, words, width, top):
    """Return the words on where the Committee is in a row of tiles: before it, or, where there is
    no room, behind it."""
    look = _look(width)
    x, words = (
        (look.right, words.replace("with ", "")) if width == NARROW else (look.left - 8, words)
    )
    return Mark(key, "text", x, top + 14.5, look="words soft", size="small", anchor="end",
                words=f"⇅ {words}")  # fmt: skip


def _tile(setting, words, x, y, w, h):
    """Return the tile of ``setting``, coloured and signed by who leads."""
    unit, drawer, start, _, leaders = setting
    lane = LANES[leaders[0]] if len(leaders) == 1 else TIE
    short = text_width(lane.name, "small") > w - 4
    names = _names(leaders)
    return Mark(
        f"tile {unit} {drawer} {start}", "block", x, y, w, h,
        look=f"{'open' if lane is TIE else 'pale'} {lane.colour}",
        words=lane.short if short else lane.name, size="small", anchor="middle",
        says=f"By {unit} from {start}, Committee {words}: {names}{' tie' * (len(leaders) > 1)}",
        sets={"unit": unit, "committee": drawer, "start": start}, chosen=False, group="settings",
    )  # fmt: skip


def _sentence(d):
    leaders, totals = d["leaders"], d["totals"]
    begin = ("Counted in ", At("unit"), " from ", At("start"), " to ", At("end"), ", ")
    if not leaders:
        return (*begin, Word("nobody met"), ".")
    if len(leaders) > 1:
        return (*begin, Word(f"{_names(leaders)} tie"), f", {totals[leaders[0]]} each.")
    lane, best, second = LANES[leaders[0]], totals[leaders[0]], sorted(totals.values())[-2]
    lead = Word(f"{lane.name} leads", f"strong {lane.colour}")
    then = _names([t for t in totals if totals[t] == second])
    return (*begin, lead, f" with {best}, then {then} with {second}.")


def _names(tracks):
    return " and ".join(LANES[t].name for t in LANES if t in tracks)


def _under(d):
    """The Committee's switch, and the tally of all settings that share the last year."""
    tally = dict(d["tally"])
    ties = tally.pop(None, 0)
    led = [
        f"{LANES[t].name}{' leads' if at == 0 else ''} in {n}"
        for at, (t, n) in enumerate(tally.items())
    ]
    begin = f". Of the {len(d['settings'])} settings below, "
    return (
        "The Committee is filed ", At("committee"), begin,
        Word(led[0] if led else "no track leads in any", "strong soft"),
        *(f", {words}" for words in led[1:]),
        f"; {ties} {'is a tie' if ties == 1 else 'are ties'}." if ties and led else ".",
    )  # fmt: skip
