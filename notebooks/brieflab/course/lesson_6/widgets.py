"""The stages of lesson 6: an argument whose boxes can be pulled, and a toy of five to try first."""

from brieflab import tables
from brieflab.course.lesson_6.arguments import FALLS, argument, choices, pulled, toy
from brieflab.course.lesson_6.scene import toppling
from brieflab.stage import Picked, Switch, stage
from brieflab.trace import known_sources, source_words


def knock_out_map(nodes, edges):
    """Return the stage: pull one box or two, choose the rule, see which conclusions fall.

    nodes, edges: argument_nodes.csv and argument_edges.csv. What is a conclusion, or holds none
    up, cannot be pulled.
    """
    nodes = tables.given(nodes, ["node_id", "kind"], "nodes table", ["text"])
    nodes = nodes.dropna(subset=["node_id"])
    edges = tables.given(edges, ["from_node", "to_node", "relation"], "edges table")
    edges = edges.dropna(subset=["from_node", "to_node"])
    return _stage(argument(nodes, edges, says=_who_says(nodes)))


def toy_map():
    """Return the stage of a made-up argument of five boxes, to learn the rule."""
    return _stage(argument(*toy(), most=3))


def _stage(found):
    ways = {" ".join(chosen) or "nothing": chosen for chosen in choices(found)}
    return stage(
        {
            "out": Picked("Pulled out", ways, ()),
            "rule": Switch("A box falls as soon as it loses", FALLS, "all are needed"),
        },
        lambda out, rule: pulled(found, out, rule),
        toppling,
    )


def _who_says(nodes):
    """Return node -> the last line of its card: whose words, which paragraph, which row."""
    if "paragraph_id" not in nodes:
        return {}
    sources = known_sources()
    brief = "the brief" if sources is None else source_words("S001", sources)
    return {
        n.node_id: (f"Our reading of {brief}, paragraph {n.paragraph_id} [{n.node_id}]",)
        for n in nodes.itertuples()
    }
