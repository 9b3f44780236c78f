"""Where each paragraph and each claim of the brief is met, and which exercise practises it."""

from brieflab import tables
from brieflab.html import Page, table_html
from brieflab.plain import PlainError, need_columns, need_known
from brieflab.questions import lessons, title

LESSONS = {n: title(n) for n in lessons()}
"""Lesson number -> short title."""


def missing(coverage, claims):
    """Return the claims (list of ids, in order) that no lesson meets.

    coverage: DataFrame claim_id, lesson, exercise. claims: DataFrame with claim_id.
    """
    need_columns(coverage, ["claim_id", "lesson", "exercise"], "coverage table")
    need_columns(claims, ["claim_id", "paragraph_id", "statement"], "claims table")
    need_known(coverage["claim_id"], set(claims["claim_id"]), "claim")
    return [c for c in claims["claim_id"] if c not in set(coverage["claim_id"])]


def claims_of(lesson, coverage=None, claims=None):
    """Return a Page with the claims met in one lesson (its number).

    Its ``table`` has paragraph, claim, statement and exercise items, in the brief's order.
    Without DataFrames it reads the module's own tables. Raises PlainError for another lesson.
    """
    coverage, claims = _read(coverage, claims)
    lesson = need_known([lesson], LESSONS, "lesson")[0]
    met = coverage[coverage["lesson"] == lesson]
    table = met[["claim_id", "exercise"]].merge(claims, on="claim_id", how="left")
    table = table.sort_values("claim_id")[["paragraph_id", "claim_id", "statement", "exercise"]]
    table = table.assign(exercise=table["exercise"].str.replace(";", ", ")).reset_index(drop=True)
    table.columns = ["Paragraph", "Claim", "The brief claims", "Exercise"]
    caption = f"Lesson {lesson}, {LESSONS[lesson]}: {len(table)} claims of the brief"
    html = f"<details><summary>{caption}</summary>{table_html(table, caption)}</details>"
    lines = [f"{c} ({p}; {e}) {s}" for p, c, s, e in table.itertuples(index=False)]
    return Page("\n".join([caption, *lines]), html, table)


def coverage_page(coverage=None, claims=None):
    """Return a Page: how many claims of each paragraph each lesson meets, and who has none.

    Its ``table`` has one row a paragraph and one column a lesson; a claim met in two lessons
    counts in both. Raises PlainError when a claim or a paragraph is met in no lesson.
    """
    coverage, claims = _read(coverage, claims)
    left = missing(coverage, claims)
    if left:
        raise PlainError(
            f"{len(left)} claims are met in no lesson: {', '.join(left[:5])}. "
            "Give each a row in datasets/coverage.csv."
        )
    place = claims.set_index("claim_id")["paragraph_id"]
    counts = (
        coverage.groupby([coverage["claim_id"].map(place), "lesson"])
        .size()
        .unstack(fill_value=0)
        .reindex(columns=list(LESSONS), fill_value=0)
    )
    counts.index.name = "Paragraph"
    counts.columns = [f"{n} {title}" for n, title in LESSONS.items()]
    counts.insert(0, "Claims", claims.groupby("paragraph_id").size())
    items = coverage["exercise"].str.split(";").explode().nunique()
    caption = (
        f"All {len(claims)} claims of all {len(counts)} paragraphs are met in a lesson "
        f"and practised in {items} exercise items"
    )
    shown = counts.astype(object).where(counts > 0, "–")
    html = table_html(shown, caption) + "".join(
        claims_of(n, coverage, claims).html for n in LESSONS
    )
    return Page(f"{caption}\n{counts.to_string()}", html, counts)


def _read(coverage, claims):
    t = tables.load()
    return (t.coverage if coverage is None else coverage, t.claims if claims is None else claims)
