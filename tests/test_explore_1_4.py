"""Widgets of lessons 1 to 4: right by a second route, whole in every state, plain when asked wrongly.

The second route reads the CSV files with the csv module and counts by hand.
"""

import csv
import gc
import itertools
import re
import sys
from collections import defaultdict
from pathlib import Path

import ipywidgets as W
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from brieflab import sheet
from brieflab.course.lesson_1 import claims as coding
from brieflab.course.lesson_1 import widgets as widgets_1
from brieflab.course.lesson_2 import attendance as room
from brieflab.course.lesson_3 import hosts as top
from brieflab.course.lesson_3 import widgets as widgets_3
from brieflab.course.lesson_4 import rates as per
from brieflab.course.lesson_4 import widgets as widgets_4
from brieflab.figures import new_figure
from brieflab.plain import PlainError

DATA = Path(__file__).parents[1] / "datasets"


def frame(name):
    return pd.read_csv(DATA / f"{name}.csv")


def by_hand(name):
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(autouse=True)
def own_sheet(tmp_path, monkeypatch):
    monkeypatch.setenv("BRIEFLAB_SHEET", str(tmp_path / "answers.json"))


def live_figures():
    gc.collect()
    return sum(isinstance(thing, Figure) for thing in gc.get_objects())


def whole(panel):
    """Every part of a panel's answer is there, and the picture's words fit in the picture."""
    finding = panel.finding
    assert finding is not None, panel.sentence.value
    assert len(finding.sentence.split()) > 5 and finding.sentence.rstrip().endswith(".")
    assert len(finding.alt) > len(finding.sentence) and finding.sentence in finding.alt
    assert not finding.table.empty and "<table>" in panel.numbers.value
    assert 'role="status"' in panel.sentence.value
    assert "<img alt=" in panel.picture.value
    assert not re.search(r"\bnan\b|<NA>|None", finding.sentence + finding.alt)


def words_fit(figure):
    """No words leave the figure, none are tiny, and no two lie on each other."""
    painter = FigureCanvasAgg(figure).get_renderer()
    figure.draw(painter)
    out_of_view = {
        label
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for label, place in zip(axis.get_ticklabels(), axis.get_ticklocs())
        if not min(axis.get_view_interval()) <= place <= max(axis.get_view_interval())
    }
    texts = [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible()]
    boxes = [(t, t.get_window_extent(painter)) for t in texts if t not in out_of_view]
    assert len(boxes) > 5
    for text, box in boxes:
        inside = box.x0 >= 0 and box.y0 >= 0
        inside = inside and box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height
        assert inside and text.get_fontsize() >= 8, text
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        assert a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0, (one, other)


# Lesson 1 ----------------------------------------------------------------------------------


def test_every_claim_type_has_a_code():
    claims = frame("claims")
    assert set(coding.code_of(claims["claim_type"])) == set(coding.CODES)
    assert coding.code_of("motive") == coding.code_of("causal") == "interpretation"
    with pytest.raises(PlainError, match="Did you mean 'forecast'"):
        coding.code_of("forecasts")


def test_coder_a_follows_the_claims_table_and_the_coders_differ_on_real_cases():
    types = {r["claim_id"]: r["claim_type"] for r in by_hand("claims")}
    codes = defaultdict(dict)
    for r in by_hand("codings"):
        assert r["row_id"] == f"X-{r['claim_id']}-{r['coder']}"
        assert r["reason"].endswith(".") and len(r["reason"].split()) >= 8
        codes[r["claim_id"]][r["coder"]] = r["code"]
    assert len(codes) == 8
    assert all(c["A"] == coding.CODE_OF[types[i]] for i, c in codes.items())
    differ = sorted(i for i, c in codes.items() if c["A"] != c["B"])
    share, rows = coding.agreement(frame("codings"))
    assert len(differ) >= 3 and list(rows["claim_id"]) == differ
    assert share == 1 - len(differ) / 8


def test_each_code_is_met_in_the_coding_exercise():
    assert {r["code"] for r in by_hand("codings")} == set(coding.CODES)


def test_the_keys_stay_closed_until_all_are_coded():
    box = widgets_1.coder(frame("claims"), frame("codings"))
    ids = list(box.choices)
    for k, i in enumerate(ids):
        assert f"{k} of 8 sentences are coded" in box.status.value
        assert box.result.value == "" and box.finding is None and "coder_A" not in repr(box)
        box.choices[i].value = "fact"
    assert "coder_A" in box.result.value and "reason_B" in box.result.value
    box.choices[ids[0]].value = ""
    assert box.result.value == ""


@pytest.mark.parametrize("key", ["A", "B"])
def test_a_learner_who_codes_like_one_coder_is_told_so(key):
    box = widgets_1.coder(frame("claims"), frame("codings"))
    for r in by_hand("codings"):
        if r["coder"] == key:
            box.choices[r["claim_id"]].value = r["code"]
    assert box.finding.data[f"you_and_{key}"] == 8
    compared = box.finding.table.set_index("claim_id")["compared"]
    differ = set(coding.agreement(frame("codings"))[1]["claim_id"])
    for claim, words in compared.items():
        said = f"coders differ; you side with {key}" if claim in differ else "all three agree"
        assert words == said


def test_a_statement_is_shown_as_text():
    claims = frame("claims").assign(statement="Less < more & <b>bold</b>")
    box = widgets_1.coder(claims, frame("codings"))
    shown = [
        w.value for part in box.children if isinstance(part, W.VBox) for w in part.children[:1]
    ]
    assert len(shown) == 8 and all("&lt;b&gt;bold" in html and "<b>" not in html for html in shown)


def test_three_codes_are_compared_in_words():
    assert coding._compared("fact", "forecast", "forecast") == "you differ from both"
    assert coding._compared("fact", "forecast", "attributed").endswith("neither")


def test_codes_are_kept_and_come_back():
    box = widgets_1.coder(frame("claims"), frame("codings"))
    box.choices["C005"].value = "fact"
    box.choices["C013"].value = "interpretation"
    assert sheet.load()["codings"]["1"] == {"C005": "fact", "C013": "interpretation"}
    again = widgets_1.coder(frame("claims"), frame("codings"))
    assert again.codes == {"C005": "fact", "C013": "interpretation"}
    again.choices["C013"].value = ""
    assert sheet.load()["codings"]["1"] == {"C005": "fact"}


def test_a_sheet_that_cannot_be_written_is_said_and_the_coding_goes_on(monkeypatch):
    box = widgets_1.coder(frame("claims"), frame("codings"))

    def full(change):
        raise PlainError("The answer sheet could not be saved.")

    monkeypatch.setattr(sheet, "update", full)
    box.choices["C005"].value = "fact"
    assert "1 of 8" in box.status.value and "could not be saved" in box.status.value


def test_every_paragraph_can_be_read(tmp_path, monkeypatch):
    monkeypatch.chdir(DATA)
    claims = by_hand("claims")
    box = widgets_1.reader(frame("paragraphs"), frame("claims"))
    for r in by_hand("paragraphs"):
        box.controls["paragraph_id"].value = r["paragraph_id"]
        made = [c["claim_id"] for c in claims if c["paragraph_id"] == r["paragraph_id"]]
        assert list(box.finding.table["claim_id"]) == made
        assert f"makes {len(made)} claim" in box.sentence.value
        assert r["digest"] in box.finding.alt


def test_a_local_copy_stands_beside_the_digest(tmp_path, monkeypatch):
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "datapackage.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert coding.local_copy("P01") == ""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "brief.txt").write_text("[P01] One <b>line</b>.\n\n[P02] Two.\n")
    assert coding.local_copy("P02") == "Two." and coding.local_copy("P03") == ""
    box = widgets_1.reader(frame("paragraphs"), frame("claims"))
    assert "<p>Your local copy. One &lt;b&gt;line&lt;/b&gt;.</p>" in box.picture.value


# Lesson 2 ----------------------------------------------------------------------------------


def counted_by_hand(sources, rule, expected, states_only):
    """Names of the actors that count, from the CSV file row by row."""
    here = {"host", "co-organiser", "participant", "observer"} | (
        {"expected"} if expected else set()
    )
    says = defaultdict(set)
    for r in by_hand("attendance"):
        known = r["known_on"] <= "2020-12-31" and r["source_id"] in sources
        if known and r["status"] in here and (r["actor_type"] == "state" or not states_only):
            says[r["actor"]].add(r["source_id"])
    needed = {"any source": 1, "two or more": 2, "all ticked": len(sources)}[rule]
    return sorted(actor for actor, ids in says.items() if len(ids) >= needed)


@pytest.mark.parametrize("rule", room.RULES)
@pytest.mark.parametrize("expected", [False, True])
@pytest.mark.parametrize("states_only", [True, False])
def test_actors_are_counted_by_every_rule(rule, expected, states_only):
    table = frame("attendance")
    known = sorted(set(room.knowable(table)["source_id"]))
    for ticked in (["S001"], ["S001", "S139"], known):
        finding = room.count_actors(table, ticked, rule, expected, states_only)
        hand = counted_by_hand(set(ticked), rule, expected, states_only)
        assert finding.data["actors"] == hand and finding.data["count"] == len(hand)


def test_what_was_not_known_is_not_counted():
    late = {r["source_id"] for r in by_hand("attendance") if r["known_on"] > "2020-12-31"}
    assert late
    with pytest.raises(PlainError, match="not a known source"):
        room.count_actors(frame("attendance"), sorted(late))


def test_turkey_is_pinned_with_what_each_ticked_source_says():
    rows = [r for r in by_hand("attendance") if r["known_on"] <= "2020-12-31"]
    every = sorted({r["source_id"] for r in rows})
    said = {r["source_id"]: r["status"] for r in rows if r["actor"] == "Turkey"}
    finding = room.count_actors(frame("attendance"), every)
    assert finding.data["turkey"] == said
    assert finding.table["actor"].iloc[0] == "Turkey"
    assert all(source in finding.sentence for source in said)
    alone = room.count_actors(frame("attendance"), ["S141"])
    assert "Turkey: not mentioned" in alone.sentence


def test_one_report_at_two_addresses_counts_once():
    rows = frame("attendance").query("source_id == 'S139'")
    twice = pd.concat([rows, rows.assign(source_id="S417")])
    finding = room.count_actors(twice, ["S139", "S417"], "two or more", states_only=False)
    assert finding.data["count"] == 0 and finding.data["ticked"] == 1


def test_a_rule_that_cannot_be_met_is_said():
    finding = room.count_actors(frame("attendance"), ["S001"], "two or more")
    assert finding.data["count"] == 0 and "One source can never be two" in finding.sentence
    assert finding.sentence.startswith("No state ")


def test_the_brief_names_ten_states_beside_the_host():
    actors = room.count_actors(frame("attendance"), ["S001"]).data["actors"]
    assert len([a for a in actors if a != "Syria"]) == 10


# Lesson 3 ----------------------------------------------------------------------------------


def hosts_by_hand(year):
    rows = [r for r in by_hand("hosts") if r["year"] == str(year)]
    world = sum(int(r["refugees"]) for r in rows)
    named = sorted((-int(r["refugees"]), r["host"], r["iso3"]) for r in rows if r["iso3"])
    presence = {r["iso3"]: r["presence"] for r in by_hand("countries")}
    ranked = [(host, -n, presence.get(iso3, "no report")) for n, host, iso3 in named]
    return world, ranked


def test_every_n_and_year_of_the_top_hosts():
    box, before = widgets_3.top_n(frame("hosts"), frame("countries")), live_figures()
    for year, n, scale in itertools.product((2020, 2019), range(1, 11), ("people", "countries")):
        finding = box.calculate(n=n, year=year, scale=scale)
        assert len(finding.table) == n and finding.alt.endswith(finding.sentence)
        world, ranked = hosts_by_hand(year)
        people = defaultdict(int)
        for _, refugees, presence in ranked[:n]:
            people["absent" if presence == "not invited" else presence] += refugees
        data = finding.data
        assert (data["present"], data["absent"], data["no_report"]) == (
            people["present"],
            people["absent"],
            people["no report"],
        )
        assert data["away"] == sum(p in ("absent", "not invited") for _, _, p in ranked[:n])
        assert (f"{data['away']} of {n} stayed away" in finding.sentence) == (scale == "countries")
        assert data["world"] == world
        assert data["share"] == pytest.approx(100 * sum(people.values()) / world)
        assert data["came"] == [h for h, _, p in ranked[:n] if p == "present"]
        assert data["verdict"] == ("true" if n == 1 else "false")
    assert live_figures() == before and "matplotlib.pyplot" not in sys.modules


def test_all_other_countries_have_no_rank_but_count_in_the_world():
    table = top.ranked(frame("hosts"), frame("countries"))
    assert "All other countries" not in set(table["host"])
    others = frame("hosts").query("year == 2020 and iso3.isna()")["refugees"].sum()
    assert others > 0
    assert (
        table["refugees"].sum() + others
        == top.top_hosts(frame("hosts"), frame("countries"), 1).data["world"]
    )


def test_no_report_leaves_the_verdict_open():
    hosts = pd.DataFrame(
        {
            "row_id": ["h1", "h2"],
            "year": [2020, 2020],
            "host": ["One", "Two"],
            "iso3": ["ONE", "TWO"],
            "refugees": [20, 10],
        }
    )
    countries = pd.DataFrame({"iso3": ["ONE"], "presence": ["absent"]})
    finding = top.top_hosts(hosts, countries, 2)
    assert finding.data["verdict"] == "open" and "no report on some" in finding.sentence


# Lesson 4 ----------------------------------------------------------------------------------


def rates_by_hand(numerator, denominator, year="2020"):
    """Value of the measure by country code, from the CSV files row by row."""
    people = {
        r["iso3"]: int(r["refugees"]) for r in by_hand("hosts") if r["year"] == year and r["iso3"]
    }
    if numerator == "government estimate":
        stated = {r["iso3"]: int(r["estimate"]) for r in by_hand("estimates") if r["year"] == year}
        people |= {iso3: n for iso3, n in stated.items() if iso3 in people}
    size = {r["iso3"]: r for r in by_hand("population") if r["year"] == year}
    if denominator == "people":
        return people
    column, per_what = {
        "per 1,000 inhabitants": ("population", 1_000),
        "per billion US dollars of GDP": ("gdp_usd", 1e9),
    }[denominator]
    return {
        iso3: per_what * n / float(size[iso3][column])
        for iso3, n in people.items()
        if iso3 in size and size[iso3][column]
    }


def test_every_comparison_of_ranks():
    tables = frame("hosts"), frame("population")
    registered = rates_by_hand("registered", "people")
    for numerator, denominator in itertools.product(per.NUMERATORS, per.DENOMINATORS):
        finding = per.compare(*tables, numerator, denominator, frame("estimates"))
        figure = new_figure()
        per.draw_slopes(figure, finding)
        words_fit(figure)
        hand = rates_by_hand(numerator, denominator)
        order = sorted(hand, key=hand.get, reverse=True)
        left = sorted(registered, key=registered.get, reverse=True)
        for r in finding.table.itertuples():
            assert r.measure == pytest.approx(hand[r.iso3])
            assert r.rank_measure == order.index(r.iso3) + 1
            assert r.rank_registered == left.index(r.iso3) + 1
            assert r.gained == r.rank_registered - r.rank_measure
        assert set(order[:8]) | set(left[:8]) == set(finding.table["iso3"])


def test_ranks_shift_and_one_in_how_many():
    table = per.rates(frame("hosts"), frame("population"))
    shift = per.ranks(table).set_index("host")
    assert shift.loc["Turkey", ["rank_people", "rank_per_1000", "gained"]].tolist() == [1, 3, -2]
    assert shift.loc["Lebanon", "rank_per_1000"] == 1
    lebanon = table.set_index("host").loc["Lebanon", "per_1000"]
    assert per.one_in(lebanon) == pytest.approx(
        1000 / rates_by_hand("registered", "per 1,000 inhabitants")["LBN"]
    )
    assert per.one_in(125) == 8


def test_a_missing_denominator_is_no_zero():
    table = per.rates(frame("hosts"), frame("population")).set_index("iso3")
    none = [r["iso3"] for r in by_hand("population") if r["year"] == "2020" and not r["gdp_usd"]]
    assert none and table.loc[none, "per_billion"].isna().all()
    assert per.ranks(table.reset_index(), by="per_billion")["rank_per_billion"].isna().sum() == len(
        none
    )


def test_estimates_replace_the_registered_count_where_there_are_some():
    with_them = per.rates(frame("hosts"), frame("population"), 2020, frame("estimates"))
    stated = {r["iso3"]: int(r["estimate"]) for r in by_hand("estimates") if r["year"] == "2020"}
    changed = with_them[with_them["counted_by"] == "government estimate"].set_index("iso3")
    assert changed["people"].to_dict() == stated
    assert all(r.startswith("Z-") for r in changed["row_id"])


def test_zero_small_and_unknown_are_three_things():
    hosts = pd.concat(
        [frame("hosts"), pd.DataFrame({"year": [2020], "iso3": ["ZZZ"], "refugees": [0]})]
    )
    said = per.zero_small_unknown(hosts, ["IRN", "VEN", "CHN", "ZZZ", "LBN"])
    assert said["reading"].tolist() == ["unknown (no row)", "small", "small", "zero", "counted"]
    hand = {r["iso3"]: int(r["refugees"]) for r in by_hand("hosts") if r["year"] == "2020"}
    assert said["refugees"].tolist()[1:3] == [hand["VEN"], hand["CHN"]] and "IRN" not in hand


def test_without_estimates_only_registered_people_can_be_counted():
    box = widgets_4.denominator_switch(frame("hosts"), frame("population"))
    assert box.controls["numerator"].domain == ["registered"] and "guess" not in box.controls
    assert box.complete


# All four ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ask, said",
    [
        (lambda: room.count_actors(frame("attendance"), []), "Tick at least one"),
        (lambda: room.count_actors(frame("attendance"), ["S01"]), "Did you mean"),
        (lambda: room.count_actors(frame("attendance"), ["S001"], "most"), "not a known rule"),
        (lambda: room.count_actors(frame("hosts"), ["S001"]), "no column 'actor'"),
        (lambda: top.top_hosts(frame("hosts"), frame("countries"), 0), "between 1 and"),
        (lambda: top.top_hosts(frame("hosts"), frame("countries"), 999), "between 1 and"),
        (lambda: top.top_hosts(frame("hosts"), frame("countries"), 3, 1999), "not a known year"),
        (lambda: widgets_3.top_n(frame("countries"), frame("hosts")), "hosts table has no column"),
        (
            lambda: per.rates(frame("hosts").drop(columns="refugees"), frame("population")),
            "refugees",
        ),
        (lambda: per.rates(frame("hosts"), frame("hosts")), "population table has no column"),
        (lambda: per.ranks(per.rates(frame("hosts"), frame("population")), "per_head"), "per_head"),
        (lambda: per.one_in(0), "above 0"),
        (lambda: per.one_in(float("nan")), "above 0"),
        (lambda: per.zero_small_unknown(frame("hosts"), ["Iran"]), "three capital letters"),
        (lambda: per.zero_small_unknown(frame("hosts"), []), "three capital letters"),
        (
            lambda: per.compare(
                frame("hosts"), frame("population"), "government estimate", "people"
            ),
            "estimates.csv",
        ),
        (
            lambda: per.compare(frame("hosts"), frame("population"), "registered", "per head"),
            "not a known denominator",
        ),
        (lambda: coding.agreement(frame("claims")), "codings table has no column"),
        (
            lambda: coding.agreement(frame("codings").query("coder == 'A'")),
            "'B' is not a known coder",
        ),
        (lambda: coding.agreement(frame("codings").iloc[:-1]), "C067 was not coded by both"),
        (lambda: widgets_1.coder(frame("hosts"), frame("codings")), "claims table has no column"),
        (lambda: coding.read_paragraph(frame("paragraphs"), frame("claims"), "P99"), "P99"),
    ],
)
def test_a_wrong_call_is_answered_in_one_plain_message(ask, said):
    with pytest.raises(PlainError, match=re.escape(said)) as error:
        ask()
    assert len(str(error.value)) < 400 and "\n" not in str(error.value)


def test_every_control_has_a_name_and_none_is_a_slider(monkeypatch):
    monkeypatch.chdir(DATA)
    boxes = [
        widgets_1.reader(frame("paragraphs"), frame("claims")),
        widgets_1.coder(frame("claims"), frame("codings")),
    ]

    def controls(box):
        for child in getattr(box, "children", ()):
            yield from controls(child)
        if hasattr(box, "description") and not isinstance(box, W.HTML):
            yield box

    for box in boxes:
        found = list(controls(box))
        assert found
        for control in found:
            assert control.description.strip(), control
            assert "Slider" not in type(control).__name__
            assert not isinstance(control, (W.Accordion, W.Tab))
