"""How far a sheet has come: what is right or written, by objective."""

from brieflab import questions
from brieflab.html import render


def progress(now: dict, lesson: int | None = None) -> list[tuple[str, int, int]]:
    """Return (objective, right or written, asked) for a sheet, in the module's order.

    lesson: the number of one lesson; all of them when left out.
    """
    rows: dict[str, tuple[int, int]] = {}
    for question in questions.all() if lesson is None else questions.of_lesson(lesson):
        done, asked = rows.get(question.objective, (0, 0))
        state = now["answers"].get(question.id, {}).get("state")
        rows[question.objective] = (done + (state in questions.GIVEN), asked + 1)
    return [(objective, *counts) for objective, counts in rows.items()]


def progress_html(now: dict, lesson: int | None = None) -> str:
    """Return the progress as an HTML table: words, numbers and a bar of characters."""
    return render("progress", rows=progress(now, lesson))
