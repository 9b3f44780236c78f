"""How lesson 6's argument looks: boxes with words, arrows, what falls, and what each box costs."""

from functools import lru_cache
from textwrap import wrap

from brieflab.course.lesson_3.hosts import listed
from brieflab.course.lesson_6.arguments import FALLS, RULES, beyond
from brieflab.stage import At, Mark, Scene, Word
from brieflab.stage.scene import NARROW, line_height

WORDS = {
    "N01": ("Damascus", "conference"),
    "N02": ("West, Turkey,", "Jordan absent"),
    "N03": ("Return seen", "as unsafe"),
    "N04": ("EU, US want a", "deal first"),
    "N05": ("Russia steers", "the process"),
    "N06": ("Russia wants", "rebuilding"),
    "N07": ("US election", "and change"),
    "N08": ("Second round", "in Lebanon"),
    "N09": ("Venue outside", "Damascus"),
    "N10": ("Astana and", "Sochi tracks"),
    "N11": ("New track led", "by Russia"),
    "N12": ("Lebanon takes", "initiative"),
    "N13": ("No Lebanese", "word on date"),
    "N14": ("Russia pays", "for the round"),
    "N15": ("Return raised", "in talks"),
    "N16": ("Relief for", "host states"),
    "N17": ("Committee", "through Sochi"),
    "N18": ("Steps of 2254", "reordered"),
    "N19": ("Return track", "is shared"),
    "N20": ("UN works with", "Damascus"),
    "N21": ("Damascus less", "isolated"),
    "N22": ("Rebuilding", "before return"),
    "N23": ("Projects and", "money arrive"),
    "N24": ("Caesar Act", "sanctions"),
    "N25": ("Goods pass as", "refugee aid"),
    "N26": ("Russia gets", "money back"),
    "N27": ("Cost of long", "intervention"),
    "N28": ("Stronger hand", "with the West"),
    "N29": ("Syrian vote", "of 2021"),
    "N30": ("Less economic", "burden"),
    "N31": ("Closer to US", "and EU"),
    "N32": ("Real Russian", "steps"),
    "N33": ("EU, US agree", "to rebuild"),
    "A": ("Baker has", "a cake left"),
    "B": ("Our own", "oven works"),
    "C": ("Eight friends", "can come"),
    "D": ("There will", "be a cake"),
    "E": ("A good", "birthday"),
}
"""Node -> the two lines in its box, at most 14 letters each; its card says it in full."""

_ROWS = (
    ("N33", "N23", "N26", "N30", "N20", "N21"),
    ("N32", "N12", "N27", "N17", "N19", "N25"),
    ("N04", "N02", "N15", "N10", "N18", "N31"),
    ("N24", "N16", "N09", "N11", "N05", "N29"),
    ("N13", "N14", "N08", "", "N01", "N28"),
    ("N03", "N22", "N06", "", "N07", ""),
)
PLACES = {node: (x, y) for y, row in enumerate(_ROWS) for x, node in enumerate(row)}
"""Node -> column and row, so placed that few arrows cross and none passes behind a box."""

TOY_PLACES = {"A": (0, 0), "B": (0, 1), "C": (0, 2), "D": (1, 0.5), "E": (2, 1.25)}

COMPARED = ("N08", "N22")
"""The two boxes to begin with: what the brief is about, and what most of it rests on."""

LOOKS = {
    "out": "solid ink",
    "fallen": "dashed grey",
    "weaker": "pale orange",
    "stands": "open ink",
}
TILTS = {"out": -5, "fallen": 4}
"""Degrees by which a box leans, by its state."""

HIGH, PITCH = 54, 68
"""Height of a box, and from one row to the next, in pixels."""

UNIT, ROW = 7, 24
"""Pixels of a bar for each conclusion that falls, and height of its row."""

FOOT = (
    "Blue edge: a conclusion. Black: pulled out. Orange: weaker. Dashed and leaning: fallen. "
    "An arrow runs from a reason to what it holds up. "
)
OURS = (
    "Pale edge: an obstacle; it works against others and holds nothing up. Point at a box to "
    "light all that it rests on. Our reading of the brief, 2020: argument_nodes.csv and "
    "argument_edges.csv."
)


def toppling(finding, width):
    """Return the Scene of a Finding of ``arguments.pulled`` at ``width`` pixels.

    The toy is drawn as a toy; an argument from tables with the list of what each box costs alone.
    """
    d = finding.data
    found = d["argument"]
    places, heads, wide = _places(found, width)
    arrows = () if heads else [_arrow(d, *link, places, wide) for link in _shown(found)]
    boxes = [_box(d, node, place, wide) for node, place in places.items()]
    height = max(y for _, y in places.values()) + HIGH + 14
    listed = () if _is_toy(found) else _costs(d, width, height + 20)
    height = max([height, *(mark.y + mark.h + 4 for mark in listed)])
    foot = FOOT + ("Made up for this lesson." if _is_toy(found) else OURS)
    marks = (*heads, *arrows, *boxes, *listed)
    return Scene(width, height, marks, _sentence(d), _under(d), _ask(d), foot)


def _is_toy(found):
    return found.texts.keys() <= TOY_PLACES.keys()


def words(node):
    """Return the words in the box of ``node`` as one line."""
    return " ".join(WORDS.get(node, (node,)))


@lru_cache(maxsize=8)
def _places(found, width):
    """Return node -> (x, y) of its box, headings of groups where boxes are stacked, their width."""
    is_toy, narrow = _is_toy(found), width == NARROW
    columns = 3 if is_toy or narrow else 6
    wide = 150 if is_toy and not narrow else 98
    step = (width - 8 - wide) / (columns - 1)
    if narrow and not is_toy:
        return *_stacked(found, columns, step), wide
    known = TOY_PLACES if is_toy else PLACES
    spare = [n for n in found.texts if n not in known]  # in a table of somebody's own
    cells = {n: known[n] for n in known if n in found.texts}
    cells |= {n: (at % columns, 6 + at // columns) for at, n in enumerate(spare)}
    return {n: (4 + step * x, 14 + PITCH * y) for n, (x, y) in cells.items()}, (), wide


def _stacked(found, columns, step):
    doubted, ends = set(found.open_to_doubt), set(found.conclusions)
    groups = {
        "Premises: nothing holds them up": [n for n in doubted if not found.reasons[n]],
        "Steps between": [n for n in doubted if found.reasons[n]],
        "Conclusions": ends,
        "Obstacles: they hold nothing up": set(found.texts) - doubted - ends,
    }
    places, heads, top = {}, [], 0
    for title, nodes in groups.items():
        heads.append(Mark(f"head {title}", "text", 4, top + 16, look="strong soft", words=title))
        for at, node in enumerate(n for n in found.texts if n in nodes):
            row, column = divmod(at, columns)
            places[node] = (4 + step * column, top + 28 + (HIGH + 11) * row)
        top = max([top, *(places[n][1] + HIGH + 14 for n in nodes)])
    return places, heads


@lru_cache(maxsize=8)
def _fixed(found):
    """Return node -> its card, and the keys of all that it rests on or, for an obstacle, hinders."""
    fixed = {}
    for node in found.texts:
        rests = beyond(found.reasons, node)
        lit = [n for n in found.texts if n in rests]
        lit += [f"{a} > {b}" for a, b in _shown(found) if b in rests | {node}]
        if _is_obstacle(found, node):
            lit = [b for a, b in found.against if a == node]
        card = (found.texts[node], *_reasons(found, node), *found.says.get(node, ()))
        fixed[node] = card, tuple(lit)
    return fixed


@lru_cache(maxsize=8)
def _shown(found):
    """Return the links that hold something up, but for those between obstacles."""
    heard = {*found.open_to_doubt, *found.conclusions}
    return [(a, b) for a in found.links for b in found.links[a] if {a, b} <= heard]


def _arrow(d, start, end, places, wide):
    lost = d["state"][start] in ("out", "fallen")
    later = 2 * d["steps"].get(start, 0) + 1 if lost else 0
    return _drawn_arrow(start, end, *places[start], *places[end], wide, lost, later)


@lru_cache(maxsize=4096)
def _drawn_arrow(start, end, x1, y1, x2, y2, wide, lost, later):
    if x1 == x2:
        x1, x2 = x1 + wide / 2, x2 + wide / 2
        y1, y2 = (y1 + HIGH, y2 - 1) if y2 > y1 else (y1, y2 + HIGH + 1)
    else:
        x1, x2 = (x1 + wide, x2 - 1) if x2 > x1 else (x1, x2 + wide + 1)
        y1, y2 = y1 + 0.38 * HIGH, y2 + 0.62 * HIGH  # apart: a head is no start
    look = "bare line" if lost else "bare grey"
    return Mark(f"{start} > {end}", "arrow", x1, y1, x2 - x1, y2 - y1, look, later=later)


def _box(d, node, place, wide):
    tinted = node in COMPARED and not d["out"]
    return _drawn_box(
        d["argument"],
        node,
        place,
        wide,
        d["state"][node],
        2 * d["steps"].get(node, 0),
        _pressed(d, node),
        tinted,
    )


@lru_cache(maxsize=4096)
def _drawn_box(found, node, place, wide, state, later, pressed, tinted):
    """Return the box of ``node`` with its words, its state, and what it rests on."""
    doubted = node in found.open_to_doubt
    look = LOOKS[state]
    if state == "fallen" and node in found.conclusions:
        look = "dashed blue"
    if state == "stands":
        edge = "blue" if node in found.conclusions else "ink" if doubted else "line"
        look = f"pale {edge}" if tinted else f"open {edge}"
    is_row = node in found.paragraphs
    told = ([node] if is_row else []) + ([state] if state != "stands" or not is_row else [])
    lines, lit = _fixed(found)[node]
    return Mark(
        node,
        "block",
        *place,
        wide,
        HIGH,
        look,
        words="\n".join([*WORDS.get(node, (node,)), " ".join(told)]),
        size="small",
        anchor="middle",
        card=() if _is_toy(found) else lines,
        says=". ".join(line.rstrip(".") for line in (f"{words(node)}: {state}", *lines)),
        sets={"out": pressed} if doubted else {},
        chosen=state == "out" if doubted else None,
        group="boxes",
        turn=TILTS.get(state, 0),
        later=later,
        lights=lit,
    )


def _is_obstacle(found, node):
    return node not in found.open_to_doubt and node not in found.conclusions


def _reasons(found, node):
    """Yield what a card says of a box's place in the argument."""
    if _is_obstacle(found, node):
        ends = [words(b) for a, b in found.against if a == node]
        yield f"An obstacle. It works against: {listed(ends)}." if ends else "An obstacle."
        return
    reasons = [
        f"“{words(n)}”" + (f" ({found.relations[n, node]} it)" if found.paragraphs else "")
        for n in found.reasons[node]
    ]
    yield f"Rests on {listed(reasons)}." if reasons else "A premise: nothing here holds it up."


def _pressed(d, node):
    """Return what is out once ``node`` is pressed: it comes and goes, one too many starts anew."""
    found, out = d["argument"], d["out"]
    now = {*out} - {node} if node in out else {*out, node}
    return tuple(n for n in found.open_to_doubt if n in now) if len(now) <= found.most else (node,)


def _costs(d, width, top):
    """Return the list of what each box costs alone; to be guessed until one is pulled."""
    found, ends = d["argument"], len(d["argument"].conclusions)
    order = sorted(found.costs, key=lambda n: (*(-found.costs[n][r] for r in RULES[::-1]), n))
    columns = 1 if width == NARROW else 2
    rows = -(-len(order) // columns)
    title = "What each costs alone: shown once you have pulled one."
    if d["out"]:
        title = (
            f"What each costs alone, of {ends}. Pale: one lost reason is enough. "
            "Filled: the last must go."
        )
    lines = wrap(title, int(width / 7.3))
    marks = [Mark("costs", "text", 4, top, look="words soft", words="\n".join(lines))]
    top += 12 + line_height("name") * (columns == 1)
    for at, node in enumerate(order):
        x, y = 4 + at // rows * (width / columns + 4), top + ROW * (at % rows)
        wide = width / columns - 8
        now = node in d["out"], bool(d["out"])
        marks += _cost(found, node, x, y, wide, *now, () if d["out"] == (node,) else (node,))
    return marks


@lru_cache(maxsize=4096)
def _cost(found, node, x, y, wide, is_out, is_shown, pressed):
    most, least = (found.costs[node][rule] for rule in RULES[::-1])
    look = "strong ink" if is_out else "words ink"
    said, told, start, long = "?", f"Pull “{words(node)}” alone", x + 184, 0
    bars = []
    if is_shown:
        said, long = f"{most} or {least}" if most != least else str(most), UNIT * most
        told += f": it costs {most} if one lost reason is enough, {least} if the last must go"
        bars = [
            Mark(f"{fill} {node}", "bar", start, y + 5, UNIT * count, 13, f"{fill} vermilion")
            for fill, count in (("pale", most), ("solid", least))
            if count
        ]
    place = {"y": y + 16, "size": "small", "look": look}
    return [
        Mark(f"named {node}", "text", x, words=words(node), **place),
        *bars,
        Mark(f"counts {node}", "text", start + 6 + long, words=said, **place),
        Mark(
            f"cost {node}",
            "area",
            x - 4,
            y,
            wide,
            ROW,
            says=told,
            sets={"out": pressed},
            chosen=is_out,
            group="costs",
        ),
    ]


def _sentence(d):
    ends = len(d["argument"].conclusions)
    if not d["out"]:
        return ("Nothing is pulled: ", Word(f"all {ends} conclusions stand", "strong blue"), ".")
    fallen, weaker = (len(d["groups"][state]) for state in ("fallen", "weaker"))
    names = listed([f"“{words(node)}”" for node in d["out"]])
    falls = Word(f"{fallen} of {ends} conclusions {_do(fallen, 'fall')}", "strong vermilion")
    rest = f" and {weaker} {_do(weaker, 'weaken')}." if weaker else "."
    return (f"Without {names}, ", falls, rest)


def _do(count, verb):
    return verb + "s" if count == 1 else verb


def _under(d):
    less = {
        "one reason": ". Then nothing is merely weaker.",
        "its last reason": ". What has lost less is weaker.",
    }
    falls = next(what for what, rule in FALLS.items() if rule == d["rule"])
    return ("A box falls as soon as it loses ", At("rule"), less[falls])


def _ask(d):
    found, out = d["argument"], d["out"]
    if _is_toy(found):
        if not out:
            return (
                "The baker is sold out. Does the birthday fall? Decide, then press that box, then "
                "change the rule."
            )
        return "Which rule is right for the cake, which for the birthday? They may differ."
    if not out:
        first, second = COMPARED
        return (
            f"How many of the {len(found.conclusions)} fall without “{words(first)}”? How many "
            f"without “{words(second)}”? Write two numbers, then press each box (both tinted)."
        )
    if len(out) < found.most:
        return (
            "Press it again to put it back, then try the other one. Or pull a second with it: do "
            "two cost more than each alone?"
        )
    return "Which of the two would you check first, and who says so? A third box starts anew."
