"""The widget of lesson 2: tick sources, choose a rule, see who took part."""

import ipywidgets as W
from traitlets import Tuple

from brieflab.course.lesson_2.attendance import BRIEF, RULES, count_actors, draw_actors, knowable
from brieflab.folds import folded
from brieflab.panel import panel
from brieflab.plain import need_columns, need_known
from brieflab.tables import load


def picker(attendance, sources):
    """Return the box in which sources are ticked; its ``value`` is the tuple of their ids.

    Four presets at the top; below, closed at first, one checkbox per source under its
    publisher type. Works with Tab and Space alone.
    """
    need_columns(sources, ["source_id", "publisher"], "sources table")
    names = sources.set_index("source_id")["publisher"]
    types = attendance.drop_duplicates("source_id").set_index("source_id")["publisher_type"]
    types = types.sort_index()
    presets = {
        "the brief only": [BRIEF],
        "state media and governments": list(types[types.isin(["state media", "government"])].index),
        "agencies and other media": list(
            types[types.isin(["news agency", "online media", "aggregator", "other"])].index
        ),
        "all": list(types.index),
    }

    class Picker(W.VBox):
        value = Tuple()

        def __init__(self):
            self.boxes = {
                i: W.Checkbox(
                    description=f"{i} {_short(names.get(i, ''))}" + " (the brief)" * (i == BRIEF),
                    indent=False,
                    layout=W.Layout(width="270px"),
                )
                for i in types.index
            }
            self.presets = W.ToggleButtons(
                options=list(presets),
                value=None,
                description="Sources",
                style={"description_width": "initial", "button_width": "auto"},
            )
            # shown in full inside one box that scrolls, so that the picture stays near
            whole = {"overflow": "visible", "flex": "0 0 auto"}
            groups = [
                W.VBox(
                    [
                        W.HTML(f"<strong>{name}</strong>"),
                        W.Box(
                            [self.boxes[i] for i in types.index if types[i] == name],
                            layout=W.Layout(flex_flow="row wrap", **whole),
                        ),
                    ],
                    layout=W.Layout(**whole),
                )
                for name in sorted(set(types))
            ]
            scroll = W.VBox(groups, layout=W.Layout(max_height="230px", overflow="auto"))
            single = folded("Tick single sources", scroll)
            super().__init__([self.presets, *single], layout=W.Layout(width="100%"))
            self._filling = False
            self.presets.observe(self._preset, names="value")
            for box in self.boxes.values():
                box.observe(self._ticked, names="value")
            self.observe(self._fill, names="value")
            self.presets.value = "the brief only"

        def _preset(self, change):
            if change["new"]:
                self.value = tuple(presets[change["new"]])

        def _ticked(self, change):
            if not self._filling:
                self.value = tuple(i for i, box in self.boxes.items() if box.value)

        def _fill(self, change):
            unknown = set(self.value) - set(self.boxes)
            if unknown:
                need_known(sorted(unknown), list(self.boxes), "source")
            self._filling = True
            for i, box in self.boxes.items():
                box.value = i in self.value
            self._filling = False
            same = [name for name, ids in presets.items() if set(ids) == set(self.value)]
            self.presets.value = same[0] if same else None

    return Picker()


def _short(publisher):
    """Return the publisher's name without what stands in brackets or after a comma."""
    return str(publisher).split(" (")[0].split(",")[0].split(";")[0]


def source_switch(attendance, sources=None):
    """Return the widget: tick sources, choose the rule, see who took part.

    attendance: the table of the lesson. sources: table with source_id and publisher, for the
    names beside the boxes; read from ``datasets/`` when left out.
    """
    rows = knowable(attendance)
    return panel(
        {
            "sources": picker(rows, load()["sources"] if sources is None else sources),
            "rule": W.Dropdown(options=list(RULES), description="Present when reported by"),
            "expected_counts": W.Checkbox(description='"Expected" counts as present', indent=False),
            "states_only": W.Checkbox(value=True, description="States only", indent=False),
        },
        lambda sources, rule, expected_counts, states_only: count_actors(
            rows, sources, rule, expected_counts, states_only
        ),
        draw_actors,
        height=3.4,
    )
