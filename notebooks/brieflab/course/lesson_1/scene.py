"""How lesson 1's finding looks: seventeen rows of claims, shaped by kind, hollow without a ground."""

from functools import cache

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
    tops = {name: ROW * n for n, name in enumerate(rows)}
    marks = [
        Mark(f"row {name}", "text", 0, top + 16, look="words soft", words=name, size="small")
        for name, top in tops.items()
    ]
    for claim, answer in zip(d["claims"], d["answers"]):
        x, y = LABEL + step * claim.at + side / 2, tops[claim.paragraph_id] + ROW / 2
        marks += _claim(claim, answer if claim.kind in d["kinds"] else "out", x, y, side)
    height = ROW * len(rows) + 2
    return Scene(width, height, tuple(marks), _sentence(d), _under(d), ASK[d["ground"]], FOOT)


def _claim(claim, answer, x, y, side):
    """Yield the Mark of a claim and, where the answer is "partly", its core."""
    shape, colour = SHAPES[claim.kind]
    whole, y = round(side * SIDE[shape], 1), round(y + side * LOW.get(shape, 0), 1)
    fill = "solid" if answer == "yes" else "open"
    card, says = _told(claim)
    yield Mark(
        f"claim {claim.claim_id}",
        shape,
        x,
        y,
        whole,
        look=f"{fill} {colour}" if answer != "out" else "open line",
        card=card,
        says=says,
        group="claims",
    )
    if answer == "partly":
        yield Mark(f"core {claim.claim_id}", shape, x, y, whole * CORE, look=f"solid {colour}")


@cache
def _told(claim):
    """Return what a claim's card says and what is read aloud of it: the same in every state."""
    kind = claim.kind if claim.kind == claim.claim_type else f"{claim.kind}, {claim.claim_type}"
    source = claim.named_source and f"Names as its source {claim.named_source}."
    hedge = claim.hedge and f"Hedged: “{claim.hedge}”."
    can = {"yes": "Can be checked", "partly": "Can be checked in part", "no": "Cannot be checked"}
    said = f"{source or 'Names no source.'} {can[claim.checkable]}. {hedge or 'Not hedged.'}"
    rows = f"Our coding, {claim.paragraph_id} [{claim.claim_id}]"
    return (
        (claim.statement, f"{kind.capitalize()}. {said}", rows),
        f"{claim.claim_id}, {claim.kind}: {claim.statement} {said}",
    )


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
