"""Come back tomorrow: what was saved stands when the kernel has gone, and no input is lost unsaid."""

import psutil
import pytest
from playwright.sync_api import expect

from brieflab import sheet
from brieflab.__main__ import main
from browser import IN_VIEW, TOP, Lab, Notebook, copy_module, need_chromium

pytestmark = pytest.mark.browser

BOOKS = [
    f"{folder}/{path.name}"
    for folder in ("notebooks", "exercises")
    for path in sorted((TOP / folder).glob("*.ipynb"))
] + ["solutions/grading_desk.ipynb"]
MOST_BYTES = 300_000
OUTPUT = f"{IN_VIEW} .jp-OutputArea"
LIVE = f"{OUTPUT}-output > .jupyter-widgets"
WORDS = " ".join(f"word{n}" for n in range(200))
REFUSED = "run this cell again to answer"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    need_chromium()
    lab = Lab(copy_module(tmp_path_factory.mktemp("module"))).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(lab.top)
        main(["rehearse", "rehearsal"])
        main(["grade", "rehearsal/submissions", "--out", "graded"])
    yield lab
    lab.kill()


def show(notebook, path):
    """Open the notebook at ``path`` in the page that is there, others closed."""
    notebook.page.evaluate(
        """async path => { jupyterapp.shell.currentWidget?.dispose();
                          await jupyterapp.commands.execute('docmanager:open', {path}); }""",
        path,
    )
    notebook.page.wait_for_selector(f"{IN_VIEW} .jp-Cell")
    notebook.wait_idle()
    notebook.page.wait_for_function(
        """() => { const { content, node } = jupyterapp.shell.currentWidget;
                   const outputs = [...content.model.cells].flatMap(c => c.toJSON().outputs ?? [])
                       .filter(o => !o.data || Object.keys(o.data).length).length;
                   return node.querySelectorAll('.jp-OutputArea-output').length >= outputs; }"""
    )
    notebook.page.add_style_tag(content=".jp-Cell { content-visibility: visible !important }")


SEEN = """area => {
  const there = node => node.checkVisibility();
  const all = css => [...document.querySelectorAll(area)].flatMap(a => [...a.querySelectorAll(css)]).filter(there);
  const words = node => node.textContent.trim().replace(/\\s+/g, ' ').slice(0, 60);
  return {
    pictures: all('img').map(i => i.alt.slice(0, 60)).concat(all('svg.scene').map(() => 'scene')),
    tables: all('table').map(words),
    stages: all('.bl-stage[data-alive=yes] .sentence').map(words),
    errors: all('*').filter(n => !n.children.length).map(words).filter(
        w => /Error displaying|Error creating|Loading widget|model not found|Traceback|Error:/.test(w)),
    open: all('input, textarea, select, button').filter(
        f => !f.disabled && !f.readOnly && !f.closest('[data-alive=yes]')).map(f => f.outerHTML.slice(0, 90)),
    dumb: all('.bl-asleep').map(words).filter(w => !/Run this cell/.test(w) && w.length < 60),
  };
}"""
"""What stands in outputs: pictures, tables, stages; what must not: errors, fields that take input."""


def answers(notebook):
    """Return whether a control of the last stage answers; True where there is none."""
    stages = notebook.page.locator(f"{OUTPUT} .bl-stage[data-alive=yes]")
    for stage in stages.all()[-1:]:
        before = stage.get_attribute("data-state")
        free = "label.opt:has(input:not(:checked):enabled), .step button[aria-disabled=false]"
        control = stage.locator(free)
        if control.count():
            control.first.click()
            return stage.get_attribute("data-state") != before
    return True


def test_every_notebook_is_found_again_as_it_was_left(lab, browser):
    notebook = Notebook(lab, browser).open(BOOKS[0])
    left, faults = {}, {}
    for path in BOOKS:
        show(notebook, path)
        notebook.run_all()
        assert notebook.failures() == [], path
        expect(notebook.page.locator(f"{OUTPUT} [data-stage]:not([data-alive=yes])")).to_have_count(
            0
        )
        left[path] = notebook.page.evaluate(SEEN, OUTPUT)
        notebook.page.evaluate("jupyterapp.shell.currentWidget.context.save()")
    notebook.close()
    lab.kill()
    sizes = {path: (lab.top / path).stat().st_size for path in BOOKS}
    assert {path: size for path, size in sizes.items() if size > MOST_BYTES} == {}

    lab.start()
    notebook = Notebook(lab, browser).open(BOOKS[0])
    for path in BOOKS:
        show(notebook, path)
        expect(notebook.page.locator(f"{OUTPUT} [data-stage]:not([data-alive=yes])")).to_have_count(
            0
        )
        expect(notebook.page.locator(LIVE)).to_have_count(0)
        found = notebook.page.evaluate(SEEN, OUTPUT)
        lost = [
            one
            for kind in ("pictures", "tables", "stages")
            for one in left[path][kind]
            if one not in found[kind]
        ]
        wrong = [lost, found["errors"], found["open"], found["dumb"]]
        if any(wrong) or not answers(notebook):
            faults[path] = wrong
    assert faults == {}
    assert sum(len(found["stages"]) for found in left.values()) >= 9
    # JupyterLab complains of tabs that are closed while they still open
    ours = [error for error in notebook.errors if "Canceled future" not in error]
    assert (notebook.outside, ours) == ([], [])
    notebook.close()


def kernels(lab):
    """Return the processes of the kernels of ``lab``."""
    children = psutil.Process(lab.process.pid).children(recursive=True)
    return [child for child in children if "ipykernel_launcher" in " ".join(child.cmdline())]


def restart(notebook):
    notebook.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    notebook.wait_idle()


def shut_down(notebook):
    notebook.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")


def die(notebook):
    for kernel in kernels(notebook.lab):
        kernel.kill()
    notebook.page.click(".jp-Dialog .jp-mod-accept")


def hang(notebook):
    for kernel in kernels(notebook.lab):
        kernel.suspend()


@pytest.mark.parametrize("end", [restart, shut_down, die, hang])
def test_without_a_kernel_no_word_and_no_choice_is_lost_unsaid(lab, browser, end):
    (lab.top / "answers.json").unlink(missing_ok=True)
    notebook = Notebook(lab, browser).open("exercises/02_who_attended.ipynb")
    notebook.run_all()
    page = notebook.page
    area, alert = page.locator(f"{OUTPUT} textarea"), page.locator(f"{OUTPUT} [role=alert]")
    area.press_sequentially("kept while alive")
    page.locator(f"{OUTPUT} summary", has_text="3 words saved").wait_for()
    before = [cell["source"] for cell in notebook.cells()]

    end(notebook)
    area.press_sequentially(" " + WORDS)
    page.locator(f"{OUTPUT} .widget-checkbox input").first.click(force=True)
    area.and_(page.locator("[readonly]")).wait_for()
    expect(alert.filter(has_text=REFUSED).first).to_be_visible()
    typed = area.input_value()
    assert f"kept while alive {WORDS}".startswith(typed)  # what was taken stands there to copy
    area.press("x")  # no key does anything now, in the field or in the notebook
    area.press("Space")
    area.press("Backspace")
    assert area.input_value() == typed
    assert [cell["source"] for cell in notebook.cells()] == before
    assert sheet.load(lab.top / "answers.json")["answers"]["2.6"]["value"] == "kept while alive"

    if end is hang:  # an answer that comes late opens the field again
        for kernel in kernels(lab):
            kernel.resume()
        expect(alert).to_have_count(0)
        area.press_sequentially("!")
        saved = f"{len((typed + '!').split())} words saved"
        page.locator(f"{OUTPUT} summary", has_text=saved).wait_for()
    for session in lab.api("sessions"):
        lab.api(f"sessions/{session['id']}", "DELETE")
    notebook.close()


def test_with_the_kernel_alive_a_page_loaded_anew_is_as_it_was(lab, browser):
    notebook = Notebook(lab, browser).open("exercises/02_who_attended.ipynb")
    notebook.run_all()
    alive = notebook.page.locator(LIVE).count()
    notebook.page.evaluate("jupyterapp.shell.currentWidget.context.save()")
    notebook.close()
    again = Notebook(lab, browser).open("exercises/02_who_attended.ipynb")
    expect(again.page.locator(LIVE)).to_have_count(alive)
    assert not any(one.is_visible() for one in again.page.locator(".bl-asleep").all())
    again.page.locator(f"{OUTPUT} textarea").press_sequentially("on it goes")
    again.page.locator(f"{OUTPUT} summary", has_text="words saved").wait_for()
    again.close()
