"""How fast is grading, against nbgrader on the same answers, and as classes grow?

    python tests/benchmarks/bench_grading.py [--nbgrader PYTHON] [--sizes 100,1000,10000]

PYTHON is the interpreter of an environment of its own with nbgrader and this module in it.
Prints ratios measured in one run; asserts nothing, because machines differ.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from brieflab import questions, tables
from brieflab.grading import rehearse

TOP = Path(__file__).resolve().parents[2]
ONE_RUN = """
import sys, time
from pathlib import Path
import brieflab.grading.report, brieflab.grading.collect, IPython
from brieflab.grading.command import grade
start = time.perf_counter()
grade(sys.argv[1], sys.argv[2])
taken = time.perf_counter() - start
status = Path("/proc/self/status").read_text()
print(taken, int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""


def make_class(folder, n, notebooks=False):
    """Write ``n`` submissions of the whole module into ``folder``, half of them with mistakes."""
    data, chance = tables.load(), random.Random(n)
    folder.mkdir(parents=True)
    for k in range(n):
        who = f"s{k:05}"
        given = rehearse.answers("typical" if k % 2 else "strong", data, learner=who, chance=chance)
        sheet = rehearse.sheet_of(who, given)
        name = f"{who}.ipynb" if notebooks else f"{who}.json"
        (folder / name).write_text(json.dumps(rehearse.notebook_of(sheet) if notebooks else sheet))
    return folder


def grade_apart(folder, out):
    """Return (seconds, megabytes at the peak) of one grading run in a process of its own."""
    command = [sys.executable, "-c", ONE_RUN, str(folder), str(out)]
    said = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout
    return tuple(map(float, said.split()))


def growth(base, sizes):
    """Print time and memory for each size of class, and each against the first."""
    first = None
    for n in sizes:
        seconds, memory = grade_apart(make_class(base / f"class-{n}", n), base / f"out-{n}")
        first = first or (n, seconds, memory)
        print(
            f"{n:>6} sheets, all reports: {seconds:7.1f} s = {n / seconds:5.0f} sheets/s "
            f"({seconds / n * first[0] / first[1]:.2f} x the time a sheet of the first row), "
            f"{memory:4.0f} MB (+{(memory - first[2]) / max(n - first[0], 1) * 1000:.0f} kB a sheet)",
            flush=True,
        )


def against_nbgrader(base, python, n):
    """Print how many submissions a second nbgrader and this module grade, on the same answers."""
    auto = [q for q in questions.all() if q.kind == "auto"]
    course = base / "course"
    environment = {**os.environ, "PATH": f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"}
    name = "assignment"

    def cell(source, **grading):
        metadata = {"nbgrader": {"schema_version": 3, **grading}} if grading else {}
        return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [],
                "execution_count": None, "id": grading.get("grade_id", "first")}  # fmt: skip

    def book(given):
        start = (
            "from brieflab import questions, tables\n"
            f"t = tables.load({str(TOP / 'datasets')!r})\n"
            "def ok(name, value): return questions.judge(questions.get(name), value, t).state == 'right'"
        )
        cells = [cell(start)]
        for q in auto:
            sign = q.id.replace(".", "_")
            kinds = {"locked": False, "solution": True, "grade": False, "task": False}
            cells.append(cell(f"answer_{sign} = {given[q.id]!r}", grade_id=f"a{sign}", **kinds))
            kinds = {"locked": True, "solution": False, "grade": True, "task": False}
            test = f"assert ok({q.id!r}, answer_{sign})"
            cells.append(cell(test, grade_id=f"t{sign}", points=q.points, **kinds))
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        return {
            "cells": cells,
            "metadata": {"kernelspec": kernel},
            "nbformat": 4,
            "nbformat_minor": 5,
        }

    def put(place, given):
        place.mkdir(parents=True)
        (place / f"{name}.ipynb").write_text(json.dumps(book(given)))

    data, chance = tables.load(), random.Random(5)
    put(course / "source" / name, rehearse.answers("strong", data))
    ours = base / "same"
    ours.mkdir()
    for k in range(n):
        who, kind = f"s{k:03}", "typical" if k % 2 else "strong"
        given = rehearse.answers(kind, data, learner=who, chance=chance)
        put(course / "submitted" / who / name, given)
        (ours / f"{who}.ipynb").write_text(
            json.dumps(rehearse.notebook_of(rehearse.sheet_of(who, given)))
        )

    def run(*arguments):
        start = time.perf_counter()
        command = [python, "-m", "nbgrader", *arguments, f"--course-dir={course}"]
        done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"nbgrader stopped:\n{done.stderr[-1500:]}")
        return time.perf_counter() - start

    run("generate_assignment", name, "--create")
    theirs = run("autograde", name, "--create")
    mine, _ = grade_apart(ours, base / "out-same")
    print(
        f"{n} notebooks with the same {len(auto)} answers: nbgrader autograde {theirs:.1f} s, "
        f"this module with all reports {mine:.2f} s: {theirs / mine:.0f} times as fast"
    )


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nbgrader", metavar="PYTHON")
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--notebooks", type=int, default=20)
    chosen = parser.parse_args()
    os.chdir(TOP)
    with tempfile.TemporaryDirectory() as base:
        if chosen.nbgrader:
            against_nbgrader(Path(base), chosen.nbgrader, chosen.notebooks)
        growth(Path(base), [int(n) for n in filter(None, chosen.sizes.split(","))])


if __name__ == "__main__":
    main()
