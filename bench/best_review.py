"""What a weekly review asks besides tickets, in DuckDB SQL written by hand.

``kpis`` reads surveys, contacts and agent states from Parquet and asks one aggregate
per date column, by week.  It shares the macros, the ranks and the facts of best.py, and
no line with the kit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import best

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pandas as pd

# A rating counts for the day on which its ticket was last solved.
ASKED = """
CREATE OR REPLACE TEMP TABLE asked AS
SELECT kind, score, answered_at IS NOT NULL AS is_answered,
  a.local_date AS answered_on,
  coalesce(f.last_solved_on, o.local_date, a.local_date) AS rated_on
FROM '{folder}/surveys.parquet' AS s
LEFT JOIN facts AS f USING (ticket_id)
LEFT JOIN opening_hours AS o ON o.slot = epoch_ms(offered_at) // 900000
LEFT JOIN opening_hours AS a ON a.slot = epoch_ms(answered_at) // 900000
"""
RATED = """
SELECT {week} AS week, count(score) AS n_csat, count_if(score >= 4) / n_csat AS csat,
  avg(score) AS csat_score, count(*) AS n_csat_response_rate,
  count_if(is_answered) / n_csat_response_rate AS csat_response_rate
FROM asked WHERE kind = 'csat' AND rated_on IS NOT NULL GROUP BY ALL
"""
ANSWERED = """
SELECT {week} AS week, count_if(kind = 'nps') AS n,
  count_if(kind = 'nps' AND score >= 9) AS up,
  count_if(kind = 'nps' AND score <= 6) AS down,
  count_if(kind = 'ces') AS n_ces, avg(score) FILTER (kind = 'ces') AS ces,
  (up + 0.75) / (n + 3) - (down + 0.75) / (n + 3) AS centre,
  1.959963984540054
    * sqrt(((up + down + 1.5) / (n + 3) - centre * centre) / (n + 3)) AS half
FROM asked WHERE answered_on IS NOT NULL GROUP BY ALL
"""
CALLED = """
SELECT {week} AS week, list_sort(list(waited) FILTER (waited IS NOT NULL)) AS waits,
  avg(waited) / 60 AS mean_waits,
  list_sort(list(handled) FILTER (handled IS NOT NULL)) AS works,
  avg(handled) / 60 AS mean_works,
  count(*) AS n_service_level, count_if(waited <= 20) / count(*) AS service_level,
  count(*) AS n_abandonment_rate, count_if(abandoned) / count(*) AS abandonment_rate,
  count_if(until > queued) AS n_abandonment_rate_of_queued,
  count_if(abandoned AND until > queued) / n_abandonment_rate_of_queued
    AS abandonment_rate_of_queued
FROM (
  SELECT local_date AS queued_on, abandoned, epoch_ms(queued_at) // 1000 AS queued,
    epoch_ms(coalesce(answered_at, ended_at)) // 1000 AS until,
    CASE WHEN answered_at IS NOT NULL THEN until - queued END::INT AS waited,
    (talk_seconds + hold_seconds + wrap_seconds)::INT AS handled
  FROM '{folder}/contacts.parquet'
  ANTI JOIN (FROM '{folder}/tickets.parquet' WHERE status = 'deleted') USING (ticket_id)
  JOIN opening_hours ON slot = epoch_ms(queued_at) // 900000
) GROUP BY ALL
"""
WORKED = """
SELECT {week} AS week, '' AS channel, '' AS issue_type,
  sum(seconds) FILTER (state = 'active') / sum(seconds) AS "utilization:share:",
  count(*) AS "utilization:share::n",
  sum(seconds) FILTER (state = 'active')
    / sum(seconds) FILTER (state IN ('active', 'idle')) AS "occupancy:share:",
  count_if(state IN ('active', 'idle')) AS "occupancy:share::n",
  sum(seconds) FILTER (state NOT IN ('active', 'idle')) / sum(seconds)
    AS "shrinkage:share:",
  count(*) AS "shrinkage:share::n"
FROM (
  SELECT local_date AS started_on, state,
    (epoch_ms(ended_at) - epoch_ms(started_at)) // 1000 AS seconds
  FROM '{folder}/agent_states.parquet'
  JOIN opening_hours ON slot = epoch_ms(started_at) // 900000
  WHERE paid
) GROUP BY ALL
"""
KEYS = ("week", "'' AS channel", "'' AS issue_type")
RATINGS = (
    *KEYS,
    *best.share("csat"),
    *best.share("csat_response_rate"),
    'csat_score AS "csat_score:mean:"',
    'n_csat AS "csat_score:mean::n"',
)
ANSWERS = (
    *KEYS,
    '100 * (up - down) / n AS "nps:score:"',
    'n AS "nps:score::n"',
    '100 * greatest(centre - half, -1) AS "nps:score::low"',
    '100 * least(centre + half, 1) AS "nps:score::high"',
    'ces AS "ces:mean:"',
    'n_ces AS "ces:mean::n"',
)


def kpis(
    con: duckdb.DuckDBPyConnection, folder: Path, shift: int = 0
) -> list[pd.DataFrame]:
    """Return the KPIs of surveys, contacts and agent states by week.

    Parameters
    ----------
    con
        Connection with what ``best.prepare`` and ``best.facts`` make.
    folder
        The files.
    shift
        As of ``best.kpis``.

    Returns
    -------
    list of pd.DataFrame
        As ``best.kpis``; channel and issue type are empty.
    """
    con.execute(ASKED.format(folder=folder))
    calls = (
        *KEYS,
        *(each for name in SHARES for each in best.share(name)),
        *(each for given in TIMES.items() for each in _times(*given, shift)),
    )
    joins = " ".join(
        f"LEFT JOIN ranks AS r_{column} ON r_{column}.n = coalesce(len({column}), 0)"
        for column in TIMES.values()
    )
    queries = (
        _from(RATINGS, RATED, "rated_on"),
        _from(ANSWERS, ANSWERED, "answered_on"),
        f"{_from(calls, CALLED, 'queued_on', folder)} {joins}",
        WORKED.format(week=best.week("started_on"), folder=folder),
    )
    return [con.execute(query).df() for query in queries]


def _from(columns: tuple[str, ...], grouped: str, day: str, folder: object = "") -> str:
    inner = grouped.format(week=best.week(day), folder=folder)
    return f"SELECT {', '.join(columns)} FROM ({inner})"  # noqa: S608 - our own names


def _times(metric: str, column: str, shift: int) -> list[str]:
    return best.duration(metric, column, "", shift, ranks=f"r_{column}")


SHARES = ("service_level", "abandonment_rate", "abandonment_rate_of_queued")
TIMES = {"average_speed_of_answer": "waits", "handle_time_contact": "works"}
