"""Where the module is used: JupyterLab's settings, the machine, Binder, pages to read."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import nbformat
import pytest

from brieflab import doctor, reading, sheet
from brieflab.__main__ import main
from brieflab.lab import overrides
from brieflab.plain import PlainError

TOP = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def name_of(requirement):
    return re.match(r"[\w-]+", requirement)[0].lower()


def test_no_shortcut_of_the_installed_lab_takes_a_key_from_a_control():
    shipped = Path(overrides.__file__).with_name("overrides.json")
    shipped = json.loads(shipped.read_text(encoding="utf-8"))
    needed = overrides.overrides(overrides.stealing())
    assert shipped.keys() == needed.keys()
    plugin = "@jupyterlab/shortcuts-extension:shortcuts"
    missing = [s for s in needed[plugin]["shortcuts"] if s not in shipped[plugin]["shortcuts"]]
    assert missing == [], "python -m brieflab.lab.overrides renews the file"
    assert len(overrides.stealing()) > 30


def test_the_settings_are_where_jupyterlab_looks():
    installed = Path(sys.prefix, "share/jupyter/lab/settings/overrides.d/brieflab.json")
    source = Path(overrides.__file__).with_name("overrides.json")
    assert installed.read_bytes() == source.read_bytes(), "install the module again"


def test_doctor_finds_the_module_in_order(sheet_path, monkeypatch, capsys):
    monkeypatch.chdir(TOP / "notebooks")
    monkeypatch.setattr(doctor, "_browser", lambda: "a browser")
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(doctor.checks()) + 1
    assert all(line.startswith("ok ") for line in lines[:-1])


def test_doctor_says_what_to_do(tmp_path, monkeypatch, capsys):
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "1.0" if name == "pandas" else real(name))
    monkeypatch.setattr(doctor, "FREE_MB", 10**9)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setenv("BRIEFLAB_SHEET", "/proc/nowhere/answers.json")
    monkeypatch.chdir(tmp_path)
    assert doctor.run() == 1
    said = capsys.readouterr().out
    for words in ("pandas is 1.0, needed >=3.0", "Make room", "pip install --force-reinstall",
                  "No datasets/ folder", "Nothing can be saved"):  # fmt: skip
        assert words in said
    assert "Traceback" not in said


def a_module(folder, *sources):
    """Write a module with one lesson of the given code cells; return its folder."""
    for name in ("notebooks", "datasets"):
        (folder / name).mkdir()
    (folder / "datasets/datapackage.json").write_text("{}")
    cells = [nbformat.v4.new_markdown_cell("# One\n\n|  |  |\n|--|--|\n| a | [b](../x.ipynb) |")]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    lesson = folder / "notebooks/00_one.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), lesson)
    return folder


def test_a_page_to_read_holds_results_and_asks_for_nothing(tmp_path):
    top = a_module(
        tmp_path,
        "from brieflab.figures import panel, Finding\nimport pandas as pd, ipywidgets as W\n"
        "panel({'n': W.BoundedIntText(description='n')}, lambda n: Finding('Three words here',"
        " 'A line that rises', pd.DataFrame({'x': [n]})), lambda figure, finding: None)",
        "W.VBox([W.Button()])",
        "import os; print('sheet', os.environ['BRIEFLAB_SHEET'])",
    )
    before = (top / "notebooks/00_one.ipynb").read_bytes()
    pages = reading.export(tmp_path / "site", top)
    assert [page.name for page in pages] == ["index.html", "00_one.html"]
    html = pages[1].read_text(encoding="utf-8")
    assert 'alt="A line that rises"' in html and "Three words here" in html
    assert html.count("has controls") == 2 and "VBox(" not in html
    assert "sheet /" in html and os.environ["BRIEFLAB_SHEET"] not in html
    assert "widget-view" not in html and "<script" not in html and "<th></th>" not in html
    assert ">b</td>" in html
    assert not re.search(r"(src|href)=\"(https?:)?//", html)
    assert (top / "notebooks/00_one.ipynb").read_bytes() == before


def test_a_lesson_that_fails_is_named(tmp_path):
    top = a_module(tmp_path, "1 / 0")
    with pytest.raises(PlainError, match="00_one.ipynb does not run: ZeroDivisionError"):
        reading.export(tmp_path / "site", top)
