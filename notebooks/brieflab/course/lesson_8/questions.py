"""Lesson 8, *Write your brief*: a page that a checker reads first and a person afterwards."""

import re
from datetime import date

from brieflab import trace
from brieflab.course import AS_OF, rubric
from brieflab.course.lesson_8 import rules
from brieflab.course.lesson_8.page import page_text
from brieflab.plain import PlainError, need_known
from brieflab.questions import Mistake, Question
from brieflab.questions.rubric import halves, yes_no
from brieflab.questions.shapes import Refused, Shape, Text

LONGEST = 6_000
"""Characters of a page at most; one of 400 words with its row ids has about half as many."""

MOST_MARKS = 300
"""Numbers (those in row ids too), brackets and quotation marks of a page at most."""

MOST_IDS = 100
"""Row ids of a page at most, those inside C021–C025 too."""

FEWEST_NUMBERS = 2
FIRST = 5
"""So many wrong numbers of a page are looked into; the rest waits for the next check."""

PAGES = {
    0: {
        "title": "The Damascus conference",
        "bottom_line": "In November 2020 Syria and Russia held a conference on refugees in Damascus. "
        "Some countries came and others did not.",
        "known": "The authors describe the attempts of Russia, the absent states, three tracks and the "
        "interests behind them. They also write about sanctions and Lebanon.",
        "change": "It is a complicated topic with many sides.",
    },
    1: {
        "title": "Return: a game with refugees",
        "bottom_line": "This page is about the Damascus conference, which was important for Russia.",
        "known": "All host countries stayed away. Turkey alone hosts 3.9 million people [H-TUR-2020]. "
        "Clearly, Russia wants money for rebuilding. Lebanon was there [B-LBN].",
        "disputed": "Damascus says that everybody can come home, which is propaganda. Europe has good "
        "reasons not to pay.",
        "forecast": "There will soon be another conference, and most people will likely stay abroad.",
        "change": "Nobody can know the future.",
        "figure": "rounds of each track, 2012 to 2020",
    },
    2: {
        "title": "The largest host was not in the room",
        "bottom_line": "The conference took place without the country that hosts most Syrian refugees. "
        "It changed little.",
        "known": "Turkey hosted 3,641,370 registered Syrians [H-TUR-2020] and was absent [B-TUR]. Lebanon "
        "hosted 865,300 [H-LBN-2020] and took part [B-LBN]. UNHCR recorded 94,981 returns in 2019 [R023].",
        "disputed": "Brussels stated that each person decides alone and that the UN thresholds are the "
        "measure [Q24]; it called the conference premature [Q23] and ties money for rebuilding to a "
        "political solution [Q22]. Moscow disagreed [Q09].",
        "forecast": "a second conference on return opens on Lebanese territory [Q14].",
        "date": "2021-12-31",
        "probability": "30",
        "figure": "the five largest hosts",
    },
    3: {
        "title": "Damascus, November 2020: a conference without the largest host",
        "bottom_line": "The conference set out the positions of Damascus and Moscow before a room that "
        "lacked the largest host and the main donors [B-TUR; B-EU; B-USA]. We found no sign by the end of "
        "2020 that it changed anybody's conditions; read it as a statement, not as a plan.",
        "known": "Hosts: Turkey hosted 3,641,370 registered Syrians [H-TUR-2020], about 5.5 times as many "
        "as Jordan [H-TUR-2020; H-JOR-2020]. It was absent because it had not been invited [B-TUR; E013]. "
        "Jordan was absent by the better evidence, though reports conflict [B-JOR]. Lebanon, with 865,300 "
        "[H-LBN-2020], took part [B-LBN].\n"
        "Returns: UNHCR recorded 94,981 in 2019 [R023]; data of the conference speak of about 850,000 "
        "since September 2015 [R103]. These are different counts, and neither is complete.\n"
        "Wishes: of registered refugees asked in four countries, 75 % hoped to return one day [V04], "
        "5.9 % within a year [V05]. Turkey was not in that survey.",
        "disputed": "Damascus and Moscow stated: most areas are safe and people can begin to come home "
        "[Q01; Q07]. Sanctions and pressure abroad hold them back [Q04]. Return is a humanitarian matter, "
        "and others make it political [Q09].\n"
        "Brussels and Washington stated: each person decides alone, and the UN's thresholds come "
        "first [Q24]. A conference before conditions are safe is premature [Q23]. Rebuilding follows a "
        "political solution [Q22; Q26].\n"
        "Of those concerned, 122 Syrian organisations called it political and missed accountability [Q45].",
        "forecast": "a second conference on return opens on Lebanese territory, by two reports of different "
        "publishers. Beirut is ready but names no date [Q14]; Moscow supports it [Q10]. The first was "
        "announced in September 2018 and held in November 2020 [D11; D19].",
        "date": "2021-12-31",
        "probability": "15",
        "change": "Invitations from Beirut with a date before July 2021 would raise my probability to 60 %. "
        "I am sure of who was invited, fairly sure of who came, and least sure of how many returned: "
        "there the sources count differently.",
        "figure": "the five largest hosts",
    },
}  # fmt: skip
"""Pages of ours at four levels (dicts of ``rules.FIELDS``); the last is the module's own brief."""

MODEL = PAGES[3]


class PageAnswer(Shape):
    """The text of a page, its last line naming the figure; read as ``{"text", "figure"}``."""

    words = "the text of your page, as page_text() gives it"
    first_step = "Fill in the form above, then run the cell with page_text() and this one again."

    def read(self, value):
        if isinstance(value, dict) and set(value) == {"text", "figure"}:
            text, figure = value["text"], value["figure"]
        else:
            text = value if isinstance(value, str) else None
            head, _, last = str(value).rstrip().rpartition("\n")
            figure = last.strip()[7:].strip() if last.strip().startswith("Figure:") else ""
            text = head if text and figure else text
        if not isinstance(text, str) or not isinstance(figure, str):
            raise self.refusal(value)
        if len(text) > LONGEST:
            said = f"I received {len(text):,} characters; one page has far fewer than {LONGEST:,}."
            raise Refused(said)
        marks = len(re.findall(r"\d+|\[|<!|“|\"", text))
        if marks > MOST_MARKS or len(trace.ids_in(text)) > MOST_IDS or re.search(r"\S{200}", text):
            raise Refused(
                "Your page is mostly numbers, row ids or signs. Let sentences carry them."
            )
        try:
            need_known([figure] if figure.strip() else [], rules.FIGURES, "figure")
        except PlainError as error:
            raise Refused(str(error)[:300]) from None
        return {"text": text.strip(), "figure": figure.strip()}


def looks(page, t, *names):
    """Return (where, what to do) of each finding of the rules ``names`` on a read page."""
    found = [one for rule in names for one in rules.RULES[rule](page["text"], page["figure"], t)]
    return [(one.where, one.what_to_do) for one in found if one.result == "look"]


def told(found):
    """Return findings as sentences short enough for a message."""
    return [f"“{_cut(where, 14)}”: {_cut(todo, 18)}" for where, todo in found]


def _cut(text, most):
    words = text.split()
    return " ".join(words[:most]) + (" …" if len(words) > most else "")


def of_form(page, t):
    """Return what is amiss in length, row ids and figure."""
    return told(looks(page, t, "length", "row ids", "figure"))


def bad_numbers(page, t):
    """Return the sentences of a read page with a number that its rows do not bear out."""
    return looks(page, t, "numbers")


def of_numbers(page, t):
    """Return what is amiss in the numbers, too few of them included."""
    bare = {**page, "text": re.sub(r"\[[^\]]*\]|<!--.*?-->", "", page["text"], flags=re.S)}
    count = len(bad_numbers(bare, t))
    few = [f"Your page has {count} numbers with digits; give {FEWEST_NUMBERS} at least."]
    return told(bad_numbers(page, t)) or (few if count < FEWEST_NUMBERS else [])


def mended(page, t, repair):
    """Tell whether ``repair`` (sentence -> sentence) puts any bad number of the page right."""
    return any(not trace.check_text(repair(said), t) for said, _ in bad_numbers(page, t)[:FIRST])


def other_year(sentence):
    """Return the sentence with its 2020 rows exchanged for those of 2019."""
    return sentence.replace("-2020]", "-2019]").replace("-2020;", "-2019;")


def nudged(page, t):
    """Tell whether a bad number is right again one step higher or lower in its last digit."""
    for problem in trace.check_text(page["text"], t)[:FIRST]:
        digits = re.search(r"\d[\d,]*(?:\.\d+)?", problem.number)
        if not digits or "no evidence" in problem.why:
            continue
        decimals = len(digits[0].partition(".")[2])
        value = float(digits[0].replace(",", ""))
        for step in (-1, 1):
            near = f"{value + step / 10**decimals:,.{decimals}f}"
            alone = rf"(?<![\w.,-]){re.escape(digits[0])}(?![\d.,]*\d)"
            if not trace.check_text(re.sub(alone, near, problem.said), t):
                return True
    return False


def out_of_range(sentence):
    """Return what is wrong with the dates and the probability of a forecast, in a sentence, or ''."""
    for said in re.findall(r"\b\d{4}-\d\d-\d\d\b", sentence):
        try:
            date.fromisoformat(said)
        except ValueError:
            return f"{said} is no day of the calendar."
    years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", sentence)]
    if years and max(years) <= int(AS_OF[:4]):
        return f"A date in {max(years)} is over: nothing is left to forecast."
    if any(
        float(said) > 100 for said in re.findall(r"(\d+(?:\.\d+)?)\s?(?:%|per\s?cent)", sentence)
    ):
        return "A probability ends at 100 %."
    return ""


def bad_forecasts(page, t):
    """Return (sentence, what to do) where a forecast lacks something or cannot be."""
    wrong = [(s, why) for s in rules.forecasts(page["text"]) if (why := out_of_range(s))]
    return looks(page, t, "forecasts") + wrong


def says(page, t, pattern):
    """Tell whether a bad forecast of the page, or what is said of it, matches ``pattern``."""
    return any(re.search(pattern, " ".join(row)) for row in bad_forecasts(page, t))


def model(**changes):
    """Return the module's own page as text to hand in, with ``changes`` to its parts."""
    return page_text({**MODEL, **changes})


def cell(t, row_id, column="refugees"):
    """Return one number of the hosts table as it is written in prose."""
    return f"{t.hosts.set_index('row_id').at[row_id, column]:,}"


def twice_rounded(t):
    """Return the model page with Turkey over Jordan rounded to one decimal and then to none."""
    rows = t.hosts.set_index("row_id")["refugees"]
    once = round(rows["H-TUR-2020"] / rows["H-JOR-2020"], 1)
    return model().replace(f"about {once} times", f"about {int(once + 0.5)} times")


def small(t):
    """Return a page of three sentences that keeps the rules, as code."""
    return (
        "from brieflab.course.lesson_8.page import page_text\n"
        "page = {\n"
        f'    "bottom_line": "Turkey hosted {cell(t, "H-TUR-2020")} registered Syrians [H-TUR-2020].",\n'
        f'    "known": "Lebanon hosted {cell(t, "H-LBN-2020")} [H-LBN-2020] and came [B-LBN].",\n'
        '    "forecast": "a second conference opens in Lebanon.",\n'
        '    "date": "2021-12-31", "probability": "15", "figure": "the five largest hosts",\n'
        "}\n"
        "page_text(page)"
    )


QUESTIONS = (
    Question(
        id="8.1",
        lesson=8,
        title="A page that has its parts",
        points=2,
        minutes=10,
        stars=1,
        objective="synthesise on one page",
        prompt="Hand in your page: at most 400 words, one figure of the form, and at least three "
        "different rows of our tables in square brackets. page_text() gives the page that you typed "
        "into the form.",
        note="`page_text()` reads the form as it stands when the cell runs.",
        expects=PageAnswer(),
        key=lambda t, v: model(),
        findings=of_form,
        mistakes=(
            Mistake(
                "longer than a page",
                model(known=MODEL["known"] + "\n" + MODEL["known"] + "\n" + MODEL["known"]),
                "Your text is longer than a page. Cut examples before findings.",
                lambda n, t, v: rules.count_words(n["text"]) > rules.MOST_WORDS,
            ),
            Mistake(
                "a row that no table has",
                model().replace("H-TUR-2020", "H-TUK-2020"),
                "An address on your page leads nowhere: no table has this row.",
                lambda n, t, v: any(
                    not where.endswith("row ids") for where, _ in looks(n, t, "row ids")
                ),
            ),
            Mistake(
                "country codes for rows",
                re.sub(r"\[[^\]]*\]", "[TUR; LBN; JOR]", model()),
                "A code such as TUR names a country, in every table and year. A row id leads to "
                "one row.",
                lambda n, t, v: (
                    bool(re.search(r"\[[A-Z]{3}[];,]", n["text"])) and not trace.ids_in(n["text"])
                ),
            ),
            Mistake(
                "one row again and again",
                re.sub(r"\[[^\]]*\]", "[B-TUR]", model()),
                "A page rests on several rows, and each counts once, however often you name it.",
                lambda n, t, v: bool(looks(n, t, "row ids")),
            ),
            Mistake(
                "no figure",
                model(figure=""),
                "The text stands; a figure is missing.",
                lambda n, t, v: bool(looks(n, t, "figure")),
            ),
        ),
        hints=(
            "A page has five parts; the form asks for each. The list under the page tells what is missing.",
            "Open builder() in lesson 8, mend what says 'look', then run page_text() again.",
            'lint("Iraq hosted 242,163 [H-IRQ-2020].", "the five largest hosts")   # one id, two to go',
        ),
        worked=lambda t, v: small(t),
        right="Length, rows and figure are in order. Whether it is wise, a reader will say.",
    ),
    Question(
        id="8.2",
        lesson=8,
        title="Every number from its row",
        points=3,
        minutes=15,
        stars=2,
        objective="defend each number",
        prompt="Hand in your page again. Every number in digits is recomputed from the rows or the "
        "comment after it, and must be right as you rounded it. At least two numbers.",
        note="After an edit, run this cell again: it is the edited page that counts.",
        expects=PageAnswer(),
        key=lambda t, v: model(),
        findings=of_numbers,
        mistakes=(
            Mistake(
                "a number without an address",
                model().replace(" [R023]", ""),
                "A number has no address. Put its row in square brackets right after it.",
                lambda n, t, v: any("no evidence" in todo for _, todo in bad_numbers(n, t)),
            ),
            Mistake(
                "an older figure left standing",
                lambda t, v: model().replace(cell(t, "H-TUR-2020"), cell(t, "H-TUR-2019")),
                "A number is that of 2019, its row that of 2020: one was edited, the other not.",
                lambda n, t, v: mended(n, t, other_year),
            ),
            Mistake(
                "rounded twice",
                lambda t, v: twice_rounded(t),
                "A number is off by one in its last digit. Was it rounded from a rounded number? "
                "Round once, from the row.",
                lambda n, t, v: nudged(n, t),
            ),
            Mistake(
                "the row of another country",
                model().replace("[H-LBN-2020]", "[H-JOR-2020]"),
                "Number and row do not belong together: look up which row holds it.",
                lambda n, t, v: bool(bad_numbers(n, t)),
            ),
            Mistake(
                "hardly a number",
                model(known="Turkey was absent [B-TUR].", disputed=""),
                "Nothing here can be recomputed. Without numbers a page cannot be wrong, and not "
                "be of use either.",
                lambda n, t, v: not bad_numbers(n, t),
            ),
        ),
        hints=(
            "A number needs its row beside it, so that anybody can look it up.",
            "Look the row up: load().hosts, row_id. Two rows stand for a sum, difference or ratio.",
            "Egypt 130,577 [H-EGY-2020]; Iraq and Egypt together 372,740 [H-IRQ-2020; H-EGY-2020]",
        ),
        worked=lambda t, v: small(t),
        right="Every number follows from its rows. Ask of each whether the row says what your "
        "sentence says.",
    ),
    Question(
        id="8.3",
        lesson=8,
        title="Dated and numbered",
        points=1,
        minutes=5,
        stars=1,
        objective="put a number on a forecast",
        prompt="Hand in your page once more. Each sentence about what may come needs a date and a "
        "probability, and there is at least one.",
        expects=PageAnswer(),
        key=lambda t, v: model(),
        findings=lambda n, t: told(bad_forecasts(n, t)),
        mistakes=(
            Mistake(
                "soon",
                model(forecast="", change="A second conference will soon follow."),
                "'Soon' can never be wrong, so it says nothing. Name the day on which we can look.",
                lambda n, t, v: says(n, t, r"\b[Ss]oon\b|\bin the (?:near future|coming)\b"),
            ),
            Mistake(
                "likely",
                model(forecast="", change="By 31 December 2021 a second conference is likely."),
                "Readers take 'likely' for anything between a half and nearly sure. Give your "
                "number.",
                lambda n, t, v: says(
                    n,
                    t,
                    r"\b(?:[Uu]nl|[Ll])ikely\b|\b[Pp]robably\b|\b(?:may|might)\b|\b[Pp]erhaps\b",
                ),
            ),
            Mistake(
                "no forecast",
                model(forecast="", change="Invitations from Beirut."),
                "The page says nothing about what comes. A minister decides about the future.",
                lambda n, t, v: not rules.forecasts(n["text"]),
            ),
            Mistake(
                "a day that is over",
                model(date="2019-12-31"),
                "A forecast looks forward from the end of 2020. Choose a later day.",
                lambda n, t, v: says(n, t, "is over"),
            ),
            Mistake(
                "beyond certain",
                model(probability="150"),
                "This is more than certain. Of 100 such forecasts at most 100 come true.",
                lambda n, t, v: says(n, t, "ends at 100"),
            ),
        ),
        hints=(
            "A forecast can be settled when everybody agrees on what day to look and where.",
            "Fill in 'By which date' and 'Probability in %', and look for will, may, soon, likely elsewhere.",
            'lint("By 30 June 2021 a cabinet is formed in Beirut, with a probability of 40 %.")',
        ),
        worked=lambda t, v: small(t),
        right="Somebody can hold you to it: that is what makes it worth reading.",
    ),
    Question(
        id="8.4",
        lesson=8,
        title="Your brief",
        points=10,
        minutes=45,
        stars=3,
        kind="text",
        objective="synthesise on one page",
        prompt="What would you tell a minister about the Damascus conference? Hand in the whole page. "
        "A person reads it for bottom line, evidence, figure, uncertainty and fairness, up to 2 points "
        "each, half points included.",
        note="A row of the rubric earns 0 points when it is *not yet* there, half a point when it "
        "is *beginning*, 1 point when it is *developing* (half a point more if little is "
        "missing), and 2 points when it is *secure*.\n\n"
        "The cell hands in the page from your form. Compare it with the samples, give it a level, "
        "revise it in the form, and run the cell again.",
        expects=Text(count=rules.count_words),
        criteria=rubric.criteria(
            rubric.BOTTOM_LINE, rubric.EVIDENCE, rubric.FIGURE, rubric.UNCERTAINTY, rubric.FAIRNESS
        ),
        scales=tuple(
            map(
                halves,
                (
                    rubric.BOTTOM_LINE,
                    rubric.EVIDENCE,
                    rubric.FIGURE,
                    rubric.UNCERTAINTY,
                    rubric.FAIRNESS,
                ),
            )
        ),
        samples={
            0: (
                page_text(PAGES[0]),
                "A summary, no judgement. It retells what others wrote; no row, no figure, no forecast, "
                "and no side speaks. 0 of 10.",
            ),
            1: (
                page_text(PAGES[1]),
                "Bottom line ½: a topic. Evidence ½: two rows; the number is not the one in its row, "
                "and the first claim has none. Figure ½: about something else. Uncertainty 0: "
                "'soon', 'likely'. Fairness 0: an aim told as a fact, one side unmasked. 1½ of 10.",
            ),
            2: (
                page_text(PAGES[2]),
                "Bottom line 1: a judgement, but 'changed little' has no limit and no row. Evidence 1½: "
                "right numbers; why Turkey was absent is left out. Figure 1½: it fits the title. "
                "Uncertainty 1: dated and numbered, no reason, nothing that would change it. Fairness 1: "
                "one side has three clauses, the other one. 6 of 10.",
            ),
            3: (
                page_text(PAGES[3]),
                "Bottom line 2: judgement with its limit ('by the end of 2020'). Evidence 2: rows fit, "
                "and unlike counts are kept apart. Figure 2: it shows the hosts that the title speaks "
                "of. Uncertainty 2: a dated probability, its reasons, what would move it, three degrees "
                "of sureness. Fairness 2: equal length, in each side's own terms. 10 of 10.",
            ),
        },
        hints=(
            "A summary says what the text says; a brief says what you conclude and how sure you are.",
            "Read your bottom line aloud. Does each part below it carry a piece of it?",
            "Pattern: 'The library opened longer, and loans did not rise [rows]. Keep the hours only "
            "if evening visits matter to you.'",
        ),
    ),
    Question(
        id="8.5",
        lesson=8,
        title="Read another's page",
        points=2,
        minutes=15,
        stars=2,
        kind="text",
        objective="review a peer",
        prompt="Review a partner's page, or one of the two pages shown here: quote a line, say what it "
        "did to you as a reader, recompute a number, and offer one repair. At most 150 words.",
        note="No partner? Take page A or page B. Both carry marks of ours: after your review, "
        "compare it with the samples of question 8.4, where they are levels 1 and 2.\n\n"
        "You get one point when the review is *done* (a line quoted, its effect told) and one "
        "when it is *useful* (a repair that the writer can carry out).",
        expects=Text(count=rules.count_words),
        criteria=rubric.criteria(rubric.DONE, rubric.USEFUL),
        scales=(yes_no(rubric.DONE), yes_no(rubric.USEFUL)),
        samples={
            0: (
                "Looks good, well done! Very interesting.",
                "Kind, and no use to the writer. Done 0, useful 0.",
            ),
            1: (
                "The page on the game with refugees is quite one-sided. You should use more sources and "
                "be more careful with numbers.",
                "True of many pages. No line is quoted, and nobody could act on it today. Done 0, useful 0.",
            ),
            2: (
                "You write “All host countries stayed away”, and three sentences later Lebanon is there. I "
                "stopped trusting the paragraph. Say which hosts: 'Turkey was absent'.",
                "A line, its effect, a repair that can be carried out. No number was recomputed. Done 1, "
                "useful 1.",
            ),
            3: (
                "Page A. “All host countries stayed away”: three sentences later Lebanon is there [B-LBN], and I "
                "stopped trusting the paragraph. I recomputed 3.9 million: the row says 3,641,370 "
                "[H-TUR-2020]. “Russia wants money” tells an aim as a fact. Repair: “Turkey, with "
                "3,641,370 registered Syrians [H-TUR-2020], was not invited [B-TUR]; Lebanon came [B-LBN]. "
                "The brief argues that Russia expects money for rebuilding [C087].” What works: the page "
                "names Lebanon at all.",
                "Lines, effect, a number recomputed, the repair written out with rows. Done 1, useful 1.",
            ),
        },
        hints=(
            "A review is for the writer: what could they change today?",
            "Take one number, look its row up, and compare. Then ask which sentence you would not sign.",
            "Pattern: 'You write “sales exploded”; the table says 4 % [row]. I felt pushed. Try “rose by 4 %”.'",
        ),
    ),
)
