"""The brief as a map of blocks, one a claim: it heads each lesson and fills with verdicts.

Which claims a lesson meets stands in ``coverage.csv``, its verdicts in ``evidence.csv``: what
could be known on 31 December 2020. Nothing here reads what came after.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from brieflab import sheet, tables
from brieflab.course import AS_OF
from brieflab.course.block_scene import block_rows
from brieflab.figures import Finding
from brieflab.plain import PlainError, need_columns, need_known
from brieflab.questions import GIVEN
from brieflab.stage import Switch, stage
from brieflab.stage.ahead import Stage
from brieflab.trace import source_words

VERDICTS = ("supported", "partly supported", "contradicted", "open", "not checkable")
"""What ``evidence.verdict`` may say of a claim."""


@dataclass(frozen=True)
class Block:
    """One claim on the map; ``at`` is its place in its paragraph, from 0. ``verdict``, ``evidence``
    and ``sources`` (in words) are empty until a lesson that meets it is finished."""

    claim_id: str
    paragraph_id: str
    at: int
    statement: str
    lessons: tuple[int, ...]
    today: bool
    verdict: str = ""
    evidence: str = ""
    evidence_id: str = ""
    sources: tuple[str, ...] = ()


def lessons_of(coverage: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    """Return claim id -> numbers of the lessons that meet it, in order.

    coverage: claim_id, lesson.
    """
    need_columns(coverage, ["claim_id", "lesson"], "coverage table")
    met = coverage.groupby("claim_id")["lesson"]
    return {claim: tuple(sorted(set(map(int, found)))) for claim, found in met}


def finished(kept: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the lessons that an answer sheet shows as worked through, in order.

    A lesson counts when its last vote ("3 after") is in, or an answer to its exercise.
    """
    named = [name.split() for name in kept.get("votes", {})]
    voted = {parts[0] for parts in named if len(parts) == 2 and parts[1] == "after"}
    answered = {
        question.partition(".")[0]
        for question, entry in kept.get("answers", {}).items()
        if entry.get("state") in GIVEN
    }
    return tuple(sorted(int(n) for n in voted | answered if n.isdigit()))


def mapped(lesson: int, done: tuple[int, ...], t: Mapping[str, pd.DataFrame]) -> Finding:
    """Return the Finding on the brief's claims as ``lesson`` begins, lessons ``done`` behind it.

    t: the tables claims, paragraphs, coverage, evidence and sources, by name. ``data`` holds
    ``lesson``, ``blocks`` (list of Block, in the brief's order), ``digests`` (paragraph id ->
    section and digest), ``today`` (how many are this lesson's) and ``verdicts`` (verdict -> how
    many, of the lessons that are done). Raises PlainError for a lesson without claims.
    """
    claims, evidence, sources = t["claims"], t["evidence"], t["sources"]
    need_columns(claims, ["claim_id", "paragraph_id", "statement"], "claims table")
    need_columns(evidence, ["row_id", "claim_id", "verdict", "evidence", "source_id"], "evidence")
    need_known(evidence["verdict"], VERDICTS, "verdict")
    met = lessons_of(t["coverage"])
    need_known([lesson], sorted({n for of in met.values() for n in of}), "lesson")
    known = {row.claim_id: row for row in evidence.itertuples()}
    printed = sources[~(sources["published"] > AS_OF)]
    blocks = []
    for row, place in zip(claims.itertuples(), claims.groupby("paragraph_id").cumcount()):
        of = met.get(row.claim_id, ())
        block = Block(row.claim_id, row.paragraph_id, place, row.statement, of, lesson in of)
        if set(of) & set(done) and row.claim_id in known:
            block = _opened(block, known[row.claim_id], printed)
        blocks.append(block)
    digests = {row.paragraph_id: (row.section, row.digest) for row in t["paragraphs"].itertuples()}
    return _found(lesson, blocks, digests)


def _opened(block, row, printed):
    """Return ``block`` with the verdict, the evidence and the sources of ``row``.

    printed: the sources out by the knowledge date; later ones are left to the table.
    """
    ids = row.source_id.split(";") if isinstance(row.source_id, str) else []
    known = set(printed["source_id"])
    told = tuple(source_words(one, printed) for one in ids if one in known)
    opened = {"verdict": row.verdict, "evidence": row.evidence, "evidence_id": row.row_id}
    return replace(block, **opened, sources=told)


def _found(lesson, blocks, digests):
    today = [block for block in blocks if block.today]
    counted = Counter(block.verdict for block in blocks if block.verdict)
    verdicts = {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}
    n, closed = len(blocks), len(blocks) - sum(verdicts.values())
    said = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
    have = f"{n - closed} of the {n} have a verdict: {said}" if said else "none has a verdict yet"
    sentence = f"The brief in {n} claims: {len(today)} are today's, in lesson {lesson}, and {have}."
    rows = pd.DataFrame(
        [(b.paragraph_id, b.today, b.verdict or "no verdict yet") for b in blocks],
        columns=["Paragraph", "Today's", "Verdict"],
    )
    table = rows.groupby("Paragraph").agg(Claims=("Verdict", "size"), today=("Today's", "sum"))
    table = table.rename(columns={"today": "Today's"})
    for verdict in [*verdicts, "no verdict yet"]:
        held = rows["Verdict"] == verdict
        table[verdict.capitalize()] = rows[held].groupby("Paragraph").size()
    table = table.fillna(0).astype(int).reset_index()
    where = Counter(block.paragraph_id for block in today)
    alt = (
        f"Map of blocks: a row for each of {len(table)} paragraphs, a block for each of {n} claims. "
        f"Today's are in {', '.join(f'{p} ({k})' for p, k in where.items())}. {sentence}"
    )
    data = {"lesson": lesson, "blocks": blocks, "digests": digests}
    return Finding(sentence, alt, table, data | {"today": len(today), "verdicts": verdicts})


def block_map(lesson: int) -> Stage:
    """Return the map of the brief as ``lesson`` (its number, from 1) begins.

    Its claims are black; those of lessons you have finished carry their verdict, and a switch shows
    those of all lessons before. Reads the module's tables and, for what is finished, the answer
    sheet: what is kept of it are these verdicts alone. For a lesson that meets no claim it says so.
    """
    t = tables.load()
    try:
        done = finished(sheet.load())
    except PlainError:  # an answer sheet that cannot be read costs the verdicts, not the map
        done = ()
    before = tuple(range(1, lesson))
    of = {"finished lessons": done, "all earlier lessons": before}
    differ = {"of": Switch("Verdicts of", of, done)} if before and done != before else {}
    return stage(
        differ,
        lambda of=done: mapped(lesson, of, t),
        partial(block_rows, control=next(iter(differ), "")),
    )
