"""The widget of lesson 5: which years, which unit, and where is the Committee filed?"""

import ipywidgets as W

from brieflab.course import AS_OF
from brieflab.course.lesson_5.tracks import COMMITTEE, UNITS, draw_window, took_place, window
from brieflab.panel import panel


def timeline_window(meetings, as_of=AS_OF):
    """Return the widget: choose years, unit and where the Committee is filed; see who leads."""
    took_place(meetings, as_of)
    last = int(as_of[:4])
    return panel(
        {
            "start": W.BoundedIntText(value=2012, min=2012, max=last, description="From"),
            "end": W.BoundedIntText(value=last, min=2012, max=last, description="to"),
            "unit": W.Dropdown(options=UNITS, description="Count"),
            "committee": W.Dropdown(
                options=list(COMMITTEE), description="File the Committee under"
            ),
        },
        lambda start, end, unit, committee: window(meetings, start, end, unit, committee, as_of),
        draw_window,
        height=3.5,
    )
