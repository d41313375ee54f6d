"""The bench contract's opening hours as a table of quarter hours, built by hand."""

from __future__ import annotations

import holidays
import numpy as np
import pandas as pd

from bench.generate import FIRST_DAY

SLOT = 900


def opening_hours(first: int, last: int, time_zone: str) -> pd.DataFrame:
    """Return every 15-minute slot from ``first`` until ``last``, epoch seconds.

    Monday to Friday 09:00-12:00 and 13:00-17:00 without the public holidays of the
    US: a slot is open as a whole or closed as a whole.

    Returns
    -------
    pd.DataFrame
        ``slot``, ``business_before`` (seconds open before the slot), ``is_open``,
        ``local_date``.
    """
    slots = np.arange(first // SLOT, last // SLOT + 1)
    local = pd.to_datetime(slots * SLOT, unit="s", utc=True).tz_convert(time_zone)
    days_off = holidays.country_holidays("US", years=range(2020, 2031))
    hour, day = local.hour, local.tz_localize(None).normalize()
    is_open = (
        (local.weekday < 5)
        & (hour >= 9)
        & (hour < 17)
        & (hour != 12)
        & ~day.isin(pd.to_datetime(list(days_off)))
    )
    return pd.DataFrame(
        {
            "slot": slots,
            "business_before": np.cumsum(is_open * SLOT) - is_open * SLOT,
            "is_open": is_open,
            "local_date": day.to_numpy().astype("datetime64[s]"),
        }
    )


def business_position(at: np.ndarray, hours: pd.DataFrame) -> np.ndarray:
    """Return the seconds open before each instant; NaN where there is no instant."""
    slot = _slot(at, hours)
    within = np.where(hours.is_open.to_numpy()[slot], at % SLOT, at * 0)
    return hours.business_before.to_numpy()[slot] + within


def local_day(at: np.ndarray, hours: pd.DataFrame) -> np.ndarray:
    """Return the local day of each instant, counted from FIRST_DAY; -1 where none."""
    days = (hours.local_date - pd.Timestamp(FIRST_DAY)).dt.days.to_numpy(np.int16)
    return np.where(np.isnan(at), np.int16(-1), days[_slot(at, hours)])


def _slot(at: np.ndarray, hours: pd.DataFrame) -> np.ndarray:
    first = hours["slot"].to_numpy()[0]
    known = np.where(np.isnan(at), first * SLOT, at).astype(np.int64)
    return known // SLOT - first
