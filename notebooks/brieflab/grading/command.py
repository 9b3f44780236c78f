"""``brieflab grade`` and ``brieflab rehearse``: the instructor's two lines.

Calls the rest of the room in order, and decides nothing of its own.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brieflab import questions
from brieflab.grading.problems import COLUMNS, Problem
from brieflab.grading.score import Rules, Score, read_due, read_share, score
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
      match files to learners by a class list with the columns id,name[,email]
  brieflab grade submissions --due 2026-01-31T18:00 --late-per-day 10
      each started day after the due time takes off 10 % of what a late answer earned;
      an answer that was right in time stays right, even if it was saved again later
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
  canvas.csv, moodle.csv, blackboard.csv    for the grade book of your platform;
                  a total stays empty until every text of the learner has a mark
  texts.jsonl     the texts that wait for solutions/grading_desk.ipynb
  marks.jsonl     your marks from the desk: grading reads them and never writes them

Run it again as often as you like: same files, same result, and your marks stay.
Lateness is read from the time that check() stored with an answer. A learner could edit it;
where Canvas says LATE and the sheet does not, problems.csv names it.

exit code: 0 everything was read; 1 graded, but problems.csv names problems; 2 not graded"""

_REHEARSE = """\
Make a synthetic class to practise on: strong learners, typical mistakes, blanks, a mangled
file, a late one, a duplicate. Then: brieflab grade FOLDER, and open the grading desk."""


@dataclass
class Summary:
    """What one grading run did: the Scores by learner, the problems, the folder written."""

    out: Path
    scores: list[Score]
    problems: list[Problem]
    files: int

    @property
    def exit_code(self) -> int:
        """0 if nothing needs a look, 1 otherwise."""
        return int(any(p.level == "problem" for p in self.problems))

    def __str__(self):
        waiting = sum(score.count("awaiting mark") for score in self.scores)
        unread = sum(score.count("unreadable") == len(score.items) for score in self.scores)
        nothing = sum(score.total is None for score in self.scores) - unread
        named = sum(p.level == "problem" for p in self.problems)
        told = [
            (True, f"{len(self.scores)} learners, {self.files} files read as data."),
            (unread, f"{unread} could not be read at all: they have no total, not a zero."),
            (nothing, f"{nothing} on the roster sent nothing: their total is empty."),
            (waiting, f"{waiting} texts await a mark: open solutions/grading_desk.ipynb."),
            (named, f"{named} problems to look at: {self.out / 'problems.csv'}"),
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
) -> Summary:
    """Grade the submissions in ``folder`` into ``out``; return a Summary.

    roster: path of a class list. nbgrader: path of a gradebook to fill. progress(iterable, what)
    wraps what takes time. Raises PlainError when ``folder`` does not exist, the roster cannot be
    read or another run is writing to ``out``.
    """
    from brieflab import tables
    from brieflab.grading import export, report
    from brieflab.grading.collect import collect, unpack
    from brieflab.grading.marks import Marks
    from brieflab.grading.people import Roster, read_roster

    rules, out = rules or Rules(), Path(out)
    people = read_roster(roster) if roster else Roster()
    data, asked = tables.load(), rules.questions()
    with _alone(out):
        found = collect(folder, people, out, lambda files: progress(files, "reading"))
        marks, problems = Marks(out), found.problems
        if marks.damaged:
            said = f"{marks.damaged} lines could not be read, as after a crash; the others count"
            problems.append(Problem("marks file", said, marks.path.name))
        given, tally, scores = marks.by_item(), report.Tally(asked), []
        pages = report.page_names([owner.person for owner in found.owners])
        with export.writing(out / "texts.jsonl") as texts:
            for owner in progress(found.owners, "grading"):
                who = owner.person.id
                result = score(owner, unpack(owner), data, rules, given)
                problems += result.problems
                page = report.feedback_page(result, rules)
                export.write(out / "feedback" / pages[who], page, sync=False)
                for item in result.items.values():
                    if item.state in ("awaiting mark", "marked"):
                        line = {"item": item.question.id, "learner": who, "text": item.value}
                        texts.write(json.dumps(line) + "\n")
                    item.value, item.message = None, item.message if item.mistake else ""
                tally.add(result)
                scores.append(result)
        for page in (out / "feedback").iterdir():
            if page.name not in pages.values():
                page.unlink()
        problems.sort(key=Problem.order)
        items = tally.items()
        items = items.astype(object).where(items.notna(), None)
        rows = [report.grades_row(result) for result in scores]
        export.write_csv(out / "grades.csv", report.grades_header(asked), rows)
        export.write_csv(out / "items.csv", items.columns, items.values.tolist())
        export.write_csv(out / "problems.csv", COLUMNS, [problem.row for problem in problems])
        totals = [result.total if result.final else None for result in scores]
        export.gradebooks(out, zip(found.owners, totals), sum(q.points for q in asked))
        export.write(out / "class.html", report.overview_page(tally, problems))
        if nbgrader:
            export.to_nbgrader(nbgrader, scores)
    return Summary(out, scores, problems, found.files)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Prepare the folder ``out`` and keep a second run from writing to it at the same time."""
    from filelock import FileLock, Timeout

    lock = FileLock(out / ".grading.lock", timeout=0)
    try:
        (out / "feedback").mkdir(parents=True, exist_ok=True)
        held = lock.acquire()
        for left in [*out.glob("*.part"), *(out / "feedback").glob("*.part")]:
            left.unlink()
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


def _due(text):
    return read_due(text) if text.strip() else None


def add_command(commands: Any) -> None:
    """Add ``grade`` and ``rehearse`` to the command line (argparse's subparsers)."""
    one = commands.add_parser("grade", help="grade a folder of submissions", description=_GRADE)
    one.epilog, one.formatter_class = _EXAMPLES, argparse.RawDescriptionHelpFormatter
    one.set_defaults(run=_run_grade)
    add = one.add_argument
    add("folder", metavar="FOLDER", help="the submissions: a folder, a zip or one file")
    add("--roster", metavar="CSV", help="class list with the columns id,name[,email]")
    add("--out", metavar="FOLDER", default="graded", help="where to write (graded/)")
    when = "2026-01-31 (its end) or 2026-01-31T18:00"
    add("--due", metavar="TIME", type=_read_by(_due), help=when)
    share = "share of a late answer's points lost for each started day, such as 10"
    add("--late-per-day", metavar="PERCENT", type=_read_by(read_share), default=0.0, help=share)
    which = "the lessons that were set: 2 or 1,2,5 or 1-4 (all)"
    add("--lessons", default="", help=which)
    add("--seed", default="", help="the course seed; without one nobody has variants")
    add("--nbgrader", metavar="DB", help="also fill this nbgrader gradebook.db")
    own = "also grade your private questions: the folder with their keys, outside the submissions"
    add("--private", metavar="FOLDER", help=own)
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
        from tqdm import tqdm
    except ImportError as error:
        raise PlainError(
            f"Grading needs {error.name}. Install the grading tools: "
            'python -m pip install "brieflab[grade]"'
        ) from None
    if chosen.late_per_day and not chosen.due:
        raise PlainError("--late-per-day needs --due: when was the work due?")
    rules = Rules(chosen.seed, chosen.due, chosen.late_per_day, chosen.lessons)
    if chosen.rerun:
        from brieflab.grading import rerun

        rerun.need_isolation()

    def progress(found, what):
        return tqdm(found, desc=what, unit="", disable=not sys.stderr.isatty())

    done = grade(chosen.folder, chosen.out, chosen.roster, rules, chosen.nbgrader, progress)
    print(done)
    if chosen.rerun:
        print(rerun.compare(chosen.folder, chosen.out))
    return done.exit_code


def _run_rehearse(chosen):
    from brieflab.grading.rehearse import DUE, rehearse

    folder = rehearse(chosen.folder, chosen.learners)
    print(f"A class of {chosen.learners} is in {folder}. Now:")
    print(f"brieflab grade {folder} --roster {folder.parent / 'roster.csv'} --due {DUE}")
