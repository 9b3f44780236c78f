"""Make the exercises from the solutions: one source, so that the two cannot drift apart.

A solution notebook holds, for each question, a heading (``## `` and the question's id; release
writes the rest of that cell from the question, and the lesson's minutes and points), a code cell
tagged ``solution`` that is blanked (to the answer's name and dots, or to the text in its metadata
``brieflab.blank``), and cells tagged ``explanation`` or ``model-answer`` that are left out. Every
other cell is kept, and no output is. An exercise that a learner has changed is never overwritten:
the new one is written beside it.

Knows no grade and no learner.
"""

import argparse
import hashlib
import json
import re
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

from brieflab import files, notebooks, questions
from brieflab.course import rubric
from brieflab.plain import PlainError
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
    made = v4.new_notebook(cells=cells, metadata={**notebooks.KERNEL}, nbformat_minor=5)
    made.metadata["brieflab"] = {"released": fingerprint(made)}
    return made


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


def release(top: str | Path = ".") -> list[str]:
    """Write exercises/ and solutions/RUBRIC.md below ``top`` from the solutions.

    Returns one sentence for each file. Raises PlainError if there is no solution.
    """
    top, folder = Path(top), Path(top) / "solutions"
    sources = notebooks.numbered(folder)
    if not sources:
        raise PlainError(f"No solutions were found in {folder}. Run this at the module's top.")
    (top / "exercises").mkdir(exist_ok=True)
    told = []
    for source in sources:
        solution = with_headings(notebooks.read(source))
        if notebooks.text_of(solution) != source.read_text(encoding="utf-8"):
            notebooks.write(solution, source)
            told.append(f"solutions/{source.name}: headings renewed.")
        text, target = notebooks.text_of(exercise(solution)), top / "exercises" / source.name
        if target.exists() and target.read_text(encoding="utf-8", errors="replace") == text:
            told.append(f"{target.name}: as it was.")
        elif target.exists() and not untouched(target):
            beside = target.with_name(target.stem + ".new.ipynb")
            files.write(beside, text)
            told.append(f"{target.name}: changed by its owner and left alone; see {beside.name}.")
        else:
            files.write(target, text)
            told.append(f"{target.name}: written.")
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


def points_text() -> str:
    """Return where the points lie, as Markdown: in all, and by lesson with the items that vary."""

    def points(asked, kind):
        return f"{sum(question.points for question in asked if question.kind == kind):g}"

    asked = questions.all()
    checked, read = points(asked, "auto"), points(asked, "text")
    lines = [
        f"Of {sum(question.points for question in asked):g} points, {checked} points are checked "
        f"by machine and {read} points are read by a person.",
        "",
        "| Lesson | Items | Minutes | Checked | Read | With variants |",
        "|---|---|---|---|---|---|",
    ]
    for lesson in questions.lessons():
        own = questions.of_lesson(lesson)
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
    for question in [question for question in questions.all() if question.kind == "text"]:
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
    parser.add_argument("--execute", action="store_true", help="run the solutions first")
    parser.set_defaults(run=_run)


def _run(chosen):
    if chosen.execute:
        for path in notebooks.numbered(Path(chosen.top) / "solutions"):
            execute(path)
    print("\n".join(release(chosen.top)))
    return 0
