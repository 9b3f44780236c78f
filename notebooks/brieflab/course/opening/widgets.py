"""The stage of the opening: who hosts Syrian refugees, year by year."""

from brieflab import tables
from brieflab.course.opening.hosts import SHOWN, YEARS, end_of, outlines, years_of
from brieflab.course.opening.scene import look_of
from brieflab.stage import Stepper, Switch, stage


def opening():
    """Return the stage: hosts of Syrian refugees from 2011 to 2020, as bars and on a map.

    Reads the tables ``hosts`` and ``outline`` of the folder in which one works.
    """
    read = tables.load()
    years = years_of(read.hosts)
    names = {host.name: host.iso3 for host in years[YEARS[-1]]["hosts"] if host.iso3 in SHOWN}
    return stage(
        {
            "year": Stepper("Year", YEARS[0], YEARS[-1], value=2013, plays=True),
            "view": Switch("Shown as", {"bars": "bars", "map": "map"}, "bars"),
            "yours": Switch("Not to be left out", {"undecided": "", **names}, ""),
        },
        lambda year, view, yours: end_of(years, year, view, yours),
        look_of(outlines(read.outline)),
    )
