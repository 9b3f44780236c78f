"""The widget of lesson 8: a form, the checker's reading of it, and the page."""

from html import escape

import ipywidgets as W

from brieflab import sheet
from brieflab.course.lesson_8 import page, rules
from brieflab.html import Readable, status, table_html
from brieflab.plain import PlainError
from brieflab.tables import load

LINES = {"bottom_line": 3, "known": 6, "disputed": 4, "forecast": 2, "change": 2}
"""Height in lines of the fields for longer text."""


class Builder(Readable, W.VBox):
    """A form, below it what the checker finds, and below that the page as it stands."""

    def __init__(self, tables, path=None):
        self.tables, self.path, self.findings = tables, path, None
        self._drawn = ("", "")
        self.said, self.found, self.page, self.saved = W.HTML(), W.HTML(), W.HTML(), W.HTML()
        self.fields = {name: self._field(name, label) for name, label in rules.FIELDS.items()}
        self.button = W.Button(description="Save the page", icon="save")
        self.button.on_click(self.save)
        self._recall()
        super().__init__(
            [*self.fields.values(), self.button, self.saved, self.said, self.found, self.page]
        )
        for field in self.fields.values():
            field.observe(self.typed, names="value")
        self.read()

    def _field(self, name, label):
        look = {
            "description": label,
            "style": {"description_width": "17em"},
            "layout": W.Layout(width="98%"),
        }
        if name == "figure":
            choices = [("no figure yet", ""), *((f, f) for f in rules.FIGURES)]
            return W.Dropdown(options=choices, **look)
        if name in LINES:
            return W.Textarea(rows=LINES[name], **look)
        return W.Text(**look)

    @property
    def parts(self):
        """The brief as typed: a dict of ``rules.FIELDS``."""
        return {name: field.value for name, field in self.fields.items()}

    def _recall(self):
        try:
            kept = page.saved()
        except PlainError:
            return  # typing will say what is wrong with the sheet
        for name, value in kept.items():
            if name != "figure" or value in ("", *rules.FIGURES):
                self.fields[name].value = value

    def typed(self, change):
        """Read the brief again and keep it in the answer sheet."""
        self.read()
        try:
            parts = self.parts
            sheet.update(lambda found: found.setdefault("codings", {}).update({"8": parts}))
        except PlainError as error:
            self.saved.value = status(str(error))

    def read(self):
        """Let the checker read the form, and show what it finds and the page."""
        self.findings = rules.check(self.parts, self.tables)
        good = self.findings.loc[self.findings["result"] == "ok", "rule"]
        words = rules.count_words(rules.as_text(self.parts))
        self.said.value = status(
            f"{good.nunique()} of {len(rules.RULES)} rules ok, {words} of {rules.MOST_WORDS} words."
        )
        self.found.value = table_html(self.findings, "What the checker finds")
        name = self.fields["figure"].value
        if name != self._drawn[0]:
            drawn = page.figure_html(name, self.tables, numbers=False) if name else ""
            self._drawn = (name, drawn)
        html = page.page_html(self.parts, self.tables, level=2, figure=self._drawn[1])
        frame = "border:1px solid #767676;padding:1em;max-width:46em;line-height:1.4"
        self.page.value = f'<div role="region" aria-label="Your page" style="{frame}">{html}</div>'

    def save(self, button=None):
        """Write the page; say where it is, and why when it lies beside an older one."""
        try:
            path = page.export_html(self.parts, self.path, self.tables)
        except PlainError as error:
            self.saved.value = status(str(error))
            return
        wanted = page.default_path(self.path)
        aside = "" if path == wanted else f" {wanted.name} was changed since and is left as it is."
        self.saved.value = status(f"Saved as {path.name} in the folder {path.parent.name}.{aside}")

    @property
    def text(self):
        """The page as typed, and what the checker finds."""
        found = self.findings.itertuples()
        listed = "\n".join(f"{r.rule}: {r.result}. {r.where} {r.what_to_do}" for r in found)
        return f"Brief builder\n{rules.as_text(self.parts)}\n{listed}"

    @property
    def html(self):
        """The names of the fields, and what the checker finds."""
        labels = "".join(f"<li>{escape(label)}</li>" for label in rules.FIELDS.values())
        return f"<p>A form with these fields:</p><ul>{labels}</ul>{self.found.value}"


def builder(tables=None, path=None):
    """Return the widget of lesson 8: a form, the checker's reading of it, and the page.

    What is typed is kept in the answer sheet and is back when the widget opens again. path: where
    the button saves the page (see ``export_html``).
    """
    return Builder(tables or load(), path)
