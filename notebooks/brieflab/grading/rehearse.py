"""A synthetic class to practise on: every kind of submission that a real class sends.

The answers come from the questions themselves: keys from strong learners, catalogued mistakes
from others. The same number of learners always gives the same files, byte for byte. Knows nothing
of how files are read and scored.
"""

import json
import random
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from brieflab import questions, tables
from brieflab import sheet as sheets
from brieflab.plain import PlainError

DUE = "2026-01-31"
NAMES = (
    "Alma Berg", "Bruno Costa", "Chiara Duval", "Dilan Eren", "Elias Frank", "Farah Ghali",
    "Goran Horvat", "Hana Ito", "Ines Jansen", "Jamal Karim", "Kofi Lamptey", "Lena Moreau",
)  # fmt: skip
KINDS = (
    "strong", "typical", "notebook", "typical", "half", "late",
    "mangled", "copied", "types", "conflict", "blank", "lost",
)  # fmt: skip
"""What the learners of a rehearsed class send, in turn."""

_START = datetime(2026, 1, 20, 10, tzinfo=UTC)
_LATE = datetime(2026, 2, 2, 9, tzinfo=UTC)


def answers(
    kind: str,
    data: tables.Tables,
    seed: str = "",
    learner: str = "",
    chance: random.Random | None = None,
) -> dict[str, Any]:
    """Return {question id: value} as a learner of ``kind`` would give them.

    kind: 'strong' (every key), 'typical' (a catalogued mistake where there is one, else the
    key), 'half' (every second question), 'types' (numbers as sentences), 'blank' (nothing).
    """
    chance, found = chance or random.Random(0), {}
    for place, question in enumerate(questions.all()):
        if kind == "blank" or (kind == "half" and place % 2):
            continue
        if question.kind == "text":
            found[question.id] = _text(question, kind, learner, chance)
            continue
        chosen = questions.variant(learner, seed, question)
        keys, mistakes = questions.solved(question, data, chosen)
        value = keys[0][1]
        if kind == "typical" and mistakes and chance.random() < 0.6:
            value = chance.choice(mistakes)[1]
        if kind == "types":
            value = f"I think it is about {value}"[:120]
        found[question.id] = value
    return found


def _text(question, kind, learner, chance):
    level = 3 if kind == "strong" else chance.randrange(0, 3)
    sample = question.samples.get(level, (f"A draft at level {level}.",))
    return f"{sample[0]} (Rehearsal text {zlib.crc32(learner.encode()) % 10_000}.)"


def sheet_of(
    learner: str, given: dict[str, Any], name: str = "", seed: str = "", start: datetime = _START
) -> dict:
    """Return an answer sheet of ``given`` ({question id: value}), one answer every two minutes."""
    out = sheets.empty()
    out["learner"], out["course"] = {"id": learner, "name": name}, {"seed": seed}
    out["saved_at"] = start.isoformat()
    at = start + timedelta(microseconds=zlib.crc32(learner.encode()) % 10**8)
    for question, value in given.items():
        at += timedelta(minutes=2)
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        out["answers"][question] = {"value": value, "at": stamp, "tries": 1, "state": "recorded"}
        out["saved_at"] = stamp
    return out


def notebook_of(sheet: dict) -> dict:
    """Return a notebook (a dict) whose outputs carry the answers of ``sheet``."""
    cells = []
    for n, (question, entry) in enumerate(sheet["answers"].items()):
        kept = {"id": question, "learner": sheet["learner"], **entry}
        data = {sheets.MIME: kept, "text/plain": "Recorded."}
        output = {"output_type": "display_data", "metadata": {}, "data": data}
        cell = {"cell_type": "code", "execution_count": n + 1, "id": f"cell-{n}", "metadata": {}}
        name = "answer_" + question.replace(".", "_")
        source = f'{name} = {entry["value"]!r}\ncheck("{question}", {name})'
        cells.append({**cell, "source": source, "outputs": [output]})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def rehearse(folder: str | Path, learners: int = 12) -> Path:
    """Write a class of ``learners`` into ``folder``; return the folder of its submissions.

    Beside it stands roster.csv. Raises PlainError when ``folder`` holds anything already.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PlainError(f"{folder} is not empty. Name a new folder for the rehearsal.")
    if learners < 1:
        raise PlainError(f"A class needs at least one learner; it was {learners}.")
    data, chance, roster = tables.load(), random.Random(2020), ["id,name,email"]
    for n in range(learners):
        learner, name = f"s{n + 1:03}", NAMES[n % len(NAMES)]
        roster.append(f"{learner},{name},{learner}@example.org")
        place = folder / "submissions" / learner
        place.mkdir(parents=True)
        file, content = _sent(KINDS[n % len(KINDS)], learner, name, data, chance)
        (place / file).write_bytes(content.encode())
    (folder / "roster.csv").write_text("\n".join(roster) + "\n", "utf-8")
    return folder / "submissions"


def _sent(kind, learner, name, data, chance):
    """Return (name, content) of the file that a learner of ``kind`` sends."""

    def sheet(kind="strong", who=learner, name=name, start=_START):
        return sheet_of(who, answers(kind, data, learner=who, chance=chance), name, start=start)

    whole = _json(sheet())
    match kind:
        case "notebook":
            return "01_lesson (1).ipynb", _json(notebook_of(sheet()))
        case "late":
            content = _json(sheet(start=_LATE))
        case "mangled":
            content = whole[: len(whole) * 2 // 3]
        case "copied":
            content = _json(sheet(who="s001", name=NAMES[0]))
        case "conflict":
            half = _json(sheet("half"))
            content = f"<<<<<<< HEAD\n{half}\n=======\n{whole}\n>>>>>>> laptop\n"
        case "lost":
            content = "Hello, please find my answers attached."
        case _:
            content = _json(sheet(kind))
    return "answers.json", content


def _json(content):
    return json.dumps(content, ensure_ascii=False, indent=1)
