"""Answers in words: True or False, one of several, names, a text of one's own."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from brieflab.plain import suggest
from brieflab.questions.names import canonical, fold
from brieflab.questions.shapes.base import Refused, Shape
from brieflab.questions.shapes.values import is_table, items, named, plain, received, single


class Truth(Shape):
    """True or False (Python's or numpy's)."""

    words = "True or False"

    def read(self, value: object) -> bool:
        value = single(value)
        if not isinstance(value, bool):
            raise self.refusal(value, "type", "Write True or False without quotation marks.")
        return value


class Choice(Shape):
    """One of ``options``; ``variants`` maps other spellings to an option."""

    def __init__(self, *options: str, variants: dict[str, str] | None = None):
        self.options, self.variants = options, variants or {}
        self.words = "one of " + ", ".join(f"'{o}'" for o in options)

    def read(self, value: object) -> str:
        value = single(value)
        if isinstance(value, (bool, int, float)):
            value = str(value)
        if not isinstance(value, str):
            raise self.refusal(value, "type", "Give one word in quotation marks.")
        known = {o: o for o in self.options} | self.variants
        known = {fold(spelling): option for spelling, option in known.items()}
        if fold(value) not in known:
            raise Refused(f"I received {received(value)}. {suggest(value, self.options)}")
        return known[fold(value)]

    def differ(self, normal: str, key: str) -> str:
        return f"'{normal}' is not it. Look again at the row that the question names."


class Name(Shape):
    """One name or id, in the module's spelling: a column of a Table, a value of a Mapping."""

    words = "one name"

    def read(self, value: object) -> str:
        value = plain(value)
        if not isinstance(value, str):
            raise self.refusal(value, "type", "A name is a text in quotation marks.")
        return canonical(value)

    def same(self, normal: str, key: str) -> bool:
        return fold(normal) == fold(key)


@dataclass
class Names(Shape):
    """A set of names in any order, or, with ``ordered``, a list from first to last.

    Known spelling variants count as the same name (see ``questions.names``); one text with
    commas or semicolons is read as a list.
    """

    words: str = "a set of names"
    ordered: bool = False
    most: int = 200

    def read(self, value: object) -> list[str]:
        value = plain(value)
        if isinstance(value, str):
            value = [part for part in re.split(r"[;,\n]", value) if part.strip()]
        if self.ordered and isinstance(value, (set, frozenset)):
            raise self.refusal(value, "shape", "A set has no order: use a list.")
        value = named(value)
        inside = items(value)
        if inside is None:
            step = "Select one column." if is_table(value) else ""
            raise self.refusal(value, "shape" if step else "type", step)
        if len(inside) > self.most:
            raise self.refusal(value, "shape", "Keep each name once.")
        for part in inside:
            if not isinstance(part, str):
                raise self.refusal(part, "type", "Every name is a text in quotation marks.")
        names = {fold(name): name for name in map(canonical, inside) if name}
        return list(names.values()) if self.ordered else [names[k] for k in sorted(names)]

    def same(self, normal: list[str], key: list[str]) -> bool:
        return [fold(n) for n in normal] == [fold(n) for n in key]

    def slip(self, normal: list[str], key: list[str]) -> tuple[str, str] | None:
        if self.ordered and len(key) > 1:
            if self.same(normal[::-1], key):
                said = f"The right names, from last to first: '{normal[0]}' stands first. "
                return "reversed", said + "Sort the other way round."
            if sorted(map(fold, normal)) == sorted(map(fold, key)):
                said = "The right names in another order. Sort by the column that the question "
                return "order", said + "names, then read the names from the top."

    def differ(self, normal: list[str], key: list[str]) -> str:
        hits = len({fold(n) for n in normal} & {fold(n) for n in key})
        extra, missing = len(normal) - hits, len(key) - hits
        told = [f"{hits} of your {len(normal)} names {'belong' if hits != 1 else 'belongs'} here"]
        if extra:
            told.append(f"{extra} do not" if extra > 1 else "one does not")
        if missing:
            told.append(f"{missing} are missing" if missing > 1 else "one is missing")
        return "; ".join(told) + ". Check each name against the rule in the question."


def count_words(text: str) -> int:
    """Return the number of words of ``text``: whatever stands between spaces."""
    return len(text.split())


@dataclass
class Text(Shape):
    """Free text, marked by a person. count: how many words a text has, as its writer is told."""

    most_words: int = 2000
    count: Callable[[str], int] = count_words
    words = "a text in your own words"

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.refusal(value, "type", "Write sentences in quotation marks.")
        words = count_words(value)
        if words > self.most_words:
            said = f"I received {words:,} words; at most {self.most_words:,} are kept. Shorten it."
            raise Refused(said)
        return value
