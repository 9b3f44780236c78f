"""What the course decides: lessons, seed, due times, lateness; and which answer counts by it.

Every rule is said in a sentence where it counts. Knows no files and no learners but by the times
that were agreed with them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from brieflab import questions
from brieflab import sheet as sheets
from brieflab.grading.roster import visible
from brieflab.plain import PlainError
from brieflab.questions import Question


@dataclass(frozen=True)
class Rules:
    """What the course decides: seed of the variants, due time, share lost for each late day.

    lessons: the lessons that were set; all of them when empty. dues: (lesson, due time) for
    lessons with a time of their own. grace: how long after the due time nothing is late.
    """

    seed: str = ""
    due: datetime | None = None
    late_per_day: float = 0.0
    lessons: frozenset[int] = frozenset()
    dues: tuple[tuple[int, datetime], ...] = ()
    grace: timedelta = timedelta(0)

    def questions(self) -> list[Question]:
        """Return the Questions of the lessons that were set, in the module's order."""
        return [q for q in questions.all() if not self.lessons or q.lesson in self.lessons]

    def due_for(self, question: Question, agreed: datetime | None = None) -> datetime | None:
        """Return when an answer is due: the time ``agreed`` with the learner, or the course's."""
        return agreed or dict(self.dues).get(question.lesson, self.due)

    def days_late(self, entry: Mapping, due: datetime | None) -> int:
        """Return the started days between ``due`` and an answer; 0 where its time is not believed."""
        at = sheets.believed(entry.get("at"), datetime.now(UTC)) if due else None
        if at is None or at <= due + self.grace:
            return 0
        return math.ceil((at - due).total_seconds() / 86400)

    def told(self) -> list[str]:
        """Return the rules as sentences, with the time zone of each time."""
        out = [f"Lesson {lesson} was due {said(due)}." for lesson, due in sorted(self.dues)]
        if self.due:
            out.append(f"{'All else' if self.dues else 'The work'} was due {said(self.due)}.")
        if out and self.grace:
            out.append(f"Nothing is late for {self.grace.total_seconds() / 60:g} minutes more.")
        if out and self.late_per_day:
            out.append(
                f"Each started day after that takes off {self.late_per_day * 100:g} % of what a "
                "late answer earned; an answer that was right in time stays right."
            )
        return out


@dataclass(frozen=True)
class Decided:
    """What was agreed with one learner: {question id: ...}, each with its reason."""

    points: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    excused: Mapping[str, str] = field(default_factory=dict)
    due: Mapping[str, tuple[datetime, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    """An answer that may count: the entry of the sheet, its days late, and the rule in words."""

    entry: Mapping[str, Any]
    days_late: int = 0
    rule: str = ""


def candidates(
    question: Question, entries: list[dict], rules: Rules, due: datetime | None
) -> list[Chosen]:
    """Return the answers that may count, of all that were given to ``question`` (the last is now).

    A text is read by a person, so one is chosen here: the last one, unless it is late, lateness
    costs, and what stood there in time was at least half as long. Of other answers there may be
    two, the last one and the last in time: the one that earns more counts.
    """
    if not entries:
        return []
    now = Chosen(entries[-1], rules.days_late(entries[-1], due))
    if not now.days_late:
        return [now]
    in_time = [entry for entry in sheets.by_time(entries[:-1]) if not rules.days_late(entry, due)]
    late = f"The answer of {_at(now.entry)} counts; nothing that earns more was given in time."
    if not in_time:
        return [Chosen(now.entry, now.days_late, "")]
    before = Chosen(in_time[-1], 0, f"The answer of {_at(in_time[-1])} counts, the last in time.")
    if question.kind != "text":
        return [before, Chosen(now.entry, now.days_late, late)]
    lengths = [len(str(one.get("value") or "").split()) for one in (before.entry, now.entry)]
    if rules.late_per_day and lengths[0] and 2 * lengths[0] >= lengths[1]:
        return [before]
    short = "what stood there in time is less than half as long"
    if not rules.late_per_day:
        short = "being late costs nothing"
    return [Chosen(now.entry, now.days_late, f"The text of {_at(now.entry)} counts: {short}.")]


def _at(entry):
    at = sheets.moment(entry.get("at"))
    return said(at) if at else "an unknown time"


def said(when: datetime) -> str:
    """Return a time in words, with its zone: '31 January 2026, 23:59 UTC+01:00'."""
    zone = when.strftime("%z") or "+0000"
    zone = "UTC" if zone[1:5] == "0000" else f"UTC{zone[:3]}:{zone[3:5]}"
    return f"{when.day} {when.strftime('%B %Y, %H:%M')} {zone}"


def read_due(text: str) -> datetime:
    """Return the due time in ``text`` ('2026-01-31' or '2026-01-31 18:00') as aware datetime.

    A day alone means its end; without a time zone the machine's own is meant. Raises PlainError
    for any other text.
    """
    text = text.strip()
    try:
        due = datetime.fromisoformat(text)
        if len(text) <= 10:  # a day in any ISO form; with a time it is longer
            due = datetime.combine(due, time.max)
        return due.astimezone()
    except (ValueError, OverflowError):
        raise PlainError(
            f"'{visible(text)}' is not a due date. Write 2026-01-31 or 2026-01-31T18:00+01:00."
        ) from None


def read_dues(text: str) -> tuple[tuple[int | None, datetime], ...]:
    """Return the due times in ``text``: a time, or '2=2026-01-24' for lessons, with commas between.

    (None, time) is the time of all lessons without one of their own.
    """
    out = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        lessons, sign, when = part.rpartition("=")
        due = read_due(when)
        named = sorted(questions.read_lessons(lessons)) if sign else [None]
        if sign and not named:
            raise PlainError(f"'{visible(part)}' names no lesson. Write 2=2026-01-24.")
        out += [(lesson, due) for lesson in named]
    return tuple(out)


def read_share(text: str) -> float:
    """Return the share (0 to 1) that ``text`` gives in per cent: '10' or '10 %'."""
    try:
        share = float(text.strip(" %")) / 100
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise PlainError(f"'{visible(text)}' is no share. Write per cent, from 0 to 100.")
    return share


def read_grace(text: str) -> timedelta:
    """Return the time in ``text``, in minutes."""
    try:
        minutes = float(text.strip().removesuffix("min"))
    except ValueError:
        minutes = -1
    if not 0 <= minutes <= 10_080:
        raise PlainError(f"'{visible(text)}' is no grace. Write minutes, such as 15.")
    return timedelta(minutes=minutes)
