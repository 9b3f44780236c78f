"""What a grading run met that somebody should know: one form, from the first byte to problems.csv.

Knows nothing of how it was met, or of files to write.
"""

from dataclasses import dataclass

COLUMNS = ("level", "kind", "file", "learner", "item", "what")
"""The columns of problems.csv."""


@dataclass(frozen=True)
class Problem:
    """A line of problems.csv. A ``note`` needs no action; a ``problem`` wants a look."""

    kind: str
    what: str
    file: str = ""
    learner: str = ""
    item: str = ""
    level: str = "problem"

    @property
    def row(self) -> list[str]:
        """The cells of its line, in the order of ``COLUMNS``."""
        return [getattr(self, column) for column in COLUMNS]

    def order(self) -> tuple:
        """Return its place among others: problems before notes, then by file and learner."""
        return self.level != "problem", self.file, self.learner, self.item, self.kind, self.what
