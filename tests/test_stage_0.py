"""The opening: counts by a second route, what moves and what keeps its place, one area for one count."""

import csv
from collections import defaultdict

import pandas as pd
import pytest

from brieflab.course.opening.hosts import SHOWN, YEARS, end_of, middle, outlines, years_of
from brieflab.course.opening.widgets import opening as build
from brieflab.plain import PlainError
from brieflab.stage import Chips
from brieflab.stage.scene import NARROW, WIDE, plain
from browser import TOP
from stages import STAGES

WIDTHS = pytest.mark.parametrize("width", [NARROW, WIDE])


def rows():
    """Return year -> the rows of hosts.csv, read without pandas."""
    found = defaultdict(list)
    with (TOP / "datasets" / "hosts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[int(row["year"])].append(row)
    return found


ROWS = rows()


@pytest.fixture(scope="module")
def opening():
    return STAGES["0 opening"]()


def scene_of(opening, width, year=2013, view="bars", yours=""):
    found = opening.calculate(year=year, view=view, yours=yours)
    return found, opening.scene(found, width)


@pytest.mark.parametrize("year", YEARS)
def test_counts_are_those_of_the_file_read_by_hand(opening, year):
    count = {row["iso3"] or "OTH": int(row["refugees"]) for row in ROWS[year]}
    names = {row["iso3"]: row["host"] for row in ROWS[year]}
    named = {code: people for code, people in count.items() if code != "OTH"}
    found, scene = scene_of(opening, WIDE, year)
    shown = dict(zip(found.table["host"], found.table["refugees"]))
    assert shown == {names[code]: count[code] for code in SHOWN} | {
        "All others": sum(people for code, people in count.items() if code not in SHOWN)
    }
    first = names[max(named, key=named.get)]
    said = f"At the end of {year} UNHCR counted {sum(count.values()):,} Syrian refugees, the most in {first}."
    assert found.sentence == said == plain(scene.sentence, {"year": str(year)})
    assert f"In {sum(people > 0 for people in named.values())} named countries" in scene.under[0]
    by_count = sorted(named.values(), reverse=True)
    for host in found.data["hosts"][:-1]:
        assert by_count[host.rank - 1] == host.refugees, host
        assert host.row_id == f"H-{host.iso3}-{year}"
    rest = found.data["hosts"][-1]
    assert rest.most == max(people for code, people in named.items() if code not in SHOWN)


def test_hosts_shown_are_the_largest_of_the_last_year_in_that_order():
    last = sorted(ROWS[2020], key=lambda row: -int(row["refugees"]) if row["iso3"] else 0)
    assert [row["iso3"] for row in last[:7]] == list(SHOWN)


@WIDTHS
def test_bars_keep_their_places_and_move_by_length_alone(opening, width):
    places, lengths = set(), {}
    for year in YEARS:
        found, scene = scene_of(opening, width, year)
        bars = {m.key: m for m in scene.marks if m.key.startswith("host ")}
        places.add(tuple((key, bar.x, bar.y, bar.h) for key, bar in bars.items()))
        for host in found.data["hosts"]:
            lengths[year, host.iso3] = (bars[f"host {host.iso3}"].w, host.refugees)
    assert len(places) == 1
    per_person = lengths[2020, "TUR"][0] / lengths[2020, "TUR"][1]
    for long, people in lengths.values():
        assert long == pytest.approx(max(1, people * per_person))


@WIDTHS
def test_a_square_on_the_map_has_the_area_of_the_bar_and_is_the_same_mark(opening, width):
    for year in YEARS:
        _, bars = scene_of(opening, width, year)
        found, on_map = scene_of(opening, width, year, "map")
        bar, square = ({m.key: m for m in scene.marks} for scene in (bars, on_map))
        for host in found.data["hosts"]:
            one, other = bar[f"host {host.iso3}"], square[f"host {host.iso3}"]
            assert one.kind == other.kind and other.w == other.h
            if one.w > 1 and other.w > 2.5:
                assert other.w**2 == pytest.approx(one.w * one.h), (year, host)


@WIDTHS
def test_squares_stand_in_their_countries_and_do_not_cover_each_other(opening, width):
    land = outlines(pd.read_csv(TOP / "datasets" / "outline.csv"))
    for year in YEARS:
        _, scene = scene_of(opening, width, year, "map")
        squares = [m for m in scene.marks if m.key.startswith("host ")]
        for n, one in enumerate(squares):
            for other in squares[:n]:
                a, b = one.box, other.box
                apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
                assert apart, (year, one.key, other.key)
    drawn = {m.key: m for m in scene.marks}
    for code in ("TUR", "LBN", "JOR", "IRQ", "EGY"):
        left, upper, right, lower = drawn[f"land {code} 0"].box
        square = drawn[f"host {code}"]
        assert left < square.x + square.w / 2 < right and upper < square.y + square.h / 2 < lower
        east, north = middle(land[code][0])
        assert min(p[0] for p in land[code][0]) < east < max(p[0] for p in land[code][0])
        assert min(p[1] for p in land[code][0]) < north < max(p[1] for p in land[code][0])


def test_the_centre_of_a_square_is_in_its_middle_whichever_way_it_is_walked():
    square = ((0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0))
    assert middle(square) == pytest.approx((2, 1)) == middle(square[::-1])


def test_yours_is_signed_in_words_and_kept_while_the_years_run(opening):
    for year in YEARS:
        found, scene = scene_of(opening, WIDE, year, yours="LBN")
        marks = {m.key: m for m in scene.marks}
        assert marks["name LBN"].words == "✓ Lebanon"
        assert [m.key for m in scene.marks if m.look == "solid vermilion"] == ["host LBN"]
        assert marks["row LBN"].chosen and marks["row LBN"].sets == {"yours": ""}
        assert marks["row TUR"].sets == {"yours": "TUR"} and not marks["row others"].sets
        assert scene.under[0].text == "✓ Lebanon" and f"{found.data['yours'].refugees:,}" in str(
            scene.under
        )
        assert ("Would you still choose Lebanon?" in scene.ask) == (year == 2020)


def test_who_was_in_the_room_is_asked_and_not_told(opening):
    _, scene = scene_of(opening, WIDE, 2020)
    assert scene.ask.endswith("Who was not in the room?")
    for at in opening.ahead["states"]:
        found, *scenes = opening.seen(tuple(map(int, at.split("|"))))
        told = str([(m.words, m.card) for scene in scenes for m in scene.marks]) + found.alt
        for spoilt in ("%", "absent", "attended", "not invited", "share"):
            assert spoilt not in told, at


def test_it_opens_before_the_outcome_and_does_not_move_by_itself(opening):
    assert opening.choices(opening.opening) == {"year": 2013, "view": "bars", "yours": ""}
    assert opening.controls["year"].plays
    assert not any(isinstance(control, Chips) for control in opening.controls.values())
    assert len(opening.ahead["states"]) == 10 * 2 * 8 and len(opening.fragment()) < 150_000


def test_a_table_that_lacks_a_host_or_a_column_is_told_in_a_sentence():
    hosts = pd.read_csv(TOP / "datasets" / "hosts.csv")
    with pytest.raises(PlainError, match="no row for JOR at the end of 2011"):
        years_of(hosts[hosts["iso3"] != "JOR"])
    with pytest.raises(PlainError, match="refugees"):
        years_of(hosts.drop(columns="refugees"))
    years = years_of(hosts)
    with pytest.raises(PlainError, match="2021"):
        end_of(years, 2021)
    with pytest.raises(PlainError, match="globe"):
        end_of(years, 2020, view="globe")
    with pytest.raises(PlainError, match="FRA"):
        end_of(years, 2020, yours="FRA")


def test_away_from_the_tables_it_says_so(tmp_path, monkeypatch):
    from brieflab import tables

    monkeypatch.chdir(tmp_path)
    tables.load.cache_clear()
    with pytest.raises(PlainError, match="No datasets/ folder"):
        build()
    tables.load.cache_clear()
