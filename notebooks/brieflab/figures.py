"""Figures that everyone can read: a picture, its alternative text, its finding, its numbers.

JupyterLab drops alternative texts set as output metadata, so a figure is shown as HTML:
an image with ``alt``, a visible sentence with the finding, and the numbers as a table.
Drawing bypasses pyplot: a figure belongs to the cell or widget that made it and cannot leak.
matplotlib is imported when something is drawn, so that a check does not pay for it.
"""

import sys
import textwrap
from base64 import b64encode
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from typing import Any

import pandas as pd
from markupsafe import Markup

from brieflab.html import Readable, render, table_html
from brieflab.plain import PlainError

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


def new_figure(width=7.0, height=3.6):
    """Return an empty Figure of ``width`` by ``height`` inches that pyplot knows nothing of."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasSVG(figure)
    return figure


def titled_axes(figure, title, source, left=1.5, right=0.3, bottom=0.5, side=None):
    """Return Axes on ``figure`` under a title that wraps, above a line that names the source.

    left, right and bottom are margins in inches for the labels, measured by hand because
    matplotlib's layout engines cost more than the drawing. side: room in inches kept free
    on the right for a legend.
    """
    width, height = figure.get_size_inches()
    lines = textwrap.wrap(title, round(width * 10.5)) or [""]
    top, foot = 0.22 + 0.2 * len(lines), 0.22
    axes = figure.add_axes(
        (
            left / width,
            (bottom + foot) / height,
            1 - (left + right + (side or 0)) / width,
            1 - (top + bottom + foot) / height,
        )
    )
    figure.text(
        0.1 / width,
        1 - 0.08 / height,
        "\n".join(lines),
        size=11,
        weight="bold",
        va="top",
        linespacing=1.25,
    )
    figure.text(0.1 / width, 0.08 / height, source, size=8.5, color=PALETTE["grey"], va="bottom")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=9.5)
    return axes


def image(figure, alt, tight=False):
    """Return the Figure as an HTML ``<img>`` (SVG inside) that carries the text ``alt``.

    tight: grow the picture until no label is cut off (slower; for figures made by hand).
    """
    import matplotlib

    need_words(alt, "alternative text")
    buffer = BytesIO()
    with matplotlib.rc_context(_SVG):
        figure.savefig(
            buffer, format="svg", metadata={"Date": None}, bbox_inches="tight" if tight else None
        )
    data = b64encode(buffer.getvalue()).decode("ascii")
    width = round(figure.get_figwidth() * 96)
    return (
        f'<img alt="{escape(alt)}" src="data:image/svg+xml;base64,{data}" '
        f'style="width:100%;max-width:{width}px;height:auto;background:#fff">'
    )


def need_words(text, what):
    """Raise PlainError unless ``text`` has at least three words."""
    if len(str(text or "").split()) < 3:
        raise PlainError(
            f"A figure needs its {what}: received {text!r}. "
            "Say in a sentence what it shows and what follows from it."
        )


class Shown(Readable):
    """A figure ready to be displayed: picture, alternative text, finding and numbers."""

    def __init__(self, picture: str, alt: str, finding: str, table: pd.DataFrame):
        self.picture, self.alt, self.finding, self.table = picture, alt, finding, table

    @property
    def text(self):
        """The figure for readers without pictures."""
        return (
            f"Figure. {self.finding}\nAlternative text: {self.alt}\n"
            f"{self.table.to_string(index=any(self.table.index.names))}"
        )

    @property
    def html(self):
        """The picture with its finding, and the numbers behind it."""
        return render(
            "figure",
            picture=Markup(self.picture),
            finding=self.finding,
            numbers=Markup(table_html(self.table, self.finding)),
        )


def show(figure, alt, table, finding=None):
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
        raise PlainError(
            f"show() needs a matplotlib figure or axes first; it received a {type(figure).__name__}. "
            "Write show(ax, alt, table) with the ax that your plot returned."
        )
    if finding is None:
        finding = next(
            (t for ax in figure.axes if (t := ax.get_title() or ax.get_title("left"))), ""
        )
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
