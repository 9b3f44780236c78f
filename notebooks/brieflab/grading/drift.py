"""Did a marker's measure move while reading a pile of texts in random order?

Two signs are weighed together: how the second, unseen reading of a text differs from the first,
and whether levels rise or fall along the pile more than the writers' automatic points explain.
Pure; knows no files and no names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST = 20
"""Below so many texts nothing is said."""

JUMP, CREEP = 130, 230
"""From so many texts on, half a level is found in 90 of 100 piles: at once half-way, or slowly.

Measured by tests/benchmarks/drift_rates.py; of piles without drift less than 5 in 100 are named.
"""

_SURE = 2.1  # standard errors; 1.96 would name just above 5 in 100 steady markers
_SPREAD, _WOBBLE = 0.05, 0.1  # variances of levels, and of two readings, are hardly smaller


@dataclass(frozen=True)
class Marked:
    """One marked text of a pile: its place among all readings (0 to 1) and its level.

    expected: share of the writer's automatic points, None if unknown. again: place and level of
    the second, unseen reading.
    """

    place: float
    level: float
    expected: float | None = None
    again: tuple[float, float] | None = None


@dataclass(frozen=True)
class Drift:
    """levels: from the first reading to the last, above 0 where the marker became milder."""

    levels: float
    found: bool
    texts: int


def drift(texts: Sequence[Marked]) -> Drift | None:
    """Return the Drift along ``texts``, or None where they are fewer than ``FEWEST``."""
    if len(texts) < FEWEST:
        return None
    twice = np.array([(t.again[0] - t.place, t.again[1] - t.level) for t in texts if t.again])
    gap, moved = twice.T if len(twice) else (np.zeros(1), np.zeros(1))
    # a text read twice counts with its mean, which does not depend on its difference
    rows = np.array(
        [np.mean([(t.place, t.level), t.again or (t.place, t.level)], 0) for t in texts]
    )
    known = [t.expected for t in texts if t.expected is not None]
    usual = np.mean(known) if known else 0.0
    expected = [usual if t.expected is None else t.expected for t in texts]
    explained = np.column_stack([np.ones(len(texts)), expected])
    rows = rows - explained @ np.linalg.lstsq(explained, rows, rcond=None)[0]
    place, level = rows.T
    spread, wobble = max(np.mean(level**2), _SPREAD), max(np.mean(moved**2), _WOBBLE)
    force = place @ level / spread + gap @ moved / wobble
    weight = place @ place / spread + gap @ gap / wobble
    if not weight:
        return None
    return Drift(float(force / weight), bool(abs(force) > _SURE * np.sqrt(weight)), len(texts))
