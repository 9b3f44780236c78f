"""All lessons as plain web pages: to read without running, on a phone, aloud or on paper."""

import os
import re
import tempfile
from html import escape
from pathlib import Path

from brieflab import files
from brieflab.course import CREDIT, TITLE
from brieflab.plain import PlainError
from brieflab.tables import find_datasets

STYLE = """
body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 1rem;
       color: #1a1a1a; background: #fff }
a { color: #00558a } a:focus, summary:focus { outline: 3px solid #d55e00 }
.skip { position: absolute; left: -999rem } .skip:focus { left: 1rem }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; list-style: none; padding: 0 }
pre { background: #f4f4f4; padding: .6rem .8rem; white-space: pre-wrap; font-size: .9rem }
.highlight .c1 { font-style: italic } .highlight .k, .highlight .kn { font-weight: bold }
.output_area { margin: .8rem 0; overflow-x: auto } .output_area pre { background: none }
table { border-collapse: collapse; font-size: .92rem } caption { text-align: left; padding: .3rem 0 }
th, td { border: 1px solid #767676; padding: .2rem .5rem; text-align: left; vertical-align: top }
img { max-width: 100%; height: auto }
.controls { border-left: 4px solid #0072b2; padding-left: .6rem }
@media print {
  nav, .skip { display: none } body { max-width: none; font-size: 10.5pt }
  a { color: inherit } h2, h3 { break-after: avoid } figure, tr, pre { break-inside: avoid }
  details::details-content { display: block; content-visibility: visible }
}
"""

_PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the lesson</a>
<nav aria-label="Lessons"><ul>{links}</ul></nav>
<main id="main">
{body}
</main>
<footer><p>{credit}</p></footer>
</body>
</html>
"""

_CONTROLS = (
    '<p class="controls">In JupyterLab this output has controls. Here it stands as it opens.</p>'
)


def export(out, top=None):
    """Run every lesson and write it to the folder ``out`` as HTML; return the list of paths.

    top: the module's folder; by default the one around the current folder. The learner's own
    notebooks and answer sheet are not touched. Raises PlainError when a lesson does not run.
    """
    top = Path(top) if top else find_datasets().parent
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    lessons = sorted((top / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    titles, bodies = [], []
    for path in lessons:
        notebook = _run(path)
        titles.append(_title(notebook))
        bodies.append(_body(notebook))
    pages = [path.stem + ".html" for path in lessons]
    for at, (page, title, body) in enumerate(zip(pages, titles, bodies)):
        around = [("index.html", "All lessons")]
        around += [(pages[at - 1], f"Before: {titles[at - 1]}")] if at else []
        around += [(pages[at + 1], f"Next: {titles[at + 1]}")] if at + 1 < len(pages) else []
        _write(out / page, title, around, body)
    listed = "".join(
        f'<li><a href="{page}">{escape(title)}</a></li>' for page, title in zip(pages, titles)
    )
    name = TITLE
    _write(out / "index.html", name, [], f"<h1>{name}</h1><ol start='0'>{listed}</ol>")
    return [out / page for page in ["index.html", *pages]]


def _run(path):
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        # a sheet of its own: nothing of the reader's shows, and no lock opens lesson 7's outcomes
        own = {**os.environ, "BRIEFLAB_SHEET": str(Path(folder) / "answers.json")}
        client = NotebookClient(
            notebook,
            timeout=120,
            store_widget_state=False,
            resources={"metadata": {"path": str(path.parent)}},
            extra_arguments=["--log-level=ERROR"],
        )
        try:
            client.execute(env=own)
        except CellExecutionError as error:
            raise PlainError(f"{path.name} does not run: {error.ename}: {error.evalue}") from None
    return notebook


def _title(notebook):
    heads = (re.match(r"# (.+)", cell.source) for cell in notebook.cells)
    return next(head[1] for head in heads if head)


def _body(notebook):
    from nbconvert import HTMLExporter

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _links(re.sub(r"<!--.*?-->", "", cell.source, flags=re.DOTALL))
        else:
            cell.outputs = [_still(output) for output in cell.get("outputs", [])]
    exporter = HTMLExporter(
        template_name="basic",
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
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
    data = output.get("data")
    if not data:
        return output
    if "application/vnd.jupyter.widget-view+json" in data:
        text = data.get("text/plain", "")
        bare = re.match(r"\w+\(", text) is not None  # such as VBox(children=...)
        html = data.get("text/html") or ("" if bare else f"<pre>{escape(text)}</pre>")
        output["data"] = {"text/html": _CONTROLS + html}
    elif "text/html" in data:
        output["data"] = {"text/html": data["text/html"]}
    return output


def _write(path, title, links, body):
    links = "".join(f'<li><a href="{href}">{escape(text)}</a></li>' for href, text in links)
    page = _PAGE.format(
        title=escape(title), style=STYLE, links=links, body=body, credit=escape(f"{TITLE} {CREDIT}")
    )
    files.write(path, page)


def add_command(subparsers):
    """Register ``brieflab read``."""
    parser = subparsers.add_parser(
        "read", help="write all lessons with their results as web pages to read or print"
    )
    parser.add_argument("out", nargs="?", default="site", help="folder to write to (site)")
    parser.set_defaults(run=_command)


def _command(arguments):
    pages = export(arguments.out)
    print(f"{len(pages)} pages written. Open {pages[0]} in a browser, or print it from there.")
