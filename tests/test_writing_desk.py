"""The desk of lesson 8 in a browser: its messages go to the Python object, without Jupyter."""

import csv
import json
import time
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path

import matplotlib
import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import sync_playwright

from brieflab import questions, sheet, tables
from brieflab.check import writing
from brieflab.course.lesson_8 import page as paper
from brieflab.course.lesson_8 import rows, rules, typeface
from brieflab.course.lesson_8.questions import MODEL, PAGES
from brieflab.course.lesson_8.widgets import builder
from browser import CHROMIUM, FLAGS, TOP, need_chromium, violations

HOST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Desk</title>
<meta name="viewport" content="width=device-width"><style>body{margin:0;padding:12px}%s</style></head>
<body><main><h1>Write</h1><h2>The desk</h2><div id="desk"></div></main><script type="module">
const url = URL.createObjectURL(new Blob([%s], { type: "text/javascript" }));
const { default: desk } = await import(url), hear = [], form = %s;
window.alive = true;
const model = { get: () => form, on: (name, f) => hear.push(f), off() {}, send(message) {
  if (window.alive === "never again") throw new Error("Cannot send");
  if (window.alive) window.toKernel(message).then((said) => said.forEach((one) => hear.forEach((f) => f(one))));
} };
desk.render({ model, el: document.querySelector("#desk") });
</script></body></html>"""


@pytest.fixture(scope="module")
def t():
    return tables.load(TOP / "datasets")


@pytest.fixture(scope="module")
def chromium():
    need_chromium()
    with sync_playwright() as player:
        yield player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@pytest.fixture
def desk(t, tmp_path, sheet_path):
    return builder(t, tmp_path / "my_brief.html")


@pytest.fixture
def at(chromium, desk):
    """Return a function that opens the desk in a new page, by default as wide as a notebook."""
    pages = []

    def opened(width=1000, fonts="", letters=True):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        page.set_default_timeout(8000)
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.errors = errors
        answers = []
        desk.send = lambda content: answers.append(json.loads(json.dumps(content)))

        def to_kernel(message):
            answers.clear()
            desk._heard(None, message, [])
            return [one for one in answers if letters or one["kind"] != "faces"]

        page.expose_function("toKernel", to_kernel)
        told = [json.dumps(one).replace("</", "<\\/") for one in (desk._esm, desk.form)]
        html = HOST % (fonts + desk._css, *told)
        page.route("**/*", lambda route: route.fulfill(content_type="text/html", body=html))
        page.goto("http://localhost/")
        page.locator(".sentence", has_text="words").wait_for()
        page.evaluate("document.fonts.ready")
        return page

    yield opened
    for page in pages:
        assert page.errors == []
        page.close()


def box(page, label):
    return page.get_by_role("textbox", name=label, exact=True)


def wait(page, until, seconds=2.0):
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        page.wait_for_timeout(20)


def kept():
    return sheet.load().get("codings", {}).get("8", {})


# Words, underlined


def test_places_lead_back_to_what_was_typed(t):
    parts = {
        "title": "  Clearly a title",
        "known": "It hosts 9 million [H-TUR-2020], and [Q99] too.\nRussia wants to stay.",
        "forecast": "a round will be held.",
        "date": "2021-02-30",
        "probability": "high",
    }
    found = rules.places(parts, t)
    marked = {
        (row.rule, row.field, parts[row.field][row.start : row.end])
        for row in found.itertuples()
        if row.field
    }
    assert marked == {
        ("loaded words", "title", "Clearly"),
        ("numbers", "known", "9 million"),
        ("row ids", "known", "Q99"),
        ("motives", "known", "wants"),
        ("forecasts", "forecast", "will"),
        ("forecasts", "date", "2021-02-30"),
        ("forecasts", "probability", "high"),
    }
    assert rules.check(parts, t).equals(found[["rule", "result", "where", "what_to_do"]])


@pytest.mark.parametrize("page", PAGES.values())
def test_each_word_marked_stands_in_its_field(page, t):
    for row in rules.places(page, t).itertuples():
        if row.field:
            assert 0 <= row.start < row.end <= len(page[row.field]), row


def test_an_empty_form_keeps_no_rule(t):
    assert set(rules.check({}, t)["result"]) == {"look"}
    assert set(rules.lint("", tables=t)["rule"]) == set(rules.RULES)


def test_one_count_of_words_in_form_page_and_question(t, desk, sheet_path):
    desk.write(**MODEL)
    text = paper.page_text()
    shown = writing.kept(questions.get("8.4"), text).text
    counted = rules.count_words(text)
    assert desk.read()["words"] == counted == rules.count_words(rules.as_text(MODEL))
    assert f"8.4: {counted} words saved" in shown
    assert f"{counted} of at most" in rules.check(MODEL, t).set_index("rule").at["length", "where"]
    assert rules.count_words("Three [B-TUR] plain words <!--= x -->\n\nFigure: of speech") == 6


@pytest.mark.browser
def test_words_are_underlined_and_their_findings_reached_by_keyboard(at):
    page = at()
    field = box(page, "What we know")
    field.focus()
    page.keyboard.type("Clearly, Turkey hosted 9 million [H-TUR-2020].", delay=5)
    page.locator(".known mark", has_text="Clearly").wait_for()
    assert page.locator(".known mark").all_inner_texts() == ["Clearly", "9 million"]
    findings = page.get_by_role("list", name="Findings on What we know").get_by_role("button")
    assert findings.all_inner_texts()[0].startswith("“Clearly” Covers the place where")
    page.locator(".live", has_text="“Clearly” Covers").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    chosen = field.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)")
    assert chosen == "Clearly" and field.evaluate("e => e === document.activeElement")
    page.keyboard.type("So")
    page.locator(".known mark", has_text="Clearly").wait_for(state="detached")
    assert page.locator(".known mark").all_inner_texts() == ["9 million"]
    box(page, "Probability in %, 0 to 100").fill("150")
    page.locator(".probability .found", has_text="from 0 to 100").wait_for()
    mine = page.locator(".rules li", has_text="numbers").get_by_role("button")
    mine.click()
    assert field.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == "9 million"


@pytest.mark.browser
def test_a_letter_of_two_units_moves_no_mark(at):
    page = at()
    box(page, "What we know").fill("🙂🙂 Clearly so.")
    assert page.locator(".known mark").first.inner_text() == "Clearly"


# Rows, picked


def test_rows_offered_are_rows_and_name_sources_in_words(t):
    offered = rows.offered(t)
    ids = [row_id for row_id, *_ in offered]
    with (TOP / "datasets/hosts.csv").open(encoding="utf-8", newline="") as file:
        hosts = {row["row_id"]: row for row in csv.DictReader(file)}
    assert len(ids) == len(set(ids)) and set(hosts) < set(ids)
    assert all(rules.trace.is_row(row_id, t) for row_id in ids)
    assert not any(rules.re.search(r"\bS\d{3}\b", line) for *_, line in offered)
    lines = {row_id: line for row_id, _, line in offered}
    assert lines["H-TUR-2020"].startswith(
        f"2020, Turkey, refugees {int(hosts['H-TUR-2020']['refugees']):,}"
    )
    assert {name for _, name, _ in offered}.isdisjoint({"outcomes", "later_evidence", "sources"})


@pytest.mark.browser
def test_a_bracket_opens_the_rows_and_enter_inserts_one(at):
    page = at()
    field = box(page, "What we know")
    field.focus()
    page.keyboard.type("Turkey hosted 3,641,370 [")
    query = page.get_by_role("combobox", name="Row: type an id or words")
    query.wait_for()
    page.keyboard.type("2020 turkey")
    page.locator("[role=option]", has_text="H-TUR-2020").wait_for()
    assert violations(page) == []
    first = page.locator("[role=option][aria-selected=true]")
    assert first.inner_text().startswith("H-TUR-2020 2020, Turkey, refugees 3,641,370")
    assert query.get_attribute("aria-activedescendant") == first.get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert not first.inner_text().startswith("H-TUR-2020 ")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert field.input_value() == "Turkey hosted 3,641,370 [H-TUR-2020]"
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"

    page.keyboard.press("ArrowLeft")  # inside the brackets: one row more
    page.get_by_role("button", name="[ Insert a row id into What we know").click()
    page.keyboard.type("b-tur")
    page.keyboard.press("Enter")
    assert field.input_value() == "Turkey hosted 3,641,370 [H-TUR-2020; B-TUR]"

    page.keyboard.press("End")
    page.keyboard.type(" and [")
    page.keyboard.press("Escape")
    assert not query.is_visible()
    page.keyboard.type("Q01] and [Q02]", delay=5)  # by hand, as one who knows the id
    assert field.input_value().endswith("[H-TUR-2020; B-TUR] and [Q01] and [Q02]")
    page.keyboard.press("Control+z")
    assert len(field.input_value()) < len(
        "Turkey hosted 3,641,370 [H-TUR-2020; B-TUR] and [Q01] and [Q02]"
    )
    wait(page, lambda: "known" in kept())


# One page is one page


SANS = Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf")
OTHER_LETTERS = (
    "@font-face{font-family:'STIX Two Text';src:url(data:font/ttf;base64,"
    f"{b64encode(SANS.read_bytes()).decode()})}}"
)
"""The widest letters at hand, in the place of those that a page falls back to."""


def test_a_page_brings_small_faces_that_name_their_licence():
    for face in typeface.faces():
        data = b64decode(face["data"])
        font = TTFont(BytesIO(data))
        assert len(data) < 40_000
        assert {ord(letter) for letter in "azÇğŞéßł0“–…€−→"} <= set(font.getBestCmap())
        assert "SIL Open Font License" in str(font["name"].getName(13, 3, 1))


def printed(printer, html, **paper_size):
    """Return how many sheets ``html`` takes in print."""
    printer.set_content(f"<!doctype html>{html}")
    printer.evaluate("document.fonts.ready")
    return printer.pdf(**paper_size).count(b"/Type /Page\n")


@pytest.mark.browser
@pytest.mark.parametrize("refused", [False, True], ids=["its letters", "other letters"])
def test_what_is_called_one_page_prints_on_one_sheet(at, chromium, desk, t, refused):
    """On A4 and on Letter; and where a browser will not have the letters that a page brings."""
    page = at(fonts=OTHER_LETTERS if refused else "", letters=not refused)
    printer = chromium.new_page()
    some = "evidence of people who came to the table and of reports about it in a year ".split()
    told = {1: 0, 2: 0}
    for number, figure in enumerate(["", *rules.FIGURES]):
        for words in (150, *range(700 + 7 * number, 1700, 45)):
            said = " ".join(some[n % len(some)] for n in range(words))
            parts = dict.fromkeys(rules.FIELDS, "") | {"title": "One page", "figure": figure}
            parts["known"], parts["disputed"] = said[:3000], said[3000:]
            parts["change"] = "Rows [H-TUR-2020; B-TUR; A019; R023; V04; Q01; Q09; D11]"
            desk.write(**parts)
            page.evaluate("window.dispatchEvent(new Event('focus'))")
            page.locator(
                ".sentence", has_text=f" {rules.count_words(rules.as_text(parts))} of 400"
            ).wait_for()
            page.wait_for_timeout(40)
            too_long = page.inner_text(".sentence").startswith("Too long")
            html = paper.document(parts, t)
            other = html.replace(typeface.css(), OTHER_LETTERS)
            sheets = {"other letters": printed(printer, other, format="A4")}
            if not refused:
                sheets |= {size: printed(printer, html, format=size) for size in ("A4", "Letter")}
            assert too_long or set(sheets.values()) == {1}, (figure, words, sheets)
            told[1 + too_long] += 1
            if too_long:
                break
    assert told[2] == 1 + len(rules.FIGURES) < told[1]
    printer.close()


@pytest.mark.browser
def test_four_hundred_words_with_a_figure_are_no_more_than_a_page(at, desk):
    page = at()
    for figure in rules.FIGURES:
        longest = {"bottom_line": 40, "known": 180, "disputed": 90, "forecast": 30, "change": 30}
        parts = MODEL | {n: "evidence " * words for n, words in longest.items()}
        desk.write(
            **parts | {"known": parts["known"] + "[H-TUR-2020; B-TUR; A019]", "figure": figure}
        )
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        page.locator(".sentence", has_text="of one page").wait_for()
        desk.write(**MODEL | {"figure": figure})
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        page.locator(".sentence", has_text="292 of 400").wait_for()


# Kept, or said that it is not


@pytest.mark.browser
def test_what_is_typed_is_on_disk_within_two_seconds(at):
    page = at()
    box(page, "Bottom line").focus()
    late, typed = [], ""
    for word in "Nobody can say today how many of them will return in the years to come".split():
        began = time.monotonic()
        page.keyboard.type(word + " ", delay=25)
        typed += word + " "
        late.append((began, typed))
    for began, words in late[-1:]:
        wait(
            page,
            lambda words=words: kept().get("bottom_line") == words,
            2 - (time.monotonic() - began),
        )
    page.locator(".kept", has_text="Kept in answers.json").wait_for()


@pytest.mark.browser
def test_somebody_who_types_without_a_pause_is_kept_too(at):
    page = at()
    box(page, "Bottom line").focus()
    began = time.monotonic()
    while time.monotonic() - began < 2:
        page.keyboard.type("word ", delay=30)
    assert len(kept()["bottom_line"]) > 20


@pytest.mark.browser
def test_with_the_kernel_gone_nothing_is_taken_in_and_nothing_vanishes(at, desk):
    page = at()
    field = box(page, "Bottom line")
    field.fill("This is kept.")
    wait(page, lambda: kept().get("bottom_line") == "This is kept.")
    page.evaluate("document.querySelector('#desk').classList.add('jupyter-widgets-disconnected')")
    note = page.get_by_role("alert")
    note.wait_for()
    assert "Run this cell" in note.inner_text() and "is kept in answers.json" in note.inner_text()
    assert (
        field.evaluate("e => e.readOnly") and page.get_by_label("Figure", exact=True).is_disabled()
    )
    field.focus()
    page.keyboard.type("lost")
    assert field.input_value() == "This is kept."
    assert page.get_by_role("button", name="Save the page").is_disabled()
    page.evaluate(
        "document.querySelector('#desk').classList.remove('jupyter-widgets-disconnected')"
    )
    page.wait_for_function("e => !e.readOnly", arg=field.element_handle())
    assert violations(page) == []


@pytest.mark.browser
def test_a_kernel_that_does_not_answer_is_said_and_then_nothing_is_taken_in(at):
    page = at()
    page.evaluate("window.alive = false")
    field = box(page, "Bottom line")
    field.fill("These words are not kept.")
    page.locator(".kept", has_text="Not kept yet").wait_for()
    note = page.get_by_role("alert")
    note.filter(has_text="your last words are not kept").wait_for()
    assert field.evaluate("e => e.readOnly") and field.input_value() == "These words are not kept."
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.get_by_role("button", name="Copy what is typed").click()
    assert "Bottom line\nThese words are not kept." in page.evaluate("window.copied")


@pytest.mark.browser
def test_after_a_restart_the_desk_is_shut_at_the_first_touch(at):
    page = at()
    field = box(page, "Bottom line")
    page.evaluate("window.alive = 'never again'")  # as JupyterLab's side of a closed line does
    field.focus()
    page.get_by_role("alert").filter(has_text="Run this cell to write on").wait_for()
    page.keyboard.type("lost")
    assert field.input_value() == ""


@pytest.mark.browser
def test_words_typed_as_the_kernel_restarts_stay_to_be_copied(at):
    page = at()
    field = box(page, "Bottom line")
    field.focus()
    page.keyboard.type("These words ")
    page.evaluate("window.alive = 'never again'")
    page.keyboard.type("were under way.")
    page.get_by_role("alert").filter(has_text="your last words are not kept").wait_for()
    assert page.inner_text(".kept") == "Your last words are not kept."
    typed = field.input_value()
    assert typed.startswith("These words were")
    page.keyboard.type("lost")
    assert field.input_value() == typed and kept().get("bottom_line", "") != typed
    assert page.get_by_role("button", name="Copy what is typed").is_visible()


@pytest.mark.browser
def test_a_sheet_that_cannot_be_written_is_said(at, desk, monkeypatch):
    page = at()

    def full(*args):
        raise sheet.PlainError("The answer sheet could not be saved: the disk is full.")

    monkeypatch.setattr(sheet, "update", full)
    box(page, "Bottom line").fill("Words")
    page.locator(".kept", has_text="the disk is full").wait_for()
    assert (
        box(page, "Bottom line").input_value() == "Words" and desk.parts["bottom_line"] == "Words"
    )


def test_two_desks_lose_nothing_of_each_other(t, sheet_path):
    one, other = builder(t), builder(t)
    one.write(title="From the first")
    other.write(known="From the second")
    assert kept() == {"title": "From the first", "known": "From the second"}
    assert one.parts["known"] == "From the second" and other.parts["title"] == "From the first"


def test_a_saved_notebook_holds_nothing_of_what_was_typed(t, desk):
    desk.write(**{name: f"canary {name}" for name in rules.FIELDS if name != "figure"})
    desk.read()
    held = json.dumps([desk.get_state(), desk._repr_mimebundle_(), repr(desk)], default=str)
    assert "canary" not in held and len(held) < 100_000


# Save, open, print


@pytest.mark.browser
def test_open_print_and_download_follow_save(at, desk, tmp_path):
    desk.write(**MODEL)
    page = at()
    assert not page.get_by_role("button", name="Print").is_visible()
    page.get_by_role("button", name="Save the page").click()
    page.get_by_text("Saved as my_brief.html in the folder").wait_for()
    wanted = (tmp_path / "my_brief.html").read_text(encoding="utf-8")
    link = page.get_by_role("link", name="Open")
    assert (
        page.evaluate("async (e) => (await fetch(e.href)).text()", link.element_handle()) == wanted
    )
    assert page.get_by_role("link", name="Download").get_attribute("download") == "my_brief.html"
    page.get_by_role("button", name="Print").click()
    page.wait_for_selector("iframe.print", state="attached")
    frame = page.locator("iframe.print").content_frame
    assert frame.locator("h1").inner_text() == MODEL["title"]
    box(page, "Bottom line").fill("Another")
    page.get_by_text("Changed since it was saved as my_brief.html").wait_for()
    (tmp_path / "my_brief.html").write_text("mine", encoding="utf-8")
    page.get_by_role("button", name="Save the page").click()
    page.get_by_text("my_brief.html was changed since and is left as it is").wait_for()
    assert page.get_by_role("link", name="Download").get_attribute("download") == "my_brief-2.html"


# Anybody can use it


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 700, 1000, 1400])
def test_the_desk_is_accessible_at_every_width(at, desk, width):
    desk.write(**PAGES[1])
    page = at(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    beside = page.locator(".right").bounding_box()["x"] > page.locator(".left").bounding_box()["x"]
    assert beside == (width >= 1000)
    named = page.locator(".bl-desk :is(textarea, input, select)").evaluate_all(
        "all => all.filter((e) => e.checkVisibility()).map((e) => e.labels[0]?.textContent)"
    )
    assert named == list(rules.FIELDS.values())


@pytest.mark.browser
def test_the_whole_form_is_filled_by_keyboard_alone(at):
    page = at()
    box(page, "Title, a finding if you can").focus()
    page.keyboard.type("A title")
    for label, words in [("Bottom line", "One."), ("What we know", "Two.")]:
        for _ in range(4):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.labels?.[0]?.textContent") == label:
                break
        page.keyboard.type(words)
    wait(page, lambda: kept().get("known") == "Two." and kept()["bottom_line"] == "One.")
