"""The module's tables, found from where the reader works, never from where the package lies.

Knows no table by name, no question and no answer.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pandas as pd

from brieflab.plain import PlainError, need_columns, suggest


def find_datasets(start: str | Path = ".") -> Path:
    """Return the nearest ``datasets/`` folder at or above ``start`` (a path).

    Raises PlainError when no folder up to the root holds ``datasets/datapackage.json``.
    """
    here = Path(start).resolve()
    for folder in (here, *here.parents):
        if (folder / "datasets" / "datapackage.json").is_file():
            return folder / "datasets"
    raise PlainError(
        f"No datasets/ folder was found at or above {here}. Work inside the module's own folder: "
        "open the notebook from there, or change to that folder (cd) before you run a command."
    )


class Tables:
    """All tables of the module, each read once, when first asked for.

    ``tables["books"]`` or ``tables.books`` is a DataFrame with every cell as ``pandas.read_csv``
    reads it; change a copy, not the table. A name that no file has raises PlainError.
    """

    def __init__(self, folder: str | Path | None = None):
        self.folder = Path(folder) if folder else find_datasets()
        self._read = {}

    def names(self) -> list[str]:
        """Return the table names, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.csv"))

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            path = self.folder / f"{name}.csv"
            if not path.is_file():
                known = suggest(name, self.names())
                raise PlainError(f"There is no table called '{name}'. {known}")
            self._read[name] = pd.read_csv(path)
        return self._read[name]

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]


@lru_cache(maxsize=4)
def load(folder: str | Path | None = None) -> Tables:
    """Return the ``Tables`` of ``folder``, or of the nearest ``datasets/`` folder."""
    return Tables(folder)


def given(
    table: pd.DataFrame, columns: Iterable[str], name: str, text: Iterable[str] = ()
) -> pd.DataFrame:
    """Return a table that somebody hands to a picture: each row once, no gap in ``text`` columns.

    Raises PlainError unless ``table`` is a DataFrame that has ``columns`` and those of ``text``.
    """
    text = list(text)
    need_columns(table, [*columns, *text], name)
    once = table.drop_duplicates(ignore_index=True)
    return once.assign(**{name: once[name].astype(object).fillna("") for name in text})


def validate(folder: str | Path | None = None) -> list[str]:
    """Return what is wrong with the tables of ``folder``: sentences that name file, row and column.

    The file's first line is row 1. Checks every cell against ``datapackage.json`` (frictionless)
    and the tables against each other: the ids they name and share, the rows of others they list.
    An empty list is good news. Raises PlainError when frictionless is not installed.
    """
    from brieflab.validate import problems

    return problems(folder or find_datasets())
