"""Run of each lesson against the floor: ``python tests/benchmarks/lessons.py``.

The floor is a kernel that starts and imports what lessons import. Printed as ratios.
"""

import os
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

TOP = Path(__file__).resolve().parents[2]
FLOOR = "import pandas, matplotlib.figure, ipywidgets"


def seconds(notebook):
    """Return the time of one run, kernel start and end included."""
    client = NotebookClient(notebook, timeout=120, extra_arguments=["--log-level=ERROR"],
                            resources={"metadata": {"path": str(TOP / "notebooks")}})  # fmt: skip
    began = time.perf_counter()
    client.execute()
    return time.perf_counter() - began


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BRIEFLAB_SHEET"] = str(Path(folder) / "answers.json")
        empty = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(FLOOR)])
        floor = min(seconds(empty) for _ in range(3))
        print(f"floor: {floor:.1f} s")
        for path in sorted((TOP / "notebooks").glob("*.ipynb")):
            print(f"{path.stem}: {seconds(nbformat.read(path, 4)) / floor:.2f} times the floor")
