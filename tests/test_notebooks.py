"""Lessons, exercises and solutions read as text: the style rules of the module, one test each.

Every failure quotes the place. Rules on length and order hold for lessons alone; rules on
wording, links, numbers and safety hold for every notebook of the module.
"""

import re
import statistics
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from inspect import isfunction
from pathlib import Path

import nbformat
import pytest

from brieflab import questions, trace
from brieflab.course.block_map import block_map
from brieflab.course.wording import WORDING
from brieflab.tables import load

ROOT = Path(__file__).resolve().parents[1]
TABLES = load(ROOT / "datasets")
STEMS = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
CARD = ("Question", "You will be able to", "Minutes", "You need", "You will make")
SKIP = "You may skip any passage or question here without giving a reason."
"""Stands where a lesson begins; lesson 0 says it at length."""

VERBS = set(
    """
    analyse apply argue assess attribute build calculate check choose cite classify code collect
    combine compare compose compute construct convert correct count critique date defend
    describe diagram distinguish draw estimate evaluate examine explain export express file
    filter find formulate group identify infer interpret join judge justify list locate lock map
    mark measure merge name open parse plot predict present question quote rank read recall
    recognise record replace resolve restore review revise rewrite run save score select
    separate sort state summarise synthesise test trace translate use weigh write
    """.split()
)
WIDGETS = {"look_up"} | {
    name
    for lesson in questions.lessons()
    if find_spec(f"brieflab.course.lesson_{lesson}.widgets")
    for module in [import_module(f"brieflab.course.lesson_{lesson}.widgets")]
    for name, made in vars(module).items()
    if isfunction(made) and made.__module__ == module.__name__
}
AMERICAN = (
    r"\b(?:color|colors|colored|behavior|favor|labor|neighbor|neighbors|analyze\w*|organiz\w+|"
    r"recogniz\w+|summariz\w+|emphasiz\w+|criticiz\w+|labeled|modeling|center|centers)\b"
)
PERSONAL = (
    r"\b(?:have|did|were|are|do|has) (?:you|your family|anyone you know)\b[^.?]*"
    r"\b(?:fle[ed]\w*|refugees?|war|displaced|displacement|persecut\w+|migrat\w+|asylum)\b[^.]*\?",
    r"\byour (?:own )?(?:family|home country|country|nationality|community|faith|religion|"
    r"ethnic\w*|grandparents|parents|homeland)\b",
    r"\b(?:as a|from the point of view of a) (?:refugee|Syrian|Lebanese|Turk|Russian)\b",
)


@dataclass(frozen=True)
class Book:
    """One notebook, read once."""

    path: Path

    def __str__(self):
        return f"{self.path.parent.name}/{self.path.stem}"

    @cached_property
    def node(self):
        return nbformat.read(self.path, as_version=4)

    @cached_property
    def cells(self):
        return list(enumerate(self.node.cells, 1))

    @cached_property
    def markdown(self):
        return [(n, c.source) for n, c in self.cells if c.cell_type == "markdown"]

    @cached_property
    def code(self):
        return [(n, c.source) for n, c in self.cells if c.cell_type == "code"]

    @cached_property
    def text(self):
        return "\n\n".join(source for _, source in self.markdown)

    @cached_property
    def headings(self):
        text = re.sub(r"^```.*?^```", "", self.text, flags=re.M | re.S)
        return [(len(m[1]), m[2]) for m in re.finditer(r"^(#+)\s+(.*)$", text, re.M)]

    @cached_property
    def card(self):
        rows = re.findall(r"^\|\s*\*\*([^*|]+)\*\*\s*\|(.*)\|\s*$", self.text, re.M)
        return {name.strip(): value.strip() for name, value in rows if name.strip() in CARD}

    @property
    def number(self):
        return int(self.path.stem[:2])

    @property
    def facts(self):
        """What the notebook's metadata say of it: data, knowledge_date, paragraphs."""
        return self.node.metadata["brieflab"]

    @property
    def minutes(self):
        return int(re.match(r"\d+", self.card["Minutes"])[0])


def books(folder):
    return [Book(path) for path in sorted((ROOT / folder).glob("[0-9][0-9]_*.ipynb"))]


LESSONS = books("notebooks")
NUMBERED = [book for book in LESSONS if book.path.stem != STEMS[0]]
EXERCISES, SOLUTIONS = books("exercises"), books("solutions")
BLANK = LESSONS + EXERCISES
ALL = BLANK + SOLUTIONS


def each(of):
    return pytest.mark.parametrize("book", of, ids=str)


def words(text):
    """Count the words a reader reads: no evidence comments, no link targets, no rules of tables."""
    text = re.sub(r"<!--.*?-->|\]\([^)]*\)", " ", text, flags=re.S)
    return len(re.findall(r"[^\W_][\w'’.,%/-]*", text))


def outside_quotes(text):
    text = re.sub(r"<!--.*?-->|`[^`\n]*`|\]\([^)]*\)", " ", text, flags=re.S)
    return re.sub(r"“[^”]*”|\"[^\"\n]*\"|‘[^’]*’", "“…”", text)


def around(text, match):
    return " ".join(text[max(0, match.start() - 60) : match.end() + 60].split())


def found(book, pattern, clean=outside_quotes):
    """Return every hit of ``pattern`` in the Markdown cells, with its cell and its words around."""
    return [
        f"cell {n}: …{around(text, match)}…"
        for n, source in book.markdown
        for text in [clean(source)]
        for match in re.finditer(pattern, text, re.I)
    ]


# The file


@each(ALL)
def test_the_file_is_a_valid_notebook_for_any_python_kernel(book):
    nbformat.validate(book.node)
    assert book.node.metadata["kernelspec"]["name"] == "python3"
    assert book.node.metadata["language_info"]["name"] == "python"
    assert not [n for n, cell in book.cells if cell.cell_type == "raw"]


@each(BLANK)
def test_no_result_is_stored(book):
    stored = [n for n, c in book.cells if c.get("outputs") or c.get("execution_count")]
    assert not stored, (
        f"cells {stored} keep outputs or a count: a shown result spoils the prediction"
    )


@each(ALL)
def test_no_cell_is_hidden(book):
    hidden = [
        n
        for n, cell in book.cells
        if cell.metadata.get("jupyter", {}).get("source_hidden")
        or cell.metadata.get("collapsed")
        or any(tag.startswith(("hide", "remove")) for tag in cell.metadata.get("tags", []))
    ]
    assert not hidden, f"cells {hidden} are hidden"


# Headings and links


@each(ALL)
def test_one_title_and_no_skipped_heading_level(book):
    levels = [level for level, _ in book.headings]
    assert levels.count(1) == 1 and levels[0] == 1, book.headings[:3]
    for (before, _), (level, title) in zip(book.headings, book.headings[1:], strict=False):
        assert level <= before + 1, f"'{title}' jumps from level {before} to {level}"


@each(ALL)
def test_links_say_where_they_lead_and_lead_there(book):
    for n, source in book.markdown:
        for label, target in re.findall(r"\[([^\]]*)\]\(([^)\s]+)[^)]*\)", source):
            vague = {"", "here", "this", "link", "click here", "this link"}
            assert label.strip(" *`").lower() not in vague, f"cell {n}: [{label}]({target})"
            if not re.match(r"(?:https?:|mailto:|#)", target):
                there = book.path.parent / target.split("#")[0]
                assert there.exists(), f"cell {n}: [{label}]({target}) leads nowhere"


# The card, the loops, the end


@each(NUMBERED)
def test_the_card_is_complete_and_short(book):
    assert list(book.card) == list(CARD)
    assert book.card["Question"].endswith("?")
    assert re.match(r"\d+ \(stop point at \d+\)$", book.card["Minutes"]), book.card["Minutes"]


@each(NUMBERED)
def test_a_lesson_begins_with_its_card_and_the_map_of_the_brief(book):
    (_, head), (_, first) = book.cells[:2]
    assert head.source.startswith("# ") and head.source.endswith(f"\n\n{SKIP}")
    assert book.text.count(SKIP) == 1
    lines = ["from brieflab.course.block_map import block_map", f"block_map({book.number})"]
    assert first.cell_type == "code" and first.source.splitlines() == lines


@each(NUMBERED)
def test_the_metadata_name_what_a_lesson_reads(book):
    assert set(book.facts) == {"data", "knowledge_date", "paragraphs"}
    assert "31 December 2020" in book.facts["knowledge_date"]
    assert book.facts["data"] == {name: len(TABLES[name]) for name in book.facts["data"]}
    read = set(re.findall(r"(\w+)\.csv", "\n".join(source for _, source in book.code)))
    assert set(book.facts["data"]) >= read, f"read, not named: {read - set(book.facts['data'])}"
    for paragraph in trace.ids_in(book.facts["paragraphs"]) or ["no paragraph ids"]:
        trace.resolve(paragraph, TABLES)


@each(NUMBERED)
def test_objectives_are_at_most_four_and_can_be_seen(book):
    objectives = [part.strip() for part in book.card["You will be able to"].split(";")]
    assert 1 <= len(objectives) <= 4, objectives
    for objective in objectives:
        assert objective.startswith("*"), f"starts with no verb in italics: {objective}"
        verbs = re.findall(r"\*(\w+)\*", objective)
        assert verbs and set(verbs) <= VERBS, f"not verbs that can be observed: {objective}"


@each(NUMBERED)
def test_three_loops_of_predict_run_check_discuss(book):
    loops = [
        section.partition("\n")[0]
        for section in re.split(r"^## ", book.text, flags=re.M)[1:]
        if all(f"**{word}" in section for word in ("Predict", "Run", "Check", "Discuss"))
    ]
    assert len(loops) >= 3, f"complete loops: {loops}"
    hook = book.text.split("**Predict")[0]
    assert "**Vote" in hook, "no vote before the first prediction"


@each(NUMBERED)
def test_a_stop_point_in_the_middle(book):
    stops = [n for n, source in book.markdown if "**Stop point" in source]
    assert len(stops) == 1, f"stop points in cells {stops}"
    assert 0.3 <= stops[0] / len(book.cells) <= 0.75, f"cell {stops[0]} of {len(book.cells)}"


@each(NUMBERED)
def test_the_end_is_disagreement_verdict_keypoints(book):
    sections = [title for level, title in book.headings if level == 2]
    assert sections[-3:] == ["Who would disagree?", "Verdict", "Keypoints"], sections[-4:]
    verdict = book.text.split("\n## Verdict")[1].split("\n## ")[0]
    assert re.search(r"supported|contradicted|cannot be tested", verdict, re.I)
    assert trace.ids_in(verdict), "the verdict names no row"
    assert "\n- " in book.text.split("\n## Keypoints")[1], "keypoints are a list"


@each(NUMBERED)
def test_at_most_two_widgets_of_one_line_each(book):
    calls = [
        (n, line)
        for n, source in book.code
        for line in source.splitlines()
        if re.search(rf"^(?:\w+ = )?(?:\w+\.)?(?:{'|'.join(WIDGETS)})\(", line)
    ]
    most = 3 if book.path.stem[:2] == "04" else 2  # how many hope, how many went: two short ones
    assert 1 <= len(calls) <= most, f"a lesson has one widget or two; this one calls {calls}"
    assert all(line.count("(") == line.count(")") for _, line in calls), calls


@each(NUMBERED)
def test_every_claim_of_the_lesson_is_named(book):
    """The map at its head names them: in the picture, as the lesson is run, and to be pointed at."""
    coverage = TABLES["coverage"]
    due = coverage.loc[coverage["lesson"] == book.number, "claim_id"]
    _, *scenes = block_map(book.number).seen(block_map(book.number).opening)
    for scene in scenes:
        named = [m.key.split()[1] for m in scene.marks if m.card and "today" in m.says]
        assert sorted(named) == sorted(set(due))


# Length and rhythm


@each(LESSONS)
def test_length_of_a_lesson(book):
    total = sum(words(source) for _, source in book.markdown)
    least = 30 if book in NUMBERED else 10
    assert least <= len(book.cells) <= 45, f"{len(book.cells)} cells"
    assert total <= 1500, f"{total} words"


@each(BLANK)
def test_markdown_cells_are_short(book):
    long = [(n, words(source)) for n, source in book.markdown if words(source) > 120]
    assert not long, f"cells over 120 words: {long}"


@each(BLANK)
def test_code_cells_are_short(book):
    lines = [
        (sum(bool(line.strip()) for line in source.splitlines()), n) for n, source in book.code
    ]
    lengths = sorted(length for length, _ in lines)
    assert lengths[-1] <= 12, f"cell {max(lines)[1]} has {lengths[-1]} lines"
    assert statistics.median(lengths) <= 3, f"median {statistics.median(lengths)}: {lengths}"
    p90 = lengths[min(len(lengths) - 1, int(0.9 * len(lengths)))]
    assert p90 <= 8, f"90th percentile {p90}: {lengths}"


@each(LESSONS)
def test_a_learner_acts_at_least_every_250_words(book):
    run, quiet = 0, []
    for n, cell in book.cells:
        if cell.cell_type == "code":
            run = 0
            continue
        before, *after = re.split(r"\*\*(?:Vote|Predict|Discuss|Check)\b", cell.source)
        run += words(before)
        quiet.append((run, n))
        if after:
            run = words(after[-1])
    assert max(quiet)[0] <= 250, (
        f"{max(quiet)[0]} words without an action before cell {max(quiet)[1]}"
    )


@each(NUMBERED)
def test_a_check_or_a_vote_at_least_every_twelve_minutes(book):
    asked = len(re.findall(r"\*\*(?:Check|Vote)\b", book.text))
    assert asked * 12 >= book.minutes, f"{asked} checks and votes in {book.minutes} minutes"


# Safety, wording, numbers


@each(ALL)
def test_code_is_offline_and_hides_nothing(book):
    rule = (
        r"https?://|^\s*[!%]\s*(?:\w+\s+)*(?:pip|conda|uv)\b|filterwarnings|simplefilter|%%capture"
    )
    found_in = [(n, m[0]) for n, source in book.code for m in re.finditer(rule, source, re.M)]
    assert not found_in, found_in


@each([book for book in LESSONS if book.path.stem < "07"])
def test_nothing_closed_is_read_before_the_forecasts_are_locked(book):
    closed = [
        (n, m[0]) for n, s in book.code for m in re.finditer(r"(outcomes|later_evidence)\b", s)
    ]
    assert not closed, closed


@each(ALL)
def test_wording_is_plain_and_fair(book):
    hits = [f"{hit} Write: {plain}" for p, plain in WORDING.items() for hit in found(book, p)]
    assert not hits, "\n".join(hits)


@each(ALL)
def test_spelling_is_british(book):
    hits = [
        f"cell {n}: …{around(outside_quotes(s), m)}…"
        for n, s in book.markdown
        for m in re.finditer(AMERICAN, outside_quotes(s))
    ]
    assert not hits, "\n".join(hits)


@each(ALL)
def test_turkey_is_named_as_in_2020(book):
    for n, source in book.markdown:
        if "Türkiye" in outside_quotes(source):
            said = re.search(r"2022|\bvariants?\b|\bnames?\b|\bspell", source, re.I)
            assert said, (
                f"cell {n}: 'Türkiye' is the name from 2022 on; in 2020 data it is 'Turkey'"
            )


@each(ALL)
def test_no_prompt_asks_for_personal_experience(book):
    hits = [hit for pattern in PERSONAL for hit in found(book, pattern)]
    assert not hits, "\n".join(hits)


@each(ALL)
def test_every_number_in_prose_is_recomputed(book):
    problems = trace.check_notebook(book.path, TABLES)
    assert not problems, "\n".join(map(str, problems))


# The whole


def test_all_lessons_exercises_and_solutions_are_there():
    assert [book.path.stem for book in LESSONS] == STEMS
    assert [book.path.stem for book in EXERCISES] == STEMS[1:]
    assert [book.path.stem for book in SOLUTIONS] == STEMS[1:]
