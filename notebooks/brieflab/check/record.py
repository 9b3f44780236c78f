"""What a learner gives, put into the answer sheet: plain, bounded, and never at the cost of a reply.

A sheet that cannot be read or written is told with the next card; the answer stays in the output.
"""

from typing import Any

from brieflab import questions, sheet
from brieflab.plain import PlainError
from brieflab.questions import Question
from brieflab.questions.shapes import plain, received

ATTEMPTS = ("right", "recorded", "misconception", "value")
"""States of an answer that count as a try: it could be read, whatever it says."""


def current() -> dict:
    """Return the sheet; if it cannot be read, say so with the feedback and go on without it."""
    try:
        return sheet.load()
    except PlainError as error:
        sheet.tell(str(error))
        return sheet.empty()


def variant_of(now: dict, question: Question) -> dict:
    """Return the variant of ``question`` for the learner and the course word of a sheet."""
    return questions.variant(now["learner"]["id"], now["course"].get("seed", ""), question)


def record(question: Question, value: Any, state: str, mistake: str = "") -> dict:
    """Put an answer into the sheet; return the sheet, with the answer even if it was not saved."""

    def change(now):
        old = now["answers"].get(question.id, {})
        entry = {
            "value": value,
            "at": sheet.now(),
            "tries": old.get("tries", 0) + (state in ATTEMPTS),
            "state": state,
            "mistake": mistake,
            "hints": old.get("hints", 0),
            "opened": old.get("opened", False),
            "lesson": question.lesson,
            "kind": question.kind,
        }
        if question.kind == "text":
            entry["self_score"] = old.get("self_score")
        sheet.record(now, question.id, entry)

    try:
        return sheet.update(change)
    except PlainError as error:
        sheet.tell(str(error))
        now = sheet.empty()
        change(now)
        return now


def note(question: Question, **fields: Any) -> None:
    """Note on the answer's entry that a hint or the worked answer was opened, or a self-score."""

    def change(now):
        untried = {"value": None, "at": sheet.now(), "tries": 0, "state": "blank"}
        entry = now["answers"].setdefault(question.id, untried | {"lesson": question.lesson})
        for key, value in fields.items():
            entry[key] = max(entry.get(key) or 0, value) if key == "hints" else value

    try:
        sheet.update(change)
    except PlainError as error:
        sheet.tell(str(error))


def kept_raw(question_id: str, answer: Any) -> str:
    """Record ``answer`` unjudged, after a failure of ours; return the sentence on whether it is kept."""
    try:
        raw = storable(answer)
        if isinstance(raw, dict) and "not_stored" in raw:
            return "Your answer cannot be kept as data; an earlier one is untouched."
        record(questions.get(question_id), raw, "failed")
        return "Your answer is recorded as it stands."
    except Exception:
        return "Your answer could not be recorded."


def storable(value: Any, depth: int = 4) -> Any:
    """Return ``value`` as bounded JSON, or ``{"not_stored": what it is}``."""
    value = plain(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < 10**15:
        return int(value)
    if isinstance(value, float) and value == value and abs(value) < 1e300:
        return float(value)
    if isinstance(value, str) and len(value) <= sheet.MAX_VALUE // 4:
        return str(value)
    if depth and isinstance(value, (list, tuple)) and len(value) <= 100:
        return [storable(part, depth - 1) for part in value]
    if depth and isinstance(value, dict) and len(value) <= 100:
        return {str(k)[:80]: storable(v, depth - 1) for k, v in value.items()}
    return {"not_stored": received(value)[:80]}
