"""The grading desk: every control driven, every mark on disk, nobody's name in sight."""

import csv
import json
from html import unescape

import pytest

from brieflab import questions
from brieflab.grading import rehearse
from brieflab.grading.command import grade
from brieflab.grading.desk import desk
from brieflab.grading.marks import Marks
from brieflab.grading.pile import MINE, NEW, SECOND, Pile, pseudonym
from brieflab.questions.rubric import LEVEL, LEVELS

TEXTS = [q for q in questions.all() if q.kind == "text"]
LEARNERS = [f"learner-{n:02}" for n in range(12)]
WORDS = ("Damascus stated it invited Turkey", "Ankara says that no letter ever came")


@pytest.fixture
def folder(tmp_path, top, monkeypatch):
    """A graded class in which texts of two kinds alternate."""
    monkeypatch.chdir(top)
    (tmp_path / "in").mkdir()
    for n, who in enumerate(LEARNERS):
        given = {q.id: f"{WORDS[n % 2]}. Number {n}. <b>not bold</b>" for q in TEXTS}
        sheet = rehearse.sheet_of(who, given, f"Secret Name {n}")
        (tmp_path / "in" / f"{who}.json").write_text(json.dumps(sheet))
    grade(tmp_path / "in", tmp_path / "graded")
    return tmp_path / "graded"


@pytest.fixture
def at_desk(folder):
    return desk(folder)


def one_level(at_desk):
    """Turn to a question that is marked by one level."""
    at_desk.question.value = next(q for q in at_desk.pile.items() if len(q.scales) == 1)
    return at_desk.question.value.id


def test_a_click_marks_saves_and_goes_on(at_desk, folder):
    item, first = one_level(at_desk), at_desk.learner
    at_desk.comment.value = "Name the source."
    at_desk.buttons.children[2].click()
    saved = Marks(folder).standing()[first, item, "first marker"]
    assert saved["scores"] == {"Level": 2} and saved["comment"] == "Name the source."
    assert at_desk.learner != first and f"{len(LEARNERS)} texts left" in at_desk.status.value
    assert at_desk.comment.value == "" and "Name the source." in at_desk.comment.options


@pytest.mark.parametrize("typed, level", [("0", 0), ("1", 1), ("2", 2), ("3", 3)])
def test_a_typed_level_marks(at_desk, folder, typed, level):
    item, first = one_level(at_desk), at_desk.learner
    at_desk.entry.value = typed
    assert Marks(folder).standing()[first, item, "first marker"]["scores"] == {"Level": level}
    assert at_desk.entry.value == ""


@pytest.mark.parametrize("typed", ["4", "-1", "x", "2 2", "2.5", "3 points"])
def test_what_is_no_level_marks_nothing_and_says_so(at_desk, folder, typed):
    one_level(at_desk)
    at_desk.entry.value = typed
    assert not Marks(folder).standing() and "is no score here" in at_desk.status.value


@pytest.mark.parametrize("question", [q for q in TEXTS if len(q.scales) > 1], ids=lambda q: q.id)
def test_several_rows_are_marked_together(at_desk, folder, question):
    at_desk.question.value = next(q for q in at_desk.pile.items() if q.id == question.id)
    first = at_desk.learner
    for row in at_desk.rows.children:
        row.value = row.options[-1][1]
    at_desk.save.click()
    saved = Marks(folder).standing()[first, question.id, "first marker"]["scores"]
    assert saved == {row.name: max(row.scores) for row in question.scales}
    at_desk.entry.value = " ".join("1" for _ in question.scales)
    assert len(Marks(folder).standing()) == 2


def test_undo_brings_the_text_back(at_desk, folder):
    one_level(at_desk)
    first = at_desk.learner
    at_desk.entry.value = "3"
    at_desk.undo.click()
    assert not Marks(folder).standing() and at_desk.learner == first
    at_desk.undo.click()
    assert "no mark of yours" in at_desk.status.value
    assert len((folder / "marks.jsonl").read_text().splitlines()) == 2


def test_later_puts_a_text_under_the_pile(at_desk):
    one_level(at_desk)
    seen = []
    for _ in LEARNERS:
        seen.append(at_desk.learner)
        at_desk.skip.click()
    assert sorted(seen) == LEARNERS and at_desk.learner == seen[0]


def test_no_name_and_no_markup_of_a_learner_is_shown(at_desk):
    for question in at_desk.pile.items():
        at_desk.question.value = question
        for _ in LEARNERS:
            shown = at_desk.card.value + at_desk.status.value
            assert "learner-" not in shown and "Secret Name" not in shown
            assert "&lt;b&gt;not bold" in shown
            at_desk.skip.click()
    names = {pseudonym(q.id, who) for q in TEXTS for who in LEARNERS}
    assert len(names) == len(TEXTS) * len(LEARNERS)


def test_the_orders(at_desk, folder):
    item = one_level(at_desk)
    shuffled, alike = at_desk.pile.order(item), at_desk.pile.order(item, similar=True)
    assert sorted(shuffled) == sorted(alike) == LEARNERS and shuffled == Pile(folder).order(item)
    odd = [LEARNERS.index(who) % 2 for who in alike]
    assert sum(a != b for a, b in zip(odd, odd[1:])) == 1
    at_desk.order.value = "similar first"
    assert at_desk.learner == alike[0]


def test_the_pile_runs_out_in_words(at_desk):
    one_level(at_desk)
    for _ in range(len(LEARNERS) + 1):
        at_desk.entry.value = "1"
    assert at_desk.learner is None and "No text is left" in at_desk.card.value
    at_desk.buttons.children[0].click()
    at_desk.which.value = MINE
    assert at_desk.learner and "marked by me" in at_desk.status.value
    at_desk.entry.value = "2"
    assert len(at_desk.pile.waiting(at_desk.question.value.id, "first marker", NEW)) == 0


def test_a_mark_needs_a_marker(at_desk, folder):
    one_level(at_desk)
    at_desk.marker.value = "  "
    at_desk.entry.value = "1"
    assert not Marks(folder).standing() and "initials" in at_desk.status.value


KAPPA = 0.5217391304347826
"""Cohen's kappa with quadratic weights of the two markers below, by scikit-learn 1.9.1."""


def test_two_markers_and_their_agreement(at_desk, folder):
    item = one_level(at_desk)
    first, second = [0, 1, 2, 3, 3, 2, 1, 0, 2, 2, 3, 1], [0, 1, 2, 3, 2, 2, 1, 3, 2, 1, 3, 1]
    given = dict(zip(at_desk.pile.order(item), first))
    for _ in range(len(LEARNERS) + 1):
        at_desk.entry.value = str(given[at_desk.learner])
    at_desk.marker.value, at_desk.which.value = "KL", SECOND
    again = dict(zip(at_desk.pile.order(item), second))
    for _ in range(len(LEARNERS) + 1):
        assert "Level" not in at_desk.card.value.split("</details>")[-1]
        at_desk.entry.value = str(again[at_desk.learner])
    found = at_desk.pile.agreement(item, "first marker", "KL")
    [row] = found["rows"]
    assert found["texts"] == 12 and row["exact"] == pytest.approx(9 / 12)
    assert row["within_one"] == pytest.approx(11 / 12) and len(found["apart"]) == 1
    assert row["kappa"] == pytest.approx(KAPPA)
    assert "exact 75%" in at_desk.agreement.value and "Text " in at_desk.agreement.value
    grade(folder.parent / "in", folder)
    said = (folder / "problems.csv").read_text("utf-8-sig")
    assert said.count(",markers differ,") == 1
    level = LEVEL.name
    standing = Pile(folder).standing()
    top = questions.get(item).points
    with open(folder / "grades.csv", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            scores = standing[row["learner"], item, "first marker"]["scores"]
            assert float(row[f"{item} awarded"]) == pytest.approx(top * scores[level] / 3, abs=1e-3)


def test_the_desk_and_the_grades_call_the_same_texts_far_apart(at_desk, folder):
    """One rule: whoever is to be talked about at the desk stands in problems.csv, and nobody else."""
    question = next(q for q in at_desk.pile.items() if len(q.scales) > 2)
    top = {row.name: max(row.scores) for row in question.scales}
    first, *_, last = top
    every = {name: score - 1 for name, score in top.items()}
    for who, given in zip(LEARNERS, [top, {**top, last: top[last] - 1}, {**top, first: 0}, every]):
        at_desk.pile.marks.add(who, question.id, "first marker", top)
        at_desk.pile.marks.add(who, question.id, "KL", given)
    named = set(at_desk.pile.agreement(question.id, "first marker", "KL")["apart"])
    done = grade(folder.parent / "in", folder)
    told = {p.learner for p in done.problems if p.kind == "markers differ"}
    assert named == {pseudonym(question.id, who) for who in told}
    assert told == set(LEARNERS[2:4])


def test_the_rubric_is_shown_with_its_levels(at_desk):
    for question in at_desk.pile.items():
        at_desk.question.value = question
        page = unescape(at_desk.card.value)
        assert question.prompt in page
        assert ("<details>" in page) == bool(question.criteria)
        for name, steps in question.criteria:
            cells = "".join(f"<td>{step}</td>" for step in steps)
            assert f'<tr><th scope="row">{name}</th>{cells}</tr>' in page
            assert all(
                f'<th scope="col">{n} {level}</th>' in page for n, level in enumerate(LEVELS)
            )


def test_agreement_without_spread_or_texts(at_desk):
    item = one_level(at_desk)
    assert at_desk.pile.agreement(item, "first marker", "KL") is None
    at_desk.pile.marks.add(LEARNERS[0], item, "first marker", {"Level": 2})
    at_desk.pile.marks.add(LEARNERS[0], item, "KL", {"Level": 2})
    assert at_desk.pile.agreement(item, "first marker", "KL")["rows"][0]["kappa"] is None


def test_a_folder_without_texts_is_explained(tmp_path):
    assert "brieflab grade" in desk(tmp_path / "graded").text


def test_the_notebook_has_one_visible_line(top):
    book = json.loads((top / "solutions/grading_desk.ipynb").read_text("utf-8"))
    code = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
    assert code == ['from brieflab.grading.desk import desk; desk("../graded")']


def test_every_control_has_a_name(at_desk):
    for control in (at_desk.marker, at_desk.question, at_desk.which, at_desk.order, at_desk.entry,
                    at_desk.comment, at_desk.save, at_desk.skip, at_desk.undo):  # fmt: skip
        assert control.description
