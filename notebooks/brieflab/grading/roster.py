"""The class list: who is in the class, under which names, and whom a file or folder name means.

Reads our own ``id,name,email`` and the lists that Moodle, Canvas, Blackboard, Brightspace,
Gradescope, GitHub, Google Classroom and nbgrader export. Knows nothing of sheets and points, and
opens no submission.
"""

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from brieflab.grading.problems import Problem
from brieflab.plain import PlainError

_PLATFORMS = [
    # Moodle, Canvas, Blackboard, Brightspace: how each names the files of a download
    r"(?s)(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<moodle>file|onlinetext)(?:_.*)?",
    r"(?s)(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_.+",
    r"(?s).+?_(?P<id>[^_]+)_attempt_\d{4}(?:-\d\d){5}(?:_.+)?",
    r"(?s)(?P<id>\d+)-\d+ ?- (?P<name>.+?) - \w+ \d{1,2}, \d{4} .+",
]


def stem_of(part: str) -> str:
    """Return a file or folder name without the ending of a sheet, notebook or zip."""
    return re.sub(r"(?i)\.(json|ipynb|zip)$", "", part)


def visible(text: Any) -> str:
    """Return ``text`` with invisible, control and undecodable characters shown as escapes.

    The joiners between the letters of a Persian or Hindi name are part of it and stay.
    """
    text = str(text)
    joined = {
        n
        for n in range(1, len(text) - 1)
        if text[n] in "\u200c\u200d" and text[n - 1].isalpha() and text[n + 1].isalpha()
    }
    return "".join(
        c if c.isprintable() or n in joined else c.encode("unicode_escape").decode()
        for n, c in enumerate(text)
    )


def fold(text: Any) -> str:
    """Return ``text`` for comparing ids: one normal form, no case, nothing invisible."""
    seen = "".join(c for c in str(text) if unicodedata.category(c) not in ("Cf", "Cc", "Cs"))
    words = unicodedata.normalize("NFC", seen).casefold().split()
    return unicodedata.normalize("NFC", " ".join(words))


def words_of(name: Any) -> list[str]:
    """Return the words of a person's name for comparing: no case, accents and punctuation."""
    bare = unicodedata.normalize("NFKD", fold(name).replace("ı", "i"))
    bare = "".join(c for c in bare if unicodedata.category(c) != "Mn").casefold()
    bare = re.sub(r"['’`´ʼ]", "", bare)
    return re.findall(r"[^\W\d_]+", bare)


@dataclass(frozen=True)
class Person:
    """One learner as the class knows them.

    also: what other columns of the class list call them, as (column, value).
    """

    id: str
    name: str = ""
    email: str = ""
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Meant:
    """Whom a name means: several people share it, or its parts contradict each other."""

    people: frozenset[Person] = frozenset()
    contradiction: bool = False

    @property
    def one(self) -> Person | None:
        """The one Person that is meant, or None."""
        return next(iter(self.people)) if len(self.people) == 1 else None


def platform(parts: tuple[str, ...]) -> tuple[str, str, bool] | None:
    """Return (name, id, late) from the outermost part that a learning platform named, or None."""
    for part in parts:
        if found := _platform(part):
            return found.get("name") or "", found["id"], bool(found.get("late"))
    if "submitted" in parts[:-2]:
        return "", parts[parts.index("submitted") + 1], False
    return None


@lru_cache(maxsize=20_000)
def _platform(part):
    """Return what a platform wrote in front of a name; what follows is the learner's to choose."""
    found = [match for pattern in _PLATFORMS if (match := re.fullmatch(pattern, part))]
    first = min(found, key=lambda match: match.end("id"), default=None)
    return first and first.groupdict()


class Roster:
    """The class list: finds a Person by id, e-mail, name or the name as a platform writes it."""

    def __init__(self, people: Iterable[Person] = (), problems: Iterable[Problem] = ()):
        self.people, self.problems = list(people), list(problems)
        self._exact = {person.id: person for person in self.people}
        self._ids, self._squashed = defaultdict(set), defaultdict(set)
        self._first, self._participants, self._memo = defaultdict(set), defaultdict(set), {}
        for person in self.people:
            for column, value in (("id", person.id), ("email", person.email), *person.also):
                kept = self._participants if column == "participant" else self._ids
                kept[fold(value)].add(person)
            words = words_of(person.name)
            for n in range(len(words)):
                turned = tuple(words[n:] + words[:n])
                self._squashed["".join(turned)].add(person)
                if len(words) > 1:
                    self._first[turned[0]].add((turned, person))
        self._ids.pop("", None)

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
            for found in (self._ids.get(fold(word), ()), self._named(word)):
                if len(found) == 1:
                    return next(iter(found))
        return None

    def meant_by(self, part: str) -> Meant:
        """Return whom a file or folder name means, as far as the roster can tell."""
        if part not in self._memo:
            self._memo[part] = self._meant(part)
        return self._memo[part]

    def _meant(self, part):
        stem = stem_of(part)
        for whole in (part, stem):
            if whole in self._exact:
                return Meant(frozenset({self._exact[whole]}))
            if found := self._ids.get(fold(whole)):
                return Meant(frozenset(found))
        if said := _platform(part):
            return self._on_platform(said)
        named = self._named(stem)
        words = {*re.split(r"[\s_.,()\[\]-]+", stem), *re.split(r"[\s_,()\[\]]+", stem)}
        numbered = {p for word in words if _telling(word) for p in self._ids.get(fold(word), ())}
        return _both(named, numbered)

    def _on_platform(self, said):
        name, number = said.get("name") or "", said["id"]
        ids = self._participants if said.get("moodle") and self._participants else self._ids
        numbered = set(ids.get(fold(number), ()))
        named = self._named(name) | set(self._ids.get(fold(name), ()))
        if name and numbered and not named:
            squashed = "".join(words_of(name))
            strangers = {
                p for p in numbered if p.name and not any(w in squashed for w in words_of(p.name))
            }
            if strangers == numbered:
                return Meant(frozenset(numbered), contradiction=True)
        return _both(named, numbered)

    def _named(self, text):
        """Return the people whose whole name, or whose name as the longest part, ``text`` is."""
        words = words_of(text)
        if found := self._squashed.get("".join(words)):
            return set(found)
        best, found = 0, set()
        for n, word in enumerate(words[:60]):
            for turned, person in self._first.get(word, ()):
                if len(turned) >= best and tuple(words[n : n + len(turned)]) == turned:
                    found = {person} | (found if len(turned) == best else set())
                    best = len(turned)
        return found


def _telling(word):
    """Tell whether a word within a name may be somebody's id: '12' in 'week 12' is none."""
    return len(word) > 3 or (len(word) > 1 and any(c.isalpha() for c in word))


def _both(named, numbered):
    if named and numbered:
        shared = named & numbered
        return Meant(frozenset(shared or named | numbered), contradiction=not shared)
    found = frozenset(named or numbered)
    return Meant(found, contradiction=bool(numbered) and len(found) > 1)


# --- class lists as files

_ROLES = {
    "id": "id",
    "number": "sis user id|id number|student id|sid|orgdefinedid|org defined id|student number"
    "|id-nummer|matrikelnummer",
    "username": "username|user name|sis login id|login|login id|github_username|benutzername"
    "|anmeldename|identifiant",
    "name": "name|student|full name|student name|vollständiger name|vollstandiger name|nom complet",
    "first": "first name|first_name|firstname|given name|vorname|prénom",
    "last": "last name|last_name|lastname|surname|family name|nachname|nom|nom de famille",
    "email": "email|e-mail|email address|e-mail address|e-mail-adresse|mail|adresse de courriel",
    "participant": "identifier|participant|bezeichner",
    "canvas_id": "canvas_id",
}
_COLUMNS = {word: role for role, words in _ROLES.items() for word in words.split("|")}
_STEP = (
    "Give the list that your platform exports, as CSV, or write one with the columns id, name "
    "and, if you like, email."
)


@dataclass
class _List:
    """The lines of a class list below its headings, and what each column is."""

    roles: list[str]
    rows: list[tuple[int, list[str]]]
    problems: list[Problem] = field(default_factory=list)


def read_roster(path: str | Path) -> Roster:
    """Return the Roster in a CSV file: our own columns, or a list that a platform exports.

    Raises PlainError when the file cannot be read, a column is missing, nobody stands in it or an
    id stands twice.
    """
    path = Path(path)
    shown = visible(path.name)
    found = _columns(rows_of(path, f"The roster {shown}", _STEP), shown)
    people, seen = [], {}
    for line, cells in found.rows:
        said = defaultdict(str)
        for role, cell in zip(found.roles, cells):
            said[role] = said[role] or cell.strip().lstrip("#").strip()
        name = said["name"] or " ".join(filter(None, (said["first"], said["last"])))
        if _is_no_learner(name, said):
            continue
        if re.fullmatch(r"(?i)(participant|teilnehm\S*?)\W*\d+", said["id"]):
            said["participant"] = said.pop("id")
        number = re.search(r"\d+", said["participant"])
        if said["participant"] and not number:
            said["username"] = said["username"] or said["participant"]
        keys = (said[role] for role in ("id", "number", "username", "email", "canvas_id"))
        who = next(filter(None, keys), "")
        if not who:
            if any(cell.strip() for cell in cells):
                what = (
                    f"line {line} has no id ('{visible(name)[:60]}') and was left out; give it one"
                )
                found.problems.append(Problem("roster", what, shown))
            continue
        if who in seen:
            raise PlainError(
                f"The id '{visible(who)}' stands twice in the roster (lines {seen[who]} and "
                f"{line}). Each learner needs one."
            )
        seen[who] = line
        also = [(r, said[r]) for r in ("id", "number", "username", "canvas_id") if said[r]]
        also += [("participant", number.group())] if number else []
        people.append(Person(who, name, said["email"], tuple(also)))
    if not people:
        raise PlainError(f"The roster {shown} names nobody below its headings. {_STEP}")
    return Roster(people, found.problems)


def rows_of(path: Path, what: str, step: str) -> list[tuple[int, list[str]]]:
    """Return (line number, cells) of every line of a CSV file that holds something.

    Commas, semicolons and tabs, UTF-8, UTF-16 and Windows' own encoding are all read. Raises
    PlainError, with ``what`` the file is and the next ``step``, when there is nothing to read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PlainError(f"{what} cannot be read ({error.strerror}). {step}") from None
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise PlainError(
            f"{what} cannot be read: it is a workbook. Open it, save it as CSV (UTF-8), and name "
            "that file."
        )
    encoding = "utf-8-sig"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in data[:200]:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise PlainError(f"{what} cannot be read: it is empty. {step}")
    told = re.fullmatch(r'"?sep=(.)"?', lines[0].strip())
    comma = told[1] if told else max(",;\t", key=lambda c: sum(x.count(c) for x in lines[:10]))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma)
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise PlainError(f"{what} cannot be read ({error}). {step}") from None
    return rows[1:] if told else rows


def _columns(rows, shown):
    for place, (_, row) in enumerate(rows[:10]):
        roles = [_COLUMNS.get(fold(cell).strip("'\"#* "), "") for cell in row]
        if "id" in roles and fold(row[0]) == "student":  # Canvas: ID is its own number
            roles[roles.index("id")] = "canvas_id"
        has_id = {"id", "number", "username", "email", "participant", "canvas_id"} & set(roles)
        if has_id and ({"name", "first", "last"} & set(roles) or {"id", "email"} <= set(roles)):
            return _List(roles, rows[place + 1 :])
    headings = [cell.strip() for cell in rows[0][1]]
    roles = {_COLUMNS.get(fold(cell), "") for cell in headings}
    missing = "name" if "id" in roles else "id"
    named = ", ".join(f"'{visible(cell)[:40]}'" for cell in headings[:12])
    raise PlainError(f"The roster {shown} has no column '{missing}'; it has {named}. {_STEP}")


def _is_no_learner(name, said):
    """Tell whether a line is one that Canvas adds: the points possible, the test student."""
    if fold(name).startswith("points possible") or fold(name) == "student, test":
        return True
    return not name and not any(said[role] for role in ("id", "number", "username", "email"))
