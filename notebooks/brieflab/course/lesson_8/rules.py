"""A brief of one's own: its parts, its figures, and the rules by which a checker reads it.

The same rules read the original brief, through our digest of it (``lint_digest``).
"""

import re

import pandas as pd

from brieflab import trace
from brieflab.course.lesson_2 import attendance
from brieflab.course.lesson_3 import hosts
from brieflab.course.lesson_4 import rates
from brieflab.course.lesson_5 import tracks
from brieflab.plain import PlainError, need_columns, need_known
from brieflab.tables import load

MOST_WORDS = 400
FEWEST_IDS = 3

FIELDS = {
    "title": "Title, a finding if you can",
    "bottom_line": "Bottom line",
    "known": "What we know",
    "disputed": "What is disputed",
    "forecast": "What may come",
    "date": "By which date, such as 2021-12-31",
    "probability": "Probability in %, 0 to 100",
    "change": "What would change my mind",
    "figure": "Figure",
}
"""The parts of a brief, in reading order, and what the form calls them."""

SECTIONS = ("bottom_line", "known", "disputed", "forecast", "change")

FIGURES = {
    "the five largest hosts": (
        lambda t: hosts.top_hosts(t.hosts, t.countries, 5), hosts.draw_top
    ),
    "hosts by number and per head": (
        lambda t: rates.compare(t.hosts, t.population, "registered", "per 1,000 inhabitants"),
        rates.draw_slopes,
    ),
    "rounds of each track, 2012 to 2020": (
        lambda t: tracks.window(t.meetings), tracks.draw_window
    ),
    "who was in Damascus, by two sources or more": (
        lambda t: attendance.count_actors(
            t.attendance, sorted(set(attendance.knowable(t.attendance)["source_id"])), "two or more"
        ),
        attendance.draw_actors,
    ),
}  # fmt: skip
"""Ready figures of the module: name -> (tables to Finding, how to draw it)."""

FORECAST = re.compile(
    r"\b(?:will|shall|soon|likely|unlikely|probably|perhaps|may|might|going to|expected to|"
    r"in the (?:near future|coming \w+)|forecast|probability|chances?)\b"
)
DATED = re.compile(r"\b(?:19|20)\d\d\b")
_SURE = r"\b(?:probabilit(?:y|ies)|chances?|likelihood|odds|confidence|likely|sure|certain)\b"
_AMOUNT = r"(?:\d\s?(?:%|per\s?cent)|\b0\.\d|\b(?:1|one) in \d)"
CHANCE = re.compile(rf"{_SURE}.*{_AMOUNT}|{_AMOUNT}.*{_SURE}", re.I)
MOTIVE = re.compile(
    r"\b(?:seek|want|aim|intend|hope|wish|try|strive|plan)(?:s|es|ed|ing)?\b(?= to\b|ed to\b)|"
    r"\b(?:tries|tried|sought|is trying|in order) to\b|\b(?:motives?|real goal|true aim)\b",
    re.I,
)
ATTRIBUTED = re.compile(
    r"\b(?:argu\w+|infer\w*|stat(?:e|es|ed|ing|ement)|said|says?|according to|announced?|"
    r"explained|wrote|writes|in (?:our|my) reading)\b",
    re.I,
)


# The rules


def lint(text, figure=None, tables=None):
    """Return the findings of the checker on ``text`` as a DataFrame, one row per finding.

    Columns: ``rule``, ``result`` ("ok" or "look"), ``where`` (the words meant) and
    ``what_to_do``. Every rule has at least one row. figure: the name of a ready figure (see
    ``FIGURES``). tables: a ``Tables``; the module's own when left out. Raises PlainError when
    ``text`` is not text.
    """
    if not isinstance(text, str):
        raise PlainError(f"The checker reads text; it received {type(text).__name__}. Use quotes.")
    tables = tables or load()
    rows = []
    for rule, check in RULES.items():
        found = list(check(text, figure, tables))
        if not any(result == "look" for result, _, _ in found):
            found = found[:1] or [("ok", "", "")]
        else:
            found = [row for row in found if row[0] == "look"]
        rows += [(rule, *row) for row in found]
    return pd.DataFrame(rows, columns=["rule", "result", "where", "what_to_do"])


def count_words(text):
    """Return the number of words in ``text``; row ids in brackets and comments do not count."""
    return len(re.findall(r"[^\W_][\w'’.,-]*", _without_evidence(text)))


def _without_evidence(text):
    return re.sub(rf"<!--.*?-->|\[[^\]\n]*{trace.ID}[^\]\n]*\]", " ", text, flags=re.S)


def _sentences(text):
    """Return the sentences of ``text``, line breaks being ends as well."""
    return [s.strip() for s in re.split(r"(?<=[.!?])\s+|\n+", text) if s.strip()]


def _unquoted(text):
    return re.sub(r"“[^”]*”|\"[^\"\n]*\"|‘[^’]*’", "“…”", text)


def _length(text, figure, tables):
    words = count_words(text)
    if words > MOST_WORDS:
        yield "look", f"{words} words", f"Cut {words - MOST_WORDS}: a page holds {MOST_WORDS}."
    elif not words:
        yield "look", "no text yet", "Begin with the bottom line: two sentences."
    else:
        yield "ok", f"{words} of at most {MOST_WORDS} words", ""


def _row_ids(text, figure, tables):
    real = set()
    for row_id in trace.ids_in(text):
        if trace.is_row(row_id, tables):
            real.add(row_id)
        elif f"[{row_id}" in text or f"{row_id}]" in text:
            yield "look", row_id, trace.no_row(row_id, tables)
    if len(real) < FEWEST_IDS:
        need = f"Name at least {FEWEST_IDS} rows in square brackets, such as [H-TUR-2020]."
        yield "look", f"{len(real)} row ids", need
    yield "ok", f"{len(real)} row ids, all in the tables", ""


def _numbers(text, figure, tables):
    for problem in trace.check_text(text, tables):
        chance = FORECAST.search(problem.said) and CHANCE.search(problem.said)
        # a row named after "probability 15 %" bears out the event, not the judgement
        judged = "no evidence" in problem.why or f"probability {problem.number}" in problem.said
        if judged and chance and re.search(r"%|cent|^0", problem.number):
            continue
        if problem.number and problem.number[0].isupper() or "no row '" in problem.why:
            continue  # an id, told by the rule on row ids
        yield "look", problem.said, f"It {problem.why}"
    yield "ok", "every number is borne out by its rows", ""


def forecasts(text):
    """Return the sentences of ``text`` that speak of what may come, quotations left out."""
    sentences = _sentences(_unquoted(_without_evidence(text)))
    return [s for s in sentences if FORECAST.search(re.sub(rf"\bMay (?={DATED.pattern})", "", s))]


def _forecasts(text, figure, tables):
    done = 0
    for sentence in forecasts(text):
        missing = [
            name
            for name, pattern in (("date", DATED), ("probability", CHANCE))
            if not pattern.search(sentence)
        ]
        if missing:
            todo = f"Give it a {' and a '.join(missing)}: by when, and how sure?"
            yield "look", sentence, f"{todo} If it is no forecast, drop the word that makes it one."
        else:
            done += 1
    if not done:
        yield "look", "no forecast with date and probability", "Add one: event, date, probability."
    yield "ok", f"{done} with date and probability", ""


def _loaded(text, figure, tables):
    plain = _unquoted(_without_evidence(text))
    for row in tables["wording"].itertuples():
        forms = "|".join(map(re.escape, row.forms.split(";")))
        for match in re.finditer(rf"\b(?:{forms})\b", plain, re.I):
            yield "look", match[0], f"{row.problem} Plainer: {row.plainer}."
    yield "ok", "no word of the list outside quotation marks", ""


def _motives(text, figure, tables):
    for sentence in _sentences(_unquoted(_without_evidence(text))):
        if MOTIVE.search(sentence) and not ATTRIBUTED.search(sentence):
            yield "look", sentence, "Whose word is the aim? Write who argues, infers or stated it."
    yield "ok", "every aim has an author", ""


def _figure(text, figure, tables):
    if figure:
        need_known([figure], FIGURES, "figure")
        yield "ok", figure, ""
    else:
        yield "look", "no figure", "Choose one that carries one of your findings."


RULES = {
    "length": _length,
    "row ids": _row_ids,
    "numbers": _numbers,
    "forecasts": _forecasts,
    "loaded words": _loaded,
    "motives": _motives,
    "figure": _figure,
}


def lint_digest(paragraphs, tables=None):
    """Return what the same rules find in the original brief: one row per rule.

    paragraphs: the table paragraphs.csv. The brief is read through our digest, our list of its
    claims and our list of its loaded words. Columns: ``rule``, ``result``, ``findings`` (how
    many), ``where`` (paragraph ids) and ``what_to_do``.
    """
    need_columns(paragraphs, ["paragraph_id", "word_count"], "paragraphs table")
    tables = tables or load()
    claims = tables["claims"]
    claims = claims[claims["paragraph_id"].isin(paragraphs["paragraph_id"])]
    forecasts = claims[claims["claim_type"] == "forecast"]
    vague = forecasts[
        ~(forecasts["statement"].str.contains(DATED) & forecasts["statement"].str.contains(CHANCE))
    ]
    loaded = tables["wording"].dropna(subset="paragraph_ids")
    loaded = loaded.assign(paragraph_id=loaded["paragraph_ids"].str.split(";"))
    loaded = loaded.explode("paragraph_id")
    loaded = loaded[loaded["paragraph_id"].isin(paragraphs["paragraph_id"])]
    unsourced = claims[claims["named_source"].isna()]
    bare = unsourced[unsourced["claim_type"] == "number"]
    motives = unsourced[unsourced["claim_type"] == "motive"]
    words = int(paragraphs["word_count"].sum())
    over = max(0, words - MOST_WORDS)
    found = [
        ("length", over, f"{words:,} words", f"A page holds {MOST_WORDS}."),
        ("row ids", unsourced, f"of {len(claims)} claims name no source", "Say how you know."),
        ("numbers", bare, "numbers stand without a source", "Give each number its address."),
        (
            "forecasts", vague, f"of {len(forecasts)} forecasts lack a date or a probability",
            "Give each a date and a probability.",
        ),
        ("loaded words", loaded, "loaded words, counted once per paragraph", "See wording.csv."),
        ("motives", motives, "aims are told as facts", "Write who argues, infers or stated it."),
    ]  # fmt: skip
    rows = []
    for rule, rows_or_number, where, what in found:
        number = rows_or_number if isinstance(rows_or_number, int) else len(rows_or_number)
        if not isinstance(rows_or_number, int):
            places = ", ".join(sorted(set(rows_or_number["paragraph_id"])))
            where = f"{number} {where}" + (f": {places}" if places else "")
        rows.append((rule, "look" if number else "ok", number, where, what if number else ""))
    return pd.DataFrame(rows, columns=["rule", "result", "findings", "where", "what_to_do"])


# A brief as a form gives it


def as_text(parts):
    """Return a brief (dict of ``FIELDS``) as one text, the forecast with its date and probability.

    Raises PlainError for a field that does not exist.
    """
    need_known(list(parts), FIELDS, "part of a brief")
    said = {name: str(parts.get(name) or "").strip() for name in FIELDS}
    if said["forecast"]:
        chance = said["probability"].rstrip("% ")
        chance = f"probability {chance} %" if chance else "no probability yet"
        date = f"by {said['date']}" if said["date"] else "no date yet"
        said["forecast"] = f"Forecast ({chance}, {date}): {said['forecast']}"
    return "\n\n".join(said[name] for name in ("title", *SECTIONS) if said[name])


def check(parts, tables=None):
    """Return ``lint`` of a brief (dict of ``FIELDS``), its date and its probability read as well."""
    found = lint(as_text(parts), parts.get("figure") or None, tables)
    wrong = [_wrong_date(parts.get("date")), _wrong_chance(parts.get("probability"))]
    wrong = [row for row in wrong if row]
    if wrong:
        found = found[(found["rule"] != "forecasts") | (found["result"] == "look")]
        more = pd.DataFrame([("forecasts", "look", *row) for row in wrong], columns=found.columns)
        found = pd.concat([found, more], ignore_index=True)
    return found


def _wrong_date(said):
    if said and pd.isna(pd.to_datetime(str(said).strip(), format="%Y-%m-%d", errors="coerce")):
        return str(said), "This is no day of the calendar. Write year, month and day: 2021-12-31."


def _wrong_chance(said):
    said = str(said or "").strip().rstrip("% ")
    try:
        fits = not said or 0 <= float(said) <= 100
    except ValueError:
        fits = False
    if not fits:
        return said, "A probability in per cent is a number from 0 to 100, such as 15."
