"""Lesson 2, the hall: one chair a state, one mark a report, and the rule that fills the chairs."""

import re
from dataclasses import dataclass

import pandas as pd

from brieflab.course.lesson_2.attendance import BRIEF, PINNED, PRESENT, SAME_REPORT, knowable
from brieflab.figures import Finding
from brieflab.plain import need_known
from brieflab.trace import source_words

UNKNOWN = "not established"

FAMILIES = (
    "states and their media",
    "other Syrian outlets",
    "press elsewhere",
    "think tanks",
    UNKNOWN,
)
"""Families of publishers, as in ``attendance.family``; there an empty cell is the last of them."""

UNITS = ("reports", "origins", "families")
"""What is counted: every report; copies of one origin as one; or one voice a family."""

OUTSIDE = ("not invited", "declined", "absent", "in conflict")

SAID = {
    "host": "was the host",
    "co-organiser": "co-organised the conference",
    "participant": "took part",
    "observer": "was an observer",
    "not invited": "was not invited",
    "declined": "declined",
    "absent": "was absent, no reason given",
    "in conflict": "one source says two things",
}
"""What a report says, in words."""


@dataclass(frozen=True, eq=False)
class Report:
    """One actor as one source reports it; an unknown origin is the report's own ``row_id``."""

    row_id: str
    status: str
    family: str
    origin: str
    card: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Chair:
    """One state with the reports that put it in the room."""

    state: str
    reports: tuple[Report, ...]
    in_brief: bool
    card: tuple[str, ...]


def hall_of(
    attendance, origins=None, publishers=None, sources=None, presence=None, headcounts=None
):
    """Return what the hall needs, for ``in_the_room``, from the rows known by the end of 2020.

    attendance: actor, actor_type, status, source_id, known_on, and where known family, origin_id,
    origin_basis, origin_confidence, note. The other tables give words: origins (origin_id,
    origin), publishers (source_ids, kind, confidence_level), sources, presence (actor, row_id,
    reading, confidence_level) and headcounts (row J01, the organisers' number).
    A dict: ``chairs`` (of states that somebody reports as present, the most reported first),
    ``door`` (dict status -> reports on Turkey), ``claimed`` and its row ``claim_row``.
    """
    rows = knowable(attendance).dropna(subset=["source_id"]).copy()
    rows["report"] = rows["source_id"].replace(SAME_REPORT)
    rows = rows.drop_duplicates(["actor", "status", "report"])
    for column in ("family", "origin_id", "origin_basis", "origin_confidence"):
        rows[column] = rows.get(column)
    rows["family"] = rows["family"].fillna(UNKNOWN)
    rows["origin"] = rows["origin_id"].fillna(rows["row_id"])
    told = _words(origins, publishers, sources)
    rows["order"] = rows["family"].map(FAMILIES.index)
    rows = rows.sort_values(["order", "origin", "known_on", "row_id"])
    reading = {} if presence is None else {r.actor: r for r in presence.itertuples()}
    named = rows[(rows["source_id"] == BRIEF) & rows["status"].isin(PRESENT[1:])]["actor"]
    chairs = []
    here = rows[rows["status"].isin(PRESENT) & (rows["actor_type"] == "state")]
    for state, mine in here.drop_duplicates(["actor", "report"]).groupby("actor"):
        in_brief = state in set(named)
        reports = tuple(_report(row, *told) for row in mine.itertuples())
        card = _chair_card(state, len(reports), in_brief, reading.get(state))
        chairs.append(Chair(state, reports, in_brief, card))
    chairs.sort(key=lambda chair: (-len(chair.reports), chair.state))
    turkey = rows[rows["actor"] == PINNED]
    door = {
        status: tuple(
            _report(row, *told) for row in turkey[turkey["status"] == status].itertuples()
        )
        for status in OUTSIDE
    }
    claim = None if headcounts is None else headcounts.set_index("row_id")["states"].get("J01")
    return {
        "chairs": chairs,
        "door": {status: reports for status, reports in door.items() if reports},
        "claimed": None if claim is None else int(claim),
        "claim_row": "J01",
        "reading": getattr(reading.get(PINNED), "row_id", None),
    }


def in_the_room(hall, least=1, unit="reports", families=FAMILIES):
    """Return the Finding on the states that at least ``least`` of a ``unit`` put in the room.

    hall: see ``hall_of``. unit: "reports", "origins" (copies of one named origin count once; a
    report whose origin is not known stands for itself) or "families" (a publisher whose family is
    not established is nobody's second family). families: those whose reports are asked.
    ``table`` has a row for each chair; ``data`` holds ``count``, ``states``, ``kept`` (those among
    them that the brief names), ``chairs`` (pairs of Chair and whether it counts), ``door`` (status
    -> number of the unit), and the choices.
    """
    need_known(unit, UNITS, "unit")
    need_known(list(families), FAMILIES, "family")
    asked = frozenset(families)
    seated, rows = [], []
    for chair in hall["chairs"]:
        numbers = [count(chair.reports, each, asked) for each in UNITS]
        counts = numbers[UNITS.index(unit)] >= least
        seated.append((chair, counts))
        rows.append((chair.state, "yes" if counts else "no", *numbers))
    table = pd.DataFrame(rows, columns=["State", "In the room", *map(str.capitalize, UNITS)])
    states = [chair.state for chair, counts in seated if counts]
    kept = [chair.state for chair, counts in seated if counts and chair.in_brief]
    ringed = sum(chair.in_brief for chair in hall["chairs"])
    door = {status: count(reports, unit, asked) for status, reports in hall["door"].items()}
    data = {
        "count": len(states), "states": states, "kept": kept, "ringed": ringed, "chairs": seated,
        "door": door, "least": least, "unit": unit, "families": tuple(families), "hall": hall,
    }  # fmt: skip
    sentence = f"{were(len(states))} in the room, if {least} {enough(unit, least)}."
    if ringed:
        sentence += f" Of the {ringed} that the brief names, {len(kept)} keep a chair."
    outside = ", ".join(f"{status} {number}" for status, number in door.items()) or "no report"
    alt = (
        "A chair a state, a mark a report that puts it in the room; those that the brief names are "
        f"ringed. Standing: {', '.join(states) or 'none'}; the other chairs are hollow. Outside "
        f"the door {PINNED}, by {unit}: {outside}. {sentence}"
    )
    return Finding(sentence, alt, table, data)


def count(reports, unit, asked):
    """Return how many of a ``unit`` the ``reports`` of the families ``asked`` come to."""
    heard = [report for report in reports if report.family in asked]
    if unit == "reports":
        return len(heard)
    if unit == "origins":
        return len({report.origin for report in heard})
    return len({report.family for report in heard} - {UNKNOWN})


def were(n):
    """Return the subject of the sentence: "15 states were"."""
    return f"{n or 'No'} state{'s were' if n > 1 else ' was'}"


def enough(unit, least):
    """Return the rest of the rule: "reports are enough"."""
    one = {"reports": "report", "origins": "origin", "families": "family"}[unit]
    return f"{one} is enough" if least == 1 else f"{unit} are enough"


def _words(origins, publishers, sources):
    """Return dicts for the words of a card: origin_id -> origin, source_id -> publisher's row,
    and a function source_id -> words."""
    named = {} if origins is None else origins.set_index("origin_id")["origin"].to_dict()
    behind = {}
    for row in () if publishers is None else publishers.itertuples():
        behind |= dict.fromkeys(row.source_ids.split(";"), row)
    return named, behind, lambda one: "" if sources is None else source_words(one, sources)


def _report(row, named, behind, source):
    publisher = behind.get(row.source_id)
    said = f"{row.actor}: {SAID[row.status]}"
    if isinstance(getattr(row, "delegation", None), str):
        said += f" ({row.delegation})"
    if publisher is None or row.family == UNKNOWN:
        family = "Family not established: no page found says who stands behind it."
    else:
        sure = f"{publisher.kind}; our coding, {publisher.confidence_level} confidence"
        family = f"Family: {row.family} ({sure})"
    if row.origin == row.row_id:
        origin = "Where it comes from is not known, so it stands for itself."
    else:
        known = isinstance(row.origin_basis, str) and isinstance(row.origin_confidence, str)
        sure = f"Ground: {row.origin_basis}, {row.origin_confidence} confidence." if known else ""
        origin = f"Origin: {named.get(row.origin, row.origin)}. {sure}".strip()
    note = f"{row.note} " if isinstance(getattr(row, "note", None), str) else ""
    note = re.sub(r"\bS\d{3}\b", lambda found: source(found[0]) or "another source", note)
    lines = (said, source(row.source_id), family, origin, f"{note}[{row.row_id}]")
    return Report(row.row_id, row.status, row.family, row.origin, tuple(filter(None, lines)))


def _chair_card(state, n, in_brief, reading):
    lines = [f"{state}: {n} report{'s' if n > 1 else ''}"]
    lines.append("Named by the brief" if in_brief else "Not named by the brief as a guest")
    if reading is not None:
        sure = f"confidence {reading.confidence_level}"
        lines.append(f"Our own reading: {reading.reading}, {sure} [{reading.row_id}]")
    return tuple(lines)
