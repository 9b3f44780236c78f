"""A brief of one's own: its parts, and the rules by which a checker reads it.

The same rules read the original brief, through our digest of it (``lint_digest``).
"""

import re
from typing import NamedTuple

import pandas as pd

from brieflab import trace
from brieflab.course.lesson_8.figures import FIGURES
from brieflab.plain import PlainError, need_columns, need_known
from brieflab.tables import load
from brieflab.trace.ask import places_of

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


class Found(NamedTuple):
    """What a rule found: "ok" or "look", the words meant, what to do, and where these stand.

    at: (start, end) of the words to mark in the text that was read; None when the text as a whole
    is meant.
    """

    result: str
    where: str
    what_to_do: str = ""
    at: tuple[int, int] | None = None


UNWRITTEN = Found("look", "no text yet", "Nothing to read yet: write a sentence first.")


def lint(text, figure=None, tables=None):
    """Return the findings of the checker on ``text`` as a DataFrame, one row per finding.

    Columns: ``rule``, ``result`` ("ok" or "look"), ``where`` (the words meant) and
    ``what_to_do``. Every rule has at least one row; before there is a text no rule on it is
    kept. figure: the name of a ready figure (see ``FIGURES``). tables: a ``Tables``; the module's
    own when left out. Raises PlainError when ``text`` is not text.
    """
    return _frame(_read(text, figure, tables))


def _frame(found):
    rows = [(rule, *one[:3]) for rule, one in found]
    return pd.DataFrame(rows, columns=["rule", "result", "where", "what_to_do"])


def _read(text, figure, tables):
    """Return (rule, Found) of all that the rules say on ``text``, in their order."""
    if not isinstance(text, str):
        raise PlainError(f"The checker reads text; it received {type(text).__name__}. Use quotes.")
    tables, rows = tables or load(), []
    for rule, check in RULES.items():
        found = list(check(text, figure, tables))
        looks = [one for one in found if one.result == "look"]
        if not looks and rule != "figure" and not count_words(text):
            looks = [UNWRITTEN]
        rows += [(rule, one) for one in looks or found[:1]]
    return rows


def count_words(text):
    """Return the number of words of a page: what a writer wrote for people to read.

    Row ids in brackets and comments do not count, nor does the last line of a page handed in,
    which names the figure.
    """
    head, _, last = text.rstrip().rpartition("\n")
    named = last.strip().removeprefix("Figure:").strip()
    if named in FIGURES and last.strip().startswith("Figure:"):
        text = head
    return len(re.findall(r"[^\W_][\w'’.,-]*", _without_evidence(text)))


_EVIDENCE = re.compile(rf"<!--.*?-->|\[[^\]\n]*{trace.ID}[^\]\n]*\]", re.S)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"|‘[^’]*’")


def _without_evidence(text):
    return _EVIDENCE.sub(" ", text)


def _unquoted(text):
    return _QUOTED.sub("“…”", text)


def _own_words(text):
    """Return ``text`` with its evidence and its quotations blanked out, each word in its place."""
    bare = _EVIDENCE.sub(lambda match: " " * len(match[0]), text)
    return _QUOTED.sub(lambda match: f"“{'…' * (len(match[0]) - 2)}”", bare)


def _sentences(text):
    """Yield (sentence, start, end) of a text's own words; line breaks are ends as well."""
    own, start = _own_words(text), 0
    for gap in re.finditer(r"(?<=[.!?])\s+|\n+|\Z", own):
        sentence = _unquoted(_without_evidence(text[start : gap.start()])).strip()
        if sentence:
            yield sentence, start, gap.start()
        start = gap.end()


def _place(pattern, text, start, end):
    """Return where ``pattern`` is first met in the own words between two places, or all of them."""
    own = _own_words(text)
    met = pattern.search(own, start, end)
    if met:
        return met.span()
    stretch = own[start:end]
    return start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip())


def _length(text, figure, tables):
    words = count_words(text)
    if words > MOST_WORDS:
        todo = f"Cut {words - MOST_WORDS}: a page holds {MOST_WORDS}."
        yield Found("look", f"{words} words", todo)
    elif not words:
        yield Found("look", "no text yet", "Begin with the bottom line: two sentences.")
    else:
        yield Found("ok", f"{words} of at most {MOST_WORDS} words")


def _row_ids(text, figure, tables):
    real = set()
    for row_id, start in places_of(text).items():
        if trace.is_row(row_id, tables):
            real.add(row_id)
        elif f"[{row_id}" in text or f"{row_id}]" in text:
            start = max(start, text.find(row_id, start))
            at = (start, start + len(row_id))
            yield Found("look", row_id, trace.no_row(row_id, tables), at)
    if len(real) < FEWEST_IDS:
        need = f"Name at least {FEWEST_IDS} rows in square brackets, such as [H-TUR-2020]."
        yield Found("look", f"{len(real)} row ids", need)
    yield Found("ok", f"{len(real)} row ids, all in the tables")


def _numbers(text, figure, tables):
    for problem in trace.check_text(text, tables):
        chance = FORECAST.search(problem.said) and CHANCE.search(problem.said)
        # a row named after "probability 15 %" bears out the event, not the judgement
        judged = "no evidence" in problem.why or f"probability {problem.number}" in problem.said
        if judged and chance and re.search(r"%|cent|^0", problem.number):
            continue
        if problem.number and problem.number[0].isupper() or "no row '" in problem.why:
            continue  # an id, told by the rule on row ids
        as_written = re.sub(r"\s+", r"\\s+", re.escape(problem.number).replace("\\ ", " "))
        met = re.compile(as_written).match(text, problem.at)
        at = met.span() if met else (problem.at, problem.at + 1)
        yield Found("look", problem.said, f"It {problem.why}", at)
    yield Found("ok", "every number is borne out by its rows")


def _speaks_of_what_may_come(sentence):
    return FORECAST.search(re.sub(rf"\bMay (?={DATED.pattern})", "", sentence))


def forecasts(text):
    """Return the sentences of ``text`` that speak of what may come, quotations left out."""
    return [said for said, *_ in _sentences(text) if _speaks_of_what_may_come(said)]


def _forecasts(text, figure, tables):
    done = 0
    for sentence, start, end in _sentences(text):
        if not _speaks_of_what_may_come(sentence):
            continue
        missing = [
            name
            for name, pattern in (("date", DATED), ("probability", CHANCE))
            if not pattern.search(sentence)
        ]
        if missing:
            todo = f"Give it a {' and a '.join(missing)}: by when, and how sure?"
            todo += " If it is no forecast, drop the word that makes it one."
            yield Found("look", sentence, todo, _place(FORECAST, text, start, end))
        else:
            done += 1
    if not done:
        todo = "Add one: event, date, probability."
        yield Found("look", "no forecast with date and probability", todo)
    yield Found("ok", f"{done} with date and probability")


def _loaded(text, figure, tables):
    own = _own_words(text)
    for row in tables["wording"].itertuples():
        forms = "|".join(map(re.escape, row.forms.split(";")))
        for match in re.finditer(rf"\b(?:{forms})\b", own, re.I):
            todo = f"{row.problem} Plainer: {row.plainer}."
            yield Found("look", match[0], todo, match.span())
    yield Found("ok", "no word of the list outside quotation marks")


def _motives(text, figure, tables):
    for sentence, start, end in _sentences(text):
        if MOTIVE.search(sentence) and not ATTRIBUTED.search(sentence):
            todo = "Whose word is the aim? Write who argues, infers or stated it."
            yield Found("look", sentence, todo, _place(MOTIVE, text, start, end))
    yield Found("ok", "every aim has an author")


def _figure(text, figure, tables):
    if figure:
        need_known([figure], FIGURES, "figure")
        yield Found("ok", figure)
    else:
        yield Found("look", "no figure", "Choose one that carries one of your findings.")


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
    return "\n\n".join(text for text, *_ in _laid_out(parts).values())


def _laid_out(parts):
    """Return field -> (its text in ``as_text``, where that begins, how much stands before its own
    words there, how many spaces stand before them in the field)."""
    need_known(list(parts), FIELDS, "part of a brief")
    raw = {name: str(parts.get(name) or "") for name in FIELDS}
    said = {name: text.strip() for name, text in raw.items()}
    found, start = {}, 0
    for name in ("title", *SECTIONS):
        if not said[name]:
            continue
        before = ""
        if name == "forecast":
            chance = said["probability"].rstrip("% ")
            chance = f"probability {chance} %" if chance else "no probability yet"
            date = f"by {said['date']}" if said["date"] else "no date yet"
            before = f"Forecast ({chance}, {date}): "
        spaces = len(raw[name]) - len(raw[name].lstrip())
        found[name] = before + said[name], start, len(before), spaces
        start += len(before + said[name]) + len("\n\n")
    return found


def check(parts, tables=None):
    """Return ``lint`` of a brief (dict of ``FIELDS``), its date and its probability read as well."""
    return places(parts, tables)[["rule", "result", "where", "what_to_do"]]


def places(parts, tables=None):
    """Return ``check`` with the place of each finding in the form, one row per finding.

    Further columns: ``field`` (of ``FIELDS``; "" where the brief as a whole is meant), and
    ``start`` and ``end`` of the words meant in what was typed there (0 and 0 for none).
    """
    said, laid_out = as_text(parts), _laid_out(parts)
    rows = []
    for rule, one in _read(said, parts.get("figure") or None, tables):
        rows.append((rule, *one[:3], *_in_the_form(one.at, laid_out)))
    for name, wrong in (("date", _wrong_date), ("probability", _wrong_chance)):
        found = wrong(parts.get(name))
        if found:
            rows = [row for row in rows if row[:2] != ("forecasts", "ok")]
            rows.append(("forecasts", "look", *found, name, 0, len(str(parts[name]))))
    columns = ["rule", "result", "where", "what_to_do", "field", "start", "end"]
    return pd.DataFrame(rows, columns=columns)


def _in_the_form(at, laid_out):
    """Return the field, start and end of a place in ``as_text``; for what stands before the words
    of a forecast, the word in them that makes them one, or else all of them."""
    for name, (text, begins, before, spaces) in laid_out.items():
        if at and begins <= at[0] < begins + len(text):
            first, last = (min(place - begins, len(text)) for place in at)
            if first < before:
                met = FORECAST.search(text, before)
                first, last = met.span() if met else (before, len(text))
            return name, first - before + spaces, last - before + spaces
    return "", 0, 0


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
