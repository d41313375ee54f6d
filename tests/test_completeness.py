"""Days that are not all there: half the pages, lost hours, a lost channel."""

from __future__ import annotations

import pandas as pd
import pytest

from kpi_kit.completeness import doubts
from tests.cards import DAY, SUNDAY, WEEK

# Each Sunday: 20 mails over ten hours from 8 on, and 20 chats at noon.
USUAL = [(hour, "email", 2) for hour in range(8, 18)] + [(12, "chat", 20)]


def came(*last, weeks=8, usual=USUAL):
    """Return what came on so many Sundays, and on the last one."""
    days = [SUNDAY - number * WEEK for number in range(weeks, 0, -1)]
    rows = [(day, *each) for day in days for each in usual]
    rows += [(SUNDAY, *each) for each in last]
    columns = ("created_on", "created_hour", "channel", "count")
    return pd.DataFrame(rows, columns=columns)


def told(*last, closed=(), **given):
    """Return what the last Sunday lacks."""
    return doubts(came(*last, **given), [SUNDAY], closed).get(SUNDAY, "")


@pytest.mark.parametrize(
    ("last", "text"),
    [
        pytest.param(USUAL, "", id="as-ever"),
        pytest.param(
            [(hour, "email", 1) for hour in range(8, 18)] + [(12, "chat", 10)],
            "20 tickets on 2026-11-15, usually 40",
            id="every-other-page",
        ),
        pytest.param(
            [(12, "email", 10), (17, "email", 15)],
            "no chat on 2026-11-15, usually 20",
            id="no-chat",
        ),
        pytest.param(
            [(12, "chat", 20), (8, "email", 14)],
            "",
            id="ten-mails-later-may-fail-to-come",
        ),
        pytest.param(
            [(8, "email", 5), (9, "chat", 25)],
            "none after 10:00 on 2026-11-15, usually 36",
            id="cut-at-ten",
        ),
        pytest.param([], "0 tickets on 2026-11-15, usually 40", id="nothing"),
    ],
)
def test_what_a_day_lacks(last, text):
    """Held against eight Sundays of 40 tickets over two channels."""
    assert (f"data incomplete, {text}" if text else "") == told(*last)


def test_three_weeks_are_no_measure():
    """Half of what three Sundays brought: nothing is said; of four, it is."""
    assert "" == told((12, "chat", 1), weeks=3)
    assert told((12, "chat", 1), weeks=4)


def test_a_day_off_is_like_no_other():
    """Neither the day itself nor one that it is held against."""
    assert "" == told((12, "chat", 1), closed={SUNDAY})
    before = {SUNDAY - number * WEEK for number in range(1, 6)}
    assert "" == told((12, "chat", 1), closed=before)


def test_days_that_differ_by_themselves_are_no_measure():
    """Four Sundays of 10 to 70: one of 20 is no surprise."""
    counts = zip(range(4, 0, -1), (10, 70, 20, 60), strict=True)
    rows = [(SUNDAY - number * WEEK, 12, "email", n) for number, n in counts]
    rows.append((SUNDAY, 12, "email", 5))
    columns = ("created_on", "created_hour", "channel", "count")
    frame = pd.DataFrame(rows, columns=columns)

    assert {} == doubts(frame, [SUNDAY], ())
    assert {} == doubts(frame, [SUNDAY - DAY], ())
