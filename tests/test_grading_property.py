"""Random honest classes beside random hostile pieces: nothing of an honest learner moves."""

import random

import pytest

import hostile_grammar
from brieflab.grading import report


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("seed", range(24))
def test_nothing_hostile_moves_an_honest_learner(tmp_path, monkeypatch, top, seed):
    monkeypatch.chdir(top)
    for name in ("_difficulty_plot", "_totals_plot"):
        monkeypatch.setattr(report, name, lambda found: {"finding": "", "picture": "", "table": ""})
    assert hostile_grammar.check(random.Random(seed), tmp_path) >= 4
