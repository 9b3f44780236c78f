"""What all shapes have in common, and how a value is refused."""

from typing import Any

from brieflab.plain import PlainError
from brieflab.questions.shapes.values import is_blank, received


class Refused(PlainError):
    """A value that is no answer, and why. ``state`` is 'type' or 'shape'; ``normal`` may be None."""

    def __init__(self, message: str, state: str = "shape", normal: Any = None):
        super().__init__(message)
        self.state, self.normal = state, normal


class Shape:
    """The base of all shapes; ``words`` says what is expected.

    first_step: what to do when nothing is answered; by default, replace the dots in the cell.
    """

    words: str
    first_step = ""

    def read(self, value: Any) -> Any:
        """Return any Python object as plain JSON. Raises Refused if it cannot be an answer."""
        raise NotImplementedError

    def same(self, normal: Any, key: Any) -> bool:
        """True when two read values are the same answer."""
        return normal == key

    def slip(self, normal: Any, key: Any) -> tuple[str, str] | None:
        """Return (name, message) if ``normal`` is the key in another format, else None."""

    def differ(self, normal: Any, key: Any) -> str:
        """Return what can be said of a wrong value without telling the key."""
        return "This is not what the table gives. Check the rows you kept and the column you used."

    def refusal(self, value: Any, state: str = "type", step: str = "") -> Refused:
        """Return a Refused that says what was received and what is expected, to be raised."""
        said = f"I received {received(value)}, but expect {self.words}. {step}".strip()
        return Refused(said, state)


def read_part(shape: Shape, value: Any, where: str, blank: str = "") -> Any:
    """Return what ``shape`` reads in one part of an answer. Raises Refused, beginning with ``where``.

    blank: what to say of an empty part; without it, the shape is asked to read it.
    """
    if blank and is_blank(value):
        raise Refused(blank)
    try:
        return shape.read(value)
    except Refused as why:
        raise Refused(f"{where}: {why}", why.state) from None
