"""How a text is marked: four levels, and the scales on which a marker puts it."""

LEVELS = ("not yet", "beginning", "developing", "secure")
