"""Numbers and dates as a reader sees them; missing is a dash, never 0."""

from __future__ import annotations

from datetime import timedelta
from math import floor, isnan, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

MISSING = "–"
MINUS = "\u2212"
HOUR = 60
DAY = 24 * HOUR
EXACT = 10  # minutes below which seconds are told: 90 s is no 2 min

# Month and day names stay English whatever locale the machine runs in.
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_WEEKDAYS = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    *("Saturday", "Sunday"),
)


def duration_text(minutes: float, *, days: bool = True) -> str:
    """Return minutes in the largest units that still tell two values apart.

    Without ``days``, hours are the largest: a day of business hours has no 24 of them.

    Examples
    --------
    >>> [duration_text(minutes) for minutes in (258, 240, 47, 0.63, 4608, -66)]
    ['4 h 18 min', '4 h', '47 min', '38 s', '3.2 d', '−1 h 06 min']

    A call's minutes have seconds:

    >>> [duration_text(minutes) for minutes in (1.5, 2.94, 8, -1.05, 12.3)]
    ['1 min 30 s', '2 min 56 s', '8 min', '−1 min 03 s', '12 min']

    Rounding never leaves a value in the smaller unit:

    >>> [duration_text(minutes) for minutes in (0.995, 9.995, 59.6, 2880.4, 2881)]
    ['1 min', '10 min', '1 h', '48 h', '2.0 d']
    >>> duration_text(4608, days=False)
    '76 h 48 min'
    """
    size = abs(minutes)
    sign = MINUS if minutes < 0 else ""
    seconds = round(size * 60)
    whole = round(size)
    if seconds < 60:
        return f"{sign if seconds else ''}{seconds} s"
    if seconds < EXACT * 60 and seconds % 60:
        return f"{sign}{seconds // 60} min {seconds % 60:02d} s"
    if whole < HOUR:
        return f"{sign}{whole} min"
    if days and whole > 2 * DAY:
        return f"{sign}{size / DAY:.1f} d"
    hours, rest = divmod(whole, HOUR)
    return f"{sign}{hours} h {rest:02d} min" if rest else f"{sign}{hours} h"


def share_text(share: float) -> str:
    """Return a share of 0..1 in percent.

    Examples
    --------
    >>> share_text(0.6021), share_text(-0.018)
    ('60.2%', '−1.8%')
    """
    return f"{share * 100:.1f}%".replace("-", MINUS)


def count_text(count: float) -> str:
    """Return a count with its thousands grouped.

    Examples
    --------
    >>> count_text(1463), count_text(-12)
    ('1,463', '−12')
    """
    return f"{count:,.0f}".replace("-", MINUS)


def score_text(score: float) -> str:
    """Return a score with one decimal.

    Examples
    --------
    >>> score_text(5.08), score_text(-0.24)
    ('5.1', '−0.2')
    """
    return f"{score:.1f}".replace("-", MINUS)


def money_text(amount: Decimal, currency: str) -> str:
    """Return an amount to the cent with its currency.

    Examples
    --------
    >>> from decimal import Decimal
    >>> money_text(Decimal("1680"), "USD")
    '1,680.00 USD'
    """
    return f"{amount:,.2f} {currency}".replace("-", MINUS)


TEXTS = {
    "minutes": duration_text,
    "share": share_text,
    "count": count_text,
    "score": score_text,
}


def value_text(value: float | None, unit: str, *, days: bool = True) -> str:
    """Return a KPI's value in its unit.

    Parameters
    ----------
    value
        The value; None or NaN is missing.
    unit
        ``minutes``, ``share``, ``count``, ``score``, a currency, or what is had for
        one (``tickets per USD``).
    days
        As :func:`duration_text`.

    Examples
    --------
    >>> value_text(258.0, "minutes"), value_text(float("nan"), "share")
    ('4 h 18 min', '–')
    >>> value_text(11.846, "USD"), value_text(0.0844, "tickets per USD")
    ('11.85 USD', '0.084 tickets per USD')
    >>> value_text(0.000667, "tickets per JPY")
    '0.00067 tickets per JPY'
    """
    if value is None or isnan(value):
        return MISSING
    if unit == "minutes":
        return duration_text(value, days=days)
    if unit in TEXTS:
        return TEXTS[unit](value)
    number = f"{value:,.{_decimals(value) if ' per ' in unit else 2}f}"
    return f"{number} {unit}".replace("-", MINUS)


def _decimals(value: float) -> int:
    """Return how many tell two digits of a value that is a small part of one."""
    return max(3, 1 - floor(log10(abs(value)))) if value else 3


def interval_text(
    low: float | None, high: float | None, unit: str, *, days: bool = True
) -> str:
    """Return an interval; shares name their unit once.

    Examples
    --------
    >>> interval_text(0.574, 0.63, "share")
    '57.4 to 63.0%'
    >>> interval_text(246.0, 271.0, "minutes")
    '4 h 06 min to 4 h 31 min'
    >>> interval_text(None, 271.0, "minutes")
    '–'
    """
    first, last = (value_text(bound, unit, days=days) for bound in (low, high))
    if MISSING in (first, last):
        return MISSING
    return f"{first.removesuffix('%')} to {last}"


def change_text(delta: float, unit: str, *, days: bool = True) -> str:
    """Return how much a KPI changed, with its sign; of shares in points.

    ``days`` is as in :func:`duration_text`.

    Examples
    --------
    >>> change_text(24.2, "minutes"), change_text(-65, "minutes")
    ('+24 min', '−1 h 05 min')
    >>> change_text(-0.0174, "share"), change_text(172, "count")
    ('−1.7 points', '+172')

    What rounds to nothing has no sign:

    >>> change_text(-0.0004, "share"), change_text(0, "count")
    ('0.0 points', '0')
    """
    text = value_text(abs(delta), unit, days=days)
    if unit == "share":
        text = f"{text.removesuffix('%')} points"
    if not any(digit in text for digit in "123456789"):
        return text
    return f"{MINUS if delta < 0 else '+'}{text}"


def day_text(day: date) -> str:
    """Return a day with its weekday.

    Examples
    --------
    >>> from datetime import date
    >>> day_text(date(2026, 11, 13))
    'Fri 13 Nov'
    """
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1][:3]}"


def period_text(start: date, end: date) -> str:
    """Return the days from ``start`` to the day before ``end``.

    Examples
    --------
    >>> from datetime import date
    >>> period_text(date(2026, 11, 9), date(2026, 11, 16))
    '9 to 15 November 2026'
    >>> period_text(date(2026, 8, 18), date(2026, 11, 16))
    '18 August to 15 November 2026'
    >>> period_text(date(2025, 12, 29), date(2026, 1, 5))
    '29 December 2025 to 4 January 2026'
    >>> period_text(date(2026, 11, 9), date(2026, 11, 10))
    '9 November 2026'
    """
    last = end - timedelta(days=1)
    after = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if start == last:
        return after
    before = str(start.day)
    if (start.year, start.month) != (last.year, last.month):
        before += f" {MONTHS[start.month - 1]}"
    if start.year != last.year:
        before += f" {start.year}"
    return f"{before} to {after}"


def span_text(start: date, end: date) -> str:
    """Return a period's name where there is little room.

    Examples
    --------
    >>> from datetime import date
    >>> span_text(date(2026, 11, 2), date(2026, 11, 9))
    'week of 2 Nov'
    >>> span_text(date(2026, 11, 2), date(2026, 11, 3))
    'Mon 2 Nov'
    >>> span_text(date(2026, 10, 1), date(2026, 11, 1))
    'October'
    >>> span_text(date(2026, 10, 31), date(2026, 11, 7))
    '31 Oct to 6 Nov'
    >>> span_text(date(2026, 11, 7), date(2026, 11, 14))
    '7 to 13 Nov'
    """
    if end - start == timedelta(days=1):
        return day_text(start)
    if start.day == end.day == 1:
        return month_text(start, end)
    first = f"{start.day} {MONTHS[start.month - 1][:3]}"
    if not start.weekday() and end - start <= timedelta(weeks=1):
        return f"week of {first}"
    last = end - timedelta(days=1)
    first = first if start.month != last.month else str(start.day)
    return f"{first} to {last.day} {MONTHS[last.month - 1][:3]}"


QUARTERS = ("first", "second", "third", "fourth")


def month_text(start: date, end: date) -> str:
    """Return what whole months are called: by their name, or as a quarter.

    Examples
    --------
    >>> from datetime import date
    >>> month_text(date(2026, 10, 1), date(2026, 11, 1))
    'October'
    >>> month_text(date(2026, 7, 1), date(2026, 10, 1))
    'third quarter'
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    if months == 3 and start.month % 3 == 1:
        return f"{QUARTERS[start.month // 3]} quarter"
    return MONTHS[start.month - 1]


def tick_text(value: float, unit: str, *, days: bool = True) -> str:
    """Return a round value, such as a target: no decimals that say nothing.

    ``days`` is as in :func:`duration_text`.

    Examples
    --------
    >>> tick_text(2 * 1440.0, "minutes"), tick_text(5 * 1440.0, "minutes")
    ('48 h', '5 d')
    >>> tick_text(0.0, "minutes"), tick_text(0.0, "share")
    ('0', '0%')
    >>> tick_text(0.65, "share"), tick_text(0.125, "share"), tick_text(4.0, "score")
    ('65%', '12.5%', '4')
    """
    if value == 0 and unit != "share":
        return "0"
    if unit == "minutes" and days and value > 2 * DAY:
        return f"{value / DAY:g} d"
    if unit == "share":
        return f"{round(value * 100, 6):g}%".replace("-", MINUS)
    if unit == "score" or unit not in TEXTS:
        return f"{value:g}".replace("-", MINUS)
    return value_text(value, unit, days=days)
