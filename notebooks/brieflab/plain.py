"""Errors that speak to the reader: one plain sentence instead of a traceback.

Knows nothing of what went wrong, nor where.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


class PlainError(ValueError):
    """A mistake told in words: what was received, what was expected, the next step."""

    def _render_traceback_(self):
        return [str(self)]


def suggest(word: Any, known: Iterable) -> str:
    """Return a sentence that names the close matches of ``word`` in ``known``, or its first 20."""
    known = [str(k) for k in known]
    close = get_close_matches(str(word), known, n=3, cutoff=0.6)
    if close:
        return "Did you mean " + " or ".join(f"'{c}'" for c in close) + "?"
    return "Known: " + ", ".join(f"'{k}'" for k in known[:20]) + "."


def need_columns(table: Any, columns: Iterable[str], name: str = "table") -> None:
    """Raise PlainError unless ``table`` is a DataFrame that has all ``columns``."""
    if not hasattr(table, "columns"):
        kind = type(table).__name__
        raise PlainError(f"The {name} is a {kind}. Give a table, such as pd.read_csv(...) returns.")
    missing = [c for c in columns if c not in table.columns]
    if missing:
        known = suggest(missing[0], table.columns)
        raise PlainError(f"The {name} has no column '{missing[0]}'. {known}")


def need_known(values: Any, known: Iterable, what: str) -> list:
    """Raise PlainError unless every one of ``values`` is among ``known``; return them as a list."""
    values = [values] if isinstance(values, str) else list(values)
    for value in values:
        if value not in known:
            raise PlainError(f"'{value}' is not a known {what}. {suggest(value, known)}")
    return values
