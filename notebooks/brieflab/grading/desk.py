"""The grading desk: one question at a time, names hidden, a mark by key or click, saved at once.

Shows what ``pile`` and ``marks`` know, and keeps nothing of its own; gives no points.
"""

from html import escape

import ipywidgets as W

from brieflab import private
from brieflab.grading.drift import CREEP, JUMP
from brieflab.grading.likeness import side_by_side
from brieflab.grading.marks import changed, changes, is_again
from brieflab.grading.pile import MINE, NEW, SECOND, Pile, pseudonym, returns_next
from brieflab.html import Page, Readable, render, status
from brieflab.live import Live
from brieflab.plain import PlainError
from brieflab.questions.rubric import LEVELS

_WIDE = {"description_width": "initial"}
_SHOWN = 3  # like texts beside one
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
        self.pile, self.learner, self.again, self._skipped = pile, None, False, []
        options = [(f"{q.id} {q.title}", q) for q in pile.items()]
        self.marker = W.Text("first marker", description="Marked by", continuous_update=False)
        self.question = W.Dropdown(options=options, description="Question")
        self.which = W.Dropdown(options=[NEW, SECOND, MINE], description="Texts")
        self.order = W.ToggleButtons(options=["random", "similar first"], description="Order")
        self.status, self.card, self.agreement = W.HTML(), W.HTML(), W.HTML()
        self.like, self.beside = W.Checkbox(description="Show like texts", indent=False), W.HTML()
        self.entry = W.Text(description="Scores, then Enter", continuous_update=False, style=_WIDE)
        offered = "optional; used ones are offered again; [-1] at its end takes a level off"
        self.comment = W.Combobox(placeholder=offered, style=_WIDE, layout={"width": "95%"})
        self.comment.description = "Comment to the learner"
        self.buttons, self.rows = W.HBox(layout=_WRAP), W.VBox()
        self.save = W.Button(description="Save and next")
        self.skip = W.Button(description="Later", tooltip="Leave this text for later")
        self.undo = W.Button(description="Undo my last mark", layout=_AUTO)
        choose = [self.question, self.which, self.order, self.marker]
        read = [
            self.status,
            self.card,
            self.like,
            self.beside,
            self.comment,
            self.buttons,
            self.rows,
            self.entry,
        ]
        steps = W.HBox([self.save, self.skip, self.undo])
        super().__init__([W.HBox(choose, layout=_WRAP), *read, steps, self.agreement])
        for control in choose:
            control.observe(lambda change: self.begin(), names="value")
        self.entry.observe(self._entered, names="value")
        self.comment.observe(self._commented, names="value")
        self.like.observe(lambda change: self._show_like(), names="value")
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
        back = []
        if self.which.value != MINE:
            back = self.pile.returning(question.id, marker, len(waiting))
            back.sort(key=self._skipped.__contains__)
        waits = bool(queue and back) and back[0] in self._skipped
        self.again = returns_next(len(waiting), len(back)) and not waits
        queue = back if self.again else queue
        self.learner, left = queue[0] if queue else None, len(waiting) + len(back)
        count = f"{left} of {len(self._order)} texts left to read: {self.which.value}."
        if self.which.value == MINE:
            count = f"{left} of {len(self._order)} texts are {MINE}."
        self.status.value = status(f"{said} {count}".strip())
        self.card.value = self._card(question) if queue else "<p>No text is left in this pile.</p>"
        self.comment.options = self.pile.marks.comments(question.id)
        self.comment.value, self.entry.value = "", ""
        self.agreement.value = self._agreement(question, marker, done=not left)
        self._show_like()

    def mark(self, scores: dict[str, float]) -> None:
        """Save ``scores`` (row name -> score) for the text shown, and go on to the next."""
        marker = self.marker.value.strip()
        if self.learner is None or not marker:
            return self.show("" if marker else "Write your initials into 'Marked by' first.")
        question, learner, comment = self.question.value, self.learner, self.comment.value.strip()
        try:
            final = changed(question, scores, comment)
        except PlainError as error:
            self.status.value = status(str(error))
            return None
        text = self.pile.texts[question.id][learner]
        self.pile.marks.add(learner, question.id, marker, final, comment, text, self.again)
        given = ", ".join(f"{name.lower()} {score:g}" for name, score in final.items())
        if final != scores:
            given += " with the change of the comment"
        said = f"Saved: {self._name()}, {given}."
        self._skipped = [x for x in self._skipped if x != learner]
        if self.which.value == MINE:
            self._skipped.append(learner)
        return self.show(said)

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
        return self.show(f"Undone: {self._name(gone['item'], gone['learner'], is_again(gone))}.")

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

    def _commented(self, change):
        """Say what the comment will change, before a score is given."""
        try:
            found = changes(self.question.value, change["new"])
            said = ", ".join(f"{name.lower()} by {by:+g}" for name, by in found.items())
        except PlainError as error:
            found, said = True, str(error)
        else:
            said = f"With this comment your mark changes: {said}. Now give the score without it."
        if found:
            self.status.value = status(said)

    def _name(self, item="", learner="", again=None):
        """Return the name of a text; one that comes back has another, so that it is not known."""
        item, learner = item or self.question.value.id, learner or self.learner
        again = self.again if again is None else again
        return pseudonym(item, f"{learner} again" if again else learner)

    def _card(self, question):
        text = str(self.pile.texts[question.id][self.learner])
        return render("desk", question=question, levels=LEVELS, name=self._name(), text=text)

    def _show_like(self):
        """Put texts that are like the one shown beside it, if that is asked for."""
        self.beside.value = ""
        if not self.like.value or self.learner is None:
            return
        question, pairs = self.question.value, []
        texts = self.pile.texts[question.id]
        for like in self.pile.alike(question.id, self.learner)[:_SHOWN]:
            if like.level is None:
                name, other = pseudonym(question.id, like.learner), texts[like.learner]
            else:
                name = f"The rubric's sample of level {like.level}"
                other = question.samples[like.level][0]
            both = side_by_side(texts[self.learner], other)
            pairs.append((name, like.percent, both))
        self.beside.value = render("like", name=self._name(), pairs=pairs)

    def _agreement(self, question, marker, done):
        standing = self.pile.standing()
        others = {who for _, item, who in standing if item == question.id and who != marker}
        compared = [(who, self.pile.agreement(question.id, who, marker)) for who in sorted(others)]
        found = {"compared": [(who, agreed) for who, agreed in compared if agreed]}
        if done:  # before that it would give away which text has come back
            found["own"] = self.pile.agreement(question.id, marker)
            found["drift"] = self.pile.drift(question.id, marker)
        shuffled = self.order.value == "random"
        return render("agreement", shuffled=shuffled, jump=JUMP, creep=CREEP, **found)
