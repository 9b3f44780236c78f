"""What one ``check`` costs: ``python tests/benchmarks/check_cost.py``.

Every model answer of lessons 1 to 6 is checked again and again on a sheet that holds all of
them. Printed are the medians after the first check, and their ratio to one safe write of a
file of that size (temporary file, fsync, replace).
"""

import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
os.chdir(TOP / "exercises")


def milliseconds(call):
    """Return how long ``call`` takes; what it prints is thrown away."""
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        call()
    return 1000 * (time.perf_counter() - start)


def main(rounds=5):
    with tempfile.TemporaryDirectory() as folder:
        path = os.environ["BRIEFLAB_SHEET"] = str(Path(folder) / "answers.json")
        from brieflab import files, questions
        from brieflab.check import check
        from brieflab.tables import load

        tables = load()
        asked = [q for q in questions.all() if q.kind == "auto" and q.lesson <= 6]
        keys = {}
        for question in asked:
            key = question.key(tables, question.full())
            keys[question.id] = (
                next(iter(key.values())) if isinstance(key, questions.AnyOf) else key
            )
        first = milliseconds(lambda: check(*next(iter(keys.items()))))
        for item in keys.items():
            milliseconds(lambda item=item: check(*item))
        times = [
            milliseconds(lambda item=item: check(*item))
            for _ in range(rounds)
            for item in keys.items()
        ]
        text = Path(path).read_text(encoding="utf-8")
        floor = [milliseconds(lambda: files.write(path + ".floor", text)) for _ in range(30)]
    median, write = statistics.median(times), statistics.median(floor)
    print(f"first check {first:.0f} ms; then median {median:.1f} ms, slowest {max(times):.1f} ms")
    print(
        f"one safe write of the sheet ({len(text):,} characters) {write:.1f} ms; ratio {median / write:.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
