"""The stage: scenes that hold together, states ahead that keep their budget, a picture that answers."""

import json
import re
from html import escape
from itertools import combinations

import pandas as pd
import pytest
from playwright.sync_api import expect

from brieflab import tables
from brieflab.figures import Finding
from brieflab.plain import PlainError
from brieflab.stage import At, Chips, Mark, Picked, Scene, Stepper, Switch, Word, stage
from brieflab.stage.scene import COLOURS, NARROW, WIDE, path, plain
from brieflab.stage.svg import DARK, LIGHT, still
from brieflab.trace.ask import homes
from browser import TOP, Lab, Notebook, copy_module, violations
from contrast import contrast
from stages import STAGES

WIDTHS = (NARROW, WIDE)
SOURCE = re.compile(r"\bS\d{3}\b")


@pytest.fixture(scope="module", params=STAGES)
def built(request):
    """Each stage of the lessons, as its lesson calls it."""
    return STAGES[request.param]()


@pytest.fixture(scope="module")
def top_n():
    return STAGES["3 top_n"]()


def basket(apples, sweet, kinds):
    """A made-up finding: how many apples lie in a basket."""
    if apples == 4:
        raise PlainError("Four apples do not fit: take one out.")
    say = f"There are {apples} {'sweet' if sweet else 'sour'} apples of {len(kinds)} kinds."
    table = pd.DataFrame({"kind": ["</script><b>"], "apples": [apples]})
    return Finding(say, f"A row of dots. {say}", table, (apples, sweet, kinds))


def basket_scene(finding, width):
    apples, sweet, kinds = finding.data
    marks = [
        Mark(f"apple {n}", "dot", 20 + 30 * n, 20, 16, look="solid green" if sweet else "open green",
             card=(f"Apple {n}", "Picked by hand [T-1]"), group="apples")
        for n in range(apples)
    ]  # fmt: skip
    marks.append(Mark("more", "block", 10, 50, 90, 30, look="open ink", words="two", sets={"apples": 2},
                      chosen=apples == 2, anchor="middle"))  # fmt: skip
    said = ("There are ", At("apples"), " apples", Word("!", "strong blue"))
    return Scene(width, 90, tuple(marks), said, (f"{len(kinds)} kinds.",), "How many?", "A basket.")


def basket_stage(**budget):
    controls = {
        "apples": Stepper("Apples", 0, 5, 1),
        "sweet": Switch("Taste", {"sweet": True, "sour": False}, True),
        "kinds": Chips("Kinds", {"Cox": "c", "Gala": "g"}, ("c",), {"Cox": ("dot", "solid green")}),
    }
    return stage(controls, basket, basket_scene, **budget)


def places(key):
    """Return a state's key as places; a stage without controls has one state, called ''."""
    return tuple(int(place) for place in key.split("|") if place)


def each(built):
    """Yield the places, finding and scene of every state of a stage, at both widths."""
    for key in built.ahead["states"]:
        at = places(key)
        finding, *scenes = built.seen(at)
        for scene in scenes:
            yield at, finding, scene


def shown(built, at):
    return {
        name: control.names[place]
        for place, (name, control) in zip(at, built.controls.items())
        if not isinstance(control, Chips)
    }


# Scenes ------------------------------------------------------------------------------------


def test_every_state_is_ahead_lies_inside_its_picture_and_no_words_touch(built):
    assert built.complete
    for at, finding, scene in each(built):
        assert finding.alt.strip() and scene.foot and scene.ask
        for mark in scene.marks:
            left, upper, right, lower = mark.box
            assert left >= 0 and upper >= 0, (at, scene.width, mark)
            assert right <= scene.width and lower <= scene.height, (at, scene.width, mark)
        words = [mark for mark in scene.marks if mark.kind == "text"]
        for one, other in combinations(words, 2):
            a, b = one.box, other.box
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (at, scene.width, one.words, other.words)


def test_bars_keep_their_places_and_only_what_counts_changes(top_n):
    for year in (2020, 2019):
        places, looks = set(), []
        for n in range(1, 11):
            finding = top_n.calculate(n=n, year=year, scale="people")
            bars = [m for m in top_n.scene(finding, WIDE).marks if m.kind == "bar"]
            places.add(tuple((bar.key, bar.x, bar.y, bar.w) for bar in bars))
            looks.append(sum(bar.look != "open grey" for bar in bars))
        assert len(places) == 1 and looks == list(range(1, 11))


def test_the_visible_sentence_and_the_strip_say_what_was_calculated(top_n):
    for at, finding, scene in each(top_n):
        said = plain(scene.sentence, shown(top_n, at))
        n, verdict = finding.data["n"], finding.data["verdict"]
        assert f"“The {n} largest host" in said and f"is {verdict}" in said
        assert f"is {verdict}" in finding.sentence
        strip = {m.key: m for m in scene.marks if m.key.startswith("verdict")}
        assert [m.says for m in strip.values() if m.chosen] == [f"{n}: {verdict}"]
        assert strip["verdict 1"].says == "1: true" and strip["verdict 2"].says == "2: false"


def test_every_card_ends_with_a_row_of_the_tables_and_no_source_is_a_mere_number(built):
    rows = homes(tables.load(TOP / "datasets"))
    for at, finding, scene in each(built):
        for mark in scene.marks:
            for row_id in re.findall(r"\[([^\]]+)\]$", mark.card[-1] if mark.card else ""):
                assert row_id in rows, (at, mark.key, row_id)
            assert not SOURCE.search(f"{mark.card} {mark.words} {mark.says}"), (at, mark.key)
        assert not SOURCE.search(scene.foot + scene.ask + finding.sentence + finding.alt)
        assert not SOURCE.search(" ".join(map(str, finding.table.to_numpy().ravel())))


def test_a_card_says_who_says_so_in_words(top_n):
    _, scene, _ = top_n.seen(top_n.opening)
    cards = {m.key: m.card for m in scene.marks if m.card}
    assert len(cards) == 10
    assert cards["row DEU"][1].startswith("Our reading of Council of the EU")
    assert cards["row LBN"][-1] == "UNHCR, end of 2020 [H-LBN-2020]"


def test_a_shape_is_drawn_closed_through_its_points():
    land = Mark("land", "shape", 10, 20, points=((0, -5), (30, 0), (4, 12.25)), look="pale line")
    assert land.box == (10, 15, 40, 32.25)
    drawn = still(Scene(NARROW, 40, (land,), ("Land.",)))
    assert 'class="mark k-shape f-pale c-line"' in drawn
    assert '<path d="M0.0 -5.0L30.0 0.0L4.0 12.2Z"/>' in drawn


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_colour_can_be_read_on_its_ground(colours):
    assert set(COLOURS) == set(colours) - {"paper"} == set(LIGHT) - {"paper"}
    for name in set(COLOURS) - {"line"}:
        assert contrast(colours[name], colours["paper"]) >= 4.5, name


@pytest.mark.parametrize(
    "broken, said",
    [
        (lambda: Mark("a", "dot", 0, 0, look="solid pink"), "'solid pink'"),
        (lambda: Mark("a", "blob", 0, 0), "'blob'"),
        (lambda: Scene(NARROW, 9, (Mark("a", "dot", 0, 0),) * 2, ()), "same key: a"),
    ],
)
def test_a_scene_that_cannot_be_drawn_is_refused(broken, said):
    with pytest.raises(PlainError, match=re.escape(said)):
        broken()


def test_a_still_picture_draws_every_mark_that_can_be_seen(built):
    _, narrow, wide = built.seen(built.opening)
    for scene in (narrow, wide):
        drawn = still(scene)
        seen = [m for m in scene.marks if m.kind != "area"]
        assert drawn.count('class="mark') + drawn.count("<use ") == len(seen)
        assert all(
            f">{escape(line)}</text>" in drawn for m in seen for line in m.words.splitlines()
        )
        on_paper = still(scene, on_paper=True)
        assert "dark" in drawn and "dark" not in on_paper and on_paper.endswith(drawn[-400:])


# States ahead ------------------------------------------------------------------------------


def unpacked(built, key):
    """Return the marks of a state as the browser puts them together."""
    pool = built.ahead["pool"]
    for marks, row in zip(built.ahead["states"][key]["marks"], built.ahead["rows"]):
        if isinstance(marks, str):
            marks = [versions[ord(letter) - 48] for letter, versions in zip(marks, row)]
        whole = [{**pool[pool[n].get("^", n)], **pool[n]} for n in marks]
        yield [{k: v for k, v in m.items() if v is not None and k != "^"} for m in whole]


def test_states_ahead_unpack_to_what_the_scene_drew(built):
    for key in built.ahead["states"]:
        _, *scenes = built.seen(places(key))
        for marks, scene in zip(unpacked(built, key), scenes):
            assert [m["k"] for m in marks] == [m.key for m in scene.marks]
            for got, mark in zip(marks, scene.marks):
                assert (got["x"], got["y"]) == (round(mark.x, 1), round(mark.y, 1))
                assert got.get("w", 0) == (
                    round(mark.w, 1) if mark.kind in ("bar", "block", "area") else 0
                )
                assert f"c-{mark.look.split()[1]}" in built.ahead["pool"][got["l"]]
                words = built.ahead["pool"][got["t"]][0] if "t" in got else [""]
                assert "\n".join(words) == mark.words


def test_a_field_that_a_mark_loses_is_lost_in_the_browser_as_well():
    def leaning(finding, width):
        turn = 0 if finding.data[0] else 9
        return Scene(width, 90, (Mark("stem", "line", 5, 5, 0, 40, turn=turn),), ("Lean ",))

    built = stage({"apples": Stepper("Apples", 0, 1, 0)},
                  lambda apples: basket(apples, True, ("c",)), leaning)  # fmt: skip
    (leans,), _ = unpacked(built, "0")
    (stands,), _ = unpacked(built, "1")
    assert leans["r"] == 9 and "r" not in stands


def test_the_budget_is_kept_and_the_nearest_states_come_first():
    whole = basket_stage()
    assert whole.complete and len(whole.ahead["states"]) == 6 * 2 * 4
    weight = len(json.dumps(whole.ahead["states"])) + len(json.dumps(whole.ahead["pool"]))
    part = basket_stage(bytes_ahead=weight / 3)
    assert not part.complete and 1 < len(part.ahead["states"]) < 48
    less = len(json.dumps([part.ahead["states"], part.ahead["pool"]], separators=(",", ":")))
    assert less < weight / 2
    assert list(part.ahead["states"])[:2] == ["1|0|1", "0|0|1"]
    assert list(basket_stage(seconds_ahead=0).ahead["states"]) == ["1|0|1"]


def test_the_saved_fragment_is_small_enough_for_two_in_a_notebook(built):
    assert len(built.fragment()) < 150_000


def test_a_stage_of_very_many_states_opens_at_once():
    controls = {f"n{at}": Stepper("Apples", 0, 100, 50) for at in range(12)}
    few, bare = basket(1, True, ("c",)), Scene(NARROW, 9, (), ("Apples.",))
    many = stage(controls, lambda **chosen: few, lambda finding, width: bare, seconds_ahead=0.05)
    assert not many.complete and list(many.ahead["states"])[1].count("50") == 11


def test_a_plain_error_is_a_state_with_a_sentence_and_no_picture():
    built = basket_stage()
    state = built.ahead["states"]["4|0|1"]
    assert built.ahead["pool"][state["say"]] == "Four apples do not fit: take one out."
    assert "marks" not in state


def test_a_stage_reads_as_text_and_html_and_nothing_breaks_out_of_its_data():
    built = basket_stage()
    bundle = built._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "There are 1 sweet apples of 1 kinds." in bundle["text/plain"]
    html = bundle["text/html"]
    assert 'alt="A row of dots. There are 1 sweet' in html and "There are 1 apples!" in html
    assert html.count("</script>") == 3 and "<b>" not in html


def test_a_stage_beyond_its_budget_is_a_widget_that_asks_and_holds_nothing_else():
    built = basket_stage(bytes_ahead=1)
    bundle = built._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle and "text/html" in bundle
    built.choice = [3, 1, 3]
    pool = built.answer["pool"]
    assert built.answer["key"] == "3|1|3"
    assert pool[built.answer["say"]] == "There are 3 sour apples of 2 kinds."
    built.choice = [4, 1, 3]
    assert "marks" not in built.answer
    ours = {name for name in built.keys if not name.startswith("_")}
    assert ours == {"known", "choice", "answer", "layout", "tabbable", "tooltip"}


# In a browser ------------------------------------------------------------------------------

PAGE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>A stage</title>
<meta name="viewport" content="width=device-width"></head>
<body><main><h1>A stage</h1>{}</main></body></html>"""

READ = """root => {
  const said = [...root.querySelector('.sentence').childNodes].map(n =>
      n.classList?.contains('step') ? n.querySelector('input').value :
      n.tagName === 'FIELDSET' ? n.querySelector(':checked')?.parentNode.textContent ?? '' : n.textContent).join('');
  const marks = [...root.querySelectorAll('.mark[data-key]')].map(n => {
      const shape = n.querySelector(':scope > :is(rect, path):not(.ring)');
      const at = new DOMMatrix(n.style.transform);
      return {key: n.dataset.key, at: [at.e, at.f].map(v => Math.round(v * 10) / 10),
              size: [shape?.getAttribute('width') ?? '0', shape?.getAttribute('height') ?? '0'].map(Number),
              look: n.getAttribute('class'), words: [...n.querySelectorAll('text')].map(t => t.textContent).join('\\n'),
              says: n.getAttribute('aria-label') ?? ''}; });
  return {said, marks, live: root.querySelector('[role=status]').textContent,
          rows: root.querySelectorAll('tbody tr').length, state: root.dataset.state}; }"""


def page_of(browser, tmp_path, built, width=1000, **kind):
    """Open a page from the disk that holds the stage."""
    path = tmp_path / "page.html"
    path.write_text(PAGE.format(built.fragment()), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, **kind)
    page.set_default_timeout(10_000)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on(
        "request",
        lambda request: request.url.startswith("file:") or page.faults.append(request.url),
    )
    page.goto(path.as_uri())
    page.locator(".bl-stage[data-alive=yes]").first.wait_for()
    return page


def assert_shows(got, built, at, scene, finding, heard):
    assert got["said"] == plain(scene.sentence, shown(built, at))
    assert not heard or got["live"].rstrip("\xa0") == finding.sentence
    assert got["rows"] == len(finding.table)
    assert [m["key"] for m in got["marks"]] == [m.key for m in scene.marks]
    for seen, mark in zip(got["marks"], scene.marks):
        assert seen["at"] == [round(mark.x, 1), round(mark.y, 1)], mark
        if mark.kind in ("bar", "block"):
            assert seen["size"] == [round(mark.w, 1), round(mark.h, 1)], mark
        assert seen["words"] == mark.words
        assert f"c-{mark.look.split()[1]}" in seen["look"]
        if mark.card or mark.sets:
            assert seen["says"] == mark.spoken


SET = """(root, {names, at}) => names.forEach((name, n) => {
  const control = root.querySelector(`[data-control="${name}"]`), number = control.querySelector('[type=number]');
  const tell = (input, type) => input.dispatchEvent(new Event(type, {bubbles: true}));
  const options = [...control.querySelectorAll('[type=radio], [type=checkbox]')];
  if (number) { number.value = Number(number.min) + at[n]; tell(number, 'input'); }
  options.forEach((input, bit) => {
    const wanted = input.type === 'radio' ? at[n] === bit : Boolean(at[n] >> bit & 1);
    if (input.checked !== wanted && (wanted || input.type === 'checkbox')) tell(input, 'change'); }); })"""


def all_states(root, built):
    """Yield the places of every state of a stage and what the page shows there, set by its controls."""
    keys = sorted(built.ahead["states"])
    go = f"""(root, {{names, ats}}) => {{ const set = {SET}, read = {READ};
             return ats.map(at => {{ set(root, {{names, at}}); return read(root); }}); }}"""
    for start in range(0, len(keys), 25):
        ats = [list(places(key)) for key in keys[start : start + 25]]
        names = list(built.controls)
        yield from zip(map(tuple, ats), root.evaluate(go, {"names": names, "ats": ats}))


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1000])
def test_every_state_ahead_shows_what_was_calculated(browser, tmp_path, built, width):
    page = page_of(browser, tmp_path, built, width, reduced_motion="reduce")
    root = page.locator(".bl-stage")
    assert violations(page) == []
    for step, (at, got) in enumerate(all_states(root, built)):
        finding, *scenes = built.seen(at)
        assert got["state"] == "|".join(map(str, at))
        assert_shows(got, built, at, scenes[width > 700], finding, step)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.faults == [] and violations(page) == []
    page.close()


@pytest.mark.browser
def test_the_keyboard_alone_reaches_every_mark_and_control(browser, tmp_path, built):
    page = page_of(browser, tmp_path, built, reduced_motion="reduce")
    root, press = page.locator(".bl-stage"), page.keyboard.press
    every = "all => all.map(n => n.dataset.key)"
    wanted = set(root.locator(".mark[role]").evaluate_all(every))
    focus = "[document.activeElement.dataset.key, document.activeElement.closest('[data-control]')?.dataset.control]"
    reached, used = set(), set()
    for _ in range(100):
        press("Tab")
        key, control = page.evaluate(focus)
        used.add(control)
        if key and page.evaluate("document.activeElement.getAttribute('role')") != "slider":
            press("Home")
            before = None
            while before != (before := page.evaluate(focus)[0]):
                reached.add(before)
                press("ArrowDown")
        reached.add(key)
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    assert wanted - reached == set()
    assert used >= {k for k, c in built.controls.items() if not isinstance(c, Picked)}
    assert page.faults == []
    page.close()


@pytest.mark.browser
def test_the_keyboard_alone_uses_lesson_3(browser, tmp_path, top_n):
    page = page_of(browser, tmp_path, top_n, reduced_motion="reduce")
    root, press = page.locator(".bl-stage"), page.keyboard.press
    focus = "document.activeElement.dataset.key ?? document.activeElement.ariaLabel ?? document.activeElement.type ?? ''"
    stops, keys = [], set()
    while len(stops) < 20 and "numbers" not in str(stops[-1:]):
        press("Tab")
        stops.append(page.evaluate(focus) or page.evaluate("document.activeElement.textContent"))
        for _ in range(12):
            if stops[-1].split()[0] in ("row", "verdict"):
                keys.add(page.evaluate(focus))
                press("ArrowDown" if len(keys) % 10 else "Home")
    label = "Number of largest hosts"
    assert stops == [f"{label}: one less", label, f"{label}: one more", "radio", "radio", "row TUR",
                     "handle", "verdict 3", "Show the numbers behind this picture"]  # fmt: skip
    press("Enter")
    assert page.locator("table").is_visible()
    reach = "[data-key^='row '], [data-key^='verdict ']"
    for key in root.locator(reach).evaluate_all("all => all.map(n => n.dataset.key)"):
        page.locator(f"[data-key='{key}']").focus()
        page.locator(f"[data-key='{key}'] .ring[width]").wait_for(state="attached")
    page.locator("[data-key='verdict 7']").focus()
    press("Enter")
    assert root.get_attribute("data-state") == "6|0|0"
    page.locator("[data-key=handle]").focus()
    press("ArrowUp")
    assert root.get_attribute("data-state") == "5|0|0"
    assert page.evaluate(focus) == "handle"
    page.locator("[data-key='row SDN']").focus()
    card, mark = page.locator(".card"), page.locator("[data-key='row SDN']")
    assert "No report in our tables." in card.inner_text()
    a, b = card.bounding_box(), mark.bounding_box()
    assert a["y"] >= b["y"] + b["height"] - 4 or a["y"] + a["height"] <= b["y"] + 4
    press("Escape")
    assert not card.is_visible() and page.faults == []
    page.close()


@pytest.mark.browser
def test_pointer_touch_and_typing_choose_as_well(browser, tmp_path, top_n):
    page = page_of(browser, tmp_path, top_n, has_touch=True, reduced_motion="reduce")
    root = page.locator(".bl-stage")
    page.locator("[data-key='verdict 9']").tap()
    assert root.get_attribute("data-state") == "8|0|0"
    box = page.locator("[data-key=handle]").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 5, box["y"] - 160)
    page.mouse.up()
    assert root.get_attribute("data-state") == "3|0|0"
    number = root.locator("input[type=number]")
    number.fill("")
    page.keyboard.type("10")
    assert root.get_attribute("data-state") == "9|0|0"
    number.fill("11")
    assert number.get_attribute("aria-invalid") == "true"
    assert root.get_attribute("data-state") == "9|0|0"
    page.locator("h1").click()
    assert number.input_value() == "10" and page.faults == []
    page.close()


def fruit_scene(finding, width):
    """Two boxes, chosen at themselves; an arrow between them that the second one lights."""
    boxes = [
        Mark(f"box {n}", "block", 10 + 90 * n, 10, 60, 30, look="open ink", words=str(n),
             anchor="middle", card=(f"Box {n}",), sets={"apples": n}, chosen=finding.data[0] == n,
             lights=("stem", "box 0") if n else (), group="boxes")
        for n in (0, 1)
    ]  # fmt: skip
    stem = Mark("stem", "arrow", 70, 25, 28, look="bare grey")
    return Scene(width, 60, (stem, *boxes), ("Pick one.",), (), "Which?", "Made up.")


@pytest.mark.browser
def test_what_is_picked_at_marks_draws_no_control_and_a_card_lights_what_it_names(
    browser, tmp_path
):
    built = stage({"apples": Picked("Apples", {"none": 0, "one": 1}, 0)},
                  lambda apples: basket(apples, True, ("c",)), fruit_scene)  # fmt: skip
    page = page_of(browser, tmp_path, built)
    root, lit = page.locator(".bl-stage"), page.locator(".lit")
    assert root.locator("input:visible").count() == 0 and not root.locator(".controls").is_visible()
    page.locator("[data-key='box 1']").click()
    assert root.get_attribute("data-state") == "1"
    assert lit.evaluate_all("all => all.map(n => n.dataset.key)") == ["stem", "box 0"]
    page.locator("[data-key='box 0']").focus()
    assert lit.count() == 0 and violations(page) == [] and page.faults == []
    page.close()


@pytest.mark.parametrize("w, h, head", [(30, 8, "25 12L30 8L25 4"), (-30, 8, "-25 12L-30 8L-25 4"),
                                        (0, 30, "4 25L0 30L-4 25"), (0, -30, "4 -25L0 -30L-4 -25")])  # fmt: skip
def test_an_arrow_has_its_head_where_it_ends(w, h, head):
    assert path(Mark("a", "arrow", 5, 5, w, h)).split("M")[-1] == head


@pytest.mark.browser
def test_with_reduced_motion_nothing_moves(browser, tmp_path):
    page = page_of(browser, tmp_path, basket_stage(), reduced_motion="reduce")
    moving = "all => all.filter(n => getComputedStyle(n).transitionDuration !== '0s').length"
    assert page.locator(".mark, .mark > *").evaluate_all(moving) == 0
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("kind", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_dark_and_forced_colours_are_clean(browser, tmp_path, kind):
    page = page_of(browser, tmp_path, basket_stage(), 360, **kind)
    page.locator("[data-key=more]").click()
    assert page.locator(".bl-stage").get_attribute("data-state") == "2|0|1"
    assert violations(page) == [] and page.faults == []
    page.close()


@pytest.mark.browser
def test_two_stages_of_one_page_keep_their_choices_apart(browser, tmp_path):
    controls = {"sweet": Switch("Taste", {"sweet": True, "sour": False}, True)}
    bare = Scene(WIDE, 40, (), ("So.",), (), "Which?", "Made up.")
    other = stage(controls, lambda sweet: basket(1, sweet, ("c",)), lambda finding, width: bare)
    both = type("Both", (), {"fragment": lambda self: basket_stage().fragment() + other.fragment()})
    page = page_of(browser, tmp_path, both())
    page.locator(".bl-stage[data-alive=yes] >> nth=1").wait_for()
    assert page.locator("[type=radio]:checked").count() == 2
    ids = page.locator("[id]").evaluate_all("all => all.map(n => n.id)")
    assert len(ids) == len(set(ids)) and page.faults == []
    page.close()


@pytest.mark.browser
def test_without_a_kernel_what_needs_one_is_closed_and_says_so(browser, tmp_path):
    page = page_of(browser, tmp_path, basket_stage(bytes_ahead=1), reduced_motion="reduce")
    root = page.locator(".bl-stage")
    assert "need a kernel" in root.locator(".note").inner_text()
    assert root.locator("input:disabled").count() == 3
    root.locator("input[type=number]").fill("3")
    assert root.get_attribute("data-state") == "1|0|1"
    assert page.faults == []
    page.close()


@pytest.mark.browser
def test_a_choice_that_leaves_the_sentence_is_heard_too(browser, tmp_path):
    controls = {"view": Switch("Shown as", {"bars": "bars", "map": "map"}, "bars")}
    one = basket(1, True, ("c",))
    bare = Scene(WIDE, 40, (), ("So, ", At("view"), "."), (), "Which?", "Made up.")
    built = stage(controls, lambda view: one, lambda finding, width: bare)
    page = page_of(browser, tmp_path, built)
    page.evaluate("""() => { window.heard = []; const live = document.querySelector('[role=status]');
        new MutationObserver(() => heard.push(live.textContent)).observe(live, {childList: true}); }""")
    page.get_by_role("radio", name="map").check(force=True)
    page.get_by_role("radio", name="bars").check(force=True)
    expect(page.get_by_role("radio", name="bars")).to_be_checked()
    heard = page.evaluate("heard")
    assert len(heard) == 2 and {said.strip() for said in heard} == {one.sentence}
    page.close()


@pytest.mark.browser
def test_what_plays_runs_once_when_asked_and_stops_at_any_input(browser, tmp_path):
    def found(year):
        table = pd.DataFrame({"year": [year]})
        return Finding(f"It is {year}.", f"A page of a calendar. It is {year}.", table, year)

    def drawn(finding, width):
        dot = Mark("now", "dot", 10 + 5 * finding.data, 10, 8, card=("Now", "[T-1]"))
        return Scene(width, 20, (dot,), ("It is ", At("year"), "."))

    page = page_of(
        browser, tmp_path, stage({"year": Stepper("Year", 1, 4, 2, plays=True)}, found, drawn)
    )
    root, live = page.locator(".bl-stage"), page.get_by_role("status")
    page.evaluate("""() => { window.heard = []; const live = document.querySelector('[role=status]');
        new MutationObserver(() => heard.push(live.textContent)).observe(live, {childList: true}); }""")
    page.wait_for_timeout(900)
    assert root.get_attribute("data-state") == "1"  # nothing moves by itself
    play = page.get_by_role("button", name="Year: play")
    expect(play).to_have_attribute("aria-pressed", "false")
    play.press("Enter")
    expect(play).to_have_attribute("aria-pressed", "true")
    expect(play).to_have_attribute("aria-pressed", "false")
    assert root.get_attribute("data-state") == "3"  # the end
    expect(live).to_have_text("It is 4.")
    assert page.evaluate("heard") == ["It is 4."]  # readers are not told each step
    for stop in (
        lambda: play.click(),
        lambda: play.press("x"),
        lambda: page.locator('[data-key="now"]').click(),
        lambda: page.get_by_role("button", name="Year: one less").press("Shift"),
    ):
        root.get_by_role("spinbutton").fill("4")
        play.click()
        expect(root).to_have_attribute("data-state", "0")  # from the first again
        stop()
        expect(play).to_have_attribute("aria-pressed", "false")
        stood = root.get_attribute("data-state")
        page.wait_for_timeout(800)
        assert root.get_attribute("data-state") == stood != "3"
    assert page.faults == [] and violations(page) == []


@pytest.mark.browser
def test_in_jupyterlab_keys_stay_inside_the_kernel_is_asked_and_may_end(browser, tmp_path, top_n):
    cells = [
        "import pandas as pd\nfrom brieflab.course.lesson_3 import hosts as h, scene, widgets\n"
        "hosts, countries = (pd.read_csv(f'../datasets/{n}.csv') for n in ('hosts', 'countries'))",
        "widgets.top_n(hosts, countries)",
        "from brieflab.stage import Stepper, stage\nten = h.ten_hosts(hosts, countries)\n"
        "stage({'n': Stepper('Hosts', 1, 10, 3)}, lambda n: h.first_ten(ten, n), scene.n_in_sentence,\n"
        "      bytes_ahead=1)",
    ]
    lab = Lab(copy_module(tmp_path))
    (tmp_path / "plain").mkdir()  # the settings that come with the package keep keys out, too
    lab.command.append(f"--LabApp.app_settings_dir={tmp_path / 'plain'}")
    lab.start()
    stages = lab.write("stage.ipynb", cells)
    try:
        notebook = Notebook(lab, browser).open(stages)
        notebook.run_all()
        roots = notebook.page.locator(".bl-stage")
        ahead, left, asked = roots.nth(0), roots.nth(1), roots.nth(2)
        asked.wait_for()
        assert not left.is_visible()  # what is found later, in the widget's place
        assert notebook.failures() == [] and notebook.axe() == []

        before = [cell["source"] for cell in notebook.cells()]
        for inside in ("[data-key='row TUR']", "[aria-label$='one more']", "input[type=radio]"):
            ahead.locator(inside).first.focus()
            for key in ("b", "a", "b", "x", "m", "ArrowDown", "ArrowUp", "Enter"):
                notebook.page.keyboard.press(key)
        assert [cell["source"] for cell in notebook.cells()] == before
        for n, scale, year in ((1, 0, 1), (6, 1, 0), (10, 0, 0)):
            ahead.locator("fieldset").nth(0).locator("input").nth(scale).check(force=True)
            ahead.locator("fieldset").nth(1).locator("input").nth(year).check(force=True)
            ahead.locator("input[type=number]").fill(str(n))
            at = (n - 1, scale, year)
            finding, _, wide = top_n.seen(at)
            assert_shows(ahead.evaluate(READ), top_n, at, wide, finding, True)

        asked.locator("[aria-label$='one more']").click()
        notebook.page.locator(".bl-stage[data-state='3']").wait_for()
        assert "Germany" in asked.locator("tbody").text_content()

        notebook.save()  # the focus is inside a stage
        notebook.page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
        saved = (lab.top / stages).read_text()
        assert len(saved) < 300_000 and "largest hosts" in saved

        notebook.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        ahead.locator("[aria-label$='one less']").click()
        assert ahead.get_attribute("data-state") == "8|0|0"
        asked.locator("[aria-label$='one more']").click()
        asked.locator(".note", has_text="does not answer").wait_for()
        assert asked.get_attribute("data-state") == "3"
        notebook.close()

        again = Notebook(lab, browser)
        again.page.goto(f"{lab.url}/lab/tree/notebooks/stage.ipynb?reset")
        again.page.locator(".bl-stage[data-alive=yes]").first.wait_for()
        again.page.locator(".bl-stage [aria-label$='one less']").first.click()
        assert again.page.locator(".bl-stage").first.get_attribute("data-state") == "1|0|0"
        left = again.page.locator(".bl-stage").last
        assert left.is_visible() and "largest hosts" in left.inner_text()
        again.close()
    finally:
        lab.kill()
