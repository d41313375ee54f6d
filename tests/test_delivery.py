"""Each kind of fault that a delivery file can have gets the error that fits it.

A test's id names the kind.  All say file, line, key, value and what to write, in one
line, and end with exit code 2.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kpi_kit import __main__ as command_line
from kpi_kit.delivery import read_delivery

ROOT = Path(__file__).parents[1]
# Each key on a line of its own, so that the line of a message tells something.
SOUND = {
    "host": "smtp.client.example",
    "tls": "starttls",
    "from": "reports@client.example",
    "domains": "[client.example]",
    "errors_to": "[ops@client.example]",
    "vendors": "{acme: {daily_digest: [ann@client.example]}}",
}
TO = "{{acme: {{daily_digest: [{}]}}}}"
OTHERS = (
    "{bolt: {domains: [bolt.example], daily_digest: [bo@bolt.example]},"
    " acme: {daily_digest: [ann@client.example, al@bolt.example]}}"
)


def text(**changed):
    """Return a delivery file with some keys changed; None takes one out."""
    values = {**SOUND, **changed}
    given = {key: value for key, value in values.items() if value is not None}
    return "".join(f"{key.rstrip('_')}: {value}\n" for key, value in given.items())


@pytest.fixture
def checked(tmp_path, monkeypatch, capfd):
    """A function from a file's text to exit code and what `check` says."""
    monkeypatch.chdir(ROOT)

    def check(content):
        path = tmp_path / "delivery.yaml"
        path.write_text(content, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["kpi-kit", "check", str(path)])
        code = 0
        try:
            command_line.main()
        except SystemExit as ended:
            code = ended.code
        said = capfd.readouterr()
        return code, (said.out + said.err).replace(f"{tmp_path}/", "")

    return check


def test_a_sound_file_has_nothing_to_mend(checked):
    """It is known by its keys and its name."""
    told = "delivery.yaml: how reports are mailed, nothing to mend.\n"

    assert (0, told) == checked(text())


FAULTS = {
    "a-key-misspelled": (
        {"reply_too": "a@client.example"},
        "line 7: no key is called 'reply_too'. Did you mean 'reply_to'? Known: answer",
    ),
    "a-secret-under-another-name": (
        {"smtp_token": "hunter2"},
        "line 7: no key is called 'smtp_token'. Secrets come from the environment, nev",
    ),
    "no-host": ({"host": None}, "host is missing. Write the name of your mail server."),
    "no-vendors": ({"vendors": None}, "vendors is missing. Write who gets which repor"),
    "a-url-for-a-host": (
        {"host": "smtp://mail"},
        "line 1: host: 'smtp://mail' is not the name of a server. Write one like smtp.",
    ),
    "a-port-as-text": ({"port": "'587'"}, "line 7: port: '587' is not a port. Write 5"),
    "a-port-too-high": (
        {"port": 65_536},
        "line 7: port: 65536 is not a port. Write 58",
    ),
    "a-port-of-truth": (
        {"port": "true"},
        "line 7: port: True is not a port. Write 587",
    ),
    "tls-off": ({"tls": "off"}, "line 2: YAML takes off for false. Write it in quotes"),
    "tls-false": (
        {"tls": "false"},
        "line 2: tls: YAML reads this as False, not as text",
    ),
    "tls-ssl": (
        {"tls": "ssl"},
        "line 2: tls: 'ssl' is not a choice. Known: implicit, none, starttls.",
    ),
    "tls-none-across-a-network": (
        {"tls": "none"},
        "line 2: tls: none would carry reports across a network for all to read. Write",
    ),
    "a-password-across-no-tls": (
        {"host": "localhost", "tls": "none", "user": "kit", "password": "${SMTP}"},
        "line 8: password: tls is none, and would send it in plain text. Write tls: st",
    ),
    "a-password-in-the-file": (
        {"user": "kit", "password": "hunter2"},
        "line 8: password: stands in the file, where others can read it. Write ${NAME}",
    ),
    "a-password-as-a-number": (
        {"user": "kit", "password": "12345"},
        "line 8: password: stands in the file, where others can read it. Write ${NAME}",
    ),
    "a-password-behind-a-variable": (
        {"user": "kit", "password": "${SMTP}hunter2"},
        "line 8: password: stands in the file, where others can read it. Write ${NAME}",
    ),
    "a-user-without-password": (
        {"user": "kit"},
        "line 7: user: stands without password. Write both, or none.",
    ),
    "a-second-line-in-an-address": (
        {"vendors": TO.format(r'"ann@client.example\nBcc: evil@client.example"')},
        r"line 6: vendors.acme.daily_digest[0]: 'ann@client.example\nBcc: evil@client.",
    ),
    "an-address-without-domain": (
        {"vendors": TO.format("ann")},
        "line 6: vendors.acme.daily_digest[0]: 'ann' is not a mail address. Write one",
    ),
    "an-address-that-ends-early": (
        {"from": "ann@"},
        "line 3: from: 'ann@' is not a mail address. Write one like ann@example.com.",
    ),
    "an-address-with-two-dots": (
        {"from": "ann@client..example"},
        "line 3: from: 'ann@client..example' is not a mail address. Write one like ann",
    ),
    "more-letters-than-an-address-has": (
        {"from": "x" * 65 + "@client.example"},
        f"line 3: from: '{'x' * 59} is no address that a server takes. Write one like",
    ),
    "any-domain-at-all": (
        {"domains": "['*']"},
        "line 4: domains[0]: '*' is not a domain of plain letters. Write one like exam",
    ),
    "two-addresses-for-one": (
        {"from": "'ann@client.example, bob@client.example'"},
        "line 3: from: 'ann@client.example, bob@client.example' is not a mail address.",
    ),
    "a-group-for-an-address": (
        {"from": "'all: ann@client.example;'"},
        "line 3: from: 'all: ann@client.example;' is not a mail address. Write one ",
    ),
    "an-address-with-a-comment": (
        {"from": "ann(home)@client.example"},
        "line 3: from: 'ann(home)@client.example' is more than a mail address. Write a",
    ),
    "a-name-that-not-every-server-takes": (
        {"from": "änne@client.example"},
        "line 3: from: 'änne@client.example' has letters that not every server takes.",
    ),
    "a-domain-that-not-every-server-takes": (
        {"domains": "[bücher.example]"},
        "line 4: domains[0]: 'bücher.example' is not a domain of plain letters. Write",
    ),
    "an-address-for-a-domain": (
        {"domains": "['ann@client.example']"},
        "line 4: domains[0]: 'ann@client.example' is not a domain of plain letters. W",
    ),
    "nobody": (
        {"vendors": TO.format("")},
        "line 6: vendors.acme.daily_digest: names nobody. Write an address, or no key.",
    ),
    "nobody-for-errors": (
        {"errors_to": "[]"},
        "line 5: errors_to: names nobody. Write an address.",
    ),
    "one-for-a-list": (
        {"errors_to": "ops@client.example"},
        "line 5: errors_to: 'ops@client.example' is not a list. Write [first, second]",
    ),
    "somebody-twice": (
        {"vendors": TO.format("ann@client.example, Ann <ANN@client.example>")},
        "line 6: vendors.acme.daily_digest[1]: 'ann@client.example' stands twice. Who",
    ),
    "a-stranger": (
        {"vendors": TO.format("ann@cliemt.example")},
        "line 6: vendors.acme.daily_digest[0]: 'ann@cliemt.example' is in no domain t",
    ),
    "a-stranger-who-hears-of-errors": (
        {"errors_to": "[ops@elsewhere.example]"},
        "line 5: errors_to[0]: 'ops@elsewhere.example' is in no domain that mail may g",
    ),
    "a-recipient-of-another-vendor": (
        {"vendors": OTHERS},
        "line 6: vendors.acme.daily_digest[1]: 'al@bolt.example' is of bolt, another v",
    ),
    "a-vendor-with-a-path": (
        {"vendors": "{../acme: {daily_digest: [ann@client.example]}}"},
        "line 6: vendors.../acme: '../acme' cannot name files. Write 1 to 40 of a-z, 0",
    ),
    "a-cadence-misspelled": (
        {"vendors": "{acme: {daily_digset: [ann@client.example]}}"},
        "line 6: vendors.acme: no key is called 'daily_digset'. Did you mean 'daily_di",
    ),
    "a-size-without-unit": (
        {"attach_up_to": "5"},
        "line 7: attach_up_to: 5 is not a size up to 50 MB. Write one like 5 MB or 500",
    ),
    "a-size-beyond-all-servers": (
        {"attach_up_to": "51 MB"},
        "line 7: attach_up_to: '51 MB' is not a size up to 50 MB. Write one like 5 MB",
    ),
    "a-link-that-can-be-read": (
        {"reports_url": "http://client.example/"},
        "line 7: reports_url: 'http://client.example/' is not the address of a folder.",
    ),
    "a-link-with-a-password": (
        {"reports_url": "https://kit:hunter2@client.example/"},
        "line 7: an address holds a password, which a report would keep. Write ${NAME}",
    ),
    "no-time-to-wait": (
        {"retry_for": "0 min"},
        "line 7: retry_for: '0 min' is no time to wait. Write one like 5 min or 30 s.",
    ),
    "a-time-without-unit": (
        {"answer_within": "30"},
        "line 7: answer_within: 30 is not a length of time; write 4 h, 30 min, 45 s or",
    ),
}


@pytest.mark.parametrize(("changed", "why"), FAULTS.values(), ids=FAULTS)
def test_a_fault_gets_its_error(checked, changed, why):
    """The line says where, what is wrong and what to do; no secret is told."""
    code, told = checked(text(**changed))

    assert f"Error: delivery.yaml: {why}" == told[: len(why) + 22]
    assert (2, 1) == (code, told.count("\n"))
    assert told.endswith(".\n")
    assert "hunter2" not in told


def test_the_example_that_ships_is_sound():
    """Its addresses are of domains that nobody can own."""
    known = read_delivery(ROOT / "parameters" / "delivery.yaml")
    given = [a for by in known.vendors.values() for those in by.values() for a in those]

    assert ("starttls", 587, "${SMTP_PASSWORD}") == (
        known.tls,
        known.port,
        known.password,
    )
    assert {"example.com", "brightline.example"} == {a.domain for a in given}
    assert known.recipients("brightline", "daily_digest")
    assert () == known.recipients("northwind", "daily_digest")
    assert () == known.recipients("brightline", "monthly_review")


def test_what_is_left_out_has_its_default(tmp_path):
    """The port follows from TLS; a server may need neither login nor link."""
    path = tmp_path / "delivery.yaml"
    ports = {}
    for tls, host in (("starttls", "a"), ("implicit", "a"), ("none", "localhost")):
        path.write_text(text(tls=tls, host=host), encoding="utf-8")
        known = read_delivery(path)
        ports[tls] = known.port

    assert {"starttls": 587, "implicit": 465, "none": 25} == ports
    assert (5_000_000, 300, 60) == (
        known.attach_up_to,
        known.retry_for,
        known.answer_within,
    )
    assert [None] * 4 == [known.user, known.password, known.reply_to, known.reports_url]


def test_a_vendor_may_get_reports_on_itself(tmp_path):
    """Its own domain stands with it; the client's people get those on every vendor."""
    path = tmp_path / "delivery.yaml"
    lists = OTHERS.replace(", al@bolt.example", "")
    path.write_text(text(vendors=lists), encoding="utf-8")
    known = read_delivery(path)

    assert ["bo@bolt.example"] == [
        address.addr_spec for address in known.recipients("bolt", "daily_digest")
    ]
