"""Whose file is it? Trust goes from the outside in, and what contradicts itself waits.

A class list and the outermost folder or platform name decide; an id inside a sheet can only
confirm them, or speak where nothing else does. What cannot be told apart stays apart, and what
contradicts itself is a Problem and graded to nobody, until overrides.csv or the class list
settles it. Knows nothing of answers and points, and opens no submission.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from brieflab.grading import limits
from brieflab.grading.problems import Problem
from brieflab.grading.roster import Person, Roster, fold, platform, stem_of, visible

_OURS = re.compile(r"(answers|\d\d_[a-z]|lesson|exercise|checkpoint)", re.IGNORECASE)
_GENERIC = {
    "exercises", "notebooks", "submission", "submissions", "submission attachment(s)", "answers",
}  # fmt: skip
_SETTLE = "Settle it in overrides.csv (learner, file) or in the class list, and run again."


@dataclass
class Piece:
    """One file that somebody handed in: where it lay and what its sheet says.

    packed: the sheet as compressed JSON; None when it holds no answers, or none could be read.
    lost: it may hold answers that were not read. whose: {id inside: its questions} where several
    learners' answers stand in it.
    """

    parts: tuple[str, ...]
    claim: str = ""
    claimed_name: str = ""
    packed: bytes | None = None
    lost: bool = False
    other: str = ""
    whose: dict[str, list[str]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The place of the file in words, fit to print."""
        return limits.cut(visible("/".join(self.parts)))

    @property
    def claims(self) -> dict[str, str]:
        """The ids inside, folded, each as it was typed."""
        return {fold(one): one for one in ([self.claim, *self.whose]) if fold(one)}


@dataclass
class Owner:
    """A learner with every file that came from them.

    known: they are on the roster. held: files that are graded to nobody until somebody settles
    whose they are. called: other ids under which the learner may have been known.
    """

    person: Person
    pieces: list[Piece] = field(default_factory=list)
    known: bool = True
    held: list[Piece] = field(default_factory=list)
    called: set[str] = field(default_factory=set)


@dataclass
class _Folder:
    """A folder beside others: a learner's own, or one that holds the work of many, as of a week.

    Whether folders hold many is decided for all that lie side by side, by what most of them are,
    so that nobody's own folder can pass for one.
    """

    name: str
    pieces: list[Piece]
    answers: list[Piece]
    inner: dict[tuple[str, ...], list[Piece]]
    holds_many: bool
    is_unclear: bool

    @classmethod
    def of(cls, name: str, pieces: list[Piece], depth: int) -> "_Folder":
        """Return the folder ``name`` at ``depth`` of the paths of its ``pieces``."""
        answers = [piece for piece in pieces if piece.packed or piece.lost]
        answers = answers or [piece for piece in pieces if piece.other in WORK]
        inner = _inner_places(answers, depth + 1)
        claims = {claim for piece in answers for claim in piece.claims}
        platforms = {told[:2] for p in answers if (told := platform(p.parts[depth + 1 :]))}
        own = fold(name) in claims or fold(stem_of(name)) in claims
        many = fold(name) == "submitted" or (not own and max(len(claims), len(platforms)) > 1)
        unclear = not own and len(inner) > 1 and not claims
        return cls(name, pieces, answers, inner, many, unclear and not many)


@dataclass
class _Place:
    """Files that one learner sent, by the name of their place.

    inside: nothing but the id in the sheets tells whose they are.
    """

    name: str
    pieces: list[Piece]
    inside: bool = False


def owners(
    pieces: list[Piece], roster: Roster, settled: Mapping[str, str] | None = None
) -> tuple[list[Owner], list[Problem]]:
    """Return (owners, problems): the Owners of ``pieces``, sorted by id, and what does not fit.

    settled: {a file, or the folder around it: the id of its learner}, as somebody decided.
    """
    return _Sorting(roster, settled or {}).sort(pieces)


class _Sorting:
    def __init__(self, roster, settled):
        self.roster, self.settled = roster, settled
        self.problems, self.found, self.waiting = [], {}, []
        self.claimed, self.names = defaultdict(set), defaultdict(set)

    def sort(self, pieces):
        places, left = defaultdict(list), []
        for piece in pieces:
            if who := self._settled(piece):
                owner = self._owner(self.roster.find(who) or Person(who))
                owner.pieces.append(piece)
                continue
            meant = self._outside(piece)
            if meant.contradiction:
                self._hold_apart(piece, meant)
            elif meant.people:
                person = meant.one or self._by_claim(piece, meant.people)
                if person:
                    places[person].append(piece)
                else:
                    self._hold_apart(piece, meant)
            else:
                left.append(piece)
        for person, group in places.items():
            self._own(person, group)
        loose = self._joined(self._structure(left, pieces))
        for place in loose:
            for piece in place.pieces:
                for claim, typed in piece.claims.items():
                    self.claimed[self.roster.find(typed) or claim].add(id(place))
            if not place.inside:
                self.names[fold(place.name)].add(id(place))
        for place in loose:
            self._own_place(place)
        for person, piece in self.waiting:
            owner = self._owner(person)
            if not owner.pieces:
                owner.held.append(piece)
        found = [self.found[key] for key in sorted(self.found)]
        return found, self.problems

    def _say(self, kind, what, piece, learner="", level="problem"):
        self.problems.append(Problem(kind, what, piece.label, learner, level=level))

    def _owner(self, person):
        key = fold(person.id), person.id
        return self.found.setdefault(key, Owner(person, known=self.roster.has(person)))

    def _settled(self, piece):
        for n in range(len(piece.parts), 0, -1):
            if who := self.settled.get("/".join(piece.parts[:n])):
                return who
        return None

    # what stands outside

    def _outside(self, piece):
        """Return whom the outermost part means that means anybody; tell what deeper ones say."""
        first = None
        for part in piece.parts:
            meant = self.roster.meant_by(part)
            if not meant.people:
                continue
            if first is None:
                first = meant
                if meant.contradiction:
                    break
            elif not meant.people & first.people:
                others = ", ".join(sorted(visible(p.id) for p in meant.people))
                who = first.one.id if first.one else ""
                what = f"'{visible(part)[:80]}' names {others}; its place decides, not this name"
                self._say("another name", what, piece, who)
                break
        return first or self.roster.meant_by("")

    def _by_claim(self, piece, people):
        """Return the one of ``people`` (who share a name) whose id stands inside, or None."""
        meant = {self.roster.find(claim) for claim in piece.claims.values()}
        return next(iter(meant)) if len(meant) == 1 and meant <= people else None

    def _hold_apart(self, piece, meant):
        """Keep a piece for nobody: all who may be meant wait, unless they sent something else."""
        who = " and ".join(sorted(visible(person.id) for person in meant.people))
        what = f"its name means {who} at once, so it is graded to nobody. {_SETTLE}"
        if not meant.contradiction:
            what = f"{who} share this name, so it is graded to nobody. {_SETTLE}"
        self._say("whose is it", what, piece)
        self.waiting += [(person, piece) for person in meant.people]

    def _own(self, person, group):
        """Give the files of one place to the person it belongs to; hold what carries another's id."""
        owner = self._owner(person)
        for piece in group:
            meant = {claim: self.roster.find(claim) for claim in piece.claims.values()}
            others = {p.id for p in meant.values() if p and p != person}
            if others or (len(meant) > 1 and not any(meant.values())):
                self._hold(owner, piece, others or set(meant))
            else:
                owner.pieces.append(piece)
                owner.called |= set(meant)

    def _hold(self, owner, piece, ids):
        named = ", ".join(sorted(map(visible, ids)))
        if len(piece.whose) > 1:
            told = "; ".join(
                f"{visible(who)}: {', '.join(items[:8])}{' ...' if len(items) > 8 else ''}"
                for who, items in piece.whose.items()
            )
            what = f"it holds answers of several learners ({told}), so it is graded to nobody. "
            self._say("several learners", what + _SETTLE, piece, owner.person.id)
        else:
            what = f"it carries the id of {named}, so it is graded to nobody. {_SETTLE}"
            self._say("another learner's id", what, piece, owner.person.id)
        owner.held.append(piece)

    # what only its place, or the id inside, tells apart

    def _structure(self, left, pieces) -> Iterator[_Place]:
        """Yield the _Places of the pieces that no name on the roster tells apart."""
        if not left:
            return
        depth = 0
        while pieces and all(
            len(p.parts) > depth + 1 and p.parts[depth] == pieces[0].parts[depth] for p in pieces
        ):
            if platform(pieces[0].parts[depth : depth + 1]):
                break
            depth += 1
        if "submitted" in (pieces[0].parts[:depth] if pieces else ()):
            depth = pieces[0].parts.index("submitted") + 1
        top = pieces[0].parts[:depth] if pieces else ()
        claims = {claim for piece in pieces for claim in piece.claims}
        ours = all(_is_ours(piece) for piece in pieces if not piece.other)
        if depth and ours and len(claims) < 2 and len(_inner_places(pieces, depth)) == 1:
            own = [part for part in top if fold(part) not in _GENERIC]
            typed = next((one for p in pieces for one in p.claims.values()), "")
            yield _Place(typed or stem_of((own or top)[-1]), left, inside=bool(typed))
            return
        yield from self._level(left, depth)

    def _level(self, pieces, depth):
        folders, loose = defaultdict(list), []
        for piece in pieces:
            part = piece.parts[depth]
            if said := platform((part,)):
                name, number, _ = said
                folders["platform", f"{name} {number}".strip()].append(piece)
            elif len(piece.parts) > depth + 1:
                kind = "generic" if fold(part) in _GENERIC else "folder"
                folders[kind, part].append(piece)
            else:
                loose.append(piece)
        plain = [
            _Folder.of(name, group, depth) for (k, name), group in folders.items() if k == "folder"
        ]
        plain = [folder for folder in plain if folder.answers]
        holders = 2 * sum(folder.holds_many for folder in plain) > len(plain)
        unclear = 2 * sum(folder.is_unclear for folder in plain) > len(plain)
        for (kind, name), group in folders.items():
            if kind == "platform":
                yield _Place(name, group)
            elif kind == "generic":
                yield from self._level(group, depth + 1)
        for folder in plain:
            if folder.holds_many and holders:
                yield from self._level(folder.pieces, depth + 1)
            elif folder.is_unclear and unclear:
                yield from self._apart(folder)
            else:
                yield _Place(stem_of(folder.name), folder.pieces)
        yield from self._loose(loose)

    def _apart(self, folder):
        """Yield a _Place for each folder of one in which nothing tells who sent what."""
        for place, part in folder.inner.items():
            who = "/".join((stem_of(folder.name), *place))
            what = (
                f"'{visible(folder.name)[:80]}' holds the work of one learner or of several, which "
                "nothing tells; its folders were kept apart. Give a class list with --roster."
            )
            self._say("told apart by nothing", what, part[0], who)
            yield _Place(who, part)

    def _loose(self, pieces):
        """Yield the _Places of files side by side: by the id inside, else by their own name."""
        for piece in pieces:
            if len(piece.claims) == 1:
                yield _Place(next(iter(piece.claims.values())), [piece], inside=True)
            elif piece.packed or piece.lost or piece.other in WORK:
                yield _Place(stem_of(piece.parts[-1]), [piece])

    def _joined(self, places):
        """Return the _Places; those that only the same id inside tells apart are one."""
        out, inside = [], {}
        for place in places:
            person = self.roster.find(place.name) if place.inside else None
            key = person or fold(place.name)
            if place.inside and key in inside:
                inside[key].pieces += place.pieces
                continue
            if place.inside:
                inside[key] = place
            out.append(place)
        return out

    def _own_place(self, place):
        """Make an Owner of a place without a name on the roster, as far as nothing contradicts."""
        if not self.roster:
            self._own_unlisted(place)
            return
        meant = {self.roster.find(one) for p in place.pieces for one in p.claims.values()} - {None}
        person = meant.pop() if len(meant) == 1 else None
        if person is None:
            owner = self._new(place)
            for piece in place.pieces:
                if meant:
                    self._hold(owner, piece, {one.id for one in meant})
                else:
                    owner.pieces.append(piece)
            return
        taken = self.found.get((fold(person.id), person.id))
        if len(self.claimed[person]) > 1 or (taken and (taken.pieces or taken.held)):
            owner = self._new(place)
            for piece in place.pieces:
                self._hold(owner, piece, {person.id})
            return
        owner = self._owner(person)
        owner.pieces += place.pieces
        owner.called |= {claim for piece in place.pieces for claim in piece.claims}
        self._tell_inside(place, owner)

    def _own_unlisted(self, place):
        """Make an Owner of a place where there is no roster: what it is called outside decides."""
        owner, mine = self._new(place), fold(place.name)
        sure = [p for p in place.pieces if mine in _words(p)] if place.inside else place.pieces
        confirmed = any(mine in piece.claims for piece in place.pieces)
        for piece in place.pieces:
            rivals = {c for c in piece.claims if id(place) not in self.names.get(c, {id(place)})}
            unsure = sure and not any(piece is one for one in sure)
            mixed = confirmed and piece.claims and mine not in piece.claims
            if rivals or unsure or mixed or len(piece.claims) > 1:
                self._hold(owner, piece, rivals or piece.claims.values())
            else:
                owner.pieces.append(piece)
                owner.called |= set(piece.claims)
                self._tell_shared(place, piece, owner)
        self._tell_inside(place, owner)
        if not place.inside and len(self.names[mine]) > 1:
            what = f"another place is called like '{visible(place.name)}'; the two were kept apart"
            self._say("two spellings", what, place.pieces[0], owner.person.id)

    def _tell_shared(self, place, piece, owner):
        """Say that the id inside also comes from another place; each stays with its own."""
        for claim, typed in piece.claims.items():
            if not place.inside and claim != fold(place.name) and len(self.claimed[claim]) > 1:
                what = (
                    f"the id '{visible(typed)}' also comes from another place; the two were kept "
                    "apart, each named after its own place"
                )
                self._say("another learner's id", what, piece, owner.person.id)

    def _tell_inside(self, place, owner):
        """Say what only the ids inside several files tell, and how they were spelled."""
        told = [piece for piece in owner.pieces if piece.claims]
        if not place.inside or len(told) < 2:
            return
        who, typed = owner.person.id, {one for p in owner.pieces for one in p.claims.values()}
        if len(typed) > 1:
            named = ", ".join(sorted(map(visible, typed)))
            self._say("two spellings", f"taken for one learner: {named}", owner.pieces[-1], who)
        if not all(set(p.claims) & _words(p) for p in told):
            what = (
                f"only the id inside says that {len(told)} files are of one learner; "
                "a class list or a folder for each learner would confirm it"
            )
            self._say("known by the id alone", what, owner.pieces[0], who, "note")

    def _new(self, place):
        """Return a new Owner for a place; its name is made longer if somebody has it already."""
        name, n = place.name, 1
        while (fold(name), name) in self.found or (self.roster and self.roster.find(name)):
            name = place.pieces[0].label if n == 1 else f"{place.name} ({n})"
            n += 1
        said = platform(place.pieces[0].parts)
        if place.inside:
            shown = next((p.claimed_name for p in place.pieces if p.claimed_name), "")
        else:  # a name inside a sheet can confirm nothing here, and would only look like one
            shown = said[0] if said else ""
        owner = self._owner(Person(name, shown))
        owner.known = False
        return owner


WORK = {
    "document": "docx doc odt rtf pages pdf tex md epub wpd xps pptx ppt key odp xlsx xls ods numbers",
    "archive": "gz tgz bz2 xz tar 7z rar zst lz zipx dmg iso",
    "page": "html htm mhtml xhtml webarchive",
    "picture": "jpg jpeg png gif heic webp bmp tif tiff svg",
    "code": "py r rmd qmd js",
    "link": "url webloc lnk desktop gdoc gsheet",
}
"""Kinds of other files in which somebody may have meant to hand in their work -> their endings."""


def _is_ours(piece):
    """Tell whether a file has a name that the module gave it, which names nobody."""
    return bool(_OURS.match(stem_of(piece.parts[-1])))


def _words(piece):
    """Return the names of a piece's file and folders, folded, whole and in words."""
    stems = [fold(stem_of(part)) for part in piece.parts]
    return {*stems, *(word for stem in stems for word in re.split(r"[\s_.()-]+", stem))}


def _inner_places(pieces, depth):
    """Return {folder below ``depth``: its pieces}; one folder within another counts as one."""
    found = defaultdict(list)
    for piece in pieces:
        place = piece.parts[depth:-1]
        while place and (fold(place[-1]) in _GENERIC or _OURS.match(place[-1])):
            place = place[:-1]
        found[place].append(piece)
    out = {}
    for place in sorted(found, key=lambda p: (len(p), p)):
        above = next((p for p in (place[:n] for n in range(len(place))) if p in out), None)
        if above is None:
            out[place] = found[place]
        else:
            out[above] += found[place]
    return out
