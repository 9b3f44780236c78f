"""``write`` a text: the rubric first, then a box that saves as one types, then samples to compare."""

import json

from brieflab import questions, sheet, tables
from brieflab.check.cards import card, in_kernel, nudge, show
from brieflab.check.record import current, kept_raw, record
from brieflab.html import Page, render
from brieflab.plain import PlainError
from brieflab.questions import Question
from brieflab.questions.rubric import LEVELS
from brieflab.questions.shapes import is_blank


def write(question_id: str, text: str = "") -> None:
    """Show the rubric and a text box for a written answer, saved as you go; never raises.

    text: an answer written in the cell instead of the box (it replaces the one in the sheet,
    which is kept among the earlier ones).
    """
    name = str(question_id)[:20]
    try:
        question = questions.get(question_id)
        if question.kind != "text":
            raise PlainError(f"{question.id} is not a written question. Use check() for it.")
        _write(question, "" if is_blank(text) else text)
    except PlainError as error:
        show(card(name, "failed", str(error)))
    except Exception as error:
        said = f"The text box failed ({type(error).__name__}). {kept_raw(question_id, text)}"
        show(card(name, "failed", said))


def _write(question, text):
    show(rubric(question))
    now = current()
    held = now["answers"].get(question.id, {})
    shown = kept(question, text) if text else saved(question, now)
    if not in_kernel():
        show(shown)
        return
    from brieflab.check.widgets import TextBox

    handle = show(shown, display_id=True)
    text = text or str(held.get("value") or "")
    show(TextBox(question, text, held, lambda typed: handle.update(kept(question, typed))))


def rubric(question: Question) -> Page:
    """Return the rubric rows of a written question."""
    rows = [
        f"{name}: " + "; ".join(f"{level} {cell}" for level, cell in enumerate(cells))
        for name, cells in question.criteria
    ]
    html = render("rubric", question=question, levels=LEVELS)
    return Page("\n".join([f"How {question.id} is read:", *rows]), html)


def saved(question: Question, now: dict) -> Page:
    """Return what the sheet ``now`` holds of the answer: words counted, text to open, data carried."""
    entry = now["answers"].get(question.id, {})
    text = str(entry.get("value") or "")
    if not text.split():
        said = f"{question.id}: nothing written yet."
        return Page(said, render("written", said=said, text=""))
    counted = f"{question.id}: {question.expects.count(text)} words saved."
    told = " ".join([counted, nudge(), *sheet.notices()]).strip()
    answer = {"id": question.id, "learner": now["learner"]["id"], **entry}
    html = render("written", said=told, text=text)
    return Page(f"{told}\n{text}", html, data={sheet.MIME: answer})


def kept(question: Question, text: str) -> Page:
    """Judge and record ``text``; return what to show of it."""
    judged = questions.judge(question, text, tables.load())
    if judged.state == "blank":
        return saved(question, current())
    if judged.state != "recorded":
        return card(question.id, "failed", judged.message)
    if len(json.dumps(text)) > sheet.MAX_VALUE:
        return card(question.id, "failed", "Too long to keep: shorten it.")
    return saved(question, record(question, judged.normal, "recorded"))
