"""Lesson 2, *Who was in the room?*: attendance as sources report it, up to 31 December 2020."""

from brieflab.course import AS_OF, rubric
from brieflab.questions import AnyOf, Mistake, Question
from brieflab.questions.shapes import Choice, InOrder, Mapping, Names, Text, Whole

CAME = ("participant", "co-organiser")
STATUSES = (
    "host",
    "co-organiser",
    "participant",
    "observer",
    "expected",
    "declined",
    "absent",
    "not invited",
    "in conflict",
)


def reports(t, day=AS_OF):
    """Return the attendance reports known by ``day`` (all of them for None)."""
    return t.attendance if day is None else t.attendance[t.attendance["known_on"] <= day]


def named_in_p04(t, statuses=CAME, kinds=("state",)):
    """Return the actors that the brief (S001) names with one of ``statuses``, sorted."""
    a = t.attendance
    rows = a[(a["source_id"] == "S001") & a["status"].isin(statuses) & a["actor_type"].isin(kinds)]
    return sorted(rows["actor"])


def arab(t):
    """Return the Arab states that P04 names (members of the Arab League by our table)."""
    members = t.countries.loc[t.countries["arab_league_member"] == "yes", "host"]
    return sorted(set(named_in_p04(t)) & set(members))


def counts(t, statuses=CAME, kinds=("state",), day=AS_OF):
    """Return how many actors at least one, and at least two, sources report with ``statuses``."""
    a = reports(t, day)
    rows = a[a["status"].isin(statuses) & a["actor_type"].isin(kinds)]
    sources = rows.groupby("actor")["source_id"].nunique()
    return [int((sources >= 1).sum()), int((sources >= 2).sum())]


def rows_not_actors(t):
    """Return the wrong counts of 2.4 for someone who counts reports instead of countries."""
    a = reports(t)
    rows = a[a["status"].isin(CAME) & (a["actor_type"] == "state")]
    twice = rows.groupby("actor")["source_id"].transform("nunique") >= 2
    return [len(rows), int(twice.sum())]


def statuses_of(t, actor, day=AS_OF):
    """Return source id -> status for one actor."""
    a = reports(t, day)
    rows = a[a["actor"] == actor]
    return dict(zip(rows["source_id"], rows["status"]))


def commonest(t, actor):
    """Return each source of ``actor`` with the status that most of them give."""
    found = statuses_of(t, actor)
    top = max(sorted(set(found.values())), key=list(found.values()).count)
    return dict.fromkeys(found, top)


def nameable(t, kinds=("state", "other"), statuses=CAME, day=AS_OF):
    """Return how many actors came by our reading (presence.csv) known by ``day``."""
    b = t.presence if day is None else t.presence[t.presence["known_on"] <= day]
    return int((b["reading"].isin(statuses) & b["actor_type"].isin(kinds)).sum())


def claimed(t):
    """Return the number of countries that the organisers claimed (headcounts.csv)."""
    exact = t.headcounts[t.headcounts["precision"] == "exact"]
    return int(exact["states"].mode().item())


QUESTIONS = (
    Question(
        id="2.1",
        lesson=2,
        title="Whom does the brief name?",
        points=2,
        minutes=4,
        stars=1,
        objective="filter and count by a rule",
        prompt="Which countries does paragraph P04 name as attending? Give a set of names.",
        note="The brief itself is source `S001`. Two lines are done for you.",
        expects=Names("a set of country names"),
        key=lambda t, v: named_in_p04(t),
        mistakes=(
            Mistake(
                "the UN counted as a country",
                lambda t, v: named_in_p04(t) + ["United Nations"],
                "Your set holds the United Nations. It is an organisation, and P04 calls it an "
                "observer. Keep countries only: actor_type is 'state'.",
                lambda n, t, v: "United Nations" in n,
            ),
            Mistake(
                "Russia left out",
                lambda t, v: [n for n in named_in_p04(t) if n != "Russia"],
                "Russia is missing. P04 names its large delegation first. In the table its status "
                "is 'co-organiser', not 'participant': keep both.",
            ),
            Mistake(
                "Arab states only",
                lambda t, v: arab(t),
                lambda t, v: (
                    f"These are the {len(arab(t))} Arab states. P04 names others before "
                    "them: a large delegation and some allies of Damascus. Add these."
                ),
            ),
            Mistake(
                "the host added",
                lambda t, v: named_in_p04(t, (*CAME, "host")),
                "Syria is the host. P04 does not list it among those who attended. Take out the "
                "status 'host'.",
                lambda n, t, v: "Syria" in n,
            ),
            Mistake(
                "those who stayed away added",
                lambda t, v: named_in_p04(t, (*CAME, "declined")),
                "Your set holds states that the brief says stayed away (P03). Filter by status as "
                "well as by source.",
                lambda n, t, v: bool(set(n) & set(named_in_p04(t, ("declined",)))),
            ),
        ),
        hints=(
            "A row is one actor as one source reports it. The brief is itself a source.",
            "The brief is source S001. Look at the columns source_id, actor_type and status.",
            'claims[(claims["paragraph_id"] == "P03") & (claims["checkable"] == "yes")]',
        ),
        worked=(
            'brief = attendance[attendance["source_id"] == "S001"]\n'
            'came = brief["status"].isin(["participant", "co-organiser"])\n'
            'set(brief[came & (brief["actor_type"] == "state")]["actor"])'
        ),
        right=lambda t, v: (
            f"P04 names {len(named_in_p04(t))} countries; one of its two lists is open."
        ),
    ),
    Question(
        id="2.2",
        lesson=2,
        title="Which list is closed?",
        points=1,
        minutes=3,
        stars=1,
        objective="justify a coding rule",
        prompt="P04 holds two lists: which one claims to be complete? "
        "Answer 'allies', 'Arab states', 'both' or 'neither'.",
        expects=Choice(
            "allies",
            "Arab states",
            "both",
            "neither",
            variants={
                "arab": "Arab states",
                "arab countries": "Arab states",
                "allied countries": "allies",
                "none": "neither",
            },
        ),
        key=lambda t, v: t.claims.loc[
            (t.claims["paragraph_id"] == "P04") & (t.claims["claim_type"] == "number"), "actor"
        ].item(),
        mistakes=(
            Mistake(
                "both lists",
                "both",
                "Not both. Compare the two words before the lists: 'such as' gives examples, "
                "'namely' gives all.",
            ),
            Mistake(
                "the open list",
                "allies",
                "The allies follow 'such as': these are examples, so others may have come too. "
                "Look for the list that follows 'namely' and a number.",
            ),
            Mistake(
                "neither list",
                "neither",
                "One list does. A number and the word 'namely' promise that nobody is left out. "
                "Which list has them?",
            ),
        ),
        hints=(
            "An open list gives examples; a closed list claims to be complete.",
            "Read the word just before each list in P04, and look for a number.",
            "'Fruits such as figs' is open. 'Two fruits, namely figs and dates' is closed.",
        ),
        worked='# "namely", with a number, closes a list\n"Arab states"',
        right="A closed list can be proved wrong by one more name; an open one cannot.",
    ),
    Question(
        id="2.3",
        lesson=2,
        title="One actor, many sources",
        points=2,
        minutes=6,
        stars=2,
        objective="compare sources",
        prompt="What does each source known by the end of 2020 say about {actor}? "
        "Give a dictionary from source_id to status, with every source.",
        expects=Mapping(
            "a dictionary from source_id to status",
            Choice(*STATUSES, variants={"uninvited": "not invited"}),
            rename=lambda key: str(key).strip().upper(),
        ),
        variants=({"actor": "Turkey"}, {"actor": "Jordan"}, {"actor": "United Nations"}),
        key=lambda t, v: statuses_of(t, v["actor"]),
        mistakes=(
            Mistake(
                "one status for all",
                lambda t, v: commonest(t, v["actor"]),
                "You give every source the same status. The sources disagree, and the "
                "disagreement is the finding: keep what each of them says.",
                lambda n, t, v: len(n) > 1 and len(set(n.values())) == 1,
            ),
            Mistake(
                "the brief only",
                lambda t, v: {k: s for k, s in statuses_of(t, v["actor"]).items() if k == "S001"},
                lambda t, v: (
                    f"This is one source. {len(statuses_of(t, v['actor']))} sources known "
                    f"by then speak of {v['actor']}. Filter by actor, not by source."
                ),
                lambda n, t, v: len(n) == 1,
            ),
            Mistake(
                "a later source",
                lambda t, v: statuses_of(t, v["actor"], None),
                "Your answer holds a source that was published after 2020. On 31 December 2020 "
                "nobody could know it. Keep rows with known_on up to that day.",
                lambda n, t, v: bool(
                    set(n)
                    & (set(statuses_of(t, v["actor"], None)) - set(statuses_of(t, v["actor"])))
                ),
            ),
        ),
        hints=(
            "Do not choose a true status yet: record what each source says.",
            "Keep the rows of one actor; the columns source_id and status make the pairs.",
            'china = attendance[attendance["actor"] == "China"]\n'
            'dict(zip(china["source_id"], china["status"]))',
        ),
        worked=lambda t, v: (
            f'rows = attendance[attendance["actor"] == "{v["actor"]}"]\n'
            'dict(zip(rows["source_id"], rows["status"]))'
        ),
        right=lambda t, v: (
            f"{len(set(statuses_of(t, v['actor']).values()))} different statuses "
            f"for one actor: now ask who says what, and why."
        ),
    ),
    Question(
        id="2.4",
        lesson=2,
        title="The count follows the rule",
        points=2,
        minutes=6,
        stars=2,
        objective="filter and count by a rule",
        prompt="How many states came, if one source is enough, and if it takes two? "
        "A state came if its status is 'participant' or 'co-organiser'. Give both numbers as a list.",
        expects=InOrder(("one source or more", "two sources or more"), Whole("a number of states")),
        key=lambda t, v: AnyOf(
            {
                "without the host": counts(t),
                "with the host, Syria": counts(t, (*CAME, "host")),
            }
        ),
        mistakes=(
            Mistake(
                "rows, not countries",
                lambda t, v: rows_not_actors(t),
                "You counted rows. A row is one report, and a state has as many rows as it has "
                "sources. Count each actor once: nunique, not len.",
                lambda n, t, v: n[0] == rows_not_actors(t)[0],
            ),
            Mistake(
                "expected counted as attended",
                lambda t, v: counts(t, (*CAME, "expected")),
                "You counted 'expected' as attended. To be announced is not to come: one "
                "announced state withdrew. Keep 'participant' and 'co-organiser'.",
            ),
            Mistake(
                "organisations counted",
                lambda t, v: counts(t, CAME, ("state", "international organisation", "other")),
                "Your count holds actors that are not states. Keep the rows whose actor_type is "
                "'state'.",
            ),
            Mistake(
                "later sources",
                lambda t, v: counts(t, day=None),
                "Your count holds reports published after 2020, among them one of 2023 that "
                "others contradict. Keep rows with known_on up to 2020-12-31.",
            ),
            Mistake(
                "one number for both rules",
                lambda t, v: [counts(t)[0]] * 2,
                "You gave one number for both rules. A state named by a single source counts "
                "under the first rule only.",
                lambda n, t, v: n[0] == n[1],
            ),
        ),
        hints=(
            "A count is a rule applied to reports: fix the rule, then count each actor once.",
            "Group by actor, count different source_id, then ask how many have 1 or 2 and more.",
            'claims.groupby("paragraph_id")["theme"].nunique()   # themes in each paragraph\n'
            "(_ >= 2).sum()                                      # paragraphs with two or more",
        ),
        worked=(
            'came = attendance[attendance["status"].isin(["participant", "co-organiser"])]\n'
            'states = came[came["actor_type"] == "state"]\n'
            'sources = states.groupby("actor")["source_id"].nunique()\n'
            "[(sources >= 1).sum(), (sources >= 2).sum()]"
        ),
        right=lambda t, v: (
            f"The stricter rule removes {counts(t)[0] - counts(t)[1]} states: "
            "the count is a function of the rule."
        ),
    ),
    Question(
        id="2.5",
        lesson=2,
        title="How many can be named?",
        points=2,
        minutes=5,
        stars=2,
        objective="filter and count by a rule",
        prompt="The organisers claimed a number of countries and printed no full list. How many "
        "countries that came by our reading (presence.csv, known by the end of 2020) can be named?",
        expects=Whole("a number of countries"),
        key=lambda t, v: AnyOf(
            {
                "with Abkhazia, which few states recognise": nameable(t),
                "without Abkhazia, which few states recognise": nameable(t, ("state",)),
            }
        ),
        mistakes=(
            Mistake(
                "the rest taken for missing",
                lambda t, v: claimed(t) - len(named_in_p04(t)),
                lambda t, v: (
                    f"You subtracted the brief's {len(named_in_p04(t))} names from the "
                    f"claimed {claimed(t)}. The brief is not the only source that names countries. "
                    "Count those that any source in presence.csv supports."
                ),
            ),
            Mistake(
                "organisations counted",
                lambda t, v: nameable(t, ("state", "other", "international organisation")),
                "Your number holds organisations. The claim is about countries: leave out "
                "actor_type 'international organisation'.",
            ),
            Mistake(
                "the brief's names only",
                lambda t, v: len(named_in_p04(t)),
                "These are the names in the brief alone. presence.csv also holds countries that "
                "the brief does not mention: count the reading, not the brief.",
            ),
            Mistake(
                "the claim repeated",
                lambda t, v: claimed(t),
                "This is the organisers' own total. The question is how many of them can be "
                "named. Count rows of presence.csv by their reading.",
            ),
        ),
        hints=(
            "A claimed total and a list of names are two kinds of evidence.",
            "In presence.csv use the columns reading, actor_type and known_on.",
            '(countries["presence"] == "absent").sum()',
        ),
        worked=(
            'came = presence["reading"].isin(["participant", "co-organiser"])\n'
            'country = presence["actor_type"].isin(["state", "other"])\n'
            '(came & country & (presence["known_on"] <= "2020-12-31")).sum()'
        ),
        right=lambda t, v: (
            f"The organisers claimed {claimed(t)}; whether the host, Abkhazia or "
            "an envoy without recognition is inside, no source says."
        ),
    ),
    Question(
        id="2.6",
        lesson=2,
        title="A sentence both sides accept",
        points=3,
        minutes=10,
        stars=3,
        kind="text",
        objective="justify a coding rule",
        prompt="Write one sentence on Turkey and the conference that readers on both sides could "
        "accept, then name the evidence that would settle the question. Use row ids.",
        expects=Text(),
        criteria=rubric.criteria(rubric.ANSWER, rubric.SOURCES, rubric.FAIRNESS),
        samples={
            0: (
                "The truth is somewhere in the middle, as always.",
                "No source, no claim about Turkey, nothing that could settle it. 'The middle' is "
                "a place, not a finding.",
            ),
            1: (
                "Turkey was not invited, because Damascus is hostile to it and everybody knows that.",
                "It answers, but picks a side, gives a motive without evidence, and names no row.",
            ),
            2: (
                "The brief says that Turkey refrained [A007], while a Syrian official says that "
                "it was not invited [A019]. An invitation letter would settle it.",
                "Two sources are compared and the words are neutral. It does not say what both "
                "agree on, nor how far to trust each.",
            ),
            3: (
                "Turkey did not take part: the brief states that it refrained [A007], a Syrian "
                "official states that it alone was not invited [A019], and two reports leave it open "
                "[A169; A177]. Damascus is well placed to know whom it invited, but has an "
                "interest in the answer; a dated invitation, or a Turkish statement, would settle "
                "it, and this table holds neither.",
                "It says what all accept, who says what, why to weigh the sources as it does, and "
                "what is missing. A reader on either side can sign it.",
            ),
        },
        hints=(
            "Begin with what no source disputes; then say who says what.",
            "Compare the statuses in answer_2_3, and the publisher_type of each source.",
            "Pattern: 'X did not ... . A states ... [row]; B states ... [row]. ... would settle it.'",
        ),
    ),
)
