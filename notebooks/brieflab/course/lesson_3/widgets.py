"""The widget of lesson 3: how many of the largest hosts, and were they absent?"""

import ipywidgets as W

from brieflab.course.lesson_3.hosts import draw_top, ranked, top_hosts
from brieflab.panel import panel


def top_n(hosts, countries):
    """Return the widget: how many of the largest hosts, in which year, and were they absent?"""
    ranked(hosts, countries)
    return panel(
        {
            "n": W.BoundedIntText(value=1, min=1, max=10, description="Largest hosts (1 to 10)"),
            "year": W.Dropdown(options=[2020, 2019], value=2020, description="End of"),
        },
        lambda n, year: top_hosts(hosts, countries, n, year),
        draw_top,
    )
