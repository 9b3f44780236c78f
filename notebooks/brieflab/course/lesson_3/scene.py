"""How lesson 3's finding looks: ten hosts, a line after the first N, a strip of verdicts."""

from brieflab.course.lesson_3.hosts import listed
from brieflab.stage import At, Mark, Scene, Word
from brieflab.stage.scene import NARROW

LOOKS = {"present": "solid blue", "absent": "pale vermilion", "no report": "hatched grey"}
"""How a host is drawn by the way it counts; beyond the line every host is ``open``."""

VERDICTS = {
    "true": ("vermilion", "✓"),
    "false": ("blue", "✗"),
    "open": ("grey", "?"),
}

UNCHOSEN = {"true": "pale vermilion", "false": "open grey", "open": "dashed grey"}
"""How a verdict on the strip is drawn while another number is chosen."""

ROW, BAR = 32, 23
"""Height of a host's row and of its bar, in pixels."""


def n_in_sentence(finding, width):
    """Return the Scene of a Finding of ``hosts.first_ten`` at ``width`` pixels."""
    d = finding.data
    ten, n, people = d["rows"], d["n"], d["scale"] == "people"
    narrow = width == NARROW
    left, room = (97, 92) if narrow else (100, 430)
    most = max(row.refugees for row in ten)
    marks = []
    for row in ten:
        inside, top = row.rank <= n, ROW * (row.rank - 1)
        long = max(3, room * row.refugees / most) if people else BAR
        look = LOOKS[row.counted_as] if inside else "open grey"
        words = "strong ink" if inside else "words grey"
        value = f"{row.refugees / 1e6:.2f} m" if people else ""
        marks += [
            Mark(f"bar {row.iso3}", "bar", left, top + 4.5, long, BAR, look),
            Mark(
                f"name {row.iso3}",
                "text",
                left - 8,
                top + 21,
                look=words,
                words=row.host,
                anchor="end",
            ),
            Mark(
                f"said {row.iso3}",
                "text",
                left + long + 7,
                top + 21,
                look="words ink" if inside else "words grey",
                words=f"{value} {_came(row)}".strip(),
            ),
        ]
    for row in ten:
        marks.append(
            Mark(
                f"row {row.iso3}",
                "area",
                0,
                ROW * (row.rank - 1) + 1,
                width,
                ROW - 2,
                group="hosts",
                card=(
                    f"{row.host}: {row.reading}",
                    row.says,
                    f"{row.refugees:,} Syrian refugees, {row.share:.1f} % of all",
                    f"UNHCR, end of {d['year']} [{row.row_id}]",
                ),
            )
        )
    cut, foot = ROW * n, ROW * len(ten)
    stops = {k: ROW * k for k in range(1, len(ten) + 1)}
    marks += [
        Mark("cut", "line", 0, cut, width - 9, look="bare ink"),
        Mark(
            "handle",
            "dot",
            width - 9,
            cut,
            14,
            look="open ink",
            says="The line after the last host that counts",
            slide=("n", "y", stops),
        ),
        *_strip(d, width, foot + 16),
    ]
    return Scene(width, foot + 52, tuple(marks), _sentence(d), _under(d), ASK, FOOT[people])


ASK = "Which number do you think the authors had in mind? Step it, or drag the line."

KEY = (
    "filled: it came. Pale: it stayed away, declined or was not invited. Hatched: no report. "
    "Grey: beyond the line, not counted."
)
FOOT = {
    True: f"A bar is the Syrian refugees that UNHCR counts in a country; {KEY}",
    False: f"A square is a country; {KEY}",
}
"""The line below the picture, by whether people are counted or countries."""


def _strip(d, width, top):
    """Yield a block for each N with its verdict; the one chosen is outlined."""
    step = (width + 4) / len(d["verdicts"])
    for k, verdict in d["verdicts"].items():
        colour, sign = VERDICTS[verdict]
        here = k == d["n"]
        yield Mark(
            f"verdict {k}",
            "block",
            step * (k - 1) + 1,
            top,
            step - 6,
            30,
            look=f"solid {colour}" if here else UNCHOSEN[verdict],
            words=f"{k}{sign}" if width == NARROW else f"{k} {verdict}",
            size="small" if width == NARROW else "name",
            anchor="middle",
            says=f"{k}: {verdict}",
            sets={"n": k},
            chosen=here,
            group="verdicts",
        )


def _came(row):
    if row.counted_as == "present":
        return "came"
    return "stayed away" if row.reading == "absent" else row.reading


def _sentence(d):
    whom = " largest host was" if d["n"] == 1 else " largest hosts were"
    colour = VERDICTS[d["verdict"]][0]
    why = {
        "true": ".",
        "false": f": {listed(d['came'])} came.",
        "open": ": on some there is no report.",
    }[d["verdict"]]
    return ("“The ", At("n"), f"{whom} absent” is ", Word(d["verdict"], f"strong {colour}"), why)


def _under(d):
    if d["scale"] == "countries":
        silent = d["n"] - d["away"] - len(d["came"])
        return (
            Word(f"{d['away']} of {d['n']}", "strong soft"),
            f" stayed away, {len(d['came'])} came"
            + (f", no report on {silent}" if silent else "")
            + f". Ranked at the end of {d['year']}.",
        )
    absent = 100 * d["absent"] / d["world"]
    who = "Yet those that stayed away" if d["came"] else "Those that stayed away"
    return (
        f"{'It' if d['n'] == 1 else who} held ",
        Word(f"{absent:.0f} %", "strong soft"),
        f" of all Syrian refugees at the end of {d['year']}.",
    )
