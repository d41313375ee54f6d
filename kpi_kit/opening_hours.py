"""Read what a contract says about hours: parts of a day, weeks, days off, zones."""

from __future__ import annotations

import re
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kpi_kit.errors import ParameterError, nearest
from kpi_kit.yaml_file import (
    FIRST_YEAR,
    LAST_YEAR,
    as_date,
    as_list,
    as_mapping,
    as_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    Parts = tuple[tuple[int, int], ...]

DAY = 86_400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROUND_THE_CLOCK = dict.fromkeys(range(1, 8), ((0, DAY),))

_PART = re.compile(r"(\d{1,2}):(\d{2}) ?- ?(\d{1,2}):(\d{2})", re.ASCII)
_AS_TEXT = "Write the hours as one quoted text, such as '09:30-17:00'"


def read_parts(value: Any, where: str) -> Parts:
    """Read the open parts of one day.

    Parameters
    ----------
    value
        A list of texts such as ``09:00-12:00``, or one such text.  An end at or before
        its start runs past midnight.  An empty list is a closed day.
    where
        File and path, for the message.

    Returns
    -------
    tuple of (start, end)
        Seconds of the local wall clock, in order; more than 86,400 is past midnight.

    Raises
    ------
    ParameterError
        If a part is no pair of times, has no length, or overlaps another.

    Examples
    --------
    >>> read_parts(["09:00-12:00", "22:00-06:00"], "office.week.mon")
    ((32400, 43200), (79200, 108000))
    """
    texts = [value] if isinstance(value, str) else as_list(value, where)
    parts = sorted(_part(text, where) for text in texts)
    for (_, end), (start, _) in pairwise(parts):
        if start < end:
            message = f"{where}: two parts overlap at {_clock(start)} in {value!r:.42}"
            raise ParameterError(f"{message}. Let one end before the next starts.")
    return tuple(parts)


def _part(text: Any, where: str) -> tuple[int, int]:
    if isinstance(text, int) and not isinstance(text, bool):
        message = f"{where}: {text} is a number; YAML reads an unquoted 9:30 as 570"
        raise ParameterError(f"{message}. {_AS_TEXT}.")
    found = _PART.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise ParameterError(f"{where}: {text!r:.42} is not a part. {_AS_TEXT}.")
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if max(start_minute, end_minute) > 59 or start >= 1440 or end > 1440:
        message = f"{where}: {text!r} has a time that no clock shows"
        raise ParameterError(f"{message}. Hours run from 00:00 to 24:00.")
    if start == end:
        message = f"{where}: {text!r} starts and ends at the same time"
        raise ParameterError(f"{message}. A whole day is 00:00-24:00.")
    return start * 60, (end if end > start else end + 1440) * 60


def _clock(seconds: int) -> str:
    return f"{seconds % DAY // 3600:02}:{seconds % 3600 // 60:02}"


def read_week(value: Any, where: str) -> dict[int, Parts]:
    """Read the weekly hours: ``24x7``, or parts for weekdays.

    Parameters
    ----------
    value
        Keys are weekdays (``sat``), runs of them (``mon-fri``) or lists of both
        (``mon,wed-fri``); values are as for `read_parts`.
    where
        File and path, for the message.

    Returns
    -------
    dict
        From ISO weekday (1 = Monday) to its parts; a closed day may be missing.

    Raises
    ------
    ParameterError
        If a weekday is unknown or given twice, if parts overlap, or if nothing is open.
    """
    if value == "24x7":
        return dict(ROUND_THE_CLOCK)
    week: dict[int, Parts] = {}
    for names, hours in as_mapping(value, where).items():
        parts = read_parts(hours, f"{where}.{names}")
        for weekday in _weekdays(names, f"{where}.{names}"):
            if weekday in week:
                message = f"{where}.{names}: {WEEKDAYS[weekday - 1]} is given twice"
                raise ParameterError(f"{message}. Keep one of the two.")
            week[weekday] = parts
    if not any(week.values()):
        message = f"{where}: no business hours, so every duration would be 0"
        raise ParameterError(f"{message}. Write mon-fri: ['09:00-17:00'], or 24x7.")
    _refuse_overlap(week, where)
    return week


def _weekdays(names: Any, where: str) -> list[int]:
    found: list[int] = []
    for run in as_text(names, where).split(","):
        ends = [name.strip() for name in run.split("-")]
        if len(ends) > 2 or not set(ends) <= set(WEEKDAYS):
            message = f"{where}: {run.strip()!r} is not a weekday or a run of them"
            hint = f"Write {', '.join(WEEKDAYS)} or mon-fri"
            raise ParameterError(f"{message}. {hint}.")
        first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        found += [(first + n) % 7 + 1 for n in range((last - first) % 7 + 1)]
    return found


def _refuse_overlap(week: Mapping[int, Parts], where: str) -> None:
    """Raise if a shift past midnight runs into the next day's hours, Sunday's too."""
    spans = sorted(
        (start + weekday * DAY, end + weekday * DAY)
        for weekday, parts in week.items()
        for start, end in parts
    )
    again = (spans[0][0] + 7 * DAY, spans[0][1] + 7 * DAY)
    for (_, end), (start, _) in pairwise([*spans, again]):
        if start < end:
            weekday = WEEKDAYS[(start // DAY - 1) % 7]
            message = f"{where}: {weekday} {_clock(start)} overlaps the shift before it"
            raise ParameterError(f"{message}. End that one by {_clock(start)}.")


def read_overrides(value: Any, where: str) -> dict[date, Parts]:
    """Read the hours of single dates; an empty list closes the day.

    Raises
    ------
    ParameterError
        If a key is no day, or its hours are none.
    """
    return {
        as_date(day, f"{where}.{day}"): read_parts(hours, f"{where}.{day}")
        for day, hours in as_mapping(value, where).items()
    }


def read_holidays(value: Any, where: str) -> frozenset[date]:
    """Read the days off: of a country or its part, plus ``dates``, less ``except``.

    Parameters
    ----------
    value
        Mapping of ``country`` (ISO 3166 code), ``subdivision``, ``dates``, ``except``.
    where
        File and path, for the message.

    Returns
    -------
    frozenset of date
        From 1970 to 2099.  A holiday on a weekend has both its own and its observed
        day; ``except`` removes the one that is worked.

    Raises
    ------
    ParameterError
        If the country or the subdivision is unknown, a date is no day, or ``except``
        names one that is worked anyway.
    """
    keys = ("country", "subdivision", "dates", "except")
    given = as_mapping(value, where, keys)
    days = {key: _dates(given.get(key, []), f"{where}.{key}") for key in keys[2:]}
    off = _public(given, where) | days["dates"]
    for number, day in enumerate(given.get("except", [])):
        if as_date(day, where) not in off:
            message = f"{where}.except[{number}]: {day} is no day off"
            raise ParameterError(f"{message}. Take it out, or correct the date.")
    return off - days["except"]


def _dates(value: Any, where: str) -> frozenset[date]:
    listed = enumerate(as_list(value, where))
    return frozenset(as_date(day, f"{where}[{number}]") for number, day in listed)


def _public(given: Mapping[str, Any], where: str) -> frozenset[date]:
    if "country" not in given:
        if "subdivision" in given:
            message = f"{where}.subdivision: a subdivision needs its country"
            raise ParameterError(f"{message}. Add country: US.")
        return frozenset()
    import holidays  # noqa: PLC0415 - 0.1 s that only contracts with a country pay

    # list_supported_countries() would load every country's calendar.
    country = as_text(given["country"], f"{where}.country")
    if country not in holidays.EntityLoader.get_country_codes():
        message = f"{where}.country: no holidays are known for {country!r:.42}"
        raise ParameterError(f"{message}. Write an ISO 3166 code such as US.")
    part = given.get("subdivision")
    if part is not None:
        part = as_text(part, f"{where}.subdivision")
        parts = getattr(holidays, country).subdivisions
        if part not in parts:
            message = f"{where}.subdivision: {country} has no {part!r:.42}"
            raise ParameterError(f"{message}. {nearest(part, parts)}")
    with warnings.catch_warnings():
        # India's lunar holidays are listed for 2001 to 2035; others come all the same.
        warnings.filterwarnings("ignore", message="Requested Holidays are available")
        years = range(FIRST_YEAR, LAST_YEAR + 1)
        return frozenset(holidays.country_holidays(country, subdiv=part, years=years))
