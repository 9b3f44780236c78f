"""The check behind ``tables.validate``: kept apart, so that lessons do not pay for frictionless.

Knows no table by name: what may stand where is read from ``datapackage.json``.
"""

import csv
import json
import re
from pathlib import Path

from brieflab.plain import PlainError, suggest

_KIND = {"integer": "a whole number", "number": "a number", "date": "a day like 2019-05-31"}


def problems(folder: str | Path) -> list[str]:
    """Return what is wrong with the data package in ``folder``, one sentence each."""
    try:
        from frictionless import Package
    except ImportError as error:
        step = "Install the module with its test extra: pip install -e .[test]"
        raise PlainError(f"Checking the tables needs the package 'frictionless'. {step}") from error
    folder = Path(folder)
    resources = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    found = [p for resource in resources for p in _header(folder, resource)]
    files = {path.name for path in folder.glob("*.csv")} - {r["path"] for r in resources}
    found += [f"{name}: no table of datapackage.json describes it." for name in sorted(files)]
    if found:
        return found
    package = Package(str(folder / "datapackage.json"))
    report = package.validate()
    found = [error.message for error in report.errors]
    for task in report.tasks:
        schema = package.get_resource(task.name).schema
        found += [_say(Path(task.place).name, error, schema) for error in task.errors]
    rows = {r["name"]: _rows(folder / r["path"]) for r in resources}
    return found + [one for check in (_strangers, _twins, _lists) for one in check(resources, rows)]


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, restval=""))


def _header(folder, resource):
    """Say which columns a file lacks or has too many of, or that it is not there."""
    path = folder / resource["path"]
    if not path.is_file():
        yield f"{path.name}: the file is not there."
        return
    with path.open(encoding="utf-8", newline="") as file:
        have = next(csv.reader(file), [])
    want = [field["name"] for field in resource["schema"]["fields"]]
    for name in want:
        if name not in have:
            yield f"{path.name}, row 1: the column '{name}' is missing. {suggest(name, have)}"
    for name in have:
        if name not in want:
            yield f"{path.name}, row 1: the column '{name}' is not described in datapackage.json."
    if sorted(have) == sorted(want) and have != want:
        yield f"{path.name}, row 1: the columns stand in another order than in datapackage.json."


def _say(file, error, schema):
    """Return a frictionless error as a sentence that names file, row and column."""
    column = getattr(error, "field_name", "") or ", ".join(getattr(error, "field_names", []))
    row = getattr(error, "row_number", None)
    place = f"{file}, row {row}" if row else file
    place += f", column '{column}'" if column else ""
    cell = getattr(error, "cell", None) or ", ".join(map(str, getattr(error, "field_cells", [])))
    if error.type == "type-error":
        kind = schema.get_field(column).type
        return f"{place}: '{cell}' is not {_KIND.get(kind, f'of the type {kind}')}."
    if error.type == "foreign-key":
        return f"{place}: '{cell}' is not in the table '{error.reference_name or Path(file).stem}'."
    if error.type in ("unique-error", "primary-key"):
        return f"{place}: {f'{cell!r} ' if cell else ''}stands there twice ({error.note})."
    return f"{place}: '{cell}' is not allowed ({error.note})."


def _strangers(resources, rows):
    """Say which ids name no row, in columns that may hold several ids, or ids of several tables.

    Such a column is known by its pattern: ids of other tables fit it.
    """
    keys = {r["name"]: r["schema"]["primaryKey"] for r in resources}
    ids = {t: {row[key] for row in rows[t]} for t, key in keys.items() if isinstance(key, str)}
    for resource in resources:
        links = {k["fields"][0] for k in resource["schema"].get("foreignKeys", [])}
        for field in resource["schema"]["fields"]:
            name, pattern = field["name"], field.get("constraints", {}).get("pattern")
            if not pattern or name in links or name == keys[resource["name"]]:
                continue
            fits = re.compile(pattern).fullmatch
            homes = [table for table in ids if any(map(fits, ids[table]))]
            known = set(pattern.split("|")).union(*(ids[table] for table in homes))
            where = " or ".join(f"'{table}'" for table in homes)
            for number, row in enumerate(rows[resource["name"]] if homes else (), start=2):
                for one in filter(None, row[name].split(";")):
                    if one not in known:
                        place = f"{resource['path']}, row {number}, column '{name}'"
                        yield f"{place}: '{one}' is not in the table {where}."


def _twins(resources, rows):
    """Say which row ids two tables share."""
    seen = {}
    for resource in resources:
        key, path = resource["schema"]["primaryKey"], resource["path"]
        for number, row in enumerate(rows[resource["name"]], start=2):
            if isinstance(key, str) and seen.setdefault(row[key], path) != path:
                place = f"{path}, row {number}, column '{key}'"
                yield f"{place}: the id '{row[key]}' is already a row of {seen[row[key]]}."


def _lists(resources, rows):
    """Say where a list of another table's rows leaves one out, or says otherwise than that table.

    A table with a key of several columns lists the rows to which one of these columns points.
    """
    for resource in resources:
        key, path, own = resource["schema"]["primaryKey"], resource["path"], rows[resource["name"]]
        for link in resource["schema"].get("foreignKeys", []):
            column, other = link["fields"][0], link["reference"]["resource"]
            if isinstance(key, str) or column not in key:
                continue
            listed = {row[link["reference"]["fields"][0]]: row for row in rows.get(other, ())}
            met = {row[column] for row in own}
            for one in listed:
                if one not in met:
                    yield f"{path}, column '{column}': '{one}' of the table '{other}' is missing."
            for number, row in enumerate(own, start=2):
                for name, says in listed.get(row[column], {}).items():
                    if row.get(name, says) != says:
                        place = f"{path}, row {number}, column '{name}'"
                        told = f"the table '{other}' says of {row[column]}: '{says}'"
                        yield f"{place}: '{row[name]}' is not what {told}."
