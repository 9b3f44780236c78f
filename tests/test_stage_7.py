"""Lesson 7's form of axes and the years that judge: truth by a second route, and in a browser."""

import csv
import json
import re
import time

import pytest

from brieflab import sheet, tables, trace
from brieflab.course.lesson_7 import forecasts as F
from brieflab.course.lesson_7 import theatre
from brieflab.course.lesson_7 import widgets as W
from brieflab.course.lesson_7.scene import SHORT, SIDE
from brieflab.stage.scene import NARROW, WIDE
from browser import (
    TOP,
    Lab,
    Notebook,
    copy_module,
    violations,
)
from stages import FORECAST_AND_RECALLED, STAGES, frame

MINE, RECALLED = FORECAST_AND_RECALLED
TYPED = {"F01": "55", "F02": "60 %", "F04": "0.15", "F10": "10", "F14": "20", "F15": "10", "F18": "0",
         "F19": "40"}  # fmt: skip


def rows(name):
    with (TOP / "datasets" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["forecast_id"]: row for row in csv.DictReader(file)}


ASKED, HAPPENED = rows("forecasts"), rows("outcomes")


@pytest.fixture(scope="module")
def years():
    return STAGES["7 years"]()


@pytest.fixture
def empty_sheet(sheet_path, monkeypatch):
    monkeypatch.chdir(TOP / "notebooks")
    return sheet_path


def found(years, **chosen):
    return years.calculate(
        **{"year": 2021, "rival": "a coin", "remembered": ("recalled",), **chosen}
    )


# The years ---------------------------------------------------------------------------------


@pytest.mark.parametrize("year", range(2020, 2026))
def test_losses_of_each_year_against_sums_by_hand(years, year):
    due = [f for f in MINE if ASKED[f]["resolution_date"] <= f"{year}-12-31"]
    o = {f: HAPPENED[f]["outcome"] == "yes" for f in MINE}
    share = sum(o.values()) / len(o)
    for rival, says in {"a coin": 0.5, "always no": 0, "the share of yes": share}.items():
        finding = found(years, year=year, rival=rival)
        assert set(finding.data["settled"]) == set(due)
        if not due:
            assert finding.data["loss"] is None and "none of your eight" in finding.sentence
            continue
        loss = sum((MINE[f] - o[f]) ** 2 for f in due) / len(due)
        other = sum((says - o[f]) ** 2 for f in due) / len(due)
        assert f"your loss is {loss:.2f}, {rival} loses {other:.2f}." in finding.sentence
        assert finding.data["rival_says"] == says
    table = found(years, year=year).table.set_index("forecast")
    assert list(table.index[table["happened"] != "open"]) == finding.data["settled"]
    assert (
        f" {sum(f in due for f in MINE)} " not in finding.sentence
    )  # numbers up to twelve in words


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_squares_are_losses_and_everything_keeps_its_place(years, width):
    places, settled = set(), []
    for year in range(2020, 2026):
        scene = years.scene(found(years, year=year), width)
        marks = {mark.key: mark for mark in scene.marks}
        stay = ("title", "axis", "dot", "ring", "card")
        places.add(tuple((m.key, m.x, m.y, m.w) for m in scene.marks if m.key.split()[0] in stay))
        settled.append([key[6:] for key in marks if key.startswith("brier ")])
        for f in settled[-1]:
            o = HAPPENED[f]["outcome"] == "yes"
            assert (marks[f"brier {f}"].w / SIDE) ** 2 == pytest.approx((MINE[f] - o) ** 2)
            assert (marks[f"a coin {f}"].w / SIDE) ** 2 == pytest.approx(0.25)
            left, long = marks[f"axis {f}"].x, marks[f"axis {f}"].w
            assert (marks[f"dot {f}"].x - left) / long == pytest.approx(MINE[f])
            assert (marks[f"ring {f}"].x - left) / long == pytest.approx(RECALLED[f])
            assert (marks[f"sign {f}"].x - left) / long == pytest.approx(float(o))
            assert marks[f"sign {f}"].kind == ("tick" if o else "cross")
    assert len(places) == 1
    assert [len(every) for every in settled] == [0, 4, 6, 7, 7, 8]


def test_questions_of_one_year_are_settled_in_turn(years):
    scene = years.scene(found(years, year=2021), WIDE)
    waits = {m.key: m.later for m in scene.marks if m.key.startswith("sign ")}
    assert list(waits.values()) == [0, 4, 8, 12] and list(waits)[0] == "sign F04"
    again = years.scene(found(years, year=2022), WIDE)
    assert {m.key: m.later for m in again.marks if m.key in waits} == dict.fromkeys(waits, 0)


def test_beside_each_outcome_stands_who_it_meant_something_for(years):
    scene = years.scene(found(years, year=2025), WIDE)
    below = {
        m.key[6:]: m.words.replace("\n", " ") for m in scene.marks if m.key.startswith("below ")
    }
    assert below == {f: HAPPENED[f]["people"] for f in MINE}
    known = tables.load(TOP / "datasets")
    for f, sentence in below.items():
        assert trace.check_text(sentence, known, strict=True) == [], f
        assert re.search(r"\[[A-Z]\d+\]", sentence), f


def test_memory_moves_towards_or_away_by_hand(years):
    moved = [(RECALLED[f] - MINE[f]) * (1 if HAPPENED[f]["outcome"] == "yes" else -1) for f in MINE]
    finding = found(years)
    assert finding.data["drift"] == pytest.approx(sum(moved) / len(moved))
    said = "".join(getattr(part, "text", str(part)) for part in years.scene(finding, WIDE).under)
    assert f"moved by {sum(moved) / 8:.3f} on average, towards what happened" in said


def test_recall_can_be_left_out(years):
    finding = found(years, remembered=())
    assert "remembered" not in finding.alt
    assert not [m for m in years.scene(finding, WIDE).marks if m.key.startswith("ring")]


def test_all_twenty_eight_questions_have_their_place(empty_sheet):
    every = dict.fromkeys(ASKED, 0.5)
    built = W.years(every, every, frame("outcomes"))
    assert built.complete and len(found(built, year=2025).data["settled"]) == 28
    assert "28 of your 28 questions are settled" in found(built, year=2025).sentence


def test_the_short_questions_keep_the_years_of_the_long_ones():
    assert set(SHORT) == set(F.LESSON_SET)
    for f, short in SHORT.items():
        assert ASKED[f]["resolution_date"][:4] in short


def test_words_for_counts():
    assert theatre.count(1, 8) == "one of your eight questions is"
    assert theatre.count(0, 13) == "none of your 13 questions are"


# Nothing leaks --------------------------------------------------------------------------------


def test_until_recall_no_number_of_a_learner_is_in_a_state_or_an_output(empty_sheet):
    """Numbers that nobody else would type, looked for in all that a saved notebook can hold."""
    odd = {f: f"{n}{n}.7{n}" for n, f in enumerate(MINE, 1)}
    odd |= {"F14": "88.71", "F15": "12.34", "F18": "23.45"}
    form = W.lock_then_reveal(frame("forecasts"))
    form.hear({"keep": odd})
    assert len(form.hear({"hello": True})["typed"]) == 8
    left = [form.get_state(), form._repr_mimebundle_()]
    form.hear({"finish": odd, "sure": True})
    left += [form.get_state(), W.receipt()["text/plain"], F.reveal()._repr_mimebundle_()]
    both = W.recall()
    left += [both.get_state(), both.form.get_state(), both._repr_mimebundle_()]
    text = json.dumps(left, default=str)
    for typed in odd.values():
        assert typed not in text and f"{float(typed) / 100:g}" not in text
    both.form.hear({"finish": odd, "sure": True})
    assert "12.34" in json.dumps(both.children[1].ahead) and "12.34" in W.recall().html


def test_before_the_lock_nothing_of_the_outcomes_leaves_python(empty_sheet, monkeypatch):
    read = []
    monkeypatch.setattr(F, "read_outcomes", lambda path: read.append(path))
    form = W.lock_then_reveal(frame("forecasts"))
    closed = [F.reveal(), W.recall(), F.scores(), F.epilogue(), F.outcomes()]
    shown = json.dumps([form.page, form.hear({"hello": True}), *(note.html for note in closed)])
    assert read == []
    for outcome in HAPPENED.values():
        assert outcome["basis"] not in shown and (outcome["people"] or "?!") not in shown


def test_a_crossing_that_an_earlier_version_locked_is_still_read(empty_sheet):
    at, crossed = sheet.now(), {**MINE, "F15": 0.4}
    entry = {"at": at, "probabilities": crossed, "hash": F.seal(at, crossed)}
    sheet.update(lambda kept: kept.update(locks={"forecasts": entry}))
    assert "locked" in W.lock_then_reveal(frame("forecasts")).hear({"hello": True})["done"]
    F.reveal()
    F.record_recall(RECALLED)
    assert "F15 lies inside F14 but got more" in F.scores().text
    assert "you 40 %" in found(W.recall()).alt


def test_what_was_shown_as_closed_opens_in_its_place(empty_sheet, monkeypatch):
    shown = {}

    class Place:
        def __init__(self, name):
            self.name = name

        def update(self, bundle, raw):
            shown[self.name] = bundle

    notes = {"recall": W.recall(), "reveal": F.reveal(), "scores": F.scores(), "end": F.epilogue()}
    for name, note in notes.items():
        places = iter([Place(name), Place(f"{name} beside")])
        monkeypatch.setattr("IPython.display.display", lambda *a, to=places, **k: next(to))
        note._ipython_display_()
    W.lock_then_reveal(frame("forecasts")).hear({"finish": TYPED, "sure": True})
    assert "<details>" in shown["reveal"]["text/html"] and "✗ No" in shown["reveal"]["text/html"]
    assert "not through the condition" in shown["end"]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in shown["recall beside"]
    assert "run this cell" in shown["recall"]["text/html"].lower()
    assert shown["scores"]["text/plain"] == F.RECALL_FIRST
    F.record_recall(RECALLED)
    assert "mean Brier score" in shown["scores"]["text/plain"]
    shown.clear()
    F.open_what_waits()
    assert shown == {}


# In a browser ---------------------------------------------------------------------------------

PAGE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Axes</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>Axes</h1><div id="el"></div></main>
<script type="module">%s
let to; window.perCent = perCent; window.deaf = false;
mount(document.getElementById("el"), %s, {asleep: () => false,
  send: async (said) => { if (!window.deaf) to.hear(await window.ask(said)); },
  listen: (heard) => { to = heard; window.ended = heard.ended; }});
</script></body></html>"""


def opened(browser, tmp_path, form, width=1000, **kind):
    """Open a page with the form; its messages are answered by Python, as a kernel would."""
    path = tmp_path / "form.html"
    page_data = json.dumps(form.page).replace("<", "\\u003c")
    path.write_text(PAGE % (W._file("axes.js"), page_data), encoding="utf-8")
    page = browser.new_page(
        viewport={"width": width, "height": 900}, reduced_motion="reduce", **kind
    )
    page.set_default_timeout(10_000)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.expose_function("ask", form.hear)
    page.goto(path.as_uri())
    page.locator(".bl-axes:not(.closed)").wait_for()
    return page


def box(page, forecast):
    return page.locator(f".asked[data-id={forecast}] input")


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1000])
def test_typing_a_crossing_and_the_lock(browser, tmp_path, empty_sheet, width):
    page = opened(browser, tmp_path, W.lock_then_reveal(frame("forecasts")), width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert width < 700 or page.locator(".bl-axes").bounding_box()["height"] <= 900
    for forecast, typed in {**TYPED, "F14": "5", "F15": "30"}.items():
        box(page, forecast).fill(typed)
    pair = page.locator(".group.crossed")
    assert pair.count() == 1 and pair.locator(".asked").first.get_attribute("data-id") == "F15"
    told = "F15 lies inside F14 and cannot be more probable: you give it 30 %, and F14 only 5 %."
    assert pair.locator(".crossing").inner_text() == told  # before the lock, at the pair
    assert violations(page) == []
    page.locator(".sure input").check()
    page.locator(".end button").click()
    page.locator(".said", has_text="Not yet: look at F15").wait_for()
    assert page.evaluate("document.activeElement.ariaLabel").startswith("F15: ")
    assert F.locked() is None
    box(page, "F14").fill("20")
    box(page, "F15").fill("0,1")
    box(page, "F15").blur()
    assert page.locator(".crossed").count() == 0 and box(page, "F15").input_value() == "10"
    assert page.locator(".hint", has_text="0,1 is read as 10 %").is_visible()
    page.locator(".said", has_text="8 of 8 have a number").wait_for()
    page.locator(".end button").click()
    page.locator(".sentence", has_text="Your 8 forecasts are locked").wait_for()
    assert F.locked()["probabilities"] == MINE
    assert page.locator("input").count() == 0
    assert page.evaluate("document.activeElement.className") == "sentence"
    assert violations(page) == [] and page.faults == []
    page.close()


@pytest.mark.browser
def test_keys_and_the_pointer_move_the_same_number(browser, tmp_path, empty_sheet):
    form = W.lock_then_reveal(frame("forecasts"))
    page = opened(browser, tmp_path, form)
    stops = []
    page.locator("h1").click()
    for _ in range(16):  # eight boxes, six lists of what could be known, tick, button
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate(
                "(document.activeElement.ariaLabel ?? document.activeElement.textContent).slice(0, 3)"
            )
        )
    wanted = ["F01", "F02", "F04", "F10", "F15", "F14", "F18", "F19"]
    assert [stop for stop in stops if stop in wanted] == wanted and "Loc" in stops
    one = box(page, "F02")
    one.focus()
    for key, value in [("ArrowUp", "1"), ("PageUp", "11"), ("ArrowDown", "10"), ("PageDown", "0"),
                       ("ArrowDown", "0")]:  # fmt: skip
        page.keyboard.press(key)
        assert one.input_value() == value
    assert (
        one.get_attribute("aria-valuenow") == "0"
        and one.get_attribute("aria-valuetext") == "0 per cent"
    )
    page.keyboard.press("ArrowRight")  # in a box that was not reached by its dot: the caret moves
    assert one.input_value() == "0"

    track = page.locator(".group:has([data-id=F18]) .track")
    track.scroll_into_view_if_needed()
    at = track.bounding_box()
    place = lambda share: (at["x"] + at["width"] * share, at["y"] + at["height"] / 2)  # noqa: E731
    page.mouse.click(*place(0.3))  # the first number that is not set yet
    page.mouse.click(*place(0.7))
    assert (box(page, "F18").input_value(), box(page, "F19").input_value()) == ("30", "70")
    page.mouse.move(*place(0.3))
    page.mouse.down()
    page.mouse.move(*place(0.9), steps=4)
    assert page.locator(".crossed").count() == 1
    page.mouse.move(*place(0.2), steps=4)
    page.mouse.up()
    assert page.locator(".crossed").count() == 0 and box(page, "F18").input_value() == "20"
    page.keyboard.press("ArrowRight")  # after the dot was held, arrows across move it
    assert box(page, "F18").input_value() == "21"
    page.locator(".said", has_text="3 of 8 have a number").wait_for()
    time.sleep(0.4)
    assert sheet.load()["locks"]["draft"]["probabilities"] == {
        "F02": "0",
        "F18": "0.21",
        "F19": "0.7",
    }
    again = opened(browser, tmp_path, form)
    assert box(again, "F19").input_value() == "70" and box(again, "F01").input_value() == ""
    assert page.faults == again.faults == []
    page.close()
    again.close()


@pytest.mark.browser
def test_the_browser_reads_per_cent_as_python_does(browser, tmp_path, empty_sheet):
    page = opened(browser, tmp_path, W.lock_then_reveal(frame("forecasts")))
    tried = ["30", "30 %", "30%", "0.3", ".3", "0,3", "1", "1.0", "1.5", "0", "0.0", "100", "100.0", "101",
             "0.5 %", "0.29", "33.33333", "99.99999", "100.00001", "100.001", "5.", "", "-1", "1e1", "likely",
             "1.2.3", "30 %%", "٣", " 7 "]  # fmt: skip
    for typed in tried:
        try:
            wanted = round(100 * F.read_per_cent(typed), 4)
        except F.PlainError:
            wanted = None
        seen = page.evaluate(
            "text => { const v = perCent(text); return Number.isNaN(v) ? null : v; }", typed
        )
        assert seen == wanted, typed
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("kind", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_without_an_answer_nothing_more_can_be_typed(browser, tmp_path, empty_sheet, kind):
    page = opened(browser, tmp_path, W.lock_then_reveal(frame("forecasts")), **kind)
    box(page, "F01").fill("40")
    page.locator(".said", has_text="Kept").wait_for()
    assert violations(page) == []
    page.evaluate("() => { window.deaf = true; window.ended(); }")
    assert "run this cell" in page.locator(".asleep").inner_text()
    assert page.locator("input:not([disabled])").count() == 0
    assert violations(page) == [] and page.faults == []
    page.close()


@pytest.mark.browser
def test_the_empty_form_of_a_saved_notebook_says_that_its_cell_is_to_be_run(
    browser, tmp_path, empty_sheet
):
    path = tmp_path / "saved.html"
    form = W.lock_then_reveal(frame("forecasts"))
    path.write_text(
        f"<!doctype html><html lang=en><title>Saved</title><main>{form.html}</main>", "utf-8"
    )
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(path.as_uri())
    assert "Run this cell in its notebook" in page.locator(".asleep").inner_text()
    assert page.locator("input:not([disabled]), button:not([disabled])").count() == 0
    page.locator("summary").first.click()
    assert page.locator("details[open] li").count() >= 2
    page.close()


@pytest.mark.browser
def test_in_jupyterlab_the_lesson_goes_from_the_lock_to_the_years_without_a_second_run(
    browser, tmp_path
):
    lab = Lab(copy_module(tmp_path)).start()
    cells = [
        "import pandas as pd\nfrom brieflab.course.lesson_7 import forecasts as fc\n"
        "from brieflab.course.lesson_7.widgets import lock_then_reveal, recall",
        'lock_then_reveal(pd.read_csv("../datasets/forecasts.csv"))',
        "fc.reveal()",
        "recall()",
    ]
    written = lab.write("forecast.ipynb", cells)
    path = lab.top / written
    try:
        notebook = Notebook(lab, browser).open(written)
        notebook.run_all()
        page = notebook.page
        form = page.locator(".bl-axes:visible").nth(0)
        page.locator(".bl-axes:not(.closed)").nth(0).wait_for()
        before = [cell["source"] for cell in notebook.cells()]
        first = form.locator("input").first
        first.focus()
        for key in ("b", "a", "x", "m", "ArrowUp", "ArrowDown"):
            page.keyboard.press(key)
        assert [cell["source"] for cell in notebook.cells()] == before
        for forecast, typed in {**TYPED, "F01": "55.55", "F14": "20.25"}.items():
            form.locator(f".asked[data-id={forecast}] input").fill(typed)
        form.locator(".said", has_text="8 of 8 have a number").wait_for()
        assert notebook.axe() == [] and notebook.failures() == []
        assert "What happened" not in page.locator(".jp-NotebookPanel").inner_text()
        form.locator(".sure input").check()
        form.locator(".end button").click()
        page.locator(".sentence", has_text="Your 8 forecasts are locked").wait_for()
        page.locator("summary", has_text="This is open now").click()
        page.locator("li:visible", has_text="Arab League").first.wait_for()
        recall = page.locator(".bl-axes:visible").nth(1)
        page.locator(".bl-axes:not(.closed)").nth(1).wait_for()
        for forecast, value in RECALLED.items():
            recall.locator(f".asked[data-id={forecast}] input").fill(f"{90 * value + 7.35:.2f}")
        recall.locator(".sure input").check()
        recall.locator(".end button").click()
        stage = page.locator(".bl-stage:not(.bl-axes)")
        stage.locator("[aria-label$='one more']").click()
        assert "four of your eight questions are settled" in stage.locator(".sentence").inner_text()
        assert notebook.axe() == [] and notebook.failures() == []
        notebook.save()
        page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
        saved = json.loads(path.read_text("utf-8"))
        kept = [out for cell in saved["cells"] for out in cell.get("outputs", [])]
        for out in kept:
            out["data"].pop(sheet.MIME, None)  # the lock itself, for the grader
        text = json.dumps(kept)
        assert "55.55" not in text and "0.5555" not in text and "20.25" not in text
        assert "70.35" not in text and "0.7035" not in text and "61.35" not in text
        assert len(path.read_text("utf-8")) < 300_000
        page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        stage.locator("[aria-label$='one more']").click()
        assert "six of your eight" in stage.locator(".sentence").inner_text()
        notebook.close()
    finally:
        lab.kill()
