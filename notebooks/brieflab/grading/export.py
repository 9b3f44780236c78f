"""Tables that a spreadsheet opens safely, and grades for nbgrader.

Knows totals and items as they are given; computes none.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from brieflab import files, questions
from brieflab.course import SLUG
from brieflab.grading.score import Score
from brieflab.plain import PlainError

_SIGN = r"[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]"
_FORMULA = re.compile(rf"[\s\u200b\ufeff]*{_SIGN}")
_NEXT_CELL = re.compile(rf"(;|(?!^)[\t\r\n])(?=[\s\u200b\ufeff'\"]*{_SIGN})")


class Plain(str):
    """A text of our own that is written as it is, though it begins like a formula."""


def safe(cell: Any) -> Any:
    """Return ``cell`` for a CSV file: a text that a spreadsheet would run gets an apostrophe.

    Also one that becomes a cell of its own where semicolons or tabs part the cells.
    """
    if not isinstance(cell, str) or isinstance(cell, Plain):
        return "" if cell is None else cell
    cell = _NEXT_CELL.sub(r"\1'", cell)
    return "'" + cell if _FORMULA.match(cell) else cell


@contextmanager
def telling(path: str | Path) -> Iterator[None]:
    """Raise PlainError where ``path`` cannot be written: a full disk, a file open in a spreadsheet."""
    try:
        yield
    except OSError as error:
        raise PlainError(
            f"{path} cannot be written ({error.strerror}). Close it if it is open in another "
            "program, make room on the disk, and run the same line again."
        ) from error


@contextmanager
def writing(path: str | Path, sync: bool = True) -> Iterator[TextIO]:
    """Open ``path`` for text that appears in one step (see ``files.writing`` and ``telling``)."""
    with telling(path), files.writing(path, sync) as file:
        yield codecs.getwriter("utf-8")(file, "backslashreplace")


def write(path: str | Path, text: str, sync: bool = True) -> None:
    """Write ``text`` to ``path`` in one step."""
    with writing(path, sync) as file:
        file.write(text)


def write_csv(
    path: str | Path, header: Iterable, rows: Iterable[Iterable], encoding_mark: str = "\ufeff"
) -> None:
    """Write ``rows`` below ``header`` as CSV, every text made safe; with a mark for Excel."""
    with writing(path) as file:
        file.write(encoding_mark)
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(map(safe, row) for row in rows)


def last_first(name: str) -> tuple[str, str]:
    """Return (last name, first name) of a name in either order: with a comma the last is first."""
    if "," in name:
        last, first = name.split(",", 1)
        return last.strip(), first.strip()
    first, _, last = name.strip().rpartition(" ")
    return last, first


def to_nbgrader(database: str | Path, results: list[Score]) -> None:
    """Write scores and hand marks into the nbgrader gradebook at ``database`` (a path).

    Automatic points become auto scores, marks given at the desk manual scores with their comment.
    What awaits a mark is left for nbgrader to ask for; a mark given in nbgrader meanwhile stays.
    Raises PlainError when nbgrader is not installed.
    """
    try:
        from nbgrader.api import Gradebook
    except ImportError:
        raise PlainError(
            "nbgrader is not installed here, so its gradebook cannot be written. "
            "Install it with: python -m pip install nbgrader"
        ) from None
    with Gradebook(f"sqlite:///{Path(database).resolve()}") as book:
        book.update_or_create_assignment(SLUG)
        book.update_or_create_notebook(SLUG, SLUG)
        for question in questions.all():
            kind = "markdown" if question.kind == "text" else "code"
            cell, about = _cell(question), {"max_score": question.points, "cell_type": kind}
            book.update_or_create_grade_cell(*cell, **about)
            book.update_or_create_solution_cell(*cell)
        for result in results:
            who = result.person
            last, first = last_first(who.name)
            book.update_or_create_student(who.id, last_name=last, first_name=first, email=who.email)
            book.update_or_create_submission(SLUG, who.id)
            for item in result.items.values():
                place = *_cell(item.question), who.id
                grade = book.find_grade(*place)
                grade.needs_manual_grade = item.awarded is None and not grade.manual_score
                if item.question.kind != "text":
                    grade.auto_score = item.awarded
                elif item.awarded is not None:
                    grade.manual_score = item.awarded
                    book.find_comment(*place).manual_comment = (item.mark or {}).get("comment")
        book.db.commit()


def _cell(question):
    """Return where a question stands for nbgrader: its cell, the notebook, the assignment."""
    return "q" + question.id.replace(".", "_"), SLUG, SLUG
