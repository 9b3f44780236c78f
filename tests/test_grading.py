"""From sheets to grades: scores, lateness, who is who, tables, pages, interruptions."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from brieflab import questions, tables
from brieflab.__main__ import main
from brieflab.course import SLUG
from brieflab.grading import collect, export, people, rehearse, roster, rules, score
from brieflab.grading.command import grade
from brieflab.grading.marks import Marks, fraction, more_than_a_level
from brieflab.plain import PlainError
from brieflab.questions.rubric import LEVEL, halves, yes_no
from submissions import put, read_csv

TOP = Path(__file__).resolve().parent.parent
DATA = tables.load(TOP / "datasets")
AUTO = [q for q in questions.all() if q.kind == "auto"]
TEXT = next(q for q in questions.all() if q.kind == "text")
AUTOMATIC = sum(q.points for q in AUTO)


@pytest.fixture(autouse=True)
def in_the_module(monkeypatch):
    monkeypatch.chdir(TOP)


def sheet_for(who, seed="", start=None, **changes):
    given = {**rehearse.answers("strong", DATA, seed, who), **changes}
    return rehearse.sheet_of(who, given, seed=seed, **({"start": start} if start else {}))


def graded(folder, out, **options):
    done = grade(folder, out, **options)
    rows = {row["learner"]: row for row in read_csv(out / "grades.csv")}
    return done, rows, read_csv(out / "problems.csv")


def kinds(problems, who):
    return {p["kind"] for p in problems if p["learner"] == who and p["level"] == "problem"}


# --- scores


@pytest.mark.parametrize("question", AUTO, ids=lambda q: q.id)
def test_the_key_earns_everything_and_a_mistake_is_named(question):
    sheet = sheet_for("a")
    whole = score.score(owner("a"), sheet, DATA).items[question.id]
    assert (whole.state, whole.awarded) == ("right", question.points)
    for mistake, value in questions.solved(question, DATA)[1]:
        sheet["answers"][question.id].update(value=value, state="right", points=99)
        item = score.score(owner("a"), sheet, DATA).items[question.id]
        assert item.mistake == mistake.name and item.message
        assert item.awarded < question.points or question.award


def owner(who, **options):
    return people.Owner(roster.Person(who), [people.Piece((f"{who}.json",))], **options)


def test_a_stored_value_is_graded_like_the_value_itself(tmp_path):
    put(tmp_path / "in/a.json", sheet_for("a"))
    put(tmp_path / "in/b.ipynb", rehearse.notebook_of(sheet_for("b")))
    _, rows, problems = graded(tmp_path / "in", tmp_path / "out")
    assert {float(row["total"]) for row in rows.values()} == {AUTOMATIC} and not problems


def test_an_answer_that_cannot_be_judged_stops_nobody(tmp_path, monkeypatch):
    breaks_on(monkeypatch, "break")
    put(tmp_path / "in/a.json", sheet_for("a", **{AUTO[0].id: "break"}))
    put(tmp_path / "in/b.json", sheet_for("b"))
    _, rows, problems = graded(tmp_path / "in", tmp_path / "out")
    assert rows["a"][f"{AUTO[0].id} state"] == "unreadable"
    assert rows["a"][f"{AUTO[0].id} awarded"] == "" and rows["a"]["final"] == "no"
    assert "unreadable answer" in kinds(problems, "a")
    assert float(rows["b"]["total"]) == AUTOMATIC


def breaks_on(monkeypatch, *values):
    """Let the judging of ``values`` break; every other value is judged as ever."""
    real = questions.judge

    def judge(question, value, *rest):
        if value in values:
            raise RecursionError("deep")
        return real(question, value, *rest)

    monkeypatch.setattr(questions, "judge", judge)


def late_rules(percent, due="2026-01-31"):
    return rules.Rules(due=rules.read_due(due), late_per_day=percent / 100)


def test_late_answers_lose_a_share_a_day():
    late = late_rules(10)
    for days, share in [(-1, 1), (0.5, 0.9), (1.5, 0.8), (30, 0)]:
        sheet = sheet_for("a", start=late.due + timedelta(days=days) - timedelta(hours=2))
        assert score.score(owner("a"), sheet, DATA, late).total == pytest.approx(
            AUTOMATIC * share, abs=0.01
        ), days
    assert score.score(owner("a"), sheet, DATA).total == AUTOMATIC


@pytest.mark.parametrize(
    "day", ["2026-01-31", "20260131", "2026-W05-6", "2026W056", " 2026-01-31 "]
)
def test_a_day_alone_means_its_end(day):
    end = rules.read_due("2026-02-01T00:00") - rules.read_due(day)
    assert timedelta(0) < end < timedelta(seconds=1)


def test_a_due_time_is_taken_to_the_minute():
    assert rules.read_due("2026-01-31T18:00Z") == rules.read_due("2026-01-31 19:00+01:00")
    noon = rules.read_due("20260131T12")
    assert rules.read_due("2026-01-31") - noon > timedelta(hours=11)


def test_an_answer_right_in_time_stays_right_when_saved_again_late():
    sheet, first = sheet_for("a"), AUTO[0].id
    in_time = sheet["answers"][first]
    sheet["earlier"] = [{"id": first, **in_time}]
    sheet["answers"][first] = {**in_time, "value": "spoilt", "at": "2026-03-01T00:00:00Z"}
    result = score.score(owner("a"), sheet, DATA, late_rules(10))
    assert result.items[first].state == "right" and result.total == AUTOMATIC
    assert score.score(owner("a"), sheet, DATA).total == AUTOMATIC - AUTO[0].points


def test_an_earlier_answer_counts_only_to_its_own_question_and_in_time():
    sheet, first = sheet_for("a"), AUTO[0].id
    right = sheet["answers"][first]
    sheet["answers"][first] = {**right, "value": "spoilt", "at": "2026-03-01T00:00:00Z"}
    sheet["earlier"] = [
        {**right, "id": AUTO[1].id},
        {**right, "id": first, "at": "2026-02-05T00:00:00Z"},
    ]
    item = score.score(owner("a"), sheet, DATA, late_rules(1)).items[first]
    assert (item.state, item.awarded) == ("wrong", 0)


def test_of_two_answers_one_that_can_be_judged_counts(monkeypatch):
    breaks_on(monkeypatch, "break now")
    sheet, first = sheet_for("a"), AUTO[0].id
    wrong = {**sheet["answers"][first], "value": "spoilt"}
    sheet["earlier"] = [{"id": first, **wrong}]
    sheet["answers"][first] = {**wrong, "value": "break now", "at": "2026-03-01T00:00:00Z"}
    item = score.score(owner("a"), sheet, DATA, late_rules(10)).items[first]
    assert (item.state, item.awarded) == ("wrong", 0)


@pytest.mark.parametrize(
    "noted, counted", [(-1, 0), (0, 0), (1, 1), (3, 3), (4, 3), ("x", 0), (None, 0)]
)
def test_hints_are_counted_from_none_to_three(noted, counted):
    sheet, first = sheet_for("a"), AUTO[0].id
    sheet["answers"][first]["hints"] = noted
    assert score.score(owner("a"), sheet, DATA).items[first].hints == counted


IMPOSSIBLE = (
    "9999-99-99T99:99:99",
    "",
    None,
    7,
    "2026-01-01T00:00:00+99:00",
    "2099-01-01T00:00:00Z",
)


@pytest.mark.parametrize("at", IMPOSSIBLE)
def test_times_that_cannot_be_are_in_time_and_named(at):
    late = late_rules(10)
    assert late.days_late({"at": at}, late.due) == 0
    sheet, first = sheet_for("a"), AUTO[0].id
    sheet["answers"][first]["at"] = at
    for chosen in (late, rules.Rules()):
        found = score.score(owner("a"), sheet, DATA, chosen)
        (named,) = [p for p in found.problems if p.kind == "impossible time"]
        assert first in named.what and found.total == AUTOMATIC
        assert ("taken as in time" in named.what) == bool(chosen.due)


@pytest.mark.parametrize("text", ["soon", "31.01.2026", "2026-13-01", ""])
def test_a_due_date_is_asked_for_plainly(text):
    with pytest.raises(PlainError, match="is not a due date"):
        rules.read_due(text)


def test_only_the_lessons_that_were_set_count(tmp_path):
    put(tmp_path / "in/a.json", sheet_for("a"))
    second = rules.Rules(lessons=questions.read_lessons("2"))
    _, rows, _ = graded(tmp_path / "in", tmp_path / "out", rules=second)
    set_ones = [q for q in questions.all() if q.lesson == 2]
    assert float(rows["a"]["possible"]) == sum(q.points for q in set_ones)
    assert {key.split()[0] for key in rows["a"] if key.endswith(" state")} == {
        q.id for q in set_ones
    }
    assert [r["item"] for r in read_csv(tmp_path / "out/items.csv")] == [q.id for q in set_ones]
    assert (
        questions.read_lessons("1-3, 5") == {1, 2, 3, 5}
        and questions.read_lessons("") == frozenset()
    )
    assert questions.read_lessons("2-2") == {2}


@pytest.mark.parametrize(
    "text, said",
    [
        ("x", "names no lessons"),
        ("1-2-3", "names no lessons"),
        ("-1", "names no lessons"),
        ("1-", "names no lessons"),
        ("0", "no lesson 0"),
        ("1-99", "no lesson 99"),
        ("99999999999", "no lesson"),
        ("1,4-2", "'4-2' runs backwards. Write 2-4"),
    ],
)
def test_lessons_are_asked_for_plainly(text, said):
    with pytest.raises(PlainError, match=said):
        questions.read_lessons(text)


def test_variants_follow_the_courses_seed(tmp_path):
    varied = [q for q in AUTO if q.varies]
    if not varied:
        pytest.skip("no question has variants yet")
    for n in range(8):
        put(tmp_path / f"in/a{n}.json", sheet_for(f"a{n}", seed="autumn"))
    _, rows, problems = graded(tmp_path / "in", tmp_path / "out", rules=rules.Rules("autumn"))
    assert {float(row["total"]) for row in rows.values()} == {AUTOMATIC} and not problems
    _, rows, problems = graded(tmp_path / "in", tmp_path / "out", rules=rules.Rules("spring"))
    assert min(float(row["total"]) for row in rows.values()) < AUTOMATIC
    assert all("course seed" in kinds(problems, who) for who in rows)


def test_variants_are_those_of_the_id_as_it_was_typed():
    """Each learner sees the variant of the id that they typed, however their place is called."""
    question = next(q for q in AUTO if q.varies)
    ids = [f"a{n}" for n in range(40)]
    seen = {who: questions.variant(who, "autumn", question) for who in ids}
    mine = ids[0]
    other = next(who for who in ids if seen[who] != seen[mine])

    def state(of, claimed):
        sheet = sheet_for(of, seed="autumn")
        sheet["learner"]["id"] = claimed
        made = score.score(owner(mine), sheet, DATA, rules.Rules("autumn"))
        return made.items[question.id].state

    assert state(mine, mine) == state(other, other) == state(mine, "") == "right"
    assert state(mine, other) != "right" and state(other, "") != "right"


# --- who is who


def test_a_thief_of_an_id_takes_nothing_without_a_roster(tmp_path):
    put(tmp_path / "in/alice/answers.json", sheet_for("alice"))
    stolen = sheet_for("alice", **{AUTO[0].id: "nonsense"})
    for entry in stolen["answers"].values():
        entry["at"] = "2027-01-01T00:00:00.000000Z"
    put(tmp_path / "in/bob/answers.json", stolen)
    _, rows, problems = graded(tmp_path / "in", tmp_path / "out")
    assert float(rows["alice"]["total"]) == AUTOMATIC
    assert set(rows) == {"alice", "bob"} and rows["bob"]["total"] == ""
    assert "another learner's id" in kinds(problems, "bob")
    assert kinds(problems, "alice") == {"identical text"}


def test_files_of_one_learner_are_merged_and_told(tmp_path):
    whole = sheet_for("a")
    for n, question in enumerate(AUTO):
        part = {**whole, "answers": {question.id: whole["answers"][question.id]}}
        put(tmp_path / f"in/lesson_{n}/a.json", part)
        other = {**sheet_for("b"), "answers": {}}
        put(tmp_path / f"in/lesson_{n}/b.json", other)
    _, rows, problems = graded(tmp_path / "in", tmp_path / "out")
    assert set(rows) == {"a", "b"} and float(rows["a"]["total"]) == AUTOMATIC
    assert any(p["kind"] == "several files" and p["learner"] == "a" for p in problems)


def test_the_same_work_from_two_learners_is_reported_for_both(tmp_path):
    text = " ".join(["the same long sentence about Turkey"] * 4)
    put(tmp_path / "in/a.json", sheet_for("a", **{TEXT.id: text}))
    put(tmp_path / "in/b.json", {**sheet_for("a", **{TEXT.id: text}), "learner": {"id": "b"}})
    put(tmp_path / "in/c.json", sheet_for("c", **{TEXT.id: text.upper()}))
    put(tmp_path / "in/d.json", sheet_for("d"))
    _, _, problems = graded(tmp_path / "in", tmp_path / "out")
    assert "identical sheet" in kinds(problems, "a") and "identical sheet" in kinds(problems, "b")
    assert kinds(problems, "c") == {"identical text"} and not kinds(problems, "d")


def same(problems):
    """Return {learner: (item, what)} of the problems that tell of identical texts."""
    return {p["learner"]: (p["item"], p["what"]) for p in problems if p["kind"] == "identical text"}


@pytest.mark.parametrize("words", [11, 12])
def test_a_text_of_twelve_words_may_be_a_copy(tmp_path, words):
    for who in ("a", "b"):
        put(tmp_path / f"in/{who}.json", sheet_for(who, **{TEXT.id: "word " * words}))
    _, _, problems = graded(tmp_path / "in", tmp_path / "out")
    told = (TEXT.id, "the same text of 12 words or more: a, b")
    assert same(problems) == ({"a": told, "b": told} if words == 12 else {})


def test_every_copied_text_of_a_pair_is_told_and_a_copied_sheet_once(tmp_path):
    one, two = [q.id for q in questions.all() if q.kind == "text"][:2]
    texts = {one: "one " * 12, two: "two " * 12}
    put(tmp_path / "in/a.json", sheet_for("a", **texts))
    put(tmp_path / "in/b.json", sheet_for("b", **texts))
    put(tmp_path / "in/c.json", sheet_for("c"))
    put(tmp_path / "in/d.json", {**sheet_for("c"), "learner": {"id": "d"}})
    _, _, problems = graded(tmp_path / "in", tmp_path / "out")
    told = (one, f"the same text of 12 words or more in {one}, {two}: a, b")
    assert same(problems) == {"a": told, "b": told}
    assert kinds(problems, "c") == kinds(problems, "d") == {"identical sheet"}


def test_two_of_one_name_are_not_found_by_it():
    two = roster.Roster([roster.Person("s1", "Bo Dee"), roster.Person("s2", "Bo Dee")])
    assert two.find("Bo Dee") is None and two.find("Bo Dee", "s2").id == "s2"
    assert roster.Roster([roster.Person("s1", "Bo Dee")]).find("bo  dee").id == "s1"


def owners_of(pieces, ids="s1 s2"):
    return people.owners(
        [
            people.Piece(tuple(place.split("/")), claim, packed=b"read")
            for place, claim in pieces.items()
        ],
        roster.Roster([roster.Person(who) for who in ids.split()]),
    )


def held(found):
    return {one.person.id: (len(one.pieces), len(one.held)) for one in found}


def test_a_file_with_anothers_id_is_graded_to_nobody():
    found, problems = owners_of({"s1/answers.json": "s2", "s1/more.json": "s1", "answers.json": ""})
    assert held(found) == {"s1": (1, 1), "answers": (1, 0)}
    assert [(p.kind, p.file, p.learner, p.level) for p in problems] == [
        ("another learner's id", "s1/answers.json", "s1", "problem")
    ]


@pytest.mark.parametrize("claim", ["s1", "S1", "nobody", ""])
def test_an_id_of_nobody_else_is_no_contradiction(claim):
    found, problems = owners_of({"s1/answers.json": claim})
    assert held(found) == {"s1": (1, 0)} and not problems


def test_places_of_like_names_are_kept_apart_and_told():
    found, problems = owners_of({"Ada/a.json": "Ada", "ADA/a.json": "", "bo/a.json": ""}, ids="")
    assert held(found) == {"ADA": (1, 0), "Ada": (1, 0), "bo": (1, 0)}
    assert {(p.kind, p.file) for p in problems} == {
        ("two spellings", "Ada/a.json"), ("two spellings", "ADA/a.json"),
    }  # fmt: skip


def test_the_roster_names_the_unknown_and_the_missing(tmp_path):
    (tmp_path / "roster.csv").write_text("\ufeffid;name;email\ns1;Ada Cohn;ada@x.org\ns2;Bo Dee;\n")
    put(tmp_path / "in/x.json", sheet_for("ADA@x.org"))
    put(tmp_path / "in/y.json", sheet_for("s9"))
    done, rows, problems = graded(tmp_path / "in", tmp_path / "out", roster=tmp_path / "roster.csv")
    assert set(rows) == {"s1", "s2", "s9"}
    assert rows["s1"]["name"] == "Ada Cohn" and float(rows["s1"]["total"]) == AUTOMATIC
    assert rows["s2"]["total"] == "" and kinds(problems, "s9") == {"not on the roster"}
    assert [p["learner"] for p in problems if p["kind"] == "nothing received"] == ["s2"]
    assert done.exit_code == 1 and "1 on the roster sent nothing" in str(done)


@pytest.mark.parametrize(
    "content, said",
    [
        ("", "cannot be read"),
        ("id,nam\n1,x\n", "no column 'name'"),
        ("id,name\n1,x\n1,y\n", "twice"),
    ],
)
def test_a_roster_that_is_none_is_refused_plainly(tmp_path, content, said):
    (tmp_path / "roster.csv").write_text(content)
    with pytest.raises(PlainError, match=said):
        roster.read_roster(tmp_path / "roster.csv")


def test_names_are_compared_without_case_form_and_invisible_signs():
    e_acute, two_signs = "\u00c9mile\u200b \u202eX", "e\u0301MILE x"
    assert roster.fold(e_acute) == roster.fold(two_signs)
    assert roster.visible("a\u200b\n\u202e\ud800") == "a\\u200b\\n\\u202e\\ud800"


@pytest.mark.parametrize(
    "parts, expected",
    [
        (("Ada Cohn_4711_assignsubmission_file_", "answers.json"), ("Ada Cohn", "4711", False)),
        (("Ada Cohn_4711_assignsubmission_file_answers.json",), ("Ada Cohn", "4711", False)),
        (("cohnada_4711_90210_answers.json",), ("cohnada", "4711", False)),
        (("cohnada_LATE_4711_90210_answers-2.json",), ("cohnada", "4711", True)),
        (("Brief_ac12_attempt_2026-01-20-10-11-12_answers.json",), ("", "ac12", False)),
        (("submitted", "ac12", "02", "02.ipynb"), ("", "ac12", False)),
        (("submitted", "ac12", "02.ipynb"), ("", "ac12", False)),
        (("submitted", "02.ipynb"), None),
        (("ada", "answers.json"), None),
    ],
)
def test_file_names_of_the_platforms(parts, expected):
    assert roster.platform(parts) == expected


def test_page_names_are_safe_and_never_shared():
    ids = ["ada", "ADA", "../x", "con", "x" * 300, "", "\u202e", "a b", "=1", "ada-1"]
    names = collect_names(ids)
    assert len({name.casefold() for name in names}) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.html", name) for name in names)


def collect_names(ids):
    from brieflab.grading.report import page_names

    return list(page_names([people.Owner(roster.Person(i), known=False) for i in ids]).values())


# --- marks by hand


def test_marks_count_survive_and_are_never_written_by_grading(tmp_path):
    put(tmp_path / "in/a.json", sheet_for("a", **{TEXT.id: "My text."}))
    out = tmp_path / "out"
    _, rows, _ = graded(tmp_path / "in", out)
    assert rows["a"][f"{TEXT.id} state"] == "awaiting mark" and rows["a"]["final"] == "no"
    assert rows["a"][f"{TEXT.id} awarded"] == ""
    scores = {row.name: max(row.scores) for row in TEXT.scales}
    Marks(out).add("a", TEXT.id, "me", scores, "Well weighed.", "My text.")
    before = (out / "marks.jsonl").read_bytes()
    _, rows, problems = graded(tmp_path / "in", out)
    assert rows["a"][f"{TEXT.id} state"] == "marked"
    assert float(rows["a"][f"{TEXT.id} awarded"]) == TEXT.points
    assert "Well weighed." in (out / "feedback/a.html").read_text()
    put(tmp_path / "in/a.json", sheet_for("a", **{TEXT.id: "Another text."}))
    _, rows, problems = graded(tmp_path / "in", out)
    assert "text changed" in kinds(problems, "a")
    assert (
        rows["a"][f"{TEXT.id} state"] == "awaiting mark" and rows["a"][f"{TEXT.id} awarded"] == ""
    )
    assert (out / "marks.jsonl").read_bytes() == before


def test_a_torn_line_costs_one_mark_and_is_told(tmp_path):
    marks = Marks(tmp_path)
    marks.add("a", TEXT.id, "me", {"Level": 2})
    marks.add("b", TEXT.id, "me", {"Level": 1})
    whole = marks.path.read_bytes()
    for cut in range(len(whole)):
        marks.path.write_bytes(whole[:cut])
        again = Marks(tmp_path)
        assert len(again.standing()) == whole[: cut + 1].count(b"}\n") or cut == len(whole) - 1
        again.add("c", TEXT.id, "me", {"Level": 3})
        assert ("c", TEXT.id, "me") in Marks(tmp_path).standing()
    put(tmp_path / "in/a.json", sheet_for("a"))
    marks.path.write_bytes(whole[:-9])
    _, _, problems = graded(tmp_path / "in", tmp_path)
    assert "marks file" in {p["kind"] for p in problems}


@pytest.mark.parametrize(
    "changed",
    [{"learner": ["a"]}, {"learner": 7}, {"item": {}}, {"marker": None}, {"comment": ["x"]},
     {"scores": 3}, {"scores": {"Level": "2"}}, {"scores": {"Level": float("nan")}}],
    ids=str,
)  # fmt: skip
def test_a_line_of_another_form_stops_nobody_and_is_told(tmp_path, changed):
    Marks(tmp_path).add("a", TEXT.id, "me", {"Level": 2})
    line = json.loads((tmp_path / "marks.jsonl").read_text())
    with open(tmp_path / "marks.jsonl", "a") as file:
        file.write(json.dumps({**line, "marker": "you", **changed}) + "\n[]\n7\n\n")
    marks = Marks(tmp_path)
    assert list(marks.standing()) == [("a", TEXT.id, "me")] and len(marks.rejected) == 3
    assert marks.comments(TEXT.id) == []


def test_undoing_takes_back_the_markers_own_marks_one_by_one(tmp_path):
    marks = Marks(tmp_path)
    given = [("a", "me", 1), ("a", "me", 2), ("b", "you", 0), ("c", "me", 3)]
    for who, marker, level in given:
        marks.add(who, TEXT.id, marker, {"Level": level})

    def levels():
        marks.refresh()
        return {key[0]: mark["scores"]["Level"] for key, mark in marks.standing().items()}

    assert levels() == {"a": 2, "b": 0, "c": 3} and marks.undo("nobody") is None
    for gone, left in [(3, {"a": 2, "b": 0}), (2, {"a": 1, "b": 0}), (1, {"b": 0})]:
        assert marks.undo("me")["scores"]["Level"] == gone and levels() == left
    assert marks.undo("me") is None and levels() == {"b": 0}


def test_comments_come_back_the_most_used_first(tmp_path):
    marks, other = Marks(tmp_path), questions.all()[-1].id
    for said in ("c", "b", "", "a", "b"):
        marks.add("x", TEXT.id, "me", {"Level": 1}, said)
    marks.add("x", other, "me", {row.name: 0 for row in questions.get(other).scales}, "elsewhere")
    assert marks.comments(TEXT.id) == ["b", "a", "c"]


@pytest.mark.parametrize(
    "scales, one, two, apart",
    [
        ((LEVEL,), [1], [2], False),
        ((LEVEL,), [1], [3], True),
        ((LEVEL,), [0], [99], True),
        ((halves("A"), halves("B"), halves("C")), [0, 0, 0], [1, 0, 1], False),
        ((halves("A"), halves("B"), halves("C")), [0, 0, 0], [1, 0.5, 1], True),
        ((halves("A"), halves("B"), halves("C")), [2, 2, 2], [2, 0.5, 2], True),
        ((yes_no("A"), yes_no("B"), yes_no("C")), [0, 0, 1], [0, 0, 0], False),
        ((yes_no("A"), yes_no("B"), yes_no("C")), [0, 1, 1], [0, 0, 0], True),
        ((halves("A"), halves("B")), [2, 0], [0, 2], True),
    ],
)
def test_more_than_a_level(scales, one, two, apart):
    """On a row, or over all rows together; either way round."""
    question = replace(TEXT, scales=scales)
    given = [dict(zip((row.name for row in scales), scores)) for scores in (one, two)]
    assert more_than_a_level(question, *given) == more_than_a_level(question, *given[::-1]) == apart


def test_any_two_markers_far_apart_are_told_and_the_first_counts():
    for levels, told in [((1, 2, 3), True), ((2, 1, 2), False), ((3,), False)]:
        given = [{"marker": "me", "scores": {LEVEL.name: level}} for level in levels]
        question = replace(TEXT, scales=(LEVEL,))
        item, out = score.Item(question), score.Score(roster.Person("a"), file="a.json")
        score._mark(item, given, out)
        assert item.awarded == pytest.approx(question.points * levels[0] / 3)
        assert [(p.kind, p.file, p.learner, p.item) for p in out.problems] == (
            [("markers differ", "a.json", "a", question.id)] if told else []
        )


def test_no_edit_of_the_marks_file_exceeds_the_points():
    for value in (99, -5, 2.5):
        scores = {row.name: value for row in TEXT.scales}
        assert 0 <= fraction(TEXT, scores) <= 1
    assert fraction(TEXT, {}) == 0


def test_the_scales_fit_the_points_of_the_questions():
    for question in questions.all():
        if question.id in ("6.5", "8.4"):
            assert sum(max(row.scores) for row in question.scales) == question.points


# --- tables, pages, exports


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory):
    os.chdir(TOP)
    base = tmp_path_factory.mktemp("class")
    folder = rehearse.rehearse(base / "class", 24)
    done = grade(folder, base / "out", base / "class/roster.csv", late_rules(10, rehearse.DUE))
    return base, done


def test_the_rehearsed_class_shows_every_kind(rehearsed):
    base, done = rehearsed
    rows = {row["learner"]: row for row in read_csv(base / "out/grades.csv")}
    problems = read_csv(base / "out/problems.csv")
    assert float(rows["s001"]["total"]) == float(rows["s003"]["total"]) == AUTOMATIC
    assert float(rows["s002"]["total"]) < AUTOMATIC and int(rows["s002"]["wrong"]) > 0
    assert (
        float(rows["s006"]["total"]) == pytest.approx(AUTOMATIC * 0.8)
        and rows["s006"]["days_late"] == "2"
    )
    assert 0 < int(rows["s007"]["right"]) < len(AUTO) and kinds(problems, "s007") == {"odd file"}
    assert {"another learner's id", "identical sheet"} <= kinds(problems, "s008")
    assert rows["s008"]["total"] == "" and rows["s008"]["final"] == "no"
    assert float(rows["s009"]["total"]) == 0 and float(rows["s011"]["total"]) == 0
    assert float(rows["s010"]["total"]) == AUTOMATIC and kinds(problems, "s010") == {"odd file"}
    assert rows["s012"]["total"] == "" and kinds(problems, "s012") == {"unreadable"}
    assert done.exit_code == 1


def test_problems_come_first_then_notes_by_file_and_learner(rehearsed, tmp_path):
    put(tmp_path / "in/a/b.json", sheet_for("a"))
    (tmp_path / "in/a/c.txt").write_text("a note to myself")
    for name in ("z", "y"):
        (tmp_path / f"in/{name}.json").write_text("nonsense")
    _, _, problems = graded(tmp_path / "in", tmp_path / "out")
    assert [(p["level"], p["file"]) for p in problems] == [
        ("problem", "y.json"), ("problem", "z.json"), ("note", "a/c.txt"),
    ]  # fmt: skip
    base, done = rehearsed
    with open(base / "out/problems.csv", encoding="utf-8-sig") as file:
        assert file.readline() == "level,kind,file,learner,item,what\n"
    places = [(p["file"], p["learner"], p["item"]) for p in read_csv(base / "out/problems.csv")]
    assert places == sorted(places) and len(places) == len(done.problems) > 10


def test_notes_alone_need_no_look(tmp_path):
    for place in ("in/x/a.json", "in/y/a.json"):
        put(tmp_path / place, sheet_for("a"))
    (tmp_path / "in/y/b.txt").write_text("a note to myself")
    (tmp_path / "roster.csv").write_text("id,name\na,A\nz,Z\n")
    done, _, problems = graded(tmp_path / "in", tmp_path / "out", roster=tmp_path / "roster.csv")
    assert [(p["kind"], p["level"]) for p in problems] == [
        ("nothing received", "note"), ("several files", "note"), ("other files", "note"),
    ]  # fmt: skip
    assert done.exit_code == 0 and "problems to look at" not in str(done)


def test_what_a_mac_adds_is_no_answer(tmp_path):
    put(tmp_path / "in/a/answers.json", sheet_for("a"))
    (tmp_path / "in/a/._answers.json").write_bytes(b"\0\5\x16\7Mac OS X")
    put(tmp_path / "in/a/Solutions/answers.json", sheet_for("z"))
    done, rows, problems = graded(tmp_path / "in", tmp_path / "out")
    assert set(rows) == {"a"} and done.files == 1 and done.exit_code == 0
    assert [p["what"].split(" were")[0] for p in problems] == [
        "1 files in folders called '._'", "1 files in folders called 'solutions'",
    ]  # fmt: skip


@pytest.mark.parametrize("deep", [1, 3, 4])
def test_zips_are_read_three_deep(tmp_path, deep):
    inner, name = json.dumps(sheet_for("a")).encode(), "answers.json"
    for n in range(deep):
        with zipfile.ZipFile(tmp_path / f"{n}.zip", "w") as packed:
            packed.writestr(name, inner)
        inner, name = (tmp_path / f"{n}.zip").read_bytes(), f"{n}.zip"
    found = collect.collect(tmp_path / f"{deep - 1}.zip")
    assert found.files == (deep <= 3)
    said = [p.what for p in found.problems]
    assert said == ([] if deep <= 3 else ["the zip was not read: zips are read 3 deep, not deeper"])


def test_a_rehearsal_is_the_same_every_time(rehearsed, tmp_path):
    base, _ = rehearsed
    again = rehearse.rehearse(tmp_path / "class", 24)
    files = {p.relative_to(again): p.read_bytes() for p in again.rglob("*.*")}
    first = base / "class/submissions"
    assert files == {p.relative_to(first): p.read_bytes() for p in first.rglob("*.*")}
    with pytest.raises(PlainError, match="not empty"):
        rehearse.rehearse(tmp_path / "class")


def test_items_say_how_hard_how_telling_and_what_was_mixed_up(rehearsed):
    base, _ = rehearsed
    items = {row["item"]: row for row in read_csv(base / "out/items.csv")}
    rows = [r for r in read_csv(base / "out/grades.csv") if r["total"]]
    for question in AUTO:
        shares = [
            float(r[f"{question.id} awarded"]) / question.points
            for r in rows
            if r[f"{question.id} state"] not in ("blank", "unreadable")
        ]
        row = items[question.id]
        assert float(row["difficulty"]) == pytest.approx(sum(shares) / len(shares), abs=0.001)
        assert -1 <= float(row["discrimination"]) <= 1
        counted = sum(int(n) for n in re.findall(r": (\d+)(?:;|$)", row["all_mistakes"]))
        assert counted <= int(row["answered"]) and int(row["answered"]) <= int(row["learners"])
    assert any(int(row["times"]) for row in items.values())


def test_discrimination_is_the_correlation_with_the_rest():
    from brieflab.grading.report import Tally

    tally = Tally(questions.all())
    good, bad = questions.all()[0], questions.all()[1]
    for n in range(20):
        sheet = sheet_for("a") if n % 2 else sheet_for("a", **{q.id: "wrong" for q in AUTO})
        sheet["answers"][bad.id] = sheet_for("a", **({bad.id: "x"} if n % 2 else {}))["answers"][
            bad.id
        ]
        tally.add(score.score(owner("a"), sheet, DATA))
    items = tally.items().set_index("item")
    assert items.loc[good.id, "discrimination"] > 0.9 and items.loc[bad.id, "discrimination"] < -0.9
    assert items.loc[good.id, "difficulty"] == 0.5
    alone = Tally([good])
    for n in range(6):
        sheet = sheet_for("a") if n % 2 else sheet_for("a", **{good.id: "wrong"})
        result = score.score(owner("a"), sheet, DATA)
        result.items = {good.id: result.items[good.id]}
        alone.add(result)
    assert alone.items()["discrimination"].isna().all(), "there is no rest to compare with"


def test_a_page_holds_its_learner_alone(rehearsed):
    base, _ = rehearsed
    for n in range(1, 25):
        page = (base / f"out/feedback/s{n:03}.html").read_text("utf-8")
        names = [name for name in rehearse.NAMES if name in page]
        assert names == [rehearse.NAMES[(n - 1) % 12]]
        assert not re.search(r"s0\d\d", page) and "http" not in page


def test_old_pages_do_not_stay(tmp_path):
    put(tmp_path / "in/a.json", sheet_for("a"))
    put(tmp_path / "in/b.json", sheet_for("b"))
    graded(tmp_path / "in", tmp_path / "out")
    (tmp_path / "in/b.json").unlink()
    graded(tmp_path / "in", tmp_path / "out")
    assert [p.name for p in (tmp_path / "out/feedback").iterdir()] == ["a.html"]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\uff1d1", "\ufeff=1"]
)
def test_a_text_that_a_spreadsheet_would_run_is_disarmed(cell):
    assert export.safe(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell, safe",
    [
        (";=1+1", ";'=1+1"),
        ("a; @x", "a;' @x"),
        ("a\t-1", "a\t'-1"),
        ("a;b", "a;b"),
        ('a\n"=1', "a\n'\"=1"),
    ],
)
def test_a_text_that_becomes_a_cell_where_semicolons_part_them_is_disarmed(cell, safe):
    assert export.safe(cell) == safe


@pytest.mark.parametrize("cell", ["a=1", "", 0, -1.5, None, "\u00c9mile"])
def test_other_cells_stay_as_they_are(cell):
    assert export.safe(cell) == ("" if cell is None else cell)


def test_tables_for_a_spreadsheet_have_its_mark(tmp_path):
    put(tmp_path / "in/a.json", sheet_for("a"))
    graded(tmp_path / "in", tmp_path / "out")
    tables_ = (tmp_path / "out").glob("*.csv")
    marked = {path.name for path in tables_ if path.read_bytes()[:3] == b"\xef\xbb\xbf"}
    mine = {"grades.csv", "items.csv", "problems.csv", "changes.csv", "left_out.csv"}
    assert marked == {*mine, "blackboard.csv"}


@pytest.mark.parametrize(
    "name, last, first",
    [
        ("Ada King Cohn", "Cohn", "Ada King"),
        ("King Cohn, Ada", "King Cohn", "Ada"),
        (" Cohn , Ada, Maria ", "Cohn", "Ada, Maria"),
        ("Ada", "Ada", ""),
        ("", "", ""),
    ],
)
def test_family_names_for_blackboard(name, last, first):
    assert export.last_first(name) == (last, first)


def test_nbgrader_is_asked_for_plainly(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbgrader.api", None)
    with pytest.raises(PlainError, match="nbgrader is not installed"):
        export.to_nbgrader(tmp_path / "gradebook.db", [])


def test_scores_and_marks_reach_nbgraders_gradebook(tmp_path):
    api = pytest.importorskip("nbgrader.api", reason="nbgrader is not installed here")
    put(tmp_path / "in/a.json", sheet_for("a"))
    put(tmp_path / "in/b.json", sheet_for("b", **{AUTO[0].id: "wrong"}))
    Marks(tmp_path / "out").add(
        "a", TEXT.id, "me", {r.name: max(r.scores) for r in TEXT.scales}, "Good."
    )
    database = tmp_path / "gradebook.db"
    for _ in range(2):
        grade(tmp_path / "in", tmp_path / "out", nbgrader=database)
    name = SLUG
    with api.Gradebook(f"sqlite:///{database}") as book:
        assert book.find_submission(name, "a").score == AUTOMATIC + TEXT.points
        assert book.find_submission(name, "b").score == AUTOMATIC - AUTO[0].points
        assert book.find_submission(name, "b").needs_manual_grade
        cell = "q" + TEXT.id.replace(".", "_")
        assert book.find_comment(cell, name, name, "a").comment == "Good."


# --- the command line


def test_exit_codes_and_help(tmp_path, capsys):
    put(tmp_path / "in/a.json", sheet_for("a"))
    out = ["--out", str(tmp_path / "out")]
    assert main(["grade", str(tmp_path / "in"), *out]) == 0
    assert "1 learners, 1 files read" in capsys.readouterr().out
    (tmp_path / "in/b.json").write_text("nonsense")
    assert main(["grade", str(tmp_path / "in"), *out]) == 1
    assert main(["grade", str(tmp_path / "nowhere"), *out]) == 2
    assert "There is no folder" in capsys.readouterr().err
    with pytest.raises(SystemExit) as left:
        main(["grade", "--help"])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert "examples:" in told and "exit code:" in told and "problems.csv" in told
    assert main(["rehearse", str(tmp_path / "class"), "--learners", "0"]) == 2
    assert main(["rehearse", str(tmp_path / "class"), "--learners", "3"]) == 0


@pytest.mark.parametrize(
    "options, said",
    [
        (["--due", "soon"], "'soon' is not a due date"),
        (["--late-per-day", "10"], "--late-per-day needs --due"),
        (["--due", "2026-01-31", "--late-per-day", "many"], "'many' is no share"),
        (["--due", "2026-01-31", "--late-per-day", "101"], "'101' is no share"),
        (["--due", "2026-01-31", "--late-per-day", "-1"], "'-1' is no share"),
        (["--due", "2026-01-31", "--late-per-day", "nan"], "'nan' is no share"),
        (["--lessons", "4-1"], "'4-1' runs backwards"),
        (["--learners", "3"], "unrecognized arguments"),
    ],
)
def test_options_are_asked_for_in_one_sentence(tmp_path, capsys, options, said):
    put(tmp_path / "in/a.json", sheet_for("a"))
    assert main(["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), *options]) == 2
    told = capsys.readouterr().err
    assert said.lower() in told.lower() and len(told.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_options_reach_the_grades(tmp_path):
    late = rules.read_due("2026-01-31") + timedelta(hours=30)
    put(tmp_path / "in/a.json", sheet_for("a", start=late))
    asked = ["--due", "20260131", "--late-per-day", " 10 %", "--lessons", "2"]
    main(["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), *asked])
    points = sum(q.points for q in AUTO if q.lesson == 2)
    row = read_csv(tmp_path / "out/grades.csv")[0]
    assert float(row["total"]) == pytest.approx(0.8 * points, abs=0.01) and row["days_late"] == "2"


def test_two_runs_do_not_write_at_once(tmp_path):
    from filelock import FileLock

    put(tmp_path / "in/a.json", sheet_for("a"))
    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out/.grading.lock"):
        with pytest.raises(PlainError, match="Another grading run"):
            grade(tmp_path / "in", tmp_path / "out")


def test_the_output_is_not_read_as_a_submission(tmp_path):
    put(tmp_path / "a.json", sheet_for("a"))
    for _ in range(2):
        _, rows, problems = graded(tmp_path, tmp_path / "graded")
        assert set(rows) == {"a"} and not problems


def state_of(out):
    return {
        str(p.relative_to(out)): p.read_bytes()
        for p in sorted(out.rglob("*"))
        if p.is_file() and p.name != ".grading.lock"
    }


def test_killed_at_any_moment_and_run_again_the_result_is_the_same(tmp_path):
    folder = rehearse.rehearse(tmp_path / "class", 24)
    grade(folder, tmp_path / "calm")
    calm, out, chance = state_of(tmp_path / "calm"), tmp_path / "out", random.Random(7)
    Marks(out).add("s001", TEXT.id, "me", {"Level": 2})
    marks = (out / "marks.jsonl").read_bytes()
    ready = (
        "import sys; from brieflab.grading.command import grade; import brieflab.grading.report; "
    )
    script = (
        ready + "import brieflab.grading.collect; print('go', flush=True); grade(*sys.argv[1:])"
    )
    killed = 0
    for _ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", script, folder, out], stdout=subprocess.PIPE, cwd=TOP
        )
        child.stdout.readline()
        time.sleep(chance.uniform(0.05, 1.2))
        child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
        for path in out.glob("*.csv"):
            assert path.read_bytes().endswith(b"\n")
        assert (out / "marks.jsonl").read_bytes() == marks
    assert killed
    grade(folder, out)
    assert (out / "marks.jsonl").read_bytes() == marks
    (out / "marks.jsonl").unlink()
    for _ in range(2):  # the second time nothing has changed since the last run
        grade(folder, out)
    assert state_of(out) == calm


def test_sheets_of_strangers_never_raise(tmp_path):
    """Random bytes, cuts and flips of a sound sheet: grading goes on."""
    chance, whole = random.Random(3), json.dumps(sheet_for("a")).encode()
    for n in range(60):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (tmp_path / f"f{n}.json").write_bytes(data[: chance.randrange(1, len(data))])
    found = collect.collect(tmp_path)
    for one in found.owners:
        score.score(one, collect.unpack(one), DATA)
