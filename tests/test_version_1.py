"""What version 1.0.0 wrote is read without loss, and what it asked notebooks to call still runs.

The files in ``version_1/`` are evidence (see its README): never edit them to make a test pass.
What they hold stands as literals in ``expected.json``, written by version 1.0.0 itself. New
fields beside the old ones are welcome; a missing or a changed one is a loss.
"""

import ast
import csv
import json
import os
import re
import shutil
from hashlib import sha256
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import brieflab
from brieflab import sheet
from brieflab.__main__ import main
from brieflab.course.lesson_8.widgets import builder

OLD = Path(__file__).with_name("version_1")
EXPECTED = json.loads((OLD / "expected.json").read_text("utf-8"))
RICH = EXPECTED["sheets"]["answers.json"]
SEED = RICH["course"]["seed"]
DAMAGED = ("answers_cut.json", "answers_conflict.json")
IMPORTS = (OLD / "imports.txt").read_text("utf-8").splitlines()
LATE = ["--due", "2026-01-31T18:00+00:00", "--late-per-day", "10"]


def bytes_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _digest():
    return sha256(repr(sorted(bytes_of(OLD).items())).encode()).hexdigest()


@pytest.fixture(autouse=True)
def the_evidence_is_left_alone():
    before = _digest()
    yield
    assert _digest() == before, "a test wrote into version_1/"


@pytest.fixture(autouse=True)
def in_the_module(monkeypatch, top):
    """Work in the module's folder; a kernel uses the very package that is tested here."""
    monkeypatch.chdir(top)
    package = str(Path(brieflab.__file__).parents[1])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))


def same(new, old):
    return json.dumps(new, sort_keys=True) == json.dumps(old, sort_keys=True)


def lost(new, old, where="sheet"):
    """Name every part of ``old`` that ``new`` does not hold just so (1, 1.0 and True differ)."""
    if where.endswith("> earlier"):
        missing = [entry for entry in old if not any(not lost(e, entry) for e in new)]
        fewer = [f"{where}: {len(old)} became {len(new)}"] if len(new) < len(old) else []
        return fewer + [f"{where}: {entry}" for entry in missing]
    if isinstance(old, dict) and isinstance(new, dict) and not where.endswith("> value"):
        return [
            name
            for key, part in old.items()
            for name in (
                lost(new[key], part, f"{where} > {key}") if key in new else [f"{where} > {key}"]
            )
        ]
    return [] if same(new, old) else [f"{where}: {old!r} became {new!r}"]


def without(wanted, *keys):
    return {key: part for key, part in wanted.items() if key not in keys}


# --- answer sheets


def test_the_evidence_is_as_rich_as_it_was_made():
    asked = {1: 5, 2: 6, 3: 6, 4: 6, 5: 5, 6: 5, 7: 6, 8: 5}
    assert set(RICH["answers"]) == {f"{n}.{m}" for n in asked for m in range(1, asked[n] + 1)}
    assert len(RICH["answers"]) == 44 and len(RICH["earlier"]) == 35
    assert set(RICH["locks"]) == {"draft", "forecasts", "reveal", "recall"}
    assert len(RICH["votes"]) == 17 and set(RICH["codings"]) == {"1", "8"}
    states = {entry["state"] for entry in RICH["answers"].values()}
    assert states == {"right", "recorded", "misconception", "value", "type", "shape", "failed"}
    assert len(IMPORTS) == 23


@pytest.mark.parametrize("name", EXPECTED["sheets"])
def test_every_field_of_a_sheet_comes_back(sheet_path, name):
    shutil.copy(OLD / name, sheet_path)
    wanted = EXPECTED["sheets"][name]
    for found in (sheet.load(), sheet.load(sheet_path), sheet.read(sheet_path.read_bytes(), name)):
        assert lost(found, wanted) == []
        assert set(found["answers"]) == set(wanted["answers"])
        assert len(found["earlier"]) == len(wanted["earlier"])
    assert sheet_path.read_bytes() == (OLD / name).read_bytes()
    assert not list(sheet_path.parent.glob("*broken*"))


@pytest.mark.parametrize("name", EXPECTED["sheets"])
def test_saving_a_sheet_again_loses_nothing(sheet_path, name):
    shutil.copy(OLD / name, sheet_path)
    wanted = without(EXPECTED["sheets"][name], "saved_at")
    for _ in range(2):
        sheet.save(sheet.load())
        assert lost(sheet.load(), wanted) == []
        assert lost(sheet.read(sheet_path.read_bytes()), wanted) == []
    assert sheet_path.read_bytes() != (OLD / name).read_bytes()


@pytest.mark.parametrize("name", EXPECTED["sheets"])
def test_the_file_of_version_1_lies_beside_the_first_new_one(sheet_path, name):
    shutil.copy(OLD / name, sheet_path)
    sheet.save(sheet.load())
    assert (OLD / name).read_bytes() in bytes_of(sheet_path.parent).values()


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("newer", ["answers.json", "02_who_attended.ipynb"])
def test_an_older_sheet_merges_into_a_newer_one_without_loss(newer, turned):
    wanted = {**EXPECTED["sheets"], **EXPECTED["notebooks"]}[newer]
    draft = EXPECTED["sheets"]["answers_draft.json"]
    pair = [sheet.read((OLD / name).read_bytes(), name) for name in (newer, "answers_draft.json")]
    found = sheet.merge(*(pair[::-1] if turned else pair))
    for question, entry in wanted["answers"].items():
        kept = found["answers"][question]  # the same value keeps the time when it was first given
        assert kept["at"] <= entry["at"]
        assert lost(without(kept, "at"), without(entry, "at")) == []
    assert lost(found, {"earlier": [*wanted["earlier"], *draft["earlier"]]}) == []
    assert lost(found, {"locks": {**draft["locks"], **wanted["locks"]}}) == []
    assert lost(found["votes"], {**draft["votes"], **wanted.get("votes", {})}) == []
    assert lost(found["codings"], wanted.get("codings", {})) == []
    kept = [(e["id"], e["value"]) for e in found["earlier"]]
    kept += [(question, e["value"]) for question, e in found["answers"].items()]
    assert all((question, e["value"]) in kept for question, e in draft["answers"].items())


@pytest.mark.parametrize("turned", [False, True])
def test_a_lock_in_an_old_notebook_joins_an_old_sheet(turned):
    name, draft = "07_the_second_round.ipynb", EXPECTED["sheets"]["answers_draft.json"]
    pair = [sheet.from_notebook(OLD / name), sheet.read((OLD / "answers_draft.json").read_bytes())]
    found = sheet.merge(*(pair[::-1] if turned else pair))
    wanted = EXPECTED["notebooks"][name]
    assert lost(found["answers"], {**draft["answers"], **wanted["answers"]}) == []
    assert lost(found["locks"], {**draft["locks"], **wanted["locks"]}) == []
    assert lost(found["votes"], draft["votes"]) == []


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_sheet_is_kept_and_the_old_backup_comes_back(sheet_path, name):
    shutil.copy(OLD / name, sheet_path)
    shutil.copy(OLD / "answers.json", sheet_path.with_name("answers.json.bak"))
    found = sheet.load()
    assert lost(found["answers"], RICH["answers"]) == []
    assert lost(found, without(RICH, "answers", "saved_at")) == []
    sheet.save(found)
    sheet.save(sheet.load())
    assert (OLD / name).read_bytes() in bytes_of(sheet_path.parent).values()


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_sheet_without_a_backup_is_kept_and_nothing_is_made_up(sheet_path, name):
    shutil.copy(OLD / name, sheet_path)
    found, text = sheet.load(), (OLD / name).read_text("utf-8", "replace")
    for entry in found["answers"].values():  # version 1.0.0 finds none here; more is welcome
        assert json.dumps(entry["value"], ensure_ascii=False) in text
    sheet.save(found)
    sheet.save(sheet.load())
    assert (OLD / name).read_bytes() in bytes_of(sheet_path.parent).values()


# --- notebooks with answers


@pytest.mark.parametrize("name", EXPECTED["notebooks"])
def test_the_answers_in_an_old_notebook_are_found(name):
    wanted, data = EXPECTED["notebooks"][name], (OLD / name).read_bytes()
    for found in (
        sheet.from_notebook(OLD / name),
        sheet.from_notebook(data),
        sheet.read(data, name),
    ):
        assert lost(found, wanted) == []
        assert set(found["answers"]) == set(wanted["answers"])
        assert len(found["earlier"]) == len(wanted["earlier"])


# --- grading


def rows_of(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return {row["learner"]: row for row in csv.DictReader(file)}


def grade(folder, out, *more):
    assert main(["grade", str(folder), "--out", str(out), *more]) in (0, 1)
    return rows_of(out / "grades.csv")


@pytest.mark.parametrize("name", EXPECTED["graded"])
def test_an_old_file_earns_what_it_earned(tmp_path, name):
    (tmp_path / "in").mkdir()
    shutil.copy(OLD / name, tmp_path / "in" / (name if name.endswith("ipynb") else "answers.json"))
    wanted = EXPECTED["graded"][name]
    rows = grade(tmp_path / "in", tmp_path / "out", "--seed", SEED)
    assert list(rows) == [wanted["learner"]]
    row = rows[wanted["learner"]]
    found = {item: f"{row[f'{item} awarded']} {row[f'{item} state']}" for item in wanted["items"]}
    assert found == wanted["items"]
    if name in DAMAGED:
        assert float(row["total"]) >= float(wanted["total"])
    else:
        assert row["total"] == wanted["total"]


def the_class(tmp_path):
    """Return the submissions and an output folder in which the old marks lie, both copies."""
    shutil.copytree(OLD / "submissions", tmp_path / "submissions")
    (tmp_path / "graded").mkdir()
    shutil.copy(OLD / "marks.jsonl", tmp_path / "graded")
    return tmp_path / "submissions", tmp_path / "graded"


@pytest.mark.parametrize("name, more", [("grades.csv", []), ("grades_late.csv", LATE)])
def test_an_old_class_has_the_grades_it_had_and_the_marks_stand(tmp_path, name, more):
    given, out = the_class(tmp_path)
    for _ in range(2):  # grading again changes nothing
        rows = grade(given, out, "--roster", str(OLD / "roster.csv"), *more)
        assert {who: row["total"] for who, row in rows.items()} == EXPECTED["class"][name]
        changed = {
            (who, column): (value, rows[who].get(column))
            for who, row in rows_of(OLD / name).items()
            for column, value in row.items()
            if rows[who].get(column) != value
        }
        assert changed == {}
        assert (out / "marks.jsonl").read_bytes() == (OLD / "marks.jsonl").read_bytes()
    with open(out / "problems.csv", encoding="utf-8-sig", newline="") as file:
        named = [row for row in csv.DictReader(file) if row["level"] == "problem"]
    # no more than then: 'text changed' for every text would mean that marks lost their texts
    assert [f"{row['learner']} {row['item']}" for row in named] == EXPECTED["class"]["problems"]
    assert any("Gut begründet" in p.read_text("utf-8") for p in (out / "feedback").iterdir())


def test_a_line_of_marks_that_a_crash_cut_off_costs_no_other_mark(tmp_path):
    given, out = the_class(tmp_path)
    with open(out / "marks.jsonl", "ab") as file:
        file.write(b'{"at": "2026-11-25T01:29:21.571343+00:00", "learner": "s001", "it')
    rows = grade(given, out, "--roster", str(OLD / "roster.csv"))
    assert {who: row["total"] for who, row in rows.items()} == EXPECTED["class"]["grades.csv"]


def test_the_lock_of_a_sheet_that_was_handed_in_comes_back(sheet_path):
    shutil.copy(OLD / "submissions" / "s001" / "answers.json", sheet_path)
    assert lost(sheet.load()["locks"], EXPECTED["class"]["locks"]) == []


def parts_of(widget):
    return [
        widget,
        *(part for child in getattr(widget, "children", ()) for part in parts_of(child)),
    ]


def test_the_desk_opens_a_folder_that_version_1_graded(tmp_path):
    (line,) = [line for line in IMPORTS if "desk(" in line]
    for name in ("texts.jsonl", "marks.jsonl"):
        shutil.copy(OLD / name, tmp_path)
    names = {}
    exec(line.split(";")[0], names)
    parts = parts_of(names["desk"](str(tmp_path)))

    def said():
        return " ".join(str(getattr(part, "value", "")) for part in parts)

    options = [part for part in parts if "1.5" in str(getattr(part, "options", ""))]
    assert options, f"no choice of a question: {said()}"
    choose = options[0]
    for question, waiting in (("1.5", 0), ("5.5", 1), ("8.4", 0), ("8.5", 1)):
        choose.index = next(n for n, label in enumerate(choose.options) if question in str(label))
        assert f"{waiting} of 4 texts" in said(), question


# --- code that learners have


@pytest.mark.parametrize("line", IMPORTS)
def test_an_old_import_still_works(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(line, names)
    imported = [a.asname or a.name for node in ast.parse(line).body[:1] for a in node.names]
    assert imported and all(callable(names[n]) or names[n] for n in imported)


def executed(name, folder):
    """Return the notebook ``name`` of version 1.0.0, run anew as if it lay in ``folder``."""
    notebook = nbformat.read(OLD / name, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    place = {"metadata": {"path": str(folder)}}
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", allow_errors=True, resources=place
    ).execute()
    return notebook


def shown(notebook):
    """Return {cell id: the words it shows, in one line}, and the errors that were raised."""
    said, errors = {}, []
    for cell in notebook.cells:
        parts = []
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                errors.append(f"{cell.id}: {output.ename}: {output.evalue}")
            data = output.get("data", {})
            page = re.sub(r"<[^>]*>", " ", data.get("text/html", ""))  # words, not pictures
            parts += [output.get("text", ""), data.get("text/plain", ""), page]
        said[cell.id] = " ".join(" ".join(map(str, parts)).split())
    return said, errors


def broken(said):
    signs = ("Traceback", "NameError", "ImportError", "ModuleNotFoundError", "AttributeError",
             "TypeError", "which is our fault", "Your notebook still keeps its answers")  # fmt: skip
    return [(cell, sign) for cell, text in said.items() for sign in signs if sign in text]


@pytest.mark.parametrize("kind", ["without a sheet", "with the sheet"])
def test_the_old_lessons_run_and_show_what_they_showed(sheet_path, top, kind):
    if kind == "with the sheet":
        shutil.copy(OLD / "answers.json", sheet_path)
    said, errors = shown(executed("old_lessons.ipynb", top / "notebooks"))
    assert errors == [] and broken(said) == []
    quiet = [cell for cell in EXPECTED["old_lessons"]["shows something"].split() if not said[cell]]
    assert quiet == []
    missing = [
        (cell, word, said[cell][:300])
        for cell, words in EXPECTED["old_lessons"][kind].items()
        for word in words
        if word not in said[cell]
    ]
    assert missing == []
    if kind == "with the sheet":
        found, again = sheet.load(), {"8.1", "8.2", "8.3", "8.4"}  # answered anew by their cells
        assert lost(found, without(RICH, "answers", "saved_at")) == []
        assert lost(found["answers"], without(RICH["answers"], *again)) == []
        kept = [e["value"] for e in [*found["answers"].values(), *found["earlier"]]]
        assert all(RICH["answers"][question]["value"] in kept for question in again)
    else:
        assert "Brier score is" not in " ".join(said.values()), "scores before the lock"


def test_the_desk_brings_back_the_page_of_an_old_sheet(sheet_path):
    shutil.copy(OLD / "answers.json", sheet_path)
    desk = builder()
    assert desk.parts == {**dict.fromkeys(desk.parts, ""), **RICH["codings"]["8"]}
    assert "“Kim geldi?”" in desk.read()["page"]


def test_an_old_exercise_runs_again_with_the_same_answers(sheet_path, top):
    name = "02_who_attended.ipynb"
    begun = sheet.load()
    begun["learner"] = {"id": EXPECTED["notebooks"][name]["learner"]["id"], "name": "Çağla Ñuñez"}
    begun["course"] = {"seed": SEED}
    sheet.save(begun)
    notebook = executed(name, top / "exercises")
    said, errors = shown(notebook)
    assert errors == [] and broken(said) == []
    outputs = sheet.from_notebook(nbformat.writes(notebook).encode())
    for found in (outputs, sheet.load()):
        assert found["learner"]["id"] == "çağla.ñ"
        for question, entry in EXPECTED["notebooks"][name]["answers"].items():
            wanted = {key: entry[key] for key in ("value", "state", "mistake", "tries")}
            assert lost(found["answers"][question], wanted, question) == []
        assert [e["value"] for e in found["earlier"]] == [[25, 25]]
