"""An instructor's own questions: what learners get, what stays behind, how answers find their key."""

import csv
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from brieflab import notebooks, private, questions, release, sheet, tables
from brieflab.__main__ import main
from brieflab.check import ask, check, feedback, posing, progress, write, writing
from brieflab.grading import rehearse
from brieflab.grading.desk import desk
from brieflab.plain import PlainError
from brieflab.questions.travel import packed, unpacked

TOP = Path(__file__).resolve().parent.parent
DATA = tables.load(TOP / "datasets")
COURSE = [question for own in questions.of_course().values() for question in own]
STAY = {"1.2", "2.3", "6.3", "7.4", "7.5", "8.1", "8.2", "8.3"}
"""Questions of the course with a shape or a spelling rule of their own: these cannot travel."""
GUESTS = ("Lebanon", "Iraq", "China")
FILE = '''
from brieflab.course import rubric
from brieflab.questions import Mistake, Question
from brieflab.questions.shapes import Number, Text, Whole

TITLE = "Midterm"
WORD = "copper lantern"
TABLES = ("attendance",)

def reports(t, actor):
    return (t.attendance["actor"] == actor).sum()

QUESTIONS = (
    Question(
        id="41.1", lesson=41, title="Reports", points=2, minutes=5, stars=1, objective="count",
        prompt="How many rows of `attendance` speak of {actor}?",
        variants=tuple({"actor": name, "note": "SECRET field"} for name in ("Lebanon", "Iraq", "China")),
        expects=Whole("a number of rows"),
        key=lambda t, v: reports(t, v["actor"]),
        mistakes=(Mistake("SECRET name", lambda t, v: len(t.attendance), "SECRET message"),),
        hints=("SECRET hint",), worked="SECRET work", right="SECRET reason",
    ),
    Question(
        id="41.2", lesson=41, title="A share", hints=("SECRET too",), points=1, minutes=3, stars=1, objective="count",
        prompt="Which share of {these} is meant?", expects=Number(tolerance=0.0625, low=0, high=1),
        key=0.734375,
    ),
    Question(
        id="41.3", lesson=41, title="A word", points=3, minutes=9, stars=2, objective="argue",
        kind="text", prompt="What is lost?", expects=Text(),
        criteria=rubric.criteria(rubric.ANSWER), samples={3: ("SECRET sample", "SECRET remark")},
    ),
)
'''  # fmt: skip
KEPT = ("SECRET", "0.734375", "0.0625", "tolerance")


@pytest.fixture(autouse=True)
def nothing_stays_known(monkeypatch):
    monkeypatch.chdir(TOP)
    monkeypatch.setattr(questions, "_added", {})


@pytest.fixture
def folder(tmp_path):
    """A private folder with one set."""
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "41_midterm.py").write_text(FILE, "utf-8")
    return tmp_path / "private"


def released(folder):
    """Return the exercise of the set, as a notebook; nothing of it is known to this process."""
    assert main(["release", "--private", str(folder)]) == 0
    questions._added.clear()
    return notebooks.read(folder / "exercises" / "41_midterm.ipynb")


def opened(folder):
    """Let this process know what a learner's knows: run the cell that poses the questions."""
    cell = next(cell.source for cell in released(folder).cells if "pose(" in cell.source)
    exec(cell.replace("tools(41)", ""), {})


@pytest.fixture
def shown(sheet_path, monkeypatch):
    """Collect what is displayed, as in a kernel."""
    found = []

    class Handle:
        def update(self, thing):
            found.append(thing)

    for room in (feedback, posing, writing):
        monkeypatch.setattr(room, "show", lambda thing, **k: (found.append(thing), Handle())[1])
        monkeypatch.setattr(room, "in_kernel", lambda: True, raising=False)
    return found


def name_me(who):
    sheet.update(lambda now: now["learner"].update(id=who))


def variant(who):
    """Return the guest about whom a learner of the course is asked."""
    word = questions.get("41.1").word
    assert word == "copper lantern"
    return questions.variant(who, "another word", questions.get("41.1"))["actor"]


def rows(actor):
    return int((DATA.attendance["actor"] == actor).sum())


def hand_in(place, who, given, **changes):
    place.mkdir(parents=True, exist_ok=True)
    made = {**rehearse.sheet_of(who, given), **changes}
    (place / f"{who}.json").write_text(json.dumps(made), "utf-8")


def grade(place, *options):
    """Grade on the command line; return its exit code, the grades by learner, and the problems."""
    questions._added.clear()
    out = place.parent / "graded"
    code = main(["grade", str(place), "--out", str(out), *map(str, options)])
    if code == 2:
        return code, {}, []
    read = [
        list(csv.DictReader((out / f"{name}.csv").read_text("utf-8-sig").splitlines()))
        for name in ("grades", "problems")
    ]
    return code, {row["learner"]: row for row in read[0]}, read[1]


# --- what travels


def test_nothing_that_tells_an_answer_is_in_the_exercise(folder):
    text = notebooks.text_of(released(folder))
    assert not [secret for secret in KEPT if secret in text]
    assert "How many rows of `attendance` speak of {actor}?" in text and "a number of rows" in text
    assert "The rubric stands above the box. A person reads" in text and "samples" not in text
    assert all(name in text for name in GUESTS)
    everything = (folder / "41_midterm.py").read_text("utf-8")
    assert all(secret in everything for secret in KEPT)


@pytest.mark.parametrize("question", [q for q in COURSE if q.id not in STAY], ids=lambda q: q.id)
def test_an_answer_is_read_alike_on_both_sides(question):
    """What travels reads every key and every mistake as the question itself does."""
    there = unpacked(json.loads(json.dumps(packed(question))), question.lesson)
    assert (there.heading(), there.criteria) == (question.heading(), question.criteria)
    assert there.key is None and not (there.mistakes or there.samples or there.worked)
    if question.kind == "text":
        assert there.expects.count("one two") == 2
        return
    given = [value for part in questions.solved(question, DATA) for _, value in part]
    for value in [*given, "a word", 3, [1, 2, 3], {"a": 1}, {"b"}, pd.DataFrame({"a": [1]}), True]:
        here = questions.judge(question, value, DATA)
        away = questions.judge(there, value, DATA)
        if here.state in ("type", "shape", "blank"):
            assert away == here
        else:
            assert (away.state, away.normal) == ("recorded", here.normal)


@pytest.mark.parametrize("name", sorted(STAY))
def test_what_a_learner_could_not_read_does_not_travel(name):
    with pytest.raises(PlainError, match=r"Use (one of the module's: Chart, .*|rename=str)\.$"):
        packed(questions.get(name))


# --- what an instructor writes


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("TITLE =", "NAME =", "41_midterm.py does not say its TITLE"),
        ("QUESTIONS = (", "ASKED = (", "does not say its QUESTIONS"),
        ("TITLE =", "TITLE = (", r"not sound Python in line \d+"),
        ('TITLE = "Midterm"', "TITLE = Midterm", "stops in line 6: NameError"),
        ('objective="argue",', "", "stops in line 28: TypeError.*objective"),
        ('TABLES = ("attendance",)', 'TABLES = ("guests",)', "TABLES: There is no table called"),
        ('WORD = "copper lantern"', "", "question 41.1: It has variants, so the file needs a word"),
        ('id="41.2"', 'id="40.2"', "question 40.2: In a file numbered 41, write id='41.1'"),
        ('id="41.2"', 'id="41.1"', "two questions 41.1"),
        ("points=1,", "points=0,", "question 41.2: It has points=0; write a number above 0"),
        ("points=1,", 'points="1",', "It has points='1'; write a number above 0"),
        ("key=0.734375,", "", "question 41.2: It has no key. Write key=17"),
        ("key=0.734375,", 'key="much",', "cannot be computed: .*its own value cannot be read"),
        ("key=0.734375,", "key=0.5, is_right=lambda a, b: False,", "is not judged right"),
        ('reports(t, v["actor"])', 'v["guest"]', "cannot be computed for .*KeyError: 'guest'"),
        ('"SECRET message"', "lambda t, v: 1 / 0", "ZeroDivisionError"),
        ("speak of {actor}", "speak of {guest}", "Its prompt names 'guest', and a variant lacks"),
        ("speak of {actor}", "speak of them", "Two of its variants read alike"),
        ("criteria=rubric.criteria(rubric.ANSWER),", "", "question 41.3: A text needs the rubric"),
        ('("attendance",)', '("attendance")', "TABLES is no tuple. End each member with a comma"),
        ("    ),\n)\n", "    )\n)[0]\n", "QUESTIONS is no tuple"),
        ('id="41.2"', "id=41.2", r"question 41.2: It cannot be read \(TypeError"),
        ('("Lebanon", "Iraq", "China")', "(1j, 2j)", "no number and no text"),
        ("QUESTIONS = (\n", 'QUESTIONS = ("41.1",\n', "number 1 of QUESTIONS is no Question"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_said_in_a_sentence(folder, capsys, old, new, said):
    assert FILE.count(old) >= 1
    (folder / "41_midterm.py").write_text(FILE.replace(old, new, 1), "utf-8")
    assert main(["release", "--private", str(folder)]) == 2
    error = capsys.readouterr().err
    assert re.search(said, error) and error.count("\n") == 1, error
    assert not (folder / "exercises").exists()


def test_a_number_that_the_course_has_is_refused(folder, capsys):
    (folder / "41_midterm.py").rename(folder / "02_midterm.py")
    text = FILE.replace("41.", "2.").replace("lesson=41", "lesson=2")
    (folder / "02_midterm.py").write_text(text, "utf-8")
    before = questions.get("2.1")
    assert main(["release", "--private", str(folder)]) == 2
    assert "the course has a lesson 2. Give it a number of its own, 9 or more" in (
        capsys.readouterr().err
    )
    assert questions.get("2.1") is before


def test_two_files_of_one_number_are_refused(folder):
    shutil.copy(folder / "41_midterm.py", folder / "41_second.py")
    with pytest.raises(PlainError, match="Two files in .* are numbered 41"):
        private.bring(folder, TOP, TOP)


def test_a_folder_without_questions_says_how_a_file_is_named(folder):
    (folder / "41_midterm.py").rename(folder / "midterm.py")
    (folder / "42_folder.py").mkdir()
    for place in (folder, folder / "nowhere"):
        with pytest.raises(PlainError, match="a file is named like 21_midterm.py"):
            private.bring(place, TOP, TOP)


def test_a_folder_that_would_be_published_is_refused_and_not_run(
    folder, tmp_path, capsys, monkeypatch
):
    ran = tmp_path / "ran"
    (folder / "41_midterm.py").write_text(f"open({str(ran)!r}, 'w')", "utf-8")
    module = tmp_path / "private"
    (module / "datasets").symlink_to(TOP / "datasets")
    for inside in (module, module / "." / "here" / ".."):
        assert main(["release", "--private", str(inside), "--top", str(module)]) == 2
        assert "may be published" in capsys.readouterr().err
    assert main(["grade", str(tmp_path), "--private", str(folder)]) == 2
    assert "be a learner's. Move it" in capsys.readouterr().err
    monkeypatch.chdir(module)
    assert main(["release", "--private", "."]) == 2
    assert not ran.exists()


# --- release


def test_only_the_chosen_lessons_are_released(tmp_path, capsys):
    shutil.copytree(TOP / "solutions", tmp_path / "solutions")
    assert main(["release", "--top", str(tmp_path), "--lessons", "2,4-5"]) == 0
    made = sorted(path.name[:2] for path in (tmp_path / "exercises").iterdir())
    assert made == ["02", "04", "05"]
    for name in (path.name for path in (tmp_path / "exercises").iterdir()):
        here = (tmp_path / "exercises" / name).read_bytes()
        assert here == (TOP / "exercises" / name).read_bytes()
    assert main(["release", "--top", str(tmp_path), "--lessons", "99"]) == 2
    assert "There is no lesson 99" in capsys.readouterr().err
    (tmp_path / "solutions" / "04_one_in_how_many.ipynb").unlink()
    assert main(["release", "--top", str(tmp_path), "--lessons", "2,4"]) == 2
    assert "no solution notebook for lesson 4" in capsys.readouterr().err


def test_private_questions_leave_no_trace_in_the_module(folder, tmp_path, capsys):
    module = tmp_path / "module"
    shutil.copytree(TOP / "solutions", module / "solutions")
    (module / "datasets").symlink_to(TOP / "datasets")
    release.release(module)
    before = {path: path.read_bytes() for path in module.rglob("*.*") if path.is_file()}
    release.release_private(folder, module)
    release.release(module)  # in the same process, in which they are known
    assert {path: path.read_bytes() for path in module.rglob("*.*") if path.is_file()} == before
    assert 41 in questions.lessons()


def test_a_changed_exercise_is_kept_and_sets_are_chosen(folder, capsys):
    released(folder)
    second = FILE.replace("41.", "42.").replace("lesson=41", "lesson=42")
    (folder / "42_final.py").write_text(second, "utf-8")
    mine = folder / "exercises" / "41_midterm.ipynb"
    mine.write_text(mine.read_text("utf-8").replace("answer_41_2 = ...", "answer_41_2 = 1"))
    kept = mine.read_bytes()
    (folder / "41_midterm.py").write_text(FILE.replace("points=3", "points=4"), "utf-8")
    assert main(["release", "--private", str(folder), "--lessons", "42"]) == 0
    assert sorted(path.name for path in (folder / "exercises").iterdir()) == [
        "41_midterm.ipynb", "42_final.ipynb",
    ]  # fmt: skip
    capsys.readouterr()
    assert main(["release", "--private", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "41_midterm.ipynb: changed by its owner" in said and "42_final.ipynb: as it was" in said
    assert mine.read_bytes() == kept and (folder / "exercises" / "41_midterm.new.ipynb").exists()
    assert main(["release", "--private", str(folder), "--lessons", "2"]) == 2
    assert "no questions numbered 2" in capsys.readouterr().err
    assert main(["release", "--private", str(folder), "--execute"]) == 2


# --- what a learner meets


def test_an_answer_is_recorded_and_no_reply_tells_whether_it_is_right(folder, shown):
    opened(folder)
    name_me("s001")
    right, wrong = rows(variant("s001")), len(DATA.attendance)
    for value in (right, wrong):
        shown.clear()
        check("41.1", value)
        assert shown[0].text == (
            f"41.1 ✓ Recorded: the number {value:,}. Your instructor has the key: no reply here "
            "says whether it is right."
        )
        assert len(shown) == 1 and shown[0].data[sheet.MIME]["value"] == value
    held = sheet.load()["answers"]["41.1"]
    assert (held["state"], held["value"], held["tries"], held["lesson"]) == (
        "recorded",
        wrong,
        2,
        41,
    )
    check("41.1", "nine")
    assert "I received the text 'nine', but expect a number of rows" in shown[-1].text
    check("41.2", 1.5)
    assert "between 0 and 1" in shown[-1].text
    check("41.1")
    assert "is not answered yet" in shown[-1].text


def test_a_case_is_asked_only_of_somebody_with_a_name(folder, shown):
    opened(folder)
    assert ask("41.1") == {} and "Write your learner id under 'Who works here'" in shown[-1].text
    seen = set()
    for who in ("s001", "s002", "s003", "s004", "s005", "s006"):
        name_me(who)
        mine = ask("41.1")
        assert mine == {"actor": variant(who)} and mine["actor"] in shown[-1].text
        seen.add(mine["actor"])
    assert len(seen) > 1
    assert ask("41.2") == {} and "Which share of {these} is meant?" in shown[-1].text


def test_a_text_is_written_under_its_rubric_and_has_no_samples(folder, shown):
    opened(folder)
    write("41.3")
    assert "How 41.3 is read" in shown[0].text
    area, *rest = shown[-1].children
    assert [type(part).__name__ for part in rest] == ["HTML"]
    area.value = "Copies of one report are one witness."
    assert sheet.load()["answers"]["41.3"]["value"] == area.value
    done = {objective: (given, asked) for objective, given, asked in progress(sheet.load(), 41)}
    assert done == {"count": (0, 2), "argue": (1, 1)}


def test_a_kernel_that_does_not_know_the_question_says_what_to_run(shown):
    check("41.1", 3)
    assert (
        "There is no question '41.1'. If this notebook brings questions of its own, run its "
        in (shown[-1].text)
    )
    check("2.99", 3)
    assert "questions of its own" not in shown[-1].text


def test_a_cell_that_was_damaged_takes_no_other_question_away(folder, shown):
    opened(folder)
    before = questions.get("2.1")
    posing.pose({"lesson": 41}, [{"id": "41.1"}])
    assert "cannot be read here (KeyError)" in shown[-1].text
    posing.pose({"lesson": 2, "title": "Forged"}, [])
    assert "the course has a lesson 2" in shown[-1].text
    assert questions.get("41.1").points == 2 and questions.get("2.1") is before


def test_the_exercise_runs_blank_and_filled_and_is_graded_from_itself(folder, tmp_path):
    """The whole way: released, answered in a kernel that never saw the key, graded by its folder."""
    book, place = released(folder), tmp_path / "module" / "exercises"
    place.mkdir(parents=True)
    (tmp_path / "module" / "datasets").symlink_to(TOP / "datasets")
    notebooks.write(book, place / "41_midterm.ipynb")
    blank = notebooks.run(place / "41_midterm.ipynb")
    told = json.dumps([cell.get("outputs", []) for cell in blank.cells])
    assert "Write your learner id" in told and "41.2 is not answered yet" in told
    assert "fail" not in told
    for cell in book.cells:
        cell.source = {
            "tools(41)": 'from brieflab.check import learner\nlearner("s001")',
            "answer_41_1 = ...": 'answer_41_1 = (attendance["actor"] == mine["actor"]).sum()',
            "answer_41_2 = ...": "answer_41_2 = 0.75",
            'write("41.3")': 'write("41.3", "One witness counts once.")',
        }.get(
            cell.source,
            cell.source.replace("tools(41)", 'from brieflab.check import learner\nlearner("s001")'),
        )
    notebooks.write(book, place / "41_midterm.ipynb")
    (tmp_path / "in").mkdir()
    notebooks.write(notebooks.run(place / "41_midterm.ipynb"), tmp_path / "in" / "s001.ipynb")
    _, grades, _ = grade(tmp_path / "in", "--private", folder, "--lessons", "41")
    row = grades["s001"]
    assert [row[f"41.{n} state"] for n in (1, 2, 3)] == ["right", "right", "awaiting mark"]
    assert float(row["total"]) == 3 and float(row["possible"]) == 6 and row["final"] == "no"


# --- grading


def test_answers_are_judged_by_the_key_and_the_word_of_the_folder(folder, tmp_path):
    private.bring(folder, TOP, TOP / "exercises")
    place = tmp_path / "in"
    learners = [f"s{n:03}" for n in range(12)]
    for who in learners:
        hand_in(place, who, {"41.1": rows(variant(who)), "41.2": 0.9})
    hand_in(place, "slip", {"41.1": len(DATA.attendance)}, course={"seed": ""})
    assert len({variant(who) for who in learners}) == 3
    code, grades, problems = grade(place, "--private", folder, "--lessons", "41")
    assert code == 0 and problems == []
    assert {grades[who]["41.1 state"] for who in learners} == {"right"}
    assert {grades[who]["41.2 state"] for who in learners} == {"wrong"}
    assert grades["slip"]["41.1 awarded"] == "0.0" and set(grades["slip"]) > {"41.3 possible"}
    assert "2.1 state" not in grades["slip"]
    out = tmp_path / "graded"
    slip = (out / "feedback" / "slip.html").read_text("utf-8")
    assert "SECRET message" in slip and "hints in the exercise" not in slip
    assert "SECRET name" in (out / "class.html").read_text("utf-8")
    assert "41.1,Reports,41" in (out / "items.csv").read_text("utf-8-sig")
    nothing = (out / "feedback" / "s001.html").read_text("utf-8")
    assert "0.734375" not in nothing


def test_without_a_key_an_answer_is_named_and_never_a_zero(folder, tmp_path):
    private.bring(folder, TOP, TOP / "exercises")
    place = tmp_path / "in"
    key = questions.solved(questions.get("2.2"), DATA)[0][0][1]
    hand_in(place, "s001", {"41.1": 1, "41.3": "A text.", "2.2": key})
    code, grades, problems = grade(place, "--lessons", "2")
    assert code == 1 and not [name for name in grades["s001"] if name.startswith("41")]
    assert float(grades["s001"]["total"]) == questions.get("2.2").points
    named = [one for one in problems if one["kind"] == "unknown question"]
    assert [one["learner"] for one in named] == ["s001"]
    assert "41.1, 41.3" in named[0]["what"] and "--private FOLDER" in named[0]["what"]
    (folder / "41_midterm.py").write_text(FILE.replace("41.3", "41.4"), "utf-8")
    _, grades, problems = grade(place, "--private", folder)
    assert "41.3" in problems[0]["what"] and "41.1" not in problems[0]["what"]
    assert grades["s001"]["41.4 state"] == "blank" and grades["s001"]["2.2 state"] == "right"


def test_a_key_that_was_mended_counts_at_once(folder, tmp_path):
    hand_in(tmp_path / "in", "s001", {"41.2": 0.25})
    for key, state in (("0.734375", "wrong"), ("0.25", "right")):
        (folder / "41_midterm.py").write_text(FILE.replace("0.734375", key), "utf-8")
        _, grades, _ = grade(tmp_path / "in", "--private", folder, "--lessons", "41")
        assert grades["s001"]["41.2 state"] == state


def test_a_set_has_a_due_time_of_its_own(folder, tmp_path):
    hand_in(tmp_path / "in", "s001", {"41.2": 0.734375})
    late = ("--due", "41=2026-01-19", "--late-per-day", "50")
    _, grades, _ = grade(tmp_path / "in", *late, "--private", folder, "--lessons", "41")
    assert float(grades["s001"]["41.2 awarded"]) == 0.5 and grades["s001"]["days_late"] == "1"


def test_another_id_in_the_sheet_is_told_where_cases_differ(folder, tmp_path):
    private.bring(folder, TOP, TOP / "exercises")
    given = {"41.1": rows(variant("nickname"))}
    made = rehearse.sheet_of("nickname", given)
    (tmp_path / "in" / "s001").mkdir(parents=True)
    (tmp_path / "in" / "s001" / "answers.json").write_text(json.dumps(made), "utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\ns001,Ada\n", "utf-8")
    _, _, problems = grade(
        tmp_path / "in", "--private", folder, "--lessons", "41", "--roster", roster
    )
    assert any("'nickname'" in one["what"] for one in problems)


def test_private_texts_are_marked_at_the_desk(folder, tmp_path):
    place = tmp_path / "in"
    hand_in(place, "s001", {"41.3": "One witness."})
    grade(place, "--private", folder, "--lessons", "41")
    questions._added.clear()
    said = desk(tmp_path / "graded").text
    assert "Texts of 41.3 cannot be shown" in said and "own=" in said
    at_desk = desk(tmp_path / "graded", own=str(folder))
    assert "One witness." in at_desk.card.value
    at_desk.buttons.children[3].click()
    code, grades, _ = grade(place, "--private", folder, "--lessons", "41")
    assert code == 0 and grades["s001"]["41.3 awarded"] == "3.0"
    questions._added.clear()
    hand_in(place, "s002", {"41.3": "Two.", "2.6": "A sentence."})
    grade(place, "--private", folder)
    questions._added.clear()
    assert "Texts of 41.3 cannot be shown" in desk(tmp_path / "graded").status.value


# --- as the teaching notes tell it


def test_the_example_of_the_teaching_notes_works_as_it_stands(tmp_path, capsys):
    guide = (TOP / "solutions" / "TEACHING.md").read_text("utf-8")
    section = guide[guide.index("### Questions of your own") : guide.index("## 7 Grading")]
    mine = tmp_path / "private"
    mine.mkdir()
    example = re.search(r"```python\n(.*?)```", section, re.S)[1]
    (mine / "21_midterm.py").write_text(example, "utf-8")
    lines = [line.split() for line in re.findall(r"`brieflab ([^`]+--private[^`]+)`", section)]
    assert [line[0] for line in lines] == ["release", "grade"]
    place, out = tmp_path / "exam", tmp_path / "graded-exam"
    paths = {"../private": mine, "exam": place, "graded-exam": out}
    lines = [[str(paths.get(word, word)) for word in line] for line in lines]
    assert main(lines[0]) == 0 and (mine / "exercises" / "21_midterm.ipynb").exists()
    actors = {
        who: questions.variant(who, "", questions.get("21.1"))["actor"]
        for who in map(str, range(9))
    }
    assert len({rows(actor) for actor in actors.values()}) == 3
    questions._added.clear()
    for who, actor in actors.items():
        hand_in(place, who, {"21.1": rows(actor), "21.2": "one", "21.3": "All or none."})
    assert main(lines[1]) == 0
    found = list(csv.DictReader((out / "grades.csv").read_text("utf-8-sig").splitlines()))
    assert {(row["21.1 state"], row["21.2 state"], row["total"]) for row in found} == {
        ("right", "right", "3.0")
    }
    questions._added.clear()
    called = re.search(r'`desk\("../graded-exam", own="../../private"\)`', section)
    assert called and desk(str(out), own=str(mine)).pile.items()[0].id == "21.3"
