"""What a grading run met that somebody should know: one form, from the first byte to problems.csv.

``guard`` is the one place where an error that nobody foresaw becomes a Problem of the learner
whose file raised it. Knows nothing of how it was met, or of files to write.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from brieflab.grading import limits

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
        return [limits.cut(getattr(self, column)) for column in COLUMNS]

    def order(self) -> tuple:
        """Return its place among others: problems before notes, then by file and learner."""
        return self.level != "problem", self.file, self.learner, self.item, self.kind, self.what


@contextmanager
def guard(failed: Callable[[str], None]) -> Iterator[None]:
    """Keep what one learner sent from stopping the others: ``failed(why)`` instead of an error.

    Stands around each file that is read, each learner's files that are merged, and each learner
    who is scored.
    """
    try:
        yield
    except Exception as error:  # whatever it is, it is one learner's, and the class goes on
        failed(f"it stopped our reading ({type(error).__name__}); ask for the file again")


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems in their order; of many of one kind about one learner, the first few.

    The rest is counted in a last line, so that no file fills the table that hides the others.
    """
    kept, more = [], Counter()
    for problem in sorted(set(problems), key=Problem.order):
        whose = problem.learner or tuple(problem.file.split("/")[:2])
        place = problem.level, problem.kind, whose
        more[place] += 1
        if more[place] == limits.LINES:
            kept.append((problem, place))
        elif more[place] < limits.LINES:
            kept.append((problem, None))
    out = []
    for problem, place in kept:
        if place and more[place] > limits.LINES:
            what = f"{problem.what}; and {more[place] - limits.LINES:,} more of this kind"
            problem = replace(problem, what=what)
        out.append(problem)
    return out
