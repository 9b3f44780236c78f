"""``brieflab grade`` and ``brieflab rehearse``: the instructor's two lines.

Calls the rest of the room in order, and decides nothing of its own.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from brieflab import questions
from brieflab.grading.problems import COLUMNS, Problem, guard, ordered
from brieflab.grading.roster import visible
from brieflab.grading.rules import (
    Decided,
    Rules,
    read_dues,
    read_grace,
    read_share,
)
from brieflab.grading.score import Score, score, texts_of, unreadable
from brieflab.plain import PlainError

_GRADE = """\
Grade a folder of submissions: answer sheets (answers.json) and notebooks, loose, in folders or
in zips, as downloaded from Moodle, Canvas or Blackboard, or in nbgrader's submitted/ layout.
Nothing in a submission is executed, and nothing is written outside --out."""

_EXAMPLES = """\
examples:
  brieflab grade submissions
      grade what lies in submissions/ and write graded/
  brieflab grade moodle-download.zip --roster roster.csv
      match files to learners by a class list: id,name[,email], or the list that Moodle, Canvas,
      Blackboard, Brightspace, Gradescope or nbgrader exports
  brieflab grade submissions --due 2026-01-31T18:00 --late-per-day 10
      each started day after the due time takes off 10 % of what a late answer earned;
      an answer that was right in time stays right, even if it was saved again later
  brieflab grade submissions --due '2026-02-28, 2=2026-01-24' --grace 15
      one lesson has a due time of its own; nothing is late for a quarter of an hour
  brieflab grade submissions --lessons 1-3
      only these lessons count, for a course that has come so far
  brieflab grade submissions --seed autumn26
      each learner's variants of the questions, from the seed you gave your course
  brieflab grade exam --private ../private --lessons 21 --out graded-exam
      questions of your own, whose keys lie in ../private and nowhere else

what you get, in --out:
  grades.csv      a line a learner: total, and every item as awarded, possible, state
  items.csv       a line a question: how hard, how telling, which mistake how often
  problems.csv    what could not be read or looks odd: look here first
  feedback/       a page for each learner, with nobody else's data
  class.html      what the class mixed up, with plots, for your next session
  canvas.csv, moodle.csv, moodle_worksheet.csv, blackboard.csv
                  grades for your platform, a column a lesson; nothing is written for a
                  lesson until every text of the learner in it has a mark
  feedback_moodle.zip, feedback_canvas.zip
                  the pages, to upload where the submissions were downloaded
  left_out.csv    who is missing in one of these files, and why
                  (TEACHING.md, section 7, walks through each upload)
  process.csv     with --process: what the process shows, each column with a sentence on
                  what it is not evidence of
  texts.jsonl     the texts that wait for solutions/grading_desk.ipynb
  marks.jsonl     your marks from the desk: grading reads them and never writes them
  changes.csv     whose points changed since the last run, and why
  run.json        what was asked for; the next run says what it was asked otherwise

what you may put there yourself:
  overrides.csv   columns learner, item, points, excused, extension, file, reason: points that you
                  decide on, questions (2.6) or lessons (2) that do not count for somebody, a due
                  time of their own, whose a file is. Grading reads it and never writes it.
  Nothing that you put into --out is deleted.

Whose a file is: the class list and the outermost folder or platform name decide; a name or id
inside can only confirm them. What contradicts itself is graded to nobody until you settle it.

Run it again as often as you like: same files, same result, and your marks stay.
Lateness is read from the time that check() stored with an answer. A learner could edit it: times
that cannot be are named, and so is a file that Canvas calls LATE and the sheet does not.

exit code: 0 everything was read; 1 graded, but problems.csv names problems; 2 not graded"""

_REHEARSE = """\
Make a synthetic class to practise on: strong learners, typical mistakes, blanks, a mangled
file, a late one, a duplicate. Then: brieflab grade FOLDER, and open the grading desk."""


@dataclass
class Summary:
    """What one grading run did: the Scores by learner, the problems, the folder written.

    said: the rules, what was asked otherwise in the last run, and whose points changed. returned:
    what there is to upload.
    """

    out: Path
    scores: list[Score]
    problems: list[Problem]
    files: int
    said: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 if nothing needs a look, 1 otherwise."""
        return int(any(p.level == "problem" for p in self.problems))

    def __str__(self):
        waiting = sum(score.count("awaiting mark") for score in self.scores)
        unread = sum(score.count("unreadable") == len(score.items) for score in self.scores)
        part = sum(score.incomplete for score in self.scores if score.total is not None)
        nothing = sum(
            score.count("blank") == len(score.items) and score.total is None
            for score in self.scores
        )
        named = sum(p.level == "problem" for p in self.problems)
        told = [
            (True, f"{len(self.scores)} learners, {self.files} files read as data."),
            *((True, sentence) for sentence in self.said),
            (
                unread,
                f"{unread} could not be read, or nobody knows whose it is: no total, not a zero.",
            ),
            (part, f"{part} sent more than could be read: their total is not final."),
            (nothing, f"{nothing} on the roster sent nothing: their total is empty."),
            (waiting, f"{waiting} texts await a mark: open solutions/grading_desk.ipynb."),
            (named, f"{named} problems to look at: {self.out / 'problems.csv'}"),
            *((True, sentence) for sentence in self.returned),
            (True, f"Grades: {self.out / 'grades.csv'}; overview: {self.out / 'class.html'}"),
        ]
        return "\n".join(line for needed, line in told if needed)


def grade(
    folder: str | Path,
    out: str | Path = "graded",
    roster: str | Path | None = None,
    rules: Rules | None = None,
    nbgrader: str | Path | None = None,
    progress: Callable[[Iterable, str], Iterable] = lambda found, what: found,
    signals: bool = False,
) -> Summary:
    """Grade the submissions in ``folder`` into ``out``; return a Summary.

    roster: path of a class list. nbgrader: path of a gradebook to fill. progress(iterable, what)
    wraps what takes time. signals: also write process.csv; without, an older one is removed.
    Raises PlainError when ``folder`` does not exist, the roster or the overrides cannot be read or
    another run is writing to ``out``.
    """
    from brieflab import tables
    from brieflab.grading import export, lms, process, report, runs
    from brieflab.grading.collect import collect, unpack
    from brieflab.grading.marks import Marks, Written
    from brieflab.grading.overrides import read_overrides
    from brieflab.grading.pile import lines_of
    from brieflab.grading.roster import Roster, read_roster

    rules, out = rules or Rules(), Path(out)
    people = read_roster(roster) if roster else Roster()
    data, asked = tables.load(), rules.questions()
    with _alone(out):
        overrides, before = read_overrides(out), runs.last(out)
        names = [question.id for question in asked]
        every = {question.id for question in questions.all()}
        found = collect(
            folder, people, out, lambda files: progress(files, "reading"), every, overrides.settled
        )
        decided = overrides.sort([owner.person for owner in found.owners], people)
        problems = found.problems + overrides.problems
        marks = Marks(out)
        written = [
            Written(owner.person.id, _texts(owner, unpack, rules, decided), frozenset(owner.called))
            for owner in found.owners
        ]
        given = marks.attach(written)
        problems += _about_marks(marks, given)
        tally, scores, kept, shown = report.Tally(asked), [], {}, {}
        pages = report.page_names(found.owners)
        with export.writing(out / "texts.jsonl") as texts:
            for owner in progress(found.owners, "grading"):
                who, failed = owner.person.id, []
                with guard(failed.append):
                    mine, sheet = decided.get(who), unpack(owner)
                    if signals and sheet:
                        shown[who] = process.row(owner.person, sheet, names)
                    result = score(owner, sheet, data, rules, given.given, mine)
                    page = report.feedback_page(result, rules)
                    lines = _lines(result, given.moved)
                    kept[who] = runs.kept(result)
                for why in failed:
                    result = unreadable(owner, rules)
                    result.say("unreadable", f"it could not be graded: {why}")
                    page, lines = report.feedback_page(result, rules), []
                    kept[who] = runs.kept(result)
                problems += result.problems
                problems += _write_page(out / "feedback" / pages[who], page)
                texts.writelines(lines)
                for item in result.items.values():
                    item.value, item.message = None, item.message if item.mistake else ""
                tally.add(result)
                scores.append(result)
        problems += _clear_pages(out / "feedback", set(pages.values()))
        if signals:
            like = process.likes(lines_of(out))
            rows = [[*row, "; ".join(like.get(who, []))] for who, row in shown.items()]
            rows.insert(0, list(process.NOT_EVIDENCE.values()))
            export.write_csv(out / process.NAME, process.NOT_EVIDENCE, rows)
        else:
            (out / process.NAME).unlink(missing_ok=True)
        options = runs.options_of(rules, Path(roster) if roster else None)
        other = runs.other_options(before, options)
        problems += [
            Problem("options", f"{what}; the last run in {out} had it", "", level="note")
            for what in other
        ]
        changed = runs.changes(before, kept, other)
        problems = ordered(problems)
        items = tally.items()
        items = items.astype(object).where(items.notna(), None)
        rows = [report.grades_row(result) for result in scores]
        export.write_csv(out / "grades.csv", report.grades_header(asked), rows)
        export.write_csv(out / "items.csv", items.columns, items.values.tolist())
        export.write_csv(out / "problems.csv", COLUMNS, [problem.row for problem in problems])
        export.write_csv(out / "changes.csv", runs.COLUMNS, changed)
        returned = lms.hand_back(out, found.owners, scores, asked, people, pages)
        used = [
            (result.person.id, name, item.decided)
            for result in scores
            for name, item in result.items.items()
            if item.decided
        ]
        export.write(out / "class.html", report.overview_page(tally, problems, rules, used))
        if nbgrader:
            export.to_nbgrader(nbgrader, scores)
        state = {"options": options, "learners": kept}
        export.write(out / runs.NAME, json.dumps(state, sort_keys=True))
    said = rules.told()
    said += [f"Asked otherwise than in the last run: {'; '.join(other)}."] if other else []
    if changed:
        who = len({row[0] for row in changed})
        said.append(f"{who} learners have other points than in the last run: {out / 'changes.csv'}")
    return Summary(out, scores, problems, found.files, said, returned)


def _texts(owner, unpack, rules, decided):
    """Return {question id: digest} of an Owner's texts; none where they cannot be read."""
    found = {}
    with guard(lambda why: None):
        if sheet := unpack(owner):
            found = texts_of(sheet, rules, decided.get(owner.person.id, Decided()))
    return found


def _about_marks(marks, given):
    """Yield what was read in the marks file and not used, and what went to another id."""
    name = marks.path.name
    for number, why in marks.rejected:
        yield Problem("marks file", f"line {number} is not used: {why}", name)
    for mark, why in given.unused:
        whose = f"the mark by {visible(mark['marker'])} for '{visible(mark['learner'])}'"
        yield Problem("marks file", f"{whose} stands alone: {why}", name, item=mark["item"])
    for mark, who in given.moved:
        what = f"a mark by {visible(mark['marker'])} for '{visible(mark['learner'])}' is theirs"
        yield Problem("marks file", what, name, who, mark["item"], level="note")


def _lines(result, moved):
    """Return the lines of texts.jsonl of a Score: what waits at the desk, and what is marked.

    expected: the share of the automatic points, by which the desk can tell drift.
    """
    out, rule = [], [i for i in result.items.values() if i.question.kind != "text"]
    rule = [item for item in rule if item.awarded is not None]
    most = sum(item.question.points for item in rule)
    expected = round(sum(item.awarded for item in rule) / most, 3) if most else None
    for item in result.items.values():
        if item.state in ("awaiting mark", "marked"):
            who, name = result.person.id, item.question.id
            line = {"item": name, "learner": who, "text": item.value, "expected": expected}
            was = [mark["learner"] for mark, now in moved if (now, mark["item"]) == (who, name)]
            out.append(json.dumps(line | ({"was": was} if was else {})) + "\n")
    return out


def _write_page(path, page):
    """Write a feedback page; what somebody wrote into the old one is kept beside it."""
    from brieflab.grading import export, report

    told = []
    old = _text_of(path)
    if old is not None and "<!-- brieflab " in old and not report.is_ours(old):
        aside = path.with_name(f"{path.stem}.yours.html")
        export.write(aside, old)
        what = f"it was changed by hand; the changed page is kept as {aside.name}"
        told.append(Problem("feedback page", what, path.name, level="note"))
    export.write(path, page, sync=False)
    return told


def _clear_pages(folder, current):
    """Remove pages of learners who are gone, if grading wrote them; tell of all other files."""
    from brieflab.grading import report

    others = 0
    for path in sorted(folder.iterdir()):
        if path.name in current or path.name.endswith(".yours.html"):
            continue
        text = _text_of(path) if path.suffix == ".html" else None
        if text is not None and report.is_ours(text):
            path.unlink()
        else:
            others += 1
    if others:
        what = f"{others} files in feedback/ are not of this run and were left there"
        yield Problem("feedback page", what, "feedback", level="note")


def _text_of(path):
    try:
        return path.read_bytes().decode("utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError):
        return None


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Prepare the folder ``out`` and keep a second run from writing to it at the same time."""
    from filelock import FileLock, Timeout

    lock = FileLock(out / ".grading.lock", timeout=0)
    try:
        (out / "feedback").mkdir(parents=True, exist_ok=True)
        held = lock.acquire()
    except Timeout:
        said = f"Another grading run is writing to {out}. Wait until it is done."
        raise PlainError(said) from None
    except OSError as error:
        raise PlainError(
            f"The folder {out} cannot be written ({error.strerror}). Name another with --out."
        ) from error
    with held:
        yield


def _read_by(reader: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return ``reader`` for argparse, which has words of its own for any other error."""

    def read(text):
        try:
            return reader(text)
        except PlainError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def add_command(commands: Any) -> None:
    """Add ``grade`` and ``rehearse`` to the command line (argparse's subparsers)."""
    one = commands.add_parser("grade", help="grade a folder of submissions", description=_GRADE)
    one.epilog, one.formatter_class = _EXAMPLES, argparse.RawDescriptionHelpFormatter
    one.set_defaults(run=_run_grade)
    add = one.add_argument
    add("folder", metavar="FOLDER", help="the submissions: a folder, a zip or one file")
    add(
        "--roster",
        metavar="CSV",
        help="class list: id,name[,email], or as your platform exports it",
    )
    add("--out", metavar="FOLDER", default="graded", help="where to write (graded/)")
    when = (
        "2026-01-31 (its end) or 2026-01-31T18:00; for lessons with a time of their own "
        "'2026-01-31, 2=2026-01-24, 3-4=2026-02-07'"
    )
    add("--due", metavar="TIME", action="append", default=[], help=when)
    some = "minutes after the due time in which nothing is late, such as 15"
    add("--grace", metavar="MINUTES", type=_read_by(read_grace), default=timedelta(0), help=some)
    share = "share of a late answer's points lost for each started day, such as 10"
    add("--late-per-day", metavar="PERCENT", type=_read_by(read_share), default=0.0, help=share)
    which = "the lessons that were set: 2 or 1,2,5 or 1-4 (all)"
    add("--lessons", default="", help=which)
    add("--seed", default="", help="the course seed; without one nobody has variants")
    add("--nbgrader", metavar="DB", help="also fill this nbgrader gradebook.db")
    own = "also grade your private questions: the folder with their keys, outside the submissions"
    add("--private", metavar="FOLDER", help=own)
    seen = (
        "also write process.csv for your eyes: tries, hints, like texts; never points. Tell the "
        "class before (TEACHING.md, section 7); a run without it removes the file"
    )
    add("--process", action="store_true", help=seen)
    apart = (
        "also execute the notebooks, isolated (Linux with bubblewrap), and report where code and "
        "recorded answers differ; never changes a grade"
    )
    add("--rerun", action="store_true", help=apart)
    made = "make a synthetic class to practise on"
    two = commands.add_parser("rehearse", help=made, description=_REHEARSE)
    two.add_argument("folder", metavar="FOLDER", help="a new or empty folder")
    two.add_argument("--learners", type=int, default=12, help="how many learners (12)")
    two.set_defaults(run=_run_rehearse)


def _run_grade(chosen):
    if chosen.private:
        from brieflab import private

        private.bring(chosen.private, top=".", outside=chosen.folder)
    chosen.lessons = questions.read_lessons(chosen.lessons)
    try:
        import rapidfuzz  # noqa: F401 (for the desk, which comes next)
        from tqdm import tqdm
    except ImportError as error:
        raise PlainError(
            f"Grading needs {error.name}. Install the grading tools: "
            'python -m pip install "brieflab[grade]"'
        ) from None
    times = dict(pair for text in chosen.due for pair in read_dues(text))
    for option, given in (("--late-per-day", chosen.late_per_day), ("--grace", chosen.grace)):
        if given and not times:
            raise PlainError(f"{option} needs --due: when was the work due?")
    due, dues = times.pop(None, None), tuple(sorted(times.items()))
    rules = Rules(
        chosen.seed, due, chosen.late_per_day, chosen.lessons, dues=dues, grace=chosen.grace
    )
    if chosen.rerun:
        from brieflab.grading import rerun

        rerun.need_isolation()

    def progress(found, what):
        return tqdm(found, desc=what, unit="", disable=not sys.stderr.isatty())

    done = grade(
        chosen.folder, chosen.out, chosen.roster, rules, chosen.nbgrader, progress, chosen.process
    )
    print(done)
    if chosen.rerun:
        print(rerun.compare(chosen.folder, chosen.out))
    return done.exit_code


def _run_rehearse(chosen):
    from brieflab.grading.rehearse import DUE, rehearse

    folder = rehearse(chosen.folder, chosen.learners)
    print(f"A class of {chosen.learners} is in {folder}. Now:")
    print(f"brieflab grade {folder} --roster {folder.parent / 'roster.csv'} --due {DUE}")
