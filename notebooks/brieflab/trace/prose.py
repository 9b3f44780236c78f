"""Numbers in a text, each judged against the rows or the expression that stand behind it."""

import json
import re
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from brieflab.plain import PlainError
from brieflab.tables import Tables
from brieflab.trace.ask import ID, evaluate, homes, ids_in, is_row, places_of, resolve

WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
SCALES = {"thousand": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9}

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_MORE = r"(?:(?:,|;|\s?[-–]|\sand|\sor|\sto)\s?\d+(?:\.\d+)?)*"
_NUMBER = re.compile(
    r"(?<!\w)(?<!\d[.,])(?<!\bper\s)(?:(?P<minus>(?<![\w)–])[-−])?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|"
    rf"\d+(?:\.\d+)?)(?!\d)|(?P<word>(?:{'|'.join(WORDS)})\b(?!-)))"
    r"(?:\s*(?P<percent>%|per\s?cent\b)|\s*(?P<scale>thousand|million|billion|bn|m)\b)?(?!\w)",
    re.I,
)
_PER = re.compile(r"\s*(?:[a-z]+\s+){0,4}?per\s+(1,000,000|100,000|10,000|1,000|100)\b")
_CODE = re.compile(r"^(```|~~~).*?^\1|``.*?``|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$", re.M | re.S)
_COMMENT = re.compile(r"<!--=\s*(.*?)\s*-->", re.S)
_HTML = re.compile(r"<!--(?!=).*?-->|<[a-z/][^>]*>|\]\([^)]*\)|https?://\S+", re.S | re.I)
_IDS = re.compile(rf"\[\s*({ID}(?:\s*[;,–-]\s*{ID})*)\s*\](?!\()")
_ROWS = re.compile(r"`?(?:\w+/)*(\w+)\.csv`?\s*\((\d[\d,]*) rows?\b")
_EXEMPT_FORMS = [
    r"^\|\s*\*\*(?:Minutes|You need|Paragraphs|Claims)\*\*.*$",
    rf"\b[A-Za-z] = \d+{_MORE}\b|\b\d = (?=[a-z])|\(\d\)(?= [a-z])",
    r"\b(?:0 (?:to|and|or) 1|1 or 0)\b(?! [a-z])",
    r"^[\s>]*#+\s+(?:[\d.]+\s)?",
    r"^[\s>]*\d+[.)]\s",
    r"\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b",
    rf"\b\d{{1,2}}{_MORE}\s{_MONTH}\b",
    rf"\b{_MONTH}\s\d{{1,2}}\b(?!,\d)",
    r"\b(?:19|20)\d\d(?:\s?[-–/]\s?\d\d(?:\d\d)?)?\b(?![.,]?\d|\s*%)",
    r"\b\d{1,2}:\d\d\b",
    r"\b(?:lesson|notebook|loop|step|part|session|level|hint|round|resolution|article|page|"
    rf"question|item|exercise)s?\s+\d+(?:\.\d+)?{_MORE}\b",
    rf"\b\d+(?:\.\d+)?{_MORE}[\s-](?:minutes?|min|hours?|points?|words?|stars?)\b",
    r"\b(?:1|one) in (?=\d)",
    r"\b[A-Za-z]+(?:-[A-Za-z]+)*-?\d[\w-]*",
]
_EXEMPT = re.compile("|".join(_EXEMPT_FORMS), re.M | re.I)


@dataclass(frozen=True)
class Doubt:
    """A number that its evidence does not bear out, or that has none.

    line: of the text, from 1. number: as it stands there, or the row id that no table has; "" for
    evidence without a number. said: its sentence. why: what is amiss. where: the notebook and cell.
    at: the place in the text where it begins, from 0.
    """

    line: int
    number: str
    said: str
    why: str
    where: str = ""
    at: int = 0

    def __str__(self):
        place = f"{self.where}, line {self.line}" if self.where else f"Line {self.line}"
        return f"{place}: “{self.said}” {self.why}"


@dataclass(frozen=True)
class Quantity:
    """A number as a text has it; ``slack`` is what its rounding hides, ``factor`` its unit."""

    start: int
    end: int
    text: str
    value: float
    slack: float
    factor: float
    exempt: bool
    in_words: bool

    def fits(self, value: float) -> bool:
        """Tell whether ``value`` rounds to the number as written, with or without its unit."""
        noise, units = 1e-9 * max(1.0, abs(value)), (1.0, self.factor)
        return any(abs(self.value * u - value) <= self.slack * u + noise for u in units)


def numbers_in(text: str) -> list[Quantity]:
    """Return the numbers of a text whose code, links and evidence are blanked out already."""
    exempt = [match.span() for match in _EXEMPT.finditer(text)]
    plain = text.replace("*", " ")
    found = []
    for match in _NUMBER.finditer(plain):
        scale = SCALES.get((match["scale"] or "").lower(), 1.0)
        digits = (match["digits"] or "").replace(",", "")
        value = float(digits) if digits else WORDS.index(match["word"].lower()) + 1.0
        per = _PER.match(plain, match.end())
        factor = 0.01 if match["percent"] else 1 / float(per[1].replace(",", "")) if per else 1.0
        written, value = " ".join(match[0].split()), (-value if match["minus"] else value) * scale
        slack = 0.5 * scale / 10 ** len(digits.partition(".")[2])
        free = any(a <= match.start() < b for a, b in exempt)
        found.append(Quantity(*match.span(), written, value, slack, factor, free, not digits))
    return found


def _cells_of(row):
    """Return column -> number for the numbers of a row, and for those its texts quote."""
    values = {}
    for column, cell in row.iloc[1:].dropna().drop("year", errors="ignore").items():
        if isinstance(cell, str):
            quoted = [number for number in numbers_in(cell) if not number.exempt]
            values |= {f"{column}: {number.text}": number.value for number in quoted}
        else:
            values[column] = float(cell)
    return values


def _candidates(row_ids, tables):
    """Return what a number may be when ``row_ids`` stand behind it: description -> value."""
    rows = [resolve(row_id, tables)[1] for row_id in row_ids]
    count = {"number of rows": float(len(rows))}
    if len(rows) == 1:
        return _cells_of(rows[0]) | count
    figures = [{k: v for k, v in _cells_of(row).items() if ":" not in k} for row in rows]
    shared = [column for column in figures[0] if all(column in each for each in figures)]
    found = {f"sum of {column}": sum(each[column] for each in figures) for column in shared}
    if len(rows) == 2:
        first, second = figures
        for a, b in [(c, c) for c in shared] or product(first, second):
            found[f"difference of {a} and {b}"] = abs(first[a] - second[b])
            if second[b]:
                found[f"{a} over {b}"] = first[a] / second[b]
                found[f"{a} in % of {b}"] = 100 * first[a] / second[b]
    return found | count


def _blank(text, pattern):
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _number_before(end, text, numbers, taken, hidden):
    """Return the number that the evidence at ``end`` speaks of, or None.

    It stands in the same sentence. A year or another exempt number counts only right before a
    hidden comment; a number in words only right before its evidence (a comment: three words).
    """
    for number in reversed([n for n in numbers if n.end <= end and n not in taken]):
        gap = text[number.end : end]
        if re.search(r"[.!?|]\s|\||\n\s*\n|\n\s*[-#>|]", gap):
            return None
        words = len(re.findall(r"\w+", gap))
        far = number.in_words and words > (3 if hidden else 0)
        if not far and (not number.exempt or (hidden and not words)):
            return number


def _sentence(text, at):
    before = re.finditer(r"[.!?]\s+(?=[A-Z“\"*\[`])|\n\s*\n|\n(?=\s*[-*#|>])", text[:at])
    start = max([match.end() for match in before], default=0)
    stop = re.search(r"[.!?](?=\s|$)|\n\s*\n|\n(?=\s*[-*#|>])|\Z", text[at:])
    sentence = re.sub(r"\s*<!--.*?-->", "", text[start : at + stop.end()], flags=re.S)
    return " ".join(sentence.split())


def check_text(text: str, tables: Tables, strict: bool = True) -> list[Doubt]:
    """Return the doubts, in order of their lines, about the numbers of a Markdown ``text``.

    strict: every number in digits must carry evidence. Exempt are years and dates, ids, headings'
    and list numbers, minutes and points, lesson, question, round and resolution numbers, "N = 1, 2
    and 3", the scale "0 to 1", "per 1,000", "1 in", code, formulas and links. Unknown ids and
    evidence without a number are told in both modes. ``books.csv (684 rows)`` is recomputed as it
    stands.
    """
    bare = _blank(_blank(_blank(text, _ROWS), _CODE), _HTML)
    prose = _blank(_blank(bare, _COMMENT), _IDS)
    numbers, taken = numbers_in(prose), set()
    found = [
        *_counts(text, tables),
        *_against_evidence(bare, prose, numbers, taken, tables),
        *_strangers(prose, tables),
        *(_without_evidence(numbers, taken) if strict else ()),
    ]
    doubts = [
        Doubt(text.count("\n", 0, at) + 1, number, _sentence(text, at), why, at=at)
        for at, number, why in found
    ]
    return sorted(doubts, key=lambda doubt: doubt.line)


def _counts(text, tables):
    """Yield (place, number, why) of each count of rows beside a file's name that is wrong."""
    for match in _ROWS.finditer(text):
        try:
            rows = len(tables[match[1]])
        except PlainError as error:
            yield match.start(), match[2], f"names {match[1]}.csv. {error}"
            continue
        if rows != int(match[2].replace(",", "")):
            yield match.start(), match[2], f"says {match[2]} rows; the table has {rows}."


def _against_evidence(bare, prose, numbers, taken, tables):
    """Yield (place, number, why) of what its evidence refutes; put into ``taken`` what has any."""
    evidence = [(m.start(), m[1], True) for m in _COMMENT.finditer(bare)]
    evidence += [(m.start(), m[1], False) for m in _IDS.finditer(bare)]
    for at, says, hidden in sorted(evidence):
        number = _number_before(at, prose, numbers, taken, hidden)
        try:
            row_ids = [] if hidden else ids_in(says)
            for row_id in row_ids:
                resolve(row_id, tables)
            if number is None:
                if hidden:
                    yield at, "", f"has evidence ({says}) but no number before it."
                continue
            taken.add(number)
            gives = {says: evaluate(says, tables)} if hidden else _candidates(row_ids, tables)
        except PlainError as error:
            yield at, number.text if number else "", f"cannot be checked: {error}"
            continue
        if not any(number.fits(value) for value in gives.values()):
            told = "; ".join(f"{name} = {value:,.10g}" for name, value in list(gives.items())[:6])
            yield number.start, number.text, f"says {number.text}, but the data say: {told}."


def _strangers(prose, tables):
    """Yield (place, id, why) of what looks like the id of a row and is none."""
    shapes = {(row_id[0], len(row_id)) for row_id in homes(tables) if row_id[1:].isdigit()}
    for row_id, at in places_of(prose).items():
        if (row_id[0], len(row_id)) in shapes and not is_row(row_id, tables):
            yield at, row_id, f"names {row_id}, a row that no table has."


def _without_evidence(numbers, taken):
    why = "carries no evidence: add row ids in square brackets or a comment after it."
    for number in numbers:
        if not (number in taken or number.exempt or number.in_words):
            yield number.start, number.text, f"says {number.text}, which {why}"


def check_notebook(path: str | Path, tables: Tables, strict: bool = True) -> list[Doubt]:
    """Return the doubts about all Markdown cells of the notebook at ``path``.

    Each names the notebook and the cell (counted from 1). Raises PlainError when the file is not
    a notebook.
    """
    try:
        cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PlainError(f"'{Path(path).name}' cannot be read as a notebook: {error}.") from None
    return [
        replace(doubt, where=f"{Path(path).name}, cell {number}")
        for number, cell in enumerate(cells, 1)
        if cell["cell_type"] == "markdown"
        for doubt in check_text("".join(cell["source"]), tables, strict)
    ]
