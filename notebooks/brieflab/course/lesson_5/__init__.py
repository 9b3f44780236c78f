"""Three tracks, one clock."""

TITLE = "Three tracks"
