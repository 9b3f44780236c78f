"""Answers that leave and come back: download, upload, recovery, and whose they are."""

from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path

from brieflab import sheet
from brieflab.check.cards import card, show
from brieflab.html import render
from brieflab.plain import PlainError


def download_html(now: dict) -> str:
    """Return a link that downloads the sheet ``now`` without any server."""
    data = b64encode(sheet.text_of(now).encode("utf-8", "replace")).decode("ascii")
    saved = now["saved_at"][:16].replace("T", " ")
    return render("download", data=data, count=len(now["answers"]), saved=saved)


def learner(learner_id: str, name: str = "", seed: str = "") -> None:
    """Write who works here into the answer sheet; ``seed`` is the course's word, if it has one."""

    def change(now):
        now["learner"] = {"id": str(learner_id).strip()[:200], "name": str(name).strip()[:200]}
        now["course"] = {"seed": str(seed).strip()[:200]}

    try:
        sheet.update(change)
        show(card("Learner", "recorded", f"Noted: {str(learner_id)[:60]}."))
    except PlainError as error:
        show(card("Learner", "failed", str(error)))


def bring(files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Merge saved sheets or notebooks, (name, bytes) each, into the sheet; return a sentence for each.

    The newest answer to each question wins; nothing is lost.
    """
    told = []
    for name, data in files:
        try:
            other = sheet.read(bytes(data), name)
            bad = other.pop("unreadable", {})
            sheet.update(lambda now, other=other: now.update(sheet.merge(now, other)))
            unread = f" Not readable: {', '.join(bad)}." if bad else ""
            told.append(f"{name}: {len(other['answers'])} answers read.{unread}")
        except PlainError as error:
            told.append(str(error))
    return told


def recover(*paths: str | Path) -> None:
    """Rebuild answers from notebooks or sheets at ``paths``; say what was found."""
    files = []
    for each in paths:
        try:
            files.append((Path(each).name, Path(each).read_bytes()))
        except OSError as error:
            said = f"{each} cannot be read ({type(error).__name__})."
            show(card("Recover", "failed", said))
    show(card("Recover", "recorded", " ".join(bring(files)) or "Nothing to read."))
