"""How often drift is found at the desk: ``python tests/benchmarks/drift_rates.py [RUNS]``.

Printed for piles of several sizes: the share of simulated piles in which drift is named where
there is none, and where the marker becomes half a level milder or stricter, at once half-way or
slowly. ``tests/drifting_marker.py`` says what is assumed.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from brieflab.grading.drift import CREEP, JUMP  # noqa: E402
from drifting_marker import found  # noqa: E402

CASES = ((0, "creep"), (0.5, "jump"), (-0.5, "jump"), (0.5, "creep"), (-0.5, "creep"))


def main(runs=200):
    print(f"{runs} piles each; share in which drift is named\ntexts", end="")
    print(
        "".join(f"{'steady' if not moved else f'{shape} {moved:+g}':>12}" for moved, shape in CASES)
    )
    for texts in (30, 60, 100, JUMP, 180, CREEP, 300):
        rates = (found(texts, moved, shape, runs) for moved, shape in CASES)
        print(f"{texts:5}" + "".join(f"{rate:12.1%}" for rate in rates))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
