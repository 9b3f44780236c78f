"""The widget of lesson 4: count whom, over what?"""

import ipywidgets as W

from brieflab.course.lesson_4.rates import DENOMINATORS, NUMERATORS, compare, draw_slopes
from brieflab.panel import panel


def denominator_switch(hosts, population, estimates=None):
    """Return the widget: count registered people or government estimates, over what?

    Without ``estimates`` only registered people can be chosen.
    """
    numerators = list(NUMERATORS if estimates is not None else NUMERATORS[:1])
    return panel(
        {
            "numerator": W.ToggleButtons(options=numerators, description="Count"),
            "denominator": W.Dropdown(options=list(DENOMINATORS), description="Measure"),
        },
        lambda numerator, denominator: compare(
            hosts, population, numerator, denominator, estimates
        ),
        draw_slopes,
    )
