"""``stage``: a picture that is its own control, complete or, beyond its budget, asking the kernel."""

from collections.abc import Callable, Mapping

from brieflab.figures import Finding
from brieflab.stage.ahead import AHEAD_BYTES, AHEAD_SECONDS, Control, Stage
from brieflab.stage.scene import Scene


def stage(
    controls: Mapping[str, Control],
    calculate: Callable[..., Finding],
    scene: Callable[[Finding, int], Scene],
    bytes_ahead: float = AHEAD_BYTES,
    seconds_ahead: float = AHEAD_SECONDS,
) -> Stage:
    """Return a stage: a sentence with ``controls`` in it, a picture that follows, its numbers.

    controls: dict name -> ``Stepper``, ``Switch`` or ``Chips``, in reading order.
    calculate(**choices) -> Finding is pure and the only one who knows what is true; a PlainError
    is shown as its sentence. scene(finding, width) -> Scene is pure as well and only says how it
    looks, for each of the widths ``NARROW`` and ``WIDE``. States are computed ahead, nearest to
    the opening first, until they weigh ``bytes_ahead`` or took ``seconds_ahead``; if some are left
    for the kernel, the stage is a widget that asks it. Raises what ``calculate`` raises at the
    opening.
    """
    built = Stage(controls, calculate, scene, bytes_ahead, seconds_ahead)
    if built.complete:
        return built
    from brieflab.stage.asking import Asking  # a stage that knows all pays for no widget

    return Asking(built)
