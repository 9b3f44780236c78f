"""Random classes: honest learners with known points, and hostile pieces beside them, from a seed.

Used by a short test and by a long run (``benchmarks/hostile_classes.py``). What a learner cannot
choose (the folder or the prefix that a platform gives them) is left to the layout; all below it
comes from a grammar of names, ids, values, times, sheets, notebooks, zips, damage and marks.
"""

import csv
import io
import json
import zipfile
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta

from brieflab import questions, tables
from brieflab import sheet as sheets
from brieflab.__main__ import main
from brieflab.grading import rehearse
from brieflab.grading.people import Owner
from brieflab.grading.report import page_names
from brieflab.grading.roster import Person

HONEST = {"h01": "Alma Berg", "h02": "Bo O'Neil-Ek", "h03": "Chiara Núñez", "h04": "Dilan Işık"}
HOSTILE = {"m01": "Mal Ory", "m02": "Eve Dropper", "m03": "Alma Bergmann"}
LAYOUTS = {
    "folders": "{id}/",
    "names": "{name}/",
    "moodle": "{name}_{number}_assignsubmission_file_/",
    "canvas": "{squashed}_{number}_9{number}_",
    "blackboard": "Brief_{id}_attempt_2026-01-20-10-11-12_",
    "nbgrader": "submitted/{id}/",
    "deep": "downloads/{name}/",
}
DUE = datetime(2026, 1, 31, 18, tzinfo=UTC)


class Grammar:
    """Hostile content from one ``random.Random``; ``canary`` is a path that nothing may write."""

    def __init__(self, chance, canary):
        self.chance, self.canary = chance, str(canary)
        self.auto = [q for q in questions.all() if q.kind == "auto"]
        self.every = [q.id for q in questions.all()]

    def pick(self, *options):
        return self.chance.choice(options)

    def victim(self):
        """Return an id, name or address of an honest learner, more or less as it is written."""
        who = self.chance.choice(list(HONEST))
        word = self.pick(
            who,
            HONEST[who],
            f"{who}@example.org",
            who.upper(),
            f" {who} ",
            who[0] + "\u200b" + who[1:],
        )
        return word

    def word(self):
        return self.pick(
            self.victim(), "answers", "02_who_attended", "m01", "", "\ud800", "\u202ex", "=1+1", "..", "con", "a" * 300,
            "x;=1", "h01_1_1_answers", "Bo O'Neil-Ek_7_assignsubmission_file_", "submitted", "-", "a\nb", "ï", "exercises",
            "Brief_h02_attempt_2026-01-20-10-11-12_x", "answers_2026_01_20", "solutions", "feedback", "1", "0",
        )  # fmt: skip

    def at(self):
        return self.pick(
            (DUE + timedelta(hours=self.chance.randint(-900, 900))).isoformat(), "2099-01-01T00:00:00Z", "2026-99-99T99:99:99",
            "0000-00-00T00:00:00", "", None, 7, "2026-01-01T00:00:00+99:00", "2026-01-20T10:00:00", [], "\ud800", "9" * 400,
        )  # fmt: skip

    def value(self, depth=3):
        leaf = self.pick(
            0, 1, -1, 2**70, 1.5, True, None, "", "x", self.word(), "right", "w " * 3000, "=1+1", "<script>alert(1)</script>",
            "{{ 7*7 }}", f"open({self.canary!r}, 'w')", "\u202e\u200b", "NaN",
        )  # fmt: skip
        if depth == 0 or self.chance.random() < 0.6:
            return leaf
        if self.chance.random() < 0.05:
            out = leaf
            for _ in range(self.pick(20, 49, 51, 200, 400)):
                out = [out] if self.chance.random() < 0.5 else {"a": out}
            return out
        parts = [self.value(depth - 1) for _ in range(self.chance.randint(0, 4))]
        keys = [self.pick("columns", "rows", "a", "not_stored", "\ud800", "1") for _ in parts]
        return self.pick(parts, dict(zip(keys, parts)))

    def entry(self):
        made = {"value": self.value(), "at": self.at()}
        extra = {
            "tries": self.pick(1, -5, "x", 2**70, 1.5), "state": self.pick("right", 7, "x" * 99), "hints": self.pick(0, 3, 99, "x"),
            "opened": self.pick(True, "yes", 1), "kind": self.pick("auto", "text", 3), "lesson": self.pick(2, "2"),
            "points": 999, "awarded_fraction": 99, "self_score": self.pick(3, 9),
        }  # fmt: skip
        made |= {k: v for k, v in extra.items() if self.chance.random() < 0.3}
        for key in list(made):
            if self.chance.random() < 0.03:
                del made[key]
        return made if self.chance.random() < 0.97 else self.pick(7, [], None, "x")

    def learner(self):
        return self.pick(
            {"id": self.victim()}, {"id": self.victim(), "name": self.victim()}, {"id": "m01"}, {}, "h02", None, 7, [],
            {"id": "\ud800"}, {"id": 7}, {"id": "x" * 300}, {"id": ["h01"]}, {"id": "", "name": "\u202e"},
        )  # fmt: skip

    def sheet(self):
        if self.chance.random() < 0.3:  # a good sheet of somebody's, with one thing changed
            made = rehearse.sheet_of(self.victim(), rehearse.answers("strong", tables.load()))
        else:
            some = self.chance.sample(self.every, self.chance.randint(0, 12))
            made = {**sheets.empty(), "answers": {name: self.entry() for name in some}}
            made["learner"] = self.learner()
        strange = self.value(2)
        for part in (
            "schema",
            "module",
            "learner",
            "course",
            "saved_at",
            "answers",
            "locks",
            "votes",
            "earlier",
        ):
            if self.chance.random() < 0.08:
                made[part] = self.pick(strange, {"7": strange}, [strange])
        if self.chance.random() < 0.3 and isinstance(made.get("answers"), dict):
            made["answers"] |= {self.word(): self.entry() for _ in range(self.pick(1, 3, 300))}
        if self.chance.random() < 0.3:
            made["earlier"] = [
                {
                    "id": self.chance.choice(self.every),
                    **(e if isinstance(e := self.entry(), dict) else {}),
                }
                for _ in range(self.pick(1, 5, 400))
            ]
        return made

    def notebook(self):
        sheet = self.sheet()
        answers = sheet.get("answers")
        good = (
            {k: v for k, v in answers.items() if isinstance(v, dict) and "value" in v}
            if isinstance(answers, dict)
            else {}
        )
        learner = sheet.get("learner")
        book = rehearse.notebook_of(
            {"answers": good, "learner": learner if isinstance(learner, dict) else {}}
        )
        for cell in book["cells"]:
            cell["source"] = f"open({self.canary!r}, 'w')"
            if self.chance.random() < 0.2:
                cell["outputs"][0]["data"][sheets.MIME]["learner"] = self.learner()
        return book

    def data(self, depth=0):
        """Return the bytes of one hostile file."""
        kind = self.chance.random()
        if kind < 0.15 and depth < 5:
            return self.zip(depth + 1)
        if kind < 0.2:
            return self.chance.randbytes(self.chance.randint(0, 400))
        if kind < 0.25:
            return self.pick(
                b"",
                b"null",
                b"[" * 5000,
                b'{"answers":' * 500,
                b"PK\3\4",
                b"PK\5\6" + b"\xff" * 18,
                b"{}",
                b"Dear all",
            )
        try:
            text = json.dumps(
                self.notebook() if kind < 0.45 else self.sheet(),
                ensure_ascii=self.chance.random() < 0.5,
            )
        except (ValueError, RecursionError):
            return b'{"answers": {}}'
        text = text.replace('"NaN"', self.pick("NaN", "1e999", "-Infinity", "9" * 5000, '"NaN"'))
        if self.chance.random() < 0.1:
            text = f"<<<<<<< HEAD\n{text}\n=======\n{text[: len(text) // 2]}\n>>>>>>> x\n"
        data = bytearray(
            text.encode(self.pick("utf-8", "utf-8", "utf-16", "utf-8-sig"), "surrogatepass")
        )
        if data and self.chance.random() < 0.3:
            for _ in range(self.chance.randint(1, 9)):
                data[self.chance.randrange(len(data))] = self.chance.randrange(256)
        return bytes(
            data[: self.chance.randrange(len(data))]
            if data and self.chance.random() < 0.1
            else data
        )

    def zip(self, depth):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for _ in range(self.pick(0, 1, 2, 5, 40)):
                where = self.pick(
                    "",
                    "",
                    "../",
                    "/tmp/",
                    "C:\\",
                    "x/",
                    "d/" * self.pick(3, 90, 3000),
                    f"{self.word()}/",
                )
                info = zipfile.ZipInfo(
                    (where + self.name() or "x")
                    .encode("utf-8", "replace")
                    .decode()
                    .replace("\0", "")
                    or "x"
                )
                info.compress_type = zipfile.ZIP_DEFLATED
                if self.chance.random() < 0.05:
                    info.external_attr = 0o120777 << 16
                data = b" " * (5 * 2**20) if self.chance.random() < 0.02 else self.data(depth)
                archive.writestr(info, data)
        out = bytearray(file.getvalue())
        if self.chance.random() < 0.2:
            for _ in range(self.chance.randint(1, 30)):
                out[self.chance.randrange(len(out))] = self.chance.randrange(256)
        return bytes(out)

    def name(self):
        ending = self.pick(
            ".json",
            ".json",
            ".ipynb",
            ".zip",
            ".zip",
            "",
            ".docx",
            ".pdf",
            ".JSON",
            ".txt",
            ".tar.gz",
            ".py",
        )
        return self.word() + ending

    def path(self):
        """Return a name for a file below one's own place, which every system can hold."""
        parts = [self.word() for _ in range(self.pick(0, 0, 0, 1, 2))] + [self.name()]
        clean = [
            p.encode("utf-8", "replace")
            .decode()
            .replace("/", "_")
            .replace("\0", "_")[:60]
            .strip(". ")
            for p in parts
        ]
        return "/".join(part or "x" for part in clean)

    def marks(self):
        line = {
            "at": "x", "learner": self.pick("m01", "m02", "nobody", 7, ["h01"]), "item": self.pick(*self.every, "99.9", 3),
            "marker": self.pick("me", "", None), "scores": self.pick({"Level": 3}, {"level": 3}, {"Level": -5}, {"Level": 9}, [], {}, None),
            "comment": self.pick("", "<script>", 7, None), "text": self.pick("", "0" * 16, 7, None),
        }  # fmt: skip
        return self.pick(
            json.dumps(line), json.dumps(line)[:-9], "[]", "9" * 4400, "null", "", "\x00"
        )

    def override(self):
        return ",".join(
            [
                self.pick("m01", "nobody", "", "\u202e"),
                self.pick("", "1.1", "99", "2"),
                self.pick("", "1", "x"),
                self.pick("", "yes"),
            ]
        )


class Case:
    """One class in ``base``: an honest part that can be graded alone, and hostile pieces to add."""

    def __init__(self, chance, base):
        self.chance, self.base, self.folder = chance, base, base / "in"
        self.layout = chance.choice(list(LAYOUTS))
        self.roster = chance.random() < 0.6
        self.grammar = Grammar(chance, base / "executed")
        self.points, self.pieces = {}, 0
        numbers = chance.sample(range(10_000, 99_999), len(HONEST) + len(HOSTILE))
        self.numbers = dict(zip((*HONEST, *HOSTILE), numbers))
        for who, name in HONEST.items():
            self._honest(who, name)
        lines = ["id,name,email"]
        lines += [f"{who},{name},{who}@example.org" for who, name in (HONEST | HOSTILE).items()]
        (base / "roster.csv").write_text("\n".join(lines), "utf-8")

    def place(self, who):
        name = (HONEST | HOSTILE)[who]
        last, first = name.split()[-1], name.split()[0]
        squashed = "".join(c for c in f"{last}{first}".lower() if c.isalnum())
        words = {"id": who, "name": name, "number": self.numbers[who], "squashed": squashed}
        return LAYOUTS[self.layout].format(**words)

    def _honest(self, who, name):
        auto, chance = self.grammar.auto, self.chance
        given = rehearse.answers("strong", tables.load(), learner=who)
        right = {q.id for q in auto if chance.random() < 0.6}
        given |= {q.id: "nothing of the kind" for q in auto if q.id not in right}
        given |= {
            q.id: f"{who} writes {chance.random()}" for q in questions.all() if q.kind == "text"
        }
        sheet = rehearse.sheet_of(who if chance.random() < 0.7 else "", given, name)
        self.points[who] = sum(q.points for q in auto if q.id in right)
        book = chance.random() < 0.3
        content = json.dumps(rehearse.notebook_of(sheet) if book else sheet)
        name, zipped = "02_who_attended.ipynb" if book else "answers.json", chance.random() < 0.3
        if zipped:
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr(name, content)
            content, name = file.getvalue(), "work.zip"
        self.put(self.place(who) + name, content.encode() if isinstance(content, str) else content)

    def put(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(data)
            self.pieces += 1

    def add_hostile(self):
        """Write the hostile pieces, each in a hostile learner's place, and hostile marks."""
        for who in HOSTILE:
            for _ in range(self.chance.randint(1, 8)):
                try:
                    self.put(self.place(who) + self.grammar.path(), self.grammar.data())
                except OSError:  # a name of one is a folder of another, or too long here
                    continue
        out = self.base / "after"
        out.mkdir()
        lines = [self.grammar.marks() for _ in range(self.chance.randint(0, 9))]
        (out / "marks.jsonl").write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        if self.chance.random() < 0.3:
            lines = ["learner,item,points,excused", *(self.grammar.override() for _ in range(5))]
            (out / "overrides.csv").write_text("\n".join(lines), "utf-8")

    def grade(self, out):
        """Grade by the command; return its exit code."""
        options = ["--roster", str(self.base / "roster.csv")] if self.roster else []
        options += ["--due", DUE.isoformat(), "--late-per-day", "10"]
        with redirect_stdout(io.StringIO()):
            return main(["grade", str(self.folder), "--out", str(self.base / out), *options])

    def rows(self, out):
        with open(self.base / out / "grades.csv", encoding="utf-8-sig", newline="") as file:
            return {row["learner"]: row for row in csv.DictReader(file)}

    def said_of(self, learners, out):
        """Return all that a run says of these learners: lines, places, pages and texts in order."""
        lines = (self.base / out / "texts.jsonl").read_text("utf-8").splitlines()
        pages = page_names([Owner(Person(who)) for who in learners])
        return {
            "rows": [row for who, row in self.rows(out).items() if who in learners],
            "texts": [line for line in lines if json.loads(line)["learner"] in learners],
            "pages": {p: (self.base / out / "feedback" / p).read_bytes() for p in pages.values()},
        }


def check(chance, base):
    """Grade one random class without and with its hostile pieces; return how many pieces it had.

    Raises AssertionError, or whatever grading raises, when anything of an honest learner moved.
    """
    case = Case(chance, base)
    assert case.grade("before") in (0, 1)
    honest = {who for who, row in case.rows("before").items() if row["total"]}
    before = case.said_of(honest, "before")
    totals = sorted(float(row["total"]) for row in before["rows"])
    assert totals == sorted(case.points.values()), (case.layout, case.roster)
    case.add_hostile()
    assert case.grade("after") in (0, 1)
    after = case.said_of(honest, "after")
    for part, was in before.items():
        assert after[part] == was, (case.layout, case.roster, part)
    graded = {who for who, row in case.rows("after").items() if row["total"]}
    passing = (graded - honest) & {*HONEST, *HONEST.values()}
    assert not passing, f"somebody passes for {passing}"
    assert not (base / "executed").exists()
    assert {p.name for p in base.iterdir()} == {"in", "before", "after", "roster.csv"}
    return case.pieces
