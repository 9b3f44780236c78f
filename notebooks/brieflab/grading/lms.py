"""Back into Moodle and Canvas: grades by lesson, and feedback under the names of the download.

What their importers read, from their own sources and manuals:

- Canvas, ``lib/gradebook_importer.rb`` (github.com/instructure/canvas-lms): a title that ends in a
  number in brackets is an assignment's id; without one the title itself finds the assignment, so
  it must be the same every week. A learner is found by ID, SIS User ID, SIS Login ID, name, in
  this order. Titles with "Final Points" are never read: Canvas adds up itself. EX excuses.
- Canvas, ``lib/content_zipper.rb`` and ``Assignment#infer_comment_context_from_filename``: files
  of a download are called ``name[_LATE]_user_attachment_file``; an upload reads the first two
  numbers of each name again.
- Moodle, ``grade/import/csv/classes/load_data.php`` and docs.moodle.org, "Grade import": one
  unknown learner stops the whole import, an empty key means the learner of the line above, an
  empty grade is taken away, "-" is no grade; addresses are compared with their capitals.
- Moodle, ``mod/assign/feedback/offline/importgradeslib.php``: a grading worksheet has Identifier,
  Grade and "Last modified (grade)"; a line counts by the number in its Identifier.
- Moodle, ``mod/assign/feedback/file/importziplib.php``: of each folder or file of the zip,
  ``name_number_assignsubmission_file``, the number between the first two underscores counts.

Knows no sheets, and judges and renders nothing.
"""

import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from brieflab import files
from brieflab.course import TITLE
from brieflab.grading import export
from brieflab.grading.people import Owner
from brieflab.grading.roster import Roster, platform, visible
from brieflab.grading.score import Score
from brieflab.questions import Question

LEFT_OUT = "left_out.csv"
"""The file that says who is missing in which file, and why."""

ZIPS = {"moodle": "feedback_moodle.zip", "canvas": "feedback_canvas.zip"}
"""Learning platform -> the zip with which feedback goes back to it."""

TOTAL = f"{TITLE} Final Points"
"""The column of the total: a name that Canvas shows and never reads, so that no work counts twice."""

PAGE = "feedback.html"
"""How a learner's page is called on their platform."""

_KEYS = {"number": "ID number", "username": "Username", "email": "Email address"}
_EXCUSED = "EX"
_OPEN = {"awaiting mark": "waiting for a mark", "unreadable": "not readable"}
_SIGN = b"brieflab"
_ODD = r"/\\:*?\"<>|\x00-\x1f\x7f\ud800-\udfff"
_NAME, _NUMBER = rf"[^_{_ODD}]{{1,200}}", r"(?P<number>[0-9]{1,18})"
_NAMES = {
    "moodle": rf"(?P<start>{_NAME}_{_NUMBER}_assignsubmission_(?:file|onlinetext))(?:_[^{_ODD}]{{0,200}})?",
    "canvas": rf"(?P<start>{_NAME}_(?:LATE_)?{_NUMBER}_[0-9]{{1,18}})_[^{_ODD}]+",
}  # fmt: skip


def column(lesson: int) -> str:
    """Return the name of a lesson's column: the same every week, without a number in brackets."""
    return f"{TITLE} Lesson {lesson}"


class _Sender(NamedTuple):
    """Where a learner's files came from: the platform, their number there, the page's name in a zip."""

    lms: str
    number: str
    page: str


@dataclass(eq=False)
class _Outgoing:
    """What goes out about one learner: a grade by column (None: not yet), keys, and their place."""

    owner: Owner
    keys: dict[str, str]
    place: _Sender | None
    grades: dict[str, float | str | None] = field(default_factory=dict)


def hand_back(
    out: str | Path,
    owners: list[Owner],
    scores: list[Score],
    asked: list[Question],
    roster: Roster,
    pages: Mapping[str, str],
) -> list[str]:
    """Write all that goes back to a learning platform into ``out``; return sentences about it.

    ``scores`` are of the ``owners``, in their order; ``pages`` {learner: file in feedback/}. Writes
    canvas.csv, moodle.csv, moodle_worksheet.csv, blackboard.csv, one of ``ZIPS`` for a delivery
    from Moodle or Canvas, and LEFT_OUT. Raises PlainError when a file cannot be written.
    """
    out, missing = Path(out), []
    places, doubts = _places(owners, roster)
    came = {place.lms for place in places.values()} | {lms for lms, _ in doubts.values()}
    columns, lines = _columns(asked), []
    for owner, score in zip(owners, scores):
        place = places.get(owner.person.id)
        line, why = _Outgoing(owner, _keys(owner, place), place), "not on the class list"
        if owner.known or not roster:
            lines.append(line)
            why = _grade(line, score, columns)
        if why:
            missing.append((owner, "grades", why))
    final = [line for line in lines if any(g is not None for g in line.grades.values())]
    keys, has_key = _moodle_keys(lines)
    _canvas(out / "canvas.csv", final, columns)
    _moodle(out / "moodle.csv", [line for line in final if line in has_key], keys, columns)
    no_key = f"the class list gives no {_KEYS[keys[0]]} of their own"
    missing += [(line.owner, "moodle.csv", no_key) for line in final if line not in has_key]
    missing += _worksheet(out / "moodle_worksheet.csv", final, columns)
    _blackboard(out / "blackboard.csv", final, columns)
    said = []
    for lms, name in ZIPS.items():
        packed = []
        for owner, score in zip(owners, scores):
            place = places.get(owner.person.id)
            if place and place.lms == lms and score.total is not None:
                packed.append((place.page, out / "feedback" / pages[owner.person.id]))
            elif lms in came:
                missing.append((owner, name, _no_page(owner, score, doubts)))
        _pack(out / name, packed)
        said += [f"Feedback to upload, {len(packed)} pages: {out / name}"] if packed else []
    rows = [(visible(o.person.id), visible(o.person.name), *what) for o, *what in missing]
    export.write_csv(out / LEFT_OUT, ("learner", "name", "file", "why"), rows)
    if not said:
        said.append(
            "No zip of feedback to upload: the files carry no names of learners as a download of "
            f"Moodle or Canvas gives them. Hand back the pages in {out / 'feedback'} by hand."
        )
    if people := len({owner.person.id for owner, *_ in missing}):
        said.append(f"{people} learners are missing in a file to upload: {out / LEFT_OUT}")
    return said


# --- whose number it is


def _places(owners, roster):
    """Return ({learner: _Sender}, {learner: why there is none though a platform sent the files}).

    Only the outermost name that a platform gave counts, and only where it names this learner: what
    lies deeper is the learner's own choice.
    """
    found, doubts, places, taken = defaultdict(list), {}, {}, defaultdict(set)
    for owner in owners:
        who = owner.person.id
        for piece in owner.pieces:
            named = next((n for n, part in enumerate(piece.parts) if platform((part,))), None)
            if named is None:
                continue
            part, inner = piece.parts[named], len(piece.parts) > named + 1
            for lms, pattern in _NAMES.items():
                if not (said := re.fullmatch(pattern, part)):
                    continue
                if not _names(part, owner, roster):
                    doubts[who] = lms, f"'{visible(part)[:80]}' does not name this learner alone"
                    continue
                folder = lms == "moodle" and inner and not part.lower().endswith(".zip")
                page = f"{part}/{PAGE}" if folder else f"{said['start']}_{PAGE}"
                number = said["number"].lstrip("0") or "0"
                found[who].append(_Sender(lms, number, page))
                taken[lms, number].add(who)
    for who, mine in found.items():
        numbers = {(place.lms, place.number) for place in mine}
        if len(numbers) > 1:
            named = ", ".join(sorted(number for _, number in numbers))
            doubts[who] = mine[0].lms, f"their files carry several numbers: {named}"
        elif any(taken[number] != {who} for number in numbers):
            why = f"the number {mine[0].number} stands at the files of several learners"
            doubts[who] = mine[0].lms, why
        else:
            places[who] = mine[0]
    return places, doubts


def _names(part, owner, roster):
    if roster:
        return roster.meant_by(part).one == owner.person
    name, number, _ = platform((part,))
    return owner.person.id == f"{name} {number}".strip()


def _keys(owner, place):
    """Return {what: value} by which a platform knows the learner; only what the class list says."""
    person, also = owner.person, dict(owner.person.also)
    mine = "" if also or place or person.id == person.email else person.id
    canvas = also.get("canvas_id", "")
    return {
        "number": also.get("number") or also.get("id") or mine,
        "username": also.get("username", ""),
        "email": person.email,
        "canvas_id": canvas or (place.number if place and place.lms == "canvas" else ""),
    }


# --- grades


def _columns(asked):
    """Return {column: points} of the lessons that were set, and of them together.

    Nothing that a learner sends adds a column or takes one away.
    """
    lessons = defaultdict(float)
    for question in asked:
        lessons[question.lesson] += question.points
    columns = {column(lesson): points for lesson, points in lessons.items()}
    return columns | ({TOTAL: sum(lessons.values())} if len(lessons) > 1 else {})


def _grade(line, score, columns):
    """Fill in the grades of a line that are final; return why others are not, or ''."""
    if score.incomplete:
        return "not all that was handed in could be read, or it is not settled whose it is"
    if score.total is None and score.count("blank") == len(score.items):
        return "nothing was received"
    whys, lessons = defaultdict(list), defaultdict(list)
    for item in score.items.values():
        lessons[item.question.lesson].append(item)
    for lesson, items in lessons.items():
        line.grades[column(lesson)] = _lesson(lesson, items, whys)
    if TOTAL in columns:
        line.grades[TOTAL] = None if whys else score.scaled
    return "; ".join(f"{why}: {', '.join(names)}" for why, names in whys.items())


def _lesson(lesson, items, whys):
    """Return a learner's grade of a lesson, EX if all is excused; None, with why, if not final."""
    counted = [item for item in items if item.state != "excused"]
    if not counted:
        return _EXCUSED
    final = True
    for state, words in _OPEN.items():
        if named := [item.question.id for item in counted if item.state == state]:
            whys[words] += named
            final = False
    if final and all(item.state == "blank" for item in counted):
        whys["nothing was answered, and a 0 is yours to give, in lesson"].append(str(lesson))
        final = False
    possible, every = (sum(i.question.points for i in some) for some in (counted, items))
    earned = sum(item.awarded or 0 for item in counted)
    return round(earned * every / possible if possible else earned, 2) if final else None


def _canvas(path, lines, columns):
    points = ["(read only)" if name == TOTAL else f"{p:g}" for name, p in columns.items()]
    rows = [["    Points Possible", "", "", "", "", *points]]
    for line in lines:
        who, keys = line.owner.person, line.keys
        login = keys["username"] or keys["email"]
        grades = [line.grades.get(name) for name in columns]
        rows.append([who.name or who.id, keys["canvas_id"], keys["number"], login, "", *grades])
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *columns]
    export.write_csv(path, header, rows, "")


def _moodle_keys(lines):
    """Return (keys, the lines that have them): a key without a gap and nobody's twice, or no key.

    A gap, or an id that Moodle does not know, would give the grade to another learner or stop the
    import. All of the class is looked at, so that the columns do not hang on who has a grade yet.
    """
    alone = {}
    for key in _KEYS:
        times = Counter(line.keys[key] for line in lines)
        alone[key] = {
            line
            for line in lines
            if (value := line.keys[key]) and times[value] == 1 and export.safe(value) == value
        }
    best = max(_KEYS, key=lambda key: len(alone[key]))
    return [best, *(k for k in _KEYS if k != best and alone[best] <= alone[k])], alone[best]


def _moodle(path, lines, keys, columns):
    rows = [
        [
            *(line.keys[key] for key in keys),
            line.owner.person.name,
            *(_for_moodle(line.grades.get(name)) for name in columns),
        ]
        for line in lines
    ]
    export.write_csv(path, [*map(_KEYS.get, keys), "Full name", *columns], rows, "")


def _for_moodle(grade):
    """Return a grade for Moodle's import, where an empty cell is not the sign for no grade."""
    return export.Plain("-") if grade in (None, _EXCUSED) else grade


def _worksheet(path, lines, columns):
    """Write the grading worksheet of one assignment; yield who has no number, or no grade for it."""
    name = TOTAL if TOTAL in columns else next(iter(columns), "") if len(columns) == 1 else ""
    came = [line for line in lines if line.place and line.place.lms == "moodle"]
    graded = [line for line in came if isinstance(line.grades.get(name), (int, float))]
    rows = [
        [
            f"Participant {line.place.number}",
            line.owner.person.name,
            line.grades[name],
            f"{columns[name]:g}",
            export.Plain("-"),
        ]
        for line in graded
    ]
    header = ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)"]
    export.write_csv(path, header, rows, "")
    for line in lines if came else ():
        if line not in came:
            yield line.owner, path.name, "no folder of Moodle's download is theirs"
        elif line not in graded:
            yield line.owner, path.name, "not every lesson of this run has a grade"


def _blackboard(path, lines, columns):
    rows = [
        [
            *export.last_first(line.owner.person.name),
            line.keys["username"] or line.owner.person.id,
            *(line.grades.get(name) for name in columns),
        ]
        for line in lines
    ]
    header = [f"{name} [Total Pts: {points:g} Score]" for name, points in columns.items()]
    export.write_csv(path, ["Last Name", "First Name", "Username", *header], rows)


# --- feedback


def _no_page(owner, score, doubts):
    if score.total is None:
        return "there is no work of theirs with points"
    return (
        doubts.get(owner.person.id, ("", ""))[1]
        or "none of their files has a name that the platform gave"
    )


def _pack(path, pages):
    """Write a zip of ``pages``, (name in it, file); without any, remove that of an earlier run."""
    if not pages:
        return _remove(path)
    with (
        export.telling(path),
        files.writing(path) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        out.comment = _SIGN
        for name, page in pages:
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            out.writestr(info, page.read_bytes())
    return None


def _remove(path):
    try:
        with zipfile.ZipFile(path) as old:
            ours = old.comment == _SIGN
    except (OSError, zipfile.BadZipFile):
        return
    if ours:
        path.unlink()
