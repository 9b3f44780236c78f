"""What a stage shows, as plain data: controls, a sentence that holds them, marks with keys.

A ``Scene`` is a pure value that a test can compare; it knows no browser and no drawing library.
Coordinates are CSS pixels from the upper left corner, y downwards. A scene is made for each of
two widths: ``NARROW`` for phones and half panes, ``WIDE`` for all else.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import copysign, cos, pi, sin
from typing import Any

from brieflab.plain import PlainError

NARROW, WIDE = 328, 680
"""Widths of the picture: a phone of 360 less its margins, and a column of text."""

FILLS = ("solid", "pale", "open", "dashed", "hatched", "bare", "words", "strong")
COLOURS = ("ink", "soft", "grey", "line", "blue", "vermilion", "orange", "green", "purple")
"""A look is a fill and a colour: ``"solid blue"``. Text is ``words`` or ``strong``."""

SIZES = {"small": 12, "name": 13, "big": 21}
"""Heights of type in pixels: sources, names of marks, the finding."""

LETTER = {"words": 0.56, "strong": 0.62}
"""A letter's width as a part of its height: the mean of a wide screen font, so that what fits
here fits elsewhere."""


@dataclass(frozen=True)
class Stepper:
    """A whole number between ``first`` and ``last`` that can be typed or stepped.

    plays: whether a button runs it once to its end; any key or click stops it.
    """

    label: str
    first: int
    last: int
    value: int
    plays: bool = False

    @property
    def domain(self) -> list[int]:
        return list(range(self.first, self.last + 1))

    @property
    def names(self) -> list[str]:
        return [str(value) for value in self.domain]


@dataclass(frozen=True)
class Switch:
    """One of a few ``options`` (dict word -> value)."""

    label: str
    options: Mapping[str, Any]
    value: Any

    @property
    def domain(self) -> list[Any]:
        return list(self.options.values())

    @property
    def names(self) -> list[str]:
        return list(self.options)


@dataclass(frozen=True)
class Picked(Switch):
    """One of ``options`` that is chosen at the marks alone: nothing else is drawn for it."""


@dataclass(frozen=True)
class Chips:
    """Any of a few ``options`` (dict word -> value); ``value`` and the choices are tuples.

    shapes: dict word -> (kind, look) of the marks that a chip stands for: the legend is the control.
    """

    label: str
    options: Mapping[str, Any]
    value: tuple
    shapes: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def domain(self) -> list[tuple]:
        every = list(self.options.values())
        return [
            tuple(value for at, value in enumerate(every) if bits >> at & 1)
            for bits in range(2 ** len(every))
        ]

    @property
    def names(self) -> list[str]:
        return list(self.options)


@dataclass(frozen=True)
class Word:
    """A part of a sentence with a look of its own: a verdict, a number that matters."""

    text: str
    look: str = "strong ink"


@dataclass(frozen=True)
class At:
    """The place in a sentence where the control ``name`` stands."""

    name: str


@dataclass(frozen=True)
class Mark:
    """Something on the stage: a thing with a ``key`` that stays itself while its state changes.

    kind: ``bar``, ``block`` (a box, words inside), ``area`` (unseen: a wide place to point at),
    ``line`` (from x, y by w, h), ``arrow`` (a curve with a head, likewise), ``text``, ``shape``
    (closed, thin, through its ``points``, each (across, down) from x, y), or a shape around x, y as
    in ``SHAPES``. words: its text, lines apart by a line break. anchor: start, middle or end.
    card: lines of text that pointing at it opens, the last one its row id; ``says`` is what is
    read aloud (the card when left out). sets: choices that choosing it makes (dict name -> value);
    chosen: whether they are made. slide: (control, "x" or "y", dict value -> place) for a mark
    that is dragged. group: marks of one group are one stop for Tab; arrow keys move inside.
    turn: degrees. later: steps of 60 ms that its change waits. lights: keys of the marks that
    stand out while its card is open.
    """

    key: str
    kind: str
    x: float
    y: float
    w: float = 0
    h: float = 0
    look: str = "solid ink"
    words: str = ""
    size: str = "name"
    anchor: str = "start"
    card: tuple[str, ...] = ()
    says: str = ""
    sets: Mapping[str, Any] = field(default_factory=dict)
    chosen: bool | None = None
    slide: tuple[str, str, Mapping[Any, float]] | None = None
    group: str = ""
    turn: float = 0
    later: int = 0
    lights: tuple[str, ...] = ()
    points: tuple[tuple[float, float], ...] = ()

    def __post_init__(self):
        fill, _, colour = self.look.partition(" ")
        if fill not in FILLS or colour not in COLOURS or self.kind not in KINDS:
            raise PlainError(
                f"The mark '{self.key}' is a {self.kind!r} with the look {self.look!r}. A kind is "
                f"one of {', '.join(KINDS)}; a look is one of {', '.join(FILLS)}, then one of "
                f"{', '.join(COLOURS)}."
            )

    @property
    def spoken(self) -> str:
        """What a reader who cannot see the mark is told of it."""
        return self.says or ". ".join(line.rstrip(".") for line in self.card).replace("?. ", "? ")

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the mark, its words by estimate."""
        if self.kind == "text":
            wide = max(text_width(line, self.size, self.look) for line in self.words.split("\n"))
            left = self.x - wide * {"start": 0, "middle": 0.5, "end": 1}[self.anchor]
            tall = SIZES[self.size]
            low = self.y + line_height(self.size) * self.words.count("\n")
            return left, self.y - 0.75 * tall, left + wide, low + 0.22 * tall
        if self.kind == "shape":
            across, down = zip(*self.points)
            return (
                self.x + min(across), self.y + min(down), self.x + max(across), self.y + max(down),
            )  # fmt: skip
        if self.kind in SHAPES:
            half = self.w / 2
            return self.x - half, self.y - half, self.x + half, self.y + half
        across, down = sorted((0, self.w)), sorted((0, self.h))
        return self.x + across[0], self.y + down[0], self.x + across[1], self.y + down[1]


def _star(points: int, start: float):
    turns = [start + 2 * pi * at / points for at in range(points)]
    return lambda r: "M" + "L".join(f"{r * cos(t):.1f} {r * sin(t):.1f}" for t in turns) + "Z"


SHAPES = {
    "dot": lambda r: f"M{-r} 0A{r} {r} 0 1 1 {r} 0A{r} {r} 0 1 1 {-r} 0Z",
    "square": lambda r: f"M{-r} {-r}H{r}V{r}H{-r}Z",
    "diamond": _star(4, 0),
    "triangle": _star(3, -pi / 2),
    "wedge": _star(3, pi / 2),
    "cross": lambda r: f"M{-r} {-r}L{r} {r}M{-r} {r}L{r} {-r}",
    "tick": lambda r: f"M{-r} 0L{-r / 3:.1f} {r * 0.8:.1f}L{r} {-r}",
    "chair": lambda r: (
        f"M{-r} {r * 0.6:.1f}V{-r * 0.6:.1f}Q{-r} {-r} {-r * 0.6:.1f} {-r}H{r * 0.6:.1f}"
        f"Q{r} {-r} {r} {-r * 0.6:.1f}V{r * 0.6:.1f}ZM{-r * 0.8:.1f} {r * 0.6:.1f}V{r}"
        f"M{r * 0.8:.1f} {r * 0.6:.1f}V{r}"
    ),
}
"""Paths of the shapes around the origin; the argument is half their size."""

KINDS = ("bar", "block", "area", "line", "arrow", "text", "shape", *SHAPES)


def path(mark: Mark) -> str:
    """Return the SVG path of ``mark`` around its place; "" for a box or a text."""
    if mark.kind == "line":
        return f"M0 0L{mark.w:g} {mark.h:g}"
    if mark.kind == "arrow":
        w, h, back = mark.w, mark.h, copysign(5, -mark.w if mark.w else -mark.h)
        ends = [(back, 4), (0, 0), (back, -4)] if mark.w else [(4, back), (0, 0), (-4, back)]
        head = "L".join(f"{w + x:g} {h + y:g}" for x, y in ends)
        return f"M0 0C{w / 2:g} 0 {w / 2:g} {h:g} {w:g} {h:g}M{head}"
    if mark.kind == "shape":
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in mark.points) + "Z"
    return SHAPES[mark.kind](round(mark.w / 2, 2)) if mark.kind in SHAPES else ""


def text_width(text: str, size: str = "name", look: str = "words ink") -> float:
    """Return how wide ``text`` is at most, in pixels, by its number of letters."""
    return len(text) * SIZES[size] * LETTER.get(look.split()[0], LETTER["words"])


def line_height(size: str) -> float:
    """Return the distance of two lines of type in pixels."""
    return round(SIZES[size] * 1.35, 1)


@dataclass(frozen=True)
class Scene:
    """All that a stage shows for one finding at one ``width``.

    sentence, under: tuples of text, ``Word`` and ``At``: the finding in large type, and the
    line below it. ask: the question that the picture raises. foot: legend and sources.
    """

    width: int
    height: float
    marks: tuple[Mark, ...]
    sentence: tuple
    under: tuple = ()
    ask: str = ""
    foot: str = ""

    def __post_init__(self):
        count = Counter(mark.key for mark in self.marks)
        twice = sorted(key for key, n in count.items() if n > 1)
        if twice:
            raise PlainError(
                f"Two marks of a scene have the same key: {', '.join(twice)}. A key names one "
                "thing, so that it can be followed from state to state."
            )


def plain(parts: tuple, shown: Mapping[str, str]) -> str:
    """Return the parts of a sentence as text; ``shown`` holds what each control shows."""
    return "".join(
        part if isinstance(part, str) else part.text if isinstance(part, Word) else shown[part.name]
        for part in parts
    )
