"""Lesson 4, *One in how many?*: rates, two ways of counting, and rows that are missing."""

from brieflab.course import rubric
from brieflab.course.lesson_4.rates import ranks, rates, zero_small_unknown
from brieflab.questions import AnyOf, Mistake, Question
from brieflab.questions.shapes import Choice, InOrder, Mapping, Number, Text, Whole

YEAR = 2020
READING = {"zero": "zero", "small": "small", "unknown (no row)": "unknown"}


def both(t):
    """Return the named hosts of 2020 with people, population and both rates."""
    table = rates(t.hosts, t.population, YEAR).dropna(subset=["per_1000"])
    inhabitants = t.population[t.population["year"] == YEAR].set_index("iso3")["population"]
    return table.assign(population=table["iso3"].map(inhabitants))


def column(t, values):
    """Return host -> value for all hosts with a population."""
    table = both(t)
    return dict(zip(table["host"], values(table)))


def one(t, host, values):
    """Return the value of one host."""
    return column(t, values)[host]


def shifts(t, moved=lambda table: ranks(table).set_index("host")["gained"]):
    """Return host -> places moved, for the eight hosts with the most people."""
    table = both(t)
    return moved(table)[table["host"].head(8)].astype(int).to_dict()


def registered(t, host, year=YEAR):
    """Return UNHCR's count of one host at the end of ``year``."""
    rows = t.hosts[(t.hosts["host"] == host) & (t.hosts["year"] == year)]
    return int(rows["refugees"].item())


def estimate(t, host, field="estimate"):
    """Return a government's estimate, or the register that its plan quotes beside it."""
    return int(t.estimates.loc[t.estimates["host"] == host, field].item())


def labels(t, v, missing=None):
    """Return country -> zero, small or unknown; ``missing`` replaces unknown when given."""
    code = t.countries.set_index("host")["iso3"]
    names = v["three"].split(", ")
    said = zero_small_unknown(t.hosts, [code[n] for n in names], YEAR)["reading"].map(READING)
    return {n: missing if missing and s == "unknown" else s for n, s in zip(names, said)}


QUESTIONS = (
    Question(
        id="4.1",
        lesson=4,
        title="Per 1,000 inhabitants",
        points=2,
        minutes=5,
        stars=1,
        objective="compute rates",
        prompt="How many registered Syrian refugees did each host have per 1,000 inhabitants at "
        "the end of 2020? Give a Series or dictionary from host to rate, for every host that has "
        "a population row.",
        note="The merge is done for you: `x` holds the hosts of 2020 with their population.",
        expects=Mapping(
            "a Series or dictionary from host to rate", Number("a rate", relative=0.005, low=0)
        ),
        key=lambda t, v: column(t, lambda x: x["per_1000"]),
        mistakes=(
            Mistake(
                "turned over",
                lambda t, v: column(
                    t, lambda x: x["population"] / x["people"].where(x["people"] > 0, 1)
                ),
                "You divided inhabitants by refugees: that is 'one in how many'. Here refugees "
                "are the numerator. Turn the fraction over, then multiply by 1,000.",
            ),
            Mistake(
                "not multiplied",
                lambda t, v: column(t, lambda x: x["per_1000"] / 1000),
                "This is refugees per single inhabitant. 'Per 1,000' asks how many there are "
                "among a thousand people: multiply by 1,000.",
            ),
            Mistake(
                "per hundred",
                lambda t, v: column(t, lambda x: x["per_1000"] / 10),
                "This is a percentage: refugees per 100 inhabitants. The question asks for the "
                "number per 1,000.",
            ),
            Mistake(
                "population in thousands",
                lambda t, v: column(t, lambda x: x["per_1000"] * 1000),
                "Your rates are a thousand times too large. The population column counts single "
                "people, not thousands. Multiply by 1,000 once only.",
            ),
        ),
        hints=(
            "A rate is a numerator over a denominator, and both must be of the same year.",
            "Merge hosts and population on iso3 and year; then divide one column by the other.",
            "brazil = 9_000 / 213_000_000\n1000 * brazil   # per 1,000, with made-up figures",
        ),
        worked=(
            'x = hosts[hosts["year"] == 2020].merge(population[["iso3", "year", "population"]], on=["iso3", "year"])\n'
            'x.set_index("host")["refugees"] / x.set_index("host")["population"] * 1000'
        ),
        right=lambda t, v: (
            "First by this rate: "
            + max(column(t, lambda x: x["per_1000"]).items(), key=lambda pair: pair[1])[0]
            + ", a state that was in the room."
        ),
    ),
    Question(
        id="4.2",
        lesson=4,
        title="One in how many",
        points=1,
        minutes=3,
        stars=1,
        objective="compute rates",
        prompt="In {host} one person in how many was a registered Syrian refugee at the end of "
        "2020? Divide World Bank population by UNHCR's count.",
        expects=Number("a number", tolerance=0.5, low=0),
        variants=({"host": "Lebanon"}, {"host": "Jordan"}, {"host": "Turkey"}),
        key=lambda t, v: one(t, v["host"], lambda x: x["population"] / x["people"]),
        mistakes=(
            Mistake(
                "the rate itself",
                lambda t, v: one(t, v["host"], lambda x: x["per_1000"]),
                "This is the rate per 1,000 inhabitants. 'One in k' is the population divided by "
                "the refugees.",
            ),
            Mistake(
                "refugees over inhabitants",
                lambda t, v: one(t, v["host"], lambda x: x["people"] / x["population"]),
                "You divided refugees by inhabitants and got a share. Turn it over: inhabitants "
                "divided by refugees.",
            ),
            Mistake(
                "refugees added once more",
                lambda t, v: one(t, v["host"], lambda x: x["population"] / x["people"] + 1),
                "You added the refugees to the population. The World Bank's figure already "
                "includes them, so they would be counted twice.",
            ),
        ),
        hints=(
            "'One in k' and 'per 1,000' say the same thing from two sides.",
            "Take population and refugees of one host for 2020 and divide the larger by the smaller.",
            "500 / 20   # 500 inhabitants, 20 newcomers: one in 25",
        ),
        worked=lambda t, v: (
            'x = hosts[hosts["year"] == 2020].merge(population[["iso3", "year", "population"]], on=["iso3", "year"])\n'
            f'row = x[x["host"] == "{v["host"]}"].iloc[0]\n'
            'row["population"] / row["refugees"]'
        ),
        right="Published figures may differ: they often count refugees of every nationality, or "
        "use another population figure.",
    ),
    Question(
        id="4.3",
        lesson=4,
        title="Who moves when the scale changes?",
        points=2,
        minutes=6,
        stars=2,
        objective="compute rates",
        prompt="Rank all hosts with a population by number and by rate per 1,000 (largest first, end "
        "of 2020). For the eight largest by number give host -> places gained on the second scale "
        "(rank by number minus rank by rate; a fall is negative).",
        expects=Mapping("host -> places gained", Number("a number of places", low=-200, high=200)),
        key=lambda t, v: shifts(t),
        mistakes=(
            Mistake(
                "sign turned",
                lambda t, v: {h: -n for h, n in shifts(t).items()},
                "The sizes are right and the signs are turned. Rank 2 by number and rank 1 by "
                "rate is a gain of one place. The cause may be ascending ranks.",
            ),
            Mistake(
                "ranked among eight",
                lambda t, v: shifts(t, lambda x: ranks(x.head(8)).set_index("host")["gained"]),
                "You ranked the eight among themselves. Small hosts can have a high rate and push "
                "the large ones down: rank all hosts first, then keep eight.",
            ),
            Mistake(
                "one rank ascending",
                lambda t, v: shifts(
                    t,
                    lambda x: (
                        x.set_index("host")["people"].rank(ascending=False)
                        - x.set_index("host")["per_1000"].rank()
                    ),
                ),
                "One of your two ranks gives 1 to the smallest host. Use ascending=False in both.",
            ),
            Mistake(
                "rank by rate only",
                lambda t, v: shifts(t, lambda x: ranks(x).set_index("host")["rank_per_1000"]),
                "These are ranks on the second scale, not differences. Subtract them from the "
                "ranks by number.",
            ),
        ),
        hints=(
            "A rank depends on who else is ranked.",
            "Series.rank(ascending=False) on both columns; subtract; keep the eight largest last.",
            's = pd.Series([30, 10, 20], index=["a", "b", "c"])\ns.rank(ascending=False)   # a 1, b 3, c 2',
        ),
        worked=(
            'x = hosts[hosts["year"] == 2020].merge(population[["iso3", "year", "population"]], on=["iso3", "year"])\n'
            'x = x.set_index("host")\n'
            'gained = x["refugees"].rank(ascending=False) - (x["refugees"] / x["population"]).rank(ascending=False)\n'
            'gained[x["refugees"].nlargest(8).index]'
        ),
        right=lambda t, v: "{} moves furthest, by {} places.".format(
            *max(shifts(t).items(), key=lambda pair: abs(pair[1]))
        ),
    ),
    Question(
        id="4.4",
        lesson=4,
        title="Low and high",
        points=2,
        minutes=6,
        stars=2,
        objective="explain why counts differ",
        prompt="Give the range for {host}: the lowest and the highest figure for 2020, registered "
        "with UNHCR (end of 2020, or the figure that the government's plan quotes) and estimated "
        "by the government.",
        expects=InOrder(("low", "high"), Whole("a number of people")),
        variants=({"host": "Lebanon"}, {"host": "Jordan"}),
        key=lambda t, v: AnyOf(
            {
                "with UNHCR's end-2020 count": [registered(t, v["host"]), estimate(t, v["host"])],
                "with the register that the plan quotes": [
                    estimate(t, v["host"], "registered_quoted"),
                    estimate(t, v["host"]),
                ],
            }
        ),
        mistakes=(
            Mistake(
                "averaged",
                lambda t, v: [round((registered(t, v["host"]) + estimate(t, v["host"])) / 2)] * 2,
                "You averaged the two. They count different things, so their mean counts nothing. "
                "Give both ends.",
                lambda n, t, v: n[0] == n[1],
            ),
            Mistake(
                "two years of one register",
                lambda t, v: sorted([registered(t, v["host"]), registered(t, v["host"], YEAR - 1)]),
                "Both of your figures come from UNHCR's register, in two years. The range asked "
                "for is between two ways of counting: add the government's estimate.",
            ),
            Mistake(
                "years mixed",
                lambda t, v: [registered(t, v["host"], 2015), estimate(t, v["host"])],
                "Your low end is UNHCR's count of another year. A range compares ways of counting "
                "the same moment: take the end of 2020.",
                lambda n, t, v: n[1] == estimate(t, v["host"]),
            ),
        ),
        hints=(
            "A range shows that two definitions disagree. It is not a margin of error.",
            "hosts.csv has the register; estimates.csv has the government's figure.",
            "[90, 140]   # 90 on a list, 140 by the mayor's estimate",
        ),
        worked=lambda t, v: (
            f'low = hosts[(hosts["host"] == "{v["host"]}") & (hosts["year"] == 2020)]["refugees"].item()\n'
            f'high = estimates[estimates["host"] == "{v["host"]}"]["estimate"].item()\n'
            "[low, high]"
        ),
        right="Name both makers when you print it: the register misses people, and the estimate "
        "has no list behind it.",
    ),
    Question(
        id="4.5",
        lesson=4,
        title="Zero, small or unknown?",
        points=2,
        minutes=5,
        stars=2,
        objective="identify what is missing",
        prompt="What does UNHCR's table say for the end of 2020 about {three}? Give a dictionary "
        "from country to 'zero', 'small' (under 1,000 people) or 'unknown' (no row).",
        expects=Mapping(
            "a dictionary from country to label",
            Choice(
                "zero",
                "small",
                "unknown",
                variants={
                    "unknown (no row)": "unknown",
                    "none": "zero",
                    "missing": "unknown",
                    "no row": "unknown",
                },
            ),
        ),
        variants=(
            {"three": "Venezuela, Iran, China"},
            {"three": "Oman, Iran, China"},
            {"three": "Venezuela, State of Palestine, Oman"},
        ),
        key=labels,
        mistakes=(
            Mistake(
                "filled with zero",
                lambda t, v: labels(t, v, missing="zero"),
                "One of the three has no row, and you made it a zero. fillna(0) invents a count "
                "that nobody took. Call it unknown.",
                lambda n, t, v: (
                    any(n.get(k) == "zero" for k, s in labels(t, v).items() if s == "unknown")
                    and "small" in n.values()
                ),
            ),
            Mistake(
                "the brief's word taken",
                lambda t, v: dict.fromkeys(labels(t, v), "zero"),
                "Three zeros: that is what the brief says of its three allies. The table has "
                "small numbers for some and no row at all for one.",
            ),
            Mistake(
                "small taken for nothing known",
                lambda t, v: dict.fromkeys(labels(t, v), "unknown"),
                "Not all of them are unknown. Filter the year 2020 and look for each code: a row "
                "with a few dozen people is small, not unknown.",
            ),
        ),
        hints=(
            "Zero is a count. A missing row is the absence of a count.",
            "Filter hosts for 2020 and the codes; reindex shows which code has no row.",
            'pd.Series({"x": 0, "y": 12}).reindex(["x", "y", "z"])   # z is NaN, not 0',
        ),
        worked=lambda t, v: (
            "from brieflab.course.lesson_4.rates import zero_small_unknown\n"
            f"codes = {[t.countries.set_index('host')['iso3'][n] for n in v['three'].split(', ')]!r}\n"
            'said = zero_small_unknown(hosts, codes)["reading"].replace({"unknown (no row)": "unknown"})\n'
            f"dict(zip({v['three'].split(', ')!r}, said))"
        ),
        right="A missing row stays missing, however convenient a zero would be.",
    ),
    Question(
        id="4.6",
        lesson=4,
        title="Who is not in this table?",
        points=3,
        minutes=10,
        stars=2,
        kind="text",
        objective="identify what is missing",
        prompt="Write a caption for a chart of host countries (at most 80 words): numerator, "
        "denominator, year and makers; name one group that the table cannot see; use one row of "
        "surveys.csv. Keep loaded words and images of water or weight out of it.",
        expects=Text(),
        criteria=rubric.criteria(rubric.ANSWER, rubric.EVIDENCE, rubric.FAIRNESS),
        samples={
            0: (
                "The data are complete because the UN collected them.",
                "It trusts the maker in place of looking at what was counted, and it is no caption.",
            ),
            1: (
                "This chart shows refugees in host countries. Some people are not in it. Many of "
                "them want to go home.",
                "It names no year, no maker, no denominator; the missing group has no name and the "
                "survey no row.",
            ),
            2: (
                "Registered Syrian refugees per 1,000 inhabitants, end of 2020 (UNHCR; World Bank). "
                "Syrians working in the Gulf do not appear. In a UNHCR survey 75 % [V04] "
                "hoped to return one day.",
                "Complete as a caption, with a gap that has a name. The survey is quoted with the "
                "wish alone, without the plan and without saying who was asked.",
            ),
            3: (
                "Registered Syrian refugees per 1,000 inhabitants, end of 2020 (UNHCR, World Bank). "
                "Not shown: Syrians who live in the Gulf as workers, and those in Lebanon who were "
                "never registered. Asked in four host countries, 75 % [V04] hoped to return one "
                "day and 5.9 % [V05] planned to within a year; Turkey was not covered.",
                "Says what was divided by what, who counted, whom the table cannot see and why, and "
                "quotes the wish and the plan together with the limits of the survey.",
            ),
        },
        hints=(
            "A caption answers: what, divided by what, when, counted by whom, and who is missing.",
            "The source note of the lesson and the notes in surveys.csv name several gaps.",
            "Pattern: 'Books borrowed per 100 members, 2019 (city library). Not shown: readers "
            "without a card.'",
        ),
    ),
)
