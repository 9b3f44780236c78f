"""The pytest plugin of this repository, named in pyproject.toml (``-p brieflab.testing``).

Every session, and every worker of it, has an answer sheet of its own, so that a test never
writes into a learner's. Notebook outputs are compared as text: figures and widgets by their
alternative text, finding and numbers, not by the drawing or the time at which they were made.

Knows nothing of what is tested.
"""

import os
import tempfile
from pathlib import Path

_folder = tempfile.TemporaryDirectory(prefix="brieflab-test-", ignore_cleanup_errors=True)
os.environ["BRIEFLAB_SHEET"] = str(Path(_folder.name) / "answers.json")

NOT_COMPARED = ("text/html", "application/vnd.brieflab.answer+json")


def pytest_collectstart(collector: object) -> None:
    """Leave drawings and time stamps out of nbval's comparison."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += NOT_COMPARED
