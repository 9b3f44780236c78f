"""Lesson 6: what the brief's argument rests on, and which evidence could tell rivals apart.

The graph has statements (``argument_nodes.csv``) and links between them
(``argument_edges.csv``). A link *supports* when its relation is ``enables``, ``funds``,
``legitimises`` or ``pressures``. ``blocks`` never does, nor does pressure on an obstacle (a
statement that itself blocks another): it works against it.
"""

from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from brieflab.figures import Finding
from brieflab.plain import PlainError, need_columns, need_known

SUPPORTING = ("enables", "funds", "legitimises", "pressures")
CONCLUSIONS = ("expected gain", "interest")
"""Kinds of statement that the rest is there to support."""

RULES = ("any is enough", "all are needed")
"""The brief does not say whether its reasons work each alone or only together: choose."""

FITS = ("consistent", "inconsistent", "neutral")


def links(edges):
    """Return statement -> list of the statements that it supports directly, for all statements."""
    need_columns(edges, ["from_node", "to_node", "relation"], "edges table")
    obstacles = edges.loc[edges["relation"] == "blocks", "from_node"]
    against = (edges["relation"] == "pressures") & edges["to_node"].isin(obstacles)
    found = {node: [] for node in pd.unique(edges[["from_node", "to_node"]].to_numpy().ravel())}
    for link in edges[edges["relation"].isin(SUPPORTING) & ~against].itertuples():
        found[link.from_node].append(link.to_node)
    return found


def turned(links):
    """Return the links read backwards: statement -> list of its direct reasons."""
    return {node: [n for n in links if node in links[n]] for node in links}


def beyond(links, start):
    """Return the set of statements that the links lead to from ``start``, in one step or more."""
    found, ahead = {start}, [start]
    while ahead:
        new = set(links[ahead.pop()]) - found
        found |= new
        ahead += new
    return found - {start}


def support(edges):
    """Return the supporting links as a networkx DiGraph from reason to what it supports."""
    import networkx as nx

    return nx.DiGraph(links(edges))


def supported_by(edges, node):
    """Return the sorted ids of all statements that ``node`` supports, directly or through others."""
    graph = links(edges)
    need_known(node, sorted(graph), "statement of the graph")
    return sorted(beyond(graph, node))


def rests_on(edges, node):
    """Return the sorted ids of all statements that ``node`` rests on, directly or through others."""
    graph = turned(links(edges))
    need_known(node, sorted(graph), "statement of the graph")
    return sorted(beyond(graph, node))


def premises(edges):
    """Return the sorted ids of statements that nothing in the brief supports."""
    return sorted(node for node, reasons in turned(links(edges)).items() if not reasons)


def statuses(edges, false_nodes, rule="any is enough"):
    """Return a dict from every node to what it is once ``false_nodes`` are marked false.

    ``marked false``; ``untouched``: no false statement lies below it; otherwise, by the rule:
    "any is enough": ``weakened`` while some chain of support still reaches it from a premise
    that stands, else ``unsupported``. A circle of statements cannot hold itself up.
    "all are needed": ``unsupported`` as soon as one statement below it is false.
    """
    graph = links(edges)
    need_known(false_nodes, sorted(graph), "statement of the graph")
    need_known(rule, RULES, "rule")
    return _statuses(graph, set(false_nodes), rule)


def _statuses(graph, false, rule):
    """Return statement -> status; ``graph`` as ``links`` gives it, ``false`` a set."""
    touched = set().union(*(beyond(graph, node) for node in false)) - false
    left = {node: [n for n in ends if n not in false] for node, ends in graph.items()}
    held = {node for ends in graph.values() for node in ends}
    roots = [node for node in graph if node not in held and node not in false]
    standing = set(roots).union(*(beyond(left, node) for node in roots))

    def status(node):
        if node in false:
            return "marked false"
        if node not in touched:
            return "untouched"
        return "weakened" if rule == "any is enough" and node in standing else "unsupported"

    return {node: status(node) for node in sorted(graph)}


def knock_out(nodes, edges, false_nodes, rule="any is enough"):
    """Return what becomes of each conclusion when the statements ``false_nodes`` are false.

    One row per expected gain or interest: node_id, text, kind, status (see ``statuses``), and
    the ids of its direct reasons that are ``left`` and ``lost``. Raises PlainError for an id
    or a rule that does not exist.
    """
    need_columns(nodes, ["node_id", "kind", "text"], "nodes table")
    status = statuses(edges, false_nodes, rule)
    reasons = turned(links(edges))
    gone = {node for node, s in status.items() if s in ("marked false", "unsupported")}
    table = nodes.loc[nodes["kind"].isin(CONCLUSIONS), ["node_id", "text", "kind"]].copy()
    table["status"] = table["node_id"].map(status)
    for name, lost in (("left", False), ("lost", True)):
        table[name] = [
            " ".join(r for r in sorted(reasons[n]) if (r in gone) is lost) or "none"
            for n in table["node_id"]
        ]
    return table.sort_values("node_id", ignore_index=True)


@dataclass(frozen=True, eq=False)
class Argument:
    """Statements and what holds them up, worked out once for many knock-outs.

    texts, kinds, paragraphs: dicts by node id, in the order of the table. links and reasons: node
    -> list of what it holds up, and of what holds it up, directly. relations: (from, to) -> word;
    against: (from, to) of the links that are no support. conclusions and open_to_doubt: lists of
    node ids; the second can be pulled. costs: node -> rule -> number of conclusions that fall
    when it alone is false, for each node that is open to doubt. most: how many can be out at once.
    says: node -> tuple of lines on who says so.
    """

    texts: dict
    kinds: dict
    paragraphs: dict
    links: dict
    reasons: dict
    relations: dict
    against: list
    conclusions: list
    open_to_doubt: list
    costs: dict
    most: int
    says: dict


def argument(nodes, edges, most=2, says=None):
    """Return the ``Argument`` of the tables of statements and links.

    nodes: node_id, kind, text and, if there is one, paragraph_id. edges: from_node, to_node,
    relation. Open to doubt is what is no conclusion and holds up something that leads to one.
    """
    need_columns(nodes, ["node_id", "kind", "text"], "nodes table")
    by_id = nodes.set_index("node_id")
    graph = {node: [] for node in by_id.index} | links(edges)
    need_known(sorted(graph), list(by_id.index), "statement of the nodes table")
    kinds = by_id["kind"].to_dict()
    conclusions = [node for node in by_id.index if kinds[node] in CONCLUSIONS]
    ends = set(conclusions)
    doubted = [n for n in by_id.index if n not in ends and ends & beyond(graph, n)]
    return Argument(
        texts=by_id["text"].to_dict(),
        kinds=kinds,
        paragraphs=by_id["paragraph_id"].to_dict() if "paragraph_id" in by_id else {},
        links=graph,
        reasons=turned(graph),
        relations={(e.from_node, e.to_node): e.relation for e in edges.itertuples()},
        against=[
            (e.from_node, e.to_node)
            for e in edges.itertuples()
            if e.to_node not in graph[e.from_node]
        ],
        conclusions=conclusions,
        open_to_doubt=doubted,
        costs={node: {r: _fallen(graph, ends, {node}, r) for r in RULES} for node in doubted},
        most=most,
        says=says or {},
    )


def _fallen(graph, ends, false, rule):
    status = _statuses(graph, false, rule)
    return sum(status[node] == "unsupported" for node in ends)


def costs(nodes, edges):
    """Return what each statement costs alone: how many conclusions fall once it is marked false.

    One row per statement that is open to doubt, dearest first: node_id, text, and a column for
    each rule in ``RULES``, the strict one first.
    """
    found = argument(nodes, edges)
    table = pd.DataFrame(
        [
            {"node_id": n, "text": found.texts[n], **{r: found.costs[n][r] for r in RULES[::-1]}}
            for n in found.open_to_doubt
        ]
    )
    order = [*RULES[::-1], "node_id"]
    return table.sort_values(order, ascending=[False, False, True], ignore_index=True)


def felled(argument_nodes, argument_edges, out, strict=True):
    """Return how many conclusions fall once ``out`` (a node id or a list) is false.

    strict: by the rule that all reasons are needed; else by the one that any is enough.
    """
    out = [out] if isinstance(out, str) else out
    found = knock_out(argument_nodes, argument_edges, out, RULES[bool(strict)])
    return int((found["status"] == "unsupported").sum())


FALLS = {"one reason": "all are needed", "its last reason": "any is enough"}
"""What a statement loses when it falls -> the rule that says so."""

STATES = {
    "marked false": "out",
    "unsupported": "fallen",
    "weakened": "weaker",
    "untouched": "stands",
}
"""Status -> the word for it in the picture."""


def choices(argument):
    """Return every choice of statements to pull: a list of tuples of node ids, none first."""
    return [
        chosen
        for many in range(argument.most + 1)
        for chosen in combinations(argument.open_to_doubt, many)
    ]


def pulled(argument, out=(), rule="any is enough"):
    """Return the Finding once the statements ``out`` are pulled: which conclusions fall or weaken.

    out: tuple of node ids. ``data``: the ``argument``, ``out``, ``rule``, the ``state`` of every
    statement (see ``STATES``), ``groups``: state -> list of conclusions, and ``steps``: how many
    links each touched statement lies away from the nearest one that is out.
    """
    need_known(out, sorted(argument.texts), "statement of the graph")
    need_known(rule, RULES, "rule")
    status = _statuses(argument.links, set(out), rule)
    state = {node: STATES[status[node]] for node in argument.texts}
    groups = {s: [n for n in argument.conclusions if state[n] == s] for s in STATES.values()}
    gone = {node for node, s in state.items() if s in ("out", "fallen")}
    table = pd.DataFrame(
        [
            {
                "conclusion": f"{argument.texts[n]} [{n}]",
                "state": state[n],
                "reasons left": _listed(r for r in argument.reasons[n] if r not in gone),
                "reasons lost": _listed(r for r in argument.reasons[n] if r in gone),
            }
            for n in argument.conclusions
        ]
    )
    falls = next(words for words, known in FALLS.items() if known == rule)
    whom = " and ".join(f'"{argument.texts[n]}" [{n}]' for n in out) or "Nothing"
    counts = ", ".join(f"{len(groups[s])} {w}" for s, w in _COUNTED.items())
    sentence = (
        f"{whom} pulled out, and a statement falls as soon as it loses {falls}: "
        f"of {len(argument.conclusions)} conclusions {counts}."
    )
    named = ". ".join(f"{s.capitalize()}: {_listed(groups[s])}" for s in ("fallen", "weaker"))
    alt = f"Map of {len(argument.texts)} boxes with words; arrows from reasons. {sentence} {named}."
    data = {
        "argument": argument,
        "out": tuple(out),
        "rule": rule,
        "state": state,
        "groups": groups,
        "steps": _steps(argument.links, out),
    }
    return Finding(sentence, alt, table, data)


_COUNTED = {"fallen": "fallen", "weaker": "weaker", "stands": "standing"}


def knocked(nodes, edges, false_nodes, rule="any is enough"):
    """Return the Finding of ``pulled`` on two tables: the text twin of the map."""
    return pulled(argument(nodes, edges), tuple(sorted(false_nodes)), rule)


def _listed(ids):
    return " ".join(ids) or "none"


def _steps(graph, out):
    """Return node -> number of links from the nearest of ``out``, for all that they lead to."""
    steps, ahead = dict.fromkeys(out, 0), list(out)
    for node in ahead:
        for end in graph[node]:
            if end not in steps:
                steps[end] = steps[node] + 1
                ahead.append(end)
    return steps


def toy():
    """Return the nodes and edges of a made-up argument of five statements, as two DataFrames."""
    nodes = [
        ("A", "condition", "The baker has a cake left"),
        ("B", "condition", "Our own oven works"),
        ("C", "condition", "Eight friends can come"),
        ("D", "expected gain", "There will be a cake"),
        ("E", "expected gain", "It will be a good birthday"),
    ]
    edges = [("A", "D"), ("B", "D"), ("D", "E"), ("C", "E")]
    return (
        pd.DataFrame(nodes, columns=["node_id", "kind", "text"]),
        pd.DataFrame(
            [(*e, "enables") for e in edges], columns=["from_node", "to_node", "relation"]
        ),
    )


def hypotheses_in(matrix):
    """Return the columns of ``matrix`` that hold the fit with a hypothesis: Y1, Y2 and so on."""
    columns = [c for c in matrix.columns if str(c)[:1] == "Y" and str(c)[1:].isdigit()]
    if not columns:
        raise PlainError(
            "The matrix has no column for a hypothesis. It needs one for each, named Y1, Y2 and so "
            f"on. It has: {', '.join(map(str, matrix.columns))}."
        )
    blank = matrix[columns].isna().to_numpy().sum()
    if blank:
        raise PlainError(f"{blank} cells of the matrix are empty. Write one of {', '.join(FITS)}.")
    need_known(pd.unique(matrix[columns].to_numpy().ravel()), FITS, "fit")
    return columns


def diagnosticity(matrix):
    """Return the matrix with a column ``discriminates``: do its hypotheses fit differently?

    matrix: one row per piece of evidence, a column per hypothesis (Y1, Y2, ...) with
    "consistent", "inconsistent" or "neutral", and a column ``evidence_id``, if it has one.
    Evidence that fits all hypotheses alike tells them apart no better than no evidence. How
    much speaks against each hypothesis is counted by ``inconsistent(matrix)``.
    """
    columns = hypotheses_in(matrix)
    table = matrix.set_index("evidence_id") if "evidence_id" in matrix else matrix
    table = table[columns].rename_axis("evidence_id")
    return table.assign(discriminates=table.nunique(axis=1) > 1)


def inconsistent(matrix):
    """Return a Series: the number of pieces of evidence inconsistent with each hypothesis."""
    columns = hypotheses_in(matrix)
    return (matrix[columns] == "inconsistent").sum().rename("inconsistent")


def least_inconsistent(matrix):
    """Return the hypotheses with the fewest inconsistent pieces of evidence, ties kept (a list).

    What counts is what speaks against a reading: what fits one often fits its rivals too.
    """
    counts = inconsistent(matrix)
    return sorted(counts.index[counts == counts.min()])
