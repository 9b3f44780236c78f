"""Find every file in a folder of submissions, and read those that hold answers.

Loose files, folders and zips (also zips in zips, and the downloads of Moodle, Canvas,
Blackboard and nbgrader's ``submitted/``) are read in memory; nothing is unpacked to disk, no
link is followed. What is not read, and what was odd, becomes a Problem: nothing is hidden.
Knows nothing of what is right, of points and due times.
"""

import io
import json
import os
import stat
import struct
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from brieflab import questions
from brieflab import sheet as sheets
from brieflab.course import SLUG
from brieflab.grading import limits
from brieflab.grading.marks import digest
from brieflab.grading.people import WORK, Owner, Piece, owners
from brieflab.grading.problems import Problem, guard
from brieflab.grading.reading import read
from brieflab.grading.roster import Roster, fold, visible
from brieflab.plain import PlainError

_COPIED = 12
_IGNORED = {
    "solutions", "datasets", "seeds", "tests", "brieflab", "__macosx", "__pycache__",
    ".ipynb_checkpoints", ".git", ".venv", "node_modules",
}  # fmt: skip
_SIGNS = (SLUG.encode(), b'"cells"', b'"worksheets"', b'"answers"')
_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile)
_KIND = {ending: kind for kind, endings in WORK.items() for ending in endings.split()}
_STEPS = {
    "document": "ask for answers.json, or for the notebook itself (.ipynb)",
    "archive": "ask for a zip, or unpack it yourself and grade again",
    "page": "ask for the notebook itself (.ipynb) instead of the page that was saved from it",
    "picture": "ask for answers.json, or for the notebook, instead of a picture of it",
    "code": "ask for the notebook with its outputs (.ipynb) instead of its code",
    "link": "ask for the file itself instead of a link to it",
    "": "ask for answers.json, or for the notebook with its outputs",
}


@dataclass
class Collected:
    """What a folder held: the Owners, sorted by id, the Problems met, the number of files read."""

    owners: list[Owner]
    problems: list[Problem]
    files: int = 0


@dataclass
class _Budget:
    """What one learner's part of a zip may still take; ``whole`` is what all of the zip may."""

    unpacked: int
    read: int
    pieces: int
    whole: "_Budget | None" = None

    def take(self, unpacked: int = 0, read: int = 0, pieces: int = 0) -> bool:
        """Take what is asked, or nothing; tell whether there was enough."""
        for one in filter(None, (self, self.whole)):
            if one.unpacked < unpacked or one.read < read or one.pieces < pieces:
                return False
        for one in filter(None, (self, self.whole)):
            one.unpacked, one.read = one.unpacked - unpacked, one.read - read
            one.pieces -= pieces
        return True


@dataclass
class Reader:
    """Walks a folder and reads what may hold answers; keeps the problems.

    asked: the questions whose answers are read; None for all.
    """

    skip: Path | None = None
    asked: Container[str] | None = None
    problems: list[Problem] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    _unread: Counter = field(default_factory=Counter)

    def say(self, kind: str, what: str, parts: tuple, **more: str) -> None:
        """Keep a Problem about the file at ``parts``, fit to print."""
        file = limits.cut(visible("/".join(parts)))
        self.problems.append(Problem(kind, limits.cut(visible(what)), file, **more))

    def lose(self, kind: str, what: str, parts: tuple) -> None:
        """Keep a Problem about a file that may hold answers and was not read."""
        self.pieces.append(Piece(parts[: limits.PARTS], lost=True))
        self.say(kind, what, parts[: limits.PARTS])

    def walk(self, top: str | Path, progress: Callable[[Iterable], Iterable] = iter) -> None:
        """Read every file below the folder ``top``, or the one file ``top``."""
        top = Path(top)
        found = [(top.parent, [top.name])] if top.is_file() else self._folders(top)
        base = top.parent if top.is_file() else top
        prefix = ("submitted",) if base.name == "submitted" else ()
        for folder, names in found:
            for name in progress(sorted(names)):
                path = Path(folder) / name
                parts = prefix + path.relative_to(base).parts
                with guard(lambda why, parts=parts: self.lose("unreadable", why, parts)):
                    self._path(path, parts)
        for (place, what), n in self._unread.items():
            self.say("other files", f"{n} {what}", (place,), level="note")

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
                return self._file(file, path.stat().st_size, parts, depth=0, budget=None)
        except OSError as error:
            what = f"the file cannot be read ({error.strerror})"
            return self.lose("cannot be opened", what, parts)

    def _is_ignored(self, parts):
        name = next((p.lower() for p in parts[:-1] if p.lower() in _IGNORED), None)
        if name or parts[-1].startswith("._"):
            what = f"files in folders called '{name or '._'}' were not read: they are not answers"
            self._unread[parts[0], what] += 1
            return True
        return False

    def _file(self, file, size, parts, depth, budget):
        """Read one open buffered file; ``budget`` is what its zip may still take."""
        if len(parts) > limits.PARTS:
            return self.lose("too deep", limits.SENTENCES["parts"], parts)
        ending = os.path.splitext(parts[-1])[1].lower()
        if ending == ".zip":
            return self._zip(file, size, parts, depth, budget)
        plain = file.peek(4096)[:4096].replace(b"\0", b"")
        if ending not in (".json", ".ipynb") and not any(sign in plain for sign in _SIGNS):
            return self._other(ending, plain, parts)
        if size > limits.FILE:
            what = f"{size >> 20} MB; {limits.SENTENCES['file']}"
            return self.lose("too large", what, parts)
        parsed = min(size, limits.PARSED)
        if depth and not budget.take(read=parsed, pieces=1):
            return self.lose("zip", limits.SENTENCES["pieces"], parts)
        return self._sheet(file, parts)

    def _other(self, ending, plain, parts):
        """Keep a file of another kind, for the case that somebody handed in their work in it."""
        kind = _KIND.get(ending.lstrip("."), "")
        if not ending and plain:
            kind = "document"
        self.pieces.append(Piece(parts, other=kind or ending or "none"))

    def _sheet(self, stream, parts):
        try:
            sheet, remarks = read(stream, parts[-1], self.asked)
        except sheets.NoAnswers as error:
            self.pieces.append(Piece(parts, other=str(error)))
            return None
        except PlainError as error:
            return self.lose("unreadable", str(error), parts)
        except _BROKEN as error:
            return self.lose("unreadable", f"the file breaks off while reading ({error})", parts)
        for remark in remarks:
            self.say("odd file", remark, parts)
        bad = sheet.get("unreadable", {})
        for item, what in list(bad.items())[: limits.LINES]:
            self.say("unreadable entry", what, parts, item=limits.cut(visible(item), 80))
        if len(bad) > limits.LINES:
            self.say("unreadable entry", f"{len(bad) - limits.LINES:,} more entries", parts)
        learner = sheet["learner"]
        piece = Piece(
            parts, str(learner.get("id", "")).strip(), str(learner.get("name", "")).strip()
        )
        piece.whose, piece.lost = sheet.get("whose", {}), bool(sheet.pop("partly", False))
        if visible(piece.claim) != piece.claim:
            what = f"invisible or control characters in the learner id '{piece.claim}'"
            self.say("odd id", what, parts)
        piece.packed = zlib.compress(json.dumps(sheet).encode())
        self.pieces.append(piece)
        return None

    def _zip(self, file, size, parts, depth, budget):
        try:
            if depth >= limits.ZIPS:
                raise PlainError(limits.SENTENCES["zips"])
            length, entries = _directory(file, size)
            if length > limits.LIST or entries > limits.LISTED:
                raise PlainError(limits.SENTENCES["listed"])
            archive = zipfile.ZipFile(file)
        except (PlainError, zipfile.BadZipFile, ValueError, OSError) as error:
            return self.lose("zip", f"the zip was not read: {error}", parts)
        with archive:
            members = sorted(archive.infolist(), key=lambda i: (i.file_size, i.filename))
            if len(members) > limits.LISTED:
                return self.lose(
                    "zip", f"the zip was not read: {limits.SENTENCES['listed']}", parts
                )
            share, budgets = _shares(members), _budgets(size)
            for info in members:
                if not info.is_dir():
                    own = budget or budgets[share(info.filename)]
                    inner = _parts(parts, info)
                    with guard(lambda why, inner=inner: self.lose("zip", why, inner)):
                        self._member(archive, info, inner, depth, own)
        return None

    def _member(self, archive, info, inner, depth, budget):
        name = info.filename.replace("\\", "/")
        if name.startswith("/") or name[1:2] == ":" or ".." in inner:
            return self.say("zip", "a name that leads out of the zip; it was not read", inner)
        if stat.S_ISLNK(info.external_attr >> 16):
            return self.say("link", "a link in a zip; it was not followed", inner)
        if self._is_ignored(inner):
            return None
        if info.flag_bits & 1:
            return self.lose("zip", "locked with a password; it was not read", inner)
        nested = name.lower().endswith(".zip")
        most = limits.ZIP_IN_ZIP if nested else limits.FILE
        if info.file_size > most or not budget.take(unpacked=info.file_size):
            what = f"{limits.SENTENCES['unpacked']} ({info.file_size >> 20} MB); it was not read"
            return self.lose("zip", what, inner)
        try:
            with archive.open(info) as file:
                source = io.BufferedReader(io.BytesIO(file.read())) if nested else file
                return self._file(source, info.file_size, inner, depth + 1, budget)
        except (*_BROKEN, NotImplementedError, ValueError) as error:
            return self.lose("zip", f"damaged in the zip: {error}", inner)


def _budgets(size):
    """Return {part of a zip of ``size`` bytes: its _Budget}, made when first asked for."""
    several = max(4, limits.RATIO * size // limits.READ)
    most = limits.UNPACKED, limits.READ, limits.PIECES
    whole = _Budget(several * most[0] // 2, several * most[1], several * most[2])
    return defaultdict(lambda: _Budget(*most, whole))


def _parts(parts, info):
    """Return the parts of a member's path; of more than are read, one more than may be."""
    name = info.filename.replace("\\", "/")
    inner = list(filter(None, name.split("/", 4 * limits.PARTS)))
    return (*parts, *(inner or ["(without a name)"]))[: limits.PARTS + 1]


def _shares(members):
    """Return a function: the name of a member -> the part of the zip that is one learner's."""
    folders = [info.filename.split("/", limits.PARTS)[:-1] for info in members]
    common = os.path.commonprefix(folders) if folders else []
    return lambda name: tuple(name.split("/", limits.PARTS)[: len(common) + 1])


def _directory(file, size):
    """Return (bytes, entries) of the list of contents of a zip, as it claims before it is read."""
    file.seek(max(0, size - 2**16 - 128))
    tail = file.read()
    file.seek(0)
    for sign, form, at in ((b"PK\6\6", "<QQ", 32), (b"PK\5\6", "<HL", 10)):  # zip64 says it first
        end = tail.rfind(sign)
        if 0 <= end <= len(tail) - at - struct.calcsize(form):
            entries, length = struct.unpack_from(form, tail, end + at)
            return length, entries
    return 0, 0


def collect(
    folder: str | Path,
    roster: Roster | None = None,
    out: str | Path | None = None,
    progress: Callable[[Iterable], Iterable] = iter,
    asked: Container[str] | None = None,
    settled: Mapping[str, str] | None = None,
) -> Collected:
    """Return the Collected submissions of ``folder`` (or of one file or zip).

    out: a folder below ``folder`` to leave aside. progress wraps the list of files. asked: the
    questions whose answers are read. settled: {file or folder: learner}, as overrides say. Each
    Owner has one piece at most that is ``packed``: all of their answers. Raises PlainError when
    ``folder`` does not exist.
    """
    folder, roster = Path(folder), roster or Roster()
    if not folder.exists():
        told = "Name the folder with the files of your class."
        raise PlainError(f"There is no folder {visible(folder)}. {told}")
    reader = Reader(skip=Path(out).resolve() if out else None, asked=asked)
    reader.walk(folder, progress)
    found, problems = owners(reader.pieces, roster, settled)
    whose = {p.label: owner.person.id for owner in found for p in (*owner.pieces, *owner.held)}
    met = reader.problems + problems + roster.problems
    problems = [replace(p, learner=p.learner or whose.get(p.file, "")) for p in met]
    for owner in found:
        problems += _about(owner, roster)
    problems += _unowned(reader.pieces, found)
    problems += _shared(found)
    here = {owner.person.id for owner in found}
    absent = [person for person in roster.people if person.id not in here]
    found += map(Owner, absent)
    nothing = ("nothing received", "no file was found", "")
    problems += [Problem(*nothing, person.id, level="note") for person in absent]
    found.sort(key=lambda owner: (fold(owner.person.id), owner.person.id))
    return Collected(found, problems, sum(bool(piece.packed) for piece in reader.pieces))


def unpack(owner: Owner) -> dict | None:
    """Return one sheet of all readable files of an Owner, or None if there is none.

    Files are merged in a few large steps, so that time and memory stay in proportion to them.
    """
    merged, batch, size = None, [], 0
    packed = [piece.packed for piece in owner.pieces if piece.packed]
    for n, data in enumerate(packed):
        text = zlib.decompress(data)
        batch.append(json.loads(text))
        size += len(text)
        if size > 2 * limits.PARSED or n == len(packed) - 1:
            lost = {q: why for one in batch for q, why in one.get("unreadable", {}).items()}
            unknown = [name for one in batch for name in one.get("unknown", [])][: limits.UNKNOWN]
            if merged:
                lost, unknown = (
                    merged["unreadable"] | lost,
                    (merged["unknown"] + unknown)[: limits.UNKNOWN],
                )
                batch.append(sheets.without_remarks(merged))
            one = sheets.merge(*batch) if len(batch) > 1 else sheets.without_remarks(batch[0])
            merged, batch, size = one | {"unreadable": lost, "unknown": unknown}, [], 0
    return merged


def _about(owner, roster):
    who, readable = owner.person.id, [piece.label for piece in owner.pieces if piece.packed]
    if roster and not owner.known:
        what = f"'{visible(who)}' is not on the roster; the work was graded all the same"
        yield Problem("not on the roster", what, (owner.pieces + owner.held)[0].label, who)
    if len(readable) > 1:
        named = ", ".join(readable[:5])
        what = f"{len(readable)} files were merged, the newest answer to each item counts: {named}"
        yield Problem("several files", what, readable[0], who, level="note")
    others = [piece for piece in owner.pieces if piece.other]
    if others and readable:
        what = f"{_count(others)} without answers beside those that were read"
        yield Problem("other files", what, others[0].label, who, level="note")
    elif others:
        yield from _not_read(others, who)


def _count(pieces):
    return "1 file" if len(pieces) == 1 else f"{len(pieces)} files"


def _not_read(pieces, who):
    """Yield what came instead of answers, each kind with the next step."""
    kinds = defaultdict(list)
    for piece in pieces:
        kinds[piece.other if piece.other in _STEPS or " " in piece.other else ""].append(piece)
    for kind, group in kinds.items():
        names = ", ".join(visible(piece.parts[-1])[:80] for piece in group[:3])
        more = f" and {len(group) - 3} more" if len(group) > 3 else ""
        if kind in _STEPS:
            what = f"{names}{more} was handed in and is not readable; {_STEPS[kind]}"
            yield Problem("handed in, not readable", what, group[0].label, who)
        else:
            yield Problem("unreadable", kind, group[0].label, who)


def _unowned(pieces, found):
    """Yield what was handed in without a sign of who did."""
    owned = {id(piece) for owner in found for piece in (*owner.pieces, *owner.held)}
    kinds = Counter()
    for piece in pieces:
        if piece.other and id(piece) not in owned:
            if piece.other in WORK:
                yield from _not_read([piece], "")
            else:
                place = piece.parts[0] if len(piece.parts) > 1 else ""
                kinds[place, piece.other if piece.other.startswith(".") else "another"] += 1
    for (place, kind), n in kinds.items():
        what = (
            f"{n} of {'kind ' + repr(kind) if kind != 'another' else 'other kinds'} were not read"
        )
        yield Problem("other files", what, visible(place), level="note")


def _shared(found: list[Owner]) -> Iterator[Problem]:
    """Yield a Problem for work that reached us from several learners.

    Each learner's files are merged here, once, and kept as one.
    """
    same = defaultdict(list)
    for owner in found:
        failed = []
        with guard(failed.append):
            sheet = unpack(owner)
            signs = {*_signs(sheet), *_signs(unpack(Owner(owner.person, owner.held)))}
            for sign in sorted(signs):
                same[sign].append(owner)
            _keep_one(owner, sheet)
        for why in failed:
            _lose_all(owner)
            what = f"the files could not be read together: {why}"
            yield Problem("unreadable", what, owner.pieces[0].label, owner.person.id)
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
            file = (owner.pieces + owner.held)[0].label
            yield Problem(f"identical {kind}", what, file, owner.person.id, items[0])


def _signs(sheet):
    """Return (kind, question, sign) of what two learners will hardly have alike by chance."""
    given = sheet["answers"] if sheet else {}
    stamps = sorted((q, e["at"], json.dumps(e["value"])) for q, e in given.items())
    found = [("sheet", "", digest(stamps))] if stamps else []
    texts = {q.id for q in questions.all() if q.kind == "text"}
    for question, entry in given.items():
        written = question in texts and isinstance(entry["value"], str)
        words = fold(entry["value"]).split() if written else []
        if len(words) >= _COPIED:
            found.append(("text", question, digest(words)))
    return found


def _keep_one(owner, sheet):
    """Put what was merged into the first readable piece of the Owner, in place of all."""
    readable = [piece for piece in owner.pieces if piece.packed]
    if len(readable) > 1:
        readable[0].packed = zlib.compress(json.dumps(sheet).encode())
        for piece in readable[1:]:
            piece.packed = None


def _lose_all(owner):
    for piece in owner.pieces:
        piece.packed, piece.lost = None, piece.lost or bool(piece.packed)
