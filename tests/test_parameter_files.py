"""Each kind of fault that a file of parameters can have gets the error that fits it.

A test's id names the kind.  All say file, line, key, value and what to write, in one
line, and end with exit code 2.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kpi_kit import __main__ as command_line
from kpi_kit.errors import ParameterError
from kpi_kit.sources.options import read_options

EVIL = "1=1 union select * from read_csv('/etc/passwd')"
LAUGHS = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9 if before else ['x'] * 9)}]\n"
    for before, name in zip(["", *"abcdefg"], "abcdefgh", strict=True)
)
HOURS = "business_hours: {{office: {{week: {{mon: [{}]}}}}}}"
PARAMETERS = "source: files\nlocation: data\n"
TARGET = "vendor: Acme\ntargets:\n  - {{metric: {}, {}}}"


@pytest.fixture
def checked(tmp_path, monkeypatch, capfd):
    """A function from a file's name and text to exit code and what is said."""
    monkeypatch.chdir(Path(__file__).parents[1])

    def check(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["kpi-kit", "check", str(path)])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        said = capfd.readouterr().err
        return ended.value.code, said.replace(f"{tmp_path}/", "")

    return check


CONTRACTS = {
    "aliases-that-explode": (LAUGHS, "line 1: anchors and aliases (&name, *name) are"),
    "an-alias-alone": ("vendor: *a", "line 1: anchors and aliases (&name, *name) are"),
    "a-merge-key": ("tiers: {<<: {A: 1}}", "line 1: merge keys (<<) are not taken. W"),
    "a-python-tag": ("vendor: !!python/name:os.system", "line 1: tags such as python/"),
    "a-key-twice": (
        "vendor: Acme\nslug: acme\nvendor: Bolt",
        "line 3: 'vendor' is already given on line 1. Keep one.",
    ),
    "norway": (
        "business_hours:\n  office:\n    week: 24x7\n    holidays: {country: NO}",
        "line 4: YAML takes NO for false. Write it in quotes where text is meant, else",
    ),
    "norway-as-a-key": ("tiers: {ON: 1}", "line 1: YAML takes ON for true. Write it"),
    "hours-in-base-60": (
        HOURS.format("9:30, 17:30"),
        "line 1: YAML takes 9:30 for the number 570, in base 60. Write '9:30', in quot",
    ),
    "hours-in-base-60-with-seconds": (
        HOURS.format("12:30:45.5"),
        "line 1: YAML takes 12:30:45.5 for the number 45045.5, in base 60.",
    ),
    "hours-as-people-write-them": (
        HOURS.format("9.30-17.30"),
        "line 1: business_hours.office.week.mon: '9.30-17.30' is not a part. Write",
    ),
    "an-hour-past-midnight": (
        HOURS.format("'09:00-25:00'"),
        "line 1: business_hours.office.week.mon: '09:00-25:00' has a time that no clo",
    ),
    "hours-without-length": (
        HOURS.format("'09:00-09:00'"),
        "line 1: business_hours.office.week.mon: '09:00-09:00' starts and ends at the",
    ),
    "hours-that-overlap": (
        HOURS.format("'09:00-13:00', '12:00-17:00'"),
        "line 1: business_hours.office.week.mon: two parts overlap at 12:00",
    ),
    "no-hours": (
        "vendor: Acme\nbusiness_hours:\n  office:\n    week: {}",
        "line 4: business_hours.office.week: no business hours, so every duration wou",
    ),
    "an-octal-number": (
        "tiers:\n  Experts: 010",
        "line 2: YAML takes 010 for 8. Write plain digits, or it in quotes",
    ),
    "a-number-with-underscores": ("tiers: {A: 1_0}", "line 1: YAML takes 1_0 for 10."),
    "a-hexadecimal-number": ("tiers: {A: 0xA}", "line 1: YAML takes 0xA for 10."),
    "a-share-of-85": (
        TARGET.format("csat", "at_least: 85"),
        "line 3: targets[0].at_least: 85 is not a share from 0 to 1; write 85 % or 0.",
    ),
    "a-share-above-one": (
        TARGET.format("csat", "at_least: 0.5, weight: 5.0"),
        "line 3: targets[0].weight: 5.0 is not a share from 0 to 1; write 85 % or 0.",
    ),
    "not-a-number": (
        TARGET.format("csat", "at_least: .nan"),
        "line 3: .nan is no number to count with. Write one like 4.5, or it in quotes",
    ),
    "infinite": (
        TARGET.format("csat", "at_least: -.INF"),
        "line 3: -.INF is no number to count with. Write one like 4.5",
    ),
    "infinite-by-its-size": (
        TARGET.format("backlog", "at_most: 1e999"),
        "line 3: targets[0].at_most: '1e999' is not an amount. Write 4 h, 30 min",
    ),
    "infinite-by-its-size-to-yaml-too": (
        TARGET.format("backlog", "at_most: 1.0e+999"),
        "line 3: 1.0e+999 is no number to count with. Write one like 4.5",
    ),
    "text-for-a-number": (
        TARGET.format("csat", "at_least: 0.90x"),
        "line 3: targets[0].at_least: '0.90x' is not an amount. Write 4 h, 30 min",
    ),
    "weights-that-do-not-add-up": (
        "vendor: A\ntargets: [{metric: csat, at_least: 1, weight: 0.9}]",
        "line 2: targets: the weights add up to 90%, not 100%. Each weight is that",
    ),
    "two-bounds-for-one-target": (
        TARGET.format("csat", "at_least: 0.85, at_most: 0.9"),
        "line 3: targets[0]: give one of at_most or at_least, not ['at_most', 'at_lea",
    ),
    "no-such-day": ("go_live: 2026-13-45", "line 1: '2026-13-45' cannot be read: mon"),
    "a-day-with-a-time": (
        "go_live: 2026-02-01T09:00:00Z",
        "line 1: 2026-02-01T09:00:00Z is a day with a time. Write the day alone: 2026",
    ),
    "a-zone-without-summer-time": (
        "vendor: Acme\ntime_zone: EST",
        "line 2: time_zone: 'EST' is not a time zone with its clock changes.",
    ),
    "a-name-that-leaves-its-folder": (
        "slug: ../acme",
        "line 1: slug: '../acme' cannot name files. Write 1 to 40 of a-z, 0-9 and -.",
    ),
    "a-name-in-full-width-letters": (
        "slug: ａｃｍｅ",  # noqa: RUF001 - the fault itself
        "line 1: slug: 'ａｃｍｅ' cannot name files.",  # noqa: RUF001 - ditto
    ),
    "a-line-break-in-a-name": (
        'vendor: "a@example.com\\nBcc: b@example.com"',
        "line 1: vendor: 'a@example.com\\nBcc: b@example.com' is not a line of text.",
    ),
    "an-unknown-key": (
        "vendor: Acme\ntargets:\n  - metric: csat\n    at_lest: 1",
        "line 4: targets[0]: no key is called 'at_lest'. Did you mean 'at_least'? Kno",
    ),
    "free-sql": (f'where: "{EVIL}"', "line 1: no key is called 'where'. Known: "),
    "a-secret": (
        "vendor: Acme\nsmtp_password: hunter2",
        "line 2: no key is called 'smtp_password'. Secrets come from the environment",
    ),
    "a-secret-within": (
        "vendor: Acme\nsmtp: {hosts: [{name: a, password: hunter2}]}",
        "line 2: no key is called 'smtp'. Secrets come from the environment, never",
    ),
    "a-secret-among-known-keys": (
        "vendor: Acme\nbusiness_hours: {office: {week: 24x7, pwd: hunter2}}",
        "line 2: business_hours.office: no key is called 'pwd'. Secrets come from the ",
    ),
    "a-tab": ("tiers:\n\tA: 1", "line 2: a tab stands where YAML takes blanks only. I"),
    "an-empty-file": ("", "the file is empty. Write 'key: value' lines."),
    "only-comments": ("# vendor: Acme", "the file is empty. Write 'key: value' lines"),
    "a-list": ("- vendor: Acme", "[{'vendor': 'Acme'}] is not a mapping. Write 'key"),
    "two-documents": (
        "vendor: A\n---\nvendor: B",
        "line 2: a second document begins here. K",
    ),
    "too-large": ("# " + "x" * 262_143, "more than 262,144 bytes are no parameters."),
    "a-long-value": (
        f"go_live: {'x' * 500}",
        f"line 1: go_live: '{'x' * 40}x is not a day. Write it as 2026-02-01.",
    ),
}


@pytest.mark.parametrize("kind", CONTRACTS)
def test_a_contract(checked, kind):
    """What a contract cannot say."""
    text, message = CONTRACTS[kind]
    code, said = checked("contract.yaml", text)

    assert 2 == code
    assert said.startswith(f"Error: contract.yaml: {message}")
    assert (1, True) == (said.count("\n"), said.endswith(".\n"))
    assert "hunter2" not in said


CADENCES = {
    "no-such-day": ("as_of: '2026-13-45'", "as_of: '2026-13-45' is not a day. Write"),
    "another-way-to-write-a-day": ("as_of: 20/11/2026", "as_of: '20/11/2026' is not "),
    "text-for-a-number": ("days: 90x", "days: '90x' is not a whole number. The noteb"),
    "no-length": ("days: 0", "days: 0 days are no period. Give at least 1."),
    "a-length-of-centuries": ("days: 99999999", "days: 99999999 days are more than t"),
    "a-day-to-come": ("as_of: 2099-01-01", "as_of: nobody knows 2099-01-01. Give toda"),
    "a-day-before-computers": (
        "as_of: 0901-01-01",
        "as_of: 0901-01-01 lies outside 19",
    ),
    "a-kpi-twice": (
        "kpis: [backlog, reopen_rate, backlog]",
        "kpis[2]: backlog already stands in the list. Keep one of the two.",
    ),
    "an-engine-that-is-not-known": (
        "engine: orakel://desk/x",
        "engine: no engine is called 'orakel'. Did you mean 'oracle'? Known: athena, ",
    ),
    "an-engine-without-address": (
        "engine: spark",
        "engine: 'spark' is neither duckdb ",
    ),
    "an-octal-length": ("days: 0132", "YAML takes 0132 for 90. Write plain digits, or"),
    "underscores": ("days: '9_0'", "days: '9_0' is not a whole number. The notebook "),
    "digits-of-another-script": ("days: ٩٠", "days: '٩٠' is not a whole number. The"),
    "no-such-kpi": ("kpis: [reopenrate]", "kpis[0]: no metric is called 'reopenrate'"),
    "sql-for-a-kpi": (f'kpis: ["{EVIL}"]', 'kpis[0]: no metric is called "1=1 union'),
    "free-sql": (f'where: "{EVIL}"', "the notebook takes no parameter called 'where'."),
    "another-output-folder": (
        "output_dir: /etc",
        "the notebook takes no parameter called 'output_dir'. Known: as_of, contract, ",
    ),
    "a-secret": (
        "api_token: hunter2",
        "the notebook takes no parameter called 'api_token'. Secrets come from the en",
    ),
    "a-secret-within": (
        "smtp: {login: {user: kit, password: hunter2}}",
        "the notebook takes no parameter called 'smtp'. Secrets come from the environ",
    ),
    "a-secret-among-options": (
        "options: {api: {key: {access_key: hunter2}}}",
        "options: no option is called 'api'. Secrets come from the environment, never ",
    ),
    "a-password-in-an-address": (
        "engine: postgresql://u:hunter2@127.0.0.1/db",
        "an address holds a password, which a report would keep. Write ${NAME} in its",
    ),
    "a-password-in-a-query": (
        "engine: databricks://host/?http_path=x&token=hunter2",
        "an address holds a password, which a report would keep. Write ${NAME} in its",
    ),
    "a-list-for-text": ("contract: [a]", "contract: ['a'] is not text. The notebook "),
    "text-for-a-list": ("kpis: csat", "kpis: 'csat' is not a list. The notebook has "),
    "no-such-source": ("source: fles", "source: no source is called 'fles'. Did you m"),
    "an-unknown-option": (
        "options: {timezone: UTC}",
        "options: no option is called 'timezone'. Did you mean 'time_zone'? Known: all",
    ),
    "a-wrong-option": (
        "options: {csat_scale: 5}",
        "options: csat_scale: '5' is no scale. Write the lowest and the highest",
    ),
    "off-for-text": ("mapping: off", "YAML takes off for false. Write it in quotes"),
}


@pytest.mark.parametrize("kind", CADENCES)
def test_the_parameters_of_a_cadence(checked, kind):
    """What a notebook cannot be given; the third line is at fault."""
    text, message = CADENCES[kind]
    given = PARAMETERS.replace("source", "mapping") if "source:" in text else PARAMETERS
    code, said = checked("weekly_review.yaml", f"{given}{text}\n")

    assert 2 == code
    assert said.startswith(f"Error: weekly_review.yaml: line 3: {message}")
    assert 1 == said.count("\n")
    assert "hunter2" not in said


SOURCES = {
    "an-unknown-option": ("timezone: UTC", "no option is called 'timezone'. Did you "),
    "a-zone-without-summer-time": ("time_zone: EST", "time_zone: 'EST' is no IANA ti"),
    "a-zone-whose-sign-deceives": (
        "time_zone: Etc/GMT+5",
        "time_zone: 'Etc/GMT+5' is UTC-0500 all year, whatever its sign says. Write th",
    ),
    "two-columns-for-one": (
        "column_map: {Id: ticket_id, Nr: ticket_id}",
        "column_map: \"{'Id': 'ticket_id', 'Nr': 'ticket_id'}\" reads two columns as",
    ),
    "a-zone-that-leaves-its-folder": ("time_zone: ../x/y", "time_zone: '../x/y' is n"),
    "two-characters": ("delimiter: ';;'", "delimiter: ';;' is no delimiter. Write o"),
    "not-a-number": ("csat_map: {good: nan}", "csat_map: \"{'good': 'nan'}\" is no nu"),
    "nothing-for-a-number": (
        "csat_map: {good: }",
        "csat_map: \"{'good': None}\" is no",
    ),
    "an-endless-scale": ("csat_scale: 1-inf", "csat_scale: '1-inf' is no number. Wri"),
    "a-word-outside-its-scale": (
        "csat_map: {Bad: 1, Good: 9}\ncsat_scale: 1-5",
        "csat_map: 'good' is 9, outside 1 to 5. Correct it, or declare csat_scale.",
    ),
    "a-word-outside-the-usual-scale": (
        "csat_map: {Good: 9}",
        "csat_map: 'good' is 9, outside 1 to 5. Correct it, or declare csat_scale.",
    ),
    "a-word-in-small-letters-too": (
        "csat_map: {Good: 5, good: 1}",
        "csat_map: \"{'Good': 5, 'good': 1}\" names a word twice. Large and small lett",
    ),
    "a-secret-within": (
        "smtp: {password: hunter2}",
        "no option is called 'smtp'. Secrets come from the environment, never from a f",
    ),
    "norway": ("allow_empty: no", "YAML takes no for false. Write it in quotes where"),
    "a-secret": ("token: hunter2", "no option is called 'token'. Secrets come from t"),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_how_a_source_is_to_be_read(checked, kind):
    """What ``source.yaml`` cannot say; the second line is at fault."""
    text, message = SOURCES[kind]
    code, said = checked("source.yaml", f"decimal: ','\n{text}\n")

    assert 2 == code
    assert said.startswith(f"Error: source.yaml: line 2: {message}")
    assert 1 == said.count("\n")
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("declared", "told", "said"),
    [
        ("csat_scale: 1-10", {"csat_map": "good=9"}, None),
        ("csat_map: {good: 9}", {"csat_scale": "1-10"}, None),
        ("csat_scale: 1-10", {"csat_map": "good=11"}, "--option: csat_map: 'good' is "),
        ("csat_map: {good: 9}", {"csat_scale": "1-5"}, "source.yaml: line 1: csat_map"),
        ("csat_map: {good: 9}", {}, "source.yaml: line 1: csat_map: 'good' is 9, out"),
        ("decimal: ','", {"csat_map": "good=9"}, "--option: csat_map: 'good' is 9, o"),
        (None, {"csat_map": "good=9"}, "--option: csat_map: 'good' is 9, outside 1 t"),
        (None, {"csat_map": "good=9,bad=0"}, None),
    ],
)
def test_words_are_held_to_the_scale_that_holds(tmp_path, declared, told, said):
    """The file beside the data and the command line are read as one."""
    if declared is not None:
        (tmp_path / "source.yaml").write_text(declared, encoding="utf-8")
    if said is None:
        assert 9 == read_options(tmp_path, told).csat_map["good"]
    else:
        with pytest.raises(ParameterError) as refused:
            read_options(tmp_path, told)
        assert str(refused.value).removeprefix(f"{tmp_path}/").startswith(said)


def test_files_without_fault(tmp_path, monkeypatch, capsys):
    """The same words, as they are meant."""
    texts = {
        "contract.yaml": "vendor: 'NO'\ntiers: {'on': 1, Password resets: 2}\n"
        "business_hours: {a: {week: {mon: ['9:30-17:30'], tue: 09:00-17:00}}}\n",
        "weekly_review.yaml": "as_of: 2026-11-20\ndays: 7\nkpis: [reopen_rate]\n"
        "engine: postgres://kit:${DESK_PASSWORD}@host/desk\noptions: {}\n",
        "source.yaml": "allow_empty: false\ncolumn_map: {token: ticket_id}\n",
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["kpi-kit", "check", str(path)])
        command_line.main()

        assert "nothing to mend" in capsys.readouterr().out


def test_a_promise_that_backfires_is_told(tmp_path, monkeypatch, capsys):
    """A contract may reward haste: it is sound, and the file's check speaks against it.

    A target on anything else is left alone.
    """
    haste = "{metric: handle_time_ticket, at_most: 20 min}"
    other = "{metric: resolution_time, at_most: 20 h}"

    path = tmp_path / "contract.yaml"
    path.write_text(f"vendor: V\ntargets: [{other}, {haste}]", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["kpi-kit", "check", str(path)])

    command_line.main()

    said = capsys.readouterr().out
    assert 1 == said.count("Warning: ")
    assert "Warning: contract: a target on handle_time_ticket makes agents rush" in said


def test_the_contract_that_parameters_name(checked, tmp_path):
    """A report would stop there: its own file and line are told."""
    (tmp_path / "terms.yaml").write_text("vendor: A\nslug: B\n", encoding="utf-8")
    code, said = checked("weekly_review.yaml", f"contract: {tmp_path}/terms.yaml")

    assert 2 == code
    assert said.startswith("Error: terms.yaml: line 2: slug: 'B' cannot name files.")
    missing = checked("weekly_review.yaml", "days: 7\ncontract: none.yaml")
    assert (2, "Error: none.yaml: No such file or directory. Check the path.\n") == (
        missing
    )


def test_a_file_without_end(monkeypatch, capfd):
    """A device has no size: what is read of it has."""
    monkeypatch.setattr(sys, "argv", ["kpi-kit", "check", "/dev/zero"])
    with pytest.raises(SystemExit):
        command_line.main()

    assert "Error: /dev/zero: more than 262,144 bytes are no parameters." in (
        capfd.readouterr().err
    )


@pytest.mark.parametrize("name", ["oracle", "snowflake", "mysql"])
def test_an_engine_whose_driver_is_missing(monkeypatch, capfd, name):
    """Ibis knows it, this machine does not: what to install is told."""
    where = ["--location", "none", "--from", "2026-03-01", "--to", "2026-03-02"]
    given = ["kpi-kit", "kpis", "--engine", f"{name}://kit:hunter2@host/desk", *where]
    monkeypatch.setattr(sys, "argv", given)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    said = capfd.readouterr().err

    assert 2 == ended.value.code
    assert said.startswith(f"Error: engine: the driver of {name} is not installed. R")
    assert f'"ibis-framework[{name}]"' in said
    assert "hunter2" not in said


@pytest.mark.parametrize("cadence", ["../../tmp/evil", "/etc/passwd", "weekly_review/"])
def test_a_cadence_is_a_notebook_of_the_folder(monkeypatch, capfd, cadence):
    """No name of a report reaches past its folder."""
    monkeypatch.setattr(sys, "argv", ["kpi-kit", "run", cadence])
    with pytest.raises(SystemExit) as ended:
        command_line.main()

    assert 2 == ended.value.code
    assert f"holds no notebook called '{cadence}'" in capfd.readouterr().err


def test_a_password_on_the_command_line_is_kept_out_of_the_report(
    monkeypatch, capfd, tmp_path
):
    """A notebook keeps what it is given; the address is refused before it runs."""
    given = ["-p", "engine", "postgres://kit:hunter2@host/desk", "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["kpi-kit", "run", "weekly_review", *given])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    said = capfd.readouterr().err

    assert 2 == ended.value.code
    assert "-p: engine: an address holds a password" in said
    assert "hunter2" not in said
    assert [] == list(tmp_path.iterdir())
