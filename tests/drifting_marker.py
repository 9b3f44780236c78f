"""A marker whose measure moves, or does not: piles as a desk would give them, with known drift.

Used by a test and by ``benchmarks/drift_rates.py``. A text has a worth that nobody sees; a level
is that worth, the marker's severity of the moment and the marker's own unsteadiness, rounded and
kept between 0 and 3. Spread and unsteadiness are assumptions of ours, chosen on the hard side: a
steady marker gives the same level again to 2 texts in 3, and automatic points explain a quarter
of the differences between texts.
"""

import numpy as np

from brieflab.grading.drift import Marked, drift
from brieflab.grading.pile import TENTH, returns_next

MEAN, SPREAD, UNSTEADY, EXPLAINED = 1.7, 0.85, 0.3, 0.25


def readings(texts: int) -> list[tuple[int, bool]]:
    """Return (text, whether it came back) in the order in which the desk shows a pile."""
    out, new, back = [], 0, 0
    while new < texts or back < texts // TENTH:
        if returns_next(texts - new, texts // TENTH - back):
            out.append((back, True))
            back += 1
        else:
            out.append((new, False))
            new += 1
    return out


def pile(texts: int, moved: float, shape: str, chance: np.random.Generator) -> list[Marked]:
    """Return a pile read by a marker who moves by ``moved`` levels: at once half-way, or slowly."""
    worth = chance.normal(MEAN, SPREAD, texts)
    noise = chance.normal(size=texts)
    share = EXPLAINED**0.5 * (worth - MEAN) / SPREAD + (1 - EXPLAINED) ** 0.5 * noise
    order, first, again = readings(texts), {}, {}
    for n, (text, back) in enumerate(order):
        place = n / (len(order) - 1)
        severity = moved * (place if shape == "creep" else place >= 0.5)
        level = np.clip(np.rint(worth[text] + severity + chance.normal(0, UNSTEADY)), 0, 3)
        (again if back else first)[text] = (place, float(level))
    return [Marked(*first[n], float(share[n]), again.get(n)) for n in range(texts)]


def found(texts: int, moved: float, shape: str, runs: int = 200, seed: int = 12) -> float:
    """Return the share of ``runs`` piles in which drift is found."""
    chance = np.random.default_rng(seed)
    return np.mean([drift(pile(texts, moved, shape, chance)).found for _ in range(runs)])
