#!/bin/sh
# The two commands that many schedulers know, for one vendor and one day. What `run` adds is
# missing: see airflow_papermill.py.
set -eu
cd /opt/kpi-kit
day=$(date -d yesterday +%F)
papermill notebooks/daily_digest.ipynb "reports/daily_digest-$day.ipynb" \
    -f parameters/daily_digest.yaml -r as_of "$day"
jupyter nbconvert --to kpi-html "reports/daily_digest-$day.ipynb"
