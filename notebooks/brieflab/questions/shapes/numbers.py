"""Answers that are measured: numbers, whole numbers, days."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isclose, isfinite

from brieflab.questions.shapes.base import Refused, Shape
from brieflab.questions.shapes.values import items, short, single


@dataclass
class Number(Shape):
    """A number, right within ``tolerance`` (absolute) or ``relative``.

    unit: shown in messages; ``unit="proportion"`` also recognises percent for proportion.
    low, high: the range in which an answer can make sense at all.
    """

    words: str = "a number"
    tolerance: float = 0.0
    relative: float = 0.0
    low: float | None = None
    high: float | None = None
    unit: str = ""

    def read(self, value: object) -> float:
        several = items(value)
        if several is not None and len(several) != 1:
            raise self.refusal(value, "shape", "Give one number, not several.")
        value = single(value)
        if isinstance(value, str):
            step = "Take away the quotation marks and any sign." if _is_number(value) else ""
            raise self.refusal(value, "type", step)
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise self.refusal(value)
        try:
            number = float(value)
        except (OverflowError, ValueError):
            raise self.refusal(value) from None
        if not isfinite(number) or abs(number) > 1e15:
            raise Refused(
                "I received no usable number (missing, infinite or far too large). "
                "Look for a division by zero or an empty selection.",
                "type",
            )
        number = int(number) if number.is_integer() else number
        low, high = self.low, self.high
        most = 100 if self.unit == "proportion" and high == 1 else high
        if (low is not None and number < low) or (most is not None and number > most):
            span = f"{low:,} or more" if high is None else f"between {low or 0:,} and {high:,}"
            said = f"I received {short(number)}, but expect {self.words} {span}."
            raise Refused(said, "shape", number)
        return number

    def same(self, normal: float, key: float) -> bool:
        near = max(self.tolerance, abs(key) * self.relative) + 1e-9 * max(1, abs(key))
        return abs(normal - key) <= near

    def slip(self, normal: float, key: float) -> tuple[str, str] | None:
        if key and self.unit == "proportion" and self.same(normal / 100, key):
            return "percent", (
                f"I received {short(normal)}: right as a percentage, but the question asks for a "
                "proportion between 0 and 1. Divide by 100."
            )
        if key and self.unit == "percent" and self.same(normal * 100, key):
            return "proportion", (
                f"I received {short(normal)}: right as a proportion, but the question asks for "
                "percent. Multiply by 100."
            )
        if key and self.same(-normal, key):
            return "sign", f"I received {short(normal)}: the size is right, the sign is reversed."

    def differ(self, normal: float, key: float) -> str:
        side = "too low" if normal < key else "too high"
        near = " by a little" if key and isclose(normal, key, rel_tol=0.05) else ""
        return (
            f"I received {short(normal)}, which is {side}{near}. "
            "Check which rows you kept and what you counted; a hint may help."
        )


def _is_number(text):
    try:
        float(re.sub(r"[\s,%\u00a0\u202f]", "", text))
        return True
    except ValueError:
        return False


@dataclass
class Whole(Number):
    """A whole number; 12.0 counts as 12."""

    words: str = "a whole number"
    low: float | None = 0

    def read(self, value: object) -> int:
        number = super().read(value)
        if not isinstance(number, int):
            raise self.refusal(number, "type", "A count has no decimals.")
        return number


class Day(Shape):
    """A date: '2020-12-04', a date, a datetime or a Timestamp."""

    words = "a date such as '2020-03-31'"

    def read(self, value: object) -> str:
        value = single(value)
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, date):
            return value.isoformat()
        if not isinstance(value, str):
            raise self.refusal(value)
        for form in ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%Y-%m-%dT%H:%M:%S"):
            try:
                return datetime.strptime(value.strip()[:30], form).date().isoformat()
            except ValueError:
                continue
        raise self.refusal(value, "shape", "Write year-month-day: no reader can mistake it.")

    def differ(self, normal: str, key: str) -> str:
        return f"{normal} is not it. Read the date in the row, not in your memory of the text."
