"""No kill at any moment makes a mail go out twice, or get lost without a word.

What is checked is read from the server, the ledger and the folder of reports alone.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from kpi_kit import mail
from tests.mail.crashing import STEPS
from tests.mail.post_office import ANN, BOB, delivery, written

LISTS = {"acme": {"daily_digest": [ANN, BOB]}}
KILLED = -9


@pytest.fixture
def processes(tmp_path, office):
    """A function from lists of jobs to their exit codes."""
    delivery(tmp_path, office.port, vendors=LISTS, answer_within="10 s")

    def run(*jobs):
        file = tmp_path / "jobs.json"
        file.write_text(json.dumps([[(str(r), h) for r, h in job] for job in jobs]))
        given = (str(file), str(tmp_path / "delivery.yaml"))
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "tests.mail.crashing", *given],
            capture_output=True,
            check=False,
            cwd=Path(__file__).parents[2],
            text=True,
            timeout=300,
        )
        assert "" == done.stderr
        return json.loads(done.stdout)

    return run


def held(office, report):
    """Return, for each recipient, the mails that the server has and the state."""
    rows = [e for e in mail.everything(report.parents[1]) if e.key.as_of in report.stem]
    subject = json.loads(report.read_text("utf-8"))["cells"][0]["outputs"][0]["data"]
    wanted = subject["application/vnd.kpi-kit.digest+json"]["subject"]
    return {
        row.recipient: (
            sum(m["Subject"] == wanted for m in office.mails(row.recipient)),
            row.state,
        )
        for row in rows
    }


def check(office, report):
    """Assert that nobody has a report twice, and that the ledger says who has it."""
    found = held(office, report)
    assert found.keys() == {ANN, BOB}
    for count, state in found.values():
        allowed = {"accepted": (1,), "unknown": (0, 1)}
        assert count in allowed[state], found
    return found


def test_a_kill_at_any_step_sends_nothing_twice(processes, office, out):
    """Each step, killed before and after: the next run finishes or says unknown.

    Unknown is only who was killed between the end of a mail and the note of its answer:
    a kill before or after sends all there is.  Each report has a folder of its own, so
    that all can be mailed at once.
    """
    reports = {step: written(out / step, number=n) for n, step in enumerate(STEPS)}
    killed = [(report, step) for step, report in reports.items()]
    again = [(report, None) for report in reports.values()]
    first, second = processes(killed, again)
    found = {step: check(office, report) for step, report in reports.items()}
    states = {
        step: {state for _, state in rows.values()} for step, rows in found.items()
    }
    unknown = [step for step in STEPS if "unknown" in states[step]]

    wanted = [4 if step in unknown else 0 for step in STEPS]
    assert ([KILLED] * len(STEPS), wanted) == (first, second)
    last = {"after hand_over", "before end", "within end", "after end", "before settle"}
    assert last == set(unknown)
    for step in ("after end", "before settle"):
        assert (1, "unknown") in found[step].values()
    assert [[4] * len(last)] == processes([(reports[step], None) for step in last])
    assert found == {step: check(office, report) for step, report in reports.items()}


def test_a_kill_at_any_time_sends_nothing_twice(processes, office, out):
    """Killed after a random while, again and again, and then left to end.

    Whom the ledger calls unknown has one mail or none, all others have one.
    """
    chance = random.Random(11)  # noqa: S311 - no secret
    reports = [written(out / str(n), number=n) for n in range(12)]
    killed = [
        [(report, chance.uniform(0.02, 0.4))] for report in reports for _ in range(3)
    ]
    processes(*killed, [(report, None) for report in reports])

    for report in reports:
        check(office, report)


def test_twelve_at_once_send_one_mail(processes, office, out):
    """A scheduler that fires twice on two hosts: one process sends, all end well."""
    report = written(out)
    (codes,) = processes([(report, None)] * 12)

    assert [0] * 12 == codes
    assert {ANN: (1, "accepted"), BOB: (1, "accepted")} == held(office, report)


def test_what_a_dead_process_held_is_taken_over_once(processes, office, out):
    """Killed with Ann's row in its hands before anything was sent: five take over."""
    report = written(out)
    codes = processes([(report, "after claim")], [(report, None)] * 5)

    assert [[KILLED], [0] * 5] == codes
    assert {ANN: (1, "accepted"), BOB: (1, "accepted")} == held(office, report)
