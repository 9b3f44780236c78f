"""What an answer looks like, and how it is read from whatever Python object a learner gives.

Each shape turns numpy, pandas and Python values into plain JSON (``read``, or a ``Refused`` that
says why not), compares two such values (``same``), names format slips (``slip``) and says what is
wrong without telling the key (``differ``). Reading a value that was read before gives the same
value again, so that the grader can read what ``check`` stored.

``values`` looks at Python objects, ``base`` is what all shapes have in common; the shapes stand
in ``numbers``, ``words``, ``groups`` (several values), ``tables`` and ``works`` (what a learner
made: a function, a chart).
"""

from brieflab.questions.shapes.base import Refused, Shape, read_part
from brieflab.questions.shapes.groups import Fields, InOrder, Mapping
from brieflab.questions.shapes.numbers import Day, Number, Whole
from brieflab.questions.shapes.tables import Table
from brieflab.questions.shapes.values import is_blank, plain, received
from brieflab.questions.shapes.words import Choice, Name, Names, Text, Truth
from brieflab.questions.shapes.works import Chart, Function

__all__ = [
    "Chart", "Choice", "Day", "Fields", "Function", "InOrder", "Mapping", "Name", "Names",
    "Number", "Refused", "Shape", "Table", "Text", "Truth", "Whole",
    "is_blank", "plain", "read_part", "received",
]  # fmt: skip
