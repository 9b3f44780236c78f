"""Grade answers, not code: collect sheets, score them, give feedback, mark texts by hand.

Nothing that a learner sends is executed. It is read as data, in memory, and nothing is written
outside the folder named with ``--out``. The way of a submission: ``reading`` and ``collect`` (what
came), ``people`` (whose it is), ``score`` (what it earns), ``marks``, ``pile`` and ``desk`` (what a
person says to a text), ``report`` and ``export`` (what goes out), ``command`` (all of it in one line).

Knows no course, no lesson's content, no notebook's widgets, and not how feedback looks in a lesson.
"""
