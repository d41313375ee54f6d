"""The ledger's rows: who may take one, when, and what becomes of those of the dead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kpi_kit.mail import ledger as ledgers
from kpi_kit.mail.ledger import LEASE, Key, Ledger

KEY = Key(slug="acme", cadence="daily_digest", as_of="2026-11-15", revision="1")
ANN = "ann@client.example"


@pytest.fixture
def hosts(tmp_path, monkeypatch):
    """A function from a host's name to its view of one ledger."""
    opened = []

    def on(name):
        monkeypatch.setattr(ledgers.socket, "gethostname", lambda: name)
        view = Ledger(tmp_path / "ledger.sqlite3")
        assert view.is_whole()
        view.begin()
        opened.append(view)
        return view

    yield on
    for view in opened:
        view.close()


def state(view):
    """Return the state of Ann's row."""
    return view.entries(KEY)[ANN].state


def test_one_of_two_hosts_gets_a_row(hosts):
    """The second finds it held, and gets it when the first lets go."""
    one = hosts("one")
    one.take_up(KEY, [ANN], [ANN])
    assert one.claim(KEY, ANN)
    two = hosts("two")

    assert not two.claim(KEY, ANN)
    assert two.entries(KEY)[ANN].is_held
    one.settle(KEY, ANN, "pending", "451 later")
    assert two.claim(KEY, ANN)


def test_a_host_that_falls_silent_loses_its_row(hosts, monkeypatch):
    """After its lease another takes over; should it live after all, it may not end.

    Chosen one second before and one after: neither host's process can be asked.
    """
    now = [1_000_000.0]
    monkeypatch.setattr(ledgers, "time", lambda: now[0])
    one = hosts("one")
    one.take_up(KEY, [ANN], [ANN])
    one.claim(KEY, ANN)
    two = hosts("two")
    now[0] += LEASE - 1

    assert not two.claim(KEY, ANN)
    now[0] += 2
    assert two.claim(KEY, ANN)
    assert not one.hand_over(KEY, ANN)
    assert two.hand_over(KEY, ANN)
    one.settle(KEY, ANN, "pending")
    assert "sending" == state(two)


def test_what_a_silent_host_was_sending_is_unknown_until_it_speaks(hosts, monkeypatch):
    """Nobody may send it again; its own late answer still counts."""
    now = [1_000_000.0]
    monkeypatch.setattr(ledgers, "time", lambda: now[0])
    one = hosts("one")
    one.take_up(KEY, [ANN], [ANN])
    assert one.claim(KEY, ANN)
    assert one.hand_over(KEY, ANN)
    two = hosts("two")
    assert [] == two.lay_open()
    now[0] += LEASE + 1

    assert [ANN] == [entry.recipient for entry in two.lay_open()]
    assert "unknown" == state(two)
    assert not two.claim(KEY, ANN)
    one.settle(KEY, ANN, "accepted")
    assert "accepted" == state(two)


def test_two_in_one_process_are_two(hosts):
    """A process that mails twice at once is no exception to taking turns."""
    one, two = hosts("one"), hosts("one")
    one.take_up(KEY, [ANN], [ANN])

    assert [True, False] == [one.claim(KEY, ANN), two.claim(KEY, ANN)]
    assert [False, True] == [two.hand_over(KEY, ANN), one.hand_over(KEY, ANN)]


def test_who_has_a_report_cannot_be_taken_up_again(hosts):
    """Neither the same numbers nor a smaller list touch an accepted row."""
    one = hosts("one")
    one.take_up(KEY, [ANN], [ANN])
    one.claim(KEY, ANN)
    one.settle(KEY, ANN, "accepted")
    one.take_up(KEY, [], [])
    one.take_up(KEY, [ANN], [ANN])

    assert "accepted" == state(one)
    assert not one.claim(KEY, ANN)


def test_what_nobody_has_is_forgotten_with_its_recipient(hosts):
    """Ann was refused and Bob waits, and neither is listed any more; Cat still is.

    With other numbers nobody waits for the first ones, and who has them keeps the row.
    """
    bob, cat = "bob@client.example", "cat@client.example"
    one = hosts("one")
    one.take_up(KEY, [ANN, bob, cat], [ANN, bob, cat])
    for name, state in ((ANN, "refused"), (cat, "refused")):
        one.claim(KEY, name)
        one.settle(KEY, name, state)
    one.take_up(KEY, [], [cat])

    assert {cat: "refused"} == {e.recipient: e.state for e in one.everything()}
    one.claim(KEY, cat)
    one.settle(KEY, cat, "accepted")
    later = replace(KEY, revision="2")
    one.take_up(later, [cat], [cat])
    assert ["accepted", "pending"] == [entry.state for entry in one.everything()]
    assert one.had_another(later, cat)


def test_what_a_living_process_is_at_is_not_forgotten(hosts):
    """Two loads, two hosts: the second leaves to the first what the first began."""
    one, two = hosts("one"), hosts("two")
    one.take_up(KEY, [ANN], [ANN])
    one.claim(KEY, ANN)
    two.take_up(replace(KEY, revision="2"), [ANN], [ANN])

    assert one.hand_over(KEY, ANN)
    one.settle(KEY, ANN, "accepted")
    assert {"1": "accepted", "2": "pending"} == {
        entry.key.revision: entry.state for entry in two.everything()
    }
