"""Back into Moodle and Canvas: what is written, read again by the rules of their importers."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from brieflab import questions, tables
from brieflab.course import TITLE
from brieflab.grading import export, lms, rehearse, rules
from brieflab.grading.command import grade
from brieflab.grading.marks import Marks
from submissions import put, read_csv

TOP = Path(__file__).resolve().parent.parent
DATA = tables.load(TOP / "datasets")
LESSONS = questions.lessons()
POINTS = {n: sum(q.points for q in questions.all() if q.lesson == n) for n in LESSONS}
CLASS = {"s1": "Alma Berg", "s2": "Sean O'Neil-Smith", "s3": "Ngọc Trần", "s4": "أمل سعيد"}
NUMBERS = {"s1": "41233", "s2": "41234", "s3": "41235", "s4": "41236"}
OURS = "id,name,email\n" + "".join(f"{who},{name},{who}@x.org\n" for who, name in CLASS.items())


@pytest.fixture(autouse=True)
def in_the_module(monkeypatch):
    monkeypatch.chdir(TOP)


def sheet(who="", **changes):
    return rehearse.sheet_of(
        who, {**rehearse.answers("strong", DATA, learner=who or "x"), **changes}
    )


def mark(out, who, *lessons):
    """Mark the texts of ``lessons`` (all of them without any), each with full marks."""
    for question in questions.all():
        if question.kind == "text" and (not lessons or question.lesson in lessons):
            full = {row.name: max(row.scores) for row in question.scales}
            Marks(out).add(who, question.id, "me", full, "")


class Graded:
    """A class delivered by ``place`` (learner -> path), graded against a class list."""

    def __init__(self, base, place, roster=OURS, lessons=(), marked=tuple(CLASS), people=CLASS):
        self.base, self.out = base, base / "out"
        for who in people:
            put(base / "in" / place(who), sheet())
        self.roster = None
        if roster:
            self.roster = base / "list.csv"
            self.roster.write_text(roster, "utf-8")
        for who in marked:
            mark(self.out, who)
        self.again(lessons)

    def again(self, lessons=()):
        set_ = rules.Rules(lessons=frozenset(lessons))
        self.done = grade(self.base / "in", self.out, self.roster, set_)

    def rows(self, name):
        return read_csv(self.out / f"{name}.csv")

    def left(self, who):
        return {row["file"]: row["why"] for row in self.rows("left_out") if row["learner"] == who}

    def pages(self, name):
        with zipfile.ZipFile(self.out / name) as packed:
            assert packed.testzip() is None
            return {name: packed.read(name).decode() for name in packed.namelist()}


def moodle_folder(who):
    return f"{CLASS[who].replace(chr(39), '')}_{NUMBERS[who]}_assignsubmission_file_/answers.json"


def canvas_file(who, late=""):
    last, first = export.last_first(CLASS[who])
    name = re.sub(r"\W", "", last + first).lower()
    return f"{name}_{late}{NUMBERS[who]}_9{NUMBERS[who]}_answers.json"


# --- the importers, as their sources say


def moodle_finds(name):
    """Return (number, file) as Moodle's feedback zip importer reads one path of the zip."""
    parts = name.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) >= 4 and info[1].isdigit() and info[2:4] == ["assignsubmission", "file"]:
            return info[1], "/".join(filter(None, [*info[4:], *parts]))
    return None


def canvas_finds(name):
    """Return (user, attachment) as Canvas reads the name of an uploaded file."""
    return tuple(re.findall(r"(?<=_)\d+(?=_)", Path(name).name)[:2])


def canvas_columns(header):
    """Return [(title, id)] of the assignments that Canvas's importer sees in a header."""
    assert "Student" in header[0] and "ID" in header[1] and header[4] == "Section"
    never = "(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)"
    titles = [title for title in header[5:] if not re.search(never, title)]
    return [re.fullmatch(r"(.*?)(?:\s\((\d+)\))?", title).groups() for title in titles]


def moodle_imports(rows, key, column):
    """Return {key: grade} as Moodle's grade import keeps them: an empty key means the one before."""
    kept, who = {}, None
    for row in rows:
        who = row[key] or who
        kept[who] = None if row[column] in ("", "-") else float(row[column])
    return kept


# --- grades


def test_a_lesson_has_the_same_column_every_week(tmp_path):
    graded = Graded(tmp_path, moodle_folder, lessons=[2])
    for book in ("canvas", "moodle"):
        assert [c for c in graded.rows(book)[0] if TITLE in c] == [lms.column(2)]
    graded.again()
    header = list(graded.rows("canvas")[0])
    assert canvas_columns(header) == [(lms.column(n), None) for n in LESSONS]
    assert header[-1] == lms.TOTAL, "Canvas adds up itself: the total is for the eyes"
    points = graded.rows("canvas")[0]
    assert [float(points[lms.column(n)]) for n in LESSONS] == list(POINTS.values())
    assert points[lms.TOTAL] == "(read only)"


def test_a_final_grade_goes_out_and_no_other(tmp_path):
    graded = Graded(tmp_path, moodle_folder, marked=["s1"])
    mark(graded.out, "s2", 1, 3)
    put(tmp_path / "in" / moodle_folder("s3"), {**sheet(), "answers": {}})
    put(tmp_path / "in" / moodle_folder("s4"), sheet())
    (tmp_path / "in" / moodle_folder("s4")).write_text("{")
    graded.again()
    books = {row["Student"]: row for row in graded.rows("canvas")}
    assert set(books) == {"    Points Possible", CLASS["s1"], CLASS["s2"]}
    whole, part = books[CLASS["s1"]], books[CLASS["s2"]]
    assert float(whole[lms.TOTAL]) == sum(POINTS.values())
    assert {n for n in LESSONS if part[lms.column(n)]} == {1, 3} and not part[lms.TOTAL]
    assert float(part[lms.column(3)]) == POINTS[3]
    assert graded.left("s1") == {}
    assert graded.left("s2")["grades"].startswith("waiting for a mark: 2.6, 4.6")
    assert graded.left("s3")["grades"].startswith("nothing was")
    assert graded.left("s4")["grades"].startswith("not all that was handed in")
    assert "3 learners are missing" in str(graded.done)


def test_a_lesson_without_an_answer_is_no_zero(tmp_path):
    graded = Graded(tmp_path, moodle_folder, marked=["s1"])
    kept = sheet()
    kept["answers"] = {name: e for name, e in kept["answers"].items() if name[0] in "12"}
    put(tmp_path / "in" / moodle_folder("s1"), kept)
    graded.again()
    (row,) = graded.rows("canvas")[1:]
    assert [bool(row[lms.column(n)]) for n in LESSONS] == [n < 3 for n in LESSONS]
    assert not row[lms.TOTAL]
    assert "a 0 is yours to give, in lesson: 3, 4" in graded.left("s1")["grades"]


def test_what_is_excused_is_excused_on_the_platform_too(tmp_path):
    graded = Graded(tmp_path, moodle_folder)
    (graded.out / "overrides.csv").write_text("learner,item,excused\ns1,2,yes\ns2,2.6,yes\n")
    put(tmp_path / "in" / moodle_folder("s2"), sheet(**{"2.1": "wrong"}))
    graded.again([2, 3])
    canvas = {row["Student"]: row for row in graded.rows("canvas")}
    assert canvas[CLASS["s1"]][lms.column(2)] == "EX"
    assert float(canvas[CLASS["s1"]][lms.TOTAL]) == POINTS[2] + POINTS[3]
    wrong, text = questions.get("2.1").points, questions.get("2.6").points
    scaled = (POINTS[2] - wrong - text) * POINTS[2] / (POINTS[2] - text)
    assert float(canvas[CLASS["s2"]][lms.column(2)]) == round(scaled, 2)
    moodle = moodle_imports(graded.rows("moodle"), "ID number", lms.column(2))
    assert moodle == {"s1": None, "s2": round(scaled, 2), "s3": POINTS[2], "s4": POINTS[2]}


def test_strangers_and_latecomers_change_nobody_elses_line(tmp_path):
    graded = Graded(tmp_path, moodle_folder, lessons=[2])
    before = {p.name: p.read_bytes() for p in graded.out.glob("*.csv") if "left" not in p.name}
    zipped = (graded.out / lms.ZIPS["moodle"]).read_bytes()
    put(tmp_path / "in" / "Zoe Zed_99_assignsubmission_file_/answers.json", sheet())
    graded.again([2])
    for book in ("canvas.csv", "moodle.csv", "moodle_worksheet.csv", "blackboard.csv"):
        assert (graded.out / book).read_bytes() == before[book]
    assert (graded.out / lms.ZIPS["moodle"]).read_bytes() == zipped
    assert graded.left("Zoe Zed 99")["grades"] == "not on the class list"


CANVAS_EXPORT = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Essay (8123),Final Score\n"
    ",,,,,Manual Posting,\n"
    "    Points Possible,,,,,10,(read only)\n"
    + "".join(
        f'"{", ".join(export.last_first(name))}",{NUMBERS[who]},U{who},{who}login,Sec 1,,\n'
        for who, name in CLASS.items()
    )
    + '"Student, Test",77,,abc,Sec 1,,\n'
)
PARTICIPANTS = "First name,Last name,Email address\n" + "".join(
    f"{export.last_first(name)[1]},{export.last_first(name)[0]},{who}.Berg@x.org\n"
    for who, name in CLASS.items()
)
GRADER = "First name,Last name,ID number,Institution,Department,Email address,Essay (Real)\n" + "".join(
    f"{export.last_first(name)[1]},{export.last_first(name)[0]},{'' if who == 's3' else who},,,"
    f"{who}@x.org,-\n"
    for who, name in CLASS.items()
)  # fmt: skip
WORKSHEET = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    + "".join(f"Participant {NUMBERS[w]},{n},{w},{w}@x.org,,-,12,Yes,-,-,\n" for w, n in CLASS.items())
)  # fmt: skip


@pytest.mark.parametrize("place", [canvas_file, moodle_folder])
def test_canvas_gets_its_own_ids_back(tmp_path, place):
    marked = [f"U{who}" for who in CLASS]
    graded = Graded(tmp_path, place, CANVAS_EXPORT, [2], marked)
    keys = ("ID", "SIS User ID", "SIS Login ID")
    found = {
        tuple(row[key] for key in keys): row[lms.column(2)] for row in graded.rows("canvas")[1:]
    }
    assert {(NUMBERS[who], f"U{who}", f"{who}login") for who in CLASS} == set(found)
    assert {float(points) for points in found.values()} == {POINTS[2]}


def test_a_number_of_moodle_is_none_of_canvas(tmp_path):
    graded = Graded(tmp_path, moodle_folder, lessons=[2])
    assert {row["ID"] for row in graded.rows("canvas")} == {""}
    graded = Graded(tmp_path / "canvas", canvas_file, lessons=[2])
    assert {row["ID"] for row in graded.rows("canvas")[1:]} == set(NUMBERS.values())
    assert graded.rows("moodle_worksheet") == []


@pytest.mark.parametrize(
    "listed, marked, keys",
    [
        (OURS, "{}", ["ID number", "Email address"]),
        (PARTICIPANTS, "{}.Berg@x.org", ["Email address"]),
        (GRADER, "{}", ["Email address"]),
        (WORKSHEET, "{}", ["ID number", "Email address"]),
        (CANVAS_EXPORT, "U{}", ["ID number", "Username"]),
        (OURS.replace("id,", "username,", 1), "{}", ["Username", "Email address"]),
    ],
)
def test_moodles_import_finds_everybody_by_each_key_it_is_given(tmp_path, listed, marked, keys):
    ids = [marked.format(who) for who in CLASS]
    ids[2] = "s3@x.org" if listed is GRADER else ids[2]
    graded = Graded(tmp_path, moodle_folder, listed, [2], ids)
    rows = graded.rows("moodle")
    assert [column for column in rows[0] if TITLE not in column] == [*keys, "Full name"]
    for key in keys:
        assert set(moodle_imports(rows, key, lms.column(2)).values()) == {POINTS[2]}
        assert len({row[key] for row in rows}) == len(CLASS)
    if "Email address" in keys and listed is PARTICIPANTS:
        assert rows[0]["Email address"] == "s1.Berg@x.org", "Moodle compares capitals"


def test_a_user_name_is_no_student_number(tmp_path):
    listed = OURS.replace("id,", "username,", 1)
    graded = Graded(tmp_path, lambda who: f"{who}/answers.json", listed, [2])
    (_, *rows) = graded.rows("canvas")
    assert {(row["SIS User ID"], row["SIS Login ID"]) for row in rows} == {("", w) for w in CLASS}
    assert "ID number" not in graded.rows("moodle")[0]


def test_who_has_no_key_is_named_and_takes_nobodys_place(tmp_path):
    roster = "id number,name,email\n=s1,Alma Berg,same@x.org\ns2,Sean O'Neil-Smith,same@x.org\ns3,Ngọc Trần,s3@x.org\n"
    graded = Graded(tmp_path, moodle_folder, roster, [2], ["=s1", "s2", "s3"], list(CLASS)[:3])
    rows = graded.rows("moodle")
    assert [row["ID number"] for row in rows] == ["s2", "s3"] and "Email address" not in rows[0]
    assert graded.left("'=s1")["moodle.csv"] == "the class list gives no ID number of their own"


def test_the_worksheet_goes_by_moodles_number(tmp_path):
    graded = Graded(tmp_path, moodle_folder, lessons=[2], marked=["s1", "s2"])
    rows = graded.rows("moodle_worksheet")
    assert [row["Identifier"] for row in rows] == ["Participant 41233", "Participant 41234"]
    assert {float(row["Grade"]) for row in rows} == {POINTS[2]} == {float(rows[0]["Maximum grade"])}
    assert {row["Last modified (grade)"] for row in rows} == {"-"}
    mark(graded.out, "s3", 2)
    graded.again([2, 3])
    assert {float(row["Grade"]) for row in graded.rows("moodle_worksheet")} == {
        POINTS[2] + POINTS[3]
    }
    assert graded.left("s3")["moodle_worksheet.csv"] == "not every lesson of this run has a grade"


def test_no_name_becomes_a_formula(tmp_path):
    roster = 'id,name,email\n+1,"=HYPERLINK(""x"")",@a\n'
    graded = Graded(tmp_path, lambda who: "+1/answers.json", roster, [2], ["+1"], ["s1"])
    for book in ("canvas", "moodle", "moodle_worksheet", "blackboard", "left_out"):
        for row in graded.rows(book):
            assert not [cell for cell in row.values() if re.match(r"\s*[=+@]|-.", cell)], book
    assert graded.rows("canvas")[1]["Student"].startswith("'=")


# --- feedback

MOODLE = {
    "folders to 4.0": moodle_folder,
    "folders from 4.1": lambda who: moodle_folder(who).replace("file_/", "file/"),
    "flat": lambda who: moodle_folder(who).replace("file_/", "file_"),
    "a group": lambda who: "Group A-" + moodle_folder(who),
    "last name first": lambda who: re.sub(r"(.+) ([^_]+)_", r"\2, \1_", moodle_folder(who)),
    "the module in the folder": lambda who: moodle_folder(who).replace("/", "/damascus/exercises/"),
    "in a folder": lambda who: f"Lesson 2-1234/{moodle_folder(who)}",
}


@pytest.mark.parametrize("layout", MOODLE)
def test_moodle_gives_each_learner_their_page_and_no_other(tmp_path, layout):
    graded = Graded(tmp_path, MOODLE[layout], lessons=[2])
    pages = graded.pages(lms.ZIPS["moodle"])
    found = {moodle_finds(name): page for name, page in pages.items()}
    assert set(found) == {(number, lms.PAGE) for number in NUMBERS.values()}
    for who, name in CLASS.items():
        page = found[NUMBERS[who], lms.PAGE]
        assert page == (graded.out / f"feedback/{who}.html").read_text("utf-8")
        others = [other for other in CLASS.values() if other != name and other in page]
        assert name.replace("'", "&#39;") in page and not others
    folder = Path(MOODLE[layout]("s1")).parts[-2] if layout.startswith("folders") else ""
    assert not folder or f"{folder}/{lms.PAGE}" in pages, "the folder as it was downloaded"
    assert f"4 pages: {graded.out / lms.ZIPS['moodle']}" in str(graded.done)
    assert not (graded.out / lms.ZIPS["canvas"]).exists()


@pytest.mark.parametrize("late", ["", "LATE_"])
@pytest.mark.parametrize("roster", [OURS, CANVAS_EXPORT])
def test_canvas_gives_each_learner_their_page_and_no_other(tmp_path, late, roster):
    graded = Graded(tmp_path, lambda who: canvas_file(who, late), roster, [2])
    pages = graded.pages(lms.ZIPS["canvas"])
    assert {canvas_finds(name) for name in pages} == {(n, f"9{n}") for n in NUMBERS.values()}
    for who, name in CLASS.items():
        (mine,) = [n for n in pages if canvas_finds(n)[0] == NUMBERS[who]]
        assert mine == canvas_file(who, late).replace("answers.json", lms.PAGE)
        named = [other for other in CLASS.values() if re.split(r"['\s]", other)[0] in pages[mine]]
        assert named == [name]


def test_a_download_names_its_learners_without_a_class_list(tmp_path):
    for place, zipped in ((moodle_folder, "moodle"), (canvas_file, "canvas")):
        graded = Graded(tmp_path / zipped, place, "", [2], [])
        assert len(graded.pages(lms.ZIPS[zipped])) == 4
        assert graded.left("nobody") == {} and len(graded.rows("left_out")) == 4


def test_a_zip_as_it_was_downloaded_is_enough(tmp_path):
    with zipfile.ZipFile(tmp_path / "CS101-Lesson 2-1234.zip", "w") as download:
        for who in CLASS:
            download.writestr(moodle_folder(who), json.dumps(sheet()))
    (tmp_path / "list.csv").write_text(OURS, "utf-8")
    grade(tmp_path / "CS101-Lesson 2-1234.zip", tmp_path / "out", tmp_path / "list.csv")
    with zipfile.ZipFile(tmp_path / "out" / lms.ZIPS["moodle"]) as packed:
        assert {moodle_finds(n) for n in packed.namelist()} == {
            (n, lms.PAGE) for n in NUMBERS.values()
        }
        assert {info.date_time[0] for info in packed.infolist()} == {1980}, "same files, same bytes"


def test_without_the_platforms_names_no_zip_is_made_and_it_is_said(tmp_path):
    graded = Graded(tmp_path, lambda who: f"{who}/answers.json")
    assert not list(graded.out.glob("*.zip"))
    assert "No zip of feedback to upload" in str(graded.done)
    put(tmp_path / "in" / moodle_folder("s1"), sheet())
    graded.again()
    assert len(graded.pages(lms.ZIPS["moodle"])) == 1
    assert graded.left("s2")["feedback_moodle.zip"].startswith("none of their files has a name")
    (tmp_path / "in" / moodle_folder("s1")).unlink()
    with zipfile.ZipFile(graded.out / lms.ZIPS["canvas"], "w") as mine:
        mine.writestr("letter.txt", "by hand")
    graded.again()
    assert not (graded.out / lms.ZIPS["moodle"]).exists(), "last week's pages would go out again"
    assert graded.pages(lms.ZIPS["canvas"]) == {"letter.txt": "by hand"}


NASTY = {
    "another's folder in one's own": "{mine}/Sean ONeil-Smith_41234_assignsubmission_file_/answers.json",
    "another's number on one's own name": "Alma Berg_41234_assignsubmission_file_/answers.json",
    "out of the folder": "..\\..\\Alma Berg_41233_assignsubmission_file_/answers.json",
    "a device": "C:Alma Berg_41233_assignsubmission_file_/answers.json",
    "a number without end": f"Alma Berg_{'9' * 60}_assignsubmission_file_/answers.json",
    "one of several names": "Alma Berg and Sean ONeil-Smith_41299_assignsubmission_file_/answers.json",
    "a line break": "Alma Berg\n_41233_assignsubmission_file_/answers.json",
}


@pytest.mark.parametrize("kind", NASTY)
def test_no_name_sends_a_page_to_somebody_else(tmp_path, kind):
    place = NASTY[kind].format(mine=moodle_folder("s1").split("/")[0])
    graded = Graded(tmp_path, lambda who: place if who == "s1" else moodle_folder(who), lessons=[2])
    pages = graded.pages(lms.ZIPS["moodle"])
    for name, page in pages.items():
        assert "\\" not in name and ".." not in name and "\n" not in name and ":" not in name
        number, file = moodle_finds(name)
        who = next(who for who in CLASS if NUMBERS[who] == number)
        assert file == lms.PAGE and CLASS[who].replace("'", "&#39;") in page
    assert len({moodle_finds(name) for name in pages}) == len(pages)
    if kind == "another's folder in one's own":
        assert len(pages) == len(CLASS)
    if kind == "one of several names":
        assert graded.left("s2")["feedback_moodle.zip"].startswith("their files carry several")
    if kind == "another's number on one's own name":
        for who in ("s1", "s2"):
            assert "41234 stands at the files of several" in graded.left(who)["feedback_moodle.zip"]


# --- the page that walks through it


GUIDE = (TOP / "solutions/TEACHING.md").read_text("utf-8")
WALK = GUIDE[GUIDE.index("### Into and out of") : GUIDE.index("## 8 Pre-test")]


def test_the_walk_names_what_the_program_writes(tmp_path):
    graded = Graded(tmp_path, moodle_folder, OURS, [2, 3])
    there = {path.name for path in graded.out.iterdir()} | {*lms.ZIPS.values()}
    named = set(re.findall(r"`([a-z_]+\.[a-z]+)`", WALK))
    assert named <= there | {lms.PAGE}
    assert {
        "canvas.csv",
        "moodle.csv",
        "moodle_worksheet.csv",
        lms.LEFT_OUT,
        *lms.ZIPS.values(),
    } <= named
    fields = {}
    for line in filter(lambda line: line.startswith("|"), WALK.splitlines()):
        first = line.strip("| ").split(" | ")[0]
        if found := re.fullmatch(r"In `(.+)`", first):
            book = fields.setdefault(found[1], [])
        elif "---" not in first:
            book.append(first)
    written = {name: list(read_csv(graded.out / name)[0]) for name in fields}
    written = {n: [c for c in columns if c != lms.column(3)] for n, columns in written.items()}
    keys = [*lms._KEYS.values(), "Full name"]
    written["moodle.csv"] = keys + [c for c in written["moodle.csv"] if c not in keys]
    assert fields == written


def test_the_walk_is_a_page_and_its_figures_and_names_are_right():
    assert sum(any(c.isalnum() for c in word) for word in WALK.split()) <= 700
    assert POINTS[1] == 10 and {POINTS[n] for n in range(2, 8)} == {12} and POINTS[8] == 18
    assert "Lesson 1 has 10 points, lessons 2 to 7 have 12 each, lesson 8 has 18" in WALK
    assert f"`{moodle_folder('s1').split('/')[0]}`" in WALK
    assert re.search(r"`bergalma_4711_90210_answers\.json`", WALK)
    assert canvas_finds("bergalma_4711_90210_answers.json") == ("4711", "90210")
