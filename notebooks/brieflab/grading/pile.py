"""The pile of texts to be marked: order, pseudonyms, progress, agreement.

Draws nothing, and knows no names: a text goes by its pseudonym.
"""

import json
from base64 import b32encode
from hashlib import sha256
from pathlib import Path

from brieflab import questions
from brieflab.grading.marks import Marks, belongs, more_than_a_level, on_scales
from brieflab.plain import PlainError
from brieflab.questions import Question

NEW, SECOND, MINE = "not marked yet", "marked by somebody else", "marked by me"


def pseudonym(item: str, learner: str) -> str:
    """Return a name for a text that is stable, and different for each question of a learner."""
    sign = sha256(f"{item}|{learner}".encode("utf-8", "backslashreplace")).digest()
    return "Text " + b32encode(sign)[:5].decode()


class Pile:
    """The texts and marks in the folder that ``brieflab grade`` wrote.

    Raises PlainError when there are no texts to mark.
    """

    def __init__(self, folder: str | Path):
        path = Path(folder) / "texts.jsonl"
        try:
            lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        except (OSError, ValueError):
            lines = []
        if not lines:
            raise PlainError(
                f"There are no texts to mark in {Path(folder)}. First run: brieflab grade FOLDER. "
                "To practise, run before it: brieflab rehearse FOLDER."
            )
        self.texts: dict[str, dict[str, object]] = {}
        self._now: dict[tuple[str, str], str] = {}
        for line in lines:
            self.texts.setdefault(line["item"], {})[line["learner"]] = line["text"]
            for was in line.get("was", []):
                self._now[line["item"], was] = line["learner"]
        self.marks = Marks(folder)
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

    def standing(self) -> dict[tuple[str, str, str], dict]:
        """Return {(learner, item, marker): mark} of the marks that were given for these texts."""
        out = {}
        for (learner, item, who), mark in self.marks.standing().items():
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
        from sklearn.feature_extraction.text import TfidfVectorizer

        words = [str(self.texts[item][learner]) for learner in learners]
        try:
            rows = TfidfVectorizer(token_pattern=r"\w+").fit_transform(words)
        except ValueError:  # not one word in any text
            return learners
        chain, left = [0], list(range(1, len(learners)))
        while left:
            near = (rows[left] @ rows[chain[-1]].T).toarray().ravel()
            chain.append(left.pop(int(near.argmax())))
        return [learners[place] for place in chain]

    def agreement(self, item: str, first: str, second: str) -> dict | None:
        """Return how far two markers agree on ``item``, as a dict, or None without common texts.

        texts: how many both marked; exact and within_one: shares of equal scores, and of scores
        at most one level apart; kappa: Cohen's kappa with quadratic weights, None where it is
        not defined (all scores the same); apart: pseudonyms of the texts whose scores are
        ``more_than_a_level`` apart.
        """
        from sklearn.metrics import cohen_kappa_score

        standing, question = self.standing(), questions.get(item)
        pairs, apart, texts = [], [], 0
        for learner in self.order(item):
            a, b = (standing.get((learner, item, who)) for who in (first, second))
            if not a or not b:
                continue
            texts += 1
            pairs += zip(on_scales(question, a["scores"]), on_scales(question, b["scores"]))
            if more_than_a_level(question, a["scores"], b["scores"]):
                apart.append(pseudonym(item, learner))
        if not pairs:
            return None
        one, two = ([round(score * 2) for score in scores] for scores in zip(*pairs))
        steps, kappa = list(range(min(one + two), max(one + two) + 1)), None
        if len(steps) > 1:
            kappa = float(cohen_kappa_score(one, two, labels=steps, weights="quadratic"))
        return {
            "texts": texts,
            "exact": sum(x == y for x, y in pairs) / len(pairs),
            "within_one": sum(abs(x - y) <= 1 for x, y in pairs) / len(pairs),
            "kappa": kappa,
            "apart": apart,
        }
