"""Cards: one piece of feedback as text, as HTML and, for the grader, as data. Judges nothing."""

import os
from typing import Any

from markupsafe import Markup

from brieflab import sheet
from brieflab.html import Page, render

_MARKS = {"asked": "?", "right": "✓", "recorded": "✓", "blank": "…", "failed": "!"}
_COLOURS = {"asked": "#0072B2", "right": "#009E73", "recorded": "#009E73", "blank": "#767676"}


def card(
    name: str,
    state: str,
    said: str,
    answer: dict | None = None,
    worked: str = "",
    rows: dict[str, Page] | None = None,
) -> Page:
    """Return the card that says ``said`` about the question ``name``.

    state: what became of the answer (see ``questions.Judgement``), 'asked' or 'failed'. answer:
    the entry that a grader may read from the output. worked: code shown to who opens it. rows: row
    id -> the row with its sources, for the rows that ``said`` names.
    """
    mark, colour = _MARKS.get(state, "→"), _COLOURS.get(state, "#D55E00")
    save = nudge() if answer else ""
    named = {row_id: Markup(one.html) for row_id, one in (rows or {}).items()}
    html = render(
        "card", name=name, mark=mark, colour=colour, said=said, worked=worked, save=save, rows=named
    )
    text = f"{name} {mark} {said}" + (f"\n{save}" if save else "")
    return Page(text, html, data={sheet.MIME: answer} if answer else None)


def nudge() -> str:
    """Return a sentence that asks to save on a machine that will vanish, else ''."""
    if any(name.startswith("BINDER_") for name in os.environ):
        return "This machine will vanish. Download your answers (top or end of this page) now."
    return ""


def show(thing: Any, **options: Any) -> Any:
    """Display ``thing`` in the notebook, or print it where there is none."""
    from IPython.display import display

    return display(thing, **options)


def in_kernel() -> bool:
    """Tell whether widgets can be driven: inside a Jupyter kernel."""
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None
