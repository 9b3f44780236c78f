"""Every stage of the lessons, built as its lesson builds it."""

from functools import cache

import pandas as pd
import pytest

from brieflab.course.block_map import block_map
from brieflab.course.lesson_1.widgets import claim_grounds
from brieflab.course.lesson_2.widgets import source_switch
from brieflab.course.lesson_3.widgets import top_n
from brieflab.course.lesson_4 import widgets as widgets_4
from brieflab.course.lesson_5.widgets import timeline_window
from brieflab.course.lesson_6.widgets import knock_out_map, toy_map
from brieflab.course.lesson_7.widgets import years
from brieflab.course.opening.widgets import opening
from browser import TOP


def frame(name):
    return pd.read_csv(TOP / "datasets" / f"{name}.csv")


FORECAST_AND_RECALLED = (
    {
        "F01": 0.55,
        "F02": 0.6,
        "F04": 0.15,
        "F10": 0.1,
        "F14": 0.2,
        "F15": 0.1,
        "F18": 0,
        "F19": 0.4,
    },
    {
        "F01": 0.7,
        "F02": 0.6,
        "F04": 0.25,
        "F10": 0.25,
        "F14": 1,
        "F15": 0.1,
        "F18": 0.1,
        "F19": 0.5,
    },
)
"""What a made-up learner locked, and remembered."""


def _in_the_lesson(build):
    """Return ``build`` as a function that runs once, in the folder of the lessons."""

    @cache
    def built():
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(TOP / "notebooks")
            return build()

    return built


STAGES = {
    name: _in_the_lesson(build)
    for name, build in {
        "0 opening": opening,
        "1 block_map": lambda: block_map(1),
        "6 block_map": lambda: block_map(6),
        "1 claim_grounds": lambda: claim_grounds(frame("claims")),
        "2 source_switch": lambda: source_switch(frame("attendance")),
        "3 top_n": lambda: top_n(frame("hosts"), frame("countries")),
        "4 denominator_switch": lambda: widgets_4.denominator_switch(
            frame("hosts"), frame("population"), frame("estimates")
        ),
        "4 hundred_asked": lambda: widgets_4.hundred_asked(frame("surveys")),
        "4 returns_fan": lambda: widgets_4.returns_fan(frame("returns")),
        "5 timeline_window": lambda: timeline_window(frame("meetings")),
        "6 toy_map": toy_map,
        "6 knock_out_map": lambda: knock_out_map(frame("argument_nodes"), frame("argument_edges")),
        "7 years": lambda: years(*FORECAST_AND_RECALLED, frame("outcomes")),
    }.items()
}
"""Lesson and name -> a function without arguments that returns the Stage."""
