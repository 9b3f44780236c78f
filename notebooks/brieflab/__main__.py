"""The command line: ``brieflab release``, ``brieflab grade`` and the rest, each in its own room."""

import argparse
import os
import sys
from importlib import import_module

from brieflab import __version__
from brieflab.course import TITLE
from brieflab.plain import PlainError

ROOMS = (
    "brieflab.release",
    "brieflab.grading.command",
    "brieflab.doctor",
    "brieflab.reading",
)
"""Modules with a function add_command(subparsers)."""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise PlainError(f"{message[:1].upper()}{message[1:].rstrip('.')}. See: {self.prog} --help")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code (2 when the reader is told what went wrong)."""
    parser = _Parser(prog="brieflab", description=f"Tools of the module {TITLE}")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for room in ROOMS:
        import_module(room).add_command(commands)
    try:
        chosen = parser.parse_args(arguments)
        code = chosen.run(chosen) or 0
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever reads our lines has read enough of them, as in ``| head``
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except PlainError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
