"""What sides, stories and pieces of evidence say, in full: cards to read instead of cut tables."""

from brieflab import tables
from brieflab.course.lesson_6.arguments import hypotheses_in
from brieflab.html import Page, render
from brieflab.plain import need_columns
from brieflab.trace import date_words, source_words


def voices(positions, known_by="2020-12-31"):
    """Return what each side stated, by topic: who and when, what, who says so, and the row.

    positions: row_id, actor, topic, statement, date, known_on, source_id. Rows that could not be
    known by the day ``known_by`` (ISO date) are left out. The first topic stands open. Raises
    PlainError away from the module's folder, where sources have no names.
    """
    need_columns(
        positions,
        ["row_id", "actor", "topic", "statement", "date", "known_on", "source_id"],
        "positions table",
    )
    sources = tables.load().sources
    known = positions[positions["known_on"] <= known_by].sort_values(["topic", "actor", "date"])
    groups = {topic: [] for topic in positions["topic"].unique() if topic in set(known["topic"])}
    for row in known.itertuples():
        named = "; ".join(source_words(one, sources) for one in row.source_id.split(";"))
        head = f"{row.actor}, {date_words(row.date)}"
        groups[row.topic].append((head, row.statement, f"{named} [{row.row_id}]"))
    return _cards(groups, known)


def stories(hypotheses):
    """Return the rival stories as cards: name, what it says, whose it is.

    hypotheses: row_id, label, hypothesis, attributed_to.
    """
    need_columns(hypotheses, ["row_id", "label", "hypothesis", "attributed_to"], "hypotheses table")
    told = [
        (f"{h.row_id} {h.label}", h.hypothesis, f"{h.attributed_to} [{h.row_id}]")
        for h in hypotheses.itertuples()
    ]
    return _cards({"": told}, hypotheses)


def weighed(matrix):
    """Return each piece of evidence as a card: what it is, how it fits each story, and why.

    matrix: row_id, evidence, reason and a column for each story (Y1, Y2, ...).
    """
    need_columns(matrix, ["row_id", "evidence", "reason"], "matrix")
    columns = hypotheses_in(matrix)
    told = []
    for row in matrix.to_dict("records"):
        fits = ", ".join(f"{story} {row[story]}" for story in columns)
        told.append((row["evidence"], fits, f"{row['reason']} [{row['row_id']}]"))
    return _cards({"": told}, matrix)


def _cards(groups, table):
    text = "\n\n".join(
        "\n".join(filter(None, [title.upper(), *("\n".join(card) + "\n" for card in cards)]))
        for title, cards in groups.items()
    )
    return Page(text.strip(), render("cards", groups=groups), table)
