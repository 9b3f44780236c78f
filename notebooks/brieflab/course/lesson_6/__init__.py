"""Why would they? The argument, and rival readings of it."""
