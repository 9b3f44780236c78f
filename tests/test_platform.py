"""Where the module is used: JupyterLab's settings, the machine, Binder, pages to read."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import warnings
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import nbformat
import psutil
import pytest
from jupyter_client import KernelManager
from playwright.sync_api import sync_playwright
from traitlets.config.loader import KVArgParseConfigLoader, PyFileConfigLoader

from brieflab import doctor, reading
from brieflab.__main__ import main
from brieflab.plain import PlainError
from browser import CHROMIUM, FLAGS, Lab, Notebook, need_chromium

TOP = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def name_of(requirement):
    return re.match(r"[\w-]+", requirement)[0].lower()


def test_the_settings_are_where_jupyterlab_looks():
    installed = Path(sys.prefix, "share/jupyter/lab/settings/overrides.d/brieflab.json")
    source = TOP / "notebooks/brieflab/lab/overrides.json"
    assert installed.read_bytes() == source.read_bytes(), "install the module again"
    assert set(json.loads(source.read_text())) == {"@jupyterlab/apputils-extension:notification"}


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
        "from brieflab.figures import Finding\nfrom brieflab.panel import panel\nimport pandas as pd, ipywidgets as W\n"
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
    assert "widget-view" not in html and html.count("<script") == 1 and "<th></th>" not in html
    assert ">b</td>" in html
    assert not re.search(r"(src|href)=\"(https?:)?//", html)
    assert (top / "notebooks/00_one.ipynb").read_bytes() == before


def test_a_lesson_that_fails_is_named(tmp_path):
    top = a_module(tmp_path, "1 / 0")
    with pytest.raises(PlainError, match="00_one.ipynb does not run: ZeroDivisionError"):
        reading.export(tmp_path / "site", top)


@pytest.mark.skipif(os.name == "nt", reason="JupyterHub runs on Linux and macOS")
def test_thirty_classroom_kernels_cannot_take_each_others_ports(monkeypatch):
    hub = PyFileConfigLoader("jupyterhub_config.py", path=str(TOP / "solutions")).load_config()
    learner = SimpleNamespace(user=SimpleNamespace(id=os.getpid()))
    folder = Path(hub.Spawner.environment["JUPYTER_RUNTIME_DIR"](learner))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    server = KVArgParseConfigLoader(argv=hub.Spawner.args).load_config()
    kernel = KernelManager(config=server, connection_file=str(folder / f"kernel-{uuid4()}.json"))
    try:
        folder.mkdir(mode=0o700)
        kernel.start_kernel()
        client = kernel.blocking_client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        client.stop_channels()
        ports = {n for name, n in kernel.get_connection_info().items() if name.endswith("_port")}
        listening = psutil.Process(kernel.provisioner.pid).net_connections("inet")
        assert len(ports) == 5 and ports.isdisjoint(c.laddr.port for c in listening)
    finally:
        kernel.shutdown_kernel(now=True)
        shutil.rmtree(folder)


def dockerfile():
    """Return the Dockerfile that repo2docker, which Binder runs, makes of this repository."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug",
               "--user-id", "1000", "--user-name", "jovyan", str(TOP)]  # fmt: skip
    made = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr[-1000:]
    return made.stdout + made.stderr


def base_pins():
    """Return what Binder's base image has of Jupyter before our files come: pip requirements."""
    import repo2docker.buildpacks.conda as conda

    lock = Path(conda.__file__).with_name("environment.py-3.12-linux-64.lock").read_text()
    names = "notebook|jupyterlab|ipywidgets|jupyter-offlinenotebook"
    return [f"{n}=={v}" for n, v in re.findall(rf"/({names})-(\d[^-]*)-", lock)]


def python_3_12():
    """Return a Python 3.12, or this one (with a warning) where none is installed."""
    places = [shutil.which("python3.12"), *Path.home().glob(".pyenv/versions/3.12*/bin/python3.12")]
    for place in filter(None, places):
        if subprocess.run([place, "-c", ""], capture_output=True).returncode == 0:
            return str(place)
    warnings.warn(
        f"Binder's Python 3.12 is not here; its steps ran on {sys.version.split()[0]}.",
        stacklevel=2,
    )
    return sys.executable


def test_binder_has_what_the_module_needs():
    pins = (TOP / ".binder/requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {name_of(need) for need in PROJECT["dependencies"]} <= {name_of(pin) for pin in pins}
    assert not [pin for pin in pins if pin.startswith("-")]
    assert os.access(TOP / ".binder/postBuild", os.X_OK)
    assert not (TOP / ".binder/start").exists()
    assert "environment-2epy-2d3-2e12" in dockerfile().replace("_", "-")


@pytest.mark.browser
def test_binder_from_its_own_steps_to_lesson_0(tmp_path, monkeypatch):
    """Replay what Binder does after its base image, then learn there in a browser."""
    need_chromium()
    home = tmp_path / "home"
    ours = shutil.ignore_patterns(".git", ".venv", ".*cache", "__pycache__", "answers*", "site")
    shutil.copytree(TOP, home, ignore=ours)
    venv = tmp_path / "env"
    subprocess.run([python_3_12(), "-m", "venv", venv], check=True)
    steps = re.findall(r"^RUN (.*(?:pip install|postBuild).*)$", dockerfile(), re.MULTILINE)
    assert len(steps) == 3, steps
    pins = " ".join(base_pins())
    monkeypatch.setenv("KERNEL_PYTHON_PREFIX", str(venv))
    monkeypatch.setenv("PATH", f"{venv}/bin:{os.environ['PATH']}")
    monkeypatch.setenv("BINDER_LAUNCH_HOST", "https://binder.example/")
    for step in [f"pip install -q --disable-pip-version-check {pins}", *steps]:
        done = subprocess.run(["bash", "-c", step], cwd=home, capture_output=True, text=True)
        assert done.returncode == 0, f"{step}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"

    # a net under a vanishing session: Binder's image brings jupyter-offlinenotebook
    listed = subprocess.run(
        [str(venv / "bin/jupyter"), "labextension", "list"], capture_output=True, text=True
    )
    net = [
        line for line in (listed.stdout + listed.stderr).splitlines() if "offlinenotebook" in line
    ]
    assert any("enabled" in line and "OK" in line for line in net), listed.stdout + listed.stderr

    lab = Lab(home, python=str(venv / "bin/python"), app="notebook").start()
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            notebook = Notebook(lab, chromium).open("notebooks/00_start_here.ipynb")
            notebook.run_all()
            assert notebook.failures() == []
            assert (notebook.outside, notebook.errors) == ([], [])
            exercise = Notebook(lab, chromium).open("exercises/02_who_attended.ipynb")
            exercise.run_all()
            assert exercise.failures() == []
            assert exercise.page.get_by_text("This machine will vanish").count()
            chromium.close()
    finally:
        lab.kill()
