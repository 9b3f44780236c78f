"""Marks given by hand: one plain file, one line a mark, only ever added to.

``marks.jsonl`` in the output folder is written by the desk alone; grading reads it. A line that
a crash cut off is passed over. Undoing adds a line too, so that nothing is lost. What scores are
worth, and when two markers are too far apart, is said here alone. Knows no sheets and no files of
learners.
"""

import json
import os
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from brieflab.questions import Question

NAME = "marks.jsonl"


def on_scales(question: Question, scores: dict[str, float]) -> list[float]:
    """Return the score on each scale of ``question`` from ``scores`` (row name -> score).

    A score outside a row's scale is brought into it, so that no edit of the file exceeds the
    points of a question; a row without a score has 0.
    """
    rows = question.scales
    return [min(max(float(scores.get(row.name, 0)), 0), max(row.scores)) for row in rows]


def fraction(question: Question, scores: dict[str, float]) -> float:
    """Return the share of the points (0 to 1) that ``scores`` (row name -> score) earn."""
    return sum(on_scales(question, scores)) / _most(question)


def more_than_a_level(question: Question, one: dict, two: dict) -> bool:
    """Tell whether two markers' scores are more than a level apart, on a row or in all.

    On a row a level is 1; over all rows it is a third of what can be had, as between four levels.
    """
    a, b = on_scales(question, one), on_scales(question, two)
    on_a_row = any(abs(x - y) > 1 for x, y in zip(a, b))
    return on_a_row or 3 * abs(sum(a) - sum(b)) > _most(question)


def _most(question):
    return sum(max(row.scores) for row in question.scales)


def digest(text: object) -> str:
    """Return a short sign of ``text``, by which a mark remembers what it was given for."""
    return sha256(str(text).encode("utf-8", "replace")).hexdigest()[:16]


class Marks:
    """All marks of a class, as they stand in the file at ``path`` (a file or a folder)."""

    def __init__(self, path: str | Path):
        path = Path(path)
        self.path = path / NAME if path.suffix != ".jsonl" else path
        self.refresh()

    def refresh(self) -> None:
        """Read the file again: another marker may have added to it."""
        self.lines, self.damaged = [], 0
        if self.path.exists():
            for line in self.path.read_text("utf-8", "replace").split("\n"):
                self._take(line)

    def _take(self, line):
        try:
            mark = json.loads(line)
            words = [mark["marker"], mark["learner"], mark["item"], mark.get("comment") or ""]
            sound = all(isinstance(word, str) for word in words) and (
                mark.get("undo") or all(float(s) == s for s in mark["scores"].values())
            )
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            sound = False
        if sound:
            self.lines.append(mark)
        elif line.strip():
            self.damaged += 1

    def standing(self) -> dict[tuple[str, str, str], dict]:
        """Return {(learner, item, marker): mark}, in the order in which they were first given."""
        stacks = {}
        for mark in self.lines:
            stack = stacks.setdefault((mark["learner"], mark["item"], mark["marker"]), [])
            if mark.get("undo"):
                del stack[-1:]
            else:
                stack.append(mark)
        return {key: stack[-1] for key, stack in stacks.items() if stack}

    def by_item(self) -> dict[tuple[str, str], list[dict]]:
        """Return {(learner, item): [mark of the first marker, of the second, ...]}."""
        out = {}
        for (learner, item, _), mark in self.standing().items():
            out.setdefault((learner, item), []).append(mark)
        return out

    def add(
        self, learner: str, item: str, marker: str, scores: dict, comment: str = "", text: str = ""
    ) -> None:
        """Save one mark (``scores``: row name -> score): on disk when this returns."""
        given = {"scores": scores, "comment": comment, "text": digest(text)}
        self._append(learner=learner, item=item, marker=marker, **given)

    def undo(self, marker: str) -> dict | None:
        """Take back the marker's last standing mark; return it, or None if there is none."""
        standing = {id(mark): mark for mark in self.standing().values()}
        for mark in reversed(self.lines):
            if id(mark) in standing and mark["marker"] == marker:
                self._append(learner=mark["learner"], item=mark["item"], marker=marker, undo=True)
                return mark
        return None

    def comments(self, item: str) -> list[str]:
        """Return the comments given to ``item`` so far, the most used first."""
        given = (mark.get("comment") for mark in self.lines if mark["item"] == item)
        count = Counter(filter(None, given))
        return sorted(count, key=lambda comment: (-count[comment], comment))

    def _append(self, **mark):
        mark = {"at": datetime.now(UTC).isoformat(timespec="microseconds"), **mark}
        line = json.dumps(mark, ensure_ascii=True) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path, "ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    line = "\n" + line
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        self.lines.append(json.loads(line))
