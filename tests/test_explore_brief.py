"""Lesson 8: the checker, the page and the form."""

import csv
import json
import re
from collections import Counter
from itertools import combinations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from brieflab import sheet, tables
from brieflab.course.lesson_8 import page as paper
from brieflab.course.lesson_8 import rules
from brieflab.course.lesson_8.widgets import builder
from brieflab.plain import PlainError
from browser import CHROMIUM, FLAGS, need_chromium

GOOD = {
    "title": "The largest host was not in the room",
    "bottom_line": "Turkey hosted 3,641,370 registered Syrians [H-TUR-2020] and was absent [B-TUR].",
    "known": "Lebanon hosted 865,300 [H-LBN-2020] and came [B-LBN].\n"
    "Damascus stated that it wants people to return [Q01].",
    "disputed": 'Most reports say that Turkey was not invited [A019]; the brief says "refrained".',
    "forecast": "a second conference is held in Lebanon.",
    "date": "2021-12-31",
    "probability": "15",
    "change": "A date published by Beirut.",
    "figure": "the five largest hosts",
}


@pytest.fixture(scope="module")
def t(request):
    return tables.load(request.path.parents[1] / "datasets")


def looks(text, t, rule, **more):
    found = rules.lint(text, tables=t, **more)
    assert list(found.columns) == ["rule", "result", "where", "what_to_do"]
    assert set(found["rule"]) == set(rules.RULES)
    return list(found.loc[(found["rule"] == rule) & (found["result"] == "look"), "where"])


def test_a_good_brief_passes_every_rule(t):
    found = rules.check(GOOD, t)
    assert list(found["rule"]) == list(rules.RULES)
    assert set(found["result"]) == {"ok"}, found.to_string()


def test_the_lessons_bad_sentence_has_its_problems(t):
    bad = "Clearly, all host countries stayed away, and 70 % of refugees will soon return."
    assert looks(bad, t, "loaded words") == ["Clearly", "all host"]
    assert looks(bad, t, "numbers") == [bad]
    assert looks(bad, t, "forecasts") == [bad, "no forecast with date and probability"]


def test_length_counts_words_but_no_evidence(t):
    assert (
        looks("word " * 400 + "[H-TUR-2020; H-LBN-2020] <!--= count claims -->", t, "length") == []
    )
    assert looks("word " * 401, t, "length") == ["401 words"]
    assert looks("", t, "length") == ["no text yet"]


def test_row_ids_must_be_three_and_real(t):
    assert looks("So it is [B-TUR; B-LBN; B-JOR].", t, "row ids") == []
    assert looks("So it is [B-TUR; B-LBN; B-TUR].", t, "row ids") == ["2 row ids"]
    assert "B-TUK" in looks("So it is [B-TUR; B-LBN; B-JOR; B-TUK].", t, "row ids")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Turkey hosted 3,641,370 [H-TUR-2020].", 0),
        ("Turkey hosted 3.6 million [H-TUR-2020].", 0),
        ("Turkey hosted 3.7 million [H-TUR-2020].", 1),
        ("Turkey hosted 3.6 million.", 1),
        ("With a probability of 15 % a second conference will be held by June 2021.", 0),
        ("There is a 1 in 4 chance that it will be held by June 2021.", 1),
        ("Forecast (probability 15 %, by 2021-12-31): a round is held in Beirut [Q14].", 0),
        ("Of all refugees 15 % live there.", 1),
    ],
)
def test_numbers_are_recomputed(text, wrong, t):
    assert len(looks(text, t, "numbers")) == wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("A round will be held by 31 December 2021, with a probability of 15 %.", 0),
        ("By 2021-12-31 a round is 15 % likely.", 0),
        ("There is a 0.2 chance that it happens before July 2021.", 0),
        ("A round will be held by 31 December 2021.", 1),
        ("A round is likely, with a probability of 15 %.", 1),
        ("A round will soon be held.", 1),
        ("In 2021 70 % of them will return.", 1),
        ("The fifth round may move to May 2021.", 1),
        ("Talks were held in May 2020.", 0),
        ('The brief says that "a round will soon follow".', 0),
    ],
)
def test_forecasts_need_a_date_and_a_probability(text, wrong, t):
    assert len([w for w in looks(text, t, "forecasts") if w == text]) == wrong


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The regime spoke of a flood of people.", ["regime", "flood"]),
        ('The brief writes "regime" and “flood”.', []),
        ("A wave of refugees is a burden.", ["wave of", "burden"]),
        ("It was clear. Regimental wavelets.", []),
    ],
)
def test_loaded_words_are_named_outside_quotation_marks(text, words, t):
    assert looks(text, t, "loaded words") == words


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Russia wants to rebuild.", 1),
        ("Russia tried to rebuild.", 1),
        ("It went there in order to rebuild.", 1),
        ("The brief argues that Russia wants to rebuild.", 0),
        ("Moscow stated that it seeks to help.", 0),
        ("Russia wants peace talks in Sochi.", 0),
    ],
)
def test_motives_need_an_author(text, wrong, t):
    assert len(looks(text, t, "motives")) == wrong


def test_the_figure_is_one_of_the_modules(t):
    assert looks("x", t, "figure") == ["no figure"]
    for name in rules.FIGURES:
        assert looks("x", t, "figure", figure=name) == []
        html = paper.figure_html(name, t)
        assert '<img alt="' in html and "<caption>" in html
        assert "<table" not in paper.figure_html(name, t, numbers=False)
    with pytest.raises(PlainError, match="known figure"):
        rules.lint("x", "the six largest", t)


def test_only_text_is_read(t):
    with pytest.raises(PlainError, match="received list"):
        rules.lint(["x"], tables=t)
    with pytest.raises(PlainError, match="part of a brief"):
        rules.as_text({"titel": "x"})


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [("date", "2021-02-30", "calendar"), ("date", "soon", "calendar"),
     ("probability", "115", "0 to 100"), ("probability", "high", "0 to 100")],
)  # fmt: skip
def test_a_date_and_a_probability_that_are_none_are_told(field, value, word, t):
    found = rules.check(GOOD | {field: value}, t)
    told = found.loc[(found["rule"] == "forecasts") & (found["result"] == "look"), "what_to_do"]
    assert told.str.contains(word).any()


def test_the_original_is_read_by_the_same_rules(t):
    found = rules.lint_digest(t.paragraphs, t).set_index("rule")
    claims = t.claims
    assert set(found.index) == set(rules.RULES) - {"figure"}
    assert found.loc["row ids", "findings"] == claims["named_source"].isna().sum()
    assert found.loc["motives", "findings"] == (claims["claim_type"] == "motive").sum()
    assert found.loc["length", "where"] == f"{t.paragraphs['word_count'].sum():,} words"
    one = rules.lint_digest(t.paragraphs.head(1), t).set_index("rule")
    assert one.loc["length", "result"] == "ok" and one.loc["forecasts", "findings"] == 1
    with pytest.raises(PlainError, match="no column 'word_count'"):
        rules.lint_digest(t.paragraphs.drop(columns="word_count"), t)


def test_listed_words_of_the_brief_stand_in_its_digested_paragraphs(t):
    named = t.wording["paragraph_ids"].dropna().str.split(";").explode()
    assert set(named) <= set(t.paragraphs["paragraph_id"])
    first_forms = t.wording["forms"].str.split(";").explode()
    assert first_forms.is_unique and (first_forms == first_forms.str.strip()).all()


# The page


def test_the_page_has_everything_and_nothing_runs_in_it(t, tmp_path):
    evil = GOOD | {"title": "<script>alert(1)</script>", "known": "4 <!--= count x --> & <b>"}
    path = paper.export_html(evil, tmp_path / "my_brief.html", t)
    page = path.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert '<html lang="en">' in page and "@page" in page and page.count("<h1") == 1
    assert "<script" not in page and "count x" not in page and "&lt;b&gt;" in page
    assert (
        "<b>B-TUR +17, A019</b> SANA (state media), 10 November 2020: Int&#x27;l Conference on"
        in page
    )
    assert "<b>H-TUR-2020</b> UNHCR (international organisation), 25 June 2026: Refugee" in page
    assert "Forecast (probability 15 %, by 2021-12-31)" in page


def test_sources_are_told_in_words_each_first_source_once(t):
    told = paper.sources_html("A [H-TUR-2020], [R023; C001; B-TUR] and [H-LBN-2020].", t)
    entries = re.findall(r"<li><b>(.*?)</b> (.*?)</li>", told)
    assert [ids for ids, _ in entries] == ["H-TUR-2020, R023, H-LBN-2020", "C001", "B-TUR +17"]
    assert entries[1][1] == "Our table claims.csv." and len(entries[0][1]) < 160
    assert paper.sources_html("No row.", t) == ""
    for table in ("presence", "evidence", "positions", "attendance", "returns", "countries"):
        told = paper.sources_html("; ".join(t[table].iloc[:, 0]), t)
        assert told.count("<li>") and not re.search(r"\bS\d{3}\b", told), table


# Its figures


@pytest.mark.parametrize("name", rules.FIGURES)
def test_a_figure_lies_inside_its_picture_and_no_words_touch(name, t):
    calculate, draw = rules.FIGURES[name]
    finding = calculate(t)
    scene = draw(finding)
    for mark in scene.marks:
        left, upper, right, lower = mark.box
        assert left >= 0 and upper >= 0 and right <= scene.width and lower <= scene.height, mark
    words = [mark for mark in scene.marks if mark.kind == "text"]
    for one, other in combinations(words, 2):
        a, b = one.box, other.box
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one.words, other.words)
    assert not re.search(r"\bS\d{3}\b", finding.sentence + finding.alt + str(words))


def test_figures_say_what_the_tables_say(t):
    def rows(table):
        with (t.folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    hosts = [r for r in rows("hosts") if r["year"] == "2020"]
    hosts.sort(key=lambda row: -int(row["refugees"]))
    drawn = rules.FIGURES["the five largest hosts"][0](t).table
    assert list(drawn["host"]) == [row["host"] for row in hosts[:5]]
    assert list(drawn["refugees"]) == [int(row["refugees"]) for row in hosts[:5]]

    says = {"host", "co-organiser", "participant", "observer"}
    named = {}
    for row in rows("attendance"):
        known = row["known_on"] <= "2020-12-31" and row["actor_type"] == "state"
        if known and row["status"] in says:
            report = {"S417": "S139"}.get(row["source_id"], row["source_id"])
            named.setdefault(row["actor"], set()).add(report)
    found = rules.FIGURES["who was in Damascus, by two sources or more"][0](t)
    twice = {actor: len(reports) for actor, reports in named.items() if len(reports) > 1}
    assert dict(zip(found.table["actor"], found.table["sources"])) == twice
    assert found.sentence.startswith(f"{len(twice)} states")
    assert f"{len(named) - len(twice)} others" in found.sentence

    held = [
        row["track"]
        for row in rows("meetings")
        if row["status"] == "held" and "2012" <= row["start_date"][:4] <= "2020"
    ]
    scene = rules.FIGURES["rounds of each track, 2012 to 2020"][1](
        rules.FIGURES["rounds of each track, 2012 to 2020"][0](t)
    )
    dots = Counter(mark.key.rsplit(" ", 2)[0] for mark in scene.marks if mark.kind == "dot")
    assert dots["Sochi Congress"] == held.count("sochi_congress")
    assert dots["Leaders' summits"] == held.count("trilateral_summit")


def test_a_page_changed_by_hand_is_never_overwritten(t, tmp_path):
    wanted = tmp_path / "my_brief.html"
    assert paper.export_html(GOOD, wanted, t) == wanted
    assert paper.export_html(GOOD | {"title": "A second version of it"}, wanted, t) == wanted
    assert "A second version" in wanted.read_text(encoding="utf-8")
    mine = wanted.read_text(encoding="utf-8").replace("second", "third")
    wanted.write_text(mine, encoding="utf-8")
    aside = tmp_path / "my_brief-2.html"
    assert paper.export_html(GOOD, wanted, t) == aside
    assert paper.export_html(GOOD, wanted, t) == aside
    assert wanted.read_text(encoding="utf-8") == mine
    wanted.write_bytes(b"\xff\xfe")
    assert paper.export_html(GOOD, wanted, t) == aside
    assert sorted(p.name for p in tmp_path.iterdir()) == ["my_brief-2.html", "my_brief.html"]


def test_a_failed_save_leaves_the_old_page_and_no_litter(t, tmp_path, monkeypatch):
    wanted = paper.export_html(GOOD, tmp_path / "my_brief.html", t)
    before = wanted.read_bytes()

    def broken(*args):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(PlainError, match="could not be saved"):
        paper.export_html(GOOD | {"title": "Another title than before"}, wanted, t)
    assert [p.name for p in tmp_path.iterdir()] == ["my_brief.html"]
    assert wanted.read_bytes() == before
    with pytest.raises(PlainError, match="could not be saved"):
        paper.export_html(GOOD, tmp_path / "no folder" / "my_brief.html", t)


@pytest.mark.browser
def test_a_full_page_prints_on_one_sheet(t, tmp_path):
    need_chromium()
    longest = {"bottom_line": 40, "known": 180, "disputed": 90, "forecast": 30, "change": 30}
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        for figure in rules.FIGURES:
            parts = GOOD | {"figure": figure}
            parts |= {name: "evidence " * words for name, words in longest.items()}
            parts["known"] += "[H-TUR-2020] [H-LBN-2020] [B-TUR] [A019]"
            page.goto(paper.export_html(parts, tmp_path / "my_brief.html", t).as_uri())
            pdf = page.pdf(prefer_css_page_size=True)
            assert pdf.count(b"/Type /Page\n") == 1, figure
            audit = Axe().run(page)
            assert not audit.response["violations"], audit.generate_report()
        browser.close()


# The form: see test_writing_desk.py for the browser's part


@pytest.fixture
def form(t, tmp_path, sheet_path):
    return builder(t, tmp_path / "my_brief.html")


def test_every_field_is_read_as_it_changes_and_kept(form, t, tmp_path):
    assert form.read()["good"] == 0 and form.read()["words"] == 0
    for name, value in GOOD.items():
        assert form.write(**{name: value}) == ""
    shown = form.read()
    assert shown["good"] == 7 and shown["words"] == rules.count_words(rules.as_text(GOOD))
    assert GOOD["title"] in shown["page"] and '<img alt="' in shown["page"]
    assert sheet.load()["codings"]["8"] == GOOD
    for name in rules.FIGURES:
        form.write(figure=name)
        assert form.read()["page"].count("<img") == 1
    form.write(figure="")
    assert "<img" not in form.read()["page"] and form.read()["good"] == 6
    form.write(figure="gone", poem="x")
    assert form.parts == GOOD | {"figure": ""}
    assert builder(t, tmp_path / "my_brief.html").parts == form.parts


def test_the_button_saves_and_says_so(form, tmp_path):
    form.write(**GOOD)
    wanted = tmp_path / "my_brief.html"
    assert "Saved as my_brief.html" in form.save()["said"] and wanted.exists()
    wanted.write_text("mine", encoding="utf-8")
    said = form.save()
    assert said["name"] == "my_brief-2.html" and "changed since" in said["said"]
    form.path = tmp_path / "nowhere" / "x.html"
    assert "could not be saved" in form.save()["said"] and "html" not in form.save()


def test_a_damaged_or_strange_sheet_does_not_stop_the_form(t, tmp_path, sheet_path, monkeypatch):
    kept = sheet.empty()
    kept["codings"]["8"] = {"figure": "gone", "poem": "x", "title": 4, "known": "kept"}
    sheet_path.write_text(json.dumps(kept), encoding="utf-8")
    form = builder(t, tmp_path / "my_brief.html")
    assert form.parts["known"] == "kept" and form.parts["figure"] == "" == form.parts["title"]

    def full(*args):
        raise PlainError("The answer sheet could not be saved.")

    monkeypatch.setattr(sheet, "update", full)
    assert "could not be saved" in form.write(title="A title all the same")
    assert "A title" in form.read()["page"]


def test_the_form_follows_answers_that_are_brought_back(form):
    told = []
    form.send = told.append
    sheet.update(lambda now: now["codings"].update({"8": {"title": "From another machine"}}))
    assert form.parts["title"] == "From another machine" and told[-1]["kind"] == "read"


def test_the_text_to_hand_in_is_the_form_as_it_stands_and_its_figure(t, sheet_path):
    assert paper.saved() == {} and paper.page_text() == ""
    form = builder(t)
    form.write(title="One page")
    assert paper.page_text() == "One page"
    form.write(figure=GOOD["figure"])
    assert paper.page_text() == f"One page\n\nFigure: {GOOD['figure']}"
    assert paper.page_text(GOOD).startswith(rules.as_text(GOOD))
    assert repr(paper.page(GOOD, t)) == paper.page_text(GOOD)
    assert "<h4 class=" in paper.page(GOOD, t)._repr_html_()
