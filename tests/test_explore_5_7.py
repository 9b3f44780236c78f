"""Lessons 5 to 7: tracks, arguments, forecasts, each against a computation of its own."""

import csv
import gc
import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

from brieflab import sheet
from brieflab.course.lesson_5 import tracks
from brieflab.course.lesson_6 import arguments
from brieflab.course.lesson_7 import forecasts
from brieflab.course.lesson_7 import widgets as widgets_7
from brieflab.plain import PlainError

DATA = Path(__file__).resolve().parent.parent / "datasets"
OUTCOMES = DATA / "outcomes.csv"
HELD = {"held", "suspended", "convened_no_session"}


def rows(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(name):
    return pd.read_csv(DATA / f"{name}.csv")


MEETINGS, PARTICIPANTS = table("meetings"), table("participants")
NODES, EDGES = table("argument_nodes"), table("argument_edges")
FORECASTS, MATRIX = table("forecasts"), table("matrix")


def live_figures():
    gc.collect()
    return sum(isinstance(thing, Figure) for thing in gc.get_objects())


# ---- lesson 5: tracks

NOTES = {
    "geneva": {2012: 1, 2014: 3, 2016: 3, 2017: 5, 2018: 1},
    "constitutional_committee": {2019: 2, 2020: 2, 2021: 2, 2022: 2},
    "astana": {2017: 8, 2018: 3, 2019: 3, 2021: 3, 2022: 2, 2023: 1, 2024: 2},
    "trilateral_summit": {2017: 1, 2018: 2, 2019: 2, 2020: 1, 2022: 1},
    "sochi_congress": {2018: 1},
    "refugee_conference": {2018: 1, 2020: 2, 2021: 2, 2022: 2, 2023: 1},
}
"""The table of the research notes: meetings that took place, by year of their start."""


def by_hand(unit, start, end, committee, as_of="2020-12-31"):
    """Rounds or days by (year, track), from the file, without pandas."""
    filed = {"own track": "constitutional_committee", "Geneva": "geneva", "Sochi": "sochi_congress"}
    out = {}
    for row in rows("meetings"):
        first = date.fromisoformat(row["start_date"])
        if row["status"] not in HELD or row["known_on"] > as_of or row["track"] == "other":
            continue
        if start <= first.year <= end:
            track = row["track"]
            track = filed[committee] if track == "constitutional_committee" else track
            amount = 1
            if unit == "days":
                amount = (date.fromisoformat(row["end_date"]) - first).days + 1
            out[first.year, track] = out.get((first.year, track), 0) + amount
    return out


def test_rounds_reproduce_the_table_of_the_notes():
    counted = tracks.rounds(MEETINGS, end=2024, as_of="2024-12-31")
    for track, years in NOTES.items():
        assert {y: n for y, n in counted[track].items() if n} == years


@pytest.mark.parametrize("committee", tracks.COMMITTEE)
@pytest.mark.parametrize("unit", tracks.UNITS)
@pytest.mark.parametrize("start, end", [(2012, 2020), (2017, 2020), (2018, 2018), (2013, 2013)])
def test_rounds_and_days_by_year_and_track(unit, committee, start, end):
    counted = tracks.rounds(MEETINGS, unit, start, end, committee)
    assert list(counted.index) == list(range(start, end + 1))
    assert not counted.isna().any().any()
    found = {(y, t): n for t in counted for y, n in counted[t].items() if n}
    assert found == by_hand(unit, start, end, committee)


@pytest.mark.parametrize("unit", tracks.UNITS)
def test_the_committee_is_counted_once_wherever_it_is_filed(unit):
    totals = {tracks.rounds(MEETINGS, unit, committee=c).to_numpy().sum() for c in tracks.COMMITTEE}
    assert len(totals) == 1


def test_what_became_known_later_is_not_counted():
    assert tracks.rounds(MEETINGS, end=2024).loc[2021:].to_numpy().sum() == 0


@pytest.mark.parametrize(
    "unit, committee, leader",
    [
        ("rounds", "own track", "Astana"),
        ("rounds", "Geneva", "Geneva"),
        ("rounds", "Sochi", "Astana"),
        ("days", "own track", "Geneva"),
        ("days", "Sochi", "Geneva"),
    ],
)
def test_unit_and_coding_decide_who_leads(unit, committee, leader):
    finding = tracks.window(MEETINGS, unit=unit, committee=committee)
    assert finding.data["leaders"] == [leader]
    assert finding.sentence.startswith(f"{leader} leads by {unit}")
    assert str(max(finding.data["totals"].values())) in finding.alt


def test_days_met_of_the_two_sides():
    assert tracks.days_met(MEETINGS, "astana", "2017-01-01") == 28
    assert tracks.days_met(MEETINGS, ["geneva", "constitutional_committee"], "2017-01-01") == 72
    assert tracks.days_met(MEETINGS, "astana", end="2024-12-31") == 44


def silent_days(chosen, start, end="2020-12-31"):
    """The longest run without a sitting, found by walking through the calendar day by day."""
    busy = set()
    for row in rows("meetings"):
        if row["track"] in chosen and row["status"] in HELD and start <= row["start_date"] <= end:
            day = date.fromisoformat(row["start_date"])
            while day <= date.fromisoformat(row["end_date"]):
                busy.add(day)
                day += timedelta(days=1)
    ordered = sorted(busy)
    return max((b - a).days for a, b in zip(ordered, ordered[1:]))


@pytest.mark.parametrize("chosen", [["geneva", "constitutional_committee"], ["geneva"], ["astana"]])
@pytest.mark.parametrize("start", ["2012-01-01", "2017-01-01"])
def test_longest_gap_is_that_of_the_calendar(chosen, start):
    assert tracks.longest_gap(MEETINGS, chosen, start).days == silent_days(chosen, start)


def test_longest_gap_since_astana_began_and_before():
    assert tracks.longest_gap(MEETINGS) == (642, "GEN-09", "CC-01")
    assert tracks.longest_gap(MEETINGS, start="2012-01-01") == (713, "GEN-02C", "GEN-03A")


def test_a_meeting_within_another_does_not_shorten_the_gap():
    long = MEETINGS[MEETINGS["meeting_id"].isin(["GEN-04", "GEN-05", "GEN-06"])].copy()
    long.loc[long["meeting_id"] == "GEN-04", "end_date"] = "2017-05-01"
    assert tracks.longest_gap(long, "geneva") == (15, "GEN-04", "GEN-06")


def test_between_finds_the_rounds_held_in_the_gap():
    met = tracks.between(MEETINGS, "GEN-09", "CC-01")["track"].value_counts()
    assert (met["astana"], met["trilateral_summit"], met["sochi_congress"]) == (5, 4, 1)
    assert "geneva" not in met


def test_between_leaves_out_the_tracks_of_the_two_meetings():
    met = set(tracks.between(MEETINGS, "GEN-04", "GEN-07")["meeting_id"])
    assert met == {"AST-03", "AST-04", "AST-05", "BRU-I"}


def test_an_actor_named_twice_at_a_meeting_was_there_once():
    twice = pd.concat([PARTICIPANTS, PARTICIPANTS])
    presence = tracks.presence_by_track(PARTICIPANTS, MEETINGS)
    assert tracks.presence_by_track(twice, MEETINGS).equals(presence)


def test_presence_by_track_counts_meetings_not_rows():
    held = {
        r["meeting_id"]: r["track"]
        for r in rows("meetings")
        if r["status"] in HELD and r["known_on"] <= "2020-12-31" and r["track"] != "other"
    }
    expected = {}
    for r in rows("participants"):
        if r["meeting_id"] in held and r["role"] in tracks.PRESENT:
            expected.setdefault((r["actor"], held[r["meeting_id"]]), set()).add(r["meeting_id"])
    presence = tracks.presence_by_track(PARTICIPANTS, MEETINGS)
    found = {(a, t): n for t in presence for a, n in presence[t].items() if n}
    assert found == {key: len(ids) for key, ids in expected.items()}
    assert list(presence.columns) == list(tracks.TRACKS)


def test_network_names_every_actor_it_draws():
    shown = tracks.network(PARTICIPANTS, MEETINGS, least=3)
    presence = tracks.presence_by_track(PARTICIPANTS, MEETINGS)
    assert set(shown.table.index) == set(presence.index[presence.sum(axis=1) >= 3])
    assert all(actor in shown.alt for actor in shown.table.index)
    assert "United Nations" in shown.finding and "Source" not in shown.alt
    assert "<img alt=" in shown._repr_html_()


def test_hollow_markers_are_the_meetings_that_were_only_announced():
    finding = tracks.window(MEETINGS)
    figure = Figure()
    tracks.draw_window(figure, finding)
    hollow = [
        p
        for p in figure.axes[0].collections
        if len(p.get_offsets())
        and len(p.get_facecolor())
        and tuple(p.get_facecolor()[0][:3]) == (1, 1, 1)
    ]
    assert sum(len(p.get_offsets()) for p in hollow) == 3
    assert "3 hollow markers" in finding.alt
    markers = {m for m, _ in tracks._LOOK.values()}
    assert len(markers) == len(tracks.TRACKS)


@pytest.mark.parametrize(
    "wrong, said",
    [
        (lambda: tracks.rounds(MEETINGS, unit="weeks"), "'weeks' is not a known unit"),
        (lambda: tracks.rounds(MEETINGS, committee="Astana"), "place for the Committee"),
        (lambda: tracks.rounds(MEETINGS, start=2020, end=2012), "no later than the end"),
        (lambda: tracks.rounds(MEETINGS.drop(columns="status")), "no column 'status'"),
        (lambda: tracks.longest_gap(MEETINGS, "vienna"), "'vienna' is not a known track"),
        (lambda: tracks.longest_gap(MEETINGS, start="2020-12-01"), "needs two meetings"),
        (lambda: tracks.between(MEETINGS, "GEN-99", "CC-01"), "'GEN-99' is not a known"),
        (lambda: tracks.network(PARTICIPANTS, MEETINGS, least=99), "smaller number"),
        (lambda: tracks.presence_by_track(PARTICIPANTS[["actor"]], MEETINGS), "no column"),
    ],
)
def test_tracks_say_in_a_sentence_what_is_wrong(wrong, said):
    with pytest.raises(PlainError, match=said):
        wrong()


# ---- lesson 6: arguments


def supports():
    """reason -> set of what it supports, from the file."""
    blockers = {r["from_node"] for r in rows("argument_edges") if r["relation"] == "blocks"}
    out = {r["node_id"]: set() for r in rows("argument_nodes")}
    for r in rows("argument_edges"):
        push_back = r["relation"] == "pressures" and r["to_node"] in blockers
        if r["relation"] != "blocks" and not push_back:
            out[r["from_node"]].add(r["to_node"])
    return out


def walk(links, start, avoid=()):
    seen, todo = set(), [start]
    while todo:
        for node in links[todo.pop()]:
            if node not in seen and node not in avoid:
                seen.add(node)
                todo.append(node)
    return seen


@pytest.mark.parametrize("node", NODES["node_id"])
def test_reachability_against_a_plain_walk(node):
    links = supports()
    assert arguments.supported_by(EDGES, node) == sorted(walk(links, node) - {node})
    below = {n for n in links if node in walk(links, n)} - {node}
    assert arguments.rests_on(EDGES, node) == sorted(below)


def expected_status(node, false, rule):
    links = supports()
    if not any(node in walk(links, f) for f in false):
        return "untouched"
    if rule == "all are needed":
        return "unsupported"
    supported = set().union(*links.values())
    roots = [n for n in links if n not in supported and n not in false]
    held = any(node in walk(links, root, avoid=false) for root in roots)
    return "weakened" if held else "unsupported"


@pytest.mark.parametrize("rule", arguments.RULES)
@pytest.mark.parametrize(
    "false",
    [[n] for n in NODES["node_id"]] + [[], ["N19", "N22"], ["N07", "N29", "N19"], ["N22", "N32"]],
)
def test_knock_out_of_every_statement(false, rule):
    found = arguments.knock_out(NODES, EDGES, false, rule).set_index("node_id")["status"]
    ends = {
        n["node_id"] for n in rows("argument_nodes") if n["kind"] in ("expected gain", "interest")
    }
    assert set(found.index) == ends
    for node, status in found.items():
        assert status == ("marked false" if node in false else expected_status(node, false, rule))


def test_one_instrument_alone_carries_four_gains():
    lost = arguments.knocked(NODES, EDGES, ["N19"]).data["groups"]["fallen"]
    assert lost == ["N20", "N21", "N25", "N31"]
    table = arguments.knock_out(NODES, EDGES, ["N19"]).set_index("node_id")
    assert tuple(table.loc["N21", ["left", "lost"]]) == ("none", "N20")
    assert table.loc["N28", "status"] == "weakened" and table.loc["N28", "lost"] == "N19"


def toy(*links):
    return pd.DataFrame([dict(zip(("from_node", "to_node", "relation"), link)) for link in links])


def test_a_circle_does_not_hold_itself_up():
    edges = toy(("A", "B", "enables"), ("B", "C", "enables"), ("C", "B", "enables"))
    assert arguments.statuses(edges, ["A"]) == {
        "A": "marked false",
        "B": "unsupported",
        "C": "unsupported",
    }
    assert set(arguments.statuses(edges, []).values()) == {"untouched"}


def test_two_reasons_joint_or_independent():
    edges = toy(("A", "C", "enables"), ("B", "C", "funds"))
    assert arguments.statuses(edges, ["A"])["C"] == "weakened"
    assert arguments.statuses(edges, ["A"], "all are needed")["C"] == "unsupported"
    assert arguments.statuses(edges, ["A", "B"])["C"] == "unsupported"


def test_blocking_and_pressure_on_an_obstacle_are_no_support():
    edges = toy(("A", "B", "blocks"), ("C", "A", "pressures"), ("C", "D", "pressures"))
    assert arguments.supported_by(edges, "C") == ["D"]
    assert arguments.supported_by(edges, "A") == []


def test_the_matrix_rests_on_rows_known_in_2020():
    known = {r["row_id"]: r for name in ("evidence", "positions") for r in rows(name)}
    for row in rows("matrix"):
        source = known[row["evidence_id"]]
        assert row["known_on"] == source["known_on"] <= "2020-12-31"
        assert row["source_id"] == source["source_id"]
    sources = {r["source_id"] for r in rows("sources")}
    ids = set(known) | {r["claim_id"] for r in rows("claims")}
    for row in rows("hypotheses"):
        assert set(row["source_id"].split(";")) <= sources
        assert set(row["basis_ids"].split(";")) <= ids
    assert [r["row_id"] for r in rows("hypotheses")] == arguments.hypotheses_in(MATRIX)


def test_most_evidence_tells_no_rivals_apart():
    found = arguments.diagnosticity(MATRIX)["discriminates"]
    expected = {
        r["evidence_id"]: len({r["Y1"], r["Y2"], r["Y3"], r["Y4"]}) > 1 for r in rows("matrix")
    }
    assert found.to_dict() == expected and sum(expected.values()) < len(expected) / 2
    against = {
        y: sum(r[y] == "inconsistent" for r in rows("matrix")) for y in ("Y1", "Y2", "Y3", "Y4")
    }
    assert arguments.inconsistent(MATRIX).to_dict() == against
    assert arguments.least_inconsistent(MATRIX) == [
        y for y in against if against[y] == min(against.values())
    ]


def test_two_different_fits_are_enough_to_discriminate():
    matrix = pd.DataFrame({"Y1": ["consistent", "neutral"], "Y2": ["inconsistent", "neutral"]})
    assert list(arguments.diagnosticity(matrix)["discriminates"]) == [True, False]


def test_least_inconsistent_keeps_ties_and_ignores_what_fits():
    matrix = pd.DataFrame(
        {
            "Y1": ["consistent", "inconsistent"],
            "Y2": ["neutral", "neutral"],
            "Y3": ["neutral", "consistent"],
        }
    )
    assert arguments.least_inconsistent(matrix) == ["Y2", "Y3"]


@pytest.mark.parametrize(
    "wrong, said",
    [
        (lambda: arguments.knock_out(NODES, EDGES, ["N99"]), "'N99' is not a known"),
        (lambda: arguments.knock_out(NODES, EDGES, ["N19"], "some"), "'some' is not a known rule"),
        (lambda: arguments.rests_on(EDGES, "X"), "'X' is not a known"),
        (lambda: arguments.support(EDGES.drop(columns="relation")), "no column 'relation'"),
        (lambda: arguments.knock_out(NODES.drop(columns="kind"), EDGES, []), "no column 'kind'"),
        (lambda: arguments.diagnosticity(MATRIX[["evidence"]]), "no column for a hypothesis"),
        (
            lambda: arguments.inconsistent(MATRIX.replace("neutral", "maybe")),
            "'maybe' is not a known fit",
        ),
        (
            lambda: arguments.inconsistent(MATRIX.replace({"Y1": {"neutral": None}})),
            "cells of the matrix are empty",
        ),
    ],
)
def test_arguments_say_in_a_sentence_what_is_wrong(wrong, said):
    with pytest.raises(PlainError, match=said):
        wrong()


def test_pictures_are_the_same_in_every_run(tmp_path):
    code = (
        "import pandas as pd, hashlib;"
        "from brieflab.course.lesson_6 import widgets as a; from brieflab.course.lesson_5 import tracks as t;"
        "r = lambda n: pd.read_csv(f'datasets/{n}.csv');"
        "w = a.knock_out_map(r('argument_nodes'), r('argument_edges')).fragment();"
        "s = t.network(r('participants'), r('meetings'));"
        "print(hashlib.sha256((w + s.picture).encode()).hexdigest())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=DATA.parent,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


# ---- lesson 7: forecasts


@pytest.fixture
def empty_sheet(sheet_path, monkeypatch):
    """A sheet of this test's own, seen from a folder in which the lessons lie."""
    monkeypatch.chdir(DATA.parent / "notebooks")
    return sheet_path


P = {
    "F01": 0.1,
    "F02": 0.8,
    "F04": 0.3,
    "F10": 0.05,
    "F14": 0.2,
    "F15": 0.1,
    "F18": 0.1,
    "F19": 0.4,
}
YES = {r["forecast_id"]: r["outcome"] == "yes" for r in rows("outcomes")}
OPEN = (
    forecasts.reveal,
    forecasts.outcomes,
    widgets_7.recall,
    forecasts.scores,
    forecasts.epilogue,
)


def typed(values):
    return {name: str(value) for name, value in values.items()}


def locked_form():
    form = widgets_7.lock_then_reveal(FORECASTS)
    assert "Your 8 forecasts are locked" in form.hear({"finish": typed(P), "sure": True})["done"]
    return form


def test_the_lesson_set_mixes_outcomes_and_holds_nested_pairs():
    chosen = set(forecasts.LESSON_SET)
    assert len(chosen) == 8 and {YES[f] for f in chosen} == {True, False}
    nested = [
        r
        for r in rows("forecasts")
        if r["nested_in"] and {r["forecast_id"], r["nested_in"]} <= chosen
    ]
    assert len(nested) >= 2


def test_clues_are_those_of_2020_and_every_question_has_some():
    known = {
        r["row_id"]: r["known_on"] for n in ("evidence", "timeline", "positions") for r in rows(n)
    }
    published = {r["source_id"]: r["published"] for r in rows("sources")}
    named = " ".join(forecasts.CLUES.values()).split()
    assert all(known[row] <= "2020-12-31" for row in named)
    for claim in {r["claim_id"] for r in rows("forecasts")}:
        shown = forecasts.clues(claim)
        assert len(shown) >= 2 and shown["known_on"].max() <= "2020-12-31"
        assert set(forecasts.CLUES[claim].split()) < set(shown["row_id"])
        named = ";".join(shown["source_id"]).split(";")
        assert max(published.get(source, "") for source in named) <= "2020-12-31"
    in_the_lesson = " ".join(
        f"{forecasts.CLUES[r['claim_id']]} {r['claim_id'].replace('C', 'E')}"
        for r in rows("forecasts")
        if r["forecast_id"] in P
    ).split()
    for table in ("timeline", "positions", "evidence"):  # a row can be opened with all its sources
        for row in (r for r in rows(table) if r["row_id"] in in_the_lesson):
            for source in filter(None, row["source_id"].split(";")):
                assert published[source] <= "2020-12-31", row["row_id"]


def test_clues_of_an_earlier_day_are_fewer():
    assert set(forecasts.clues("C043", "2020-11-11")["row_id"]) == {"D17", "Q13"}


def test_as_of_keeps_the_day_itself():
    dates = pd.DataFrame({"known_on": ["2020-12-30", "2020-12-31", "2021-01-01"]})
    assert list(forecasts.as_of(dates).index) == [0, 1]
    assert list(forecasts.as_of(dates, "2020-12-30").index) == [0]
    with pytest.raises(PlainError, match="no column 'known_on'"):
        forecasts.as_of(FORECASTS)


@pytest.mark.parametrize(
    "typed, value",
    [("0.7", 0.7), ("0,7", 0.7), ("70 %", 0.7), ("70%", 0.7), (1, 1.0), (" 0 ", 0.0)],
)
def test_to_probability_reads(typed, value):
    assert forecasts.to_probability(typed) == pytest.approx(value)


@pytest.mark.parametrize("typed", ["", "likely", "70", -0.1, "1.01", "nan", "inf", "170 %", None])
def test_to_probability_refuses(typed):
    with pytest.raises(PlainError, match="is not a probability"):
        forecasts.to_probability(typed)


@pytest.mark.parametrize(
    "typed, value",
    [
        ("30", 0.3), ("30 %", 0.3), ("0.3", 0.3), ("0,3", 0.3), (".3", 0.3), ("1", 0.01), ("1.0", 1),
        ("0", 0), ("0.0", 0), ("100", 1), ("100%", 1), ("2.5", 0.025), ("0.5 %", 0.005), (" 7 ", 0.07),
        ("29", 0.29), ("33.333", 0.33333),
    ],
)  # fmt: skip
def test_per_cent_is_read_kindly(typed, value):
    assert forecasts.read_per_cent(typed) == value


@pytest.mark.parametrize("typed", ["", "likely", "-1", "101", "1e1", "nan", "30 %%", "1.2.3", "٣"])
def test_what_is_no_per_cent_is_refused(typed):
    with pytest.raises(PlainError, match="is no probability"):
        forecasts.read_per_cent(typed)


@pytest.mark.parametrize(
    "p, o, score", [(0, 0, 0), (0, 1, 1), (1, 1, 0), (0.5, 1, 0.25), (0.2, 1, 0.64)]
)
def test_brier(p, o, score):
    assert forecasts.brier(p, o) == pytest.approx(score)
    assert forecasts.brier(pd.Series([p]), pd.Series([o]))[0] == pytest.approx(score)


@pytest.mark.parametrize("p, o, said", [(70, 1, "divide per cent"), (0.5, 2, "1 .yes. or 0")])
def test_brier_refuses(p, o, said):
    with pytest.raises(PlainError, match=said):
        forecasts.brier(p, o)


def test_brier_table_against_sums_by_hand():
    found = forecasts.brier_table(P, table("outcomes")).set_index("forecast_id")
    share = sum(YES[f] for f in P) / len(P)
    for f, p in P.items():
        assert found.loc[f, "brier"] == pytest.approx((p - YES[f]) ** 2)
        assert found.loc[f, "half"] == 0.25
        assert found.loc[f, "always_no"] == YES[f]
        assert found.loc[f, "base_rate"] == pytest.approx((share - YES[f]) ** 2)


def test_coherence_flags_the_narrower_event_that_got_more():
    pairs = forecasts.coherence({**P, "F15": 0.6}, FORECASTS).set_index("narrower")
    assert set(pairs.index) == {"F15", "F18"}
    assert not pairs.loc["F15", "coherent"] and pairs.loc["F18", "coherent"]


def test_hindsight_turns_the_sign_where_the_answer_was_no():
    shift = forecasts.hindsight(
        {"F01": 0.4, "F02": 0.4}, {"F01": 0.1, "F02": 0.5}, table("outcomes")
    )
    assert list(shift["difference"]) == pytest.approx([-0.3, 0.1])
    assert list(shift["towards_outcome"]) == pytest.approx([0.3, 0.1])


@pytest.mark.parametrize("step", OPEN)
def test_before_the_lock_every_step_says_one_sentence(step, empty_sheet):
    note = step()
    assert note.text == forecasts.CLOSED and note.tables == []
    assert repr(note) == note.text and "<table" not in note._repr_html_()


def test_a_draft_opens_nothing_and_survives(empty_sheet):
    form = widgets_7.lock_then_reveal(FORECASTS)
    assert form.hear({"hello": True}) == {"typed": {}}
    kept = form.hear({"keep": {**typed(P), "F99": "1"}})
    assert kept["said"] == "8 of 8 have a number. Kept in your answer sheet."
    assert forecasts.reveal().tables == []
    again = widgets_7.lock_then_reveal(FORECASTS).hear({"hello": True})["typed"]
    assert {i: float(per_cent) / 100 for i, per_cent in again.items()} == P


def test_what_cannot_be_read_is_refused_where_it_stands_and_kept(empty_sheet):
    form = widgets_7.lock_then_reveal(FORECASTS)
    wrong = {**typed(P), "F01": "likely", "F02": "101", "F10": " "}
    answer = form.hear({"finish": wrong, "sure": True})
    assert answer["wrong"] == {
        "F01": "“likely” is no probability: type a number from 0 to 100.",
        "F02": "“101” is no probability: type a number from 0 to 100.",
        "F10": "No number yet: a guess is an answer too.",
    }
    assert "F01, F02, F10. F01 comes first" in answer["said"] and forecasts.locked() is None
    assert form.hear({"keep": wrong})["said"].startswith("5 of 8")
    again = widgets_7.lock_then_reveal(FORECASTS).hear({"hello": True})["typed"]
    assert again["F01"] == "likely" and again["F14"] == "20" and "F10" not in again


def test_a_draft_of_the_first_version_opens_as_it_was_meant(empty_sheet):
    draft = {
        "at": sheet.now(),
        "probabilities": {"F01": "1", "F02": "0,3", "F04": "60", "F10": "5 %"},
    }
    sheet.update(lambda found: found["locks"].update(draft=draft))
    form = widgets_7.lock_then_reveal(FORECASTS)
    shown = form.hear({"hello": True})["typed"]
    assert shown == {"F01": "100", "F02": "30", "F04": "60", "F10": "5"}


def test_the_lock_needs_all_eight_and_a_tick(empty_sheet):
    form = widgets_7.lock_then_reveal(FORECASTS)
    fewer = {f: p for f, p in typed(P).items() if f != "F10"}
    assert list(form.hear({"finish": fewer, "sure": True})["wrong"]) == ["F10"]
    assert "Tick" in form.hear({"finish": typed(P), "sure": False})["said"]
    assert forecasts.locked() is None
    assert "done" in form.hear({"finish": typed(P), "sure": True})
    assert forecasts.locked()["probabilities"] == P


@pytest.mark.parametrize("narrower, wider", [("F15", "F14"), ("F18", "F19")])
def test_a_narrower_event_that_got_more_is_not_locked(narrower, wider, empty_sheet):
    crossed = {**P, narrower: 0.3, wider: 0.05}
    form = widgets_7.lock_then_reveal(FORECASTS)
    answer = form.hear({"finish": typed(crossed), "sure": True})
    assert list(answer["wrong"]) == [narrower]
    assert f"you give it 30 %, and {wider} only 5 %." in answer["wrong"][narrower]
    with pytest.raises(PlainError, match=f"{narrower} lies inside {wider}"):
        forecasts.lock(crossed)
    assert forecasts.locked() is None
    even = {**P, narrower: 0.3, wider: 0.3}
    assert "done" in form.hear({"finish": typed(even), "sure": True})


def test_the_lock_hides_and_disables_the_numbers(empty_sheet):
    form = locked_form()
    for again in (form, widgets_7.lock_then_reveal(FORECASTS)):
        answer = again.hear({"hello": True})
        assert set(answer) == {"done", "quiet"} and "Your 8 forecasts are locked" in answer["done"]
        assert not any(str(p) in str(answer) for p in P.values()) and "%" not in str(answer)
    assert "draft" not in sheet.load()["locks"]
    assert not any(str(p) in repr(forecasts.reveal()) for p in (0.05, 0.8, 0.3))


def test_a_lock_is_not_changed(empty_sheet):
    locked_form()
    with pytest.raises(PlainError, match="a lock is not changed"):
        forecasts.lock(dict.fromkeys(P, 0.5))
    assert forecasts.locked()["probabilities"] == P


def test_the_seal_is_the_hash_of_time_and_numbers(empty_sheet):
    entry = locked_form() and forecasts.locked()
    content = json.dumps(
        {"at": entry["at"], "probabilities": P}, sort_keys=True, separators=(",", ":")
    )
    assert entry["hash"] == sha256(content.encode()).hexdigest()


def by_hand_edit(path, change):
    found = json.loads(path.read_text(encoding="utf-8"))
    change(found["locks"])
    path.write_text(json.dumps(found), encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        lambda locks: locks["forecasts"]["probabilities"].update(F01=0.0),
        lambda locks: locks["forecasts"]["probabilities"].pop("F01"),
        lambda locks: locks["forecasts"].update(at="2020-12-31T00:00:00.000000Z"),
        lambda locks: locks["forecasts"].update(hash="0" * 64),
        lambda locks: locks["forecasts"].pop("hash"),
        lambda locks: locks.update(forecasts="gone"),
        lambda locks: locks.pop("forecasts"),
    ],
)
def test_an_edit_by_hand_is_noticed_and_said(change, empty_sheet):
    locked_form()
    forecasts.reveal()
    by_hand_edit(empty_sheet, change)
    for step in OPEN:
        note = step()
        assert "no longer match their seal" in note.text and note.tables == []
    form = widgets_7.lock_then_reveal(FORECASTS)
    assert "no longer match" in form.hear({"hello": True})["done"]


def test_outcomes_then_recall_then_scores(empty_sheet):
    locked_form()
    waits = widgets_7.recall()
    assert "Run reveal() first" in waits.text and forecasts.recalled() is None
    assert forecasts.scores().text == forecasts.RECALL_FIRST
    shown = forecasts.reveal().tables[0][1].set_index("forecast_id")["outcome"]
    assert shown.to_dict() == {f: "yes" if YES[f] else "no" for f in P}
    assert forecasts.scores().tables == []
    both = widgets_7.recall()
    form, mine = both.form, typed({**P, "F02": 0.9, "F01": "30 %"})
    assert set(form.asked) == set(P) and form.hear({"hello": True}) == {"typed": {}}
    assert form.hear({"keep": mine}) == {"said": "8 of 8 have a number."}
    assert "Tick" in form.hear({"finish": mine, "sure": False})["said"]
    assert len(both.children) == 1
    assert "recorded" in form.hear({"finish": mine, "sure": True})["done"]
    assert len(both.children) == 2 and "done" in form.hear({"hello": True})
    assert "none of your eight questions are settled" in widgets_7.recall().text
    assert forecasts.recalled() == {**P, "F02": 0.9, "F01": 0.3}
    note = forecasts.scores()
    mean = sum((p - YES[f]) ** 2 for f, p in P.items()) / len(P)
    assert f"mean Brier score is {mean:.3f}: lower, so better" in note.text
    assert f"moved by {abs(0.1 - 0.2) / 8:.3f} on average, away from" in note.text
    assert "2, all coherent" in note.text
    with pytest.raises(PlainError, match="recorded already"):
        forecasts.record_recall(P)


def test_scores_beside_the_class(empty_sheet, tmp_path):
    locked_form()
    forecasts.reveal()
    forecasts.record_recall(P)
    means = tmp_path / "means.csv"
    pd.DataFrame({"forecast_id": list(P), "mean_probability": 0.5}).to_csv(means, index=False)
    caption, compared = forecasts.scores(class_means=means).tables[-1]
    assert caption == "You and the class" and set(compared["class_brier"]) == {0.25}
    assert "No class means" in forecasts.scores(class_means=tmp_path / "none.csv").text


def test_all_twenty_eight_can_be_locked(empty_sheet):
    form = widgets_7.lock_then_reveal(FORECASTS, table("hedges"), ids=FORECASTS["forecast_id"])
    even = dict.fromkeys(FORECASTS["forecast_id"], "50")
    assert "Your 28 forecasts are locked" in form.hear({"finish": even, "sure": True})["done"]
    assert len(forecasts.reveal().tables[0][1]) == 28
    assert "almost no chance" in form.html


def test_the_epilogue_opens_with_the_lock_and_parts_outcome_from_reasoning(empty_sheet):
    locked_form()
    note = forecasts.epilogue()
    assert "not through the condition" in note.text.replace("\n", " ") and "C117" in note.text
    after = note.tables[0][1]
    assert len(after) == sum(r["known_on"] > "2020-12-31" for r in rows("timeline"))
    assert len(note.tables[1][1]) == len(rows("later_evidence"))


RESTART = """
import pandas as pd
from brieflab.course.lesson_7.widgets import lock_then_reveal
form = lock_then_reveal(pd.read_csv("../datasets/forecasts.csv"))
form.hear({{"keep": {p}}})
{then}
"""


def kernel(code, path):
    """Run ``code`` in a process that ends without warning, as a killed kernel does."""
    subprocess.run(
        [sys.executable, "-c", code + "\nimport os; os._exit(0)"],
        cwd=DATA.parent / "notebooks",
        env={**os.environ, "BRIEFLAB_SHEET": str(path)},
        check=True,
        timeout=120,
    )


def test_a_kernel_restart_between_lock_and_reveal_loses_nothing(empty_sheet):
    half = {f: typed(P)[f] for f in list(P)[:4]}
    kernel(RESTART.format(p=half, then=""), empty_sheet)
    form = widgets_7.lock_then_reveal(FORECASTS)
    kept = form.hear({"hello": True})["typed"]
    assert {i: float(per_cent) / 100 for i, per_cent in kept.items()} == {f: P[f] for f in half}
    finish = f"form.hear({{'finish': {typed(P)}, 'sure': True}})"
    kernel(RESTART.format(p=typed(P), then=finish), empty_sheet)
    assert forecasts.locked()["probabilities"] == P
    assert len(forecasts.reveal().tables[0][1]) == 8


def test_the_cell_output_holds_the_lock_when_the_sheet_is_lost(empty_sheet):
    locked_form()
    entry = forecasts.locked()
    bundle = widgets_7.receipt()
    assert entry["hash"][:12] in bundle["text/plain"] and entry["at"][:10] in bundle["text/plain"]
    assert not any(str(p) in bundle["text/plain"] for p in (0.05, 0.8, 0.3))
    notebook = json.dumps({"cells": [{"outputs": [{"data": bundle}]}]}).encode()
    assert sheet.from_notebook(notebook)["locks"]["forecasts"] == entry


def test_the_form_says_its_questions_without_a_browser(empty_sheet):
    form = widgets_7.lock_then_reveal(FORECASTS)
    bundle = form._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    asked = FORECASTS.set_index("forecast_id").loc[list(P), "question"]
    assert all(question in data["text/plain"] for question in asked)
    assert "What could be known" in data["text/html"] and "Run this cell" in data["text/html"]
    boxes = re.findall("<input type=.text.[^>]*>", data["text/html"])
    assert len(boxes) == 8 and all("aria-label" in box and "disabled" in box for box in boxes)
    assert not re.search(r"\bS\d{3}\b", data["text/html"])


def test_the_lock_is_displayed_with_the_form_and_again_when_made(empty_sheet, monkeypatch):
    seen = []

    class Handle:
        def update(self, bundle, raw):
            seen.append(bundle)

    def display(bundle, raw, display_id=None):
        seen.append(bundle)
        return Handle() if display_id else None

    monkeypatch.setattr(widgets_7, "display", display)
    form = widgets_7.lock_then_reveal(FORECASTS)
    form._ipython_display_()
    assert seen[-1]["text/plain"] == "Not locked yet."
    form.hear({"finish": typed(P), "sure": True})
    assert seen[-1][sheet.MIME]["locks"]["forecasts"] == forecasts.locked()


@pytest.mark.parametrize(
    "wrong, said",
    [
        (lambda: forecasts.lock({"F01": 0.5}), "F02, F04.* no probability yet"),
        (lambda: forecasts.lock(dict.fromkeys(P, 2)), "is not a probability"),
        (lambda: forecasts.record_recall(P), "closed until"),
        (
            lambda: widgets_7.lock_then_reveal(FORECASTS, ids=["F99"]),
            "'F99' is not a known forecast",
        ),
        (
            lambda: widgets_7.lock_then_reveal(FORECASTS.drop(columns="question")),
            "no column 'question'",
        ),
        (lambda: forecasts.brier_table({"F99": 0.5}, table("outcomes")), "'F99' is not a known"),
    ],
)
def test_forecasts_say_in_a_sentence_what_is_wrong(wrong, said, empty_sheet):
    with pytest.raises(PlainError, match=said):
        wrong()
    assert forecasts.locked() is None
