"""Answers that a learner made: a function, a chart. Kept is what can be said of them, not they."""

from dataclasses import dataclass
from math import isfinite

from brieflab.questions.names import canonical
from brieflab.questions.shapes.base import Refused, Shape, read_part


@dataclass
class Function(Shape):
    """A function, judged by its results on published ``cases`` (tuples of arguments).

    The function is called where the learner works; only its results are stored, so a grader
    never runs code.
    """

    words: str
    cases: tuple[tuple, ...]
    item: Shape

    def read(self, value: object) -> list:
        if callable(value):
            value = [self._result(value, case) for case in self.cases]
        if not isinstance(value, list) or len(value) != len(self.cases):
            raise self.refusal(value, "type", "Give the function's name without brackets.")
        return [read_part(self.item, got, f"For {case}") for case, got in zip(self.cases, value)]

    def _result(self, function, case):
        called = f"Called with {case}, your function"
        try:
            result = function(*case)
        except Exception as error:
            said = f"{called} stopped: {type(error).__name__}: {str(error)[:80]}"
            raise Refused(said, "type") from None
        if result is None:
            raise Refused(f"{called} returned nothing. End it with return.", "type")
        return result

    def same(self, normal: list, key: list) -> bool:
        return all(map(self.item.same, normal, key))

    def differ(self, normal: list, key: list) -> str:
        case = next(c for c, a, b in zip(self.cases, normal, key) if not self.item.same(a, b))
        return f"Called with {case}, your function gives another result than the definition."


class Chart(Shape):
    """A chart with its alternative text, judged by features: ``(figure, alt)``.

    The features are stored: bars (label, value), their order, whether the axis starts at zero,
    title, axis labels, alternative text. The picture is not.
    """

    words = "a pair (figure, alternative text) with bars in the figure"
    FEATURES = ("labels", "values", "zero_base", "title", "axis", "alt")

    def read(self, value: object) -> dict:
        if isinstance(value, dict) and set(value) == set(self.FEATURES):
            return self._sound(value)
        alt = ""
        if isinstance(value, dict):
            value, alt = value.get("figure"), value.get("alt", "")
        elif isinstance(value, (list, tuple)) and len(value) == 2:
            value, alt = value
        inside = getattr(value, "axes", None)
        axes = inside[0] if isinstance(inside, list) and inside else inside
        if not hasattr(axes, "get_xlim"):
            raise self.refusal(value, "type", "Give the figure and its text: (figure, alt).")
        if not axes.containers or not axes.patches:
            raise self.refusal(value, "shape", "I found no bars: use bar or barh.")
        return self._sound(self._features(axes, alt))

    def _features(self, axes, alt):
        """Return the features of matplotlib ``axes`` whose first bars are the chart."""
        bars = list(axes.containers[0])[:200]
        flat = getattr(axes.containers[0], "orientation", "vertical") == "horizontal"

        def place(bar):
            start, size = (bar.get_y, bar.get_height) if flat else (bar.get_x, bar.get_width)
            return start() + size() / 2

        axis = axes.yaxis if flat else axes.xaxis
        texts = (label.get_text() for label in axis.get_ticklabels())
        ticks = dict(zip(map(float, axis.get_ticklocs()), texts))
        order = sorted(bars, key=place, reverse=flat and not axis.get_inverted())
        low, high = sorted(axes.get_xlim() if flat else axes.get_ylim())
        return {
            "labels": [ticks.get(round(float(place(bar)), 6), "")[:80] for bar in order],
            "values": [float(bar.get_width() if flat else bar.get_height()) for bar in order],
            "zero_base": bool(low <= 0 <= high),
            "title": axes.get_title()[:300],
            "axis": (axes.get_xlabel() if flat else axes.get_ylabel())[:200],
            "alt": str(alt)[:1000],
        }

    def _sound(self, found):
        texts = [found["title"], found["axis"], found["alt"]]
        values, labels = found["values"], found["labels"]
        sound = (
            isinstance(values, list)
            and isinstance(labels, list)
            and len(values) <= 200
            and all(isinstance(t, str) and len(t) <= 1000 for t in texts)
            and all(isinstance(v, (int, float)) and isfinite(v) for v in values)
            and all(isinstance(label, str) for label in labels)
        )
        if not sound:
            raise self.refusal(found)
        return {**found, "labels": [canonical(label) for label in labels]}
