"""Whose file is it? The learning platform, the roster, the sheet or the folder tells.

What the platform wrote into a file or folder name counts for more than the id inside a sheet,
because a learner can edit the sheet. Knows nothing of answers and points, and opens no submission.
"""

import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brieflab.grading.problems import Problem
from brieflab.plain import PlainError, need_columns

_PLATFORMS = [
    # Moodle, Canvas, Blackboard: how each names the files of a download
    re.compile(
        r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?", re.DOTALL
    ),
    re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_.+", re.DOTALL),
    re.compile(r".+_(?P<id>[^_]+)_attempt_\d{4}(?:-\d\d){5}(?:_.+)?", re.DOTALL),
]
_OURS = re.compile(r"answers|\d\d_[a-z]", re.IGNORECASE)
_GENERIC = {"exercises", "notebooks", "submission", "submissions"}


def stem_of(part: str) -> str:
    """Return a file or folder name without the ending of a sheet, notebook or zip."""
    return re.sub(r"(?i)\.(json|ipynb|zip)$", "", part)


def visible(text: Any) -> str:
    """Return ``text`` with invisible, control and undecodable characters shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def fold(text: Any) -> str:
    """Return ``text`` for comparing names: one normal form, no case, nothing invisible."""
    seen = "".join(c for c in str(text) if unicodedata.category(c) not in ("Cf", "Cc", "Cs"))
    words = unicodedata.normalize("NFC", seen).casefold().split()
    return unicodedata.normalize("NFC", " ".join(words))


def safe_name(text: str) -> str | None:
    """Return ``text`` if every system takes it as a file name and as itself, else None."""
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", text)
    reserved = re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", text)
    return text if plain and not reserved else None


@dataclass(frozen=True)
class Person:
    """One learner as the class knows them."""

    id: str
    name: str = ""
    email: str = ""


class Roster:
    """The class list: finds a Person by id, e-mail, name or the name as Canvas writes it."""

    def __init__(self, people: Iterable[Person] = ()):
        self.people = list(people)
        known = defaultdict(set)
        for person in self.people:
            words = re.findall(r"[\w'-]+", fold(person.name))
            turned = ["".join(words[i:] + words[:i]) for i in range(len(words))]
            for word in {fold(person.id), fold(person.email), fold(person.name), *turned} - {""}:
                known[word].add(person)
        self._known = known
        self._exact = {person.id: person for person in self.people}
        self._ids = {fold(p.id) for p in self.people} | {fold(p.email) for p in self.people}

    def __bool__(self):
        return bool(self.people)

    def has(self, person: Person) -> bool:
        """Tell whether the Person is on the roster."""
        return person.id in self._exact

    def find(self, *words: str) -> Person | None:
        """Return the one Person that a word names, or None (also when two would fit)."""
        for word in words:
            if word in self._exact:
                return self._exact[word]
            found = self._known.get(fold(word), ())
            if len(found) == 1:
                return next(iter(found))
        return None

    def find_in(self, part: str) -> Person | None:
        """Return the Person named by a file or folder name, as a whole or by an id within it."""
        stem = stem_of(part)
        ids = [word for word in re.split(r"[\s_.()-]+", stem) if fold(word) in self._ids]
        return self.find(part, stem, *ids)


def read_roster(path: str | Path) -> Roster:
    """Return the Roster in a CSV file with the columns id, name and, if you like, email.

    Raises PlainError when the file cannot be read, a column is missing or an id stands twice.
    """
    import pandas as pd

    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        comma = max(",;\t", key=text.splitlines()[0].count)
        table = pd.DataFrame(csv.DictReader(io.StringIO(text), delimiter=comma)).fillna("")
    except (OSError, IndexError, UnicodeDecodeError, csv.Error) as error:
        raise PlainError(
            f"The roster {path.name} cannot be read ({type(error).__name__}). "
            "Save it as CSV (UTF-8) with the columns id, name and, if you like, email."
        ) from None
    need_columns(table, ["id", "name"], "roster")
    twice = [i for i, n in Counter(table["id"].str.strip()).items() if n > 1]
    if twice:
        raise PlainError(
            f"The id '{visible(twice[0])}' stands twice in the roster. Each learner needs one."
        )
    email = table["email"] if "email" in table.columns else [""] * len(table)
    rows = zip(table["id"], table["name"], email)
    return Roster([Person(i.strip(), n.strip(), e.strip()) for i, n, e in rows if i.strip()])


@dataclass
class Piece:
    """One file that belongs to somebody: where it lay and what its sheet says.

    ``packed`` is the sheet as compressed JSON, None when it could not be read.
    """

    parts: tuple[str, ...]
    claim: str = ""
    claimed_name: str = ""
    packed: bytes | None = None

    @property
    def label(self) -> str:
        """The place of the file in words, fit to print."""
        return visible("/".join(self.parts))


@dataclass
class Owner:
    """A learner with every file that came from them.

    known: they are on the roster. foreign: a sheet of theirs carries another learner's id.
    """

    person: Person
    pieces: list[Piece] = field(default_factory=list)
    known: bool = True
    foreign: bool = False


def platform(parts: tuple[str, ...]) -> tuple[str, str, bool] | None:
    """Return (name, id, late) from the first part that a learning platform named, or None."""
    for part in parts:
        for pattern in _PLATFORMS:
            found = pattern.fullmatch(part)
            if found:
                said = found.groupdict()
                return said.get("name") or "", said["id"], bool(said.get("late"))
    if "submitted" in parts[:-2]:
        return "", parts[parts.index("submitted") + 1], False
    return None


def owners(pieces: list[Piece], roster: Roster) -> tuple[list[Owner], list[Problem]]:
    """Return (owners, problems): the Owners of ``pieces``, sorted by id, and what does not fit.

    File and folder names that the platform or the roster knows decide; then the id in the sheet;
    then the name of the folder or file. Two places that claim one id are never merged.
    """
    problems: list[Problem] = []
    claims = defaultdict(set)
    for piece in pieces:
        for depth in range(1, len(piece.parts)):
            claims[piece.parts[:depth]].add(fold(piece.claim))
    groups, called = defaultdict(list), {}
    for piece in pieces:
        place, called_so = _place(piece, roster, claims)
        groups[place].append(piece)
        called[place] = called_so
    rivals = defaultdict(set)
    for place, group in groups.items():
        for claim in {fold(piece.claim) for piece in group} - {""}:
            rivals[claim].add(place)
    found = {}
    for place, group in groups.items():
        person, foreign = _person(place, called[place], group, roster, rivals, groups, problems)
        key = person.id if roster.has(person) else fold(person.id)
        owner = found.setdefault(key, Owner(person, known=roster.has(person)))
        if owner.person.id != person.id:
            what = f"'{visible(person.id)}' was taken for '{visible(owner.person.id)}'"
            problems.append(Problem("two spellings", what, group[0].label, owner.person.id))
        owner.pieces += group
        owner.foreign |= foreign
    return [found[key] for key in sorted(found)], problems


def _place(piece, roster, claims):
    """Return (key, Person or None): the delivery a piece belongs to, and who made it."""
    said = platform(piece.parts)
    if said:
        number, name = said[1], said[0]
        person = roster.find(number, name) or Person(f"{name} {number}".strip(), name)
        return ("delivery", person.id), person
    person = next(filter(None, map(roster.find_in, piece.parts)), None)
    if person:
        return ("delivery", person.id), person
    stem, folders = stem_of(piece.parts[-1]), piece.parts[:-1]
    if piece.claim or _OURS.match(stem):
        for depth in range(1, len(piece.parts)):
            # a folder with one learner's files is theirs; a folder of many is just a folder
            if len(claims[piece.parts[:depth]] - {""}) == 1:
                return ("folder", piece.parts[:depth]), None
    if piece.claim:
        return ("claim", fold(piece.claim)), None
    own = [stem_of(part) for part in folders if fold(part) not in _GENERIC]
    name = own[-1] if own and _OURS.match(stem) else stem
    return ("name", fold(name)), Person(name)


def _person(place, called, group, roster, rivals, groups, problems):
    """Return (Person, foreign) for one group of pieces; ``problems`` takes what contradicts it."""
    foreign = False
    claims = {fold(piece.claim): piece for piece in reversed(group) if piece.claim}
    if len(claims) > 1:
        several = ", ".join(visible(piece.claim) for piece in claims.values())
        what = f"files of one place carry several ids: {several}"
        problems.append(Problem("several ids", what, group[0].label))
    for claim, piece in claims.items():
        meant = roster.find(piece.claim, piece.claimed_name)
        meant = meant or Person(piece.claim, piece.claimed_name)
        if called and roster.has(called):
            if roster.has(meant) and meant != called:
                foreign = True
                what = (
                    f"it carries the id of {visible(meant.id)}; it was graded as "
                    f"{visible(called.id)}, to whom its place belongs"
                )
                problems.append(Problem("another learner's id", what, piece.label, called.id))
            continue
        others = rivals[claim] - {place} or ({("delivery", meant.id)} & set(groups)) - {place}
        name = stem_of(place[1][-1]) if place[0] == "folder" else place[1]
        if not others or fold(name) == claim:
            name = meant.name or (called.name if called else "")
            return Person(meant.id, name, meant.email), False
        own = called or Person(name)
        what = (
            f"the id '{visible(piece.claim)}' also comes from another place; the two were kept "
            f"apart, and this one was graded as '{visible(own.id)}'"
        )
        problems.append(Problem("another learner's id", what, piece.label, own.id))
        return own, True
    return called or Person(place[1]), foreign
