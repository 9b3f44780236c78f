"""Can everything in a figure be seen? WCAG 2 contrast of words (4.5) and of what is drawn (3)."""

import numpy as np
from matplotlib import colors
from matplotlib.collections import Collection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

WHITE = (1.0, 1.0, 1.0)


def contrast(colour, other=WHITE):
    """Return the WCAG 2 contrast ratio (1 to 21) of two colours that matplotlib knows."""

    def light(rgb):
        parts = np.array(rgb)
        parts = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(parts @ (0.2126, 0.7152, 0.0722))

    high, low = sorted((light(_over(colour, WHITE)), light(_over(other, WHITE))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _over(colour, ground):
    *rgb, alpha = colors.to_rgba(colour)
    return tuple(alpha * a + (1 - alpha) * b for a, b in zip(rgb, colors.to_rgb(ground)))


def too_pale(figure):
    """Return the artists of ``figure``, as it was drawn, that are too pale for what lies behind.

    Guides (``zorder`` 0 or less, and grid lines) may be pale: nothing is lost without them.
    """
    backs = {axes.patch for axes in figure.axes} | {figure.patch}
    backs |= {legend.get_frame() for axes in figure.axes if (legend := axes.get_legend())}
    grid = {line for axes in figure.axes for line in axes.get_xgridlines() + axes.get_ygridlines()}
    words = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    boxes = {t.get_bbox_patch() for t in words}
    fills = [
        patch
        for axes in figure.axes
        for patch in sorted(axes.patches, key=lambda patch: patch.get_zorder())
        if patch.get_visible() and patch.get_fill()
    ]
    pale = [
        t
        for t in words
        if contrast(colors.to_rgba(t.get_color(), t.get_alpha()), _behind(t, fills)) < 4.5
    ]
    for thing in figure.findobj():
        if thing in backs | grid | boxes or not thing.get_visible() or thing.get_zorder() <= 0:
            continue
        if any(max(map(contrast, seen), default=21) < 3 for seen in _colours(thing)):
            pale.append(thing)
    return pale


def _behind(text, fills):
    """Return the colour on which a text stands: its box, the last fill under its middle, white."""
    box = text.get_bbox_patch()
    if box is not None:
        return box.get_facecolor()
    at = text.get_window_extent()
    middle = ((at.x0 + at.x1) / 2, (at.y0 + at.y1) / 2)
    under = [fill for fill in fills if fill.get_window_extent().contains(*middle)]
    return _over(under[-1].get_facecolor(), WHITE) if under else WHITE


def _colours(thing):
    """Yield for each shape of an artist the colours by any of which it can be seen."""
    if isinstance(thing, Line2D):
        if thing.get_linestyle() not in ("None", "none", " ", "") and len(thing.get_xdata()) > 1:
            rims = [e._gc["foreground"] for e in thing.get_path_effects() if hasattr(e, "_gc")]
            line = colors.to_rgba(thing.get_color(), thing.get_alpha())
            yield [line, *filter(None, rims)]
        if thing.get_marker() not in ("None", "none", " ", "", None):
            yield [thing.get_markeredgecolor(), thing.get_markerfacecolor()]
    elif isinstance(thing, Patch):
        yield _of(thing.get_facecolor(), thing.get_edgecolor(), thing.get_linewidth())
    elif isinstance(thing, Collection):
        faces, edges = thing.get_facecolors(), thing.get_edgecolors()
        widths = thing.get_linewidths()
        for n in range(max(len(faces), len(edges))):
            face = faces[n % len(faces)] if len(faces) else "none"
            edge = edges[n % len(edges)] if len(edges) else "none"
            yield _of(face, edge, widths[n % len(widths)])


def _of(face, edge, width):
    return [face, edge] if width else [face]
