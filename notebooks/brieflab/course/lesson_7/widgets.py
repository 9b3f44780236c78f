"""The widgets of lesson 7: lock forecasts before the outcomes open, recall them afterwards."""

from html import escape

import ipywidgets as W
from IPython.display import display

from brieflab import sheet
from brieflab.course.lesson_7 import forecasts as F
from brieflab.course.lesson_7 import theatre as T
from brieflab.course.lesson_7.scene import theatre as theatre_scene
from brieflab.html import Readable, status, table_html
from brieflab.plain import PlainError, need_columns, need_known
from brieflab.stage import Chips, Stepper, Switch, stage
from brieflab.tables import load


class ProbabilityForm(Readable, W.VBox):
    """One text box per question and a button; ``said`` is the sentence under them."""

    label = ""

    def __init__(self, asked, before=()):
        self.asked = asked
        self.said = W.HTML()
        self.confirm = W.Checkbox(description="I am done: this is final", indent=False)
        self.button = W.Button(description=self.label, layout=W.Layout(width="auto"))
        self.inputs = {
            i: W.Text(
                description=f"{i}: probability, 0 to 1",
                continuous_update=False,
                style={"description_width": "initial"},
                layout=W.Layout(width="260px"),
            )
            for i in asked
        }
        rows = [part for i in asked for part in (W.HTML(self.question(i)), self.inputs[i])]
        super().__init__([*before, *rows, self.confirm, self.button, self.said])
        for box in self.inputs.values():
            box.observe(self.typed, names="value")
        self.button.on_click(self.pressed)

    def question(self, i):
        """Return question ``i`` as HTML."""
        return (
            f'<p style="line-height:1.4"><strong>{i}.</strong> {escape(self.asked[i].question)}</p>'
        )

    def values(self):
        """Return forecast_id -> probability of every box that holds one."""
        return {
            i: F.to_probability(box.value) for i, box in self.inputs.items() if box.value.strip()
        }

    def say(self, sentence):
        """Show ``sentence``; screen readers announce it."""
        self.said.value = status(sentence)

    def typed(self, change):
        """Check what was just typed; keep it."""
        try:
            if change["new"].strip():
                F.to_probability(change["new"])
            self.keep()
            filled = sum(bool(box.value.strip()) for box in self.inputs.values())
            self.say(f"{filled} of {len(self.inputs)} filled in.")
        except PlainError as error:
            self.say(str(error))

    def keep(self):
        """Save what is typed so far."""

    def pressed(self, button=None):
        """Finish, if everything is filled in and confirmed."""
        try:
            values = self.values()
            missing = [i for i in self.inputs if i not in values]
            if missing:
                raise PlainError(
                    f"Still empty: {', '.join(missing)}. Fill in all {len(self.inputs)} first."
                )
            if not self.confirm.value:
                raise PlainError("Tick 'I am done: this is final', then press the button again.")
            self.finish(values)
        except PlainError as error:
            self.say(str(error))

    def close_boxes(self, word):
        """Empty and disable the boxes, so that nothing on the page helps to recall."""
        for box in self.inputs.values():
            box.unobserve_all("value")
            box.value, box.placeholder, box.disabled = "", word, True
        self.confirm.disabled = self.button.disabled = True

    @property
    def text(self):
        """The questions, a line each."""
        return "\n".join(f"{i}. {row.question}" for i, row in self.asked.items())

    @property
    def html(self):
        """The questions with what could be known."""
        return "".join(self.question(i) for i in self.asked)


class LockForm(ProbabilityForm):
    """The forecasts before and after the lock; a second output carries the lock itself."""

    label = "Lock my forecasts"

    def __init__(self, asked, scale):
        before = (
            []
            if scale is None
            else [
                W.HTML(
                    table_html(scale, "One published scale from words to numbers (ICD 203, S615)")
                )
            ]
        )
        super().__init__(asked, before)
        self.receipt = None
        self.say("Type a number from 0 to 1 for each question. What you type is kept.")
        try:
            if F.locked():
                self.show_locked()
            else:
                draft = sheet.load().get("locks", {}).get("draft", {}).get("probabilities", {})
                for i in set(draft) & set(self.inputs):
                    self.inputs[i].value = str(draft[i])
        except PlainError as error:
            self.close_boxes("closed")
            self.say(str(error))

    def question(self, i):
        rows = F.clues(self.asked[i].claim_id)
        known = "".join(
            f"<li>{escape(r.row_id)} ({escape(str(r.known_on))}) {escape(r.text)}</li>"
            for r in rows.itertuples()
        )
        return (
            f"{super().question(i)}<details><summary>{i}: what could be known on 31 December 2020 "
            f"({len(rows)} rows)</summary><ul>{known}</ul></details>"
        )

    def keep(self):
        typed = {i: box.value for i, box in self.inputs.items() if box.value.strip()}
        draft = {"at": sheet.now(), "probabilities": typed}

        def change(found):
            locks = found.setdefault("locks", {})
            if "forecasts" not in locks:
                locks["draft"] = draft

        sheet.update(change)

    def finish(self, values):
        F.lock(values, self.inputs)
        self.show_locked()

    def show_locked(self):
        """Close the form and put the lock into the output."""
        self.close_boxes("locked")
        self.say("Your forecasts are locked. Run reveal() for the outcomes.")
        if self.receipt is not None:
            self.receipt.update(receipt(), raw=True)

    def _ipython_display_(self):
        display(self._repr_mimebundle_(), raw=True)
        self.receipt = display(receipt(), raw=True, display_id=True)


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


class RecallForm(ProbabilityForm):
    """What was locked, from memory."""

    label = "Record what I remember"

    def finish(self, values):
        F.record_recall(values)
        self.close_boxes("recorded")
        self.say("Recorded. Run scores() to see how you did.")


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


def lock_then_reveal(forecasts, hedges=None, ids=F.LESSON_SET):
    """Return the form: read what was known, type a probability per question, lock them all.

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


def recall():
    """Return the form in which you type from memory what you had locked, after the outcomes.

    Before the outcomes are open, or once recall is recorded, it is a Note with one sentence.
    """

    def step(entry):
        locks = F.kept_locks()
        if "recall" in locks:
            return F.Note("Your recall is recorded. Run scores() to see how you did.")
        if "reveal" not in locks:
            return F.Note("Run reveal() first and read the outcomes; then come back and recall.")
        return RecallForm(F.asked(load()["forecasts"], list(entry["probabilities"])))

    return F.opened(step)
