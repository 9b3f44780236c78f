"""Old addresses: a notebook written with an earlier version still finds what it imports.

The course says what is where (``course.FORMER``). Nothing of the module itself imports by an old
address.
"""

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from inspect import ismodule

from brieflab.course import FORMER


class _Former(MetaPathFinder, Loader):
    def find_spec(self, name, path=None, target=None):
        """Return a spec for an old address; asked only when nothing else has the module."""
        return ModuleSpec(name, self, is_package=not FORMER[name]) if name in FORMER else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        for place in FORMER[module.__name__]:
            vars(module).update(
                (name, value)
                for name, value in vars(import_module(place)).items()
                if not name.startswith("_") and not ismodule(value)
            )


def listen() -> None:
    """Answer imports of old addresses from now on; a second call changes nothing."""
    if not any(isinstance(finder, _Former) for finder in sys.meta_path):
        sys.meta_path.append(_Former())
