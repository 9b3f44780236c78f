"""How a hundred people asked look: a square for each, pale for a hope, a dot for an intention."""

from brieflab.course.lesson_4.surveys import SAYS, people
from brieflab.stage import At, Mark, Scene, Word
from brieflab.stage.scene import NARROW

SHAPES = {"hope": ("square", "pale blue"), "intend": ("dot", "solid blue")}
"""The mark of an answer, by question."""


def hundred_squares(finding, width):
    """Return the Scene of a Finding of ``surveys.hundred`` at ``width`` pixels."""
    d, narrow = finding.data, width == NARROW
    step, line = (29, 10) if narrow else (27, 25)
    side, first = step - 6, step / 2
    hope, intend = (d["percent"][name] if name in d["quoted"] else None for name in SHAPES)
    marks = []
    for n in range(100):
        x, y = first + n % line * step, first + n // line * step
        look = _look(d, n, hope)
        marks.append(Mark(f"person {n}", "square", x, y, side, look=look, later=n // 25))
        if d["asked"] and intend is not None and n < round(intend):
            marks.append(Mark(f"plan {n}", "dot", x, y, side * 0.45, look="solid blue"))
    deep = step * 100 / line
    top = deep + 22
    for key, shape, words, card in _key(d, narrow):
        marks.append(Mark(f"{key} sign", shape[0], 9, top - 5, 13, look=shape[1]))
        said = Mark(
            key, "text", 26, top, look="words ink", words=words, card=card,
            group="answers", says=words.replace("\n", " ") + ". " + ". ".join(card),
        )  # fmt: skip
        marks.append(said)
        top = said.box[3] + 18
    return Scene(width, top - 10, tuple(marks), _sentence(d), _under(d), _ask(d), _foot(d))


def _ask(d):
    if not d["asked"]:
        return "What may a text say about the hopes of people whom nobody asked?"
    return (
        "Which of the two numbers would you quote? Take one out and read the sentence again: "
        "what would a reader believe?"
    )


def _look(d, n, hope):
    """Return the look of person ``n``, by what is known of the hope of those asked."""
    if not d["asked"]:
        return "dashed grey"
    if "hope" not in d["quoted"]:
        return "open grey"
    if hope is None:
        return "hatched grey"
    return "pale blue" if n < hope else "open grey"


def _key(d, narrow):
    """Yield key, shape, words and card of each line below the squares."""
    if not d["asked"]:
        words = f"nobody asked in {d['place']}"
        yield "said hope", ("square", "dashed grey"), words, d["cards"]["hope"]
        return
    for name, shape in SHAPES.items():
        if name not in d["quoted"]:
            yield f"said {name}", (shape[0], "open grey"), f"not quoted: {_asked(name)}", ()
            continue
        percent = d["percent"][name]
        if percent is None:
            words = f"no figure: {_asked(name)}"
            yield f"said {name}", (shape[0], "hatched grey"), words, d["cards"][name]
            continue
        exact = "" if percent == round(percent) else f" ({percent:g} %)"
        yield f"said {name}", shape, f"{percent:.0f}{exact} {SAYS[name]}", d["cards"][name]
    hope = d["percent"]["hope"]
    if hope is not None and "hope" in d["quoted"]:
        gap = "\n" if narrow else " "
        rest = f"{100 - hope:.0f} did not say so: no, not sure or{gap}no answer; our table does "
        rest += "not split them"
        yield "rest", ("square", "open grey"), rest, ()


def _asked(name):
    return {"hope": "hope to return one day", "intend": "intend to within a year"}[name]


def _sentence(d):
    where = ("In ", At("place"), " ")
    if not d["asked"]:
        return (*where, Word("nobody was asked", "strong vermilion"), ".")
    if not d["quoted"]:
        return (*where, "100 people were asked, and ", Word("nobody is quoted"), ".")
    if len(d["quoted"]) == 2 and not any(d["percent"].values()):
        rest = " says how many of 100 people asked hoped to return or intended to within a year."
        return (*where, Word("no figure", "strong soft"), rest)
    told, whom = [], " of 100 people asked"
    for name in d["quoted"]:
        says = SAYS[name] if name == "hope" or told else "intended to return within a year"
        told += [" and "] if told else []
        if d["percent"][name] is None:
            told += [Word("no figure", "strong soft"), f" says how many{whom} {says}"]
        else:
            told += [Word(people(d["percent"][name]), "strong blue"), f"{whom} {says}"]
        whom = ""
    return (*where, *told, ".")


def _under(d):
    if not d["asked"]:
        return ("Turkey hosted more than half of all registered Syrian refugees.",)
    if None in [d["percent"][name] for name in d["quoted"]]:
        return ("An empty cell is not a zero.",)
    alone = {
        ("hope",): "Quoted alone, it reads as if everybody were about to go.",
        ("intend",): "Quoted alone, it reads as if nobody wanted to.",
        (): "The brief quotes no refugee either.",
    }
    return (alone.get(d["quoted"], "A wish is not a plan."),)


def _foot(d):
    ends = " UNHCR’s surveys, in Egypt, Iraq, Jordan and Lebanon."
    if not d["asked"]:
        return "Dashed: a hundred people whom nobody asked." + ends
    people = "A square is one of a hundred people asked, not of all refugees."
    if None not in d["percent"].values() and len(d["quoted"]) == 2:
        people += " That those who intend are among those who hope is how we draw it: the survey "
        people += "does not say so."
    return f"{people} Hatched: no figure.{ends}"
