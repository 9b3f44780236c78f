"""Lesson 5's stage: who leads by which setting, counted by another way, and what moves."""

import csv
from collections import Counter
from datetime import date
from itertools import product

import pandas as pd
import pytest
from playwright.sync_api import sync_playwright

from brieflab.course.lesson_5 import tracks
from brieflab.course.lesson_5.forks import Calendar, forking, span_words
from brieflab.course.lesson_5.scene import DRAWERS, forking_paths
from brieflab.course.lesson_5.widgets import timeline_window
from brieflab.plain import PlainError
from brieflab.stage.scene import NARROW, WIDE, plain
from browser import CHROMIUM, FLAGS, TOP, need_chromium
from stages import STAGES, frame

LANES = {
    "geneva": "Geneva",
    "constitutional_committee": "Committee",
    "sochi_congress": "Sochi",
    "astana": "Astana",
    "trilateral_summit": "Summits",
    "refugee_conference": "Refugees",
}
FILED = {"Geneva": "geneva", "own track": "constitutional_committee", "Sochi": "sochi_congress"}
SETTINGS = list(product(("rounds", "days"), range(2012, 2019), (2018, 2019, 2020), FILED))
AS_OF = "2020-12-31"


@pytest.fixture(scope="module")
def built():
    return STAGES["5 timeline_window"]()


def known():
    with (TOP / "datasets" / "meetings.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["known_on"] <= AS_OF]
    return [r for r in rows if r["track"] in LANES and r["status"] != "event"]


def held():
    return [r for r in known() if r["status"] in ("held", "suspended", "convened_no_session")]


def days(row):
    first, last = (date.fromisoformat(row[c]) for c in ("start_date", "end_date"))
    return (last - first).days + 1


def lane(row, committee):
    return FILED[committee] if row["track"] == "constitutional_committee" else row["track"]


def by_hand(unit, start, end, committee):
    """Return a Counter lane -> rounds or days, from the rows of the file."""
    count = Counter()
    for row in held():
        if start <= int(row["start_date"][:4]) <= end:
            count[lane(row, committee)] += days(row) if unit == "days" else 1
    return count


def leaders(count):
    return [t for t, n in count.items() if n == max(count.values())]


def marks(built, width=WIDE, **setting):
    return {m.key: m for m in built.scene(built.calculate(**setting), width).marks}


def test_every_tile_names_who_leads_when_counted_by_hand(built):
    seen = set()
    for end in (2018, 2019, 2020):
        drawn = marks(built, unit="rounds", start=2012, end=end, committee="own track")
        for unit, start, _, committee in (s for s in SETTINGS if s[2] == end):
            tile = drawn[f"tile {unit} {committee} {start}"]
            lead = leaders(by_hand(unit, start, end, committee))
            names = " and ".join(name for track, name in LANES.items() if track in lead)
            assert tile.says.split(": ")[1] == names + " tie" * (len(lead) > 1)
            assert tile.sets == {"unit": unit, "committee": committee, "start": start}
            seen.add(tile.words)
    assert seen == {"Geneva", "Astana", "Sochi", "Com", "tie"}


@pytest.mark.parametrize("unit, start, end, committee", SETTINGS)
def test_the_sentence_and_the_counts_are_those_of_the_file(built, unit, start, end, committee):
    setting = {"unit": unit, "start": start, "end": end, "committee": committee}
    finding = built.calculate(**setting)
    count = by_hand(**setting)
    assert {t: n for t, n in finding.data["totals"].items() if n} == dict(count)
    assert finding.sentence.startswith(
        tracks.window(frame("meetings"), start, end, unit, committee).sentence
    )
    said = plain(built.scene(finding, WIDE).sentence, dict.fromkeys(built.controls, ""))
    lead, best = leaders(count), max(count.values())
    if len(lead) == 1:
        second = sorted([0, *count.values()])[-2]
        assert f"{LANES[lead[0]]} leads with {best}, then " in said and f" with {second}" in said
    else:
        assert f" tie, {best} each" in said
    shares = Counter()
    for other in (s for s in SETTINGS if s[2] == end):
        ahead = leaders(by_hand(*other))
        shares[LANES[ahead[0]] if len(ahead) == 1 else None] += 1
    under = plain(built.scene(finding, WIDE).under, {"committee": "alone"})
    assert "Of the 42 settings below" in under
    for name, number in shares.items():
        tie = f"{number} {'is a tie' if number == 1 else 'are ties'}"
        assert (f"{name} in {number}" in under.replace(" leads", "")) if name else (tie in under)
    drawn = marks(built, **setting)
    assert [m.key for m in drawn.values() if m.chosen] == [f"tile {unit} {committee} {start}"]
    mine, ring = drawn[f"tile {unit} {committee} {start}"], drawn["yours"]
    assert (ring.x, ring.y, ring.w) == (mine.x - 3, mine.y - 3, mine.w + 6)
    assert int(finding.table.loc["all"].sum()) == sum(count.values())


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_bar_is_as_tall_as_its_days_and_all_are_alike_when_rounds_count(built, width):
    setting = {"start": 2012, "end": 2020, "committee": "own track"}
    by_days = marks(built, width, unit="days", **setting)
    alike = marks(built, width, unit="rounds", **setting)
    meetings = {f"bar {r['meeting_id']}": days(r) for r in held()}
    tall = {key: by_days[key].h + 1.5 for key in meetings}
    each = {round(tall[key] / n, 6) for key, n in meetings.items()}
    assert len(each) == 1 and len({alike[key].h for key in meetings}) == 1
    assert all(by_days[key].x == alike[key].x for key in meetings)
    announced = {f"bar {r['meeting_id']}" for r in known()} - set(meetings)
    assert announced == {k for k, m in alike.items() if k[:3] == "bar" and m.kind == "dot"}
    assert len(announced) == 3


def test_only_the_committee_moves_when_its_box_does(built):
    rest = {"unit": "days", "start": 2012, "end": 2020}
    before = marks(built, committee="own track", **rest)
    for drawer, down in (("Geneva", -1), ("Sochi", 1)):
        after = marks(built, committee=drawer, **rest)
        moved = {k for k, m in before.items() if k[:3] == "bar" and after[k].y != m.y}
        assert moved == {f"bar CC-0{n}" for n in range(1, 5)}
        assert all(before[k].x == after[k].x for k in before if k[:3] == "bar")
        assert (after["drawer"].y - before["drawer"].y) * down > 0
        assert f"slot {drawer}" not in after and "slot own track" in after
    control, axis, places = before["drawer"].slide
    assert (control, axis) == ("committee", "y")
    assert list(DRAWERS.values()) == list(built.controls["committee"].domain)
    assert [places[d] for d in DRAWERS.values()] == sorted(places.values())
    for drawer in FILED:
        box = marks(built, committee=drawer, **rest)["drawer"]
        assert box.y + box.h / 2 == pytest.approx(places[drawer])


def silences(committee):
    """Return the pauses of more than a year on Geneva's lane, with those that met meanwhile."""
    rounds = sorted(
        (date.fromisoformat(r["start_date"]), date.fromisoformat(r["end_date"]))
        for r in held()
        if lane(r, committee) == "geneva"
    )
    starts = [start for start, _ in rounds[1:]] + [date.fromisoformat(AS_OF)]
    pauses = [(end, start) for (_, end), start in zip(rounds, starts)]
    for end, start in pauses:
        if (start - end).days > 365:
            met = Counter(
                lane(r, committee)
                for r in held()
                if end < date.fromisoformat(r["start_date"])
                and date.fromisoformat(r["end_date"]) < start
            )
            yield (start - end).days, met


@pytest.mark.parametrize("committee", FILED)
def test_the_shades_are_the_years_without_a_round(built, committee):
    wanted = list(silences(committee))
    drawn = marks(built, unit="rounds", start=2012, end=2020, committee=committee)
    shades = [m for k, m in drawn.items() if k.startswith("silence")]
    assert [m.card[0].split()[0] for m in shades] == [f"{n:,}" for n, _ in wanted]
    for shade, (length, met) in zip(shades, wanted):
        assert shade.w == pytest.approx(length / (9 * 365.25) * (672 - 116), abs=0.5)
        for track, number in met.items():
            assert f"{tracks.TRACKS[track]} {number}" in shade.card[2]
    last = drawn[f"days {len(wanted) - 1}"].words
    assert last == ("642 days silent" if committee == "Geneva" else "1,070 days silent so far")


def test_what_does_not_count_stays_in_its_place_in_grey(built):
    rest = {"unit": "rounds", "committee": "own track"}
    every = marks(built, start=2012, end=2020, **rest)
    some = marks(built, start=2017, end=2018, **rest)
    for row in held():
        key, inside = f"bar {row['meeting_id']}", row["start_date"][:4] in ("2017", "2018")
        assert (some[key].x, some[key].y) == (every[key].x, every[key].y)
        assert (some[key].look == "solid grey") is not inside
        assert every[key].look != "solid grey"


def test_a_card_says_what_who_and_where_to_find_it(built):
    drawn = marks(built, unit="rounds", start=2012, end=2020, committee="Sochi")
    what, outcome, source, row = drawn["at CC-02"].card
    assert what == "Committee, round 2: 25 to 29 November 2019, 5 days, convened but never sat"
    assert outcome.startswith("Co-chairs fail")
    assert source.startswith("Office of the UN Special Envoy for Syria (international org")
    assert row == "Constitutional Committee; dates of high confidence [CC-02]"
    assert "announced 5 September 2018, not held" in drawn["at REF-00P"].card[0]
    assert "suspended" in drawn["at GEN-03A"].card[0]


def test_two_dates_say_once_what_they_share():
    spans = {
        ("2017-05-03", "2017-05-04"): "3 to 4 May 2017",
        ("2017-02-23", "2017-03-03"): "23 February to 3 March 2017",
        ("2017-12-30", "2018-01-02"): "30 December 2017 to 2 January 2018",
        ("2012-06-30", "2012-06-30"): "30 June 2012",
    }
    for (first, last), words in spans.items():
        assert span_words(pd.Timestamp(first), pd.Timestamp(last)) == words


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"unit": "weeks"}, "'weeks' is not a known unit"),
        ({"committee": "Astana"}, "place for the Committee"),
        ({"start": 2019}, "first year"),
        ({"end": 2017}, "last year"),
    ],
)
def test_a_setting_that_is_none_is_told_so(wrong, said):
    with pytest.raises(PlainError, match=said):
        forking(Calendar(frame("meetings")), **wrong)


def test_the_calendar_ends_where_knowledge_does():
    early = timeline_window(frame("meetings"), "2016-12-31")
    assert early.complete and early.controls["start"].last == 2016
    assert "Of 30 settings that end with 2016: Geneva 30." in early.text
    nobody = Calendar(frame("meetings"), as_of="2012-02-01")
    scene = forking_paths(forking(nobody, end=2012), WIDE)
    assert "nobody met" in plain(scene.sentence, dict.fromkeys(early.controls, ""))
    assert "no track leads in any." in plain(scene.under, {"committee": "alone"})
    alone = forking(nobody, end=2012)
    assert "Shaded, no round on Geneva's lane: none." in alone.alt


def test_away_from_the_tables_of_the_module_sources_have_no_names(monkeypatch):
    def away():
        raise PlainError("No folder datasets/ here.")

    monkeypatch.setattr("brieflab.tables.load", away)
    stage = timeline_window(frame("meetings"))
    card = marks(stage, unit="rounds", start=2012, end=2020, committee="Geneva")["at GEN-04"].card
    assert len(card) == 3 and card[-1].endswith("[GEN-04]")


@pytest.mark.browser
def test_the_box_is_dragged_and_moved_by_key_and_a_tile_sets_all(built, tmp_path):
    need_chromium()
    path = tmp_path / "page.html"
    path.write_text(f"<!doctype html><body>{built.fragment()}", encoding="utf-8")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1000, "height": 900}, reduced_motion="reduce")
        page.goto(path.as_uri())
        root, box = page.locator(".bl-stage[data-alive=yes]"), page.locator("[data-key=drawer]")
        root.wait_for()
        held, slot = box.bounding_box(), page.locator("[data-key='slot Geneva']").bounding_box()
        page.mouse.move(held["x"] + 10, held["y"] + 15)
        page.mouse.down()
        page.mouse.move(held["x"] + 10, slot["y"] + 12, steps=4)
        page.mouse.up()
        assert root.get_attribute("data-state") == "0|0|2|0"
        assert "642 days silent" in root.inner_text()
        page.keyboard.press("End")
        assert root.get_attribute("data-state") == "0|0|2|2"
        assert box.get_attribute("aria-valuetext") == "with Sochi"
        page.locator("[data-key='tile days Geneva 2017']").click()
        assert root.get_attribute("data-state") == "1|5|2|0"
        page.locator("[data-key='handle end']").focus()
        page.keyboard.press("ArrowLeft")
        assert root.get_attribute("data-state") == "1|5|1|0"
        assert "from the year above to 2019" in root.inner_text()
        chromium.close()
