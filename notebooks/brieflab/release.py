"""Make the exercises from the solutions: one source, so that the two cannot drift apart.

A solution notebook holds, for each question, a heading (``## `` and the question's id; release
writes the rest of that cell from the question, and the lesson's minutes and points), a code cell
tagged ``solution`` that is blanked (to the answer's name and dots, or to the text in its metadata
``brieflab.blank``), and cells tagged ``explanation`` or ``model-answer`` that are left out. Every
other cell is kept, and no output is. An exercise that a learner has changed is never overwritten:
the new one is written beside it.

Questions of a private folder have no solution notebook: their exercise is made from them alone, and
stays in that folder. Knows no grade and no learner.
"""

import argparse
import hashlib
import json
import re
from collections.abc import Collection
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

from brieflab import files, notebooks, private, questions
from brieflab.course import rubric
from brieflab.plain import PlainError
from brieflab.private import Private
from brieflab.questions.rubric import LEVELS
from brieflab.sheet import MIME

if TYPE_CHECKING:
    from nbformat import NotebookNode

DROPPED = {"explanation", "model-answer"}
_VIEW = "application/vnd.jupyter.widget-view+json"
_HEADING = re.compile(r"## (\d+\.\d+)(?=\s*$|\n| [A-Z])")
_ANSWER = re.compile(r"^(answer_\d+_\d+)\s*=(?!\s*\.\.\.)", re.MULTILINE)
_SUMS = re.compile(r"About \d+ minutes, [\d.]+ points?\.")
_POINTS = re.compile(r"(?<=<!-- points, made by brieflab release -->\n).*?(?=\n<!-- end -->)", re.S)


def with_headings(solution: "NotebookNode") -> "NotebookNode":
    """Return ``solution`` with each question's heading, points and prompt as the question has them.

    In the title's cell "About ... minutes, ... points." is renewed. Raises PlainError for a heading
    of a question that does not exist.
    """
    made, asked = deepcopy(solution), {}
    texts = [cell for cell in made.cells if cell.cell_type == "markdown"]
    for cell in texts:
        if found := _HEADING.match(cell.source):
            asked[found[1]] = questions.get(found[1])
            cell.source = asked[found[1]].heading()
    minutes = sum(question.minutes for question in asked.values())
    points = sum(question.points for question in asked.values())
    for cell in texts[:1] if asked else ():
        cell.source = _SUMS.sub(f"About {minutes} minutes, {points:g} points.", cell.source)
    return made


def exercise(solution: "NotebookNode") -> "NotebookNode":
    """Return the exercise that follows from ``solution``.

    Raises PlainError for a cell tagged ``solution`` of which nobody can say what remains, and for
    an answer in a cell without that tag.
    """
    from nbformat import v4

    cells = []
    for cell in solution.cells:
        tags = set(cell.metadata.get("tags", []))
        if tags & DROPPED:
            continue
        source = cell.source
        if "solution" in tags:
            source = cell.metadata.get("brieflab", {}).get("blank") or _blank(source)
        elif cell.cell_type == "code" and (found := _ANSWER.search(source)):
            raise PlainError(
                f"A cell sets {found[1]} and is not tagged 'solution', so its answer would stand in "
                "the exercise. Tag it in the Property Inspector, and release again."
            )
        new_cell = getattr(v4, f"new_{cell.cell_type}_cell")
        cells.append(new_cell(source, id=cell.id))
    return _sealed(cells)


def _sealed(cells):
    """Return an exercise of ``cells`` that carries its own fingerprint."""
    from nbformat import v4

    made = v4.new_notebook(cells=cells, metadata={**notebooks.KERNEL}, nbformat_minor=5)
    made.metadata["brieflab"] = {"released": fingerprint(made)}
    return made


_PRIVATE = """\
# {title}

About {minutes} minutes, {points:g} points.

**How it works.** Replace the dots in a cell, run it, then run the `check` cell below it. It keeps \
your answer and says whether it can be read, not whether it is right: the key is with your \
instructor. You can change an answer until you hand in `answers.json` or this notebook.

**First** put this notebook into the module's folder `exercises`. Run the next cell, also after a \
restart: it makes the questions known. Then write your learner id under *Who works here*."""

_KEEP = """\
## Keep your answers

Your answers are saved as you go. Download them here before you leave a machine that is not your \
own."""


def private_exercise(one: Private) -> "NotebookNode":
    """Return the exercise of a set of private questions; it holds what ``travel`` lets out."""
    from nbformat import v4

    minutes = sum(question.minutes for question in one.questions)
    points = sum(question.points for question in one.questions)
    packed = one.packed()
    posed = "".join(f"    {data!r},\n" for data in packed.pop("questions"))
    opening = "from brieflab.check import ask, check, pose, tools, write\n"
    opening += f"pose({packed!r}, [\n{posed}])"
    pages = [
        _PRIVATE.format(title=one.title, minutes=f"{minutes:g}", points=points),
        f"{opening}\ntools({one.lesson})",
    ]
    if one.tables:
        read = [f'{name} = pd.read_csv("../datasets/{name}.csv")' for name in one.tables]
        pages.append("\n".join(["import pandas as pd", *read]))
    for question in one.questions:
        pages.append(question.heading())
        if question.varies:
            pages.append(f'mine = ask("{question.id}")')
        if question.kind == "text":
            pages.append(f'write("{question.id}")')
        else:
            pages += [f"{question.name} = ...", f'check("{question.id}", {question.name})']
    pages += [_KEEP, f"tools({one.lesson})"]
    cells = []
    for n, source in enumerate(pages):
        new_cell = v4.new_markdown_cell if source.startswith("#") else v4.new_code_cell
        cells.append(new_cell(source, id=f"p{n:02}"))
    return _sealed(cells)


def _blank(source):
    names = _ANSWER.findall(source)
    if not names:
        raise PlainError(
            "A cell tagged 'solution' sets no answer_N_N and has no metadata brieflab.blank: "
            f"{source[:60]!r}. Name the answer, or say what remains of the cell."
        )
    return "\n".join(f"{name} = ..." for name in dict.fromkeys(names))


def fingerprint(notebook: dict) -> str:
    """Return a hash of what a learner could have changed: sources and outputs."""
    cells = notebook.get("cells", [])
    parts = [(c.get("cell_type"), c.get("source", ""), bool(c.get("outputs"))) for c in cells]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def untouched(path: Path) -> bool:
    """Tell whether the exercise at ``path`` is exactly as it was released."""
    try:
        found = notebooks.read(path)
        return found.metadata.brieflab.released == fingerprint(found)
    except (PlainError, AttributeError, TypeError):
        return False


def release(top: str | Path = ".", lessons: Collection[int] = ()) -> list[str]:
    """Write exercises/ and solutions/RUBRIC.md below ``top`` from the solutions.

    lessons: of which exercises are made; of all when empty. Returns one sentence for each file.
    Raises PlainError if there is no solution.
    """
    top, folder = Path(top), Path(top) / "solutions"
    sources = _solutions(top, lessons)
    (top / "exercises").mkdir(exist_ok=True)
    told = []
    for source in sources:
        solution = with_headings(notebooks.read(source))
        if notebooks.text_of(solution) != source.read_text(encoding="utf-8"):
            notebooks.write(solution, source)
            told.append(f"solutions/{source.name}: headings renewed.")
        told.append(_put(exercise(solution), top / "exercises" / source.name))
    files.write(folder / "RUBRIC.md", rubric_text())
    told.append("RUBRIC.md: written.")
    guide = folder / "TEACHING.md"
    if guide.exists():
        text = guide.read_text(encoding="utf-8", errors="surrogateescape")
        renewed = _POINTS.sub(lambda _: points_text(), text)
        if renewed != text:
            files.write(guide, renewed.encode("utf-8", "surrogateescape"))
        told.append(f"TEACHING.md: {'as it was' if renewed == text else 'points renewed'}.")
    return told


def _solutions(top, lessons):
    """Return the solution notebooks of the chosen ``lessons``, or of all when there are none."""
    folder = Path(top) / "solutions"
    sources = notebooks.numbered(folder)
    if not sources:
        raise PlainError(f"No solutions were found in {folder}. Run this at the module's top.")
    missing = set(lessons) - {int(source.name[:2]) for source in sources}
    if missing:
        raise PlainError(f"{folder} has no solution notebook for lesson {min(missing)}.")
    return [source for source in sources if not lessons or int(source.name[:2]) in lessons]


def release_private(folder: str | Path, top: str | Path = ".", lessons: str = "") -> list[str]:
    """Write the exercises of the private questions in ``folder`` into its own exercises/.

    lessons: the numbers of the chosen sets, as ``questions.read_lessons`` reads them. Returns one
    sentence for each file. Raises PlainError for a folder inside the module and for what is not
    sound in it.
    """
    found = private.bring(folder, top, outside=top)
    chosen = questions.read_lessons(lessons) or {one.lesson for one in found}
    if other := chosen - {one.lesson for one in found}:
        raise PlainError(
            f"{folder} has no questions numbered {min(other)}. Without --private, the exercises of "
            "the course's own lessons are made."
        )
    place = Path(folder) / "exercises"
    place.mkdir(exist_ok=True)
    return [
        _put(private_exercise(one), place / f"{one.name}.ipynb")
        for one in found
        if one.lesson in chosen
    ]


def _put(made, target):
    """Write an exercise to ``target``, or beside it if somebody changed it; return a sentence."""
    text = notebooks.text_of(made)
    if target.exists() and target.read_text(encoding="utf-8", errors="replace") == text:
        return f"{target.name}: as it was."
    if target.exists() and not untouched(target):
        beside = target.with_name(target.stem + ".new.ipynb")
        files.write(beside, text)
        return f"{target.name}: changed by its owner and left alone; see {beside.name}."
    files.write(target, text)
    return f"{target.name}: written."


def points_text() -> str:
    """Return where the points lie, as Markdown: in all, and by lesson with the items that vary."""

    def points(asked, kind):
        return f"{sum(question.points for question in asked if question.kind == kind):g}"

    course = questions.of_course()
    asked = [question for own in course.values() for question in own]
    checked, read = points(asked, "auto"), points(asked, "text")
    lines = [
        f"Of {sum(question.points for question in asked):g} points, {checked} points are checked "
        f"by machine and {read} points are read by a person.",
        "",
        "| Lesson | Items | Minutes | Checked | Read | With variants |",
        "|---|---|---|---|---|---|",
    ]
    for lesson, own in course.items():
        varied = ", ".join(question.id for question in own if question.varies) or "none"
        minutes = sum(question.minutes for question in own)
        checked, read = points(own, "auto"), points(own, "text")
        lines.append(f"| {lesson} | {len(own)} | {minutes} | {checked} | {read} | {varied} |")
    return "\n".join(lines)


def rubric_text() -> str:
    """Return RUBRIC.md: the rubric, and each written question with its annotated samples."""
    lines = [
        "# Rubric for the written answers",
        "",
        rubric.INTRO,
        "",
        "| Row | " + " | ".join(f"{n} {level}" for n, level in enumerate(LEVELS)) + " |",
        "|---|" + "---|" * len(LEVELS),
        *(f"| {name} | " + " | ".join(cells) + " |" for name, cells in rubric.ROWS.items()),
    ]
    asked = [question for own in questions.of_course().values() for question in own]
    for question in [question for question in asked if question.kind == "text"]:
        lines += [
            "",
            f"## {question.id} {question.title}",
            "",
            f"{question.points:g} points, about {question.minutes} minutes. {question.prompt}",
            "",
            "Rows: " + ", ".join(name for name, _ in question.criteria) + ".",
        ]
        for level in sorted(question.samples):
            sample, note = question.samples[level]
            quoted = "\n".join(f"> {line}".rstrip() for line in sample.split("\n"))
            lines += ["", f"### Level {level}: {LEVELS[level]}", "", quoted, "", note]
    return "\n".join(lines) + "\n"


def execute(path: str | Path) -> None:
    """Run the solution at ``path`` and keep its outputs.

    Widgets and recorded answers are left out of what is kept: they change from run to run.
    """
    from nbformat import from_dict

    notebook = notebooks.run(path)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if not _of_widget(o.get("data", {}))]
            for output in cell.outputs:
                output.get("data", {}).pop(MIME, None)
                output.pop("transient", None)
    notebook.metadata = from_dict(notebooks.KERNEL)
    notebooks.write(notebook, path)


def _of_widget(data):
    return _VIEW in data or 'class="bl-asleep"' in data.get("text/html", "")


def add_command(commands: argparse._SubParsersAction) -> None:
    """Add ``brieflab release`` to the command line."""
    about = (
        "Make the exercises from the solutions. An exercise that somebody has changed is left "
        "alone; the new one is written beside it."
    )
    what = "make exercises/ and RUBRIC.md from solutions/"
    parser = commands.add_parser("release", help=what, description=about)
    parser.add_argument("--top", default=".", help="the module's top folder (default: here)")
    which = "the lessons whose exercises are made: 2 or 2,3 or 1-4 (all)"
    parser.add_argument("--lessons", default="", help=which)
    own = (
        "make the exercises of the private questions in this folder, without their keys, in its "
        "exercises/; nothing of the module is written"
    )
    parser.add_argument("--private", metavar="FOLDER", help=own)
    parser.add_argument("--execute", action="store_true", help="run the solutions first")
    parser.set_defaults(run=_run)


def _run(chosen):
    if chosen.private:
        if chosen.execute:
            raise PlainError("Private questions have no solutions to run: leave out --execute.")
        print("\n".join(release_private(chosen.private, chosen.top, chosen.lessons)))
        return 0
    lessons = questions.read_lessons(chosen.lessons)
    if chosen.execute:
        for path in _solutions(chosen.top, lessons):
            execute(path)
    print("\n".join(release(chosen.top, lessons)))
    return 0
