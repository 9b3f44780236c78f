"""The stage of lesson 5: which years, which unit, and where is the Committee filed?"""

from brieflab.course import AS_OF
from brieflab.course.lesson_5.forks import Calendar, forking
from brieflab.course.lesson_5.scene import DRAWERS, forking_paths
from brieflab.course.lesson_5.tracks import UNITS
from brieflab.stage import Stepper, Switch, stage
from brieflab.trace import known_sources


def timeline_window(meetings, as_of=AS_OF):
    """Return the stage: choose years, unit and the Committee's drawer; see who leads, and how many
    of all settings agree.

    meetings: the table of this name. as_of: only what was known by this ISO date.
    """
    calendar = Calendar(meetings, known_sources(), as_of)
    firsts, lasts = calendar.firsts, calendar.lasts
    return stage(
        {
            "unit": Switch("What counts", {unit: unit for unit in UNITS}, UNITS[0]),
            "start": Stepper("First year", firsts[0], firsts[-1], firsts[0]),
            "end": Stepper("Last year", lasts[0], lasts[-1], lasts[-1]),
            "committee": Switch("Where the Committee is filed", DRAWERS, "own track"),
        },
        lambda **setting: forking(calendar, **setting),
        forking_paths,
    )
