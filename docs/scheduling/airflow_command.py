"""Airflow 3: the kit's own command, one task for all vendors of a cadence.

Each run is asked for the day before its date, so a backfill makes the report of each of
its days. Exit code 5 (the data ends early) fails the task after the report is written;
the two retries give late data two hours.
"""
# ruff: noqa: INP001 - it lies in Airflow's folder of DAGs, which is no package

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

KIT = "/opt/kpi-kit/.venv/bin/kpi-kit"
FILES = "parameters/acme.yaml parameters/brightline.yaml"

with DAG(
    dag_id="daily_digest",
    schedule="15 6 * * *",
    start_date=datetime(2026, 11, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(hours=1)},
):
    BashOperator(
        task_id="run",
        cwd="/opt/kpi-kit",
        bash_command=(
            f"{KIT} run daily_digest --parameters {FILES} "
            "--as-of {{ macros.ds_add(ds, -1) }}"
        ),
    )
