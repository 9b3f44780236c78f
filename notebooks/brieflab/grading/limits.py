"""What a hand-in may be: every bound of the grader, and the one sentence that tells it.

What is within the bounds costs the same for everybody; what is beyond them is a Problem of the
learner who sent it, and of nobody else. Knows nothing of how files are read.
"""

from brieflab.sheet import TOO_DEEP, TOO_MANY

FILE = 512 * 2**20
"""Bytes of one file, also of one packed in a zip, up to which it is searched for answers."""

PARSED = 4 * 2**20
"""Bytes above which a file is searched in blocks, not parsed; no honest sheet is as large."""

UNPACKED = 2**30
"""Bytes that one learner's part of a zip, with the zips in it, may unpack to."""

READ = 64 * 2**20
"""Bytes of sheets and notebooks that are parsed from one learner's part of a zip."""

RATIO = 100
"""How many times its own size a whole class in one zip may unpack to, all learners together."""

ZIP_IN_ZIP = 64 * 2**20
"""Bytes of a zip inside a zip."""

ZIPS = 3
"""How many zips may lie in one another."""

LISTED = 20_000
"""Entries in the list of contents of one zip."""

LIST = 16 * 2**20
"""Bytes of that list."""

PIECES = 2_000
"""Files that are read as answers from one learner's part of a zip."""

PARTS = 80
"""Folders and zips on the way to a file."""

VALUE = 64_000
"""Characters of one answer, as JSON."""

UNKNOWN = 100
"""Questions that nobody asked, as far as their names are kept."""

SHOWN = 300
"""Characters of a name or a remark that are printed."""

LINES = 20
"""Lines of problems.csv of one kind about one learner."""

SENTENCES = {
    "depth": TOO_DEEP,
    "file": f"files up to {FILE >> 20} MB are read",
    "unpacked": "it unpacks to too much for a submission",
    "zips": f"zips are read {ZIPS} deep, not deeper",
    "listed": f"its list of contents is too long to be a submission (up to {LISTED:,} files)",
    "pieces": f"up to {PIECES:,} files of one learner are read from a zip",
    "parts": f"it lies more than {PARTS} folders deep",
    "entries": TOO_MANY,
    "value": f"longer than {VALUE:,} characters",
}
"""Bound -> what is said of that which is beyond it."""


def cut(text: str, most: int = SHOWN) -> str:
    """Return ``text``, or its beginning and end if it has more than ``most`` characters."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2]} ... {text[-(most // 2) :]}"
