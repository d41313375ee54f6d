"""The same numbers in DuckDB SQL written by hand, as fast as found.

``facts`` runs best_facts.sql; ``kpis`` asks the stored facts one aggregate per date
column; ``checks`` counts in the files what the kit's door does.  They are the yardstick
of run.py and share no line with the kit.

Tried for the KPIs, processor seconds for the two clocks of one duration by week x
channel x issue type over 10 M stored tickets:

======================================================  =====
quantile_cont called for median and p90, no interval      1.0
quantile_cont([.5, .9]), no interval                      0.9
list_sort(list(minutes))                                  1.9
list(minutes ORDER BY minutes)                            1.8
list_sort(list(whole seconds))                            1.4
  the same with FILTER (WHERE NOT NULL): taken            1.25
  the same, channel and issue type as ENUM                1.1
row_number() and count() over the group                   5.2
======================================================  =====

For the three date columns together: an aggregate each 4.1 (taken), one scan that
unnests each ticket three times 4.2, GROUPING SETS 9.4.

The ranks of an interval depend on n, so quantile_disc, whose shares must be constants,
cannot give them.  ENUM is left out because both sides read the same kind of facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.generate import FIRST, FIRST_DAY, HERE, LAST, TIME_ZONE
from bench.office import opening_hours
from bench.ranks import exact_ranks

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pandas as pd

CLOCKS = ("business", "calendar")
VARIANTS = ("no_follow_up", "one_touch", "one_reply", "no_repeat")
KEYS = "week, channel, issue_type"

MACROS = """
CREATE OR REPLACE TEMP MACRO quantile(seconds, p) AS (
  (seconds[1 + floor((len(seconds) - 1) * p)::INT]
    + ((len(seconds) - 1) * p - floor((len(seconds) - 1) * p))
    * (seconds[1 + ceil((len(seconds) - 1) * p)::INT]
      - seconds[1 + floor((len(seconds) - 1) * p)::INT])) / 60);
CREATE OR REPLACE TEMP MACRO rank_near(n, p, z, shift) AS
  ceil(n * p + z * 1.959963984540054 * sqrt(n * p * (1 - p)) - 0.5)::INT + shift;
CREATE OR REPLACE TEMP MACRO wilson(share, n, z) AS
  (share + 3.841458820694124 / (2 * n)
    + z * 1.959963984540054 * sqrt(share * (1 - share) / n
      + 3.841458820694124 / (4 * n * n))) / (1 + 3.841458820694124 / n);
"""

# Opened before the end of the week, less what was done by then.
BACKLOG = """
WITH changes AS (
  SELECT {keys}, "ticket_volume:count:" AS change FROM by_created
  UNION ALL
  SELECT {done_week}, channel, issue_type, -count(*)
  FROM facts WHERE first_done_on IS NOT NULL GROUP BY ALL
  UNION ALL
  SELECT {changed_week}, channel, issue_type, sum(change)
  FROM later_changes GROUP BY ALL
), grid AS (
  FROM (SELECT DISTINCT week FROM by_created),
    (SELECT DISTINCT channel, issue_type FROM by_created)
)
SELECT {keys}, sum(sum(coalesce(change, 0))) OVER (
    PARTITION BY channel, issue_type ORDER BY week)::BIGINT AS "backlog:count:"
FROM grid LEFT JOIN changes USING ({keys})
GROUP BY {keys}
"""


def facts(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make the temporary tables ``facts`` and ``later_changes`` from Parquet."""
    con.register("hours", opening_hours(FIRST, LAST, TIME_ZONE))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE opening_hours AS "
        "SELECT * REPLACE (local_date::DATE AS local_date) FROM hours"
    )
    con.unregister("hours")
    script = (HERE / "best_facts.sql").read_text(encoding="utf-8")
    con.execute(script.format(folder=folder, as_of=LAST))


def checks(con: duckdb.DuckDBPyConnection, folder: Path, *scripts: str) -> None:
    """Make the temporary table ``checked``, a row per Parquet file."""
    for name in ("best_checks.sql", *scripts):
        script = (HERE / name).read_text(encoding="utf-8")
        con.execute(script.format(folder=folder))


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros and the table of exact ranks that ``kpis`` reads."""
    con.register("exact", exact_ranks())
    con.execute(MACROS)
    con.execute("CREATE OR REPLACE TEMP TABLE ranks AS FROM exact")
    con.unregister("exact")


def kpis(con: duckdb.DuckDBPyConnection, shift: int = 0) -> list[pd.DataFrame]:
    """Return every ticket KPI by week x channel x issue type, one frame per date.

    Parameters
    ----------
    con
        Connection with ``facts``, ``later_changes`` and what ``prepare`` makes.
    shift
        Moves the approximated ranks of groups over 1,000, to see their neighbors.

    Returns
    -------
    list of pd.DataFrame
        ``week``, ``channel``, ``issue_type`` and ``metric:statistic:clock``, the latter
        with ``:n``, ``:low`` and ``:high`` beside it where there are such.
    """
    created = _query(
        "created_on",
        {"first_response_time": "first_response"},
        {
            "escalation_rate": "is_escalated",
            "escalation_to_client_rate": "is_escalated_to_client",
            "transfer_rate": "is_transferred",
        },
        {"ticket_volume": "true", "unanswered_tickets": "is_unanswered"},
        shift,
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE by_created AS {created}")
    solved = _query(
        "first_solved_on",
        {"first_resolution_time": "first_resolution"},
        {"reopen_rate": "reopened_within_7_days"}
        | {f"first_contact_resolution_{name}": f"is_{name}" for name in VARIANTS},
        {},
        shift,
    )
    resolved = _query(
        "last_solved_on", {"resolution_time": "resolution"}, {}, {}, shift
    )
    backlog = BACKLOG.format(
        keys=KEYS, done_week=week("first_done_on"), changed_week=week("changed_on")
    )
    queries = ("FROM by_created", solved, resolved, backlog)
    return [con.execute(query).df() for query in queries]


def _query(
    day: str,
    durations: dict[str, str],
    shares: dict[str, str],
    counts: dict[str, str],
    shift: int,
) -> str:
    clocked = [(m, f"{s}_{c}_minutes", c) for m, s in durations.items() for c in CLOCKS]
    inner = [f"{week(day)} AS week, channel, issue_type"]
    outer = [KEYS]
    joins = []
    for metric, minutes, clock in clocked:
        inner += [
            f"list_sort({_seconds(minutes)}) AS {minutes}",
            f"avg({minutes}) AS mean_{minutes}",
        ]
        outer += duration(metric, minutes, clock, shift, ranks=f"r_{clock}")
        joins += [
            f"LEFT JOIN ranks AS r_{clock} ON r_{clock}.n = coalesce(len({minutes}), 0)"
        ]
    for metric, truth in shares.items():
        inner += [
            f"count({truth}) AS n_{metric}",
            f"count_if({truth}) / nullif(count({truth}), 0) AS {metric}",
        ]
        outer += share(metric)
    inner += [f"count_if({truth}) AS {metric}" for metric, truth in counts.items()]
    outer += [f'{metric} AS "{metric}:count:"' for metric in counts]
    grouped = " ".join(
        (
            "SELECT",
            ", ".join(inner),
            "FROM facts WHERE",
            day,
            "IS NOT NULL GROUP BY ALL",
        )
    )
    return f"SELECT {', '.join(outer)} FROM ({grouped}) {' '.join(joins)}"  # noqa: S608 - our own names


def _seconds(minutes: str) -> str:
    return f"list(({minutes} * 60)::INT) FILTER ({minutes} IS NOT NULL)"


def week(day: str) -> str:
    """Write the first day that is known of a day's week."""
    return f"greatest(date_trunc('week', {day})::DATE, DATE '{FIRST_DAY}')"


def duration(
    metric: str, seconds: str, clock: str, shift: int, *, ranks: str
) -> list[str]:
    """Write the columns of a duration from its sorted list and ``mean_`` of that."""
    n = f"coalesce(len({seconds}), 0)"
    columns = [
        f'mean_{seconds} AS "{metric}:mean:{clock}"',
        f'{n} AS "{metric}:mean:{clock}:n"',
    ]
    for name, p in (("median", 0.5), ("p90", 0.9)):
        called = f"{metric}:{name}:{clock}"
        columns += [f'quantile({seconds}, {p}) AS "{called}"', f'{n} AS "{called}:n"']
        for bound, z, past in (("low", -1, 0), ("high", 1, 1)):
            near = f"rank_near({n}, {p}, {z}, {shift + past})"
            rank = f"CASE WHEN {n} > 1000 THEN {near} ELSE {ranks}.{name}_{bound} END"
            columns.append(f'{seconds}[{rank}] / 60 AS "{called}:{bound}"')
    return columns


def share(metric: str) -> list[str]:
    """Write the columns of a share from itself and ``n_`` of it."""
    called = f"{metric}:share:"
    return [
        f'{metric} AS "{called}"',
        f'n_{metric} AS "{called}:n"',
        f'wilson({metric}, n_{metric}, -1) AS "{called}:low"',
        f'wilson({metric}, n_{metric}, 1) AS "{called}:high"',
    ]
