"""The rows that a page may name, each in a line of words, for whoever looks for the right one."""

import re

import pandas as pd

from brieflab.course import AS_OF
from brieflab.html import cell_text
from brieflab.trace.ask import homes

FIRST = (
    "hosts", "presence", "attendance", "positions", "returns", "surveys", "meetings", "evidence",
    "claims", "timeline", "estimates", "headcounts", "population",
)  # fmt: skip
"""Tables that a page leans on most, in this order; the others follow by name."""

NOT_OFFERED = (
    "argument_edges", "codings", "coverage", "glossary", "later_evidence", "outcomes", "paragraphs",
    "sources",
)  # fmt: skip
"""Tables on which no page leans: words, codes, how things went on, and the sources themselves,
which the rows name."""

UNTOLD = (
    "iso3", "known_on", "paragraph_id", "confidence", "confidence_level", "hedge", "checkable",
    "actor_type", "cumulative", "reading_note", "confidence_note", "status_in_brief",
)  # fmt: skip
"""Columns that say nothing by which one looks for a row."""

LONGEST = 150
"""Letters of a row's line at most."""


def offered(tables, as_of=AS_OF):
    """Return (row id, table, what it says) of each row a page may name, as a list of tuples.

    In a table, what was so by ``as_of`` stands first, the latest before all; of rows about no year
    it is said since when they could be known, if that is later.
    """
    publishers = (
        tables["sources"].set_index("source_id")["publisher"].str.split(" (", regex=False).str[0]
    )
    order = {name: at for at, name in enumerate(FIRST)}
    home, found = homes(tables), []
    for name in sorted(tables.names(), key=lambda one: (order.get(one, len(FIRST)), one)):
        if name in NOT_OFFERED:
            continue
        rows = tables[name]
        if "year" in rows:
            away = (int(as_of[:4]) - rows["year"]).where(
                lambda years: years >= 0, 1000 + rows["year"]
            )
            rows = rows.loc[away.sort_values(kind="stable").index]
        elif "known_on" in rows:
            rows = rows.loc[(rows["known_on"] > as_of).sort_values(kind="stable").index]
        late = rows["known_on"] if "known_on" in rows and "year" not in rows else [""] * len(rows)
        columns = [
            c for c in rows.columns[1:] if c not in UNTOLD and not c.endswith(("_id", "_ids"))
        ]
        found += [
            (
                row_id,
                name,
                _line(columns, cells, f"known since {known}" if known > as_of else "", publishers),
            )
            for known, (row_id, *cells) in zip(
                late, rows[[rows.columns[0], *columns]].itertuples(index=False)
            )
            if home.get(row_id, ("",))[0] == name
        ]
    return found


def _line(columns, cells, more, publishers):
    """Return what a row says in one line: texts as they are, numbers behind their column's name."""
    told = [more] if more else []
    for column, cell in zip(columns, cells):
        if pd.isna(cell) or cell in ("yes", "no"):
            continue
        plain = isinstance(cell, str) or column == "year"
        told.append(cell_text(cell) if plain else f"{column.replace('_', ' ')} {cell_text(cell)}")
    line = re.sub(r"\bS\d{3}\b", lambda met: publishers.get(met[0], met[0]), ", ".join(told))
    return line if len(line) <= LONGEST else line[: LONGEST - 2].rsplit(" ", 1)[0] + " …"
