"""The answer sheet: one file a learner keeps, on Binder, on a laptop and for the grader alike.

The sheet is plain JSON (see ``SCHEMA``). Saving is atomic, keeps one backup, and happens under
a file lock, so that neither a killed kernel nor two open notebooks lose an answer. Whatever is
read from elsewhere is data, never code.

Knows no question and no grade, and not who listens when it is saved.
"""

import json
import os
import re
from collections import Counter, deque
from collections.abc import Callable, Container, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any

import fastjsonschema
from filelock import FileLock, Timeout

from brieflab import files
from brieflab.course import SLUG, TITLE
from brieflab.plain import PlainError
from brieflab.tables import find_datasets

MIME = "application/vnd.brieflab.answer+json"
"""The type under which a cell output carries one answer."""

MAX_VALUE = 16_000
"""The longest answer kept, in characters of JSON."""

MAX_EARLIER = 200
"""How many superseded answers a sheet keeps."""

DEEPEST = 50
"""How many lists may stand in one another in an answer that is read."""

MOST_ENTRIES = 2_000
"""How many answers of one file are read; the newest of those that were superseded, if more."""

TOO_DEEP = f"more than {DEEPEST} lists stand in one another"
TOO_MANY = f"it holds more than {MOST_ENTRIES:,} answers; no more were read"

_SHORT = {"type": "string", "maxLength": 200}

_ENTRY = {
    "type": "object",
    "required": ["value", "at"],
    "properties": {
        "at": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"},
        "kind": {"enum": ["auto", "text"]},
        "tries": {"type": "integer", "minimum": 0},
        "state": {"type": "string", "maxLength": 40},
        "mistake": _SHORT,
        "hints": {"type": "integer", "minimum": 0, "maximum": 3},
        "opened": {"type": "boolean"},
        "lesson": {"type": "integer"},
        "self_score": {"type": ["integer", "null"], "minimum": 0, "maximum": 3},
    },
}

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": f"Answer sheet of the module {TITLE}",
    "type": "object",
    "required": ["schema", "module", "learner", "answers"],
    "properties": {
        "schema": {"const": 2},
        "module": {"const": SLUG},
        "learner": {"type": "object", "properties": {"id": _SHORT, "name": _SHORT}},
        "course": {"type": "object", "properties": {"seed": _SHORT}},
        "saved_at": {"type": "string"},
        "answers": {"type": "object", "additionalProperties": _ENTRY},
        "locks": {"type": "object"},
        "votes": {"type": "object"},
        "codings": {"type": "object"},
        "earlier": {"type": "array", "items": {"type": "object"}},
        "unreadable": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}

_notices = []


def tell(sentence: str) -> None:
    """Keep ``sentence`` for the next ``notices()``."""
    if sentence not in _notices:
        _notices.append(sentence)


def notices() -> list[str]:
    """Return, once, what the reader should be told about the file (a list of sentences)."""
    told = _notices[:]
    _notices.clear()
    return told


def now() -> str:
    """Return the time in UTC with microseconds, as the sheet writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def empty() -> dict:
    """Return a sheet without answers."""
    return {
        "schema": 2,
        "module": SLUG,
        "learner": {"id": "", "name": ""},
        "course": {"seed": ""},
        "saved_at": now(),
        "answers": {},
        "locks": {},
        "votes": {},
        "codings": {},
        "earlier": [],
    }


def path() -> Path:
    """Return where the sheet lies: BRIEFLAB_SHEET, or answers.json at the module's top."""
    told = os.environ.get("BRIEFLAB_SHEET")
    return Path(told) if told else find_datasets().parent / "answers.json"


@cache
def _validator(what=""):
    schema = {"": SCHEMA, "entry": _ENTRY}.get(what) or _ENTRY["properties"][what]
    return fastjsonschema.compile(schema)


def _said_of(value, what):
    """Return what the schema of ``what`` (see ``_validator``) does not allow in ``value``, or ''."""
    try:
        _validator(what)(value)
    except fastjsonschema.JsonSchemaValueException as error:
        where = " > ".join(error.path[1:]) or "the sheet"
        return f"{where}: {error.message.removeprefix(error.name).strip()[:160]}"
    return ""


def wrong_with(sheet: dict) -> str:
    """Return the first thing the schema does not allow in ``sheet``, in words, or ''."""
    return _said_of(sheet, "")


def load(where: str | Path | None = None) -> dict:
    """Return the sheet at ``where`` (default ``path()``), or an empty one if there is none.

    A sheet of schema 1 is migrated. Of a damaged file what is sound is read, or else its backup,
    and ``notices()`` says so; nothing is written before the next save. Raises PlainError for a
    file that cannot be read and for a sheet that a newer version of the module has written.
    """
    where = Path(where or path())
    try:
        return _opened(where)[0]
    except OSError as error:
        said = f"The answer sheet at {where} cannot be read ({type(error).__name__}). "
        step = "Your answers stay in the cells' outputs: save the notebook."
        raise PlainError(said + step) from error


def _opened(where):
    """Return (sheet, damaged): what can be read at ``where``, and whether the file is unsound."""
    try:
        data = where.read_bytes()
    except FileNotFoundError:
        return empty(), False
    try:
        sheet = read(data, where.name)
        damaged = bool(sheet.get("unreadable"))
        sheet = without_remarks(sheet)
        if damaged:
            tell(f"Some entries of {where.name} could not be read; every other answer is here.")
        return sheet, damaged
    except PlainError as error:
        if isinstance(error, _Newer):
            raise
    try:
        backup = where.with_name(where.name + ".bak")
        sheet = without_remarks(read(backup.read_bytes(), backup.name))
        then = f"Your answers of {sheet['saved_at'][:16]} UTC are back."
    except (OSError, PlainError):
        sheet = empty()
        then = "A new sheet begins. Run your check cells again to fill it."
    tell(f"{where.name} was damaged. {then}")
    return sheet, True


def save(sheet: dict, where: str | Path | None = None) -> None:
    """Write ``sheet`` to ``where`` in one step; the sheet that lay there becomes the backup.

    A damaged file is set aside, and ``notices()`` says where. Raises PlainError when the sheet
    does not fit the schema or the folder cannot be written.
    """
    _replace(lambda held: sheet, where)


def update(change: Callable[[dict], Any], where: str | Path | None = None) -> dict:
    """Read the sheet, let ``change(sheet)`` alter it, save it; return it. Safe between kernels.

    Raises PlainError as ``load`` and ``save`` do, and whatever ``change`` raises.
    """

    def changed(held):
        change(held)
        return held

    return _replace(changed, where)


def _replace(renew, where):
    """Write ``renew(sheet)`` in the place of what lies at ``where``; return it."""
    where = Path(where or path())
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(where) + ".lock", timeout=10, poll_interval=0.005, is_singleton=True)
        with lock:
            held, damaged = _opened(where)
            sheet = renew(held)
            _write(sheet, where, damaged)
    except (OSError, Timeout) as error:
        raise PlainError(
            f"The answer sheet could not be saved at {where} ({type(error).__name__}): it is in use "
            "or cannot be reached. Your answer stays in the cell's output: save the notebook."
        ) from error
    for hear in list(_listeners):
        hear(sheet)
    return sheet


def _write(sheet, where, damaged):
    sheet["saved_at"] = now()
    sheet["earlier"] = thinned(sheet.get("earlier", []), MAX_EARLIER)
    if wrong := wrong_with(sheet):
        raise PlainError(f"The answer sheet was not saved, because it would be damaged: {wrong}.")
    text = text_of(sheet)
    if damaged:
        stamp = now().replace(":", "").replace(".", "")
        aside = where.with_name(f"{where.name}.broken-{stamp}")
        files.write(aside, where.read_bytes())  # a copy: a full disk must not cost the file itself
        tell(f"The damaged file is kept as {aside.name}.")
    elif where.exists():
        files.write(where.with_name(where.name + ".bak"), where.read_bytes(), sync=False)
    files.write(where, text)


_listeners: deque = deque(maxlen=4)


def listen(hear: Callable[[dict], Any]) -> None:
    """Call ``hear(sheet)`` after each save from now on; of many listeners the last four hear."""
    _listeners.append(hear)


def text_of(sheet: dict) -> str:
    """Return the sheet as JSON with one answer a line: quick to write, easy to read and merge."""
    dump = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

    def lines(value):
        if isinstance(value, dict) and value:
            return "{\n" + ",\n".join(f"  {dump(k)}: {dump(v)}" for k, v in value.items()) + "\n }"
        if isinstance(value, list) and value:
            return "[\n" + ",\n".join(f"  {dump(v)}" for v in value) + "\n ]"
        return dump(value)

    return "{\n" + ",\n".join(f" {dump(k)}: {lines(v)}" for k, v in sheet.items()) + "\n}\n"


def seal(content: dict) -> str:
    """Return the SHA-256 of ``content`` written in one agreed way: a lock carries that of its rest."""
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def moment(said: Any) -> datetime | None:
    """Return the time that an ``at`` says, in UTC, or None where it says no possible time."""
    try:
        at = datetime.fromisoformat(said)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def believed(said: Any, limit: datetime) -> datetime | None:
    """Return the time that an ``at`` says, or None if it is impossible or more than a day after ``limit``.

    A clock may be wrong, and then its time can decide nothing against a clock that is right.
    """
    at = moment(said)
    return at if at and at <= limit + timedelta(days=1) else None


def by_time(entries: Iterable[dict], limit: datetime | None = None) -> list[dict]:
    """Return ``entries`` from the oldest to the newest; times not ``believed`` stand before all."""
    limit, first = limit or datetime.now(UTC), datetime.min.replace(tzinfo=UTC)

    def order(entry):
        said = str(entry.get("at", ""))
        return believed(said, limit) or first, said, json.dumps(entry, sort_keys=True)

    return sorted(entries, key=order)


def same(one: Any, two: Any) -> bool:
    """Tell whether two values of answers are the same as JSON: 1 is not ``true``, and not 1.0."""
    return json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)


def record(sheet: dict, question: str, entry: dict) -> None:
    """Put ``entry`` under ``answers[question]``; an older answer with another value is kept.

    The same value given again keeps the time at which it was first given.
    """
    old = sheet["answers"].get(question)
    if old and same(old.get("value"), entry["value"]):
        if believed(old.get("at"), datetime.now(UTC)):
            entry["at"] = old["at"]
    elif old:
        sheet.setdefault("earlier", []).append({"id": question, **old})
    sheet["answers"][question] = entry


def thinned(earlier: list[dict], most: int) -> list[dict]:
    """Return at most ``most`` of the superseded answers, in their order.

    The question with the most gives way first, and of its entries the one that was soonest
    superseded: drafts of one sitting make room, never another question's answer.
    """
    by_question = {}
    for place, entry in enumerate(earlier):
        by_question.setdefault(str(entry.get("id")), []).append(place)
    spare = len(earlier) - most
    gone = set()
    while spare > 0:
        counts = sorted(map(len, by_question.values()), reverse=True)
        level = max(counts[1] if len(counts) > 1 else 0, counts[0] - spare)
        for name, places in by_question.items():
            if len(places) == counts[0] and spare > 0:
                surplus = min(max(len(places) - level, 1), spare)
                dropped = _soonest(earlier, places, surplus)
                gone |= dropped
                by_question[name] = [place for place in places if place not in dropped]
                spare -= surplus
    return [entry for place, entry in enumerate(earlier) if place not in gone]


def _soonest(earlier, places, n):
    """Return the ``n`` of ``places`` whose entries were the soonest superseded by the next."""
    times = [moment(earlier[place].get("at")) for place in places]
    gaps = []
    for place, at, after in zip(places, times, [*times[1:], None]):
        last = place == places[-1]
        gaps.append((last, (after - at).total_seconds() if at and after else 0.0, place))
    return {place for _, _, place in sorted(gaps)[:n]}


def merge(*sheets: dict) -> dict:
    """Return one sheet of all: the newest answer to each item wins, the others are kept.

    An answer's time is the one at which its value was first given; what is locked, revealed and
    recalled stays together. The order of ``sheets`` does not matter, and none is changed.
    """
    given = json.loads(json.dumps(sheets))
    given.sort(key=lambda one: (one.get("saved_at", ""), json.dumps(one, sort_keys=True)))
    out, present, past = empty() | {"saved_at": ""}, {}, {}
    for one in given:
        kept = {key: out[key] for key in ("votes", "codings", "learner", "course", "locks")}
        out |= without_remarks(one)
        for key in ("votes", "codings"):
            out[key] = kept[key] | _filled(one.get(key, {}))
        for key, name in (("learner", "id"), ("course", "seed")):
            new = one.get(key, {})
            out[key] = {**empty()[key], **new} if new.get(name) else {**kept[key], **_filled(new)}
        out["locks"] = _locks(kept["locks"], one.get("locks", {}))
        for question, entry in one["answers"].items():
            _add(present, question, {"id": question, **entry})
        for entry in one.get("earlier", []):
            _add(past, str(entry.get("id")), entry)
    out["answers"], out["earlier"] = {}, []
    for question in sorted(present.keys() | past.keys()):
        before, last = list(past.get(question, {}).values()), None
        if question in present:
            *superseded, last = by_time(present[question].values())
            before += superseded
        before = by_time(before)
        while last and before and same(before[-1].get("value"), last["value"]):
            again = before.pop()
            if moment(again.get("at")):
                last["at"] = again["at"]
        out["earlier"] += before
        if last:
            out["answers"][question] = {k: v for k, v in last.items() if k != "id"}
    out["earlier"] = thinned(by_time(out["earlier"]), MAX_EARLIER)
    return out


def _add(entries, question, entry):
    """Keep ``entry`` among those of its question, once."""
    entries.setdefault(question, {})[json.dumps(entry, sort_keys=True)] = entry


def _filled(part):
    return {key: value for key, value in part.items() if value not in ("", None)}


def _locks(one, two):
    """Return the locks of both, or, where they contradict, all of the one that was locked first."""
    for name in sorted(one.keys() & two.keys()):
        pair = [lock if isinstance(lock, dict) else {} for lock in (one[name], two[name])]
        times = [str(lock.get("at", "")) for lock in pair]
        if times[0] != times[1]:
            return one if times[0] and (times[0] < times[1] or not times[1]) else two
    return {**two, **one}


def from_notebook(source: bytes | str | Path, asked: Container[str] | None = None) -> dict:
    """Return a sheet of every answer that the outputs of a notebook hold.

    source: a path or the file's bytes. The text is searched for answers instead of parsed, so
    that a truncated, merged or otherwise damaged notebook still yields what is left in it.
    asked: see ``read``.
    """
    text = _text(source if isinstance(source, bytes) else Path(source).read_bytes())
    decoder, parts = _decoder([]), [{**empty(), "saved_at": ""}]
    whose, unknown, bad = {}, {}, {}
    for found in re.finditer(rf'"{re.escape(MIME)}"\s*:\s*', text):
        try:
            entry, _ = decoder.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            continue
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            continue
        question, learner = entry.pop("id"), entry.pop("learner", None)
        if asked is not None and question not in asked:
            unknown[question[:80]] = ""
            continue
        if len(parts) > MOST_ENTRIES:
            bad["file"] = TOO_MANY
            break
        extra = {key: entry.pop(key, None) for key in ("locks", "votes", "codings")}
        entry, wrong = _mended(entry)
        if wrong:
            bad[question[:80]] = wrong
        if entry is None:
            continue
        one = {**empty(), "answers": {question: entry}, "saved_at": entry["at"]}
        who = {"id": learner} if isinstance(learner, str) else learner
        if isinstance(who, dict):
            one["learner"] = {k: str(who.get(k, ""))[:200] for k in ("id", "name")}
        if one["learner"]["id"].strip():
            whose.setdefault(one["learner"]["id"].strip(), {})[question] = ""
        one |= {key: value for key, value in extra.items() if isinstance(value, dict)}
        parts.append(one)
    remarks = {"unreadable": bad, "unknown": list(unknown)}
    remarks["whose"] = {who: list(items) for who, items in whose.items() if len(whose) > 1}
    return merge(*parts) | {key: said for key, said in remarks.items() if said}


class _Newer(PlainError):
    pass


class NoAnswers(PlainError):
    """The file is sound, and is no answer sheet and no notebook with answers."""


REMARKS = ("unreadable", "unknown", "whose")
"""Keys under which ``read`` tells of the file itself; no sheet that is saved has them."""


def without_remarks(sheet: dict) -> dict:
    """Return ``sheet`` without what ``read`` had to say about its file."""
    return {key: part for key, part in sheet.items() if key not in REMARKS}


def read(data: bytes, name: str = "the file", asked: Container[str] | None = None) -> dict:
    """Return the sheet in ``data`` (bytes of a sheet or of a notebook).

    What does not fit the schema is left out and named in ``sheet["unreadable"]``: an answer by
    its question, its parts beside value and time alone. asked: the questions to read; others are
    named in ``sheet["unknown"]``. ``sheet["whose"]`` gives the questions by learner where a
    notebook holds answers of several. Raises PlainError that says what is wrong when nothing can
    be read.
    """
    text = _text(data)
    if not text.strip("\ufeff\0 \n\r\t"):
        raise PlainError(f"{name} is empty. Export the answer sheet again, or send the notebook.")
    twice = []
    try:
        found = _decoder(twice).decode(text)
    except (ValueError, RecursionError) as error:
        sheet = from_notebook(data, asked)
        if sheet["answers"]:
            sheet.setdefault("unreadable", {})["file"] = (
                "damaged; the answers in its outputs were read"
            )
            return sheet
        why = "it is nested too deep"
        if isinstance(error, json.JSONDecodeError):
            why = f"it is damaged after {error.pos:,} of {len(text):,} characters"
            if not error.pos:
                why = "it holds something else"
        said = f"{name} is not a sound answer sheet or notebook: {why}. "
        raise PlainError(said + "Send answers.json, or the notebook with its outputs.") from None
    if isinstance(found, dict) and ("cells" in found or "worksheets" in found):
        sheet = from_notebook(data, asked)
        if not sheet["answers"] and not sheet.get("unreadable"):
            step = "Run its check cells and save it, or send answers.json."
            raise NoAnswers(f"{name} is a notebook without recorded answers. {step}")
        return sheet
    if not isinstance(found, dict) or not isinstance(found.get("answers"), dict):
        raise NoAnswers(f"{name} holds no 'answers'. Send the file called answers.json.")
    why = "the file holds this key twice; the last one was read"
    bad = {f"twice: {key}"[:80]: why for key in twice}
    return _sound(_migrated(found, name, bad), bad, asked)


def _migrated(found, name, bad):
    version = found.get("schema")
    if type(version) is int and version == 2:
        return found
    if type(version) in (int, float) and version > 2:
        raise _Newer(
            f"{name} was written by a newer version of the module (schema {version}; this one "
            "reads 2). Update the module, or use another file. Nothing was changed."
        )
    entries = found["answers"].values()
    if any(isinstance(entry, dict) and {"value", "at"} <= entry.keys() for entry in entries):
        bad["schema"] = "missing or wrong; by the form of its answers it is 2, and was read so"
        return {**found, "schema": 2}
    at = str(found.get("saved_at") or "2020-01-01T00:00:00.000000Z")
    sheet = {**empty(), "saved_at": at}
    sheet["learner"]["id"] = str(found.get("student", ""))[:200]
    rest = {"at": at, "tries": 1, "state": "recorded"}
    sheet["answers"] = {name: {"value": value, **rest} for name, value in found["answers"].items()}
    return sheet


def _sound(sheet, bad, asked):
    """Return ``sheet`` with what the schema allows; the rest joins ``bad`` under 'unreadable'."""
    out, answers, earlier = empty(), sheet.get("answers", {}), sheet.get("earlier", [])
    for key, value in sheet.items():
        if key in ("answers", "earlier", "unknown", "whose"):
            continue
        if wrong := wrong_with({**empty(), key: value}):
            bad[key] = wrong
        else:
            out[key] = value
    unknown = []
    for question, entry in answers.items():
        if asked is not None and question not in asked:
            unknown.append(question[:80])
            continue
        if len(out["answers"]) >= MOST_ENTRIES:
            bad["answers"] = TOO_MANY
            break
        mended, wrong = _mended(entry)
        if wrong:
            bad[question[:80]] = wrong
        if mended is not None:
            out["answers"][question] = mended
    earlier = earlier if isinstance(earlier, list) else ["no list"]
    if len(earlier) > MOST_ENTRIES:
        bad["earlier"], earlier = TOO_MANY, earlier[-MOST_ENTRIES:]
    for entry in earlier:
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            bad["earlier"] = "some of the superseded answers have no question"
        elif asked is None or entry["id"] in asked:
            mended, wrong = _mended(entry, needed=("value",))
            if wrong:
                bad[f"{entry['id']} (superseded)"[:80]] = wrong
            if mended is not None:
                out["earlier"].append(mended)
    said = out.pop("unreadable", {}) | bad
    out["learner"] = empty()["learner"] | out["learner"]
    return out | ({"unreadable": said} if said else {}) | ({"unknown": unknown} if unknown else {})


def _mended(entry, needed=("value", "at")):
    """Return (entry, what is wrong): the entry without its unsound parts, None if they are needed."""
    if not isinstance(entry, dict):
        return None, "entry: must be object"
    if deeper(entry.get("value"), DEEPEST):
        return None, TOO_DEEP
    said = _said_of(entry, "entry")
    if not said:
        return entry, ""
    out = dict(entry)
    for key in entry.keys() & _ENTRY["properties"].keys():
        if _said_of(entry[key], key):
            del out[key]
    return (out if all(key in out for key in needed) else None), said


def deeper(value: Any, limit: int) -> bool:
    """Tell whether more than ``limit`` lists or objects of ``value`` stand in one another."""
    level = [value]
    for _ in range(limit):
        level = [
            part
            for one in level
            if isinstance(one, (list, dict))
            for part in (one.values() if isinstance(one, dict) else one)
            if isinstance(part, (list, dict))
        ]
        if not level:
            return False
    return True


def _decoder(twice):
    """Return a JSON decoder that lets no NaN, infinity or giant number through as a number.

    Keys that an object holds twice are added to the list ``twice``, up to 20.
    """

    def real(text):
        value = float(text)
        return value if isfinite(value) else text

    def whole(text):
        return int(text) if len(text) <= 20 else text[:40]

    def pairs(found):
        out = dict(found)
        if len(out) < len(found):
            counts = Counter(key for key, _ in found)
            twice.extend(key for key, n in counts.items() if n > 1 and len(twice) < 20)
        return out

    numbers = {"parse_float": real, "parse_int": whole, "parse_constant": str}
    return json.JSONDecoder(object_pairs_hook=pairs, **numbers)


def _text(data):
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
