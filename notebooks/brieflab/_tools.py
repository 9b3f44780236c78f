"""The strip at the top and end of an exercise (see ``check.tools``); kept apart, as it needs
ipywidgets."""

from html import escape

import ipywidgets as W

from brieflab import check, sheet
from brieflab.folds import Folds


class Tools(W.VBox):
    """Download and upload of the answers, progress, and who works here; it follows every save."""

    def __init__(self, lesson, now):
        self.lesson = lesson
        self.said, self.link, self.strip = W.HTML(), W.HTML(), W.HTML()
        self.upload = W.FileUpload(
            accept=".json,.ipynb",
            multiple=True,
            description="Bring back saved answers",
            layout=W.Layout(width="auto"),
        )
        self.upload.observe(self.uploaded, names="value")
        self.fields = {
            ("learner", "id"): self.text("Learner id"),
            ("learner", "name"): self.text("Name"),
            ("course", "seed"): self.text("Course word"),
        }
        folds = Folds(
            [self.strip, W.VBox(list(self.fields.values()))], ["My progress", "Who works here"]
        )
        row = W.Layout(flex_flow="row wrap", align_items="center", grid_gap="4px 16px")
        super().__init__([W.Box([self.link, self.upload], layout=row), self.said, folds])
        self.refresh(now)
        for place, box in self.fields.items():
            box.observe(lambda change, place=place: self.named(place, change["new"]), "value")

    def text(self, description):
        """Return a text box that speaks up when the reader leaves it."""
        return W.Text(
            description=description,
            continuous_update=False,
            style={"description_width": "initial"},
        )

    def refresh(self, now):
        """Show the sheet ``now``."""
        self.link.value = check.download_html(now)
        self.strip.value = check.progress_html(now, self.lesson)
        for (part, field), box in self.fields.items():
            box.value = now.get(part, {}).get(field, "")
        self.say(" ".join([check.nudge(), *sheet.notices()]))

    def say(self, text):
        """Show one sentence for the reader, if there is one."""
        if text.strip():
            self.said.value = f'<p role="status">{escape(text.strip())}</p>'

    def uploaded(self, change):
        """Merge the uploaded files into the sheet and say what they held."""
        self.say(" ".join(check.bring([(f["name"], bytes(f["content"])) for f in change["new"]])))

    def named(self, place, value):
        """Write down one field of who works here."""
        part, field = place
        if sheet.load().get(part, {}).get(field, "") != value.strip():
            sheet.update(lambda now: now.setdefault(part, {}).update({field: value.strip()[:200]}))
            self.say("Noted. Run your check cells again if the course word has changed.")

    def __repr__(self):
        return "Your answers: download, bring back, progress, who works here."
