"""All lessons as plain web pages: to read without running, on a phone, aloud or on paper.

Knows nothing of what stands in a lesson, and no grade.
"""

import argparse
import re
from html import escape
from pathlib import Path

from markupsafe import Markup

from brieflab import files, notebooks
from brieflab.course import CREDIT, TITLE
from brieflab.html import render
from brieflab.tables import find_datasets

_CONTROLS = (
    '<p class="controls">In JupyterLab this output has controls. Here it stands as it opens.</p>'
)


def export(out: str | Path, top: str | Path | None = None) -> list[Path]:
    """Run every lesson and write it to the folder ``out`` as HTML; return the list of paths.

    top: the module's folder; by default the one around the current folder. The learner's own
    notebooks and answer sheet are not touched. Raises PlainError when a lesson does not run.
    """
    top, out = Path(top) if top else find_datasets().parent, Path(out)
    out.mkdir(parents=True, exist_ok=True)
    lessons = notebooks.numbered(top / "notebooks")
    run = [notebooks.run(path, seconds=120) for path in lessons]
    listed = [(path.stem + ".html", _title(notebook)) for path, notebook in zip(lessons, run)]
    _write(out / "index.html", TITLE, listed=listed)
    for at, ((page, title), notebook) in enumerate(zip(listed, run)):
        around = [("index.html", "All lessons")]
        around += [(name, f"Before: {said}") for name, said in listed[at - 1 : at]]
        around += [(name, f"Next: {said}") for name, said in listed[at + 1 : at + 2]]
        _write(out / page, title, around=around, body=Markup(_body(notebook)))
    return [out / page for page in ["index.html", *(page for page, _ in listed)]]


def _title(notebook):
    heads = (re.match(r"# (.+)", c.source) for c in notebook.cells if c.cell_type == "markdown")
    return next(head[1] for head in heads if head)


def _body(notebook):
    from nbconvert import HTMLExporter

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _links(re.sub(r"<!--.*?-->", "", cell.source, flags=re.DOTALL))
        else:
            cell.outputs = [_still(output) for output in cell.get("outputs", [])]
    without = ("exclude_anchor_links", "exclude_input_prompt", "exclude_output_prompt")
    exporter = HTMLExporter(template_name="basic", **dict.fromkeys(without, True))
    html = exporter.from_notebook_node(notebook)[0]
    # a Markdown table cannot do without a header row, not even an empty one
    html = re.sub(r"<thead>\s*<tr>\s*(<th></th>\s*)+</tr>\s*</thead>", "", html)
    return html.replace('<div class="output_area">', '<div class="output_area" tabindex="0">')


def _links(text):
    """Point links to lessons at their pages; keep the words alone of links to other files."""
    text = re.sub(r"\]\((?:\./)?(\d\d_\w+)\.ipynb(#[^)]*)?\)", r"](\1.html)", text)
    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?:|#|\d\d_\w+\.html)[^)]*\)", r"\1", text)


def _still(output):
    """Return ``output`` with its most accessible form alone: HTML, else text; no widget."""
    data = output.get("data", {})
    if "application/vnd.jupyter.widget-view+json" in data:
        text = data.get("text/plain", "")
        bare = re.match(r"\w+\(", text) is not None  # such as VBox(children=...)
        html = data.get("text/html") or ("" if bare else f"<pre>{escape(text)}</pre>")
        output["data"] = {"text/html": _CONTROLS + html}
    elif "text/html" in data:
        output["data"] = {"text/html": data["text/html"]}
    return output


def _write(path, title, **parts):
    html = render("lesson", title=title, module=TITLE, credit=CREDIT, **parts)
    files.write(path, html + "\n")


def add_command(commands: argparse._SubParsersAction) -> None:
    """Add ``brieflab read`` to the command line."""
    what = "write all lessons with their results as web pages to read or print"
    parser = commands.add_parser("read", help=what)
    parser.add_argument("out", nargs="?", default="site", help="folder to write to (site)")
    parser.set_defaults(run=_run)


def _run(chosen):
    pages = export(chosen.out)
    print(f"{len(pages)} pages written. Open {pages[0]} in a browser, or print it from there.")
