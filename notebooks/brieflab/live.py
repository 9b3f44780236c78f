"""Widgets that can be left and found again: something to read, and no input that nobody keeps.

A widget's view lasts as long as its kernel; JupyterLab then shows an error in its place, and a view
still on the page takes what is typed and loses it. Knows nothing of what is shown.
"""

from importlib.resources import files

from markupsafe import Markup

from brieflab.html import Readable, render

_VIEW = "application/vnd.jupyter.widget-view+json"


class Live(Readable):
    """A ``Readable`` that is a widget: put before the widget's class.

    Shown, it gives two outputs. The first is ``html`` with the sentence ``asleep``, seen where the
    widget does not live; the second is the widget, if ``guarded`` with a guard that closes its
    fields and says so once the kernel has not answered for some seconds.
    """

    asleep = "Run this cell to use its controls."
    guarded = True
    _left = None

    def _ipython_display_(self):
        from IPython.display import display

        still, view = self.bundles()
        self._left = display(still, raw=True, display_id=True)
        display(view, raw=True)

    def bundles(self) -> tuple[dict, dict]:
        """Return both outputs by MIME type, for two that follow each other."""
        import ipywidgets as W

        box = W.VBox([_guard(), self] if self.guarded else [self])
        return self._standing(), {_VIEW: box._repr_mimebundle_()[_VIEW]}

    def _standing(self):
        still = render("asleep", html=Markup(self.html), asleep=self.asleep)
        return {"text/plain": self.text, "text/html": still, **self.data}

    def renew(self) -> None:
        """Let what is found later be ``html`` as it is now."""
        if self._left:
            self._left.update(self._standing(), raw=True)


def _guard():
    """Return a widget without a look of its own that answers the page as long as the kernel lives."""
    import anywidget

    class Guard(anywidget.AnyWidget):
        _esm = files("brieflab.templates").joinpath("guard.js").read_text("utf-8")

    guard = Guard()
    guard.on_msg(lambda widget, said, buffers: widget.send(said))
    return guard
