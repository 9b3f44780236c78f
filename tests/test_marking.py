"""Less load and an honest measure at the desk: changes, unseen returns, drift, likeness, signals."""

import csv
import json

import ipywidgets as W
import pytest

from brieflab import questions
from brieflab.check.widgets import Tools
from brieflab.course.lesson_7 import forecasts
from brieflab.grading import process, rehearse
from brieflab.grading.command import grade
from brieflab.grading.desk import desk
from brieflab.grading.drift import CREEP, JUMP, Marked, drift
from brieflab.grading.likeness import ALIKE, alike, side_by_side
from brieflab.grading.marks import Marks, changed, more_than_a_level
from brieflab.grading.pile import NEW, pseudonym
from brieflab.html import render
from brieflab.plain import PlainError
from drifting_marker import found, readings

TEXTS = [q for q in questions.all() if q.kind == "text"]
ONE = next(q for q in TEXTS if len(q.scales) == 1)
ROWS = next(q for q in TEXTS if q.id == "8.4")
LEARNERS = [f"w{n:02}" for n in range(20)]
OWN = "This is what learner {} thinks about number {}, and nobody else has said it in such words"


def put(folder, who, given, **more):
    folder.mkdir(exist_ok=True)
    sheet = rehearse.sheet_of(who, given, f"Name of {who}")
    (folder / f"{who}.json").write_text(json.dumps(sheet | more))


@pytest.fixture
def folder(tmp_path, top, monkeypatch):
    monkeypatch.chdir(top)
    for n, who in enumerate(LEARNERS):
        put(tmp_path / "in", who, {ONE.id: OWN.format(n, n)})
    grade(tmp_path / "in", tmp_path / "graded")
    return tmp_path / "graded"


@pytest.fixture
def at_desk(folder):
    return desk(folder)


# a comment that changes the level


def test_a_comment_changes_the_level_that_is_saved(at_desk, folder):
    first = at_desk.learner
    at_desk.comment.value = "No row id [-1]"
    assert "level by -1" in at_desk.status.value
    at_desk.entry.value = "3"
    mark = Marks(folder).standing()[first, ONE.id, "first marker"]
    assert mark["scores"] == {"Level": 2} and mark["comment"] == "No row id [-1]"
    assert "level 2 with the change" in at_desk.status.value
    assert "No row id [-1]" in at_desk.comment.options
    at_desk.undo.click()
    assert not Marks(folder).standing() and at_desk.learner == first


@pytest.mark.parametrize(
    "question, comment, before, after",
    [
        (ONE, "a [-1] b [\u22121]", {"Level": 3}, {"Level": 1}),
        (ONE, "worse [-1]", {"Level": 0}, {"Level": 0}),
        (ONE, "more [Level +1]", {"Level": 1}, {"Level": 2}),
        (ONE, "see [H-TUR-2020; B-TUR] and [P03]", {"Level": 1}, {"Level": 1}),
        (ROWS, "[evidence -0,5]", {"Evidence": 2}, {"Evidence": 1.5}),
    ],
)
def test_changes_stay_on_their_scale(question, comment, before, after):
    every = {row.name: 0 for row in question.scales}
    assert changed(question, every | before, comment) == every | after


@pytest.mark.parametrize(
    "question, comment", [(ROWS, "[-1]"), (ONE, "[Nerve -1]"), (ONE, "[-0.3]")]
)
def test_a_change_that_is_not_clear_saves_nothing_and_says_so(question, comment):
    with pytest.raises(PlainError, match=r"Write the row|it can be"):
        changed(question, {row.name: 1 for row in question.scales}, comment)


def test_an_unclear_change_leaves_text_and_comment_at_the_desk(at_desk, folder):
    first, at_desk.comment.value = at_desk.learner, "[-0.3]"
    at_desk.entry.value = "2"
    assert not Marks(folder).standing() and "it can be 0, 1, 2, 3" in at_desk.status.value
    assert at_desk.learner == first and at_desk.comment.value == "[-0.3]"


# one in ten comes back unseen


def read_all(at_desk, level="2", most=60):
    seen = []
    while at_desk.learner and len(seen) < most:
        seen.append((at_desk.learner, at_desk.again, at_desk.card.value, at_desk.status.value))
        at_desk.entry.value = level
    return seen


def test_one_text_in_ten_comes_back_without_a_sign_of_its_first_mark(at_desk, folder):
    seen = read_all(at_desk)
    back = [n for n, (_, again, *_) in enumerate(seen) if again]
    assert len(seen) == 22 and len(back) == 2 and min(back) >= 16
    first = {who: n for n, (who, again, *_) in enumerate(seen) if not again}
    for n in back:
        who, _, card, said = seen[n]
        assert first[who] < 2, "those read first come back"
        assert pseudonym(ONE.id, who) not in card
        assert (
            "Rubric" in card and f"{22 - n} of 20 texts left" in said and "again" not in card + said
        )
        assert (
            card.replace(pseudonym(ONE.id, f"{who} again"), pseudonym(ONE.id, who))
            == (seen[first[who]][2])
        )
    assert [again for _, again in readings(20)] == [again for _, again, *_ in seen]


def test_a_second_reading_moves_no_grade_and_can_be_undone(at_desk, folder):
    read_all(at_desk, "3")
    marks = Marks(folder)
    again = marks.standing(again=True)
    assert len(marks.standing()) == 20 and len(again) == 2
    (learner, item, who), text = next(iter(again)), at_desk.pile.texts
    marks.add(learner, item, who, {"Level": 0}, text=text[item][learner], again=True)
    done = grade(folder.parent / "in", folder)
    assert {s.items[ONE.id].awarded for s in done.scores} == {ONE.points}
    assert not [p for p in done.problems if p.kind == "markers differ"]
    assert marks.undo(who)["scores"] == {"Level": 0}
    marks.undo(who)
    assert len(Marks(folder).standing()) + len(Marks(folder).standing(again=True)) == 21


def test_agreement_with_oneself_is_shown_when_the_pile_is_done(at_desk):
    back = 0
    for _ in range(22):
        assert "With yourself" not in at_desk.agreement.value
        back += at_desk.again
        at_desk.entry.value = "0" if at_desk.again and back == 2 else "2"
    said = at_desk.agreement.value
    assert "With yourself" in said and "2 texts" in said and "exact 50%" in said
    assert "Look again at Text" in said and "No drift was found in 20 texts" in said
    assert f"from {JUMP} texts on" in said and "no proof of none" in said


def test_an_old_marks_file_is_read_as_ever(folder):
    old = {"at": "2026-01-01T00:00:00+00:00", "learner": "w01", "item": ONE.id, "marker": "A"}
    old |= {"scores": {"Level": 3}, "comment": ""}
    (folder / "marks.jsonl").write_text(json.dumps(old) + "\n")
    here = desk(folder)
    assert here.pile.standing()["w01", ONE.id, "A"] == old and not here.pile.standing(again=True)
    assert len(here.pile.waiting(ONE.id, "first marker", NEW)) == 19


# agreement and drift


def test_opposed_markers_of_yes_and_no_are_far_apart():
    review = next(q for q in TEXTS if q.id == "8.5")
    one, two = ({"Done": d, "Useful": u} for d, u in ((1, 0), (0, 1)))
    assert more_than_a_level(review, one, two) and not more_than_a_level(review, one, one)


def test_each_row_has_an_agreement_of_its_own(tmp_path, top, monkeypatch):
    monkeypatch.chdir(top)
    names = [row.name for row in next(q for q in TEXTS if q.id == "8.5").scales]
    for n in range(4):
        put(tmp_path / "in", f"w{n}", {"8.5": OWN.format(n, n)})
    grade(tmp_path / "in", tmp_path / "out")
    here = desk(tmp_path / "out")
    for n in range(4):
        for by, value in (("A", n % 2), ("B", 1 - n % 2)):
            here.pile.marks.add(f"w{n}", "8.5", by, dict.fromkeys(names, value))
    agreed = here.pile.agreement("8.5", "A", "B")
    assert [(r["kappa"], r["exact"], r["within_one"]) for r in agreed["rows"]] == [
        (-1, 0, None)
    ] * 2
    assert len(agreed["apart"]) == 4


@pytest.mark.parametrize("moved", [0.5, -0.5])
@pytest.mark.parametrize("texts, shape", [(JUMP, "jump"), (CREEP, "creep")])
def test_half_a_level_is_found_in_nine_of_ten_piles(texts, shape, moved):
    assert found(texts, moved, shape, runs=200) >= 0.9


@pytest.mark.parametrize("texts", [20, 60, JUMP, CREEP])
def test_a_steady_marker_is_seldom_named(texts):
    assert found(texts, 0, "creep", runs=200) <= 0.05


def test_drift_has_a_direction_and_words():
    texts = [Marked(n / 99, 2 - (n > 49), 0.5, (1.0, 1.0) if n < 10 else None) for n in range(100)]
    told = drift(texts)
    assert told.found and told.levels < -0.5 and drift(texts[:19]) is None
    said = render("agreement", drift=told, shuffled=True, jump=JUMP, creep=CREEP)
    assert "stricter" in said and "mark the first third again" in said and "no learner" in said


# likeness


def test_a_changed_copy_is_alike_and_own_texts_are_not():
    copy = ONE.samples[3][0]
    before = "I asked three people before I wrote down anything at all, and then I asked why. "
    mine = before * 6 + copy
    texts = {"a": OWN.format(1, 1) * 2, "b": copy.replace("2020", "2021"), "c": mine, "d": "short"}
    like = alike(ONE, texts)
    assert set(like) == {"b", "c"} and {x.level for x in like["c"]} >= {3}
    assert {x.learner for x in like["b"]} == {""} and like["b"][0].percent >= ALIKE
    assert "b" in {x.learner for x in alike(ONE, texts | {"c": copy})["c"]}
    own = [(q, q.samples[a][0], q.samples[b][0]) for q in TEXTS for a in range(4) for b in range(a)]
    assert not any("x" in alike(q, {"x": one, "y": two}) and "y" in
                   {like.learner for like in alike(q, {"x": one, "y": two})["x"]}
                   for q, one, two in own)  # fmt: skip


def test_side_by_side_keeps_every_character():
    one, two = "<b>The same five words here</b> but ß and 1", "Well: the SAME five words here, İ."
    a, b = side_by_side(one, two)
    assert "".join(p for p, _ in a) == one and "".join(p for p, _ in b) == two
    assert [p for p, same in a if same] == ["The same five words here"]
    assert side_by_side("", "x") == ([], [("x", False)])


def test_like_texts_stand_beside_only_when_asked_for(tmp_path, top, monkeypatch):
    monkeypatch.chdir(top)
    same = OWN.format(7, 7) + " <i>and</i> she left it so"
    for who, text in (("w1", same), ("w2", same.replace("left", "kept")), ("w3", "Short.")):
        put(tmp_path / "in", who, {ONE.id: text})
    grade(tmp_path / "in", tmp_path / "out")
    here = desk(tmp_path / "out")
    while here.learner == "w3":
        here.skip.click()
    assert here.beside.value == "" and here.like.description
    here.like.value = True
    shown = here.beside.value
    assert shown.count("<table") == 1 and 'scope="col"' in shown and "no proof" in shown
    assert "w1" not in shown and "Name of" not in shown and "&lt;i&gt;" in shown
    while here.learner != "w3":
        here.skip.click()
    assert "no sign of own work" in here.beside.value


# what the process shows


def signals(out):
    with open(out / process.NAME, encoding="utf-8-sig", newline="") as file:
        told, *rows = csv.DictReader(file)
    return told, {row["learner"]: row for row in rows}


def test_signals_are_made_on_request_and_go_nowhere_else(tmp_path, top, monkeypatch):
    monkeypatch.chdir(top)
    at = "2020-12-01T00:00:00.000000Z"
    made = {"F01": 0.4, "F02": 0.1}
    lock = {"at": at, "probabilities": made, "hash": forecasts.seal(at, made)}
    sample = ONE.samples[3][0]
    put(tmp_path / "in", "w1", {ONE.id: sample, "2.2": "such as"}, locks={"forecasts": lock})
    put(tmp_path / "in", "w2", {ONE.id: sample + " So."}, locks={"forecasts": lock | {"at": "x"}})
    put(tmp_path / "in", "w3", {ONE.id: OWN.format(3, 3)}, locks={"forecasts": [1]})
    sheet = json.loads((tmp_path / "in/w1.json").read_text())
    sheet["answers"]["2.2"] |= {"tries": 187, "hints": 2, "opened": True}
    sheet["answers"]["2.2"]["at"] = "2026-01-25T09:00:00.000000Z"
    (tmp_path / "in/w1.json").write_text(json.dumps(sheet))
    plain = grade(tmp_path / "in", tmp_path / "out")
    assert not (tmp_path / "out" / process.NAME).exists()
    before = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*.*") if p.suffix != ".lock"}
    done = grade(tmp_path / "in", tmp_path / "out", signals=True)
    assert [s.total for s in done.scores] == [s.total for s in plain.scores]
    assert {p: p.read_bytes() for p in before} == before
    told, rows = signals(tmp_path / "out")
    assert all(told.values()) and list(told) == list(process.NOT_EVIDENCE)
    one = rows["w1"]
    assert (one["tries"], one["hints"], one["solutions_opened"], one["days"]) == (
        "188",
        "2",
        "1",
        "6",
    )
    assert [rows[who]["seal"] for who in ("w1", "w2", "w3")] == ["whole", "broken", "none"]
    assert f"{ONE.id}: 100 % like" in one["like"] and rows["w3"]["like"] == ""
    grade(tmp_path / "in", tmp_path / "out")
    assert not (tmp_path / "out" / process.NAME).exists(), "off means gone"


def test_an_automatic_answer_in_words_is_no_copied_text(tmp_path, top, monkeypatch):
    monkeypatch.chdir(top)
    by_rule = next(q for q in questions.all() if q.kind != "text")
    for who in ("a", "b"):
        put(tmp_path / "in", who, {by_rule.id: "the same words " * 5})
    done = grade(tmp_path / "in", tmp_path / "out")
    assert "identical text" not in {p.kind for p in done.problems}


def test_learners_are_told_where_they_say_who_they_are(sheet_path):
    from brieflab import sheet

    def words(widget):
        here = [widget.value] if isinstance(widget, W.HTML) else []
        return here + [w for child in getattr(widget, "children", ()) for w in words(child)]

    shown = " ".join(words(Tools(1, sheet.empty())))
    for word in ("tried", "hints", "alike", "never for points", "say no", "deleted"):
        assert word in shown
