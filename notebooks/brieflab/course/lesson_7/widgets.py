"""The widgets of lesson 7: lock forecasts before the outcomes open, recall them, see them judged."""

from html import unescape
from importlib.resources import files

import anywidget
import ipywidgets as W
from IPython.display import display
from traitlets import Unicode

from brieflab import sheet
from brieflab.course.lesson_7 import forecasts as F
from brieflab.course.lesson_7 import theatre as T
from brieflab.course.lesson_7.scene import theatre as theatre_scene
from brieflab.html import render, table_html
from brieflab.live import Live
from brieflab.plain import PlainError, need_columns, need_known
from brieflab.stage import Chips, Stepper, Switch, stage
from brieflab.stage.asking import Asking
from brieflab.stage.svg import style
from brieflab.tables import load
from brieflab.trace import source_and_more


def _file(name):
    return files("brieflab.course.lesson_7").joinpath(name).read_text("utf-8")


class Axes(Live, anywidget.AnyWidget):
    """Questions on axes from 0 to 100 per cent, nested pairs on one, and a button at the end.

    asked: dict id -> row, as ``forecasts.asked`` gives it. ``page`` is the empty form: what a
    learner types comes and goes as a message (see ``hear``) and is in no state and no output.
    """

    _esm = _file("axes.js")
    page = Unicode().tag(sync=True)
    legend = opening = how = ask = sure = button = above = ""
    strict = False
    asleep, guarded = "", False  # the form says so itself

    def __init__(self, asked):
        self.asked = asked
        groups = [self._group(ids) for ids in self._axes()]
        super().__init__(
            page=render(
                "axes",
                style=style() + _file("axes.css"),
                groups=groups,
                opening=self.opening,
                how=self.how,
                ask=self.ask if any(group["crossing"] for group in groups) else "",
                above=self.above,
                legend=self.legend,
                sure=self.sure,
                button=self.button,
            )
        )
        self.on_msg(lambda widget, said, buffers: self.send(self.hear(said)))

    def _axes(self):
        """Return the ids axis by axis: the narrower of a pair before the wider, others alone."""
        inner = {
            str(row.nested_in): i
            for i, row in self.asked.items()
            if getattr(row, "nested_in", None) in self.asked
        }
        pairs = {i: [inner[i], i] for i in inner} | {inner[i]: [inner[i], i] for i in inner}
        axes = [pairs.get(i, [i]) for i in self.asked]
        return [axis for n, axis in enumerate(axes) if axis not in axes[:n]]

    def _group(self, ids):
        questions = [self.asked[i].question for i in ids]
        stem = _common(questions) if len(ids) > 1 else ""
        return {
            "stem": stem,
            "crossing": _crossing(*ids) if self.strict and len(ids) > 1 else "",
            "known": self.known(ids),
            "asked": [
                {"id": i, "question": q, "words": q[len(stem) :].strip(), "told": self.told(i)}
                for i, q in zip(ids, questions)
            ],
        }

    def known(self, ids):
        """Return lines of text on what may be looked up for the questions ``ids``."""
        return []

    def told(self, i):
        """Return what is said of question ``i`` beside it."""
        return ""

    def hear(self, said):
        """Return the answer to a message of the browser, both dicts.

        "hello" is answered with what is ``typed`` so far, or "done"; "keep" (id -> text) is kept;
        "finish" (id -> text) with "sure" ends it, or is answered with what is "wrong" (id ->
        sentence).
        """
        try:
            if "keep" in said:
                return self.keep(said["keep"])
            if "finish" in said:
                return self.end(said["finish"], said.get("sure"))
            return self.hello()
        except PlainError as error:
            return {"said": str(error)}

    def hello(self):
        """Return what the form opens with."""
        return {"typed": {}}

    def keep(self, typed):
        """Return a sentence on what is typed so far."""
        numbers = sum(_reads(typed.get(i, "")) for i in self.asked)
        return {"said": f"{numbers} of {len(self.asked)} have a number."}

    def end(self, typed, sure):
        """Finish, if everything can be read, fits together and is confirmed."""
        values, wrong = {}, {}
        for i in self.asked:
            try:
                text = str(typed.get(i, "")).strip()
                if not text:
                    raise PlainError("No number yet: a guess is an answer too.")
                values[i] = F.read_per_cent(text)
            except PlainError as error:
                wrong[i] = str(error)
        wrong |= self.doubts(values)
        if wrong:
            first = next(i for i in self.asked if i in wrong)
            return {
                "wrong": wrong,
                "said": f"Not yet: look at {', '.join(wrong)}. {first} comes first.",
            }
        if not sure:
            return {"said": f"Tick “{unescape(self.sure)}”, then press the button again."}
        return {"done": self.finish(values)}

    def doubts(self, values):
        """Return id -> sentence for numbers that do not go together."""
        return {}

    @property
    def text(self):
        """The questions, a line each."""
        return "\n".join(f"{i}. {row.question}" for i, row in self.asked.items())

    @property
    def html(self):
        """The empty form, which says that its cell has to be run."""
        return self.page


def _crossing(narrower, wider):
    """Return the sentence on a crossed pair; the browser fills in both numbers."""
    return F.CROSSED.format(narrower=narrower, wider=wider, inner="{inner}", outer="{outer}")


def _common(questions):
    """Return the words with which both questions begin, or "" when these are few."""
    a, b = (question.split() for question in questions)
    same = next((n for n, (x, y) in enumerate(zip(a, b)) if x != y), 0)
    stem = " ".join(a[:same]).split(" on or before")[0]
    return stem if same >= 5 else ""


def _reads(text):
    try:
        F.read_per_cent(text)
    except PlainError:
        return False
    return True


class LockForm(Axes):
    """The forecasts before and after the lock; a second output carries the lock itself."""

    legend = "Your forecasts"
    opening = "It is 31 December 2020."
    how = "Drag a dot, press the arrow keys in a box, or type: 30, 30 % and 0.3 mean the same."
    ask = "Two questions on one axis are nested. Decide first: which of them must be the likelier?"
    sure = "I am done: this is final"
    button = "Lock my forecasts"
    strict = True
    receipt = None

    def __init__(self, asked, scale=None):
        if scale is not None:
            self.above = table_html(
                scale, "One published scale from words to numbers: ICD 203, US intelligence [H49]"
            )
        self.sources = load()["sources"]
        super().__init__(asked)

    def known(self, ids):
        rows = {r.row_id: r for i in ids for r in F.clues(self.asked[i].claim_id).itertuples()}
        return [
            f"{r.text} ({source_and_more(r.source_id, self.sources)}) [{r.row_id}]"
            if r.source_id
            else f"{r.text} [{r.row_id}]"
            for r in rows.values()
        ]

    def hello(self):
        try:
            if F.locked():
                return {"done": self.locked(), "quiet": True}
        except PlainError as error:
            return {"done": str(error), "quiet": True}
        draft = F.kept_locks().get("draft", {}).get("probabilities", {})
        return {"typed": {i: _as_typed(draft[i]) for i in self.asked if i in draft}}

    def keep(self, typed):
        made = {i: _kept(text) for i, text in typed.items() if i in self.asked and text.strip()}
        draft = {"at": sheet.now(), "probabilities": made}

        def change(found):
            locks = found.setdefault("locks", {})
            if "forecasts" not in locks:
                locks["draft"] = draft

        sheet.update(change)
        return {"said": f"{super().keep(typed)['said']} Kept in your answer sheet."}

    def doubts(self, values):
        nested = [
            i for i, row in self.asked.items() if getattr(row, "nested_in", None) in self.asked
        ]
        return F.crossed(values, load()["forecasts"]) if nested else {}

    def finish(self, values):
        F.lock(values, self.asked)
        if self.receipt is not None:
            self.receipt.update(receipt(), raw=True)
        return self.locked()

    def locked(self):
        """Return the sentence that stands in the form's place; no number helps to recall."""
        return (
            f"Your {len(F.locked()['probabilities'])} forecasts are locked. The numbers are out of "
            "sight until you have recalled them."
        )

    def _ipython_display_(self):
        super()._ipython_display_()
        self.receipt = display(receipt(), raw=True, display_id=True)


def _kept(text):
    """Return what was typed as the sheet keeps it: a proportion if it can be read."""
    return f"{F.read_per_cent(text):g}" if _reads(text) else text.strip()


def _as_typed(kept):
    """Return what the sheet keeps as it stands in a box: per cent, or as it was typed."""
    try:
        return f"{100 * F.to_probability(kept):g}"
    except PlainError:
        return str(kept)


def receipt():
    """Return the mime bundle with the lock: a line for readers, the entry for the answer sheet."""
    try:
        entry = F.locked()
    except PlainError as error:
        return {"text/plain": str(error)}
    if entry is None:
        return {"text/plain": "Not locked yet."}
    line = (
        f"{len(entry['probabilities'])} forecasts locked on {entry['at'][:16].replace('T', ' ')} UTC, "
        f"seal {entry['hash'][:12]}."
    )
    answer = {
        "id": "7.3",
        "value": entry["probabilities"],
        "at": entry["at"],
        "lesson": 7,
        "locks": {"forecasts": entry},
        "learner": sheet.load()["learner"],
    }
    return {"text/plain": line, sheet.MIME: answer}


class RecallForm(Axes):
    """What was locked, from memory, with the outcomes in sight."""

    legend = "What you remember"
    opening = "What did you lock?"
    how = "From memory, before you look. Drag, press the arrow keys in a box, or type per cent."
    sure = "I am done: this is final"
    button = "Record what I remember"

    def __init__(self, asked, outcomes, then):
        self.happened, self.then = outcomes.set_index("forecast_id")["outcome"], then
        super().__init__(asked)

    def told(self, i):
        return "✓ It happened." if self.happened[i] == "yes" else "✗ It did not happen."

    def hello(self):
        return {"done": RECALLED, "quiet": True} if F.recalled() else {"typed": {}}

    def finish(self, values):
        F.record_recall(values)
        self.then()
        return f"{RECALLED} Here is how the years judged your forecasts."


RECALLED = "Your recall is recorded."


class Recall(Live, W.VBox):
    """The form of recall, and in its place, once it is recorded, the years that judge."""

    asleep, guarded = "", False

    def __init__(self, entry, outcomes):
        self.form = RecallForm(
            F.asked(load()["forecasts"], entry["probabilities"]), outcomes, self.judge
        )
        self.outcomes = outcomes
        super().__init__([self.form])

    def judge(self):
        """Show the years below the form, whose last sentence stays."""
        self.children = [self.form, Asking(judged(self.outcomes))]

    @property
    def text(self):
        """The questions, a line each."""
        return self.form.text

    @property
    def html(self):
        """The empty form, which says that its cell has to be run."""
        return self.form.html


def years(probabilities, recalled, outcomes):
    """Return the stage on which the years pass and each question is settled in turn.

    probabilities, recalled: dict forecast_id -> 0 to 1, what was locked and what was remembered.
    outcomes: the table of outcomes.
    """
    tables = load()
    play = T.told(probabilities, recalled, outcomes, tables["forecasts"], tables["sources"])
    first, last = T.YEARS
    ring = {"what you remembered": "recalled"}
    return stage(
        {
            "year": Stepper("Year", first, last, first, plays=True),
            "rival": Switch("Rival", {name: name for name in T.RIVALS}, "a coin"),
            "remembered": Chips(
                "Shown", ring, ("recalled",), {"what you remembered": ("dot", "dashed soft")}
            ),
        },
        lambda **chosen: T.settled_by(play, **chosen),
        theatre_scene,
    )


def judged(outcomes):
    """Return ``years`` for what the answer sheet holds."""
    return years(F.locked()["probabilities"], F.recalled(), outcomes)


def lock_then_reveal(forecasts, hedges=None, ids=F.LESSON_SET):
    """Return the form: read what was known, give each question a probability, lock them all.

    forecasts: forecast_id, claim_id, question, resolution_date. hedges: the table of hedges, to
    show a published scale above the questions. ids: the questions asked; ``forecasts.forecast_id``
    asks all 28. What is typed is kept in the answer sheet, so that a restart loses nothing; the
    lock is final and goes into the sheet and into the cell's output.
    """
    need_columns(
        forecasts, ["forecast_id", "claim_id", "question", "resolution_date"], "forecasts table"
    )
    ids = need_known(list(ids), list(forecasts["forecast_id"]), "forecast")
    return LockForm(F.asked(forecasts, ids), F.scale(hedges))


def recall(outcomes_path="../datasets/outcomes.csv"):
    """Return the form in which you type from memory what you had locked, after the outcomes.

    Once recall is recorded, the years that judged your forecasts stand there. Before the outcomes
    are open it is a Note with one sentence.
    """

    def step(entry):
        locks = F.kept_locks()
        if "reveal" not in locks:
            return F.later(
                "Run reveal() first and read the outcomes: then your recall opens here.", step
            )
        outcomes = F.read_outcomes(outcomes_path)
        return judged(outcomes) if "recall" in locks else Recall(entry, outcomes)

    return F.opened(step)
