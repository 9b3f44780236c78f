"""Lesson 4: of a hundred people asked, how many hope to return and how many intend to."""

import pandas as pd

from brieflab.course import AS_OF
from brieflab.figures import Finding
from brieflab.plain import need_columns, need_known
from brieflab.trace import date_words, source_words

QUESTIONS = {
    "hope": "hope or wish to return to Syria one day",
    "intend": "intend to return within the next 12 months",
}
SAYS = {"hope": "hoped to return one day", "intend": "intended to within a year"}
"""How a sentence says that somebody answered yes."""

FOUR = "Egypt;Iraq;Jordan;Lebanon"
PLACES = {"four countries": FOUR, "Lebanon": "Lebanon", "Iraq": "Iraq", "Turkey": "Turkey"}
"""Where people were asked: name -> countries as the table writes them."""


def rounds(surveys, as_of=AS_OF):
    """Return fieldwork in words -> survey, for UNHCR's rounds in the four countries by ``as_of``."""
    need_columns(
        surveys, ["survey", "countries", "question", "percent", "known_on"], "survey table"
    )
    known = surveys[(surveys["known_on"] <= as_of) & (surveys["countries"] == FOUR)]
    known = known[known["question"].isin(QUESTIONS.values())]
    whole = known.groupby("survey")["question"].transform("nunique") == len(QUESTIONS)
    known = known[whole].drop_duplicates("survey")
    return {_when(r.fieldwork_start, r.fieldwork_end): r.survey for r in known.itertuples()}


def hundred(surveys, survey, place, quoted=("hope", "intend"), sources=None):
    """Return the Finding on a hundred people asked in one ``survey`` at one ``place`` of PLACES.

    quoted: the QUESTIONS whose answers are told. sources: the table of sources, for the cards.
    ``data`` holds ``asked`` (whether the survey went there), ``percent`` (question -> number, or
    None where the table has none), and ``cards`` (question -> lines on who says so).
    """
    need_known([place], PLACES, "place")
    need_known(quoted, QUESTIONS, "question")
    of = surveys[surveys["survey"] == survey]
    asked = PLACES[place] == FOUR or PLACES[place] in FOUR.split(";")
    found = {
        name: of[(of["countries"] == PLACES[place]) & (of["question"] == question)]
        for name, question in QUESTIONS.items()
    }
    percent = {
        name: None if rows.empty or pd.isna(rows["percent"].item()) else rows["percent"].item()
        for name, rows in found.items()
    }
    whole = of[of["countries"] == FOUR].set_index("question")
    cards = {
        name: _card(name, place, asked, percent[name], rows, whole.loc[QUESTIONS[name]], sources)
        for name, rows in found.items()
    }
    first = whole.iloc[0]
    when = _when(first["fieldwork_start"], first["fieldwork_end"])
    sentence = f"In {place}, UNHCR's survey of {when}: {_told(asked, percent, quoted)}."
    table = pd.DataFrame(
        {
            "question": [QUESTIONS[name] for name in quoted],
            "of 100 people asked": [
                "not asked"
                if not asked
                else "no figure"
                if percent[n] is None
                else f"{percent[n]:g}"
                for n in quoted
            ],
            "row_id": [cards[name][-1].rpartition("[")[2].strip("]") for name in quoted],
        }
    )
    picture = "A hundred squares, one for each of a hundred people. "
    data = {
        "place": place, "asked": asked, "percent": percent, "quoted": tuple(quoted), "cards": cards,
    }  # fmt: skip
    return Finding(sentence, picture + sentence, table, data)


def _when(start, end):
    """Return two months in words: "March to June 2018"."""
    first, last = date_words(start), date_words(end)
    return f"{first.removesuffix(last[-5:])} to {last}"


def people(percent):
    """Return ``percent`` as whole people of a hundred, in words: "75", "about 6"."""
    return f"{percent:.0f}" if percent == round(percent) else f"about {percent:.0f}"


def _told(asked, percent, quoted):
    if not asked:
        return "nobody was asked"
    if not quoted:
        return "of 100 people asked, nobody is quoted"
    told = [
        f"{people(percent[name])} {SAYS[name]} ({percent[name]:g} %)"
        if percent[name] is not None
        else f"our table has no figure on how many {SAYS[name]}"
        for name in quoted
    ]
    return f"of 100 people asked, {' and '.join(told)}"


def _card(name, place, asked, percent, rows, whole, sources):
    """Return the lines on one answer: what, who says so, the row; ``whole`` is the four countries'."""
    row = whole if rows.empty else rows.iloc[0]
    maker = "" if sources is None else f"{source_words(row['source_id'].split(';')[0], sources)} "
    if percent is not None:
        return f"{percent:g} % of those asked {SAYS[name]}", f"{maker}[{row['row_id']}]"
    if not asked:
        focus = " Focus groups were held there instead." if "Focus groups" in whole["note"] else ""
        return f"The survey did not go to {place}.{focus}", f"{maker}[{row['row_id']}]"
    if rows.empty:
        return f"No figure for {place} alone in our table", f"{maker}[{row['row_id']}]"
    return "The summary that we read gives no percentage", f"{maker}[{row['row_id']}]"
