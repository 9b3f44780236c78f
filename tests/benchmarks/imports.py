"""What a lesson waits for: ``python tests/benchmarks/imports.py``.

Printed are the import times of the package's rooms, against pandas alone. With ``--against FOLDER``,
the checkout of another version, it is the time from ``from brieflab.check import check`` to the end
of the first check, of this version and of that one in turn, in fresh processes that have imported
pandas, IPython and ipywidgets already, as a kernel has after a lesson's first cells.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
ROOMS = ["brieflab.figures", "brieflab.check", "brieflab.course.lesson_3.hosts", "brieflab.grading"]
FIRST_CHECK = """
import json, sys, time
import IPython, ipywidgets, pandas
question, answer = sys.argv[1], json.loads(sys.argv[2])
began = time.perf_counter()
from brieflab.check import check
check(question, answer)
print(time.perf_counter() - began, file=sys.stderr)
"""


def seconds(module, runs=5):
    """Return the median time of a fresh Python that imports ``module``."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def print_rooms():
    bare = seconds("sys")
    floor = seconds("pandas") - bare
    print(f"pandas: {floor:.2f} s above a bare Python ({bare:.2f} s)")
    for room in ROOMS:
        print(f"{room}: {(seconds(room) - bare) / floor:.2f} times pandas")


def right_answer(question_id):
    """Return (id, right answer as JSON) of a question, by default of the first of the course."""
    from brieflab import questions
    from brieflab.tables import load

    question = questions.get(question_id) if question_id else questions.all()[0]
    keys, _ = questions.solved(question, load(HERE / "datasets"))
    return question.id, json.dumps(keys[0][1])


def first_check(folder, question, answer, scratch):
    """Return the seconds that the first check takes in ``folder``; its sheet lies in ``scratch``."""
    with tempfile.TemporaryDirectory(dir=scratch) as sheets:
        env = os.environ | {
            "PYTHONPATH": str(folder / "notebooks"),
            "PYTHONPYCACHEPREFIX": str(scratch),
            "BRIEFLAB_SHEET": str(Path(sheets) / "answers.json"),
        }
        command = [sys.executable, "-c", FIRST_CHECK, question, answer]
        done = subprocess.run(
            command, cwd=folder / "notebooks", env=env, capture_output=True, text=True, check=True
        )
    if "Right." not in done.stdout:
        sys.exit(f"{folder}: the answer {answer} to {question} is not right there: {done.stdout}")
    return float(done.stderr.splitlines()[-1])


def print_first_checks(other, question, answer, runs):
    times = {folder: [] for folder in (HERE, other)}
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(runs + 1):
            for folder, told in times.items():
                took = first_check(folder, question, answer, scratch)
                if number:  # the first run compiles
                    told.append(took)
    print(f"import and first check of {question}, {runs} runs each, in turn")
    for name, measure in (("minimum", min), ("median", statistics.median)):
        ours, theirs = map(measure, times.values())
        print(f"{name}: {ours:.3f} s; the other version {theirs:.3f} s; ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another version's checkout")
    parser.add_argument("--question", metavar="ID", help="default: the first of the course")
    parser.add_argument("--runs", type=int, default=9)
    asked = parser.parse_args()
    if asked.against:
        question, answer = right_answer(asked.question)
        print_first_checks(asked.against.resolve(), question, answer, asked.runs)
    else:
        print_rooms()
