"""The years after the lock: which questions are settled by when, and at what loss."""

from dataclasses import dataclass

import pandas as pd

from brieflab.course.lesson_7.forecasts import asked, brier_table, hindsight
from brieflab.figures import Finding
from brieflab.plain import need_known
from brieflab.trace import date_words, source_and_more

YEARS = (2020, 2025)
"""The first and the last year of the play: the evening of the lock, and the last deadline."""

RIVALS = {"a coin": "half", "always no": "always_no", "the share of yes": "base_rate"}
"""Whom the learner is compared with -> the column of ``brier_table``."""


@dataclass(frozen=True)
class Told:
    """One question, what the learner said of it and what happened; ``p`` from 0 to 1."""

    forecast_id: str
    question: str
    settled_on: str
    p: float
    recalled: float
    happened: bool
    basis: str
    people: str
    says: str
    row_id: str
    losses: dict[str, float]

    @property
    def year(self) -> int:
        return int(self.settled_on[:4])


def told(probabilities, recalled, outcomes, forecasts, sources):
    """Return what a run through the years needs, for ``settled_by``.

    probabilities, recalled: dict forecast_id -> 0 to 1. outcomes, forecasts, sources: the tables.
    A dict: the ``rows`` (a ``Told`` each, in the order of their deadlines, losses being (p - o)
    squared under "brier" and the names of ``RIVALS``), the ``share`` of yes, and the ``drift`` of
    memory towards what happened.
    """
    scores = brier_table(probabilities, outcomes).set_index("forecast_id")
    happened = outcomes.set_index("forecast_id")
    rows = [
        Told(
            forecast_id=one,
            question=asks.question,
            settled_on=asks.resolution_date,
            p=probabilities[one],
            recalled=recalled[one],
            happened=happened.loc[one, "outcome"] == "yes",
            basis=happened.loc[one, "basis"],
            people=_words(happened.loc[one].get("people")),
            says=source_and_more(happened.loc[one, "source_id"], sources),
            row_id=happened.loc[one, "row_id"],
            losses={"brier": scores.loc[one, "brier"]}
            | {name: scores.loc[one, column] for name, column in RIVALS.items()},
        )
        for one, asks in asked(forecasts, probabilities).items()
    ]
    drift = hindsight(probabilities, recalled, outcomes)["towards_outcome"].mean()
    return {
        "rows": sorted(rows, key=lambda row: (row.settled_on, row.forecast_id)),
        "share": float(scores["outcome"].mean()),
        "drift": float(drift),
    }


def _words(text):
    return "" if text is None or pd.isna(text) else text


def settled_by(play, year, rival="a coin", remembered=("recalled",)):
    """Return the Finding on what is settled by the end of ``year``, from ``told``.

    rival: a key of ``RIVALS``. remembered: ("recalled",), or () to leave recall out. ``data`` holds
    the ``rows`` with ``settled`` (their ids), the ``year``, the mean ``loss`` and the rival's
    ``other`` (None before anything is settled).
    """
    need_known(rival, RIVALS, "rival")
    rows = play["rows"]
    done = [row for row in rows if row.year <= year]
    loss, other = (
        sum(row.losses[name] for row in done) / len(done) if done else None
        for name in ("brier", rival)
    )
    sentence = f"By the end of {year} {count(len(done), len(rows))} settled"
    sentence += f": your loss is {loss:.2f}, {rival} loses {other:.2f}." if done else "."
    return Finding(
        sentence,
        f"{len(rows)} axes from 0 to 100 per cent, in the order of their deadlines. "
        + " ".join(_line(row, row in done, remembered) for row in rows)
        + f" {sentence}",
        pd.DataFrame([_record(row, row in done, rival) for row in rows]),
        {
            "rows": rows,
            "settled": [row.forecast_id for row in done],
            "year": year,
            "loss": loss,
            "other": other,
            "rival": rival,
            "rival_says": {"a coin": 0.5, "always no": 0.0}.get(rival, play["share"]),
            "remembered": bool(remembered),
            "drift": play["drift"],
        },
    )


NUMBERS = "none one two three four five six seven eight nine ten eleven twelve".split()


def count(done, every):
    """Return "three of your eight questions are": how many of the learner's are settled."""
    some, all_ = (NUMBERS[n] if n < len(NUMBERS) else str(n) for n in (done, every))
    return f"{some} of your {all_} questions {'is' if done == 1 else 'are'}"


def per_cent(p):
    """Return a probability as readers see it: 0.3 is "30 %"."""
    return f"{round(100 * p, 4):g} %"


def _line(row, settled, remembered):
    said = f"{row.forecast_id}: you {per_cent(row.p)}"
    if remembered:
        said += f", remembered {per_cent(row.recalled)}"
    if not settled:
        return f"{said}, open until {date_words(row.settled_on)}."
    return f"{said}, it {'happened' if row.happened else 'did not happen'}, loss {row.losses['brier']:.2f}."


def _record(row, settled, rival):
    return {
        "forecast": row.forecast_id,
        "question": row.question,
        "settled on": row.settled_on,
        "you said": per_cent(row.p),
        "you remembered": per_cent(row.recalled),
        "happened": ("yes" if row.happened else "no") if settled else "open",
        "your loss": f"{row.losses['brier']:.4f}" if settled else "open",
        f"loss of {rival}": f"{row.losses[rival]:.4f}" if settled else "open",
    }
