"""What a learner may hand to a picture: filtered, doubled, with gaps. It draws, or says why not."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from brieflab.course.lesson_1.widgets import claim_grounds
from brieflab.course.lesson_2.widgets import source_switch
from brieflab.course.lesson_3.widgets import top_n
from brieflab.course.lesson_4.widgets import denominator_switch, hundred_asked, returns_fan
from brieflab.course.lesson_5.widgets import timeline_window
from brieflab.course.lesson_6.widgets import knock_out_map
from brieflab.plain import PlainError
from brieflab.stage.ahead import Stage
from stages import frame

CALLS = {
    claim_grounds: ["claims"],
    source_switch: ["attendance"],
    top_n: ["hosts", "countries"],
    denominator_switch: ["hosts", "population", "estimates"],
    hundred_asked: ["surveys"],
    returns_fan: ["returns"],
    timeline_window: ["meetings"],
    knock_out_map: ["argument_nodes", "argument_edges"],
}
PLACES = [(call, at) for call, names in CALLS.items() for at in range(len(names))]
HANDED = pytest.mark.parametrize(
    "call, at", PLACES, ids=lambda one: getattr(one, "__name__", str(one))
)


@pytest.fixture(autouse=True)
def only_the_opening(monkeypatch, top):
    monkeypatch.chdir(top / "notebooks")
    monkeypatch.setattr(Stage, "_every", lambda stage: [stage.opening])


def tried(call, at, change):
    """Return the sentence of the picture with its table ``at`` changed, or why there is none."""
    tables = [frame(name) for name in CALLS[call]]
    tables[at] = change(tables[at])
    try:
        return call(*tables).text
    except PlainError as error:
        assert len(str(error)) < 500
        return f"no: {error}"


@HANDED
def test_rows_twice_or_in_another_order_change_nothing(call, at):
    as_it_is = tried(call, at, lambda table: table)
    assert not as_it_is.startswith("no: ")
    assert tried(call, at, lambda table: pd.concat([table, table.head(3)])) == as_it_is
    assert tried(call, at, lambda table: table[table.columns[::-1]]) == as_it_is


@HANDED
def test_every_gap_and_every_missing_column_draws_or_is_said(call, at):
    names = CALLS[call]
    for column in frame(names[at]).columns:
        tried(call, at, lambda table, column=column: table.drop(columns=column))
        for row in (0, 1):
            tried(call, at, partial(_with_gap, row=row, column=column))


def _with_gap(table, row, column):
    table = table.astype({column: object})
    table.loc[row, column] = np.nan
    return table


@HANDED
@pytest.mark.parametrize("handed", [None, "hosts.csv", 5, [], {}], ids=repr)
def test_what_is_no_table_is_told_so(call, at, handed):
    said = tried(call, at, lambda table: handed)
    if handed is None and call is denominator_switch and at == 2:
        return  # without estimates there is one thing less to choose
    assert said.startswith("no: ") and "Give a table" in said


@HANDED
def test_a_part_of_a_table_draws_or_is_said(call, at):
    for part in (slice(0, 0), slice(0, 1), slice(None, None, 2), slice(None, None, -1)):
        tried(call, at, lambda table, part=part: table.iloc[part])
    tried(call, at, lambda table: table.set_index(table.columns[0]))


@pytest.mark.parametrize("year", [2019, 2020])
def test_one_year_of_hosts_is_enough(year):
    hosts, countries = frame("hosts"), frame("countries")
    assert str(year) in top_n(hosts[hosts["year"] == year], countries).text


def test_hosts_of_whom_no_government_gave_an_estimate_are_counted_by_the_register():
    hosts, population, estimates = map(frame, ("hosts", "population", "estimates"))
    some = hosts[hosts["iso3"].isin(["DEU", "SWE"])]
    said = denominator_switch(some, population, estimates).text
    assert "Germany" in said and denominator_switch(hosts, population, estimates.head(0)).text
