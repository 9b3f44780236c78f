"""A brief of one's own: the checker that reads it as you write, and the page that leaves the room.

The same rules read the original brief, through our digest of it (``lint_digest``).
"""

import hashlib
import re
from html import escape
from pathlib import Path

import pandas as pd

from brieflab import files, sheet, trace
from brieflab.explore import attendance, hosts, rates, tracks
from brieflab.explore._page import Page
from brieflab.figures import image, new_figure, table_html
from brieflab.plain import PlainError, need_columns, need_known, suggest
from brieflab.tables import find_datasets, load

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
    return re.sub(rf"<!--.*?-->|\[[^\]\n]*{trace._ID}[^\]\n]*\]", " ", text, flags=re.S)


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


# The page


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


def saved():
    """Return the page kept in the answer sheet (dict of ``FIELDS``); {} when there is none."""
    kept = sheet.load().get("codings", {}).get("8", {})
    return {name: kept[name] for name in FIELDS if isinstance(kept.get(name), str)}


def page_text(parts=None):
    """Return a page (dict of ``FIELDS``; left out: the one in the form) as text to hand in.

    The last line names the figure. The text is empty while the page is. Raises PlainError for a
    field that does not exist, and when the answer sheet cannot be read.
    """
    parts = saved() if parts is None else parts
    figure = str(parts.get("figure") or "")
    return "\n\n".join(part for part in (as_text(parts), figure and f"Figure: {figure}") if part)


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


def figure_html(name, tables=None, numbers=True):
    """Return the ready figure ``name`` as HTML: picture with its text, finding and ``numbers``."""
    need_known([name], FIGURES, "figure")
    tables = tables or load()
    calculate, draw = FIGURES[name]
    finding = calculate(tables)
    figure = new_figure(7.0, 3.6)
    draw(figure, finding)
    caption = f"<figcaption>{escape(finding.sentence)}</figcaption>"
    shown = f"<figure>{image(figure, finding.alt)}{caption}</figure>"
    if numbers:
        table = table_html(finding.table, finding.sentence)
        shown += f"<details><summary>The numbers behind this figure</summary>{table}</details>"
    return shown


def page_html(parts, tables=None, level=1, figure=None):
    """Return the inside of the page: title, sections, figure, and the rows it rests on.

    level: of the title's heading. figure: HTML of the figure, when it is drawn already.
    """
    tables = tables or load()
    text = as_text(parts)
    sections = []
    for name in SECTIONS:
        body = as_text({k: v for k, v in parts.items() if k in (name, "date", "probability")})
        body = re.sub(r"<!--.*?-->", "", body, flags=re.S)
        if body.strip():
            lines = "".join(f"<p>{escape(line)}</p>" for line in body.splitlines() if line.strip())
            sections.append(f"<h{level + 1}>{FIELDS[name]}</h{level + 1}>{lines}")
    if parts.get("figure"):
        sections.insert(2, figure or figure_html(parts["figure"], tables))
    rows = [f"{i} ({_origin(i, tables)})" for i in trace.ids_in(text) if _origin(i, tables)]
    if rows:
        about = f"Rows of <cite>Who Came to Damascus?</cite>: {escape('; '.join(rows))}."
        sections.append(f'<p class="rows">{about}</p>')
    title = escape(str(parts.get("title") or "").strip() or "Untitled brief")
    return f"<h{level}>{title}</h{level}>{''.join(sections)}"


def page(parts, tables=None, level=4):
    """Return a brief (dict of ``FIELDS``) as a page to read in a notebook; level as above."""
    return Page(page_html(parts, tables, level), page_text(parts), None)


def _origin(row_id, tables):
    if not trace.is_row(row_id, tables):
        return ""
    name, row = trace.resolve(row_id, tables)
    sources = row.get("source_id", row.get("source_ids"))
    if pd.isna(sources):
        return name
    first, *others = sources.split(";")
    return f"{name}, {first}" + (f" and {len(others)} more" if others else "")


STYLE = """
body { font: 16px/1.4 Georgia, serif; color: #000; background: #fff; max-width: 46em; margin: 2em auto;
  padding: 0 1em }
h1 { font-size: 1.5em; line-height: 1.2; margin: 0 0 .4em } h2 { font-size: 1.05em; margin: .8em 0 .2em }
p { margin: .2em 0 } figure { margin: .6em 0 } figcaption, .rows, table { font-size: .8em }
.rows { border-top: 1px solid #595959; margin-top: .8em; padding-top: .3em }
td, th { text-align: left; padding: 0 .6em }
@page { size: A4; margin: 12mm 16mm }
@media print { body { font-size: 9.5pt; line-height: 1.25; margin: 0; padding: 0; max-width: none }
  details { display: none } figure img { max-height: 58mm; width: auto !important } }
"""


def export_html(parts, path=None, tables=None):
    """Save the brief as one accessible HTML page and return the Path written.

    The page prints on one sheet of A4: in the browser, choose Print, then "Save as PDF". A page
    that was changed by hand since, or that is no page of ours, is left alone: the new one is
    written beside it under the next free name, so look at the path returned. path: default
    ``my_brief.html`` at the module's top. Raises PlainError when the folder cannot be written.
    """
    path = default_path(path)
    body = page_html(parts, tables)
    title = escape(str(parts.get("title") or "").strip() or "Untitled brief")
    page = (
        f'<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>{body}</main>\n</body>\n</html>\n"
    )
    free = (path.with_stem(f"{path.stem}-{n}") for n in range(2, 1000))
    target = path if _ours(path) else next(p for p in free if _ours(p))
    try:
        files.write(target, f"<!doctype html>\n<!-- page {_seal(page)} -->\n{page}")
    except OSError as error:
        why = f"The page could not be saved at {target} ({type(error).__name__})."
        raise PlainError(f"{why} Give another path.") from None
    return target


def default_path(path=None):
    """Return ``path`` as a Path, or where a page goes when no path is given."""
    return Path(path) if path else find_datasets().parent / "my_brief.html"


def _seal(page):
    return hashlib.sha256(page.encode("utf-8", "replace")).hexdigest()


def _ours(path):
    """Tell whether ``path`` is free, or holds a page exactly as ``export_html`` left it."""
    if not path.exists():
        return True
    try:
        _, seal, page = path.read_bytes().decode("utf-8").split("\n", 2)
    except (OSError, ValueError):
        return False
    return seal == f"<!-- page {_seal(page)} -->"


def builder(tables=None, path=None):
    """Return the widget of lesson 8: a form, the checker's reading of it, and the page.

    What is typed is kept in the answer sheet and is back when the widget opens again. path: where
    the button saves the page (see ``export_html``).
    """
    from brieflab.explore._brief_form import Builder

    return Builder(tables or load(), path)
