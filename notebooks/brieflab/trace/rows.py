"""From a row id to its row and its sources, in one step."""

from datetime import date

import pandas as pd

from brieflab import tables as module_tables
from brieflab.course import SOURCES
from brieflab.html import Page, cell_text, render
from brieflab.plain import PlainError
from brieflab.tables import Tables
from brieflab.trace.ask import homes, ids_in, is_row, resolve

_TABLE = SOURCES["table"]


def row(row_id: str, tables: Tables | None = None) -> Page:
    """Return the row called ``row_id`` with its sources: who published them, when and where.

    tables: the module's tables when left out. Raises PlainError, with the close matches, when no
    table has such a row.
    """
    tables = tables or module_tables.load()
    name, found = resolve(str(row_id).strip(" []"), tables)
    named = sources_of(found, tables)
    cells = {
        column: cell_text(value)
        for column, value in found.iloc[1:].items()
        if not pd.isna(value) and not _sources_in(value, tables)
    }
    told = [(source_words(one, tables[_TABLE]), *_title_and_place(one, tables)) for one in named]
    lines = [f"{found.iloc[0]}, a row of {name}.csv"]
    lines += [f"{column}: {said}" for column, said in cells.items()]
    lines += [f"Source: {words}. {title} {place}".strip() for words, title, place in told]
    html = render("row", name=name, row_id=found.iloc[0], cells=cells, sources=told)
    return Page("\n".join(lines), html, found.to_frame().T)


def rows_in(text: str, tables: Tables) -> dict[str, Page]:
    """Return row id -> ``row`` for every row that ``text`` names, in order, each once."""
    return {one: row(one, tables) for one in ids_in(text) if is_row(one, tables)}


def sources_of(found: pd.Series, tables: Tables) -> list[str]:
    """Return the ids of the sources that a row names, in order, each once; its own for a source."""
    return list(dict.fromkeys(one for value in found for one in _sources_in(value, tables)))


def _sources_in(value, tables):
    items = str(value).split(";")
    known = homes(tables)
    return items if all(known.get(item, ("",))[0] == _TABLE for item in items) else []


def _title_and_place(source, tables):
    one = tables[_TABLE].iloc[homes(tables)[source][1]].fillna("")
    return one[SOURCES["title"]], one.get(SOURCES.get("where"), "")


def source_words(source: str, sources: pd.DataFrame) -> str:
    """Return a source as readers are told it: "Weekly Courier (newspaper), 3 May 2019".

    sources: DataFrame, the course's table of sources. What stands in brackets after a publisher's
    name is left to the table. An id that is not there is returned as it is.
    """
    found = sources[sources.iloc[:, 0] == source]
    if found.empty:
        return source
    one = found.iloc[0]
    kind = f" ({one[SOURCES['kind']]})" if "kind" in SOURCES else ""
    return f"{one[SOURCES['who']].split(' (')[0]}{kind}, {date_words(one[SOURCES['when']])}"


def source_and_more(ids: str, sources: pd.DataFrame) -> str:
    """Return the first source in words, and how many more there are.

    ids: with semicolons between them, as a row names them. sources: as in ``source_words``.
    """
    first, *more = ids.split(";")
    return source_words(first, sources) + (f", and {len(more)} more" if more else "")


def known_sources() -> pd.DataFrame | None:
    """Return the course's table of sources; None away from the module, where they have no names."""
    try:
        return module_tables.load()[_TABLE]
    except PlainError:
        return None


def date_words(printed: str) -> str:
    """Return a date such as 2019-05-03, 2019-05 or 2019 in words; "undated" when there is none."""
    parts = [int(part) for part in str(printed).split("-") if part.isdigit()]
    if len(parts) not in (1, 2, 3):
        return "undated"
    words = date(*parts, *[1] * (3 - len(parts))).strftime("%d %B %Y").lstrip("0").split()
    return " ".join(words[3 - len(parts) :])
