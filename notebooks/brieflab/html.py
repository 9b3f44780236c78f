"""HTML from templates, and things that are HTML for a browser and text for everyone else.

Knows nothing of questions, courses or grades.
"""

from html import escape
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader
from pandas.api.types import is_float, is_integer, is_scalar

_FILES = PackageLoader("brieflab", "templates")
_TEMPLATES = Environment(loader=_FILES, autoescape=True, trim_blocks=True, auto_reload=False)


def render(template: str, **values: Any) -> str:
    """Return the ``template`` (its file name without ending) filled with ``values``, each escaped."""
    return _TEMPLATES.get_template(f"{template}.html").render(**values).strip()


def table_html(table: pd.DataFrame, caption: str) -> str:
    """Return the DataFrame as an HTML table with ``caption``, column headers and row headers.

    A named index becomes the first columns; the first column heads its row.
    """
    head, rows = table_cells(table)
    return render("table", caption=caption, head=head, rows=rows)


def table_cells(table: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the rows of a DataFrame as readers see them, a named index first."""
    if any(table.index.names):
        table = table.reset_index()
    rows = [list(map(cell_text, row)) for row in table.to_numpy(dtype=object).tolist()]
    return [str(name) for name in table.columns], rows


def cell_text(value: Any) -> str:
    """Return a table's cell as readers see it: 12,480 but 2019 (it may be a year), 0.25, 0.0025.

    A float that is whole reads as the whole number it is; a missing value is "no value".
    """
    if is_scalar(value) and pd.isna(value):
        return "no value"
    if is_float(value) and value.is_integer():
        value = int(value)
    if is_float(value):
        return f"{value:.2g}" if abs(value) < 0.1 else f"{value:,.2f}"
    if is_integer(value) and abs(value) >= 10_000:
        return f"{value:,}"
    return str(value)


def status(sentence: str) -> str:
    """Return ``sentence`` as HTML that screen readers announce when it changes."""
    return f'<p role="status" style="line-height:1.4"><strong>{escape(sentence)}</strong></p>'


class Readable:
    """Something to read: ``html`` in a browser, ``text`` everywhere else. A mixin.

    ``data`` holds further forms by MIME type, such as an answer for the grader. Put before a
    widget's class, it adds all of them to the live view, for readers where widgets do not live.
    """

    text: str
    html: str
    data: dict[str, Any] = {}

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        return self.html

    def _repr_mimebundle_(self, **asked):
        live = getattr(super(), "_repr_mimebundle_", None)
        bundle = live(**asked) if live else {}
        bundle = bundle[0] if isinstance(bundle, tuple) else bundle or {}
        return {**bundle, "text/plain": self.text, "text/html": self.html, **self.data}


class Page(Readable):
    """A page of HTML with its plain-text twin; ``table`` is the DataFrame behind it, if any."""

    def __init__(
        self, text: str, html: str, table: pd.DataFrame | None = None, data: dict | None = None
    ):
        self.text, self.html, self.table, self.data = text, html, table, data or {}
