"""How the names in this course's tables are also written."""

VARIANTS = {
    "Saturday": ["Sat", "Market night"],
    "Thursday": ["Thu", "Choir night"],
}
"""Canonical name -> other accepted spellings."""
