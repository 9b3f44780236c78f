"""Score one learner's sheet: every answer judged afresh, no stored state or point believed.

The text that was marked, its points, its days late and what the learner is told are of one and the
same entry of the sheet. Knows no files, no roster and no tables to write: a sheet comes in, a
Score goes out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import combinations
from typing import Any

from brieflab import questions
from brieflab import sheet as sheets
from brieflab.grading.marks import belongs, digest, fraction, more_than_a_level
from brieflab.grading.people import Owner
from brieflab.grading.problems import Problem
from brieflab.grading.roster import Person, fold, platform, visible
from brieflab.grading.rules import Chosen, Decided, Rules, candidates, said
from brieflab.questions import Question
from brieflab.tables import Tables


@dataclass(slots=True)
class Item:
    """One question of one learner. ``awarded`` is None while nobody can say.

    at: when the answer that counts was given. rule: which rule chose it. decided: what was agreed
    with the learner. claimed: the file calls the answer right, and it is not.
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
    at: str = ""
    rule: str = ""
    decided: str = ""


@dataclass
class Score:
    """All Items of one learner, by question id, and what was odd about them.

    file: where the learner's first file lay, fit to print. incomplete: not all that they handed in
    could be read, or it is not settled whose it is.
    """

    person: Person
    items: dict[str, Item] = field(default_factory=dict)
    file: str = ""
    incomplete: bool = False
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
        """Points of all questions together, without those that are excused."""
        asked = (item for item in self.items.values() if item.state != "excused")
        return sum(item.question.points for item in asked)

    @property
    def scaled(self) -> float | None:
        """The total for a grade book: where questions are excused, on the scale of all."""
        every = sum(item.question.points for item in self.items.values())
        if self.total is None or self.possible in (0, every):
            return self.total
        return round(self.total * every / self.possible, 2)

    def count(self, *states: str) -> int:
        """Return how many Items are in one of ``states``."""
        return sum(item.state in states for item in self.items.values())

    @property
    def final(self) -> bool:
        """True when nothing awaits a mark, and all that came was read and is the learner's."""
        return self.count("awaiting mark", "unreadable") == 0 and not self.incomplete


def score(
    owner: Owner,
    sheet: dict | None,
    tables: Tables,
    rules: Rules | None = None,
    marks: Mapping[tuple[str, str], list[dict]] | None = None,
    decided: Decided | None = None,
) -> Score:
    """Return the Score of one Owner with ``sheet`` (None: nothing came or was readable).

    marks: {(learner, item): [mark, ...]} from ``marks.Marks.attach``. decided: what was agreed.
    """
    rules, decided = rules or Rules(), decided or Decided()
    out, here = start(owner), owner.pieces or owner.held
    who = _variant_id(owner, sheet, rules, out) if sheet else ""
    lost = sheet.get("unreadable", {}) if sheet else {}
    doubted = []
    for question in rules.questions():
        given = (marks or {}).get((out.person.id, question.id), [])
        agreed, why = decided.due.get(question.id, (None, ""))
        if sheet is None:
            item = Item(question, "unreadable" if here else "blank", None)
        else:
            chosen = questions.variant(who, rules.seed, question)
            entries = entries_of(sheet, question)
            fits = candidates(question, entries, rules, rules.due_for(question, agreed))
            tried = [_item(question, one, tables, chosen, rules, given, out) for one in fits]
            # an answer touched again after the due time never counts less than the one before it
            item = max(tried, key=_worth, default=None) or Item(question)
            if question.id in lost and not tried:
                item.state, item.awarded = "unreadable", None
            if tried and not sheets.believed(item.at, datetime.now(UTC)):
                doubted.append(question.id)
        if agreed and item.state != "blank":
            item.rule = f"Due {said(agreed)}, as agreed{_because(why)}. {item.rule}".strip()
        out.items[question.id] = _decide(item, decided)
    _tell(out, owner, sheet, rules, doubted)
    return out


def start(owner: Owner) -> Score:
    """Return the Score of an Owner before anything is judged."""
    pieces = owner.pieces or owner.held
    incomplete = bool(owner.held) or any(piece.lost for piece in owner.pieces)
    return Score(owner.person, file=pieces[0].label if pieces else "", incomplete=incomplete)


def unreadable(owner: Owner, rules: Rules) -> Score:
    """Return the Score of an Owner whose work could not be scored at all."""
    out = start(owner)
    out.items = {q.id: Item(q, "unreadable", None) for q in rules.questions()}
    return out


def entries_of(sheet: Mapping, question: Question) -> list[dict]:
    """Return all answers of a sheet to ``question``; the last is the one that stands there now."""
    if question.id not in sheet["answers"]:
        return []
    earlier = [e for e in sheet.get("earlier", []) if e.get("id") == question.id]
    return [*earlier, sheet["answers"][question.id]]


def texts_of(sheet: Mapping, rules: Rules, decided: Decided) -> dict[str, str]:
    """Return {question id: digest} of the texts of a sheet that are read by a person."""
    out = {}
    for question in rules.questions():
        if question.kind == "text":
            agreed, _ = decided.due.get(question.id, (None, ""))
            due = rules.due_for(question, agreed)
            for one in candidates(question, entries_of(sheet, question), rules, due):
                out[question.id] = digest(one.entry.get("value"))
    return out


def _worth(item):
    return -1 if item.awarded is None else item.awarded


def _because(why):
    return f" ({why})" if why else ""


def _decide(item, decided):
    """Return the Item with what was decided for this learner put in its place."""
    name = item.question.id
    if name in decided.points:
        item.awarded, why = decided.points[name]
        item.state, item.decided = (
            "decided",
            f"Your teacher decided on these points{_because(why)}.",
        )
    if name in decided.excused:
        item.state, item.awarded = "excused", None
        item.decided = f"Agreed with your teacher{_because(decided.excused[name])}."
    return item


def _tell(out, owner, sheet, rules, doubted):
    """Keep the Problems of a sheet that was scored."""
    if sheet is None:
        return
    claimed = ", ".join(name for name, item in out.items.items() if item.claimed)
    if claimed:
        what = f"the file says 'right' for {claimed}; judged again it is not, which counts"
        out.say("stored state", what)
    if doubted:
        named = ", ".join(doubted[:8]) + (" ..." if len(doubted) > 8 else "")
        what = f"the times of {named} are impossible, missing or still to come"
        counted = "; they were taken as in time: decide" if rules.due or rules.dues else ""
        out.say("impossible time", what + counted)
    marked_late = any(told and told[2] for told in (platform(p.parts) for p in owner.pieces))
    dated = rules.due or rules.dues
    if dated and marked_late and not any(item.days_late for item in out.items.values()):
        what = "the platform marks it late; by the times in the sheet every answer is in time"
        out.say("late mark", what)
    unknown = sorted(
        {*sheet["answers"], *sheet.get("unknown", [])} - {q.id for q in questions.all()}
    )
    if unknown:
        named = ", ".join(visible(name)[:20] for name in unknown[:5])
        what = f"answers to {named}: no such question here, so they count neither for nor against"
        out.say("unknown question", f"{what}; for questions of your own add --private FOLDER")


def _variant_id(owner, sheet, rules, out):
    """Return the id whose variants the learner saw: their own as typed."""
    own, mine = str(sheet["learner"].get("id", "")), owner.person.id
    seed = str(sheet.get("course", {}).get("seed", ""))
    if seed != rules.seed:
        one, two = (f"'{visible(s)}'" if s else "none" for s in (seed, rules.seed))
        what = f"the sheet has {one}, the course has {two}; the course's was used"
        out.say("course seed", what)
    if not own:
        return mine
    words = rules.seed or any(question.word for question in rules.questions())
    if words and fold(own) != fold(mine):
        out.say("variant", f"the variants are those of the id in the sheet, '{visible(own)}'")
    return own


@lru_cache(maxsize=10_000)
def _judged(question, value, chosen, tables):
    """Judge a value once for a whole class: most answers are given many times."""
    return questions.judge(question, json.loads(value), tables, json.loads(chosen))


def _item(question, one: Chosen, tables, chosen, rules, given, out):
    entry = one.entry
    hints = entry.get("hints")
    hints = min(max(hints, 0), 3) if isinstance(hints, int) else 0
    item = Item(question, value=entry.get("value"), hints=hints, opened=bool(entry.get("opened")))
    item.at = str(entry.get("at", ""))
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
    if question.kind == "text":
        _mark(item, given, out)
        if found.state != "recorded":
            what = (
                "the module would not have taken it as a text; it is read by a person all the same"
            )
            out.problems.append(
                Problem("odd text", what, out.file, out.person.id, question.id, level="note")
            )
    else:
        item.awarded = question.points * min(max(found.awarded_fraction, 0.0), 1.0)
        full, some = item.awarded >= question.points, item.awarded > 0
        item.state = "right" if full else "partly right" if some else "wrong"
        item.claimed = entry.get("state") == "right" and not full
    item.days_late, item.rule = one.days_late, one.rule
    if item.days_late and item.awarded:
        item.awarded *= max(0.0, 1 - rules.late_per_day * item.days_late)
    if item.awarded is not None:
        item.awarded = round(item.awarded, 4)
    return item


def _mark(item, given, out):
    """Put the first marker's mark of this very text on it; two markers far apart are reported."""
    fits, question = [mark for mark in given if belongs(mark, item.value)], item.question
    if len(fits) < len(given):
        who = ", ".join(sorted({visible(mark["marker"]) for mark in given if mark not in fits}))
        what = f"a mark by {who} was given for another text and is not used here"
        out.say("text changed", what + ("" if fits else "; mark this one"), question.id)
    if not fits:
        item.state, item.awarded = "awaiting mark", None
        return
    item.mark = fits[0]
    item.state, item.awarded = "marked", question.points * fraction(question, fits[0]["scores"])
    pairs = combinations((mark["scores"] for mark in fits), 2)
    if any(more_than_a_level(question, one, two) for one, two in pairs):
        what = "two markers differ by more than a level; the first counts"
        out.say("markers differ", what, question.id)
