"""The widget of lesson 6: mark statements false, see which conclusions fall."""

import ipywidgets as W

from brieflab.course.lesson_6.arguments import CONCLUSIONS, RULES, draw_knocked, knocked
from brieflab.panel import panel
from brieflab.plain import need_columns


def knock_out_map(nodes, edges):
    """Return the widget: mark statements false, choose the rule, see which conclusions fall.

    Any statement that is not itself a conclusion can be marked. With the keyboard: arrow keys
    choose one, Shift or Ctrl with them choose several.
    """
    need_columns(nodes, ["node_id", "kind", "text"], "nodes table")
    open_to_doubt = nodes[~nodes["kind"].isin(CONCLUSIONS)]
    options = [(f"{n.node_id} {n.kind}: {n.text}", n.node_id) for n in open_to_doubt.itertuples()]
    return panel(
        {
            "false_nodes": W.SelectMultiple(
                options=options,
                rows=9,
                description="Mark as false",
                layout=W.Layout(width="100%"),
            ),
            "rule": W.Dropdown(options=RULES, description="Of several reasons"),
        },
        lambda false_nodes, rule: knocked(nodes, edges, list(false_nodes), rule),
        draw_knocked,
        height=6.2,
    )
