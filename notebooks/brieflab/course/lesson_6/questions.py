"""Lesson 6, *Why would they?*: premises, conclusions, rival readings, and each side's best voice."""

from brieflab.course import rubric
from brieflab.course.lesson_6 import arguments
from brieflab.questions import Mistake, Question
from brieflab.questions.rubric import LEVEL, yes_no
from brieflab.questions.shapes import Choice, Mapping, Names, Refused, Shape, Table, Text

EIGHT = ("N07", "N10", "N12", "N20", "N21", "N22", "N23", "N31")
STORIES = ("Y1", "Y2", "Y3", "Y4")
FITS = Table(
    "a table with evidence_id and a column for each story",
    {
        "evidence_id": Names("one id", ordered=True, most=1),
        **{
            y: Choice(
                "consistent",
                "inconsistent",
                "neutral",
                variants={"+": "consistent", "-": "inconsistent"},
            )
            for y in STORIES
        },
    },
    by=("evidence_id",),
)


def parts(t):
    """Return node -> premise, conclusion or both, from the supporting links alone."""
    ends = arguments.links(t.argument_edges)
    reasons = arguments.turned(ends)
    return {n: "premise" if not reasons[n] else "both" if ends[n] else "conclusion" for n in EIGHT}


def conclusions(t, nodes):
    """Return those of ``nodes`` that are expected gains or interests, sorted."""
    kind = t.argument_nodes.set_index("node_id")["kind"]
    return sorted(n for n in nodes if kind[n] in arguments.CONCLUSIONS)


def reached(t, premise):
    """Return the conclusions that rest on ``premise``, directly or through others."""
    return conclusions(t, arguments.supported_by(t.argument_edges, premise))


def direct(t, premise):
    """Return the conclusions that ``premise`` supports in one step."""
    return conclusions(t, arguments.links(t.argument_edges)[premise])


def through_blocks(t, premise):
    """Return what ``premise`` reaches when every arrow, also 'blocks', is taken for support."""
    return arguments.supported_by(t.argument_edges.assign(relation="enables"), premise)


def fits(t):
    """Return our own filled matrix: one row a piece of evidence, one column a story."""
    return t.matrix[["evidence_id", *STORIES]]


def outvoted(t):
    """Return a filled matrix in which the story with most 'consistent' is not the one with
    fewest 'inconsistent' (a made-up filling of the same cells)."""
    rows = fits(t).copy()
    rows["Y2"] = ["inconsistent"] + ["consistent"] * (len(rows) - 1)
    rows["Y3"] = "neutral"
    return rows


def count(rows, fit):
    """Return story -> how many cells of a read matrix hold ``fit``."""
    places = {y: rows["columns"].index(y) for y in STORIES}
    return {y: sum(row[p] == fit for row in rows["rows"]) for y, p in places.items()}


def extreme(counts, choose):
    """Return the stories with the smallest or largest count, ties kept."""
    return sorted(y for y in counts if counts[y] == choose(counts.values()))


class Judged(Shape):
    """A filled matrix together with the stories that its filler keeps: ``(matrix, ["Y3"])``."""

    words = "your matrix and a list of the stories that survive it: (matrix, ['Y1'])"

    def read(self, value):
        if isinstance(value, dict) and set(value) == {"matrix", "kept"}:
            value = (value["matrix"], value["kept"])
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise self.refusal(value, "shape", "Put the matrix first and the list second.")
        matrix, kept = FITS.read(value[0]), Names("story ids").read(value[1])
        if any(cell is None for row in matrix["rows"] for cell in row):
            raise Refused("Some cells are still empty. Fill every cell: neutral is an answer too.")
        return {"matrix": matrix, "kept": kept}

    def differ(self, normal, key):
        return (
            "The stories you keep do not follow from your own matrix. For each column count the "
            "cells that say inconsistent, and keep the column or columns with the fewest."
        )


def follows(normal, key):
    """True when the matrix covers all evidence and its keeper has the fewest contradictions."""
    ids = {row[0][0] for row in normal["matrix"]["rows"]}
    wanted = {row[0][0] for row in key["matrix"]["rows"]}
    fewest = extreme(count(normal["matrix"], "inconsistent"), min)
    return ids == wanted and normal["kept"] == fewest


def dull(t, choose=lambda row: len(set(row)) == 1):
    """Return the evidence ids whose row of fits passes ``choose``; by default: all alike."""
    return sorted(r[0] for r in fits(t).itertuples(index=False) if choose(r[1:]))


QUESTIONS = (
    Question(
        id="6.1",
        lesson=6,
        title="Premise, conclusion, or both?",
        points=2,
        minutes=5,
        stars=1,
        objective="distinguish premise from conclusion",
        prompt="Label eight nodes of the graph (" + ", ".join(EIGHT) + "): 'premise' (it supports "
        "others and nothing supports it), 'conclusion' (supported, and supports nothing), or "
        "'both'. Give a dictionary. Where the links say 'both', any label is accepted.",
        note="The two counts are done for you.",
        expects=Mapping(
            "a dictionary from node id to label",
            Choice("premise", "conclusion", "both"),
            rename=str,
        ),
        key=lambda t, v: parts(t),
        is_right=lambda n, key: (
            set(n) == set(key) and all(key[k] == "both" or n[k] == key[k] for k in key)
        ),
        mistakes=(
            Mistake(
                "turned round",
                lambda t, v: {
                    n: {"premise": "conclusion", "conclusion": "premise"}.get(p, p)
                    for n, p in parts(t).items()
                },
                "Premises and conclusions have changed places. An arrow runs from the reason to "
                "what it supports: words such as 'thereby' stand at its head.",
            ),
            Mistake(
                "last paragraphs only",
                lambda t, v: {
                    n: "conclusion" if p >= "P15" else "premise"
                    for n, p in t.argument_nodes.set_index("node_id")["paragraph_id"][
                        list(EIGHT)
                    ].items()
                },
                "You called conclusion what stands near the end. Position decides nothing: some "
                "conclusions come early. Follow the arrows.",
            ),
            Mistake(
                "everything a premise",
                dict.fromkeys(EIGHT, "premise"),
                "All premises? Then the text would conclude nothing. Look for nodes at which "
                "arrows only arrive.",
            ),
        ),
        hints=(
            "A reason supports; a conclusion is supported. Something in the middle of a chain does both.",
            "For each node count supporting links in and out; 'blocks' is not support.",
            'graph = support(edges)\ngraph.in_degree("N19"), graph.out_degree("N19")   # both above 0',
        ),
        worked=(
            "from brieflab.course.lesson_6.arguments import support\n"
            "graph = support(argument_edges)\n"
            'label = lambda n: ("both" if graph.in_degree(n) and graph.out_degree(n)\n'
            '                   else "conclusion" if graph.in_degree(n) else "premise")\n'
            f"{{n: label(n) for n in {list(EIGHT)!r}}}"
        ),
        right=lambda t, v: (
            "{} of the eight are links in a chain: reason for one thing, result of another.".format(
                list(parts(t).values()).count("both")
            )
        ),
    ),
    Question(
        id="6.2",
        lesson=6,
        title="What hangs on it?",
        points=2,
        minutes=5,
        stars=2,
        objective="diagram an argument",
        prompt="Which conclusions (kind 'expected gain' or 'interest') rest on node {premise}, "
        "directly or through other nodes? Give a set of node ids.",
        expects=Names("a set of node ids"),
        variants=({"premise": "N10"}, {"premise": "N22"}, {"premise": "N07"}),
        key=lambda t, v: reached(t, v["premise"]),
        mistakes=(
            Mistake(
                "direct links only",
                lambda t, v: direct(t, v["premise"]),
                "These are the conclusions one arrow away. Support travels on: follow the arrows "
                "from each node that you reach.",
            ),
            Mistake(
                "every node on the way",
                lambda t, v: arguments.supported_by(t.argument_edges, v["premise"]),
                "You followed the arrows well and kept every node on the way. Keep the kinds "
                "'expected gain' and 'interest' only.",
            ),
            Mistake(
                "obstacles counted as support",
                lambda t, v: conclusions(t, through_blocks(t, v["premise"])),
                "Some of these are reached through a 'blocks' arrow or by pressing on an "
                "obstacle. That works against something. Use support(edges).",
            ),
        ),
        hints=(
            "If a friend lends you money that you lend on, the second debt rests on the first.",
            "networkx.descendants(graph, node) follows all arrows; then filter by kind.",
            'import networkx as nx\nnx.descendants(nx.DiGraph([("a", "b"), ("b", "c")]), "a")   # b and c',
        ),
        worked=lambda t, v: (
            "import networkx as nx\n"
            "from brieflab.course.lesson_6.arguments import support\n"
            f'below = nx.descendants(support(argument_edges), "{v["premise"]}")\n'
            'gains = argument_nodes[argument_nodes["kind"].isin(["expected gain", "interest"])]\n'
            'set(gains["node_id"]) & below'
        ),
        right=lambda t, v: (
            f"{len(reached(t, v['premise']))} conclusions hang on it, "
            f"{len(direct(t, v['premise']))} of them by a direct link."
        ),
    ),
    Question(
        id="6.3",
        lesson=6,
        title="Four stories, one matrix",
        points=2,
        minutes=8,
        stars=2,
        objective="weigh rival hypotheses",
        prompt="Fill a matrix of the five pieces of evidence and four stories with 'consistent', "
        "'inconsistent' or 'neutral', by your own reading. Then name the story or stories that "
        "survive: those with the fewest 'inconsistent'. Give (matrix, list of stories). Your "
        "fillings are not graded; the rule is.",
        note="Change any cell that you read differently. Your own fillings are not graded.",
        expects=Judged(),
        key=lambda t, v: (fits(t), extreme(count(FITS.read(fits(t)), "inconsistent"), min)),
        is_right=follows,
        mistakes=(
            Mistake(
                "agreement added up",
                lambda t, v: (
                    outvoted(t),
                    extreme(count(FITS.read(outvoted(t)), "consistent"), max),
                ),
                "You keep the story with the most 'consistent'. Agreement is cheap: much evidence "
                "fits every story. Keep the one with the fewest 'inconsistent'.",
                lambda n, t, v: n["kept"] == extreme(count(n["matrix"], "consistent"), max),
            ),
            Mistake(
                "the most contradicted",
                lambda t, v: (fits(t), extreme(count(FITS.read(fits(t)), "inconsistent"), max)),
                "You keep the story with the most contradictions. The method drops that one first "
                "and keeps what is contradicted least.",
                lambda n, t, v: n["kept"] == extreme(count(n["matrix"], "inconsistent"), max),
            ),
            Mistake(
                "rows left out",
                lambda t, v: (
                    fits(t).head(3),
                    extreme(count(FITS.read(fits(t).head(3)), "inconsistent"), min),
                ),
                lambda t, v: (
                    f"Your matrix has fewer than {len(fits(t))} pieces of evidence. Leaving "
                    "out the awkward ones decides the matter before it is judged."
                ),
                lambda n, t, v: len(n["matrix"]["rows"]) < len(fits(t)),
            ),
        ),
        hints=(
            "Ask of each cell: would I expect to see this if the story were true?",
            "Count 'inconsistent' per column: (matrix[stories] == 'inconsistent').sum()",
            'pd.DataFrame({"A": ["+", "-"], "B": ["-", "-"]}).eq("-").sum()   # A 1, B 2: keep A',
        ),
        worked=(
            "from brieflab.course.lesson_6.arguments import least_inconsistent\n"
            "(matrix, least_inconsistent(matrix))"
        ),
        right="Nothing is proved by survival: it says which story has met the least resistance so "
        "far.",
    ),
    Question(
        id="6.4",
        lesson=6,
        title="Evidence that decides nothing",
        points=2,
        minutes=5,
        stars=2,
        objective="weigh rival hypotheses",
        prompt="In matrix.csv, coded by one of us: which pieces of evidence cannot tell the four "
        "stories apart? Give a set of evidence ids.",
        expects=Names("a set of evidence ids"),
        key=lambda t, v: dull(t),
        mistakes=(
            Mistake(
                "the strongest evidence",
                lambda t, v: dull(t, lambda row: len(set(row)) > 1),
                "These are the rows that *do* separate the stories. Asked are those that do not, "
                "however impressive they look.",
            ),
            Mistake(
                "only what fits everything",
                lambda t, v: dull(t, lambda row: set(row) == {"consistent"}),
                "Right as far as it goes: what fits every story decides nothing. A row that is "
                "neutral everywhere decides nothing either.",
            ),
            Mistake(
                "only what says nothing",
                lambda t, v: dull(t, lambda row: set(row) == {"neutral"}),
                "A row of neutrals decides nothing, true. Neither does a row that is consistent "
                "with all four stories.",
            ),
        ),
        hints=(
            "Evidence separates stories only when it fits some better than others.",
            "Look for rows of the matrix in which all four cells say the same.",
            'pd.DataFrame({"A": [1, 1], "B": [1, 2]}).nunique(axis=1)   # 1: all the same',
        ),
        worked=(
            'same = matrix[["Y1", "Y2", "Y3", "Y4"]].nunique(axis=1) == 1\n'
            'set(matrix[same]["evidence_id"])'
        ),
        right=lambda t, v: (
            f"{len(dull(t))} of {len(fits(t))} pieces decide nothing between the stories."
        ),
    ),
    Question(
        id="6.5",
        lesson=6,
        title="Two sides at their best",
        points=4,
        minutes=15,
        stars=3,
        kind="text",
        objective="state a view that is not your own",
        prompt="Choose two of Moscow, Damascus, Beirut and Brussels. State each one's view of "
        "refugee return so that its own officials would sign it, at equal length (at most 180 "
        "words together), each with row ids from positions.csv. One extra point when both sides "
        "are sourced.",
        expects=Text(),
        criteria=rubric.criteria(rubric.ANSWER, rubric.EVIDENCE, rubric.FAIRNESS),
        scales=(LEVEL, yes_no("Both sides sourced")),
        samples={
            0: (
                "Moscow's view is propaganda, so there is nothing to state.",
                "A refusal is no statement of a view. Calling it propaganda refutes nothing.",
            ),
            1: (
                "Moscow says it wants to help refugees but really wants money. Brussels cares about "
                "human rights and has good reasons.",
                "One side is unmasked and the other praised. Neither would sign, and no row is named.",
            ),
            2: (
                "Moscow calls return a humanitarian matter [Q09] and wants Europe to help restore "
                "services [Q06]. Brussels will not rebuild without a political solution [Q22], "
                "because Damascus cannot be trusted.",
                "Both sides are sourced and short. The last clause puts words into the mouth of "
                "Brussels that its rows do not hold.",
            ),
            3: (
                "Moscow: the fighting is almost over and people can begin to go home [Q07]. Return "
                "is a humanitarian matter, and those who stay away make it political [Q09]. Whoever "
                "wants people to return should help with water, power and schools [Q06].\n"
                "Brussels: each person decides alone, and large returns cannot be promoted while "
                "the conditions that the UN has named are not met [Q24]. Safety comes first, then "
                "a conference [Q23]; money for rebuilding follows a political solution [Q22].",
                "Equal length, neutral words, each sentence with a row, each side at its strongest. "
                "Officials of both could sign.",
            ),
        },
        hints=(
            "The test is whether the other side would nod, not whether you agree.",
            "positions[positions['actor'] == ...], all topics; quote the stated reason, not a motive.",
            "Pattern: 'The library: silence helps those who study [row]. The students: groups need "
            "to talk [row].'",
        ),
    ),
)
