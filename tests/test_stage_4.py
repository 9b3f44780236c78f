"""The stages of lesson 4, by a second route: the CSV files row by row, and what the pictures show."""

import csv
import re
from itertools import product

import pytest

from brieflab import tables
from brieflab.course.lesson_4 import rates, returns, surveys, widgets
from brieflab.stage.scene import NARROW, WIDE, plain
from browser import TOP
from stages import STAGES, frame

SWITCH, ASKED, FAN = (
    STAGES[f"4 {name}"] for name in ("denominator_switch", "hundred_asked", "returns_fan")
)
HEADS, INCOME = "per 1,000 inhabitants", "per billion US dollars of GDP"


def by_hand(name):
    with open(TOP / "datasets" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def said(built, scene, **choices):
    """Return the visible sentence of a scene with what its controls show."""
    shown = {
        name: control.names[control.domain.index(choices[name])]
        for name, control in built.controls.items()
        if name in choices and name != "who" and name != "quoted"
    }
    return plain(scene.sentence, shown)


# One in how many ---------------------------------------------------------------------------


def hosts_by_hand():
    """Return iso3 -> (registered, estimate or None, residents, dollars) for the four largest hosts."""
    people = {r["iso3"]: int(r["refugees"]) for r in by_hand("hosts") if r["year"] == "2020"}
    people.pop("")
    stated = {r["iso3"]: int(r["estimate"]) for r in by_hand("estimates")}
    size = {r["iso3"]: r for r in by_hand("population") if r["year"] == "2020"}
    largest = sorted(people, key=people.get, reverse=True)[:4]
    return {
        i: (people[i], stated.get(i), int(size[i]["population"]), float(size[i]["gdp_usd"]))
        for i in largest
    }


@pytest.mark.parametrize("numerator, denominator", [*product(rates.NUMERATORS, rates.DENOMINATORS)])
def test_rows_are_as_long_as_the_tables_say(numerator, denominator):
    built, hand = SWITCH(), hosts_by_hand()
    finding = built.calculate(numerator=numerator, denominator=denominator, guess=5)
    assert [h.iso3 for h in finding.data["hosts"]] == list(hand) == ["TUR", "LBN", "JOR", "DEU"]
    for width, step in ((NARROW, 14), (WIDE, 15.7)):
        bars = [m for m in built.scene(finding, width).marks if m.kind == "bar"]
        for iso3, (registered, estimate, residents, dollars) in hand.items():
            people = registered if numerator == "registered" else estimate or registered
            long = {"people": people / 1e5, HEADS: residents / people}.get(
                denominator, dollars / people / 5e4
            )
            counts = [m for m in bars if m.key.startswith(iso3) and m.look != "dashed grey"]
            if denominator == INCOME:
                counts = [m for m in counts if "blue" not in m.look]
                assert {m.look for m in counts} == {"pale green"}
            squares = sum(m.w for m in counts) / (step - 2.5)
            assert squares == pytest.approx(long, abs=0.1), (iso3, width)
            hatched = any(m.look == "hatched blue" for m in counts)
            assert denominator == INCOME or hatched == (people != registered), iso3


def test_the_sentence_gives_the_length_and_the_guess_comes_back():
    built, (registered, estimate, residents, _) = SWITCH(), hosts_by_hand()["LBN"]
    for numerator, people, of in (
        ("registered", registered, "UNHCR’s register"),
        ("government estimate", estimate, "the government’s estimate"),
    ):
        choices = {"numerator": numerator, "denominator": HEADS}
        finding = built.calculate(**choices, guess=4)
        scene = built.scene(finding, WIDE)
        k = f"{residents / people:.1f}"
        assert said(built, scene, **choices) == (
            f"By {of} one resident of Lebanon in {k} was a Syrian refugee."
        )
        assert (
            f"Lebanon one in {k}" in finding.sentence and "You guessed one in 4" in finding.sentence
        )
        under = plain(scene.under, {"guess": "4"})
        assert f"one in 4, or {residents / 4 / 1e6:.2f} million people" in under
        assert f"{people / 1e6:.2f} million." in under
    assert (f"{residents / registered:.1f}", f"{residents / estimate:.1f}") == ("6.6", "3.8")


def test_what_the_register_had_stays_in_place_dashed():
    built = SWITCH()
    scenes = [
        built.scene(built.calculate(numerator=n, denominator=HEADS, guess=5), WIDE)
        for n in rates.NUMERATORS
    ]
    before, after = ({m.key: m for m in scene.marks} for scene in scenes)
    assert [before[f"LBN {n}"].look for n in (0, 4, 6)] == ["solid blue", "open grey", "open grey"]
    assert [after[f"LBN {n}"].look for n in (0, 2, 4, 6)] == [
        "hatched blue", "open grey", "dashed grey", "dashed grey",
    ]  # fmt: skip
    for key in ("LBN 0", "LBN 6", "JOR 12", "TUR 22", "DEU 136"):
        assert (before[key].x, before[key].y) == (after[key].x, after[key].y)
    assert before["guess end"].slide[2][5] == before["guess end"].x


def test_turkey_keeps_its_register_and_says_that_there_is_no_estimate():
    built = SWITCH()
    finding = built.calculate(numerator="government estimate", denominator=HEADS, guess=5)
    marks = {m.key: m for m in built.scene(finding, WIDE).marks}
    assert marks["less TUR"].words == "no estimate"
    assert marks["host TUR"].card[1].startswith("No estimate in our table. 3,641,370 registered")
    assert "Germany" in finding.sentence and "no estimate" in finding.sentence
    assert "lived there before 2011" in " ".join(marks["host JOR"].card).replace("already ", "")


# A hundred people asked --------------------------------------------------------------------


def answers_by_hand(survey, countries, question):
    found = [
        r
        for r in by_hand("surveys")
        if (r["survey"], r["countries"]) == (survey, countries) and r["question"] == question
    ]
    return float(found[0]["percent"]) if found and found[0]["percent"] else None


def test_squares_and_dots_are_the_percentages_of_the_table():
    built, seen = ASKED(), {}
    for place, survey in product(built.controls["place"].domain, built.controls["survey"].domain):
        finding = built.calculate(place=place, survey=survey, quoted=("hope", "intend"))
        hope, intend = (
            answers_by_hand(survey, surveys.PLACES[place], q) for q in surveys.QUESTIONS.values()
        )
        for width in (NARROW, WIDE):
            marks = built.scene(finding, width).marks
            people = [m for m in marks if m.key.startswith("person")]
            assert len(people) == 100
            looks = [m.look for m in people]
            assert looks.count("pale blue") == (hope or 0)
            assert sum(m.key.startswith("plan") for m in marks) == round(intend or 0)
            unknown = place != "Turkey" and hope is None
            assert (looks.count("hatched grey") == 100) == unknown
            assert (looks.count("dashed grey") == 100) == (place == "Turkey")
        seen[place, survey[:9]] = (hope, intend)
    assert seen["four countries", "UNHCR 5th"] == (75, 5.9)
    assert seen["Lebanon", "UNHCR 5th"] == (86, None)
    assert seen["Iraq", "UNHCR 5th"] == (None, 2.1)
    assert seen["four countries", "UNHCR 4th"] == (None, None)


def test_one_answer_alone_reads_differently_and_nobody_moves():
    built, survey = ASKED(), ASKED().controls["survey"].value
    places, sentences = set(), {}
    for quoted in built.controls["quoted"].domain:
        finding = built.calculate(place="four countries", survey=survey, quoted=quoted)
        scene = built.scene(finding, WIDE)
        people = [m for m in scene.marks if m.key.startswith("person")]
        places.add(tuple((m.x, m.y) for m in people))
        sentences[quoted] = said(built, scene, place="four countries")
    assert len(places) == 1
    assert sentences == {
        (): "In four countries 100 people were asked, and nobody is quoted.",
        ("hope",): "In four countries 75 of 100 people asked hoped to return one day.",
        (
            "intend",
        ): "In four countries about 6 of 100 people asked intended to return within a year.",
        ("hope", "intend"): "In four countries 75 of 100 people asked hoped to return one day and "
        "about 6 intended to within a year.",
    }


def test_no_survey_from_after_the_knowledge_date_is_offered():
    late = {r["survey"] for r in by_hand("surveys") if r["known_on"] > "2020-12-31"}
    offered = set(ASKED().controls["survey"].domain)
    assert len(offered) == 2 and not offered & late


def test_turkey_was_not_asked_and_focus_groups_are_told():
    built = ASKED()
    first, last = built.controls["survey"].domain
    for survey, focus in ((first, True), (last, False)):
        finding = built.calculate(place="Turkey", survey=survey, quoted=("hope", "intend"))
        assert "nobody was asked" in finding.sentence
        assert ("Focus groups" in str(finding.data["cards"])) == focus


# The fan of returns ------------------------------------------------------------------------


def figures_by_hand():
    """Return reporter's series -> [(first, last, people, row id)], by the last day."""
    found = {}
    total = 0
    for r in by_hand("returns"):
        start, end = r["period_start"], r["period_end"]
        if r["series"] == "unhcr_database":
            if r["departure_country"] == "ALL" and "2016" <= end <= "2020-12-31":
                total += int(r["returns"])
                if int(r["returns"]):
                    found.setdefault("database", []).append(("2016", end, total, r["row_id"]))
            continue
        if (
            r["known_on"] > "2020-12-31"
            or "ReliefWeb map" in r["reporter"]
            or r["row_id"] == "R104"
        ):
            continue
        found.setdefault(r["series"], []).append((start, end, int(r["returns"]), r["row_id"]))
    return {who: sorted(rows, key=lambda r: (r[1], r[3])) for who, rows in found.items()}


def test_every_figure_up_to_2020_is_there_and_none_from_later():
    found, hand = returns.figures(frame("returns")), figures_by_hand()
    rows = {row[3]: row[2] for own in hand.values() for row in own}
    assert {one.row_id: one.people for one in found} == rows
    assert max(one.last for one in found).isoformat() == "2020-12-31"
    assert rows["R103"] == 850_000 and rows["R105"] == 1_000_000 and rows["R031"] == 421_702
    assert [one.row_id for one in found if one.first is None] == ["R105"]


def test_six_falls_and_after_the_first_days_two_misfits():
    falls = 0
    for own in figures_by_hand().values():
        falls += sum(b[2] < a[2] for a, b in zip(own, own[1:]))
    found = returns.figures(frame("returns"))
    assert falls == len(returns.falls(found)) == 6
    pairs = {(a.row_id, b.row_id) for a, b in returns.misfits(found)}
    assert pairs == {("R074", "R077"), ("R095", "R096")}
    hand = {r["row_id"]: r for r in by_hand("returns")}
    for low, high in (("R095", "R096"), ("R074", "R077")):
        assert int(hand[high]["returns"]) < int(hand[low]["returns"])
        assert hand[high]["period_start"][:4] <= hand[low]["period_start"][:4]


def test_first_days_that_are_inferred_follow_the_notes_of_the_table():
    notes = {r["row_id"]: r["note"] for r in by_hand("returns")}
    unsure = {one.row_id for one in returns.figures(frame("returns")) if not one.sure}
    assert unsure == {"R077", "R092", "R099", "R101", "R102", "R103", "R105"}
    assert all(
        re.search("inferred|ambiguous|start not stated", notes[r]) for r in unsure - {"R105"}
    )


def test_points_keep_their_places_while_lines_turn_to_their_first_days():
    built = FAN()
    ends, spans = (
        {m.key: m for m in built.scene(built.calculate(view=v, who=tuple(returns.REPORTERS)), WIDE).marks}
        for v in returns.VIEWS
    )  # fmt: skip
    for key in [key for key in ends if key.startswith("figure")]:
        assert (ends[key].x, ends[key].y) == (spans[key].x, spans[key].y)
    base = spans["level 0"].y
    for row in ("R096", "R098", "R103", "R031"):
        assert spans[f"line {row}"].y == pytest.approx(base)
        assert spans[f"line {row}"].x + spans[f"line {row}"].w == pytest.approx(
            spans[f"figure {row}"].x
        )
    assert (
        spans["line R096"].x == spans["line R103"].x < spans["line R098"].x == spans["line R100"].x
    )
    assert spans["figure R105"].look == "hatched orange"
    assert {key for key in spans if key.startswith("box")} == {"box R096", "box R077"}


def test_who_is_left_out_stays_hollow_in_its_place_and_is_not_counted():
    built = FAN()
    finding = built.calculate(view="last day", who=("UNHCR, database",))
    scene = built.scene(finding, WIDE)
    points = [m for m in scene.marks if m.key.startswith("figure")]
    assert len(points) == len(returns.figures(frame("returns")))
    assert sum(m.look == "open line" for m in points) == len(points) - 4
    assert (
        said(built, scene, view="last day") == "Drawn on their last day these figures never fall."
    )
    assert not [m for m in points if m.card and m.look == "open line"]


# Where a table or the folder is missing ----------------------------------------------------


def test_away_from_the_folder_the_stages_still_stand(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tables, "load", tables.load.__wrapped__)
    built = widgets.denominator_switch(frame("hosts"), frame("population"), frame("estimates"))
    card = built.seen(built.opening)[2].marks[0].card
    assert card[1] == "3,641,370 registered [H-TUR-2020]"
    assert widgets.hundred_asked(frame("surveys")).complete
    assert len(widgets.returns_fan(frame("returns")).ahead["states"]) == 128
