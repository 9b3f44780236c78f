"""Read one file of a submission as data, whatever state it is in.

``brieflab.sheet`` reads sound sheets and notebooks. Here is what a grader needs besides: very
large files are searched for answers without being held in memory, and a sheet that is cut off
or carries merge-conflict markers gives up the answers that are still whole. Knows nothing of
folders, zips and learners.
"""

import codecs
import json
import re
from collections.abc import Container
from itertools import islice
from typing import BinaryIO

from brieflab import sheet as sheets
from brieflab.grading import limits
from brieflab.plain import PlainError

_BLOCK = 64 * 2**10
_PLACE = re.compile(rf'"({re.escape(sheets.MIME)}|learner|course|\d{{1,2}}\.\d{{1,2}})"\s*:\s*\{{')
_ID = re.compile(r'"learner"\s*:\s*\{\s*"id"\s*:\s*"([^"\\]{1,200})"')
_CONFLICT = re.compile(r"^(<{7} |={7}\r?$|>{7} )", re.MULTILINE)


def read(
    stream: BinaryIO, name: str, asked: Container[str] | None = None
) -> tuple[dict, list[str]]:
    """Return (sheet, remarks): the answers in a binary ``stream``, and what was odd about it.

    ``sheet["partly"]`` is there where the file is damaged and may have held more. asked, and what the sheet tells of itself: see ``brieflab.sheet.read``. Raises PlainError that
    says what is wrong when no answer can be read.
    """
    data, remarks = stream.read(limits.PARSED + 1), []
    encoding = json.detect_encoding(data[:4])
    if len(data) > limits.PARSED:
        remarks.append(f"larger than {limits.PARSED >> 20} MB, so it was only searched for answers")
        data = _search(data, stream, encoding)
    elif not encoding.startswith("utf-8"):
        remarks.append(f"stored as {encoding.upper()}, not as UTF-8")
        data = data.decode(encoding, "replace").encode("utf-8", "replace")
    text = data.decode("utf-8", "replace")
    if "\ufffd" in text and b"\xef\xbf\xbd" not in data:
        remarks.append("not stored as UTF-8; it was read as Latin-1, so accents may look odd")
    if _CONFLICT.search(text):
        remarks.append("merge-conflict markers; both sides were read and the newer answers count")
    try:
        found = sheets.read(data, name, asked)
    except (PlainError, RecursionError) as error:
        found = None if _is_sound(text) else _whole_parts(text, asked)
        if not found or not found["answers"]:
            if isinstance(error, PlainError):
                raise
            raise PlainError(f"{name} is nested too deep to be an answer sheet.") from None
        found["unreadable"] = {"file": f"damaged; {len(found['answers'])} answers were still whole"}
        ids = sorted(set(_ID.findall(text)))
        if len({one.strip().casefold() for one in ids}) > 1:
            found["whose"] = {one: [] for one in ids[:5]}
    damage = found.setdefault("unreadable", {}).pop("file", "")
    if damage and not _CONFLICT.search(text):
        remarks.append(damage)
        found["partly"] = True
    return _bounded(found), remarks


def _bounded(found):
    """Return the sheet ``found`` without answers that are too long, and fit to be written."""
    for question, entry in list(found["answers"].items()):
        if len(json.dumps(entry["value"], ensure_ascii=False)) > limits.VALUE:
            found["unreadable"][question] = limits.SENTENCES["value"]
            del found["answers"][question]
    found["earlier"] = [
        entry
        for entry in found["earlier"]
        if len(json.dumps(entry["value"], ensure_ascii=False)) <= limits.VALUE
    ]
    for part in ("learner", "course"):
        found[part] = {
            key: str(value).encode("utf-8", "replace").decode()
            for key, value in found[part].items()
        }
    if "unknown" in found:
        found["unknown"] = found["unknown"][: limits.UNKNOWN]
    # votes and codings are nobody's business but the learner's: no grade needs them
    return found | {"votes": {}, "codings": {}}


def _search(data, stream, encoding):
    """Return the blocks of a large file that may hold answers: at most PARSED characters."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    kept, size, near, tail = [], 0, False, ""
    while data and size < limits.PARSED:
        for start in range(0, len(data), _BLOCK):
            block = decoder.decode(data[start : start + _BLOCK])
            found = _PLACE.search(tail + block)
            if found or near:
                kept.append(block if near else "\n" + tail + block)
                size += len(kept[-1])
            near, tail = bool(found), block[-256:]
        data = stream.read(16 * _BLOCK)
    return "".join(kept).encode("utf-8", "replace")


def _is_sound(text):
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _whole_parts(text, asked):
    """Return a sheet of every answer that is still whole in the ``text`` of a damaged sheet."""
    parts, decoder = [{**sheets.empty(), "saved_at": ""}], json.JSONDecoder()
    for found in islice(_PLACE.finditer(text), 2000):
        name = found.group(1)
        try:
            value, _ = decoder.raw_decode(text, found.end() - 1)
            part = {"answers": {name: value}} if name[0].isdigit() else {name: value}
            part = sheets.read(json.dumps({**sheets.empty(), **part}).encode(), name, asked)
        except (ValueError, RecursionError):
            continue
        part["saved_at"] = max((entry["at"] for entry in part["answers"].values()), default="")
        parts.append(part)
    return sheets.merge(*parts)
