"""How the years after the lock look: one axis a question, a line that runs down the dates."""

from math import sqrt
from textwrap import wrap

from brieflab.course.lesson_7.theatre import YEARS, count, per_cent
from brieflab.stage import At, Mark, Scene, Word
from brieflab.stage.scene import LETTER, NARROW, SIZES
from brieflab.trace import date_words

SHORT = {
    "F01": "A second return conference, in Lebanon, by the end of 2021",
    "F02": "A Russian-Syrian follow-up in Damascus by the end of 2021",
    "F04": "A date agreed for the Committee's sixth session, January 2021",
    "F10": "The EU drops its condition for rebuilding by the end of 2022",
    "F14": "The EU lifts its economic sanctions by the end of 2025",
    "F15": "The EU lifts its economic sanctions by the end of 2022",
    "F18": "The Arab League restores Syria's place by the end of 2021",
    "F19": "The Arab League restores Syria's place by the end of 2023",
}
"""The lesson's questions in a few words; the card has the whole question."""

SIDE = 56
"""Side of the square of a loss of 1, in pixels: a square's area is its loss."""

TURN = 4
"""Steps from one question that is settled to the next of the same year."""

LINE = 16.2
"""Height of a line of small type, in pixels."""


def theatre(finding, width):
    """Return the Scene of a Finding of ``theatre.settled_by`` at ``width`` pixels."""
    d = finding.data
    narrow = width == NARROW
    left, right = (26, width - 38) if narrow else (168, width - 40)
    margin, room = (0, width) if narrow else (left, width - left)
    marks, areas, top, waits = [], [], 6, 0
    ends = {YEARS[0]: 2.0}
    for row in d["rows"]:
        if row.year not in ends:
            top += 22 if narrow else 12
        settled = row.forecast_id in d["settled"]
        title = _wrapped(
            SHORT.get(row.forecast_id, row.question), width - (SIDE + 8) * narrow - margin, "strong"
        )
        said, most = (
            _wrapped(_below(row, done), room, "words", "small") for done in (settled, True)
        )
        later = TURN * waits if settled and row.year == d["year"] else 0
        waits += settled and row.year == d["year"]
        axis = top + max(16 + 17.6 * len(title), SIDE + 10 if narrow else SIDE * 0.62)
        below = axis + (40 if narrow else 22)
        marks += [
            Mark(
                f"title {row.forecast_id}",
                "text",
                margin,
                top + 13,
                look="strong ink" if settled else "words ink",
                words="\n".join(title),
            ),
            *_axis(row, d, left, right, axis, top + SIDE / 2 if narrow else axis, later),
            Mark(
                f"below {row.forecast_id}",
                "text",
                margin,
                below,
                look="words soft",
                words="\n".join(said),
                size="small",
                later=later,
            ),
        ]
        foot = below + LINE * (len(most) - 1) + 6
        areas.append(
            Mark(
                f"card {row.forecast_id}",
                "area",
                0,
                top,
                width,
                foot - top,
                group="questions",
                card=_card(row, settled),
            )
        )
        top = foot + 6
        ends[row.year] = top + 2
    for year in range(YEARS[0], YEARS[1] + 1):  # a year without a deadline of its own
        ends.setdefault(year, ends.get(year - 1, 0) + 5)
    ends = {year: ends[year] for year in range(YEARS[0], YEARS[1] + 1)}
    return Scene(
        width,
        max(ends.values()) + 22,
        (*marks, *areas, *_cut(d, ends, width)),
        _sentence(d),
        _under(d),
        ASK,
        FOOT,
    )


ASK = (
    "Which of your questions will cost you most? Decide, then let the years pass: step the year, or "
    "drag the line."
)
FOOT = (
    "An axis runs from 0 to 100 %. Dot: what you locked. Dashed ring: what you remembered. Tick: it "
    "happened. Cross: it did not, or no report of it was found. A filled square's area is your loss, "
    "(p − o)², an empty one's the rival's; the upright stroke is what the rival says. These are lives as "
    "well as outcomes. So few questions cannot prove skill."
)


def _wrapped(text, room, fill, size="name"):
    return wrap(text, int(room / (SIZES[size] * LETTER[fill]))) or [""]


def _below(row, settled):
    if not settled:
        return f"Open until {date_words(row.settled_on)}."
    return row.people or row.basis


def _axis(row, d, left, right, axis, square, later):
    """Yield the marks on one question's axis, and the squares of its loss around ``square``."""
    one, settled = row.forecast_id, row.forecast_id in d["settled"]
    mine, remembered, end, rival = (
        left + (right - left) * p for p in (row.p, row.recalled, row.happened, d["rival_says"])
    )
    narrow = left < SIDE
    across = right + 36 - SIDE / 2 if narrow else SIDE / 2
    yield Mark(f"axis {one}", "line", left, axis, right - left, look="bare grey")
    yield Mark(f"rival says {one}", "line", rival, axis - 9, 0, 18, look="bare grey")
    if settled:
        if mine != end:
            yield Mark(
                f"gap {one}",
                "bar",
                min(mine, end),
                axis - 2.5,
                abs(end - mine),
                5,
                look="solid orange",
                later=later,
            )
        for name, look in (("brier", "pale orange"), (d["rival"], "bare grey")):
            side = SIDE * sqrt(row.losses[name])
            yield Mark(f"{name} {one}", "square", across, square, side, look=look, later=later)
    if d["remembered"]:
        yield Mark(f"ring {one}", "dot", remembered, axis, 21, look="dashed soft")
    yield Mark(f"dot {one}", "dot", mine, axis, 13, look="solid blue")
    if settled:
        yes = row.happened
        yield Mark(
            f"sign {one}",
            "tick" if yes else "cross",
            end,
            axis - 2 * yes,
            15 if yes else 13,
            look="bare ink",
            later=later,
        )
        yield Mark(
            f"word {one}",
            "text",
            end + (12 if yes else -10),
            axis + 4.5,
            look="strong ink",
            words="yes" if yes else "no",
            size="small",
            anchor="start" if yes else "end",
            later=later,
        )
    said = f"You said {per_cent(row.p)}" if narrow else f"you {per_cent(row.p)}"
    if settled:
        said += f"{', ' if narrow else chr(10)}loss {row.losses['brier']:.2f}"
    yield Mark(
        f"said {one}",
        "text",
        0 if narrow else SIDE + 8,
        axis + (22 if narrow else -4 if settled else 4.5),
        look="strong ink" if settled else "words soft",
        words=said,
    )


def _cut(d, ends, width):
    """Return the line after the questions that are settled, its date and its handle."""
    y = ends[d["year"]]
    return [
        Mark("cut", "line", 0, y, width - 9, look="bare ink"),
        Mark(
            "date", "text", 0, y + 14, look="strong ink", words=f"end of {d['year']}", size="small"
        ),
        Mark(
            "handle",
            "dot",
            width - 9,
            y + 6,
            14,
            look="open ink",
            says="The end of the year that has passed",
            slide=("year", "y", {year: end + 6 for year, end in ends.items()}),
        ),
    ]


def _card(row, settled):
    said = f"You locked {per_cent(row.p)} and remembered {per_cent(row.recalled)}"
    if not settled:
        return (row.question, said, f"Settled on {date_words(row.settled_on)} [{row.forecast_id}]")
    return (
        row.question,
        f"{said}: loss {row.losses['brier']:.2f}",
        f"It {'happened' if row.happened else 'did not happen'}. {row.basis}",
        f"{row.says} [{row.row_id}]",
    )


def _sentence(d):
    said = ("By the end of ", At("year"), f" {count(len(d['settled']), len(d['rows']))} settled")
    if d["loss"] is None:
        return (*said, ". A rival: ", At("rival"), ".")
    better = "strong blue" if d["loss"] < d["other"] else "strong vermilion"
    return (
        *said,
        ": your loss is ",
        Word(f"{d['loss']:.2f}", better),
        ", ",
        At("rival"),
        f" loses {d['other']:.2f}.",
    )


def _under(d):
    if d["loss"] is None:
        return ("Lower is better, and being wrong and sure costs most.",)
    drift = d["drift"]
    where = (
        "towards" if drift > 0 else "away from" if drift < 0 else "neither towards nor away from"
    )
    return (
        "Lower is better. Your memory moved by ",
        Word(f"{abs(drift):.3f}", "strong soft"),
        f" on average, {where} what happened.",
    )
