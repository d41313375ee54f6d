# What a target does stands behind its "##"; `make` alone prints them.

.DEFAULT_GOAL := help
.SILENT:
.PHONY: help setup test test-spark lint format docs lock demo report screenshots
.PHONY: bench bench-daily bench-weekly bench-door clean
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

# Without compiled bytecode every report and every test run starts twice as slowly.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-emit-index-url \
	--annotation-style line --custom-compile-command "make lock"
# A cell's id is a word, so that a change to a notebook can be read: it stays.
STRIP := $(BIN)/nbstripout --keep-id --extra-keys \
	"metadata.papermill cell.metadata.papermill metadata.language_info"
ARGS ?=
CADENCE ?= weekly_review
SIZE ?=

help: ## Print this help
	awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.installed ## Build .venv from the lock files (the other targets do it too)

test: setup ## Run the tests on DuckDB (ARGS="-k reopen" to choose)
	$(BIN)/pytest $(ARGS)

test-spark: setup ## Run every test that takes the engine fixture on Spark
	.ci/need java "Spark needs Java 17" openjdk-17-jre-headless
	$(BIN)/pytest --engines pyspark $(ARGS)

lint: setup ## Check style, spelling, notebooks and pyproject.toml
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check || \
		{ echo "Run 'make format', then look at what it changed." >&2; exit 1; }
	git ls-files -z | xargs -0 $(BIN)/codespell
	git ls-files -z '*.ipynb' | xargs -0 -r $(STRIP) --verify
	$(BIN)/validate-pyproject pyproject.toml >/dev/null
	echo "Nothing to mend."

format: setup ## Let ruff mend and format the code
	$(BIN)/ruff check --quiet --fix-only
	$(BIN)/ruff format --quiet
	git ls-files -z '*.ipynb' | xargs -0 -r $(STRIP)

docs: setup ## Write the tables of README.md and docs/ anew
	$(BIN)/python -m tests.test_docs

lock: setup ## Write requirements*.txt anew (ARGS=--upgrade for the newest releases)
	$(COMPILE) $(ARGS) --output-file requirements.txt pyproject.toml
	$(COMPILE) $(ARGS) --output-file requirements-dev.txt pyproject.toml \
		--extra sentiment --extra spark --group dev --constraints requirements.txt

demo: setup ## Write the demo helpdesk and every report on it into reports/
	$(BIN)/kpi-kit demo $(ARGS)

report: setup ## Run one cadence into reports/ (CADENCE=weekly_review)
	$(BIN)/kpi-kit run $(CADENCE) $(ARGS)

screenshots: setup ## Take pictures of reports (ARGS="reports/a/b.html" to choose)
	.ci/need chromium "Pictures need Chromium" chromium fonts-liberation
	.ci/need pdftoppm "Pictures of sheets need poppler" poppler-utils
	$(BIN)/python -m tests.browser.screenshots $(ARGS)

bench: setup ## Measure speed and memory (SIZE=1000000 tickets)
	$(BIN)/python bench/run.py $(SIZE)

bench-daily: setup ## Measure daily digests beside an empty notebook
	$(BIN)/python bench/daily.py

bench-weekly: setup ## Measure a weekly review of many tickets (SIZE=10M)
	$(BIN)/python bench/weekly.py $(SIZE)

bench-door: setup ## Measure the reading of a clean CSV and of Parquet beside DuckDB's own
	$(BIN)/python bench/door.py

clean: ## Remove .venv, caches and build output; reports/ stays
	rm -rf $(VENV) build dist .hypothesis .pytest_cache .ruff_cache bench/data
	rm -rf metastore_db spark-warehouse derby.log
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment holds what the lock names and nothing else: a changed lock builds it anew.
$(VENV)/.locked: requirements-dev.txt
	.ci/need venv "$(PYTHON)"
	echo "Setting up $(VENV), once for this lock: one to three minutes." >&2
	"$(PYTHON)" -m venv --clear $(VENV)
	$(PIP) install --require-hashes --requirement requirements-dev.txt
	touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@
