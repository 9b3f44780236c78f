"""Lesson 1: what each claim stands on. Which name a source, can be checked, are hedged?"""

from dataclasses import dataclass

import pandas as pd

from brieflab.course.lesson_1.claims import CODES, code_of
from brieflab.figures import Finding
from brieflab.plain import need_columns, need_known

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
class Asked:
    """One claim as one ground asks of it; ``at`` is its place in its paragraph, from 0.

    ``chosen`` tells whether its kind is asked about at all; hedge and source are "" for none.
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
    chosen: bool = True
    answer: str = "yes"


def kinds_of(claims: pd.DataFrame) -> list[Asked]:
    """Return the claims in the brief's order with their kind (one of CODES).

    claims: claim_id, paragraph_id, statement, claim_type, checkable, named_source, hedge.
    """
    need_columns(
        claims,
        [
            "claim_id",
            "paragraph_id",
            "statement",
            "claim_type",
            "checkable",
            "named_source",
            "hedge",
        ],
        "claims table",
    )
    at = claims.groupby("paragraph_id").cumcount()
    filled = claims.fillna({"named_source": "", "hedge": ""})
    return [
        Asked(
            row.claim_id,
            row.paragraph_id,
            place,
            row.statement,
            row.claim_type,
            code_of(row.claim_type),
            row.checkable,
            row.named_source,
            row.hedge,
        )
        for row, place in zip(filled.itertuples(), at)
    ]


def grounds(every: list[Asked], kinds: tuple[str, ...], ground: str) -> Finding:
    """Return the Finding on how many claims of these ``kinds`` stand on ``ground``.

    every: from ``kinds_of``. kinds: some of CODES. ground: a key of GROUNDS. ``data`` holds
    ``ground``, ``claims`` (every Asked), ``of`` (how many are of the kinds), ``yes``, ``partly``
    and ``by_kind`` (kind -> yes, of). Raises PlainError for a word that is not known.
    """
    need_known(kinds, CODES, "kind of claim")
    need_known([ground], GROUNDS, "ground")
    asked = GROUNDS[ground]
    claims = [
        Asked(
            **{
                **vars(claim),
                "chosen": claim.kind in kinds,
                "answer": asked(claim),
            }
        )
        for claim in every
    ]
    of = {kind: [c for c in claims if c.kind == kind and c.chosen] for kind in CODES}
    count = {
        kind: [sum(c.answer == said for c in mine) for said in ("yes", "partly", "no")]
        for kind, mine in of.items()
        if kind in kinds
    }
    yes, partly, _ = map(sum, zip(*count.values())) if count else (0, 0, 0)
    total = sum(map(len, of.values()))
    whom = "claims" if len(kinds) != 1 else PLURAL[kinds[0]]
    also = f"; {partly} more in part" if partly else ""
    parts = ", ".join(f"{n[0]} of {len(of[kind])} {PLURAL[kind]}" for kind, n in count.items())
    sentence = f"{yes} of {total} {whom} {ground}{also}. By kind: {parts or 'none is chosen'}."
    alt = (
        "Seventeen rows of marks, one for each claim of a paragraph, shaped by kind; filled where "
        f"they {ground}, hollow where they do not. {sentence}"
    )
    table = pd.DataFrame(
        [(kind, len(of[kind]), *n) for kind, n in count.items()],
        columns=["Kind", "Claims", "Yes", "Partly", "No"],
    )
    data = {
        "ground": ground,
        "kinds": kinds,
        "claims": claims,
        "of": total,
        "yes": yes,
        "partly": partly,
        "by_kind": {kind: (n[0], len(of[kind])) for kind, n in count.items()},
    }
    return Finding(sentence, alt, table, data)
