"""What the last grading run was, and what is different now: ``run.json`` and ``changes.csv``.

The same files and options give the same run.json, so that it may be compared, and kept with the
grades. Knows no sheets and no pages.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from brieflab import __version__
from brieflab.grading.roster import visible
from brieflab.grading.rules import Rules, said
from brieflab.grading.score import Score

NAME = "run.json"
"""The file in the output folder that tells of the last run."""

COLUMNS = ("learner", "item", "before", "after", "why")
"""The columns of changes.csv."""


def options_of(rules: Rules, roster: Path | None) -> dict[str, str]:
    """Return what was asked for, each option in words."""
    dues = [said(rules.due)] if rules.due else []
    dues += [f"lesson {lesson}: {said(due)}" for lesson, due in sorted(rules.dues)]
    lessons = ", ".join(map(str, sorted(rules.lessons)))
    return {
        "version": __version__,
        "--roster": visible(roster.name) if roster else "none",
        "--due": "; ".join(dues) or "none",
        "--grace": f"{rules.grace.total_seconds() / 60:g} minutes" if rules.grace else "none",
        "--late-per-day": f"{rules.late_per_day * 100:g} %",
        "--lessons": lessons or "all",
        "--seed": visible(rules.seed) or "none",
    }


def kept(result: Score) -> dict:
    """Return what a run remembers of a Score: enough to say later what changed, and no answer."""
    items = {
        name: [item.awarded, item.state, item.days_late, _sign(item.value), _sign(item.mark), item.decided]
        for name, item in result.items.items()
    }  # fmt: skip
    return {"total": result.total, "final": result.final, "items": items}


def _sign(value):
    if value is None:
        return ""
    text = json.dumps(value, sort_keys=True, default=str)
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def last(out: str | Path) -> dict:
    """Return what run.json in ``out`` tells of the last run; {} when there is none to read."""
    try:
        found = json.loads((Path(out) / NAME).read_text("utf-8"))
        found["learners"].items(), found["options"].items()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
    return found


def other_options(before: Mapping, options: Mapping[str, str]) -> list[str]:
    """Return what was asked otherwise in the last run, in words."""
    then = before.get("options", {})
    return [
        f"{name} was {then[name]}, now {now}"
        for name, now in options.items()
        if name in then and then[name] != now
    ]


def changes(before: Mapping, now: Mapping[str, dict], other: Iterable[str]) -> list[list[Any]]:
    """Return the lines of changes.csv: whose points or total changed since the last run, and why.

    other: what was asked otherwise, from ``other_options``. Without a last run there is none.
    """
    if not before:
        return []
    then, rows, other = before["learners"], [], "; ".join(other)
    for who in sorted({*then, *now}):
        old, new = then.get(who), now.get(who)
        if old is None or new is None:
            total = [one and one["total"] for one in (old, new)]
            rows.append([visible(who), "", *total, "not in this run" if old else "new in this run"])
            continue
        found = [
            [
                visible(who),
                name,
                old["items"][name][0],
                item[0],
                _why(old["items"][name], item, other),
            ]
            for name, item in new["items"].items()
            if name in old["items"] and old["items"][name][0] != item[0]
        ]
        if found or old["total"] != new["total"]:
            rows += found
            rows.append([visible(who), "total", old["total"], new["total"], _summed(found, other)])
    return rows


def _why(old, new, other):
    _, state, late, answer, mark, decided = new
    if decided != old[5]:
        return decided or "an override was taken back"
    if answer != old[3]:
        return "another answer counts" if old[3] and answer else "an answer came or went"
    if mark != old[4]:
        return "marked" if not old[4] else "marked anew" if mark else "its mark was taken back"
    if late != old[2]:
        return f"{late} days late, not {old[2]}" + (f" ({other})" if other else "")
    if state != old[1]:
        return f"{state}, not {old[1]}"
    return other or "judged otherwise: another version of the module or its tables"


def _summed(found, other):
    return f"{len(found)} items" if found else other or "other items count"
