"""The pile of texts to be marked: order, pseudonyms, progress, agreement, drift.

Draws nothing, and knows no names: a text goes by its pseudonym.
"""

import json
from base64 import b32encode
from hashlib import sha256
from pathlib import Path

import numpy as np

from brieflab import questions
from brieflab.grading.drift import Drift, Marked, drift
from brieflab.grading.likeness import Like, alike, shares
from brieflab.grading.marks import (
    Marks,
    belongs,
    fraction,
    is_again,
    more_than_a_level,
    on_scales,
)
from brieflab.plain import PlainError
from brieflab.questions import Question

NEW, SECOND, MINE = "not marked yet", "marked by somebody else", "marked by me"

TENTH = 10
"""One in so many texts comes back to its marker."""

LEVELS = 3
"""Levels above the lowest, in which drift is told for every question."""


def pseudonym(item: str, learner: str) -> str:
    """Return a name for a text that is stable, and different for each question of a learner."""
    sign = sha256(f"{item}|{learner}".encode("utf-8", "backslashreplace")).digest()
    return "Text " + b32encode(sign)[:5].decode()


def lines_of(folder: str | Path) -> list[dict]:
    """Return the lines of texts.jsonl in ``folder``; none where it cannot be read."""
    try:
        text = (Path(folder) / "texts.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]
    except (OSError, ValueError):
        return []


def returns_next(left: int, back: int) -> bool:
    """Tell whether one of ``back`` returning texts comes next, with ``left`` new ones to read.

    Towards the end of the pile every third is one from its beginning: far from its first reading.
    """
    return left < 2 * back


class Pile:
    """The texts and marks in the folder that ``brieflab grade`` wrote.

    Raises PlainError when there are no texts to mark.
    """

    def __init__(self, folder: str | Path):
        lines = lines_of(folder)
        if not lines:
            raise PlainError(
                f"There are no texts to mark in {Path(folder)}. First run: brieflab grade FOLDER. "
                "To practise, run before it: brieflab rehearse FOLDER."
            )
        self.texts: dict[str, dict[str, object]] = {}
        self._now: dict[tuple[str, str], str] = {}
        self._expected: dict[str, float | None] = {}
        for line in lines:
            self.texts.setdefault(line["item"], {})[line["learner"]] = line["text"]
            self._expected[line["learner"]] = line.get("expected")
            for was in line.get("was", []):
                self._now[line["item"], was] = line["learner"]
        self.marks = Marks(folder)
        self._alike: dict[str, dict[str, list[Like]]] = {}
        if not self.items():
            raise PlainError(self.unknown())

    def unknown(self) -> str:
        """Return a sentence on texts of questions that nobody knows here, or ''."""
        names = ", ".join(sorted({*self.texts} - {q.id for q in self.items()}))[:80]
        said = f"Texts of {names} cannot be shown: there is no such question here. For questions "
        return f"{said}of your own write desk(FOLDER, own=PRIVATE_FOLDER)." if names else ""

    def items(self) -> list[Question]:
        """Return the Questions that have texts, in the module's order."""
        return [q for q in questions.all() if q.id in self.texts]

    def standing(self, again: bool = False) -> dict[tuple[str, str, str], dict]:
        """Return {(learner, item, marker): mark} of the marks that were given for these texts.

        again: those of a second, unseen reading.
        """
        out = {}
        for (learner, item, who), mark in self.marks.standing(again).items():
            now = self._now.get((item, learner), learner)
            if now in self.texts.get(item, {}) and belongs(mark, self.texts[item][now]):
                out.setdefault((now, item, who), mark)
        return out

    def waiting(self, item: str, marker: str, which: str = NEW) -> list[str]:
        """Return the learners whose text on ``item`` the marker has still to see.

        which: NEW texts nobody has marked; SECOND those that others marked and this marker has
        not; MINE those that this marker has marked, to look at them again.
        """
        standing = [key for key in self.standing() if key[1] == item]
        marked = {learner for learner, _, _ in standing}
        mine = {learner for learner, _, who in standing if who == marker}
        wanted = {NEW: lambda x: x not in marked, SECOND: lambda x: x in marked - mine}
        return list(filter(wanted.get(which, mine.__contains__), self.texts[item]))

    def order(self, item: str, similar: bool = False) -> list[str]:
        """Return the learners of ``item`` in a fixed random order, or with like texts together."""
        learners = sorted(self.texts[item], key=lambda learner: pseudonym(item, learner))
        if not similar or len(learners) < 3:
            return learners
        alike = shares([self.texts[item][learner] for learner in learners])
        chain, left = [0], list(range(1, len(learners)))
        while left:
            chain.append(left.pop(int(alike[chain[-1], left].argmax())))
        return [learners[place] for place in chain]

    def returning(self, item: str, marker: str, left: int) -> list[str]:
        """Return the texts that this marker will read once more without seeing the first mark.

        One in ten of all that are read: those that were read first, and so come back the latest.
        left: how many texts the marker has still to see.
        """
        mine = [who for who, name, by in self.standing() if (name, by) == (item, marker)]
        again = {who for who, name, by in self.standing(True) if (name, by) == (item, marker)}
        planned = (len(mine) + left) // TENTH
        return [who for who in mine if who not in again][: max(planned - len(again), 0)]

    def drift(self, item: str, marker: str) -> Drift | None:
        """Return how the marker's levels moved from the first reading of ``item`` to the last."""
        order = {}
        for mark in self.marks.lines:
            if (mark["item"], mark["marker"]) == (item, marker) and not mark.get("undo"):
                who = self._now.get((item, mark["learner"]), mark["learner"])
                order.setdefault((who, is_again(mark)), len(order))
        last, question = max(len(order) - 1, 1), questions.get(item)

        def read(learner, standing, again):
            mark = standing.get((learner, item, marker))
            place = order.get((learner, again))
            if mark is None or place is None:
                return None
            return place / last, fraction(question, mark["scores"]) * LEVELS

        first, second, texts = self.standing(), self.standing(again=True), []
        for learner in self.texts[item]:
            if one := read(learner, first, False):
                two = read(learner, second, True)
                texts.append(Marked(*one, self._expected.get(learner), two))
        return drift(texts)

    def alike(self, item: str, learner: str) -> list[Like]:
        """Return what the text of ``learner`` on ``item`` is like, the most alike first."""
        if item not in self._alike:
            self._alike[item] = alike(questions.get(item), self.texts[item])
        return self._alike[item].get(learner, [])

    def agreement(self, item: str, first: str, second: str = "") -> dict | None:
        """Return how far two markers agree on ``item``, as a dict, or None without common texts.

        Without ``second``: how far the first one agrees with their own second, unseen reading.
        texts: how many were marked twice; apart: pseudonyms of those whose scores are
        ``more_than_a_level`` apart; rows: for each row its name, exact (share of equal scores),
        within_one (share at most one level apart, None where there are but two scores) and kappa
        (Cohen's, with quadratic weights; None where it is not defined).
        """
        question, standing = questions.get(item), self.standing()
        other = standing if second else self.standing(again=True)
        pairs, apart = [], []
        for learner in self.order(item):
            a = standing.get((learner, item, first))
            b = other.get((learner, item, second or first))
            if a and b:
                pairs.append([on_scales(question, mark["scores"]) for mark in (a, b)])
                if more_than_a_level(question, a["scores"], b["scores"]):
                    apart.append(pseudonym(item, learner))
        if not pairs:
            return None
        one, two = np.array(pairs).swapaxes(0, 1)
        rows = [_agreed(row, *both) for row, *both in zip(question.scales, one.T, two.T)]
        return {"texts": len(pairs), "rows": rows, "apart": apart}


def _agreed(row, one, two):
    by_chance = np.mean(np.subtract.outer(one, two) ** 2)
    return {
        "name": row.name,
        "exact": float(np.mean(one == two)),
        "within_one": float(np.mean(abs(one - two) <= 1)) if len(row.scores) > 2 else None,
        "kappa": float(1 - np.mean((one - two) ** 2) / by_chance) if by_chance else None,
    }
