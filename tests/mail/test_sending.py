"""The commands ``send`` and ``run --mail``: who gets what, and what is said of it."""

from __future__ import annotations

import email
import json
import socket
import subprocess
import sys
from email import policy

import pytest
import yaml

from kpi_kit import __main__ as command_line
from kpi_kit import mail, mime
from kpi_kit.delivery import read_delivery
from kpi_kit.errors import ComputationError, StaleError
from kpi_kit.mail.ledger import Ledger
from kpi_kit.mail.report import read_report
from kpi_kit.reports import LEDGER
from kpi_kit.sending import mail_reports
from tests.mail.post_office import ANN, BOB, CAT, OPS, delivery, free_port, written

SECRET = "canary-4711"  # noqa: S105 - a test's own


@pytest.fixture
def kit(monkeypatch, capfd, tmp_path):
    """A function from a command line to exit code, output and errors."""
    monkeypatch.setenv("SMTP_PASSWORD", SECRET)

    def run(*words):
        words = ["kpi-kit", *map(str, words)]
        monkeypatch.setattr(sys, "argv", words)
        code = 0
        try:
            command_line.main()
        except SystemExit as ended:
            code = ended.code or 0
        said = capfd.readouterr()
        return code, said.out.replace(str(tmp_path), ""), said.err

    return run


@pytest.fixture
def file(office, tmp_path):
    """The path of a delivery file with a login, to a server that is up."""
    login = {"user": "kit", "password": "${SMTP_PASSWORD}"}
    delivery(tmp_path, office.port, **login)
    return tmp_path / "delivery.yaml"


def test_send_says_how_many_have_it(kit, file, office, out):
    """Quiet but for its result; the page's path will do for the notebook's."""
    page = written(out).with_suffix(".html")

    told = "/reports/acme/daily_digest-2026-11-15.html: 3 have it\n"
    for _ in range(2):
        assert (0, told, "") == kit("send", page, "--delivery", file)
    assert {ANN: 1, BOB: 1, CAT: 1} == office.counts()
    assert [(b"kit", SECRET.encode())] == office.logins


def test_who_is_sent_it_by_another_process_is_counted_apart(kit, file, office, out):
    """Of three a process that lives holds two, one of them in its mail: no fault.

    It is still at it: neither does anybody lack the report, nor has nobody it.
    """
    report = written(out)
    key = read_report(report).key
    ledger = Ledger(out / LEDGER)
    ledger.begin()
    ledger.take_up(key, [ANN, BOB], [ANN, BOB, CAT])
    assert ledger.claim(key, ANN)
    assert ledger.claim(key, BOB)
    assert ledger.hand_over(key, BOB)
    said = kit("send", report, "--delivery", file)
    ledger.close()

    told = "/reports/acme/daily_digest-2026-11-15.ipynb: 1 has it; another process"
    assert (0, f"{told} is sending it to 2\n", "") == said
    assert {CAT: 1} == office.counts()


def test_a_dry_run_prints_the_mail_and_touches_nothing(kit, file, office, out):
    """What is printed is the mail; no ledger, no mark and no connection come of it."""
    report = written(out)
    before = sorted(out.rglob("*"))
    code, printed, told = kit("send", report, "--delivery", file, "--dry-run")

    message = email.message_from_string(printed, policy=policy.default)
    assert (0, f"To: {ANN}, {BOB}, {CAT}\n") == (code, told)
    assert ("7 open", ANN) == (message["Subject"], message["To"])
    assert before == sorted(out.rglob("*"))
    assert ({}, 0) == (office.counts(), office.connections)


def test_a_dry_run_needs_no_password(kit, file, out, monkeypatch):
    """Who looks at a mail need not be able to send it; who sends is told at once."""
    monkeypatch.delenv("SMTP_PASSWORD")
    report = written(out)

    assert 0 == kit("send", report, "--delivery", file, "--dry-run")[0]
    code, _, told = kit("send", report, "--delivery", file)
    why = "Error: delivery.yaml: the environment has no SMTP_PASSWORD. Set it where"
    assert (2, why) == (code, told[: len(why)])


def test_no_secret_is_told(kit, file, office, out, monkeypatch, caplog):
    """A wrong password is refused: neither output nor files hold it."""
    monkeypatch.setenv("SMTP_PASSWORD", f"{SECRET}-wrong")
    code, printed, told = kit("send", written(out), "--delivery", file)

    assert (4, "") == (code, printed)
    assert f"3 of 3 wait for it: {ANN}, {BOB}, {CAT} (535 " in told
    kept = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert SECRET not in told + caplog.text
    assert SECRET.encode() not in kept
    assert {} == office.counts()


@pytest.mark.parametrize(
    ("given", "code", "why"),
    [
        pytest.param(
            {"slug": "bolt"}, 2, "names nobody for daily_digest-", id="unbound-vendor"
        ),
        pytest.param(
            {"name": "weekly_review"}, 2, "Known: daily_digest.", id="unbound-cadence"
        ),
        pytest.param(
            {"slug": "bolt", "folder": "acme"},
            2,
            "is a report on 'bolt', not on acme. Give it where",
            id="anothers-report-in-its-place",
        ),
        pytest.param(
            {"lacks": "2 days are missing"},
            5,
            "2 days are missing. It is mailed to nobody; with option allow_partial",
            id="stale",
        ),
    ],
)
def test_nothing_is_mailed_that_should_not_be(kit, file, office, out, given, code, why):
    """The report says whose it is; who is bound to another vendor never gets it."""
    ended, printed, told = kit("send", written(out, **given), "--delivery", file)

    assert (code, "") == (ended, printed)
    assert why in told
    assert {} == office.counts()
    assert [] == list(out.glob("*/*.sent"))


def _rewritten(path, change):
    notebook = json.loads(path.read_text("utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook), "utf-8")
    return path


def test_a_report_that_was_cut_short_is_not_mailed(kit, file, office, out):
    """Without the mark of its last cell a notebook is no report."""
    report = _rewritten(written(out), lambda n: n["cells"].pop())
    code, _, told = kit("send", report, "--delivery", file)

    assert (6, {}) == (code, office.counts())
    assert "This report ended in cell digest: The cell does not mark it" in told


def test_a_report_of_another_day_is_not_mailed(kit, file, office, out):
    """A renamed report would be mailed twice, as of two days."""
    report = written(out)
    other = report.rename(report.with_name("daily_digest-2026-11-16.ipynb"))
    code, _, told = kit("send", other, "--delivery", file)

    assert (2, {}) == (code, office.counts())
    assert "is the report of another day, '2026-11-15'." in told


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({mime.CADENCE: "weekly_review"}, id="as-run-wrote-it"),
        pytest.param({}, id="as-papermill-wrote-it"),
    ],
)
def test_a_report_of_another_cadence_is_not_mailed(kit, file, office, out, said):
    """A weekly review that was renamed does not go to those who get the digest."""
    review = _rewritten(
        written(out, name="weekly_review"), lambda n: n["metadata"].update(said)
    )
    other = review.rename(review.with_name("daily_digest-2026-11-15.ipynb"))
    code, _, told = kit("send", other, "--delivery", file)

    assert (2, {}, 1) == (code, office.counts(), told.count("\n"))
    assert "is the report of another cadence, 'weekly_review'. Give it as" in told


def test_a_cadence_of_ones_own_keeps_its_name(out):
    """It is a daily digest to its reader, and morning to those who named it so."""
    report = _rewritten(
        written(out, name="morning", cadence="daily digest"),
        lambda n: n["metadata"].update({mime.CADENCE: "morning"}),
    )

    assert "morning" == read_report(report).key.cadence


@pytest.mark.parametrize(
    ("text", "why"),
    [(None, "No such file or directory. Give a report"), ("{", "is no notebook. Give")],
)
def test_what_is_no_report_is_named(kit, file, out, text, why):
    """A wrong path and a wrong file are one line each."""
    path = written(out).with_name("other-2026-11-15.ipynb")
    if text is not None:
        path.write_text(text, "utf-8")
    code, _, told = kit("send", path, "--delivery", file)

    assert (2, 1) == (code, told.count("\n"))
    assert why in told


def test_hostile_words_of_a_server_stay_one_plain_line(kit, file, office, out):
    """Colors and lines of a server's answer do not reach the terminal or the log."""
    office.answers, office.stage = {BOB: ["550-\x1b[31mred\r\n550 and\tmore"]}, "RCPT"
    code, _, told = kit("send", written(out), "--delivery", file)

    assert (3, 1) == (code, told.count("\n"))
    assert told.rstrip("\n").isprintable()


def _run(kit, tmp_path, office, *words, **given):
    lists = {"brightline": {"daily_digest": [ANN, BOB]}}
    delivery(tmp_path, office.port, vendors=lists, **given)
    where = ("--delivery", tmp_path / "delivery.yaml", "--out", tmp_path / "reports")
    words = ("-p", "location", "1000", *words)
    return kit("run", "daily_digest", "--mail", *words, *where)


def test_run_mails_what_it_made(kit, office, tmp_path):
    """A real digest of the demo: made and printed while the server is down, sent later.

    Who sends the report again sends nothing.
    """
    port, office.port = office.port, free_port()
    code, printed, told = _run(kit, tmp_path, office, "--as-of", "2026-11-15")
    report = tmp_path / "reports/brightline/daily_digest-2026-11-15.html"

    assert (4, 2) == (code, printed.count("\n"))
    assert f"2 of 2 wait for it: {ANN}, {BOB} (Connection refused)" in told
    assert report.exists()
    file = tmp_path / "delivery.yaml"
    file.write_text(file.read_text("utf-8").replace(str(office.port), str(port)))
    for _ in range(2):
        assert 0 == kit("send", report, "--delivery", file)[0]
    assert {ANN: 1, BOB: 1} == office.counts()
    (page,) = office.mails(ANN)[0].iter_attachments()
    assert report.read_text("utf-8") == page.get_content().replace("\r\n", "\n")


def test_a_run_that_fails_is_told_to_those_who_mind(kit, office, tmp_path):
    """They hear which cell failed and why; nobody else gets a mail."""
    words = ("-p", "location", "-5")
    code, printed, told = _run(kit, tmp_path, office, *words)

    assert (2, "") == (code, printed)
    assert {OPS: 1} == office.counts()
    (notice,) = office.mails()
    assert "Failed: daily_digest" == notice["Subject"]
    assert told.removeprefix("Error: ").strip().rstrip(".") in " ".join(
        notice.get_content().split()
    )


def test_a_run_of_many_that_cannot_begin_is_told_too(kit, office, tmp_path):
    """Both files make one report: nothing runs, and those who mind hear why."""
    contract = tmp_path / "contract.yaml"
    contract.write_text("vendor: acme\n", "utf-8")
    files = [tmp_path / "ann.yaml", tmp_path / "bob.yaml"]
    for file in files:
        file.write_text(f"contract: {contract}\n", "utf-8")
    delivery(tmp_path, office.port)
    where = ("--delivery", tmp_path / "delivery.yaml", "--out", tmp_path / "reports")
    words = ("daily_digest", "--mail", *where, "--parameters", *files)
    code, printed, told = kit("run", *words)

    assert (2, "", 1) == (code, printed, told.count("\n"))
    assert f"Error: {files[0]} and {files[1]}: both make" in told
    assert {OPS: 1} == office.counts()
    (notice,) = office.mails()
    assert "both make" in notice.get_content()


def test_a_stale_run_is_told_to_those_who_mind(kit, office, tmp_path):
    """A report that lacks days never arrives as a fresh one; accepted, it does."""
    code, _, told = _run(kit, tmp_path, office, "--as-of", "2026-11-17")

    assert (5, {OPS: 1}) == (code, office.counts())
    assert "2 days are missing" in told
    assert "Stale: daily_digest" == office.mails()[0]["Subject"]
    allowed = ("-p", "options", '{"allow_partial": true}')
    done = _run(kit, tmp_path, office, "--as-of", "2026-11-17", *allowed)
    assert (0, "") == done[::2]
    assert {OPS: 1, ANN: 1, BOB: 1} == office.counts()
    assert (
        "2 days are missing" in office.mails(ANN)[0].get_body(("plain",)).get_content()
    )


def test_a_delivery_file_with_a_mistake_stops_a_run_before_it_starts(
    kit, office, tmp_path
):
    """A wrong address is no surprise after the report was made."""
    delivery(tmp_path, office.port)
    path = tmp_path / "delivery.yaml"
    values = yaml.safe_load(path.read_text("utf-8")) | {"errors_to": ["nobody"]}
    path.write_text(yaml.safe_dump(values), "utf-8")
    words = ("--delivery", path, "--out", tmp_path / "reports")
    code, _, told = kit("run", "daily_digest", "--mail", *words)

    assert 2 == code
    assert "errors_to[0]: 'nobody' is not a mail address" in told
    assert not (tmp_path / "reports").exists()


def test_one_report_that_cannot_be_mailed_stops_no_other(office, out, tmp_path):
    """Of three vendors one is bound to nobody: those who mind are told which."""
    lists = {slug: {"daily_digest": [ANN]} for slug in ("acme", "cog")}
    known = delivery(tmp_path, office.port, vendors=lists)
    made = [written(out, slug=slug) for slug in ("acme", "bolt", "cog")]

    (failed,) = mail_reports(known, "daily_digest", [((path,), None) for path in made])
    assert 2 == failed.exit_code
    assert {ANN: 2, OPS: 1} == office.counts()
    subject = "Not mailed: bolt/daily_digest-2026-11-15.ipynb"
    assert [subject] == [notice["Subject"] for notice in office.mails(OPS)]


def test_failures_of_one_run_are_one_notice(office, tmp_path):
    """Twenty vendors without data are one mail to read, and all stand in it."""
    errors = [StaleError("a.html: a day is missing."), ComputationError("b: no.")]
    known = delivery(tmp_path, office.port)

    assert [] == mail_reports(known, "daily_digest", [((), each) for each in errors])
    (notice,) = office.mails()
    assert ("Failed: daily_digest", OPS) == (notice["Subject"], notice["To"])
    told = notice.get_content().splitlines()
    assert ["a.html: a day is missing.", "", "b: no.", ""] == told[:4]


def test_what_may_have_arrived_is_settled_by_whom_asked(kit, file, office, out):
    """Bob says that he has the first, Ann that she lacks the second."""
    office.answers = {BOB: ["abort"], ANN: ["250 kept", "abort"]}
    first = written(out)
    code, _, told = kit("send", first, "--delivery", file)

    assert 4 == code
    assert f"1 of 3 may have it or not: {BOB} (no answer to it" in told
    assert 0 == kit("send", first, "--delivery", file, "--unknown-arrived")[0]
    second = written(out, as_of="2026-11-16")
    assert 4 == kit("send", second, "--delivery", file)[0]
    assert 0 == kit("send", second, "--delivery", file, "--resend-unknown")[0]
    subjects = [message["X-Report"] for message in office.mails(ANN, BOB)]
    days = {day: subjects.count(f"acme 2026-11-{day}") for day in (15, 16)}
    assert {15: 2, 16: 3} == days


def test_a_lost_ledger_is_begun_anew_when_asked_for(kit, file, office, out):
    """The error names the option, and the option does what it says."""
    report = written(out)
    kit("send", report, "--delivery", file)
    (out / ".delivery.sqlite3").unlink()
    code, _, told = kit("send", report, "--delivery", file)

    assert (7, True) == (code, "Send with --rebuild: it begins a ledger" in told)
    assert 4 == kit("send", report, "--delivery", file, "--rebuild")[0]
    assert {ANN: 1, BOB: 1, CAT: 1, OPS: 1} == office.counts()


@pytest.mark.usefixtures("kit")
def test_the_next_run_tells_whose_mail_a_kill_left_unknown(file, office, out):
    """Killed yesterday at Ann's mail: today's goes out, and errors_to hears of it once.

    Reading the list of mails in between takes nothing away from that.
    """
    key = read_report(written(out)).key
    ledger = Ledger(out / LEDGER)
    ledger.begin()
    ledger.take_up(key, [ANN], [ANN])
    ledger.me = f"{socket.gethostname()} {_ended()} dead"
    assert ledger.claim(key, ANN)
    assert ledger.hand_over(key, ANN)
    ledger.close()
    assert ["unknown"] == [entry.state for entry in mail.everything(out)]
    today = written(out, as_of="2026-11-16", number=8)
    known = read_delivery(file)
    (told,) = mail_reports(known, "daily_digest", [((today,), None)])

    assert 4 == told.exit_code
    name = "acme/daily_digest-2026-11-15.html: 1 may have it or not: ann@client.example"
    assert f"{out}/{name}" in str(told)
    assert {ANN: 1, BOB: 1, CAT: 1, OPS: 1} == office.counts()
    (notice,) = office.mails(OPS)
    assert name in "".join(notice.get_content().splitlines())
    assert [] == mail_reports(known, "daily_digest", [((today,), None)])
    assert {ANN: 1, BOB: 1, CAT: 1, OPS: 1} == office.counts()


def _ended():
    """Return the number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid
