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
from brieflab.questions import AnyOf, Mistake, Question
from brieflab.questions.names import canonical
from brieflab.questions.shapes import (
    Text,
    Whole,
)

TOP = Path(__file__).resolve().parents[1]
T = tables.load()
ALL = questions.all()
AUTO = [q for q in ALL if q.kind == "auto"]
VARIED = next(q for q in AUTO if q.varies)
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


@pytest.mark.parametrize(
    "rule", [r for r in rules.RULES if r is not rules.the_worked_answer_is_right], ids=name
)
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


@pytest.mark.parametrize("ids", [["99.2"], ["99.1", "99.3"], ["99.2", "99.1"], ["98.1"]])
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
        "## 99.1 Young trees\n\n1 point · about 3 minutes · ★\n\n"
        "How many trees were planted in 2010 or later?"
    )
    varied = replace(SOUND, points=2.5, stars=3, variants=({"a": "b"},)).heading()
    assert varied.startswith(
        "## 99.1 Young trees\n\n2.5 points · about 3 minutes · ★★★\n\nThe next cell"
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
    known = ALL[0].id
    with pytest.raises(questions.PlainError, match=f"no question '{known}3'.*{known}"):
        questions.get(known + "3")
    assert questions.get(f" {known} ") is ALL[0]


@pytest.mark.parametrize("unknown", ["", "x.1", "99.1", "\u00b2.1", 3, None])
def test_whatever_is_no_question_is_said_in_a_sentence(unknown):
    with pytest.raises(questions.PlainError, match="There is no question"):
        questions.get(unknown)


def test_a_variant_depends_on_learner_and_course_alone():
    def drawn(word):
        return [questions.variant(f"s{n}", word, VARIED) for n in range(60)]

    assert questions.variant("a", "", VARIED) == questions.variant(None, "word", VARIED) == {}
    assert questions.variant("a", "word", SOUND) == {}
    assert questions.variant("A ", "word", VARIED) == questions.variant("a", "word", VARIED)
    assert all(variant in drawn("word") for variant in VARIED.variants)
    assert drawn("word") == drawn("word") != drawn("another word")


def test_a_learner_keeps_the_variant_that_version_1_drew():
    """Drawn with version 1.0.0: whoever began a course then finds the same questions now."""
    question = replace(SOUND, id="9.1", variants=tuple({"kind": kind} for kind in "abc"))
    drawn = [questions.variant(f"s{n}", "word", question)["kind"] for n in range(20)]
    assert "".join(drawn) == "bbcacccaaacbcccccbbb"


def test_another_learners_answer_is_wrong_in_ones_own_variant():
    mine, theirs = VARIED.variants[:2]
    value = VARIED.key(T, VARIED.full(theirs))
    assert questions.judge(VARIED, value, T, theirs).state == "right"
    assert questions.judge(VARIED, value, T, mine).state != "right"


def test_a_mistake_that_happens_to_be_right_is_never_called_a_mistake(orchard):
    mistakes = Mistake("same as key", 4, "wrong"), Mistake("a", 6, "first"), Mistake("b", 6, "then")
    question = replace(SOUND, mistakes=mistakes, right=None)
    assert questions.judge(question, 4, orchard).message == "Right."
    assert questions.judge(question, 6, orchard).message == "first"
    assert [m.name for m, _ in questions.solved(question, orchard)[1]] == ["a"]


def judged(value, tables, **changes):
    """Return (state, message, mistake, share) of an answer to the example with ``changes``."""
    bare = replace(SOUND, **{"key": lambda t, v: 4, "mistakes": (), "right": None, **changes})
    found = questions.judge(bare, value, tables)
    return found.state, found.message, found.mistake, found.awarded_fraction


def test_a_coding_is_named_only_where_there_are_several(orchard):
    several = AnyOf({"with the old": 5, "without": 4})
    said = judged(4, orchard, key=lambda t, v: several)[1]
    assert said == "Right. (Counted without.)"
    assert judged(5, orchard, key=lambda t, v: several)[1] == "Right. (Counted with the old.)"
    assert judged(5, orchard, key=lambda t, v: AnyOf({"": 5, "x": 4}))[1] == "Right."
    assert judged(4, orchard, key=lambda t, v: AnyOf({"x": 4}))[1] == "Right."


def test_a_question_written_anew_never_gets_the_key_of_the_one_before(orchard):
    """Whoever writes a question runs its cell again and again; what was kept is the object's own."""
    for n in range(50):
        assert judged(n, orchard, key=lambda t, v, n=n: n)[0] == "right"


def test_a_wrong_answer_is_compared_with_the_first_key(orchard):
    several = AnyOf({"a": 10, "b": 4})
    assert "too low" in judged(7, orchard, key=lambda t, v: several)[1]
    share = judged(7, orchard, key=lambda t, v: several, award=lambda n, key: n / key)[3]
    assert share == 0.7


def test_a_mistake_is_told_of_all_that_fits_it_but_another_made_value_comes_first(orchard):
    mistakes = (
        Mistake("large", 9, "Too many.", lambda n, t, v: n > 6),
        Mistake("eight", 8, "Eight."),
    )
    told = {n: judged(n, orchard, mistakes=mistakes)[1:3] for n in (7, 8, 9)}
    assert told == dict.fromkeys((7, 9), ("Too many.", "large")) | {8: ("Eight.", "eight")}
    assert judged(5, orchard, mistakes=mistakes)[:1] == ("value",)


def test_a_rule_tells_the_first_of_its_findings(orchard):
    def amiss(normal, tables):
        return [f"{normal} is not {n}." for n in (4, 5) if normal < n]

    changes = {"findings": amiss, "mistakes": (Mistake("three", 3, "Three."),)}
    assert judged(5, orchard, **changes)[:2] == ("right", "Right.")
    assert judged(3, orchard, **changes)[:3] == ("misconception", "Three. 3 is not 4.", "three")
    assert judged(2, orchard, **changes)[:3] == ("value", "2 is not 4.", "")
    assert judged(4, orchard, **changes)[:3] == ("value", "4 is not 5.", "")


def test_a_slip_of_format_is_a_misconception(orchard):
    state, said, mistake, share = judged(-4, orchard, expects=Whole(low=None))
    assert (state, mistake, share) == ("misconception", "format: sign", 0)
    assert said == "I received -4: the size is right, the sign is reversed."


def test_what_was_too_large_to_keep_is_judged_as_it_was_told(orchard):
    told = {"not_stored": "a list of 9,000"}
    found = questions.judge(SOUND, told, orchard)
    assert (found.state, found.normal) == ("type", told)
    assert found.message == "I received a list of 9,000, but expect a number of trees."


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
