"""How shapes read what learners give, compare it, and say what is wrong with it."""

import json
import re
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from brieflab.figures import new_figure
from brieflab.questions.shapes import (
    Chart,
    Choice,
    Day,
    Fields,
    Function,
    InOrder,
    Mapping,
    Name,
    Names,
    Number,
    Refused,
    Table,
    Text,
    Truth,
    Whole,
    is_blank,
    plain,
    received,
)

FRAME = pd.DataFrame({"host": ["Lebanon", "Türkiye"], "n": [1, 2]})
COUNTS = {"Lebanon": 1, "Turkey": 2}
SHARE = Number("a share", tolerance=0.005, low=0, high=1, unit="proportion")
HOSTS = Table("t", {"host": Name(), "n": Whole()}, ("host",))
PAIR = InOrder(("low", "high"), Whole())
FORM = Fields("a form", {"Who": Name(), "n": Whole()})


@pytest.mark.parametrize(
    "value, simple",
    [
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array(2.5), 2.5),
        (np.datetime64("2020-12-04T10:00", "ns"), datetime(2020, 12, 4, 10)),
        (pd.Timestamp("2020-12-04"), datetime(2020, 12, 4)),
        (pd.NaT, None),
        (pd.NA, None),
        ("text", "text"),
    ],
    ids=repr,
)
def test_a_scalar_of_numpy_or_pandas_becomes_pythons_own(value, simple):
    assert plain(value) == simple and type(plain(value)) is type(simple)


@pytest.mark.parametrize(
    "value, words",
    [
        (True, "the truth value True"),
        ("x" * 31, "the text '" + "x" * 30 + "…'"),
        ("x" * 30, "the text '" + "x" * 30 + "'"),
        (1234.5, "the number 1,234.5"),
        (10**15, "the number 1,000,000,000,000,000"),
        (10**15 + 1, "the number with more than 15 digits"),
        (1e16, "the number 1e+16"),
        (FRAME.assign(more=1), "a table of 2 rows and 3 columns"),
        ({1: 2}, "a dictionary of 1"),
        (np.zeros(3), "a array of 3"),
        (object(), "a object"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_message_names_what_it_received(value, words):
    assert received(value) == words


@pytest.mark.parametrize(
    "value", [0, False, "a", [0], [None, 1], {"a": 0}, len, [...] * 21], ids=repr
)
def test_what_says_something_is_not_blank(value):
    assert not is_blank(value)


@pytest.mark.parametrize("value", [[None] * 20, {"a": ..., "b": None}, " .\u200b\n", np.array([])])
def test_what_says_nothing_is_blank(value):
    assert is_blank(value)


@pytest.mark.parametrize(
    "shape, value, normal",
    [
        (Number(), pd.Series([2.5]).iloc[0], 2.5),
        (Number(), pd.Series([3]), 3),
        (Number(), Decimal("2.5"), 2.5),
        (Number(low=0), 0, 0),
        (Number(high=5), 5, 5),
        (Number(), -(10**15), -(10**15)),
        (SHARE, 7.6, 7.6),
        (SHARE, 100, 100),
        (Whole(), 12.0, 12),
        (Truth(), pd.Series([True]).iloc[0], True),
        (Truth(), [False], False),
        (Choice("yes", "no"), " YES ", "yes"),
        (Choice("1", "2"), 1, "1"),
        (Choice("yes", "no", variants={"Oui": "yes"}), ["oui"], "yes"),
        (Name(), "Türkiye", "Turkey"),
        (Names(), pd.Series(["Türkiye", "Iraq", "Iraq"]), ["Iraq", "Turkey"]),
        (Names(), "Iraq; Türkiye", ["Iraq", "Turkey"]),
        (Names(), pd.Index(["Iraq"]), ["Iraq"]),
        (Names(), FRAME[["host"]], ["Lebanon", "Turkey"]),
        (Names(), FRAME["host"].to_numpy(), ["Lebanon", "Turkey"]),
        (Names(), {"Iraq": 1}.keys(), ["Iraq"]),
        (Names(), {"Iraq": 1, "Iran": 2}, ["Iran", "Iraq"]),
        (Names(), pd.Series([1, 2], index=["Iraq", "Iran"]), ["Iran", "Iraq"]),
        (Names(), ["Iraq", " "], ["Iraq"]),
        (Names(most=2), {"Iraq", "Iran"}, ["Iran", "Iraq"]),
        (Names(ordered=True), FRAME["host"], ["Lebanon", "Turkey"]),
        (PAIR, pd.Series([1, 2]), [1, 2]),
        (PAIR, pd.Series({"high": 2, "low": 1}), [1, 2]),
        (PAIR, {"high": 2, "low": 1, "more": 3}, [1, 2]),
        (PAIR, {"High": 2, "LOW": 1}, [1, 2]),
        (InOrder(("Low", "High"), Whole()), {"high": 2, "low": 1}, [1, 2]),
        (Mapping("m", Whole()), FRAME, COUNTS),
        (Mapping("m", Whole()), FRAME.set_index("host"), COUNTS),
        (Mapping("m", Whole()), FRAME.set_index("host")["n"], COUNTS),
        (Mapping("m", Whole(), most=1), [("Iraq", 3)], {"Iraq": 3}),
        (Mapping("m", Whole()), [("Iraq", 3), ("iraq", 3.0)], {"Iraq": 3}),
        (FORM, {"N": 2, "who": "Türkiye"}, {"Who": "Turkey", "n": 2}),
        (FORM, pd.Series({"who": "Iraq", "n": 2}), {"Who": "Iraq", "n": 2}),
        (Day(), pd.Timestamp("2020-11-11 10:00"), "2020-11-11"),
        (Day(), date(2020, 11, 11), "2020-11-11"),
        (Day(), ["11 November 2020"], "2020-11-11"),
        (
            HOSTS,
            FRAME.assign(n=[None, 2.0], more=1).iloc[::-1],
            {"columns": ["host", "n"], "rows": [["Lebanon", None], ["Turkey", 2]]},
        ),
        (Function("f", ((1,), (2,)), Number()), lambda x: x / 2, [0.5, 1]),
        (Text(2), "two words", "two words"),
    ],
    ids=lambda x: type(x).__name__,
)
def test_a_shape_reads_numpy_pandas_and_python_alike(shape, value, normal):
    got = shape.read(value)
    assert got == normal
    assert shape.read(json.loads(json.dumps(got))) == normal


@pytest.mark.parametrize(
    "table",
    [
        FRAME,
        FRAME.set_index("host"),
        FRAME.set_index("host")["n"],
        FRAME.set_index("host")["n"].rename(None),
        FRAME.set_index("host")["n"].rename("people"),
        FRAME.assign(day=1).set_index(["host", "day"]),
    ],
)
@pytest.mark.parametrize("order", [("host", "n"), ("n", "host")])
def test_a_table_is_read_by_its_columns_wherever_they_stand(table, order):
    if isinstance(table, pd.Series) and table.name != "n":
        order = ("host", "n")  # a Series with another name is taken for the last column
    shapes = {"host": Name(), "n": Whole()}
    shape = Table("t", {name: shapes[name] for name in order}, ("host",), most=2)
    got = shape.read(table)
    rows = [dict(zip(order, row)) for row in got["rows"]]
    assert rows == [{"host": "Lebanon", "n": 1}, {"host": "Turkey", "n": 2}]
    assert shape.read(got) == got


def test_a_series_of_another_name_is_the_last_column():
    shape = Table("t", {"host": Name(), "day": Whole(), "n": Whole()}, ("host", "day"))
    people = FRAME.assign(day=3).set_index(["host", "day"])["n"].rename("people")
    assert shape.read(people)["rows"] == [["Lebanon", 3, 1], ["Turkey", 3, 2]]


def test_a_gap_of_any_kind_in_a_table_is_none():
    for gaps in ([1, None], [1, float("nan")], pd.array([1, None], dtype="Int64")):
        assert HOSTS.read(FRAME.assign(n=gaps))["rows"] == [["Lebanon", 1], ["Turkey", None]]


@pytest.mark.parametrize(
    "shape, value, state, said",
    [
        (Number(), "60 %", "type", "quotation marks"),
        (Number(), "sixty", "type", "expect a number."),
        (Number(), float("nan"), "type", "no usable number"),
        (Number(), 2e15, "type", "no usable number"),
        (Number(), [1, 2], "shape", "one number"),
        (Number(), [], "shape", "one number"),
        (Number(), True, "type", "truth value"),
        (Number(), 1j, "type", "a complex"),
        (Number(), 10**400, "type", "more than 15 digits"),
        (Number(low=0), -1, "shape", "0 or more"),
        (Number(low=2, high=5), 7, "shape", "between 2 and 5"),
        (Number(high=1), 7, "shape", "between 0 and 1"),
        (SHARE, -0.5, "shape", "between 0 and 1"),
        (SHARE, 101, "shape", "between 0 and 1"),
        (Number(high=1, unit="percent"), 7, "shape", "between 0 and 1"),
        (Number(high=2, unit="proportion"), 7, "shape", "between 0 and 2"),
        (Whole(), 2.5, "type", "no decimals"),
        (Truth(), "True", "type", "without quotation marks"),
        (Choice("yes", "no"), "yess", "shape", "Did you mean 'yes'"),
        (Choice("yes", "no"), ["yes", "no"], "type", "one word"),
        (Name(), np.int64(3), "type", "the number 3"),
        (Names(ordered=True), {"a"}, "shape", "no order"),
        (Names(), FRAME, "shape", "one column"),
        (Names(), np.int64(3), "type", "the number 3"),
        (Names(), ["a", 3], "type", "the number 3"),
        (Names(), np.array([3, 4]), "type", "the number 3"),
        (Names(most=2), ["a", "b", "c"], "shape", "once"),
        (PAIR, [1], "shape", "low; high"),
        (PAIR, {1, 2}, "type", "[first, second]"),
        (PAIR, np.int64(3), "type", "the number 3, but expect 2 values in this order: low; high."),
        (PAIR, {"low": 1}, "shape", "low; high"),
        (PAIR, [1, ...], "shape", "'high' is still empty"),
        (PAIR, [1, 2.5], "type", "'high': I received the number 2.5"),
        (Mapping("m", Whole()), [("Iraq", 3), ("iraq", 4)], "shape", "stands twice"),
        (Mapping("m", Whole()), {"Iraq": ""}, "shape", "'Iraq' is still empty"),
        (Mapping("m", Whole()), {"Iraq": pd.NA}, "shape", "'Iraq' is still empty"),
        (Mapping("m", Whole()), {"Iraq": "3"}, "type", "'Iraq': I received the text '3'"),
        (Mapping("m", Whole()), FRAME.assign(more=1), "shape", "two columns"),
        (Mapping("m", Whole()), [("Iraq", 1), 2], "type", "two columns"),
        (Mapping("m", Whole()), [("Iraq", 1, 2)], "type", "two columns"),
        (Mapping("m", Whole()), np.int64(3), "type", "the number 3"),
        (Mapping("m", Whole(), most=1), COUNTS, "shape", "too many rows"),
        (FORM, [1, 2], "type", "Make a dictionary"),
        (FORM, np.int64(3), "type", "the number 3"),
        (FORM, {"who": "Iraq"}, "shape", "'n' is missing or empty"),
        (FORM, {"who": "Iraq", "n": "2"}, "type", "'n': I received the text '2'"),
        (FORM, {"who": "Iraq", "n": 2, "m": 3}, "shape", "do not know the field 'm'"),
        (Day(), "11/12/2020", "shape", "year-month-day"),
        (Day(), 2020, "type", "the number 2,020"),
        (Table("t", {"host": Name(), "m": Whole()}, ("host",)), FRAME, "shape", "no column 'm'"),
        (HOSTS, 3, "type", "a DataFrame"),
        (HOSTS, {"Iraq": 1}, "type", "a DataFrame"),
        (HOSTS, FRAME.assign(n=[np.zeros(2), 1]), "shape", "Column 'n': I received a array of 2"),
        (HOSTS, pd.concat([FRAME, FRAME[["n"]]], axis=1), "shape", "same name"),
        (HOSTS, FRAME.assign(n="x"), "type", "Column 'n': I received the text 'x'"),
        (HOSTS, pd.concat([FRAME] * 501), "shape", "repeat rows"),
        (HOSTS, {"columns": ["n", "host"], "rows": []}, "shape", "a dictionary of 2"),
        (HOSTS, {"columns": ["host", "n"], "rows": [["Iraq"]]}, "shape", "a dictionary of 2"),
        (HOSTS, {"columns": ["host", "n"], "rows": [["Iraq", 1]] * 1001}, "shape", "a dictionary"),
        (HOSTS, {"columns": "host", "rows": []}, "type", "a dictionary of 2"),
        (HOSTS, {"columns": ["host", "n"], "rows": 3}, "type", "a dictionary of 2"),
        (HOSTS, {"columns": ["host", "n"], "rows": ["ab"]}, "shape", "a dictionary of 2"),
        (Function("f", ((1,),), Number()), lambda x: x / 0, "type", "ZeroDivisionError"),
        (Function("f", ((1,),), Number()), lambda x: None, "type", "returned nothing"),
        (Function("f", ((1,),), Number()), lambda x: "a", "type", "For (1,): I received the text"),
        (
            Function("f", ((1,),), Number()),
            lambda x: "",
            "type",
            "For (1,): I received the text ''",
        ),
        (Function("f", ((1,),), Number()), [1, 2], "type", "without brackets"),
        (Function("f", ((1,),), Number()), (1,), "type", "without brackets"),
        (Chart(), 3, "type", "the number 3"),
        (Chart(), new_figure(), "type", "(figure, alt)"),
        (Chart(), (1, 2, 3), "type", "(figure, alt)"),
        (Text(2), "three words here", "shape", "at most 2"),
        (Text(), 3, "type", "Write sentences"),
    ],
    ids=lambda x: type(x).__name__,
)
def test_a_shape_says_what_it_received(shape, value, state, said):
    with pytest.raises(Refused, match=re.escape(said)) as refused:
        shape.read(value)
    assert refused.value.state == state and len(str(refused.value).split()) <= 60


def test_a_number_out_of_range_is_still_kept():
    with pytest.raises(Refused) as refused:
        Number(low=0).read(-1)
    assert refused.value.normal == -1


@pytest.mark.parametrize(
    "shape, normal, key",
    [
        (Number(), 0.1 + 0.2, 0.3),
        (Number(), 10**12 + 100, 10**12),
        (Number(tolerance=0.5), 3.5, 3),
        (Number(tolerance=0.5), 0.5 + 1e-9, 0),
        (Number(relative=0.1), 109, 100),
        (Number(tolerance=0.5, relative=0.1), 109, 100),
        (Number(tolerance=20, relative=0.1), 119, 100),
        (Number(relative=0.1), -109, -100),
        (Whole(tolerance=1), 4, 3),
    ],
)
def test_a_number_near_enough_is_the_same(shape, normal, key):
    assert shape.same(normal, key)


@pytest.mark.parametrize(
    "shape, normal, key",
    [
        (Number(), 0.30001, 0.3),
        (Number(), 2e-9, 0),
        (Number(tolerance=0.5), 3.51, 3),
        (Number(relative=0.1), 111, 100),
        (Whole(), 4, 3),
    ],
)
def test_a_number_not_near_enough_is_another(shape, normal, key):
    assert not shape.same(normal, key)


SHARES = Mapping("m", SHARE)
RANGE = InOrder(("low", "high"), SHARE)
RANKED = Names(ordered=True)


@pytest.mark.parametrize(
    "shape, normal, key, slip",
    [
        (SHARE, 7.6, 0.076, "percent"),
        (Number(unit="proportion"), 7.6, 0.076, "percent"),
        (Number(unit="percent"), 0.076, 7.6, "proportion"),
        (Number(), -3, 3, "sign"),
        (RANKED, ["b", "a"], ["a", "b"], "reversed"),
        (RANKED, ["b", "c", "a"], ["a", "b", "c"], "order"),
        (PAIR, [2, 1], [1, 2], "reversed"),
        (RANGE, [10, 20], [0.1, 0.2], "percent"),
        (SHARES, {"a": 10, "b": 20}, {"a": 0.1, "b": 0.2}, "percent"),
        (SHARES, {"a": 10, "b": 0}, {"a": 0.1, "b": 0}, "percent"),
    ],
)
def test_a_slip_of_format_is_named_once_for_all_questions(shape, normal, key, slip):
    name, said = shape.slip(normal, key)
    assert name == slip and len(said.split()) <= 60


def test_a_reversed_list_is_told_which_end_is_which():
    three = InOrder(("low", "middle", "high"), Whole())
    assert three.slip([3, 2, 1], [1, 2, 3])[1].endswith("Put 'low' first and 'high' last.")
    assert "'b' stands first" in RANKED.slip(["b", "a"], ["a", "b"])[1]


@pytest.mark.parametrize(
    "shape, normal, key",
    [
        (SHARE, 8.6, 0.076),
        (SHARE, 0.3, 0),
        (Number(unit="proportion"), 0, 0),
        (Number(unit="percent"), 0, 0),
        (Number(), 7.6, 0.076),
        (Number(), 0.076, 7.6),
        (Number(unit="percent"), 0.086, 7.6),
        (Number(), 0, 0),
        (Number(), 5, 3),
        (Names(), ["b", "a"], ["a", "b"]),
        (RANKED, ["a"], ["a"]),
        (RANKED, ["b", "c"], ["a", "b"]),
        (PAIR, [1, 1], [1, 1]),
        (PAIR, [3, 1], [1, 2]),
        (InOrder(("n",), Whole()), [1], [1]),
        (InOrder(("a", "b"), Truth()), [True, True], [True, False]),
        (RANGE, [10, 0.2], [0.1, 0.2]),
        (RANGE, [10, -0.2], [0.1, 0.2]),
        (SHARES, {"a": 10, "b": 0.3}, {"a": 0.1, "b": 0.2}),
        (SHARES, {"a": 10, "b": -0.2}, {"a": 0.1, "b": 0.2}),
        (SHARES, {"a": 10}, {"a": 0.1, "b": 0.2}),
        (SHARES, {"a": 0}, {"a": 0}),
    ],
)
def test_what_is_no_slip_of_format_is_not_called_one(shape, normal, key):
    assert shape.slip(normal, key) is None


def test_names_are_spelled_from_pythons_own_values():
    assert Mapping("m", Whole(), rename=repr).read({np.int64(3): 1}) == {"3": 1}


def test_a_stored_mapping_does_not_tell_in_which_order_it_was_given():
    read = Mapping("m", Whole()).read
    assert json.dumps(read({"b": 1, "a": 2})) == json.dumps(read({"a": 2, "b": 1}))


def test_case_never_decides_between_names():
    """Also for names that are in no list of spellings, wherever they stand in the alphabet."""
    assert Names().read(["oman", "Canada"]) == ["Canada", "Oman"]
    assert Names().read(["Zambia", "angola"]) == ["angola", "Zambia"]
    assert Names().same(Names().read({"zambia", "Angola"}), Names().read({"Zambia", "angola"}))
    assert len(Names().read(["Angola", "angola"])) == 1
    counts = Mapping("m", SHARE)
    mine, key = counts.read({"angola": 0.1, "Zambia": 0.2}), {"Angola": 0.1, "Zambia": 0.2}
    assert counts.same(mine, key) and counts.slip({"angola": 10, "zambia": 20}, key)[0] == "percent"
    assert counts.differ({"ANGOLA": 0.3, "Zambia": 0.2}, key).endswith("Look again at 'Angola'.")
    with pytest.raises(Refused, match="'Angola' stands twice"):
        counts.read([("Angola", 0.1), ("angola", 0.2)])
    table = HOSTS.read(FRAME.assign(host=["angola", "Zambia"]))
    assert HOSTS.same(table, HOSTS.read(FRAME.assign(host=["Angola", "Zambia"])))


@pytest.mark.parametrize(
    "shape, normal, key, said",
    [
        (Number(), 1.02, 1, "too high by a little."),
        (Number(), 0.5, 1, "too low."),
        (Number(), 0.5, 0, "too high."),
        (Choice("yes", "no"), "no", "yes", "'no' is not it"),
        (
            Names(),
            ["a", "x"],
            ["a", "b", "c"],
            "1 of your 2 names belongs here; one does not; 2 are missing",
        ),
        (
            Names(),
            ["a", "x", "y"],
            ["b"],
            "0 of your 3 names belong here; 3 do not; one is missing",
        ),
        (Names(), ["a"], ["a", "b"], "1 of your 1 names belongs here; one is missing. Check"),
        (Names(), ["ANGOLA", "x", "y"], ["Angola"], "1 of your 3 names belongs here; 2 do not."),
        (PAIR, [1, 3], [1, 2], "1 of 2 fit. Look again at 'high'."),
        (
            InOrder("abcd", Whole()),
            [1] * 4,
            [2] * 4,
            "Look again at 'a' and 'b' and 'c' and 1 more.",
        ),
        (InOrder("abc", Whole()), [1] * 3, [2] * 3, "Look again at 'a' and 'b' and 'c'."),
        (SHARES, {"a": 1, "b": 1}, {"a": 1, "b": 0}, "1 of 2 values fit. Look again at 'b'."),
        (SHARES, {"a": 1}, {"a": 1, "b": 0}, "has 1 names: 1 missing, for example 'b'."),
        (SHARES, {"a": 1, "b": 1}, {"a": 1}, "has 2 names: 1 that do not belong, for example 'b'."),
        (FORM, {"Who": "a", "n": 2}, {"Who": "a", "n": 3}, "Look again at 'n'."),
        (FORM, {"Who": "a", "n": 2}, {"Who": "a", "n": 2}, "not what the table gives"),
        (Day(), "2020-01-01", "2020-01-02", "2020-01-01 is not it"),
        (Function("f", ((1,), (2,)), Number()), [1, 2], [1, 3], "Called with (2,)"),
    ],
)
def test_a_wrong_answer_is_told_without_telling_the_key(shape, normal, key, said):
    assert said in shape.differ(normal, key)


@pytest.mark.parametrize(
    "mine, key, said",
    [
        ([["a", 1]], [["a", 1], ["b", 2]], "Your table has 1 rows"),
        ([["a", 1], ["c", 2]], [["a", 1], ["b", 2]], "check the column 'host'"),
        ([["a", 1], ["b", 3]], [["a", 1], ["b", 2]], "The row 'b' differs"),
        ([["a", 1], ["b", None]], [["a", 1], ["b", 2]], "The row 'b' differs"),
        ([["a", 1], ["b", 2]], [["a", 1], ["b", None]], "The row 'b' differs"),
        ([["a", 1], ["b", 2], ["b", 2]], [["a", 1], ["a", 1], ["b", 2]], "The row 'a' differs"),
        ([["a", 1], ["a", 2]], [["a", 1], ["a", 3]], "The row 'a' differs"),
    ],
)
def test_a_table_is_compared_row_by_row(mine, key, said):
    mine, key = ({"columns": ["host", "n"], "rows": rows} for rows in (mine, key))
    assert not HOSTS.same(mine, key) and said in HOSTS.differ(mine, key)
    assert HOSTS.same(mine, mine) and HOSTS.same(key, key)


def chart(flat, upside_down=False, **texts):
    """Return a figure with two bars, the longer one drawn first."""
    figure = new_figure()
    axes = figure.add_subplot()
    (axes.barh if flat else axes.bar)(["Türkiye", "Lebanon"], [3, 2])
    if upside_down:
        axes.invert_yaxis()
    axes.set(**texts)
    return figure


@pytest.mark.parametrize("flat", [True, False])
def test_a_chart_is_read_by_its_features(flat):
    title = {"title": "Turkey hosts most"}
    figure = chart(flat, flat, **title, **{"xlabel" if flat else "ylabel": "people"})
    features = {
        "labels": ["Turkey", "Lebanon"],
        "values": [3.0, 2.0],
        "zero_base": True,
        "title": "Turkey hosts most",
        "axis": "people",
        "alt": "Bar chart",
    }
    for given in ((figure, "Bar chart"), {"figure": figure, "alt": "Bar chart"}, features):
        assert Chart().read(given) == features
    for given in (figure, figure.axes[0], figure.axes[0].patches[0]):
        assert Chart().read(given) == {**features, "alt": ""}


def test_of_very_many_bars_the_first_are_kept():
    figure = new_figure()
    figure.add_subplot().bar(range(201), 1)
    got = Chart().read((figure, "x" * 2000))
    assert len(got["values"]) == 200 and got["alt"] == "x" * 1000
    assert Chart().read(got) == got


def test_flat_bars_are_read_from_the_top():
    assert Chart().read(chart(True))["labels"] == ["Lebanon", "Turkey"]
    assert Chart().read(chart(True))["values"] == [2, 3]


@pytest.mark.parametrize(
    "limits, whole", [((0, 4), True), ((1, 4), False), ((-4, 0), True), ((4, 0), True)]
)
def test_a_chart_whose_axis_leaves_out_zero_is_told(limits, whole):
    assert Chart().read(chart(False, ylim=limits))["zero_base"] is whole
    assert Chart().read(chart(True, xlim=limits))["zero_base"] is whole


@pytest.mark.parametrize(
    "draw",
    [
        lambda axes: axes.plot([1, 2]),
        lambda axes: axes.errorbar([1], [2], [1]),
        lambda axes: axes.axvspan(0, 1),
    ],
)
def test_a_figure_without_bars_is_refused(draw):
    figure = new_figure()
    draw(figure.add_subplot())
    with pytest.raises(Refused, match="no bars"):
        Chart().read((figure, "No bars at all"))


@pytest.mark.parametrize(
    "forged",
    [
        {"values": [3, float("inf")]},
        {"values": [3, "2"]},
        {"values": {3: 2}},
        {"values": [1] * 201},
        {"labels": ["a", 1]},
        {"labels": "ab"},
        {"alt": 3},
        {"title": "x" * 1001},
    ],
    ids=repr,
)
def test_a_stored_chart_that_no_chart_gave_is_refused(forged):
    sound = Chart().read((chart(False), "Bar chart"))
    with pytest.raises(Refused):
        Chart().read({**sound, **forged})
