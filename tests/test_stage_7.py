"""The years that judge a forecast: truth by a second route."""

import csv
import re

import pytest

from brieflab import tables, trace
from brieflab.course.lesson_7 import forecasts as F
from brieflab.course.lesson_7 import theatre
from brieflab.course.lesson_7 import widgets as W
from brieflab.course.lesson_7.scene import SHORT, SIDE
from brieflab.stage.scene import NARROW, WIDE
from browser import TOP
from stages import FORECAST_AND_RECALLED, STAGES, frame

MINE, RECALLED = FORECAST_AND_RECALLED


def rows(name):
    with (TOP / "datasets" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["forecast_id"]: row for row in csv.DictReader(file)}


ASKED, HAPPENED = rows("forecasts"), rows("outcomes")


@pytest.fixture(scope="module")
def years():
    return STAGES["7 years"]()


@pytest.fixture
def empty_sheet(sheet_path, monkeypatch):
    monkeypatch.chdir(TOP / "notebooks")
    return sheet_path


def found(years, **chosen):
    return years.calculate(
        **{"year": 2021, "rival": "a coin", "remembered": ("recalled",), **chosen}
    )


# The years ---------------------------------------------------------------------------------


@pytest.mark.parametrize("year", range(2020, 2026))
def test_losses_of_each_year_against_sums_by_hand(years, year):
    due = [f for f in MINE if ASKED[f]["resolution_date"] <= f"{year}-12-31"]
    o = {f: HAPPENED[f]["outcome"] == "yes" for f in MINE}
    share = sum(o.values()) / len(o)
    for rival, says in {"a coin": 0.5, "always no": 0, "the share of yes": share}.items():
        finding = found(years, year=year, rival=rival)
        assert set(finding.data["settled"]) == set(due)
        if not due:
            assert finding.data["loss"] is None and "none of your eight" in finding.sentence
            continue
        loss = sum((MINE[f] - o[f]) ** 2 for f in due) / len(due)
        other = sum((says - o[f]) ** 2 for f in due) / len(due)
        assert f"your loss is {loss:.2f}, {rival} loses {other:.2f}." in finding.sentence
        assert finding.data["rival_says"] == says
    table = found(years, year=year).table.set_index("forecast")
    assert list(table.index[table["happened"] != "open"]) == finding.data["settled"]
    assert (
        f" {sum(f in due for f in MINE)} " not in finding.sentence
    )  # numbers up to twelve in words


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_squares_are_losses_and_everything_keeps_its_place(years, width):
    places, settled = set(), []
    for year in range(2020, 2026):
        scene = years.scene(found(years, year=year), width)
        marks = {mark.key: mark for mark in scene.marks}
        stay = ("title", "axis", "dot", "ring", "card")
        places.add(tuple((m.key, m.x, m.y, m.w) for m in scene.marks if m.key.split()[0] in stay))
        settled.append([key[6:] for key in marks if key.startswith("brier ")])
        for f in settled[-1]:
            o = HAPPENED[f]["outcome"] == "yes"
            assert (marks[f"brier {f}"].w / SIDE) ** 2 == pytest.approx((MINE[f] - o) ** 2)
            assert (marks[f"a coin {f}"].w / SIDE) ** 2 == pytest.approx(0.25)
            left, long = marks[f"axis {f}"].x, marks[f"axis {f}"].w
            assert (marks[f"dot {f}"].x - left) / long == pytest.approx(MINE[f])
            assert (marks[f"ring {f}"].x - left) / long == pytest.approx(RECALLED[f])
            assert (marks[f"sign {f}"].x - left) / long == pytest.approx(float(o))
            assert marks[f"sign {f}"].kind == ("tick" if o else "cross")
    assert len(places) == 1
    assert [len(every) for every in settled] == [0, 4, 6, 7, 7, 8]


def test_questions_of_one_year_are_settled_in_turn(years):
    scene = years.scene(found(years, year=2021), WIDE)
    waits = {m.key: m.later for m in scene.marks if m.key.startswith("sign ")}
    assert list(waits.values()) == [0, 4, 8, 12] and list(waits)[0] == "sign F04"
    again = years.scene(found(years, year=2022), WIDE)
    assert {m.key: m.later for m in again.marks if m.key in waits} == dict.fromkeys(waits, 0)


def test_beside_each_outcome_stands_who_it_meant_something_for(years):
    scene = years.scene(found(years, year=2025), WIDE)
    below = {
        m.key[6:]: m.words.replace("\n", " ") for m in scene.marks if m.key.startswith("below ")
    }
    assert below == {f: HAPPENED[f]["people"] for f in MINE}
    known = tables.load(TOP / "datasets")
    for f, sentence in below.items():
        assert trace.check_text(sentence, known, strict=True) == [], f
        assert re.search(r"\[[A-Z]\d+\]", sentence), f


def test_memory_moves_towards_or_away_by_hand(years):
    moved = [(RECALLED[f] - MINE[f]) * (1 if HAPPENED[f]["outcome"] == "yes" else -1) for f in MINE]
    finding = found(years)
    assert finding.data["drift"] == pytest.approx(sum(moved) / len(moved))
    said = "".join(getattr(part, "text", str(part)) for part in years.scene(finding, WIDE).under)
    assert f"moved by {sum(moved) / 8:.3f} on average, towards what happened" in said


def test_recall_can_be_left_out(years):
    finding = found(years, remembered=())
    assert "remembered" not in finding.alt
    assert not [m for m in years.scene(finding, WIDE).marks if m.key.startswith("ring")]


def test_all_twenty_eight_questions_have_their_place(empty_sheet):
    every = dict.fromkeys(ASKED, 0.5)
    built = W.years(every, every, frame("outcomes"))
    assert built.complete and len(found(built, year=2025).data["settled"]) == 28
    assert "28 of your 28 questions are settled" in found(built, year=2025).sentence


def test_the_short_questions_keep_the_years_of_the_long_ones():
    assert set(SHORT) == set(F.LESSON_SET)
    for f, short in SHORT.items():
        assert ASKED[f]["resolution_date"][:4] in short


def test_words_for_counts():
    assert theatre.count(1, 8) == "one of your eight questions is"
    assert theatre.count(0, 13) == "none of your 13 questions are"
