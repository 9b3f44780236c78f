"""The grading desk: one question at a time, names hidden, a mark by key or click, saved at once.

Shows what ``pile`` and ``marks`` know, and keeps nothing of its own; gives no points.
"""

from html import escape

import ipywidgets as W

from brieflab import private
from brieflab.grading.pile import MINE, NEW, SECOND, Pile, pseudonym
from brieflab.html import Page, Readable, render, status
from brieflab.live import Live
from brieflab.plain import PlainError
from brieflab.questions.rubric import LEVELS

_WIDE = {"description_width": "initial"}
_AUTO, _WRAP = {"width": "auto"}, {"flex_flow": "row wrap"}


def desk(folder: str = "../graded", own: str = "") -> Readable:
    """Return the desk for the folder that ``brieflab grade`` wrote, or a sentence on what to do.

    own: the folder of your private questions, to mark their texts too.
    """
    try:
        if own:
            private.bring(own, top=".", outside=folder)
        return Desk(Pile(folder))
    except PlainError as error:
        return Page(str(error), f"<p>{escape(str(error))}</p>")


class Desk(Live, W.VBox):
    """Choose a question, read a text, give a level; the next text comes by itself."""

    text = "The grading desk. Marks are kept as they are given."
    html = f"<p>{text}</p>"
    asleep = "Run this cell to go on grading."

    def __init__(self, pile: Pile):
        self.pile, self.learner, self._skipped = pile, None, []
        options = [(f"{q.id} {q.title}", q) for q in pile.items()]
        self.marker = W.Text("first marker", description="Marked by", continuous_update=False)
        self.question = W.Dropdown(options=options, description="Question")
        self.which = W.Dropdown(options=[NEW, SECOND, MINE], description="Texts")
        self.order = W.ToggleButtons(options=["random", "similar first"], description="Order")
        self.status, self.card, self.agreement = W.HTML(), W.HTML(), W.HTML()
        self.entry = W.Text(description="Scores, then Enter", continuous_update=False, style=_WIDE)
        offered = "optional; comments you have used are offered again"
        self.comment = W.Combobox(placeholder=offered, style=_WIDE, layout={"width": "95%"})
        self.comment.description = "Comment to the learner"
        self.buttons, self.rows = W.HBox(layout=_WRAP), W.VBox()
        self.save = W.Button(description="Save and next")
        self.skip = W.Button(description="Later", tooltip="Leave this text for later")
        self.undo = W.Button(description="Undo my last mark", layout=_AUTO)
        choose = [self.question, self.which, self.order, self.marker]
        read = [self.status, self.card, self.comment, self.buttons, self.rows, self.entry]
        steps = W.HBox([self.save, self.skip, self.undo])
        super().__init__([W.HBox(choose, layout=_WRAP), *read, steps, self.agreement])
        for control in choose:
            control.observe(lambda change: self.begin(), names="value")
        self.entry.observe(self._entered, names="value")
        self.save.on_click(lambda button: self.mark(self._chosen()))
        self.skip.on_click(lambda button: self.later())
        self.undo.on_click(lambda button: self.take_back())
        self.begin(pile.unknown())

    def begin(self, said: str = "") -> None:
        """Start on the chosen question from the top of its pile, and show what is ``said``."""
        self._skipped, question = [], self.question.value
        self._order = self.pile.order(question.id, self.order.value == "similar first")
        rows = question.scales
        single = len(rows) == 1
        self.buttons.children = [self._button(rows[0], score) for score in rows[0].scores if single]
        self.rows.children = [] if single else [self._row(row) for row in rows]
        self.save.layout.display = "none" if single else ""
        self.entry.placeholder = "for example " + " ".join("2" if single else "1" for _ in rows)
        self.show(said)

    def show(self, said: str) -> None:
        """Show the next text of the pile, with ``said`` about the last step."""
        self.pile.marks.refresh()
        question, marker = self.question.value, self.marker.value.strip()
        waiting = set(self.pile.waiting(question.id, marker, self.which.value))
        queue = [learner for learner in self._order if learner in waiting]
        queue = [x for x in queue if x not in self._skipped] or queue
        self.learner = queue[0] if queue else None
        count = f"{len(waiting)} of {len(self._order)} texts are {self.which.value}."
        self.status.value = status(f"{said} {count}".strip())
        self.card.value = self._card(question) if queue else "<p>No text is left in this pile.</p>"
        self.comment.options = self.pile.marks.comments(question.id)
        self.comment.value, self.entry.value = "", ""
        self.agreement.value = self._agreement(question, marker)

    def mark(self, scores: dict[str, float]) -> None:
        """Save ``scores`` (row name -> score) for the text shown, and go on to the next."""
        marker = self.marker.value.strip()
        if self.learner is None or not marker:
            return self.show("" if marker else "Write your initials into 'Marked by' first.")
        question, learner = self.question.value, self.learner
        text = self.pile.texts[question.id][learner]
        self.pile.marks.add(learner, question.id, marker, scores, self.comment.value.strip(), text)
        given = ", ".join(f"{name.lower()} {score:g}" for name, score in scores.items())
        if self.which.value == MINE:
            self._skipped.append(learner)
        return self.show(f"Saved: {pseudonym(question.id, learner)}, {given}.")

    def later(self) -> None:
        """Put the text shown under the pile."""
        if self.learner is not None:
            self._skipped.append(self.learner)
        self.show("Left for later.")

    def take_back(self) -> None:
        """Undo this marker's last mark, and show its text again."""
        gone = self.pile.marks.undo(self.marker.value.strip())
        if not gone:
            return self.show("There is no mark of yours to undo.")
        for question in self.pile.items():
            if question.id == gone["item"]:
                self.question.value = question
        self._order.sort(key=lambda learner: learner != gone["learner"])
        self._skipped = [x for x in self._skipped if x != gone["learner"]]
        return self.show(f"Undone: {pseudonym(gone['item'], gone['learner'])}.")

    def _button(self, row, score):
        words = dict(zip(row.scores, row.words)).get(score, "")
        button = W.Button(description=f"{score:g} {words}".strip(), layout=_AUTO)
        button.on_click(lambda _: self.mark({row.name: score}))
        return button

    def _row(self, row):
        scores, style = [(f"{score:g}", score) for score in row.scores], {"button_width": "4em"}
        return W.ToggleButtons(options=scores, description=row.name, style={**_WIDE, **style})

    def _chosen(self):
        return {row.description: row.value for row in self.rows.children}

    def _entered(self, change):
        parts = change["new"].replace(",", " ").split()
        if not parts:
            return
        rows = self.question.value.scales
        scores = dict(zip((row.name for row in rows), parts))
        allowed = {row.name: {f"{score:g}": score for score in row.scores} for row in rows}
        if len(parts) != len(rows) or any(s not in allowed[name] for name, s in scores.items()):
            wanted = "; ".join(f"{row.name}: {', '.join(allowed[row.name])}" for row in rows)
            self.entry.value = ""
            said = f"'{change['new'][:40]}' is no score here. Type one number for each. {wanted}."
            self.status.value = status(said)
            return
        self.mark({name: allowed[name][score] for name, score in scores.items()})

    def _card(self, question):
        text = str(self.pile.texts[question.id][self.learner])
        name = pseudonym(question.id, self.learner)
        return render("desk", question=question, levels=LEVELS, name=name, text=text)

    def _agreement(self, question, marker):
        standing = self.pile.standing()
        others = {who for _, item, who in standing if item == question.id and who != marker}
        compared = ((who, self.pile.agreement(question.id, who, marker)) for who in sorted(others))
        return render("agreement", compared=[(who, found) for who, found in compared if found])
