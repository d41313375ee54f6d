"""Mail goes over a connection that nobody else can read, or it does not go."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Thread
from time import monotonic, sleep

import pytest

from kpi_kit import mail
from kpi_kit.errors import UndeliveredError
from kpi_kit.mail import Server
from tests.mail.post_office import ANN, BOB, CAT, delivery, opened, written

ONCE = {ANN: 1, BOB: 1, CAT: 1}
VOUCHED = (
    "Correct host in delivery.yaml, or name the certificate's authority in "
    "SSL_CERT_FILE"
)
OFFERED = "Correct tls and port in delivery.yaml, or have the server offer it"
LOGIN = "Correct user and password, or ask who runs the server"


def refused(out, known, why, mend=""):
    """Mail a report that must not go; hold what it says against reason and remedy."""
    with pytest.raises(UndeliveredError, match=why) as raised:
        mail.deliver(written(out), known)
    told = str(raised.value).partition("). ")[2]
    if mend:
        assert f"Waiting does not help. {mend}, then send it again." == told
    else:
        assert "Send it again, or mail the next report." == told


@pytest.mark.parametrize("tls", ["starttls", "implicit", "none"])
def test_each_way_to_connect_works(trusted, out, tmp_path, tls):
    """Without TLS only to a server on this machine."""
    with opened(trusted, tls) as office:
        mail.deliver(written(out), delivery(tmp_path, office.port, tls=tls))

    assert ONCE == office.counts()


def test_a_certificate_that_nobody_vouches_for_is_refused(pem, out, tmp_path):
    """Whoever made it may stand between: not a word is sent, at once, without retry."""
    with opened(pem) as office:
        known = delivery(tmp_path, office.port, retry_for="10 min")
        refused(out, known, "CERTIFICATE_VERIFY_FAILED", VOUCHED)

    assert {} == office.counts()


def test_a_certificate_of_another_name_is_refused(trusted, out, tmp_path):
    """It is vouched for, and says localhost where 127.0.0.1 was meant."""
    with opened(trusted) as office:
        known = delivery(tmp_path, office.port, host="127.0.0.1")
        refused(out, known, "CERTIFICATE_VERIFY_FAILED", VOUCHED)

    assert {} == office.counts()


def test_a_server_without_tls_gets_no_mail(trusted, out, tmp_path):
    """Somebody may have cut the offer out: there is no going on without."""
    with opened(trusted, "none") as office:
        known = delivery(tmp_path, office.port, retry_for="10 min")
        refused(out, known, "STARTTLS extension not supported", OFFERED)

    assert {} == office.counts()


def test_no_password_leaves_before_the_connection_is_safe(
    pem, out, tmp_path, monkeypatch
):
    """Neither a server without TLS nor one that nobody vouches for sees the login."""
    monkeypatch.setenv("SMTP_PASSWORD", "canary-4711")
    login = {"user": "kit", "password": "${SMTP_PASSWORD}"}
    for tls, mend in (("none", OFFERED), ("starttls", VOUCHED)):
        with opened(pem, tls, auth_require_tls=False) as office:
            known = delivery(tmp_path, office.port, **login)
            refused(out, known, "3 of 3 wait for it", mend)
        assert [] == office.logins


def test_a_wrong_password_is_not_waited_for(trusted, out, tmp_path, monkeypatch):
    """The server will not take it later either: who can mend it is told what."""
    monkeypatch.setenv("SMTP_PASSWORD", "wrong")
    login = {"user": "kit", "password": "${SMTP_PASSWORD}", "retry_for": "10 min"}
    with opened(trusted) as office:
        refused(out, delivery(tmp_path, office.port, **login), r"\(535 ", LOGIN)

    assert {} == office.counts()


def test_lines_that_begin_with_a_dot_arrive(office, tmp_path):
    """A dot alone would end the mail, and what follows be taken for commands."""
    content = b"Subject: dots\r\n\r\n.\r\n..\r\n.end\r\nMAIL FROM:<>\r\n"
    with Server(delivery(tmp_path, office.port)) as server:
        answer = server.hand("kit@client.example", ANN, content, lambda: True)

    assert "accepted" == answer.state
    assert [(ANN, content)] == office.kept


def test_a_mail_that_may_not_end_is_not_there(office, tmp_path):
    """Whoever takes a row over meanwhile is the one who sends."""
    with Server(delivery(tmp_path, office.port)) as server:
        answer = server.hand("kit@client.example", ANN, b"x\r\n", lambda: False)

    assert "pending" == answer.state
    assert [] == office.kept


def test_a_server_that_leaves_after_each_mail_is_asked_anew(office, out, tmp_path):
    """Some take so many mails of a connection: nobody waits for that, nor gets two."""
    office.leaves = True

    assert 3 == mail.deliver(written(out), delivery(tmp_path, office.port))
    assert ONCE == office.counts()


def test_an_answer_in_drops_ends_with_the_deadline(out, tmp_path):
    """Each drop comes in time and the answer never: so a trap for spam holds a line."""
    with socket.create_server(("localhost", 0)) as trap:
        known = delivery(tmp_path, trap.getsockname()[1], answer_within="0.5 s")
        Thread(target=dripped, args=(trap,), daemon=True).start()
        before = monotonic()
        refused(out, known, r"wait for it: .* \(timed out\)")

    assert monotonic() - before < 10


def test_a_server_that_breaks_off_has_the_time_to_try_again_in_all(
    office, out, tmp_path
):
    """Ann's time-out used it up: Bob and Cat are not waited for one by one."""
    office.answers, office.stage = {ANN: ["silence"]}, "RCPT"
    known = delivery(tmp_path, office.port, answer_within="1 s")
    refused(out, known, "3 of 3 wait for it")

    assert {} == office.counts()


def dripped(trap):
    """Answer each who comes with one line after another, and never with the last."""
    with suppress(OSError):
        while True:
            with trap.accept()[0] as connection, suppress(OSError):
                while True:
                    connection.sendall(b"220-wait\r\n")
                    sleep(0.1)
