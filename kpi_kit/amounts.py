"""Read amounts as people write them: 4 h, 30 minutes, 85 %, 4.5."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from kpi_kit.errors import ParameterError

_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
}
_NUMBER = r"-?\d+(?:\.\d+)?"
_UNITS = "|".join(sorted(_SECONDS, key=len, reverse=True))
_TIME = rf"({_NUMBER}) ?({_UNITS})"
_TIMES = re.compile(rf"(?:{_TIME} ?)+", re.ASCII)
_PLAIN = re.compile(rf"({_NUMBER}) ?(%|percent)?", re.ASCII)
_FITS = {
    "minutes": "a length of time; write 4 h, 30 min, 45 s or 2 d",
    "share": "a share from 0 to 1; write 85 % or 0.85",
    "number": "a plain number; write 4.5",
}


def as_amount(value: Any, where: str, unit: str | None) -> Decimal:
    """Return an amount in ``unit``, exactly.

    Parameters
    ----------
    value
        What the file holds there.
    where
        File and path, for the message.
    unit
        ``minutes``, ``share``, or another for plain numbers; None takes any kind.

    Raises
    ------
    ParameterError
        If it is no amount, or one of another kind.

    Examples
    --------
    >>> as_amount("1 h 30 minutes", "contract.yaml: targets[0].at_most", "minutes")
    Decimal('90')
    >>> as_amount("85%", "contract.yaml: targets[1].at_least", "share")
    Decimal('0.85')
    """
    amount, kind = _amount(value, where)
    wanted = unit if unit in (None, "minutes", "share") else "number"
    if wanted == "share" and kind == "number":
        kind = "share"
    if wanted not in (None, kind) or (kind == "share" and not 0 <= amount <= 1):
        expected = _FITS[wanted or kind]
        raise ParameterError(f"{where}: {value!r:.42} is not {expected}.")
    return amount


def _amount(value: Any, where: str) -> tuple[Decimal, str]:
    """Return an amount and its kind: minutes, share or number."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value)), "number"
    text = value.strip().lower() if isinstance(value, str) else ""
    if _TIMES.fullmatch(text):
        if "-" in text:
            raise ParameterError(f"{where}: {value!r:.42} is not {_FITS['minutes']}.")
        parts = re.findall(_TIME, text)
        seconds = sum(Decimal(size) * _SECONDS[unit] for size, unit in parts)
        return seconds / 60, "minutes"
    found = _PLAIN.fullmatch(text)
    if found is None:
        message = f"{where}: {value!r:.42} is not an amount"
        raise ParameterError(f"{message}. Write 4 h, 30 min, 45 s, 2 d, 85 % or 4.5.")
    size = Decimal(found[1])
    return (size / 100, "share") if found[2] else (size, "number")
