"""Lesson 1's stage and the map of the brief: their numbers by another way, and what they keep."""

import csv
import json
import re
from collections import Counter

import pytest

from brieflab import sheet
from brieflab.course.block_map import VERDICTS, block_map, finished, lessons_of, mapped
from brieflab.course.block_scene import LOOKS, block_rows
from brieflab.course.lesson_1.claims import CODES
from brieflab.course.lesson_1.grounds import GROUNDS, grounds, kinds_of
from brieflab.plain import PlainError
from brieflab.stage.scene import NARROW, WIDE, plain
from brieflab.tables import load
from browser import TOP
from stages import STAGES, frame

KINDS = {
    "fact": {"event", "number"},
    "attributed": {"attribution"},
    "interpretation": {"motive", "causal", "normative"},
    "forecast": {"forecast"},
}


def rows(name):
    with (TOP / "datasets" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shown(built, **choices):
    """Return a finding and its scenes, narrow and wide, at these choices."""
    finding = built.calculate(**choices)
    return finding, *(built.scene(finding, width) for width in (NARROW, WIDE))


# What each claim stands on


@pytest.fixture(scope="module")
def stands():
    return STAGES["1 claim_grounds"]()


@pytest.mark.parametrize("kinds", [CODES, ("fact",), ("interpretation", "forecast"), ()])
@pytest.mark.parametrize("ground", GROUNDS)
def test_as_many_marks_are_filled_as_claims_can_be_counted_by_hand(stands, kinds, ground):
    mine = [r for r in rows("claims") if any(r["claim_type"] in KINDS[kind] for kind in kinds)]
    holds = {
        "have a kind": lambda r: True,
        "name a source": lambda r: r["named_source"] != "",
        "can be checked": lambda r: r["checkable"] == "yes",
        "are hedged": lambda r: r["hedge"] != "",
    }[ground]
    filled = {r["claim_id"] for r in mine if holds(r)}
    in_part = {
        r["claim_id"] for r in mine if ground == "can be checked" and r["checkable"] == "partly"
    }
    finding, *scenes = shown(stands, ground=ground, kinds=kinds)
    for scene in scenes:
        marks = {m.key: m for m in scene.marks}
        solid = {
            k.split()[1] for k, m in marks.items() if k[:5] == "claim" and m.look[:5] == "solid"
        }
        assert solid == filled
        assert {k.split()[1] for k in marks if k[:4] == "core"} == in_part
        assert plain(scene.sentence, {"ground": ground}).startswith(
            f"{len(filled)} of {len(mine)} "
        )
    assert finding.data["yes"] == len(filled) and finding.data["partly"] == len(in_part)
    assert list(finding.table["Claims"]) == [
        sum(r["claim_type"] in KINDS[kind] for r in rows("claims"))
        for kind in CODES
        if kind in kinds
    ]


def test_a_claim_keeps_its_place_and_its_shape_whatever_is_asked(stands):
    for width in (NARROW, WIDE):
        seen = set()
        for kinds in (CODES, ("fact",), ()):
            for ground in GROUNDS:
                scene = stands.scene(stands.calculate(ground=ground, kinds=kinds), width)
                marks = [m for m in scene.marks if m.key.startswith("claim")]
                assert [m.key for m in marks] == [f"claim {r['claim_id']}" for r in rows("claims")]
                seen.add(tuple((m.key, m.kind, m.x, m.y, m.w) for m in marks))
        assert len(seen) == 1


def test_the_card_of_a_claim_says_how_it_was_coded_and_no_verdict(stands):
    _, scene, _ = shown(stands, ground="have a kind", kinds=CODES)
    cards = {m.key: m.card for m in scene.marks}
    assert "Forecast. " in cards["claim C007"][1]
    assert cards["claim C034"][1].startswith("Interpretation, motive. Names no source. Cannot be")
    assert "Names as its source Sputnik." in cards["claim C056"][1]
    verdicts = "|".join(VERDICTS)
    assert not re.search(rf"(?:{verdicts}):", str(list(cards.values())), re.I)


def test_the_question_changes_with_the_words_and_no_kind_is_a_state_too(stands):
    asks = {shown(stands, ground=g, kinds=CODES)[1].ask for g in GROUNDS}
    assert len(asks) == len(GROUNDS) and all(ask.strip() for ask in asks)
    finding, scene, _ = shown(stands, ground="are hedged", kinds=())
    assert "0 of 0 claims" in finding.sentence and "No kind is chosen" in scene.under[0]
    assert finding.table.empty


def test_words_that_are_not_known_are_told_so():
    every = kinds_of(frame("claims"))
    with pytest.raises(PlainError, match="guess"):
        grounds(every, ("guess",), "have a kind")
    with pytest.raises(PlainError, match="are nice"):
        grounds(every, CODES, "are nice")


# The map of the brief


def met():
    found = {}
    for row in rows("coverage"):
        found.setdefault(row["claim_id"], set()).add(int(row["lesson"]))
    return found


@pytest.mark.parametrize("lesson", range(1, 9))
def test_todays_claims_and_their_verdicts_are_those_of_the_tables(lesson):
    done = (1, 2, 4)
    verdict = {r["claim_id"]: r["verdict"] for r in rows("evidence")}
    finding = mapped(lesson, done, load())
    today = {c for c, lessons in met().items() if lesson in lessons}
    judged = {c: verdict[c] for c, lessons in met().items() if lessons & set(done)}
    assert finding.data["verdicts"] == dict(Counter(judged.values()))
    assert finding.sentence.startswith(f"The brief in 118 claims: {len(today)} are today's")
    for width in (NARROW, WIDE):
        marks = {m.key: m for m in block_rows(finding, width).marks}
        blocks = {k.split()[1]: m for k, m in marks.items() if k.startswith("claim")}
        assert list(blocks) == [r["claim_id"] for r in rows("claims")]
        for claim, mark in blocks.items():
            if claim in judged:
                assert (mark.look, mark.words) == LOOKS[judged[claim]]
                assert (f"today {claim}" in marks) == (claim in today)
            else:
                assert mark.look == ("solid ink" if claim in today else "open line")
                assert not mark.words and len(mark.card) == 2
    per_row = finding.table.set_index("Paragraph")
    assert per_row["Claims"].to_dict() == dict(Counter(r["paragraph_id"] for r in rows("claims")))
    assert per_row["Today's"].sum() == len(today)


def test_no_two_verdicts_look_alike_without_colour():
    signs = [sign for _, sign in LOOKS.values()]
    assert (
        len(set(signs)) == len(LOOKS) == len({r["verdict"] for r in rows("evidence")} | set(LOOKS))
    )


def test_a_finished_claim_names_its_sources_in_words_and_none_of_later_years():
    finding = mapped(8, tuple(range(1, 9)), load())
    marks = block_rows(finding, WIDE).marks
    cards = {m.key.split()[1]: m.card for m in marks if m.key.startswith("claim")}
    assert cards["C003"][2].startswith(
        "UrduPoint carrying Sputnik (state media), 11 November 2020; "
    )
    assert cards["C003"][-1].endswith("[C003] [E003]")
    told = " ".join(card[2] for card in cards.values() if len(card) == 4)
    assert not re.search(r"\b20(2[1-9])\b", told)
    closed = {row[k] for row in rows("later_evidence") for k in row if len(row[k]) > 60}
    assert closed and not [text for text in closed if text in str(cards)]


def test_a_paragraph_opens_our_digest():
    marks = {m.key: m for m in block_rows(mapped(2, (), load()), NARROW).marks}
    row = next(r for r in rows("paragraphs") if r["paragraph_id"] == "P03")
    assert marks["row P03"].card == (row["section"], row["digest"], "Our digest [P03]")
    assert marks["row P03"].look == "strong ink" and marks["row P17"].look == "words soft"


def test_finished_is_read_from_the_last_vote_or_an_answer_to_the_exercise():
    kept = sheet.empty()
    assert finished(kept) == ()
    kept["votes"] = {"1 after": "drop it", "2 before": "yes", "x after": "no", "after": "no"}
    kept["answers"] = {
        "3.1": {"state": "right"},
        "4.1": {"state": "wrong"},
        "5.6": {"state": "recorded"},
        "6.1": {"state": "blank"},
    }
    assert finished(kept) == (1, 3, 5)


def test_the_map_follows_the_sheet_and_keeps_nothing_else_of_it(sheet_path, monkeypatch):
    monkeypatch.chdir(TOP / "notebooks")
    kept = sheet.empty()
    kept["learner"] = {"id": "s0canary", "name": "Canary Name"}
    kept["votes"] = {"1 after": "canary vote", "2 before": "canary before"}
    kept["codings"] = {"1": {"C005": "canary code"}}
    kept["answers"] = {"2.1": {"value": "canary", "at": sheet.now(), "state": "right"}}
    sheet.save(kept)
    built = block_map(3)
    assert built.calculate().data["verdicts"] == mapped(3, (1, 2), load()).data["verdicts"]
    assert "canary" not in (json.dumps(built.ahead) + built.text + built.fragment()).lower()


def test_the_map_opens_as_finished_and_a_switch_shows_all_lessons_before(sheet_path, monkeypatch):
    monkeypatch.chdir(TOP / "notebooks")
    built = block_map(4)
    assert built.complete and len(built.ahead["states"]) == 2
    opening, other = (built.seen(at)[0].data["verdicts"] for at in ((0,), (1,)))
    assert opening == {} and other == mapped(4, (1, 2, 3), load()).data["verdicts"]
    assert block_map(1).controls == {}
    sheet_path.write_text('{"schema": 3, "module": "", "answers": {}}')
    assert block_map(4).calculate().data["verdicts"] == {}


def test_a_lesson_without_claims_is_told_so():
    with pytest.raises(PlainError, match="9"):
        mapped(9, (), load())


def test_every_claim_is_met_in_a_lesson():
    assert {c: set(n) for c, n in lessons_of(frame("coverage")).items()} == met()
    assert set(met()) == {r["claim_id"] for r in rows("claims")}


def test_what_a_map_adds_to_a_notebook_is_small(sheet_path, monkeypatch):
    monkeypatch.chdir(TOP / "notebooks")
    assert max(len(block_map(lesson).fragment()) for lesson in range(1, 9)) < 75_000
