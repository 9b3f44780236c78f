"""The module as a person uses it: a real JupyterLab in a real Chromium."""

import json
import random
import shutil
import threading
import time
import uuid

import pytest
from playwright.sync_api import expect
from websocket import WebSocketConnectionClosedException, create_connection

from brieflab import questions, reading, sheet, tables
from brieflab.__main__ import main
from browser import (
    IN_VIEW,
    TOP,
    Lab,
    Notebook,
    copy_module,
    need_chromium,
    violations,
)

pytestmark = pytest.mark.browser

LESSONS = sorted(p.name for p in (TOP / "notebooks").glob("*.ipynb"))
EXERCISES = sorted(p.name for p in (TOP / "exercises").glob("*.ipynb"))
CONTROLS = (
    f"{IN_VIEW} .jp-OutputArea "
    ":is(select,input,textarea,button:not(.widget-upload)):not(.bl-desk *)"
)
"""Of widgets whose controls stay; those of the writing desk come and go as one types."""
KEYS = {
    "select": ["ArrowDown", "ArrowUp", "End"],
    "number": ["ArrowUp", "ArrowDown"],
    "text": ["1", "Tab"],
    "textarea": ["1", "Tab"],
    "radio": ["ArrowDown", "ArrowUp"],
    "checkbox": ["Space"],
    "button": ["Enter"],
}


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
    """Return what the output around ``control`` shows: texts, also typed ones, ticks, pictures."""
    return control.evaluate(
        """e => { const area = e.closest('.jp-OutputArea');
                  if (!area) return 'gone';  // a form that was finished
                  const typed = area.querySelectorAll('input:not([type=number]), textarea');
                  return area.innerText + [...typed].map(t => t.value + t.checked)
                         + [...area.querySelectorAll('img')].map(i => i.src); }"""
    )


def changes_by_key(notebook, control):
    """Focus ``control``, press its keys; return whether what is shown around it changed."""
    spent = "e => e.matches('.mod-active, .step > [aria-disabled=true]')"
    if not control.is_visible() or control.evaluate(spent):
        return True  # nothing to change: the pressed one of a group, a step beyond the end
    kind = control.evaluate("e => e.tagName == 'INPUT' ? e.type : e.tagName.toLowerCase()")
    ticked = kind == "checkbox" and control.is_checked()
    control.focus()
    for key in KEYS[kind] * (2 if ticked else 1):  # a ticked box is ticked again
        before = shown(control)
        notebook.page.keyboard.press(key)
        for _ in range(160):
            notebook.page.wait_for_timeout(25)
            if shown(control) != before:
                break
        else:
            continue
        if not ticked or control.is_checked():
            return True
    return False


@pytest.mark.parametrize("name", LESSONS)
def test_lesson(notebook, name):
    notebook.open(f"notebooks/{name}").run_all()
    assert notebook.failures() == []
    assert notebook.page.locator(f"{IN_VIEW} .jp-OutputArea img:not([alt])").count() == 0
    assert notebook.axe() == []

    assert_all_keys_work(notebook)
    assert notebook.axe() == []
    assert (notebook.outside, notebook.errors) == ([], [])


def assert_all_keys_work(notebook):
    """Change every control by keyboard; no cell may come, go or change."""
    cells = [cell["source"] for cell in notebook.cells()]
    controls = notebook.page.locator(CONTROLS)
    dead = [
        controls.nth(i).evaluate("e => e.parentElement.outerHTML.slice(0, 300)")
        for i in range(controls.count())
        if not changes_by_key(notebook, controls.nth(i))
    ]
    assert dead == []
    assert [cell["source"] for cell in notebook.cells()] == cells


def answer(notebook, question, value):
    """Type ``value`` as the answer, run it and the check; return what the check says."""
    sources = [cell["source"] for cell in notebook.cells()]
    at = next(i for i, s in enumerate(sources) if s.startswith(f'check("{question.id}"'))
    at_answer = max(i for i in range(at) if f"{question.name} =" in sources[i])
    cells = notebook.page.locator(f"{IN_VIEW} .jp-Cell")
    cells.nth(at_answer).locator(".cm-content").click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.insert_text(f"{question.name} = {value!r}")
    notebook.page.keyboard.press("Shift+Enter")
    cells.nth(at).locator(".cm-content").click()
    notebook.page.keyboard.press("Control+Enter")
    said = cells.nth(at).locator("[role=status]").first
    said.filter(has_text="received").or_(said).wait_for()
    notebook.wait_idle()
    notebook.page.wait_for_timeout(200)
    return said.inner_text()


@pytest.mark.parametrize("name", EXERCISES)
def test_exercise(lab, browser, name, tmp_path):
    t = tables.load(TOP / "datasets")
    question, (mistake, wrong), key = next(
        (q, mistakes[0], keys[0][1])
        for q in questions.all()
        if q.lesson == int(name[:2]) and q.kind == "auto" and not q.varies
        for keys, mistakes in [questions.solved(q, t)]
        if mistakes
    )
    on_disk = lab.top / "answers.json"
    on_disk.unlink(missing_ok=True)

    first = Notebook(lab, browser).open(f"exercises/{name}")
    first.run_all()
    assert first.failures() == []
    assert mistake.message(t, {})[:40] in answer(first, question, wrong)
    assert answer(first, question, key).startswith(f"{question.id} ✓")
    assert_all_keys_work(first)
    assert first.axe() == []
    assert first.page.locator(f"{IN_VIEW} .jp-OutputArea img:not([alt])").count() == 0
    before = sheet.load(on_disk)["answers"]
    assert before[question.id]["state"] == "right"
    with first.page.expect_download() as download:
        first.page.click(f"{IN_VIEW} .jp-OutputArea a[download] >> nth=0")
    saved = tmp_path / "answers.json"
    download.value.save_as(saved)
    assert (first.outside, first.errors) == ([], [])
    first.close()

    lab.kill()
    on_disk.unlink()
    shutil.copy(TOP / "exercises" / name, lab.top / "exercises" / name)
    lab.start()

    again = Notebook(lab, browser).open(f"exercises/{name}")
    again.run_all()
    with again.page.expect_file_chooser() as chooser:
        again.page.click(f"{IN_VIEW} .widget-upload >> nth=0")  # first click
    chooser.value.set_files(saved)  # second click: the file
    again.page.locator(f"{IN_VIEW} [role=status]", has_text="answers read").first.wait_for()
    assert sheet.load(on_disk)["answers"] == before
    again.close()


def test_killed_twenty_times_no_answer_is_lost(tmp_path):
    """Answer all the time, cut the power at random moments: what was acknowledged is there."""
    lab = Lab(copy_module(tmp_path), app="jupyter_server")
    chance, told, on_disk = random.Random(2020), {}, lab.top / "answers.json"
    asked = [q.id for q in questions.all() if q.kind == "auto"]
    for _ in range(20):
        kernel = Kernel(lab.start())
        kernel.run(f"from brieflab.check import check; check({asked[0]!r}, 0)")
        timer = threading.Timer(chance.uniform(0.02, 0.8), lab.kill)
        timer.start()
        try:
            while True:
                question, number = chance.choice(asked), chance.randrange(10**6)
                kernel.run(f"check({question!r}, {number})")
                told[question] = number
        except (WebSocketConnectionClosedException, OSError):
            timer.join()
        kept = sheet.load(on_disk)
        found = {q: e["value"] for q, e in kept["answers"].items()}
        earlier = [(e["id"], e["value"]) for e in kept["earlier"]]
        lost = {q: n for q, n in told.items() if found.get(q) != n and (q, n) not in earlier}
        assert lost == {}
    assert len(told) > 3


class Kernel:
    """A kernel of ``lab``, used over the same websocket as JupyterLab's."""

    def __init__(self, lab):
        body = {"path": "exercises/x.ipynb", "type": "notebook", "name": "x",
                "kernel": {"name": "python3"}}  # fmt: skip
        kernel = lab.api("sessions", "POST", body)["kernel"]["id"]
        self.socket = create_connection(
            f"ws://127.0.0.1:{lab.port}/api/kernels/{kernel}/channels", timeout=30
        )

    def run(self, code):
        """Run ``code`` and return when the kernel has answered. Raises when the line is cut."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3",
                  "username": "", "session": "", "date": ""}  # fmt: skip
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        self.socket.send(json.dumps({"header": header, "parent_header": {}, "metadata": {},
                                     "content": content, "channel": "shell"}))  # fmt: skip
        while True:
            heard = json.loads(self.socket.recv())
            if heard["parent_header"].get("msg_id") == header["msg_id"]:
                if heard["msg_type"] == "execute_reply":
                    assert heard["content"]["status"] == "ok", heard["content"]
                    return


@pytest.fixture(scope="module")
def living(tmp_path_factory):
    """All lessons as living pages, written once."""
    return reading.export(tmp_path_factory.mktemp("site"), TOP)


@pytest.mark.parametrize(
    "kind", [{}, {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}]
)
def test_living_pages_are_accessible_small_and_ask_for_nothing(browser, living, kind):
    page, asked, faults = browser.new_page(**kind), [], []
    page.on("request", lambda r: r.url.startswith(("file:", "data:")) or asked.append(r.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    for path in living:
        assert path.stat().st_size < 3_000_000
        page.goto(path.as_uri())
        for folded in page.locator("details.asked").all():
            folded.evaluate("fold => { fold.open = true; }")
        assert violations(page) == [], path.name
        assert page.locator("img:not([alt])").count() == 0
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, path.name
    for path in living[1:-1]:
        page.goto(path.as_uri())
        assert page.locator("footer a").inner_text().startswith("Next: "), path.name
    assert asked == [] and faults == []
    assert "Skip to the lesson" in page.inner_text("body >> a >> nth=0")
    page.close()


def test_without_scripts_a_living_page_offers_nothing_that_it_would_not_keep(browser, living):
    page = browser.new_page(java_script_enabled=False)
    page.goto(next(path for path in living if path.name.startswith("03_")).as_uri())
    assert page.locator("[data-guess]:enabled, .bl-vote input:enabled").count() == 0
    assert not page.get_by_text("Forget them").is_visible()
    page.close()


def test_a_living_page_answers_and_keeps_votes_and_guesses_on_the_device(browser, living):
    device = browser.new_context(reduced_motion="reduce")
    page = device.new_page()
    lesson = next(path for path in living if path.name.startswith("03_")).as_uri()
    page.goto(lesson)
    guess = page.locator("[data-guess]").first
    guess.fill("Turkey first")
    page.locator(".bl-vote input").first.focus()
    page.keyboard.press("Space")
    page.locator("details.asked summary").first.click()
    assert page.locator("[data-said]").first.inner_text() == "You guessed: Turkey first"
    page.reload()
    assert guess.input_value() == "Turkey first"
    assert page.locator(".bl-vote input").first.is_checked()
    last = page.locator(".bl-vote [role=status]").last.inner_text()
    assert last.startswith("Before: none.")

    for folded in page.locator("details.asked").all():
        folded.evaluate("fold => { fold.open = true; }")
    stage = page.locator(".bl-stage[data-alive=yes]", has=page.locator("[aria-label$='one more']"))
    before = stage.first.get_attribute("data-state")
    stage.first.locator("[aria-label$='one less']").first.click()
    assert stage.first.get_attribute("data-state") != before

    page.get_by_role("button", name="H-LBN-2020").first.click()
    card = page.locator("[id='row-H-LBN-2020']")
    assert (
        "865,300" in card.inner_text() and "UNHCR (international organisation)" in card.inner_text()
    )
    page.keyboard.press("Escape")
    assert not card.is_visible()
    page.get_by_role("button", name="temporary protection").click()
    assert page.locator("[popover]:popover-open").count() == 1
    page.keyboard.press("Escape")

    other = device.new_page()
    other.goto(lesson)
    assert other.locator("[data-guess]").first.input_value() == "Turkey first"
    page.get_by_role("button", name="Forget them").click()
    expect(other.locator("[data-guess]").first).to_have_value("")
    expect(other.locator(".bl-vote [role=status]").last).not_to_contain_text("none")
    other.close()
    page.reload()
    assert guess.input_value() == "" and page.evaluate("localStorage.length") == 0
    device.close()


def test_a_page_written_by_keyboard_saved_opened_printed_and_never_lost(lab, notebook):
    (lab.top / "answers.json").unlink(missing_ok=True)
    name = "notebooks/08_write_your_brief.ipynb"
    notebook.open(name).run_all()
    page, keys = notebook.page, notebook.page.keyboard
    desk = page.locator(".bl-desk")
    desk.locator(".sentence", has_text="Nothing written yet").wait_for()
    desk.get_by_role("textbox", name="Bottom line", exact=True).focus()
    keys.type("Clearly, Turkey hosted 3,641,370 Syrians [")
    desk.get_by_role("combobox", name="Row: type an id or words").wait_for()
    keys.type("turkey 2020")
    desk.get_by_role("option", name="H-TUR-2020").wait_for()
    keys.press("Enter")
    desk.locator("mark", has_text="Clearly").wait_for()
    wanted = "Clearly, Turkey hosted 3,641,370 Syrians [H-TUR-2020]"
    page.wait_for_timeout(2000)  # by then, whatever was typed is on disk
    assert sheet.load(lab.top / "answers.json")["codings"]["8"]["bottom_line"] == wanted
    desk.locator(".kept", has_text="Kept in answers.json").wait_for()
    assert notebook.axe(".bl-desk") == []

    desk.get_by_role("button", name="Save the page").focus()
    keys.press("Enter")
    desk.get_by_text("Saved as my_brief.html").wait_for()
    with page.expect_popup() as opened:
        keys.press("Tab")
        keys.press("Enter")
    opened.value.get_by_role("heading", name="Bottom line").wait_for()
    assert opened.value.pdf().count(b"/Type /Page\n") == 1
    opened.value.close()
    page.bring_to_front()
    notebook.save()

    kernel = next(s["kernel"]["id"] for s in lab.api("sessions") if s["path"] == name)
    lab.api(f"kernels/{kernel}/restart", "POST", {})
    field = desk.get_by_role("textbox", name="Bottom line", exact=True)
    field.focus()
    keys.press("End")
    keys.type(" and more words", delay=60)
    desk.get_by_role("alert").filter(has_text="Run this cell").wait_for()
    held = field.input_value()
    keys.type(" lost")
    assert field.input_value() == held
    on_disk = sheet.load(lab.top / "answers.json")["codings"]["8"]["bottom_line"]
    lost = held != on_disk
    assert lost == ("last words are not kept" in desk.get_by_role("alert").inner_text())
    assert notebook.errors == []


def test_desk_a_pile_by_keyboard(lab, notebook, monkeypatch):
    monkeypatch.chdir(lab.top)
    assert main(["rehearse", "rehearsal"]) == 0
    main(["grade", "rehearsal/submissions", "--out", "graded"])  # 1: some files are damaged
    notebook.open("solutions/grading_desk.ipynb").run_all()
    assert notebook.failures() == []
    assert notebook.axe() == []
    marks = lab.top / "graded/marks.jsonl"
    page = notebook.page
    entry = page.get_by_label("Scores, then Enter")
    entry.focus()
    for done in range(1, 10):
        page.keyboard.type(entry.get_attribute("placeholder").removeprefix("for example "))
        page.keyboard.press("Enter")
        end = time.monotonic() + 10
        while not (marks.is_file() and len(marks.read_text().splitlines()) == done):
            assert time.monotonic() < end, f"mark {done} was not saved"
            page.wait_for_timeout(25)
        page.wait_for_function("e => !e.value", arg=entry.element_handle())
    assert len(notebook.cells()) == 2
    assert notebook.axe() == []
    assert (notebook.outside, notebook.errors) == ([], [])
