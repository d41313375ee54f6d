"""Mail reports in processes that are killed: at a named step, or after a while.

Started by the tests with a file of jobs and a delivery file.  A job is a report and how
its process ends: the name of a step of `STEPS`, seconds after which it is killed, null
for by itself.  Jobs of one list run at once, the lists one after the other.  Prints
their exit codes, as ``os.waitstatus_to_exitcode`` has them.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import sys
from functools import wraps
from pathlib import Path
from time import sleep

from kpi_kit import mail, render  # noqa: F401 - loaded once, for all processes
from kpi_kit.delivery import read_delivery
from kpi_kit.errors import KitError
from kpi_kit.mail import evidence, server
from kpi_kit.mail.ledger import Ledger

# Each step is killed before it began and after it ended.
PLACES = {
    "open": (evidence, "opened"),
    "begin": (Ledger, "begin"),
    "take_up": (Ledger, "take_up"),
    "mark": (evidence, "mark"),
    "claim": (Ledger, "claim"),
    "announce": (server, "_refusal"),
    "hand_over": (Ledger, "hand_over"),
    "end": (server, "_ended"),
    "settle": (Ledger, "settle"),
}
STEPS = [f"{when} {name}" for name in PLACES for when in ("before", "after")]
# The mail is ended and its answer not yet read.
STEPS.append("within end")


def die(*_):
    """End this process as the out-of-memory killer does."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(step):
    """Let this process die at a step, the second time where it comes to it twice."""
    when, name = step.split()
    owner, attribute = PLACES[name]
    whole = getattr(owner, attribute)

    @wraps(whole)
    def deadly(*given):
        if when == "within":
            smtplib.SMTP.getreply = die
        if when == "before":
            die()
        result = whole(*given)
        die()
        return result

    setattr(owner, attribute, deadly)


def send(report, how):
    """Mail a report, as the command does."""
    if isinstance(how, str):
        arm(how)
    path = Path(report)
    try:
        mail.deliver(path, read_delivery(Path(sys.argv[2])))
    except KitError as error:
        return error.exit_code
    return 0


def started(report, how):
    """Return the number of a new process that mails a report."""
    number = os.fork()
    if number == 0:
        os._exit(send(report, how))
    return number


def main():
    """Run all jobs."""
    codes = []
    for jobs in json.loads(Path(sys.argv[1]).read_text("utf-8")):
        numbers = []
        for report, how in jobs:
            numbers.append(started(report, how))
            if isinstance(how, float):
                sleep(how)
                os.kill(numbers[-1], signal.SIGKILL)
        waited = [os.waitpid(number, 0)[1] for number in numbers]
        codes.append([os.waitstatus_to_exitcode(status) for status in waited])
    sys.stdout.write(json.dumps(codes))


if __name__ == "__main__":
    main()
