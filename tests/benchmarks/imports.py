"""Import time of the package's rooms against pandas alone: ``python tests/benchmarks/imports.py``."""

import statistics
import subprocess
import sys
import time

ROOMS = ["brieflab.figures", "brieflab.check", "brieflab.course.lesson_3.hosts", "brieflab.grading"]


def seconds(module, runs=5):
    """Return the median time of a fresh Python that imports ``module``."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    bare = seconds("sys")
    floor = seconds("pandas") - bare
    print(f"pandas: {floor:.2f} s above a bare Python ({bare:.2f} s)")
    for room in ROOMS:
        print(f"{room}: {(seconds(room) - bare) / floor:.2f} times pandas")
