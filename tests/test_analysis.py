"""What an analyst asks a review for is what the commands say, and shown to be read."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest
from click.testing import CliRunner
from IPython.core.completer import provisionalcompleter
from IPython.testing.globalipapp import start_ipython

from kpi_kit import open_review
from kpi_kit.__main__ import cli
from kpi_kit.beside import Beside
from kpi_kit.errors import KitError, ParameterError, UnknownNameError
from tests.browser.helpdesks import CONTRACT, FEW
from tests.cards import MONDAY, reading, scorecard, standing
from tests.test_review import a_review

AS_OF = "2026-11-15"
DAYS = ("--from", "2026-11-09", "--to", "2026-11-16")
SOURCE = (
    *("--source", "demo", "--location", str(FEW), "--contract", str(CONTRACT)),
    *("--as-of", AS_OF),
)


@pytest.fixture(scope="module")
def review():
    """Return the review of a week of the demo."""
    return open_review("demo", str(FEW), contract=str(CONTRACT), as_of=AS_OF)


def command(name, *options):
    """Return the CSV that a command prints, as a frame of texts."""
    answer = CliRunner().invoke(cli, [name, *SOURCE, *options], catch_exceptions=False)
    rows = [line.split(",") for line in answer.stdout.splitlines()]
    return [row[0] for row in rows[1:]], rows[0]


def test_kpis_are_the_commands(review):
    """The same columns and rows; a week of the review where no days are named."""
    frame = review.kpis("backlog", "first_response_time", by=["channel"])
    by = ("--by", "channel", "--metric", "backlog,first_response_time")
    rows, heads = command("kpis", *DAYS, *by, "--format", "csv")

    assert heads == [*frame]
    assert rows == frame["metric"].tolist()
    pd.testing.assert_frame_equal(
        frame, review.by("channel", kpis=["backlog", "first_response_time"])
    )


def test_every_goes_back_as_far_as_the_lines(review):
    """Thirteen Mondays: 90 days begin on a Tuesday, whose week is whole."""
    weeks = review.kpis("ticket_volume", every="week")["period_start"]

    assert 13 == weeks.nunique()
    assert "2026-08-17" == str(weeks.min())
    days = review.kpis("ticket_volume", every="day", start="2026-11-14")
    assert ["2026-11-14", "2026-11-15"] == days["period_start"].astype(str).tolist()


def test_tickets_are_the_commands(review, capsys):
    """The same tickets and columns; how many there are is said."""
    late = review.tickets("first_response_time", missed=True, limit=None)
    rows, heads = command("facts", *DAYS, "--metric", "first_response_time", "--missed")

    assert heads == [*late]
    assert sorted(rows) == sorted(late["ticket_id"])
    assert f"{len(rows)} tickets.\n" == capsys.readouterr().out
    review.tickets("first_response_time", missed=True, limit=2)
    told = f"2 of {len(rows)} tickets; limit=None gives all.\n"
    assert told == capsys.readouterr().out


def test_behind_each_number_are_as_many_as_it_counts(review):
    """Of every KPI of tickets: n of them; of a share as many missed as it says."""
    for name, found in review.card.behind.items():
        standing = review.card[name]
        value, n = standing.now.value, standing.now.n
        share = value if standing.card.better == "lower" else 1 - value
        whole = {"share": share * n, "count": value, "stock": value}
        late = review.card.within.get(name)
        if standing.card.kind == "duration" and late is not None:
            row = late[late["period_start"] == standing.now.start].iloc[0]
            whole["duration"] = (1 - row["value"]) * row["n"]

        assert round(whole.get(standing.card.kind, n)) == found.total, name


@pytest.mark.usefixtures("capsys")
def test_the_page_names_the_first_of_them(review):
    """What a reader sees folded below a number is what an analyst gets first."""
    for name, found in review.card.behind.items():
        asked = {"missed": found.missed, "limit": len(found.tickets)}
        if review.card[name].card.kind != "stock":
            asked |= {"start": found.start, "end": found.end}
        first = review.tickets(name, **asked)["ticket_id"].tolist()

        assert [ticket.ticket_id for ticket in found.tickets] == first, name


def test_the_call_below_the_issue_types_gives_the_worst_ones_tickets(review, capsys):
    """As many as the share of that type says were not solved at the first contact."""
    frame = review.card.slices["first_contact_resolution", "issue_type"]
    worst = min(frame.itertuples(), key=lambda row: row.value)  # each has a few only
    review.tickets("first_contact_resolution", missed=True, issue_type=worst.issue_type)
    named = f'missed=True, issue_type="{worst.issue_type}")'

    total = round((1 - worst.value) * worst.n)
    assert f"{total} tickets" in capsys.readouterr().out
    assert f'review.tickets("first_contact_resolution", {named}' in unescape(
        review.unsolved().html
    )


@pytest.mark.parametrize(
    ("ask", "error", "why"),
    [
        (lambda r: r.kpis("backlogs"), UnknownNameError, "Did you mean 'backlog'"),
        (lambda r: r.card["backlogs"], UnknownNameError, "Did you mean 'backlog'"),
        (lambda r: r.by("channels"), UnknownNameError, "Did you mean 'channel'"),
        (lambda r: r.kpis(every="year"), UnknownNameError, "every: no period 'year'"),
        (lambda r: r.tickets("backlogs"), UnknownNameError, "Did you mean 'backlog'"),
        (lambda r: r.tickets(week="x"), ParameterError, "week: 'x' is no day"),
        (lambda r: r.kpis(["csat"]), ParameterError, r"kpis: \['csat'\] is no name"),
        (lambda r: r.by(["team"]), ParameterError, r"by: \['team'\] is no name"),
        (lambda r: r.tickets(limit=-1), ParameterError, "limit: -1 is no number"),
        (lambda r: r.tickets(limit="5"), ParameterError, "limit: '5' is no number"),
        (
            lambda r: r.tickets(start="2026-11-10", end="2026-11-01"),
            ParameterError,
            "holds no day",
        ),
        (
            lambda r: r.tickets(week=AS_OF, start=AS_OF),
            ParameterError,
            "week: start or end is given too",
        ),
    ],
)
def test_mistakes_are_the_commands(review, ask, error, why):
    """One line with the nearest name."""
    with pytest.raises(error, match=why):
        ask(review)


def test_what_a_review_did_not_read_is_no_answer():
    """A digest reads the tables of its KPIs: others would seem not to be given."""
    one = a_review()
    few = {"backlog": one.card["backlog"]}
    review = replace(one, card=replace(one.card, standings=few))

    for ask in (review.kpis, review.card.__getitem__):
        with pytest.raises(ParameterError, match=r"opened without 'csat'\. Add it"):
            ask("csat")


@pytest.fixture(scope="module")
def shell():
    """Return an IPython."""
    return start_ipython()


def test_a_mistake_in_a_notebook_is_one_line(shell, capsys):
    """No page of where in the kit it rose; control characters do not steer."""
    try:
        raise UnknownNameError("metric: no metric is called 'a\x1b[31mb'. Known: c.")
    except KitError:
        shell.showtraceback()
    out = "".join(capsys.readouterr())

    told = "UnknownNameError: metric: no metric is called 'a\\x1b[31mb'. Known: c."
    assert [told] == out.strip().splitlines()


def test_calls_complete_by_name(shell, review):
    """What comes after the dot, without running anything."""
    shell.user_ns["review"] = review
    with provisionalcompleter():
        found = [c.text for c in shell.Completer.completions("review.", 7)]

    assert {"kpis", "by", "tickets", "draw"} <= {text.lstrip(".") for text in found}


def test_a_review_shows_itself(review):
    """Sentences, main KPIs, what can be called; text in a terminal, no dump."""
    html, text = review._repr_html_(), repr(review)

    assert 3 == html.count("<li>")
    with_open = html.count("with open tickets")
    assert 6 == html.count('<th scope="row">') - with_open - 4
    assert "review.tickets(&quot;first_response_time&quot;, missed=True)" in html
    assert "href" not in html.partition("</style>")[2]
    assert text.startswith("Brightline BPO · weekly review · Week of 9 to 15 November")
    assert 'review.by("channel")' in text
    assert "Slices: channel, issue_type," in text
    assert "Scorecard(" not in text
    assert 120 > max(len(line) for line in text.splitlines()[4:15])


def test_a_median_of_the_solved_has_the_open_tickets_below_it():
    """In the cell and in the terminal: 600 minutes of the solved, 1,234 with open."""
    solved = standing("resolution_time", reading(600.0, 500.0, 700.0))
    rows = {"period_start": [MONDAY], "n": [9], "waiting": [4], "median": [1234.0]}
    beside = Beside(survival={"resolution_time": pd.DataFrame(rows)})
    review = replace(a_review(), card=replace(scorecard(solved), beside=beside))
    lines = repr(review).splitlines()
    at = next(n for n, line in enumerate(lines) if " 10 h " in line)

    assert "with open tickets 20 h 34 min" == " ".join(lines[at + 1].split())
    assert "20\u00a0h\u00a034\u00a0min" in review._repr_html_()


def test_strangers_words_stay_words():
    """A vendor's name neither runs nor steers a terminal."""
    one = a_review()
    terms = replace(one.card.contract, vendor="<script>x</script>\x1b[2J")
    review = replace(one, card=replace(one.card, contract=terms))

    assert "&lt;script&gt;" in review._repr_html_()
    assert "<script" not in review._repr_html_()
    assert "\\x1b[2J" in repr(review)
    assert not re.search(r"\x1b", repr(review))
