"""The tables, asked: which row an id names, and what an expression comes to."""

import importlib
import inspect
import json
import re
import shlex
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne

import pandas as pd

from brieflab.course import LINK, PROSE_FUNCTIONS
from brieflab.plain import PlainError, need_columns, need_known, suggest
from brieflab.tables import Tables

ID = r"(?:[A-Z]-(?:[A-Z]\d{3}-[A-Z]|[A-Z]{2,5}(?:-\d{4})?)|[A-Z]{2,4}-[A-Z0-9]{1,4}|[A-Z]\d{1,3})"
"""The shape of a row id, as a regular expression without groups."""

_FILTER = re.compile(r"(?:(\w+)\.)?(\w+)(<=|>=|!=|=|<|>|~)(.*)", re.S)
_COMPARE = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


# Row ids


@lru_cache(maxsize=8)
def homes(tables: Tables) -> dict[str, tuple[str, int]]:
    """Return row id -> (table name, place) for every row that has an id.

    The ids of a table are its first column; where that repeats, it speaks of another table's rows.
    """
    found = {}
    for name in tables.names():
        ids = tables[name].iloc[:, 0].astype(str)
        for place, row_id in enumerate(ids if ids.is_unique else ()):
            found.setdefault(row_id, (name, place))
    return found


def resolve(row_id: str, tables: Tables) -> tuple[str, pd.Series]:
    """Return (table name, row as a Series) of the row called ``row_id``.

    Raises PlainError, with the close matches, when no table has such a row.
    """
    if not is_row(row_id, tables):
        raise PlainError(no_row(row_id, tables))
    name, place = homes(tables)[row_id]
    return name, tables[name].iloc[place]


def is_row(row_id: str, tables: Tables) -> bool:
    """Tell whether some table has a row called ``row_id``."""
    return row_id in homes(tables)


def no_row(row_id: str, tables: Tables) -> str:
    """Return the sentence about an id that no table has, with the close matches."""
    return f"There is no row '{row_id}' in the tables. {suggest(row_id, homes(tables))}"


def ids_in(text: str) -> list[str]:
    """Return the row ids named in ``text``, in order, each once; ``K3–K7`` means all five.

    Finds what has the shape of an id, whether or not such a row exists.
    """
    return list(places_of(text))


def places_of(text: str) -> dict[str, int]:
    """Return the row ids named in ``text`` -> the index at which each is named first."""
    found = {}
    for match in re.finditer(rf"(?<![\w-]){ID}(?:\s?[-–]\s?{ID})?(?![\w-])", text):
        ends = re.findall(ID, match[0])
        for row_id in _between(*ends) if len(ends) == 2 else ends:
            found.setdefault(row_id, match.start())
    return found


def _between(first, last):
    prefix, start = re.fullmatch(r"(.*?)(\d*)", first).groups()
    same, stop = re.fullmatch(r"(.*?)(\d*)", last).groups()
    if prefix != same or not start or not stop:
        return [first, last]
    low, high = sorted((int(start), int(stop)))
    return [f"{prefix}{n:0{len(start)}}" for n in range(low, high + 1)]


# What the evidence says


def evaluate(expression: str, tables: Tables) -> float:
    """Return the number that ``expression`` (see ``brieflab.trace``) gives on ``tables``.

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
            raise PlainError(f"'{word}' is not a filter such as column=value or column~one|other.")
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
    for key in (asked.columns[0], rows.columns[0], LINK):
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
USAGE = "cell ROW.column; count table column=value; sum table.column column=value."
