"""A stage that asks the kernel for what was not computed ahead: the same module as a widget."""

import anywidget
from traitlets import Dict, List

from brieflab.live import Live
from brieflab.stage.ahead import Stage, _Pool, module
from brieflab.stage.svg import style


class Asking(Live, Stage, anywidget.AnyWidget):
    """A ``Stage`` as a widget: ``choice`` comes from the browser, ``answer`` goes to it.

    Both hold what the module shows and what was chosen in this cell, nothing else.
    """

    _esm = module()
    _css = style()
    asleep, guarded = "", False  # the stage itself says what it cannot do without a kernel
    known = Dict().tag(sync=True)
    choice = List().tag(sync=True)
    answer = Dict().tag(sync=True)

    def __init__(self, built: Stage):
        for name in ("controls", "calculate", "scene", "opening", "ahead", "complete"):
            setattr(self, name, getattr(built, name))
        anywidget.AnyWidget.__init__(self, known=built.ahead, choice=list(built.opening))
        self.observe(self._tell, names="choice")

    def _tell(self, change):
        key = "|".join(map(str, self.choice))
        if key in self.ahead["states"]:
            return
        pool = _Pool()
        state = self.state(tuple(self.choice), pool)
        self.answer = {"key": key, **state, "pool": list(pool)}
