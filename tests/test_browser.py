"""The module as a person uses it: a real JupyterLab in a real Chromium."""

import pytest
from browser import CHROMIUM, FLAGS, IN_VIEW, TOP, Lab, Notebook, copy_module, need_chromium
from playwright.sync_api import sync_playwright

pytestmark = pytest.mark.browser

LESSONS = sorted(p.name for p in (TOP / "notebooks").glob("*.ipynb"))
CONTROLS = f"{IN_VIEW} .jp-OutputArea :is(select,input,textarea,button)"
KEYS = {
    "select": ["ArrowDown", "ArrowUp", "End"],
    "number": ["ArrowUp", "ArrowDown"],
    "text": ["a", "Enter"],
    "textarea": ["a", "Tab"],
    "radio": ["ArrowDown", "ArrowUp"],
    "checkbox": ["Space"],
    "button": ["Enter"],
}


@pytest.fixture(scope="module")
def browser():
    need_chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    need_chromium()
    lab = Lab(copy_module(tmp_path_factory.mktemp("module"))).start()
    yield lab
    lab.kill()


@pytest.fixture
def notebook(lab, browser):
    notebook = Notebook(lab, browser)
    yield notebook
    notebook.close()


def shown(control):
    """Return what the output around ``control`` shows: its text and its pictures."""
    return control.evaluate(
        """e => { const area = e.closest('.jp-OutputArea');
                  return area.innerText + [...area.querySelectorAll('img')].map(i => i.src); }"""
    )


def changes_by_key(notebook, control):
    """Focus ``control``, press its keys; return whether what is shown around it changed."""
    if not control.is_visible() or control.evaluate("e => e.classList.contains('mod-active')"):
        return True  # of a group of toggle buttons, the pressed one has nothing to change
    kind = control.evaluate("e => e.tagName == 'INPUT' ? e.type : e.tagName.toLowerCase()")
    control.focus()
    for key in KEYS[kind]:
        before = shown(control)
        notebook.page.keyboard.press(key)
        for _ in range(80):
            notebook.page.wait_for_timeout(25)
            if shown(control) != before:
                if kind == "checkbox":
                    notebook.page.keyboard.press(key)  # as it was, for the controls that follow
                return True
    return False


@pytest.mark.parametrize("name", LESSONS)
def test_lesson(notebook, name):
    notebook.open(f"notebooks/{name}").run_all()
    assert notebook.failures() == []
    assert notebook.page.locator(f"{IN_VIEW} .jp-OutputArea img:not([alt])").count() == 0
    assert notebook.axe() == []

    cells = [cell["source"] for cell in notebook.cells()]
    controls = notebook.page.locator(CONTROLS)
    dead = [
        controls.nth(i).evaluate("e => e.parentElement.outerHTML.slice(0, 300)")
        for i in range(controls.count())
        if not changes_by_key(notebook, controls.nth(i))
    ]
    assert dead == []
    assert [cell["source"] for cell in notebook.cells()] == cells
    assert notebook.axe() == []
    assert (notebook.outside, notebook.errors) == ([], [])
