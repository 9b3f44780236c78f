"""Exercises follow from the solutions, and a learner's work is never overwritten."""

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from brieflab import questions, release
from brieflab.__main__ import main
from brieflab.plain import PlainError

TOP = Path(__file__).resolve().parent.parent
MADE = sorted(path.stem for path in (TOP / "solutions").glob("0*.ipynb"))


def source(path, kinds=("code", "markdown")):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] in kinds)


@pytest.fixture
def copy(top, tmp_path):
    shutil.copytree(top / "solutions", tmp_path / "solutions")
    release.release(tmp_path)
    return tmp_path


def test_the_exercises_in_the_repository_are_what_release_makes(top, copy):
    made = {p.name: p.read_bytes() for p in (copy / "exercises").iterdir()}
    assert {p.name: p.read_bytes() for p in (top / "exercises").glob("*.ipynb")} == made
    assert set(made) == {f"{stem}.ipynb" for stem in MADE}
    assert (top / "solutions" / "RUBRIC.md").read_text("utf-8") == release.rubric_text()


def test_releasing_again_changes_nothing(copy):
    before = {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()}
    told = release.release(copy)
    assert {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()} == before
    assert all("as it was" in line for line in told if line.startswith("0"))


@pytest.mark.parametrize(
    "change",
    [
        lambda nb: nb["cells"][-1].update(source="mine = 1"),
        lambda nb: nb["cells"].pop(3),
        lambda nb: nb["cells"].insert(
            0, {"cell_type": "markdown", "metadata": {}, "source": ["note"], "id": "n"}
        ),
        lambda nb: nb["cells"][1].update(
            outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}]
        ),
        lambda nb: nb["metadata"].pop("brieflab"),
        lambda nb: nb.update(cells=3),
        None,
    ],
    ids=["edited", "deleted", "inserted", "run", "no mark", "no cells", "not json"],
)
def test_a_changed_exercise_is_left_alone_and_the_new_one_lies_beside_it(copy, change):
    path = copy / "exercises" / "02_who_attended.ipynb"
    fresh = path.read_bytes()
    if change is None:
        path.write_text("<<<<<<<")
    else:
        notebook = json.loads(fresh)
        change(notebook)
        path.write_text(json.dumps(notebook))
    mine = path.read_bytes()
    told = release.release(copy)
    assert path.read_bytes() == mine
    assert path.with_name("02_who_attended.new.ipynb").read_bytes() == fresh
    assert any("left alone" in line and "02_who_attended.new.ipynb" in line for line in told)


def test_an_untouched_exercise_is_renewed(copy):
    path = copy / "solutions" / "02_who_attended.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][0]["source"] = ["# Another title\n"]
    path.write_text(json.dumps(notebook))
    release.release(copy)
    exercise = copy / "exercises" / "02_who_attended.ipynb"
    assert "Another title" in source(exercise)
    assert not exercise.with_name("02_who_attended.new.ipynb").exists()


def test_what_a_question_says_is_written_once_and_its_heading_made(copy):
    path = copy / "solutions" / "02_who_attended.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    first, *rest = questions.of_lesson(2)
    minutes, points = (sum(getattr(q, n) for q in (first, *rest)) for n in ("minutes", "points"))
    for cell in notebook["cells"]:
        if "".join(cell["source"]).startswith(f"## {first.id} "):
            cell["source"] = [f"## {first.id}"]
    notebook["cells"][0]["source"] = ["# Title\n", "\n", "About 1 minutes, 2 points."]
    path.write_text(json.dumps(notebook))
    told = release.release(copy)
    assert "solutions/02_who_attended.ipynb: headings renewed." in told
    for made in (path, copy / "exercises" / path.name):
        text = source(made, ["markdown"])
        assert f"## {first.id} {first.title}\n" in text and first.prompt in text
        assert f"About {minutes} minutes, {points} points." in text


@pytest.mark.parametrize("text", ["# Two\n\nAbout 3 minutes, 2 points.", "## 2.5 million people"])
def test_what_is_no_heading_of_a_question_is_left_alone(text):
    cell = {"id": "x", "cell_type": "markdown", "metadata": {}, "source": text}
    assert release.with_headings(nbformat.from_dict({"cells": [cell]})).cells[0].source == text


def test_a_heading_of_no_question_is_refused():
    cell = {"id": "x", "cell_type": "markdown", "metadata": {}, "source": "## 9.9"}
    with pytest.raises(PlainError, match="no question '9.9'"):
        release.with_headings(nbformat.from_dict({"cells": [cell]}))


@pytest.mark.parametrize("stem", MADE)
def test_an_exercise_asks_every_question_of_its_lesson_and_answers_none(top, stem):
    exercise, solution = top / "exercises" / f"{stem}.ipynb", top / "solutions" / f"{stem}.ipynb"
    blank, worked = source(exercise), source(solution)
    assert '"outputs": []' in exercise.read_text("utf-8")
    assert blank.count("tools(") == 2
    assert len(re.findall("^# ", source(exercise, ["markdown"]), re.MULTILINE)) == 1
    for question in questions.all():
        if question.lesson == int(stem[:2]):
            stars = "★" * question.stars
            unit = "point" if question.points == 1 else "points"
            assert f"## {question.id} {question.title}\n" in blank
            assert (
                f"{question.points:g} {unit} · about {question.minutes} minutes · {stars}" in blank
            )
            if question.kind == "text":
                assert f'write("{question.id}")' in blank and f'write("{question.id}", ' in worked
            else:
                assert f"{question.name} = " in blank
                assert f'check("{question.id}", {question.name})' in blank
                if question.varies:
                    assert f'ask("{question.id}")' in blank


@pytest.mark.parametrize("stem", MADE)
def test_a_solution_shows_that_every_check_is_right(top, stem):
    notebook = json.loads((top / "solutions" / f"{stem}.ipynb").read_text("utf-8"))
    outputs = json.dumps([c.get("outputs", []) for c in notebook["cells"]], ensure_ascii=False)
    for question in questions.all():
        if question.lesson == int(stem[:2]) and question.kind == "auto":
            assert f'"{question.id} ✓ Right.' in outputs


def test_a_solution_cell_without_an_answer_is_refused():
    cell = {
        "id": "x",
        "cell_type": "code",
        "metadata": {"tags": ["solution"]},
        "source": "print(1)",
    }
    with pytest.raises(PlainError, match="answer_N_N"):
        release.exercise(nbformat.from_dict({"cells": [cell]}))


def test_an_answer_that_would_stand_in_the_exercise_is_refused():
    cell = {"id": "x", "cell_type": "code", "metadata": {}, "source": "a = 1\nanswer_2_1 = a"}
    with pytest.raises(PlainError, match="answer_2_1 and is not tagged 'solution'"):
        release.exercise(nbformat.from_dict({"cells": [cell]}))
    cell["source"] = "answer_2_1 = ..."
    kept = release.exercise(nbformat.from_dict({"cells": [cell]}))
    assert kept.cells[0].source == "answer_2_1 = ..."


def test_half_points_in_a_title_are_renewed_like_whole_ones(copy):
    path = copy / "solutions" / "02_who_attended.ipynb"
    text = path.read_text("utf-8")
    path.write_text(text.replace("12 points.", "14.5 points."))
    release.release(copy)
    assert path.read_text("utf-8") == text


def test_the_command_says_what_it_did_and_what_is_wrong(copy, tmp_path, capsys):
    assert main(["release", "--top", str(copy)]) == 0
    assert "as it was" in capsys.readouterr().out
    assert main(["release", "--top", str(tmp_path / "nowhere")]) == 2
    assert "No solutions were found" in capsys.readouterr().err
