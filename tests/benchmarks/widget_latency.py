"""From key press to picture, in a real browser: ``python tests/benchmarks/widget_latency.py``.

One page holds lesson 3's widget and the usual ``interact`` with pyplot: the same calculation,
the same picture. Each gets the same keys; printed are medians and their ratio.
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
hosts, countries = (pd.read_csv(f"../datasets/{n}.csv") for n in ("hosts", "countries"))"""
OURS = """import ipywidgets as W
from brieflab.course.lesson_3.hosts import draw_top, top_hosts
from brieflab.panel import panel
panel({"n": W.Dropdown(options=range(1, 11), description="N")},
      lambda n: top_hosts(hosts, countries, n), draw_top)"""
USUAL = """%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import interact
def top(n):
    draw_top(plt.figure(figsize=(7, 3.6)), top_hosts(hosts, countries, n))
    plt.show()
interact(top, n=range(1, 11));"""
WAIT = """area => new Promise(done => {
    const state = () => [...area.querySelectorAll('img')].map(i => i.src).join();
    const before = state();
    area.addEventListener('keydown', () => {
        const began = performance.now();
        const look = () => {
            const images = [...area.querySelectorAll('img')];
            if (images.length && state() !== before && images.every(i => i.complete))
                done(performance.now() - began);
            else requestAnimationFrame(look);
        };
        look();
    }, {once: true, capture: true});
})"""


def milliseconds(page, area, keys=20):
    """Return the times from key to decoded picture of ``keys`` presses."""
    select, times = area.locator("select").first, []
    for press in range(keys):
        select.focus()
        area.evaluate(f"area => {{ area.waiting = ({WAIT})(area); }}")
        page.keyboard.press("ArrowUp" if press // 9 % 2 else "ArrowDown")
        times.append(area.evaluate("area => area.waiting"))
        page.wait_for_timeout(150)
    return times


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        top = copy_module(Path(folder))
        cells = [nbformat.v4.new_code_cell(source) for source in (READ, OURS, USUAL)]
        meta = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=meta),
                       top / "notebooks/latency.ipynb")  # fmt: skip
        lab = Lab(top).start()
        try:
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                notebook = Notebook(lab, chromium).open("notebooks/latency.ipynb")
                notebook.run_all()
                areas = notebook.page.locator(".jp-OutputArea:has(select)")
                ours, usual = (
                    statistics.median(milliseconds(notebook.page, areas.nth(i))) for i in (0, 1)
                )
                chromium.close()
        finally:
            lab.kill()
    print(
        f"panel {ours:.0f} ms, interact and pyplot {usual:.0f} ms: {ours / usual:.2f} of the time"
    )
