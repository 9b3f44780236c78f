"""The one frame of a widget: controls, then a sentence, a picture and the numbers behind it.

Knows nothing of what is calculated or drawn.
"""

from collections.abc import Callable
from html import escape

import ipywidgets as W

from brieflab.figures import Finding, Shown, image, new_figure
from brieflab.folds import folded
from brieflab.html import status, table_html
from brieflab.live import Live
from brieflab.plain import PlainError


class Panel(Live, W.VBox):
    """A widget: controls above, then a sentence, a picture and the numbers.

    controls: dict name -> ipywidgets control (or box with a ``value``), in reading order, each
    with a description. calculate(**values) -> Finding, a pure function of the controls' values.
    draw(figure, finding) draws on an empty Figure of ``width`` by ``height`` inches; it may
    resize it. Without ``draw`` the lines of ``finding.alt`` stand in the picture's place.
    A PlainError from either is shown as its sentence, and no picture under it.
    """

    def __init__(
        self,
        controls: dict[str, W.Widget],
        calculate: Callable[..., Finding],
        draw: Callable | None = None,
        width: float = 7.0,
        height: float = 3.6,
    ):
        self.controls, self.calculate, self.draw = dict(controls), calculate, draw
        self.size, self.figure, self.finding = (width, height), None, None
        self.sentence, self.picture, self.numbers = W.HTML(), W.HTML(), W.HTML()
        wide = W.Layout(flex_flow="row wrap", grid_gap="4px 16px")
        behind = "numbers behind this picture" if draw else "rows behind this text"
        above = W.Box(list(self.controls.values()), layout=wide)
        below = self.sentence, self.picture, *folded(f"Show the {behind}", self.numbers)
        super().__init__([above, *below])
        for control in self.controls.values():
            if hasattr(control, "style"):
                control.style.description_width = "initial"
            if isinstance(control, W.ToggleButtons):
                control.style.button_width = "auto"
            control.observe(self.redraw, names="value")
        self.redraw()

    def redraw(self, change: dict | None = None) -> None:
        """Calculate and draw again from the controls as they stand; ``change`` is the event."""
        values = {name: control.value for name, control in self.controls.items()}
        try:
            self.finding = self.calculate(**values)
            self.sentence.value = status(self.finding.sentence)
            self.picture.value = self._picture()
            self.numbers.value = table_html(self.finding.table, self.finding.sentence)
        except PlainError as error:
            self.finding, self.picture.value, self.numbers.value = None, "", ""
            self.sentence.value = status(str(error))

    def _picture(self):
        if self.draw is None:
            return "".join(f"<p>{escape(line)}</p>" for line in self.finding.alt.splitlines())
        self.figure = new_figure(*self.size)  # clearing a drawn one takes longer
        self.draw(self.figure, self.finding)
        return image(self.figure, self.finding.alt)

    def _shown(self):
        found = self.finding
        return Shown(self.picture.value, found.alt, found.sentence, found.table)

    @property
    def text(self) -> str:
        """The figure as it stands, for readers without pictures."""
        return self._shown().text if self.finding else "Panel"

    @property
    def html(self) -> str:
        """The figure as it stands, or the sentence that says why there is none."""
        return self._shown().html if self.finding else self.sentence.value


panel = Panel
"""The name by which lessons make one."""
