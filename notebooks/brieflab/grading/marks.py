"""Marks given by hand: one plain file, one line a mark, only ever added to.

``marks.jsonl`` in the output folder is written by the desk alone; grading reads it. A line that
is no mark is not used, and ``rejected`` says which and why. A mark belongs to the text for which
it was given, and to no other. Undoing adds a line too, so that nothing is lost. What scores are
worth, and when two markers are too far apart, is said here alone. Knows no sheets and no files of
learners.
"""

import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from brieflab import questions
from brieflab.plain import PlainError
from brieflab.questions import Question


def on_scales(question: Question, scores: dict[str, float]) -> list[float]:
    """Return the score on each scale of ``question`` from ``scores`` (row name -> score).

    A score outside a row's scale is brought into it, so that no edit of the file exceeds the
    points of a question; a row without a score has 0.
    """
    return [min(max(float(scores.get(x.name, 0)), 0), max(x.scores)) for x in question.scales]


def fraction(question: Question, scores: dict[str, float]) -> float:
    """Return the share of the points (0 to 1) that ``scores`` (row name -> score) earn."""
    return sum(on_scales(question, scores)) / _most(question)


def more_than_a_level(question: Question, one: dict, two: dict) -> bool:
    """Tell whether two markers' scores are more than a level apart, on a row or in all.

    On a row a level is 1; over all rows it is a third of what can be had, as between four levels.
    What one row has more and another less does not cancel out.
    """
    apart = [abs(x - y) for x, y in zip(on_scales(question, one), on_scales(question, two))]
    return max(apart) > 1 or 3 * sum(apart) > _most(question)


_CHANGE = re.compile(r"\[(?:([^\[\]]+?)\s+)?([+\-\u2212]\d+(?:[.,]\d+)?)\]")


def changes(question: Question, comment: str) -> dict[str, float]:
    """Return {row name: change} that a ``comment`` carries: 'No row id [-1]', '[Evidence -0.5]'.

    Raises PlainError where it is not clear which row of ``question`` is meant.
    """
    rows, out = {row.name.casefold(): row.name for row in question.scales}, {}
    for name, change in _CHANGE.findall(comment):
        row = rows.get(name.casefold()) if name else None
        if not name and len(rows) == 1:
            row = question.scales[0].name
        if row is None:
            named = ", ".join(rows.values())
            raise PlainError(
                f"The comment changes '{name or change}', and {question.id} has the rows {named}. "
                f"Write the row and the change, for example [{question.scales[0].name} -1]."
            )
        change = float(change.replace("\u2212", "-").replace(",", "."))
        out[row] = out.get(row, 0.0) + change
    return out


def changed(question: Question, scores: dict[str, float], comment: str) -> dict[str, float]:
    """Return ``scores`` (row name -> score) with what the ``comment`` changes, within each scale.

    Raises PlainError where that is no score of the row.
    """
    found, out = changes(question, comment), dict(scores)
    for row in question.scales:
        if row.name in found:
            score = scores[row.name] + found[row.name]
            out[row.name] = min(max(score, min(row.scores)), max(row.scores))
            if out[row.name] not in row.scores:
                allowed = ", ".join(f"{one:g}" for one in row.scores)
                raise PlainError(
                    f"With the comment '{row.name}' would be {score:g}; it can be {allowed}. "
                    "Change the number in the square brackets, or the score."
                )
    return out


def _most(question):
    return sum(max(row.scores) for row in question.scales)


def digest(text: object) -> str:
    """Return a short sign of ``text``, by which a mark remembers what it was given for."""
    return sha256(str(text).encode("utf-8", "replace")).hexdigest()[:16]


def belongs(mark: Mapping, text: object) -> bool:
    """Tell whether a mark was given for ``text``; marks of old that do not say fit any."""
    return mark.get("text") in (None, "", digest(text))


def is_again(mark: Mapping) -> bool:
    """Tell whether a mark is of a second, unseen reading of a text by the same marker."""
    return mark.get("again") is True


def wrong_with(mark: Any) -> str:
    """Return why a line of the file is no mark, in words, or ''."""
    if not isinstance(mark, dict):
        return "it is no mark"
    for key in ("marker", "learner", "item"):
        if not isinstance(mark.get(key), str) or not mark[key]:
            return f"it says no {key}"
    for key in ("comment", "text"):
        if not isinstance(mark.get(key) or "", str):
            return f"its {key} is no text"
    try:
        question = questions.get(mark["item"])
    except PlainError:
        return f"there is no question '{mark['item'][:20]}'"
    if question.kind != "text":
        return f"{question.id} is judged by rule; marks are for texts"
    return "" if mark.get("undo") else _wrong_scores(question, mark.get("scores"))


def _wrong_scores(question, scores):
    rows = {row.name: row for row in question.scales}
    named = " and ".join(f"'{name}'" for name in rows)
    if not isinstance(scores, dict):
        return f"it has no scores; they are for {named}"
    for name, value in scores.items():
        if name not in rows:
            return f"{question.id} has no row '{str(name)[:40]}'; it has {named}"
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or value not in rows[name].scores:
            allowed = ", ".join(f"{score:g}" for score in rows[name].scores)
            return f"'{name}' is {str(value)[:20]}; it can be {allowed}"
    if missing := [name for name in rows if name not in scores]:
        return f"'{missing[0]}' has no score"
    return ""


@dataclass(frozen=True)
class Written:
    """One learner's texts, as far as marks must know them: {item: digest}, and other ids of theirs."""

    learner: str
    texts: Mapping[str, str]
    called: frozenset[str] = frozenset()


@dataclass
class Attached:
    """Whose the standing marks are: {(learner, item): [mark, ...]}, and what is not used, and why."""

    given: dict[tuple[str, str], list[dict]] = field(default_factory=lambda: defaultdict(list))
    moved: list[tuple[dict, str]] = field(default_factory=list)
    unused: list[tuple[dict, str]] = field(default_factory=list)


class Marks:
    """All marks of a class, as they stand in ``marks.jsonl`` in ``folder``.

    rejected: (number of a line, why it is not used).
    """

    def __init__(self, folder: str | Path):
        self.path = Path(folder) / "marks.jsonl"
        self.refresh()

    def refresh(self) -> None:
        """Read the file again: another marker may have added to it."""
        self.lines, self.rejected = [], []
        if self.path.exists():
            for number, line in enumerate(self.path.read_text("utf-8", "replace").split("\n"), 1):
                if line.strip():
                    self._take(line, number)

    def _take(self, line, number):
        try:
            mark = json.loads(line)
        except (ValueError, RecursionError):
            self.rejected.append((number, "it breaks off or is no JSON, as after a crash"))
            return
        if why := wrong_with(mark):
            self.rejected.append((number, why))
        else:
            self.lines.append(mark)

    def standing(self, again: bool = False) -> dict[tuple[str, str, str], dict]:
        """Return {(learner, item, marker): mark}, in the order in which they were first given.

        again: those of a second, unseen reading by the same marker, which count for no grade.
        """
        stacks = {}
        for mark in self.lines:
            if is_again(mark) != again:
                continue
            stack = stacks.setdefault((mark["learner"], mark["item"], mark["marker"]), [])
            if mark.get("undo"):
                del stack[-1:]
            else:
                stack.append(mark)
        return {key: stack[-1] for key, stack in stacks.items() if stack}

    def attach(self, written: Iterable[Written]) -> Attached:
        """Return whose the standing marks are, in a class that wrote ``written``.

        A mark whose learner is now called otherwise, as when a class list came later, goes to the
        one who was called so or who alone wrote its text; else it is unused, and that is told.
        """
        written, out = list(written), Attached()
        known = {one.learner for one in written}
        called, wrote = defaultdict(set), defaultdict(set)
        for one in written:
            for name in one.called:
                called[name].add(one.learner)
            for item, sign in one.texts.items():
                wrote[item, sign].add(one.learner)
        orphans, texts = [], {(one.learner, item) for one in written for item in one.texts}
        for (learner, item, _), mark in self.standing().items():
            if learner not in known:
                orphans.append((learner, item, mark))
            elif (learner, item) in texts:
                out.given[learner, item].append(mark)
            else:
                out.unused.append((mark, "no text of theirs is here"))
        for learner, item, mark in orphans:
            sign = mark.get("text")
            fits = {x for x in called[learner.casefold()] if (x, item) in texts}
            fits = fits if len(fits) == 1 else wrote.get((item, sign), set())
            now = next(iter(fits)) if len(fits) == 1 else None
            if now is None:
                out.unused.append((mark, "nobody in this class is called so or wrote that text"))
            elif any(one["marker"] == mark["marker"] for one in out.given[now, item]):
                out.unused.append((mark, f"the same marker has marked {now} since"))
            else:
                out.given[now, item].append(mark)
                out.moved.append((mark, now))
        return out

    def add(
        self,
        learner: str,
        item: str,
        marker: str,
        scores: dict,
        comment: str = "",
        text: str = "",
        again: bool = False,
    ) -> None:
        """Save one mark (``scores``: row name -> score): on disk when this returns.

        again: it is of a second, unseen reading.
        """
        given = {"scores": scores, "comment": comment, "text": digest(text) if text else ""}
        given |= {"again": True} if again else {}
        self._append(learner=learner, item=item, marker=marker, **given)

    def undo(self, marker: str) -> dict | None:
        """Take back the marker's last standing mark; return it, or None if there is none."""
        every = [*self.standing().values(), *self.standing(again=True).values()]
        standing = [id(mark) for mark in every if mark["marker"] == marker]
        for mark in reversed(self.lines):
            if id(mark) in standing:
                which = {"again": True} if is_again(mark) else {}
                what = {"learner": mark["learner"], "item": mark["item"], "marker": marker}
                self._append(**what, undo=True, **which)
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
