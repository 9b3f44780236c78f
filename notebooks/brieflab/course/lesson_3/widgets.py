"""The stage of lesson 3: how many of the largest hosts, and were they absent?"""

from brieflab import tables
from brieflab.course.lesson_3.hosts import first_ten, ten_hosts
from brieflab.course.lesson_3.scene import n_in_sentence
from brieflab.stage import Stepper, Switch, stage
from brieflab.trace import known_sources


def top_n(hosts, countries):
    """Return the stage: how many of the largest hosts, in which year, and were they absent?"""
    hosts = tables.given(hosts, ["row_id", "year", "host", "iso3", "refugees"], "hosts table")
    countries = tables.given(countries, ["iso3", "presence"], "countries table")
    years = [year for year in (2020, 2019) if year in set(hosts["year"])] or [2020]
    ten = {year: ten_hosts(hosts, countries, known_sources(), year) for year in years}
    return stage(
        {
            "n": Stepper("Number of largest hosts", 1, 10, value=3),
            "scale": Switch(
                "What counts", {"people": "people", "countries": "countries"}, "people"
            ),
            "year": Switch("Count", {f"end of {year}": year for year in years}, years[0]),
        },
        lambda n, scale, year: first_ten(ten[year], n, scale),
        n_in_sentence,
    )
