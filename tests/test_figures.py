"""Figures: readable by everyone, drawn off pyplot, told apart without colour."""

import base64
import gc
import re
import subprocess
import sys
from pathlib import Path

import ipywidgets as W
import nbformat
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from nbval.plugin import get_sanitize_patterns

from brieflab import figures
from brieflab.figures import PALETTE, TEXT_COLOURS, Finding, image, new_figure, show
from brieflab.html import cell_text, table_html
from brieflab.panel import panel
from brieflab.plain import PlainError
from brieflab.vote import vote
from contrast import contrast, too_pale

TOP = Path(__file__).resolve().parents[1]
TABLE = pd.DataFrame({"host": ["Lebanon", "Turkey"], "people": [865300, 3641370]})
ALT = "Bar chart of two hosts: Turkey has more people than Lebanon."


def bars():
    figure = new_figure()
    axes = figures.titled_axes(figure, "Turkey hosts more people than Lebanon", "Source: S192")
    axes.barh(TABLE["host"], TABLE["people"])
    return figure


@pytest.fixture
def shown(monkeypatch):
    seen = []
    monkeypatch.setattr("IPython.display.display", seen.append)
    return seen


def live_figures():
    gc.collect()
    return sum(isinstance(thing, Figure) for thing in gc.get_objects())


def test_the_contrast_formula_knows_its_ends():
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#FFFFFF") == pytest.approx(1)


@pytest.mark.parametrize(
    ("draw", "seen"),
    [
        (lambda a: a.plot([0, 1], color=PALETTE["orange"]), False),
        (lambda a: a.plot([0, 1], color=PALETTE["blue"]), True),
        (lambda a: a.plot([0, 1], color="black", alpha=0.3), False),
        (lambda a: a.bar([0], [1], color=PALETTE["sky"]), False),
        (lambda a: a.bar([0], [1], color=PALETTE["sky"], edgecolor="black"), True),
        (lambda a: a.bar([0], [1], color=PALETTE["sky"], edgecolor="black", linewidth=0), False),
        (lambda a: a.scatter([0, 1], [1, 0], c=[PALETTE["sky"], "black"]), False),
        (lambda a: a.hlines([0], 0, 1, color="#d9d9d9"), False),
        (lambda a: a.hlines([0], 0, 1, color="#d9d9d9", zorder=0), True),
        (lambda a: a.text(0.5, 0.5, "a word", color=PALETTE["vermilion"]), False),
        (lambda a: a.text(0.5, 0.5, "a word", alpha=0.4), False),
        (lambda a: (a.bar([0.5], [1], color="black"), a.text(0.5, 0.5, "x", color="black")), False),
        (lambda a: (a.bar([0.5], [1], color="black"), a.text(0.5, 0.5, "x", color="white")), True),
    ],
)
def test_what_is_too_pale_is_found(draw, seen):
    figure = new_figure()
    draw(figure.add_subplot())
    figure.canvas.draw()
    assert (too_pale(figure) == []) is seen


@pytest.mark.parametrize("path", sorted([*TOP.glob("notebooks/0*.ipynb"), *TOP.glob("solutions/0*.ipynb")]),
                         ids=lambda path: f"{path.parent.name}-{path.stem}")  # fmt: skip
def test_every_picture_of_a_notebook_can_be_seen(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    names = {"display": lambda *things: None}
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)  # drawing is looked at in conftest.py


@pytest.mark.parametrize("name", TEXT_COLOURS)
def test_colours_for_words_reach_4_5_on_white(name):
    assert contrast(PALETTE[name]) >= 4.5


@pytest.mark.parametrize("name", [*TEXT_COLOURS, "vermilion", "green"])
def test_colours_for_lines_reach_3_on_white(name):
    assert contrast(PALETTE[name]) >= 3


@pytest.mark.parametrize("name", sorted(PALETTE.keys() - {"black"}))
def test_a_black_edge_stands_out_on_every_fill(name):
    assert contrast(PALETTE[name], "#000000") >= 3


def test_hatches_and_markers_are_all_different_and_light():
    assert len(set(figures.HATCHES)) == len(figures.HATCHES) >= 6
    assert len(set(figures.MARKERS)) == len(figures.MARKERS) >= 6
    for hatch in figures.HATCHES:
        figure = new_figure(2, 2)
        figure.add_subplot().bar([1], [1], hatch=hatch, edgecolor="black")
        assert len(image(figure, ALT)) < 40_000, hatch


def test_show_gives_picture_alt_finding_and_numbers(shown):
    show(bars(), ALT, TABLE, "Turkey hosts more than four times as many people as Lebanon.")
    html = shown[0]._repr_html_()
    assert f'alt="{ALT}"' in html
    assert "four times as many" in html
    assert '<th scope="col">people</th>' in html and '<th scope="row">Lebanon</th>' in html
    assert "3,641,370" in html
    svg = base64.b64decode(re.search('base64,([^"]+)', html).group(1)).decode()
    assert svg.startswith("<?xml") and "</svg>" in svg
    assert "865300" in repr(shown[0]) and ALT in repr(shown[0])


def test_show_takes_the_title_as_finding_and_axes_for_their_figure(shown):
    figure = new_figure()
    axes = figure.add_subplot()
    axes.set_title("Turkey hosts\nmore people", loc="left")
    show(axes, ALT, TABLE)
    assert shown[0].finding == "Turkey hosts more people"


def test_show_escapes_what_it_is_given(shown):
    show(bars(), 'Bars "high" & <low> here', TABLE, "Less < more & more")
    html = shown[0]._repr_html_()
    assert "&quot;high&quot; &amp; &lt;low&gt;" in html and "Less &lt; more &amp; more" in html


@pytest.mark.parametrize(
    "arguments, said",
    [
        ((lambda: TABLE, ALT, TABLE), "needs a matplotlib figure"),
        ((new_figure, ALT, TABLE), "finding"),
        ((bars, "", TABLE, "A finding in words."), "alternative text"),
        ((bars, "chart", TABLE, "A finding in words."), "alternative text"),
        ((bars, ALT, TABLE.iloc[:0], "A finding in words."), "table of its numbers"),
        ((bars, ALT, None, "A finding in words."), "table of its numbers"),
    ],
)
def test_show_says_in_words_what_is_missing(shown, arguments, said):
    make, *rest = arguments
    with pytest.raises(PlainError, match=said):
        show(make(), *rest)
    assert shown == []


def test_a_pyplot_figure_is_shown_once():
    """In a fresh process, since pyplot must not be imported in this one."""
    code = (
        "import matplotlib; matplotlib.use('agg'); import matplotlib.pyplot as plt\n"
        "import pandas as pd; from brieflab.figures import show\n"
        "t = pd.DataFrame({'a': [1, 2]}); ax = t.plot(title='Two numbers go up')\n"
        "show(ax, 'Line chart of two numbers going up', t); assert plt.get_fignums() == []"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_missing_values_are_said_and_numbers_are_grouped():
    table = pd.DataFrame({"x": ["a", "b"], "n": [1234567, None], "year": [2020, 2019]})
    html = table_html(table, "Two <rows>")
    assert "1,234,567" in html and "no value" in html and "2020" in html and "2,020" not in html
    assert "Two &lt;rows&gt;" in html


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0025, "0.0025"),
        (-0.0314159, "-0.031"),
        (0.05, "0.05"),
        (0.1, "0.10"),
        (0.333, "0.33"),
        (43.6651, "43.67"),
        (-43.6651, "-43.67"),
        (1234.5, "1,234.50"),
        (2020.0, "2020"),
        (2020, "2020"),
        (9999.0, "9999"),
        (10000.0, "10,000"),
        (-10000, "-10,000"),
        (np.int64(3641370), "3,641,370"),
        (3641370.0, "3,641,370"),
        (0.0, "0"),
        (float("inf"), "inf"),
        (True, "True"),
        (None, "no value"),
        (float("nan"), "no value"),
        (pd.NaT, "no value"),
        (["a", 1], "['a', 1]"),
    ],
)
def test_a_cell_says_small_numbers_and_years_as_they_are(value, text):
    assert cell_text(value) == text


def test_a_year_beside_a_gap_is_still_a_year():
    table = pd.DataFrame({"x": ["a", "b"], "year": [2020, None]})
    assert "<td>2020</td>" in table_html(table, "A year")


def test_a_label_outside_the_picture_is_cut_off_unless_it_may_grow():
    figure = new_figure(3, 2)
    figure.add_axes((0, 0, 1, 1)).text(1.5, 0.5, "a label far to the right")

    def width(picture):
        svg = base64.b64decode(re.search('base64,([^"]+)', picture).group(1)).decode()
        assert "<dc:date>" not in svg
        return float(re.search(r'width="([\d.]+)pt"', svg).group(1))

    assert width(image(figure, ALT)) == 3 * 72
    assert width(image(figure, ALT, tight=True)) > 4.5 * 72


def test_two_pictures_of_the_same_numbers_are_the_same_text():
    assert image(bars(), ALT) == image(bars(), ALT)


def counter(maximum=5, broken_at=None, draw=None):
    def calculate(n):
        if n == broken_at:
            raise PlainError(f"{n} is <one> too many. Choose fewer.")
        return Finding(f"The number is {n} now.", f"One bar of height {n}.", TABLE.assign(n=n))

    def one_bar(figure, finding):
        figure.add_subplot().bar([0], [finding.table["n"].iloc[0]])

    control = W.BoundedIntText(value=1, min=0, max=maximum, description="Number")
    return panel({"n": control}, calculate, one_bar if draw is None else draw or None)


def test_a_panel_follows_its_control():
    box = counter()
    before = box.picture.value
    box.controls["n"].value = 3
    assert "The number is 3 now." in box.sentence.value
    assert 'alt="One bar of height 3."' in box.picture.value and box.picture.value != before
    assert "<td>3</td>" in box.numbers.value
    assert "The number is 3 now." in repr(box)


def test_a_panel_offers_text_and_html_beside_the_widget():
    data = counter()._repr_mimebundle_()
    data = data[0] if isinstance(data, tuple) else data
    assert "The number is 1 now." in data["text/plain"]
    assert "<img alt=" in data["text/html"] and "<table>" in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_plain_error_replaces_the_picture_and_the_next_choice_brings_it_back():
    box = counter(broken_at=4)
    box.controls["n"].value = 4
    assert "4 is &lt;one&gt; too many" in box.sentence.value
    assert box.picture.value == box.numbers.value == "" and box.finding is None
    box.controls["n"].value = 2
    assert "<img" in box.picture.value and "The number is 2 now." in box.sentence.value


def test_a_drawing_that_cannot_be_made_is_said_as_well():
    def refuse(figure, finding):
        if finding.table["n"].iloc[0] == 4:
            raise PlainError("Four bars do not fit.")

    box = counter(draw=refuse)
    box.controls["n"].value = 4
    assert "Four bars do not fit." in box.sentence.value
    assert box.picture.value == box.numbers.value == "" and box.finding is None
    box.controls["n"].value = 2
    assert "<img" in box.picture.value and "The number is 2 now." in box.sentence.value


def test_a_vote_that_cannot_be_kept_is_said_in_its_place(sheet_path, monkeypatch):
    box = vote("bees before", "Will the bees come back?", ["yes", "no"])
    _, buttons, said = box.children
    buttons.value = "yes"
    assert "Recorded: <strong>yes</strong>" in said.value
    monkeypatch.setenv("BRIEFLAB_SHEET", str(sheet_path / "beneath_a_file.json"))
    buttons.value = "no"
    assert "in use or cannot be reached" in said.value and "Recorded" not in said.value
    assert 'role="status"' in said.value
    monkeypatch.setenv("BRIEFLAB_SHEET", str(sheet_path))
    buttons.value = "yes"
    assert "Recorded: <strong>yes</strong>" in said.value


def test_a_vote_found_again_without_a_kernel_says_what_was_chosen(sheet_path):
    box = vote("bees before", "Will the bees come back?", ["yes", "no"])
    assert "Run this cell to vote." in box.html and "checked" not in box.html
    box.children[1].value = "no"
    assert 'value="no" disabled checked' in box.html
    assert "Recorded: <strong>no</strong>. Run this cell to vote again." in box.html


def test_a_command_that_needs_no_notebook_waits_for_none():
    code = (
        "import sys\nfrom brieflab.__main__ import main\n"
        "try: main(['--version'])\nexcept SystemExit: pass\n"
        "sys.exit(str({'nbformat', 'nbclient', 'jsonschema', 'matplotlib'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == "set()"


@pytest.mark.parametrize("room", ["figures", "html", "questions", "tables", "trace"])
def test_a_room_that_a_check_needs_loads_nothing_that_draws(room):
    heavy = "{'ipywidgets', 'matplotlib', 'networkx'}"
    code = f"import sys, brieflab.{room}; sys.exit(str({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == "set()"


def test_without_a_drawing_the_text_stands_in_its_place():
    box = counter(draw=False)
    assert box.picture.value == "<p>One bar of height 1.</p>"


def test_the_numbers_open_with_one_checkbox():
    box = counter()
    more = next(c for c in box.children if isinstance(c, W.Checkbox))
    assert box.numbers.layout.display == "none"
    more.value = True
    assert box.numbers.layout.display is None


def test_a_panel_keeps_one_figure():
    box = counter()
    before = live_figures()
    for n in (1, 2, 3, 4, 5, 0) * 3:
        box.controls["n"].value = n
    assert live_figures() == before
    assert "matplotlib.pyplot" not in sys.modules


def test_stored_outputs_are_compared_without_their_pictures():
    rules = get_sanitize_patterns(Path(__file__).with_name("nbval_sanitize.cfg").read_text())
    assert len(rules) == 5

    def clean(text):
        for regex, replacement in rules:
            text = re.sub(regex, replacement, text)
        return text

    one, other = image(bars(), ALT), image(new_figure(), ALT)
    assert one != other
    assert clean(one).replace("672", "") == clean(other).replace("672", "")
    assert ALT in clean(one), "the alternative text is still compared"
    assert clean("3,641,370 [H-TUR-2020] on 2020-11-11") == "3,641,370 [H-TUR-2020] on 2020-11-11"
