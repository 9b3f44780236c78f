"""Notebooks as files: read, run apart from the learner's own answers, written in one agreed way.

Knows nothing of what stands in them. nbformat takes a second to come: a command that needs no
notebook does without.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brieflab import files
from brieflab.plain import PlainError

if TYPE_CHECKING:
    from nbformat import NotebookNode

KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""The metadata of a notebook that any installation can run."""


def numbered(folder: str | Path) -> list[Path]:
    """Return the notebooks in ``folder`` whose names begin with a lesson's number, in order."""
    return sorted(Path(folder).glob("[0-9][0-9]_*.ipynb"))


def read(path: str | Path) -> "NotebookNode":
    """Return the notebook at ``path``. Raises PlainError when the file is none."""
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, AttributeError, KeyError) as error:
        name = Path(path).name
        raise PlainError(f"'{name}' cannot be read as a notebook: {str(error)[:120]}.") from None


def text_of(notebook: "NotebookNode") -> str:
    """Return the text of the notebook's file: the same notebook always gives the same text."""
    import nbformat

    return nbformat.writes(notebook).rstrip("\n") + "\n"


def write(notebook: "NotebookNode", path: str | Path) -> None:
    """Write the notebook to ``path`` in one step."""
    files.write(path, text_of(notebook))


def run(path: str | Path, seconds: int = 300) -> "NotebookNode":
    """Return the notebook at ``path`` with the outputs of a run; the file is left as it is.

    The run has an answer sheet of its own: nothing of the reader's shows, and nothing is locked or
    opened for them. seconds: the time that one cell may take. Raises PlainError for a cell that fails.
    """
    from nbclient.exceptions import CellExecutionError

    path, notebook = Path(path), read(path)
    with tempfile.TemporaryDirectory() as folder:
        own = {**os.environ, "BRIEFLAB_SHEET": str(Path(folder) / "answers.json")}
        try:
            execute(notebook, path.parent, seconds, own)
        except CellExecutionError as error:
            raise PlainError(f"{path.name} does not run: {error.ename}: {error.evalue}") from None
    return notebook


def execute(
    notebook: "NotebookNode", folder: str | Path, seconds: int, env: Mapping, **options: Any
) -> None:
    """Run ``notebook`` in ``folder`` and put the outputs into it; raises what nbclient raises.

    seconds: the time that one cell may take. options: further ones of nbclient's NotebookClient.
    """
    from nbclient import NotebookClient

    client = NotebookClient(notebook, timeout=seconds, store_widget_state=False, **options)
    client.resources = {"metadata": {"path": str(folder)}}
    client.extra_arguments = ["--log-level=ERROR"]
    client.execute(env=dict(env))
