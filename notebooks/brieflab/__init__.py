"""Helpers for the module *Who Came to Damascus?*

Lessons import what they use, where they use it: ``from brieflab.explore.hosts import top_n``.
Nothing is imported here, so that a notebook pays only for what it shows.
"""

__version__ = "1.0.0"
