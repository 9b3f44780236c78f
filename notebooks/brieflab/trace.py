"""Numbers in prose, recomputed: each carries its evidence, and the evidence is asked again.

Readers see row ids, ``3,641,370 [H-TUR-2020]``; or nothing, when the evidence is an HTML comment:
``54.3 % <!--= share hosts.refugees iso3=TUR year=2020 / year=2020 -->``. What a comment may say:

====================================================  =============================================
``cell H-TUR-2020.refugees``                          one cell of the row with that id
``count claims claim_type=forecast``                  rows that pass the filters
``distinct attendance.actor status=present``          different values of a column
``sum hosts.refugees year=2020``                      also ``min``, ``max`` and ``mean``
``share claims named_source!="" / checkable=yes``     part of whole in %; with a column, of its sum
``ratio hosts.refugees iso3=LBN / population.population iso3=LBN``   one sum over another
``rank hosts.refugees iso3=LBN year=2020 / year=2020``  place of one row, the largest being 1
``days GEN-09.end_date CC-01.start_date``             days from the first date to the second
``fn tracks.longest_gap tracks=geneva``               a function of ``PROSE_FUNCTIONS``
====================================================  =============================================

Filters: ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=`` and ``column~a|b`` (any of these); a cell with
several items (``S001;S002``) passes when one item does. ``""`` is an empty cell; values with
spaces stand in double quotes. ``countries.presence=absent`` asks another table, row by row, through
its id or the country code. A number is right when the data round to it as it is written:
"3.64 million" is right for 3,641,370 and "3.6 million" too; "3.65 million" is not.
"""

import importlib
import inspect
import json
import operator
import re
import shlex
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

import pandas as pd

from brieflab.course import PROSE_FUNCTIONS
from brieflab.plain import PlainError, need_columns, need_known, suggest

WORDS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
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
_ID = r"(?:[A-Z]-(?:[A-Z]\d{3}-[A-Z]|[A-Z]{2,5}(?:-\d{4})?)|[A-Z]{2,4}-[A-Z0-9]{1,4}|[A-Z]\d{1,3})"
_IDS = re.compile(rf"\[\s*({_ID}(?:\s*[;,–-]\s*{_ID})*)\s*\](?!\()")
_ROWS = re.compile(r"`?(?:\w+/)*(\w+)\.csv`?\s*\((\d[\d,]*) rows?\b")
_EXEMPT = re.compile(
    "|".join(
        [
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
            r"question|item|exercise)s?\s+"
            rf"\d+(?:\.\d+)?{_MORE}\b",
            rf"\b\d+(?:\.\d+)?{_MORE}[\s-](?:minutes?|min|hours?|points?|"
            r"words?|stars?)\b",
            r"\b(?:1|one) in (?=\d)",
            r"\b[A-Za-z]+(?:-[A-Za-z]+)*-?\d[\w-]*",
        ]
    ),
    re.M | re.I,
)
_FILTER = re.compile(r"(?:(\w+)\.)?(\w+)(<=|>=|!=|=|<|>|~)(.*)", re.S)
_COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Problem:
    """A number that its evidence does not bear out, or that has none: where, which and why."""

    line: int
    number: str
    said: str
    why: str
    where: str = ""

    def __str__(self):
        place = f"{self.where}, line {self.line}" if self.where else f"Line {self.line}"
        return f"{place}: “{self.said}” {self.why}"


# Row ids


@lru_cache(maxsize=8)
def _homes(tables):
    """Return row id -> (table, place); a table that lists other tables' ids never owns them."""
    homes = {}
    for name in sorted(tables.names(), key=lambda name: (name == "coverage", name)):
        for place, row_id in enumerate(tables[name].iloc[:, 0].astype(str)):
            homes.setdefault(row_id, (name, place))
    return homes


def resolve(row_id, tables):
    """Return (table name, row as a Series) of the row called ``row_id``.

    Raises PlainError, with the close matches, when no table has such a row.
    """
    homes = _homes(tables)
    if row_id not in homes:
        raise PlainError(no_row(row_id, tables))
    name, place = homes[row_id]
    return name, tables[name].iloc[place]


def is_row(row_id, tables):
    """Tell whether some table has a row called ``row_id``."""
    return row_id in _homes(tables)


def no_row(row_id, tables):
    """Return the sentence about an id that no table has, with the close matches."""
    return f"There is no row '{row_id}' in the tables. {suggest(row_id, _homes(tables))}"


def ids_in(text):
    """Return the row ids named in ``text``, in order, each once; ``C021–C025`` means all five.

    Finds what has the shape of an id, whether or not such a row exists.
    """
    found = []
    for match in re.finditer(rf"(?<![\w-]){_ID}(?:\s?[-–]\s?{_ID})?(?![\w-])", text):
        ends = re.findall(_ID, match[0])
        found += _between(*ends) if len(ends) == 2 else ends
    return list(dict.fromkeys(found))


def _between(first, last):
    prefix, start = re.fullmatch(r"(.*?)(\d*)", first).groups()
    same, stop = re.fullmatch(r"(.*?)(\d*)", last).groups()
    if prefix != same or not start or not stop:
        return [first, last]
    return [f"{prefix}{n:0{len(start)}}" for n in range(int(start), int(stop) + 1)]


# What the evidence says


def evaluate(expression, tables):
    """Return the number that ``expression`` (see the top of this module) gives on ``tables``.

    Raises PlainError when an operation, table, column, row or value in it does not exist.
    """
    try:
        name, *words = shlex.split(expression) or [""]
    except ValueError:
        raise PlainError(f"A quotation mark is not closed in: {expression}") from None
    need_known([name], OPERATIONS, "way to check a number")
    cut = words.index("/") if "/" in words else len(words)
    try:
        return float(OPERATIONS[name](tables, words[:cut], words[cut + 1 :]))
    except PlainError:
        raise
    except Exception as error:  # whatever a reader wrote, the answer is a sentence
        why = f"'{expression}' cannot be computed ({error})."
        raise PlainError(f"{why} Compare it with: {USAGE}") from None


def _rows(tables, name, filters):
    rows = tables[name]
    for word in filters:
        match = _FILTER.fullmatch(word)
        if not match or (match[3] != "~" and "|" in match[4]):
            raise PlainError(f"'{word}' is not a filter such as year=2020 or iso3~LBN|TUR.")
        other, column, sign, value = match.groups()
        asked = tables[other] if other else rows
        need_columns(asked, [column], f"table '{other or name}'")
        passes = _passes(asked[column], sign, value)
        if other:
            key = _shared_key(rows, asked, f"'{name}' and '{other}'")
            passes = rows[key].isin(asked.loc[passes, key].dropna())
        rows = rows[passes]
    return rows


def _shared_key(rows, asked, names):
    for key in (asked.columns[0], rows.columns[0], "iso3"):
        if key != "row_id" and key in rows and key in asked:
            return key
    raise PlainError(f"The tables {names} share no id by which to ask one about the other.")


def _passes(cells, sign, value):
    if sign == "~":
        wanted = set(value.split("|"))
        return cells.map(lambda cell: not wanted.isdisjoint(_items(cell)))
    compare = _COMPARE[sign]
    if value == "":
        return cells.notna() if sign == "!=" else cells.isna()
    if pd.api.types.is_numeric_dtype(cells):
        try:
            return compare(cells, float(value))
        except ValueError:
            raise PlainError(f"The column '{cells.name}' holds numbers, not '{value}'.") from None
    if sign in ("=", "!="):
        return cells.map(lambda cell: value in (*_items(cell), cell)) == (sign == "=")
    return cells.notna() & compare(cells.fillna("").astype(str), value)


def _items(cell):
    return [] if pd.isna(cell) else str(cell).split(";")


def _select(tables, words):
    """Return the rows, or the column of the rows, that ``table[.column] filters`` names."""
    name, _, column = words[0].partition(".")
    rows = _rows(tables, name, words[1:])
    if not column:
        return rows
    need_columns(rows, [column], f"table '{name}'")
    return rows[column]


def _numbers(tables, words):
    cells = _select(tables, words)
    if not isinstance(cells, pd.Series) or not pd.api.types.is_numeric_dtype(cells):
        raise PlainError(f"'{words[0]}' is not a column of numbers.")
    if cells.dropna().empty:
        raise PlainError(f"No row has a number for: {' '.join(words)}")
    return cells


def _size(tables, words):
    return _numbers(tables, words).sum() if "." in words[0] else len(_select(tables, words))


def _whole(part, whole):
    """Return the words of a whole; a table and column left out are the part's."""
    return whole if whole and not _FILTER.fullmatch(whole[0]) else [part[0], *whole]


def _fraction(tables, part, whole):
    below = _size(tables, _whole(part, whole))
    if not below:
        raise PlainError(f"The whole is empty: {' '.join(_whole(part, whole))}")
    return _size(tables, part) / below


def _cell(tables, word):
    row_id, _, column = word.partition(".")
    name, row = resolve(row_id, tables)
    need_columns(row.to_frame().T, [column], f"table '{name}'")
    return row[column]


def _rank(tables, part, whole):
    one = _numbers(tables, part)
    if len(one) != 1:
        raise PlainError(f"A rank needs one row; {len(one)} rows pass: {' '.join(part)}")
    return 1 + (_numbers(tables, _whole(part, whole)) > one.iloc[0]).sum()


def _days(tables, part, whole):
    start, end = (
        pd.to_datetime(_cell(tables, word), format="%Y-%m-%d", errors="coerce") for word in part
    )
    if pd.isna(start) or pd.isna(end):
        raise PlainError(f"Not both are full dates: {' and '.join(part)}")
    return (end - start).days


def _function(tables, part, whole):
    need_known([part[0]], PROSE_FUNCTIONS, "function for numbers in prose")
    name = part[0].split(".")[1]
    function = getattr(importlib.import_module(PROSE_FUNCTIONS[part[0]]), name)
    given = dict(word.split("=", 1) for word in part[1:])
    known = inspect.signature(function).parameters
    need_known(given, known, f"choice of {part[0]}")
    given = {key: _literal(value) for key, value in given.items()}
    result = function(**{k: tables[k] for k in known if k in tables.names()} | given)
    result = result[0] if isinstance(result, tuple) else result
    return result if isinstance(result, (int, float)) else len(result)


def _literal(text):
    if "|" in text:
        return text.split("|")
    try:
        return json.loads(text)
    except ValueError:
        return text


OPERATIONS = {
    "cell": lambda tables, part, whole: _cell(tables, part[0]),
    "count": lambda tables, part, whole: len(_select(tables, part)),
    "distinct": lambda tables, part, whole: len(
        {item for cell in _select(tables, part) for item in _items(cell)}
    ),
    "sum": lambda tables, part, whole: _numbers(tables, part).sum(),
    "min": lambda tables, part, whole: _numbers(tables, part).min(),
    "max": lambda tables, part, whole: _numbers(tables, part).max(),
    "mean": lambda tables, part, whole: _numbers(tables, part).mean(),
    "share": lambda tables, part, whole: 100 * _fraction(tables, part, whole),
    "ratio": _fraction,
    "rank": _rank,
    "days": _days,
    "fn": _function,
}
USAGE = "cell H-TUR-2020.refugees; count claims claim_type=forecast; sum hosts.refugees year=2020."


def _cells_of(row):
    """Return column -> number for the numbers of a row, and for those its texts quote."""
    values = {}
    for column, cell in row.iloc[1:].items():
        if column == "year" or pd.isna(cell):
            continue
        if isinstance(cell, str):
            for said in [number for number in _said_in(cell) if not number.exempt]:
                values[f"{column}: {said.text}"] = said.value
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


# What the text says


@dataclass(frozen=True)
class _Said:
    start: int
    end: int
    text: str
    value: float
    slack: float
    factor: float
    exempt: bool
    in_words: bool

    def fits(self, value):
        """Tell whether ``value`` rounds to the number as written, with or without its unit."""
        for factor in {1.0, self.factor}:
            room = self.slack * factor + 1e-9 * max(1.0, abs(value))
            if abs(self.value * factor - value) <= room:
                return True
        return False


def _blank(text, pattern):
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _said_in(text):
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
        found.append(
            _Said(
                *match.span(),
                " ".join(match[0].split()),
                (-value if match["minus"] else value) * scale,
                0.5 * scale / 10 ** len(digits.partition(".")[2]),
                factor,
                any(a <= match.start() < b for a, b in exempt),
                not digits,
            )
        )
    return found


def _number_before(end, text, numbers, taken, hidden):
    """Return the number that the evidence at ``end`` speaks of, or None.

    It stands in the same sentence. A year or another exempt number counts only right before a
    hidden comment; a number in words only right before its evidence (a comment: three words).
    """
    for said in reversed([n for n in numbers if n.end <= end and n not in taken]):
        gap = text[said.end : end]
        if re.search(r"[.!?|]\s|\||\n\s*\n|\n\s*[-#>|]", gap):
            return None
        words = len(re.findall(r"\w+", gap))
        if said.exempt and not (hidden and not words):
            continue
        if said.in_words and words > (3 if hidden else 0):
            continue
        return said
    return None


def _sentence(text, at):
    before = re.finditer(r"[.!?]\s+(?=[A-Z“\"*\[`])|\n\s*\n|\n(?=\s*[-*#|>])", text[:at])
    start = max([match.end() for match in before], default=0)
    stop = re.search(r"[.!?](?=\s|$)|\n\s*\n|\n(?=\s*[-*#|>])|\Z", text[at:])
    sentence = re.sub(r"\s*<!--.*?-->", "", text[start : at + stop.end()], flags=re.S)
    return " ".join(sentence.split())


def check_text(text, tables, strict=True):
    """Return the ``Problem`` list of a Markdown ``text``: numbers the data do not bear out.

    strict: every number in digits must carry evidence. Exempt are years and dates, ids, headings'
    and list numbers, minutes and points, lesson, question, round and resolution numbers, "N = 1, 2
    and 3", the scale "0 to 1", "per 1,000", "1 in", code, formulas and links. Unknown ids and
    evidence without a number are told in both modes. ``hosts.csv (684 rows)`` is recomputed as it
    stands.
    """
    problems = []

    def tell(at, number, why):
        problems.append(Problem(text.count("\n", 0, at) + 1, number, _sentence(text, at), why))

    for match in _ROWS.finditer(text):
        try:
            rows = len(tables[match[1]])
        except PlainError as error:
            tell(match.start(), match[2], f"names {match[1]}.csv. {error}")
            continue
        if rows != int(match[2].replace(",", "")):
            tell(match.start(), match[2], f"says {match[2]} rows; the table has {rows}.")
    bare = _blank(_blank(_blank(text, _ROWS), _CODE), _HTML)
    evidence = sorted(
        [(m.start(), m[1], True) for m in _COMMENT.finditer(bare)]
        + [(m.start(), m[1], False) for m in _IDS.finditer(bare)]
    )
    prose = _blank(_blank(bare, _COMMENT), _IDS)
    numbers, taken = _said_in(prose), set()
    for at, says, hidden in evidence:
        said = _number_before(at, prose, numbers, taken, hidden)
        try:
            row_ids = [] if hidden else ids_in(says)
            for row_id in row_ids:
                resolve(row_id, tables)
            if said is None:
                if hidden:
                    tell(at, "", f"has evidence ({says}) but no number before it.")
                continue
            taken.add(said)
            gives = {says: evaluate(says, tables)} if hidden else _candidates(row_ids, tables)
        except PlainError as error:
            tell(at, said.text if said else "", f"cannot be checked: {error}")
            continue
        if not any(said.fits(value) for value in gives.values()):
            told = "; ".join(f"{name} = {value:,.10g}" for name, value in list(gives.items())[:6])
            tell(said.start, said.text, f"says {said.text}, but the data say: {told}.")
    shapes = {(row_id[0], len(row_id)) for row_id in _homes(tables) if row_id[1:].isdigit()}
    for row_id in ids_in(prose):
        if (row_id[0], len(row_id)) in shapes and not is_row(row_id, tables):
            tell(prose.find(row_id), row_id, f"names {row_id}, a row that no table has.")
    if strict:
        for said in numbers:
            if not (said in taken or said.exempt or said.in_words):
                why = "carries no evidence: add row ids in square brackets or a comment after it."
                tell(said.start, said.text, f"says {said.text}, which {why}")
    return sorted(problems, key=lambda problem: problem.line)


def check_notebook(path, tables, strict=True):
    """Return the ``Problem`` list of all Markdown cells of the notebook at ``path``.

    Each problem names the notebook and the cell (counted from 1). Raises PlainError when the
    file is not a notebook.
    """
    try:
        cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PlainError(f"'{Path(path).name}' cannot be read as a notebook: {error}.") from None
    return [
        Problem(p.line, p.number, p.said, p.why, f"{Path(path).name}, cell {number}")
        for number, cell in enumerate(cells, 1)
        if cell["cell_type"] == "markdown"
        for p in check_text("".join(cell["source"]), tables, strict)
    ]
