"""Why would they? The argument, and rival readings of it."""

TITLE = "Interests and gains"
