"""TEACHING.md as its readers use it: plans that fill the hour, items that exist, true numbers."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from brieflab import questions, trace
from brieflab.__main__ import main
from brieflab.tables import load

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "solutions" / "TEACHING.md"
TEXT = GUIDE.read_text(encoding="utf-8")
TABLES = load(ROOT / "datasets")
ITEMS = {question.id for question in questions.all()}
LESSONS = questions.lessons()
PARTS = (
    "The point.",
    "Cut first:",
    "Board:",
    "Main discussion.",
    "More prompts.",
    "Without screens.",
)


def under(heading, text=TEXT):
    """Return the text below a heading, up to the next one of its level or above."""
    found = re.search(rf"^(#+) {heading}.*$", text, re.M)
    assert found, f"no heading '{heading}'"
    rest = text[found.end() :]
    stop = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.M)
    return rest[: stop.start()] if stop else rest


def rows(text):
    """Return the cells of the table rows in ``text``, one tuple a row."""
    return [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in text.splitlines()
        if line.startswith("|") and not set(line) <= set("|- ")
    ]


def plans(lesson):
    """Return {length: [(start, end), ...]} of a lesson's plan; a dash has no time."""
    table = [row for row in rows(under(f"Lesson {lesson}:")) if len(row) == 3]
    assert table[0] == ("50 min", "90 min", "What happens")
    clock = re.compile(r"(\d+)–(\d+) min")
    return {
        length: [tuple(map(int, clock.fullmatch(row[column]).groups())) for row in table[1:]
                 if row[column] != "–"]
        for column, length in enumerate((50, 90))
    }  # fmt: skip


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("length", [50, 90])
def test_a_plan_fills_its_class_without_gap(lesson, length):
    times = plans(lesson)[length]
    assert all(start < end for start, end in times), times
    assert [start for start, _ in times] == [0, *(end for _, end in times[:-1])]
    assert times[-1][1] == length


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_short_class_reaches_the_stop_point_at_25(lesson):
    assert 25 in [end for _, end in plans(lesson)[50]]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_has_all_its_parts(lesson):
    section = under(f"Lesson {lesson}:")
    assert not [part for part in PARTS if f"**{part}**" not in section]
    ideas = [row for row in rows(section) if len(row) == 2 and row[0] != "You hear"]
    assert 3 <= len(ideas) <= 4
    assert [f"*{kind}:*" in section for kind in ("Comes first", "Better", "Strong")] == [True] * 3
    assert f"`{lesson} before`" in section and f"`{lesson} after`" in section


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_a_plan_calls_for_is_in_the_lesson(lesson):
    book = next((ROOT / "notebooks").glob(f"{lesson:02}_*.ipynb")).read_text(encoding="utf-8")
    section = re.sub(r"^```.*?^```", "", under(f"Lesson {lesson}:"), flags=re.M | re.S)
    named = re.findall(r"`(?:fc\.)?([a-z]\w+)(?:\(\))?`", section)
    assert named and not [name for name in named if name not in book]
    votes = re.findall(r"`(\d (?:before|after))`", section)
    assert not [vote for vote in votes if vote not in book]


def placed(lesson):
    """Return the items that the plan of 50 minutes takes up in class, and those it sets as homework."""
    table = [row for row in rows(under(f"Lesson {lesson}:")) if len(row) == 3 and row[0] != "–"]
    short = re.sub(r"Long class: .*?\.(?!\d)", "", " ".join(row[2] for row in table))
    room, home = short.split("Home: ")
    return [set(re.findall(r"\b\d+\.\d+\b(?!\s?%)", part)) for part in (room, home)]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_short_class_does_an_item_in_the_room_or_at_home(lesson):
    """An item that a plan does not place is homework."""
    room, home = placed(lesson)
    assert not room & home
    assert room | home <= {question.id for question in questions.of_lesson(lesson)}


def test_the_items_free_of_ai_are_those_done_in_the_room():
    row = next(row for row in rows(under("6 Integrity")) if "AI-free" in row[0])
    assert set(row[1].split(", ")) == set().union(*(placed(lesson)[0] for lesson in LESSONS))


def test_forecasts_are_locked_then_revealed_then_recalled_then_scored():
    table = rows(under("Lesson 7:"))
    steps = ("lock_then_reveal", "fc.reveal", "`recall()", "fc.scores", "fc.epilogue")
    at = [next(n for n, row in enumerate(table) if step in row[-1]) for step in steps]
    assert at == sorted(set(at))
    assert table[at[0]][0].endswith("–20 min") and table[at[1]][0].startswith("30–")


def test_every_item_named_exists_and_points_are_the_questions_own():
    assert set(re.findall(r"(?<![\d.])[1-9]\.[1-9]\b(?!\s?%)", TEXT)) <= ITEMS
    asked = questions.all()
    read = sum(q.points for q in asked if q.kind == "text")
    total = sum(q.points for q in asked)
    assert f"Of {total:g} points, {total - read:g} points are checked by machine" in TEXT
    assert f"and {read:g} points are read by a person" in TEXT
    table = rows(TEXT[TEXT.index("| Lesson | Items | Minutes |") :])[1 : len(LESSONS) + 1]
    for lesson, (number, items, minutes, *points, varied) in zip(LESSONS, table, strict=True):
        own = [q for q in asked if q.lesson == lesson]
        assert (int(number), int(items)) == (lesson, len(own))
        assert int(minutes) == sum(q.minutes for q in own)
        assert sum(map(float, points)) == sum(q.points for q in own)
        assert set(re.findall(r"\d\.\d", varied)) == {q.id for q in own if q.variants}


def test_every_objective_is_assessed_by_items_of_its_lesson():
    table = rows(under("Quality Matters"))[1:]
    named = [re.findall(r"\d\.\d", row[2]) for row in table]
    assert all(named) and {item for items in named for item in items} <= ITEMS
    assert all(
        item.split(".")[0] == row[0] for row in table for item in re.findall(r"\d+\.\d+", row[2])
    )


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_objective_of_the_card_is_in_the_map(lesson):
    book = next((ROOT / "notebooks").glob(f"{lesson:02}_*.ipynb")).read_text(encoding="utf-8")
    aims = re.search(r"\*\*You will be able to\*\* \|(.*?)\|", book)[1]
    mapped = " ".join(row[1] for row in rows(under("Quality Matters")) if row[0] == str(lesson))
    verbs = re.findall(r"\*(\w+)\*", aims)
    assert verbs and not [verb for verb in verbs if verb not in mapped]


def test_the_marking_budget_adds_up():
    table = [row for row in rows(under("7 Grading")) if len(row) == 3][1:]
    minutes = [[int(re.search(r"(\d+) min", cell)[1]) for cell in row[1:]] for row in table]
    assert [sum(column) for column in zip(*minutes[:-1], strict=True)] == minutes[-1]


def test_the_rehearsal_runs_as_written_and_its_problems_are_explained(
    tmp_path, monkeypatch, capsys
):
    row = next(row for row in rows(under("1 Your first hour")) if "brieflab rehearse" in row[1])
    lines = re.findall(r"`brieflab ([^`]+)`", row[1])
    shutil.copytree(ROOT / "datasets", tmp_path / "datasets")
    monkeypatch.chdir(tmp_path)
    assert [main(line.split()) for line in lines] == [0, 1]
    explained = re.findall(r"\*\*([^*]+)\*\*", "".join(row[0] for row in rows(under("7 Grading"))))
    kinds = pd.read_csv("graded/problems.csv").query("level == 'problem'")["kind"]
    assert len(kinds) and set(kinds) <= set(explained)
    assert Path("graded/class.html").is_file()


PAGES = [ROOT / "README.md", *ROOT.glob("*/*.md"), ROOT / "notebooks/brieflab/README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", text, re.M)
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif not target.startswith("http"):
            assert (page.parent / target.split("#")[0]).exists(), f"{target} is not there"


def test_numbers_carry_evidence_that_holds():
    problems = trace.check_text(TEXT, TABLES, strict=False)
    problems += trace.check_text(under("3 Lessons"), TABLES, strict=True)
    assert not problems, "\n".join(map(str, problems))


def test_no_outcome_of_the_forecasts_is_told():
    asked = [*TABLES.forecasts["forecast_id"], *TABLES.later_evidence.iloc[:, 0]]
    assert set(trace.ids_in(TEXT)) & set(asked) <= {"F01"}
