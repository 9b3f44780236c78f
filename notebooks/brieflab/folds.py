"""Parts that open and close, by mouse and by keyboard.

``ipywidgets.Accordion`` looks the part, but no key reaches its headers: whoever works by
keyboard or screen reader never gets inside. Here a checkbox opens each part.

Knows nothing of what is folded.
"""

from html import escape

import ipywidgets as W
from traitlets import Int

from brieflab.live import Live


def folded(description: str, child: W.Widget) -> tuple[W.Checkbox, W.Widget]:
    """Return a checkbox and the widget ``child`` that it shows, hidden at first."""

    def unfold(change):
        child.layout.display = None if change["new"] else "none"

    more = W.Checkbox(description=description, indent=False, layout=W.Layout(width="auto"))
    more.observe(unfold, names="value")
    child.layout.display = "none"
    return more, child


class Folds(Live, W.VBox):
    """Several parts (widgets) under their titles (text), closed at first.

    ``selected_index`` is the part opened last, None before.
    """

    asleep = "Run this cell to open them."
    selected_index = Int(None, allow_none=True)

    def __init__(self, parts: list[W.Widget], titles: list[str]):
        pairs = [folded(title, part) for title, part in zip(titles, parts, strict=True)]
        for index, (more, _) in enumerate(pairs):
            more.observe(lambda change, index=index: self._opened(change["new"], index), "value")
        self.text = "To open: " + "; ".join(titles) + "."
        self.html = f"<p>{escape(self.text)}</p>"
        super().__init__([widget for pair in pairs for widget in pair])

    def _opened(self, is_open, index):
        if is_open:
            self.selected_index = index
