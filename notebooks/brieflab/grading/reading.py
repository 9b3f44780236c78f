"""Read one file of a submission as data, whatever state it is in.

``brieflab.sheet`` reads sound sheets and notebooks. Here is what a grader needs besides: very
large files are searched for answers without being held in memory, and a sheet that is cut off
or carries merge-conflict markers gives up the answers that are still whole. Knows nothing of
folders, zips and learners.
"""

import codecs
import json
import re
from itertools import islice
from typing import BinaryIO

from brieflab import sheet as sheets
from brieflab.plain import PlainError

LARGE = 4 * 2**20
"""Bytes above which a file is searched in blocks; no honest answer sheet is as large."""

_BLOCK = 64 * 2**10
_PLACE = re.compile(rf'"({re.escape(sheets.MIME)}|learner|course|\d{{1,2}}\.\d{{1,2}})"\s*:\s*\{{')
_ID = re.compile(r'"learner"\s*:\s*\{\s*"id"\s*:\s*"([^"\\]{1,200})"')
_CONFLICT = re.compile(r"^(<{7} |={7}\r?$|>{7} )", re.MULTILINE)


def read(stream: BinaryIO, name: str) -> tuple[dict, list[str]]:
    """Return (sheet, remarks): the answers in a binary ``stream``, and what was odd about it.

    Raises PlainError that says what is wrong when no answer can be read.
    """
    data, remarks = stream.read(LARGE + 1), []
    encoding = json.detect_encoding(data[:4])
    if len(data) > LARGE:
        remarks.append(f"larger than {LARGE >> 20} MB, so it was only searched for answers")
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
        found = sheets.read(data, name)
    except (PlainError, RecursionError) as error:
        found = None if _is_sound(text) else _whole_parts(text)
        if not found or not found["answers"]:
            raise PlainError(str(error)) from None
        found["unreadable"] = {"file": f"damaged; {len(found['answers'])} answers were still whole"}
    damage = found.setdefault("unreadable", {}).pop("file", "")
    if damage and not remarks:
        remarks.append(damage)
    ids = sorted(set(_ID.findall(text)))
    if len(ids) > 1:
        remarks.append("answers recorded under several learner ids: " + ", ".join(ids[:5]))
    return found, remarks


def _search(data, stream, encoding):
    """Return the blocks of a large file that may hold answers: at most LARGE characters."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    kept, size, near, tail = [], 0, False, ""
    while data and size < LARGE:
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


def _whole_parts(text):
    """Return a sheet of every answer that is still whole in the ``text`` of a damaged sheet."""
    out, decoder = {**sheets.empty(), "saved_at": ""}, json.JSONDecoder()
    for found in islice(_PLACE.finditer(text), 2000):
        name = found.group(1)
        try:
            value, _ = decoder.raw_decode(text, found.end() - 1)
            part = {"answers": {name: value}} if name[0].isdigit() else {name: value}
            part = sheets.read(json.dumps({**sheets.empty(), **part}).encode(), name)
        except (ValueError, RecursionError):
            continue
        part["saved_at"] = max((entry["at"] for entry in part["answers"].values()), default="")
        out = sheets.merge(out, part)
    return out
