"""The module's questions: what is asked, what is right, what people mix up, what helps.

A lesson's questions stand in the course's ``lesson_N/questions.py`` as a tuple ``QUESTIONS``. To
write one: choose a shape (``shapes``), compute the key from the tables, catalogue at least two
wrong answers *computed from the tables* with a message each, and give three hints in steps: the
concept, where to look, a worked twin on other data. Here is one, on the trees of an orchard::

    from brieflab.questions import Mistake, Question
    from brieflab.questions.shapes import Whole

    def since(t, year):
        return (t.trees["planted"] >= year).sum()

    QUESTIONS = (
        Question(
            id="99.1", lesson=99, title="Young trees", points=1, minutes=3, stars=1,
            objective="count by a rule",
            prompt="How many trees were planted in 2010 or later?",
            expects=Whole("a number of trees"),
            key=lambda t, v: since(t, 2010),
            mistakes=(
                Mistake("every tree", lambda t, v: len(t.trees),
                        lambda t, v: f"You counted all {len(t.trees)} trees, old ones too."),
                Mistake("2010 left out", lambda t, v: since(t, 2011),
                        "'Or later' keeps the year itself: compare with >=, not with >."),
            ),
            hints=(
                "A rule is true or false for each row; to count is to add up what is true.",
                "Compare the column planted with the year. The sum of a comparison is a number.",
                '(loans["days"] > 14).sum()   # how many books are overdue',
            ),
            worked='(trees["planted"] >= 2010).sum()',
            right="Whoever counts says by which rule.",
        ),
    )

``t`` are the tables (``brieflab.tables.load()``), ``v`` the variant (a dict, see ``variants``).
What depends on neither is given as it is: a text, a key, or the wrong answer of a mistake.
``key`` may return ``AnyOf({coding: value, ...})`` where sources allow several answers. A mistake
that equals the key or an earlier mistake is dropped, so a right answer is never mislabelled;
``fits`` recognises a whole family of wrong answers. Numbers in messages are computed, not typed.
Where a rule and not a key decides, ``findings(normal, tables)`` returns what is amiss in sentences:
an answer is right when there are none, and the first is told.

A question without a key is one whose key is elsewhere (``travel``): its answers are read and
recorded, and no reply says whether they are right. ``add`` makes questions from outside the course
known under a lesson number of their own.

Nothing here knows notebooks, widgets or files.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any
from weakref import WeakKeyDictionary

from brieflab import course
from brieflab.plain import PlainError, suggest
from brieflab.questions.rubric import LEVEL
from brieflab.questions.shapes import Refused, Shape, is_blank, plain, received

_ASKED_BELOW = (
    "The next cell shows your question: in a course with a word of its own, everybody gets another "
    "case."
)
_WRITE_FIRST = (
    "The rubric stands above the box. Write first; then compare with the samples, give your text a "
    "level, and revise it."
)


def _always(given):
    """Return what is asked of (tables, variant) as a function, also where it depends on neither."""
    return given if callable(given) else lambda tables, variant: given


@dataclass(frozen=True)
class Mistake:
    """A catalogued wrong answer: its name, how it comes about, what to tell the learner.

    make(tables, variant) computes the wrong answer; message(tables, variant) says in at most 60
    words what the answer means and what to do next. Either may be given as a plain value.
    fits(normal, tables, variant), if given, recognises further answers of the same kind.
    """

    name: str
    make: Callable | Any
    message: Callable | str
    fits: Callable | None = None

    def __post_init__(self):
        object.__setattr__(self, "make", _always(self.make))
        object.__setattr__(self, "message", _always(self.message))


class AnyOf(dict):
    """Several defensible keys: coding in words -> value. The first is the module's own."""


GIVEN = ("right", "recorded")
"""States of an answer that counts as given: one that is right, a text that is written."""


@dataclass(frozen=True, eq=False)
class Question:
    """One question; see the module's docstring.

    key, worked and right may be given as plain values; they are functions of (tables, variant)
    afterwards. note: what an exercise says below the prompt, if not what it says below every text
    to write. word: a course word of its own, by which its variants go.
    """

    id: str
    lesson: int
    title: str
    prompt: str
    points: float
    minutes: int
    stars: int
    objective: str
    expects: Shape
    hints: tuple = ()
    kind: str = "auto"
    key: Callable | Any = None
    mistakes: tuple = ()
    worked: Callable | str | None = None
    right: Callable | str | None = None
    is_right: Callable | None = None
    award: Callable | None = None
    findings: Callable | None = None
    criteria: tuple = ()
    scales: tuple = (LEVEL,)
    samples: dict = field(default_factory=dict)
    note: str = ""
    variants: tuple = ()
    word: str = ""

    def __post_init__(self):
        if self.key is not None:
            object.__setattr__(self, "key", _always(self.key))
        for name in ("worked", "right"):
            given = getattr(self, name)
            object.__setattr__(self, name, given and _always(given))

    @property
    def varies(self) -> bool:
        """True when a course seed gives each learner a variant of this question."""
        return bool(self.variants)

    @property
    def name(self) -> str:
        """The variable that holds the answer: ``answer_99_1``."""
        return "answer_" + self.id.replace(".", "_")

    def full(self, variant: dict | None = None) -> dict:
        """Return the variant with every field filled: the first of ``variants`` by default."""
        return {**(self.variants[0] if self.variants else {}), **(variant or {})}

    def asked(self, variant: dict | None = None) -> str:
        """Return the prompt, with the names of the variant in place."""
        return self.prompt.format(**self.full(variant)) if self.variants else self.prompt

    def heading(self) -> str:
        """Return the cell that opens the question in an exercise, as Markdown."""
        points = f"{self.points:g} point{'' if self.points == 1 else 's'}"
        told = (
            f"## {self.id} {self.title}",
            f"{points} · about {self.minutes} minutes · {'★' * self.stars}",
            _ASKED_BELOW if self.varies else self.prompt,
            self.note or (_WRITE_FIRST if self.kind == "text" else ""),
        )
        return "\n\n".join(filter(None, told))


@dataclass(frozen=True)
class Judgement:
    """What can be said of an answer; ``normal`` is the value as JSON, as it is stored."""

    state: str
    message: str
    mistake: str = ""
    awarded_fraction: float = 0.0
    normal: Any = None


_added: dict[int, tuple[str, tuple[Question, ...]]] = {}


def add(lesson: int, title: str, asked: Iterable[Question]) -> None:
    """Make questions from outside the course known, as a lesson with this number and short title.

    Those that were added under the same number are replaced. Raises PlainError for the number of a
    lesson of the course: nothing from outside takes the place of its questions.
    """
    if lesson in _lessons():
        free = max(_lessons()) + 1
        raise PlainError(
            f"'{title}' is numbered {lesson}, but the course has a lesson {lesson}. Give it a "
            f"number of its own, {free} or more."
        )
    _added[lesson] = (title, tuple(asked))


@cache
def _lessons():
    found = (re.fullmatch(r"lesson_(\d+)", part.name) for part in iter_modules(course.__path__))
    return sorted(int(match[1]) for match in found if match)


@cache
def _of_lesson(lesson):
    name = f"{course.__name__}.lesson_{lesson}.questions"
    return import_module(name).QUESTIONS if find_spec(name) else ()


def lessons() -> list[int]:
    """Return the numbers of the lessons, in order: the course's and those that were added."""
    return sorted({*_lessons(), *_added})


def of_lesson(lesson: int) -> tuple[Question, ...]:
    """Return the questions of the lesson with this number, in order; () for a lesson without any."""
    return _added[lesson][1] if lesson in _added else _of_lesson(lesson)


def title(lesson: int) -> str:
    """Return the short title of a lesson, as the course has it."""
    if lesson in _added:
        return _added[lesson][0]
    return import_module(f"{course.__name__}.lesson_{lesson}").TITLE


def of_course() -> dict[int, tuple[Question, ...]]:
    """Return lesson -> questions of the course alone: what may be printed for everybody."""
    return {lesson: _of_lesson(lesson) for lesson in _lessons()}


def all() -> list[Question]:
    """Return every question in the module's order, with those that were added."""
    return [question for lesson in lessons() for question in of_lesson(lesson)]


def read_lessons(text: str) -> frozenset[int]:
    """Return the set of lessons in ``text``: '2', '1,2,5' or '1-4'; empty for all of them.

    Raises PlainError for what names no lessons, or lessons without questions.
    """
    known, found = {question.lesson for question in all()}, set()
    for part in filter(None, text.replace(" ", "").split(",")):
        ends = part.split("-")
        if len(ends) > 2 or not {*map(str.isdecimal, ends)} == {True}:
            raise PlainError(f"'{text[:40]}' names no lessons. Write 2, or 1,2,5, or 1-4.")
        first, last = int(ends[0]), int(ends[-1])
        for end in (first, last):
            if end not in known:
                told = ", ".join(map(str, sorted(known)))
                raise PlainError(f"There is no lesson {end}. Lessons with questions: {told}.")
        if first > last:
            raise PlainError(f"'{part[:40]}' runs backwards. Write {last}-{first}.")
        found |= {n for n in known if first <= n <= last}
    return frozenset(found)


def get(question_id: str) -> Question:
    """Return the question ``question_id`` ('99.1'). Raises PlainError for an unknown id."""
    wanted = str(question_id).strip()
    lesson = wanted.partition(".")[0]
    near = of_lesson(int(lesson)) if lesson.isdecimal() and int(lesson) in lessons() else ()
    for question in near:
        if question.id == wanted:
            return question
    said = f"There is no question '{wanted[:20]}'. "
    if not near and re.fullmatch(r"\d+\.\d+", wanted):
        said += "If this notebook brings questions of its own, run its first code cell again. "
    raise PlainError(said + suggest(wanted[:20], [question.id for question in all()]))


def variant(learner_id: str, seed: str, question: Question) -> dict:
    """Return the learner's variant of ``question`` in a course with ``seed``; {} without one.

    A question with a word of its own goes by that instead.
    """
    learner, seed = str(learner_id or "").strip().casefold(), question.word or seed
    if not seed or not learner or not question.variants:
        return {}
    digest = hashlib.sha256(f"{seed}|{question.id}|{learner}".encode()).digest()
    return dict(question.variants[int.from_bytes(digest[:8], "big") % len(question.variants)])


_computed = WeakKeyDictionary()


def solved(question: Question, tables: Any, variant: dict | None = None) -> tuple[list, list]:
    """Return (keys, mistakes) of a question, read and computed once for each set of tables.

    keys: list of (coding, normal value). mistakes: list of (Mistake, normal value), without
    those that equal a key or an earlier mistake.
    """
    v = question.full(variant)
    cache = _computed.setdefault(tables, {})
    place = (question, tuple(sorted(v.items())))
    if place in cache:
        return cache[place]
    answer = question.key(tables, v)
    codings = answer if isinstance(answer, AnyOf) else {"": answer}
    keys = [(coding, _read(question, value)) for coding, value in codings.items()]
    mistakes = []
    for mistake in question.mistakes:
        normal = _read(question, mistake.make(tables, v))
        found = _findings(question, normal, tables)
        right = any(_same(question, normal, key, found) for _, key in keys)
        if not right and not any(question.expects.same(normal, other) for _, other in mistakes):
            mistakes.append((mistake, normal))
    cache[place] = keys, mistakes
    return cache[place]


def _read(question, value):
    try:
        return question.expects.read(value)
    except Refused as why:
        raise ValueError(f"{question.id}: its own value cannot be read: {why}") from None


def _findings(question, normal, tables):
    return question.findings(normal, tables) if question.findings else []


def _same(question, normal, key, found):
    if question.findings:
        return not found
    return (question.is_right or question.expects.same)(normal, key)


def judge(question: Question, value: Any, tables: Any, variant: dict | None = None) -> Judgement:
    """Return the Judgement of ``value``, any Python object or a value stored earlier.

    Pure: the same value, tables and variant always give the same judgement, so that a grader
    may judge stored values and need not trust a stored state.
    """
    if is_blank(value):
        step = f"Replace the dots in the cell of {question.name} with {question.expects.words}."
        step = question.expects.first_step or step
        if question.kind == "text":
            step = "Write a sentence, however rough: it is saved as you go."
        return Judgement("blank", f"{question.id} is not answered yet. {step}")
    if isinstance(value, dict) and set(value) == {"not_stored"}:
        said = f"I received {str(value['not_stored'])[:80]}, but expect {question.expects.words}."
        return Judgement("type", said, normal=value)
    try:
        normal, v = question.expects.read(value), question.full(variant)
    except Refused as why:
        return Judgement(why.state, str(why), normal=why.normal)
    if question.kind == "text":
        return Judgement("recorded", "Recorded. A person will read it.", normal=normal)
    if question.key is None:
        said = f"Recorded: {received(plain(value))}. Your instructor has the key: no reply here "
        return Judgement("recorded", said + "says whether it is right.", normal=normal)
    keys, mistakes = solved(question, tables, variant)
    found = _findings(question, normal, tables)
    for coding, key in keys:
        if _same(question, normal, key, found):
            why = question.right(tables, v) if question.right else ""
            coded = f"(Counted {coding}.)" if coding and len(keys) > 1 else ""
            said = " ".join(filter(None, ("Right.", coded, why)))
            return Judgement("right", said, "", 1.0, normal)
    share = float(question.award(normal, keys[0][1])) if question.award else 0.0
    like = [m for m, wrong in mistakes if question.expects.same(normal, wrong)]
    like = like or [m for m, _ in mistakes if m.fits and m.fits(normal, tables, v)]
    if like:
        said = " ".join([like[0].message(tables, v), *found[:1]])
        return Judgement("misconception", said, like[0].name, share, normal)
    for _, key in keys:
        if slip := question.expects.slip(normal, key):
            return Judgement("misconception", slip[1], f"format: {slip[0]}", share, normal)
    said = found[0] if found else question.expects.differ(normal, keys[0][1])
    return Judgement("value", said, "", share, normal)
