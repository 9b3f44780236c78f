"""Lesson 6's argument: what falls, against a count by hand from the files; what moves; what is said."""

import csv
from itertools import chain, combinations

import pandas as pd
import pytest

from brieflab import tables
from brieflab.course.lesson_6 import arguments, voices
from brieflab.course.lesson_6.scene import PLACES, WORDS, toppling
from brieflab.plain import PlainError
from brieflab.stage.scene import NARROW, WIDE, plain, text_width
from browser import TOP
from stages import STAGES, frame

STRICT, LOOSE = "all are needed", "any is enough"


def rows(name):
    with open(TOP / "datasets" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


NODES, EDGES = rows("argument_nodes"), rows("argument_edges")
ENDS = {n["node_id"] for n in NODES if n["kind"] in ("expected gain", "interest")}


def by_hand():
    """Return statement -> set of its direct reasons, from the file."""
    blockers = {e["from_node"] for e in EDGES if e["relation"] == "blocks"}
    reasons = {n["node_id"]: set() for n in NODES}
    for e in EDGES:
        works_against = e["relation"] == "blocks" or (
            e["relation"] == "pressures" and e["to_node"] in blockers
        )
        if not works_against:
            reasons[e["to_node"]].add(e["from_node"])
    return reasons


def fallen_by_hand(out, rule):
    """Return what falls, by letting boxes fall one after another until none moves."""
    reasons, gone = by_hand(), set(out)
    if rule == STRICT:
        while more := {n for n in reasons if reasons[n] & gone} - gone:
            gone |= more
        return gone - set(out)
    held = {n for n in reasons if not reasons[n]} - gone
    while more := {n for n in reasons if reasons[n] & held} - held - gone:
        held |= more
    return set(reasons) - held - gone


@pytest.fixture(scope="module")
def built():
    return STAGES["6 knock_out_map"]()


@pytest.fixture(scope="module")
def found():
    return arguments.argument(frame("argument_nodes"), frame("argument_edges"))


def test_every_state_is_ahead_one_box_or_two_under_either_rule(built, found):
    can = len(found.open_to_doubt)
    assert can == 16 and len(built.ahead["states"]) == 2 * (1 + can + can * (can - 1) // 2)


def test_what_falls_is_what_falls_by_hand(found):
    for out in arguments.choices(found):
        for rule in arguments.RULES:
            state = arguments.pulled(found, out, rule).data["state"]
            lost = {node for node, s in state.items() if s == "fallen"}
            assert lost == fallen_by_hand(out, rule), (out, rule)
            assert {node for node, s in state.items() if s == "out"} == set(out)
            assert rule == LOOSE or "weaker" not in state.values()


def test_the_lesson_turns_on_two_boxes_and_on_a_pair(found):
    cost = {
        (out, rule): len(fallen_by_hand(out.split(), rule) & ENDS)
        for out in ("N08", "N22", "N32", "N22 N32")
        for rule in arguments.RULES
    }
    assert cost["N08", STRICT] == 2 and cost["N22", STRICT] == 11 == max(
        len(fallen_by_hand([n], STRICT) & ENDS) for n in found.open_to_doubt
    )
    assert cost["N08", LOOSE] == 0 and cost["N22", LOOSE] == cost["N32", LOOSE] == 1
    assert cost["N22 N32", LOOSE] == 4
    tables_ = frame("argument_nodes"), frame("argument_edges")
    assert arguments.felled(*tables_, "N22") == 11
    assert arguments.felled(*tables_, ["N22", "N32"], strict=False) == 4


def test_costs_are_what_each_fells_alone_dearest_first():
    table = arguments.costs(frame("argument_nodes"), frame("argument_edges"))
    for row in table.to_dict("records"):
        for rule in arguments.RULES:
            assert row[rule] == len(fallen_by_hand([row["node_id"]], rule) & ENDS)
    assert list(table[STRICT]) == sorted(table[STRICT], reverse=True)
    assert list(table["node_id"][:2]) == ["N22", "N32"]


def test_the_sentence_says_how_many_fall_and_weaken(found):
    for out, rule in (((), STRICT), (("N22",), LOOSE), (("N22", "N32"), LOOSE), (("N08",), STRICT)):
        finding = arguments.pulled(found, out, rule)
        said = plain(toppling(finding, WIDE).sentence, {})
        fallen = fallen_by_hand(out, rule) & ENDS
        if not out:
            assert said == "Nothing is pulled: all 12 conclusions stand."
            continue
        assert f"{len(fallen)} of 12 conclusions fall" in said
        assert all(" ".join(WORDS[node]) in said for node in out)
        assert f"{len(fallen)} fallen" in finding.sentence


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_boxes_keep_their_place_lean_when_they_fall_and_later_the_farther(found, width):
    def boxes(out, rule=STRICT):
        marks = toppling(arguments.pulled(found, out, rule), width).marks
        return {m.key: m for m in marks if m.kind == "block"}

    still, moved = boxes(()), boxes(("N22",))
    assert still.keys() == moved.keys() == {n["node_id"] for n in NODES}
    assert all((still[n].x, still[n].y) == (moved[n].x, moved[n].y) for n in still)
    assert not any(m.turn for m in still.values())
    assert {n for n, m in moved.items() if m.turn} == {"N22", *fallen_by_hand(["N22"], STRICT)}
    later = [moved[n].later for n in ("N22", "N06", "N23", "N26", "N30", "N19", "N20", "N21")]
    assert later == sorted(set(later)) and later[0] == 0
    assert all("fallen" in m.words for n, m in moved.items() if m.turn > 0)


def test_pressing_pulls_puts_back_and_a_third_starts_anew(found):
    def sets(out, key):
        marks = toppling(arguments.pulled(found, out), WIDE).marks
        return next(m.sets for m in marks if m.key == key)["out"]

    assert sets((), "N22") == ("N22",) and sets(("N22",), "N22") == ()
    assert sets(("N22",), "N08") == ("N08", "N22") and sets(("N08", "N22"), "N22") == ("N08",)
    assert sets(("N08", "N22"), "N32") == ("N32",)
    assert sets(("N22",), "cost N08") == ("N08",) and sets(("N22",), "cost N22") == ()


def test_costs_stay_hidden_until_a_guess_was_put_to_the_test(found):
    for out, hidden in (((), True), (("N08",), False)):
        marks = {m.key: m for m in toppling(arguments.pulled(found, out), WIDE).marks}
        assert (marks["counts N22"].words == "?") is hidden
        assert ("pale N22" in marks) is not hidden
    assert (
        marks["counts N22"].words == "11 or 1" and marks["pale N22"].w == 11 * marks["pale N29"].w
    )


def test_a_box_lights_all_it_rests_on_and_its_card_names_its_reasons_and_row(built, found):
    _, _, wide = built.seen(built.opening)
    marks = {m.key: m for m in wide.marks}
    reasons = by_hand()
    for node in ENDS:
        rests, ahead = set(), set(reasons[node])
        while ahead:
            rests |= ahead
            ahead = set(chain.from_iterable(reasons[n] for n in ahead)) - rests
        lit = set(marks[node].lights)
        rests -= {node}  # a circle: it holds itself up through others
        assert {n for n in lit if n in WORDS} == rests
        assert lit - rests == {f"{a} > {b}" for b in rests | {node} for a in reasons[b]}
        assert all(" ".join(WORDS[n]) in marks[node].card[1] for n in reasons[node])
        assert marks[node].card[-1].endswith(f"[{node}]")
        assert "Emirates Policy Center (think tank)" in marks[node].card[-1]
    assert set(marks["N24"].lights) == {"N23"} and not marks["N24"].sets
    assert "works against" in marks["N24"].card[1]


def test_every_box_has_words_that_fit_it_and_no_arrow_passes_behind_another(built):
    assert PLACES.keys() - {""} == {n["node_id"] for n in NODES}
    for node, lines in WORDS.items():
        assert len(lines) == 2 and all(text_width(line, "small") < 98 for line in lines), node
    _, _, wide = built.seen(built.opening)
    boxes = [m for m in wide.marks if m.kind == "block"]
    for arrow in (m for m in wide.marks if m.kind == "arrow"):
        ends = arrow.key.split(" > ")
        for t in (n / 40 for n in range(1, 40)):
            bend = 3 * t * (1 - t) * arrow.w / 2 + t**3 * arrow.w
            x, y = arrow.x + bend, arrow.y + (3 * (1 - t) * t * t + t**3) * arrow.h
            behind = [b.key for b in boxes if b.x < x < b.x + b.w and b.y < y < b.y + b.h]
            assert set(behind) <= set(ends), (arrow.key, behind)


def test_boxes_do_not_touch_and_a_table_of_ones_own_is_drawn_too(found):
    extra = frame("argument_nodes").iloc[:3].copy()
    extra["node_id"] = ["Z1", "Z2", "Z3"]
    own = arguments.argument(pd.concat([frame("argument_nodes"), extra]), frame("argument_edges"))
    for argument in (found, own):
        for width in (NARROW, WIDE):
            scene = toppling(arguments.pulled(argument), width)
            boxes = [m.box for m in scene.marks if m.kind == "block"]
            assert len(boxes) == len(argument.texts)
            for a, b in combinations(boxes, 2):
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_in_the_toy_each_rule_fits_one_of_the_two_conclusions():
    toy = STAGES["6 toy_map"]()
    assert len(toy.ahead["states"]) == 2 * 2**3

    def state(out, rule):
        return toy.calculate(out=out, rule=rule).data["state"]

    assert {state(("A",), STRICT)[n] for n in "DE"} == {"fallen"}
    assert {state(("A",), LOOSE)[n] for n in "DE"} == {"weaker"}
    assert state(("A", "B"), LOOSE)["D"] == "fallen"
    assert state(("A", "B", "C"), LOOSE)["E"] == "fallen"


def test_what_cannot_be_pulled_is_said_in_a_sentence(found):
    with pytest.raises(PlainError, match="'N99'"):
        arguments.pulled(found, ("N99",))
    with pytest.raises(PlainError, match="not a known rule"):
        arguments.pulled(found, (), "some")


# Voices and stories


def test_voices_hold_every_statement_in_full_by_topic_and_nothing_later(monkeypatch):
    monkeypatch.chdir(TOP / "notebooks")
    page = voices.voices(frame("positions"))
    known = [r for r in rows("positions") if r["known_on"] <= "2020-12-31"]
    later = [r for r in rows("positions") if r["known_on"] > "2020-12-31"]
    assert later and len(page.table) == len(known)
    for r in known:
        assert f"{r['statement']}\n" in page.text and f"[{r['row_id']}]" in page.text
    assert not any(r["statement"] in page.text for r in later)
    assert page.html.count("<details") == len({r["topic"] for r in known}) == 4
    assert "Interfax (news agency), 12 December 2018 [Q33]" in page.text
    sources = {r["source_id"] for r in rows("sources")}
    assert not sources & set(page.text.replace("[", " ").replace("]", " ").split())


def test_stories_and_evidence_stand_in_full():
    told = voices.stories(frame("hypotheses")).text
    assert all(r["hypothesis"] in told and r["label"] in told for r in rows("hypotheses"))
    page = voices.weighed(frame("matrix"))
    for r in rows("matrix"):
        assert r["evidence"] in page.text and f"{r['reason']} [{r['row_id']}]" in page.text
    assert "Y1 neutral, Y2 inconsistent, Y3 consistent, Y4 inconsistent" in page.text


def test_cards_say_what_a_table_lacks():
    for make, name in ((voices.voices, "positions"), (voices.weighed, "matrix")):
        with pytest.raises(PlainError, match="no column"):
            make(frame(name).iloc[:, :2])
    with pytest.raises(PlainError, match="no column 'label'"):
        voices.stories(frame("hypotheses").drop(columns="label"))


def test_away_from_the_modules_folder_the_map_still_opens(monkeypatch, tmp_path):
    from brieflab.course.lesson_6.widgets import knock_out_map

    def nowhere(*_):
        raise PlainError("No tables here.")

    monkeypatch.setattr(tables, "load", nowhere)
    built = knock_out_map(frame("argument_nodes"), frame("argument_edges"))
    _, _, wide = built.seen(built.opening)
    cards = {m.key: m.card for m in wide.marks}
    assert cards["N22"][-1] == "Our reading of the brief, paragraph P13 [N22]"
