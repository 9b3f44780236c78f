"""The house as it is drawn: who may import whom, what the engine must not name, how code is written.

The package is read as text (``ast``), never imported, so that a broken room is named and does not
take the tests down with it. Every failure says file, line and what was found there.
"""

import ast
import csv
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
PACKAGE = TOP / "notebooks" / "brieflab"
COURSE = PACKAGE / "course"

ALLOWED = {
    # what anybody may use, and what uses nothing
    "plain": set(),
    "files": set(),
    "html": set(),
    "course": set(),  # the face of the course: __init__, names, rubric
    "former": {"course"},
    # data
    "tables": {"plain", "validate"},
    "validate": {"plain"},
    "sheet": {"course", "files", "plain", "tables"},
    "trace": {"course", "html", "plain", "tables"},
    # what is seen
    "figures": {"html", "plain"},
    "folds": set(),
    "panel": {"figures", "folds", "html", "plain"},
    "vote": {"html", "plain", "sheet"},
    "stage": {"figures", "html", "plain"},
    # what is asked
    "questions": {"course", "plain"},
    "check": {"folds", "html", "plain", "questions", "sheet", "tables", "trace"},
    "lessons": {
        "course", "figures", "files", "html", "panel", "plain", "questions", "sheet",
        "stage", "tables", "trace",
    },  # all else in course/: lesson_N and what serves several lessons
    # who works with it all
    "grading": {"__init__", "course", "figures", "files", "html", "plain", "questions", "sheet", "tables"},
    "notebooks": {"files", "plain"},
    "release": {"course", "files", "notebooks", "plain", "questions", "sheet"},
    "reading": {"course", "files", "html", "notebooks", "plain", "tables", "trace"},
    "doctor": {"plain", "sheet", "tables"},
    "lab": set(),
    "testing": set(),
    "__init__": {"former"},
    "__main__": {"__init__", "course", "plain"},
}  # fmt: skip
"""Room -> the rooms it may import from, at the top of a module or in a function."""

BY_NAME = {"__main__", "former", "questions", "reading", "trace"}
"""Rooms that may import a module whose name they get: commands, old addresses, lessons, ``fn``."""

WIDGETS = re.compile(
    r"(panel|folds|vote|stage\.asking|check\.\w+|grading\.desk|course\.lesson_\d+\.widgets)"
)
"""Modules that may need ipywidgets as soon as they are imported."""

OPENS_WIDGETS = {"check"}
"""Rooms whose pure modules open their own widgets, in a function: only where a kernel runs."""


KNOWS_NOT = re.compile(
    r"[Kk]nows?\s+(?:no|nothing)\b|Nothing (?:here knows|of the module itself)|imports nothing"
)
"""How a docstring begins to say what its room must not know."""


# The package as text


@dataclass(frozen=True)
class Import:
    """One import of a module of the package, or of ipywidgets."""

    by: str
    of: str
    place: str
    lazy: bool


@cache
def modules():
    """Return dotted name below the package ('' for the package itself) -> path."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def constants(path):
    """Return name -> value (a node) of what a module assigns at its top."""
    return {n.targets[0].id: n.value for n in tree(path).body if isinstance(n, ast.Assign)}


def place(path, line):
    return f"{path.relative_to(PACKAGE.parent)}:{line}"


def room(module):
    """Return the room of a module: the first part of its name; two rooms in course/."""
    first, _, rest = module.partition(".")
    if first == "course":
        return "course" if rest in ("", "names", "rubric") else "lessons"
    return first or "__init__"


def statements(node, lazy=False):
    """Yield (import statement, whether it stands in a function) below ``node``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child, lazy
        function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        yield from statements(child, lazy or function)


def targets(statement, path):
    """Return the full names that one import statement asks for."""
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    start = statement.module or ""
    if statement.level:
        folder = path.parents[statement.level - 1].relative_to(PACKAGE.parent)
        start = ".".join([*folder.parts, *filter(None, [start])])
    return [f"{start}.{alias.name}" for alias in statement.names]


@cache
def imports():
    """Return every Import in the package."""
    found = []
    for by, path in modules().items():
        for statement, lazy in statements(tree(path)):
            for name in targets(statement, path):
                first, _, rest = name.partition(".")
                if first == "ipywidgets":
                    of = first
                elif first == "brieflab":
                    of = rest if rest in modules() else rest.rpartition(".")[0]
                else:
                    continue
                found.append(Import(by, of, place(path, statement.lineno), lazy))
    return found


def own():
    """Return the Imports of modules of the package itself."""
    return [one for one in imports() if one.of != "ipywidgets"]


def test_every_room_stands_in_the_table():
    assert {room(module) for module in modules()} - set(ALLOWED) == set()


def test_rooms_import_what_the_table_allows():
    wrong = [
        f"{one.place}: {room(one.by)} imports {one.of or 'the package'} ({room(one.of)})"
        for one in own()
        if room(one.of) not in ALLOWED.get(room(one.by), set()) | {room(one.by)}
    ]
    assert wrong == []


def test_the_table_allows_no_more_than_is_used():
    used = {(room(one.by), room(one.of)) for one in own()}
    spare = [
        f"{by} -> {of}" for by, rooms in ALLOWED.items() for of in rooms if (by, of) not in used
    ]
    assert spare + sorted(set(ALLOWED) - {room(module) for module in modules()}) == []


def circle(graph):
    """Return one circle of a graph (name -> names) as a list, or []."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_circle_of_rooms():
    assert circle(ALLOWED) == []


def test_no_circle_of_modules_even_a_lazy_one():
    graph = {module: set() for module in modules()}
    for one in own():
        graph[one.by].add(one.of)
    assert circle(graph) == []


def test_widgets_stand_apart_from_what_is_pure():
    at_once = {one.by: one.place for one in imports() if one.of == "ipywidgets" and not one.lazy}
    wrong = [at for by, at in at_once.items() if not WIDGETS.fullmatch(by)]
    for one in own():
        opens = one.lazy and room(one.by) == room(one.of) and room(one.by) in OPENS_WIDGETS
        if one.of in at_once and one.by not in at_once and not opens:
            wrong.append(f"{one.place}: {one.by} is pure and imports the widgets of {one.of}")
    assert wrong == []
    assert {"panel", "folds", "vote", "grading.desk"} < set(at_once)


def test_the_face_of_the_course_imports_nothing():
    faces = [path for module, path in modules().items() if room(module) == "course"]
    assert [place(path, one.lineno) for path in faces for one, _ in statements(tree(path))] == []
    assert len(faces) == 3


def test_modules_are_imported_by_name_where_there_is_no_other_way():
    hidden = {"__import__", "exec", "eval", "compile", "reload", "exec_module", "load_module"}
    hidden |= {"spec_from_file_location", "run_path", "run_module"}
    wrong, by_name = [], set()
    for module, path in modules().items():
        for call in [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]:
            name = call.func.id if isinstance(call.func, ast.Name) else None
            if isinstance(call.func, ast.Attribute):
                if ast.unparse(call.func.value) in ("re", "fastjsonschema"):  # patterns, schemas
                    continue
                name = call.func.attr
            if name == "import_module":
                by_name.add(room(module))
                hides = room(module) not in BY_NAME or isinstance(call.args[0], ast.Constant)
            else:
                hides = name in hidden
            if hides:
                wrong.append(f"{place(path, call.lineno)}: {ast.unparse(call)}")
    assert wrong == []
    assert by_name == BY_NAME


def asked_of(path):
    """Return what a module of the engine takes from the course, by import or as an attribute."""
    named_so = {
        alias.asname or alias.name: f"{statement.module}.{alias.name}".removeprefix("brieflab.")
        for statement, _ in statements(tree(path))
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    taken = set(named_so.values())
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            of = named_so.get(node.value.id)
            if of in modules() and not node.attr.startswith("__"):
                taken.add(f"{of}.{node.attr}")
    return {name for name in taken if name.startswith("course.")}


def test_the_engine_asks_of_a_course_what_its_face_has():
    """Both courses have the face that the engine asks for; their own lessons may ask for more."""
    asked = {
        name
        for module, path in modules().items()
        if room(module) not in ("course", "lessons")
        for name in asked_of(path)
    }
    assert {"course.TITLE", "course.rubric.ROWS", "course.names.VARIANTS"} < asked
    for folder in (COURSE, TOP / "tests/second_course/course"):
        has = {"course.names", "course.rubric"}
        for start, file in (("", "__init__"), ("names.", "names"), ("rubric.", "rubric")):
            has |= {f"course.{start}{name}" for name in constants(folder / f"{file}.py")}
        assert asked - has == set(), folder


# What the engine must not name


def rows(table):
    with (TOP / "datasets" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(name, *tables):
    return {row[name].strip() for table in tables for row in rows(table)} - {""}


def alone(words, flags=0):
    """Return a pattern of ``words``, none of them part of a longer word or number."""
    found = "|".join(sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{found})(?![A-Za-z0-9])", flags)


def either_case(words):
    return alone(map(re.escape, words), re.I)


@cache
def tables():
    """Return table name -> column names, as datapackage.json describes them."""
    package = json.loads((TOP / "datasets/datapackage.json").read_text(encoding="utf-8"))
    return {
        resource["name"]: [field["name"] for field in resource["schema"]["fields"]]
        for resource in package["resources"]
    }


def shapes_of_row_ids():
    """Return patterns of the tables' row ids: the letters they begin with, and their shape."""
    found = set()
    for table in tables():
        for row in rows(table):
            start, rest = re.fullmatch(r"([A-Z]+)(.*)", next(iter(row.values()))).groups()
            found.add(start + re.sub(r"[A-Z]", "[A-Z]", re.sub(r"\d", r"\\d", rest)))
    return found


@cache
def named():
    """Return what only the course may name: kind -> pattern. The words come from its data."""
    face = constants(COURSE / "__init__.py")
    face = {ast.literal_eval(face[name]) for name in ("TITLE", "SLUG", "AS_OF")}
    variants = ast.literal_eval(constants(COURSE / "names.py")["VARIANTS"])
    people = column("actor", "attendance", "participants", "presence", "positions")
    people |= {spelling for name, others in variants.items() for spelling in (name, *others)}
    # plain English: "other" is the track of all that is on none, "online" the city of none
    tracks = (column("track", "meetings") | column("city", "meetings")) - {"other", "online"}
    tracks |= {track.replace("_", " ") for track in tracks}
    stems = {path.stem for path in (TOP / "notebooks").glob("*.ipynb")}
    questions = {
        keyword.value.value
        for path in COURSE.glob("lesson_*/questions.py")
        for keyword in ast.walk(tree(path))
        if isinstance(keyword, ast.keyword) and keyword.arg == "id"
    }
    columns = set(chain.from_iterable(tables().values()))
    # A column of one word could be any word. The engine knows rows and claims by these names;
    # "codings" is also a part of every answer sheet ever saved.
    engine_has = {"row_id", "claim_id", "claim_type"}
    known = "|".join(sorted(set(tables()) - {"claims", "codings"}))
    asked = "|".join(map(re.escape, sorted(questions)))
    answers = "|".join(question.replace(".", "_") for question in sorted(questions))
    return {
        "country": alone({re.escape(host) + r"\w*" for host in column("host", "countries")}, re.I),
        # short names are words when written small: us, un
        "actor": alone({re.escape(name) for name in people if len(name) < 4}),
        "actor in full": either_case({name for name in people if len(name) > 3}),
        "country code": alone({re.escape(code) for code in column("iso3", "countries")}),
        "track": either_case(tracks),
        "meeting": either_case(column("title", "meetings") | column("round_label", "meetings")),
        "claim or paragraph": alone({r"C\d{3}", r"P\d\d"}),
        "row id": alone(shapes_of_row_ids()),
        "table": re.compile(
            rf"""["'](?:{known})["']|\b(?:{known})\.(?:csv|{"|".join(sorted(columns))})\b"""
            rf"|\b(?:t|tables)\.(?:{known})\b"
        ),
        "column": alone({name for name in columns if re.search(r"[_\d]", name)} - engine_has),
        "question": re.compile(
            rf"""["'`](?:{asked})["'`]|\b(?:question|item|exercise)s? (?:{asked})(?![\d.]*\d)"""
            rf"|answer_(?:{answers})(?!\d)",
            re.I,
        ),
        "lesson": re.compile(r"\blesson_\d|(?<!--)\blessons? \d", re.I),
        "title": either_case(face),
        "notebook": either_case(stems | {stem.partition("_")[2] for stem in stems}),
    }


def found_in(text, without=()):
    """Return (line, word, kind) for whatever of the course ``text`` names, each place once."""
    spans = [
        (match.start(), -match.end(), kind)
        for kind, pattern in named().items()
        if kind not in without
        for match in pattern.finditer(text)
    ]
    found, reached = [], 0
    for start, end, kind in sorted(spans):
        if -end > reached:
            found.append((text.count("\n", 0, start) + 1, text[start:-end], kind))
            reached = -end
    return found


def readable(folder):
    """Return the files of ``folder`` that run or are shown; notes for maintainers speak of both."""
    kinds = {".py", ".html", ".js", ".css"}
    return [path for path in sorted(folder.rglob("*")) if path.suffix in kinds]


@pytest.mark.parametrize("kind", list(named()))
def test_the_search_finds_what_the_course_names(kind):
    """Each pattern finds what it is made to find, in the course or on its pages."""
    pages = [*readable(COURSE), *(TOP / "notebooks").glob("*.ipynb"), *(TOP / "seeds").glob("*.md")]
    assert any(named()[kind].search(path.read_text(encoding="utf-8")) for path in pages)


def test_the_engine_names_nothing_of_the_course():
    wrong = [
        f"{place(path, line)}: {word} ({kind})"
        for path in readable(PACKAGE)
        if COURSE not in path.parents
        for line, word, kind in found_in(path.read_text(encoding="utf-8"))
    ]
    assert wrong == [], "\n" + "\n".join(wrong)


# How code is written


def classes():
    """Return (class, path) for every class in the package, course included."""
    return [
        (node, path)
        for path in modules().values()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    ]


def test_a_room_says_what_it_must_not_know():
    """Both halves stand in the first lines of a room: what it is for, and what it leaves to others."""
    tops = [name for name in modules() if name and "." not in name and name != "__main__"]
    silent = [
        name for name in tops if not KNOWS_NOT.search(ast.get_docstring(tree(modules()[name])))
    ]
    assert silent == []


def test_a_class_name_means_one_class():
    count = Counter(node.name for node, _ in classes())
    assert [
        f"{place(path, node.lineno)}: {node.name}"
        for node, path in classes()
        if count[node.name] > 1
    ] == []


def test_every_module_says_what_it_is_for():
    assert [str(path) for path in modules().values() if not ast.get_docstring(tree(path))] == []


@cache
def named_classes():
    return {node.name: node for node, _ in classes()}


def public(node):
    return not node.name.startswith("_")


def bases(node):
    """Return the classes of the package that ``node`` builds on, near and far."""
    known = named_classes()
    near = [known[b.id] for b in node.bases if isinstance(b, ast.Name) and b.id in known]
    return near + [far for base in near for far in bases(base)]


def functions(body):
    return [node for node in body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def public_functions(path):
    """Return the public functions of a module and of its public classes.

    A method that overrides one of the package is typed where it is first defined.
    """
    found = [node for node in functions(tree(path).body) if public(node)]
    for owner in [n for n in tree(path).body if isinstance(n, ast.ClassDef) and public(n)]:
        given = {f.name for base in bases(owner) for f in functions(base.body)}
        found += [f for f in functions(owner.body) if public(f) and f.name not in given]
    return found


def untyped(function):
    """Return the parameters of a function, and its return, that have no type hint."""
    a = function.args
    every = chain(a.posonlyargs, a.args, a.kwonlyargs, filter(None, [a.vararg, a.kwarg]))
    bare = [one.arg for one in every if one.annotation is None and one.arg not in ("self", "cls")]
    return bare + ["its return"] * (function.returns is None)


HOOKS = {"pytest_collectstart", "find_spec", "create_module", "exec_module"}
"""Functions whose callers, pytest and Python's import system, say what they are given."""


def test_public_functions_of_the_engine_have_type_hints():
    wrong = [
        f"{place(path, function.lineno)}: {function.name}: {', '.join(untyped(function))}"
        for module, path in modules().items()
        if room(module) not in ("course", "lessons")
        for function in public_functions(path)
        if untyped(function) and function.name not in HOOKS
    ]
    assert wrong == [], "\n" + "\n".join(wrong)


@pytest.mark.parametrize("what", [["check"], ["format", "--check"]], ids="/".join)
def test_ruff_has_nothing_to_say(what):
    command = [sys.executable, "-m", "ruff", *what, "notebooks", "tests", "solutions"]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
