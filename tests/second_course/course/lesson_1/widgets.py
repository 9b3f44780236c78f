"""The widget of lesson 1: choose a night, see when its readers came."""

import ipywidgets as W
import pandas as pd
from brieflab.course.lesson_1.nights import by_night, compare, draw_compare

from brieflab.panel import Panel, panel


def lamp(nights: pd.DataFrame) -> Panel:
    """Return the widget: choose a night of the week, see its readers before and after eight."""
    return panel(
        {"night": W.Dropdown(options=list(by_night(nights).index), description="Night")},
        lambda night: compare(nights, night),
        draw_compare,
        height=2.4,
    )
