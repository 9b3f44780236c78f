"""Find every answer sheet and notebook in a folder of submissions, and whose each one is.

Loose files, folders and zips (also zips in zips, and the downloads of Moodle, Canvas,
Blackboard and nbgrader's ``submitted/``) are read in memory; nothing is unpacked to disk, no
link is followed. What is not read, and what was odd, becomes a Problem: nothing is hidden.
Knows nothing of questions, points and due times.
"""

import io
import json
import os
import stat
import struct
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from brieflab import sheet as sheets
from brieflab.course import SLUG
from brieflab.grading.people import Owner, Piece, Roster, fold, owners, visible
from brieflab.grading.problems import Problem
from brieflab.grading.reading import read
from brieflab.plain import PlainError

MEMBER = 512 * 2**20
"""Bytes of one file, also of one packed in a zip, up to which it is searched for answers."""

ARCHIVE = 2**30
"""Bytes that the files in one zip, with the zips in it, may unpack to before the rest is left."""

_NESTED = 64 * 2**20
_DIRECTORY = 16 * 2**20
_DEPTH = 3
_COPIED = 12
_IGNORED = {
    "solutions", "datasets", "seeds", "tests", "brieflab", "__macosx", "__pycache__",
    ".ipynb_checkpoints", ".git", ".venv", "node_modules",
}  # fmt: skip
_SIGNS = (SLUG.encode(), b'"cells"', b'"worksheets"', b'"answers"')
_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile)


@dataclass
class Collected:
    """What a folder held: the Owners, sorted by id, the Problems met, the number of files read."""

    owners: list[Owner]
    problems: list[Problem]
    files: int = 0


@dataclass
class Reader:
    """Walks a folder and reads what may hold answers; keeps the problems."""

    skip: Path | None = None
    problems: list[Problem] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    _others: Counter = field(default_factory=Counter)
    _ignored: Counter = field(default_factory=Counter)

    def say(self, kind: str, what: str, parts: tuple, level: str = "problem") -> None:
        """Keep a Problem about the file at ``parts``."""
        self.problems.append(Problem(kind, what, visible("/".join(parts)), level=level))

    def lose(self, kind: str, what: str, parts: tuple) -> None:
        """Keep a Problem about a file that may hold answers and was not read."""
        self.pieces.append(Piece(parts))
        self.say(kind, what, parts)

    def walk(self, top: str | Path, progress: Callable[[Iterable], Iterable] = iter) -> None:
        """Read every file below the folder ``top``, or the one file ``top``."""
        top = Path(top)
        found = [(top.parent, [top.name])] if top.is_file() else self._folders(top)
        base = top.parent if top.is_file() else top
        prefix = ("submitted",) if base.name == "submitted" else ()
        for folder, names in found:
            for name in progress(sorted(names)):
                path = Path(folder) / name
                self._path(path, prefix + path.relative_to(base).parts)
        for (place, kind), n in sorted(self._others.items()):
            self.say("other files", f"{n} of kind '{kind}' were not read", (place,), "note")
        for (place, name), n in sorted(self._ignored.items()):
            what = f"{n} files in folders called '{name}' were not read: they are not answers"
            self.say("other files", what, (place,), "note")

    def _folders(self, top):
        def failed(error):
            parts = Path(error.filename or top).relative_to(top).parts
            self.say("cannot be opened", f"the folder cannot be read ({error.strerror})", parts)

        for folder, below, names in os.walk(top, onerror=failed):
            for name in below[:]:
                path = Path(folder) / name
                if path.is_symlink():
                    parts = path.relative_to(top).parts
                    self.say("link", "a link to a folder; it was not followed", parts)
                    below.remove(name)
                elif self.skip and path.resolve() == self.skip:
                    below.remove(name)
            below.sort()
            yield folder, names

    def _path(self, path, parts):
        try:
            kind = path.lstat().st_mode
            if stat.S_ISLNK(kind):
                return self.say("link", "a link; it was not followed", parts)
            if not stat.S_ISREG(kind):
                what = "neither a file nor a folder; it was not opened"
                return self.say("not a file", what, parts)
            if self._is_ignored(parts):
                return None
            flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
            with open(os.open(path, flags), "rb") as file:
                return self._file(file, path.stat().st_size, parts, depth=0, budget=[ARCHIVE])
        except OSError as error:
            what = f"the file cannot be read ({error.strerror})"
            return self.lose("cannot be opened", what, parts)

    def _is_ignored(self, parts):
        name = next((p.lower() for p in parts[:-1] if p.lower() in _IGNORED), None)
        if name or parts[-1].startswith("._"):
            self._ignored[parts[0], name or "._"] += 1
            return True
        return False

    def _file(self, file, size, parts, depth, budget):
        """Read one open binary file; ``budget`` is what its zip may still unpack to."""
        ending = os.path.splitext(parts[-1])[1].lower()
        if ending == ".zip":
            return self._zip(file, size, parts, depth, budget)
        head = file.read(4096)
        plain = head.replace(b"\0", b"")
        if ending not in (".json", ".ipynb") and not any(sign in plain for sign in _SIGNS):
            self._others[parts[0] if len(parts) > 1 else "", visible(ending) or "none"] += 1
            return None
        if size > MEMBER:
            what = f"{size >> 20} MB; files up to {MEMBER >> 20} MB are read"
            return self.lose("too large", what, parts)
        return self._sheet(_Chain(head, file), parts)

    def _sheet(self, stream, parts):
        piece = Piece(parts)
        self.pieces.append(piece)
        try:
            sheet, remarks = read(stream, parts[-1])
        except PlainError as error:
            return self.say("unreadable", visible(error), parts)
        except _BROKEN as error:
            what = f"the file breaks off while reading ({visible(error)})"
            return self.say("unreadable", what, parts)
        for remark in remarks:
            self.say("odd file", visible(remark), parts)
        for item, what in sheet.pop("unreadable", {}).items():
            odd = Problem("unreadable entry", visible(what), piece.label, item=visible(item))
            self.problems.append(odd)
        piece.claim = str(sheet["learner"].get("id", "")).strip()
        piece.claimed_name = str(sheet["learner"].get("name", "")).strip()
        if visible(piece.claim) != piece.claim:
            what = f"invisible or control characters in the learner id '{visible(piece.claim)}'"
            self.say("odd id", what, parts)
        piece.packed = zlib.compress(json.dumps(sheet).encode())
        return None

    def _zip(self, file, size, parts, depth, budget):
        try:
            if depth >= _DEPTH:
                raise PlainError(f"zips are read {_DEPTH} deep, not deeper")
            if _directory_size(file, size) > _DIRECTORY:
                raise PlainError("its list of contents is too long to be a submission")
            archive = zipfile.ZipFile(file)
        except (PlainError, zipfile.BadZipFile, ValueError, OSError) as error:
            return self.lose("zip", f"the zip was not read: {visible(error)}", parts)
        with archive:
            for info in sorted(archive.infolist(), key=lambda i: (i.file_size, i.filename)):
                if not info.is_dir():
                    self._member(archive, info, parts, depth, budget)
        return None

    def _member(self, archive, info, parts, depth, budget):
        name = info.filename.replace("\\", "/")
        inner = (*parts, *filter(None, name.split("/")))
        if name.startswith("/") or name[1:2] == ":" or ".." in inner:
            return self.say("zip", "a name that leads out of the zip; it was not read", inner)
        if stat.S_ISLNK(info.external_attr >> 16):
            return self.say("link", "a link in a zip; it was not followed", inner)
        if self._is_ignored(inner):
            return None
        if info.flag_bits & 1:
            return self.lose("zip", "locked with a password; it was not read", inner)
        nested = name.lower().endswith(".zip")
        if info.file_size > (_NESTED if nested else MEMBER) or info.file_size > budget[0]:
            size = f"{info.file_size >> 20} MB"
            what = f"unpacks to {size}, too much for a submission; it was not read"
            return self.lose("zip", what, inner)
        budget[0] -= info.file_size
        try:
            with archive.open(info) as file:
                source = io.BytesIO(file.read()) if nested else file
                return self._file(source, info.file_size, inner, depth + 1, budget)
        except (*_BROKEN, NotImplementedError, ValueError) as error:
            return self.lose("zip", f"damaged in the zip: {visible(error)}", inner)


class _Chain(io.RawIOBase):
    """A stream of the bytes already read and the rest of the file."""

    def __init__(self, head, file):
        self._head, self._file = head, file

    def read(self, size=-1):
        data, self._head = self._head[:size], self._head[size:]
        return data + self._file.read(size - len(data)) if len(data) < size else data


def _directory_size(file, size):
    """Return the bytes that the list of contents of a zip claims, before it is read."""
    file.seek(max(0, size - 2**16 - 128))
    tail = file.read()
    file.seek(0)
    end, end64 = tail.rfind(b"PK\5\6"), tail.rfind(b"PK\6\6")
    sizes = [struct.unpack_from("<L", tail, end + 12)[0]] if 0 <= end <= len(tail) - 16 else []
    if 0 <= end64 <= len(tail) - 48:
        sizes = [struct.unpack_from("<Q", tail, end64 + 40)[0]]
    return max(sizes, default=0)


def collect(
    folder: str | Path,
    roster: Roster | None = None,
    out: str | Path | None = None,
    progress: Callable[[Iterable], Iterable] = iter,
) -> Collected:
    """Return the Collected submissions of ``folder`` (or of one file or zip).

    out: a folder below ``folder`` to leave aside. progress wraps the list of files. Raises
    PlainError when ``folder`` does not exist.
    """
    folder, roster = Path(folder), roster or Roster()
    if not folder.exists():
        raise PlainError(
            f"There is no folder {visible(folder)}. Name the folder with the files of your class."
        )
    reader = Reader(skip=Path(out).resolve() if out else None)
    reader.walk(folder, progress)
    found, problems = owners(reader.pieces, roster)
    whose = {piece.label: owner.person.id for owner in found for piece in owner.pieces}
    problems = [
        replace(problem, learner=problem.learner or whose.get(problem.file, ""))
        for problem in reader.problems + problems
    ]
    for owner in found:
        problems += _about(owner, roster)
    problems += _shared(found)
    here = {owner.person.id for owner in found}
    for person in roster.people:
        if person.id not in here:
            found.append(Owner(person))
            what = "no file was found"
            problems.append(Problem("nothing received", what, learner=person.id, level="note"))
    found.sort(key=lambda owner: fold(owner.person.id))
    return Collected(found, problems, sum(bool(piece.packed) for piece in reader.pieces))


def unpack(owner: Owner) -> dict | None:
    """Return one sheet of all readable files of an Owner, or None if there is none."""
    out = None
    for piece in owner.pieces:
        if piece.packed:
            one = json.loads(zlib.decompress(piece.packed))
            out = sheets.merge(out, one) if out else one
    return out


def _about(owner, roster):
    who, readable = owner.person.id, [piece.label for piece in owner.pieces if piece.packed]
    if roster and not owner.known:
        what = f"'{visible(who)}' is not on the roster; the work was graded all the same"
        yield Problem("not on the roster", what, owner.pieces[0].label, who)
    if len(readable) > 1:
        what = f"{len(readable)} files were merged, the newest answer to each item counts: "
        what += ", ".join(readable[:5])
        yield Problem("several files", what, readable[0], who, level="note")


def _shared(found: list[Owner]) -> Iterator[Problem]:
    """Yield a Problem for work that reached us from several learners."""
    same = defaultdict(list)
    for owner in found:
        sheet = unpack(owner)
        if not sheet or not sheet["answers"]:
            continue
        stamps = sorted((q, e["at"], json.dumps(e["value"])) for q, e in sheet["answers"].items())
        same["sheet", "", _digest(stamps)].append(owner)
        for question, entry in sheet["answers"].items():
            words = fold(entry["value"]).split() if isinstance(entry["value"], str) else []
            if len(words) >= _COPIED:
                same["text", question, _digest(words)].append(owner)
    told = {}
    for (kind, question, _), group in same.items():
        if len(group) > 1:  # who shares a sheet comes with it first: its texts are told by that
            who = ", ".join(visible(owner.person.id) for owner in group)
            told.setdefault(who, (kind, group, []))[2].append(question)
    for who, (kind, group, items) in told.items():
        where = f" in {', '.join(items)}" if len(items) > 1 else ""
        what = f"the same text of {_COPIED} words or more{where}: {who}"
        if kind == "sheet":
            what = f"the same answers, saved in the same microseconds: {who}"
        for owner in group:
            yield Problem(
                f"identical {kind}", what, owner.pieces[0].label, owner.person.id, items[0]
            )


def _digest(parts):
    return sha256(json.dumps(parts).encode()).digest()
