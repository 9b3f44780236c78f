"""The widgets of an exercise: hints in steps, the box of a written answer, the strip of tools."""

import asyncio
from collections.abc import Callable
from html import escape

import ipywidgets as W

from brieflab import sheet
from brieflab.check.cards import nudge
from brieflab.check.progress import progress_html
from brieflab.check.record import note
from brieflab.check.transfer import bring, download_html
from brieflab.folds import Folds
from brieflab.live import Live
from brieflab.plain import PlainError
from brieflab.questions import Question
from brieflab.questions.rubric import LEVELS

_HINTS = ("Hint 1: the concept", "Hint 2: where to look", "Hint 3: a worked twin")
_FIELDS = {
    ("learner", "id"): "Learner id",
    ("learner", "name"): "Name",
    ("course", "seed"): "Course word",
}
_KEPT = (
    "Your answers file also keeps when an answer was first given, how often you tried, and which "
    "hints, worked answers and samples you opened. Your teacher may look at these counts, and at "
    "texts that are alike, to help and to talk with you, never for points. You may say no; that "
    "costs you nothing. They are to be deleted with the files of the course."
)
_ENOUGH_WORDS = 15
_WHOLE_LABEL = {"description_width": "initial"}
_PAUSE = 0.7
"""Seconds without a key after which a text is saved."""


def hints(question: Question, worked: str = "") -> Folds:
    """Return the hints of ``question`` in steps and, if given, the ``worked`` answer after them."""
    *first, twin = question.hints
    pages = [f"<p>{escape(hint)}</p>" for hint in first] + [f"<pre>{escape(twin)}</pre>"]
    titles = list(_HINTS[: len(pages)])
    if worked:
        pages.append(f"<pre>{escape(worked)}</pre>")
        titles.append("Worked answer")
    ladder = Folds(list(map(W.HTML, pages)), titles)

    def opened(change):
        step = change["new"]
        if step is not None:
            told = {"hints": step + 1} if step < len(question.hints) else {"opened": True}
            note(question, **told)

    ladder.observe(opened, names="selected_index")
    return ladder


class TextBox(Live, W.VBox):
    """A box to write in, its number of words, and samples, if any, once something real is written.

    keep(text) saves and shows what was written.
    """

    asleep = "Run this cell to go on writing."

    def __init__(self, question: Question, text: str, held: dict, keep: Callable[[str], None]):
        self.question, self.held, self.keep, self.timer = question, held, keep, None
        self.text, self.html = f"A box for answer {question.id}.", ""
        look = {"layout": W.Layout(width="98%"), "style": _WHOLE_LABEL}
        self.area = W.Textarea(text, rows=8, description=f"Answer {question.id}", **look)
        self.count, self.more = W.HTML(), W.VBox([])
        self.unlock = W.Button(description="Compare with samples", layout=W.Layout(width="auto"))
        compare = [self.unlock, self.more] if question.samples else []
        super().__init__([self.area, self.count, *compare])
        self._counted()
        self.area.observe(self._typed, names="value")
        self.unlock.on_click(self._samples)

    def _counted(self):
        self.count.value = (
            f'<span role="status">{self.question.expects.count(self.area.value)} words</span>'
        )

    def _typed(self, change):
        """Count at once; save when the typing pauses."""
        self._counted()
        if self.timer:
            self.timer.cancel()
        try:
            loop = asyncio.get_running_loop()
            self.timer = loop.call_later(_PAUSE, self.keep, change["new"])
        except RuntimeError:
            self.keep(change["new"])

    def _samples(self, _):
        """Show the annotated samples once something real is written, then ask for a level."""
        if len(self.area.value.split()) < _ENOUGH_WORDS:
            said = f"Write at least {_ENOUGH_WORDS} words first: you learn more by comparing."
            self.more.children = [W.HTML(f'<p role="status">{said}</p>')]
            return
        self.keep(self.area.value)
        samples = sorted(self.question.samples.items(), reverse=True)
        two = "<p>{}</p><p><em>{}</em></p>"
        pages = [W.HTML(two.format(*map(escape, sample))) for _, sample in samples]
        titles = [f"Sample at level {n}: {LEVELS[n]}" for n, _ in samples]
        levels = [("choose", None), *((f"{n} {level}", n) for n, level in enumerate(LEVELS))]
        held = self.held.get("self_score")
        score = W.Dropdown(options=levels, value=held, description="My level")
        score.observe(lambda change: note(self.question, self_score=change["new"]), names="value")
        ask = W.HTML("<p>Give your own text a level. Then revise it above: it is saved again.</p>")
        self.more.children = [Folds(pages, titles), ask, score]
        note(self.question, opened=True)


class Tools(Live, W.VBox):
    """Download and upload of the answers, progress, and who works here; it follows every save."""

    text = "Your answers: download, bring back, progress, who works here."
    html = f"<p>{text}</p>"

    def __init__(self, lesson: int | None, now: dict):
        self.lesson = lesson
        self.said, self.link, self.strip = W.HTML(), W.HTML(), W.HTML()
        what = "Bring back saved answers"
        self.upload = W.FileUpload(accept=".json,.ipynb", multiple=True, description=what)
        self.upload.layout.width = "auto"
        self.upload.observe(self._bring, names="value")
        look = {"continuous_update": False, "style": _WHOLE_LABEL}  # speaks up when left
        self.fields = {place: W.Text(description=d, **look) for place, d in _FIELDS.items()}
        who = W.VBox([*self.fields.values(), W.HTML(f"<p>{_KEPT}</p>")])
        folds = Folds([self.strip, who], ["My progress", "Who works here"])
        row = W.Layout(flex_flow="row wrap", align_items="center", grid_gap="4px 16px")
        super().__init__([W.Box([self.link, self.upload], layout=row), self.said, folds])
        self._refresh(now)
        self._say(" ".join([nudge(), *sheet.notices()]))
        for place, box in self.fields.items():
            box.observe(lambda change, place=place: self._named(*place, change["new"]), "value")
        sheet.listen(self._refresh)

    def _refresh(self, now):
        self.link.value = download_html(now)
        self.strip.value = progress_html(now, self.lesson)
        for (part, field), box in self.fields.items():
            box.value = now.get(part, {}).get(field, "")
        self._say(nudge())

    def _say(self, text):
        if text.strip():
            self.said.value = f'<p role="status">{escape(text.strip())}</p>'

    def _bring(self, change):
        self._say(" ".join(bring([(f["name"], bytes(f["content"])) for f in change["new"]])))

    def _named(self, part, field, value):
        given = {field: value.strip()[:200]}
        try:
            if sheet.load().get(part, {}).get(field, "") != value.strip():
                sheet.update(lambda now: now.setdefault(part, {}).update(given))
                self._say("Noted. Run your check cells again if the course word has changed.")
        except PlainError as error:
            self._say(str(error))
