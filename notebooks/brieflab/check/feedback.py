"""``check`` an answer: feedback that teaches, an answer that is kept, and never an exception."""

import json
from typing import Any

from brieflab import questions, sheet, tables, trace
from brieflab.check.cards import card, in_kernel, show
from brieflab.check.record import ATTEMPTS, current, kept_raw, record, storable, variant_of
from brieflab.plain import PlainError
from brieflab.questions.shapes import received


def check(question_id: str, answer: Any = ...) -> None:
    """Show feedback on ``answer`` to the question and record it; never raises.

    question_id: as its heading says. answer: any Python object; ``...`` means not answered yet.
    """
    name = str(question_id)[:20]
    try:
        _check(question_id, answer)
    except PlainError as error:
        show(card(name, "failed", str(error)))
    except Exception as error:
        said = f"The check itself failed ({type(error).__name__}), which is our fault, not yours."
        kept = kept_raw(question_id, answer)
        show(card(name, "failed", f"{said} {kept} Please tell your instructor."))


def _check(question_id, answer):
    question = questions.get(question_id)
    variant = variant_of(current(), question) if question.varies else {}
    data = tables.load()
    judged = questions.judge(question, answer, data, variant)
    if judged.state == "blank":
        said = judged.message
        if held := current()["answers"].get(question.id):
            said += f" Your answer sheet still holds your answer of {held['at'][:16]} UTC."
        show(card(question.id, "blank", said))
        _hints(question)
        return
    said = judged.message
    value = judged.normal if judged.state in ATTEMPTS else storable(answer)
    if len(json.dumps(value, ensure_ascii=False)) > sheet.MAX_VALUE:
        value = {"not_stored": f"{received(answer)}, too large to keep"}
        said = f"I received {received(answer)}: too large to keep. Give only what is asked for."
    now = record(question, value, judged.state, judged.mistake)
    kept = {"id": question.id, "learner": now["learner"]["id"], **now["answers"][question.id]}
    told = " ".join([said, *sheet.notices()])
    right = judged.state == "right"
    worked = question.worked(data, question.full(variant)) if question.worked else ""
    rows = trace.rows_in(judged.message, data)
    show(card(question.id, judged.state, told, kept, worked if right else "", rows))
    if not right:  # the worked answer comes after one real attempt
        _hints(question, worked if kept["tries"] > 0 else "")


def _hints(question, worked=""):
    if question.hints and in_kernel():
        from brieflab.check.widgets import hints

        show(hints(question, worked))


def ask(question_id: str) -> dict:
    """Show the question, in the learner's own variant if the course has a word; return the variant.

    The dict has the fields that the question names; it is empty for a question without variants.
    """
    try:
        question = questions.get(question_id)
        variant = question.full(variant_of(sheet.load(), question))
        show(card(question.id, "asked", question.asked(variant)))
        return variant
    except Exception as error:
        show(card(str(question_id)[:20], "failed", str(error)))
        return {}
