"""What travels of a question whose key stays behind: what is asked, and how an answer is read.

What may travel is listed by name, so that a part that is added later stays behind until somebody
decides otherwise: key, mistakes, samples, worked answers and tolerances do. So do the fields of a
variant that the prompt does not name. Knows no file and no notebook.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from string import Formatter
from typing import Any

from brieflab.plain import PlainError
from brieflab.questions import Question, shapes
from brieflab.questions.names import canonical
from brieflab.questions.shapes import Shape

_PARTS = ("id", "title", "prompt", "points", "minutes", "stars", "objective", "kind", "note")
_SHAPE_PARTS = (
    "words", "low", "high", "unit", "labels", "item", "ordered", "most", "most_words", "columns",
    "by", "fields", "options", "variants", "cases", "rename",
)  # fmt: skip
_RENAMES = {"canonical": canonical, "str": str}


def packed(question: Question) -> dict[str, Any]:
    """Return what travels of ``question``, as plain data.

    Raises PlainError where a learner's machine could not read an answer, or where two variants
    read alike, so that a learner could not know which is meant.
    """
    data = {name: getattr(question, name) for name in _PARTS if getattr(question, name) != ""}
    data["expects"] = _packed_shape(question.expects)
    if question.criteria:
        data["criteria"] = [[row, list(steps)] for row, steps in question.criteria]
    if question.variants:
        named = [name for _, name, _, _ in Formatter().parse(question.prompt) if name]
        try:
            shown = [{name: variant[name] for name in named} for variant in question.variants]
        except KeyError as error:
            step = "Give each variant this field, or write {{ and }} for braces."
            raise PlainError(f"Its prompt names {error}, and a variant lacks it. {step}") from None
        if any(one in shown[:n] for n, one in enumerate(shown)):
            step = "Name in the prompt what tells them apart, as in {year}."
            raise PlainError(f"Two of its variants read alike. {step}")
        data["variants"] = shown
    try:
        return json.loads(json.dumps(data))
    except TypeError as error:
        raise PlainError(f"It says something that is no number and no text ({error}).") from None


def unpacked(data: Mapping[str, Any], lesson: int, word: str = "") -> Question:
    """Return the question without its key, from what ``packed`` made of it."""
    parts = {name: data[name] for name in _PARTS if name in data}
    return Question(
        **parts,
        lesson=lesson,
        word=word,
        expects=_shape(data["expects"]),
        criteria=tuple((row, tuple(steps)) for row, steps in data.get("criteria", ())),
        variants=tuple(data.get("variants", ())),
    )


def _packed_shape(shape):
    kind = type(shape).__name__
    if not isinstance(shape, Shape) or getattr(shapes, kind, None) is not type(shape):
        known = ", ".join(name for name in shapes.__all__ if _is_shape(getattr(shapes, name)))
        raise PlainError(
            f"It expects an answer of a shape that learners do not have ({kind}). Use one of the "
            f"module's: {known}."
        )
    return {"shape": kind} | {
        name: _plain(value) for name, value in vars(shape).items() if name in _SHAPE_PARTS
    }


def _is_shape(kind):
    return isinstance(kind, type) and issubclass(kind, Shape) and kind is not Shape


def _plain(value):
    """Return a part of a shape as plain data: shapes within it too, and functions by their name."""
    if isinstance(value, Shape):
        return _packed_shape(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if callable(value):
        name = getattr(value, "__name__", "")
        if _RENAMES.get(name) is not value:
            raise PlainError("It renames by a function that learners do not have. Use rename=str.")
        return name
    return value


def _shape(data):
    """Return the shape that ``_packed_shape`` described; what did not travel is as by default."""
    made = object.__new__(getattr(shapes, data["shape"]))
    if is_dataclass(made):  # set on the object: a function found on its class would be a method
        vars(made).update({f.name: f.default for f in fields(made) if f.default is not MISSING})
    for name in _SHAPE_PARTS:
        if name not in data:
            continue
        value = data[name]
        match name:
            case "item":
                value = _shape(value)
            case "columns" | "fields":
                value = {key: _shape(part) for key, part in value.items()}
            case "labels" | "by" | "options":
                value = tuple(value)
            case "cases":
                value = tuple(map(tuple, value))
            case "rename":
                value = _RENAMES[value]
        setattr(made, name, value)
    return made
