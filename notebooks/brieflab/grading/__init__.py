"""Grade answers, not code: collect sheets, score them, give feedback, mark texts by hand.

Nothing that a learner sends is executed. It is read as data, in memory, and nothing is written
outside the folder named with ``--out``.
"""
