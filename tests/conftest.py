"""Every test session, and every worker of it, has an answer sheet of its own."""

import os
import tempfile
from pathlib import Path

import pytest

_folder = tempfile.TemporaryDirectory(prefix="brieflab-test-", ignore_cleanup_errors=True)
os.environ["BRIEFLAB_SHEET"] = str(Path(_folder.name) / "answers.json")


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
