"""Score one learner's sheet: every answer judged afresh, no stored state or point believed."""

import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any

from brieflab import questions
from brieflab.grading.marks import digest, fraction
from brieflab.grading.people import Person, fold, platform, visible
from brieflab.plain import PlainError

STATES = ("right", "partly right", "wrong", "marked", "awaiting mark", "blank", "unreadable")


@dataclass(frozen=True)
class Rules:
    """What the course decides: seed of the variants, due time, share lost for each late day.

    lessons: the lessons that were set; all of them when empty.
    """

    seed: str = ""
    due: datetime | None = None
    late_per_day: float = 0.0
    lessons: frozenset = frozenset()

    def questions(self):
        """Return the Questions of the lessons that were set, in the module's order."""
        return [q for q in questions.all() if not self.lessons or q.lesson in self.lessons]


@dataclass(slots=True)
class Item:
    """One question of one learner. ``awarded`` is None while nobody can say.

    claimed: the file calls the answer right, and it is not.
    """

    question: Any
    state: str = "blank"
    awarded: float | None = 0.0
    value: Any = None
    message: str = ""
    mistake: str = ""
    hints: int = 0
    opened: bool = False
    days_late: int = 0
    mark: dict | None = None
    claimed: bool = False

    @property
    def possible(self):
        """The points of the question."""
        return self.question.points


@dataclass
class Score:
    """All Items of one learner, by question id, and what was odd about them."""

    person: Person
    items: dict
    known: bool = True
    problems: list = field(default_factory=list)

    @property
    def total(self):
        """Points so far, rounded to two places; None when there is nothing that can be read."""
        given = [item.awarded for item in self.items.values() if item.awarded is not None]
        return round(sum(given), 2) if given else None

    @property
    def possible(self):
        """Points of all questions together."""
        return sum(item.possible for item in self.items.values())

    def count(self, *states):
        """Return how many Items are in one of ``states``."""
        return sum(item.state in states for item in self.items.values())

    @property
    def final(self):
        """True when nothing awaits a mark and nothing is unreadable."""
        return self.count("awaiting mark", "unreadable") == 0


def read_due(text):
    """Return the due time in ``text`` ('2026-01-31' or '2026-01-31 18:00') as aware datetime.

    A day alone means its end; without a time zone the machine's own is meant.
    """
    try:
        due = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise PlainError(
            f"'{visible(text)}' is not a due date. Write 2026-01-31 or 2026-01-31T18:00+01:00."
        ) from None
    if len(text.strip()) == 10:
        due = datetime.combine(due, time.max)
    return due.astimezone()


def read_lessons(text):
    """Return the set of lessons in ``text``: '2', '1,2,5' or '1-4'; empty for all of them."""
    found = set()
    for part in filter(None, text.replace(" ", "").split(",")):
        ends = part.split("-")
        if len(ends) > 2 or not all(end.isdecimal() for end in ends):
            raise PlainError(f"'{visible(text)}' names no lessons. Write 2, or 1,2,5, or 1-4.")
        found |= set(range(int(ends[0]), int(ends[-1]) + 1))
    known = {q.lesson for q in questions.all()}
    if found - known:
        raise PlainError(
            f"There is no lesson {min(found - known)}. Lessons {min(known)} to {max(known)} have questions."
        )
    return frozenset(found)


def score(owner, sheet, tables, rules=Rules(), marks=None):
    """Return the Score of one ``people.Owner`` with ``sheet`` (None: nothing came or was readable).

    marks: {(learner, item): [mark, ...]} from ``marks.Marks.by_item``.
    """
    person, out = owner.person, Score(owner.person, {}, owner.known)
    if sheet is None:
        state = "unreadable" if owner.pieces else "blank"
        out.items = {q.id: Item(q, state, None) for q in rules.questions()}
        return out
    who = _variant_id(owner, sheet, rules, out.problems)
    for question in rules.questions():
        chosen = questions.variant(who, rules.seed, question)
        entries = [(sheet["answers"].get(question.id), False)]
        if rules.due:
            entries += [
                (entry, True)
                for entry in sheet.get("earlier", [])[::-1]
                if entry.get("id") == question.id and not _days_late(entry, rules.due)
            ][:1]
        tried = [
            _item(question, entry, tables, chosen, rules, person, marks or {}, out.problems)
            for entry, _ in entries
            if entry
        ]
        # an answer touched again after the due time never counts less than the one before it
        out.items[question.id] = max(
            tried,
            key=lambda item: -1 if item.awarded is None else item.awarded,
            default=Item(question),
        )
    claimed = [name for name, item in out.items.items() if item.claimed]
    if claimed:
        what = (
            f"the file says 'right' for {', '.join(claimed)}; judged again it is not, which counts"
        )
        out.problems.append(("stored state", "", what))
    marked_late = any(said and said[2] for said in (platform(p.parts) for p in owner.pieces))
    if rules.due and marked_late and not any(item.days_late for item in out.items.values()):
        what = "the platform marks it late; by the times in the sheet every answer is in time"
        out.problems.append(("late mark", "", what))
    unknown = sorted(set(sheet["answers"]) - {q.id for q in questions.all()})
    if unknown:
        named = ", ".join(visible(name)[:20] for name in unknown[:5])
        out.problems.append(("unknown question", "", f"answers to {named}: no such question"))
    return out


def _variant_id(owner, sheet, rules, problems):
    """Return the id whose variants the learner saw: their own as typed, never another's."""
    own, mine = str(sheet["learner"].get("id", "")), owner.person.id
    seed = str(sheet.get("course", {}).get("seed", ""))
    if seed != rules.seed:
        said, told = (f"'{visible(s)}'" if s else "none" for s in (seed, rules.seed))
        problems.append(
            (
                "course seed",
                "",
                f"the sheet has {said}, the course has {told}; the course's was used",
            )
        )
    if owner.foreign or not own:
        return mine
    if rules.seed and fold(own) != fold(mine):
        what = f"the variants are those of the id in the sheet, '{visible(own)}'"
        problems.append(("variant", "", what))
    return own


def _days_late(entry, due):
    try:
        at = datetime.fromisoformat(str(entry["at"]).replace("Z", "+00:00"))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0, math.ceil((at - due).total_seconds() / 86400))
    except (KeyError, ValueError, OverflowError):
        return 0


@lru_cache(maxsize=10_000)
def _judged(question_id, value, chosen, tables):
    """Judge a value once for a whole class: most answers are given many times."""
    question = questions.get(question_id)
    return questions.judge(question, json.loads(value), tables, json.loads(chosen))


def _item(question, entry, tables, chosen, rules, person, marks, problems):
    item = Item(question, value=entry.get("value"))
    hints = entry.get("hints")
    item.hints = min(max(hints, 0), 3) if isinstance(hints, int) else 0
    item.opened = bool(entry.get("opened"))
    try:
        found = _judged(question.id, json.dumps(item.value), json.dumps(chosen), tables)
    except Exception as error:  # one strange value must not stop a class
        item.state, item.awarded = "unreadable", None
        problems.append(
            ("unreadable answer", question.id, f"it could not be judged ({type(error).__name__})")
        )
        return item
    item.message, item.mistake = found.message, found.mistake
    if found.state == "blank":
        return item
    if found.state == "recorded" and question.kind == "text":
        _mark(item, marks.get((person.id, question.id), []), person, problems)
    else:
        item.awarded = question.points * min(max(found.awarded_fraction, 0.0), 1.0)
        full, some = item.awarded >= question.points, item.awarded > 0
        item.state = "right" if full else "partly right" if some else "wrong"
        item.claimed = entry.get("state") == "right" and not full
    if rules.due:
        item.days_late = _days_late(entry, rules.due)
        if item.days_late and item.awarded:
            item.awarded *= max(0.0, 1 - rules.late_per_day * item.days_late)
    if item.awarded is not None:
        item.awarded = round(item.awarded, 4)
    return item


def _mark(item, given, person, problems):
    """Put the first marker's mark on a text; two markers far apart are reported."""
    if not given:
        item.state, item.awarded = "awaiting mark", None
        return
    item.mark, question = given[0], item.question
    item.state, item.awarded = "marked", question.points * fraction(question, given[0]["scores"])
    if given[0].get("text") not in (None, "", digest(item.value)):
        problems.append(
            ("text changed", question.id, "the text changed after it was marked; look at it again")
        )
    shares = [fraction(question, mark["scores"]) for mark in given]
    if max(shares) - min(shares) > 0.34:
        problems.append(
            (
                "markers differ",
                question.id,
                "two markers differ by more than a level; the first counts",
            )
        )
