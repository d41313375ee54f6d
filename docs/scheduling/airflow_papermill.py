"""Airflow 3: papermill's own operator, for who uses it already.

The notebook is the same. What `run` adds is missing here: parameters are not checked
before the notebook starts, a report is not written whole or not at all, and none is
listed or mailed. The page says at its top when the notebook did not run to its end.
"""
# ruff: noqa: INP001 - it lies in Airflow's folder of DAGs, which is no package

from datetime import UTC, datetime

from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

DONE = "/opt/kpi-kit/reports/daily_digest-{{ macros.ds_add(ds, -1) }}.ipynb"

with DAG(
    dag_id="daily_digest_by_papermill",
    schedule="15 6 * * *",
    start_date=datetime(2026, 11, 1, tzinfo=UTC),
    catchup=False,
):
    execute = PapermillOperator(
        task_id="execute",
        input_nb="/opt/kpi-kit/notebooks/daily_digest.ipynb",
        output_nb=DONE,
        parameters={
            "source": "files",
            "location": "/opt/kpi-kit/data/acme",
            "contract": "/opt/kpi-kit/parameters/acme.contract.yaml",
            "as_of": "{{ macros.ds_add(ds, -1) }}",
        },
    )
    page = BashOperator(
        task_id="page",
        bash_command=(f"/opt/kpi-kit/.venv/bin/jupyter nbconvert --to kpi-html {DONE}"),
    )
    execute >> page
