"""The course: all that is about *this* brief. Whoever teaches another brief writes another such room.

Here stands its face: what the engine may know of any course. It imports nothing. ``names`` has the
spellings of names, ``rubric`` the rows by which texts are read, and ``lesson_N`` all that belongs to
one lesson: its questions, its calculations, its widgets.
"""

TITLE = "Who Came to Damascus?"
"""The module's name, as pages and grade books show it."""

SLUG = "who-came-to-damascus"
"""The same as one word: it stands in each answer sheet and tells it from other files."""

AS_OF = "2020-12-31"
"""The knowledge date: lessons before the lock show nothing that became known later."""

CREDIT = "Texts and tables: CC BY 4.0. Counts of refugees: UNHCR. Population: World Bank."
"""Rights and sources, at the foot of each page to read."""

PROSE_FUNCTIONS = {
    "arguments.felled": "brieflab.course.lesson_6.arguments",
    "claims.agreement": "brieflab.course.lesson_1.claims",
    "hosts.share_hosted": "brieflab.course.lesson_3.hosts",
    "tracks.days_met": "brieflab.course.lesson_5.tracks",
    "tracks.longest_gap": "brieflab.course.lesson_5.tracks",
}
"""Functions by which a number in prose may be recomputed -> the module that has them."""

LINK = "iso3"
"""A column by which any two tables may be asked about each other, besides their ids."""

SOURCES = {
    "table": "sources",
    "who": "publisher",
    "kind": "publisher_type",
    "when": "published",
    "title": "title",
    "where": "url",
}
"""The table of sources and its columns by what they tell; a course may lack kind and where."""

TERMS = ("brieflab.course.glossary", "term")
"""Module and function that return the entry of a term, for pages to read; None without a glossary."""

_HERE = "brieflab.course."
FORMER = {
    "brieflab.explore": (),
    "brieflab.explore.claims": (_HERE + "lesson_1.claims", _HERE + "lesson_1.widgets"),
    "brieflab.explore.attendance": (_HERE + "lesson_2.attendance", _HERE + "lesson_2.widgets"),
    "brieflab.explore.hosts": (_HERE + "lesson_3.hosts", _HERE + "lesson_3.widgets"),
    "brieflab.explore.rates": (_HERE + "lesson_4.rates", _HERE + "lesson_4.widgets"),
    "brieflab.explore.tracks": (_HERE + "lesson_5.tracks", _HERE + "lesson_5.widgets"),
    "brieflab.explore.arguments": (_HERE + "lesson_6.arguments", _HERE + "lesson_6.widgets"),
    "brieflab.explore.forecasts": (_HERE + "lesson_7.forecasts", _HERE + "lesson_7.widgets"),
    "brieflab.explore.brief": (
        _HERE + "lesson_8.rules", _HERE + "lesson_8.page", _HERE + "lesson_8.widgets",
    ),
    "brieflab.explore.coverage": (_HERE + "coverage",),
    "brieflab.explore.glossary": (_HERE + "glossary",),
    "brieflab.questions.lesson_8": (_HERE + "lesson_8.questions",),
}  # fmt: skip
"""Module names of version 1 -> where their content is now, so that old notebooks still run."""
