"""Numbers in prose: what is understood, what is exempt, what is told."""

import importlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brieflab import trace
from brieflab.course import PROSE_FUNCTIONS
from brieflab.plain import PlainError
from brieflab.tables import Tables, load
from brieflab.trace.prose import numbers_in

DATA = Path(__file__).parents[1] / "datasets"

HOSTS = pd.DataFrame(
    {
        "row_id": ["H-TUR-2020", "H-LBN-2020", "H-IRQ-2020", "H-TUR-2019"],
        "year": [2020, 2020, 2020, 2019],
        "iso3": ["TUR", "LBN", "IRQ", "TUR"],
        "refugees": [3641370, 865300, 242163, 3576370],
        "known_on": ["2021-06-30", "2021-06-30", "2021-06-30", "2020-06-18"],
    }
)
POPULATION = pd.DataFrame(
    {"row_id": ["W-LBN-2020"], "iso3": ["LBN"], "year": [2020], "population": [5702398]}
)
CLAIMS = pd.DataFrame(
    {
        "claim_id": ["C001", "C002", "C003", "C004"],
        "claim_type": ["event", "event", "motive", "forecast"],
        "named_source": ["Sputnik", None, None, None],
        "source_ids": ["S001;S002", "S002", "S003", None],
        "note": ["27 states", "over one billion dollars", None, "about 75% said so"],
    }
)
MEETINGS = pd.DataFrame(
    {
        "meeting_id": ["GEN-09", "CC-01", "LEB-CIV"],
        "track": ["geneva", "committee", "other"],
        "start_date": ["2018-01-25", "2019-10-30", "2020"],
        "end_date": ["2018-01-26", "2019-11-08", "2020"],
    }
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("datasets")
    for name, table in {
        "hosts": HOSTS, "population": POPULATION, "claims": CLAIMS, "meetings": MEETINGS,
    }.items():  # fmt: skip
        table.to_csv(folder / f"{name}.csv", index=False)
    return Tables(folder)


def whys(text, tables, **more):
    return [doubt.why for doubt in trace.check_text(text, tables, **more)]


@pytest.mark.parametrize(
    "text",
    [
        "Turkey hosted 3,641,370 people [H-TUR-2020].",
        "Turkey hosted 3.64 million people [H-TUR-2020] or 3.6 million [H-TUR-2020].",
        "Both hosted 1,107,463 [H-LBN-2020; H-IRQ-2020].",
        "The difference was 65,000 [H-TUR-2020, H-TUR-2019].",
        "The difference was 623,137 [H-IRQ-2020, H-LBN-2020].",
        "That is 15.2 % of the people there [H-LBN-2020; W-LBN-2020].",
        "In per cent that is 15.2 [H-LBN-2020; W-LBN-2020].",
        "It is 4.2 times as many [H-TUR-2020; H-LBN-2020].",
        "Three [C001–C003] and 4 claims [C001-C004], or 4 [C004–C001].",
        "SANA counted 27 states [C001]. It cost 1 billion [C002]. So said 75 per cent [C004].",
        "Of **4** <!--= count claims --> claims, one <!--= count claims named_source!=\"\" --> has it.",
        "A share of 25 % <!--= share claims named_source!=\"\" / --> names a source.",
        "And 50 % <!--= share claims claim_type=event --> are events.",
        "Turkey has 76.7 % <!--= share hosts.refugees iso3=TUR year=2020 / year=2020 -->.",
        "It hosted 151.7 people per 1,000 <!--= ratio hosts.refugees iso3=LBN / "
        "population.population iso3=LBN --> inhabitants, 15.2 % of them, 1 in 7 "
        "<!--= ratio population.population iso3=LBN / hosts.refugees iso3=LBN -->."
        .replace(", 15.2 % of them", ""),
        "It came second, as number two <!--= rank hosts.refugees iso3=LBN year=2020 / year=2020 -->.",
        "A gap of 642 days <!--= days GEN-09.end_date CC-01.start_date -->.",
        "From 242,163 <!--= min hosts.refugees --> to 3,641,370 <!--= max hosts.refugees -->.",
        "On average 2,081,301 <!--= mean hosts.refugees -->.",
        "Three <!--= distinct hosts.iso3 --> hosts, 3 <!--= distinct claims.source_ids --> sources.",
        "Late: 1 <!--= count hosts known_on<=2020-12-31 -->; 2 <!--= count hosts refugees>900000 -->.",
        "Seen by 2 <!--= count claims source_ids~S002 --> and 3 <!--= count claims claim_type!=motive -->.",
        "With it: 2 <!--= count claims source_ids=S002 -->. Just these: 1 <!--= count claims source_ids=S001;S002 -->; not: 3 "
        "<!--= count claims source_ids!=S001;S002 -->.",
        "Seen 1 time <!--= count population hosts.refugees>800000 --> and once.",
        "The share is 18.2 % <!--= share hosts.refugees year=2020 population.year=2020 / year=2020 -->.",
        "True for N = 1, false from N = 2.",
        "In 2019 <!--= min hosts.year --> it began. See `claims.csv` (4 rows) or claims.csv (4 rows).",
        "| Turkey | 3,641,370 [H-TUR-2020] | 4 <!--= count claims --> |",
    ],
)  # fmt: skip
def test_a_number_with_its_evidence_is_right(text, tables):
    assert whys(text, tables) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Turkey hosted 3,641,371 people [H-TUR-2020].", "refugees = 3,641,370"),
        ("Turkey hosted 3.65 million [H-TUR-2020].", "refugees"),
        ("Both hosted 1,107,464 [H-LBN-2020; H-IRQ-2020].", "sum of refugees"),
        ("Two [C001-C003] claims.", "number of rows = 3"),
        ("There are 5 <!--= count claims --> claims.", "count claims = 4"),
        ("There are five <!--= count claims --> claims.", "count claims = 4"),
        ("There are 4 claims.", "no evidence"),
        ("There are 0 or 1 claims.", "no evidence"),
        ("Found in 4 (4) rows.", "no evidence"),
        ("There are 4. Claims, that is <!--= count claims -->.", "no number before it"),
        ("Turkey hosted many [H-TUK-2020].", "'H-TUR-2020'"),
        ("As C009 says.", "a row that no table has"),
        ("It is 4 <!--= tally claims -->.", "not a known way"),
        ("It is 4 <!--= count claim -->.", "'claims'"),
        ("It is 4 <!--= sum hosts.refugee -->.", "'refugees'"),
        ("It is 4 <!--= sum hosts.iso3 -->.", "not a column of numbers"),
        ("It is 4 <!--= sum hosts.refugees iso3=XXX -->.", "No row has a number"),
        ("It is 4 <!--= count hosts year=recent -->.", "holds numbers"),
        ("It is 4 <!--= count hosts year -->.", "not a filter"),
        ("It is 4 <!--= count hosts iso3=TUR|LBN -->.", "column~one|other"),
        ("It is 4 <!--= count hosts claims.claim_type=event -->.", "share no id"),
        ("It is 4 <!--= count hosts nation=TUR -->.", "has no column 'nation'"),
        ("It is 4 <!--= rank hosts.refugees iso3=TUR -->.", "2 rows pass"),
        ('It is 4 <!--= count hosts host="All -->.', "quotation mark"),
        ("It is 4 <!--= count -->.", "cannot be computed"),
        ("It is 4 <!--= cell H-TUR-2020.iso3 -->.", "cannot be computed"),
        ("It is 4 <!--= days GEN-09.end_date LEB-CIV.start_date -->.", "full dates"),
        ("It is 4 <!--= days GEN-09.end_date -->.", "cannot be computed"),
        ("It is 4 <!--= share claims / claim_type=poem -->.", "whole is empty"),
        ("It is 4 <!--= fn sheet.save -->.", "not a known function"),
        ("`claims.csv` (5 rows)", "the table has 4"),
        ("`poems.csv` (5 rows)", "no table called 'poems'"),
    ],
)  # fmt: skip
def test_a_wrong_number_is_told_with_its_reason(text, word, tables):
    doubts = trace.check_text(text, tables)
    assert any(word in doubt.why for doubt in doubts), [str(doubt) for doubt in doubts]


@pytest.mark.parametrize(
    "text",
    [
        "On 11-12 November 2020, from 30 November to 4 December 2020, on 2020-11-11 and in 2019-20.",
        "Between 25 and 29 January 2021, in 1990s style, until November 11.",
        "Resolution 2254, round 5, rounds 1 to 4, lessons 1, 2 and 3, question 2.3, items 2.1-2.4.",
        "25 minutes, 20-25 minutes, (2 points · 4 min), 400 words, 1.5 hours, a 25-minute stop.",
        "See `x = 3`, $N = 2$ and [this table](https://example.org/12) <br width=5>.",
        "```\nprint(12)\n```",
        "## 2.3 Turkey by source\n\n# 2 Who attended\n\n1. One\n2) Two",
        "| **Minutes** | 50 (stop point at 25) |\n| **You need** | lesson 1 |",
        "P04, S001, A4 paper, COVID-19, the 5th day at 12:30. Years 2011–2020.",
        "Reported per 1,000 inhabitants.",
        "Is it true for N = 1, 2 and 3? Give (1) a rank (1 = largest), (2) a share between 0 and 1.",
        "One of many, in two or three ways.",
    ],
)
def test_what_is_no_data_needs_no_evidence(text, tables):
    told = [why for why in whys(text, tables) if "a row that no table has" not in why]
    assert told == []


def test_a_row_of_nothing_has_a_difference_and_no_share(tmp_path):
    HOSTS.assign(refugees=[0, 865300, 1, 1]).to_csv(tmp_path / "hosts.csv", index=False)
    tables = Tables(tmp_path)
    assert whys("It was 865,300 fewer [H-LBN-2020; H-TUR-2020].", tables) == []
    [why] = whys("It was 5 times as many [H-LBN-2020; H-TUR-2020].", tables)
    assert "difference" in why and " over " not in why


def test_not_strict_leaves_bare_numbers_alone_but_checks_evidence(tables):
    assert whys("There are 99 claims.", tables, strict=False) == []
    assert len(whys("There are 99 <!--= count claims --> claims.", tables, strict=False)) == 1


def test_a_doubt_names_line_number_and_sentence(tables):
    text = "First line.\n\nGood so far. There are 5 <!--= count claims --> claims. More."
    [doubt] = trace.check_text(text, tables)
    assert (doubt.line, doubt.number) == (3, "5")
    assert doubt.said == "There are 5 claims."
    assert str(doubt).startswith("Line 3: “There are 5 claims.” says 5")


def test_a_row_missing_inside_a_range_is_told_where_the_range_stands(tables):
    told = trace.check_text("First.\n\nSee C003–C006.\n\nLast.", tables)
    assert [(doubt.number, doubt.line) for doubt in told] == [("C005", 3), ("C006", 3)]
    assert told[0].said == "See C003–C006."


def test_evidence_belongs_to_the_nearest_number_of_its_sentence(tables):
    assert whys("Of 4 <!--= count claims --> claims all are listed [C001].", tables) == []
    assert whys("Two of them stayed away [C001].", tables) == []
    assert whys("In 2020 [C001] it was said.", tables) == []


def test_ids_are_found_in_order_and_ranges_are_spelt_out():
    text = "C003, [C001–C002; H-TUR-2020] and C003 again; UN, EU-wide and B-TUR, GEN-02A."
    assert trace.ids_in(text) == ["C003", "C001", "C002", "H-TUR-2020", "B-TUR", "GEN-02A"]


def test_resolve_names_table_and_row_or_close_matches(tables):
    name, row = trace.resolve("H-LBN-2020", tables)
    assert name == "hosts" and row["refugees"] == 865300
    with pytest.raises(PlainError, match="C001"):
        trace.resolve("C0001", tables)


def test_a_table_that_lists_ids_of_another_owns_none(tmp_path):
    pd.DataFrame({"claim_id": ["C002", "C001", "C002"]}).to_csv(tmp_path / "a.csv", index=False)
    CLAIMS.to_csv(tmp_path / "claims.csv", index=False)
    name, row = trace.resolve("C001", Tables(tmp_path))
    assert name == "claims" and row["named_source"] == "Sputnik"


def test_every_row_of_the_tables_that_has_an_id_of_its_own_is_found():
    tables = load()
    keys = [tables[name].columns[0] for name in tables.names()]
    assert keys.count("claim_id") == 2, "claims, and the list of where they are met"
    for name in set(tables.names()) - {"coverage"}:
        for place in (0, -1):
            row_id = tables[name].iloc[place, 0]
            found, row = trace.resolve(row_id, tables)
            assert found == name and row.equals(tables[name].iloc[place])


def test_a_named_function_is_asked():
    days = trace.evaluate("fn tracks.longest_gap", load())
    assert days == trace.evaluate("days GEN-09.end_date CC-01.start_date", load())
    assert 0 < trace.evaluate("fn claims.agreement", load()) < 1
    with pytest.raises(PlainError, match="not a known choice"):
        trace.evaluate("fn tracks.longest_gap colour=red", load())
    with pytest.raises(PlainError, match="not a known track"):
        trace.evaluate("fn tracks.longest_gap tracks=geneva|rome", load())


def test_every_function_that_comments_may_call_exists():
    for name, module in PROSE_FUNCTIONS.items():
        assert callable(getattr(importlib.import_module(module), name.split(".")[1]))


def test_a_notebook_is_checked_cell_by_cell(tables, tmp_path):
    path = tmp_path / "x.ipynb"
    cells = [
        {"cell_type": "code", "source": "99"},
        {"cell_type": "markdown", "source": ["Fine.\n", "There are 5 claims."]},
    ]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    [doubt] = trace.check_notebook(path, tables)
    assert str(doubt).startswith("x.ipynb, cell 2, line 2: “There are 5 claims.”")
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(PlainError, match=r"x\.ipynb"):
        trace.check_notebook(path, tables)


@given(st.integers(1, 10**7), st.integers(-3, 3))
def test_whole_numbers_must_match_to_the_last_digit(value, off):
    [said] = numbers_in(f"It was {value + 10:,} people.")
    assert said.fits(value + 10 + off) == (off == 0)


@given(st.floats(1, 9_999_999), st.integers(0, 3))
def test_a_rounded_number_fits_what_it_was_rounded_from(value, places):
    [said] = numbers_in(f"It was {value / 1e6:,.{places}f} million.")
    assert said.fits(value)
    assert not said.fits(value + 1.01e6 / 10**places)


@given(st.text())
def test_no_text_whatever_raises(text):
    real = load()
    trace.check_text(text, real)
    trace.check_text(f"It is 4 <!--= {text} -->.", real)


def test_changing_one_value_in_a_table_names_the_sentence(tmp_path):
    text = "Turkey hosted 3,641,370 people [H-TUR-2020]."
    HOSTS.assign(refugees=[3641371, 1, 2, 3]).to_csv(tmp_path / "hosts.csv", index=False)
    [doubt] = trace.check_text(text, Tables(tmp_path))
    assert doubt.said == text


# From an id to its row and its sources


def test_a_row_is_shown_with_its_sources_in_words():
    shown = trace.row("H-LBN-2019", load(DATA))
    assert "refugees: 910,586" in shown.text and "a row of hosts.csv" in shown.text
    assert "Source: UNHCR (international organisation)" in shown.text
    assert not re.search(r"\bS\d{3}\b", shown.text)
    many = trace.row(" [E005] ", load(DATA))
    assert many.text.count("Source: ") == 4 and many.html.count("<a href=") == 4
    assert "North Press Agency, quoting UNHCR (online media), 10 November 2020" in many.html


def test_a_row_without_a_source_and_a_source_itself_are_shown():
    assert "Source: " not in trace.row("P03", load(DATA)).text
    assert "Source: SANA (state media)" in trace.row("S019", load(DATA)).text
    with pytest.raises(PlainError, match="There is no row 'H-LBN-1919'"):
        trace.row("H-LBN-1919", load(DATA))


@pytest.mark.parametrize(
    "printed, words",
    [
        ("2020-11-01", "1 November 2020"),
        ("2020-11", "November 2020"),
        ("2020", "2020"),
        (float("nan"), "undated"),
        ("early 2022", "undated"),
    ],
)
def test_dates_in_words(printed, words):
    assert trace.date_words(printed) == words
