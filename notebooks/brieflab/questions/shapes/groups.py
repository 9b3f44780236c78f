"""Answers of several values: in a fixed order, by name, or in given fields."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from brieflab.plain import suggest
from brieflab.questions.names import canonical, fold
from brieflab.questions.shapes.base import Refused, Shape, read_part
from brieflab.questions.shapes.numbers import Number
from brieflab.questions.shapes.values import is_table, items, labelled, pairs, plain


def _shared_slip(item: Shape, compared: Iterable[tuple]) -> tuple[str, str] | None:
    """Return the slip that all pairs (normal, key) of numbers show alike, or None."""
    if isinstance(item, Number):
        slips = [item.slip(normal, key) for normal, key in compared]
        if all(slips) and len({name for name, _ in slips}) == 1:
            return slips[0]


class InOrder(Shape):
    """A fixed number of values in a fixed order, each of shape ``item``.

    labels: what each place means; a dict or Series with these labels is read as well.
    """

    def __init__(self, labels: Iterable[str], item: Shape):
        self.labels, self.item = tuple(labels), item
        self.words = f"{len(self.labels)} values in this order: " + "; ".join(self.labels)

    def read(self, value: object) -> list:
        value = plain(value)
        given = {fold(k): part for k, part in labelled(value) or ()}
        wanted = [fold(label) for label in self.labels]
        if set(wanted) <= set(given):
            value = [given[w] for w in wanted]
        elif isinstance(value, dict):
            raise self.refusal(value, "shape")
        inside = items(value)
        if inside is None or isinstance(value, (set, frozenset)):
            raise self.refusal(value, "type", "Use a list: [first, second].")
        if len(inside) != len(self.labels):
            raise self.refusal(value, "shape")
        blank = "The value for '{}' is still empty. Fill every place of the list."
        return [
            read_part(self.item, part, f"'{label}'", blank.format(label))
            for label, part in zip(self.labels, inside)
        ]

    def same(self, normal: list, key: list) -> bool:
        return all(map(self.item.same, normal, key))

    def slip(self, normal: list, key: list) -> tuple[str, str] | None:
        if not self.same(normal, key) and self.same(normal[::-1], key):
            return "reversed", (
                "The right values in reverse order. "
                f"Put '{self.labels[0]}' first and '{self.labels[-1]}' last."
            )
        return _shared_slip(self.item, zip(normal, key))

    def differ(self, normal: list, key: list) -> str:
        wrong = [name for name, a, b in zip(self.labels, normal, key) if not self.item.same(a, b)]
        told = " and ".join(f"'{w}'" for w in wrong[:3])
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        right = len(normal) - len(wrong)
        return f"{right} of {len(normal)} fit. Look again at {told}{more}."


@dataclass
class Mapping(Shape):
    """Names or ids, each with a value of shape ``item``: a dict, Series or two-column table.

    rename: turns a key as written into the module's spelling (``names.canonical`` or ``str``).
    """

    words: str
    item: Shape
    rename: Callable[[object], str] = canonical
    most: int = 400

    def read(self, value: object) -> dict:
        value = plain(value)
        found = pairs(value)
        if found is None:
            step = "Make a dictionary, or a table of two columns: name and value."
            raise self.refusal(value, "shape" if is_table(value) else "type", step)
        if len(found) > self.most:
            raise self.refusal(value, "shape", "These are too many rows: keep one for each name.")
        out, spelled = {}, {}
        for key, part in found:
            name = self.rename(key)[:200]
            name = spelled.setdefault(fold(name), name)
            blank = f"The value for '{name}' is still empty."
            normal = read_part(self.item, part, f"'{name[:40]}'", blank)
            if not self.item.same(out.setdefault(name, normal), normal):
                said = f"'{name[:40]}' stands twice, with two values. Keep one row for each name."
                raise Refused(said)
            out[name] = normal
        return dict(sorted(out.items()))

    def same(self, normal: dict, key: dict) -> bool:
        normal = _spelled_like(key, normal)
        return set(normal) == set(key) and all(self.item.same(normal[k], key[k]) for k in key)

    def slip(self, normal: dict, key: dict) -> tuple[str, str] | None:
        normal = _spelled_like(key, normal)
        if set(normal) == set(key):
            return _shared_slip(self.item, [(normal[k], key[k]) for k in key if key[k]])

    def differ(self, normal: dict, key: dict) -> str:
        normal = _spelled_like(key, normal)
        missing, extra = sorted(set(key) - set(normal)), sorted(set(normal) - set(key))
        if missing or extra:
            told = []
            if missing:
                told.append(f"{len(missing)} missing, for example '{missing[0][:40]}'")
            if extra:
                told.append(f"{len(extra)} that do not belong, for example '{extra[0][:40]}'")
            return f"Your answer has {len(normal)} names: " + "; ".join(told) + "."
        wrong = [k for k in key if not self.item.same(normal[k], key[k])]
        return f"{len(key) - len(wrong)} of {len(key)} values fit. Look again at '{wrong[0][:40]}'."


def _spelled_like(key, normal):
    """Return ``normal`` with its names spelled as in ``key`` where only case or accents differ."""
    known = {fold(name): name for name in key}
    return {known.get(fold(name), name): part for name, part in normal.items()}


@dataclass
class Fields(Shape):
    """A dictionary with given fields, each of a shape of its own."""

    words: str
    fields: dict[str, Shape]

    def read(self, value: object) -> dict:
        found = labelled(value)
        if found is None:
            raise self.refusal(plain(value), "type", "Make a dictionary.")
        given = {fold(k): part for k, part in found}
        out = {}
        for name, shape in self.fields.items():
            blank = f"The field '{name}' is missing or empty."
            out[name] = read_part(shape, given.pop(fold(name), None), f"'{name}'", blank)
        if given:
            said = f"I do not know the field '{next(iter(given))[:40]}'. {suggest('', self.fields)}"
            raise Refused(said[:300])
        return out

    def same(self, normal: dict, key: dict) -> bool:
        return not self._wrong(normal, key)

    def differ(self, normal: dict, key: dict) -> str:
        wrong = self._wrong(normal, key)
        return f"Look again at '{wrong[0]}'." if wrong else super().differ(normal, key)

    def _wrong(self, normal, key):
        return [k for k, shape in self.fields.items() if not shape.same(normal[k], key[k])]
