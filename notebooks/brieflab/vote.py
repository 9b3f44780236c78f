"""A vote before and after: what did I think, and what do I think now? Never graded."""

from html import escape

import ipywidgets as W

from brieflab import sheet
from brieflab.html import Readable, status
from brieflab.plain import PlainError


def vote(name: str, question: str, options: list[str]) -> W.VBox:
    """Return a widget with one button an option; the choice is kept in the answer sheet.

    name: text, unique in the module ("bees before"). question: one sentence. options: list of text.
    An earlier vote under the same name is shown again. One that cannot be kept is said in the
    widget. Raises PlainError for fewer than two options.
    """
    if len(options) < 2:
        raise PlainError(f"A vote needs at least two options; received {list(options)}.")
    earlier = sheet.load()["votes"].get(name)
    buttons = W.ToggleButtons(
        options=options,
        value=earlier if earlier in options else None,
        description="Your vote",
        tooltips=list(options),
        style=W.ToggleButtonsStyle(button_width="auto"),
    )
    said = W.HTML()

    def tell():
        if buttons.value is None:
            said.value = "<p role='status'>No vote yet. There is no wrong answer here.</p>"
        else:
            said.value = f"<p role='status'>Recorded: <strong>{escape(buttons.value)}</strong></p>"

    def record(change):
        try:
            sheet.update(lambda kept: kept["votes"].update({name: change["new"]}))
            tell()
        except PlainError as error:
            said.value = status(str(error))

    tell()
    buttons.observe(record, names="value")
    return _Vote([W.HTML(f"<p>{escape(question)}</p>"), buttons, said], question, options)


class _Vote(Readable, W.VBox):
    """The vote as a box whose plain text is the question and its options."""

    def __init__(self, children, question, options):
        super().__init__(children)
        self.text = f"Vote. {question}\n" + " / ".join(options)
        self.html = f"<p>{escape(self.text)}</p>"
