"""From key press to picture, in a real browser: ``python tests/benchmarks/widget_latency.py``.

One page holds lesson 3's stage with its states ahead, the same stage with nothing ahead, the
frame of the other widgets, and the usual ``interact`` with pyplot: the same calculation. Each
gets the same keys; printed are medians and their ratios, and how long a first picture takes.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests"))
from browser import CHROMIUM, FLAGS, Lab, Notebook, copy_module  # noqa: E402

READ = """import pandas as pd
hosts, countries = (pd.read_csv(f"../datasets/{n}.csv") for n in ("hosts", "countries"))
from brieflab.course.lesson_3.widgets import top_n
from brieflab.course.lesson_3.hosts import draw_top, first_ten, ten_hosts, top_hosts
from brieflab.course.lesson_3.scene import n_in_sentence
from brieflab.stage import Stepper, stage
import ipywidgets as W
from brieflab.panel import panel"""
AHEAD = "top_n(hosts, countries)"
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
WAIT = """area => new Promise(done => {
    const state = () => [...area.querySelectorAll('img')].map(i => i.src).join() +
                        area.querySelector('.bl-stage')?.dataset.state;
    const before = state();
    area.addEventListener('keydown', () => {
        const began = performance.now();
        const look = () => {
            const images = [...area.querySelectorAll('img')];
            if (state() !== before && images.every(i => i.complete)) done(performance.now() - began);
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


def milliseconds(page, area, back=5, keys=20):
    """Return the times from key to changed picture of ``keys`` presses, ``back`` one way."""
    control, times = area.locator("select, input[type=number]").first, []
    up, down = "ArrowUp", "ArrowDown"
    if area.locator(".bl-stage").count():
        up, down = down, up
    for press in range(keys):
        control.focus()
        area.evaluate(f"area => {{ area.waiting = ({WAIT})(area); }}")
        page.keyboard.press(up if press // back % 2 else down)
        times.append(area.evaluate("area => area.waiting"))
        page.wait_for_timeout(150)
    return times


def opened(lab, chromium, cells):
    """Return a page with a notebook of ``cells`` (list of code), the first of them run."""
    meta = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    book = nbformat.v4.new_notebook(
        cells=list(map(nbformat.v4.new_code_cell, cells)), metadata=meta
    )
    nbformat.write(book, lab.top / "notebooks/latency.ipynb")
    notebook = Notebook(lab, chromium).open("notebooks/latency.ipynb")
    notebook.page.evaluate(FIRST, [0, ".jp-InputPrompt"])
    notebook.page.wait_for_timeout(4000)
    notebook.wait_idle()
    return notebook


if __name__ == "__main__":
    shown = {"stage": AHEAD, "asked": ASKED, "panel": PANEL, "usual": USUAL}
    first, key = {}, {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lab = Lab(copy_module(Path(folder))).start()
        try:
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                for name, code in shown.items():  # a kernel of its own for each: no warm imports
                    notebook = opened(lab, chromium, [READ, code])
                    page = notebook.page
                    picture = "img" if name in ("panel", "usual") else "svg.scene"
                    first[name] = page.evaluate(FIRST, [1, picture])
                    page.wait_for_timeout(1500)
                    area = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea").first
                    back = 20 if name == "asked" else 5
                    key[name] = statistics.median(milliseconds(page, area, back))
                    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
                    notebook.close()
                chromium.close()
        finally:
            lab.kill()
    for name in shown:
        print(
            f"{name}: first picture {first[name]:.0f} ms; key to picture {key[name]:.1f} ms, "
            f"{key[name] / key['usual']:.2f} of interact and pyplot"
        )
