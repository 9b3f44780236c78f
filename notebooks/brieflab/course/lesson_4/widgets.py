"""The stages of lesson 4: one in how many, a hundred people asked, figures on returns."""

from functools import partial

from brieflab import tables
from brieflab.course.lesson_4.rates import largest_hosts, set_against
from brieflab.course.lesson_4.returns import REPORTERS, fan, figures
from brieflab.course.lesson_4.scene import one_in_rows
from brieflab.course.lesson_4.scene_returns import LOOKS
from brieflab.course.lesson_4.scene_returns import returns_fan as fan_scene
from brieflab.course.lesson_4.scene_surveys import SHAPES, hundred_squares
from brieflab.course.lesson_4.surveys import PLACES, hundred, rounds
from brieflab.plain import PlainError
from brieflab.stage import Chips, Stepper, Switch, stage
from brieflab.trace import known_sources


def denominator_switch(hosts, population, estimates=None):
    """Return the stage: count registered people or a government's estimate, over what?

    Without ``estimates`` only registered people can be chosen, and there is nothing to guess.
    """
    counts = {"UNHCR’s register": "registered"}
    if estimates is not None:
        counts["the government’s estimate"] = "government estimate"
    controls = {
        "numerator": Switch("Who counts", counts, "registered"),
        "denominator": Switch(
            "Set against",
            {
                "against inhabitants": "per 1,000 inhabitants",
                "against income": "per billion US dollars of GDP",
                "people alone": "people",
            },
            "per 1,000 inhabitants",
        ),
    }
    if estimates is not None:
        controls["guess"] = Stepper(
            "Your guess for Lebanon by the government’s estimate, one resident in", 2, 8, value=5
        )
    largest = largest_hosts(hosts, population, estimates, known_sources())
    return stage(controls, partial(set_against, largest), one_in_rows)


def hundred_asked(surveys):
    """Return the stage: of a hundred people asked, who hopes to return, and who intends to?"""
    asked = ["row_id", "survey", "countries", "question", "percent", "known_on"]
    words = ["fieldwork_start", "fieldwork_end", "source_id", "note"]
    surveys = tables.given(surveys, asked, "surveys table", words)
    known = rounds(surveys)
    if not known:
        raise PlainError(
            "The surveys table has no round that asked both questions in all four countries and was "
            "known by the end of 2020. Give the table as datasets/surveys.csv has it."
        )
    answers = {"hope to return one day": "hope", "intend to within a year": "intend"}
    controls = {
        "place": Switch("Asked in", {name: name for name in PLACES}, "four countries"),
        "survey": Switch(
            "Survey",
            {f"asked {when}": survey for when, survey in known.items()},
            list(known.values())[-1],
        ),
        "quoted": Chips(
            "Answers quoted",
            answers,
            ("hope", "intend"),
            {words: SHAPES[name] for words, name in answers.items()},
        ),
    }
    sources = known_sources()

    def calculate(place, survey, quoted):
        return hundred(surveys, survey, place, quoted, sources)

    return stage(controls, calculate, hundred_squares)


def returns_fan(returns):
    """Return the stage: figures on returns by reporter, on their last day or over all their days."""
    shapes = {
        who: (shape, f"{'open' if who == 'UNHCR, published' else 'solid'} {colour}")
        for who, (shape, colour) in LOOKS.items()
    }
    controls = {
        "view": Switch(
            "Drawn",
            {"on their last day": "last day", "over all their days": "all days"},
            "last day",
        ),
        "who": Chips("Reporters", {who: who for who in REPORTERS}, tuple(REPORTERS), shapes),
    }
    found = figures(returns, known_sources())
    return stage(controls, partial(fan, found), fan_scene)
