"""What the process shows, for the instructor's eyes: signals that somebody may need help, no points.

Made only where it is asked for. Counts and no times of day, and with each column a sentence on
what it is not evidence of. Knows no rules of grading.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from brieflab import questions
from brieflab import sheet as sheets
from brieflab.grading.likeness import alike
from brieflab.grading.roster import Person, visible

NAME = "process.csv"
"""The file in the output folder: columns, what each is not evidence of, then a line a learner."""

NOT_EVIDENCE = {
    "learner": "Not evidence of:",
    "name": "Signals for a talk and for help. They are no points and no proof.",
    "answered": "ability: what is missing may have been done in a file that was not handed in",
    "tries": "effort: careful readers try once, and a cell that is run again counts as a try",
    "hints": "weakness: hints cost nothing and are there to be opened",
    "solutions_opened": "copying: worked answers and samples open after a try, to be learnt from",
    "days": "time worked: days from the first answer to the last; a wrong clock moves both",
    "seal": "cheating: a file that was damaged or mended breaks the seal, and it can be forged",
    "like": "copying: pairs work together, and texts on one question share words. Read both, "
    "with 'Show like texts' at the desk, and ask both. That nothing is named here is no sign "
    "of own work",
}
"""Column -> the sentence that stands below it."""


def row(person: Person, sheet: Mapping, asked: list[str]) -> list:
    """Return the line of one learner but for ``like``: their ``sheet`` on the questions ``asked``."""
    given = {name: entry for name, entry in sheet["answers"].items() if name in asked}
    every = [*given.values(), *(e for e in sheet.get("earlier", []) if e.get("id") in asked)]
    now = datetime.now(UTC)
    days = [at.date() for entry in every if (at := sheets.believed(entry.get("at"), now))]
    counts = [sum(_count(entry.get(what)) for entry in given.values()) for what in _COUNTED]
    answered = sum(entry.get("value") not in (None, "") for entry in given.values())
    span = (max(days) - min(days)).days + 1 if days else ""
    seal = sealed(sheet.get("locks"))
    return [visible(person.id), visible(person.name), answered, *counts, span, seal]


_COUNTED = ("tries", "hints", "opened")


def _count(value):
    return max(int(value), 0) if isinstance(value, int) else 0


def sealed(locks: Any) -> str:
    """Return 'whole', 'broken' or 'none': do the ``locks`` of a sheet fit the seals they carry?

    A seal is ``sheet.seal`` of all else in its lock.
    """
    found = [one for one in (locks.values() if isinstance(locks, dict) else ()) if _has_seal(one)]
    whole = [
        one["hash"] == sheets.seal({k: v for k, v in one.items() if k != "hash"}) for one in found
    ]
    return "none" if not found else "whole" if all(whole) else "broken"


def _has_seal(lock):
    return isinstance(lock, dict) and "hash" in lock


def likes(lines: Iterable[Mapping]) -> dict[str, list[str]]:
    """Return {learner: what their texts are like, in words}. lines: those of texts.jsonl."""
    texts, out = {}, {}
    for line in lines:
        texts.setdefault(line["item"], {})[line["learner"]] = line["text"]
    for item, wrote in texts.items():
        for who, found in alike(questions.get(item), wrote).items():
            first, more = found[0], len(found) - 1
            of = visible(first.learner) if first.level is None else f"sample of level {first.level}"
            said = f"{item}: {first.percent} % like {of}" + (f" and {more} more" if more else "")
            out.setdefault(who, []).append(said)
    return out
