"""Lesson 5: every setting of one count, and who leads under each.

The unit, the years and the Committee's drawer are choices, not facts. ``Calendar`` reads the
meetings once; ``forking`` finds who leads under one setting, and under all that end in one year.
"""

from collections import Counter, namedtuple
from functools import cache
from itertools import product

import pandas as pd

from brieflab.course import AS_OF
from brieflab.course.lesson_5.tracks import COMMITTEE, TOOK_PLACE, TRACKS, UNITS, known, who_leads
from brieflab.figures import Finding
from brieflab.plain import need_known
from brieflab.tables import given
from brieflab.trace import date_words, source_and_more

LONG_SILENCE = 365
"""A pause of more days than these is a silence: a year without a round."""

TURN = 2018
"""The year of the congress in Sochi. Every span of years holds it, or begins or ends with it, so that
the first never comes after the last."""

HOME = COMMITTEE["own track"]

Meeting = namedtuple("Meeting", "id track label start end days took_place card")
Silence = namedtuple("Silence", "days start end after before meanwhile")
Setting = namedtuple("Setting", "unit committee start totals leaders")


class Calendar:
    """The meetings of the compared tracks that were known by ``as_of``, and what can be counted.

    meetings, sources: the tables of these names; without sources a card names none.
    ``meetings`` are tuples in order of date: ``days`` with first and last included, ``card`` lines
    that say what, who reports it and which row; what was only announced has ``took_place`` False.
    ``firsts`` and ``lasts`` are the years with which a count may begin and end. ``silences`` is a
    dict drawer -> the pauses of more than ``LONG_SILENCE`` days on Geneva's track.
    """

    def __init__(self, meetings, sources=None, as_of=AS_OF, first=2012):
        words = ["round_label", "outcome", "source_id", "confidence"]
        meetings = given(meetings, ["meeting_id"], "meetings table", words)
        table = known(meetings, as_of).sort_values(["start_date", "meeting_id"])
        table = table[table["track"].isin(TRACKS) & (table["status"] != "event")]
        self.meetings = tuple(_meeting(row, sources) for row in table.itertuples())
        self.as_of, self.last = as_of, pd.Timestamp(as_of)
        self.years = range(first, self.last.year + 1)
        turn = min(TURN, self.last.year)
        self.firsts, self.lasts = range(first, turn + 1), range(turn, self.last.year + 1)
        self.silences = {drawer: self._silences(drawer) for drawer in COMMITTEE}
        self.by_year, self.settings = cache(self._by_year), cache(self._settings)

    def held(self, committee):
        """Return (track, meeting) of all that took place, the Committee's in its drawer."""
        return [(filed(m.track, committee), m) for m in self.meetings if m.took_place]

    def totals(self, unit, start, end, committee):
        """Return a dict track -> rounds or days between two years, the first and last included."""
        counts = self.by_year(unit, committee)
        years = range(start, end + 1)
        return {
            track: sum(counts.get((year, track), 0) for year in years)
            for track in TRACKS
            if filed(track, committee) == track
        }

    def _by_year(self, unit, committee):
        counts = Counter()
        for track, meeting in self.held(committee):
            counts[meeting.start.year, track] += meeting.days if unit == "days" else 1
        return counts

    def _settings(self, end):
        """Return the Settings of every unit, drawer and first year, with ``end`` as last year."""
        every = []
        for unit, committee, start in product(UNITS, COMMITTEE, self.firsts):
            totals = self.totals(unit, start, end, committee)
            leaders = tuple(t for t in totals if totals[t] == max(totals.values()) > 0)
            every.append(Setting(unit, committee, start, totals, leaders))
        return tuple(every)

    def _silences(self, committee):
        held = self.held(committee)
        found, after = [], None
        for before in [*(m for track, m in held if track == "geneva"), None]:
            until = before.start if before else self.last
            if after and (until - after.end).days > LONG_SILENCE:
                met = Counter(
                    track
                    for track, m in held
                    if track != "geneva" and after.end < m.start and m.end < until
                )
                days = (until - after.end).days
                found.append(Silence(days, after.end, until, after, before, dict(met)))
            if before and not (after and after.end > before.end):
                after = before
        return tuple(found)


def filed(track, committee):
    """Return the track under which a meeting of ``track`` counts."""
    return COMMITTEE[committee] if track == HOME else track


def _meeting(row, sources):
    held = row.status in TOOK_PLACE
    days = (row.end_date - row.start_date).days + 1 if held else 0
    if held:
        long = f"{days} {'day' if days == 1 else 'days'}"
        also = {"suspended": ", suspended", "convened_no_session": ", convened but never sat"}
        what = f"{span_words(row.start_date, row.end_date)}, {long}{also.get(row.status, '')}"
    else:
        what = f"announced {span_words(row.start_date, row.start_date)}, not held"
    label = row.round_label or row.meeting_id
    if row.track == HOME and row.round_label:
        label = f"Committee, {label[0].lower()}{label[1:]}"
    card = (
        f"{label}: {what}",
        *([row.outcome] if held and row.outcome else []),
        *(
            [source_and_more(row.source_id, sources)]
            if sources is not None and row.source_id
            else []
        ),
        f"{TRACKS[row.track]}; dates of {row.confidence} confidence [{row.meeting_id}]",
    )
    return Meeting(row.meeting_id, row.track, label, row.start_date, row.end_date, days, held, card)


def span_words(start, end):
    """Return two dates in words, what they share said once: "3 to 4 May 2017"."""
    first, last = (date_words(str(day.date())).split() for day in (start, end))
    if first == last:
        return " ".join(last)
    while first[-1:] == last[len(first) - 1 : len(first)]:
        first.pop()
    return f"{' '.join(first)} to {' '.join(last)}"


def forking(calendar, unit="rounds", start=2012, end=2020, committee="own track"):
    """Return the Finding on who leads by one setting, and by how many settings each track leads.

    calendar: a ``Calendar``. unit, committee: as in ``tracks.rounds``. start: a year of
    ``calendar.firsts``, end: one of ``calendar.lasts``. ``table`` holds year x track; ``data`` the
    ``totals``, the ``leaders`` (tracks), the ``settings`` that share ``end``, the ``tally`` of
    those who lead in them (None for a tie), and the ``silences`` on Geneva's track. Raises
    PlainError for an unknown choice.
    """
    need_known(unit, UNITS, "unit")
    need_known(committee, list(COMMITTEE), "place for the Committee")
    need_known([start], calendar.firsts, "first year")
    need_known([end], calendar.lasts, "last year")
    totals = calendar.totals(unit, start, end, committee)
    _, sentence = who_leads(totals, unit, start, end, committee)
    settings = calendar.settings(end)
    tally = Counter(s.leaders[0] if len(s.leaders) == 1 else None for s in settings)
    shares = "; ".join(f"{TRACKS[t] if t else 'a tie'} {n}" for t, n in tally.most_common())
    sentence += f" Of {len(settings)} settings that end with {end}: {shares}."
    silences = calendar.silences[committee]
    data = {
        "unit": unit,
        "start": start,
        "end": end,
        "committee": committee,
        "totals": totals,
        "leaders": [t for t in totals if totals[t] == max(totals.values()) > 0],
        "settings": settings,
        "tally": dict(tally.most_common()),
        "silences": silences,
        "calendar": calendar,
    }
    alt = f"{_described(data)} {sentence}"
    return Finding(sentence, alt, _table(calendar, unit, start, end, committee, totals), data)


def _described(d):
    calendar = d["calendar"]
    said = "; ".join(
        f"{s.days} days from {s.after.label} to {s.before.label if s.before else calendar.as_of}"
        for s in d["silences"]
    )
    counted = "; ".join(f"{TRACKS[t]} {n}" for t, n in d["totals"].items())
    return (
        f"Calendar of {calendar.years[0]} to {calendar.years[-1]} with a lane for each track and a "
        f"bar for each meeting, {'as tall as its days' if d['unit'] == 'days' else 'all of one height'}; "
        "those outside the years chosen are grey, those only announced are open dots. Counted: "
        f"{counted}. Shaded, no round on Geneva's lane: {said or 'none'}. Below, a tile for each setting, "
        "coloured by who leads; the chosen one is outlined."
    )


def _table(calendar, unit, first, last, committee, totals):
    counts = calendar.by_year(unit, committee)
    rows = {year: [counts.get((year, t), 0) for t in totals] for year in range(first, last + 1)}
    rows["all"] = list(totals.values())
    table = pd.DataFrame.from_dict(rows, "index", columns=[TRACKS[t] for t in totals])
    return table.rename_axis("year")
