"""The README's two set-up lines, timed on a copy: ``python tests/benchmarks/setup_time.py``.

The floor is an empty virtual environment. Downloads count, so the network decides much of it.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
LINES = {
    "floor": "{python} -m venv .venv",
    "to learn": "{python} -m venv .venv && .venv/bin/pip install -q -e . "
                "&& .venv/bin/jupyter lab --version",
    "to test": "{python} -m venv .venv && .venv/bin/pip install -q -e '.[test]' "
               "&& .venv/bin/pytest --version",
}  # fmt: skip


def seconds(line):
    """Return how long ``line`` takes in a fresh clone."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "-q", TOP, folder], check=True)
        began = time.perf_counter()
        subprocess.run(line, shell=True, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began


if __name__ == "__main__":
    took = {name: seconds(line.format(python=sys.executable)) for name, line in LINES.items()}
    for name, each in took.items():
        print(f"{name}: {each:.0f} s, {each / took['floor']:.1f} times an empty environment")
