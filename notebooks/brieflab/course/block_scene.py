"""How the brief's claims look as blocks: a row for each paragraph, in one column or in two."""

from brieflab.stage import At, Mark, Scene, Word
from brieflab.stage.scene import NARROW

LOOKS = {
    "supported": ("solid blue", "✓"),
    "partly supported": ("pale blue", "~"),
    "contradicted": ("solid vermilion", "✗"),
    "open": ("open ink", "?"),
    "not checkable": ("pale grey", "–"),
}
"""Verdict -> the look of its block and the sign in it."""

ASK = "Before you begin: point at today’s blocks. Which of them would you not sign as it stands?"

FOOT = (
    "A row is a paragraph, a block a claim. Black or framed: today’s. ✓ supported, ~ partly "
    "supported, ✗ contradicted, ? open, – not checkable. Empty: no verdict yet. Verdicts: what "
    "could be known on 31 December 2020."
)

MOST = 2
"""How many sources a card names; the row has them all."""

LABEL = 32
"""Room for a paragraph's id before its blocks, in pixels."""


def places(paragraphs, width):
    """Return paragraph id -> (x, y) of its row's upper left corner, then the blocks' step, their
    side and the height of all rows, in pixels.

    A narrow picture has one column; a wide one has two, so that the map stays small.
    """
    if width == NARROW:
        return {p: (0, 21 * n) for n, p in enumerate(paragraphs)}, 18.4, 16, 21 * len(paragraphs)
    half = (len(paragraphs) + 1) // 2
    at = {p: (392 * (n // half), 22 * (n % half)) for n, p in enumerate(paragraphs)}
    return at, 20, 17, 22 * half


def block_rows(finding, width, control=""):
    """Return the Scene of a Finding of ``block_map.mapped`` at ``width`` pixels.

    control: the name of the one that says whose verdicts are shown, if there is one.
    """
    d = finding.data
    paragraphs = list(dict.fromkeys(block.paragraph_id for block in d["blocks"]))
    rows, step, side, height = places(paragraphs, width)
    today = {block.paragraph_id for block in d["blocks"] if block.today}
    marks = []
    for block in d["blocks"]:
        if not block.at:
            marks.append(paragraph(block.paragraph_id, d, *rows[block.paragraph_id], today))
        left, top = rows[block.paragraph_id]
        left, top = left + LABEL + step * block.at, top + 2
        if block.today and block.verdict:
            frame = (left - 2, top - 2, side + 4, side + 4)
            marks.append(Mark(f"today {block.claim_id}", "bar", *frame, look="bare ink"))
        marks.append(_block(block, left, top, side))
    return Scene(width, height + 2, tuple(marks), _sentence(d), _under(control), ASK, FOOT)


def paragraph(name, d, x, y, strong):
    """Return the Mark of a paragraph's id, its card our digest; ``strong`` are the ids in bold."""
    section, digest = d["digests"][name]
    return Mark(
        f"row {name}",
        "text",
        x,
        y + 14.5,
        words=name,
        size="small",
        look="strong ink" if name in strong else "words soft",
        card=(section, digest, f"Our digest [{name}]"),
        says=f"{name}, {section}",
        group="claims",
    )


def _block(block, left, top, side):
    look, sign = LOOKS.get(block.verdict, ("solid ink" if block.today else "open line", ""))
    whose = "today's, " if block.today else ""
    return Mark(
        f"claim {block.claim_id}",
        "block",
        left,
        top,
        side,
        side,
        look=look,
        words=sign,
        size="small",
        anchor="middle",
        card=_card(block),
        says=f"{block.claim_id}, {whose}{block.verdict or 'no verdict yet'}: {block.statement}",
        group="claims",
    )


def _card(block):
    """Return the lines of a block's card: the claim; verdict, evidence and who says so; its rows."""
    if not block.verdict:
        return (block.statement, f"{_met(block)} [{block.claim_id}]")
    found = f"{block.verdict.capitalize()}: {block.evidence}"
    rows = f"{_met(block)} [{block.claim_id}] [{block.evidence_id}]"
    return (block.statement, found, *_said(block.sources), rows)


def _said(sources):
    """Return the line that names ``sources``, at most ``MOST`` of them, as a tuple; () for none."""
    more = len(sources) - MOST
    told = "; ".join(sources[:MOST]) + (f"; and {more} more" if more > 0 else "")
    return (told,) if told else ()


def _met(block):
    *first, last = map(str, block.lessons)
    whose = f"lessons {', '.join(first)} and {last}" if first else f"lesson {last}"
    return f"{block.paragraph_id}, in {whose}"


def _sentence(d):
    count, verdicts = len(d["blocks"]), sum(d["verdicts"].values())
    have = f"and {verdicts} carry a verdict." if verdicts else "none has a verdict yet."
    return (
        f"The brief in {count} claims: ",
        Word(f"{d['today']} are today’s"),
        f", {have}",
    )


def _under(control):
    if control:
        return ("Point at a block to read it. Verdicts of ", At(control))
    return ("Point at a block to read it, or at a paragraph for its digest.",)
