"""From key press to picture, in a real browser: ``python tests/benchmarks/widget_latency.py``.

Lesson 3's stage with nothing ahead, the frame of the other widgets and the usual ``interact``
with pyplot show the same calculation and get the same keys; then every stage of the lessons, with
its states ahead, gets keys at its first control. Printed are medians, how long a first picture
takes, and ratios to ``interact`` (keys) and to the frame (first picture).
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests"))
from browser import CHROMIUM, FLAGS, Lab, Notebook, copy_module  # noqa: E402
from stages import STAGES  # noqa: E402

READ = """import pandas as pd
hosts, countries = (pd.read_csv(f"../datasets/{n}.csv") for n in ("hosts", "countries"))
from brieflab.course.lesson_3.widgets import top_n
from brieflab.course.lesson_3.hosts import draw_top, first_ten, ten_hosts, top_hosts
from brieflab.course.lesson_3.scene import n_in_sentence
from brieflab.stage import Stepper, stage
import ipywidgets as W
from brieflab.panel import panel"""
IMPORT = f"import sys; sys.path.insert(0, {str(TOP / 'tests')!r}); from stages import STAGES"
ASKED = """ten = ten_hosts(hosts, countries)
stage({"n": Stepper("Hosts", 1, 90, 3)}, lambda n: first_ten(ten, n % 10 + 1), n_in_sentence,
      bytes_ahead=1)"""
PANEL = """panel({"n": W.Dropdown(options=range(1, 11), description="N")},
      lambda n: top_hosts(hosts, countries, n), draw_top)"""
USUAL = """%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import interact
def top(n):
    draw_top(plt.figure(figsize=(7, 3.6)), top_hosts(hosts, countries, n))
    plt.show()
interact(top, n=range(1, 11));"""
CONTROLS = "select, .step input, [type=radio]:checked, [type=checkbox], .mark[role=button]"
KEYS = {
    "SELECT": ("ArrowUp", "ArrowDown"),
    "number": ("ArrowDown", "ArrowUp"),
    "radio": ("ArrowLeft", "ArrowRight"),
    "checkbox": ("Space", "Space"),
}
WAIT = """area => new Promise(done => {
    const state = () => [...area.querySelectorAll('img')].map(i => i.src).join() +
                        [...area.querySelectorAll('.bl-stage')].at(-1)?.dataset.state;
    const before = state();
    area.addEventListener('keydown', () => {
        const began = performance.now();
        const look = () => {
            const images = [...area.querySelectorAll('img')];
            const took = performance.now() - began;
            if (state() !== before && images.every(i => i.complete)) done(took);
            else if (took > 5000) done(null); // a stepper at its end
            else requestAnimationFrame(look);
        };
        queueMicrotask(look);
    }, {once: true, capture: true});
})"""
FIRST = """([at, what]) => new Promise(done => {
    const cells = document.querySelectorAll('.jp-CodeCell');
    const began = performance.now();
    const look = () => cells[at].querySelector(what) ? done(performance.now() - began)
                                                      : requestAnimationFrame(look);
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = at;
    jupyterapp.commands.execute('notebook:run-cell');
    look();
})"""


def milliseconds(page, area, back, keys=20):
    """Return the times from key to changed picture of ``keys`` presses, ``back`` one way."""
    control, times = area.locator(CONTROLS).locator("visible=true").first, []
    kind = control.get_attribute("type") or control.evaluate("e => e.tagName")
    up, down = KEYS.get(kind, ("Enter", "Enter"))
    for press in range(keys):
        control.focus()
        area.evaluate(f"area => {{ area.waiting = ({WAIT})(area); }}")
        page.keyboard.press(up if press // back % 2 else down)
        times.append(area.evaluate("area => area.waiting"))
        page.wait_for_timeout(150)
    return [time for time in times if time is not None]


def opened(lab, chromium, cells):
    """Return a page with a notebook of ``cells`` (list of code), the first of them run."""
    notebook = Notebook(lab, chromium).open(lab.write("latency.ipynb", cells))
    notebook.page.evaluate(FIRST, [0, ".jp-InputPrompt"])
    notebook.page.wait_for_timeout(4000)
    notebook.wait_idle()
    return notebook


if __name__ == "__main__":
    shown = {"asked": (READ, ASKED), "panel": (READ, PANEL), "usual": (READ, USUAL)}
    shown |= {name: (IMPORT, f"STAGES[{name!r}]()") for name in STAGES}
    first, key = {}, {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lab = Lab(copy_module(Path(folder))).start()
        try:
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                for name, cells in shown.items():  # a kernel of its own for each: no warm imports
                    notebook = opened(lab, chromium, cells)
                    page = notebook.page
                    picture = "img" if name in ("panel", "usual") else "svg.scene"
                    first[name] = page.evaluate(FIRST, [1, picture])
                    page.wait_for_timeout(1500)
                    area = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea").first
                    if area.locator(CONTROLS).count():  # a map of one state has none
                        back = 20 if name == "asked" else 1
                        key[name] = statistics.median(milliseconds(page, area, back))
                    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
                    notebook.close()
                chromium.close()
        finally:
            lab.kill()
    for name in key:
        print(
            f"{name}: first picture {first[name]:.0f} ms, {first[name] / first['panel']:.2f} of the "
            f"frame; key to picture {key[name]:.1f} ms, {key[name] / key['usual']:.3f} of interact"
        )
