"""What a learner's value is, whichever library it comes from: numpy, pandas or Python itself.

Here alone the types of other libraries are told apart; this file knows no shapes.
"""

from collections.abc import KeysView, ValuesView
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

MOST = 5000
"""No answer needs more members than this; no more are looked at."""


def is_blank(value: object) -> bool:
    """True for ``...``, None, '', '...', anything empty, and a list or dict of such values."""
    if value is None or value is Ellipsis:
        return True
    if isinstance(value, str):
        return value.strip(" .\n\t\u200b\ufeff") == ""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)) and len(value) <= 20:
        return all(part is Ellipsis or part is None for part in value)
    try:
        return len(value) == 0
    except Exception:
        return False


def received(value: object) -> str:
    """Return in a few words what ``value`` is, for a message."""
    if isinstance(value, bool):
        return f"the truth value {value}"
    if isinstance(value, str):
        return f"the text '{value[:30]}…'" if len(value) > 30 else f"the text '{value}'"
    if isinstance(value, (int, float)):
        return f"the number {short(value)}"
    if is_table(value):
        return f"a table of {value.shape[0]} rows and {value.shape[1]} columns"
    kind = type(value).__name__
    kind = {"dict": "dictionary", "ndarray": "array"}.get(kind, kind)
    try:
        return f"a {kind} of {len(value)}"
    except Exception:
        return f"a {kind}"[:60]


def short(number: float) -> str:
    """Return a number as a message shows it."""
    if isinstance(number, int) and abs(number) > 10**15:
        return "with more than 15 digits"
    return f"{number:,}" if isinstance(number, int) else f"{number:,.6g}"


def plain(value: Any) -> Any:
    """Return a numpy or pandas scalar as a Python value; a missing value as None."""
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, np.datetime64):
        return value.astype("datetime64[us]").item()
    if isinstance(value, (np.generic, np.ndarray)) and value.ndim == 0:
        return value.item()
    return value


def items(value: Any) -> list | None:
    """Return the members of a list-like (list, tuple, set, Series, Index, array) or None."""
    if isinstance(value, (set, frozenset)):
        return sorted(map(plain, islice(value, MOST)), key=str)
    if is_table(value) and value.shape[1] == 1:
        value = value.iloc[:, 0]
    flat = isinstance(value, (list, tuple, range, KeysView, ValuesView))
    if flat or getattr(value, "ndim", None) == 1:
        return [plain(part) for part in islice(value, MOST)]
    return None


def single(value: Any) -> Any:
    """Return ``value`` as plain Python, or its member if it is a list-like of just one."""
    value = plain(value)
    inside = items(value)
    return inside[0] if inside is not None and len(inside) == 1 else value


def pairs(value: Any) -> list[tuple] | None:
    """Return (key, value) pairs of a dict, Series, two-column table or list of pairs, or None."""
    if is_table(value) and value.shape[1] == 1:
        value = value.iloc[:, 0]
    if isinstance(value, (dict, pd.Series)):
        found = value.items()
    elif is_table(value) and value.shape[1] == 2:
        found = value.itertuples(index=False)
    elif isinstance(value, (list, tuple)) and all(
        isinstance(part, (list, tuple)) and len(part) == 2 for part in value[:MOST]
    ):
        found = value
    else:
        return None
    return [(plain(key), plain(part)) for key, part in islice(found, MOST)]


def labelled(value: Any) -> list[tuple] | None:
    """Return (label, value) pairs of what carries labels of its own, a dict or Series, or None."""
    return pairs(value) if isinstance(value, (dict, pd.Series)) else None


def named(value: Any) -> Any:
    """Return what holds the names in a dict (keys) or a Series of numbers (index), else ``value``."""
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, pd.Series) and not isinstance(next(iter(value), ""), str):
        return value.index
    return value


def is_table(value: object) -> bool:
    """True for a DataFrame."""
    return isinstance(value, pd.DataFrame)
