"""Make the exercises from the solutions: one source, so that the two cannot drift apart.

In a solution notebook, a code cell tagged ``solution`` is blanked (to ``answer_2_3 = ...``, or to
the text in its metadata ``brieflab.blank``), a cell tagged ``explanation`` or ``model-answer`` is
left out, every other cell is kept, and no output is kept. An exercise that a learner has changed
is never overwritten: the new one is written beside it.
"""

import hashlib
import json
import os
import re
import tempfile
from pathlib import Path

from brieflab import files, questions
from brieflab.course import rubric
from brieflab.plain import PlainError
from brieflab.questions.rubric import LEVELS
from brieflab.sheet import MIME

DROPPED = {"explanation", "model-answer"}
_VIEW = "application/vnd.jupyter.widget-view+json"


def exercise(solution):
    """Return the exercise (a notebook as dict) that follows from ``solution`` (likewise)."""
    cells = []
    for cell in solution["cells"]:
        tags = set(cell["metadata"].get("tags", []))
        if tags & DROPPED:
            continue
        source = _joined(cell["source"])
        if "solution" in tags:
            source = cell["metadata"].get("brieflab", {}).get("blank") or _blank(source)
        out = {"id": cell["id"], "cell_type": cell["cell_type"], "metadata": {}, "source": source}
        if cell["cell_type"] == "code":
            out |= {"outputs": [], "execution_count": None}
        cells.append(out)
    made = {"cells": cells, "metadata": _metadata(), "nbformat": 4, "nbformat_minor": 5}
    made["metadata"]["brieflab"] = {"released": fingerprint(made)}
    return made


def _blank(source):
    names = re.findall(r"^(answer_\d+_\d+)\s*=", source, re.MULTILINE)
    if not names:
        raise PlainError(
            "A cell tagged 'solution' sets no answer_N_N and has no metadata brieflab.blank: "
            f"{source[:60]!r}. Name the answer, or say what remains of the cell."
        )
    return "\n".join(f"{name} = ..." for name in dict.fromkeys(names))


def _metadata():
    return {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }


def _joined(source):
    return source if isinstance(source, str) else "".join(source)


def fingerprint(notebook):
    """Return a hash of what a learner could have changed: sources and outputs."""
    parts = [
        (cell.get("cell_type"), _joined(cell.get("source", "")), bool(cell.get("outputs")))
        for cell in notebook.get("cells", [])
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def untouched(path):
    """True if the exercise at ``path`` is exactly as it was released."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return found["metadata"]["brieflab"]["released"] == fingerprint(found)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def text_of(notebook):
    """Return a notebook as the text that is written to its file."""
    ready = json.loads(json.dumps(notebook))
    for cell in ready["cells"]:
        cell["source"] = _joined(cell["source"]).splitlines(keepends=True)
    return json.dumps(ready, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def release(top="."):
    """Write exercises/ and solutions/RUBRIC.md below ``top`` from the solutions.

    Returns one sentence for each file. Raises PlainError if there is no solution.
    """
    top = Path(top)
    sources = sorted((top / "solutions").glob("[0-9][0-9]_*.ipynb"))
    if not sources:
        raise PlainError(
            f"No solutions were found in {top / 'solutions'}. Run this at the module's top."
        )
    (top / "exercises").mkdir(exist_ok=True)
    told = []
    for source in sources:
        text = text_of(exercise(json.loads(source.read_text(encoding="utf-8"))))
        target = top / "exercises" / source.name
        if target.exists() and target.read_text(encoding="utf-8", errors="replace") == text:
            told.append(f"{target.name}: as it was.")
        elif target.exists() and not untouched(target):
            beside = target.with_name(target.stem + ".new.ipynb")
            files.write(beside, text)
            told.append(f"{target.name}: changed by its owner and left alone; see {beside.name}.")
        else:
            files.write(target, text)
            told.append(f"{target.name}: written.")
    files.write(top / "solutions" / "RUBRIC.md", rubric_text())
    told.append("RUBRIC.md: written.")
    return told


def rubric_text():
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
    for question in questions.all():
        if question.kind != "text":
            continue
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


def execute(path):
    """Run the solution at ``path`` with an answer sheet of its own and keep its outputs.

    Widgets and recorded answers are left out of what is kept: they change from run to run.
    """
    import nbformat
    from nbclient import NotebookClient

    path = Path(path)
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "BRIEFLAB_SHEET": str(Path(folder) / "answers.json")}
        client = NotebookClient(
            notebook, timeout=300, resources={"metadata": {"path": path.parent}}
        )
        client.execute(env=env)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if _VIEW not in o.get("data", {})]
            for output in cell.outputs:
                output.get("data", {}).pop(MIME, None)
                output.pop("transient", None)
    notebook.metadata = _metadata()
    files.write(path, text_of(notebook))


def add_command(commands):
    """Add ``brieflab release`` to the command line."""
    parser = commands.add_parser(
        "release",
        help="make exercises/ and RUBRIC.md from solutions/",
        description="Make the exercises from the solutions. An exercise that somebody has "
        "changed is left alone; the new one is written beside it.",
    )
    parser.add_argument("--top", default=".", help="the module's top folder (default: here)")
    parser.add_argument("--execute", action="store_true", help="run the solutions first")

    def run(args):
        if args.execute:
            for path in sorted((Path(args.top) / "solutions").glob("[0-9][0-9]_*.ipynb")):
                execute(path)
        print("\n".join(release(args.top)))
        return 0

    parser.set_defaults(run=run)
