"""One in how many? The same people over other denominators."""

TITLE = "One in how many"
