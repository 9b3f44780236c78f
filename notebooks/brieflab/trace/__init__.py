"""Numbers in prose, recomputed: each carries its evidence, and the evidence is asked again.

Readers see row ids, ``12,480 [L-OAK-2019]``; or nothing, when the evidence is an HTML comment:
``54.3 % <!--= share branches.loans town=Oakham year=2019 / year=2019 -->``. A comment may say:

====================================================  =============================================
``cell L-OAK-2019.loans``                             one cell of the row with that id
``count claims checkable=yes``                        rows that pass the filters
``distinct loans.reader status=late``                 different values of a column
``sum branches.loans year=2019``                      also ``min``, ``max`` and ``mean``
``share books shelf!="" / lent=yes``                  part of whole in %; with a column, of its sum
``ratio branches.loans town=Elm / towns.people town=Elm``   one sum over another
``rank branches.loans town=Elm year=2019 / year=2019``  place of one row, the largest being 1
``days D-02.returned D-07.lent``                days from the first date to the second
``fn opening.longest_gap branch=elm``                 a function of the course's ``PROSE_FUNCTIONS``
====================================================  =============================================

Filters: ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=`` and ``column~a|b`` (any of these); a cell with
several items (``Q7;Q9``) passes when one item does. ``""`` is an empty cell; values with
spaces stand in double quotes. ``towns.river=yes`` asks another table, row by row, through its id
or the course's ``LINK``. A number is right when the data round to it as it is written: for 12,480
"12.5 thousand" is right and "12 thousand" too; "12.6 thousand" is not.

Nothing here knows questions, answers or grades.
"""

from brieflab.trace.ask import ID, evaluate, ids_in, is_row, no_row, resolve
from brieflab.trace.prose import Doubt, check_notebook, check_text
from brieflab.trace.rows import (
    date_words,
    known_sources,
    row,
    rows_in,
    source_and_more,
    source_words,
    sources_of,
)

__all__ = [
    "ID", "Doubt", "check_notebook", "check_text", "date_words", "evaluate", "ids_in", "is_row",
    "known_sources", "no_row", "resolve", "row", "rows_in", "source_and_more", "source_words",
    "sources_of",
]  # fmt: skip
