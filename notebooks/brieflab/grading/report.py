"""Say what a grading run found: tables, one feedback page a learner, an overview of the class.

Writes no files, and judges nothing: it tells what ``score`` found.
"""

import json
import re
from array import array
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

import numpy as np
import pandas as pd
from markupsafe import Markup

from brieflab.course import TITLE
from brieflab.figures import HATCHES, PALETTE, image, new_figure, titled_axes
from brieflab.grading.marks import digest
from brieflab.grading.people import Owner
from brieflab.grading.problems import Problem
from brieflab.grading.roster import visible
from brieflab.grading.rules import Rules
from brieflab.grading.score import Score
from brieflab.html import render, table_html
from brieflab.questions import Question
from brieflab.questions.rubric import LEVEL

WORDS = {
    "right": "Right",
    "partly right": "Partly right",
    "wrong": "Not yet right",
    "marked": "Read and marked",
    "awaiting mark": "A person will read this",
    "blank": "Not answered",
    "unreadable": "We could not read this, and you have lost no points for it; your teacher knows",
    "decided": "Decided by your teacher",
    "excused": "Not counted",
}
"""State of an Item -> what a learner is told."""

_LONGEST = 20_000
_SOURCE = "Source: the answer sheets of this class"


def _points(number):
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _answer(value):
    """Return an answer as a learner would write it; long ones are cut, with a word about it."""
    if isinstance(value, dict) and set(value) == {"columns", "rows"}:
        value = [value["columns"], *value["rows"]] if isinstance(value["rows"], list) else value
    if isinstance(value, dict):
        text = "\n".join(f"{k}: {_short(v)}" for k, v in value.items())
    elif isinstance(value, list) and any(isinstance(part, (list, dict)) for part in value):
        text = "\n".join(_short(part) for part in value)
    else:
        text = value if isinstance(value, str) else _short(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    cut = " ... (the rest is in your own file)" if len(text) > _LONGEST else ""
    return text[:_LONGEST] + cut


def _short(value):
    if isinstance(value, list):
        return ", ".join(_short(part) for part in value)
    if isinstance(value, bool) or value is None or isinstance(value, (dict, str)):
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{value:,}" if isinstance(value, int) and value >= 10_000 else str(value)


def _scored(row, mark):
    got = mark["scores"].get(row.name, 0)
    words = dict(zip(row.scores, row.words)).get(got, "")
    return f"{got:g} of {max(row.scores)}" + (f" ({words})" if words else "")


def feedback_page(result: Score, rules: Rules) -> str:
    """Return the feedback page of one learner as HTML: this learner's data only, and ``signed``."""
    name = visible(result.person.name or result.person.id)
    told = {"words": WORDS, "scale": LEVEL, "points": _points, "answer": _answer, "scored": _scored}
    return signed(render("feedback", title=TITLE, name=name, result=result, rules=rules, **told))


_HASHED = re.compile(r".*-[0-9a-f]{10}")
_RESERVED = re.compile(r"(?i)con|prn|aux|nul|com\d|lpt\d")


def page_names(owners: list[Owner]) -> dict[str, str]:
    """Return {learner id: file name}: safe on every system, never the same for two learners.

    A plain id is its own name. Where two differ in capitals alone, the one on the class list
    keeps it, or else the one in small letters: nobody's page moves because of somebody new.
    """
    plain, names = {}, {}
    for owner in sorted(
        owners, key=lambda one: (not one.known, one.person.id != one.person.id.lower())
    ):
        name = owner.person.id
        safe = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", name)
        if safe and not _RESERVED.fullmatch(name) and not _HASHED.fullmatch(name.lower()):
            plain.setdefault(name.lower(), name)
    for owner in owners:
        name = owner.person.id
        if plain.get(name.lower()) != name:
            sign = sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:10]
            stem = "".join(c for c in name if c.isascii() and c.isalnum())[:30]
            name = f"{stem or 'learner'}-{sign}"
        names[owner.person.id] = name + ".html"
    return names


def signed(page: str) -> str:
    """Return a page with a last line by which ``is_ours`` knows it again."""
    page = page.encode("utf-8", "backslashreplace").decode()
    return f"{page}\n<!-- brieflab {digest(page)} -->\n"


def is_ours(page: str) -> bool:
    """Tell whether grading wrote a page, and nobody has changed it since."""
    text, _, last = page.rstrip("\n").rpartition("\n")
    return last == f"<!-- brieflab {digest(text)} -->"


def grades_header(asked: list[Question]) -> list[str]:
    """Return the columns of grades.csv for the Questions ``asked``."""
    head = ["learner", "name", "email", "total", "possible", "final", "days_late"]
    head += [state.replace(" ", "_") for state in WORDS]
    for question in asked:
        head += [f"{question.id} {what}" for what in ("awarded", "possible", "state")]
    return head


def grades_row(result: Score) -> list:
    """Return one learner's line of grades.csv; an unknown score is an empty cell, not a 0."""
    person = result.person
    row = [visible(person.id), visible(person.name), person.email, result.total, result.possible]
    late = max((item.days_late for item in result.items.values()), default=0)
    row += ["yes" if result.final else "no", late, *map(result.count, WORDS)]
    for item in result.items.values():
        row += [item.awarded, item.question.points, item.state]
    return row


class Tally:
    """Counts over the class, one learner at a time, so that no answers are kept in memory."""

    def __init__(self, asked: list[Question]):
        self.questions, self.totals, self.told = asked, array("d"), {}
        self.shares = {q.id: array("d") for q in asked}
        self.states = {q.id: Counter() for q in asked}
        self.mistakes = {q.id: Counter() for q in asked}
        self.hints, self.opened = Counter(), Counter()

    def add(self, result: Score) -> None:
        """Count one Score; without a total it is left out."""
        if result.total is None:
            return
        self.totals.append(result.total)
        for item in result.items.values():
            name = item.question.id
            self.states[name][item.state] += 1
            answered = item.state not in ("blank", "unreadable", "awaiting mark", "excused")
            share = (
                item.awarded / item.question.points
                if answered and item.question.points
                else float("nan")
            )
            self.shares[name].append(share)
            if item.mistake:
                self.mistakes[name][item.mistake] += 1
                self.told[name, item.mistake] = item.message
            self.hints[name] += item.hints
            self.opened[name] += item.opened

    def items(self) -> pd.DataFrame:
        """Return a DataFrame, one row a question: how hard, how telling, what was mixed up.

        difficulty: mean share of the points among those whose answer has a score (high: easy).
        discrimination: correlation of that share with the share of all other points (-1 to 1;
        empty below five answers or without spread).
        """
        rows, table, learners = [], pd.DataFrame(self.shares), len(self.totals)
        weights = pd.Series({q.id: float(q.points) for q in self.questions})
        earned = table.fillna(0).mul(weights, axis=1).sum(axis=1)
        for q in self.questions:
            states, mistakes = self.states[q.id], self.mistakes[q.id].most_common()
            known = table[q.id].dropna()
            rest = earned[known.index] - known * q.points
            telling = len(known) >= 5 and known.nunique() > 1 and rest.nunique() > 1
            row = {
                "item": q.id,
                "title": q.title,
                "lesson": q.lesson,
                "kind": q.kind,
                "points": q.points,
                "learners": learners,
                "answered": learners - states["blank"] - states["unreadable"] - states["excused"],
                "right": states["right"],
                "awaiting_mark": states["awaiting mark"],
                "difficulty": round(known.mean(), 3) if len(known) else None,
                "discrimination": round(known.corr(rest), 3) if telling else None,
                "most_frequent_mistake": mistakes[0][0] if mistakes else "",
                "times": mistakes[0][1] if mistakes else 0,
                "all_mistakes": "; ".join(f"{name}: {n}" for name, n in mistakes),
                "hints_opened": self.hints[q.id],
                "solutions_opened": self.opened[q.id],
            }
            rows.append(row)
        return pd.DataFrame(rows)

    def mixed_up(self) -> list[dict]:
        """Return the twelve most frequent mistakes of the class, as rows for the overview."""
        found = []
        for q in self.questions:
            answered = len(self.totals) - self.states[q.id]["blank"]
            for mistake, n in self.mistakes[q.id].items():
                row = {"question": q, "answered": answered, "mistake": mistake, "count": n}
                found.append({**row, "message": self.told[q.id, mistake]})
        found.sort(key=lambda row: (-row["count"], row["question"].id, row["mistake"]))
        return found[:12]


def overview_page(
    tally: Tally, problems: Iterable[Problem], rules: Rules, decided: Iterable[tuple] = ()
) -> str:
    """Return the class overview as HTML: what to take up in the next session, with plots.

    decided: (learner, question id, what was decided) of each override that was used.
    """
    items = tally.items()
    scored = items.dropna(subset=["difficulty"])
    plots = [_difficulty_plot(scored), _totals_plot(tally)] if len(scored) else []
    return render(
        "overview",
        title=TITLE,
        learners=len(tally.totals),
        waiting=items["awaiting_mark"].sum(),
        plots=plots,
        mixed=tally.mixed_up(),
        rules=rules,
        decided=[(visible(who), item, what) for who, item, what in decided],
        kinds=Counter(p.kind for p in problems if p.level == "problem").most_common(),
    )


def _difficulty_plot(items):
    items = items.sort_values("difficulty", kind="stable").reset_index(drop=True)
    hard, easy = items.iloc[0], items.iloc[-1]
    finding = f"{hard['item']} was hardest: {hard['difficulty']:.0%} of its points were earned"
    figure = new_figure(8, 1.3 + 0.24 * len(items))
    axes = titled_axes(figure, finding, _SOURCE, left=3.2)
    names = [f"{row['item']} {row['title']}"[:42] for _, row in items.iterrows()]
    shares = items["difficulty"] * 100
    bars = axes.barh(names, shares, color=PALETTE["sky"], edgecolor=PALETTE["black"])
    axes.bar_label(bars, fmt="%.0f", padding=3, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 108)
    axes.set_xlabel("points earned by those who answered (per cent)")
    alt = (
        f"Bar chart of {len(items)} questions by the share of points earned, hardest first. {finding}; "
        f"{easy['item']} was easiest with {easy['difficulty']:.0%}."
    )
    table = items[["item", "title", "difficulty", "discrimination", "answered"]]
    return _plot(figure, finding, alt, table)


def _totals_plot(tally):
    totals, top = np.array(tally.totals), sum(q.points for q in tally.questions)
    counts, edges = np.histogram(totals, bins=10, range=(0, max(top, 1)))
    finding = f"Half of the class has {np.median(totals):.1f} of {top:g} points or more so far"
    figure = new_figure(7, 3.2)
    axes = titled_axes(figure, finding, _SOURCE, left=0.8)
    look = {"color": PALETTE["orange"], "edgecolor": PALETTE["black"], "hatch": HATCHES[1]}
    axes.bar(edges[:-1], counts, width=np.diff(edges) * 0.95, align="edge", **look)
    axes.set_xlabel(f"total so far (points of {top:g})")
    axes.set_ylabel("learners")
    axes.yaxis.get_major_locator().set_params(integer=True)
    alt = f"Histogram of the totals of {len(totals)} learners, from 0 to {top:g} points. {finding}."
    table = {"from": edges[:-1].round(1), "to": edges[1:].round(1), "learners": counts}
    return _plot(figure, finding, alt, pd.DataFrame(table))


def _plot(figure, finding, alt, table):
    numbers = Markup(table_html(table, finding))
    return {"finding": finding, "picture": Markup(image(figure, alt)), "table": numbers}
