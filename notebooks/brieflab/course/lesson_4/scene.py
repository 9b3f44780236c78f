"""How lesson 4's rates look: a row of squares for each host, one filled, as long as "one in k"."""

from math import ceil

from brieflab.course.lesson_4.rates import GUESSED, CountedHost, said
from brieflab.stage import At, Mark, Scene, Word
from brieflab.stage.scene import NARROW

UNIT = {
    "people": 100_000,
    "per 1,000 inhabitants": 1,
    "per billion US dollars of GDP": 50_000,
}
"""What one square stands for: people, a resident, dollars of yearly income."""

HEADS = "per 1,000 inhabitants"


def one_in_rows(finding, width):
    """Return the Scene of a Finding of ``rates.set_against`` at ``width`` pixels."""
    d, narrow = finding.data, width == NARROW
    left, step, line = (0, 14, 23) if narrow else (128, 15.7, 35)
    head, marks, guess, top = 19 if narrow else 0, [], (), 0
    for host in d["hosts"]:
        lines = ceil(max(_long(host, by) for by in UNIT) / line)
        guessed = host.iso3 == GUESSED and d["guess"] is not None
        tall = head + lines * step + (16 if guessed else 0) + (12 if narrow else 10)
        tall = tall if narrow else max(54, tall)
        marks.append(
            Mark(
                f"host {host.iso3}",
                "area",
                0,
                top,
                width,
                tall - 4,
                group="hosts",
                card=(f"{host.name}: {said(host, d['denominator'])}", *host.says),
            )  # fmt: skip
        )
        marks += _names(host, d, top, narrow)
        marks += _squares(host, d, left, top + head + 3, step, line)
        if guessed and d["denominator"] == HEADS:
            guess = _guess(d["guess"], left, top + head + lines * step + 9, step)
        top += tall
    return Scene(width, top, (*marks, *guess), _sentence(d), _under(d), _ask(d), _foot(d))


def _long(host: CountedHost, denominator, people=None):
    """Return how many squares a host's row is long."""
    return host.share_of(denominator, people) / UNIT[denominator] + (
        denominator == "per billion US dollars of GDP"
    )


def _names(host, d, top, narrow):
    """Yield a host's name, its value, and what the register says where an estimate stands."""
    words, less = said(host, d["denominator"]), ""
    if d["numerator"] != "registered":
        less = "no estimate"
        if host.estimated:
            before = said(host, d["denominator"], host.registered)
            less = f"register: {before.removeprefix('one in ').removesuffix(' dollars')}"
    name = f"name {host.iso3}"
    if narrow:
        yield Mark(name, "text", 0, top + 13, look="strong ink", words=host.name)
        words += f" ({less})" if less else ""
        yield Mark(f"said {host.iso3}", "text", 72, top + 13, look="words ink", words=words)
        return
    yield Mark(name, "text", 0, top + 13, look="strong ink", words=host.name)
    yield Mark(f"said {host.iso3}", "text", 0, top + 29, look="words ink", words=words)
    if less:
        yield Mark(
            f"less {host.iso3}", "text", 0, top + 44, look="words soft", words=less, size="small"
        )


def _squares(host, d, left, top, step, line):
    """Yield the squares of one host: what counts, then, dashed, what the register had beside it."""
    by = d["denominator"]
    now, before = _long(host, by), _long(host, by, host.registered)
    person = "hatched blue" if host.estimated else "solid blue"

    def square(n, look, wide=1.0, start=0.0):
        x, y = left + (n % line + start) * step, top + n // line * step
        key = f"{host.iso3} {n}" + ("+" if start else "")
        return Mark(key, "bar", x, y, max(1, wide * (step - 2.5)), step - 2, look)

    def run(first, last, look):
        """Yield squares from ``first`` to ``last``, either of which may lie inside a square."""
        for n in range(int(first), ceil(last) if last > first else 0):
            start, stop = max(first - n, 0), min(last - n, 1)
            yield square(n, look, stop - start, start)

    if by == "people":
        yield from run(0, min(now, before), "solid blue")
        yield from run(before, now, "hatched blue")
        return
    yield square(0, person)
    yield from run(1, now, "open grey" if by == HEADS else "pale green")
    yield from run(ceil(now), before, "dashed grey")


def _guess(guess, left, y, step):
    yield Mark("guess", "line", left, y, guess * step - 2, 0, look="bare purple")
    yield Mark(
        "guess end", "dot", left + guess * step - 2, y, 11, look="solid purple",
        says="Your guess: the length of Lebanon's row by the government's estimate",
        slide=("guess", "x", {k: left + k * step - 2 for k in range(2, 9)}),
    )  # fmt: skip
    yield Mark(
        "guess said", "text", left + 8 * step + 12, y + 4, look="words purple", size="small",
        words=f"your guess: one in {guess}",
    )  # fmt: skip


def _sentence(d):
    host, by = d["guessed"], d["denominator"]
    words = Word(said(host, by).removeprefix("one in "), "strong blue")
    if by == HEADS:
        rest = (f" one resident of {host.name} in ", words, " was a Syrian refugee.")
    elif by == "people":
        nth = "most of these" if d["rank"] == 1 else f"number {d['rank']} of these"
        rest = (f" {host.name} had ", words, f" Syrian refugees, {nth} hosts.")
    else:
        rest = (f" {host.name} had ", words, " of yearly income for each Syrian refugee.")
    return ("By ", At("numerator"), *rest)


def _under(d):
    if d["guess"] is None:
        return ()
    host, million = d["guessed"], d["guess_people"] / 1e6
    known = f"the register has {host.registered / 1e6:.2f} million"
    if host.estimated:
        known = f"the government says {host.people / 1e6:.2f} million"
    means = f", or {million:.2f} million people; {known}."
    return ("Your guess for the estimate: one in ", At("guess"), means)


def _ask(d):
    if d["guess"] and d["numerator"] == "registered" and d["denominator"] == HEADS:
        return (
            "The government of Lebanon counts more people than the register. How long will its "
            "row be? Set your guess, then switch."
        )
    return "Try each measure: which would you put before a donor, and which before a mayor?"


def _foot(d):
    squares = {
        "people": "A square is 100,000 people.",
        HEADS: "Filled: a Syrian refugee. Open: the other residents.",
        "per billion US dollars of GDP": "Filled: a Syrian refugee. Green: 50,000 dollars of "
        "national income (GDP) in a year.",
    }[d["denominator"]]
    if d["numerator"] != "registered":
        squares += " Hatched: an estimate, with no list behind it; Jordan’s takes in Syrians who "
        squares += "lived there before 2011."
        squares += "" if d["denominator"] == "people" else " Dashed: the row by the register."
    return (
        f"The four hosts with most registered people at the end of 2020, in that order. {squares} "
        "UNHCR; World Bank; response plans of Lebanon and Jordan."
    )
