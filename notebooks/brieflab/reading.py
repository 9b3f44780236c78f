"""Living pages: each lesson as one file that answers without kernel, server or network.

To read on a phone, from a memory stick, aloud or on paper. Stages stay alive, code is folded, row
ids open their rows, and votes and guesses are kept on the reader's device alone. Knows nothing of
what stands in a lesson, and no grade.
"""

import argparse
import re
from html import escape
from importlib import import_module
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from brieflab import files, notebooks, tables, trace
from brieflab.course import CREDIT, SLUG, TERMS, TITLE
from brieflab.html import render
from brieflab.plain import PlainError

if TYPE_CHECKING:
    from nbformat import NotebookNode

_ID = re.compile(rf"(?<![\w-])(?:{trace.ID})(?![\w-])")
_TERM = re.compile(r"\[([^\]]+)\]\([^)\s]*#Glossary\)")


def export(out: str | Path, top: str | Path | None = None) -> list[Path]:
    """Run every lesson and write it to the folder ``out`` as HTML; return the list of paths.

    top: the module's folder; by default the one around the current folder. The learner's own
    notebooks and answer sheet are not touched. Raises PlainError when a lesson does not run.
    """
    top, out = Path(top) if top else tables.find_datasets().parent, Path(out)
    out.mkdir(parents=True, exist_ok=True)
    lessons = notebooks.numbered(top / "notebooks")
    run = [notebooks.run(path, seconds=120) for path in lessons]
    rows = tables.load(top / "datasets")
    listed = [(path.stem + ".html", _title(notebook)) for path, notebook in zip(lessons, run)]
    _write(out / "index.html", TITLE, listed=listed)
    for at, ((page, title), notebook) in enumerate(zip(listed, run)):
        around = [("index.html", "All lessons")]
        around += [(name, f"Before: {said}") for name, said in listed[at - 1 : at]]
        around += [(name, f"Next: {said}") for name, said in listed[at + 1 : at + 2]]
        _write(out / page, title, around=around, **_parts(notebook, rows))
    files.write(out / ".nojekyll", "")  # a static host need not build what is already a page
    return [out / page for page in ["index.html", *(page for page, _ in listed)]]


def _title(notebook):
    heads = (re.match(r"# (.+)", c.source) for c in notebook.cells if c.cell_type == "markdown")
    return next(head[1] for head in heads if head)


def _parts(notebook: "NotebookNode", rows: tables.Tables) -> dict[str, list]:
    """Return the cells of a lesson that was run, as HTML, and the cards they lead to."""
    from nbconvert import HTMLExporter
    from nbconvert.filters.highlight import Highlight2HTML

    exporter, coloured = HTMLExporter(exclude_anchor_links=True), Highlight2HTML()
    cards, cells, guess = {}, [], ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"<!--.*?-->", "", cell.source, flags=re.DOTALL)
            guess = cell.id if "**Predict.**" in text else "" if "**Check.**" in text else guess
            html = exporter.markdown2html({}, _links(_TERM.sub(_explained(cards), text)))
            # a Markdown table cannot do without a header row, not even an empty one
            html = re.sub(r"<thead>\s*<tr>\s*(<th></th>\s*)+</tr>\s*</thead>", "", html)
            asked = guess if guess == cell.id else ""
            cells.append({"text": Markup(_followed(html, rows, cards)), "guess": asked})
        elif cell.cell_type == "code":
            outputs = [html for output in cell.get("outputs", []) if (html := _shown(output))]
            outputs = [Markup(_followed(html, rows, cards)) for html in outputs]
            code = Markup(coloured(cell.source, "python"))
            cells.append({"code": code, "outputs": outputs, "guess": guess})
    return {"cells": cells, "cards": cards}


def _links(text):
    """Point links to lessons at their pages; keep the words alone of links to other files."""
    text = re.sub(r"\]\((?:\./)?(\d\d_\w+)\.ipynb(#[^)]*)?\)", r"](\1.html)", text)
    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?:|#|\d\d_\w+\.html)[^)]*\)", r"\1", text)


def _explained(cards):
    """Return what puts a button that opens a term's entry in the place of a link to the glossary."""

    if not TERMS:
        return lambda link: link[1]
    entry = getattr(import_module(TERMS[0]), TERMS[1])

    def button(link):
        try:
            return _button(link[1], "term-" + re.sub(r"\W+", "-", link[1]), entry, cards)
        except PlainError:
            return link[1]

    return button


def _followed(html, rows, cards):
    """Return ``html`` with each row id outside code, links, labels and stages as a button to its row."""
    if 'class="bl-stage"' in html:
        return html
    closed, out = [], []
    for part in re.split(r"(<[^>]+>)", html):
        tag = re.match(r"<(/?)(pre|code|a|button|label|summary|script|style|svg)\b", part)
        if tag and not part.endswith("/>"):
            closed.pop() if tag[1] and closed else closed.append(tag[2])
        if not part.startswith("<") and not closed:
            part = _ID.sub(lambda found: _row_button(found[0], rows, cards), part)
        out.append(part)
    return "".join(out)


def _row_button(row_id, rows, cards):
    if not trace.is_row(row_id, rows):
        return row_id
    return _button(row_id, f"row-{row_id}", lambda words: trace.row(words, rows), cards)


def _button(words, name, entry, cards):
    """Return a button that opens the card ``name``, made by ``entry(words)`` when first asked for."""
    if name not in cards:
        cards[name] = Markup(entry(words).html)
    return f'<button type="button" class="opens" popovertarget="{name}">{escape(words)}</button>'


def _shown(output):
    """Return the HTML of an output's most accessible form: HTML, else text; no widget."""
    data = output.get("data", {})
    text = data.get("text/plain", output.get("text", ""))
    bare = re.match(r"\w+\(", text) is not None  # such as VBox(children=...)
    live = "application/vnd.jupyter.widget-view+json" in data
    if "text/html" in data:
        return render("output", html=Markup(data["text/html"]), live=live)
    text = "" if live and bare else text.rstrip()
    return render("output", text=text, live=live) if text or live else ""


def _write(path, title, **parts):
    script = package_files("brieflab.templates").joinpath("lesson.js").read_text("utf-8")
    html = render(
        "lesson", title=title, module=TITLE, slug=SLUG, credit=CREDIT, script=script, **parts
    )
    files.write(path, html + "\n")


def add_command(commands: argparse._SubParsersAction) -> None:
    """Add ``brieflab read`` to the command line."""
    what = "write all lessons as living pages: for a phone, a memory stick, a static host, paper"
    parser = commands.add_parser("read", help=what)
    parser.add_argument("out", nargs="?", default="site", help="folder to write to (site)")
    parser.set_defaults(run=_run)


def _run(chosen):
    pages = export(chosen.out)
    print(f"{len(pages)} pages written. Open {pages[0]} in a browser, or print it from there.")
