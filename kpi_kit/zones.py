"""Read time zones: those of places, whose clocks change as the place's do."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from kpi_kit.errors import ParameterError
from kpi_kit.yaml_file import as_text

# For those who wrote how far from UTC they are: with clock changes, and without.
USUAL = (
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    *("America/Panama", "America/Costa_Rica", "America/Phoenix", "America/Sao_Paulo"),
    *("Europe/Paris", "Europe/Athens", "Africa/Lagos", "Africa/Johannesburg"),
    *("Africa/Nairobi", "Asia/Dubai", "Asia/Karachi", "Asia/Dhaka", "Asia/Bangkok"),
    *("Asia/Manila", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland"),
)


def read_zone(value: Any, where: str) -> str:
    """Return ``value`` if it is a time zone of the tz database, Area/City or UTC.

    Raises
    ------
    ParameterError
        If it is unknown, or one that never changes its clocks: EST, Etc/GMT+5.

    Examples
    --------
    >>> read_zone("Asia/Manila", "contract.yaml: time_zone")
    'Asia/Manila'
    """
    zone = as_text(value, where)
    if zone == "UTC":
        return zone
    zones = {name for name in available_timezones() if "/" in name}
    if zone in zones and (why := fixed(zone)):
        raise ParameterError(f"{where}: {zone!r} {why}")
    if zone in zones:
        return zone
    close = get_close_matches(zone, zones, n=1, cutoff=0.7)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    message = f"{where}: {zone!r:.42} is not a time zone with its clock changes"
    raise ParameterError(f"{message}. {hint}Write America/New_York or UTC.")


def fixed(zone: str) -> str:
    """Say what is wrong with Etc/GMT+5: it is five hours behind UTC; else nothing.

    Examples
    --------
    >>> fixed("Etc/GMT+5")
    'is UTC-0500 all year, whatever its sign says. Write the zone of a city, such as \
America/New_York or America/Panama.'
    >>> fixed("America/New_York")
    ''
    """
    if not zone.startswith("Etc/"):
        return ""
    winter = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))
    offset = winter.utcoffset()
    near = [z for z in USUAL if winter.astimezone(ZoneInfo(z)).utcoffset() == offset]
    cities = " or ".join(near[:2]) or "Europe/Paris"
    todo = f"Write the zone of a city, such as {cities}" if offset else "Write UTC"
    return f"is {winter:UTC%z} all year, whatever its sign says. {todo}."
