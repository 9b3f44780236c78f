"""Lesson 6: what the brief's argument rests on, and which evidence could tell rivals apart.

The graph has statements (``argument_nodes.csv``) and links between them
(``argument_edges.csv``). A link *supports* when its relation is ``enables``, ``funds``,
``legitimises`` or ``pressures``. ``blocks`` never does, nor does pressure on an obstacle (a
statement that itself blocks another): it works against it.
"""

import pandas as pd

from brieflab.figures import HATCHES, PALETTE, Finding, titled_axes
from brieflab.plain import PlainError, need_columns, need_known

SUPPORTING = ("enables", "funds", "legitimises", "pressures")
CONCLUSIONS = ("expected gain", "interest")
"""Kinds of statement that the rest is there to support."""

RULES = ("any is enough", "all are needed")
"""The brief does not say whether its reasons work each alone or only together: choose."""

FITS = ("consistent", "inconsistent", "neutral")

_LAYERS = ("obstacle", "condition", "instrument", "expected gain", "interest")


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
    false = set(need_known(false_nodes, sorted(graph), "statement of the graph"))
    need_known(rule, RULES, "rule")
    touched = set().union(*(beyond(graph, node) for node in false)) - false
    left = {node: [n for n in ends if n not in false] for node, ends in graph.items()}
    roots = [node for node in premises(edges) if node not in false]
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


def knocked(nodes, edges, false_nodes, rule="any is enough"):
    """Return the Finding on a knock-out: ``data`` holds the status of every node, and ``unsupported``."""
    table = knock_out(nodes, edges, false_nodes, rule)
    groups = {s: list(table.loc[table["status"] == s, "node_id"]) for s in _STYLE}
    marked = ", ".join(sorted(false_nodes)) or "nothing"
    parts = [
        f"{len(groups[s])} {s}" + (f" ({', '.join(groups[s])})" if groups[s] else "")
        for s in ("unsupported", "weakened", "untouched")
    ]
    sentence = f'With {marked} marked false, by the rule "{rule}": of {len(table)} conclusions '
    sentence += "; ".join(parts) + "."
    alt = (
        "Graph of the brief's argument in five columns (obstacles, conditions, instruments, "
        f"expected gains, interests), {len(nodes)} statements and {len(edges)} links. {sentence}"
    )
    data = {
        "status": statuses(edges, false_nodes, rule),
        "nodes": nodes,
        "edges": edges,
        "unsupported": groups["unsupported"],
        "false": sorted(false_nodes),
        "rule": rule,
    }
    return Finding(sentence, alt, table, data)


_STYLE = {
    "untouched": {"facecolor": "white", "hatch": "", "mark": ""},
    "weakened": {"facecolor": "#f6e3b3", "hatch": HATCHES[1], "mark": "~"},
    "unsupported": {"facecolor": "#d9d9d9", "hatch": HATCHES[2], "mark": "?"},
    "marked false": {"facecolor": PALETTE["black"], "hatch": "", "mark": "×"},
}


def _places(nodes, edges):
    """Return node -> (x, y): a column per kind, rows ordered so that fewer links cross."""
    columns = {k: list(nodes.loc[nodes["kind"] == k, "node_id"]) for k in _LAYERS}
    y = {n: i / max(len(c) - 1, 1) for c in columns.values() for i, n in enumerate(c)}
    near = {n: {} for n in y}
    for a, b in zip(edges["from_node"], edges["to_node"]):
        near[a][b] = near[b][a] = True
    for _ in range(8):
        for column in columns.values():
            column.sort(key=lambda n: (sum(y[m] for m in near[n]) / max(len(near[n]), 1), n))
            y.update({n: (i + 0.5) / len(column) for i, n in enumerate(column)})
    return {n: (x, -y[n]) for x, column in enumerate(columns.values()) for n in column}


def draw_knocked(figure, finding):
    """Draw the argument in columns; a sign and a hatch on each box say what became of it."""
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    d = finding.data
    marked = ", ".join(d["false"]) or "nothing"
    lost = f"{len(d['unsupported'])} of {len(finding.table)} conclusions unsupported"
    title = f"{lost} with {marked} marked false ({d['rule']})"
    source = "Source: argument_nodes.csv, argument_edges.csv (our reading of S001)"
    axes = titled_axes(figure, title, source, left=0.1, right=0.1, bottom=0.45)
    axes.set_xlim(-0.3, len(_LAYERS) - 0.7)
    axes.set_ylim(-1.02, 0.08)
    axes.set_axis_off()
    place, status, graph = _places(d["nodes"], d["edges"]), d["status"], links(d["edges"])
    for edge in d["edges"].itertuples():
        (x1, y1), (x2, y2) = place[edge.from_node], place[edge.to_node]
        gone = status[edge.from_node] in ("marked false", "unsupported")
        against = edge.to_node not in graph[edge.from_node]
        step = 0.16 if x2 >= x1 else -0.16
        start, end, bend = (x1 + step, y1), (x2 - step, y2), 0.06
        if x1 == x2:
            end, bend = (x2 + step, y2), 0.5 if y2 > y1 else -0.5
        axes.add_artist(
            FancyArrowPatch(
                start,
                end,
                connectionstyle=f"arc3,rad={bend}",
                arrowstyle="|-|,widthA=0,widthB=1.1" if against else "-|>",
                mutation_scale=7,
                color=PALETTE["vermilion"] if against else PALETTE["grey"],
                linestyle=":" if gone else "-",
                linewidth=0.9,
                zorder=1,
            )
        )
    for node, (x, y) in place.items():
        look = dict(_STYLE[status[node]])
        mark = look.pop("mark")
        round_ = node in set(finding.table["node_id"])
        axes.add_artist(
            FancyBboxPatch(
                (x - 0.13, y - 0.026),
                0.26,
                0.052,
                edgecolor="black",
                linewidth=0.9,
                zorder=2,
                boxstyle="round,pad=0.015,rounding_size=0.03" if round_ else "square,pad=0.015",
                **look,
            )
        )
        ink = "white" if status[node] == "marked false" else "black"
        back = {"boxstyle": "square,pad=0.08", "lw": 0, "fc": look["facecolor"]}
        axes.text(
            x,
            y,
            f"{node} {mark}".strip(),
            ha="center",
            va="center_baseline",
            size=9,
            color=ink,
            zorder=3,
            bbox=back,
        )
    for x, kind in enumerate(_LAYERS):
        axes.text(x, 0.03, f"{kind}s", ha="center", va="bottom", size=9.5, weight="bold")
    figure.text(
        0.1 / 7,
        0.32 / figure.get_figheight(),
        "Boxes: black × marked false; crossed ? unsupported; hatched ~ weakened; rounded: conclusion."
        "\nLines: arrow supports; bar at its end works against; dotted: its start has fallen.",
        size=9,
        va="bottom",
        linespacing=1.3,
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
