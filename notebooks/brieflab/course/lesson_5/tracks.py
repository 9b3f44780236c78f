"""Lesson 5: three tracks, one clock. What is counted, and under which name, decides who leads.

A meeting "took place" when its status is ``held``, ``suspended`` or ``convened_no_session``.
Planned and announced meetings are drawn hollow and never counted; events (a resolution, an
announcement) are neither. The track ``other`` (ministers, technical groups, comparators) is
left out of every count by track.
"""

from collections import namedtuple

import pandas as pd

from brieflab.course import AS_OF
from brieflab.figures import MARKERS, PALETTE, Finding, Shown, image, new_figure, titled_axes
from brieflab.plain import PlainError, need_columns, need_known

TRACKS = {
    "astana": "Astana",
    "constitutional_committee": "Constitutional Committee",
    "geneva": "Geneva",
    "refugee_conference": "Refugee conference",
    "sochi_congress": "Sochi Congress",
    "trilateral_summit": "Leaders' summits",
}
"""The tracks of ``meetings.csv`` that are compared, with their names in the pictures."""

COMMITTEE = {"own track": "constitutional_committee", "Geneva": "geneva", "Sochi": "sochi_congress"}
"""Where the Constitutional Committee may be filed: it was agreed in Sochi and sits in Geneva."""

UNITS = ("rounds", "days")
TOOK_PLACE = ("held", "suspended", "convened_no_session")
PRESENT = ("convener", "guarantor", "observer", "party")
"""Roles of ``participants.csv`` that mean being in the room."""

Gap = namedtuple("Gap", "days after before")

_COLUMNS = ["meeting_id", "track", "round_label", "start_date", "end_date", "status", "known_on"]
_LOOK = dict(zip(TRACKS, zip(MARKERS, ("blue", "grey", "green", "vermilion", "black", "orange"))))


def took_place(meetings, as_of=AS_OF):
    """Return the meetings that took place and were known by ``as_of``, with dates parsed.

    ``days`` is the number of calendar days, first and last included; ``year`` that of the start.
    """
    table = known(meetings, as_of)
    table = table[table["status"].isin(TOOK_PLACE)].copy()
    table["days"] = (table["end_date"] - table["start_date"]).dt.days + 1
    return table.sort_values(["start_date", "meeting_id"], ignore_index=True)


def known(meetings, as_of=AS_OF):
    """Return the rows of ``meetings`` known by ``as_of``, dates parsed, with ``year`` of the start."""
    need_columns(meetings, _COLUMNS, "meetings table")
    table = meetings[meetings["known_on"].astype(str) <= as_of].copy()
    for column in ("start_date", "end_date"):
        table[column] = pd.to_datetime(table[column])
    return table.assign(year=table["start_date"].dt.year)


def rounds(meetings, unit="rounds", start=2012, end=2020, committee="own track", as_of=AS_OF):
    """Return a DataFrame year x track of how often, or how long, each track met.

    unit: "rounds" (meetings) or "days" (calendar days, first and last included). start, end:
    first and last year. committee: "own track", "Geneva" or "Sochi", the track under which
    the Constitutional Committee is filed; it is counted once. A year without a meeting is 0.
    as_of: only what was known by this ISO date. Raises PlainError for an unknown choice or a
    window that ends before it starts.
    """
    need_known(unit, UNITS, "unit")
    return _by_year(_filed(took_place(meetings, as_of), committee), unit, start, end, committee)


def _filed(table, committee):
    need_known(committee, list(COMMITTEE), "place for the Committee")
    filed = table["track"].replace({"constitutional_committee": COMMITTEE[committee]})
    return table.assign(track=filed)


def _by_year(table, unit, start, end, committee):
    if start > end:
        raise PlainError(
            f"The window starts in {start} and ends in {end}. Choose a start no later than the end."
        )
    names = [t for t in TRACKS if t != "constitutional_committee" or committee == "own track"]
    values = table["days"] if unit == "days" else table["days"].clip(1, 1)
    counts = values.groupby([table["year"], table["track"]]).sum().unstack(fill_value=0)
    return counts.reindex(index=range(start, end + 1), columns=names, fill_value=0).rename_axis(
        index="year", columns="track"
    )


def window(meetings, start=2012, end=2020, unit="rounds", committee="own track", as_of=AS_OF):
    """Return the Finding on which track leads between two years, by one unit and one coding.

    ``table`` is ``rounds(...)`` with a row for the total; ``data`` holds the ``totals`` by
    track, the ``leaders`` and the ``meetings`` to draw, announced ones included.
    """
    counts = rounds(meetings, unit, start, end, committee, as_of)
    totals = counts.sum()
    leaders, sentence = who_leads(totals.to_dict(), unit, start, end, committee)
    ranking = _ranked(totals)
    drawn = _filed(known(meetings, as_of), committee)
    drawn = drawn[drawn["track"].isin(totals.index) & (drawn["status"] != "event")]
    drawn = drawn[drawn["year"].between(start, end)]
    hollow = int((~drawn["status"].isin(TOOK_PLACE)).sum())
    listed = "; ".join(f"{TRACKS[t]} {totals[t]}" for t in ranking)
    alt = (
        f"Timeline of {_years(start, end)} with one lane per track and one marker per meeting; "
        f"{_amount(hollow, 'hollow markers')} for meetings announced but not held. "
        f"{unit.capitalize()} in all: {listed}. {sentence}"
    )
    table = counts.rename(columns=TRACKS).astype(int)
    table.loc["all"] = table.sum()
    data = {
        "totals": totals.to_dict(),
        "leaders": leaders,
        "meetings": drawn,
        "unit": unit,
        "start": start,
        "end": end,
        "as_of": as_of,
    }
    return Finding(sentence, alt, table.rename_axis("year"), data)


def who_leads(totals, unit, start, end, committee):
    """Return the names of the tracks with most of ``unit``, and the sentence that says so.

    totals: dict track -> rounds or days between the years ``start`` and ``end``, with the
    Committee filed as ``committee`` says.
    """
    most = max(totals.values())
    leaders = [TRACKS[t] for t in totals if totals[t] == most > 0]
    if not leaders:
        return [], f"No meeting of these tracks took place in {_years(start, end)}."
    sentence = (
        f"{' and '.join(leaders)} {'leads' if len(leaders) == 1 else 'lead'} by {unit} in "
        f"{_years(start, end)}, {_where(committee)}: {_amount(most, unit)}"
    )
    rest = [t for t in _ranked(totals) if TRACKS[t] not in leaders]
    return leaders, sentence + (
        f", then {TRACKS[rest[0]]} with {totals[rest[0]]}." if rest else "."
    )


def _ranked(totals):
    """Return the tracks, the one with most first."""
    return sorted(totals.keys(), key=lambda t: (-totals[t], t))


def _where(committee):
    return (
        "with the Committee as a track of its own"
        if committee == "own track"
        else f"with the Committee filed under {committee}"
    )


def _years(start, end):
    return str(start) if start == end else f"{start} to {end}"


def _amount(number, noun):
    return f"{number} {noun[:-1] if number == 1 else noun}"


def draw_window(figure, finding):
    """Draw one lane per track: filled markers took place, hollow ones were only announced."""
    d = finding.data
    lanes = {track: y for y, track in enumerate(d["totals"])}
    source = f"Source: meetings.csv, as known on {d['as_of']}; hollow: announced, not held"
    if d["unit"] == "days":
        source += "; larger: more days"
    axes = titled_axes(figure, finding.sentence, source, left=1.85, right=0.85)
    years = list(range(d["start"], d["end"] + 2))
    ticks = _day(pd.to_datetime(pd.Series([f"{year}-01-01" for year in years])))
    margin = (ticks.iloc[-1] - ticks[0]) / 50
    axes.set_xlim(ticks[0] - margin, ticks.iloc[-1] + margin)
    axes.set_ylim(len(lanes) - 0.5, -0.5)
    axes.hlines(list(lanes.values()), *axes.get_xlim(), color="#d9d9d9", linewidth=1, zorder=0)
    for track, y in lanes.items():
        marker, colour = _LOOK[track]
        rows = d["meetings"][d["meetings"]["track"] == track]
        held = rows["status"].isin(TOOK_PLACE)
        days = (rows["end_date"] - rows["start_date"]).dt.days.fillna(0) + 1
        size = 22 + 10 * days if d["unit"] == "days" else days * 0 + 50
        for which, face, drop in ((held, PALETTE[colour], 0), (~held, "white", 0.3)):
            if which.any():
                axes.scatter(
                    _day(rows["start_date"][which]),
                    [y + drop] * which.sum(),
                    s=size[which],
                    marker=marker,
                    c=face,
                    edgecolors="black",
                    linewidths=0.9,
                    zorder=2,
                )
        axes.text(
            1.02,
            y,
            _amount(d["totals"][track], d["unit"]),
            va="center",
            size=9.5,
            transform=axes.get_yaxis_transform(),
        )
    axes.set_yticks(list(lanes.values()), [TRACKS[t] for t in lanes])
    axes.set_xticks(ticks, years)
    axes.set_xlabel("start of the meeting (a tick is 1 January)", size=9.5)


def _day(dates):
    """Return dates as whole numbers of days: matplotlib's own dates cost more than the drawing."""
    return (dates - pd.Timestamp("2000-01-01")).dt.days


def days_met(meetings, tracks, start="2012-01-01", end=AS_OF):
    """Return on how many calendar days ``tracks`` (a name or a list) met, in meetings that
    started on or after the ISO date ``start`` and were known by ``end``."""
    table = _of_tracks(meetings, tracks, start, end)
    return int(table["days"].sum())


def _of_tracks(meetings, tracks, start, end):
    table = took_place(meetings, end)
    tracks = need_known(tracks, sorted(set(meetings["track"])), "track")
    return table[table["track"].isin(tracks) & (table["start_date"] >= start)]


def longest_gap(
    meetings, tracks=("geneva", "constitutional_committee"), start="2017-01-01", end=AS_OF
):
    """Return ``Gap(days, after, before)``: the longest time in which none of ``tracks`` met.

    Days run from the end of the meeting ``after`` to the start of the meeting ``before`` (both
    ids), between the ISO dates ``start`` and ``end``; the first of two equal gaps is returned.
    ``start`` is the year in which the Astana talks began. With ``start="2012-01-01"`` the
    answer is an older gap, of 2014 to 2016. Raises PlainError when fewer than two meetings
    lie in the window.
    """
    table = _of_tracks(meetings, tracks, start, end)
    if len(table) < 2:
        raise PlainError(
            f"A gap needs two meetings; {len(table)} took place between {start} and {end}. "
            "Choose an earlier start or another track."
        )
    ends = table["end_date"].cummax().shift()
    after = (
        table["meeting_id"].where(table["end_date"] == table["end_date"].cummax()).ffill().shift()
    )
    days = (table["start_date"] - ends).dt.days
    at = days.idxmax()
    return Gap(int(days[at]), after[at], table.loc[at, "meeting_id"])


def between(meetings, from_id, to_id, as_of=AS_OF):
    """Return the meetings that took place wholly between two meetings, on tracks other than theirs.

    The track ``other`` is included: filter it out, or look at it. Raises PlainError for an id
    that is not in the table or did not take place.
    """
    table = took_place(meetings, as_of)
    need_known([from_id, to_id], list(table["meeting_id"]), "meeting that took place")
    ids = table.set_index("meeting_id")
    inside = (table["start_date"] > ids.loc[from_id, "end_date"]) & (
        table["end_date"] < ids.loc[to_id, "start_date"]
    )
    own = [ids.loc[from_id, "track"], ids.loc[to_id, "track"]]
    return table[inside & ~table["track"].isin(own)].reset_index(drop=True)


def presence_by_track(participants, meetings, as_of=AS_OF):
    """Return a DataFrame actor x track: at how many meetings each actor was in the room.

    In the room is who has the role party, guarantor, convener or observer at a meeting that
    took place. Names are those of ``participants.csv``: one side may appear under several, as
    the Government of Syria does in the Committee. Many meetings list few names, so 0 means
    "not listed".
    """
    need_columns(participants, ["meeting_id", "actor", "role"], "participants table")
    held = took_place(meetings, as_of)
    there = participants[participants["role"].isin(PRESENT)].merge(
        held.loc[held["track"].isin(TRACKS), ["meeting_id", "track"]], on="meeting_id"
    )
    counts = there.groupby(["actor", "track"])["meeting_id"].nunique().unstack(fill_value=0)
    return counts.reindex(columns=list(TRACKS), fill_value=0)


def network(participants, meetings, least=2, as_of=AS_OF):
    """Return a picture of who takes part in which track, ready to be displayed.

    A line joins an actor to a track; the thicker, the more meetings. Actors stand opposite the
    tracks they are most in. least: leave out actors listed at fewer meetings in all. Raises
    PlainError when none is left.
    """
    import networkx as nx

    presence = presence_by_track(participants, meetings, as_of)
    presence = presence[presence.sum(axis=1) >= least]
    if presence.empty:
        raise PlainError(
            f"No actor is listed at {least} meetings or more. Choose a smaller number."
        )
    presence = presence.loc[:, presence.sum() > 0]
    centre = presence @ range(presence.shape[1]) / presence.sum(axis=1)
    presence = presence.loc[centre.sort_values(kind="stable").index]
    lines = presence.stack()
    lines = lines[lines > 0]
    graph = nx.Graph(list(lines.index))
    columns = {0: list(presence.index[::-1]), 1: list(presence.columns[::-1])}
    place = nx.multipartite_layout(graph, subset_key=columns)
    spread = (presence > 0).sum(axis=1)
    widest = sorted(spread.index[spread == spread.max()])
    alone = int((spread == 1).sum())
    finding = (
        f"{' and '.join(widest)} {'is' if len(widest) == 1 else 'are'} listed in most tracks, "
        f"{spread.max()} of {presence.shape[1]}; {alone} of {len(spread)} actors in one track only"
    )
    figure = new_figure(7, 1.6 + 0.24 * len(presence))
    source = (
        f"Source: participants.csv, known by {as_of}; actors at {least} meetings or more; "
        f"thicker: more meetings, {lines.min()} to {lines.max()}"
    )
    axes = titled_axes(figure, finding, source, left=2.85, right=1.75, bottom=0.1)
    _draw_network(axes, place, lines, columns)
    listed = "; ".join(
        f"{actor}: " + ", ".join(f"{TRACKS[t]} {n}" for t, n in row[row > 0].items())
        for actor, row in presence.iterrows()
    )
    alt = (
        f"Network with {len(presence)} actors on the left, {presence.shape[1]} tracks on the right "
        f"and a line with the number of meetings between them. {listed}. {finding}."
    )
    return Shown(image(figure, alt), alt, finding + ".", presence.rename(columns=TRACKS))


def _draw_network(axes, place, lines, columns):
    from matplotlib.patheffects import Normal, Stroke

    stretch = (len(columns[0]) - 1) / max(len(columns[1]) - 1, 1)
    heights = {track: place[track][1] * stretch for track in columns[1]}
    left, right = place[columns[0][0]][0], place[columns[1][0]][0]
    for (actor, track), number in lines.items():
        y, end = place[actor][1], heights[track]
        width = 0.9 + number / 3
        rim = Stroke(linewidth=width + 0.8, foreground="black")  # orange alone is too pale
        axes.plot(
            [left, right],
            [y, end],
            color=PALETTE[_LOOK[track][1]],
            linewidth=width,
            path_effects=[rim, Normal()],
            zorder=1,
        )
    for actor in columns[0]:
        axes.plot(left, place[actor][1], "o", color="black", markersize=5)
        axes.annotate(
            actor,
            (left, place[actor][1]),
            (-7, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            size=9.5,
        )
    for track in columns[1]:
        marker, colour = _LOOK[track]
        axes.plot(
            right,
            heights[track],
            marker,
            color=PALETTE[colour],
            markeredgecolor="black",
            markersize=10,
        )
        axes.annotate(
            TRACKS[track].replace(" ", "\n", 1),
            (right, heights[track]),
            (10, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            size=9.5,
        )
    axes.set_axis_off()
