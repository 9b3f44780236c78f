"""Fixtures that several rooms' tests share; ``brieflab.testing`` keeps sheets apart."""

from pathlib import Path

import pytest


@pytest.fixture
def sheet_path(tmp_path, monkeypatch):
    """A sheet file of this test's own, as the environment names it."""
    path = tmp_path / "answers.json"
    monkeypatch.setenv("BRIEFLAB_SHEET", str(path))
    return path


@pytest.fixture
def top():
    """The module's top folder."""
    return Path(__file__).resolve().parent.parent
