"""The desk of lesson 8: a form, what the checker finds in it as one types, and the page beside it."""

from importlib.resources import files

import anywidget
from traitlets import Dict

from brieflab import sheet
from brieflab.course.lesson_8 import page, rules, typeface
from brieflab.course.lesson_8.rows import offered
from brieflab.html import Readable
from brieflab.plain import PlainError
from brieflab.stage.svg import style
from brieflab.tables import load

LINES = {"title": 1, "bottom_line": 3, "known": 6, "disputed": 4, "forecast": 2, "change": 2}
"""Height in lines of the fields for text; they grow with it."""

MOST_LETTERS = 6_000
"""Letters of a field that are kept; a whole page has about half as many."""

_HERE = files("brieflab.course.lesson_8")


class WritingDesk(Readable, anywidget.AnyWidget):
    """A form and the page that it makes. ``parts`` is the brief as typed (dict of
    ``rules.FIELDS``), ``findings`` what the checker finds (DataFrame, see ``rules.places``).

    What is typed comes and goes in messages and is kept in the answer sheet: the widget's state,
    its text and its HTML hold none of it, so that a saved notebook does not either.
    """

    _esm = _HERE.joinpath("desk.js").read_text("utf-8")
    _css = style() + _HERE.joinpath("desk.css").read_text("utf-8")
    form = Dict().tag(sync=True)

    def __init__(self, tables, path=None):
        self.tables, self.path = tables, path
        self.parts, self._figures = dict.fromkeys(rules.FIELDS, ""), {}
        self._recall()
        self.findings = rules.places(self.parts, tables)
        super().__init__(form=self._form())
        self.on_msg(self._heard)
        sheet.listen(self._renewed)

    def _form(self):
        kinds = {"figure": "choice", "date": "line", "probability": "line"}
        return {
            "fields": [
                {"name": n, "label": label, "kind": kinds.get(n, "text"), "rows": LINES.get(n, 1)}
                for n, label in rules.FIELDS.items()
            ],
            "figures": list(rules.FIGURES),
            "rules": list(rules.RULES),
            "most_words": rules.MOST_WORDS,
            "most_letters": MOST_LETTERS,
            "paper": page.PAPER,
            "page_mm": list(page.PAGE_MM),
            "margins_mm": list(page.MARGINS_MM),
            "family": typeface.FAMILY,
        }

    def _recall(self):
        """Take over what the answer sheet holds, a figure that is none left out."""
        try:
            kept = page.saved()
        except PlainError:
            return  # typing will say what is wrong with the sheet
        if kept.get("figure") not in rules.FIGURES:
            kept.pop("figure", None)
        self.parts = dict.fromkeys(rules.FIELDS, "") | kept

    def write(self, **changes):
        """Keep ``changes`` (fields of the brief) in the answer sheet; say what is wrong, or "".

        Other fields are left as the sheet has them: a second desk may have written there.
        """
        changes = {
            name: str(value)[:MOST_LETTERS].encode("utf-8", "replace").decode()
            for name, value in changes.items()
            if name in rules.FIELDS and (name != "figure" or value in ("", *rules.FIGURES))
        }
        self.parts |= changes
        try:
            sheet.update(lambda now: _put(now, changes))
        except PlainError as error:
            return str(error)
        self._recall()
        return ""

    def read(self):
        """Let the checker read the brief; return what a browser shows of it (dict)."""
        self.findings = rules.places(self.parts, self.tables)
        good = self.findings.loc[self.findings["result"] == "ok", "rule"].nunique()
        name = self.parts["figure"]
        if name and name not in self._figures:
            self._figures[name] = page.figure_html(name, self.tables, numbers=False)
        html = page.page_html(self.parts, self.tables, 2, self._figures.get(name))
        return {
            "parts": self.parts,
            "found": self.findings.to_dict("records"),
            "words": rules.count_words(rules.as_text(self.parts)),
            "good": good,
            "page": html,
        }

    def save(self):
        """Write the page; return what to say of it and, if it is written, its name and its HTML."""
        try:
            path = page.export_html(self.parts, self.path, self.tables)
        except PlainError as error:
            return {"said": str(error)}
        wanted = page.default_path(self.path)
        aside = "" if path == wanted else f" {wanted.name} was changed since and is left as it is."
        said = f"Saved as {path.name} in the folder {path.resolve().parent.name}.{aside}"
        return {"said": said, "name": path.name, "html": path.read_text(encoding="utf-8")}

    def _heard(self, _, said, buffers):
        """Answer a message of one view of the desk."""
        view = said.get("view")
        if "rows" in said:
            self.send({"kind": "rows", "rows": offered(self.tables)})
        if "parts" in said:
            wrong = self.write(**said["parts"])
            self.send({"kind": "kept", "view": view, "n": said.get("n"), "wrong": wrong})
        if "ask" in said:
            self._recall()
        if "save" in said:
            self.send({"kind": "saved", "view": view, **self.save()})
        if "parts" in said or "ask" in said:
            self.send({"kind": "read", **self.read()})
        if "faces" in said:
            self.send({"kind": "faces", "faces": typeface.faces()})

    def _renewed(self, now):
        """Follow the answer sheet when something else has written the page there."""
        before = dict(self.parts)
        self._recall()
        if self.parts != before:
            self.send({"kind": "read", **self.read()})

    @property
    def text(self):
        """What the desk is, for where it does not live; none of what was typed."""
        labels = "; ".join(rules.FIELDS.values())
        return f"A desk for writing one page. It works in Jupyter: run this cell. Its fields: {labels}."

    @property
    def html(self):
        """The same as HTML."""
        return f"<p>{self.text}</p>"


def _put(now, changes):
    held = now.setdefault("codings", {}).get("8")
    now["codings"]["8"] = {**(held if isinstance(held, dict) else {}), **changes}


def builder(tables=None, path=None):
    """Return the desk of lesson 8: a form, what the checker finds in it, and the page beside it.

    What is typed is kept in the answer sheet and is back when the desk opens again. path: where
    the button saves the page (see ``export_html``).
    """
    return WritingDesk(tables or load(), path)
