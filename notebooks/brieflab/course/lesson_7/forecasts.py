"""Lesson 7: probabilities locked before the outcomes are shown, then outcomes, recall, scores.

The order is kept by the answer sheet: ``lock`` -> ``reveal`` (outcomes) -> ``recall`` (from
memory) -> ``scores``; the ``epilogue`` opens with the lock. A step that is not open yet answers with one
sentence, so that Run All shows nothing early. The lock carries a hash of its own content:
whoever edits the file by hand is told. It is a seal, not a safe: it shows a slip or a change
of mind, it does not keep out somebody who forges the hash as well.
"""

import re
from collections import deque
from functools import partial
from html import escape
from math import isfinite
from pathlib import Path

import pandas as pd

from brieflab import sheet
from brieflab.course import AS_OF
from brieflab.html import Readable, table_html
from brieflab.live import Live
from brieflab.plain import PlainError, need_columns, need_known
from brieflab.tables import load
from brieflab.trace import source_and_more

LESSON_SET = ("F01", "F02", "F04", "F10", "F14", "F15", "F18", "F19")
"""The eight questions of the lesson: from P05, P06, P09, P12 and P17, with two nested pairs."""

CLUES = {
    "C017": "D09 Q24 Q31 Q34 Q43",
    "C027": "D11 D13 D19 D21 Q08",
    "C036": "D18 Q22 Q23",
    "C037": "D16 Q26 Q29",
    "C043": "D17 D20 D21 Q13 Q14",
    "C059": "D17 Q14",
    "C068": "D14 D15 D22 Q05",
    "C069": "D15 D22",
    "C075": "D05 D08 D14 D15 D22",
    "C079": "D14 D15 D22",
    "C083": "D02 D12",
    "C086": "D02 D12",
    "C088": "Q06 Q17 Q43",
    "C094": "D16",
    "C101": "D05 D16",
    "C102": "D06 D07 D08",
    "C104": "D05 D14",
    "C106": "D04 D10 D16",
    "C117": "D05 D16 D18 Q22 Q26",
}
"""Claim -> row ids that a forecaster of 31 December 2020 could have looked at (our choice)."""

RIVALS = ("half", "always_no", "base_rate")

CLOSED = (
    "This is closed until your forecasts are locked. Lock them first: then it opens here, or, after "
    "a restart, when you run this cell."
)
RECALL_FIRST = (
    "Your scores are closed until you have typed, from memory, what you had locked. "
    "Run reveal() and recall(): then they open here."
)
CROSSED = (
    "{narrower} lies inside {wider} and cannot be more probable: you give it {inner} %, and {wider} "
    "only {outer} %."
)

_waiting: deque = deque(maxlen=8)


class Note(Readable):
    """One sentence or a short text that a cell shows: plain where there is no HTML.

    ``tables`` is a list of (caption, DataFrame) shown under it. ``again`` makes it anew: a step that
    is not open yet has one, and the cell that shows it opens by itself after the step before.
    """

    again = None

    def __init__(self, said, tables=()):
        self.said, self.tables = said, list(tables)

    def _ipython_display_(self):
        from IPython.display import display  # only where there is somebody to show it to

        bundle = self._repr_mimebundle_()
        if not self.again:
            display(bundle, raw=True)
            return
        shown, beside = (display(b, raw=True, display_id=True) for b in (bundle, {}))
        _waiting.append((shown, beside, self.again))

    @property
    def text(self):
        """The text and its tables without HTML."""
        tables = (f"{c}\n{t.to_string(index=False)}" for c, t in self.tables)
        return "\n\n".join([self.said, *tables])

    @property
    def html(self):
        """The text in paragraphs, and its tables."""
        paragraphs = "".join(f"<p>{escape(p)}</p>" for p in self.said.split("\n"))
        return paragraphs + "".join(table_html(t, c) for c, t in self.tables)


def open_what_waits():
    """Make anew what was shown as closed, and show it in its place; folded, if it opens now."""
    batch = list(_waiting)
    _waiting.clear()
    for shown, beside, again in batch:
        made = again()
        if isinstance(made, Live):
            bundle, live = made.bundles()
            beside.update(live, raw=True)
        else:
            bundle = made._repr_mimebundle_()
        if isinstance(made, Note) and made.again:
            _waiting.append((shown, beside, again))
        elif isinstance(made, Note):
            folded = f"<details><summary>This is open now</summary>{made.html}</details>"
            bundle = bundle | {"text/html": folded}
        shown.update(bundle, raw=True)


def as_of(table, date=AS_OF):
    """Return the rows of ``table`` that could be known on ``date`` (ISO, inclusive).

    Raises PlainError when the table has no column ``known_on``.
    """
    need_columns(table, ["known_on"], "table")
    return table[table["known_on"].astype(str).str[:10] <= date]


def clues(claim_id, date=AS_OF):
    """Return what a forecaster of ``date`` could have looked at: row_id, known_on, text, source_id.

    Our reading of the claim (its row of ``evidence``) comes first, then the rows of
    ``timeline`` and ``positions`` named in ``CLUES``; nothing that became known later, and no source
    that was published later.
    """
    tables = load()
    evidence = tables["evidence"]
    evidence = evidence[evidence["claim_id"] == claim_id].assign(
        text=lambda t: t["verdict"] + ": " + t["evidence"]
    )
    timeline = tables["timeline"].assign(text=lambda t: t["event"])
    positions = tables["positions"].assign(text=lambda t: t["actor"] + ": " + t["statement"])
    named = CLUES.get(claim_id, "").split()
    more = pd.concat([timeline, positions])
    more = more[more["row_id"].isin(named)].sort_values(["known_on", "row_id"])
    columns = ["row_id", "known_on", "text", "source_id"]
    found = as_of(pd.concat([evidence, more])[columns], date).reset_index(drop=True)
    published = tables["sources"].set_index("source_id")["published"].dropna()
    late = set(published.index[published > date])
    found["source_id"] = [
        ";".join(one for one in ids.split(";") if one not in late)
        for ids in found["source_id"].fillna("")
    ]
    return found


def to_probability(typed):
    """Return ``typed`` (a number or text such as "0.7", "0,7" or "70 %") as a float from 0 to 1.

    Raises PlainError for anything else, 70 without a per cent sign included.
    """
    text = str(typed).strip().replace(",", ".")
    per_cent = text.endswith("%")
    try:
        value = float(text.rstrip("% ")) / (100 if per_cent else 1)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or not 0 <= value <= 1:
        hint = f" Did you mean {value / 100:g}?" if isfinite(value) and 1 < value <= 100 else ""
        raise PlainError(
            f"'{typed}' is not a probability. Write a number from 0 to 1, such as 0.7.{hint}"
        )
    return value


def read_per_cent(typed):
    """Return what was typed on an axis of per cent ("30", "30 %", "0.3" or "0,3") as 0 to 1.

    Below one a number without a sign is taken for a proportion if it has a point; "0.5 %" is half
    a per cent. Raises PlainError for anything else.
    """
    text = str(typed).strip().replace(",", ".")
    said = re.fullmatch(r"(\d+\.?\d*|\.\d+)\s*(%?)", text, re.ASCII)
    value = float(said[1]) if said else 101
    if said and not said[2] and "." in said[1] and value <= 1:
        value *= 100
    if round(value, 4) > 100:
        raise PlainError(f"“{typed}” is no probability: type a number from 0 to 100.")
    return round(round(value, 4) / 100, 6)


def brier(p, o):
    """Return the Brier score (p - o) squared: 0 is best, 1 is worst, always 0.5 earns 0.25.

    p: probability; o: outcome, 1 or True for yes, 0 or False for no; numbers, arrays or Series
    of one length. Raises PlainError when p is outside 0 to 1 or o is neither 0 nor 1.
    """
    probabilities, outcomes = pd.Series(p, dtype=float), pd.Series(o).astype(float)
    if not probabilities.between(0, 1).all():
        raise PlainError("A probability lies between 0 and 1: divide per cent by 100.")
    if not outcomes.isin([0, 1]).all():
        raise PlainError("An outcome is 1 (yes) or 0 (no).")
    return (p - o) ** 2


def brier_table(probabilities, outcomes):
    """Return one row per forecast: forecast_id, probability, outcome (1 or 0), brier, RIVALS.

    probabilities: dict forecast_id -> p. outcomes: table with forecast_id and outcome (yes or
    no). The rivals are the scores of a constant 0.5 (``half``, always 0.25), of a constant 0
    (``always_no``) and of the share of yes among these very questions (``base_rate``), which
    nobody knew beforehand. The mean of a column is its mean score.
    """
    need_columns(outcomes, ["forecast_id", "outcome"], "outcomes table")
    need_known(list(probabilities), list(outcomes["forecast_id"]), "forecast")
    p = pd.Series(probabilities, dtype=float).sort_index()
    o = (outcomes.set_index("forecast_id")["outcome"] == "yes").astype(int).reindex(p.index)
    table = pd.DataFrame({"probability": p, "outcome": o, "brier": brier(p, o)})
    for rival, constant in zip(RIVALS, (0.5, 0, o.mean())):
        table[rival] = brier(constant + 0 * p, o)
    return table.rename_axis("forecast_id").reset_index()


def coherence(probabilities, forecasts):
    """Return one row per nested pair: the narrower event cannot be likelier than the wider one.

    Columns: narrower, wider (ids), p_narrower, p_wider, coherent. Pairs of which only one
    question was answered are left out.
    """
    need_columns(forecasts, ["forecast_id", "nested_in"], "forecasts table")
    pairs = forecasts.dropna(subset=["nested_in"])
    rows = [
        (n, w, probabilities[n], probabilities[w], probabilities[n] <= probabilities[w])
        for n, w in zip(pairs["forecast_id"], pairs["nested_in"])
        if n in probabilities and w in probabilities
    ]
    return pd.DataFrame(rows, columns=["narrower", "wider", "p_narrower", "p_wider", "coherent"])


def crossed(probabilities, forecasts):
    """Return forecast_id of a narrower question that got more than the wider one -> the sentence."""
    pairs = coherence(probabilities, forecasts)
    return {
        r.narrower: CROSSED.format(
            narrower=r.narrower,
            wider=r.wider,
            inner=f"{100 * r.p_narrower:g}",
            outer=f"{100 * r.p_wider:g}",
        )
        for r in pairs[~pairs["coherent"].astype(bool)].itertuples()
    }


def seal(at, probabilities):
    """Return the seal of a lock: of its time and its probabilities."""
    return sheet.seal({"at": at, "probabilities": probabilities})


def lock(probabilities, ids=LESSON_SET):
    """Write the probabilities (dict forecast_id -> 0 to 1) into the answer sheet, once for all.

    Returns the lock: at (UTC), probabilities, hash. Raises PlainError when one of ``ids`` is
    missing, when a value is no probability, when a nested question got more than the one that
    contains it, or when there is a lock already.
    """
    missing = [i for i in ids if i not in probabilities]
    if missing:
        raise PlainError(
            f"{', '.join(missing)}: no probability yet. Fill in all {len(ids)}, then lock."
        )
    made = {i: to_probability(probabilities[i]) for i in sorted(probabilities)}
    if wrong := crossed(made, load()["forecasts"]):
        raise PlainError(" ".join(wrong.values()))
    at = sheet.now()
    entry = {"at": at, "probabilities": made, "hash": seal(at, made)}

    def change(found):
        locks = found.setdefault("locks", {})
        if "forecasts" in locks:
            raise PlainError(
                f"Your forecasts were locked on {_when(locks['forecasts'])}; a lock is not changed."
            )
        locks.pop("draft", None)
        locks["forecasts"] = entry

    sheet.update(change)
    open_what_waits()
    return entry


def _when(entry):
    return f"{str(entry.get('at', ''))[:16].replace('T', ' ')} UTC"


def kept_locks():
    """Return what the answer sheet holds of this lesson: draft, forecasts, reveal, recall."""
    return sheet.load().get("locks", {})


def locked():
    """Return the lock of the answer sheet, or None. Raises PlainError if it was edited by hand."""
    locks = kept_locks()
    entry = locks.get("forecasts")
    if entry is None and "reveal" not in locks:
        return None
    try:
        sound = seal(entry["at"], entry["probabilities"]) == entry["hash"]
    except (KeyError, TypeError):
        sound = False
    if not sound:
        raise PlainError(
            "The locked forecasts in your answer sheet no longer match their seal: the file was "
            "changed after the lock. Put it back as it was (the cell with the lock holds a copy), "
            "or tell your instructor. Nothing is scored until then."
        )
    return entry


def opened(step):
    """Run ``step(lock)``; before the lock, or with a broken seal, return the sentence instead."""
    try:
        entry = locked()
        return later(CLOSED, step) if entry is None else step(entry)
    except PlainError as error:
        return Note(str(error))


def later(said, step):
    """Return a Note with the sentence ``said`` that becomes ``step`` when its turn has come."""
    note = Note(said)
    note.again = partial(opened, step)
    return note


def reveal(outcomes_path="../datasets/outcomes.csv"):
    """Return what happened, once the forecasts are locked; your own numbers stay out of sight.

    Before the lock, or when the lock was edited by hand, the Note holds one sentence.
    """

    def step(entry):
        mine = _mine(read_outcomes(outcomes_path), entry)
        tables = load()
        question = tables["forecasts"].set_index("forecast_id")["question"]
        shown = pd.DataFrame(
            {
                "forecast_id": mine["forecast_id"],
                "question": mine["forecast_id"].map(question),
                "outcome": mine["outcome"],
                "basis": mine["basis"] + " [" + mine["row_id"] + "]",
                "for people": mine["people"].fillna("") if "people" in mine else "",
                "who says so": [
                    source_and_more(ids, tables["sources"]) for ids in mine["source_id"]
                ],
            }
        )
        return Revealed(
            "What happened. What you locked stands beside it once you have recalled it, with recall().",
            [("Outcomes", shown)],
        )

    return opened(step)


class Revealed(Note):
    """Outcomes as a list that can be read: question, what happened, for whom, who says so."""

    @property
    def text(self):
        listed = (" ".join(filter(None, row)) for row in self.tables[0][1].itertuples(index=False))
        return "\n".join([self.said, *listed])

    @property
    def html(self):
        rows = self.tables[0][1].rename(columns=lambda name: name.replace(" ", "_"))
        listed = "".join(
            f"<li><strong>{'✓ Yes' if r.outcome == 'yes' else '✗ No'}</strong> · {r.forecast_id} "
            f"{escape(r.question)}<br>{escape(r.basis)} {escape(r.for_people)} "
            f"<small>{escape(r.who_says_so)}</small></li>"
            for r in rows.itertuples()
        )
        style = "list-style:none;padding:0;max-width:75ch;display:grid;gap:10px"
        return f'<p>{escape(self.said)}</p><ul style="{style}">{listed}</ul>'


def outcomes(outcomes_path="../datasets/outcomes.csv"):
    """Return the table of outcomes for your own locked questions, for computing with it.

    Before the lock, or when the lock was edited by hand, it is a Note with one sentence.
    """
    return opened(lambda entry: _mine(read_outcomes(outcomes_path), entry))


def _mine(table, entry):
    """Return the outcomes of the locked questions; the sheet keeps that they were opened, so
    that a lock taken out afterwards is missed."""
    if "reveal" not in kept_locks():
        sheet.update(lambda s: s["locks"].setdefault("reveal", {"at": sheet.now()}))
        open_what_waits()
    return table[table["forecast_id"].isin(entry["probabilities"])].sort_values("forecast_id")


def recalled():
    """Return what you recalled (dict forecast_id -> 0 to 1), or None before recall()."""
    return kept_locks().get("recall", {}).get("probabilities")


def read_outcomes(path):
    if not Path(path).is_file():
        raise PlainError(f"No table of outcomes at {path}. Check the path from this notebook.")
    return pd.read_csv(path)


def scores(outcomes_path="../datasets/outcomes.csv", class_means=None):
    """Return your scores beside simple rivals, once the forecasts are locked and recalled.

    class_means: path of a CSV with forecast_id and mean_probability, if your class has one.
    Before the lock and before recall, the Note holds one sentence.
    """

    def step(entry):
        remembered = kept_locks().get("recall")
        if remembered is None:
            return later(RECALL_FIRST, step)
        outcomes, p = read_outcomes(outcomes_path), entry["probabilities"]
        table = brier_table(p, outcomes)
        shift = hindsight(p, remembered["probabilities"], outcomes)
        said = [_score_sentence(table), *_pair_sentences(p), _shift_sentence(shift)]
        tables = [("Scores by question", table), ("Recalled minus recorded", shift)]
        if class_means is not None:
            tables.append(("You and the class", _with_class(table, class_means)))
        return Note("\n".join(said), tables)

    return opened(step)


def _score_sentence(table):
    means = table[["brier", *RIVALS]].mean()
    better = "lower, so better" if means["brier"] < means["half"] else "not lower, so no better"
    return (
        f"Your mean Brier score is {means['brier']:.3f}: {better} than always saying 0.5 "
        f"({means['half']:.3f}). Always saying no, nothing changes, earns {means['always_no']:.3f}. "
        f"Always saying {table['outcome'].mean():.3f}, the share of yes among these {len(table)} "
        f"questions, earns {means['base_rate']:.3f}; nobody knew that share in 2020. "
        f"{len(table)} questions cannot prove skill."
    )


def _pair_sentences(p):
    pairs = coherence(p, load()["forecasts"])
    wrong = pairs[~pairs["coherent"].astype(bool)]
    said = [
        f"{r.narrower} lies inside {r.wider} but got more ({r.p_narrower:g} against {r.p_wider:g}): "
        "an event cannot be likelier than one that contains it."
        for r in wrong.itertuples()
    ]
    return said or ([f"Nested pairs: {len(pairs)}, all coherent."] if len(pairs) else [])


def _with_class(scores, path):
    if not Path(path).is_file():
        raise PlainError(f"No class means at {path}. Leave class_means out, or check the path.")
    means = pd.read_csv(path)
    need_columns(means, ["forecast_id", "mean_probability"], "table of class means")
    table = scores[["forecast_id", "probability", "outcome", "brier"]].merge(
        means, on="forecast_id"
    )
    return table.assign(class_brier=brier(table["mean_probability"], table["outcome"]))


def asked(forecasts, ids):
    """Return forecast_id -> its row (a named tuple) for ``ids``, sorted."""
    rows = forecasts.set_index("forecast_id").loc[sorted(ids)]
    return {r.Index: r for r in rows.itertuples()}


def scale(hedges):
    """Return the steps of one published scale, as a table, or None."""
    if hedges is None:
        return None
    need_columns(hedges, ["row_kind", "scale", "scale_term", "range_low_percent"], "hedges table")
    steps = hedges[(hedges["row_kind"] == "scale") & (hedges["scale"] == "ICD 203")]
    return pd.DataFrame(
        {
            "wording": steps["scale_term"],
            "from": steps["range_low_percent"] / 100,
            "to": steps["range_high_percent"] / 100,
            "row": steps["hedge_id"],
        }
    )


def record_recall(recalled):
    """Write what was recalled (dict forecast_id -> 0 to 1) into the answer sheet, once."""
    entry = locked()
    if entry is None:
        raise PlainError(CLOSED)
    missing = [i for i in entry["probabilities"] if i not in recalled]
    if missing:
        raise PlainError(f"{', '.join(missing)}: nothing recalled yet. A guess is an answer too.")
    made = {i: to_probability(recalled[i]) for i in sorted(entry["probabilities"])}

    def change(found):
        if "recall" in found["locks"]:
            raise PlainError("Your recall is recorded already. Run scores() to see how you did.")
        found["locks"]["recall"] = {"at": sheet.now(), "probabilities": made}

    sheet.update(change)
    open_what_waits()
    return made


def hindsight(recorded, recalled, outcomes):
    """Return one row per forecast: recorded, recalled, difference, outcome, towards_outcome.

    difference is recalled minus recorded; towards_outcome is the same with its sign turned
    where the outcome was no. A positive mean says that memory moved towards what happened.
    """
    need_columns(outcomes, ["forecast_id", "outcome"], "outcomes table")
    both = [i for i in sorted(recorded) if i in recalled]
    need_known(both, list(outcomes["forecast_id"]), "forecast")
    table = pd.DataFrame(
        {
            "forecast_id": both,
            "recorded": [recorded[i] for i in both],
            "recalled": [recalled[i] for i in both],
        }
    )
    table["difference"] = (table["recalled"] - table["recorded"]).round(6)
    table["outcome"] = table["forecast_id"].map(outcomes.set_index("forecast_id")["outcome"])
    table["towards_outcome"] = table["difference"].where(
        table["outcome"] == "yes", -table["difference"]
    )
    return table


def _shift_sentence(shift):
    mean = shift["towards_outcome"].mean()
    where = "towards" if mean > 0 else "away from" if mean < 0 else "neither towards nor away from"
    return f"Your memory moved by {abs(mean):.3f} on average, {where} what happened."


def _in_words(table, *columns):
    """Return these columns of ``table``, and who says so in words."""
    sources = load()["sources"]
    said = [source_and_more(ids, sources) for ids in table["source_id"]]
    return table[list(columns)].assign(**{"who says so": said})


def epilogue():
    """Return what became known after 2020, once the forecasts are locked."""

    def step(entry):
        tables = load()
        after = tables["timeline"]
        after = _in_words(after[after["known_on"].astype(str) > AS_OF], "row_id", "date", "event")
        reread = _in_words(tables["later_evidence"], "row_id", "claim_id", "verdict", "evidence")
        return Note(
            "After 31 December 2020. The outcome is not the reasoning: the brief argued that Western "
            "refusal to rebuild may end if Russia does more for the political process (C117, C118). "
            "The refusal did end in 2025 (L117), but after a change of government in December 2024, not "
            "through the condition that the brief named (L118). A forecast can come true for another "
            "reason, and a sound one can fail.\n"
            "Returns rose after December 2024, before rebuilding. This proves neither side of 2020 right. "
            "These are lives as well as outcomes; nobody wins here.",
            [
                ("What happened next", after),
                ("Claims of the brief, read again with later evidence", reread),
            ],
        )

    return opened(step)
