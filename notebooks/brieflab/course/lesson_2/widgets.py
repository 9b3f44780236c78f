"""The stage of lesson 2: who was in the room, by whom you ask and what you count."""

from brieflab import tables
from brieflab.course.lesson_2.hall import FAMILIES, hall_of, in_the_room
from brieflab.course.lesson_2.scene import SHAPES, hall
from brieflab.plain import PlainError
from brieflab.stage import Chips, Stepper, Switch, stage


def source_switch(attendance, sources=None):
    """Return the stage: choose whom to ask, what counts as one, and how many are enough.

    attendance: the table of the lesson. sources: table with source_id and publisher; the module's
    own when left out.
    """
    try:
        known = tables.load()
    except PlainError:  # away from the module's folder: then sources and origins have no names
        known = {}
    else:
        names = ("origins", "publishers", "presence", "headcounts", "sources")
        known = {name: known[name] for name in names}
    if sources is not None:
        known["sources"] = sources
    room = hall_of(attendance, **known)
    return stage(
        {
            "least": Stepper("How many are enough", 1, 4, value=1),
            "unit": Switch(
                "What counts as one",
                {"every report": "reports", "merge copies": "origins", "one a family": "families"},
                "reports",
            ),
            "families": Chips(
                "Who is asked",
                {family: family for family in FAMILIES},
                FAMILIES,
                {family: (shape, f"solid {colour}") for family, (shape, colour) in SHAPES.items()},
            ),
        },
        lambda least, unit, families: in_the_room(room, least, unit, families),
        hall,
    )
