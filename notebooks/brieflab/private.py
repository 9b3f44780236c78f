"""Questions that are not published: an instructor's own, in a folder outside the module.

The folder holds a file for each set of questions, such as ``21_midterm.py``. Its number is the
set's: no lesson of the course may have it, and the questions are 21.1, 21.2 and so on. It assigns

- TITLE: what learners call the set;
- QUESTIONS: as a lesson has them (see ``questions``), with their keys;
- WORD: the course word by which its variants go, if there are any;
- TABLES: names of the tables that learners work with, if any.

The file is its instructor's program and is run as one, by nobody else: learners get what
``questions.travel`` lets out, and no hints. Knows no learner and no grade.
"""

import re
import runpy
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from brieflab import questions, tables
from brieflab.plain import PlainError
from brieflab.questions import Question
from brieflab.questions.travel import packed

_FILE = re.compile(r"(\d\d)_\w+\.py")
_NOTE = "The rubric stands above the box. A person reads your text."


@dataclass(frozen=True)
class Private:
    """A set of private questions, found sound; ``name`` is that of its file, without the ending."""

    name: str
    lesson: int
    title: str
    word: str
    tables: tuple[str, ...]
    questions: tuple[Question, ...]

    def packed(self) -> dict[str, Any]:
        """Return what travels of the set, as plain data: its questions under 'questions'."""
        word = {"word": self.word} if any(one.varies for one in self.questions) else {}
        asked = [packed(question) for question in self.questions]
        return {"lesson": self.lesson, "title": self.title, **word, "questions": asked}


def bring(folder: str | Path, top: str | Path, outside: str | Path) -> list[Private]:
    """Read the sets in ``folder``, make their questions known with their keys, and return them.

    top: where to look for the tables from. outside: a folder in which ``folder`` must not lie. Each
    key is computed for each variant, so that what is wrong is told now and not when answers come.
    Raises PlainError that says which file, which question, and what to mend.
    """
    folder, outside = Path(folder), Path(outside)
    if folder.resolve().is_relative_to(outside.resolve()):
        raise PlainError(
            f"The private folder {folder} lies in {outside}. What lies there may be published, or "
            "be a learner's. Move it to a place of its own, and name that."
        )
    paths = [path for path in sorted(folder.glob("*.py")) if _FILE.fullmatch(path.name)]
    paths = [path for path in paths if path.is_file()]
    if not paths:
        raise PlainError(
            f"No private questions were found in {folder}: a file is named like 21_midterm.py. "
            "The teaching notes have one to begin with."
        )
    data, found = tables.load(tables.find_datasets(top)), []
    for path in paths:
        one = _read(path, data)
        if one.lesson in {other.lesson for other in found}:
            raise PlainError(f"Two files in {folder} are numbered {one.lesson}. Renumber one.")
        questions.add(one.lesson, one.title, one.questions)
        found.append(one)
    return found


def _read(path, data):
    """Return the set in the file at ``path``."""
    said, lesson = _run(path), int(_FILE.fullmatch(path.name)[1])
    missing = [name for name in ("TITLE", "QUESTIONS") if not said.get(name)]
    if missing:
        raise PlainError(f"{path.name} does not say its {missing[0]}. Write {missing[0]} = ...")
    word, names = str(said.get("WORD", "")), said.get("TABLES", ())
    for name, value in (("QUESTIONS", said["QUESTIONS"]), ("TABLES", names)):
        if not isinstance(value, (list, tuple)):
            raise PlainError(f"{path.name}: {name} is no tuple. End each member with a comma.")
    for name in names:
        try:
            data[name]
        except PlainError as error:
            raise PlainError(f"{path.name}, TABLES: {error}") from None
    sound = []
    for n, question in enumerate(said["QUESTIONS"], 1):
        if not isinstance(question, Question):
            raise PlainError(f"{path.name}: number {n} of QUESTIONS is no Question(...).")
        note = question.note or (_NOTE if question.kind == "text" else "")
        question = replace(question, note=note, word=word if question.varies else "", hints=())
        try:
            _check(question, lesson, data)
        except PlainError as error:
            raise PlainError(f"{path.name}, question {question.id}: {error}") from None
        except Exception as error:  # a number where a text belongs, a member where a tuple does
            why = f"It cannot be read ({type(error).__name__}: {error})"
            step = "Compare it with the example of the teaching notes."
            raise PlainError(f"{path.name}, question {question.id}: {why}. {step}") from None
        sound.append(question)
    ids = [question.id for question in sound]
    for name in ids:
        if ids.count(name) > 1:
            raise PlainError(
                f"{path.name} has two questions {name}. Number them one after another."
            )
    return Private(path.stem, lesson, str(said["TITLE"]), word, tuple(names), tuple(sound))


def _run(path):
    """Return what the file at ``path`` assigns."""
    try:
        return runpy.run_path(str(path))
    except SyntaxError as error:
        said = f"{path.name} is not sound Python in line {error.lineno}: {error.msg}."
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(path)]
        where = f" in line {lines[-1]}" if lines else ""
        said = f"{path.name} stops{where}: {type(error).__name__}: {error}."
    raise PlainError(f"{said} Mend it there, and run the same line again.")


def _check(question, lesson, data):
    """Raise PlainError for what would fail later: at a learner's, or when answers come."""
    if not re.fullmatch(rf"{lesson}\.\d+", question.id) or question.lesson != lesson:
        raise PlainError(
            f"In a file numbered {lesson}, write id='{lesson}.1', lesson={lesson}; it has "
            f"id='{question.id}', lesson={question.lesson}."
        )
    for name in ("points", "minutes"):
        value = getattr(question, name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
            raise PlainError(f"It has {name}={value!r}; write a number above 0.")
    if question.varies and not question.word:
        raise PlainError("It has variants, so the file needs a word: WORD = 'copper lantern'.")
    packed(question)
    if question.kind == "text":
        if not question.criteria:
            raise PlainError("A text needs the rubric rows by which it is read: criteria=...")
        return
    if question.key is None:
        raise PlainError("It has no key. Write key=17, or key=lambda t, v: ... to compute it.")
    for variant in question.variants or ({},):
        told = f" for {variant}" if variant else ""
        try:
            keys, mistakes = questions.solved(question, data, variant)
            for _, value in keys:
                right = questions.judge(question, value, data, variant).state == "right"
            for _, value in mistakes:
                questions.judge(question, value, data, variant)
        except Exception as error:  # it comes from the instructor's own functions
            said = (
                f"Its key or a mistake cannot be computed{told}: {type(error).__name__}: {error}."
            )
            raise PlainError(f"{said} Mend it there.") from None
        if not right:
            raise PlainError(
                f"Its own key{told} is not judged right. Look at is_right or findings."
            )
