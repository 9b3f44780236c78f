"""Every question: its key is right, each catalogued wrong answer is told apart, in every variant."""

import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from brieflab import questions, tables
from brieflab.course import AS_OF
from brieflab.questions import AnyOf, Mistake, Question
from brieflab.questions.names import canonical
from brieflab.questions.shapes import (
    Chart,
    Choice,
    Day,
    Function,
    Mapping,
    Name,
    Names,
    Number,
    Row,
    Table,
    Truth,
    Whole,
)

POINTS = {
    1: (5, 10),
    2: (6, 12),
    3: (6, 12),
    4: (6, 12),
    5: (5, 12),
    6: (5, 12),
    7: (6, 12),
    8: (5, 18),
}
"""Lesson -> items and points, as the curriculum sets them."""

TOP = Path(__file__).resolve().parents[1]
T = tables.load()
ALL = questions.all()
AUTO = [q for q in ALL if q.kind == "auto"]
TEXT = [q for q in ALL if q.kind == "text"]
CASES = [(q, v) for q in AUTO for v in (q.variants or ({},))]


def name(value):
    return (
        value.id if isinstance(value, Question) else "-".join(map(str, value.values())) or "plain"
    )


def test_the_module_has_its_hundred_points_and_its_wrong_answers():
    assert len(ALL) == 44 and sum(q.points for q in ALL) == 100
    kept = [m for q in AUTO for m, _ in questions.solved(q, T)[1]]
    assert len(kept) >= 100


@pytest.mark.parametrize("lesson", POINTS)
def test_a_lesson_has_its_items_and_points(lesson):
    found = [q for q in ALL if q.lesson == lesson]
    assert (len(found), sum(q.points for q in found)) == POINTS[lesson]
    assert [q.id for q in found] == [f"{lesson}.{n}" for n in range(1, len(found) + 1)]


@pytest.mark.parametrize("question", ALL, ids=name)
def test_a_question_is_complete(question):
    assert question.title and question.objective and question.minutes > 0
    assert question.stars in (1, 2, 3)
    assert len(question.hints) == 3 and all(question.hints)
    assert len(question.prompt.split()) <= 60
    question.asked()


@pytest.mark.parametrize("question", AUTO, ids=name)
def test_an_automatic_question_knows_two_mistakes_or_more(question):
    assert len(question.mistakes) >= 2
    assert len({m.name for m in question.mistakes}) == len(question.mistakes)


@pytest.mark.parametrize("question", TEXT, ids=name)
def test_a_written_question_has_its_rubric_and_a_sample_at_each_level(question):
    assert 2 <= len(question.criteria) <= 5
    assert sorted(question.samples) == [0, 1, 2, 3]
    assert all(text and note for text, note in question.samples.values())
    assert questions.judge(question, question.samples[3][0], T).state == "recorded"


@pytest.mark.parametrize("question, variant", CASES, ids=name)
def test_each_key_is_right_also_when_it_comes_back_from_a_file(question, variant):
    key = question.key(T, question.full(variant))
    for value in key.values() if isinstance(key, AnyOf) else [key]:
        first = questions.judge(question, value, T, variant)
        assert first.state == "right" and first.awarded_fraction == 1
        stored = json.loads(json.dumps(first.normal, allow_nan=False))
        assert questions.judge(question, stored, T, variant) == first


@pytest.mark.parametrize("question, variant", CASES, ids=name)
def test_each_catalogued_wrong_answer_gets_its_own_message(question, variant):
    """In another variant a mistake may happen to be right or equal: then it is never mislabelled."""
    told, v = {}, question.full(variant)
    _, kept = questions.solved(question, T, variant)
    if v == question.full():
        assert [m.name for m, _ in kept] == [m.name for m in question.mistakes]
    for mistake, _ in kept:
        judged = questions.judge(question, mistake.make(T, v), T, variant)
        assert (judged.state, judged.mistake) == ("misconception", mistake.name)
        assert judged.awarded_fraction < 1 or question.award
        assert len(judged.message.split()) <= 60, judged.message
        told[mistake.name] = judged.message
    assert len(set(told.values())) == len(told)


@pytest.mark.parametrize("question, variant", CASES, ids=name)
def test_the_worked_answer_runs_and_is_right(question, variant):
    if question.worked is None:
        pytest.fail(f"{question.id} has no worked answer")
    space = {"pd": pd}
    for each in T.names():
        table = T[each].copy()
        if question.lesson <= 6 and "known_on" in table and each not in ("hosts", "population"):
            table = table[table["known_on"] <= AS_OF]
        space[each] = table
    lines = question.worked(T, question.full(variant)).split("\n")
    start = max(n for n, line in enumerate(lines) if line and line[0] not in " )]}\t#")
    exec("\n".join(lines[:start]), space)
    answer = eval("\n".join(lines[start:]).split("  #")[0], space)
    judged = questions.judge(question, answer, T, variant)
    assert judged.state == "right", judged.message


@pytest.mark.parametrize("question", ALL, ids=name)
@pytest.mark.parametrize(
    "blank",
    [..., None, "", "...", [], {}, [..., ...], {"a": ...}, pd.DataFrame(), pd.Series(dtype=float)],
    ids=repr,
)
def test_what_is_not_answered_is_blank(question, blank):
    judged = questions.judge(question, blank, T)
    assert judged.state == "blank" and judged.awarded_fraction == 0


@pytest.mark.parametrize("question", AUTO, ids=name)
def test_the_first_step_speaks_of_dots_where_the_exercise_has_them(question):
    path = next((TOP / "exercises").glob(f"{question.lesson:02}_*.ipynb"))
    cells = (cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code")
    answer = next(source for source in cells if f"{question.name} =" in source)
    said = questions.judge(question, ..., T).message
    assert ("Replace the dots" in said) == ("..." in answer)


def test_an_unknown_question_is_named_with_a_suggestion():
    with pytest.raises(questions.PlainError, match="no question '2.33'.*2.3"):
        questions.get("2.33")


def test_a_variant_depends_on_learner_and_course_alone():
    question = questions.get("2.3")
    assert questions.variant("a", "", question) == {}
    assert questions.variant("", "word", question) == {}
    assert questions.variant("A ", "word", question) == questions.variant("a", "word", question)
    drawn = [questions.variant(f"s{n}", "word", question)["actor"] for n in range(60)]
    assert set(drawn) == {v["actor"] for v in question.variants}
    assert questions.variant("s1", "word", questions.get("2.1")) == {}


def test_another_learners_answer_is_wrong_in_ones_own_variant():
    question = questions.get("2.3")
    turkey = questions.judge(question, question.key(T, {"actor": "Turkey"}), T)
    assert questions.judge(question, turkey.normal, T, {"actor": "Jordan"}).state == "value"


def test_a_mistake_that_happens_to_be_right_is_never_called_a_mistake():
    question = Question(
        id="0.0",
        lesson=0,
        title="t",
        prompt="p",
        points=1,
        minutes=1,
        stars=1,
        objective="o",
        expects=Whole(),
        hints=(),
        key=lambda t, v: 5,
        mistakes=(
            Mistake("same as key", lambda t, v: 5, lambda t, v: "wrong"),
            Mistake("first", lambda t, v: 6, lambda t, v: "first"),
            Mistake("second", lambda t, v: 6, lambda t, v: "second"),
        ),
    )
    assert questions.judge(question, 5, T).state == "right"
    assert questions.judge(question, 6, T).message == "first"
    assert [m.name for m, _ in questions.solved(question, T)[1]] == ["first"]


@pytest.mark.parametrize("text", ["Türkiye", "TURKEY", " turkiye", "the Republic of Turkey", "TUR"])
def test_turkey_is_recognised_however_it_is_written(text):
    assert canonical(text) == "Turkey"


@pytest.mark.parametrize(
    "text, said",
    [
        ("Mezentsev", "Mikhail Mizintsev"),
        ("palestine", "State of Palestine"),
        ("U.S.", "United States"),
        ("Atlantis", "Atlantis"),
        ("Ru\u200bssia", "Russia"),
        ("", ""),
    ],
)
def test_names_have_one_spelling(text, said):
    assert canonical(text) == said


FRAME = pd.DataFrame({"host": ["Lebanon", "Türkiye"], "n": [1, 2]})


@pytest.mark.parametrize(
    "shape, value, normal",
    [
        (Number(), pd.Series([2.5]).iloc[0], 2.5),
        (Number(), pd.Series([3]), 3),
        (Whole(), 12.0, 12),
        (Truth(), pd.Series([True]).iloc[0], True),
        (Choice("yes", "no"), " YES ", "yes"),
        (Names(), pd.Series(["Türkiye", "Iraq", "Iraq"]), ["Iraq", "Turkey"]),
        (Names(), "Iraq; Türkiye", ["Iraq", "Turkey"]),
        (Names(), pd.Index(["Iraq"]), ["Iraq"]),
        (Names(), pd.Series([1, 2], index=["Iraq", "Iran"]), ["Iran", "Iraq"]),
        (Names(ordered=True), FRAME["host"], ["Lebanon", "Turkey"]),
        (Row(("a", "b"), Whole()), pd.Series([1, 2]), [1, 2]),
        (Row(("a", "b"), Whole()), {"b": 2, "a": 1}, [1, 2]),
        (Mapping("m", Whole()), FRAME, {"Lebanon": 1, "Turkey": 2}),
        (Mapping("m", Whole()), FRAME.set_index("host")["n"], {"Lebanon": 1, "Turkey": 2}),
        (Mapping("m", Whole()), [("Iraq", 3)], {"Iraq": 3}),
        (Day(), pd.Timestamp("2020-11-11 10:00"), "2020-11-11"),
        (Day(), "11 November 2020", "2020-11-11"),
        (
            Table("t", {"host": Name(), "n": Whole()}, ["host"]),
            FRAME.set_index("host"),
            {"columns": ["host", "n"], "rows": [["Lebanon", 1], ["Turkey", 2]]},
        ),
        (Function("f", [(1,), (2,)], Number()), lambda x: x / 2, [0.5, 1]),
    ],
    ids=lambda x: type(x).__name__,
)
def test_a_shape_reads_numpy_pandas_and_python_alike(shape, value, normal):
    got = shape.read(value)
    assert got.ok and got.normal == normal
    assert shape.read(json.loads(json.dumps(got.normal))).normal == normal


@pytest.mark.parametrize(
    "shape, value, state, said",
    [
        (Number(), "60 %", "type", "quotation marks"),
        (Number(), float("nan"), "type", "no usable number"),
        (Number(), [1, 2], "shape", "one number"),
        (Number(), True, "type", "truth value"),
        (Number(low=0, high=1), 7, "shape", "between 0 and 1"),
        (Whole(), 2.5, "type", "no decimals"),
        (Choice("yes", "no"), "yess", "shape", "Did you mean 'yes'"),
        (Names(ordered=True), {"a"}, "shape", "no order"),
        (Names(), FRAME, "shape", "one column"),
        (Row(("a", "b"), Whole()), [1], "shape", "a; b"),
        (Row(("a", "b"), Whole()), [1, ...], "shape", "still empty"),
        (Mapping("m", Whole()), [("Iraq", 3), ("iraq", 4)], "shape", "stands twice"),
        (Day(), "11/12/2020", "shape", "year-month-day"),
        (Table("t", {"host": Name(), "m": Whole()}, ["host"]), FRAME, "shape", "no column 'm'"),
        (Function("f", [(1,)], Number()), lambda x: x / 0, "type", "ZeroDivisionError"),
        (Function("f", [(1,)], Number()), lambda x: None, "type", "returned nothing"),
        (Chart(), 3, "type", "the number 3"),
    ],
    ids=lambda x: type(x).__name__,
)
def test_a_shape_says_what_it_received(shape, value, state, said):
    got = shape.read(value)
    assert not got.ok and got.state == state
    assert said in got.message and len(got.message.split()) <= 60


def test_format_slips_are_named_once_for_all_questions():
    share = Number("a share", tolerance=0.005, low=0, high=1, unit="proportion")
    assert share.slip(7.6, 0.076)[0] == "percent"
    assert Number(unit="percent").slip(0.076, 7.6)[0] == "proportion"
    assert Number().slip(-3, 3)[0] == "sign"
    assert Names(ordered=True).slip(["b", "a"], ["a", "b"])[0] == "reversed"
    assert Names(ordered=True).slip(["b", "c", "a"], ["a", "b", "c"])[0] == "order"
    assert Row(("low", "high"), Number()).slip([2, 1], [1, 2])[0] == "reversed"


@pytest.mark.parametrize("flat", [True, False])
def test_a_chart_is_read_by_its_features(flat):
    from brieflab.figures import new_figure

    figure = new_figure()
    axes = figure.add_subplot()
    if flat:
        axes.barh(["Türkiye", "Lebanon"], [3, 2])
        axes.invert_yaxis()
        axes.set_xlabel("people")
    else:
        axes.bar(["Türkiye", "Lebanon"], [3, 2])
        axes.set_ylabel("people")
    axes.set_title("Turkey hosts most")
    got = Chart().read((figure, "Bar chart"))
    assert got.ok and got.normal == {
        "labels": ["Turkey", "Lebanon"],
        "values": [3.0, 2.0],
        "zero_base": True,
        "title": "Turkey hosts most",
        "axis": "people",
        "alt": "Bar chart",
    }
    assert Chart().read(got.normal).normal == got.normal
