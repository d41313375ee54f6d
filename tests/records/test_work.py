"""Handling, queue and workforce against the plain calculation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from kpi_kit.contract import ServiceLevel
from kpi_kit.scorecard import scorecard
from tests import oracle
from tests.canonical import helpdesk
from tests.facts.test_facts import real, some_cases
from tests.oracle_work import Asked, kpis, work_kpis
from tests.strategies_work import questions, work_cases
from tests.test_scorecard import check, last_day


# A case is a whole helpdesk; nobody reads its repr, the assertion names the row.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_agrees_with_the_plain_calculation(engine):
    """Every number, bound, n and state is what a loop over calls and hours says."""

    @some_cases(engine)
    @given(drawn=work_cases(), question=questions())
    def agrees(drawn, question):
        case = drawn.case
        as_of = last_day(case.as_of, case.contract.time_zone)
        asked = Asked(
            tables=case.tables,
            facts=oracle.facts(case.tables, as_of=case.as_of, contract=case.contract),
            as_of=case.as_of,
            contract=case.contract,
            within=drawn.within,
            left_out=drawn.left_out,
        )
        fate = "left_out" if drawn.left_out else "count_as_missed"
        agreed = ServiceLevel(seconds=drawn.within, abandoned=fate)
        found = scorecard(
            helpdesk(engine, case.tables),
            replace(real(case.contract), service_level=agreed),
            as_of=as_of,
            metrics=[kpi.name for kpi in kpis(asked)],
            **question,
        )
        check(work_kpis(asked, **question), found, question["by"], as_of)

    agrees()
