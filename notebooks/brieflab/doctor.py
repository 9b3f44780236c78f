"""``brieflab doctor``: is this machine ready for a lesson, and if not, what to do?

Knows no question, no answer and no grade.
"""

import argparse
import shutil
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Callable
from importlib import metadata, util
from pathlib import Path

from brieflab import sheet, tables
from brieflab.plain import PlainError

FREE_MB = 200
"""Space that a course's notebooks, sheets and feedback pages take at most."""


def checks() -> list[tuple[str, Callable[[], str]]]:
    """Return the checks in order: list of (name, function).

    Each function returns what is in order as one line of text, and raises PlainError with what
    is wrong and what to do.
    """
    return [
        ("Python", _python), ("packages", _packages), ("settings", _settings),
        ("browser", _browser), ("disk", _disk), ("port", _port),
        ("data", _data), ("writing", _writing),
    ]  # fmt: skip


def _python():
    version = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info < (3, 15):
        step = "Install one of those from python.org."
        raise PlainError(f"{version} is outside 3.11 to 3.14. {step}")
    return version


def _packages():
    from packaging.requirements import Requirement

    needs, wrong = map(Requirement, metadata.requires("brieflab") or []), []
    needs = [n for n in needs if not n.marker or n.marker.evaluate({"extra": ""})]
    for need in needs:
        try:
            found = metadata.version(need.name)
            if found not in need.specifier:
                wrong.append(f"{need.name} is {found}, needed {need.specifier}")
        except metadata.PackageNotFoundError:
            wrong.append(f"{need.name} is missing")
    if wrong:
        raise PlainError(f"{'; '.join(wrong)}. Run in the module's folder: pip install -e .")
    return f"all {len(needs)} in order"


def _settings():
    path = Path(sys.prefix, "share/jupyter/lab/settings/overrides.d/brieflab.json")
    if not path.is_file():
        said = "JupyterLab's settings are missing: it would look for news and updates on the net."
        step = "Run in the module's folder: pip install --force-reinstall --no-deps -e ."
        raise PlainError(f"{said} {step}")
    return "JupyterLab asks nobody for news or updates"


def _browser():
    try:
        return webbrowser.get().name
    except webbrowser.Error:
        step = "Start JupyterLab with --no-browser and copy the address it prints into a browser."
        raise PlainError(f"No browser opens from here. {step}") from None


def _disk():
    free = shutil.disk_usage(".").free // 2**20
    if free < FREE_MB:
        raise PlainError(f"{free} MB are free; {FREE_MB} are needed. Make room, then start again.")
    return f"{free:,} MB free"


def _port():
    with socket.socket() as s:
        if s.connect_ex(("127.0.0.1", 8888)) != 0:
            return "8888 is free"
    return "8888 is taken, by another JupyterLab perhaps; the next free one is used"


def _data():
    folder = tables.find_datasets()
    t = tables.Tables(folder)
    if util.find_spec("frictionless"):
        wrong, done = tables.validate(folder), "tables, each row checked"
    else:
        wrong = [f"{name}.csv has no rows." for name in t.names() if t[name].empty]
        done = "tables can be read"
    if wrong:
        more = f" ({len(wrong)} problems in all)" if len(wrong) > 1 else ""
        raise PlainError(f"{wrong[0]}{more} Fetch the folder datasets/ again.")
    return f"{len(t.names())} {done}"


def _writing():
    folder = sheet.path().parent
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".brieflab-"):
            pass
    except OSError:
        step = "Copy the module to a folder of your own."
        raise PlainError(f"Nothing can be saved in {folder}. {step}") from None
    answers = sheet.load()["answers"]
    return f"{sheet.path().name} can be saved; it holds {len(answers)} answers"


def run() -> int:
    """Print one line a check; return 0 when all is in order, else 1."""
    failed = 0
    for name, check in checks():
        try:
            print(f"ok    {name}: {check()}")
        except PlainError as error:
            failed += 1
            print(f"look  {name}: {error}")
    print(f"{failed} to look at." if failed else "Ready for a lesson.")
    return min(failed, 1)


def add_command(commands: argparse._SubParsersAction) -> None:
    """Add ``brieflab doctor`` to the command line."""
    parser = commands.add_parser("doctor", help="is this machine ready for a lesson?")
    parser.set_defaults(run=lambda arguments: run())
