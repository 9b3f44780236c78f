"""The hall of lesson 2: every state counted by hand, marks that keep their chair, Turkey in view."""

import csv
import re
from collections import defaultdict
from itertools import combinations, product

import pytest
from playwright.sync_api import sync_playwright

from brieflab.course.lesson_2.hall import FAMILIES, UNITS, UNKNOWN, hall_of, in_the_room
from brieflab.course.lesson_2.scene import BACK, FAN, SHAPES, STEP
from brieflab.course.lesson_2.widgets import source_switch
from brieflab.plain import PlainError
from brieflab.stage.scene import NARROW, WIDE, plain
from browser import CHROMIUM, FLAGS, TOP, need_chromium
from stages import STAGES, frame
from test_stage import page_of

PANE = 647
"""Height of the pane of a notebook in JupyterLab at 1366 x 768, in pixels."""


@pytest.fixture(scope="module")
def hall():
    return STAGES["2 source_switch"]()


def by_hand():
    with (TOP / "datasets" / "attendance.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["known_on"] <= "2020-12-31"]


HERE = ("host", "co-organiser", "participant", "observer")


def told(row, unit):
    """What a row of the file counts as, or None for nothing."""
    if unit == "reports":
        return row["source_id"]
    if unit == "origins":
        return row["origin_id"] or row["row_id"]
    return row["family"] or None


def subsets():
    return [chosen for n in range(6) for chosen in combinations(FAMILIES, n)]


def test_every_state_is_what_the_file_says_row_by_row(hall):
    rows = [r for r in by_hand() if r["status"] in HERE and r["actor_type"] == "state"]
    states = 0
    for unit, families in product(UNITS, subsets()):
        voices = defaultdict(set)
        for row in rows:
            if (row["family"] or UNKNOWN) in families and told(row, unit):
                voices[row["actor"]].add(told(row, unit))
        for least in (1, 2, 3, 4):
            found = hall.calculate(least=least, unit=unit, families=families)
            wanted = {actor for actor, ids in voices.items() if len(ids) >= least}
            assert set(found.data["states"]) == wanted, (least, unit, families)
            column = found.table.set_index("State")[unit.capitalize()]
            assert {a: n for a, n in column.items() if n} == {a: len(v) for a, v in voices.items()}
            states += 1
    assert states == len(hall.ahead["states"]) == 384


def test_the_numbers_of_the_lesson():
    room = hall_of(frame("attendance"))
    count = {
        unit: [in_the_room(room, least, unit).data["count"] for least in (1, 2, 3, 4)]
        for unit in UNITS
    }
    assert count == {
        "reports": [26, 15, 12, 9], "origins": [26, 15, 10, 8], "families": [26, 14, 7, 4],
    }  # fmt: skip


def test_three_of_the_ten_that_are_ringed_turn_hollow_at_two_reports(hall):
    ten = {r["actor"] for r in by_hand() if r["source_id"] == "S001" and r["status"] in HERE[1:3]
           and r["actor_type"] == "state"}  # fmt: skip
    for least, hollow in ((1, set()), (2, {"Mauritania", "Somalia", "State of Palestine"})):
        finding = hall.calculate(least=least, unit="reports", families=FAMILIES)
        marks = {m.key: m for m in hall.scene(finding, WIDE).marks}
        ringed = {key.removeprefix("ring ") for key in marks if key.startswith("ring ")}
        assert ringed == ten and len(ten) == 10
        assert {s for s in ten if marks[f"chair {s}"].look == "dashed grey"} == hollow
        assert f"{10 - len(hollow)} keep a chair" in finding.sentence
        said = plain(hall.scene(finding, WIDE).under, {})
        assert "said 27 [J01]" in said and ("3" in said) is False
        assert said.endswith("all stay." if not hollow else "7 stay.")


def test_an_origin_that_is_not_known_is_never_merged(hall):
    known = {r["row_id"]: r["origin_id"] for r in by_hand()}
    room = hall_of(frame("attendance"))
    reports = [r for chair in room["chairs"] for r in chair.reports]
    reports += [r for said in room["door"].values() for r in said]
    assert all(report.origin == (known[report.row_id] or report.row_id) for report in reports)
    silent = [report for report in reports if not known[report.row_id]]
    assert len(silent) == 33
    for report in silent:
        assert "not known, so it stands for itself" in " ".join(report.card)


def test_marks_keep_their_keys_and_only_what_counts_as_one_moves_together(hall):
    keys, places = set(), defaultdict(set)
    for key in hall.ahead["states"]:
        finding, narrow, wide = hall.seen(tuple(map(int, key.split("|"))))
        keys.add(tuple(m.key for m in wide.marks))
        for mark in wide.marks:
            places[finding.data["unit"], mark.key].add((mark.x, mark.y))
    assert len(keys) == 1
    assert {len(seen) for seen in places.values()} == {1}, "steps and chips move nothing"
    at = {name: next(iter(seen)) for name, seen in places.items()}
    flags = [r["row_id"] for r in by_hand() if (r["actor"], r["origin_id"]) == ("India", "OR-17")]
    for unit, apart in (("reports", STEP), ("origins", FAN)):
        (x, y), (other, same) = (at[unit, f"report {row_id}"] for row_id in flags)
        assert y == same and abs(abs(other - x) - apart) <= 1, "two who saw one flag"


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_report_lies_on_the_chair_of_its_state(hall, width):
    for unit in UNITS:
        finding = hall.calculate(least=1, unit=unit, families=FAMILIES)
        marks = {m.key: m for m in hall.scene(finding, width).marks}
        for chair, _ in finding.data["chairs"]:
            seat = marks[f"chair {chair.state}"]
            for report in chair.reports:
                mark = marks[f"report {report.row_id}"]
                assert abs(mark.x - seat.x) <= BACK / 2
                assert seat.y - 30 <= mark.y - mark.w / 2 and mark.y + mark.w / 2 <= seat.y + 17
                assert mark.kind == SHAPES[report.family][0]


def test_what_is_not_asked_is_small_and_hollow_in_its_place(hall):
    one = hall.calculate(least=1, unit="reports", families=("think tanks",))
    marks = [m for m in hall.scene(one, WIDE).marks if m.key.startswith("report")]
    family = {r["row_id"]: r["family"] for r in by_hand()}
    for mark in marks:
        asked = family[mark.key.split()[1]] == "think tanks"
        assert (mark.look == "open grey" and mark.w == 5) != asked
    nobody = hall.calculate(least=1, unit="families", families=())
    assert nobody.data["count"] == 0 and nobody.sentence.startswith("No state was in the room")
    assert "No family is ticked" in plain(hall.scene(nobody, WIDE).under, {})


def test_turkey_stands_outside_with_what_each_report_says(hall):
    said = defaultdict(list)
    for row in by_hand():
        if row["actor"] == "Turkey":
            said[row["status"]].append(row)
    finding = hall.calculate(least=1, unit="origins", families=FAMILIES)
    assert finding.data["door"] == {
        status: len({told(row, "origins") for row in rows}) for status, rows in said.items()
    }
    assert sum(map(len, said.values())) == 17
    marks = {m.key: m for m in hall.scene(finding, WIDE).marks}
    low = marks["chair Yemen"].y
    assert marks["outside"].words == "outside the door, 17 reports"
    for status, rows in said.items():
        heights = {marks[f"report {row['row_id']}"].y for row in rows}
        assert len(heights) == 1 and heights.pop() > low
        assert marks[f"number {status}"].words.startswith(str(finding.data["door"][status]))


def test_cards_say_who_what_kind_when_and_where_from_and_nothing_of_later_years(hall):
    cards = {m.key: m.card for m in hall.seen(hall.opening)[1].marks if m.card}
    assert cards["report A015"] == (
        "Mauritania: took part",
        "Emirates Policy Center (think tank), undated",
        "Family: think tanks (think tank; our coding, medium confidence)",
        "Where it comes from is not known, so it stands for itself.",
        "One of six Arab states named [A015]",
    )
    aide = " ".join(cards["report A091"])
    assert (
        "The assistant foreign minister's announcement" in aide
        and "Ground: says so, high confidence" in aide
    )
    assert "Family not established" in " ".join(cards["report A147"])
    assert not re.search(r"\b202[1-9]\b", str(cards))


def test_it_works_with_the_old_columns_and_away_from_the_tables(monkeypatch):
    def nowhere():
        raise PlainError("No datasets/ folder was found.")

    monkeypatch.setattr("brieflab.tables.load", nowhere)
    old = frame("attendance").drop(
        columns=["family", "origin_id", "origin_basis", "origin_confidence", "origin_reason"]
    )
    bare = source_switch(old)
    found = bare.calculate(least=2, unit="origins", families=FAMILIES)
    assert found.data["count"] == 15, "nothing is known of origins, so nothing is merged"
    assert bare.calculate(least=1, unit="families", families=FAMILIES).data["count"] == 0
    assert "organisers" not in plain(bare.scene(found, WIDE).under, {})
    with pytest.raises(PlainError, match="no column 'actor'"):
        source_switch(frame("hosts"))
    with pytest.raises(PlainError, match="not a known unit"):
        in_the_room(hall_of(old), 1, "votes")


def test_the_plain_twin_gives_the_same_counts():
    attendance = frame("attendance")
    attendance = attendance[attendance["known_on"] <= "2020-12-31"]
    here = attendance[attendance["status"].isin(HERE) & (attendance["actor_type"] == "state")]
    origin = here["origin_id"].fillna(here["row_id"])
    room = hall_of(attendance)
    for unit, voices in (("reports", here["source_id"]), ("origins", origin),
                         ("families", here["family"])):  # fmt: skip
        each = voices.groupby(here["actor"]).nunique()
        for least in (1, 2, 3, 4):
            counted = in_the_room(room, least, unit).data["count"]
            floor = 1 if unit == "families" and least == 1 else least
            assert counted == int((each >= floor).sum())


@pytest.mark.browser
def test_turkey_is_in_view_beside_the_sentence_and_touch_opens_a_card(tmp_path, hall):
    need_chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = page_of(chromium, tmp_path, hall, 1366, reduced_motion="reduce", has_touch=True)
        top = page.locator(".bl-stage").bounding_box()["y"]
        name = page.locator("[data-key='name at the door']").bounding_box()
        assert name["y"] + name["height"] - top < PANE
        page.locator("[aria-label$='one more']").click()
        assert page.locator("[role=status]").text_content().startswith("15 states were in the room")
        page.locator("[data-key='report A012']").tap()
        assert "Somalia: took part" in page.locator(".card").inner_text()
        page.get_by_role("radio", name="one a family").check(force=True)
        assert page.locator(".sentence").inner_text().startswith("14 states were")
        page.get_by_role("checkbox", name="press elsewhere").uncheck(force=True)
        assert page.locator(".bl-stage").get_attribute("data-state") == "1|2|27"
        assert page.faults == []
        chromium.close()
