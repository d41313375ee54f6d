"""What `check` and `kpis` say of days that look missing."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from kpi_kit.__main__ import cli

FIRST, LAST = date(2026, 9, 7), date(2026, 11, 15)
HOLE = date(2026, 11, 11)
DAY = timedelta(days=1)
WHY = "data incomplete, no tickets on 2026-11-11"


ALONE = "of solved tickets only, open ones wait longer"


@pytest.fixture
def export(tmp_path):
    """Write ten weeks of nine tickets a day, solved soon; none on a Wednesday."""
    days = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
    times = [
        f"{day}T{h:02}:00:00Z" for day in days for h in range(9, 18) if day != HOLE
    ]
    lines = []
    for number, at in enumerate(times):
        later = at.replace(":00:00", ":30:00")
        lines.append(f"{number},{at},{later},{later}")
    path = tmp_path / "tickets.csv"
    head = "ticket_id,created_at,first_reply_at,solved_at"
    path.write_text("\n".join([head, *lines]), "utf-8")
    return path


def told(command, path, *more, as_of=LAST):
    """Return the JSON that a command prints."""
    asked = ["--location", str(path), "--as-of", str(as_of), "--format", "json", *more]
    done = CliRunner().invoke(cli, [command, *asked])

    assert 0 == done.exit_code, done.output
    return json.loads(done.stdout)


def numbers(path, metric, start, end, **given):
    """Return value, status and note of a metric by day."""
    days = ["--from", str(start), "--to", str(end), "--every", "day"]
    rows = told("kpis", path, *days, "--metric", metric, **given)
    return {
        date.fromisoformat(row["period_start"]): (
            row["value"],
            row["status"],
            row["note"],
        )
        for row in rows
        if row["statistic"] in {"count", "share"}
    }


def test_a_silent_day_is_no_calm(export):
    """It keeps its 0, which nobody vouches for; the days beside it stand."""
    found = numbers(export, "ticket_volume", HOLE - DAY, HOLE + 2 * DAY)

    assert {
        HOLE - DAY: (9, "ok", ""),
        HOLE: (0, "provisional", WHY),
        HOLE + DAY: (9, "ok", ""),
    } == found


def test_days_after_the_end_are_no_calm_either(export):
    """A week later nothing came: the data ends, for every row of these days."""
    found = numbers(export, "ticket_volume", LAST, LAST + 2 * DAY, as_of=LAST + 7 * DAY)
    why = f"data ends {LAST}"

    assert {LAST: (9, "ok", ""), LAST + DAY: (0, "provisional", why)} == found


def test_days_before_the_first_ticket_are_left_alone(export):
    """Nobody knows whether the desk was open yet."""
    found = numbers(export, "ticket_volume", FIRST - DAY, FIRST + DAY)

    assert {FIRST - DAY: (0, "ok", ""), FIRST: (9, "ok", "")} == found


def test_what_went_on_in_the_hole_is_not_known(export):
    """The tickets of the seven days before it were solved then, or not."""
    days = ["--from", str(HOLE - 8 * DAY), "--to", str(HOLE - 5 * DAY)]
    rows = told("kpis", export, *days, "--every", "day", "--metric", "resolution_time")
    medians = {
        row["period_start"]: row["note"].partition(";")[0]
        for row in rows
        if ("median", "calendar") == (row["statistic"], row["clock"])
    }

    assert {
        "2026-11-03": "fewer than 30",
        "2026-11-04": WHY,
        "2026-11-05": WHY,
    } == medians


def test_what_cannot_be_computed_stays_so(export):
    """No doubt is worse than having nothing."""
    days = ["--from", str(HOLE), "--to", str(HOLE + DAY)]
    (row,) = told("kpis", export, *days, "--metric", "reopen_rate")

    assert "not_computable" == row["status"]
    assert row["note"].startswith("needs")


def test_the_doubt_stands_before_what_was_noted(export):
    """Nine solved tickets are few, and the day after has no data."""
    days = ["--from", str(HOLE - DAY), "--to", str(HOLE)]
    rows = told("kpis", export, *days, "--metric", "resolution_time")
    (median,) = (
        row
        for row in rows
        if ("median", "calendar") == (row["statistic"], row["clock"])
    )

    assert (30, "provisional") == (median["value"], median["status"])
    assert f"{WHY}; fewer than 30; {ALONE}" == median["note"]


def test_a_median_of_the_solved_says_so_where_it_stands_alone(export, tmp_path):
    """With a target the share that kept it, open tickets counted in, is beside it.

    The first resolution has no target here; what cannot be computed needs no more.
    """
    terms = tmp_path / "contract.yaml"
    terms.write_text("targets: [{metric: resolution_time, at_most: 4 h}]", "utf-8")
    names = (
        "resolution_time,first_resolution_time,first_response_time,handle_time_ticket"
    )
    days = ["--from", str(FIRST), "--to", str(FIRST + 7 * DAY), "--metric", names]

    def noted(*more):
        rows = told("kpis", export, *days, *more)
        return {row["metric"] for row in rows if ALONE in row["note"]}

    assert {"resolution_time", "first_resolution_time"} == noted()
    assert {"first_resolution_time"} == noted("--contract", str(terms))


def test_check_says_how_far_the_data_goes(export):
    """From when to when, in the reporting zone, and which days look missing."""
    found = told("check", export)

    assert [f"1 day looks missing up to 2026-11-15: {WHY}."] == found["warnings"]
    data = found["data"]
    assert ("2026-11-15", "UTC") == (data["as_of"], data["time_zone"])
    assert "2026-09-07T09:00:00+00:00" == data["first"]["tickets.created_at"]
    assert "2026-11-15T17:30:00+00:00" == data["newest"]["tickets.solved_at"]
    assert [{"day": "2026-11-11", "why": WHY}] == data["missing"]


def test_check_tells_people_too(export):
    """Each reason once, the days counted; the warning on standard error."""
    late = ["--location", str(export), "--as-of", "2026-11-18"]
    done = CliRunner().invoke(cli, ["check", *late])

    assert "Data as of the end of 2026-11-18, in UTC:" in done.stdout
    assert "tickets.created_at      2026-09-07 09:00  2026-11-15 17:00" in done.stdout
    assert (
        f"Days that look missing:\n  {WHY} (1 day)\n  data ends 2026-11-15 (3 days)\n"
    ) in done.stdout
    assert "4 days look missing up to 2026-11-18: data ends 2026-11-15." in done.stderr


def test_a_file_made_before_the_day_was_over_is_told(export):
    """An export of noon cannot hold the afternoon, however usual it looks."""
    noon = datetime(2026, 11, 15, 12, tzinfo=UTC).timestamp()
    os.utime(export, (noon, noon))
    said = "The newest file was written 2026-11-15 12:00, before 2026-11-15 was over."
    found = told("check", export)

    assert said == found["warnings"][-1]
    assert "2026-11-15T12:00:00+00:00" == found["data"]["written"]
    assert said not in told("check", export, as_of=LAST - DAY)["warnings"]


def test_a_source_that_lacks_nothing_is_told_so(export):
    """As of the day before the hole."""
    done = CliRunner().invoke(
        cli, ["check", "--location", str(export), "--as-of", str(HOLE - DAY)]
    )

    assert "\nNo day looks missing.\n" in done.stdout
    assert "" == done.stderr


def test_what_is_odd_and_long_past_is_noted(tmp_path):
    """A week of half, 18 weeks ago, and a channel that ended nine weeks ago.

    No day is in doubt for either, and nothing is said of a channel with five a year.
    The week is measured by what still comes: without the chats, 28 in either.
    """
    half, ended = LAST - 125 * DAY, LAST - 63 * DAY
    lines = []
    for day in (LAST - n * DAY for n in range(210)):
        many = 20 if half <= day < half + 7 * DAY else 40
        channels = ["email"] * many + ["chat"] * 4 * (day <= ended)
        channels += ["social"] * (day in {LAST - n * DAY for n in range(100, 200, 20)})
        lines += [
            f"{day}-{n},{day}T{n % 9 + 9:02}:00:00Z,{channel}"
            for n, channel in enumerate(channels)
        ]
    path = tmp_path / "tickets.csv"
    path.write_text("\n".join(["ticket_id,created_at,channel", *lines]), "utf-8")
    found = told("check", path)

    week = "from 2026-07-13 to 2026-07-19"
    assert [
        f"140 tickets {week}, usually 280; days off, or lost.",
        "no chat since 2026-09-14, usually 28 a week; taken to be closed.",
    ] == found["notes"][-2:]
    assert [] == found["data"]["missing"]
