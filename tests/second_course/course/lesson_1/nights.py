"""Lesson 1: how many readers come before eight, and how many after?"""

import pandas as pd

from brieflab.figures import HATCHES, PALETTE, Finding, titled_axes
from brieflab.plain import need_columns, need_known

HALVES = ["before_eight", "after_eight"]


def by_night(nights: pd.DataFrame) -> pd.DataFrame:
    """Return readers per night of the week (rows) before and after eight, in the week's order."""
    need_columns(nights, ["night", *HALVES], "nights table")
    return nights.groupby("night", sort=False)[HALVES].sum()


def late_share(nights: pd.DataFrame, night: str = "") -> float:
    """Return the share of readers who came after eight (0 to 1): of one night, or of all."""
    counts = by_night(nights)
    if night:
        counts = counts.loc[need_known([night], list(counts.index), "night")]
    before, after = counts.sum()
    return float(after / (before + after))


def compare(nights: pd.DataFrame, night: str) -> Finding:
    """Return the Finding on one night of the week: readers before and after eight."""
    share = late_share(nights, night)
    before, after = by_night(nights).loc[night]
    sentence = f"On {night} nights {after} of {before + after} readers came after eight."
    alt = f"Two bars for {night}: {before} readers before eight and {after} after it."
    table = pd.DataFrame({"hour": ["before eight", "after eight"], "readers": [before, after]})
    return Finding(sentence, alt, table, share)


def draw_compare(figure, finding: Finding) -> None:
    """Draw the two bars of ``finding`` on an empty Figure."""
    axes = titled_axes(figure, finding.sentence, "Source: nights.csv (door counter, B2)")
    colours = [PALETTE["blue"], PALETTE["orange"]]
    axes.barh(
        finding.table["hour"],
        finding.table["readers"],
        color=colours,
        hatch=HATCHES[:2],
        edgecolor="black",
    )
    axes.set_xlabel("readers")
