"""check and write: a message and a sound sheet for any object, never an exception."""

import json
from decimal import Decimal
from html import unescape

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brieflab import questions, sheet, tables
from brieflab.check import (
    ask,
    bring,
    check,
    feedback,
    learner,
    progress,
    recover,
    strip,
    tools,
    transfer,
    write,
    writing,
)
from brieflab.html import Page
from brieflab.plain import PlainError

T = tables.load()
AUTO = [q for q in questions.all() if q.kind == "auto"]
TEXT = [q for q in questions.all() if q.kind == "text"]


@pytest.fixture
def shown(sheet_path, monkeypatch):
    """Collect what is displayed, as in a kernel."""
    found = []

    class Handle:
        def update(self, thing):
            found.append(thing)

    for room in (feedback, strip, transfer, writing):
        monkeypatch.setattr(room, "show", lambda thing, **k: (found.append(thing), Handle())[1])
        monkeypatch.setattr(room, "in_kernel", lambda: True, raising=room is not transfer)
    return found


def cards(shown):
    return [thing for thing in shown if isinstance(thing, Page)]


def right(question):
    key = question.key(T, question.full())
    return next(iter(key.values())) if isinstance(key, questions.AnyOf) else key


class Hostile:
    """An object that refuses everything."""

    def _no(self, *args):
        raise RuntimeError("no")

    __len__ = __iter__ = __str__ = __repr__ = __bool__ = __eq__ = __hash__ = __getattr__ = _no


RECURSIVE = [1]
RECURSIVE.append(RECURSIVE)
LOOP = {}
LOOP["again"] = LOOP
ODD = [
    float("nan"),
    float("inf"),
    -float("inf"),
    10**400,
    -(10**400),
    1e308,
    2 + 1j,
    b"bytes",
    "x" * 10**6,
    RECURSIVE,
    LOOP,
    lambda: 1,
    print,
    object(),
    Hostile(),
    type,
    Ellipsis,
    NotImplemented,
    range(10**9),
    iter([1]),
    (n for n in [1]),
    {1, "a", None},
    frozenset(),
    np.array([[1, 2], [3, 4]]),
    np.array(["2020-11-11"], dtype="datetime64[D]"),
    np.float32("nan"),
    np.bool_(True),
    pd.NA,
    pd.NaT,
    pd.DataFrame(),
    pd.DataFrame({"a": []}),
    pd.DataFrame({"a": [1]}, index=[("x", 1)]),
    pd.DataFrame([[1, 2]], columns=["a", "a"]),
    pd.Series([1, "a", None, 2.5], index=[1, "b", None, 2.0]),
    pd.MultiIndex.from_tuples([(1, 2)]),
    pd.Series({"S001": None}),
    pd.Series([[1], {2: 3}]),
    {None: None},
    {("a", 1): 2},
    ["\ud800"],
    "\u202e\u200b\u0000",
    "<script>alert(1)</script>",
    "=1+1",
    [[[[[[[[1]]]]]]]],
    pd.Timestamp("2020-11-11"),
    PlainError("x"),
    ValueError,
    {"not_stored": "x"},
    Decimal("sNaN"),
    Decimal("3"),
    {"columns": [], "rows": []},
    {"columns": ["a"], "rows": [[1]]},
    [None],
    [...],
    [float("nan")] * 3,
]


def sound(path):
    """The sheet can be read, fits the schema, and is of bounded size."""
    if path.exists():
        data = path.read_bytes()
        now = sheet.read(data)
        assert "unreadable" not in now and not sheet.wrong_with(now)
        assert len(data) < 2_000_000


@pytest.mark.parametrize("question", AUTO, ids=lambda q: q.id)
def test_odd_objects_get_a_message_and_leave_a_sound_sheet(question, shown, sheet_path):
    for value in ODD:
        shown.clear()
        check(question.id, value)
        card = cards(shown)[0]
        assert len(card.text.split()) <= 75 and "Traceback" not in card.text
        assert "fault" not in card.text or isinstance(value, Hostile), (type(value), card.text)
        assert "<script" not in card.html
        assert "Right" not in card.text or question.id == "8.3"
        sound(sheet_path)


def test_ten_million_rows_are_refused_without_being_read(shown, sheet_path):
    big = pd.DataFrame({"source_id": np.zeros(10_000_000, dtype="int8")})
    for question in AUTO:
        for value in (big, big["source_id"], big.assign(status=1)):
            shown.clear()
            check(question.id, value)
            assert cards(shown)[0].text
    sound(sheet_path)


plain_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.binary(max_size=9),
    st.dates(),
    st.complex_numbers(),
    st.decimals(allow_nan=False),
    st.sampled_from(["Türkiye", "not invited", "S001", "2020-11-11", "60 %", "True"]),
)
nested = st.recursive(
    plain_values,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.tuples(inner, inner),
        st.frozensets(plain_values, max_size=4),
        st.dictionaries(plain_values, inner, max_size=4),
        st.lists(plain_values, max_size=6).map(lambda v: pd.Series(v, dtype=object)),
        st.lists(st.tuples(plain_values, plain_values), min_size=1, max_size=4).map(pd.DataFrame),
    ),
    max_leaves=8,
)


@settings(
    max_examples=200,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(value=nested, question=st.sampled_from(AUTO + TEXT))
def test_any_python_object_gets_a_message_and_the_grader_agrees(value, question, shown, sheet_path):
    shown.clear()
    check(question.id, value)
    card = cards(shown)[0]
    assert card.text and "fault" not in card.text, (value, card.text)
    sound(sheet_path)
    if card.data:
        stored = sheet.load()["answers"][question.id]
        again = questions.judge(question, stored["value"], T)
        assert (again.state == "right") == (stored["state"] == "right")
        json.dumps(card.data, allow_nan=False)


@pytest.mark.parametrize("question", AUTO, ids=lambda q: q.id)
def test_a_right_answer_is_recorded_in_the_sheet_and_in_the_output(question, shown):
    check(question.id, right(question))
    card = cards(shown)[0]
    stored = sheet.load()["answers"][question.id]
    assert (
        stored["state"] == "right" and stored["tries"] == 1 and stored["lesson"] == question.lesson
    )
    assert card.data[sheet.MIME] == {"id": question.id, "learner": "", **stored}
    assert card._repr_mimebundle_()[sheet.MIME] == card.data[sheet.MIME]
    assert "all tests passed" not in card.text.lower()


def test_a_blank_does_not_erase_an_answer(shown):
    check("2.2", "Arab states")
    check("2.2", ...)
    assert sheet.load()["answers"]["2.2"]["value"] == "Arab states"
    assert "still holds" in cards(shown)[-1].text and cards(shown)[-1].data == {}


def boxes(folds):
    return [part for part in folds.children if type(part).__name__ == "Checkbox"]


def test_hints_are_opened_in_steps_and_the_worked_answer_after_a_real_attempt(shown):
    check("2.2")
    assert [box.description[:6] for box in boxes(shown[-1])] == ["Hint 1", "Hint 2", "Hint 3"]
    boxes(shown[-1])[1].value = True
    assert sheet.load()["answers"]["2.2"]["hints"] == 2
    check("2.2", 7)
    assert len(boxes(shown[-1])) == 3
    check("2.2", "both")
    worked = boxes(shown[-1])[3]
    assert worked.description == "Worked answer" and "Arab states" in shown[-1].children[-1].value
    worked.value = True
    check("2.2", "neither")
    stored = sheet.load()["answers"]["2.2"]
    assert stored["opened"] and stored["hints"] == 2 and stored["tries"] == 2
    check("2.2", "Arab states")
    assert isinstance(shown[-1], Page) and "One way to get there" in shown[-1].html


def test_an_opened_hint_alone_is_no_answer(shown):
    check("2.2")
    boxes(shown[-1])[0].value = True
    stored = sheet.load()["answers"]["2.2"]
    assert questions.judge(questions.get("2.2"), stored["value"], T).state == "blank"
    assert progress(sheet.load(), 2) == progress(sheet.empty(), 2)


def test_in_a_course_with_a_word_each_learner_has_a_variant(shown):
    word = "autumn"
    ids = [f"s{n}" for n in range(20)]
    other = next(
        i for i in ids if questions.variant(i, word, questions.get("2.3"))["actor"] == "Jordan"
    )
    learner(other, "A", word)
    assert ask("2.3") == {"actor": "Jordan"} and "Jordan" in cards(shown)[-1].text
    check("2.3", right(questions.get("2.3")))
    assert sheet.load()["answers"]["2.3"]["state"] == "value"
    check("2.3", questions.get("2.3").key(T, {"actor": "Jordan"}))
    assert sheet.load()["answers"]["2.3"]["state"] == "right"


def test_a_failure_of_our_own_is_said_and_the_answer_kept(shown, monkeypatch):
    monkeypatch.setattr(questions, "judge", lambda *a: 1 / 0)
    check("2.4", [1, 2])
    assert "our fault" in cards(shown)[0].text
    assert sheet.load()["answers"]["2.4"]["value"] == [1, 2]


def test_a_sheet_that_cannot_be_written_costs_no_feedback(shown, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BRIEFLAB_SHEET", str(tmp_path / "file" / "answers.json"))
    check("2.2", "Arab states")
    assert "Right." in cards(shown)[0].text and "save the notebook" in cards(shown)[0].text
    assert cards(shown)[0].data[sheet.MIME]["value"] == "Arab states"


def test_a_failed_save_leaves_the_download_as_it_was(shown, tmp_path, monkeypatch):
    check("2.2", "both")
    check("2.4", [1, 2])
    tools(2)
    strip = shown[-1]
    before = strip.link.value
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BRIEFLAB_SHEET", str(tmp_path / "file" / "answers.json"))
    check("2.2", "Arab states")
    assert strip.link.value == before and "2 answers" in before
    strip.fields["learner", "id"].value = "ada"
    assert "save the notebook" in strip.said.value


def test_a_written_answer_is_in_the_output_again_after_a_restart(shown):
    question = TEXT[0]
    write(question.id, "five words of my own")
    shown.clear()
    write(question.id)
    held = [card.data[sheet.MIME] for card in cards(shown) if card.data]
    assert [entry["value"] for entry in held] == ["five words of my own"]


def test_a_damaged_sheet_is_said_in_the_feedback(shown, sheet_path):
    sheet_path.write_text("{")
    check("2.2", "both")
    assert "damaged" in cards(shown)[0].text


def test_an_unknown_question_is_answered_in_a_sentence(shown):
    check("2.22", 1)
    write("9.9")
    write("2.1")
    assert all("Traceback" not in card.text for card in cards(shown)) and len(cards(shown)) == 3


@pytest.mark.parametrize("question", TEXT, ids=lambda q: q.id)
def test_writing_shows_the_rubric_first_saves_as_you_go_and_unlocks_samples(question, shown):
    write(question.id)
    assert question.criteria[0][1][3] in shown[0].text and "<caption>" in shown[0].html
    area, count, unlock, more = shown[-1].children
    unlock.click()
    assert "at least" in more.children[0].value
    area.value = "one two three " * 10
    assert "30 words" in count.value
    stored = sheet.load()["answers"][question.id]
    assert (
        stored["value"] == area.value and stored["state"] == "recorded" and stored["kind"] == "text"
    )
    assert cards(shown)[-1].data[sheet.MIME]["value"] == area.value
    unlock.click()
    samples, ask, score = more.children
    assert len(boxes(samples)) == 4
    score.value = 2
    area.value += "more"
    stored = sheet.load()["answers"][question.id]
    assert stored["self_score"] == 2 and stored["opened"] and stored["value"].endswith("more")
    write(question.id)
    assert shown[-1].children[0].value.endswith("more")


def test_a_text_given_in_the_cell_is_recorded(shown):
    question = TEXT[0]
    write(question.id, question.samples[3][0])
    assert sheet.load()["answers"][question.id]["value"] == question.samples[3][0]
    write(question.id, "word " * 3000)
    assert sheet.load()["answers"][question.id]["value"] == question.samples[3][0]
    assert "Shorten" in cards(shown)[-2].text + cards(shown)[-1].text


def test_the_tools_follow_every_save_and_bring_answers_back(shown):
    tools(2)
    strip = shown[-1]
    check("2.2", "Arab states")
    assert "1 answers" in strip.link.value or "1 answer" in strip.link.value
    assert 'download="answers.json"' in strip.link.value and "■" in strip.strip.value
    strip.fields["learner", "id"].value = "ada"
    assert sheet.load()["learner"]["id"] == "ada"
    other = sheet.empty()
    other["learner"]["name"] = "Ada"
    sheet.record(other, "2.4", {"value": [25, 14], "at": sheet.now(), "state": "right"})
    told = bring([("mine.json", json.dumps(other).encode()), ("bad.json", b"{")])
    assert "1 answer" in told[0] and "bad.json" in told[1]
    now = sheet.load()
    assert set(now["answers"]) == {"2.2", "2.4"} and now["learner"] == {"id": "ada", "name": "Ada"}
    assert strip.fields["learner", "name"].value == "Ada" and "2 answers" in strip.link.value
    assert len(repr(strip)) < 100


def test_a_machine_that_will_vanish_is_said(shown, monkeypatch):
    monkeypatch.setenv("BINDER_SERVICE_HOST", "x")
    check("2.2", "both")
    assert "Download your answers" in cards(shown)[0].text


def test_without_a_front_end_plain_text_is_printed(sheet_path, capsys):
    check("2.2", "both")
    tools(2)
    write(TEXT[0].id)
    said = capsys.readouterr().out
    assert "Not both" in said and "Progress" in said and "is read" in said


def test_what_is_typed_into_the_box_reaches_the_notebook_itself(sheet_path, top):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    cells = [
        f'from brieflab.check import write\nwrite("{TEXT[0].id}")',
        "import asyncio, gc, ipywidgets\n"
        "box = next(w for w in gc.get_objects() if type(w) is ipywidgets.Textarea)\n"
        'box.value = "a text of six words here"\n'
        "await asyncio.sleep(2)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": str(top / "exercises")}}
    nbclient.NotebookClient(notebook, timeout=120, resources=resources).execute()
    held = sheet.from_notebook(nbformat.writes(notebook).encode())["answers"][TEXT[0].id]
    assert held["value"] == "a text of six words here"
    assert sheet.load()["answers"][TEXT[0].id] == held


def test_the_rows_that_a_message_names_open_below_it(shown):
    check("2.1", {"Russia", "China", "Jordan"})
    page = cards(shown)[-1]
    assert "stayed away (P03)" in page.text
    assert page.html.count("<details><summary>Row ") == 1
    digest = T["paragraphs"].set_index("paragraph_id").loc["P03", "digest"]
    assert digest in unescape(page.html.split("<summary>Row P03</summary>")[1])


def names_of_json(length):
    """Return distinct names whose list takes ``length`` characters as JSON."""
    names = [f"{n:03}" + "n" * 150 for n in range((length - 400) // 157)]
    rest = length - len(json.dumps(names)) - 3 * len(', ""')
    thirds = (rest // 3, rest // 3, rest - 2 * (rest // 3))
    return [*names, *(letter * n for letter, n in zip("xyz", thirds))]


def test_an_answer_is_kept_up_to_its_longest_and_told_beyond(shown):
    whole, more = names_of_json(sheet.MAX_VALUE), names_of_json(sheet.MAX_VALUE + 1)
    assert [len(json.dumps(names)) for names in (whole, more)] == [16_000, 16_001]
    check("2.1", whole)
    assert sheet.load()["answers"]["2.1"]["value"] == sorted(whole)
    check("2.1", more)
    assert set(sheet.load()["answers"]["2.1"]["value"]) == {"not_stored"}
    assert "too large to keep" in cards(shown)[-1].text
    write(TEXT[0].id, "x" * (sheet.MAX_VALUE - 2))
    write(TEXT[0].id, "x" * (sheet.MAX_VALUE - 1))
    assert len(sheet.load()["answers"][TEXT[0].id]["value"]) == sheet.MAX_VALUE - 2
    assert "Too long to keep" in cards(shown)[-1].text


def test_the_furthest_hint_counts_whatever_is_opened_after_it(shown):
    check("2.2")
    for step in (1, 0):
        boxes(shown[-1])[step].value = True
    assert sheet.load()["answers"]["2.2"]["hints"] == 2
    boxes(shown[-1])[2].value = True
    assert sheet.load()["answers"]["2.2"]["hints"] == 3


def test_progress_counts_the_questions_of_the_lesson_that_is_asked_for():
    now = sheet.empty()
    now["answers"] = {"2.1": {"state": "right"}, "3.1": {"state": "right"}}
    for lesson, asked in ((2, questions.of_lesson(2)), (None, questions.all())):
        found = progress(now, lesson)
        assert sum(n for _, _, n in found) == len(asked)
        assert {objective for objective, _, _ in found} == {q.objective for q in asked}
    assert sum(done for _, done, _ in progress(now, 2)) == 1
    assert sum(done for _, done, _ in progress(now)) == 2


def test_what_comes_back_unread_is_named(shown, tmp_path):
    bad = sheet.empty()
    bad["answers"] = {"2.2": {"value": "both", "at": sheet.now()}, "2.4": {"value": 1}}
    assert bring([("mine.json", json.dumps(bad).encode())]) == [
        "mine.json: 1 answers read. Not readable: 2.4."
    ]
    good = sheet.empty()
    assert bring([("mine.json", json.dumps(good).encode())]) == ["mine.json: 0 answers read."]
    (tmp_path / "x.json").write_text(json.dumps(good))
    recover(tmp_path / "x.json", tmp_path / "lost.json")
    lost, told = (card.text for card in cards(shown))
    assert "lost.json cannot be read (FileNotFoundError)" in lost and "x.json: 0" in told
