"""A synthetic class to practise on: every kind of submission that a real class sends.

The answers come from the questions themselves: keys from strong learners, catalogued mistakes
from others. The same number of learners always gives the same files, byte for byte.
"""

import json
import random
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from brieflab import questions, tables
from brieflab import sheet as sheets
from brieflab.plain import PlainError

DUE = "2026-01-31"
NAMES = (
    "Alma Berg", "Bruno Costa", "Chiara Duval", "Dilan Eren", "Elias Frank", "Farah Ghali",
    "Goran Horvat", "Hana Ito", "Ines Jansen", "Jamal Karim", "Kofi Lamptey", "Lena Moreau",
)  # fmt: skip
_START = datetime(2026, 1, 20, 10, tzinfo=UTC)


def answers(kind, data, seed="", learner="", chance=None):
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


def sheet_of(learner, given, name="", seed="", start=_START):
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


def notebook_of(sheet):
    """Return a notebook (a dict) whose outputs carry the answers of ``sheet``."""
    cells = []
    for question, entry in sheet["answers"].items():
        kept = {"id": question, "learner": sheet["learner"], **entry}
        name = "answer_" + question.replace(".", "_")
        output = {
            "output_type": "display_data",
            "metadata": {},
            "data": {sheets.MIME: kept, "text/plain": "Recorded."},
        }
        cells.append(
            {
                "cell_type": "code",
                "execution_count": len(cells) + 1,
                "id": f"cell-{len(cells)}",
                "metadata": {},
                "source": f'{name} = {entry["value"]!r}\ncheck("{question}", {name})',
                "outputs": [output],
            }
        )
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def rehearse(folder, learners=12):
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
        kind = _KINDS[n % len(_KINDS)]
        for file, content in kind(learner, name, data, chance).items():
            (place / file).write_bytes(content.encode())
    (folder / "roster.csv").write_text("\n".join(roster) + "\n", "utf-8")
    return folder / "submissions"


def _json(content):
    return json.dumps(content, ensure_ascii=False, indent=1)


def _simply(kind):
    def make(learner, name, data, chance):
        return {"answers.json": _json(_sheet(kind, learner, name, data, chance))}

    return make


def _sheet(kind, learner, name, data, chance=None, start=_START):
    given = answers(kind, data, learner=learner, chance=chance)
    return sheet_of(learner, given, name, start=start)


def _notebook_only(learner, name, data, chance):
    sheet = _sheet("strong", learner, name, data)
    return {"02_who_attended (1).ipynb": _json(notebook_of(sheet))}


def _late(learner, name, data, chance):
    late = datetime(2026, 2, 2, 9, tzinfo=UTC)
    return {"answers.json": _json(_sheet("strong", learner, name, data, start=late))}


def _mangled(learner, name, data, chance):
    text = _json(_sheet("strong", learner, name, data))
    return {"answers.json": text[: len(text) * 2 // 3]}


def _conflict(learner, name, data, chance):
    ours = _json(_sheet("half", learner, name, data, chance))
    theirs = _json(_sheet("strong", learner, name, data))
    return {"answers.json": f"<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n>>>>>>> laptop\n"}


def _duplicate(learner, name, data, chance):
    """The work of the first learner, handed in by somebody else without a change."""
    return {"answers.json": _json(_sheet("strong", "s001", NAMES[0], data))}


def _lost(learner, name, data, chance):
    return {"answers.json": "Hello, please find my answers attached."}


_KINDS = (
    _simply("strong"),
    _simply("typical"),
    _notebook_only,
    _simply("typical"),
    _simply("half"),
    _late,
    _mangled,
    _duplicate,
    _simply("types"),
    _conflict,
    _simply("blank"),
    _lost,
)
