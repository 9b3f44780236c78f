"""``pose``: make known the questions that a notebook brings along, without their keys."""

from collections.abc import Iterable, Mapping

from brieflab import questions
from brieflab.check.cards import card, show
from brieflab.plain import PlainError
from brieflab.questions.travel import unpacked


def pose(given: Mapping, asked: Iterable[Mapping]) -> None:
    """Make the questions ``asked`` known to ask, check and write; never raises.

    given: number, title and course word of the set; both as ``brieflab release --private`` wrote
    them into the notebook.
    """
    try:
        lesson, word = given["lesson"], given.get("word", "")
        questions.add(lesson, given["title"], [unpacked(data, lesson, word) for data in asked])
    except PlainError as error:
        show(card("Questions", "failed", str(error)))
    except Exception as error:
        said = f"This notebook's questions cannot be read here ({type(error).__name__}). "
        step = "Get the notebook from your instructor again; your answers are kept."
        show(card("Questions", "failed", said + step))
