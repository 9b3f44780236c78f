"""Three tracks, one clock."""
