"""The typeface that a page brings with it, so that its lines break alike on every machine."""

import io
from base64 import b64encode
from functools import cache
from pathlib import Path

FAMILY = "brieflab page"
"""What a page calls its typeface: STIX, under the SIL Open Font License, as matplotlib ships it."""

FACES = {"STIXGeneral.ttf": {"weight": "400"}, "STIXGeneralBol.ttf": {"weight": "700"}}

LETTERS = (*range(0x20, 0x180), *range(0x2010, 0x203B), 0x20AC, *range(0x2190, 0x2194), 0x2212)
"""Code points of these faces that a page brings: the languages written in Latin letters."""

COPYRIGHT, LICENCE, LICENCE_URL = 0, 13, 14  # name records that a part of a face keeps


@cache
def faces():
    """Return the faces as a list of dicts: their "weight" and their "data", a WOFF in base64."""
    import matplotlib  # here, as fontTools below: checks of answers come without both

    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    return [look | {"data": _part(folder / name)} for name, look in FACES.items()]


def css():
    """Return the faces as rules of a style sheet."""
    return "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {face["weight"]}; '
        f"src: url(data:font/woff;base64,{face['data']}) format('woff') }}\n"
        for face in faces()
    )


def _part(path):
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    keep = Options(
        hinting=False, layout_features=["kern"], name_IDs=[COPYRIGHT, LICENCE, LICENCE_URL],
        drop_tables=["FFTM", "DSIG", "PfEd"],
    )  # fmt: skip
    part = Subsetter(keep)
    part.populate(unicodes=LETTERS)
    out = io.BytesIO()
    with TTFont(path, recalcTimestamp=False) as font:
        part.subset(font)
        font.flavor = "woff"
        font.save(out)
    return b64encode(out.getvalue()).decode("ascii")
