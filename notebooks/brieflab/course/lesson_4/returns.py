"""Lesson 4: figures on returns, each with the days it counts, and where they do not fit."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

import pandas as pd

from brieflab.course import AS_OF
from brieflab.figures import Finding
from brieflab.plain import need_known
from brieflab.tables import given
from brieflab.trace import date_words, source_words

REPORTERS = {
    "Moscow and the conference": ("russia_claim", "Russia|Conference"),
    "Damascus": ("syria_claim", "Syria"),
    "Ankara": ("turkiye_government", "Interior Ministry"),
    "Beirut": ("lebanon_dispute", "General Security"),
    "UNHCR, published": ("unhcr_verified", "UNHCR"),
    "UNHCR, database": ("unhcr_database", "UNHCR"),
}
"""Who reports: name -> series of the table, and words of ``reporter``."""

VIEWS = ("last day", "all days")
SHORTEST = 31
"""A figure on fewer days is a bulletin of the day, and left out."""


@dataclass(frozen=True)
class Figure:
    """A reported figure: so many ``people`` from the ``first`` day (None: not said) to the ``last``.

    ``sure`` tells whether the first day was said as such, not inferred by us.
    """

    row_id: str
    who: str
    people: int
    first: date | None
    last: date
    sure: bool
    card: tuple[str, ...]


def figures(returns, sources=None, as_of=AS_OF):
    """Return the reported figures of REPORTERS on days up to ``as_of``, by their last day.

    returns: row_id, series, reporter, period_start, period_end, departure_country, returns,
    precision, known_on, source_id, note. UNHCR's database has a row a year: here they are added
    from the first of 2016, and its count of the last year is taken although published later.
    """
    dates = ["row_id", "period_start", "period_end", "returns", "known_on"]
    words = ["series", "reporter", "departure_country", "precision", "source_id", "note"]
    returns = given(returns, dates, "returns table", words).dropna(subset=["returns", "period_end"])
    found = []
    for who, (series, words) in REPORTERS.items():
        rows = returns[(returns["series"] == series) & returns["reporter"].str.contains(words)]
        if series == "unhcr_database":
            found += _added(rows, who, sources, as_of)
            continue
        for r in rows[rows["known_on"] <= as_of].itertuples():
            first, last = _day(r.period_start), _day(r.period_end, last=True)
            if last.isoformat() > as_of or first and (last - first).days < SHORTEST:
                continue
            sure = not any(w in str(r.note) for w in ("inferred", "ambiguous", "not stated"))
            found.append(
                Figure(r.row_id, who, int(r.returns), first, last, sure and first is not None,
                       _card(r, who, int(r.returns), sure, sources))
            )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.last, one.row_id)))


def _added(rows, who, sources, as_of):
    rows = rows[(rows["departure_country"] == "ALL") & rows["period_end"].between("2016", as_of)]
    total = 0
    for r in rows.sort_values("period_end").itertuples():
        total += int(r.returns)
        if not r.returns:  # no row in the database
            continue
        card = (
            f"{total:,} returns from 2016 to {r.period_end[:4]}, added by us from yearly rows",
            f"{_maker(r, sources)}{int(r.returns):,} in {r.period_end[:4]} [{r.row_id}]",
        )
        yield Figure(r.row_id, who, total, date(2016, 1, 1), _day(r.period_end), True, card)


def _card(r, who, people, sure, sources):
    exact = "" if r.precision in ("exact", "rounded") else f"{r.precision.strip(chr(34))} "
    start = (
        "first day not said" if pd.isna(r.period_start) else f"from {date_words(r.period_start)}"
    )
    start += "" if sure or pd.isna(r.period_start) else " (inferred, not said)"
    land = "" if r.departure_country.startswith("ALL") else f", from {r.departure_country}"
    what = f"{exact}{people:,} returns{land}, {start} to {date_words(r.period_end)}"
    return what[0].upper() + what[
        1:
    ], f"{r.reporter.split(' (')[0]}, in {_maker(r, sources)}[{r.row_id}]"


def _maker(r, sources):
    return "" if sources is None else f"{source_words(r.source_id.split(';')[0], sources)} "


def _day(printed, last=False):
    """Return the first or last day of a printed date such as 2018, 2018-07 or 2018-07-18."""
    if pd.isna(printed):
        return None
    year, month, day = [*map(int, str(printed).split("-")), 0, 0][:3]
    month = month or (12 if last else 1)
    return date(year, month, day or (monthrange(year, month)[1] if last else 1))


def falls(found):
    """Return pairs of figures, the later one lower than the one its reporter gave before."""
    pairs = []
    for who in REPORTERS:
        own = [one for one in found if one.who == who]
        pairs += [(a, b) for a, b in zip(own, own[1:]) if b.people < a.people]
    return pairs


def misfits(found):
    """Return pairs of figures of one reporter, the second lower although it covers all days of the
    first and more."""
    return [
        (a, b)
        for a in found
        for b in found
        if a.who == b.who and a.first and b.first and b.people < a.people
        and b.first <= a.first and b.last >= a.last
    ]  # fmt: skip


def fan(found, view, who=tuple(REPORTERS)):
    """Return the Finding on the figures ``found`` (see ``figures``) of the reporters ``who``.

    view: "last day" counts ``falls``, "all days" counts ``misfits``. ``data`` holds all figures,
    ``shown`` (those of ``who``), ``pairs`` (falls or misfits among them), ``view`` and ``who``.
    """
    need_known([view], VIEWS, "view")
    need_known(who, REPORTERS, "reporter")
    shown = [one for one in found if one.who in who]
    pairs = falls(shown) if view == "last day" else misfits(shown)
    n = len(pairs)
    if view == "last day":
        times = {0: "never falls", 1: "falls once"}.get(n, f"falls {n} times")
        sentence = f"Put on its last day, a reporter's figure {times} below the one before."
    else:
        fit = "1 figure is" if n == 1 else f"{n or 'No'} figures are"
        sentence = (
            f"Drawn over all their days, {fit} lower than one that the same reporter gave for "
            "fewer days."
        )
    said = "; ".join(f"{b.who}, {a.people:,} and then {b.people:,}" for a, b in pairs)
    listing = "; ".join(f"{one.who} {one.people:,} to {one.last:%B %Y}" for one in shown)
    alt = (
        f"Points by the last day that a figure counts, from 2015 to 2020, and lines. {listing}. "
        f"{sentence}{f' They are: {said}.' if said else ''}"
    )
    table = pd.DataFrame(
        {
            "reporter": [one.who for one in shown],
            "returns": [one.people for one in shown],
            "first day": [one.first.isoformat() if one.first else "not said" for one in shown],
            "last day": [one.last.isoformat() for one in shown],
            "row_id": [one.row_id for one in shown],
        }
    )
    data = {"figures": found, "shown": shown, "pairs": pairs, "view": view, "who": tuple(who)}
    return Finding(sentence, alt, table, data)
