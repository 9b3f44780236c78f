"""The answer sheet loses nothing: killed, raced, damaged, merged, or rebuilt from a notebook."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from brieflab import sheet
from brieflab.plain import PlainError

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def entry(value, at="2026-01-05T10:00:00.000001Z", **more):
    return {"value": value, "at": at, "tries": 1, "state": "right", **more}


def filled(**answers):
    made = sheet.empty()
    made["answers"] = {k.replace("_", "."): v for k, v in answers.items()}
    return made


def put(path, question, value):
    return sheet.update(lambda s: sheet.record(s, question, entry(value, sheet.now())), path)


def test_a_saved_sheet_comes_back_with_its_backup(sheet_path):
    put(None, "2.1", ["Türkiye", "\ud800"])
    put(None, "2.2", "both")
    assert sheet.load()["answers"]["2.2"]["value"] == "both"
    backup = json.loads(sheet_path.with_name("answers.json.bak").read_text("utf-8"))
    assert list(backup["answers"]) == ["2.1"]
    assert not sheet.wrong_with(sheet.load())


def test_without_a_file_there_is_an_empty_sheet(sheet_path):
    assert sheet.load()["answers"] == {} and not sheet_path.exists()


def test_the_sheet_lies_at_the_top_unless_told_otherwise(monkeypatch, top):
    monkeypatch.delenv("BRIEFLAB_SHEET")
    monkeypatch.chdir(top / "tests")
    assert sheet.path() == top / "answers.json"


def test_what_does_not_fit_the_schema_is_not_saved(sheet_path):
    put(None, "2.1", 1)
    with pytest.raises(PlainError, match="tries"):
        sheet.update(lambda s: s["answers"]["2.1"].update(tries="many"))
    with pytest.raises(ValueError):
        put(None, "2.1", float("nan"))
    assert sheet.load()["answers"]["2.1"]["value"] == 1


def test_a_sheet_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PlainError, match="save the notebook"):
        put(tmp_path / "file" / "answers.json", "2.1", 1)


def test_a_superseded_answer_is_kept_and_their_number_is_bounded(sheet_path):
    for n in range(sheet.MAX_EARLIER + 20):
        sheet_now = sheet.load()
        sheet.record(sheet_now, "2.1", entry(n))
    for n in range(3):
        put(None, "2.1", n)
    put(None, "2.1", 2)
    now = sheet.load()
    assert [e["value"] for e in now["earlier"]] == [0, 1]
    now["earlier"] = [{"id": "2.1", **entry(n)} for n in range(500)]
    sheet.save(now)
    assert [e["value"] for e in sheet.load()["earlier"]] == list(range(300, 500))


def test_a_save_is_published_and_a_failed_one_is_not(sheet_path, tmp_path):
    heard = []
    sheet.listen(heard.append)
    put(None, "2.1", 1)
    assert [now["answers"]["2.1"]["value"] for now in heard] == [1]
    (tmp_path / "file").write_text("")
    with pytest.raises(PlainError):
        put(tmp_path / "file" / "answers.json", "2.1", 2)
    assert len(heard) == 1


def test_schema_1_is_migrated(sheet_path):
    old = {
        "schema": 1,
        "student": "ada",
        "saved_at": "2025-01-01T00:00:00Z",
        "answers": {"2.4": [1, 2]},
    }
    sheet_path.write_text(json.dumps(old))
    now = sheet.load()
    assert now["schema"] == 2 and now["learner"]["id"] == "ada"
    assert now["answers"]["2.4"]["value"] == [1, 2] and not sheet.wrong_with(now)


def test_a_newer_sheet_is_left_alone(sheet_path):
    sheet_path.write_text(json.dumps({**sheet.empty(), "schema": 3}))
    with pytest.raises(PlainError, match="newer version"):
        put(None, "2.1", 1)
    assert json.loads(sheet_path.read_text())["schema"] == 3


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b'{"schema": 2}',
        b"[]",
        b"null",
        b'{"answers": [' * 50,
        b"[" * 100_000,
    ],
)
def test_a_damaged_sheet_is_set_aside_and_the_backup_used(sheet_path, damage):
    put(None, "2.1", "first")
    put(None, "2.1", "second")
    sheet_path.write_bytes(damage)
    before = {p.name: p.read_bytes() for p in sheet_path.parent.iterdir()}
    for _ in range(3):
        assert sheet.load()["answers"]["2.1"]["value"] == "first"
    assert {p.name: p.read_bytes() for p in sheet_path.parent.iterdir()} == before
    assert len(sheet.notices()) == 1 and not sheet.notices()
    put(None, "2.2", "third")
    aside = list(sheet_path.parent.glob("answers.json.broken-*"))
    assert [p.read_bytes() for p in aside] == [damage]
    assert aside[0].name in sheet.notices()[-1]
    kept = {q: e["value"] for q, e in sheet.load()["answers"].items()}
    assert kept == {"2.1": "first", "2.2": "third"} and not sheet.notices()
    backup = json.loads(sheet_path.with_name("answers.json.bak").read_text("utf-8"))
    assert backup["answers"]["2.1"]["value"] == "first"


def test_a_full_disk_costs_neither_a_damaged_file_nor_its_backup(sheet_path, monkeypatch):
    put(None, "2.1", "first")
    put(None, "2.1", "second")
    sheet_path.write_bytes(b"{")

    def full(path, data, sync=True):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(sheet.files, "write", full)
        with pytest.raises(PlainError, match="could not be saved"):
            put(None, "2.2", "third")
    assert sheet_path.read_bytes() == b"{"
    assert sheet.load()["answers"]["2.1"]["value"] == "first"


def test_a_sound_answer_survives_an_unsound_neighbour(sheet_path):
    bad = filled(**{"2_1": entry(1), "2_2": {"value": 1}, "2_3": "x"})
    sheet_path.write_text(json.dumps({**bad, "votes": 3}))
    now = sheet.load()
    assert list(now["answers"]) == ["2.1"] and not sheet.wrong_with(now)
    assert "every other answer is here" in sheet.notices()[0]
    whole = sheet_path.read_bytes()
    sheet.save(now)
    assert [p.read_bytes() for p in sheet_path.parent.glob("*.broken-*")] == [whole]


def test_merging_keeps_the_newest_and_drops_nothing_in_either_order():
    a = filled(**{"2_1": entry("old", "2026-01-01T00:00:00Z"), "2_2": entry("a")})
    b = filled(**{"2_1": entry("new", "2026-01-02T00:00:00Z"), "2_3": entry("b")})
    a["learner"]["id"], a["saved_at"], b["saved_at"] = "ada", "2026-01-01", "2026-01-02"
    a["locks"] = {"forecasts": {"at": "2026-01-01T00:00:00Z", "hash": "first"}}
    b["locks"] = {"forecasts": {"at": "2026-01-02T00:00:00Z", "hash": "second"}}
    a["votes"], b["votes"] = {"x": 1}, {"y": 2}
    before = json.dumps([a, b])
    ab, ba = sheet.merge(a, b), sheet.merge(b, a)
    assert json.dumps([a, b]) == before and ab == ba
    assert {k: e["value"] for k, e in ab["answers"].items()} == {
        "2.1": "new",
        "2.2": "a",
        "2.3": "b",
    }
    assert [e["value"] for e in ab["earlier"]] == ["old"]
    assert ab["learner"]["id"] == "ada" and ab["locks"]["forecasts"]["hash"] == "first"
    assert ab["votes"] == {"x": 1, "y": 2}
    assert sheet.merge(ab, ab) == ab


LATER = "2026-02-09T10:00:00Z"


def test_the_same_value_given_again_keeps_its_first_time():
    """By saving, by merging and by reading a notebook: what was right in time stays so."""
    first = entry("x")
    saved = filled(**{"2_1": dict(first)})
    sheet.record(saved, "2.1", entry("x", LATER))
    book = notebook(cell("2.1", "x"), cell("2.1", "x", LATER))
    again = [filled(**{"2_1": dict(first)}), filled(**{"2_1": entry("x", LATER)})]
    for found in (saved, sheet.from_notebook(book.encode()), sheet.merge(*again)):
        assert found["answers"]["2.1"]["at"] == first["at"] and not found["earlier"]
    sheet.record(saved, "2.1", entry("y", LATER))
    assert (saved["answers"]["2.1"]["at"], saved["earlier"]) == (LATER, [{"id": "2.1", **first}])


def test_true_one_and_one_point_zero_are_three_answers():
    for one, two in ((True, 1), (1, 1.0), (0, False)):
        made = filled(**{"2_1": entry(one)})
        sheet.record(made, "2.1", entry(two, LATER))
        assert made["answers"]["2.1"]["at"] == LATER and len(made["earlier"]) == 1


@pytest.mark.parametrize(
    "wrong", ["2999-01-01T00:00:00Z", "2026-99-99T99:99:99", "0000-00-00T00:00:00"]
)
def test_a_time_that_cannot_be_wins_against_no_other(wrong):
    odd, sound = filled(**{"2_1": entry("odd", wrong)}), filled(**{"2_1": entry("sound")})
    for pair in ((odd, sound), (sound, odd)):
        assert sheet.merge(*pair)["answers"]["2.1"]["value"] == "sound"
    sheet.record(odd, "2.1", entry("odd", LATER))
    assert odd["answers"]["2.1"]["at"] == LATER


def test_many_drafts_of_one_question_cost_no_other_its_earlier_answer(sheet_path):
    now = filled(**{"2_6": entry("draft 999", LATER), "2_1": entry("late", LATER)})
    start = datetime(2026, 1, 5, 12, tzinfo=UTC)
    now["earlier"] = [{"id": "2.1", **entry("in time")}] + [
        {"id": "2.6", **entry(f"draft {n}", (start + timedelta(seconds=n)).isoformat())}
        for n in range(999)
    ]
    sheet.save(now)
    kept = sheet.load()["earlier"]
    assert len(kept) == sheet.MAX_EARLIER and kept[0]["value"] == "in time"
    assert kept[-1]["value"] == "draft 998"


def test_two_sets_of_locks_do_not_mix():
    one, two = filled(), filled()
    one["locks"] = {
        "forecasts": {"at": "2026-01-01", "p": 0.2},
        "recall": {"at": "2026-02-01", "p": 0.2},
    }
    two["locks"] = {
        "forecasts": {"at": "2026-01-03", "p": 0.8},
        "recall": {"at": "2026-01-30", "p": 0.8},
    }
    assert sheet.merge(one, two)["locks"] == sheet.merge(two, one)["locks"] == one["locks"]


@pytest.mark.parametrize("bad", ["x", 7, [1], None])
def test_locks_of_another_form_stop_no_merge(bad):
    one, two = filled(), filled()
    one["locks"], two["locks"] = {"7": bad}, {"7": bad, "8": {"at": "2026-01-01"}}
    assert sheet.merge(one, two)["locks"]["8"] == {"at": "2026-01-01"}


def test_many_sheets_merge_like_pair_after_pair():
    chance = random.Random(5)
    made = [
        filled(
            **{"2_1": entry(chance.randrange(3), f"2026-01-{chance.randrange(1, 29):02}T00:00:00Z")}
        )
        for _ in range(30)
    ]
    shuffled = chance.sample(made, len(made))
    assert sheet.merge(*made) == sheet.merge(*shuffled)
    assert (
        sheet.merge(*made)["answers"] == sheet.merge(sheet.merge(*made[:9]), *made[9:])["answers"]
    )


def cell(question, value, at="2026-01-05T10:00:00.000001Z", source="check()"):
    data = {"text/plain": "x", sheet.MIME: {"id": question, "learner": "ada", **entry(value, at)}}
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "execution_count": None,
        "outputs": [{"output_type": "display_data", "metadata": {}, "data": data}],
    }


def notebook(*cells):
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1
    )


CELLS = [cell("2.1", ["Iraq"]), cell("2.2", "both"), cell("2.4", [3, 2])]
GOOD = notebook(*CELLS)
WANTED = {"2.1": ["Iraq"], "2.2": "both", "2.4": [3, 2]}


@pytest.mark.parametrize(
    "text, wanted",
    [
        (GOOD, WANTED),
        (notebook(*CELLS[::-1]), WANTED),
        (notebook(*CELLS, *CELLS), WANTED),
        (notebook(CELLS[0], {**CELLS[1], "outputs": []}), {"2.1": ["Iraq"]}),
        (
            notebook({**CELLS[0], "outputs": CELLS[0]["outputs"] + CELLS[1]["outputs"]}, CELLS[2]),
            WANTED,
        ),
        (notebook({**CELLS[0], "cell_type": "markdown"}, *CELLS[1:]), WANTED),
        (
            notebook(*CELLS, cell("2.2", "allies", "2026-01-06T10:00:00Z")),
            {**WANTED, "2.2": "allies"},
        ),
        (
            notebook(cell("2.2", "allies", "2026-01-06T10:00:00Z"), *CELLS),
            {**WANTED, "2.2": "allies"},
        ),
        (GOOD[: int(len(GOOD) * 0.97)], WANTED),
        (GOOD[: GOOD.index('"both"') - 4], {"2.1": ["Iraq"]}),
        ("<<<<<<< HEAD\n" + GOOD + "\n=======\n" + GOOD + "\n>>>>>>> x", WANTED),
        (GOOD.replace('"cells"', '"worksheets"').replace('"nbformat": 4', '"nbformat": 3'), WANTED),
        ("\ufeff" + GOOD, WANTED),
        (GOOD.replace("\n", "\r\n"), WANTED),
    ],
    ids=[
        "sound",
        "reordered",
        "copied",
        "cleared",
        "merged",
        "retyped",
        "newer last",
        "newer first",
        "truncated",
        "truncated early",
        "conflict",
        "nbformat 3",
        "byte order mark",
        "CRLF",
    ],
)
def test_a_damaged_notebook_still_yields_every_answer_that_is_left(text, wanted):
    for data in (text.encode("utf-8"), text.encode("utf-16")):
        found = sheet.read(data, "x.ipynb")
        assert {k: e["value"] for k, e in found["answers"].items()} == wanted
        assert found["learner"]["id"] == "ada"
        found.pop("unreadable", None)
        assert not sheet.wrong_with(found)


def test_an_answer_quoted_in_a_cells_source_is_no_answer(tmp_path):
    fake = json.dumps(cell("2.1", "forged"))
    path = tmp_path / "x.ipynb"
    path.write_text(notebook({**CELLS[1], "source": fake}))
    assert list(sheet.from_notebook(path)["answers"]) == ["2.2"]


@pytest.mark.parametrize(
    "data, said",
    [
        (b"", "is empty"),
        (b"\x00\x00", "is empty"),
        (b"PK\x03\x04", "not a sound"),
        (b"[1]", "no 'answers'"),
        (b'{"answers": []}', "no 'answers'"),
        (notebook().encode(), "without recorded answers"),
        (b'{"schema": 9, "answers": {}}', "newer version"),
        (b"[" * 50_000, "not a sound"),
    ],
)
def test_an_unreadable_file_is_named_with_what_to_do(data, said):
    with pytest.raises(PlainError, match=said) as caught:
        sheet.read(data, "ada.json")
    assert "ada.json" in str(caught.value)


def test_numbers_that_json_cannot_hold_become_text():
    text = json.dumps(filled(**{"2_1": entry("X"), "2_2": entry("Y"), "2_4": entry("Z")}))
    text = text.replace('"X"', "NaN").replace('"Y"', "1e999").replace('"Z"', "9" * 6000)
    got = sheet.read(text.encode())["answers"]
    assert got["2.1"]["value"] == "NaN" and got["2.2"]["value"] == "1e999"
    assert got["2.4"]["value"] == "9" * 40


def test_a_learner_without_an_id_is_a_learner():
    made = filled(**{"2_1": entry(1)})
    made["learner"] = {}
    found = sheet.read(json.dumps(made).encode())
    assert found["learner"] == {"id": "", "name": ""} and "unreadable" not in found
    made["answers"]["2.2"] = "no entry"
    found = sheet.read(json.dumps(made).encode())
    assert found["learner"] == {"id": "", "name": ""} and "2.2" in found["unreadable"]


def test_a_key_that_stands_twice_is_said():
    text = json.dumps(filled(**{"2_1": entry(1)})).replace('"answers": {', '"answers": {"2.1": 7, ')
    got = sheet.read(text.encode())
    assert got["answers"]["2.1"]["value"] == 1 and "twice: 2.1" in got["unreadable"]


def test_a_list_of_what_could_not_be_read_that_is_no_such_list_is_left_out():
    got = sheet.read(json.dumps({**filled(**{"2_1": entry(1)}), "unreadable": [1]}).encode())
    assert got["answers"]["2.1"]["value"] == 1 and list(got["unreadable"]) == ["unreadable"]


@needs_fork
def test_a_thousand_kills_during_saves_lose_at_most_the_answer_in_flight(tmp_path):
    path, dice = tmp_path / "answers.json", random.Random(4)
    put(path, "2.1", 0)
    for _ in range(1000):
        told, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(told)
            n = sheet.load(path)["answers"]["2.1"]["value"]
            while True:
                n += 1
                sheet.update(lambda s, n=n: s["answers"].update({"2.1": entry(n)}), path)
                os.write(tell, n.to_bytes(8, "big"))
        os.close(tell)
        first = os.read(told, 8)
        time.sleep(dice.random() * 0.005)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(told, "rb") as pipe:
            acknowledged = first + pipe.read()
        last = int.from_bytes(acknowledged[-8:], "big")
        now = sheet.read(path.read_bytes())
        assert "unreadable" not in now and not sheet.wrong_with(now)
        assert now["answers"]["2.1"]["value"] in (last, last + 1)
    assert not list(tmp_path.glob("*.broken-*"))


def test_two_kernels_on_one_sheet_lose_nothing(tmp_path):
    code = (
        "import sys; from brieflab import sheet\n"
        "for n in range(40):\n"
        "    sheet.update(lambda s: sheet.record(s, f'{sys.argv[1]}.{n}',"
        " {'value': n, 'at': sheet.now()}), sys.argv[2])\n"
    )
    path = tmp_path / "answers.json"
    runs = [subprocess.Popen([sys.executable, "-c", code, str(k), str(path)]) for k in (2, 3)]
    assert [run.wait(120) for run in runs] == [0, 0]
    assert len(sheet.load(path)["answers"]) == 80


def test_two_answers_of_one_moment_are_merged_alike_in_either_order():
    at = "2026-01-05T10:00:00.000001Z"
    a, b = filled(**{"2_1": entry("first", at)}), filled(**{"2_1": entry("second", at)})
    for sheets in (a, b):
        sheets["saved_at"] = at
    ab, ba = sheet.merge(a, b), sheet.merge(b, a)
    assert ab["answers"] == ba["answers"] and ab["earlier"] == ba["earlier"]
    assert {ab["answers"]["2.1"]["value"], ab["earlier"][0]["value"]} == {"first", "second"}


def test_a_merge_keeps_the_newest_of_the_superseded_answers():
    def day(n):
        return (datetime(2026, 1, 1) + timedelta(days=n)).isoformat()

    a, b = filled(**{"2_1": entry("now")}), filled(**{"2_1": entry("now")})
    a["earlier"] = [{"id": "2.1", **entry(n, day(n))} for n in range(0, 300, 2)]
    b["earlier"] = [{"id": "2.1", **entry(n, day(n))} for n in range(1, 300, 2)]
    merged = sheet.merge(a, b)["earlier"]
    assert [e["value"] for e in merged] == list(range(300 - sheet.MAX_EARLIER, 300))


@pytest.mark.parametrize(
    "broken",
    [{"id": "2.1", "at": "soon", "value": 1}, {"id": "2.1", "value": 1}, {"id": 7}, ["2.1"], "2.1"],
    ids=str,
)
def test_an_output_that_is_no_answer_is_passed_over(broken):
    bad = cell("2.1", "x")
    bad["outputs"][0]["data"][sheet.MIME] = broken
    found = sheet.from_notebook(notebook(bad, *CELLS[1:]).encode())["answers"]
    assert {k: e["value"] for k, e in found.items()} == {"2.2": "both", "2.4": [3, 2]}


@pytest.mark.parametrize(
    "odd",
    [{"tries": -5}, {"tries": "many"}, {"hints": 9}, {"opened": "yes"}, {"state": 7}],
    ids=str,
)
def test_an_unsound_part_costs_no_answer(odd):
    made = filled(**{"2_1": entry("x") | odd, "2_2": entry("y")})
    made["earlier"] = [{"id": "2.1", **entry("w")} | odd, 3, {"id": []}]
    found = sheet.read(json.dumps(made).encode())
    assert {q: e["value"] for q, e in found["answers"].items()} == {"2.1": "x", "2.2": "y"}
    assert [e["value"] for e in found["earlier"]] == ["w"]
    assert "2.1" in found["unreadable"] and not sheet.wrong_with(sheet.without_remarks(found))
    assert not odd.keys() & found["answers"]["2.1"].keys()


@pytest.mark.parametrize("schema", [None, "2", 1, True, 2.0, "x"])
def test_a_sheet_with_a_wrong_schema_is_read_by_its_form(schema):
    made = {**filled(**{"2_1": entry("x")}), "schema": schema}
    if schema is None:
        del made["schema"]
    found = sheet.read(json.dumps(made).encode())
    assert found["answers"]["2.1"]["value"] == "x" and "schema" in found["unreadable"]


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("levels", [sheet.DEEPEST + 1, 400, 900])
def test_a_value_nested_too_deep_costs_no_other(levels):
    for data in (
        json.dumps(filled(**{"2_1": entry(nested(levels)), "2_2": entry("y")})),
        notebook(cell("2.1", nested(levels)), cell("2.2", "y")),
    ):
        found = sheet.read(data.encode())
        assert list(found["answers"]) == ["2.2"] and "2.1" in found["unreadable"]
    fine = filled(**{"2_1": entry(nested(sheet.DEEPEST))})
    assert "unreadable" not in sheet.read(json.dumps(fine).encode())


def test_only_the_questions_asked_are_read_and_the_others_named():
    made = filled(**{"2_1": entry("x"), "99_1": entry("y")})
    made["earlier"] = [{"id": "99.1", **entry("w")}]
    for data in (json.dumps(made), notebook(cell("2.1", "x"), cell("99.1", "y"))):
        found = sheet.read(data.encode(), asked={"2.1"})
        assert list(found["answers"]) == ["2.1"] and found["unknown"] == ["99.1"]
        assert not found["earlier"]


def test_answers_of_two_learners_in_one_notebook_are_told_apart():
    other = cell("2.2", "both")
    other["outputs"][0]["data"][sheet.MIME]["learner"] = {"id": "ben"}
    found = sheet.read(notebook(cell("2.1", ["Iraq"]), other).encode())
    assert found["whose"] == {"ada": ["2.1"], "ben": ["2.2"]}
    assert "whose" not in sheet.read(GOOD.encode())
    assert not set(sheet.REMARKS) & sheet.merge(found, filled()).keys()
