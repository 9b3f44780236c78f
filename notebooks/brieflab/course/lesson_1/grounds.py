"""Lesson 1: what each claim stands on. Which name a source, can be checked, are hedged?"""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from brieflab.course.lesson_1.claims import CODES, code_of
from brieflab.figures import Finding
from brieflab.plain import need_known
from brieflab.tables import given

GROUNDS = {
    "have a kind": lambda claim: "yes",
    "name a source": lambda claim: "yes" if claim.named_source else "no",
    "can be checked": lambda claim: claim.checkable,
    "are hedged": lambda claim: "yes" if claim.hedge else "no",
}
"""What may be asked of a claim -> its answer: yes, partly or no."""

PLURAL = {
    "fact": "facts",
    "attributed": "attributed claims",
    "interpretation": "interpretations",
    "forecast": "forecasts",
}


@dataclass(frozen=True)
class Coded:
    """One claim with our coding; ``at`` is its place in its paragraph, from 0.

    kind is one of CODES; named_source and hedge are "" where there is none.
    """

    claim_id: str
    paragraph_id: str
    at: int
    statement: str
    claim_type: str
    kind: str
    checkable: str
    named_source: str
    hedge: str


def kinds_of(claims: pd.DataFrame) -> list[Coded]:
    """Return the claims in the brief's order with their kind.

    claims: claim_id, paragraph_id, statement, claim_type, checkable, named_source, hedge.
    """
    own = [name for name in Coded.__dataclass_fields__ if name not in ("at", "kind")]
    claims = given(claims, own, "claims table").dropna(subset=["claim_id", "paragraph_id"])
    need_known(claims["checkable"], ["yes", "partly", "no"], "way of being checkable")
    coded = claims[own].fillna({"named_source": "", "hedge": ""})
    coded["at"] = claims.groupby("paragraph_id").cumcount()
    coded["kind"] = code_of(claims["claim_type"])
    return [Coded(**row) for row in coded.to_dict("records")]


def grounds(every: list[Coded], kinds: tuple[str, ...], ground: str) -> Finding:
    """Return the Finding on how many claims of these ``kinds`` stand on ``ground``.

    every: from ``kinds_of``. kinds: some of CODES. ground: a key of GROUNDS. ``data`` holds
    ``ground``, ``kinds``, ``claims`` (list of Coded), ``answers`` (yes, partly or no to each, in
    the same order), ``of`` (how many are of the kinds), ``yes``, ``partly`` and ``by_kind``
    (kind -> yes, of). Raises PlainError for a word that is not known.
    """
    need_known(kinds, CODES, "kind of claim")
    need_known([ground], GROUNDS, "ground")
    answers = [GROUNDS[ground](claim) for claim in every]
    said = Counter((claim.kind, answer) for claim, answer in zip(every, answers))
    count = {k: [said[k, a] for a in ("yes", "partly", "no")] for k in CODES if k in kinds}
    of = {kind: sum(n) for kind, n in count.items()}
    yes, partly, _ = map(sum, zip(*count.values())) if count else (0, 0, 0)
    total = sum(of.values())
    whom = "claims" if len(kinds) != 1 else PLURAL[kinds[0]]
    also = f"; {partly} more in part" if partly else ""
    parts = ", ".join(f"{n[0]} of {of[kind]} {PLURAL[kind]}" for kind, n in count.items())
    sentence = f"{yes} of {total} {whom} {ground}{also}. By kind: {parts or 'none is chosen'}."
    alt = (
        f"A row for each of {len({claim.paragraph_id for claim in every})} paragraphs, in it a mark "
        f"for each claim, shaped by kind; filled where they {ground}, with a core where in part, "
        f"hollow where not. {sentence}"
    )
    table = pd.DataFrame(
        [(kind, of[kind], *n) for kind, n in count.items()],
        columns=["Kind", "Claims", "Yes", "Partly", "No"],
    )
    data = {
        "ground": ground,
        "kinds": kinds,
        "claims": every,
        "answers": answers,
        "of": total,
        "yes": yes,
        "partly": partly,
        "by_kind": {kind: (n[0], of[kind]) for kind, n in count.items()},
    }
    return Finding(sentence, alt, table, data)
