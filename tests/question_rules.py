"""What holds for the questions of any course: rules that a test applies to a list of questions.

A rule takes a question, the tables and a variant of the question, and raises AssertionError where
the question breaks it. ``RULES`` are all of them; ``hold`` applies them to a whole list.
"""

import ast
import json

import pandas as pd

from brieflab import questions
from brieflab.questions import AnyOf

MOST_WORDS = 60


def in_order(asked):
    """The questions of each lesson are numbered from 1 on, and carry their lesson's number."""
    for lesson in {question.lesson for question in asked}:
        ids = [question.id for question in asked if question.lesson == lesson]
        assert ids == [f"{lesson}.{n}" for n in range(1, len(ids) + 1)], ids


def is_complete(question, tables, variant):
    """Title, objective, points, minutes, stars, a prompt that can be read, three hints."""
    assert question.title and question.objective, question.id
    assert question.points > 0 and question.minutes > 0 and question.stars in (1, 2, 3), question.id
    assert 0 < len(question.prompt.split()) <= MOST_WORDS, question.id
    asked = question.asked(variant)
    assert all(str(value) in asked for value in variant.values()), question.id
    assert len(question.hints) == 3 and all(question.hints), f"{question.id} needs three hints"


def is_marked_by_a_key_or_by_a_person(question, tables, variant):
    """A key, two mistakes and a worked answer; or two rubric rows and a sample at each level."""
    if question.kind == "auto":
        assert question.key and question.worked, question.id
        named = {mistake.name for mistake in question.mistakes}
        assert len(named) >= 2, f"{question.id} needs two mistakes or more, each with its own name"
        return
    assert question.kind == "text" and 2 <= len(question.criteria) <= 5, (
        f"{question.id} needs two to five rows of the rubric"
    )
    assert sorted(question.samples) == [0, 1, 2, 3], f"{question.id} needs a sample a level"
    for sample, note in question.samples.values():
        assert sample and note, question.id
        assert questions.judge(question, sample, tables).state == "recorded", question.id


def keys_are_right(question, tables, variant):
    """Every key is right, also when it comes back from a file."""
    if question.kind == "text":
        return
    key = question.key(tables, question.full(variant))
    for value in key.values() if isinstance(key, AnyOf) else [key]:
        first = questions.judge(question, value, tables, variant)
        assert (first.state, first.awarded_fraction) == ("right", 1), (question.id, first)
        stored = json.loads(json.dumps(first.normal, allow_nan=False))
        assert questions.judge(question, stored, tables, variant) == first, question.id


def mistakes_are_told_apart(question, tables, variant):
    """Each wrong answer gets a message of its own, short enough to be read.

    In a further variant a mistake may happen to be right or equal another: it is dropped there.
    """
    if question.kind == "text":
        return
    told, v = {}, question.full(variant)
    kept = [mistake for mistake, _ in questions.solved(question, tables, variant)[1]]
    if v == question.full():
        assert kept == list(question.mistakes), question.id
    for mistake in kept:
        judged = questions.judge(question, mistake.make(tables, v), tables, variant)
        assert (judged.state, judged.mistake) == ("misconception", mistake.name), (
            question.id,
            judged,
        )
        assert judged.awarded_fraction < 1 or question.award, (question.id, mistake.name)
        assert len(judged.message.split()) <= MOST_WORDS, (question.id, judged.message)
        told[mistake.name] = judged.message
    assert len(set(told.values())) == len(kept) == len(told), (question.id, told)


def the_worked_answer_is_right(question, tables, variant, space=None):
    """The worked answer runs on the tables by name (or on ``space``) and gives a right answer."""
    if question.kind == "text":
        return
    names = {"pd": pd, **(space or {name: tables[name] for name in tables.names()})}
    worked = question.worked(tables, question.full(variant))
    *before, last = ast.parse(worked).body
    exec(compile(ast.Module(before, []), question.id, "exec"), names)
    answer = eval(compile(ast.Expression(last.value), question.id, "eval"), names)
    judged = questions.judge(question, answer, tables, variant)
    assert judged.state == "right", (question.id, judged.message)
    assert worked not in question.hints[-1], f"{question.id}: the third hint is the worked answer"


RULES = (
    is_complete,
    is_marked_by_a_key_or_by_a_person,
    keys_are_right,
    mistakes_are_told_apart,
    the_worked_answer_is_right,
)


def hold(asked, tables):
    """Apply all rules to the questions ``asked`` in all their variants."""
    in_order(asked)
    for question in asked:
        for variant in question.variants or ({},):
            for rule in RULES:
                rule(question, tables, variant)
