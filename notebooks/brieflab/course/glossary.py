"""The glossary: terms, people and places in English, Arabic, Russian and Turkish."""

from html import escape

from brieflab import tables
from brieflab.html import Page
from brieflab.live import Live
from brieflab.plain import PlainError, need_columns, need_known, suggest

LANGUAGES = {"ar": "Arabic", "ru": "Russian", "tr": "Turkish"}
"""Language code, as in HTML's ``lang`` -> its English name."""

_OWN = "ours, for a native speaker's check"
_COLUMNS = ["term_id", "term_en", "definition_en", "variants_en", "kind"]


def glossary(glossary_df, language=None, term=None):
    """Return a Page with the glossary: every form marked with its language and direction.

    glossary_df: the table glossary.csv. language: "ar", "ru" or "tr", or None for all three.
    term: an English term or variant, in any case, or None for all. Each translation carries
    its source ids or says that it is ours. Raises PlainError for an unknown language or term.
    """
    need_columns(
        glossary_df, [*_COLUMNS, *LANGUAGES, *(f"source_{k}" for k in LANGUAGES)], "glossary"
    )
    codes = need_known([language], LANGUAGES, "language code") if language else list(LANGUAGES)
    return _page(glossary_df if term is None else _entries(glossary_df, term), codes)


def term(word, glossary_df=None):
    """Return a Page with the glossary's entry for ``word``, an English term or variant."""
    return glossary(tables.load().glossary if glossary_df is None else glossary_df, term=word)


def search(glossary_df, words):
    """Return the rows of ``glossary_df`` with ``words`` in a term, variant or translation."""
    forms = glossary_df[["term_en", "variants_en", *LANGUAGES]].fillna("")
    found = forms.apply(lambda row: words.strip().casefold() in "\n".join(row).casefold(), axis=1)
    return glossary_df[found]


def look_up(glossary_df):
    """Return a widget: type a word in any of the four languages, read the entries that have it."""
    import ipywidgets as W

    class LookUp(Live, W.VBox):
        text = f"A box to look up one of {len(glossary_df)} entries."
        html = f"<p>{text}</p>"

    wide = {"description_width": "initial"}
    word = W.Combobox(
        options=sorted(glossary_df["term_en"]),
        description="Word to look up",
        style=wide,
        placeholder="refugee, Idlib, Хмеймим ...",
    )
    language = W.Dropdown(
        options=[("All languages", ""), *((name, code) for code, name in LANGUAGES.items())],
        description="Show",
        style=wide,
    )
    answer = W.HTML()

    def redraw(change=None):
        found = search(glossary_df, word.value)
        if not word.value.strip():
            said = f"{len(glossary_df)} entries. Type a word in any of the four languages."
        elif found.empty:
            said = f"No entry has “{word.value}”. {suggest(word.value, glossary_df['term_en'])}"
        else:
            said = f"{len(found)} of {len(glossary_df)} entries have “{word.value}”."
        page = (
            ""
            if not word.value.strip() or found.empty
            else glossary(found, language.value or None).html
        )
        said += f" Shown: {LANGUAGES.get(language.value, 'all languages')}."
        answer.value = f'<p role="status">{escape(said)}</p>{page}'

    for control in (word, language):
        control.observe(redraw, names="value")
    redraw()
    row = W.Box([word, language], layout=W.Layout(flex_flow="row wrap"))
    return LookUp([row, answer])


def _entries(glossary_df, word):
    wanted = str(word).strip().casefold()
    names = {}
    for row in glossary_df.itertuples():
        variants = row.variants_en.split(";") if isinstance(row.variants_en, str) else []
        for name in (row.term_en, *variants):
            names.setdefault(name.strip().casefold(), row.Index)
    if wanted not in names:
        raise PlainError(f"The glossary has no entry '{word}'. {suggest(wanted, names)}")
    return glossary_df.loc[[names[wanted]]]


def _page(rows, codes):
    heads = ["Term", "Meaning", *(LANGUAGES[c] for c in codes)]
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    body, lines = [], []
    for row in rows.to_dict("records"):
        cells = "".join(
            f'<td><span lang="{c}" dir="{"rtl" if c == "ar" else "ltr"}">{escape(row[c])}</span>'
            f"<br><small>{_source(row, c)}</small></td>"
            for c in codes
        )
        body.append(
            f'<tr><th scope="row">{escape(row["term_en"])}</th>'
            f"<td>{escape(_meaning(row))}</td>{cells}</tr>"
        )
        forms = "; ".join(f"{LANGUAGES[c]} {row[c]} ({_source(row, c)})" for c in codes)
        lines.append(f"{row['term_en']}: {_meaning(row)} {forms}.")
    caption = f"Glossary: {len(rows)} {'entry' if len(rows) == 1 else 'entries'}"
    html = (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table>"
    )
    return Page("\n".join([caption, *lines]), html, rows)


def _meaning(row):
    variants = row["variants_en"]
    also = f" Also: {variants.replace(';', ',')}." if isinstance(variants, str) else ""
    return row["definition_en"] + also


def _source(row, code):
    source = row[f"source_{code}"]
    return _OWN if source == "own" else "source " + source.replace(";", ", ")
