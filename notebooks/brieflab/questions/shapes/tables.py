"""Answers that are a table."""

from dataclasses import dataclass

import pandas as pd

from brieflab.plain import suggest
from brieflab.questions.names import fold
from brieflab.questions.shapes.base import Refused, Shape, read_part
from brieflab.questions.shapes.values import is_table, plain


@dataclass
class Table(Shape):
    """A table read by the columns that matter; row order does not.

    columns: dict column name -> Shape. by: the columns that name a row. Named index levels are
    read as columns; further columns are ignored. Read as ``{"columns": names, "rows": lists}``.
    """

    words: str
    columns: dict[str, Shape]
    by: tuple[str, ...]
    most: int = 1000

    def read(self, value: object) -> dict:
        if isinstance(value, dict) and set(value) == {"columns", "rows"}:
            rows = value["rows"]
            if not isinstance(value["columns"], list) or not isinstance(rows, list):
                raise self.refusal(value)
            if value["columns"] != list(self.columns) or len(rows) > self.most:
                raise self.refusal(value, "shape")
        else:
            rows = self._taken(value)
        out = []
        for row in rows:
            if not isinstance(row, list) or len(row) != len(self.columns):
                raise self.refusal(value, "shape")
            out.append([self._cell(name, part) for name, part in zip(self.columns, row)])
        out.sort(key=lambda row: [str(part) for part in row])
        return {"columns": list(self.columns), "rows": out}

    def _taken(self, value):
        """Return the rows of a DataFrame or Series, only with the columns that matter."""
        if isinstance(value, pd.Series):
            last = list(self.columns)[-1]
            value = value.to_frame(value.name if value.name in self.columns else last)
        if not is_table(value):
            raise self.refusal(value, "type", "Give the table itself, a DataFrame.")
        if len(value) > self.most:
            step = f"At most {self.most:,} rows make sense here: did a merge repeat rows?"
            raise self.refusal(value, "shape", step)
        if any(name in self.columns for name in value.index.names):
            value = value.reset_index()
        names = [str(c) for c in value.columns]
        missing = [c for c in self.columns if c not in names]
        if missing:
            said = f"Your table has no column '{missing[0]}'. {suggest(missing[0], names)}"
            raise Refused(said[:300])
        if len(names) != len(set(names)):
            raise self.refusal(value, "shape", "Two columns have the same name.")
        return value[list(self.columns)].values.tolist()

    def _cell(self, name, part):
        part = plain(part)
        if part is None or (isinstance(part, float) and part != part):
            return None
        return read_part(self.columns[name], part, f"Column '{name}'")

    def _rows(self, normal):
        """Return {folded row name: list of rows} of a read table."""
        places = [normal["columns"].index(c) for c in self.by]
        out = {}
        for row in normal["rows"]:
            out.setdefault(tuple(fold(row[p]) for p in places), []).append(row)
        return out

    def _same_rows(self, mine, wanted):
        def same(shape, a, b):
            return a is b if a is None or b is None else shape.same(a, b)

        shapes = self.columns.values()
        return len(mine) == len(wanted) and all(
            all(map(same, shapes, a, b)) for a, b in zip(mine, wanted)
        )

    def same(self, normal: dict, key: dict) -> bool:
        mine, wanted = self._rows(normal), self._rows(key)
        return set(mine) == set(wanted) and all(self._same_rows(mine[k], wanted[k]) for k in wanted)

    def differ(self, normal: dict, key: dict) -> str:
        mine, wanted = self._rows(normal), self._rows(key)
        if len(normal["rows"]) != len(key["rows"]):
            return (
                f"Your table has {len(normal['rows'])} rows; the question leads to another "
                "number. Check what was dropped or repeated."
            )
        if set(mine) != set(wanted):
            return f"Some rows are others than asked for: check the column '{self.by[0]}'."
        wrong = next(rows for k, rows in wanted.items() if not self._same_rows(mine[k], rows))[0]
        named = ", ".join(str(wrong[key["columns"].index(c)]) for c in self.by)
        return f"The row '{named}' differs from what the data give. Compute it by hand once."
