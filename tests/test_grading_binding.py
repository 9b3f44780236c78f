"""Grades that may be binding: no file stops or changes a neighbour, no name is taken on trust.

Each test is of a kind that was found by trying: small files that stopped a class, file names that
took a grade, drafts that hid a late text, marks that vanished. All go through the command.
"""

import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from brieflab import questions, tables
from brieflab import sheet as sheets
from brieflab.__main__ import main
from brieflab.grading import collect, limits, lms, people, rehearse, report, roster, rules
from brieflab.grading.marks import Marks
from brieflab.plain import PlainError
from submissions import put, read_csv

TOP = Path(__file__).resolve().parent.parent
DATA = tables.load(TOP / "datasets")
AUTO = [q for q in questions.all() if q.kind == "auto"]
TEXTS = [q for q in questions.all() if q.kind == "text"]
TEXT = next(q for q in TEXTS if len(q.scales) == 1)
AUTOMATIC = sum(q.points for q in AUTO)
DUE = rules.read_due("2026-01-31T18:00+00:00")
LATE = DUE + timedelta(days=5, hours=1)
LEVEL = TEXT.scales[0].name


@pytest.fixture(autouse=True)
def in_the_module(monkeypatch):
    """Work in the module's folder, and leave out the two pictures of the class: they take longest."""
    monkeypatch.chdir(TOP)
    for name in ("_difficulty_plot", "_totals_plot"):
        monkeypatch.setattr(report, name, lambda found: {"finding": "", "picture": "", "table": ""})


NUMBERS = count(1)


def sheet_for(who, start=None, seed="", **changes):
    """Return a sheet with every key, and with texts that no other sheet has."""
    given = rehearse.answers("strong", DATA, seed, who)
    given |= {q.id: f"{given[q.id]} Sheet {next(NUMBERS)}." for q in TEXTS}
    more = (
        {"start": start} if start else {"start": rehearse._START + timedelta(seconds=next(NUMBERS))}
    )
    return rehearse.sheet_of(who, {**given, **changes}, seed=seed, **more)


def partly(who, n, seed=""):
    """Return a sheet with the keys to the first ``n`` automatic questions, and what they are worth."""
    wrong = {question.id: "nothing of the kind" for question in AUTO[n:]}
    return sheet_for(who, seed=seed, **wrong), sum(question.points for question in AUTO[:n])


def run(folder, out, *options):
    """Grade by the command; return (rows by learner, problems)."""
    assert main(["grade", str(folder), "--out", str(out), *map(str, options)]) in (0, 1)
    return {row["learner"]: row for row in read_csv(out / "grades.csv")}, read_csv(
        out / "problems.csv"
    )


def kinds(problems, who, level="problem"):
    return {p["kind"] for p in problems if p["learner"] == who and p["level"] == level}


def a_class(folder, roster_too=True, seed=""):
    """Write three honest learners with known part of the points; return ({id: points}, options)."""
    points = {}
    for n, who in enumerate(("h01", "h02", "h03")):
        sheet, points[who] = partly(who, 8 + 9 * n, seed)
        put(folder / who / "answers.json", sheet)
    lines = ["id,name", "h01,Alma Berg", "h02,Bo Ek", "h03,Chiara Duval", "a01,Anton Angriff"]
    put(folder.parent / "roster.csv", "\n".join(lines) + "\n")
    return points, ["--roster", folder.parent / "roster.csv"] if roster_too else []


def pages(out, *who):
    return {name: (out / "feedback" / f"{name}.html").read_bytes() for name in who}


def unmoved(tmp_path, build, *options, roster_too=True):
    """Grade an honest class, then once more with what ``build(folder)`` adds; return the second run.

    Every honest line, page and place in the order must be the same, byte for byte.
    """
    seed = options[1] if options[:1] == ("--seed",) else ""
    points, given = a_class(tmp_path / "in", roster_too, seed)
    run(tmp_path / "in", tmp_path / "before", *given, *options)
    build(tmp_path / "in")
    rows, problems = run(tmp_path / "in", tmp_path / "after", *given, *options)
    assert {who: float(rows[who]["total"]) for who in points} == points
    honest = [
        [
            line
            for line in (tmp_path / out / "grades.csv").read_text().splitlines()
            if line[:1] == "h"
        ]
        for out in ("before", "after")
    ]
    assert honest[0] == honest[1] and len(honest[0]) == 3
    assert pages(tmp_path / "before", *points) == pages(tmp_path / "after", *points)
    assert not [p for p in problems if p["learner"] in points and p["level"] == "problem"]
    return rows, problems


# --- one file stops nobody


DEEP = "HERE"


def deep(made, levels):
    """Return the JSON of ``made`` with ``levels`` lists in one another where it says HERE."""
    return json.dumps(made).replace(f'"{DEEP}"', "[" * levels + "]" * levels)


@pytest.mark.parametrize("levels", [60, 335, 700, 980])
@pytest.mark.parametrize("form", ["sheet", "notebook", "earlier"])
def test_a_value_of_many_lists_stops_nobody(tmp_path, levels, form):
    def build(folder):
        sheet = sheet_for("a01", **({AUTO[0].id: DEEP} if form != "earlier" else {}))
        if form == "earlier":
            entry = {"id": AUTO[0].id, "value": DEEP, "at": "2026-01-01T00:00:00Z"}
            sheet["earlier"] = [entry]
        made = rehearse.notebook_of(sheet) if form == "notebook" else sheet
        name = "02_x.ipynb" if form == "notebook" else "answers.json"
        put(folder / "a01" / name, deep(made, levels))

    rows, problems = unmoved(tmp_path, build)
    assert kinds(problems, "a01") & {"unreadable entry", "odd file"}
    if form != "earlier" and levels < 900:  # beyond that no reader gets through the file
        assert rows["a01"][f"{AUTO[0].id} state"] == "unreadable" and rows["a01"]["final"] == "no"
        assert float(rows["a01"]["total"]) == AUTOMATIC - AUTO[0].points


STRANGE = ["x", 7, None, [1], {"7": "x"}, {"7": {"at": []}}, {"7": [[]]}, "\ud800", {"\ud800": 1}]


@pytest.mark.parametrize(
    "part", ["locks", "votes", "codings", "learner", "course", "earlier", "saved_at"]
)
def test_no_strange_part_of_two_sheets_stops_anybody(tmp_path, part):
    def build(folder):
        for n, strange in enumerate(STRANGE):
            put(folder / "a01" / f"{n}.json", sheet_for("a01") | {part: strange})

    rows, _ = unmoved(tmp_path, build, "--seed", "autumn")
    assert float(rows["a01"]["total"] or -1) != 0


@pytest.mark.parametrize(
    "odd", ["\ud800", "\ud83d", "a\0b", "\u202e", "x" * 300, "=1+1", "../..", "CON", " "]
)
def test_no_id_stops_anybody_with_a_seed(tmp_path, odd):
    def build(folder):
        sheet = sheet_for("a01")
        sheet["learner"] = {"id": odd, "name": odd}
        put(folder / "a01" / "answers.json", sheet)
        put(folder / "loose.json", sheet)

    unmoved(tmp_path, build, "--seed", "autumn")


def zipped(members):
    from io import BytesIO

    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return file.getvalue()


@pytest.mark.parametrize("folders", [limits.PARTS + 5, 30_000])
def test_a_member_below_thousands_of_folders_is_not_read_and_told(tmp_path, folders):
    def build(folder):
        name = "d/" * folders + "answers.json"
        put(folder / "a01" / "work.zip", zipped([(name, sheet_for("a01"))]))

    rows, problems = unmoved(tmp_path, build)
    assert rows["a01"]["total"] == ""
    (told,) = [p for p in problems if p["learner"] == "a01" and p["level"] == "problem"]
    assert limits.SENTENCES["parts"] in told["what"] and len(told["file"]) <= limits.SHOWN + 5


def test_many_files_are_merged_in_a_few_steps(tmp_path, monkeypatch):
    steps = []
    real = sheets.merge
    monkeypatch.setattr(sheets, "merge", lambda *many: steps.append(len(many)) or real(*many))
    for n in range(300):
        put(tmp_path / "in/a01" / f"{n}.json", sheet_for("a01"))
    found = collect.collect(tmp_path / "in/a01", asked={q.id for q in AUTO})
    assert sum(steps) <= 300 + len(steps) and max(steps) > 50
    assert len(found.owners) == 1 and collect.unpack(found.owners[0])["answers"]


@pytest.mark.parametrize("bound", ["PIECES", "READ", "UNPACKED"])
def test_a_class_in_one_zip_shares_no_bounds(tmp_path, monkeypatch, bound):
    """What one learner's part of the zip takes, no other part lacks."""
    points, members = {}, []
    for n, who in enumerate(("h01", "h02", "h03")):
        sheet, points[who] = partly(who, 8 + 9 * n)
        members.append((f"class/{who}/answers.json", json.dumps(sheet)))
    room = 1.5 * max(len(text) for _, text in members)
    monkeypatch.setattr(limits, bound, 2 if bound == "PIECES" else int(room))
    many = [(f"class/a01/{n}.json", json.dumps(sheet_for("a01"))) for n in range(9)]
    put(tmp_path / "class.zip", zipped([(n, c.encode()) for n, c in members + many]))
    rows, problems = run(tmp_path / "class.zip", tmp_path / "out")
    assert {who: float(rows[who]["total"]) for who in points} == points
    assert kinds(problems, "a01") == {"zip"} and rows["a01"]["final"] == "no"


@pytest.mark.parametrize("where", ["read", "merge", "score", "page"])
def test_an_error_that_nobody_foresaw_is_one_learners(tmp_path, monkeypatch, where):
    """Whatever breaks, in whichever step: a Problem of the one whose file it was."""

    def broken(real, ours):
        def step(*given, **more):
            if ours(*given):
                raise RecursionError("deep")
            return real(*given, **more)

        return step

    marked = "a sign of mine"

    def build(folder):
        for name in ("answers.json", "more.json"):
            put(folder / "a01" / name, sheet_for("a01", **{TEXT.id: marked + name}))
        targets = {
            "read": (collect, "read", lambda stream, *_: marked.encode() in stream.peek(10**6)),
            "merge": (sheets, "merge", lambda *many: marked in json.dumps(many)),
            "score": (questions, "variant", lambda who, *_: who == "a01"),
            "page": (
                report,
                "feedback_page",
                lambda result, *_: result.person.id == "a01" and result.total,
            ),
        }
        at, name, ours = targets[where]
        monkeypatch.setattr(at, name, broken(getattr(at, name), ours))

    rows, problems = unmoved(tmp_path, build)
    assert rows["a01"]["total"] == "" and rows["a01"]["final"] == "no"
    assert any("RecursionError" in p["what"] for p in problems if p["learner"] == "a01")
    assert "could not read" in (tmp_path / "after/feedback/a01.html").read_text()


def test_thirty_thousand_bad_entries_are_a_few_lines(tmp_path):
    def build(folder):
        sheet = sheet_for("a01")
        sheet["answers"] |= {f"{n}.{m}": 7 for n in range(1, 99) for m in range(1, 99)}
        put(folder / "a01" / "answers.json", sheet)
        bad = {f"{n}/answers.json": b"nonsense" for n in range(500)}
        put(folder / "a01" / "work.zip", zipped(bad.items()))

    _, problems = unmoved(tmp_path, build)
    mine = [p for p in problems if p["learner"] == "a01"]
    assert len(mine) < 3 * limits.LINES
    assert any("more of this kind" in p["what"] for p in mine)


# --- identity from the outside in

NAMES = [
    "h03_1_1_answers.json",
    "h03_LATE_1_1_answers.json",
    "Chiara Duval_1_assignsubmission_file_answers.json",
    "Work_h03_attempt_2026-01-20-10-11-12_answers.json",
    "duvalchiara_4711_90210_answers.json",
    "12345-67890 - Chiara Duval - Jan 30, 2026 1030 AM answers.json",
    "h03.json",
    "Chiara Duval.json",
    "answers_h03.json",
    "submitted/h03/02/answers.json",
    "h03/answers.json",
    "h03.zip",
]


@pytest.mark.parametrize("roster_too", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_inside_a_folder_takes_nobodys_grade(tmp_path, name, roster_too):
    def build(folder):
        forged = sheet_for("", **{q.id: "forged" for q in AUTO})
        for entry in forged["answers"].values():
            entry["at"] = "2026-02-20T00:00:00.000000Z"
        data = zipped([("answers.json", forged)]) if name.endswith("zip") else forged
        put(folder / "a01" / name, data)

    rows, problems = unmoved(tmp_path, build, roster_too=roster_too)
    assert set(rows) >= {"h01", "h02", "h03"} and any(who.startswith("a01") for who in rows)
    assert float(rows["h03"]["total"]) > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_contradicts_its_place_is_a_problem(tmp_path, name):
    def build(folder):
        sheet = sheet_for("")
        put(
            folder / "a01" / name,
            zipped([("answers.json", sheet)]) if name.endswith("zip") else sheet,
        )

    rows, problems = unmoved(tmp_path, build)
    assert float(rows["a01"]["total"]) == AUTOMATIC and "another name" in kinds(problems, "a01")


@pytest.mark.parametrize(
    "name",
    [
        "homework_2026_01_answers.json",
        "answers_2026_01_20.json",
        "ps1_hacker_attempt_2016-01-30-20-30-10_problem1.json",
    ],
)
@pytest.mark.parametrize("roster_too", [True, False])
def test_a_date_in_a_file_name_is_nobody(tmp_path, name, roster_too):
    def build(folder):
        put(folder / "a01" / name, sheet_for(""))
        put(folder / "b02" / name, partly("", 3)[0])

    rows, _ = unmoved(tmp_path, build, roster_too=roster_too)
    assert set(rows) == {"h01", "h02", "h03", "a01", "b02"}
    assert float(rows["a01"]["total"]) == AUTOMATIC != float(rows["b02"]["total"]) > 0


@pytest.mark.parametrize("roster_too", [True, False])
@pytest.mark.parametrize(
    "place",
    ["a01/answers.json", "a01/x/answers.json", "zz.json", "late/zz.json", "unknown/answers.json"],
)
def test_an_id_inside_takes_nobodys_grade(tmp_path, place, roster_too):
    def build(folder):
        forged = sheet_for("h03", **{q.id: "forged" for q in AUTO})
        for entry in forged["answers"].values():
            entry["at"] = "2026-02-20T00:00:00.000000Z"
        put(folder / place, forged)

    rows, problems = unmoved(tmp_path, build, roster_too=roster_too)
    told = [p for p in problems if p["kind"] == "another learner's id" and p["level"] == "problem"]
    assert [p["file"] for p in told] == [place] and "overrides.csv" in told[0]["what"]
    assert rows[told[0]["learner"]]["total"] == ""


def moodle_class(folder, numbers):
    people = {"41233": "Alma Berg", "41234": "Bo Ek", "41235": "Chiara Duval"}
    points = {}
    for n, (who, name) in enumerate(people.items()):
        sheet, points[who] = partly("", 8 + 9 * n)
        put(folder / f"{name}_{numbers[who]}_assignsubmission_file_" / "answers.json", sheet)
    return people, points


def test_a_number_that_is_anothers_id_gives_nobody_anothers_total(tmp_path):
    numbers = {"41233": "41234", "41234": "41235", "41235": "41233"}
    people, points = moodle_class(tmp_path / "in", numbers)
    listed = tmp_path / "roster.csv"
    put(listed, "id,name\n" + "".join(f"{who},{name}\n" for who, name in people.items()))
    rows, problems = run(tmp_path / "in", tmp_path / "out", "--roster", listed)
    assert {who: row["total"] for who, row in rows.items()} == dict.fromkeys(people, "")
    assert sum(p["kind"] == "whose is it" and p["level"] == "problem" for p in problems) == 3
    # the list that says which number is Moodle's settles it for the class
    lines = [f"{who},{name},Participant {numbers[who]}" for who, name in people.items()]
    put(listed, "ID number,Full name,Identifier\n" + "\n".join(lines))
    rows, problems = run(tmp_path / "in", tmp_path / "out", "--roster", listed)
    assert {who: float(row["total"]) for who, row in rows.items()} == points and not problems


def test_a_number_of_nobody_leaves_the_name_to_decide(tmp_path):
    people, points = moodle_class(tmp_path / "in", {"41233": "7", "41234": "8", "41235": "9"})
    listed = tmp_path / "roster.csv"
    put(listed, "id,name\n" + "".join(f"{who},{name}\n" for who, name in people.items()))
    rows, problems = run(tmp_path / "in", tmp_path / "out", "--roster", listed)
    assert {who: float(row["total"]) for who, row in rows.items()} == points and not problems


def test_a_number_does_not_name_somebody_of_another_name(tmp_path):
    put(tmp_path / "in/Nobody Known_41233_assignsubmission_file_/answers.json", sheet_for(""))
    put(tmp_path / "roster.csv", "id,name\n41233,Alma Berg\n41234,Bo Ek\n")
    rows, problems = run(tmp_path / "in", tmp_path / "out", "--roster", tmp_path / "roster.csv")
    assert rows["41233"]["total"] == "" and {p["kind"] for p in problems} >= {"whose is it"}


@pytest.mark.parametrize("roster_too", [True, False])
def test_two_learners_in_one_notebook_are_graded_to_nobody(tmp_path, roster_too):
    def build(folder):
        book = rehearse.notebook_of(sheet_for("a01"))
        for cell in book["cells"][:3]:
            cell["outputs"][0]["data"][sheets.MIME]["learner"] = {"id": "h02"}
        put(folder / "a01" / "02_x.ipynb", book)

    rows, problems = unmoved(tmp_path, build, roster_too=roster_too)
    (told,) = [p for p in problems if p["kind"] == "several learners"]
    assert rows["a01"]["total"] == "" and told["learner"] == "a01"
    assert all(word in told["what"] for word in ("h02", "a01", AUTO[0].id))


def test_overrides_settle_whose_a_file_is(tmp_path):
    a_class(tmp_path / "in")
    put(tmp_path / "in/a01/answers.json", sheet_for("h03"))
    put(tmp_path / "in/zz.json", sheet_for("h03"))
    given = ["--roster", tmp_path / "roster.csv"]
    rows, _ = run(tmp_path / "in", tmp_path / "out", *given)
    assert rows["a01"]["total"] == ""
    put(
        tmp_path / "out/overrides.csv",
        "learner,file,reason\na01,a01,shared a computer\nh02,zz.json,\n",
    )
    rows, problems = run(tmp_path / "in", tmp_path / "out", *given)
    assert float(rows["a01"]["total"]) == AUTOMATIC and set(rows) == {"h01", "h02", "h03", "a01"}
    assert not kinds(problems, "a01") - {"identical sheet", "identical text"}


LAYOUTS = {
    "sakai": "{last}, {first}({user})/Submission attachment(s)/answers.json",
    "module": "{number}-67890 - {first} {last} - Jan 30, 2026 1030 AM/damascus-main/exercises/answers.json",
    "plain folders": "{first} {last}/answers.json",
    "deep": "{first} {last}/work/of/mine/answers.json",
    "users": "{user}/answers.json",
    "zips": "{user}.zip",
    "moodle": "{first} {last}_{number}_assignsubmission_file_/answers.json",
    "groups": "Group A-{first} {last}_{number}_assignsubmission_file_/answers.json",
    "canvas": "{squashed}_{number}_90210_answers.json",
    "google": "{first} {last} - answers.json",
    "blackboard": "Brief_{user}_attempt_2026-01-20-10-11-12_answers.json",
    "nbgrader": "submitted/{user}/02/answers.json",
}
PEOPLE = [
    ("Alma", "Berg", "aberg1"), ("Seán", "O'Neil-Smith", "sone2"), ("Bo", "Ek", "bek3"),
    ("İlker", "Işık", "iisik4"), ("José", "Núñez", "jnun5"), ("Lí", "Míng", "lming6"),
]  # fmt: skip


@pytest.mark.parametrize("listed", ["First Last", "Last, First", "none"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_learners_without_ids_are_told_apart_in_every_layout(tmp_path, layout, listed):
    """As many rows as learners, each with their own points; on a class list each with their id."""
    expected, lines = {}, ["id,name,username"]
    for n, (first, last, user) in enumerate(PEOPLE):
        sheet, points = partly("", 5 + 4 * n)
        squashed = "".join(roster.words_of(f"{last} {first}"))
        words = {
            "first": first,
            "last": last,
            "user": user,
            "number": 10_001 + n,
            "squashed": squashed,
        }
        path = tmp_path / "in" / LAYOUTS[layout].format(**words)
        put(path, zipped([("answers.json", sheet)]) if path.suffix == ".zip" else sheet)
        name = f'"{last}, {first}"' if listed == "Last, First" else f"{first} {last}"
        lines.append(f"{500 + n},{name},{user}")
        expected[str(500 + n)] = points
    put(tmp_path / "roster.csv", "\n".join(lines))
    given = [] if listed == "none" else ["--roster", tmp_path / "roster.csv"]
    rows, problems = run(tmp_path / "in", tmp_path / "out", *given)
    totals = {who: float(row["total"]) for who, row in rows.items()}
    if listed == "none":
        assert sorted(totals.values()) == sorted(expected.values())
    else:
        assert totals == expected
    assert not [p for p in problems if p["level"] == "problem"]


def test_what_nothing_tells_apart_stays_apart_and_is_told(tmp_path):
    for week in ("week1", "week2"):
        for n, who in enumerate(("anna", "bo")):
            put(tmp_path / "in" / week / who / "answers.json", partly("", 5 + n)[0])
    rows, problems = run(tmp_path / "in", tmp_path / "out")
    assert set(rows) == {"week1/anna", "week1/bo", "week2/anna", "week2/bo"}
    assert all("--roster" in p["what"] for p in problems if p["kind"] == "told apart by nothing")
    assert kinds(problems, "week1/anna") == {"told apart by nothing"}


ROSTERS = {
    "ours": "id,name,email\ns1,Alma Berg,a@x.org\ns2,Bo Ek,b@x.org\n",
    "capitals": "ID,Name,Email\ns1,Alma Berg,a@x.org\ns2,Bo Ek,b@x.org\n",
    "blanks": "id, name\ns1, Alma Berg\ns2, Bo Ek\n",
    "sep": "sep=;\nid;name\ns1;Alma Berg\ns2;Bo Ek\n",
    "title": "Class of 2026\n\nid,name\ns1,Alma Berg\ns2,Bo Ek\n",
    "canvas": "Student,ID,SIS User ID,SIS Login ID,Section,Brief (12)\n"
    '    Points Possible,,,,,100\n"Berg, Alma",17,s1,aberg,A,\n"Ek, Bo",18,s2,bek,A,\n"Student, Test",99,,x,A,\n',
    "canvas posting": "Student,ID,SIS User ID,SIS Login ID,Section,Brief (12)\n,,,,,Manual Posting\n"
    '    Points Possible,,,,,100\n"Berg, Alma",17,s1,aberg,A,\n"Ek, Bo",18,s2,bek,A,\n',
    "moodle participants": "First name,Last name,ID number,Email address,Groups\nAlma,Berg,s1,a@x.org,\nBo,Ek,s2,b@x.org,\n",
    "moodle worksheet": "Identifier,Full name,ID number,Email address,Status,Grade\n"
    "Participant 41,Alma Berg,s1,a@x.org,Submitted,-\nParticipant 42,Bo Ek,s2,b@x.org,Submitted,-\n",
    "german": "Vorname;Nachname;ID-Nummer;E-Mail-Adresse\nAlma;Berg;s1;a@x.org\nBo;Ek;s2;b@x.org\n",
    "blackboard": '"Last Name"\t"First Name"\t"Username"\t"Student ID"\nBerg\tAlma\taberg\ts1\nEk\tBo\tbek\ts2\n',
    "brightspace": "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n#s1,#aberg,Berg,Alma,a@x.org,#\n#s2,#bek,Ek,Bo,b@x.org,#\n",
    "gradescope": "First Name,Last Name,SID,Email,Sections\nAlma,Berg,s1,a@x.org,\nBo,Ek,s2,b@x.org,\n",
    "nbgrader": "id,first_name,last_name,email\ns1,Alma,Berg,a@x.org\ns2,Bo,Ek,b@x.org\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("kind", ROSTERS)
def test_the_lists_that_platforms_export_are_rosters(tmp_path, kind, encoding):
    put(tmp_path / "list.csv", ROSTERS[kind].replace("Ek", "Eké").encode(encoding))
    found = roster.read_roster(tmp_path / "list.csv")
    assert [person.id for person in found.people] == ["s1", "s2"]
    for word in ("Bo Eké", "Eké, Bo", "bo eke"):
        assert found.meant_by(word).one.id == "s2"


@pytest.mark.parametrize(
    "text, said",
    [
        ("id,name\n", "names nobody"),
        ("", "is empty"),
        (b"PK\3\4 a workbook", "save it as CSV"),
        ("a,b\n1,2\n", "has no column 'id'; it has 'a', 'b'"),
        ("id,nam\n1,2\n", "has no column 'name'"),
        ("id,name\ns1,A\ns1,B\n", "stands twice in the roster (lines 2 and 3)"),
    ],
)
def test_a_list_that_is_no_roster_is_refused_with_the_next_step(tmp_path, text, said):
    put(tmp_path / "list.csv", text)
    with pytest.raises(PlainError) as told:
        roster.read_roster(tmp_path / "list.csv")
    assert said in str(told.value) and "Expecting" not in str(told.value)


def test_a_line_of_the_roster_without_an_id_is_named(tmp_path):
    put(tmp_path / "in/s1/answers.json", sheet_for("s1"))
    put(tmp_path / "list.csv", "id,name\ns1,A\n,Nobody Known\n")
    _, problems = run(tmp_path / "in", tmp_path / "out", "--roster", tmp_path / "list.csv")
    (told,) = [p for p in problems if p["kind"] == "roster"]
    assert "line 3 has no id ('Nobody Known')" in told["what"]


# --- time


def timed(question, value, at, *earlier):
    """Return a sheet with one answer, and the earlier ones: (value, at) each."""
    made = rehearse.sheet_of("a01", {question.id: value})
    made["answers"][question.id]["at"] = at.isoformat()
    made["earlier"] = [
        {"id": question.id, "value": v, "at": t.isoformat(), "tries": 1, "state": "recorded"}
        for v, t in earlier
    ]
    return made


LATENESS = ["--due", DUE.isoformat(), "--late-per-day", "10"]
GOOD = (
    "A long and careful text that names who says so, and gives the row that a reader can look up."
)


def marked(folder, out, *options):
    """Grade, mark the text that the desk has with the highest level, and grade again."""
    run(folder, out, *options)
    for line in (out / "texts.jsonl").read_text().splitlines():
        text = json.loads(line)
        if text["item"] == TEXT.id:
            Marks(out).add(text["learner"], TEXT.id, "me", {LEVEL: 3}, "", text["text"])
    rows, problems = run(folder, out, *options)
    return rows, problems, (out / "feedback/a01.html").read_text()


@pytest.mark.parametrize("draft", ["xx", "A placeholder.", "x " * 5])
def test_a_draft_in_time_makes_no_late_text_punctual(tmp_path, draft):
    put(tmp_path / "in/a01/answers.json", timed(TEXT, GOOD, LATE, (draft, DUE - timedelta(days=1))))
    rows, problems, page = marked(tmp_path / "in", tmp_path / "out", *LATENESS)
    assert float(rows["a01"][f"{TEXT.id} awarded"]) == pytest.approx(TEXT.points * 0.4)
    assert rows["a01"]["days_late"] == "6" and GOOD in page and "6 days after" in page
    assert "less than half as long" in page and not kinds(problems, "a01")


def test_a_comma_after_the_due_time_costs_nothing(tmp_path):
    put(
        tmp_path / "in/a01/answers.json",
        timed(TEXT, GOOD + "!", LATE, (GOOD, DUE - timedelta(days=1))),
    )
    rows, _, page = marked(tmp_path / "in", tmp_path / "out", *LATENESS)
    assert (
        float(rows["a01"][f"{TEXT.id} awarded"]) == TEXT.points and rows["a01"]["days_late"] == "0"
    )
    assert GOOD in page and GOOD + "!" not in page and "the last in time" in page


def test_a_mark_of_one_text_pays_for_no_other(tmp_path):
    put(tmp_path / "in/a01/answers.json", timed(TEXT, GOOD, DUE - timedelta(days=1)))
    rows, _, _ = marked(tmp_path / "in", tmp_path / "out", *LATENESS)
    assert float(rows["a01"][f"{TEXT.id} awarded"]) == TEXT.points
    other = timed(
        TEXT, "Something else of about the same length, which is not what was read before.", LATE
    )
    put(tmp_path / "in/a01/answers.json", other)
    rows, problems = run(tmp_path / "in", tmp_path / "out", *LATENESS)
    assert rows["a01"][f"{TEXT.id} state"] == "awaiting mark" and "text changed" in kinds(
        problems, "a01"
    )
    (change,) = [r for r in read_csv(tmp_path / "out/changes.csv") if r["item"] == TEXT.id]
    assert change["why"] == "another answer counts"


@pytest.mark.parametrize("form", ["one sheet", "two files", "notebook"])
def test_the_same_answer_saved_again_late_stays_in_time(tmp_path, form):
    question, early = AUTO[0], DUE - timedelta(days=3)
    key = questions.solved(question, DATA)[0][0][1]
    one, two = timed(question, key, early), timed(question, key, LATE)
    if form == "one sheet":
        sheets.record(one, question.id, two["answers"][question.id])
        put(tmp_path / "in/a01/answers.json", one)
    elif form == "two files":
        put(tmp_path / "in/a01/1.json", one)
        put(tmp_path / "in/a01/2.json", two)
    else:
        book = rehearse.notebook_of(one)
        book["cells"] += rehearse.notebook_of(two)["cells"]
        put(tmp_path / "in/a01/02_x.ipynb", book)
    rows, _ = run(tmp_path / "in", tmp_path / "out", *LATENESS)
    assert float(rows["a01"]["total"]) == question.points and rows["a01"]["days_late"] == "0"


@pytest.mark.parametrize(
    "at",
    ["2026-99-99T99:99:99", "2026-02-30T00:00:00Z", "2099-01-01T00:00:00Z", "0000-00-00T00:00:00"],
)
def test_an_impossible_time_is_named_and_costs_nothing(tmp_path, at):
    sheet = sheet_for("a01")
    for question in AUTO[:2]:
        sheet["answers"][question.id]["at"] = at
    put(tmp_path / "in/a01/answers.json", sheet)
    rows, problems = run(tmp_path / "in", tmp_path / "out", *LATENESS)
    (told,) = [p for p in problems if p["kind"] == "impossible time"]
    assert (
        f"{AUTO[0].id}, {AUTO[1].id}" in told["what"] and float(rows["a01"]["total"]) == AUTOMATIC
    )


def test_an_earlier_answer_without_a_time_is_named_where_it_counts(tmp_path):
    key = questions.solved(AUTO[0], DATA)[0][0][1]
    sheet = timed(AUTO[0], "wrong", LATE)
    sheet["earlier"] = [{"id": AUTO[0].id, "value": key}]
    put(tmp_path / "in/a01/answers.json", sheet)
    _, problems = run(tmp_path / "in", tmp_path / "out", *LATENESS)
    assert "impossible time" in kinds(problems, "a01")


def test_a_clock_ahead_wins_against_no_other_file(tmp_path):
    right, ahead = sheet_for("a01"), sheet_for("a01", **{q.id: "wrong" for q in AUTO})
    for entry in ahead["answers"].values():
        entry["at"] = "2035-01-01T00:00:00Z"
    put(tmp_path / "in/a01/1.json", right)
    put(tmp_path / "in/a01/2.json", ahead)
    rows, _ = run(tmp_path / "in", tmp_path / "out")
    assert float(rows["a01"]["total"]) == AUTOMATIC


def test_lessons_have_due_times_of_their_own_and_some_grace(tmp_path):
    at = DUE + timedelta(minutes=10)
    sheet = sheet_for("a01")
    for entry in sheet["answers"].values():
        entry["at"] = at.isoformat()
    put(tmp_path / "in/a01/answers.json", sheet)
    second = sum(q.points for q in AUTO if q.lesson == 2)

    def total(*options):
        rows, _ = run(tmp_path / "in", tmp_path / "out", *options, "--late-per-day", "50")
        return float(rows["a01"]["total"])

    assert total("--due", f"2={DUE.isoformat()}") == AUTOMATIC - second / 2
    assert total("--due", f"{DUE.isoformat()}, 2=2026-03-01") == AUTOMATIC / 2 + second / 2
    assert total("--due", DUE.isoformat(), "--grace", "15") == AUTOMATIC
    assert total("--due", DUE.isoformat(), "--grace", "5") == AUTOMATIC / 2


def test_the_due_time_is_printed_with_its_zone(tmp_path, capsys, monkeypatch):
    put(tmp_path / "in/a01/answers.json", sheet_for("a01"))
    run(tmp_path / "in", tmp_path / "out", "--due", "2026-01-31T18:00+01:00")
    told = capsys.readouterr().out
    for text in (
        told,
        (tmp_path / "out/class.html").read_text(),
        (tmp_path / "out/feedback/a01.html").read_text(),
    ):
        assert "due 31 January 2026, " in text and "UTC" in text


# --- marks


def a_marked_class(tmp_path, names=("Alma Berg", "Bo Ek")):
    for n, name in enumerate(names):
        place = tmp_path / "in" / f"{name}_{n + 7}_assignsubmission_file_"
        put(place / "answers.json", sheet_for("", **{TEXT.id: f"{GOOD} {name}"}))
    rows, _ = run(tmp_path / "in", tmp_path / "out")
    for line in (tmp_path / "out/texts.jsonl").read_text().splitlines():
        text = json.loads(line)
        if text["item"] == TEXT.id:
            Marks(tmp_path / "out").add(
                text["learner"], TEXT.id, "me", {LEVEL: 2}, "", text["text"]
            )
    return rows


def test_a_roster_that_comes_later_keeps_the_marks(tmp_path):
    assert set(a_marked_class(tmp_path)) == {"Alma Berg 7", "Bo Ek 8"}
    put(tmp_path / "roster.csv", "id,name\ns1,Alma Berg\ns2,Bo Ek\n")
    rows, problems = run(tmp_path / "in", tmp_path / "out", "--roster", tmp_path / "roster.csv")
    assert {row[f"{TEXT.id} state"] for row in rows.values()} == {"marked"}
    assert kinds(problems, "s1") == set() and "marks file" in kinds(problems, "s1", "note")
    from brieflab.grading.pile import Pile

    pile = Pile(tmp_path / "out")
    assert pile.waiting(TEXT.id, "me") == [] and len(pile.standing()) == 2
    pile.marks.add("s1", TEXT.id, "me", {LEVEL: 3}, "", pile.texts[TEXT.id]["s1"])
    rows, problems = run(tmp_path / "in", tmp_path / "out", "--roster", tmp_path / "roster.csv")
    assert float(rows["s1"][f"{TEXT.id} awarded"]) == TEXT.points


def test_a_mark_that_fits_nobody_stands_alone_and_is_told(tmp_path):
    a_marked_class(tmp_path)
    marks = Marks(tmp_path / "out")
    marks.add("gone", TEXT.id, "me", {LEVEL: 2}, "", "a text of somebody who has left")
    _, problems = run(tmp_path / "in", tmp_path / "out")
    (told,) = [p for p in problems if p["kind"] == "marks file"]
    assert "by me for 'gone' stands alone" in told["what"] and told["item"] == TEXT.id


@pytest.mark.parametrize(
    "change, why",
    [
        ({"scores": {LEVEL.lower(): 3}}, f"has no row '{LEVEL.lower()}'; it has '{LEVEL}'"),
        ({"scores": {LEVEL: -5}}, "it can be 0, 1, 2, 3"),
        ({"scores": {LEVEL: 9}}, "it can be 0, 1, 2, 3"),
        ({"scores": {LEVEL: 2.5}}, "it can be"),
        ({"scores": {LEVEL: True}}, "it can be"),
        ({"scores": {LEVEL: None}}, "it can be"),
        ({"scores": {}}, f"'{LEVEL}' has no score"),
        ({"scores": [3]}, "it has no scores"),
        ({"learner": ["a"]}, "it says no learner"),
        ({"learner": ""}, "it says no learner"),
        ({"marker": {}}, "it says no marker"),
        ({"comment": 7}, "its comment is no text"),
        ({"item": "99.1"}, "there is no question '99.1'"),
        ({"item": AUTO[0].id}, "is judged by rule"),
    ],
    ids=str,
)
def test_a_line_that_is_no_mark_is_not_used_and_named(tmp_path, change, why):
    a_marked_class(tmp_path)
    path = tmp_path / "out/marks.jsonl"
    good = path.read_text().splitlines()
    put(path, "\n".join([*good, json.dumps({**json.loads(good[0]), **change})]) + "\n")
    rows, problems = run(tmp_path / "in", tmp_path / "out")
    (told,) = [p for p in problems if p["kind"] == "marks file"]
    assert f"line {len(good) + 1} is not used" in told["what"] and why in told["what"]
    assert {row[f"{TEXT.id} state"] for row in rows.values()} == {"marked"}


@pytest.mark.parametrize(
    "raw", ['{"scores": {"Level": 1e999}}', "9" * 5000, "[" * 5000, '{"a', "null", "\ud800"]
)
def test_a_line_of_anything_stops_nobody(tmp_path, raw):
    a_marked_class(tmp_path)
    with open(tmp_path / "out/marks.jsonl", "ab") as file:
        file.write(raw.encode("utf-8", "surrogatepass") + b"\n")
    _, problems = run(tmp_path / "in", tmp_path / "out")
    assert [p["kind"] for p in problems if p["level"] == "problem"] == ["marks file"]


def test_a_level_of_400_digits_or_without_end_is_named(tmp_path):
    a_marked_class(tmp_path)
    path = tmp_path / "out/marks.jsonl"
    line = path.read_text().splitlines()[0]
    for number in ("9" * 400, "1e999", "-1e999", "NaN"):
        put(path, line.replace(f'"{LEVEL}": 2', f'"{LEVEL}": {number}') + "\n")
        rows, problems = run(tmp_path / "in", tmp_path / "out")
        assert rows["Alma Berg 7"][f"{TEXT.id} awarded"] == ""
        assert "marks file" in {p["kind"] for p in problems}


# --- nothing is zeroed silently


@pytest.mark.parametrize(
    "odd",
    [{"tries": -5}, {"tries": "x"}, {"hints": 99}, {"state": 7}, {"lesson": "2"}, {"opened": 1}],
    ids=str,
)
def test_a_strange_part_beside_an_answer_costs_no_points(tmp_path, odd):
    sheet = sheet_for("a01")
    for entry in sheet["answers"].values():
        entry.update(odd)
    put(tmp_path / "in/a01/answers.json", sheet)
    rows, problems = run(tmp_path / "in", tmp_path / "out")
    assert float(rows["a01"]["total"]) == AUTOMATIC and "unreadable entry" in kinds(problems, "a01")


@pytest.mark.parametrize("schema", ["", None, "2", 1, [2], "none at all"])
def test_a_wrong_schema_costs_no_points_and_is_named(tmp_path, schema):
    sheet = {**sheet_for("a01"), "schema": schema}
    if schema == "":
        del sheet["schema"]
    put(tmp_path / "in/a01/answers.json", sheet)
    rows, problems = run(tmp_path / "in", tmp_path / "out")
    assert float(rows["a01"]["total"]) == AUTOMATIC and "unreadable entry" in kinds(problems, "a01")


@pytest.mark.parametrize(
    "text", ["word " * 2500, ["a", "list"], {"a": "text"}, 42], ids=lambda t: str(t)[:20]
)
def test_a_text_of_another_form_is_read_by_a_person(tmp_path, text):
    put(tmp_path / "in/a01/answers.json", sheet_for("a01", **{TEXT.id: text}))
    rows, problems = run(tmp_path / "in", tmp_path / "out")
    assert rows["a01"][f"{TEXT.id} state"] == "awaiting mark" and rows["a01"]["final"] == "no"
    assert "odd text" in kinds(problems, "a01", "note")


def test_an_answer_too_long_to_read_is_no_zero(tmp_path):
    put(tmp_path / "in/a01/answers.json", sheet_for("a01", **{TEXT.id: "w " * limits.VALUE}))
    rows, problems = run(tmp_path / "in", tmp_path / "out")
    assert (
        rows["a01"][f"{TEXT.id} state"] == "unreadable" and rows["a01"][f"{TEXT.id} awarded"] == ""
    )
    assert any(limits.SENTENCES["value"] in p["what"] for p in problems)


# --- handed in, not readable

ENDINGS = [
    "docx", "pdf", "gz", "tar.gz", "7z", "rar", "jpg", "html", "pages", "py", "url", "odt", "txt",
    "heic", "xz", "rtf", "webloc", "doc", "md", "tex",
]  # fmt: skip


@pytest.mark.parametrize("roster_too", [True, False])
@pytest.mark.parametrize("ending", ENDINGS)
def test_work_in_another_format_is_a_problem_with_a_next_step(tmp_path, ending, roster_too):
    def build(folder):
        put(folder / "a01" / f"my work.{ending}", b"\x89 some bytes")

    rows, problems = unmoved(tmp_path, build, roster_too=roster_too)
    if ending == "txt" and not roster_too:  # a note of the instructor's may lie in a folder, too
        assert "a01" not in rows and any(p["kind"] == "other files" for p in problems)
        return
    (told,) = [p for p in problems if p["learner"] == "a01" and p["level"] == "problem"]
    assert told["kind"] == "handed in, not readable" and "ask for" in told["what"]
    assert rows["a01"]["total"] == "" and rows["a01"]["final"] == "no"
    assert not [p for p in problems if p["kind"] == "nothing received" and p["learner"] == "a01"]


@pytest.mark.parametrize("name", ["Chiara Duval.docx", "h03_1_2_work.pdf", "h03.7z"])
def test_loose_work_in_another_format_finds_its_learner(tmp_path, name):
    put(tmp_path / "in" / name, b"some bytes")
    put(tmp_path / "in/h01/answers.json", sheet_for("h01"))
    put(tmp_path / "roster.csv", "id,name\nh01,Alma Berg\nh03,Chiara Duval\n")
    rows, problems = run(tmp_path / "in", tmp_path / "out", "--roster", tmp_path / "roster.csv")
    assert rows["h03"]["total"] == "" and kinds(problems, "h03") == {"handed in, not readable"}


def test_beside_a_sheet_other_files_are_one_note(tmp_path):
    put(tmp_path / "in/a01/answers.json", sheet_for("a01"))
    for name in ("report.docx", "photo.jpg", "package.json", "plain.ipynb"):
        put(tmp_path / "in/a01" / name, '{"cells": []}' if name.endswith("ipynb") else '{"a": 1}')
    rows, problems = run(tmp_path / "in", tmp_path / "out")
    assert [(p["kind"], p["level"]) for p in problems] == [("other files", "note")]
    assert (
        "4 files without answers" in problems[0]["what"]
        and float(rows["a01"]["total"]) == AUTOMATIC
    )


def test_no_total_is_final_while_part_of_the_work_was_not_read(tmp_path):
    auto_only = {q.id: "x" for q in AUTO}
    sheet = rehearse.sheet_of("a01", auto_only)
    put(tmp_path / "in/a01/answers.json", sheet)
    put(tmp_path / "in/b02/answers.json", sheet_for("b02"))
    rows, _ = run(tmp_path / "in", tmp_path / "out")
    assert rows["a01"]["final"] == "yes"
    put(tmp_path / "in/a01/more.json", json.dumps(sheet)[:40])
    rows, problems = run(tmp_path / "in", tmp_path / "out")
    assert rows["a01"]["final"] == "no" and "unreadable" in kinds(problems, "a01")
    assert "Not all that you sent could be read" in (tmp_path / "out/feedback/a01.html").read_text()
    assert [row["ID number"] for row in read_csv(tmp_path / "out/moodle.csv")] == []
    left = {row["learner"]: row["why"] for row in read_csv(tmp_path / "out/left_out.csv")}
    assert left["a01"].startswith("not all that was handed in could be read")


# --- the output folder is the instructor's


def test_nothing_of_the_instructors_is_deleted(tmp_path):
    put(tmp_path / "in/a01/answers.json", sheet_for("a01"))
    put(tmp_path / "in/b02/answers.json", sheet_for("b02"))
    run(tmp_path / "in", tmp_path / "out")
    mine = [
        "feedback/letter.docx",
        "feedback/notes.part",
        "notes.part",
        "feedback/a folder/x.html",
        "feedback/mine.html",
    ]
    for name in mine:
        put(tmp_path / "out" / name, "mine")
    (tmp_path / "in/b02/answers.json").unlink()
    page = tmp_path / "out/feedback/a01.html"
    changed = page.read_text() + "<p>See me.</p>"
    page.write_text(changed)
    _, problems = run(tmp_path / "in", tmp_path / "out")
    assert all((tmp_path / "out" / name).read_text() == "mine" for name in mine)
    assert not (tmp_path / "out/feedback/b02.html").exists()
    assert (tmp_path / "out/feedback/a01.yours.html").read_text() == changed
    told = " ".join(p["what"] for p in problems if p["kind"] == "feedback page")
    assert "4 files in feedback/ are not of this run" in told and "a01.yours.html" in told
    run(tmp_path / "in", tmp_path / "out")
    assert (tmp_path / "out/feedback/a01.yours.html").read_text() == changed


def test_page_names_do_not_collide_and_do_not_move():
    def names(*ids, known=()):
        owners = [people.Owner(roster.Person(i), known=i in known) for i in ids]
        return report.page_names(owners)

    ids = ["ada", "ADA", "../x", "Ä", "", "a b", "CON", "x" * 90]
    taken = [name.removesuffix(".html") for name in names(*ids).values()]
    every = names(*ids, *taken)
    assert len({name.lower() for name in every.values()}) == len(every)
    assert names("ada")["ada"] == names("ada", "ADA", "Ada")["ada"] == "ada.html"
    assert names("ADA", "ada", known=["ADA"])["ADA"] == names("ADA")["ADA"] == "ADA.html"


def test_who_reads_only_the_first_lines_sees_no_traceback(tmp_path):
    put(tmp_path / "in/a01/answers.json", sheet_for("a01"))
    line = [
        sys.executable,
        "-m",
        "brieflab",
        "grade",
        str(tmp_path / "in"),
        "--out",
        str(tmp_path / "out"),
    ]
    child = subprocess.Popen(line, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.close()
    told = child.stderr.read().decode()
    child.wait()
    assert told == "" and (tmp_path / "out/grades.csv").exists()


@pytest.mark.parametrize(
    "text", ["Dear all, here is my file", "{", '{"a": 1} and more', "\x00\x01", "<html>"]
)
def test_no_message_is_a_parsers(tmp_path, text):
    put(tmp_path / "in/a01/answers.json", text)
    _, problems = run(tmp_path / "in", tmp_path / "out")
    for problem in problems:
        assert not any(
            word in problem["what"] for word in ("Expecting", "line 1", "char ", "Error")
        )
    assert any("Send answers.json" in p["what"] for p in problems)


# --- what is decided, asked and changed


def test_overrides_count_and_are_printed(tmp_path):
    put(tmp_path / "in/a01/answers.json", sheet_for("a01", start=LATE))
    first, second, third = AUTO[:3]
    lines = [
        "Learner;Item;Points;Excused;Extension;Reason",
        f"a01;{first.id};0,5;;;talked about it",
        f"A01;{second.id};;yes;;",
        f"a01;{third.id};;;2026-03-01;travelled",
        "a01;lesson 8;;x;;agreed",
    ]
    put(tmp_path / "out/overrides.csv", "\n".join(lines))
    rows, problems = run(tmp_path / "in", tmp_path / "out", *LATENESS)
    row, share = rows["a01"], 0.4
    assert (row[f"{first.id} awarded"], row[f"{first.id} state"]) == ("0.5", "decided")
    assert (row[f"{second.id} awarded"], row[f"{second.id} state"]) == ("", "excused")
    assert float(row[f"{third.id} awarded"]) == third.points
    excused = second.points + sum(q.points for q in questions.all() if q.lesson == 8)
    assert float(row["possible"]) == sum(q.points for q in questions.all()) - excused
    rest = sum(q.points for q in AUTO[3:] if q.lesson != 8)
    assert float(row["total"]) == pytest.approx(0.5 + third.points + share * rest, abs=0.01)
    page = (tmp_path / "out/feedback/a01.html").read_text()
    for told in ("talked about it", "Agreed with your teacher", "as agreed (travelled)"):
        assert told in page
    assert "talked about it" in (tmp_path / "out/class.html").read_text()
    assert not [p for p in problems if p["kind"] == "overrides"]


@pytest.mark.parametrize(
    "line, why",
    [
        ("nobody,1.1,1,,,", "no learner 'nobody' is in this class"),
        (",1.1,1,,,", "it names no learner"),
        ("a01,99.9,1,,,", "There is no question '99.9'"),
        (f"a01,{AUTO[0].id},99,,,", f"has 0 to {AUTO[0].points:g}"),
        (f"a01,{AUTO[0].id},-1,,,", "has 0 to"),
        (f"a01,{AUTO[0].id},many,,,", "has 0 to"),
        (f"a01,{AUTO[0].id},nan,,,", "has 0 to"),
        ("a01,2,1,,,", "points are for one question"),
        ("a01,,,maybe,,", "write yes or leave it empty"),
        ("a01,,,,soon,", "is not a due date"),
        (f"a01,{AUTO[0].id},,,,ill", "neither points"),
        (f"a01,{AUTO[0].id},1,yes,,", "gives points and excuses at once"),
    ],
)
def test_an_override_that_cannot_be_used_is_named(tmp_path, line, why):
    put(tmp_path / "in/a01/answers.json", sheet_for("a01"))
    put(tmp_path / "out/overrides.csv", f"learner,item,points,excused,extension,reason\n{line}\n")
    rows, problems = run(tmp_path / "in", tmp_path / "out")
    (told,) = [p for p in problems if p["kind"] == "overrides"]
    assert "line 2 is not used" in told["what"] and why in told["what"]
    assert float(rows["a01"]["total"]) == AUTOMATIC


@pytest.mark.parametrize("header", ["who,item", "learner,itm", "learner,points,grade"])
def test_a_column_that_overrides_do_not_have_is_said(tmp_path, capsys, header):
    put(tmp_path / "in/a01/answers.json", sheet_for("a01"))
    put(tmp_path / "out/overrides.csv", header + "\na01,1.1,1\n")
    assert main(["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 2
    assert "Its columns are learner, item" in capsys.readouterr().err


def test_excused_points_are_no_loss_in_a_grade_book(tmp_path):
    given = {q.id: sheet_for("x")["answers"][q.id]["value"] for q in AUTO}
    put(tmp_path / "in/a01/answers.json", rehearse.sheet_of("a01", given))
    lines = "".join(f"a01,{q.id},yes\n" for q in TEXTS)
    put(tmp_path / "out/overrides.csv", "learner,item,excused\n" + lines)
    rows, _ = run(tmp_path / "in", tmp_path / "out")
    assert float(rows["a01"]["total"]) == float(rows["a01"]["possible"]) == AUTOMATIC
    every = sum(q.points for q in questions.all())
    assert float(read_csv(tmp_path / "out/moodle.csv")[0][lms.TOTAL]) == every


def test_a_forgotten_option_is_said(tmp_path, capsys):
    put(tmp_path / "in/a01/answers.json", sheet_for("a01", start=LATE))
    run(tmp_path / "in", tmp_path / "out", *LATENESS)
    capsys.readouterr()
    _, problems = run(tmp_path / "in", tmp_path / "out")
    told = capsys.readouterr().out
    assert "--due was 31 January 2026, " in told and "now none" in told
    assert "1 learners have other points" in told
    (line, *_) = [r for r in read_csv(tmp_path / "out/changes.csv") if r["item"] == AUTO[0].id]
    assert line["why"].startswith("0 days late, not 6")
    run(tmp_path / "in", tmp_path / "out")
    assert "Asked otherwise" not in capsys.readouterr().out
    assert read_csv(tmp_path / "out/changes.csv") == []


def test_what_changed_is_told_with_its_reason(tmp_path):
    sheet = sheet_for("a01")
    put(tmp_path / "in/a01/answers.json", sheet)
    put(tmp_path / "in/b02/answers.json", sheet_for("b02"))
    run(tmp_path / "in", tmp_path / "out")

    def changed():
        run(tmp_path / "in", tmp_path / "out")
        return {(r["learner"], r["item"]): r["why"] for r in read_csv(tmp_path / "out/changes.csv")}

    text = sheet["answers"][TEXT.id]["value"]
    Marks(tmp_path / "out").add("a01", TEXT.id, "me", {LEVEL: 2}, "", text)
    assert changed() == {("a01", TEXT.id): "marked", ("a01", "total"): "1 items"}
    Marks(tmp_path / "out").add("a01", TEXT.id, "me", {LEVEL: 3}, "", text)
    assert changed()["a01", TEXT.id] == "marked anew"
    Marks(tmp_path / "out").undo("me")
    Marks(tmp_path / "out").undo("me")
    assert changed()["a01", TEXT.id] == "its mark was taken back"
    sheet["answers"][AUTO[0].id]["value"] = "wrong"
    put(tmp_path / "in/a01/answers.json", sheet)
    assert changed()["a01", AUTO[0].id] == "another answer counts"
    put(
        tmp_path / "out/overrides.csv",
        f"learner,item,points,reason\na01,{AUTO[0].id},1,seen in class\n",
    )
    assert "seen in class" in changed()["a01", AUTO[0].id]
    (tmp_path / "in/b02/answers.json").unlink()
    assert changed() == {("b02", ""): "not in this run"}


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "null", '{"options": 3, "learners": {}}', "[" * 9999]
)
def test_a_damaged_memory_of_the_last_run_stops_nothing(tmp_path, damage):
    put(tmp_path / "in/a01/answers.json", sheet_for("a01"))
    put(tmp_path / "out/run.json", damage)
    rows, _ = run(tmp_path / "in", tmp_path / "out")
    assert float(rows["a01"]["total"]) == AUTOMATIC and read_csv(tmp_path / "out/changes.csv") == []
