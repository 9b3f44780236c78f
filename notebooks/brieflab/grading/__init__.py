"""Grade answers, not code: collect sheets, score them, give feedback, mark texts by hand.

Nothing that a learner sends is executed. It is read as data, in memory, and nothing is written
outside the folder named with ``--out``. The way of a submission, from value to value:

- ``collect`` and ``reading``: a delivery becomes pieces, each within ``limits``;
- ``roster`` and ``people``: pieces become learners, from the outside in, or wait for nobody;
- ``rules``, ``overrides`` and ``score``: one sheet a learner becomes points, by rules that are told;
- ``marks``, ``pile`` and ``desk``: what a person says to a text, and to that text alone;
- ``report``, ``runs`` and ``export``: what goes out, and what is different from the last time;
- ``command``: all of it in one line.

``problems`` holds the one guard. It stands around each file that is read, each learner's files
that are merged, and each learner who is scored: whatever one sends, the others are graded as if
it had never come.

Knows no course, no lesson's content, no notebook's widgets, and not how feedback looks in a lesson.
"""
