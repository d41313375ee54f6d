"""What customers and reviewers say, and its price, against the plain calculation."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from kpi_kit.contract import Csat
from kpi_kit.scorecard import scorecard
from tests import oracle
from tests.canonical import helpdesk
from tests.facts.test_facts import real, some_cases
from tests.oracle_voices import Asked, kpis, voice_kpis
from tests.strategies_voices import questions, voice_cases
from tests.test_scorecard import check, last_day

MONEY = ("cost_per_resolution", "cost_per_resolution_loaded", "tickets_per_cost")


# A case is a whole helpdesk; nobody reads its repr, the assertion names the row.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_agrees_with_the_plain_calculation(engine):
    """Every number, bound, n and state is what a loop over the rows says."""

    @some_cases(engine)
    @given(drawn=voice_cases(), question=questions())
    def agrees(drawn, question):
        case, least = drawn.case, drawn.positive_from
        asked = Asked(
            tables=case.tables,
            facts=oracle.facts(case.tables, as_of=case.as_of, contract=case.contract),
            as_of=case.as_of,
            contract=case.contract,
            scale=drawn.scale,
            positive_from=least,
            currency=drawn.currency,
            go_live=drawn.go_live,
        )
        desk = helpdesk(engine, case.tables)
        terms = {"currency": drawn.currency, "go_live": drawn.go_live}
        rated = Csat(positive_from=None if least is None else Decimal(least))
        as_of = last_day(case.as_of, case.contract.time_zone)
        found = scorecard(
            replace(desk, csat_scale=tuple(map(float, drawn.scale))),
            replace(real(case.contract), csat=rated, **terms),
            as_of=as_of,
            metrics=[*(kpi.name for kpi in kpis(asked)), *MONEY],
            **question,
        )
        check(voice_kpis(asked, **question), found, question["by"], as_of)

    agrees()
