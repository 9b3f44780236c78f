"""Re-running notebooks: behind walls or not at all, and never touching a grade."""

import json
import pathlib
import shutil
import socket
import sys
import threading

import pytest

from brieflab import questions, tables
from brieflab.__main__ import main
from brieflab.grading import rehearse, rerun
from brieflab.plain import PlainError


@pytest.fixture(autouse=True)
def in_the_module(monkeypatch, top):
    monkeypatch.chdir(top)


@pytest.fixture
def isolated():
    try:
        rerun.need_isolation()
    except PlainError as error:
        pytest.skip(str(error))


def book(*sources):
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": [],
         "execution_count": None}
        for n, source in enumerate(sources)
    ]  # fmt: skip
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def answers(expression):
    return f"from brieflab.check import check\nanswer = {expression}\ncheck('2.2', str(answer))"


@pytest.mark.parametrize(
    "platform, tool", [("darwin", "/usr/bin/bwrap"), ("win32", None), ("linux", None)]
)
def test_elsewhere_it_refuses_before_anything_is_run(tmp_path, monkeypatch, capsys, platform, tool):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(shutil, "which", lambda name: tool)
    (tmp_path / "in").mkdir()
    code = main(["grade", str(tmp_path / "in"), "--rerun", "--out", str(tmp_path / "out")])
    assert code == 2 and "not isolated on this machine" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_code_that_gives_the_recorded_answers_is_silent(isolated, tmp_path):
    """One run: equal answers, another answer, no answer; and grades stay byte for byte."""
    key = questions.solved(questions.get("2.2"), tables.load())[0][0][1]
    for who, expression in (("same", repr(key)), ("other", "'something else'"), ("none", None)):
        made = rehearse.notebook_of(rehearse.sheet_of(who, {"2.2": key}))
        made["cells"][0]["source"] = answers(expression) if expression else "pass"
        (tmp_path / "in" / who).mkdir(parents=True)
        (tmp_path / "in" / who / "02_lesson.ipynb").write_text(json.dumps(made))
    out = tmp_path / "out"
    assert main(["grade", str(tmp_path / "in"), "--out", str(out)]) == 0
    before = (out / "grades.csv").read_bytes()
    assert main(["grade", str(tmp_path / "in"), "--out", str(out), "--rerun"]) == 0
    assert (out / "grades.csv").read_bytes() == before
    lines = (out / "rerun.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0].split("/")[0] for line in lines[1:]] == ["none", "other"]
    assert "the code gives none" in lines[1] and "another answer" in lines[2]


def test_a_file_that_cannot_be_opened_is_a_line_and_stops_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(rerun, "need_isolation", lambda: None)
    monkeypatch.setattr(rerun, "run", lambda data, seconds: ({}, ""))
    monkeypatch.setattr(rerun, "LARGEST", 500)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/work.zip").write_text("no zip at all")
    (tmp_path / "in/a.ipynb").write_bytes(book("pass"))
    (tmp_path / "in/large.ipynb").write_bytes(book("x" * 500))
    (tmp_path / "in/picture.png").write_text("not read, and no notebook")
    (tmp_path / "out").mkdir()
    said = rerun.compare(tmp_path / "in", tmp_path / "out")
    lines = (tmp_path / "out/rerun.csv").read_text("utf-8-sig").splitlines()
    assert lines[1:] == [
        "large.ipynb,,too large to be run",
        "work.zip,,the zip was not read: File is not a zip file",
    ]
    assert said.startswith("1 notebooks run apart; 2 differences")


def test_a_notebook_reaches_no_network_not_even_this_machine(isolated):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port, called = server.getsockname()[1], threading.Event()

        def wait():
            server.settimeout(30)
            try:
                server.accept()
                called.set()
            except OSError:
                pass

        threading.Thread(target=wait, daemon=True).start()
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            assert called.wait(5), "the server answers those who are not behind walls"
        called.clear()
        threading.Thread(target=wait, daemon=True).start()
        code = (
            "import socket\ntry:\n"
            f"    socket.create_connection(('127.0.0.1', {port}), timeout=5)\n    out = 'through'\n"
            "except OSError as error:\n    out = type(error).__name__"
        )
        values, _ = rerun.run(book(code, answers("out")), 60)
    assert values["2.2"] == "ConnectionRefusedError" and not called.is_set()


def test_files_are_out_of_reach_and_limited(isolated, tmp_path, top):
    secret = tmp_path / "secret.txt"
    secret.write_text("marks")
    code = f"""
import os
out = []
for path in ({str(secret)!r}, {str(top / "solutions")!r}, '/root/.bashrc'):
    out.append(os.path.exists(path))
for path in ('/usr/x', '../datasets/hosts.csv', '/etc/passwd'):
    try:
        open(path, 'a')
        out.append('written')
    except OSError:
        out.append(False)
try:
    with open('/work/large', 'wb') as file:
        for _ in range(200):
            file.write(b'x' * 2**20)
    out.append('written')
except OSError:
    out.append(False)
os.remove('/work/large')
open('/tmp/brieflab-left-behind', 'w').close()
"""
    values, said = rerun.run(book(code, answers("out")), 60)
    assert values["2.2"] == str([False] * 7), (values, said)
    assert not pathlib.Path("/tmp/brieflab-left-behind").exists()


def test_memory_and_time_are_limited(isolated):
    code = "try:\n    x = bytearray(6 * 2**30)\n    out = 'taken'\nexcept MemoryError:\n    out = 'refused'"
    values, _ = rerun.run(book(code, answers("out")), 60)
    assert values["2.2"] == "refused"
    values, said = rerun.run(book("while True: pass"), 5)
    assert values == {} and said
