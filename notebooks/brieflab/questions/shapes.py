"""What an answer looks like, and how it is read from whatever Python object a learner gives.

Each shape turns numpy, pandas and Python values into plain JSON (``read``), compares two such
values (``same``), names format slips (``slip``) and says what is wrong without telling the key
(``differ``). Reading a value that was read before gives the same value again, so that the
grader can read what ``check`` stored.
"""

import re
from datetime import date, datetime
from itertools import islice
from math import isclose, isfinite
from typing import NamedTuple

from brieflab.plain import suggest
from brieflab.questions.names import canonical, fold

MOST = 5000
"""No answer needs more members than this; no more are looked at."""


class Reading(NamedTuple):
    """What a shape made of a value. ``state`` is 'type' or 'shape' when not ``ok``."""

    ok: bool
    normal: object
    message: str = ""
    state: str = "value"


def is_blank(value):
    """True for ``...``, None, '', '...', anything empty, and a list or dict of such values."""
    if value is None or value is Ellipsis:
        return True
    if isinstance(value, str):
        return value.strip(" .\n\t\u200b\ufeff") == ""
    if isinstance(value, (bool, int, float)) or callable(value):
        return False
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)) and 0 < len(value) <= 20:
        return all(part is Ellipsis or part is None for part in value)
    try:
        return len(value) == 0
    except Exception:
        return False


def received(value):
    """Return in a few words what ``value`` is, for a message."""
    if isinstance(value, bool):
        return f"the truth value {value}"
    if isinstance(value, str):
        return f"the text '{value[:30]}…'" if len(value) > 30 else f"the text '{value}'"
    if isinstance(value, (int, float)):
        return f"the number {_short(value)}"
    kind = type(value).__name__
    if kind == "DataFrame":
        return f"a table of {value.shape[0]} rows and {value.shape[1]} columns"
    words = {"dict": "dictionary", "ndarray": "array", "function": "function", "str_": "text"}
    try:
        return f"a {words.get(kind, kind)} of {len(value)}"
    except Exception:
        return f"a {words.get(kind, kind)}"[:60]


def _short(value):
    if isinstance(value, int) and abs(value) > 10**15:
        return "with more than 15 digits"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def plain(value):
    """Return a numpy or pandas scalar as a Python value; a missing value as None."""
    kind = type(value)
    if kind.__module__.split(".")[0] in ("numpy", "pandas"):
        if kind.__name__ in ("NAType", "NaTType"):
            return None
        if kind.__name__ == "Timestamp":
            return value.to_pydatetime()
        if kind.__name__ == "datetime64":
            return value.astype("datetime64[us]").item()
        if getattr(value, "ndim", 0) == 0 and hasattr(value, "item"):
            return value.item()
    return value


def items(value):
    """Return the members of a list-like (list, tuple, set, Series, Index, array) or None."""
    kind = type(value).__name__
    if isinstance(value, (set, frozenset)):
        return sorted((plain(v) for v in islice(value, MOST)), key=str)
    if isinstance(value, (list, tuple, range)) or kind in ("dict_keys", "dict_values"):
        return [plain(v) for v in islice(value, MOST)]
    if kind == "DataFrame" and value.shape[1] == 1:
        value, kind = value.iloc[:, 0], "Series"
    if kind == "Series":
        return [plain(v) for v in value.iloc[:MOST]]
    if kind.endswith(("Index", "Array", "ndarray")) and getattr(value, "ndim", 0) == 1:
        return [plain(v) for v in value[:MOST]]
    return None


def pairs(value):
    """Return (key, value) pairs of a dict, Series, two-column table or list of pairs, or None."""
    kind = type(value).__name__
    if isinstance(value, dict):
        return [(plain(k), plain(v)) for k, v in islice(value.items(), MOST)]
    if kind == "Series":
        head = value.iloc[:MOST]
        return [(plain(k), plain(v)) for k, v in zip(head.index, head)]
    if kind == "DataFrame":
        head = value.iloc[:MOST]
        if value.shape[1] == 1:
            return [(plain(k), plain(v)) for k, v in zip(head.index, head.iloc[:, 0])]
        if value.shape[1] == 2:
            return [(plain(a), plain(b)) for a, b in head.itertuples(index=False)]
        return None
    if isinstance(value, (list, tuple)):
        head = value[:MOST]
        if all(isinstance(v, (list, tuple)) and len(v) == 2 for v in head):
            return [(plain(k), plain(v)) for k, v in head]
    return None


class Shape:
    """The base of all shapes; ``words`` says what is expected.

    first_step: what to do when nothing is answered; by default, replace the dots in the cell.
    """

    words = "an answer"
    first_step = ""

    def read(self, value):
        """Return the Reading of any Python object."""
        raise NotImplementedError

    def same(self, normal, key):
        """True when two read values are the same answer."""
        return normal == key

    def slip(self, normal, key):
        """Return (name, message) if ``normal`` is the key in another format, else None."""

    def differ(self, normal, key):
        """Return what can be said of a wrong value without telling the key."""
        return "This is not what the table gives. Check the rows you kept and the column you used."

    def refuse(self, value, state="type", step=""):
        """Return a Reading that says what was received and what is expected."""
        said = f"I received {received(value)}, but expect {self.words}. {step}".strip()
        return Reading(False, None, said, state)


class Number(Shape):
    """A number, right within ``tolerance`` (absolute) or ``relative``.

    unit: shown in messages; ``unit="proportion"`` also recognises percent for proportion.
    low, high: the range in which an answer can make sense at all.
    """

    def __init__(self, words="a number", tolerance=0.0, relative=0.0, low=None, high=None, unit=""):
        self.words, self.tolerance, self.relative = words, tolerance, relative
        self.low, self.high, self.unit = low, high, unit

    def read(self, value):
        value = plain(value)
        inside = items(value)
        if inside is not None:
            if len(inside) != 1:
                return self.refuse(value, "shape", "Give one number, not several.")
            value = inside[0]
        if isinstance(value, str):
            number = re.sub(r"[\s,%\u00a0\u202f]", "", value)
            step = "Take away the quotation marks and any sign." if _is_number(number) else ""
            return self.refuse(value, "type", step)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            if type(value).__name__ != "Decimal":
                return self.refuse(value)
        try:
            number = float(value)
        except (OverflowError, ValueError):
            return self.refuse(value)
        if not isfinite(number) or abs(number) > 1e15:
            said = "I received no usable number (missing, infinite or far too large). "
            return Reading(
                False, None, said + "Look for a division by zero or an empty selection.", "type"
            )
        return self.ranged(int(number) if number.is_integer() else number)

    def ranged(self, number):
        low, high = self.low, self.high
        if self.unit == "proportion" and high == 1 and 1 < number <= 100:
            return Reading(True, number)
        if (low is not None and number < low) or (high is not None and number > high):
            span = f"{low:,} or more" if high is None else f"between {low or 0:,} and {high:,}"
            said = f"I received {_short(number)}, but expect {self.words} {span}."
            return Reading(False, number, said, "shape")
        return Reading(True, number)

    def same(self, normal, key):
        near = max(self.tolerance, abs(key) * self.relative) + 1e-9 * max(1, abs(key))
        return abs(normal - key) <= near

    def slip(self, normal, key):
        if key and self.unit == "proportion" and self.same(normal / 100, key):
            return "percent", (
                f"I received {_short(normal)}: right as a percentage, but the question asks for a "
                "proportion between 0 and 1. Divide by 100."
            )
        if key and self.unit == "percent" and self.same(normal * 100, key):
            return "proportion", (
                f"I received {_short(normal)}: right as a proportion, but the question asks for "
                "percent. Multiply by 100."
            )
        if key and self.same(-normal, key):
            return "sign", f"I received {_short(normal)}: the size is right, the sign is reversed."

    def differ(self, normal, key):
        side = "too low" if normal < key else "too high"
        near = " by a little" if key and isclose(normal, key, rel_tol=0.05) else ""
        return (
            f"I received {_short(normal)}, which is {side}{near}. "
            "Check which rows you kept and what you counted; a hint may help."
        )


def _is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


class Whole(Number):
    """A whole number; 12.0 counts as 12."""

    def __init__(self, words="a whole number", tolerance=0, low=0, high=None, unit=""):
        super().__init__(words, tolerance, 0.0, low, high, unit)

    def read(self, value):
        got = super().read(value)
        if got.ok and not isinstance(got.normal, int):
            return self.refuse(got.normal, "type", "A count has no decimals.")
        return got


class Truth(Shape):
    """True or False (Python's or numpy's)."""

    words = "True or False"

    def read(self, value):
        value = plain(value)
        inside = items(value)
        if inside is not None and len(inside) == 1:
            value = inside[0]
        if isinstance(value, bool):
            return Reading(True, value)
        return self.refuse(value, "type", "Write True or False without quotation marks.")


class Choice(Shape):
    """One of ``options``; ``variants`` maps other spellings to an option."""

    def __init__(self, *options, variants=None):
        self.options, self.variants = options, variants or {}
        self.words = "one of " + ", ".join(f"'{o}'" for o in options)

    def read(self, value):
        value = plain(value)
        inside = items(value)
        if inside is not None and len(inside) == 1:
            value = inside[0]
        if isinstance(value, (bool, int, float)):
            value = str(value)
        if not isinstance(value, str):
            return self.refuse(value, "type", "Give one word in quotation marks.")
        known = {fold(o): o for o in self.options}
        known.update({fold(k): v for k, v in self.variants.items()})
        if fold(value) in known:
            return Reading(True, known[fold(value)])
        said = f"I received {received(value)}. {suggest(value, self.options)}"
        return Reading(False, None, said, "shape")

    def differ(self, normal, key):
        return f"'{normal}' is not it. Look again at the row that the question names."


class Names(Shape):
    """A set of names in any order, or, with ``ordered``, a list from first to last.

    Known spelling variants count as the same name (see ``questions.names``); one text with
    commas or semicolons is read as a list.
    """

    def __init__(self, words="a set of names", ordered=False, most=200):
        self.words, self.ordered, self.most = words, ordered, most

    def read(self, value):
        value = plain(value)
        if isinstance(value, str):
            value = [part for part in re.split(r"[;,\n]", value) if part.strip()]
        if isinstance(value, dict):
            value = list(value)
        if self.ordered and isinstance(value, (set, frozenset)):
            return self.refuse(value, "shape", "A set has no order: use a list.")
        if type(value).__name__ == "Series" and not isinstance(next(iter(value), ""), str):
            value = value.index
        inside = items(value)
        if inside is None:
            step = "Select one column." if type(value).__name__ == "DataFrame" else ""
            return self.refuse(value, "shape" if step else "type", step)
        if len(inside) > self.most:
            return self.refuse(value, "shape", "Keep each name once.")
        wrong = [v for v in inside if not isinstance(v, str)]
        if wrong:
            return self.refuse(wrong[0], "type", "Every name is a text in quotation marks.")
        names = list(dict.fromkeys(canonical(v) for v in inside if v.strip()))
        return Reading(True, names if self.ordered else sorted(names))

    def same(self, normal, key):
        return [fold(n) for n in normal] == [fold(n) for n in key]

    def slip(self, normal, key):
        if self.ordered and len(key) > 1:
            if self.same(normal[::-1], key):
                return "reversed", (
                    f"The right names, from last to first: '{normal[0]}' stands first. "
                    "Sort the other way round."
                )
            if sorted(map(fold, normal)) == sorted(map(fold, key)):
                return "order", (
                    "The right names in another order. Sort by the column that the question "
                    "names, then read the names from the top."
                )

    def differ(self, normal, key):
        hits = len({fold(n) for n in normal} & {fold(n) for n in key})
        extra, missing = len(normal) - hits, len(key) - hits
        told = [f"{hits} of your {len(normal)} names {'belong' if hits != 1 else 'belongs'} here"]
        if extra:
            told.append(f"{extra} do not" if extra > 1 else "one does not")
        if missing:
            told.append(f"{missing} are missing" if missing > 1 else "one is missing")
        return "; ".join(told) + ". Check each name against the rule in the question."


class Name(Shape):
    """One name or id, in the module's spelling: a column of a Table, a value of a Mapping."""

    words = "one name"

    def read(self, value):
        value = plain(value)
        if not isinstance(value, str):
            return self.refuse(value, "type", "A name is a text in quotation marks.")
        return Reading(True, canonical(value))

    def same(self, normal, key):
        return fold(normal) == fold(key)


class Row(Shape):
    """A fixed number of values in a fixed order, each of shape ``item``.

    labels: what each place means; a dict or Series with these labels is read as well.
    rising: the values must not fall (low end first), as in an interval.
    """

    def __init__(self, labels, item, rising=False):
        self.labels, self.item, self.rising = tuple(labels), item, rising
        self.words = f"{len(self.labels)} values in this order: " + "; ".join(self.labels)

    def read(self, value):
        value = plain(value)
        found = (
            pairs(value) if isinstance(value, dict) or type(value).__name__ == "Series" else None
        )
        if found is not None:
            by_label = {fold(k): v for k, v in found}
            wanted = [fold(label) for label in self.labels]
            if set(wanted) <= set(by_label):
                value = [by_label[w] for w in wanted]
            elif isinstance(value, dict):
                return self.refuse(value, "shape")
        inside = items(value)
        if inside is None or isinstance(value, (set, frozenset)):
            return self.refuse(value, "type", "Use a list: [first, second].")
        if len(inside) != len(self.labels):
            return self.refuse(value, "shape")
        out = []
        for label, part in zip(self.labels, inside):
            if is_blank(part):
                said = f"The value for '{label}' is still empty. Fill every place of the list."
                return Reading(False, None, said, "shape")
            got = self.item.read(part)
            if not got.ok:
                return Reading(False, None, f"'{label}': {got.message}", got.state)
            out.append(got.normal)
        return Reading(True, out)

    def same(self, normal, key):
        return all(self.item.same(a, b) for a, b in zip(normal, key))

    def slip(self, normal, key):
        if len(key) > 1 and not self.same(normal, key) and self.same(normal[::-1], key):
            return "reversed", (
                "The right values in reverse order. "
                f"Put '{self.labels[0]}' first and '{self.labels[-1]}' last."
            )
        if isinstance(self.item, Number):
            slips = [self.item.slip(a, b) for a, b in zip(normal, key)]
            if all(slips) and len({name for name, _ in slips}) == 1:
                return slips[0]

    def differ(self, normal, key):
        wrong = [name for name, a, b in zip(self.labels, normal, key) if not self.item.same(a, b)]
        told = " and ".join(f"'{w}'" for w in wrong[:3])
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        right = len(normal) - len(wrong)
        return f"{right} of {len(normal)} fit. Look again at {told}{more}."


class Mapping(Shape):
    """Names or ids, each with a value of shape ``item``: a dict, Series or two-column table.

    rename: turns a key as written into the module's spelling (``names.canonical`` or ``str``).
    """

    def __init__(self, words, item, rename=canonical, most=400):
        self.words, self.item, self.rename, self.most = words, item, rename, most

    def read(self, value):
        value = plain(value)
        found = pairs(value)
        if found is None:
            step = "Make a dictionary, or a table of two columns: name and value."
            state = "shape" if type(value).__name__ == "DataFrame" else "type"
            return self.refuse(value, state, step)
        if len(found) > self.most:
            return self.refuse(value, "shape", "These are too many rows: keep one for each name.")
        out = {}
        for key, part in found:
            name = self.rename(key)[:200]
            if is_blank(part):
                said = f"The value for '{name}' is still empty."
                return Reading(False, None, said, "shape")
            got = self.item.read(part)
            if not got.ok:
                return Reading(False, None, f"'{name[:40]}': {got.message}", got.state)
            if name in out and not self.item.same(out[name], got.normal):
                said = f"'{name[:40]}' stands twice, with two values. Keep one row for each name."
                return Reading(False, None, said, "shape")
            out[name] = got.normal
        return Reading(True, dict(sorted(out.items())))

    def same(self, normal, key):
        return set(normal) == set(key) and all(self.item.same(normal[k], key[k]) for k in key)

    def slip(self, normal, key):
        if set(normal) == set(key) and isinstance(self.item, Number):
            slips = [self.item.slip(normal[k], key[k]) for k in key if key[k]]
            if slips and all(slips) and len({name for name, _ in slips}) == 1:
                return slips[0]

    def differ(self, normal, key):
        missing, extra = sorted(set(key) - set(normal)), sorted(set(normal) - set(key))
        if missing or extra:
            told = []
            if missing:
                told.append(f"{len(missing)} missing, for example '{missing[0][:40]}'")
            if extra:
                told.append(f"{len(extra)} that do not belong, for example '{extra[0][:40]}'")
            return f"Your answer has {len(normal)} names: " + "; ".join(told) + "."
        wrong = [k for k in key if not self.item.same(normal[k], key[k])]
        return f"{len(key) - len(wrong)} of {len(key)} values fit. Look again at '{wrong[0][:40]}'."


class Form(Shape):
    """A dictionary with given fields, each of a shape of its own."""

    def __init__(self, words, fields):
        self.words, self.fields = words, dict(fields)

    def read(self, value):
        value = plain(value)
        found = (
            pairs(value) if isinstance(value, dict) or type(value).__name__ == "Series" else None
        )
        if found is None:
            return self.refuse(value, "type", "Make a dictionary.")
        given = {fold(k): v for k, v in found}
        out = {}
        for name, shape in self.fields.items():
            part = given.pop(fold(name), None)
            if is_blank(part):
                return Reading(False, None, f"The field '{name}' is missing or empty.", "shape")
            got = shape.read(part)
            if not got.ok:
                return Reading(False, None, f"'{name}': {got.message}", got.state)
            out[name] = got.normal
        if given:
            said = f"I do not know the field '{next(iter(given))[:40]}'. {suggest('', self.fields)}"
            return Reading(False, None, said[:300], "shape")
        return Reading(True, out)

    def same(self, normal, key):
        return all(shape.same(normal[k], key[k]) for k, shape in self.fields.items())

    def differ(self, normal, key):
        wrong = [k for k, s in self.fields.items() if not s.same(normal[k], key[k])]
        return f"Look again at '{wrong[0]}'." if wrong else super().differ(normal, key)


class Table(Shape):
    """A table read by the columns that matter; row order does not.

    columns: dict column name -> Shape. by: the columns that name a row. Named index levels are
    read as columns; further columns are ignored.
    """

    def __init__(self, words, columns, by, most=1000):
        self.words, self.columns, self.by, self.most = words, columns, tuple(by), most

    def read(self, value):
        if isinstance(value, dict) and set(value) == {"columns", "rows"}:
            names, rows = value["columns"], value["rows"]
            if not isinstance(names, list) or not isinstance(rows, list):
                return self.refuse(value)
        else:
            if type(value).__name__ == "Series":
                last = list(self.columns)[-1]
                value = value.to_frame(value.name if value.name in self.columns else last)
            if type(value).__name__ != "DataFrame":
                return self.refuse(value, "type", "Give the table itself, a DataFrame.")
            if len(value) > self.most:
                step = f"At most {self.most:,} rows make sense here: did a merge repeat rows?"
                return self.refuse(value, "shape", step)
            if any(name in self.columns for name in value.index.names):
                value = value.reset_index()
            names = [str(c) for c in value.columns]
            missing = [c for c in self.columns if c not in names]
            if missing:
                said = f"Your table has no column '{missing[0]}'. {suggest(missing[0], names)}"
                return Reading(False, None, said[:300], "shape")
            if len(names) != len(set(names)):
                return self.refuse(value, "shape", "Two columns have the same name.")
            rows = value[list(self.columns)].values.tolist()
            names = list(self.columns)
        if names != list(self.columns) or len(rows) > self.most:
            return self.refuse(value, "shape")
        out = []
        for row in rows:
            if not isinstance(row, list) or len(row) != len(names):
                return self.refuse(value, "shape")
            read = []
            for name, part in zip(names, row):
                part = plain(part)
                if part is None or (isinstance(part, float) and part != part):
                    read.append(None)
                    continue
                got = self.columns[name].read(part)
                if not got.ok:
                    return Reading(False, None, f"Column '{name}': {got.message}", got.state)
                read.append(got.normal)
            out.append(read)
        out.sort(key=lambda row: [str(part) for part in row])
        return Reading(True, {"columns": names, "rows": out})

    def rows(self, normal):
        """Return {row name (tuple): list of rows} of a read table."""
        places = [normal["columns"].index(c) for c in self.by]
        out = {}
        for row in normal["rows"]:
            out.setdefault(tuple(row[p] for p in places), []).append(row)
        return out

    def same_row(self, a, b):
        shapes = self.columns.values()
        return all(
            (x is None) == (y is None) and (x is None or shape.same(x, y))
            for shape, x, y in zip(shapes, a, b)
        )

    def same(self, normal, key):
        mine, wanted = self.rows(normal), self.rows(key)
        return set(mine) == set(wanted) and all(
            len(mine[k]) == len(wanted[k]) and all(map(self.same_row, mine[k], wanted[k]))
            for k in wanted
        )

    def differ(self, normal, key):
        mine, wanted = self.rows(normal), self.rows(key)
        if len(normal["rows"]) != len(key["rows"]):
            return (
                f"Your table has {len(normal['rows'])} rows; the question leads to another "
                "number. Check what was dropped or repeated."
            )
        if set(mine) != set(wanted):
            return f"Some rows are others than asked for: check the column '{self.by[0]}'."
        wrong = next(k for k in wanted if not all(map(self.same_row, mine[k], wanted[k])))
        named = ", ".join(str(part) for part in wrong)
        return f"The row '{named}' differs from what the data give. Compute it by hand once."


class Day(Shape):
    """A date: '2020-12-04', a date, a datetime or a Timestamp."""

    words = "a date such as '2020-03-31'"

    def read(self, value):
        value = plain(value)
        inside = items(value)
        if inside is not None and len(inside) == 1:
            value = inside[0]
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, date):
            return Reading(True, value.isoformat())
        if not isinstance(value, str):
            return self.refuse(value)
        text = value.strip()
        for form in ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%Y-%m-%dT%H:%M:%S"):
            try:
                return Reading(True, datetime.strptime(text[:30], form).date().isoformat())
            except ValueError:
                continue
        return self.refuse(value, "shape", "Write year-month-day: no reader can mistake it.")

    def differ(self, normal, key):
        return f"{normal} is not it. Read the date in the row, not in your memory of the text."


class Function(Shape):
    """A function, judged by its results on published ``cases`` (tuples of arguments).

    The function is called where the learner works; only its results are stored, so a grader
    never runs code.
    """

    def __init__(self, words, cases, item):
        self.words, self.cases, self.item = words, tuple(cases), item

    def read(self, value):
        if callable(value):
            results = []
            for case in self.cases:
                try:
                    results.append(value(*case))
                except Exception as error:
                    said = f"Called with {case}, your function stopped: {type(error).__name__}: "
                    return Reading(False, None, said + str(error)[:80], "type")
                if results[-1] is None:
                    said = (
                        f"Called with {case}, your function returned nothing. End it with return."
                    )
                    return Reading(False, None, said, "type")
            value = results
        if not isinstance(value, list) or len(value) != len(self.cases):
            return self.refuse(value, "type", "Give the function's name without brackets.")
        out = []
        for case, part in zip(self.cases, value):
            got = self.item.read(part)
            if not got.ok:
                return Reading(False, None, f"For {case}: {got.message}", got.state)
            out.append(got.normal)
        return Reading(True, out)

    def same(self, normal, key):
        return all(map(self.item.same, normal, key))

    def differ(self, normal, key):
        case = next(c for c, a, b in zip(self.cases, normal, key) if not self.item.same(a, b))
        return f"Called with {case}, your function gives another result than the definition."


class Chart(Shape):
    """A chart with its alternative text, judged by features: ``(figure, alt)``.

    The features are stored: bars (label, value), their order, whether the axis starts at zero,
    title, axis labels, alternative text. The picture is not.
    """

    words = "a pair (figure, alternative text) with bars in the figure"
    FEATURES = ("labels", "values", "zero_base", "title", "axis", "alt")

    def read(self, value):
        if isinstance(value, dict) and set(value) == set(self.FEATURES):
            return self.stored(value)
        alt = ""
        if isinstance(value, dict):
            value, alt = value.get("figure"), value.get("alt", "")
        elif isinstance(value, (list, tuple)) and len(value) == 2:
            value, alt = value
        inside = getattr(value, "axes", None)
        axes = inside[0] if isinstance(inside, list) and inside else inside or value
        if not hasattr(axes, "get_xlim"):
            return self.refuse(value, "type", "Give the figure and its text: (figure, alt).")
        if not axes.containers or not axes.patches:
            return self.refuse(value, "shape", "I found no bars: use bar or barh.")
        return self.stored(self.features(axes, alt))

    def features(self, axes, alt):
        """Return the features of matplotlib ``axes`` whose first bars are the chart."""
        bars = list(axes.containers[0])[:200]
        flat = getattr(axes.containers[0], "orientation", "vertical") == "horizontal"
        place = (
            (lambda b: b.get_y() + b.get_height() / 2)
            if flat
            else (lambda b: b.get_x() + b.get_width() / 2)
        )
        size = (lambda b: b.get_width()) if flat else (lambda b: b.get_height())
        axis = axes.yaxis if flat else axes.xaxis
        ticks = dict(
            zip(map(float, axis.get_ticklocs()), (t.get_text() for t in axis.get_ticklabels()))
        )
        downwards = flat and not axis.get_inverted()
        order = sorted(bars, key=place, reverse=downwards)
        low, high = sorted(axes.get_xlim() if flat else axes.get_ylim())
        return {
            "labels": [ticks.get(round(float(place(b)), 6), "")[:80] for b in order],
            "values": [float(size(b)) for b in order],
            "zero_base": bool(low <= 0 <= high),
            "title": axes.get_title()[:300],
            "axis": (axes.get_xlabel() if flat else axes.get_ylabel())[:200],
            "alt": str(alt)[:1000],
        }

    def stored(self, found):
        texts = [found["title"], found["axis"], found["alt"]]
        values, labels = found["values"], found["labels"]
        sound = (
            isinstance(values, list)
            and isinstance(labels, list)
            and len(values) <= 200
            and all(isinstance(t, str) and len(t) <= 1000 for t in texts)
            and all(isinstance(v, (int, float)) and isfinite(v) for v in values)
            and all(isinstance(label, str) for label in labels)
        )
        if not sound:
            return self.refuse(found)
        return Reading(True, {**found, "labels": [canonical(label) for label in labels]})


class Text(Shape):
    """Free text, marked by a person."""

    words = "a text in your own words"

    def __init__(self, most_words=2000):
        self.most_words = most_words

    def read(self, value):
        if not isinstance(value, str):
            return self.refuse(value, "type", "Write sentences in quotation marks.")
        words = len(value.split())
        if words > self.most_words:
            said = f"I received {words:,} words; at most {self.most_words:,} are kept. Shorten it."
            return Reading(False, None, said, "shape")
        return Reading(True, value)
