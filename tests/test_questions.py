"""The questions of this course keep the rules of any course; what engine and shapes make of answers."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import nbformat
import pandas as pd
import pytest
import question_rules as rules
from brieflab import questions, tables
from brieflab.course import AS_OF
from brieflab.questions import Mistake, Question
from brieflab.questions.names import canonical
from brieflab.questions.shapes import (
    Chart,
    Choice,
    Day,
    Function,
    InOrder,
    Mapping,
    Name,
    Names,
    Number,
    Refused,
    Table,
    Text,
    Truth,
    Whole,
)

TOP = Path(__file__).resolve().parents[1]
T = tables.load()
ALL = questions.all()
AUTO = [q for q in ALL if q.kind == "auto"]
CASES = [(q, v) for q in ALL for v in (q.variants or ({},))]


def name(value):
    if isinstance(value, Question):
        return value.id
    return getattr(value, "__name__", "") or "-".join(map(str, value.values())) or "plain"


def cells(folder, lesson, kind):
    """Return the sources of one kind of cell in the notebook of a lesson."""
    path = next((TOP / folder).glob(f"{lesson:02}_*.ipynb"))
    return [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == kind]


# ---- the questions of this course


def test_each_lesson_has_questions_and_numbers_them():
    rules.in_order(ALL)
    assert {question.lesson for question in ALL} == set(questions.lessons())


@pytest.mark.parametrize("rule", set(rules.RULES) - {rules.the_worked_answer_is_right}, ids=name)
@pytest.mark.parametrize("question, variant", CASES, ids=name)
def test_a_question_keeps_the_rules(question, variant, rule):
    rule(question, T, variant)


@pytest.mark.parametrize("question, variant", CASES, ids=name)
def test_the_worked_answer_runs_on_what_the_lesson_may_know(question, variant):
    space = {}
    for each in T.names():
        table = T[each].copy()
        if question.lesson <= 6 and "known_on" in table and each not in ("hosts", "population"):
            table = table[table["known_on"] <= AS_OF]
        space[each] = table
    rules.the_worked_answer_is_right(question, T, variant, space)


@pytest.mark.parametrize("question", ALL, ids=name)
def test_a_solution_opens_each_question_with_its_heading(question):
    assert question.heading() in cells("solutions", question.lesson, "markdown")


@pytest.mark.parametrize("lesson", questions.lessons())
def test_an_exercise_promises_the_minutes_and_points_of_its_questions(lesson):
    asked = questions.of_lesson(lesson)
    minutes, points = sum(q.minutes for q in asked), sum(q.points for q in asked)
    assert (
        f"About {minutes} minutes, {points:g} points." in cells("exercises", lesson, "markdown")[0]
    )


@pytest.mark.parametrize("question", AUTO, ids=name)
def test_the_first_step_speaks_of_dots_where_the_exercise_has_them(question):
    code = cells("exercises", question.lesson, "code")
    answer = next(source for source in code if f"{question.name} =" in source)
    said = questions.judge(question, ..., T).message
    assert ("Replace the dots" in said) == ("..." in answer)


def test_checks_of_all_lessons_need_neither_matplotlib_nor_networkx(tmp_path):
    """They cost a second of a cold kernel. A fresh process, since this one has imported both."""
    code = (
        "import sys\n"
        "from brieflab import questions, tables\n"
        "from brieflab.check import check\n"
        "for q in questions.all():\n"
        "    check(q.id, q.key(tables.load(), q.full()) if q.key else 'a text')\n"
        "    heavy = {'matplotlib', 'networkx'} & set(sys.modules)\n"
        "    assert not heavy, (q.id, heavy)\n"
    )
    env = {**os.environ, "BRIEFLAB_SHEET": str(tmp_path / "answers.json")}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert len(json.loads((tmp_path / "answers.json").read_text())["answers"]) == len(ALL)


# ---- the rules, on the question that the docstring of ``questions`` gives as an example


@pytest.fixture(scope="session")
def orchard(tmp_path_factory):
    """The tables of the example: an orchard."""
    folder = tmp_path_factory.mktemp("orchard")
    trees = pd.DataFrame({"kind": list("aabbc"), "planted": [1998, 2010, 2010, 2015, 2021]})
    trees.to_csv(folder / "trees.csv", index=False)
    return tables.Tables(folder)


def example():
    """Return the questions of the docstring, made by running it."""
    code, space = re.search(r"::\n\n((?:    .*\n|\n)+)", questions.__doc__)[1], {}
    exec(dedent(code), space)
    return space["QUESTIONS"]


def test_a_question_made_from_the_docstring_keeps_the_rules(orchard):
    rules.hold(example(), orchard)


def written(**changes):
    """Return a written question that keeps the rules, with ``changes``."""
    whole = {
        "kind": "text",
        "key": None,
        "mistakes": (),
        "worked": None,
        "expects": Text(),
        "criteria": (("A", "0123"), ("B", "0123")),
        "samples": dict.fromkeys(range(4), ("a text", "a note")),
    }
    return replace(example()[0], **{**whole, **changes})


def test_a_written_question_keeps_the_rules(orchard):
    rules.hold([written()], orchard)


SOUND = example()[0]
FLAWS = (
    (rules.is_complete, replace(SOUND, title="")),
    (rules.is_complete, replace(SOUND, minutes=0)),
    (rules.is_complete, replace(SOUND, stars=4)),
    (rules.is_complete, replace(SOUND, prompt="word " * 61)),
    (rules.is_complete, replace(SOUND, prompt="Which?", variants=({"kind": "pear"},))),
    (rules.is_complete, replace(SOUND, hints=SOUND.hints[:2])),
    (rules.is_marked_by_a_key_or_by_a_person, replace(SOUND, mistakes=SOUND.mistakes[:1])),
    (rules.is_marked_by_a_key_or_by_a_person, replace(SOUND, mistakes=SOUND.mistakes[:1] * 2)),
    (rules.is_marked_by_a_key_or_by_a_person, replace(SOUND, worked=None)),
    (rules.is_marked_by_a_key_or_by_a_person, written(criteria=(("A", "0123"),))),
    (rules.is_marked_by_a_key_or_by_a_person, written(samples={3: ("a text", "a note")})),
    (rules.is_marked_by_a_key_or_by_a_person, written(expects=Text(1))),
    (rules.keys_are_right, replace(SOUND, is_right=lambda normal, key: False)),
    (rules.keys_are_right, replace(SOUND, expects=Whole(high=3))),
    (rules.mistakes_are_told_apart, replace(SOUND, mistakes=SOUND.mistakes[:1] * 2)),
    (
        rules.mistakes_are_told_apart,
        replace(SOUND, mistakes=(Mistake("a", 1, "No."), Mistake("b", 2, "No."))),
    ),
    (rules.mistakes_are_told_apart, replace(SOUND, mistakes=(Mistake("a", 1, "no " * 61),))),
    (rules.mistakes_are_told_apart, replace(SOUND, mistakes=(Mistake("a", 4, "Right, really."),))),
    (rules.the_worked_answer_is_right, replace(SOUND, worked="len(trees)")),
    (
        rules.the_worked_answer_is_right,
        replace(SOUND, hints=("a", "b", "use " + SOUND.worked({}, {}))),
    ),
)


@pytest.mark.parametrize("rule, question", FLAWS)
def test_a_rule_finds_the_question_that_breaks_it(rule, question, orchard):
    with pytest.raises((AssertionError, ValueError)):
        for variant in question.variants or ({},):
            rule(question, orchard, variant)


@pytest.mark.parametrize("ids", [["9.2"], ["9.1", "9.3"], ["9.2", "9.1"], ["8.1"]])
def test_questions_out_of_order_are_found(ids):
    with pytest.raises(AssertionError):
        rules.in_order([replace(SOUND, id=each) for each in ids])


def test_what_is_asked_of_neither_tables_nor_variant_is_given_as_it_is(orchard):
    def told(mistake):
        return mistake.make(orchard, {}), mistake.message(orchard, {})

    assert told(Mistake("m", False, "No.")) == (False, "No.")
    assert told(Mistake("m", lambda t, v: len(t.trees), lambda t, v: f"{v}!")) == (5, "{}!")
    question = replace(SOUND, worked="4", right=lambda t, v: f"Of {len(t.trees)}.")
    assert question.worked(orchard, {}) == "4"
    assert questions.judge(question, 4, orchard).message == "Right. Of 5."
    bare = replace(SOUND, worked=None, right=None)
    assert bare.worked is None and questions.judge(bare, 4, orchard).message == "Right."


def test_a_heading_shows_the_prompt_or_where_it_is_asked_and_a_note():
    assert SOUND.heading() == (
        "## 9.1 Young trees\n\n1 point · about 3 minutes · ★\n\n"
        "How many trees were planted in 2010 or later?"
    )
    varied = replace(SOUND, points=2.5, stars=3, variants=({"a": "b"},)).heading()
    assert varied.startswith(
        "## 9.1 Young trees\n\n2.5 points · about 3 minutes · ★★★\n\nThe next cell"
    )
    assert SOUND.prompt not in varied
    assert written().heading().endswith("give your text a level, and revise it.")
    assert written(note="No box.").heading().endswith("or later?\n\nNo box.")


# ---- engine


@pytest.mark.parametrize("question", [SOUND, written()], ids=["auto", "text"])
@pytest.mark.parametrize(
    "blank",
    [..., None, "", "...", [], {}, [..., ...], {"a": ...}, pd.DataFrame(), pd.Series(dtype=float)],
    ids=repr,
)
def test_what_is_not_answered_is_blank(question, blank, orchard):
    judged = questions.judge(question, blank, orchard)
    assert judged.state == "blank" and judged.awarded_fraction == 0


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


# ---- shapes


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
        (InOrder(("a", "b"), Whole()), pd.Series([1, 2]), [1, 2]),
        (InOrder(("a", "b"), Whole()), {"b": 2, "a": 1}, [1, 2]),
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
    assert got == normal
    assert shape.read(json.loads(json.dumps(got))) == normal


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
        (InOrder(("a", "b"), Whole()), [1], "shape", "a; b"),
        (InOrder(("a", "b"), Whole()), [1, ...], "shape", "still empty"),
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
    with pytest.raises(Refused, match=re.escape(said)) as refused:
        shape.read(value)
    assert refused.value.state == state and len(str(refused.value).split()) <= 60


def test_format_slips_are_named_once_for_all_questions():
    share = Number("a share", tolerance=0.005, low=0, high=1, unit="proportion")
    assert share.slip(7.6, 0.076)[0] == "percent"
    assert Number(unit="percent").slip(0.076, 7.6)[0] == "proportion"
    assert Number().slip(-3, 3)[0] == "sign"
    assert Names(ordered=True).slip(["b", "a"], ["a", "b"])[0] == "reversed"
    assert Names(ordered=True).slip(["b", "c", "a"], ["a", "b", "c"])[0] == "order"
    assert InOrder(("low", "high"), Number()).slip([2, 1], [1, 2])[0] == "reversed"


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
    assert got == {
        "labels": ["Turkey", "Lebanon"],
        "values": [3.0, 2.0],
        "zero_base": True,
        "title": "Turkey hosts most",
        "axis": "people",
        "alt": "Bar chart",
    }
    assert Chart().read(got) == got
