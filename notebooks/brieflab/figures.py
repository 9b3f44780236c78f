"""Figures that everyone can read: a picture, its alternative text, its finding, its numbers.

JupyterLab drops alternative texts set as output metadata, so a figure is shown as HTML:
an image with ``alt``, a visible sentence with the finding, and the numbers as a table.
Drawing bypasses pyplot: a figure belongs to the cell or widget that made it and cannot leak.
matplotlib is imported when something is drawn, so that a check does not pay for it.

Knows nothing of questions, of grades, or of what is drawn.
"""

import sys
import textwrap
from base64 import b64encode
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from brieflab.html import Page, render, table_html
from brieflab.plain import PlainError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PALETTE = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "vermilion": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "grey": "#767676",
    "black": "#000000",
}
"""Okabe and Ito's colours for readers of any colour vision, with a grey of 4.5:1 on white.

Sky and orange are too pale for a thin line (3:1): use them for filled shapes with a dark edge, and
give every series a hatch, a marker or a label of its own as well.
"""

TEXT_COLOURS = ("black", "blue", "grey")
"""Names in ``PALETTE`` that are dark enough for words on white (4.5:1)."""

HATCHES = ["", "///", "xx", "\\\\\\", "++", "--", "||"]
"""Lines only: a hatch of dots makes the SVG twenty times as large."""

MARKERS = ["o", "s", "^", "D", "v", "P", "X"]

_SVG = {"svg.fonttype": "none", "svg.hashsalt": "brieflab", "hatch.linewidth": 0.6}


def new_figure(width: float = 7.0, height: float = 3.6) -> "Figure":
    """Return an empty Figure of ``width`` by ``height`` inches that pyplot knows nothing of."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasSVG(figure)
    return figure


def titled_axes(
    figure: "Figure",
    title: str,
    source: str,
    left: float = 1.5,
    right: float = 0.3,
    bottom: float = 0.5,
    side: float = 0,
) -> "Axes":
    """Return Axes on ``figure`` under a title that wraps, above a line that names the source.

    left, right and bottom are margins in inches for the labels, measured by hand because
    matplotlib's layout engines cost more than the drawing. side: room in inches kept free
    on the right for a legend.
    """
    width, height = figure.get_size_inches()
    lines = textwrap.wrap(title, round(width * 10.5)) or [""]
    top, foot = 0.22 + 0.2 * len(lines), 0.22
    wide, high = 1 - (left + right + side) / width, 1 - (top + bottom + foot) / height
    axes = figure.add_axes((left / width, (bottom + foot) / height, wide, high))
    bold = {"size": 11, "weight": "bold", "va": "top", "linespacing": 1.25}
    figure.text(0.1 / width, 1 - 0.08 / height, "\n".join(lines), **bold)
    figure.text(0.1 / width, 0.08 / height, source, size=8.5, color=PALETTE["grey"], va="bottom")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=9.5)
    return axes


def image(figure: "Figure", alt: str, tight: bool = False) -> str:
    """Return the Figure as an HTML ``<img>`` (SVG inside) that carries the text ``alt``.

    tight: grow the picture until no label is cut off (slower; for figures made by hand).
    """
    import matplotlib

    need_words(alt, "alternative text")
    buffer, box = BytesIO(), "tight" if tight else None
    with matplotlib.rc_context(_SVG):
        figure.savefig(buffer, format="svg", metadata={"Date": None}, bbox_inches=box)
    data = b64encode(buffer.getvalue()).decode("ascii")
    width = round(figure.get_figwidth() * 96)
    style = f"width:100%;max-width:{width}px;height:auto;background:#fff"
    return f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{data}" style="{style}">'


def need_words(text: Any, what: str) -> None:
    """Raise PlainError unless ``text`` has at least three words."""
    if len(str(text or "").split()) < 3:
        step = "Say in a sentence what it shows and what follows from it."
        raise PlainError(f"A figure needs its {what}: received {text!r}. {step}")


class Shown(Page):
    """A figure ready to be displayed: picture, alternative text, finding and numbers."""

    def __init__(self, picture: str, alt: str, finding: str, table: pd.DataFrame):
        self.picture, self.alt, self.finding = picture, alt, finding
        behind = Markup(table_html(table, finding))
        html = render("figure", picture=Markup(picture), finding=finding, numbers=behind)
        super().__init__(described(finding, alt, table), html, table)


def described(finding: str, alt: str, table: pd.DataFrame) -> str:
    """Return a figure as text, for readers without pictures."""
    numbers = table.to_string(index=any(table.index.names))
    return f"Figure. {finding}\nAlternative text: {alt}\n{numbers}"


def show(
    figure: "Figure | Axes", alt: str, table: pd.DataFrame, finding: str | None = None
) -> None:
    """Display ``figure`` (a matplotlib Figure, or Axes on one) so that everyone can read it.

    alt: what a reader who cannot see it should know (kind of chart, data, finding).
    table: DataFrame with the numbers drawn. finding: one visible sentence; the title of the
    first axes when left out. A figure made with pyplot is closed, so that Jupyter does not
    show it a second time. Raises PlainError when one of them is missing.
    """
    from IPython.display import display
    from matplotlib.figure import Figure

    figure = getattr(figure, "figure", figure)
    if not isinstance(figure, Figure):
        said = f"show() needs a matplotlib figure or axes first; it received a {type(figure).__name__}."
        raise PlainError(f"{said} Write show(ax, alt, table) with the ax that your plot returned.")
    titles = (ax.get_title() or ax.get_title("left") for ax in figure.axes)
    finding = next(filter(None, titles), "") if finding is None else finding
    finding = " ".join(finding.split())
    need_words(finding, "finding (or a title that says it)")
    if not isinstance(table, pd.DataFrame) or table.empty:
        raise PlainError("A figure needs the table of its numbers: a DataFrame with rows.")
    display(Shown(image(figure, alt, tight=True), alt, finding, table))
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)


@dataclass
class Finding:
    """What a widget found: one sentence, a text for readers who cannot see it, the numbers.

    ``data`` is whatever the drawing needs beside the table.
    """

    sentence: str
    alt: str
    table: pd.DataFrame
    data: Any = field(default=None, repr=False)
