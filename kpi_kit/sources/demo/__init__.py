"""The demo helpdesk: an invented shop, its vendor, and the troubles to find there.

Northwind Outfitters sells outdoor gear. It answers its own tickets from Saturday
2026-02-14 on; after 30 days, on Monday 2026-03-16, Brightline BPO goes live. The story
ends with Sunday 2026-11-15, after nine months, and has 20,000 tickets unless told
otherwise: 440 a week at first, 560 at last. Office hours are Monday to Friday 8 to 20
and Saturday 9 to 17 in New York, where the clocks change on 2026-03-08 and 2026-11-01;
a night desk works every day from 8 to 20 in Manila, where they do not.
`parameters/demo/contract.yaml` is the contract.

In-house, answers are slower (median 4 h 26 min of business time, 3 h 15 min in October)
and quality is better: 68 % are solved with one reply, 5 % reopened, 8 % escalated.

The story starts with an empty desk: that the backlog grows in the first week is no
trouble.  These are planted; their sizes are those of 20,000 tickets and the default
seed:

Start of the vendor, 2026-03-16 to 2026-04-19
    New agents know little: 14 to 17 % go to the client, 54 to 62 % are solved with one
    reply. `escalation_to_client_rate`, `first_contact_resolution`; the rules for many
    escalations and few first contacts.
Holding replies, 2026-05-04 to 2026-05-31
    Six of ten first replies only say that somebody is looking into it. The median first
    reply falls from 4 h to about 1 h 10 min, the median resolution rises from 30 to
    40 h. `first_response_time` with `resolution_time`; the rule for holding replies.
Premature closing, 2026-07-13 to 2026-08-09
    Eight of ten answers are canned and close the ticket. Resolution falls to 18 h while
    12 to 15 % are reopened, otherwise 6 %. `reopen_rate` with `resolution_time`; the
    rule for early closing.
One overloaded team, 2026-08-24 to 2026-09-20
    Two of the five agents of the Returns desk leave; its first reply takes 9 to 10 h
    instead of 4 h, all others' is unchanged. `first_response_time` by `team`.
Monday mornings, from 2026-03-16 on
    Tickets opened on Mondays from 9 to 12 wait twice as long as others, those of other
    mornings a fifth longer. `first_response_time` by `created_weekday` and
    `created_hour`; the rule for late answers at peak hours.
A new category, from 2026-10-27 on
    Release 4.2 breaks the sign-in: 48, 111 and 190 tickets a week of an issue type that
    did not exist; 36 % are solved with one reply, 35 % go to the client.
    `ticket_volume` and `first_contact_resolution` by `issue_type`.
A backlog builds up, 2026-11-05 to 2026-11-15
    Answered tickets are left lying while the new category grows: open tickets rise from
    150 to 343, by 17 % in the last three days. First replies miss the contract's 4 h,
    `backlog`; the rule for a growing backlog.
Tired customers, 2026-06-01 to 2026-06-30
    12 % of the ratings asked for are given, in other months 19 to 22 %.
    `csat_response_rate`; the rule for few survey answers.
Unhappy customers
    `csat` is 87 % when all is calm and 91 % in-house; 69 % while canned answers close
    tickets; 65 % all the time for Dominic Estrada, who is right and rude; 71 % for the
    Returns desk from 2026-10-23 on, 60 days after its overload begins. Those whose
    ticket goes from hand to hand say 4.9 of 7 in `ces`, others 5.9.
Long-term customers leave, from 2026-09-01 on
    `nps` of those who have been one for a year falls from 39 to -24, that of newer ones
    stays around 30.
Monday mornings on the phone, from 2026-03-16 on
    Of the calls of Mondays from 9 to 12 one in eight is answered within 20 seconds and
    a quarter is given up, of others 83 % and 3 %. `service_level`,
    `average_speed_of_answer`, `abandonment_rate`.
Two agents apart, from 2026-03-16 on
    On warranty tickets Nestor Pascual works for 38 min and Olivia Quizon for 22 min,
    with 250 tickets each; no two others of their desk are 15 min apart.
    `handle_time_ticket` by `agent_id` within an `issue_type`.
Little work, 2026-07-13 to 2026-08-09
    With the canned answers, work on a ticket falls from 22 to 12 min.
    `handle_time_ticket` with `first_contact_resolution` and `reopen_rate`.
Overload and idleness
    The Returns desk, two people short, works 90 % of its paid time from 2026-08-24 to
    2026-09-20, otherwise 75 %; the Night desk 61 % all the time, the others 72 to 74 %,
    after a start at 65 % with much training. `utilization`, `occupancy`, `shrinkage`.
Quality reviews
    The client gives 92 % of the points, 85 to 88 % at the vendor's start, 78 % while
    canned answers close tickets. The vendor gives 4 points more to the same tickets.
    `qa_score`, `compliance_rate`: on 2026-07-28 and on 2026-11-10 an agent is found not
    to have verified who asked.
The vendor's own numbers, from 2026-03-16 on
    First replies within half a minute since 2026-07-01, when its machine began to use
    the agents' names; `csat` with 3 of 5, 5 points higher; first contacts of 95 %,
    reopenings of 2 %. Only `ticket_volume` means the same. The audit.

Costs are in dollars: 35 per solved ticket in-house; the vendor's invoices come to 12.3
in April, its first whole month, and to 10.3 in September, a sixth less.  Per ticket
that it solves and that stays solved it is a fifth less, 14.4 and 11.4, but no cheaper
in July, with the canned answers, than in June.

Not troubles, but traps for whoever counts carelessly: an automatic acknowledgement of
every written ticket since the vendor went live, from 2026-07-01 on in the agents'
names; greetings by a bot; internal notes before the first reply; calls that agents log;
reopenings by customers, by the system on a customer's mail or without one, by agents,
and after more than seven days; merged, deleted and silently solved tickets; tickets
handed to the client and back; public holidays; nights and weekends; ratings that come
weeks later, by thumbs, twice for one ticket, or before it goes to another agent;
comments with names, numbers and addresses in them, and two that would run as code;
calls without a ticket; unpaid breaks; reviews made to calibrate, and those of rules;
a March that has both an own team and a vendor to pay.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kpi_kit.errors import ParameterError
from kpi_kit.files import write_whole
from kpi_kit.sources.demo.calls import calls, contacts, taken
from kpi_kit.sources.demo.claims import vendor_reports
from kpi_kit.sources.demo.clockwork import wind_up
from kpi_kit.sources.demo.doors import come_in
from kpi_kit.sources.demo.history import in_order
from kpi_kit.sources.demo.journal import Journal
from kpi_kit.sources.demo.lives import live
from kpi_kit.sources.demo.money import costs
from kpi_kit.sources.demo.past import Past, Said, first_replies, solves
from kpi_kit.sources.demo.ratings import asked
from kpi_kit.sources.demo.reviews import qa_scores
from kpi_kit.sources.demo.shifts import agent_states
from kpi_kit.sources.demo.surveys import surveys
from kpi_kit.sources.demo.tables import tables
from kpi_kit.sources.demo.tickets import draw
from kpi_kit.sources.demo.work import time_entries, work_on
from kpi_kit.sources.session import scratch

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SEED", "folder_of", "write_demo"]

SEED = 4


def write_demo(folder: Path, tickets: int = 20_000, seed: int = SEED) -> None:
    """Write the demo helpdesk as a folder of Parquet files, whole or not at all.

    Parameters
    ----------
    folder
        Where ``tickets.parquet`` and the others are put; made where it is not there.
    tickets
        How many.
    seed
        The same one gives the same bytes.

    Raises
    ------
    ParameterError
        When there is to be no ticket at all.
    EnvironmentFault
        When the disk does not take it.
    """
    if tickets < 1:
        raise ParameterError(f"tickets: {tickets} are too few. Give at least 1.")
    made = _made(tickets, seed)
    paths = [folder / f"{name}.parquet" for name in made]
    with ThreadPoolExecutor() as threads:
        write_whole(dict(zip(paths, threads.map(_bytes, made.values()), strict=True)))


def folder_of(location: str) -> Path:
    """Return a temporary folder with the helpdesk that ``location`` asks for.

    Parameters
    ----------
    location
        The number of tickets, and perhaps a seed: ``20000``, ``20000:7``.

    Raises
    ------
    ParameterError
        When it is no such number.
    """
    found = re.fullmatch(r"(\d{1,7})(?::(\d{1,9}))?", location, re.ASCII)
    if not found:
        message = f"location: {location!r:.60} is no number of tickets"
        raise ParameterError(f"{message}. Write 20000, or 20000:7 for another seed.")
    tickets, seed = int(found[1]), int(found[2] or SEED)
    folder = scratch() / f"demo-{tickets}-{seed}"
    if not (folder / "tickets.parquet").is_file():
        write_demo(folder, tickets, seed)
    return folder


def _made(count: int, seed: int) -> dict[str, pa.Table]:
    # Streams of their own: a change to one part of the story leaves the others alone.
    seeds = np.random.SeedSequence(seed).spawn(10)
    luck = [np.random.Generator(np.random.PCG64(one)) for one in seeds]
    clock = wind_up()
    tickets = draw(count, clock, luck[0])
    journal = Journal(count=count)
    come_in(tickets, clock, journal, luck[1])
    plans = live(tickets, clock, journal, luck[2])
    said = Said(*journal.rows(journal.messages))
    changes = in_order(tickets, journal)
    made = tables(tickets, said, changes, luck[3])
    past = Past(
        tickets=tickets,
        plans=plans,
        clock=clock,
        said=said,
        replied=first_replies(said, count),
        solves=solves(changes),
        known=made["tickets"],
    )
    return made | _further(past, luck[4:])


def _further(past: Past, luck: list[np.random.Generator]) -> dict[str, pa.Table]:
    worked = work_on(past, luck[0])
    called = calls(past, luck[3])
    rated = asked(past, luck[4])
    return {
        "surveys": surveys(past, rated, luck[5]),
        "contacts": contacts(past, called),
        "time_entries": time_entries(past, worked),
        "agent_states": agent_states(past, (worked, taken(called)), luck[1]),
        "qa_scores": qa_scores(past, luck[2]),
        "costs": costs(past.tickets.count),
        "vendor_reports": vendor_reports(past, rated),
    }


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()
