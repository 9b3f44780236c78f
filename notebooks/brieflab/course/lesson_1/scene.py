"""How lesson 1's finding looks: seventeen rows of claims, shaped by kind, hollow without a ground."""

from brieflab.course.lesson_1.grounds import PLURAL
from brieflab.stage import At, Mark, Scene, Word
from brieflab.stage.scene import NARROW

SHAPES = {
    "fact": ("square", "blue"),
    "attributed": ("diamond", "purple"),
    "interpretation": ("dot", "vermilion"),
    "forecast": ("triangle", "green"),
}
"""Kind of claim -> its shape and its colour."""

SIDE = {"square": 0.84, "diamond": 1.12, "dot": 1, "triangle": 1.08}
"""Sides by which the shapes look equally large."""

LOW = {"triangle": 0.12}
"""How far down a shape stands, in sides, so that it looks centred."""

CORE = 0.45
"""The side of the core that says "in part"."""

ASK = {
    "have a kind": "Before you choose: how many will stay filled when they must name a source? "
    "Write a number down.",
    "name a source": "Was your number close? Before you choose again: how many of the hollow ones "
    "can be checked all the same?",
    "can be checked": "Take the facts and the attributed claims out. What is left to check a motive "
    "with?",
    "are hedged": "Where would you expect a careful “may” or “perhaps”? Take kinds out until you "
    "know where it stands.",
}
FOOT = (
    "A row is a paragraph of the brief, a mark a claim. Filled: yes. With a core: in part. Hollow: "
    "no. Grey: of a kind that is out. Our coding of the brief (Emirates Policy Center, think tank)."
)

LABEL, ROW = 34, 24
"""Room for a paragraph's id, and the height of a row, in pixels."""


def seventeen_rows(finding, width):
    """Return the Scene of a Finding of ``grounds.grounds`` at ``width`` pixels."""
    d = finding.data
    step, side = (18.2, 13) if width == NARROW else (30, 17)
    rows = list(dict.fromkeys(claim.paragraph_id for claim in d["claims"]))
    marks = []
    for claim in d["claims"]:
        top = ROW * rows.index(claim.paragraph_id)
        if not claim.at:
            marks.append(
                Mark(
                    f"row {claim.paragraph_id}",
                    "text",
                    0,
                    top + 16,
                    words=claim.paragraph_id,
                    size="small",
                    look="words soft",
                )
            )
        marks += _claim(claim, LABEL + step * claim.at + side / 2, top + ROW / 2, side)
    height = ROW * len(rows) + 2
    return Scene(width, height, tuple(marks), _sentence(d), _under(d), ASK[d["ground"]], FOOT)


def _claim(claim, x, y, side):
    """Yield the Mark of a claim and, where the answer is "partly", its core."""
    shape, colour = SHAPES[claim.kind]
    whole, y = round(side * SIDE[shape], 1), round(y + side * LOW.get(shape, 0), 1)
    fill = "solid" if claim.answer == "yes" else "open"
    yield Mark(
        f"claim {claim.claim_id}",
        shape,
        x,
        y,
        whole,
        look=f"{fill} {colour}" if claim.chosen else "open line",
        card=_card(claim),
        says=f"{claim.claim_id}, {claim.kind}: {claim.statement} {_grounds(claim)}",
        group="claims",
    )
    if claim.chosen and claim.answer == "partly":
        yield Mark(f"core {claim.claim_id}", shape, x, y, whole * CORE, look=f"solid {colour}")


def _card(claim):
    kind = claim.kind if claim.kind == claim.claim_type else f"{claim.kind}, {claim.claim_type}"
    return (
        claim.statement,
        f"{kind.capitalize()}. {_grounds(claim)}",
        f"Our coding, {claim.paragraph_id} [{claim.claim_id}]",
    )


def _grounds(claim):
    source = f"Names as its source {claim.named_source}." if claim.named_source else ""
    can = {"yes": "Can be checked.", "partly": "Can be checked in part.", "no": ""}
    hedge = f"Hedged: “{claim.hedge}”." if claim.hedge else "Not hedged."
    said = [source or "Names no source.", can[claim.checkable] or "Cannot be checked.", hedge]
    return " ".join(said)


def _sentence(d):
    whom = " claims " if len(d["kinds"]) != 1 else f" {PLURAL[d['kinds'][0]]} "
    return (Word(f"{d['yes']} of {d['of']}"), whom, At("ground"))


def _under(d):
    if not d["kinds"]:
        return ("No kind is chosen: take one in, and its claims count.",)
    also = f"{d['partly']} more in part. " if d["partly"] else ""
    told = ", ".join(f"{n} of {of} {PLURAL[kind]}" for kind, (n, of) in d["by_kind"].items())
    if d["ground"] == "have a kind":
        told = ", ".join(f"{of} {PLURAL[kind]}" for kind, (_, of) in d["by_kind"].items())
    return (f"{also}{told}.",)
