"""Memory of a kernel after each lesson against a bare one: ``python tests/benchmarks/memory.py``.

Proportional set size, so that what processes share is counted once.
"""

import os
import tempfile
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient

TOP = Path(__file__).resolve().parents[2]


def megabytes(notebook):
    """Return the kernel's memory in MB after a run of ``notebook``."""
    client = NotebookClient(notebook, timeout=120, extra_arguments=["--log-level=ERROR"],
                            resources={"metadata": {"path": str(TOP / "notebooks")}})  # fmt: skip
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        return psutil.Process(client.km.provisioner.pid).memory_full_info().pss / 2**20


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BRIEFLAB_SHEET"] = str(Path(folder) / "answers.json")
        floor = megabytes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))
        print(f"bare kernel: {floor:.0f} MB")
        for path in sorted((TOP / "notebooks").glob("*.ipynb")):
            held = megabytes(nbformat.read(path, 4))
            print(f"{path.stem}: {held:.0f} MB, {held / floor:.1f} times a bare kernel")
