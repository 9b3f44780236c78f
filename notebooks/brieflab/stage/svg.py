"""A scene that stands still: the same marks as a static picture, for print, export and mail.

Knows scenes and colours; no widget, no browser.
"""

from base64 import b64encode
from collections import Counter
from html import escape
from importlib.resources import files

from brieflab.figures import need_words
from brieflab.stage.scene import SIZES, Mark, Scene, line_height, path

LIGHT = {
    "paper": "#ffffff",
    "ink": "#1a1f24",
    "soft": "#4b5560",
    "grey": "#66707b",
    "line": "#c9d0d6",
    "blue": "#0072b2",
    "vermilion": "#b84a00",
    "orange": "#9a6200",
    "green": "#007a58",
    "purple": "#a4477f",
}
DARK = {
    "paper": "#14181d",
    "ink": "#eef2f6",
    "soft": "#b3bdc7",
    "grey": "#939eaa",
    "line": "#3d4751",
    "blue": "#56b4e9",
    "vermilion": "#f39a62",
    "orange": "#f0b440",
    "green": "#3cc9a0",
    "purple": "#e3a1c4",
}
"""Okabe and Ito's hues, darkened on white and lightened on black until words in them can be read."""

FORCED = dict.fromkeys(LIGHT, "CanvasText") | {
    "paper": "Canvas",
    "grey": "GrayText",
    "line": "GrayText",
    "blue": "LinkText",
}


def _named(colours):
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


def _sheet():
    return files("brieflab.stage").joinpath("stage.css").read_text("utf-8")


def style() -> str:
    """Return the style sheet of stages, light, dark and with forced colours."""
    dark, forced = _named(DARK), _named(FORCED)
    return (
        f".bl-stage{{{_named(LIGHT)}}}\n"
        f"@media (prefers-color-scheme:dark)"
        f"{{:root:not(:has([data-jp-theme-light])) .bl-stage{{{dark}}}}}\n"
        f'[data-jp-theme-light="false"] .bl-stage,.vscode-dark .bl-stage{{{dark}}}\n'
        f"@media (forced-colors:active){{.bl-stage.bl-stage{{{forced}}}}}\n{_sheet()}"
    )


def still(scene: Scene, on_paper: bool = False) -> str:
    """Return ``scene`` as the text of an SVG picture that needs nothing else.

    on_paper: light also where the screen is dark, for a page that is white everywhere.
    """
    marks = _drawn([mark for mark in scene.marks if mark.kind != "area"])
    dark, light = _named(DARK), _named(LIGHT)
    looks = _sheet().split("/* looks */")[1].split("/* end of looks */")[0]
    looks = looks.replace(".bl-stage ", "")  # what is pointed at is not seen inside the picture
    night = f"@media (prefers-color-scheme:dark){{.bl-stage{{{dark}}}}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bl-stage" '
        f'viewBox="0 0 {scene.width:g} {scene.height:g}" '
        f'width="{scene.width:g}" height="{scene.height:g}">'
        f"<style>.bl-stage{{{light}}}{'' if on_paper else night}{looks}</style>{HATCH}"
        f'<rect class="paper" width="100%" height="100%"/>{marks}</svg>'
    )


HATCH = (
    '<defs><pattern id="bl-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="paper" width="6" height="6"/>'
    '<path class="f-bare c-grey" d="M0 0V6"/></pattern></defs>'
)


def text_at(mark: Mark) -> tuple[float, float, str]:
    """Return where a mark's first line of words stands, from its place, and its anchor."""
    if mark.kind == "text":
        return 0, 0, mark.anchor
    lines = mark.words.count("\n")
    middle = mark.h / 2 if mark.kind in ("bar", "block", "area") else 0
    across = {"start": 8, "middle": mark.w / 2, "end": mark.w - 8}[mark.anchor]
    tall = SIZES[mark.size]
    return across, round(middle + 0.35 * tall - lines * line_height(mark.size) / 2, 1), mark.anchor


def classes(mark: Mark) -> str:
    """Return the names by which the style sheet knows a mark's kind and look."""
    fill, _, colour = mark.look.partition(" ")
    return f"mark k-{mark.kind} f-{fill} c-{colour}" + (" chosen" if mark.chosen else "")


def _drawn(marks):
    """Return ``marks`` as SVG; one that looks like an earlier one only points at it."""
    looks = [f'class="{classes(mark)}">{_shape(mark)}{_words(mark)}</g>' for mark in marks]
    often, known, out = Counter(looks), {}, []
    for mark, look in zip(marks, looks):
        turn = f" rotate({mark.turn:g})" if mark.turn else ""
        at = f'transform="translate({mark.x:g} {mark.y:g}){turn}"'
        if often[look] == 1:
            out.append(f"<g {at} {look}")
        elif look not in known:
            known[look] = f"m{len(known)}"
            out.append(f'<g {at}><g id="{known[look]}" {look}</g>')
        else:
            at = at if mark.turn else f'x="{mark.x:g}" y="{mark.y:g}"'
            out.append(f'<use href="#{known[look]}" {at}/>')
    return "".join(out)


def _shape(mark):
    if mark.kind in ("bar", "block"):
        return f'<rect width="{mark.w:g}" height="{mark.h:g}" rx="3"/>'
    return f'<path d="{path(mark)}"/>' if mark.kind != "text" else ""


def _words(mark):
    if not mark.words:
        return ""
    x, y, anchor = text_at(mark)
    return "".join(
        f'<text class="{mark.size} {anchor}" x="{x:g}" '
        f'y="{y + n * line_height(mark.size):g}">{escape(line)}</text>'
        for n, line in enumerate(mark.words.split("\n"))
    )


def picture(narrow: Scene, wide: Scene, alt: str) -> str:
    """Return both scenes as one HTML picture that fits its place and carries the text ``alt``."""
    need_words(alt, "alternative text")
    small, large = (
        "data:image/svg+xml;base64," + b64encode(still(scene).encode()).decode("ascii")
        for scene in (narrow, wide)
    )
    return (
        f'<picture><source media="(max-width:640px)" srcset="{small}">'
        f'<img alt="{escape(alt)}" src="{large}" style="max-width:100%;height:auto"></picture>'
    )
