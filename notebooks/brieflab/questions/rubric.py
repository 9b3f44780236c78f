"""How a text is marked: four levels, and the scales on which a marker puts it."""

from dataclasses import dataclass

LEVELS = ("not yet", "beginning", "developing", "secure")


@dataclass(frozen=True)
class Scale:
    """One thing to be marked: its name, the scores it can get, what each score means."""

    name: str
    scores: tuple[float, ...]
    words: tuple[str, ...] = ()


LEVEL = Scale("Level", (0, 1, 2, 3), LEVELS)
"""The scale of most texts: one level for the whole."""


def halves(name: str) -> Scale:
    """Return a scale from 0 to 2 in half points, for one row of a rubric."""
    return Scale(name, (0, 0.5, 1, 1.5, 2), ("not yet", "", "in part", "", "secure"))


def yes_no(name: str) -> Scale:
    """Return a scale of 0 and 1, for something that is there or is not."""
    return Scale(name, (0, 1), ("no", "yes"))
