"""Ready figures for a page of one's own: half a column wide, drawn at the size they are printed."""

from base64 import b64encode
from html import escape

from brieflab.course.lesson_2 import attendance
from brieflab.course.lesson_3 import hosts
from brieflab.course.lesson_4 import rates
from brieflab.course.lesson_5 import tracks
from brieflab.figures import Finding
from brieflab.html import table_html
from brieflab.plain import need_known
from brieflab.stage import Mark, Scene
from brieflab.stage.scene import NARROW, text_width
from brieflab.stage.svg import still
from brieflab.tables import load

ROW = 21
"""Height of a line of a figure in pixels."""


def largest_hosts(t):
    """Return the Finding on the five largest hosts and whether they came."""
    found = hosts.top_hosts(t.hosts, t.countries, 5)
    rows = found.table
    came = rows.loc[rows["counted_as"] == "present", "host"]
    sentence = (
        f"Of the five largest hosts {hosts.listed(list(came))} took part, by our reading of the "
        "reports. Syrian refugees at the end of 2020, UNHCR."
    )
    return Finding(sentence, f"Bar chart. {_list(rows, 'host', 'refugees', 'reading')}", rows)


def hosts_scene(finding):
    """Return the Scene of ``largest_hosts``: a bar a host, filled where it came."""
    rows, marks = finding.table, []
    left, room, most = 70, 108, rows["refugees"].max()
    for n, row in enumerate(rows.itertuples()):
        y, long = n * ROW, max(3, room * row.refugees / most)
        came = row.counted_as == "present"
        look = "solid blue" if came else "pale vermilion"
        said = f"{row.refugees:,} {'came' if came else row.reading}"
        marks += [
            _text(f"name {row.host}", left - 6, y, row.host, anchor="end"),
            Mark(f"bar {row.host}", "bar", left, y + 2, long, ROW - 6, look),
            _text(f"said {row.host}", left + long + 5, y, said),
        ]
    return Scene(NARROW, len(rows) * ROW, tuple(marks), (finding.sentence,))


def two_ranks(t):
    """Return the Finding on the ranks of hosts, by people and per 1,000 inhabitants."""
    found = rates.compare(t.hosts, t.population, "registered", "per 1,000 inhabitants")
    rows = found.table
    first = rows.set_index("rank_measure").loc[1]
    sentence = (
        f"{first['host']} is number {first['rank_registered']} by registered people and number 1 "
        "per 1,000 inhabitants. Right: Syrian refugees per 1,000, end of 2020, UNHCR and World Bank."
    )
    told = _list(rows, "host", "rank_registered", "rank_measure")
    return Finding(sentence, f"Slope chart, rank by people, then per 1,000. {told}", rows)


def ranks_scene(finding):
    """Return the Scene of ``two_ranks``: the same hosts in two orders, joined by lines."""
    rows = finding.table
    left, right = 96, 204
    before = list(rows.sort_values("rank_registered")["host"])
    after = list(rows.sort_values("rank_measure")["host"])
    marks = [
        _text("head before", left - 8, 0, "by people", "strong soft", "end"),
        _text("head after", right + 8, 0, "per inhabitant", "strong soft"),
    ]
    for row in rows.itertuples():
        y, z = (ROW * (1 + order.index(row.host)) for order in (before, after))
        look = "bare blue" if row.gained > 0 else "dashed vermilion"
        marks += [
            _text(f"before {row.host}", left - 8, y, f"{row.host} {row.rank_registered}", anchor="end"),
            _text(f"after {row.host}", right + 8, z, f"{row.rank_measure} {row.host} {row.measure:.1f}"),
            Mark(f"line {row.host}", "line", left, y + 11, right - left, z - y, look),
        ]  # fmt: skip
    return Scene(NARROW, ROW * (1 + len(rows)), tuple(marks), (finding.sentence,))


def all_rounds(t):
    """Return the Finding on the rounds that each track held from 2012 to 2020."""
    found = tracks.window(t.meetings)
    totals = found.table.loc["all"].sort_values(ascending=False)
    told = "; ".join(f"{name} {number}" for name, number in totals.items())
    sentence = (
        f"{totals.index[0]} held {totals.iloc[0]} rounds up to the end of 2020, {totals.index[1]} "
        f"{totals.iloc[1]}. A dot is a round, by the year it began; our list of meetings."
    )
    return Finding(sentence, f"Dots by year, one lane a track. {told}", found.table)


def rounds_scene(finding):
    """Return the Scene of ``all_rounds``: a lane a track, dots heaped above their year."""
    by_year = finding.table.drop("all")
    totals = finding.table.loc["all"].sort_values(ascending=False)
    wide, marks = NARROW / len(by_year), []
    for n, (name, number) in enumerate(totals.items()):
        y = n * (ROW + 15)
        marks.append(_text(f"name {name}", 0, y, f"{name}: {number}"))
        marks.append(Mark(f"lane {name}", "line", 0, y + 33, NARROW, look="bare line"))
        marks += [
            Mark(
                f"{name} {year} {at}", "dot", wide * place + 5 + 7.5 * (at % 4),
                y + 28 - 7.5 * (at // 4), 6.5, look="solid blue",
            )
            for place, year in enumerate(by_year.index)
            for at in range(by_year.at[year, name])
        ]  # fmt: skip
    foot = len(totals) * (ROW + 15)
    for place, year in enumerate(by_year.index):
        marks.append(_text(f"year {year}", wide * place, foot, str(year), "words soft"))
    return Scene(NARROW, foot + ROW, tuple(marks), (finding.sentence,))


def who_came(t):
    """Return the Finding on the states that two sources or more saw in Damascus."""
    known = sorted(set(attendance.knowable(t.attendance)["source_id"]))
    rows = attendance.count_actors(t.attendance, known, "two or more").table
    rows = rows[rows["sources"] > 0][["actor", "counted", "sources"]]
    counted = rows[rows["counted"] == "yes"].sort_values(
        ["sources", "actor"], ascending=[False, True]
    )
    once = len(rows) - len(counted)
    sentence = (
        f"{len(counted)} states, the host included, took part by two sources or more; {once} others "
        "by one. A bar is the number of sources known by the end of 2020."
    )
    return Finding(sentence, f"Bar chart. {_list(counted, 'actor', 'sources')}", counted)


def came_scene(finding):
    """Return the Scene of ``who_came``: two columns of names above bars of their sources."""
    rows, marks = finding.table, []
    high, wide = -(-len(rows) // 2), NARROW / 2 - 6
    for n, row in enumerate(rows.itertuples()):
        x, y = (n // high) * (wide + 12), (n % high) * ROW
        long = (wide - 24) * row.sources / rows["sources"].max()
        marks += [
            Mark(f"bar {row.actor}", "bar", x, y + ROW - 3, long, 2, "solid blue"),
            _text(f"name {row.actor}", x, y, row.actor),
            _text(f"said {row.actor}", x + wide, y, str(row.sources), "strong ink", "end"),
        ]
    return Scene(NARROW, high * ROW, tuple(marks), (finding.sentence,))


FIGURES = {
    "the five largest hosts": (largest_hosts, hosts_scene),
    "hosts by number and per head": (two_ranks, ranks_scene),
    "rounds of each track, 2012 to 2020": (all_rounds, rounds_scene),
    "who was in Damascus, by two sources or more": (who_came, came_scene),
}
"""Ready figures of the module: name -> (tables to Finding, Finding to Scene)."""


def figure_html(name, tables=None, numbers=True):
    """Return the ready figure ``name`` as HTML: picture with its text, finding and ``numbers``."""
    need_known([name], FIGURES, "figure")
    calculate, draw = FIGURES[name]
    finding = calculate(tables or load())
    scene = draw(finding)
    data = b64encode(still(scene, on_paper=True).encode()).decode("ascii")
    shown = (
        f'<figure><img alt="{escape(finding.alt)}" width="{scene.width:g}" '
        f'height="{scene.height:g}" src="data:image/svg+xml;base64,{data}">'
        f"<figcaption>{escape(finding.sentence)}</figcaption></figure>"
    )
    if numbers:
        table = table_html(finding.table, finding.sentence)
        shown += f"<details><summary>The numbers behind this figure</summary>{table}</details>"
    return shown


def _text(key, x, y, words, look="words ink", anchor="start"):
    """Return a line of text in the row that begins at ``y``, smaller where it would not fit."""
    size = "name" if x + text_width(words, "name") < NARROW or anchor == "end" else "small"
    return Mark(key, "text", x, y + 15, look=look, words=words, size=size, anchor=anchor)


def _list(rows, *columns):
    return "; ".join(
        " ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row)
        for row in rows[list(columns)].itertuples(index=False)
    )
