"""A JupyterLab server and a Chromium page, for tests that use the module as a person does."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe

TOP = Path(__file__).resolve().parents[1]
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IN_VIEW = ".jp-NotebookPanel:not(.lm-mod-hidden)"


def need_chromium():
    """Skip the test where no Chromium is installed; on CI that is a failure."""
    if CHROMIUM is None:
        why = "No Chromium on the PATH: install it to run the tests that drive a browser."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


def copy_module(target):
    """Copy what a learner opens to the folder ``target``; Lab saves there, never in the clone."""
    skip = shutil.ignore_patterns("brieflab", ".ipynb_checkpoints", "__pycache__", "answers*")
    for name in ("datasets", "seeds", "notebooks", "exercises", "solutions"):
        shutil.copytree(TOP / name, target / name, ignore=skip)
    return target


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Lab:
    """A Jupyter server over the folder ``top``; the answer sheet is ``top/answers.json``."""

    def __init__(self, top, python=sys.executable, app="jupyterlab"):
        self.top, self.command = Path(top), [python, "-m", app]
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def write(self, name, cells):
        """Write a notebook of the code ``cells`` among the lessons; return its place for a browser."""
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        made = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in cells], metadata=kernel
        )
        nbformat.write(made, self.top / "notebooks" / name)
        return f"notebooks/{name}"

    def start(self):
        """Start the server and return when it answers (at most 60 s)."""
        own = {
            name: str(self.top / ".jupyter" / name.lower())
            for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
                         "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")
        }  # fmt: skip
        self.process = subprocess.Popen(
            [
                *self.command, "--no-browser", "--allow-root",
                f"--port={self.port}", "--port-retries=0",
                "--LabApp.expose_app_in_browser=True",
                "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True",
                f"--ServerApp.root_dir={self.top}",
            ],
            cwd=self.top,
            env={**os.environ, **own, "BRIEFLAB_SHEET": str(self.top / "answers.json")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.top / "server.log").open("ab"),
        )  # fmt: skip
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                return self.api("status") and self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError((self.top / "server.log").read_text()[-2000:])

    def api(self, path, method="GET", body=None):
        """Return the parsed answer of the server's REST interface."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or "null")

    def kill(self):
        """End the server and its kernels as a power cut does: without a word."""
        everyone = psutil.Process(self.process.pid).children(recursive=True)
        for process in (self.process, *everyone):
            try:
                process.kill()
            except psutil.NoSuchProcess:
                pass
        self.process.wait()


class Notebook:
    """A page with one notebook of ``lab``, driven as a person drives it."""

    def __init__(self, lab, browser):
        self.lab = lab
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.set_default_timeout(20_000)
        self.outside, self.errors = [], []
        self.page.on("request", self._note_request)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note_request(self, request):
        if re.match(r"(https?|wss?)://(?!127\.0\.0\.1)", request.url):
            self.outside.append(request.url)

    def open(self, path):
        """Open the notebook at ``path`` (relative to the module) and wait for its kernel."""
        self.page.goto(f"{self.lab.url}/lab/tree/{path}?reset")
        self.page.wait_for_selector(f"{IN_VIEW} .jp-Cell")
        self.wait_idle()
        return self

    def wait_idle(self, seconds=60):
        """Wait until the status bar says that there is a kernel and that it rests."""
        self.page.wait_for_function(
            """() => { const bar = document.querySelector('#jp-main-statusbar')?.innerText ?? '';
                       return /\\| Idle/.test(bar) && !/No Kernel/.test(bar); }""",
            timeout=seconds * 1000,
        )

    def run_all(self, seconds=60):
        """Run > Run All Cells, through the menu; return when all have run or one has failed."""
        self.page.click("#jp-MainMenu >> text=Run")
        self.page.click(".lm-Menu >> text=/^Run All Cells$/")
        self.page.wait_for_function(
            """() => { const cells = [...jupyterapp.shell.currentWidget.content.model.cells]
                           .map(c => c.toJSON()).filter(c => c.cell_type === 'code' && c.source);
                       return cells.every(c => c.execution_count) || cells.some(
                           c => c.outputs.some(o => o.output_type === 'error')); }""",
            timeout=seconds * 1000,
        )
        self.wait_idle(seconds)

    def cells(self):
        """Return the cells of the notebook as Lab holds them: list of nbformat dicts."""
        return self.page.evaluate(
            "() => [...jupyterapp.shell.currentWidget.content.model.cells].map(c => c.toJSON())"
        )

    def failures(self):
        """Return what went wrong in outputs: errors, stderr, widgets that did not load."""
        found = []
        for cell in self.cells():
            for output in cell.get("outputs", []):
                if output["output_type"] == "error" or output.get("name") == "stderr":
                    found.append(output.get("evalue") or output.get("text"))
        broken = self.page.locator(f"{IN_VIEW} .jp-OutputArea >> text=/Error displaying widget/")
        return found + broken.all_inner_texts()

    def axe(self, inside=f"{IN_VIEW} .jp-OutputArea"):
        """Return axe-core's violations in what matches ``inside``: one line per element."""
        self.page.add_style_tag(content=".jp-Cell{content-visibility:visible !important}")
        if not self.page.locator(inside).count():
            return []
        return violations(self.page, {"include": [[inside]]})

    def save(self):
        """Save the notebook as the keyboard does."""
        self.page.keyboard.press("Control+s")

    def close(self):
        self.page.close()


def violations(page, context=None):
    """Return axe-core's violations on ``page``, targets too small included: one line per element."""
    more = {"rules": {"target-size": {"enabled": True}}}
    result = Axe().run(page, context=context, options=more).response
    return [
        f"{v['id']} ({v['impact']}): {node['html'][:160]}"
        for v in result["violations"]
        for node in v["nodes"]
    ]
