"""Fixtures that several rooms' tests share; ``brieflab.testing`` keeps sheets apart."""

from functools import wraps
from pathlib import Path

import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG
from playwright.sync_api import sync_playwright

from brieflab import sheet
from browser import CHROMIUM, FLAGS, need_chromium
from contrast import too_pale

pytest.register_assert_rewrite("question_rules")  # so that a rule says what it found

collect_ignore = ["version_1"]
"""Old notebooks are evidence for test_version_1.py, not tests of their own."""


@pytest.fixture(autouse=True, scope="session")
def all_figures_can_be_seen():
    """Whatever any test draws, with any widget at any value: nothing in it is too pale."""
    draw = FigureCanvasSVG.print_svg

    @wraps(draw)
    def looked_at(canvas, *args, **kwargs):
        done = draw(canvas, *args, **kwargs)
        assert too_pale(canvas.figure) == []
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FigureCanvasSVG, "print_svg", looked_at)
        yield


@pytest.fixture
def sheet_path(tmp_path, monkeypatch):
    """A sheet file of this test's own, as the environment names it."""
    path = tmp_path / "answers.json"
    monkeypatch.setenv("BRIEFLAB_SHEET", str(path))
    sheet.notices()  # what another test's sheet had to say
    return path


@pytest.fixture(scope="module")
def browser():
    """Chromium, as Debian packages it."""
    need_chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def top():
    """The module's top folder."""
    return Path(__file__).resolve().parent.parent
