"""The widgets of lesson 1: read a paragraph; code eight sentences beside two coders; the stage of
what each claim stands on."""

from html import escape

import ipywidgets as W

from brieflab.course.lesson_1.claims import (
    CODES,
    keys,
    read_paragraph,
    recall_codings,
    save_codings,
    three_way,
)
from brieflab.course.lesson_1.grounds import GROUNDS, grounds, kinds_of
from brieflab.course.lesson_1.scene import SHAPES, seventeen_rows
from brieflab.html import status, table_html
from brieflab.live import Live
from brieflab.panel import panel
from brieflab.plain import PlainError, need_columns, need_known
from brieflab.stage import Chips, Switch, stage


def coder(claims, codings):
    """Return the widget: code each sentence; then see two coders' keys beside yours.

    claims: claim_id, paragraph_id, statement. codings: two coders' keys. What you choose is
    kept in the answer sheet and is back when the widget opens again.
    """
    need_columns(claims, ["claim_id", "paragraph_id", "statement"], "claims table")
    ids = list(keys(codings)["claim_id"])
    need_known(ids, set(claims["claim_id"]), "claim")
    rows = claims.set_index("claim_id").loc[ids]

    class Coder(Live, W.VBox):
        def __init__(self):
            saved = recall_codings()
            self.finding = None
            self.status, self.result = W.HTML(), W.HTML()
            self.choices = {
                i: W.Dropdown(
                    options=[("choose a code", "")] + [(c, c) for c in CODES],
                    value=saved.get(i) if saved.get(i) in CODES else "",
                    description=i,
                    tooltip=rows.loc[i, "statement"],
                )
                for i in ids
            }
            sentences = [
                W.VBox(
                    [
                        W.HTML(f"{escape(r.statement)} <small>({r.paragraph_id})</small>"),
                        self.choices[r.Index],
                    ]
                )
                for r in rows.itertuples()
            ]
            super().__init__([*sentences, self.status, self.result])
            for choice in self.choices.values():
                choice.observe(self._chosen, names="value")
            self.compare()

        @property
        def codes(self):
            return {i: c.value for i, c in self.choices.items() if c.value}

        def _chosen(self, change):
            self.compare()
            try:
                save_codings(self.codes)
            except PlainError as unsaved:
                self.status.value += status(str(unsaved))
            self.renew()

        def compare(self):
            try:
                self.finding = three_way(codings, self.codes)
            except PlainError as wait:
                self.finding, self.result.value = None, ""
                self.status.value = status(str(wait))
                return
            self.status.value = status(self.finding.sentence)
            self.result.value = table_html(self.finding.table, "Three readings of each sentence")

        @property
        def text(self):
            if self.finding is None:
                return f"Claim coder: {len(self.codes)} of {len(self.choices)} sentences coded."
            return f"{self.finding.sentence}\n{self.finding.table.to_string(index=False)}"

        @property
        def html(self):
            coded = [
                f"<li>{escape(r.statement)} <strong>{self.codes.get(r.Index, '')}</strong></li>"
                for r in rows.itertuples()
            ]
            return f"<ol>{''.join(coded)}</ol>{self.status.value}{self.result.value}"

    return Coder()


def reader(paragraphs, claims):
    """Return the widget: choose a paragraph, read our digest of it and the claims it makes."""
    read_paragraph(paragraphs, claims, paragraphs["paragraph_id"].iloc[0])
    return panel(
        {
            "paragraph_id": W.Dropdown(
                options=list(paragraphs["paragraph_id"]), description="Paragraph"
            )
        },
        lambda paragraph_id: read_paragraph(paragraphs, claims, paragraph_id),
    )


def claim_grounds(claims):
    """Return the stage: the brief's claims by kind; which name a source, can be checked, are hedged?"""
    every = kinds_of(claims)
    shapes = {kind: (shape, f"solid {colour}") for kind, (shape, colour) in SHAPES.items()}
    return stage(
        {
            "ground": Switch(
                "What is asked of a claim", {g: g for g in GROUNDS}, next(iter(GROUNDS))
            ),
            "kinds": Chips("Kinds of claims", {k: k for k in CODES}, CODES, shapes),
        },
        lambda ground, kinds: grounds(every, kinds, ground),
        seventeen_rows,
    )
