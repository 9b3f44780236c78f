"""A stage: controls, a finding and a picture that follows, with what can be computed ahead.

Python decides what is seen: ``calculate`` finds it, ``scene`` says how it looks. Every state the
controls can reach is made ahead, as far as a budget goes, so that the browser answers at once,
also when no kernel is left. What lies beyond is asked from the kernel.
"""

import json
import time
from base64 import b32encode, b64encode
from functools import cache, partial
from hashlib import sha256
from heapq import heappop, heappush
from html import escape
from importlib.resources import files
from math import prod
from typing import Any
from zlib import compress

from brieflab.figures import Finding, described
from brieflab.html import Readable, render, table_cells
from brieflab.plain import PlainError
from brieflab.stage.scene import (
    NARROW,
    WIDE,
    At,
    Chips,
    Mark,
    Scene,
    Stepper,
    Switch,
    Word,
    line_height,
    path,
    plain,
)
from brieflab.stage.svg import HATCH, classes, picture, style, text_at

AHEAD_BYTES = 1_000_000
"""What the states ahead of one stage may weigh before they are packed, to about a tenth: two stages
fit into a saved notebook of 300 kB."""

AHEAD_SECONDS = 10.0
"""How long computing ahead may hold up the cell. The lessons' stages need a second at most; on a
crowded machine ten times that, and a picture that lives on without a kernel is worth the wait."""

EMPTY = ("", None, [], 0)

Control = Stepper | Switch | Chips


class _Pool(list):
    """Values that are sent once and named by their place."""

    def __init__(self):
        self._at, self._first, self._alike, self._kept, self._held = {}, {}, {}, {}, []

    def put(self, value):
        key = json.dumps(value)
        if key not in self._at:
            self._at[key] = len(self)
            self.append(value)
        return self._at[key]

    def put_marks(self, marks, width, draw):
        """Put ``draw(mark)`` for each, from the second of its key on as what sets it apart from the
        first: None stands for a field that is gone, "^" for the place of the first."""
        kept = self._kept.setdefault(width, {})  # a scene may keep its marks: known by sight
        for mark in marks:
            if id(mark) not in kept:
                kept[id(mark)] = self._put_mark(mark, width, draw)
                self._held.append(mark)  # as long as it lives, its id is its own
        return [kept[id(mark)] for mark in marks]

    def _put_mark(self, mark, width, draw):
        key = mark.key, width
        seen = mark.x, mark.y, mark.w, mark.h, mark.look, mark.words, mark.card
        alike = self._alike.setdefault(key + seen, [])
        for other, place in alike:
            if other == mark:
                return place
        drawn = draw(mark)
        if key in self._first:
            first = self[self._first[key]]
            fields = {k: drawn.get(k) for k in {**first, **drawn}}
            drawn = {"^": self._first[key]}
            drawn |= {k: v for k, v in fields.items() if v != first.get(k)}
        place = self.put(drawn)
        self._first.setdefault(key, place)
        alike.append((mark, place))
        return place


class _Row:
    """The marks of one width: a state that has those of the first, in their order, is a string with
    a letter for each that says in which of its versions it is seen."""

    def __init__(self, pool):
        self.pool, self.bases, self.versions, self._letters = pool, (), {}, {}

    def put(self, marks):
        """Return ``marks`` (places in the pool) as a string, or as they are."""
        bases = [self.pool[mark].get("^", mark) for mark in marks]
        self.bases = self.bases or bases
        if bases != self.bases:
            return marks
        for base, mark in zip(bases, marks):
            if mark not in self._letters:
                versions = self.versions.setdefault(base, [])
                self._letters[mark] = chr(48 + len(versions))
                versions.append(mark)
        return "".join([self._letters[mark] for mark in marks])


class Stage(Readable):
    """A finding with its controls and picture: alive in a browser, text everywhere else.

    ``data`` of the browser is ``ahead``: controls, marks, and the states computed ahead.
    ``complete`` tells whether these are all.
    """

    def __init__(self, controls, calculate, scene, bytes_ahead, seconds_ahead):
        self.controls, self.calculate, self.scene = dict(controls), calculate, scene
        opening = [control.domain.index(control.value) for control in self.controls.values()]
        self.opening = tuple(opening)
        self.ahead = self._compute(bytes_ahead, seconds_ahead)
        every = prod(len(control.domain) for control in self.controls.values())
        self.complete = len(self.ahead["states"]) == every

    def choices(self, at: tuple[int, ...]) -> dict[str, Any]:
        """Return the choices (dict name -> value) whose places in the controls are ``at``."""
        return {
            name: control.domain[place]
            for place, (name, control) in zip(at, self.controls.items(), strict=True)
        }

    def seen(self, at: tuple[int, ...]) -> tuple[Finding, Scene, Scene]:
        """Return the finding at these places and its scene, narrow and wide; may raise PlainError."""
        finding = self.calculate(**self.choices(at))
        return finding, self.scene(finding, NARROW), self.scene(finding, WIDE)

    def _every(self):
        """Yield the places of every state, nearest to the opening first: changes of one control
        before changes of two, small steps before large ones."""
        sizes = [len(control.domain) for control in self.controls.values()]

        def distance(at):
            steps = [abs(a - b) for a, b in zip(at, self.opening)]
            return sum(map(bool, steps)), sum(steps), at

        waiting, seen = [distance(self.opening)], {self.opening}
        while waiting:
            *_, at = heappop(waiting)
            yield at
            for n, size in enumerate(sizes):
                away = at[n] - self.opening[n]
                for step in (1, -1) if not away else (away // abs(away),):
                    near = (*at[:n], at[n] + step, *at[n + 1 :])
                    if 0 <= near[n] < size and near not in seen:
                        seen.add(near)
                        heappush(waiting, distance(near))

    def _compute(self, bytes_ahead, seconds_ahead):
        began, pool, states, weight = time.perf_counter(), _Pool(), {}, 0
        rows = [_Row(pool) for _ in (NARROW, WIDE)]
        for at in self._every():
            if states and (weight > bytes_ahead or time.perf_counter() - began > seconds_ahead):
                break
            before = len(pool)
            state = states["|".join(map(str, at))] = self.state(at, pool)
            if "marks" in state:
                state["marks"] = [row.put(marks) for row, marks in zip(rows, state["marks"])]
            weight += len(json.dumps([state, pool[before:]], separators=(",", ":")))
        return {
            "controls": [
                _control(name, control, place)
                for place, (name, control) in zip(self.opening, self.controls.items())
            ],
            "widths": [NARROW, WIDE],
            "pool": pool,
            "rows": [[row.versions[base] for base in row.bases] for row in rows],
            "states": states,
        }

    def state(self, at: tuple[int, ...], pool: _Pool) -> dict[str, Any]:
        """Return the state at these places for the browser, its values as places in ``pool``."""
        try:
            finding, *scenes = self.seen(at)
        except PlainError as error:
            return {"say": pool.put(str(error)), "parts": pool.put([str(error)])}
        shown, draw = scenes[1], partial(self.drawn, pool=pool)
        head, rows = table_cells(finding.table)
        alt = finding.alt.replace(finding.sentence, "").strip()
        return {
            "say": pool.put(finding.sentence),
            "alt": pool.put(alt or finding.alt),
            "parts": pool.put(_parts(shown.sentence)),
            "under": pool.put(_parts(shown.under)),
            "ask": pool.put(shown.ask),
            "foot": pool.put(shown.foot),
            "head": pool.put(head),
            "rows": [pool.put(row) for row in rows],
            "height": [scene.height for scene in scenes],
            "marks": [pool.put_marks(scene.marks, scene.width, draw) for scene in scenes],
        }

    def drawn(self, mark: Mark, pool: _Pool) -> dict:
        """Return ``mark`` as the browser draws it; what is empty is left out."""
        x, y, anchor = text_at(mark)
        places = list(self.controls)
        controls = list(self.controls.values())
        slide = mark.slide and [
            places.index(mark.slide[0]),
            mark.slide[1],
            [mark.slide[2].get(v) for v in self.controls[mark.slide[0]].domain],
        ]
        every = {
            "k": mark.key,
            "l": pool.put(classes(mark)),
            "x": round(float(mark.x), 1),
            "y": round(float(mark.y), 1),
            "w": round(float(mark.w), 1) if mark.kind in ("bar", "block", "area") else 0,
            "h": round(float(mark.h), 1) if mark.kind in ("bar", "block", "area") else 0,
            "d": path(mark),
            "t": pool.put(
                [mark.words.split("\n"), x, y, f"{mark.size} {anchor}", line_height(mark.size)]
            )
            if mark.words
            else None,
            "c": pool.put(list(mark.card)) if mark.card else None,
            "n": pool.put(mark.spoken) if mark.spoken else None,
            "s": [
                [places.index(name), controls[places.index(name)].domain.index(value)]
                for name, value in mark.sets.items()
            ],
            "p": mark.chosen,
            "m": slide,
            "g": mark.group,
            "r": mark.turn,
            "o": mark.later,
            "i": pool.put(list(mark.lights)) if mark.lights else None,
        }
        return {k: v for k, v in every.items() if k in "xy" or v is False or v not in EMPTY}

    @property
    def text(self) -> str:
        """The figure as it opens, for readers without pictures."""
        try:
            finding = self.seen(self.opening)[0]
        except PlainError as error:
            return str(error)
        return described(finding.sentence, finding.alt, finding.table)

    @property
    def html(self) -> str:
        """The stage as HTML; see ``fragment``."""
        return self.fragment()

    def fragment(self) -> str:
        """Return the stage as HTML that needs nothing else: alive where scripts run, a still
        picture with its sentence and numbers where they do not."""
        try:
            finding, narrow, wide = self.seen(self.opening)
        except PlainError as error:
            return f"<p>{escape(str(error))}</p>"
        shown = {
            name: control.names[place] if not isinstance(control, Chips) else ""
            for place, (name, control) in zip(self.opening, self.controls.items())
        }
        head, rows = table_cells(finding.table)
        data = json.dumps(self.ahead, separators=(",", ":")).encode()
        name = "s" + b32encode(sha256(data).digest())[:10].decode().lower()
        return render(
            "stage",
            name=name,
            data=_packed(data),
            module=_packed(f"<style>{style()}</style><script type=module>{module()}".encode()),
            sentence=plain(wide.sentence, shown),
            under=plain(wide.under, shown),
            foot=wide.foot,
            picture=picture(narrow, wide, finding.alt),
            caption=finding.sentence,
            head=head,
            rows=rows,
        )


@cache
def module() -> str:
    """Return the text of the browser's part."""
    return files("brieflab.stage").joinpath("stage.js").read_text("utf-8").replace("%HATCH%", HATCH)


@cache
def _packed(plain):
    """Return bytes as text that a browser unpacks: each stage carries all it needs, and a saved
    notebook has room for several."""
    return b64encode(compress(plain, 9)).decode("ascii")


def _control(name, control, place):
    kind = type(control).__name__.lower()
    said = {"name": name, "kind": kind, "label": control.label, "at": place}
    if isinstance(control, Stepper):
        return said | {"first": control.first, "last": control.last, "plays": control.plays}
    shapes = [control.shapes.get(word) for word in control.names] if kind == "chips" else []
    drawn = [
        shape and [path(Mark("", shape[0], 0, 0, 11, look=shape[1])), _look(shape[1])]
        for shape in shapes
    ]
    return said | {"names": control.names, "shapes": drawn}


def _look(look):
    fill, _, colour = look.partition(" ")
    return f"f-{fill} c-{colour}"


def _parts(parts):
    """Return a sentence for the browser: text, [text, look], or {"control": name}."""
    return [
        part
        if isinstance(part, str)
        else {"control": part.name}
        if isinstance(part, At)
        else [part.text, _look(part.look)]
        for part in parts
        if isinstance(part, (str, At, Word))
    ]
