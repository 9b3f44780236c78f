"""A brief of one's own as a page: to read beside the form, to hand in as text, to save and print."""

import hashlib
import re
from html import escape
from pathlib import Path

import pandas as pd

from brieflab import files, sheet, trace
from brieflab.course.lesson_8.rules import FIELDS, FIGURES, SECTIONS, as_text
from brieflab.figures import image, new_figure
from brieflab.html import Page, table_html
from brieflab.plain import PlainError, need_known
from brieflab.tables import find_datasets, load


def saved():
    """Return the page kept in the answer sheet (dict of ``FIELDS``); {} when there is none."""
    kept = sheet.load().get("codings", {}).get("8", {})
    return {name: kept[name] for name in FIELDS if isinstance(kept.get(name), str)}


def page_text(parts=None):
    """Return a page (dict of ``FIELDS``; left out: the one in the form) as text to hand in.

    The last line names the figure. The text is empty while the page is. Raises PlainError for a
    field that does not exist, and when the answer sheet cannot be read.
    """
    parts = saved() if parts is None else parts
    figure = str(parts.get("figure") or "")
    return "\n\n".join(part for part in (as_text(parts), figure and f"Figure: {figure}") if part)


def figure_html(name, tables=None, numbers=True):
    """Return the ready figure ``name`` as HTML: picture with its text, finding and ``numbers``."""
    need_known([name], FIGURES, "figure")
    tables = tables or load()
    calculate, draw = FIGURES[name]
    finding = calculate(tables)
    figure = new_figure(7.0, 3.6)
    draw(figure, finding)
    caption = f"<figcaption>{escape(finding.sentence)}</figcaption>"
    shown = f"<figure>{image(figure, finding.alt)}{caption}</figure>"
    if numbers:
        table = table_html(finding.table, finding.sentence)
        shown += f"<details><summary>The numbers behind this figure</summary>{table}</details>"
    return shown


def page_html(parts, tables=None, level=1, figure=None):
    """Return the inside of the page: title, sections, figure, and the rows it rests on.

    level: of the title's heading. figure: HTML of the figure, when it is drawn already.
    """
    tables = tables or load()
    text = as_text(parts)
    sections = []
    for name in SECTIONS:
        body = as_text({k: v for k, v in parts.items() if k in (name, "date", "probability")})
        body = re.sub(r"<!--.*?-->", "", body, flags=re.S)
        if body.strip():
            lines = "".join(f"<p>{escape(line)}</p>" for line in body.splitlines() if line.strip())
            sections.append(f"<h{level + 1}>{FIELDS[name]}</h{level + 1}>{lines}")
    if parts.get("figure"):
        sections.insert(2, figure or figure_html(parts["figure"], tables))
    rows = [f"{i} ({_origin(i, tables)})" for i in trace.ids_in(text) if _origin(i, tables)]
    if rows:
        about = f"Rows of <cite>Who Came to Damascus?</cite>: {escape('; '.join(rows))}."
        sections.append(f'<p class="rows">{about}</p>')
    title = escape(str(parts.get("title") or "").strip() or "Untitled brief")
    return f"<h{level}>{title}</h{level}>{''.join(sections)}"


def page(parts, tables=None, level=4):
    """Return a brief (dict of ``FIELDS``) as a page to read in a notebook; level as above."""
    html = page_html(parts, tables, level)
    return Page(page_text(parts), html)


def _origin(row_id, tables):
    if not trace.is_row(row_id, tables):
        return ""
    name, row = trace.resolve(row_id, tables)
    sources = row.get("source_id", row.get("source_ids"))
    if pd.isna(sources):
        return name
    first, *others = sources.split(";")
    return f"{name}, {first}" + (f" and {len(others)} more" if others else "")


STYLE = """
body { font: 16px/1.4 Georgia, serif; color: #000; background: #fff; max-width: 46em; margin: 2em auto;
  padding: 0 1em }
h1 { font-size: 1.5em; line-height: 1.2; margin: 0 0 .4em } h2 { font-size: 1.05em; margin: .8em 0 .2em }
p { margin: .2em 0 } figure { margin: .6em 0 } figcaption, .rows, table { font-size: .8em }
.rows { border-top: 1px solid #595959; margin-top: .8em; padding-top: .3em }
td, th { text-align: left; padding: 0 .6em }
@page { size: A4; margin: 12mm 16mm }
@media print { body { font-size: 9pt; line-height: 1.25; margin: 0; padding: 0; max-width: none }
  details { display: none } figure img { max-height: 52mm; width: auto !important } }
"""


def export_html(parts, path=None, tables=None):
    """Save the brief as one accessible HTML page and return the Path written.

    The page prints on one sheet of A4: in the browser, choose Print, then "Save as PDF". A page
    that was changed by hand since, or that is no page of ours, is left alone: the new one is
    written beside it under the next free name, so look at the path returned. path: default
    ``my_brief.html`` at the module's top. Raises PlainError when the folder cannot be written.
    """
    path = default_path(path)
    body = page_html(parts, tables)
    title = escape(str(parts.get("title") or "").strip() or "Untitled brief")
    page = (
        f'<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>{body}</main>\n</body>\n</html>\n"
    )
    free = (path.with_stem(f"{path.stem}-{n}") for n in range(2, 1000))
    target = path if _ours(path) else next(p for p in free if _ours(p))
    try:
        files.write(target, f"<!doctype html>\n<!-- page {_seal(page)} -->\n{page}")
    except OSError as error:
        why = f"The page could not be saved at {target} ({type(error).__name__})."
        raise PlainError(f"{why} Give another path.") from None
    return target


def default_path(path=None):
    """Return ``path`` as a Path, or where a page goes when no path is given."""
    return Path(path) if path else find_datasets().parent / "my_brief.html"


def _seal(page):
    return hashlib.sha256(page.encode("utf-8", "replace")).hexdigest()


def _ours(path):
    """Tell whether ``path`` is free, or holds a page exactly as ``export_html`` left it."""
    if not path.exists():
        return True
    try:
        _, seal, page = path.read_bytes().decode("utf-8").split("\n", 2)
    except (OSError, ValueError):
        return False
    return seal == f"<!-- page {_seal(page)} -->"
