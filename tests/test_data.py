"""The tables: described, sound, linked, of their date; the digest, the glossary, the coverage."""

import json
import re
import shutil
import subprocess
from copy import copy as copy_of
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
import yaml

from brieflab import files, questions
from brieflab.course import AS_OF
from brieflab.course.coverage import claims_of, coverage_page
from brieflab.course.glossary import LANGUAGES, glossary, look_up, term
from brieflab.plain import PlainError, suggest
from brieflab.tables import Tables, find_datasets, load, validate

TOP = Path(__file__).resolve().parents[1]
FOLDER = TOP / "datasets"
PACKAGE = json.loads((FOLDER / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {r["name"]: r for r in PACKAGE["resources"]}
README = (FOLDER / "README.md").read_text(encoding="utf-8")
T = load(FOLDER)


# The package


def test_tables_are_sound():
    assert validate(FOLDER) == []


@pytest.mark.parametrize("name", RESOURCES)
def test_every_table_and_column_is_described(name):
    resource = RESOURCES[name]
    assert resource["title"] and resource["description"] and resource["sources"]
    licence = {"outline": "other-pd"}.get(name, "CC-BY-4.0")
    assert [one["name"] for one in resource["licenses"]] == [licence]
    assert resource["schema"]["primaryKey"] and resource["schema"]["missingValues"] == [""]
    for field in resource["schema"]["fields"]:
        assert field["title"] and field["description"], field["name"]
        if field["type"] in ("integer", "number"):
            assert field["unit"], field["name"]
        codes = field.get("codes", {})
        assert list(codes) == field.get("constraints", {}).get("enum", []), field["name"]
        assert all(codes.values()), f"{field['name']}: a code without a meaning"


@pytest.mark.parametrize("name", RESOURCES)
def test_readme_tells_the_life_of_each_table(name):
    life = re.search(rf"^### {name}\n(.+?)(?=^##|\Z)", README, re.M | re.S)
    assert life, f"datasets/README.md has no heading '### {name}'"
    assert len(life[1].split()) <= 120


def test_numbers_in_readme_are_those_of_the_tables():
    own = sum((T.glossary[f"source_{code}"] == "own").sum() for code in LANGUAGES)
    unlisted = len(set(T.meetings["meeting_id"]) - set(T.participants["meeting_id"]))
    returns = T.returns.set_index("row_id")["returns"]
    for said in (
        f"{len(T.claims)} claims",
        f"map of {len(T.argument_nodes)} blocks",
        f"{len(T.argument_edges)} steps",
        f"{own} cells that a native speaker",
        f"{unlisted} meetings list nobody",
        f"its database has {returns['R017']:,} (R017)",
        f"verified {returns['R076']:,} by 11 December (R076)",
    ):
        assert said in README
    assert T.positions["actor"].nunique() == 12 and T.positions["topic"].nunique() == 4
    assert (len(T.forecasts), T.forecasts["nested_in"].notna().sum()) == (28, 5)
    assert (len(T.glossary), T.returns["series"].nunique()) == (72, 7)
    share = (T.sources["publisher_type"] == "state media").mean()
    assert T.sources["publisher_type"].mode()[0] == "state media" and 0.23 < share < 0.27


def test_folder_stays_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_000_000


def test_outlines_are_whole_small_and_lie_where_the_countries_lie():
    assert (FOLDER / "outline.csv").stat().st_size < 40_000
    largest = {}
    for row in T.outline.itertuples():
        numbers = [float(number) for number in row.points.split()]
        east, north = numbers[::2], numbers[1::2]
        assert len(east) == len(north) >= 4, row.row_id
        assert 24 < min(east) < max(east) < 49 and 21 < min(north) < max(north) < 43, row.row_id
        assert row.row_id == f"O-{row.iso3}-{row.ring}"
        size = abs(sum(
            east[n - 1] * north[n] - east[n] * north[n - 1] for n in range(len(east))
        )) / 2  # fmt: skip
        assert size <= largest.setdefault(row.iso3, size), f"{row.row_id}: not the largest first"
    assert sorted(largest, key=largest.get)[-4:] == ["SYR", "IRQ", "TUR", "EGY"]


# Totals


def test_hosts_sum_to_unhcr_totals():
    end_2020 = T.hosts[T.hosts["year"] == 2020]
    assert end_2020["refugees"].sum() == 6_702_910
    largest = end_2020.dropna(subset="iso3").nlargest(8, "refugees")
    assert dict(zip(largest["iso3"], largest["refugees"])) == {
        "TUR": 3_641_370, "LBN": 865_300, "JOR": 662_790, "DEU": 605_338,
        "IRQ": 242_163, "EGY": 130_577, "SWE": 114_609, "SDN": 93_498,
    }  # fmt: skip


def test_rates_are_those_of_the_notes():
    both = T.hosts.merge(T.population, on=["iso3", "year"]).query("year == 2020")
    rate = (both["refugees"] / both["population"] * 1000).set_axis(both["iso3"]).round(1)
    assert rate[["LBN", "JOR", "TUR", "SWE"]].tolist() == [151.7, 61.0, 43.7, 11.1]


def test_meetings_per_track_and_year():
    took_place = T.meetings["status"].isin(["held", "suspended", "convened_no_session"])
    meetings = T.meetings[took_place & (T.meetings["track"] != "other")]
    year = meetings["start_date"].str[:4].astype(int)
    counts = meetings.groupby(["track", year]).size().unstack(fill_value=0)
    years = [2012, 2014, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024]
    assert counts.columns.tolist() == years
    assert counts.T.to_dict("list") == {
        "geneva": [1, 3, 3, 5, 1, 0, 0, 0, 0, 0, 0],
        "constitutional_committee": [0, 0, 0, 0, 0, 2, 2, 2, 2, 0, 0],
        "astana": [0, 0, 0, 8, 3, 3, 0, 3, 2, 1, 2],
        "trilateral_summit": [0, 0, 0, 1, 2, 2, 1, 0, 1, 0, 0],
        "sochi_congress": [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        "refugee_conference": [0, 0, 0, 0, 1, 0, 2, 2, 2, 1, 0],
    }


# Knowledge dates


def last_day(date):
    """Return the last day of an ISO date that may lack its day or month."""
    return str(pd.Period(date, freq={4: "Y", 7: "M", 10: "D"}[len(date)]).end_time.date())


def test_nothing_from_after_2020_in_evidence():
    assert T.evidence["known_on"].max() <= AS_OF < T.later_evidence["known_on"].min()
    assert T.evidence["evidence"].str.extractall(r"\b(202[1-9])\b").empty
    published = T.sources.set_index("source_id")["published"].fillna("")
    for row in T.evidence.dropna(subset="source_id").itertuples():
        dates = [published[one] for one in row.source_id.split(";")]
        assert min(dates) <= AS_OF, f"{row.row_id} rests on later sources alone"


def test_known_on_follows_the_stated_rules():
    assert (T.hosts["known_on"] == (T.hosts["year"] + 1).astype(str) + "-06-30").all()
    assert (T.population["known_on"] == (T.population["year"] + 1).astype(str) + "-12-31").all()
    for table in (T.positions, T.timeline):
        assert (table["known_on"] == table["date"].map(last_day)).all()
    ends = T.meetings["end_date"].fillna(T.meetings["start_date"])
    assert (T.meetings["known_on"] == ends).all()
    published = T.sources.set_index("source_id")["published"]
    for table in (T.attendance, T.headcounts):
        for row in table.itertuples():
            date = published[row.source_id]
            assert row.known_on == (AS_OF if pd.isna(date) else last_day(date)), row.row_id


def test_attendance_names_origins_and_families_and_says_where_none_is_known():
    attendance, publishers = T.attendance, T.publishers
    assert list(attendance.columns[:10]) == [
        "row_id", "actor", "iso3", "actor_type", "status", "delegation", "source_id",
        "publisher_type", "known_on", "note",
    ]  # fmt: skip
    unknown = attendance["origin_id"].isna()
    assert (len(attendance), unknown.sum(), len(T.origins), len(publishers)) == (198, 58, 29, 35)
    assert unknown.equals(attendance["origin_basis"].isna())
    assert set(attendance["origin_id"].dropna()) == set(T.origins["origin_id"])
    assert unknown[attendance["source_id"] == "S001"].all()
    of_source = publishers.assign(source_id=publishers["source_ids"].str.split(";"))
    of_source = of_source.explode("source_id").set_index("source_id")
    assert of_source.index.is_unique
    family = attendance["source_id"].map(of_source["family"])
    assert family.equals(attendance["family"].fillna("not established"))
    assert (publishers["family"] == "not established").sum() == 9
    assert (publishers["family"] == "not established").equals(
        publishers["kind"] == "not established"
    )
    dated = publishers["described_on"].dropna()
    assert (dated.map(str).map(last_day) <= AS_OF).all()
    for column in ("described_as", "described_by", "described_at"):
        assert publishers[column].notna().equals(publishers["described_on"].notna())
    said = T.origins["origin"].str.cat(sep=" ")
    assert not re.search(r"\b202[1-9]\b", said)


# The check of the tables, told in words


@pytest.fixture
def copy(tmp_path):
    """A small data package of some tables, to be spoilt: call it with the tables' names."""

    def make(*names):
        small = {**PACKAGE, "resources": [RESOURCES[name] for name in names]}
        (tmp_path / "datapackage.json").write_text(json.dumps(small), encoding="utf-8")
        for name in names:
            shutil.copy(FOLDER / f"{name}.csv", tmp_path)
        return tmp_path

    return make


def spoil(folder, name, row, column, value):
    """Write ``value`` into one cell; ``row`` is the file's line, the header being 1."""
    table = pd.read_csv(folder / f"{name}.csv", dtype=str)
    table.loc[row - 2, column] = value
    table.to_csv(folder / f"{name}.csv", index=False)


BASE = ("countries", "hosts", "presence", "sources")


@pytest.mark.parametrize(
    "name, row, column, value, words",
    [
        ("hosts", 12, "refugees", "many", "'many' is not a whole number"),
        ("hosts", 12, "known_on", "31.12.2020", "'31.12.2020' is not a day like 2019-05-31"),
        ("hosts", 12, "refugees", "-1", "'-1' is not allowed"),
        ("hosts", 12, "host", None, "'host'"),
        ("hosts", 12, "row_id", "H-DEU-2011", "'H-DEU-2011' stands there twice"),
        ("hosts", 12, "source_id", "S999", "'S999' is not in the table 'sources'"),
        ("presence", 3, "source_ids", "S001;S999", "'S999' is not in the table 'sources'"),
        ("presence", 3, "source_ids", "own", "'own' is not in the table 'sources'"),
        ("presence", 3, "reading", "came", "'came' is not allowed"),
        ("presence", 3, "row_id", "K-DZA", "'K-DZA' is already a row of countries.csv"),
    ],
)
def test_a_bad_cell_is_named_by_file_row_and_column(copy, name, row, column, value, words):
    folder = copy(*BASE)
    assert validate(folder) == []
    spoil(folder, name, row, column, value)
    found = validate(folder)
    place = f"{name}.csv, row {row}, column '{column}'"
    assert sum(place in one and words in one for one in found) == 1, found


def test_a_missing_column_or_file_is_named(copy):
    folder = copy("hosts", "countries", "sources")
    hosts = pd.read_csv(folder / "hosts.csv")
    hosts.rename(columns={"refugees": "refugee"}).to_csv(folder / "hosts.csv", index=False)
    (folder / "sources.csv").unlink()
    (folder / "mine.csv").write_text("a\n1\n", encoding="utf-8")
    found = "\n".join(validate(folder))
    assert "hosts.csv, row 1: the column 'refugees' is missing. Did you mean 'refugee'?" in found
    assert "hosts.csv, row 1: the column 'refugee' is not described" in found
    assert "sources.csv: the file is not there" in found
    assert "mine.csv: no table of datapackage.json describes it" in found


def test_an_id_of_several_tables_is_looked_for_in_all(copy):
    folder = copy("hypotheses", "claims", "evidence", "positions", "paragraphs", "sources")
    assert validate(folder) == []
    spoil(folder, "hypotheses", 2, "basis_ids", "C035;Q01;E999")
    assert validate(folder) == [
        "hypotheses.csv, row 2, column 'basis_ids': 'E999' is not in the table "
        "'claims' or 'evidence' or 'positions'."
    ]


def test_a_row_cut_short_is_named(copy):
    folder = copy("countries", "sources")
    path = folder / "countries.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:-1], lines[-1][:20]]) + "\n", encoding="utf-8")
    assert any(one.startswith(f"countries.csv, row {len(lines)}") for one in validate(folder))


def test_a_list_that_leaves_out_a_row_or_says_it_wrongly_is_named(copy):
    folder = copy("claims", "paragraphs", "coverage")
    assert validate(folder) == []
    spoil(folder, "coverage", 2, "paragraph_id", "P02")
    table = pd.read_csv(folder / "coverage.csv")
    table[table["claim_id"] != "C118"].to_csv(folder / "coverage.csv", index=False)
    assert validate(folder) == [
        "coverage.csv, column 'claim_id': 'C118' of the table 'claims' is missing.",
        "coverage.csv, row 2, column 'paragraph_id': 'P02' is not what the table 'claims' says "
        "of C001: 'P01'.",
    ]


def test_a_list_has_a_key_of_several_columns_and_lists_what_a_part_of_it_points_at(tmp_path):
    tables = {
        "trees": ("tree_id", "tree_id,row\nT1,a\nT2,b\n", {}),
        "rows": ("row", "row\na\nb\nc\n", {}),
        "labels": ("tree_id", "tree_id,row\nT1,b\n", {"tree_id": "trees", "row": "rows"}),
        "visits": (
            ["tree_id", "day"], "tree_id,day,row\nT1,1,a\nT1,2,b\n",
            {"tree_id": "trees", "row": "rows"},
        ),
    }  # fmt: skip
    resources = []
    for name, (key, text, links) in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        fields = [{"name": column, "type": "any"} for column in text.split("\n")[0].split(",")]
        links = [
            {"fields": [column], "reference": {"resource": other, "fields": [column]}}
            for column, other in links.items()
        ]
        schema = {"fields": fields, "primaryKey": key, "foreignKeys": links}
        resources.append({"name": name, "path": f"{name}.csv", "schema": schema})
    package = {"name": "orchard", "resources": resources}
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    assert [one for one in validate(tmp_path) if "already a row" not in one] == [
        "visits.csv, column 'tree_id': 'T2' of the table 'trees' is missing.",
        "visits.csv, row 3, column 'row': 'b' is not what the table 'trees' says of T1: 'a'.",
    ]


# Finding and reading the tables


def test_the_nearest_datasets_at_or_above_are_found(tmp_path):
    deep = tmp_path / "module" / "notebooks" / "more"
    deep.mkdir(parents=True)
    for top in (tmp_path, tmp_path / "module"):
        (top / "datasets").mkdir()
        (top / "datasets" / "datapackage.json").write_text("{}", encoding="utf-8")
    nearest = tmp_path.resolve() / "module" / "datasets"
    assert find_datasets(deep) == find_datasets(tmp_path / "module") == nearest
    (nearest / "datapackage.json").unlink()
    assert find_datasets(deep) == tmp_path.resolve() / "datasets"
    (tmp_path / "datasets" / "datapackage.json").unlink()
    with pytest.raises(PlainError, match="No datasets/ folder was found at or above .*more"):
        find_datasets(deep)


def test_a_table_is_read_once_and_other_names_are_no_tables():
    tables = Tables(FOLDER)
    assert tables.claims is tables["claims"]
    with pytest.raises(PlainError, match="no table called 'claim'. Did you mean 'claims'"):
        _ = tables.claim
    assert not hasattr(tables, "_repr_html_"), "Jupyter asks each object for such names"
    assert copy_of(tables).names() == tables.names()


def test_suggestions_are_few():
    known = [f"row {n:02}" for n in range(30)]
    assert suggest("zzz", known).count("'row") == 20 and "'row 19'." in suggest("zzz", known)
    assert suggest("row 1", known).count("'row") == 3


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "kept.txt"
    files.write(path, "old")
    with pytest.raises(KeyboardInterrupt), files.writing(path) as file:
        file.write(b"half of the new")
        raise KeyboardInterrupt
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    files.write(path, b"new")
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


# Coverage


def test_every_claim_paragraph_and_item_is_covered():
    page = coverage_page(T.coverage, T.claims)
    assert set(T.coverage["claim_id"]) == set(T.claims["claim_id"])
    assert list(page.table.index) == list(T.paragraphs["paragraph_id"])
    assert page.table["Claims"].sum() == len(T.claims)
    items = T.coverage.assign(item=T.coverage["exercise"].str.split(";")).explode("item")
    assert (items["item"].str[0].astype(int) == items["lesson"]).all()
    for lesson in {question.lesson for question in questions.all()}:
        asked = {question.id for question in questions.all() if question.lesson == lesson}
        assert set(items.loc[items["lesson"] == lesson, "item"]) <= asked


def test_claims_of_a_lesson_are_listed_in_full():
    for lesson in questions.lessons():
        page = claims_of(lesson, T.coverage, T.claims)
        wanted = set(T.coverage.loc[T.coverage["lesson"] == lesson, "claim_id"])
        assert set(page.table["Claim"]) == wanted
        assert all(claim in page._repr_html_() and claim in repr(page) for claim in wanted)
    beyond = max(questions.lessons()) + 1
    with pytest.raises(PlainError, match=f"'{beyond}' is not a known lesson"):
        claims_of(beyond, T.coverage, T.claims)


def test_coverage_page_refuses_a_gap():
    with pytest.raises(PlainError, match="1 claims are met in no lesson: C118"):
        coverage_page(T.coverage[T.coverage["claim_id"] != "C118"], T.claims)


# Glossary


class Forms(HTMLParser):
    """Collects (lang, dir) of every marked form on a page."""

    def __init__(self, page):
        super().__init__()
        self.seen = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if dict(attrs).get("lang"):
            self.seen.append((dict(attrs)["lang"], dict(attrs)["dir"]))


def test_glossary_marks_language_direction_and_source():
    page = glossary(T.glossary)
    wanted = [("ar", "rtl"), ("ru", "ltr"), ("tr", "ltr")]
    assert Forms(page._repr_html_()).seen == wanted * len(T.glossary)
    own = sum((T.glossary[f"source_{code}"] == "own").sum() for code in LANGUAGES)
    for text in (page._repr_html_(), repr(page)):
        assert text.count("for a native speaker's check") == own
        assert text.count("source S") == 3 * len(T.glossary) - own
    assert Forms(glossary(T.glossary, "ar").html).seen == [("ar", "rtl")] * len(T.glossary)


@pytest.mark.parametrize("row", range(len(T.glossary)))
def test_every_term_and_variant_is_found(row):
    entry = T.glossary.iloc[row]
    variants = entry["variants_en"].split(";") if isinstance(entry["variants_en"], str) else []
    for name in (entry["term_en"], entry["term_en"].upper(), *variants):
        assert term(name, T.glossary).table["term_id"].tolist() == [entry["term_id"]]


def test_glossary_answers_in_words():
    with pytest.raises(PlainError, match="no entry 'refugge'. Did you mean 'refugee'"):
        term("refugge", T.glossary)
    with pytest.raises(PlainError, match="'fr' is not a known language code"):
        glossary(T.glossary, "fr")
    with pytest.raises(PlainError, match="glossary has no column 'ar'"):
        glossary(T.glossary.drop(columns="ar"))


def test_look_up_shows_what_each_value_asks_for():
    box = look_up(T.glossary)
    (word, language), answer = box.children[0].children, box.children[1]
    assert "72 entries" in answer.value
    for code in (None, *LANGUAGES):
        language.value = code
        for row in T.glossary.itertuples():
            for form in (row.term_en, row.ar, row.ru, row.tr):
                word.value = form
                shown = {lang for lang, _ in Forms(answer.value).seen}
                assert shown == ({code} if code else set(LANGUAGES)), form
    word.value = "zzz"
    assert "No entry has “zzz”" in answer.value and not Forms(answer.value).seen
    assert "rtl" not in answer.value and word.description and language.description


# The brief, the licence, the citation


def test_digest_repeats_the_tables():
    digest = (TOP / "seeds" / "digest.md").read_text(encoding="utf-8")
    section = ""
    told = {}
    for line in digest.splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif match := re.fullmatch(r"\*\*(P\d\d)\.\*\* (.+) \((C\d{3}(?:, C\d{3})*)\)", line):
            told[match[1]] = (section, match[2], match[3].split(", "))
    claims = T.claims.groupby("paragraph_id")["claim_id"].agg(list)
    assert told == {
        row.paragraph_id: (row.section, row.digest, claims[row.paragraph_id])
        for row in T.paragraphs.itertuples()
    }


def test_a_local_copy_of_the_brief_stays_local():
    inside = subprocess.run(["git", "check-ignore", "-q", "seeds/brief.txt"], cwd=TOP)
    if inside.returncode == 128:
        pytest.skip("not a git checkout")
    assert inside.returncode == 0
    listed = subprocess.run(["git", "ls-files", "seeds"], cwd=TOP, capture_output=True, text=True)
    assert "brief.txt" not in listed.stdout


def test_licence_and_citation_name_their_owners():
    licence = (TOP / "LICENSE").read_text(encoding="utf-8")
    for words in (
        "MIT License", "https://creativecommons.org/licenses/by/4.0/", "Refugee Data Finder",
        "World Bank, Population, total", "remains its publisher's",
    ):  # fmt: skip
        assert words in licence
    cited = yaml.safe_load((TOP / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["cff-version"] == "1.2.0" and "doi" not in cited
    assert cited["authors"] == [{"name": "The Who Came to Damascus team"}]
    assert f'version = "{cited["version"]}"' in (TOP / "pyproject.toml").read_text(encoding="utf-8")
