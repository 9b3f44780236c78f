"""Lesson 2: who was in the room? The count follows from the sources and the rule you choose."""

import pandas as pd

from brieflab.course import AS_OF
from brieflab.figures import PALETTE, Finding, titled_axes
from brieflab.plain import PlainError, need_columns, need_known

PRESENT = ("host", "co-organiser", "participant", "observer")
"""Statuses that say an actor took part; ``expected`` joins them only when asked."""

RULES = ("any source", "two or more", "all ticked")

SAME_REPORT = {"S417": "S139"}
"""Two addresses, one report (AFP): counted once, under the second name."""

BRIEF = "S001"
PINNED = "Turkey"

LOOK = {
    "think tank": ("D", "orange"),
    "government": ("P", "purple"),
    "state media": ("s", "vermilion"),
    "news agency": ("v", "green"),
    "online media": ("o", "blue"),
    "aggregator": ("^", "sky"),
    "other": ("X", "grey"),
}
"""Marker and colour of each publisher type; every marker has a dark edge."""


def knowable(attendance, as_of=AS_OF):
    """Return the rows of ``attendance`` that could be known on the day ``as_of`` (ISO date)."""
    need_columns(
        attendance,
        ["row_id", "actor", "actor_type", "status", "source_id", "publisher_type", "known_on"],
        "attendance table",
    )
    return attendance[attendance["known_on"] <= as_of]


def count_actors(
    attendance, sources, rule="any source", expected_counts=False, states_only=True, as_of=AS_OF
):
    """Return the Finding on how many actors took part: actors are counted, not rows.

    sources: ids of the ticked sources. rule: "any source", "two or more" or "all ticked" of
    them must say that the actor took part. ``table`` has one row per actor (Turkey first),
    with the number of sources and of publisher types behind it; ``data`` holds ``count``,
    ``actors`` (names), ``turkey`` (source -> status) and ``reports`` (the rows counted).
    Raises PlainError for no source, an unknown source or an unknown rule.
    """
    rows = knowable(attendance, as_of)
    sources = need_known(sources, sorted(set(rows["source_id"])), f"source known by {as_of}")
    if not sources:
        raise PlainError("No source is ticked, so nobody can be counted. Tick at least one.")
    need_known(rule, RULES, "rule")
    rows = rows[rows["source_id"].isin(sources)]
    rows = rows.assign(report=rows["source_id"].replace(SAME_REPORT))
    ticked = rows["report"].nunique()
    turkey = rows[rows["actor"] == PINNED].set_index("source_id")["status"].sort_index()
    if states_only:
        rows = rows[rows["actor_type"] == "state"]
    says_so = PRESENT + (("expected",) if expected_counts else ())
    needed = {"any source": 1, "two or more": 2, "all ticked": ticked}[rule]
    reports = rows[rows["status"].isin(says_so)]
    by_actor = reports.groupby("actor")
    table = pd.DataFrame(
        {
            "sources": by_actor["report"].nunique(),
            "publisher_types": by_actor["publisher_type"].nunique(),
            "reported": (rows["source_id"] + " " + rows["status"])
            .groupby(rows["actor"])
            .agg("; ".join),
        }
    )
    table = table.fillna({"sources": 0, "publisher_types": 0}).rename_axis("actor").reset_index()
    table = table.astype({"sources": int, "publisher_types": int})
    table.insert(1, "counted", (table["sources"] >= needed).map({True: "yes", False: "no"}))
    table = table.sort_values(["sources", "actor"], ascending=[False, True])
    turkey_first = table["actor"].eq(PINNED).sort_values(ascending=False, kind="stable").index
    table = table.loc[turkey_first].reset_index(drop=True)
    actors = sorted(table.loc[table["counted"] == "yes", "actor"])
    kind = "state" if states_only else "actor"
    sentence = (
        f"{_number(len(actors), kind)} counted as present by the rule "
        f'"{rule}" on {_number(ticked, "source")}, "expected" '
        f"{'counted' if expected_counts else 'not counted'}"
        f"{', host Syria included' if 'Syria' in actors else ''}. {_turkey(turkey)}"
    )
    if rule == "two or more" and ticked < 2:
        sentence += " One source can never be two: tick another."
    alt = (
        f"Dot chart, one row per {kind}, one dot per source that reports it as taking part: "
        + ("; ".join(f"{r.actor} {r.sources}" for r in table.itertuples() if r.sources) or "none")
        + f". Counted: {', '.join(actors) or 'nobody'}. {sentence}"
    )
    data = {
        "count": len(actors),
        "actors": actors,
        "turkey": turkey.to_dict(),
        "reports": reports,
        "needed": needed,
        "ticked": ticked,
        "kind": kind,
        "rule": rule,
    }
    return Finding(sentence, alt, table, data)


def _number(n, noun):
    return f"{n or 'No'} {noun}" + ("s" if n > 1 else "")


def _turkey(statuses):
    """Return the sentence on what the ticked sources say of Turkey."""
    if statuses.empty:
        return f"{PINNED}: not mentioned by the ticked sources."
    said = [f"{status} in {', '.join(ids.index)}" for status, ids in statuses.groupby(statuses)]
    return f"{PINNED}: {'; '.join(said)}."


def draw_actors(figure, finding):
    """Draw one dot per source in the row of each actor; counted actors in black letters."""
    d = finding.data
    shown = finding.table[finding.table["sources"] > 0]
    shown = shown.sort_values(["sources", "actor"], ascending=[False, True])
    rows = {actor: y for y, actor in enumerate(shown["actor"])}
    figure.set_size_inches(7, max(3.4, 1.7 + 0.2 * len(rows)))
    kind = d["kind"]
    title = (
        f'{_number(d["count"], kind)} counted as present by the rule "{d["rule"]}" '
        f"on {_number(d['ticked'], 'source')}"
    )
    axes = titled_axes(
        figure,
        title,
        "Source: attendance.csv, rows known by 31 December 2020",
        left=1.75,
        side=1.35,
    )
    counted = set(d["actors"])
    reports = d["reports"].drop_duplicates(["actor", "report"]).copy()
    kinds = reports["publisher_type"].where(reports["publisher_type"].isin(LOOK), "other")
    reports["kind"] = pd.Categorical(kinds, list(LOOK))
    reports = reports.sort_values(["actor", "kind", "report"])
    reports["x"] = reports.groupby("actor").cumcount() + 1
    reports["y"] = reports["actor"].map(rows)
    for name, (marker, colour) in LOOK.items():
        dots = reports[reports["kind"] == name]
        if dots.empty:
            continue
        faces = [PALETTE[colour] if a in counted else "white" for a in dots["actor"]]
        axes.scatter(
            dots["x"],
            dots["y"],
            marker=marker,
            s=44,
            c=faces,
            edgecolors="black",
            linewidths=0.8,
            label=name,
            zorder=2,
        )
    axes.set_yticks(list(rows.values()), list(rows))
    for label in axes.get_yticklabels():
        if label.get_text() not in counted:
            label.set_color(PALETTE["grey"])
            label.set_style("italic")
    most = int(shown["sources"].max()) if len(shown) else 1
    axes.set_xlim(0.4, max(most, 5) + 0.6)
    axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(f"ticked sources that say the {kind} took part (hollow: not counted)", size=9.5)
    said = pd.Series(d["turkey"]).value_counts().sort_index()
    pinned = [f"{status}: {n}" for status, n in said.items()] or ["not mentioned"]
    axes.text(
        1.03,
        0,
        "\n".join([f"{PINNED}, pinned", *pinned]),
        transform=axes.transAxes,
        size=9.5,
        va="bottom",
        linespacing=1.35,
    )
    if 1 < d["needed"] <= most:
        axes.axvline(d["needed"] - 0.5, color="black", linewidth=1, linestyle="--", zorder=1)
    if len(shown):
        legend = axes.legend(
            loc="upper left",
            bbox_to_anchor=(1.02, 1),
            frameon=False,
            fontsize=9,
            title="publisher",
            title_fontsize=9,
            alignment="left",
            handletextpad=0.2,
        )
        for handle in legend.legend_handles:
            handle.set_facecolor(PALETTE[LOOK[handle.get_label()][1]])
    else:
        axes.text(0.5, 0.5, "nobody", transform=axes.transAxes, ha="center")
