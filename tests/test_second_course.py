"""Another brief, the same engine: all that a colleague would do with a course of their own.

The engine is copied as it stands, byte for byte, and the made-up course of ``second_course/`` is
put into it. Everything runs there, in processes that know no other package: the command line, and
one kernel in which three people learn and one teaches. Expected numbers are counted by hand from
``second_course/datasets/nights.csv``.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from test_house import found_in

TESTS = Path(__file__).resolve().parent
ENGINE = TESTS.parent / "notebooks" / "brieflab"
TITLE, SLUG, STEM = "Who Reads at Night?", "who-reads-at-night", "01_after_eight"
LATE = {"Monday": 13, "Thursday": 59, "Saturday": 69}
ALL = {"Monday": 98, "Thursday": 112, "Saturday": 109}
SEED = "lamp"
ADA = {
    "answer_1_1 = ...": "answer_1_1 = ['Market night', 'thursday']",
    "answer_1_2 = ...": "answer_1_2 = nights[nights['night'] == night]['after_eight'].sum()",
    'write("1.3")': 'write("1.3", "Contradicted: on both Saturdays readers came late [W06; W12].")',
}
BEN = {
    "answer_1_1 = ...": "answer_1_1 = {'Sat'}",
    "answer_1_2 = ...": "answer_1_2 = nights[nights['night'] == night].loc[:, 'before_eight':'after_eight'].sum().sum()",
}


def bytes_of(folder, without=("course", "__pycache__")):
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files
        if not set(without) & set(path.relative_to(folder).parts)
    }


def foreign(text):
    """Return what only the course of this repository would say; not numbers of lessons and
    questions, nor names of tables and columns, which two courses may share."""
    text = re.sub(r'base64,[^"]+', "", text)
    return found_in(text, without=("lesson", "question", "table", "column"))


def foreign_below(folder):
    """Return the same for the names and texts of all files in ``folder``."""
    files = {path: path.read_text("utf-8", "replace") for path in folder.rglob("*.*")}
    assert files, f"nothing was written to {folder}"
    return {
        str(path.relative_to(folder)): found
        for path, text in files.items()
        if (found := foreign(f"{path.relative_to(folder)}\n{text}"))
    }


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    """The folder of a module with the copied engine and the second course."""
    top = tmp_path_factory.mktemp("second") / "module"
    for part in ("datasets", "notebooks", "seeds", "solutions"):
        shutil.copytree(TESTS / "second_course" / part, top / part)
    package = top / "notebooks" / "brieflab"
    shutil.copytree(ENGINE, package, ignore=shutil.ignore_patterns("course", "__pycache__"))
    left = shutil.ignore_patterns("__pycache__")
    shutil.copytree(TESTS / "second_course" / "course", package / "course", ignore=left)
    return top


@pytest.fixture(scope="module")
def env(module):
    """The environment of a machine that has the copied module and nothing of this one."""
    found = {k: v for k, v in os.environ.items() if not k.startswith(("BRIEFLAB_", "BINDER_"))}
    return {**found, "PYTHONPATH": str(module / "notebooks")}


@pytest.fixture(scope="module")
def command(module, env):
    """Run a line of ``brieflab`` at the module's top; return what it printed."""

    def run(*words):
        line = [sys.executable, "-m", "brieflab", *words]
        done = subprocess.run(line, cwd=module, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module")
def released(module, command):
    """What ``brieflab release`` said."""
    return command("release")


class Kernel:
    """A kernel beside the exercises; an error in a cell is an error of the test."""

    def __init__(self, client):
        self.client, self.cells = client, client.nb.cells

    def run(self, source):
        """Run ``source``; return the cell with its outputs."""
        self.cells.append(nbformat.v4.new_code_cell(source))
        return self.client.execute_cell(self.cells[-1], len(self.cells) - 1)

    def said(self, source):
        """Run ``source``; return its outputs as text."""
        return said(self.run(source))

    def value(self, expression):
        """Return a value that JSON can carry."""
        return json.loads(self.said(f"import json; print(json.dumps({expression}))"))


def said(cell):
    return "\n".join(
        output.get("text") or output.get("data", {}).get("text/plain", "")
        for output in cell.get("outputs", [])
    )


@pytest.fixture(scope="module")
def kernel(module, env, released):
    client = NotebookClient(
        nbformat.v4.new_notebook(),
        timeout=60,
        resources={"metadata": {"path": str(module / "exercises")}},
    )
    with client.setup_kernel(env=env):
        kernel = Kernel(client)
        kernel.run("from brieflab import questions, tables, trace; import pandas as pd")
        kernel.run("from brieflab.__main__ import main; from brieflab.check import learner")
        yield kernel


def work(kernel, module, who="", filled=()):
    """Run the exercise as ``who``, who fills in some cells; return {first line of a cell: said}.

    The sheet, and the notebook with its outputs, go to submissions/, as from a machine of their own.
    """
    notebook = nbformat.read(module / "exercises" / f"{STEM}.ipynb", 4)
    if who:
        kernel.run(f"learner({who!r}, seed={SEED!r})")
    for cell in [cell for cell in notebook.cells if cell.cell_type == "code"]:
        source = dict(filled).get(cell.source, cell.source)
        cell.update(source=source, outputs=kernel.run(source).outputs)
    if who:
        folder = module / "submissions" / who
        folder.mkdir(parents=True)
        (module / "answers.json").replace(folder / "answers.json")
        (module / "answers.json.bak").unlink(missing_ok=True)
        nbformat.write(notebook, folder / f"{STEM}.ipynb")
    heads = {cell.source.partition(",")[0]: said(cell) for cell in notebook.cells}
    return {head.split("\n")[0]: text for head, text in heads.items()}


@pytest.fixture(scope="module")
def ada(kernel, module):
    return work(kernel, module, "ada", ADA)


@pytest.fixture(scope="module")
def ben(kernel, module):
    return work(kernel, module, "ben", BEN)


@pytest.fixture(scope="module")
def graded(kernel, module, ada, ben):
    """The folder with the grades of Ada, who is right, Ben, who is not, and Cleo, who is lost."""
    (module / "submissions" / "ada" / f"{STEM}.ipynb").unlink()  # her sheet is enough
    (module / "submissions" / "ben" / "answers.json").unlink()  # his notebook is enough
    (module / "submissions" / "cleo").mkdir()
    lost = module / "submissions" / "cleo" / "answers.json"
    lost.write_text("Dear library, please find my answers attached.", encoding="utf-8")
    line = ["grade", "../submissions", "--out", "../graded", "--seed", SEED]
    assert kernel.said(f"print(main({line}))").endswith("\n1\n"), "one file has a problem"
    return module / "graded"


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["learner"]: row for row in csv.DictReader(file)}


def test_release_makes_the_exercise_and_the_rubric(module, released):
    exercise = (module / "exercises" / f"{STEM}.ipynb").read_text("utf-8")
    for kept in ("answer_1_1 = ...", "answer_1_2 = ...", "A verdict for the council"):
        assert kept in exercise
    for dropped in ("Choir and market", "Model answer", "both.index", "Contradicted"):
        assert dropped not in exercise
    rubric = (module / "solutions" / "RUBRIC.md").read_text("utf-8")
    assert "One text is read here" in rubric and "| Rows named |" in rubric
    assert "## 1.3 A verdict for the council" in rubric
    assert rubric.count("### Level") == 4 and "> I like the library." in rubric
    assert released.splitlines() == [f"{STEM}.ipynb: written.", "RUBRIC.md: written."]
    assert foreign(exercise) == foreign(rubric) == []


def test_its_questions_keep_the_rules_of_all_questions(kernel, module):
    kernel.run(f"import sys; sys.path.append({str(TESTS)!r}); import question_rules")
    kernel.run("question_rules.hold(questions.all(), tables.load())")
    exercise = nbformat.read(module / "exercises" / f"{STEM}.ipynb", 4)
    opened = kernel.value("[question.heading() for question in questions.all()]")
    assert kernel.value("[(n, questions.title(n)) for n in questions.lessons()]") == [
        [1, "After eight"]
    ]
    assert [cell.source for cell in exercise.cells if cell.source.startswith("## ")] == opened


def test_a_blank_exercise_runs_and_says_what_is_missing(kernel, module):
    told = work(kernel, module)
    assert "1.1 … 1.1 is not answered yet. Replace the dots in the cell" in told['check("1.1"']
    assert "a number of readers" in told['check("1.2"']
    assert "Verdict: 0 none; 1 a wish" in told['write("1.3")']
    assert "1.3: nothing written yet." in told['write("1.3")']


def test_a_right_answer_is_right_in_any_spelling(ada):
    assert "1.1 ✓ Right. The other 4 nights end early." in ada['check("1.1"']
    assert "1.2 ✓ Right." in ada['check("1.2"']


def test_a_catalogued_mistake_gets_its_own_words(ben):
    assert "1.1 → You kept one week of 2. Add up both, then compare." in ben['check("1.1"']
    assert re.search(r"1\.2 → This counts everybody on a \w+day\. Who was", ben['check("1.2"'])
    assert "1.3: nothing written yet." in ben['write("1.3")']


def test_a_text_is_kept(ada):
    assert "1.3: 9 words saved.\nContradicted: on both Saturdays" in ada['write("1.3"']


def test_the_sheet_says_whose_course_it_is(module, graded):
    text = (module / "submissions" / "ada" / "answers.json").read_text("utf-8")
    sheet = json.loads(text)
    assert (sheet["module"], sheet["learner"]["id"]) == (SLUG, "ada")
    assert sheet["answers"]["1.1"]["value"] == ["Saturday", "Thursday"]
    assert sheet["answers"]["1.2"]["value"] in LATE.values()
    assert foreign(text) == []


def test_a_course_word_gives_each_learner_a_variant(kernel):
    """Each is asked of one night, is right with its own number, and wrong with another's."""
    kernel.run("late = questions.get('1.2')")
    class_of_20 = f"[questions.variant(f's{{n}}', {SEED!r}, late)['night'] for n in range(20)]"
    assert set(kernel.value(class_of_20)) == set(LATE)
    state = "questions.judge(late, {n}, tables.load(), {{'night': '{night}'}}).state"
    for night, readers in LATE.items():
        assert kernel.value(state.format(n=readers, night=night)) == "right"
        assert kernel.value(state.format(n=ALL[night], night=night)) == "misconception"
    assert kernel.value(state.format(n=LATE["Monday"], night="Saturday")) == "value"


def test_grades_are_right_and_nothing_is_zeroed_silently(graded):
    found = rows(graded / "grades.csv")
    totals = {who: (row["total"], row["possible"], row["final"]) for who, row in found.items()}
    assert totals == {
        "ada": ("4.0", "7", "no"),
        "ben": ("0.0", "7", "yes"),
        "cleo": ("", "7", "no"),
    }
    assert found["ada"]["1.3 state"] == "awaiting mark"
    assert [found["ben"][f"1.{n} state"] for n in (1, 2, 3)] == ["wrong", "wrong", "blank"]
    problems = rows(graded / "problems.csv")
    assert problems["cleo"]["level"] == "problem" and "ada" not in problems


@pytest.mark.parametrize("page", ["feedback/ben.html", "class.html"])
def test_pages_carry_the_title_of_this_course(graded, page):
    html = (graded / page).read_text("utf-8")
    assert re.search(rf"<title>.*{re.escape(TITLE)}", html)
    told = {"feedback/ben.html": "You kept one week of 2.", "class.html": "the first week alone"}
    assert told[page] in html


@pytest.mark.parametrize("book", ["canvas.csv", "blackboard.csv"])
def test_grade_books_have_a_column_of_this_course(graded, book):
    assert TITLE in (graded / book).read_text("utf-8-sig").splitlines()[0]


def test_nothing_that_grading_writes_speaks_of_another_course(graded):
    assert foreign_below(graded) == {}


def test_a_mark_from_the_desk_counts(kernel, graded):
    kernel.run("from brieflab.grading.desk import desk; d = desk('../graded')")
    card = kernel.value("d.card.value")
    assert "nobody reads after eight (K2)" in card and "Rows named" in card
    kernel.run("d.marker.value = 'M.'; d.mark({'Level': 2})")
    kernel.run(f"main(['grade', '../submissions', '--out', '../graded', '--seed', {SEED!r}])")
    ada = rows(graded / "grades.csv")["ada"]
    assert (ada["total"], ada["final"], ada["1.3 awarded"]) == ("6.0", "yes", "2.0")
    page = (graded / "feedback" / "ada.html").read_text("utf-8")
    assert "Verdict: a judgement on the claim; Rows named: row ids, some of other nights" in page


def test_a_class_to_practise_on_follows_from_the_questions(kernel, module, graded):
    kernel.run("main(['rehearse', '../rehearsal'])")
    kernel.run(
        "main(['grade', '../rehearsal/submissions', '--roster', '../rehearsal/roster.csv',"
        " '--out', '../practice'])"
    )
    totals = [row["total"] for row in rows(module / "practice" / "grades.csv").values()]
    assert len(totals) == 12 and "" in totals, "one cannot be read"
    assert {float(total) for total in totals if total} == {0.0, 2.0, 4.0}
    assert foreign_below(module / "rehearsal") == {}


def test_the_widget_of_the_course_moves(kernel):
    kernel.run("from brieflab.course.lesson_1.widgets import lamp")
    still, live = kernel.run("lamp(pd.read_csv('../datasets/nights.csv'))").outputs
    assert list(live["data"]) == ["application/vnd.jupyter.widget-view+json"]
    shown = still["data"]
    assert "Two bars for Monday: 85 readers before eight and 13 after it." in shown["text/plain"]
    kernel.run("w = lamp(tables.load().nights); w.controls['night'].value = 'Saturday'")
    assert kernel.value("w.finding.sentence") == (
        "On Saturday nights 69 of 109 readers came after eight."
    )
    assert 'alt="Two bars for Saturday' in kernel.value("w.html")


def test_lessons_become_pages_to_read(module, command):
    told = command("read")
    assert told.startswith("2 pages written.")
    index = (module / "site" / "index.html").read_text("utf-8")
    page = (module / "site" / f"{STEM}.html").read_text("utf-8")
    assert f"<title>{TITLE}</title>" in index and f"<h1>{TITLE}</h1>" in index
    assert "<title>After eight</title>" in page
    assert f"<p>{TITLE} Texts and tables: CC0, all made up.</p>" in page
    for shown in ("at noon", "at eight", "Two bars for Monday", "late nights", "63 %"):
        assert shown in page
    assert foreign_below(module / "site") == {}


def test_the_tables_are_checked_whatever_their_ids_look_like(kernel, module):
    assert kernel.value("tables.validate()") == []
    damaged = module / "damaged"
    shutil.copytree(module / "datasets", damaged)
    nights = (damaged / "nights.csv").read_text("utf-8")
    nights = nights.replace("2.0,B2;B3", "2.0,B2;B9", 1).replace("W12,2,", "W12,3,")
    (damaged / "nights.csv").write_text(nights, encoding="utf-8")
    found = kernel.value("tables.validate('../damaged')")
    assert [line.partition(":")[0] for line in sorted(found)] == [
        "nights.csv, row 13, column 'week'",
        "nights.csv, row 2, column 'source_ids'",
    ]
    assert "'B9'" in "".join(found)


def test_numbers_in_prose_are_recomputed(kernel):
    kernel.run("t = tables.load()")
    lesson = f"[str(p) for p in trace.check_notebook('../notebooks/{STEM}.ipynb', t)]"
    assert kernel.value(lesson) == []
    kernel.run("def amiss(text): return [p.why for p in trace.check_text(text, t)]")
    assert kernel.value("amiss(open('../seeds/digest.md').read())") == []
    assert (
        kernel.value(
            "amiss('Late came 31 <!--= sum nights.after_eight night=Saturday week=1 -->.')"
        )
        == []
    )
    choir = "'Choir brings 59 <!--= sum nights.after_eight customs.custom=choir -->.'"
    assert kernel.value(f"amiss({choir})") == [], "asked through the course's LINK"
    late = "fn nights.late_share night=Saturday"
    assert kernel.value(f"amiss('Late came 63.3 % <!--= {late} -->.')") == []
    assert "data say" in kernel.value(f"amiss('Late came 36.7 % <!--= {late} -->.')")[0]
    assert "data say" in kernel.value("amiss('On that night came 39 readers [W12].')")[0]
    assert "no table has" in kernel.value("amiss('See W99.')")[0]
    assert kernel.value("trace.ids_in('W01-W03')") == ["W01", "W02", "W03"]


def test_the_doctor_finds_the_data_in_order(kernel):
    lines = kernel.said("code = main(['doctor'])").splitlines()
    assert "ok    data: 4 tables, each row checked" in lines


def test_the_command_line_has_the_title_and_no_old_addresses(kernel):
    kernel.run("import contextlib")
    helped = "with contextlib.suppress(SystemExit): main(['--help'])"
    assert f"Tools of the module {TITLE}" in kernel.said(helped)
    former = "import importlib.util; importlib.util.find_spec('brieflab.explore') is None"
    assert kernel.said(former) == "True"


def test_the_engine_is_the_same_byte_for_byte(module):
    copied = bytes_of(module / "notebooks" / "brieflab")
    assert copied == bytes_of(ENGINE) and len(copied) > 30
