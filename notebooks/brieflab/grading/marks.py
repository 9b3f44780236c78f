"""Marks given by hand: one plain file, one line a mark, only ever added to.

``marks.jsonl`` in the output folder is written by the desk alone; grading reads it. A line that
a crash cut off is passed over. Undoing adds a line too, so that nothing is lost.
"""

import json
import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

NAME = "marks.jsonl"


def fraction(question, scores):
    """Return the share of the points (0 to 1) that ``scores`` (row name -> score) earn.

    A score outside a row's scale is brought into it, so that no edit of the file exceeds the
    points of a question.
    """
    rows = question.scales
    got = sum(min(max(float(scores.get(row.name, 0)), 0), max(row.scores)) for row in rows)
    return got / sum(max(row.scores) for row in rows)


def digest(text):
    """Return a short sign of ``text``, by which a mark remembers what it was given for."""
    return sha256(str(text).encode("utf-8", "replace")).hexdigest()[:16]


class Marks:
    """All marks of a class, as they stand in the file at ``path`` (a file or a folder)."""

    def __init__(self, path):
        path = Path(path)
        self.path = path / NAME if path.suffix != ".jsonl" else path
        self.refresh()

    def refresh(self):
        """Read the file again: another marker may have added to it."""
        self.lines, self.damaged = [], 0
        if self.path.exists():
            for line in self.path.read_text("utf-8", "replace").split("\n"):
                self._take(line)

    def _take(self, line):
        try:
            mark = json.loads(line)
            sound = {"marker", "learner", "item"} <= set(mark)
            sound = sound and (
                mark.get("undo") or all(float(s) == s for s in mark["scores"].values())
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            sound = False
        if sound:
            self.lines.append(mark)
        elif line.strip():
            self.damaged += 1

    def standing(self):
        """Return {(learner, item, marker): mark}, in the order in which they were first given."""
        stacks = {}
        for mark in self.lines:
            stack = stacks.setdefault((mark["learner"], mark["item"], mark["marker"]), [])
            if mark.get("undo"):
                del stack[-1:]
            else:
                stack.append(mark)
        return {key: stack[-1] for key, stack in stacks.items() if stack}

    def by_item(self):
        """Return {(learner, item): [mark of the first marker, of the second, ...]}."""
        out = {}
        for (learner, item, _), mark in self.standing().items():
            out.setdefault((learner, item), []).append(mark)
        return out

    def add(self, learner, item, marker, scores, comment="", text=""):
        """Save one mark: on disk when this returns."""
        self._append(
            learner=learner,
            item=item,
            marker=marker,
            scores=scores,
            comment=comment,
            text=digest(text),
        )

    def undo(self, marker):
        """Take back the marker's last standing mark; return it, or None if there is none."""
        standing = {id(mark): mark for mark in self.standing().values()}
        for mark in reversed(self.lines):
            if id(mark) in standing and mark["marker"] == marker:
                self._append(learner=mark["learner"], item=mark["item"], marker=marker, undo=True)
                return mark
        return None

    def comments(self, item):
        """Return the comments given to ``item`` so far, the most used first."""
        count = {}
        for mark in self.lines:
            if mark["item"] == item and mark.get("comment"):
                count[mark["comment"]] = count.get(mark["comment"], 0) + 1
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
