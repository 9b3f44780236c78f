"""The stage: pictures that are their own controls.

Python decides what is seen (``scene``), the browser moves it (``stage.js``). The room knows
nothing of any lesson, its tables or its words.
"""

from brieflab.stage.scene import At, Chips, Mark, Picked, Scene, Stepper, Switch, Word
from brieflab.stage.stage import stage

__all__ = ["At", "Chips", "Switch", "Mark", "Picked", "Scene", "Stepper", "Word", "stage"]
