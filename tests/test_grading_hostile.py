"""A class that sends what no grader wants: every submission read as data, every neighbour safe.

Each case writes one learner's folder and says what must come out of it. The whole class is
graded once, in a process of its own whose memory is measured.
"""

import csv
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest

from brieflab import questions, tables
from brieflab.grading import rehearse
from submissions import read_csv

TOP = Path(__file__).resolve().parent.parent
CASES = {}
LARGE = 200 * 2**20


def case(full=True, kind="", right=None, place="{who}"):
    """Register a case: full marks expected or not, a kind of problem, right answers, its place.

    full: True all automatic points, False fewer, None no total at all.
    """

    def register(build):
        CASES[build.__name__] = (build, full, kind, right, place)
        return build

    return register


def honest(who, **changes):
    data = tables.load()
    given = {**rehearse.answers("strong", data, learner=who), **changes}
    return rehearse.sheet_of(who, given, f"Name of {who}")


def put(place, content, name="answers.json"):
    place.mkdir(parents=True, exist_ok=True)
    if isinstance(content, (dict, list)):
        content = json.dumps(content, ensure_ascii=False)
    if isinstance(content, str):
        content = content.encode("utf-8")
    (place / name).write_bytes(content)


def packed(members, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            if isinstance(content, dict):
                content = json.dumps(content)
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for key, value in options.items():
                setattr(info, key, value)
            archive.writestr(info, content)
    return buffer.getvalue()


# --- damaged files


@case(full=None, kind="unreadable")
def not_json(place, who):
    put(place, "Dear all, I could not export the file. Best, me")


@case(full=None, kind="unreadable")
def empty_file(place, who):
    put(place, "")


@case(full=None, kind="unreadable")
def json_list(place, who):
    put(place, [1, 2, 3])


@case(full=None, kind="unreadable")
def json_null(place, who):
    put(place, "null")


@case(full=None, kind="unreadable")
def binary_noise(place, who):
    put(place, bytes(range(256)) * 50)


@case(kind="odd file")
def conflict_markers(place, who):
    ours = json.dumps(honest(who), indent=1)
    theirs = json.dumps(
        rehearse.sheet_of(who, {"2.2": "both"}, start=rehearse._START.replace(day=1))
    )
    put(place, f"<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n>>>>>>> laptop\n")


@case(kind="odd file")
def conflict_markers_in_notebook(place, who):
    text = json.dumps(rehearse.notebook_of(honest(who)), indent=1).split("\n")
    text[3:3] = ["<<<<<<< HEAD", ' "a": 1,', "=======", ' "a": 2,', ">>>>>>> laptop"]
    put(place, "\n".join(text), "02_who_attended.ipynb")


@case(full=False, kind="odd file")
def truncated_sheet(place, who):
    text = json.dumps(honest(who))
    put(place, text[: len(text) * 2 // 3])


@case(full=False, kind="odd file")
def truncated_notebook(place, who):
    text = json.dumps(rehearse.notebook_of(honest(who)))
    put(place, text[: len(text) * 2 // 3], "02_who_attended.ipynb")


@case()
def nbformat_3(place, who):
    book = rehearse.notebook_of(honest(who))
    put(
        place, {"worksheets": [{"cells": book["cells"]}], "nbformat": 3, "metadata": {}}, "02.ipynb"
    )


@case(kind="odd file")
def latin_1(place, who):
    sheet = honest(who)
    sheet["learner"]["name"] = "Zoë Müller"
    put(place, json.dumps(sheet, ensure_ascii=False).encode("latin-1", "replace"))


@case(kind="odd file")
def utf_16(place, who):
    put(place, json.dumps(honest(who)).encode("utf-16"))


@case(kind="odd file")
def utf_16_unmarked(place, who):
    put(place, json.dumps(honest(who)).encode("utf-16-le"))


@case()
def utf_8_marked(place, who):
    put(place, json.dumps(honest(who)).encode("utf-8-sig"))


@case(full=None, kind="unreadable")
def deep_json(place, who):
    put(place, '{"answers":' + "[" * 100_000)


@case(kind="unreadable entry")
def duplicate_keys(place, who):
    put(place, json.dumps(honest(who))[:-1] + ', "votes": {}, "votes": {}}')


@case(full=None, kind="unreadable")
def very_many_duplicate_keys(place, who):
    put(place, "{" + '"a":1,' * 600_000 + '"b":1}')


@case()
def schema_1(place, who):
    answers = {q: entry["value"] for q, entry in honest(who)["answers"].items()}
    put(place, {"schema": 1, "student": who, "answers": answers})


@case(full=None, kind="unreadable")
def schema_99(place, who):
    put(place, {**honest(who), "schema": 99})


# --- notebooks


@case()
def notebook_only(place, who):
    put(place, rehearse.notebook_of(honest(who)), "02_who_attended (1).ipynb")


@case()
def unknown_kernel(place, who):
    book = rehearse.notebook_of(honest(who))
    book["metadata"]["kernelspec"] = {"name": "conda-env-my_env-py", "display_name": "?"}
    put(place, book, "02_who_attended.ipynb")


@case()
def cells_shuffled_and_doubled(place, who):
    book = rehearse.notebook_of(honest(who))
    book["cells"] = book["cells"][::-1] * 2
    for cell in book["cells"]:
        cell["source"], cell["id"] = "", "same"
    put(place, book, "02_who_attended.ipynb")


@case(full=None, kind="unreadable")
def notebook_without_outputs(place, who):
    book = rehearse.notebook_of(honest(who))
    for cell in book["cells"]:
        cell["outputs"] = []
    put(place, book, "02_who_attended.ipynb")


@case(kind="unknown question")
def thousands_of_answers(place, who):
    sheet = honest(who)
    more = {f"{n}.99": {"value": n, "at": "2026-01-20T10:00:00"} for n in range(10, 6000)}
    sheet["answers"].update(more)
    put(place, rehearse.notebook_of(sheet), "02_who_attended.ipynb")


def large_notebook(who, one_line):
    book = rehearse.notebook_of(honest(who))
    half = len(book["cells"]) // 2
    before, after = book["cells"][:half], book["cells"][half:]
    line = "spam and eggs " * 5 if one_line else '0123456789 spam and eggs\\n",\n"'
    head = json.dumps({"cells": before})[:-2] + ', {"outputs": [{"text": ["'
    tail = '"]}]}, ' + json.dumps(after)[1:] + ', "metadata": {}, "nbformat": 4}'
    return head.encode(), (line * (LARGE // len(line))).encode(), tail.encode()


@case(kind="odd file")
def output_of_200_mb_in_one_line(place, who):
    put(place, b"".join(large_notebook(who, True)), "02_who_attended.ipynb")


@case(kind="odd file")
def output_of_200_mb_in_many_lines(place, who):
    put(place, b"".join(large_notebook(who, False)), "02_who_attended.ipynb")


@case(kind="odd file")
def output_of_200_mb_in_a_zip(place, who):
    content = b"".join(large_notebook(who, False))
    put(place, packed({"02_who_attended.ipynb": content}), "work.zip")


# --- zips


@case()
def plain_zip(place, who):
    put(place, packed({"my work/answers.json": honest(who)}), "work.zip")


@case()
def zip_in_zip_in_zip(place, who):
    inner = packed({"answers.json": honest(who)})
    put(place, packed({"b.zip": packed({"a.zip": inner})}), "c.zip")


@case(kind="zip")
def zips_too_deep(place, who):
    inner = packed({"answers.json": honest(who)})
    for _ in range(6):
        inner = packed({"inner.zip": inner})
    put(place, inner, "matryoshka.zip")
    put(place, honest(who))


@case(kind="zip")
def zip_bomb(place, who):
    put(place, packed({"bomb.json": b"0" * (600 * 2**20), "answers.json": honest(who)}), "work.zip")


@case(kind="zip")
def zip_bomb_of_many(place, who):
    zeros = packed({"bomb.json": b" " * (300 * 2**20)})
    members = {f"{n}.zip": zeros for n in range(16)}
    put(place, packed({**members, "answers.json": honest(who)}), "work.zip")


@case(kind="zip")
def zip_names_leading_out(place, who):
    forged = honest(who, **{"2.1": ["forged"]})
    names = ["../answers.json", "../../../../../../tmp/brieflab-escape.json", "a/../../b.json"]
    put(place, packed({**dict.fromkeys(names, forged), "answers.json": honest(who)}), "work.zip")


@case(kind="zip")
def zip_absolute_names(place, who):
    forged = honest(who, **{"2.1": ["forged"]})
    names = ["/tmp/brieflab-escape.json", "C:\\temp\\answers.json", "\\\\host\\share\\answers.json"]
    put(place, packed({**dict.fromkeys(names, forged), "answers.json": honest(who)}), "work.zip")


@case(kind="link")
def zip_with_link(place, who):
    link = zipfile.ZipInfo("answers-link.json")
    link.external_attr = 0o120777 << 16
    put(place, packed({link: b"/etc/passwd"}), "link.zip")
    put(place, honest(who))


@case(kind="zip")
def zip_locked(place, who):
    data = bytearray(packed({"answers.json": honest(who)}))
    data[6] |= 1
    data[data.rfind(b"PK\1\2") + 8] |= 1
    put(place, bytes(data), "locked.zip")
    put(place, honest(who))


@case(full=None, kind="zip")
def zip_cut_off(place, who):
    put(place, packed({"answers.json": honest(who)})[:-40], "answers.zip")


@case(kind="zip")
def not_a_zip(place, who):
    put(place, "no zip at all", "work.zip")
    put(place, honest(who))


@case(kind="zip")
def zip_with_endless_contents(place, who):
    data = bytearray(packed({"answers.json": honest(who)}))
    struct.pack_into("<L", data, data.rfind(b"PK\5\6") + 12, 2**31)
    put(place, bytes(data), "work.zip")
    put(place, honest(who))


@case(kind="other files")
def whole_module_with_solutions(place, who):
    right = {**honest(who), "saved_at": "2099-01-01"}
    blank = rehearse.sheet_of(who, rehearse.answers("strong", tables.load()))
    put(place, blank)
    put(place / "module" / "solutions", rehearse.notebook_of(right), "02_who_attended.ipynb")


# --- links, special files, names


@case(kind="link")
def link_out_of_the_folder(place, who):
    put(place.parent.parent / "elsewhere", honest(who, **{"2.1": ["forged"]}), f"{who}.json")
    put(place, honest(who))
    (place / "more.json").symlink_to(place.parent.parent / "elsewhere" / f"{who}.json")


@case(kind="link")
def link_to_a_folder(place, who):
    put(place, honest(who))
    (place / "more").symlink_to(place.parent.parent)


@case(kind="not a file")
def named_pipe(place, who):
    put(place, honest(who))
    os.mkfifo(place / "pipe.json")


@case(kind="cannot be opened")
def without_permission(place, who):
    put(place, honest(who))
    put(place, honest(who), "more.json")
    (place / "more.json").chmod(0)


@case()
def deep_folders(place, who):
    for n in range(60):
        place = place / f"d{n}"
    put(place, honest(who))


@case()
def folder_called_answers_json(place, who):
    put(place / "answers.json", honest(who), "answers.json")


@case()
def strange_file_name(place, who):
    put(place, honest(who), "=cmd|' C calc'!A0\n\u202etxt.json")


@case()
def undecodable_file_name(place, who):
    put(place, honest(who))
    with open(os.fsencode(place) + b"/\xff\xfe.json", "wb") as file:
        file.write(json.dumps(honest(who)).encode())


@case(kind="other files")
def ten_thousand_other_files(place, who):
    put(place, honest(who))
    for n in range(10_000):
        (place / f"{n}.png").write_bytes(b"x")


@case()
def python_files(place, who):
    put(place, honest(who))
    for name in ("conftest.py", "pandas.py", "sitecustomize.py", "brieflab.py", "json.py"):
        put(place, f"open({str(canary(place))!r}, 'w')", name)


@case()
def code_in_notebook(place, who):
    book = rehearse.notebook_of(honest(who))
    for cell in book["cells"]:
        cell["source"] = f"open({str(canary(place))!r}, 'w')"
    put(place, book, "02_who_attended.ipynb")


def canary(place):
    return place.parent.parent / "executed"


# --- what an answer or an id may hold


@case(full=False, kind="stored state", right=0)
def forged_right(place, who):
    sheet = honest(who, **{q.id: "forged" for q in questions.all() if q.kind == "auto"})
    for entry in sheet["answers"].values():
        entry["state"] = "right"
    put(place, sheet)


@case()
def forged_points(place, who):
    sheet = {**honest(who), "total": 999, "points": 999}
    for entry in sheet["answers"].values():
        entry.update(points=999, awarded=999, awarded_fraction=99, possible=0)
    put(place, sheet)


@case(full=False, right=0)
def wrong_types(place, who):
    strange = [{"a": []}, [[[]]], True, 1e308, "", {"columns": 1, "rows": 2}, [None] * 10, -0.0]
    auto = [q.id for q in questions.all() if q.kind == "auto"]
    put(place, honest(who, **{q: strange[n % len(strange)] for n, q in enumerate(auto)}))


@case(full=False)
def nan_and_huge_numbers(place, who):
    text = json.dumps(honest(who, **{"2.4": "HERE"}))
    put(place, text.replace('"HERE"', "[NaN, -Infinity, 1e999, " + "9" * 5000 + "]"))


@case(kind="unreadable entry", full=False)
def entries_of_wrong_form(place, who):
    sheet = honest(who)
    sheet["answers"]["2.1"] = 7
    sheet["answers"]["2.2"] = {"value": "x", "at": 5}
    sheet["earlier"] = [{"id": [], "at": {}, "hints": "x"}, 3]
    put(place, sheet)


@case(kind="unknown question")
def unknown_questions(place, who):
    sheet = honest(who)
    extra = {f"{n}.77": {"value": 1, "at": "2026-01-20T10:00:00"} for n in range(100, 3000)}
    put(place, {**sheet, "answers": {**sheet["answers"], **extra}})


@case(full=None, kind="another learner's id")
def id_of_another(place, who):
    sheet = honest(who)
    sheet["learner"]["id"] = "honest_1"
    for entry in sheet["answers"].values():
        entry["at"] = "2026-02-09T00:00:00.000000Z"
    put(place, sheet)


@case()
def id_leading_out(place, who):
    sheet = honest(who)
    sheet["learner"] = {"id": "../../../escape", "name": "<b>x</b>"}
    put(place, sheet)


@case(kind="odd id")
def invisible_signs_in_id(place, who):
    sheet = honest(who)
    sheet["learner"]["id"] = "invisible\u200b_\u202esigns\u2066_in_id"
    put(place, sheet)


TEXT = next(q.id for q in questions.all() if q.kind == "text")


@case()
def script_in_text(place, who):
    text = "</div><script>alert('x')</script><img src=x onerror=alert(1)> {{ 7*7 }}"
    put(place, honest(who, **{TEXT: text}))


@case(kind="unknown question")
def formulas(place, who):
    sheet = honest(who, **{TEXT: '=HYPERLINK("http://x.example","y")'})
    sheet["learner"]["name"] = "\t@SUM(1+1)*cmd|' C calc'!A0"
    sheet["answers"]["=1+1"] = {"value": "+2", "at": "2026-01-20T10:00:00"}
    put(place, sheet)


@case()
def lone_surrogates(place, who):
    put(place, json.dumps(honest(who, **{TEXT: "half a sign: \ud83d, and \u0000 \u202e"})))


@case(kind="impossible time")
def dates_out_of_range(place, who):
    sheet = honest(who)
    for entry, at in zip(sheet["answers"].values(), ["9999-99-99T99:99:99", "0000-00-00T00:00:00"]):
        entry["at"] = at
    put(place, sheet)


@case(place="nbg/submitted/{who}/02_who_attended")
def nbgrader_layout(place, who):
    put(place, rehearse.notebook_of(honest(who)), "02_who_attended.ipynb")


@case(place="moodle/Name of {who}_48213_assignsubmission_file_")
def moodle_folder(place, who):
    sheet = honest(who)
    sheet["learner"]["id"] = ""
    put(place, sheet)


@case(place="canvas", kind="late mark")
def canvas_file(place, who):
    sheet = honest(who)
    sheet["learner"]["id"] = ""
    put(place, sheet, f"{who.replace('_', '')}nameof_LATE_4711_90210_answers-1.json")


@case(place="blackboard")
def blackboard_file(place, who):
    put(place, honest(who), f"Damascus_{who}_attempt_2026-01-20-10-11-12_answers.json")


@case(place="{who} É")
def normal_forms(place, who):
    put(Path(unicodedata.normalize("NFD", str(place))), honest(who))


MEASURED = """
import re, sys
from pathlib import Path
from brieflab.__main__ import main
code = main(sys.argv[2:])
status = Path("/proc/self/status")
if status.exists():  # the peak of this process alone, not that of the one that started it
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) * 1024
else:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
Path(sys.argv[1]).write_text(str(peak))
sys.exit(code)
"""

HONEST = ("honest_1", "honest_2", "honest_3")
ROSTER_NAMES = {"canvas_file": "Name Of Canvasfile", "moodle_folder": "Name of moodle_folder"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class, graded once in a process of its own: what came out, and what it took."""
    base = tmp_path_factory.mktemp("hostile")
    folder, out = base / "submissions", base / "graded"
    for who in HONEST:
        put(folder / who, honest(who))
    for who, (build, _, _, _, place) in CASES.items():
        where = folder / place.format(who=who)
        where.mkdir(parents=True, exist_ok=True)
        build(where, who)
    roster = [["id", "name"], *([who, ROSTER_NAMES.get(who, "")] for who in [*HONEST, *CASES])]
    roster[roster.index(["normal_forms", ""])] = ["normal_forms", "NORMAL_FORMS \u00c9"]
    with open(base / "roster.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(roster)
    (base / "memory").touch()
    before = snapshot(folder)
    command = [sys.executable, "-c", MEASURED, base / "memory", "grade", folder, "--out", out]
    command += ["--roster", base / "roster.csv", "--due", "2026-02-10", "--late-per-day", "10"]
    if os.geteuid() == 0 and shutil.which("setpriv"):
        drop = "-dac_override,-dac_read_search"
        command = ["setpriv", "--bounding-set", drop, "--inh-caps", drop, *command]
    done = subprocess.run(list(map(str, command)), cwd=TOP, capture_output=True, text=True)
    yield {
        "code": done.returncode,
        "log": done.stdout + done.stderr,
        "memory": int((base / "memory").read_text()),
        "same": snapshot(folder) == before,
        "base": base,
        "out": out,
        "grades": {row["learner"]: row for row in read_csv(out / "grades.csv")},
        "problems": read_csv(out / "problems.csv"),
    }
    for path in base.rglob("more.json"):
        if not path.is_symlink():
            path.chmod(0o600)
    shutil.rmtree(base, ignore_errors=True)


def snapshot(base):
    """Return every file and folder below ``base`` with size, time and mode."""
    found = {}
    for folder, below, names in os.walk(base):
        for name in (*below, *names):
            stat = os.lstat(os.path.join(folder, name))
            found[os.path.join(folder, name)] = (stat.st_size, stat.st_mtime_ns, stat.st_mode)
    return found


AUTOMATIC = sum(q.points for q in questions.all() if q.kind == "auto")


def test_there_are_forty_cases():
    assert len(CASES) >= 40


def test_it_grades_to_the_end(graded):
    assert graded["code"] == 1, graded["log"]
    assert set(graded["grades"]) == {*HONEST, *CASES}
    assert "problems to look at" in graded["log"]


def test_nothing_is_executed_or_written_elsewhere(graded):
    assert not (graded["base"] / "executed").exists()
    assert not Path("/tmp/brieflab-escape.json").exists()
    assert graded["same"]
    assert {p.name for p in graded["base"].iterdir()} == {
        "submissions",
        "elsewhere",
        "graded",
        "roster.csv",
        "memory",
    }


def test_memory_stays_small(graded):
    assert graded["memory"] < 500 * 2**20, f"{graded['memory'] >> 20} MB"


@pytest.mark.parametrize("who", HONEST)
def test_honest_neighbours_keep_their_grades(graded, who):
    assert float(graded["grades"][who]["total"]) == AUTOMATIC
    assert not [p for p in graded["problems"] if p["learner"] == who and p["level"] == "problem"]


@pytest.mark.parametrize("who", CASES)
def test_case(graded, who):
    build, full, kind, right, _ = CASES[who]
    if who == "without_permission" and os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root may read everything here, and there is no setpriv to take that away")
    row = graded["grades"][who]
    named = [p for p in graded["problems"] if p["learner"] == who]
    named += [p for p in graded["problems"] if not p["learner"] and f"/{who}" in "/" + p["file"]]
    if full is None:
        assert row["total"] == "" and int(row["unreadable"]) == len(questions.all()), row
    elif full:
        assert float(row["total"]) == AUTOMATIC, (row, named)
    else:
        assert float(row["total"]) < AUTOMATIC, row
    if right is not None:
        assert int(row["right"]) == right and float(row["total"]) == 0
    if kind:
        assert kind in {p["kind"] for p in named}, named
    else:
        assert not [p for p in named if p["level"] == "problem"], named


def test_half_a_file_gives_half_its_answers(graded):
    for who in ("truncated_sheet", "truncated_notebook"):
        assert int(graded["grades"][who]["right"]) >= 1


def test_pages_show_texts_and_run_nothing(graded):
    page = (graded["out"] / "feedback" / "script_in_text.html").read_text("utf-8")
    assert "&lt;script&gt;alert(" in page and "<script" not in page and "{{ 7*7 }}" in page
    for path in (graded["out"] / "feedback").iterdir():
        other = [who for who in HONEST if who in path.read_text("utf-8") and path.stem != who]
        assert not other, f"{path.name} shows {other}"


def test_no_cell_is_a_formula(graded):
    for path in graded["out"].glob("*.csv"):
        with open(path, encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    assert not cell.lstrip().startswith(tuple("=+-@＝＋－＠")) or is_number(cell), (
                        cell
                    )


def is_number(cell):
    try:
        return float(cell) is not None
    except ValueError:
        return False


def test_every_page_lies_in_the_output(graded):
    pages = list((graded["out"] / "feedback").iterdir())
    assert len(pages) == len({p.name.casefold() for p in pages}) == len(HONEST) + len(CASES)
