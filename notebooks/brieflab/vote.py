"""A vote before and after: what did I think, and what do I think now? Never graded.

Knows no question of the exercises and no grade.
"""

from html import escape

import ipywidgets as W

from brieflab import sheet
from brieflab.html import render, status
from brieflab.live import Live
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
    held = earlier if earlier in options else None
    look = {"description": "Your vote", "tooltips": list(options)}
    buttons, said = W.ToggleButtons(options=options, value=held, **look), W.HTML()
    buttons.style.button_width = "auto"

    def tell():
        told = "No vote yet. There is no wrong answer here."
        if buttons.value is not None:
            told = f"Recorded: <strong>{escape(buttons.value)}</strong>"
        said.value = f"<p role='status'>{told}</p>"
        box.html = render("vote", name=name, question=question, options=options, held=buttons.value)
        box.renew()

    def record(change):
        try:
            sheet.update(lambda kept: kept["votes"].update({name: change["new"]}))
            tell()
        except PlainError as error:
            said.value = status(str(error))

    buttons.observe(record, names="value")
    box = _Vote([W.HTML(f"<p>{escape(question)}</p>"), buttons, said])
    box.text = f"Vote. {question}\n" + " / ".join(options)
    tell()
    return box


class _Vote(Live, W.VBox):
    """The vote as a box whose plain text is the question and its options."""

    asleep = ""
