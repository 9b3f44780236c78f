"""A brief of one's own as a page: to read beside the form, to hand in as text, to save and print."""

import hashlib
import re
from html import escape
from pathlib import Path

from brieflab import files, sheet, trace
from brieflab.course.lesson_2.attendance import BRIEF
from brieflab.course.lesson_8 import typeface
from brieflab.course.lesson_8.figures import figure_html
from brieflab.course.lesson_8.rules import FIELDS, SECTIONS, as_text
from brieflab.html import Page
from brieflab.plain import PlainError
from brieflab.tables import find_datasets, load

__all__ = [
    "default_path", "export_html", "figure_html", "page", "page_html", "page_text", "saved",
    "sources_html",
]  # fmt: skip


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


def page_html(parts, tables=None, level=1, figure=None):
    """Return the inside of the page: title, sections, figure, and the rows it rests on.

    level: of the title's heading. figure: HTML of the figure, when it is drawn already.
    """
    tables = tables or load()
    sections = []
    for name in SECTIONS:
        body = as_text({k: v for k, v in parts.items() if k in (name, "date", "probability")})
        body = re.sub(r"<!--.*?-->", "", body, flags=re.S)
        if body.strip():
            lines = "".join(f"<p>{_line(line)}</p>" for line in body.splitlines() if line.strip())
            heading = f'<h{level + 1} class="part">{FIELDS[name]}</h{level + 1}>'
            sections.append(f'<section class="{name}">{heading}{lines}</section>')
    if parts.get("figure"):
        sections.insert(1, figure or figure_html(parts["figure"], tables))
    title = escape(str(parts.get("title") or "").strip() or "Untitled brief")
    sources = sources_html(as_text(parts), tables)
    return f'<h{level} class="title">{title}</h{level}>{"".join(sections)}{sources}'


def _line(text):
    """Return a line of text as HTML, its row ids unbroken."""
    return re.sub(rf"\b{trace.ID}\b", r'<span class="row">\g<0></span>', escape(text))


def sources_html(text, tables):
    """Return who stands behind the rows that ``text`` names, one entry a first source; "" for none.

    A source is told by its publisher, its kind, its date and its title; the table of sources and
    the row have the rest. "+4" after a row: four more sources.
    """
    entries = {}
    for row_id in filter(lambda one: trace.is_row(one, tables), trace.ids_in(text)):
        name, row = trace.resolve(row_id, tables)
        named = sorted(trace.sources_of(row, tables), key=lambda source: source == BRIEF)
        words = _source_words(named[0], tables) if named else f"Our table {name}.csv."
        more = f" +{len(named) - 1}" if len(named) > 1 else ""
        entries.setdefault(words, []).append(row_id + more)
    if not entries:
        return ""
    listed = "".join(
        f"<li><b>{', '.join(rows)}</b> {escape(words)}</li>" for words, rows in entries.items()
    )
    plus = ". +1 means one more source, named in the row" if "+" in listed else ""
    about = f"Rows of <cite>Who Came to Damascus?</cite> and who published them first{plus}."
    return f'<div class="rows"><p>{about}</p><ul>{listed}</ul></div>'


MOST_TITLE = 50
"""Letters of a source's title that a page has room for."""


def _source_words(source, tables):
    who = trace.source_words(source, tables["sources"])
    title = tables["sources"].set_index("source_id").at[source, "title"]
    title = re.sub(r"(?<=\S) \[.*?\]$", "", title)  # a note on how the title was read
    title = re.sub(r"[\[\]]", "", title).rstrip(". ")
    if len(title) > MOST_TITLE:
        return f"{who}: {title[:MOST_TITLE].rsplit(' ', 1)[0].rstrip(',:;')} …"
    return f"{who}: {title}."


def page(parts, tables=None, level=4):
    """Return a brief (dict of ``FIELDS``) as a page to read in a notebook; level as above."""
    html = page_html(parts, tables, level)
    return Page(page_text(parts), html)


PAPER = f"""
.sheet {{ font: 10pt/1.25 "{typeface.FAMILY}", "STIX Two Text", "Times New Roman", serif;
  font-size-adjust: ch-width .5; color: #000; background: #fff; text-align: left;
  overflow-wrap: anywhere; box-sizing: border-box }}
.sheet::after {{ content: ""; display: block; clear: both }}
.sheet * {{ box-sizing: border-box }}
.sheet .title {{ font-size: 1.75em; line-height: 1.15; font-weight: 700;
  margin: 0 0 .35em; color: inherit }}
.sheet .part {{ font-size: 1.05em; line-height: 1.2; font-weight: 700; margin: .7em 0 .1em; color: inherit }}
.sheet p {{ margin: 0 0 .2em; font-size: inherit; line-height: inherit }}
.sheet cite {{ padding-right: .1em }}
.sheet .row {{ white-space: nowrap }}
.sheet .bottom_line p {{ font-size: 1.12em }}
.sheet figure {{ float: right; width: 82mm; max-width: 100%; margin: .9em 0 .5em 5mm }}
.sheet figure img {{ display: block; width: 100%; height: auto }}
.sheet figcaption, .sheet .rows {{ font-size: .8em; line-height: 1.2 }}
.sheet figcaption {{ margin-top: .3em }}
.sheet .rows {{ clear: both; border-top: .5pt solid #595959; margin-top: 1em; padding-top: .4em }}
.sheet .rows ul {{ columns: 2; column-gap: 6mm; list-style: none; margin: 0; padding: 0 }}
.sheet .rows li {{ break-inside: avoid; margin: 0 0 .15em }}
.sheet details {{ clear: both; font-size: .85em }}
.sheet table {{ border-collapse: collapse }} .sheet td, .sheet th {{ text-align: left; padding: 0 .6em 0 0 }}
"""
"""How a page looks on paper, and in the form beside which it is written.

The typeface comes with the page. Where a browser will not have it, another is scaled to its width.
"""

PAGE_MM = (178, 255)
"""Width and height of what is printed on one sheet: what A4 and Letter both have room for."""

MARGINS_MM = (16, 12)
"""White at the sides of a sheet, and above and below."""

STYLE = f"""{PAPER}
@page {{ margin: {MARGINS_MM[1]}mm {MARGINS_MM[0]}mm }}
body {{ margin: 0; background: #fff }}
@media screen {{ .sheet {{ font-size: 12.5pt; max-width: 46em; margin: 2em auto; padding: 0 1em }} }}
@media screen and (max-width: 40em) {{ .sheet figure {{ float: none; margin: 1em 0 }}
  .sheet .rows ul {{ columns: 1 }} }}
@media print {{ .sheet {{ width: {PAGE_MM[0]}mm }} .sheet details {{ display: none }} }}
"""


def export_html(parts, path=None, tables=None):
    """Save the brief as one accessible HTML page and return the Path written.

    What the form calls one page prints on one sheet, A4 or Letter: in the browser, choose Print,
    then "Save as PDF". A page that was changed by hand since, or that is no page of ours, is left alone:
    the new one is written beside it under the next free name, so look at the path returned. path:
    default ``my_brief.html`` at the module's top. Raises PlainError when the folder cannot be
    written.
    """
    path = default_path(path)
    page = document(parts, tables)
    free = (path.with_stem(f"{path.stem}-{n}") for n in range(2, 1000))
    target = path if _ours(path) else next(p for p in free if _ours(p))
    try:
        files.write(target, f"<!doctype html>\n<!-- page {_seal(page)} -->\n{page}")
    except OSError as error:
        why = f"The page could not be saved at {target} ({type(error).__name__})."
        raise PlainError(f"{why} Give another path.") from None
    return target


def document(parts, tables=None):
    """Return the brief as a whole HTML document, as ``export_html`` writes it."""
    body = page_html(parts, tables)
    title = escape(str(parts.get("title") or "").strip() or "Untitled brief")
    return (
        f'<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{typeface.css()}{STYLE}</style>\n</head>\n<body>\n"
        f'<main class="sheet">{body}</main>\n</body>\n</html>\n'
    )


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
