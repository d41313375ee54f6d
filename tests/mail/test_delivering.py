"""A report reaches each recipient once, and nobody twice, whatever the server does."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
from pathlib import Path
from time import monotonic

import pytest

from kpi_kit import mail
from kpi_kit.errors import (
    EnvironmentFault,
    RefusedError,
    ServerDownError,
    UndeliveredError,
)
from kpi_kit.mail import picture
from kpi_kit.mail.letters import Letters
from kpi_kit.mail.report import read_report
from kpi_kit.reports import reports
from tests.mail.post_office import (
    ANN,
    BOB,
    CAT,
    OPS,
    delivery,
    free_port,
    opened,
    written,
)
from tests.mail.test_message import SPEC

ONCE = {ANN: 1, BOB: 1, CAT: 1}


def states(out):
    """Return the state of each recipient's row."""
    return {entry.recipient: entry.state for entry in mail.everything(out)}


def test_each_recipient_gets_a_mail_of_their_own(office, out, tmp_path):
    """No mail names another recipient; a second sending finds all done."""
    report, known = written(out), delivery(tmp_path, office.port)

    assert (3, 3) == (mail.deliver(report, known), mail.deliver(report, known))
    assert ONCE == office.counts()
    assert [ANN, BOB, CAT] == [message["To"] for message in office.mails()]
    assert len({message["Message-ID"] for message in office.mails()}) == 3
    assert "@client.example>" in office.mails()[0]["Message-ID"]
    assert {"auto-generated"} == {m["Auto-Submitted"] for m in office.mails()}
    assert office.connections == 1


def test_one_is_refused_and_the_others_have_it(office, out, tmp_path):
    """The refused are tried again in the next run only; those who mind are told."""
    office.answers, office.stage = {BOB: ["550 no such user"]}, "RCPT"
    report, known = written(out), delivery(tmp_path, office.port, retry_for="1 min")

    with pytest.raises(RefusedError, match="1 of 3 refused by the server: bob@") as one:
        mail.deliver(report, known)
    assert 3 == one.value.exit_code
    assert "(550 no such user)" in str(one.value)
    assert {ANN: 1, CAT: 1, OPS: 1} == office.counts()
    (notice,) = office.mails(OPS)
    assert "Not delivered: acme/daily_digest-2026-11-15.html" == notice["Subject"]
    assert "bob@client.example (550 no such user)" in notice.get_content()
    assert {ANN: "accepted", BOB: "refused", CAT: "accepted"} == states(out)
    assert 3 == mail.deliver(report, known)
    assert {**ONCE, OPS: 1} == office.counts()


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_who_is_put_off_is_asked_again(office, out, tmp_path, stage):
    """A server that says later gets the same mail again, in the same run."""
    office.answers, office.stage = {BOB: ["451 later"]}, stage
    report, known = written(out), delivery(tmp_path, office.port, retry_for="1 min")

    assert 3 == mail.deliver(report, known)
    assert ONCE == office.counts()
    assert 1 == office.connections


def test_who_is_put_off_too_often_waits_for_the_next_run(office, out, tmp_path):
    """After its time a run leaves the mail to the next, with the server's word."""
    office.answers, office.stage = {BOB: ["451 busy"]}, "RCPT"
    report, known = written(out), delivery(tmp_path, office.port)

    with pytest.raises(UndeliveredError, match=r"1 of 3 wait for it: bob@.*451 busy"):
        mail.deliver(report, known)
    assert {ANN: 1, CAT: 1} == office.counts()
    assert 3 == mail.deliver(report, known)
    assert ONCE == office.counts()


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        pytest.param("hang", "timed out", id="the-server-keeps-it-and-says-nothing"),
        pytest.param("abort", "onnection", id="the-server-keeps-it-and-goes"),
        pytest.param("354 go on", "354 go on", id="the-server-talks-nonsense"),
    ],
)
def test_who_may_have_it_is_never_sent_it_again(office, out, tmp_path, fault, why):
    """Bob's mail was taken without a word: it is shown, and only asking settles it."""
    office.answers = {BOB: [fault]}
    report, known = written(out), delivery(tmp_path, office.port, answer_within="2 s")

    for _ in range(2):
        with pytest.raises(
            UndeliveredError, match="1 of 3 may have it or not"
        ) as raised:
            mail.deliver(report, known)
        assert 4 == raised.value.exit_code
        assert why in str(raised.value)
    assert {**ONCE, OPS: 2} == office.counts()
    assert 3 == mail.deliver(report, known, unknown="accepted")
    assert {**ONCE, OPS: 2} == office.counts()


def test_what_may_have_arrived_is_sent_again_when_asked_for(office, out, tmp_path):
    """Then it comes twice, with one Message-ID, by which mail programs see it."""
    office.answers = {BOB: ["abort"]}
    report, known = written(out), delivery(tmp_path, office.port)

    with pytest.raises(UndeliveredError):
        mail.deliver(report, known)
    assert 3 == mail.deliver(report, known, unknown="pending")
    first, second = office.mails(BOB)
    assert first["Message-ID"] == second["Message-ID"]
    assert {ANN: 1, CAT: 1} == {k: office.counts()[k] for k in (ANN, CAT)}


def test_a_drop_before_the_end_leaves_nothing_behind(office, out, tmp_path):
    """The server goes at Bob's name: nothing was sent, so it is sent again."""
    office.answers, office.stage = {BOB: ["abort"]}, "RCPT"
    report, known = written(out), delivery(tmp_path, office.port, retry_for="1 min")

    assert 3 == mail.deliver(report, known)
    assert ONCE == office.counts()


def test_a_server_that_is_down_leaves_the_report_and_the_mail(trusted, out, tmp_path):
    """The next run finds the server up, and mails what waited as well as its own."""
    known, report = delivery(tmp_path, free_port()), written(out)
    with pytest.raises(UndeliveredError, match="3 of 3 wait for it") as raised:
        mail.deliver(report, known)
    assert 4 == raised.value.exit_code
    assert report.with_suffix(".html").exists()
    assert dict.fromkeys(ONCE, "pending") == states(out)

    with opened(trusted) as office:
        known = delivery(tmp_path, office.port)
        later = written(out, as_of="2026-11-16", number=8)
        assert 3 == mail.deliver(later, known)
        assert [] == mail.drain(out, known)
        assert [] == mail.drain(out, known)
    assert dict.fromkeys(ONCE, 2) == office.counts()
    assert ["8 open"] * 3 + ["7 open"] * 3 == [m["Subject"] for m in office.mails()]


def test_who_is_always_put_off_holds_nobody_up(office, out, tmp_path):
    """Bob's mailbox is full for good: the newer report still goes to the others."""
    known = delivery(tmp_path, free_port())
    for day in ("2026-11-15", "2026-11-16"):
        with pytest.raises(ServerDownError):
            mail.deliver(written(out, as_of=day), known)
    office.answers, office.stage = {BOB: ["452 full"] * 9}, "RCPT"
    known = delivery(tmp_path, office.port, retry_for="1 min")

    failed = mail.drain(out, known)
    assert [UndeliveredError] * 2 == [type(each) for each in failed]
    assert all("1 of 3 wait for it: bob@" in str(each) for each in failed)
    assert {ANN: 2, CAT: 2} == office.counts()


def test_what_waited_goes_to_nobody_who_is_no_longer_named(office, out, tmp_path):
    """Bob was taken off the list and Dan put on it: the old report goes to neither."""
    report = written(out)
    with pytest.raises(UndeliveredError):
        mail.deliver(report, delivery(tmp_path, free_port()))
    lists = {"acme": {"daily_digest": [ANN, CAT, "dan@client.example"]}}
    known = delivery(tmp_path, office.port, vendors=lists)

    assert [] == mail.drain(out, known)
    assert {ANN: 1, CAT: 1} == office.counts()
    assert {ANN: "accepted", CAT: "accepted"} == states(out)


def test_a_server_that_never_answers_ends_with_the_deadline(out, tmp_path):
    """A connection that is taken and then silent costs one answer's time."""
    with socket.create_server(("localhost", 0)) as silent:
        known = delivery(tmp_path, silent.getsockname()[1], answer_within="0.3 s")
        before = monotonic()
        with pytest.raises(UndeliveredError, match="timed out"):
            mail.deliver(written(out), known)

    assert monotonic() - before < 10


def test_new_numbers_are_another_mail_that_says_so(office, out, tmp_path):
    """The same day with 9 open goes to all; the same an hour later goes to nobody.

    Cat was not on the list the first time, so to Cat it is no revision.
    """
    first = delivery(
        tmp_path, office.port, vendors={"acme": {"daily_digest": [ANN, BOB]}}
    )
    assert 2 == mail.deliver(written(out), first)
    known = delivery(tmp_path, office.port)

    for hour in (5, 6):
        again = written(out, number=9, known=[f"Data up to {hour}:00"])
        assert 3 == mail.deliver(again, known)
    later = [(m["To"], m["Subject"]) for m in office.mails()[2:]]
    again = "Revised: 9 open"
    assert [(ANN, again), (BOB, again), (CAT, "9 open")] == later


def test_numbers_that_return_are_mailed_once_more(office, out, tmp_path):
    """7 open, then 9 from a load that was cut short, then 7: the last mail is right.

    9 once more never left, for the server was down, and so changes nothing.
    """
    lists = {"acme": {"daily_digest": [ANN]}}
    known = delivery(tmp_path, office.port, vendors=lists)
    for number in (7, 9, 7, 7):
        assert 1 == mail.deliver(written(out, number=number), known)
    down = delivery(tmp_path, free_port(), vendors=lists)
    with pytest.raises(UndeliveredError):
        mail.deliver(written(out, number=9), down)
    assert 1 == mail.deliver(written(out), known)

    told = ["7 open", "Revised: 9 open", "Revised: 7 open"]
    assert told == [message["Subject"] for message in office.mails()]
    assert 3 == len({message["Message-ID"] for message in office.mails()})


def test_a_page_too_large_for_the_server_is_linked(trusted, out, tmp_path):
    """One byte over what the server takes: the mail says where the page lies.

    A server that takes that byte gets the page.
    """
    folder = "https://reports.client.example/kit"
    lists = {"acme": {"daily_digest": [ANN]}}
    given = {"reports_url": folder, "vendors": lists}
    size = len(mail.preview(written(out), delivery(tmp_path, 1, **given))[0])
    got = []
    for limit in (size - 1, size):
        with opened(trusted, data_size_limit=limit) as office:
            mail.deliver(
                written(out / str(limit)), delivery(tmp_path, office.port, **given)
            )
        got += office.mails()

    names = [[part.get_filename() for part in m.iter_attachments()] for m in got]
    assert [[], ["daily_digest-2026-11-15.html"]] == names
    address = f"{folder}/acme/daily_digest-2026-11-15.html"
    assert address in got[0].get_body(("plain",)).get_content()


def test_a_page_over_the_own_limit_is_linked(office, out, tmp_path):
    """`attach_up_to` goes before what the server takes."""
    mail.deliver(written(out), delivery(tmp_path, office.port))
    known = delivery(tmp_path, office.port, attach_up_to="1 kB")
    mail.deliver(written(out, number=8), known)
    attached = [len(list(m.iter_attachments())) for m in office.mails(ANN)]

    assert [1, 0] == attached


def test_a_chart_is_drawn_once_for_all(out, tmp_path, monkeypatch):
    """Who gets a revision and who a link get the picture of who gets neither."""
    told = tmp_path / "drawn"
    noted = f"open({str(told)!r}, 'a').write('drawn ')\n{picture.DRAW}"
    monkeypatch.setattr(picture, "DRAW", noted)
    chart = {**dict.fromkeys(("title", "subtitle", "alt"), "7 open"), "spec": SPEC}
    known = delivery(tmp_path, 25)
    letters = Letters(read_report(written(out, charts=[chart])), known)
    ann, bob, cat = known.recipients("acme", "daily_digest")
    mails = [letters.to(ann), letters.to(bob, revised=True), letters.to(cat, largest=1)]

    assert "drawn " == told.read_text("utf-8")
    shown = [re.findall(rb"Content-ID: (<.*>)", mail) for mail in mails]
    assert [1] * 3 == [len(names) for names in shown]
    assert 1 == len({names[0] for names in shown})


def test_a_mail_too_large_for_the_server_is_refused_unsent(trusted, out, tmp_path):
    """Even without its page it is over the limit, and the reason says by how much."""
    with (
        opened(trusted, data_size_limit=300) as office,
        pytest.raises(RefusedError, match="bytes, the server takes 300"),
    ):
        mail.deliver(written(out), delivery(tmp_path, office.port))

    assert {} == office.counts()


def test_a_lost_ledger_stops_all_mail(office, out, tmp_path):
    """Nobody knows who has what: not even a new report goes out, until it is rebuilt.

    Then the old one is unknown for everybody, and the new one goes out.
    """
    report, known = written(out), delivery(tmp_path, office.port)
    mail.deliver(report, known)
    (out / ".delivery.sqlite3").unlink()
    later = written(out, as_of="2026-11-16")

    for each in (later, report, later):
        with pytest.raises(
            EnvironmentFault, match=r"is lost, and .*\.sent says"
        ) as told:
            mail.deliver(each, known)
    assert 7 == told.value.exit_code
    assert ONCE == office.counts()
    mail.rebuild(out, known)
    assert 3 == mail.deliver(later, known)
    with pytest.raises(UndeliveredError, match="3 of 3 may have it or not"):
        mail.deliver(report, known)
    assert {**dict.fromkeys(ONCE, 2), OPS: 1} == office.counts()


@pytest.mark.parametrize("size", [0, 100, 5000, -1])
def test_a_damaged_ledger_stops_all_mail(office, out, tmp_path, size):
    """Cut short anywhere, or overwritten: nothing is sent until it is rebuilt."""
    report, known = written(out), delivery(tmp_path, office.port)
    mail.deliver(report, known)
    path = out / ".delivery.sqlite3"
    content = path.read_bytes()
    path.write_bytes(content[:size] if size >= 0 else b"x" * len(content))

    with pytest.raises(EnvironmentFault, match="Send with --rebuild"):
        mail.deliver(report, known)
    mail.rebuild(out, known)
    with pytest.raises(UndeliveredError, match="3 of 3 may have it or not"):
        mail.deliver(report, known)
    assert ONCE == {k: office.counts()[k] for k in ONCE}


def test_a_ledger_whose_index_is_damaged_stops_all_mail(office, out, tmp_path):
    """It reads well and finds nothing: all would be taken up, and sent, once more.

    The index of the unique key is the third page; its count of entries is set to 0.
    """
    report, known = written(out), delivery(tmp_path, office.port)
    mail.deliver(report, known)
    with (out / ".delivery.sqlite3").open("r+b") as file:
        file.seek(2 * 4096 + 3)
        assert b"\0\3" == file.read(2)
        file.seek(2 * 4096 + 3)
        file.write(b"\0\0")

    with pytest.raises(EnvironmentFault, match="is damaged"):
        mail.deliver(report, known)
    assert ONCE == office.counts()


def test_a_ledger_that_lost_a_report_stops_its_mail(office, out, tmp_path):
    """A ledger of an older day came back: what it does not know may be out."""
    report, known = written(out), delivery(tmp_path, office.port)
    mail.deliver(report, known)
    with sqlite3.connect(out / ".delivery.sqlite3") as ledger:
        ledger.execute("DELETE FROM deliveries")
    ledger.close()

    with pytest.raises(EnvironmentFault, match="holds nothing on daily_digest-2026"):
        mail.deliver(report, known)
    mail.rebuild(out, known)
    assert dict.fromkeys(ONCE, "unknown") == states(out)


def test_a_rebuild_believes_a_ledger_that_can_be_read(office, out, tmp_path):
    """It adds what is missing and takes nothing away: new numbers still go out."""
    report, known = written(out), delivery(tmp_path, office.port)
    mail.deliver(report, known)
    written(out, number=9)

    mail.rebuild(out, known)
    assert dict.fromkeys(ONCE, "accepted") == states(out)
    assert 3 == mail.deliver(report, known)
    assert dict.fromkeys(ONCE, 2) == office.counts()


def test_the_ledger_is_for_its_owner_alone(office, out, tmp_path):
    """It holds addresses, and the folder of reports may be served to many."""
    mail.deliver(written(out), delivery(tmp_path, office.port))

    assert "0o600" == oct((out / ".delivery.sqlite3").stat().st_mode & 0o777)
    assert ANN.encode() not in (out / "acme/daily_digest-2026-11-15.sent").read_bytes()


@pytest.fixture
def nobody(tmp_path, monkeypatch):
    """A function after which this process is another user, in the test's folder."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    yield lambda: os.seteuid(65534)
    os.seteuid(0)


def test_another_user_is_told_whose_the_ledger_is(office, out, tmp_path, nobody):
    """Who watches cannot know that all have it, so no state is told; whom to be is."""
    mail.deliver(written(out), delivery(tmp_path, office.port))
    nobody()

    with pytest.raises(EnvironmentFault) as raised:
        reports(Path("reports"))
    why = "reports/.delivery.sqlite3: Permission denied: it holds addresses, for its"
    assert f"{why} owner alone. Be the user that mails." == str(raised.value)
    assert 7 == raised.value.exit_code
