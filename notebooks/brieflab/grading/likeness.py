"""How much of two texts is the same: the share of their words that stand in both in one order.

A signal for a person who then reads both, and never a point. Knows no names of learners, and says
nothing of who wrote first. The library is imported where it is used: a desk without texts opens
without it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from brieflab.questions import Question

ALIKE = 60
"""Per cent from which two texts are called alike; two that only share their task have 10 to 50."""

FEWEST = 20
"""Texts of fewer words are not compared: short answers to one question are alike anyway."""

_LONGEST = 1000  # words that are compared
_RUN = 3  # single words are the same in any two texts
_FIRST, _ROOM = 0x10000, 0x100000  # characters above those that the libraries treat apart


@dataclass(frozen=True)
class Like:
    """A text that is alike: of ``learner``, or the rubric's sample of ``level``."""

    percent: int
    learner: str = ""
    level: int | None = None


def _words(text):
    return list(islice(re.finditer(r"\w+", str(text)), _LONGEST))


def _coded(texts):
    """Return each text with a character for a word, so that words are compared, not letters."""
    known = {}
    return [
        "".join(
            chr(_FIRST + known.setdefault(word.group().casefold(), len(known)) % _ROOM)
            for word in _words(text)
        )
        for text in texts
    ]


def shares(texts: list[object]) -> np.ndarray:
    """Return the likeness in per cent of each of ``texts`` with each."""
    from rapidfuzz import fuzz, process

    coded = _coded(texts)
    return process.cdist(coded, coded, scorer=fuzz.ratio, dtype=np.uint8)


def alike(question: Question, texts: Mapping[str, object]) -> dict[str, list[Like]]:
    """Return {learner: what their text on ``question`` is like}, the most alike first.

    texts: {learner: text}. A text is compared with the others whole, and with the samples of the
    rubric also where one of them is only a part of it.
    """
    from rapidfuzz import fuzz, process

    samples = {level: sample[0] for level, sample in question.samples.items()}
    names, levels = list(texts), list(samples)
    coded = _coded([*texts.values(), *samples.values()])
    long = [n for n, one in enumerate(coded) if len(one) >= FEWEST]
    wrote, given = ([n for n in long if (n < len(names)) == own] for own in (True, False))
    out = {}
    if not wrote:
        return out
    mine = [coded[n] for n in wrote]
    with_class = process.cdist(mine, mine, scorer=fuzz.ratio, dtype=np.uint8)
    np.fill_diagonal(with_class, 0)
    for row, column in zip(*np.nonzero(with_class >= ALIKE)):
        like = Like(int(with_class[row, column]), names[wrote[column]])
        out.setdefault(names[wrote[row]], []).append(like)
    for n in given:
        level = levels[n - len(names)]
        found = process.cdist(mine, [coded[n]], scorer=fuzz.partial_ratio, dtype=np.uint8)
        for row in np.flatnonzero(found[:, 0] >= ALIKE):
            like = Like(int(found[row, 0]), level=level)
            out.setdefault(names[wrote[row]], []).append(like)
    return {who: sorted(likes, key=lambda x: -x.percent) for who, likes in out.items()}


def side_by_side(one: object, two: object) -> tuple[list, list]:
    """Return both texts in pieces, [(piece, whether it stands in both), ...], for the eye."""
    from rapidfuzz.distance import Indel

    coded, spans = _coded([one, two]), (_words(one), _words(two))
    same = [
        step
        for step in Indel.opcodes(*coded)
        if step.tag == "equal" and step.src_end - step.src_start >= _RUN
    ]
    places = (
        [(step.src_start, step.src_end) for step in same],
        [(step.dest_start, step.dest_end) for step in same],
    )
    return tuple(_pieces(str(t), s, p) for t, s, p in zip((one, two), spans, places))


def _pieces(text, spans, places):
    pieces, at = [], 0
    for start, end in places:
        first, last = spans[start].start(), spans[end - 1].end()
        pieces += [(text[at:first], False), (text[first:last], True)]
        at = last
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]
