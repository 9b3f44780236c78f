"""Score one learner's sheet: every answer judged afresh, no stored state or point believed.

Knows no files, no roster and no tables to write: a sheet comes in, a Score goes out.
"""

import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import lru_cache
from itertools import combinations
from typing import Any

from brieflab import questions
from brieflab.grading.marks import digest, fraction, more_than_a_level
from brieflab.grading.people import Owner, Person, fold, platform, visible
from brieflab.grading.problems import Problem
from brieflab.plain import PlainError
from brieflab.questions import Question
from brieflab.tables import Tables


@dataclass(frozen=True)
class Rules:
    """What the course decides: seed of the variants, due time, share lost for each late day.

    lessons: the lessons that were set; all of them when empty.
    """

    seed: str = ""
    due: datetime | None = None
    late_per_day: float = 0.0
    lessons: frozenset[int] = frozenset()

    def questions(self) -> list[Question]:
        """Return the Questions of the lessons that were set, in the module's order."""
        return [q for q in questions.all() if not self.lessons or q.lesson in self.lessons]


@dataclass(slots=True)
class Item:
    """One question of one learner. ``awarded`` is None while nobody can say.

    claimed: the file calls the answer right, and it is not.
    """

    question: Question
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


@dataclass
class Score:
    """All Items of one learner, by question id, and what was odd about them.

    file: where the learner's first file lay, fit to print.
    """

    person: Person
    items: dict[str, Item] = field(default_factory=dict)
    file: str = ""
    problems: list[Problem] = field(default_factory=list)

    def say(self, kind: str, what: str, item: str = "") -> None:
        """Keep a Problem about this learner's work."""
        self.problems.append(Problem(kind, what, self.file, self.person.id, item))

    @property
    def total(self) -> float | None:
        """Points so far, rounded to two places; None when there is nothing that can be read."""
        given = [item.awarded for item in self.items.values() if item.awarded is not None]
        return round(sum(given), 2) if given else None

    @property
    def possible(self) -> float:
        """Points of all questions together."""
        return sum(item.question.points for item in self.items.values())

    def count(self, *states: str) -> int:
        """Return how many Items are in one of ``states``."""
        return sum(item.state in states for item in self.items.values())

    @property
    def final(self) -> bool:
        """True when nothing awaits a mark and nothing is unreadable."""
        return self.count("awaiting mark", "unreadable") == 0


def read_due(text: str) -> datetime:
    """Return the due time in ``text`` ('2026-01-31' or '2026-01-31 18:00') as aware datetime.

    A day alone means its end; without a time zone the machine's own is meant. Raises PlainError
    for any other text.
    """
    text = text.strip()
    try:
        due = datetime.fromisoformat(text)
    except ValueError:
        raise PlainError(
            f"'{visible(text)}' is not a due date. Write 2026-01-31 or 2026-01-31T18:00+01:00."
        ) from None
    if len(text) <= 10:  # a day in any ISO form; with a time it is longer
        due = datetime.combine(due, time.max)
    return due.astimezone()


def read_share(text: str) -> float:
    """Return the share (0 to 1) that ``text`` gives in per cent: '10' or '10 %'."""
    try:
        share = float(text.strip(" %")) / 100
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise PlainError(f"'{visible(text)}' is no share. Write per cent, from 0 to 100.")
    return share


def score(
    owner: Owner,
    sheet: dict | None,
    tables: Tables,
    rules: Rules = Rules(),
    marks: dict[tuple[str, str], list[dict]] | None = None,
) -> Score:
    """Return the Score of one Owner with ``sheet`` (None: nothing came or was readable).

    marks: {(learner, item): [mark, ...]} from ``marks.Marks.by_item``.
    """
    out = Score(owner.person, file=owner.pieces[0].label if owner.pieces else "")
    if sheet is None:
        state = "unreadable" if owner.pieces else "blank"
        out.items = {q.id: Item(q, state, None) for q in rules.questions()}
        return out
    who = _variant_id(owner, sheet, rules, out)
    for question in rules.questions():
        chosen = questions.variant(who, rules.seed, question)
        given = (marks or {}).get((out.person.id, question.id), [])
        earlier = [e for e in sheet.get("earlier", []) if e.get("id") == question.id]
        in_time = [e for e in earlier if rules.due and not _days_late(e, rules.due)]
        entries = filter(None, [sheet["answers"].get(question.id), *in_time[-1:]])
        tried = [_item(question, e, tables, chosen, rules, given, out) for e in entries]
        tried = tried or [Item(question)]
        # an answer touched again after the due time never counts less than the one before it
        out.items[question.id] = max(tried, key=lambda x: -1 if x.awarded is None else x.awarded)
    claimed = ", ".join(name for name, item in out.items.items() if item.claimed)
    if claimed:
        what = f"the file says 'right' for {claimed}; judged again it is not, which counts"
        out.say("stored state", what)
    marked_late = any(said and said[2] for said in (platform(p.parts) for p in owner.pieces))
    if rules.due and marked_late and not any(item.days_late for item in out.items.values()):
        what = "the platform marks it late; by the times in the sheet every answer is in time"
        out.say("late mark", what)
    unknown = sorted(set(sheet["answers"]) - {q.id for q in questions.all()})
    if unknown:
        named = ", ".join(visible(name)[:20] for name in unknown[:5])
        what = f"answers to {named}: no such question here, so they count neither for nor against"
        out.say("unknown question", f"{what}; for questions of your own add --private FOLDER")
    return out


def _variant_id(owner, sheet, rules, out):
    """Return the id whose variants the learner saw: their own as typed, never another's."""
    own, mine = str(sheet["learner"].get("id", "")), owner.person.id
    seed = str(sheet.get("course", {}).get("seed", ""))
    if seed != rules.seed:
        said, told = (f"'{visible(s)}'" if s else "none" for s in (seed, rules.seed))
        what = f"the sheet has {said}, the course has {told}; the course's was used"
        out.say("course seed", what)
    if owner.foreign or not own:
        return mine
    words = rules.seed or any(question.word for question in rules.questions())
    if words and fold(own) != fold(mine):
        out.say("variant", f"the variants are those of the id in the sheet, '{visible(own)}'")
    return own


def _days_late(entry, due):
    try:
        at = datetime.fromisoformat(str(entry["at"]))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0, math.ceil((at - due).total_seconds() / 86400))
    except (KeyError, ValueError, OverflowError):
        return 0


@lru_cache(maxsize=10_000)
def _judged(question, value, chosen, tables):
    """Judge a value once for a whole class: most answers are given many times."""
    return questions.judge(question, json.loads(value), tables, json.loads(chosen))


def _item(question, entry, tables, chosen, rules, given, out):
    hints = entry.get("hints")
    hints = min(max(hints, 0), 3) if isinstance(hints, int) else 0
    item = Item(question, value=entry.get("value"), hints=hints, opened=bool(entry.get("opened")))
    try:
        found = _judged(question, json.dumps(item.value), json.dumps(chosen), tables)
    except Exception as error:  # one strange value must not stop a class
        item.state, item.awarded = "unreadable", None
        what = f"it could not be judged ({type(error).__name__})"
        out.say("unreadable answer", what, question.id)
        return item
    item.message, item.mistake = found.message, found.mistake
    if found.state == "blank":
        return item
    if found.state == "recorded" and question.kind == "text":
        _mark(item, given, out)
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


def _mark(item, given, out):
    """Put the first marker's mark on a text; two markers far apart are reported."""
    if not given:
        item.state, item.awarded = "awaiting mark", None
        return
    item.mark, question = given[0], item.question
    item.state, item.awarded = "marked", question.points * fraction(question, given[0]["scores"])
    if given[0].get("text") not in (None, "", digest(item.value)):
        what = "the text changed after it was marked; look at it again"
        out.say("text changed", what, question.id)
    pairs = combinations((mark["scores"] for mark in given), 2)
    if any(more_than_a_level(question, one, two) for one, two in pairs):
        what = "two markers differ by more than a level; the first counts"
        out.say("markers differ", what, question.id)
