"""What was decided for one learner: ``overrides.csv``, which the instructor keeps in the output folder.

Columns: learner, item, points, excused, extension, file, reason; leave out what you do not need.
A line gives points to an item, excuses a learner from it, moves its due time, or says whose a file
is. An item is a question (2.6) or a lesson (2); without one the line is about all of them. Grading
reads the file and never writes it; a line that cannot be used is told, with the reason. Knows no
sheets and no points but those that are given here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from brieflab import questions
from brieflab.grading.problems import Problem
from brieflab.grading.roster import Person, Roster, fold, rows_of, visible
from brieflab.grading.rules import Decided, read_due
from brieflab.plain import PlainError

NAME = "overrides.csv"
"""The file's name in the output folder."""

COLUMNS = ("learner", "item", "points", "excused", "extension", "file", "reason")
_STEP = f"Its columns are {', '.join(COLUMNS)}."
_YES, _NO = {"yes", "y", "x", "1", "true", "excused"}, {"", "no", "n", "0", "false"}


@dataclass
class _Line:
    """One line that can be used."""

    number: int
    learner: str
    items: list[str]
    reason: str = ""
    points: float | None = None
    excused: bool = False
    extension: datetime | None = None


@dataclass
class Overrides:
    """All that was decided in a class.

    settled: {a file or the folder around it: the id of its learner}. problems: lines that are
    not used, and why.
    """

    settled: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _lines: list[_Line] = field(default_factory=list)

    def _say(self, number, why):
        what = f"line {number} is not used: {why}"
        self.problems.append(Problem("overrides", what, NAME))

    def sort(self, people: Iterable[Person], roster: Roster) -> dict[str, Decided]:
        """Return {learner id: what was Decided}; lines about nobody in the class become problems."""
        people = list(people)
        exact = {person.id: person.id for person in people}
        folded = defaultdict(set)
        for person in people:
            folded[fold(person.id)].add(person.id)
        out = defaultdict(lambda: Decided({}, {}, {}))
        for line in self._lines:
            meant = roster.find(line.learner)
            who = exact.get(line.learner) or (meant and exact.get(meant.id))
            near = folded.get(fold(line.learner), ())
            who = who or (next(iter(near)) if len(near) == 1 else None)
            if who is None:
                self._say(
                    line.number, f"no learner '{visible(line.learner)[:60]}' is in this class"
                )
                continue
            mine = out[who]
            for item in line.items:
                if line.points is not None:
                    mine.points[item] = line.points, line.reason
                if line.excused:
                    mine.excused[item] = line.reason
                if line.extension:
                    mine.due[item] = line.extension, line.reason
        return dict(out)


def read_overrides(folder: str | Path) -> Overrides:
    """Return the Overrides in ``folder``; none when there is no such file.

    Raises PlainError when the file is no table or lacks the column learner.
    """
    path, out = Path(folder) / NAME, Overrides()
    if not path.exists():
        return out
    (_, header), *rows = rows_of(path, str(path), _STEP)
    columns = [fold(cell) for cell in header]
    strange = [visible(cell)[:40] for cell in header if fold(cell) not in (*COLUMNS, "")]
    if "learner" not in columns or strange:
        odd = f"the column '{strange[0]}' is unknown" if strange else "there is no column 'learner'"
        raise PlainError(f"{path}: {odd}. {_STEP}")
    for number, cells in rows:
        said = {c: cell.strip() for c, cell in zip(columns, cells) if c}
        try:
            line = _line(number, said)
            if file := said.get("file", "").replace("\\", "/").strip("/"):
                out.settled[file] = line.learner
            out._lines.append(line)
        except PlainError as error:
            out._say(number, str(error))
    return out


def _line(number, said):
    who, item, reason = (said.get(key, "") for key in ("learner", "item", "reason"))
    if not who:
        raise PlainError("it names no learner")
    line = _Line(number, who, _items(item), reason[:500])
    if points := said.get("points"):
        line.points = _points(points, item)
    excused = fold(said.get("excused", ""))
    if excused not in _YES | _NO:
        raise PlainError(f"'{visible(excused)[:40]}' under excused; write yes or leave it empty")
    line.excused = excused in _YES
    if extension := said.get("extension"):
        line.extension = read_due(extension)
    if line.points is None and not (line.excused or line.extension or said.get("file")):
        raise PlainError("it gives neither points, nor excused, nor an extension, nor a file")
    if line.points is not None and line.excused:
        raise PlainError("it gives points and excuses at once")
    return line


def _items(item):
    every = questions.all()
    if not item:
        return [question.id for question in every]
    lesson = fold(item).removeprefix("lesson").strip()
    of_lesson = [question.id for question in every if str(question.lesson) == lesson]
    return of_lesson or [questions.get(item).id]


def _points(text, item):
    if len(_items(item)) != 1:
        raise PlainError("points are for one question: write its number under item")
    most = questions.get(item).points
    try:
        points = float(text.replace(",", "."))
    except ValueError:
        points = -1.0
    if not 0 <= points <= most:
        raise PlainError(f"'{visible(text)[:20]}' points; {item} has 0 to {most:g}")
    return points
