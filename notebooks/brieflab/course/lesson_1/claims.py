"""Lesson 1: what kind of statement is it? Read a paragraph, code eight sentences, compare."""

import pandas as pd

from brieflab import sheet
from brieflab.figures import Finding
from brieflab.plain import PlainError, need_columns, need_known, suggest
from brieflab.tables import find_datasets

CODES = ("fact", "attributed", "interpretation", "forecast")
"""fact: can be true or false now. attributed: somebody is said to have said it.
interpretation: a motive, a cause or a judgement. forecast: about what comes after."""

CODE_OF = {
    "event": "fact",
    "number": "fact",
    "attribution": "attributed",
    "motive": "interpretation",
    "causal": "interpretation",
    "normative": "interpretation",
    "forecast": "forecast",
}


def code_of(claim_type):
    """Return the code of a ``claim_type`` of claims.csv, or of a Series of them."""
    if isinstance(claim_type, pd.Series):
        return claim_type.map(code_of)
    if claim_type not in CODE_OF:
        raise PlainError(f"'{claim_type}' is not a claim type. {suggest(claim_type, CODE_OF)}")
    return CODE_OF[claim_type]


def keys(codings):
    """Return one row per claim with the code and the reason of coders A and B.

    codings: claim_id, coder, code, reason. Raises PlainError when a claim lacks a coder.
    """
    need_columns(codings, ["claim_id", "coder", "code", "reason"], "codings table")
    need_known(sorted(set(codings["code"])), CODES, "code")
    wide = codings.pivot(index="claim_id", columns="coder", values=["code", "reason"])
    need_known(["A", "B"], set(codings["coder"]), "coder in the codings table")
    wide = wide[[("code", "A"), ("code", "B"), ("reason", "A"), ("reason", "B")]]
    wide.columns = ["coder_A", "coder_B", "reason_A", "reason_B"]
    if wide.isna().any(axis=None):
        gap = wide.index[wide.isna().any(axis=1)][0]
        raise PlainError(f"Claim {gap} was not coded by both coders, A and B. Add the missing row.")
    return wide.reset_index()


def agreement(codings):
    """Return the share of claims that both coders code alike (0 to 1), and the others' rows."""
    both = keys(codings)
    alike = both["coder_A"] == both["coder_B"]
    return float(alike.mean()), both[~alike].reset_index(drop=True)


def three_way(codings, mine):
    """Return the Finding that compares ``mine`` (claim_id -> code) with coders A and B.

    Raises PlainError until every claim of ``codings`` has one of CODES.
    """
    both = keys(codings)
    missing = [c for c in both["claim_id"] if not mine.get(c)]
    if missing:
        raise PlainError(
            f"{len(both) - len(missing)} of {len(both)} sentences are coded. "
            "The two keys open when all are."
        )
    you = both["claim_id"].map(mine)
    need_known(list(you), CODES, "code")
    both.insert(1, "you", you)
    both.insert(4, "compared", [_compared(*r) for r in zip(you, both["coder_A"], both["coder_B"])])
    n = len(both)
    alike = {
        "coders": int((both["coder_A"] == both["coder_B"]).sum()),
        "you_and_A": int((you == both["coder_A"]).sum()),
        "you_and_B": int((you == both["coder_B"]).sum()),
    }
    split = list(both.loc[both["coder_A"] != both["coder_B"], "claim_id"])
    sentence = (
        f"Of {n} sentences, the two coders agree on {alike['coders']}; you agree with coder A on "
        f"{alike['you_and_A']} and with coder B on {alike['you_and_B']}. "
        f"The coders differ on {', '.join(split) or 'none'}."
    )
    alt = "Table, one row per sentence: your code, both coders' codes and reasons. " + sentence
    return Finding(sentence, alt, both, alike)


def _compared(you, a, b):
    """Return in words how three codes of one sentence compare."""
    if you == a == b:
        return "all three agree"
    if a == b:
        return "you differ from both"
    return f"coders differ; you side with {'A' if you == a else 'B' if you == b else 'neither'}"


def recall_codings(lesson="1"):
    """Return the learner's saved codes (claim_id -> code), or {} when nothing is saved."""
    return dict(sheet.load().get("codings", {}).get(lesson, {}))


def save_codings(codes, lesson="1"):
    """Save ``codes`` (claim_id -> code) in the learner's answer sheet."""
    sheet.update(lambda saved: saved.setdefault("codings", {}).update({lesson: dict(codes)}))


def local_copy(paragraph_id):
    """Return the paragraph from the reader's own ``seeds/brief.txt``, or "" when there is none.

    The file has one paragraph a line, each opened by its id in brackets: ``[P01] ...``.
    """
    try:
        text = (find_datasets().parent / "seeds" / "brief.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, PlainError):
        return ""
    mark = f"[{paragraph_id}]"
    lines = (line.strip() for line in text.splitlines())
    return next((line[len(mark) :].strip() for line in lines if line.startswith(mark)), "")


def read_paragraph(paragraphs, claims, paragraph_id):
    """Return the Finding on one paragraph: digest, local copy if any, its claims by kind."""
    need_columns(paragraphs, ["paragraph_id", "section", "digest"], "paragraphs table")
    need_columns(claims, ["claim_id", "paragraph_id", "statement", "claim_type"], "claims table")
    need_known([paragraph_id], list(paragraphs["paragraph_id"]), "paragraph")
    row = paragraphs.set_index("paragraph_id").loc[paragraph_id]
    made = claims.loc[claims["paragraph_id"] == paragraph_id]
    table = made[["claim_id", "statement", "claim_type"]].assign(code=code_of(made["claim_type"]))
    counts = table["code"].value_counts()
    kinds = ", ".join(f"{counts[c]} {c}" for c in CODES if c in counts) or "none"
    sentence = f"{paragraph_id} ({row['section']}) makes {len(table)} claims by our count: {kinds}."
    own = local_copy(paragraph_id)
    alt = f"Our digest. {row['digest']}" + (f"\nYour local copy. {own}" if own else "")
    return Finding(sentence, alt, table, {"counts": counts.to_dict(), "local_copy": own})
