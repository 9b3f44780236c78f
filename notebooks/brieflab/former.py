"""Old addresses: a notebook written with an earlier version still finds what it imports.

The course says what is where (``course.FORMER``). Nothing of the module itself imports by an old
address.
"""

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from brieflab.course import FORMER


class _Former(MetaPathFinder, Loader):
    def find_spec(self, name, path=None, target=None):
        """Return a spec for an old address; asked only when nothing else has the module."""
        return ModuleSpec(name, self, is_package=not FORMER[name]) if name in FORMER else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__all__ = []
        for address in FORMER[module.__name__]:
            place = import_module(address)
            module.__doc__ = module.__doc__ or place.__doc__
            for name, value in vars(place).items():
                if not name.startswith("_") and not isinstance(value, ModuleType):
                    setattr(module, name, value)
                    module.__all__.append(name)


def listen() -> None:
    """Answer imports of old addresses from now on; a second call changes nothing."""
    if not any(isinstance(finder, _Former) for finder in sys.meta_path):
        sys.meta_path.append(_Former())
