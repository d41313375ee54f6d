"""The contract reads as it is written, and says in one line what cannot be."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kpi_kit import catalog
from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.catalog import Measure
from kpi_kit.contract import KEYS, SEGMENTS, Contract, Target, read_contract
from kpi_kit.counting import Csat, ServiceLevel
from kpi_kit.errors import ParameterError

NEXT = "\n"
METRICS = {
    "first_response_time": Measure(unit="minutes", better="lower", values=(0, None)),
    "csat": Measure(unit="share", better="higher", values=(0, 1)),
    "reopen_rate": Measure(unit="share", better="lower", values=(0, 1)),
    "nps": Measure(unit="score", better="higher", values=(-100, 100)),
    "csat_score": Measure(unit="score", better="higher", values=(0, 10)),
    "backlog": Measure(unit="count", better="lower", values=(0, None)),
    "occupancy": Measure(unit="share", better="neither", values=(0, 1)),
    "qa_score": Measure(unit="share", better="higher", values=(0, 1)),
    "cost_per_resolution": Measure(unit="money", better="lower", values=(0, None)),
}
SHARES = ("csat", "occupancy", "qa_score")
EXAMPLE = Path(__file__).parents[1] / "parameters" / "contract.yaml"
SAMPLE = """
vendor: Example BPO
time_zone: America/New_York        # reporting days and hours
go_live: 2026-02-01
segment: b2b_saas
schedule_rule: at_event
business_hours:
  office:
    week: {mon-fri: ["09:00-12:00", "13:00-17:00"], sat: ["10:00-14:00"]}
    holidays: {country: US, subdivision: NY, dates: [2026-07-03], except: [2026-10-12]}
    overrides: {2026-12-24: ["09:00-12:00"]}
  nights:
    time_zone: Asia/Manila
    week: {mon-sun: ["22:00-06:00"]}
schedules_by: {team: {Night desk: nights}}
targets:
  - {metric: first_response_time, statistic: median, clock: business, at_most: 4 h,
     weight: 40 %}
  - {metric: csat, at_least: 85 %, weight: 60 %}
tiers: {Frontline: 1, Experts: 2}
organizations: {Frontline: Example BPO, Experts: client}
first_contact_resolution: no_repeat
goal: custom
scorecard:
  efficiency: [first_response_time, backlog, occupancy]
  quality: [qa_score, reopen_rate]
  experience: [nps, csat]
service_level: {within: 1 min 30 s, abandoned: left_out}
csat: {positive_from: 4.5}
currency: PHP
"""
WORKED = "{country: US, except: [2026-10-12, 2026-10-13]}"
BALANCE = "efficiency: [occupancy, backlog], quality: [reopen_rate, qa_score]"


@pytest.fixture
def contract(tmp_path):
    """A function from the file's text to the contract."""

    def read(text, known=METRICS):
        path = tmp_path / "contract.yaml"
        path.write_text(text, encoding="utf-8")
        return read_contract(path, known_metrics=known)

    return read


@pytest.fixture
def refused(contract, tmp_path):
    """A function from the file's text to the error, without the folder's name."""

    def message(text):
        with pytest.raises(ParameterError) as raised:
            contract(text)
        assert "\n" not in str(raised.value)
        return str(raised.value).removeprefix(f"{tmp_path}/")

    return message


def test_defaults():
    """Without a file there is a vendor without a name, in UTC, with no targets."""
    nothing = read_contract(None, known_metrics=METRICS)

    assert Contract() == nothing
    assert ("vendor", "vendor", "UTC") == (
        nothing.vendor,
        nothing.slug,
        nothing.time_zone,
    )
    assert "at_event" == nothing.schedule_rule
    assert "one_touch" == nothing.first_contact_resolution
    assert () == nothing.schedules
    assert (None, {}, None) == (nothing.goal, nothing.scorecard, nothing.currency)
    assert ServiceLevel(seconds=20, abandoned="count_as_missed") == (
        nothing.service_level
    )
    assert Csat(positive_from=None) == nothing.csat


def test_sample(contract):
    """Every key of the documented sample."""
    got = contract(SAMPLE)
    office, nights = got.schedules

    assert ("Example BPO", "example-bpo") == (got.vendor, got.slug)
    assert ("b2b_saas", date(2026, 2, 1)) == (got.segment, got.go_live)
    assert ("office", "America/New_York") == (office.name, office.time_zone)
    assert ("nights", "Asia/Manila") == (nights.name, nights.time_zone)
    assert ((36_000, 50_400),) == office.week[6]
    assert ((79_200, 108_000),) == nights.week[7]
    assert {date(2026, 12, 24): ((32_400, 43_200),)} == office.overrides
    assert date(2026, 10, 12) not in office.holidays
    assert {"team": {"Night desk": "nights"}} == got.schedules_by
    assert {"Frontline": 1, "Experts": 2} == got.tiers
    assert {"Frontline": "Example BPO", "Experts": "client"} == got.organizations
    assert "no_repeat" == got.first_contact_resolution
    assert ("custom", "PHP") == (got.goal, got.currency)
    assert {
        "efficiency": ("first_response_time", "backlog", "occupancy"),
        "quality": ("qa_score", "reopen_rate"),
        "experience": ("nps", "csat"),
    } == got.scorecard
    assert ServiceLevel(seconds=90, abandoned="left_out") == got.service_level
    assert Csat(positive_from=Decimal("4.5")) == got.csat
    assert (
        Target(
            metric="first_response_time",
            statistic="median",
            clock="business",
            at_most=Decimal(240),
            weight=Decimal("0.4"),
        ),
        Target(metric="csat", at_least=Decimal("0.85"), weight=Decimal("0.6")),
    ) == got.targets


def test_example_file():
    """The contract that comes with the kit is sound and shows all it can."""
    got = read_contract(EXAMPLE, known_metrics=catalog.measures())
    lines = EXAMPLE.read_text("utf-8").splitlines()

    assert "northwind-support" == got.slug
    assert "b2b_saas" == got.segment
    assert ["office", "nights"] == [schedule.name for schedule in got.schedules]
    assert 1 == sum(target.weight for target in got.targets)
    for key in KEYS:
        assert any(line.removeprefix("# ").startswith(f"{key}:") for line in lines)
    assert [] == [name for name in SEGMENTS if name not in EXAMPLE.read_text("utf-8")]


@pytest.mark.parametrize(
    ("metric", "written", "minutes_or_share"),
    [
        ("first_response_time", "4 h", "240"),
        ("first_response_time", "1.5h", "90"),
        ("first_response_time", "30 min", "30"),
        ("first_response_time", "45 s", "0.75"),
        ("first_response_time", "2 d", "2880"),
        ("first_response_time", "4 hours", "240"),
        ("first_response_time", "1 Hour", "60"),
        ("first_response_time", "30 minutes", "30"),
        ("first_response_time", "90 seconds", "1.5"),
        ("first_response_time", "1 day", "1440"),
        ("first_response_time", "1 h 30 min", "90"),
        ("first_response_time", "1h30min", "90"),
        ("csat", "85 percent", "0.85"),
        ("csat", "85 %", "0.85"),
        ("csat", "85%", "0.85"),
        ("csat", "0.85", "0.85"),
        ("csat", "1", "1"),
        ("reopen_rate", "8 %", "0.08"),
        ("nps", "-10", "-10"),
        ("backlog", "1500", "1500"),
    ],
)
def test_amounts(contract, metric, written, minutes_or_share):
    """Times become minutes and shares 0..1, exactly."""
    lower = METRICS[metric].better == "lower"
    bound, other = ("at_most", "at_least") if lower else ("at_least", "at_most")
    text = f"targets: [{{metric: {metric}, {bound}: {written}}}]"
    (target,) = contract(text).targets

    assert Decimal(minutes_or_share) == getattr(target, bound)
    assert getattr(target, other) is None


def test_the_design_of_targets(contract):
    """A duration has a statistic and a clock, a share neither."""
    text = """
targets:
  - {metric: first_response_time, statistic: median, clock: business, at_most: 4 h,
     weight: 40 %}
  - {metric: csat, at_least: 85 %, weight: 60 %}
  - {metric: reopen_rate, statistic: share, at_most: 8 %}
"""

    assert 3 == len(contract(text).targets)


def test_the_segments_are_those_of_the_cited_bands():
    """Each cited band is about a kind of client, or about a kind of ticket."""
    slices = {"all", "chat", "email", "phone", "social", "routine", "escalated"}
    cited = {band.segment for c in catalog.METRICS.values() for band in c.benchmarks}

    assert set() == cited - slices - set(SEGMENTS)


def test_every_score_has_its_ends():
    """A promise about a score can be held to what the score can be."""
    found = {
        name: measure.values
        for name, measure in catalog.measures().items()
        if measure.unit == "score" and name != "tickets_per_cost"
    }

    assert {
        "nps": (-100, 100),
        "csat_score": (0, 10),
        "ces": (0, 10),
        "sentiment": (-1, 1),
    } == found


@pytest.mark.parametrize(
    ("days_ahead", "sound"),
    [pytest.param(300, True, id="planned"), pytest.param(400, False, id="too-far")],
)
def test_a_start_may_be_planned(contract, refused, days_ahead, sound):
    """A vendor may start within the year, not in two."""
    day = date.today() + timedelta(days=days_ahead)  # noqa: DTZ011 - a day is enough
    if sound:
        assert day == contract(f"go_live: {day}").go_live
    else:
        assert f"go_live: {day} is more than a year ahead" in refused(f"go_live: {day}")


@pytest.mark.parametrize(
    ("vendor", "slug"),
    [
        ("Northwind Support", "northwind-support"),
        ("Zoë & Söhne GmbH", "zoe-sohne-gmbh"),
        ("../../etc/passwd", "etc-passwd"),
        ("ａｃｍｅ", "acme"),  # noqa: RUF001 - full-width letters
        ("A" * 60, "a" * 40),
    ],
)
def test_slug_from_vendor(contract, vendor, slug):
    """A slug is always safe in a path."""
    assert slug == contract(f"vendor: '{vendor}'").slug


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("vendr: X", "no key is called 'vendr'. Did you mean 'vendor'? Known: avoi"),
        ("vendor: 5", "vendor: YAML reads this as 5, not as text. Write it in quot"),
        ("vendor: NO", "YAML takes NO for false. Write it in quotes where text is"),
        ("vendor: ''", "vendor: '' is not a line of text."),
        ('vendor: "a\\nBcc: b"', "vendor: 'a\\nBcc: b' is not a line of text."),
        ("slug: Acme", "slug: 'Acme' cannot name files. Write 1 to 40 of a-z"),
        ("slug: ../acme", "slug: '../acme' cannot name files."),
        ('slug: "acme\\n"', "slug: 'acme\\n' cannot name files."),
        ("slug: ａｃｍｅ", "slug: 'ａｃｍｅ' cannot name files."),  # noqa: RUF001
        ("time_zone: EST", "time_zone: 'EST' is not a time zone with its clock ch"),
        (
            "time_zone: Etc/GMT+5",
            "time_zone: 'Etc/GMT+5' is UTC-0500 all year, whatever its sign says. Wri",
        ),
        ("time_zone: Etc/UTC", "time_zone: 'Etc/UTC' is UTC+0000 all year, whatever "),
        ("segment: b2b_sas", "segment: 'b2b_sas' is not a choice. Did you mean 'b2b_s"),
        ("go_live: 2099-01-01", "go_live: 2099-01-01 is more than a year ahead. Write"),
        ("go_live: 1869-02-01", "go_live: 1869-02-01 lies outside 1970 to 2099. Corre"),
        ("go_live: '2026-13-45'", "go_live: '2026-13-45' is not a day. Write it as"),
        ("go_live: 2026-13-45", "'2026-13-45' cannot be read: month must be"),
        ("go_live: 2026-02-30", "'2026-02-30' cannot be read: day is out "),
        ("go_live: 2026-02-01 09:00:00", "2026-02-01 09:00:00 is a day with a time. W"),
        ("go_live: '20260201'", "go_live: '20260201' is not a day. Write it as 2026-"),
        ("schedule_rule: first", "schedule_rule: 'first' is not a choice. Known: "),
        ("first_contact_resolution: one_tuch", "first_contact_resolution: 'one_tuch'"),
        ("business_hours: {}", "business_hours: no schedule is declared."),
        (
            "business_hours: {office: {week: {mon-fri: [9:30, 17:00]}}}",
            "YAML takes 9:30 for the number 570, in base 60. Write '9:30', in quo",
        ),
        (
            "business_hours: {office: {week: 24x7, time_zone: Mars/Base}}",
            "business_hours.office.time_zone: 'Mars/Base' is not a time zone",
        ),
        ("schedules_by: {queue: {}}", "schedules_by: no key is called 'queue'."),
        (
            "business_hours: {office: {week: 24x7}}\nschedules_by: {team: {A: ofice}}",
            "schedules_by.team.A: business_hours declares no schedule 'ofice'. Did you",
        ),
        ("tiers: {A: 0}", "tiers.A: 0 is not a tier. Write 1, 2, 3 up to 9; 1 is th"),
        ("tiers: {A: -1}", "tiers.A: -1 is not a tier. Write 1, 2, 3 up to 9; 1 is t"),
        ("tiers: {A: 99999999}", "tiers.A: 99999999 is not a tier."),
        ("tiers: {A: 1.5}", "tiers.A: 1.5 is not a tier."),
        (
            "organizations: {A: Client}",
            "organizations.A: 'Client' would be a vendor of that name. Write client, ",
        ),
        (
            f"business_hours: {{a: {{week: 24x7, holidays: {WORKED}}}}}",
            "business_hours.a.holidays.except[1]: 2026-10-13 is no day off. Take it o",
        ),
        (
            "business_hours: {a: {week: 24x7, overrides: {9026-12-24: []}}}",
            "business_hours.a.overrides.9026-12-24: 9026-12-24 lies outside 1970 to 2",
        ),
        ("tiers: {A: true}", "tiers.A: True is not a tier."),
        ("organizations: {A: 7}", "organizations.A: YAML reads this as 7, not as"),
        ("goal: grow", "goal: 'grow' is not a choice. Did you mean 'growth'? Known: "),
        ("goal: custom", "goal: a custom goal names no KPIs of its own. Add scorecard"),
        ("scorecard: {speed: []}", "scorecard: no key is called 'speed'. Known: effi"),
        (
            f"scorecard: {{{BALANCE}}}",
            "scorecard: experience is missing. Give two or three KPIs of each of effi",
        ),
        (
            f"scorecard: {{{BALANCE}, experience: [csat]}}",
            "scorecard.experience: a category of 1 is out of balance. Give two",
        ),
        (
            f"scorecard: {{{BALANCE}, experience: [csat, nps, csat, nps]}}",
            "scorecard.experience: a category of 4 is out of balance. Give two",
        ),
        (
            f"scorecard: {{{BALANCE}, experience: [csat, npx]}}",
            "scorecard.experience[1]: no metric is called 'npx'. Did you mean 'nps'?",
        ),
        (
            f"scorecard: {{{BALANCE}, experience: [csat, 7]}}",
            "scorecard.experience[1]: YAML reads this as 7, not as text. Write it in",
        ),
        (
            f"scorecard: {{{BALANCE}, experience: [csat, backlog]}}",
            "scorecard.experience[1]: backlog is no measure of experience. Put it un",
        ),
        (
            f"scorecard: {{{BALANCE}, experience: [csat, csat]}}",
            "scorecard.experience[1]: csat already stands under experience. Keep one",
        ),
        (
            "service_level: {within: 20}",
            "service_level.within: 20 is not a length of time; write 4 h, 30 min, 45 ",
        ),
        (
            "service_level: {within: 0 s}",
            "service_level.within: nobody is promised '0 s' in a queue. Write whole s",
        ),
        (
            "service_level: {within: 2 h}",
            "service_level.within: nobody is promised '2 h' in a queue. Write whole s",
        ),
        (
            "service_level: {within: 0.5 s}",
            "service_level.within: nobody is promised '0.5 s' in a queue. Write whole",
        ),
        (
            "service_level: {abandoned: ignore}",
            "service_level.abandoned: 'ignore' is not a choice. Known: count_as_misse",
        ),
        ("service_level: {target: 1}", "service_level: no key is called 'target'. Kno"),
        (
            "csat: {positive: 4}",
            "csat: no key is called 'positive'. Did you mean 'posi",
        ),
        (
            "csat: {positive_from: 400}",
            "csat.positive_from: 400 is no rating. Write the lowest positive one, su",
        ),
        (
            "csat: {positive_from: 80 %}",
            "csat.positive_from: '80 %' is not a plain number; write 4.5.",
        ),
        ("currency: usd", "currency: 'usd' is not a currency. Did you mean 'USD'? Wr"),
        ("currency: ABC", "currency: 'ABC' is not a currency. "),
        ("currency: $", "currency: '$' is not a currency. Write an ISO 4217 code such"),
        ("targets: {}", "targets: {} is not a list."),
        ("targets: [csat]", "targets[0]: 'csat' is not a mapping."),
        ("targets: [{at_most: 1}]", "targets[0].metric: YAML reads this as None"),
    ],
)
def test_values_that_cannot_be(refused, text, message):
    """Each names the file, the path, the value and what to write."""
    assert refused(text).startswith(
        f"contract.yaml: line {text.count(NEXT) + 1}: {message}"
    )


def test_a_vendor_whose_name_names_no_folder(refused):
    """Not one of its letters is in a-z: the slug has to be given."""
    said = refused("vendor: 日本")

    assert "contract.yaml: slug: none can be made from the vendor '日本'. " in said


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            "{metric: reopenrate, at_most: 8 %}",
            "[0].metric: no metric is called 'reopenrate'. Did you mean 'reopen_rate'?",
        ),
        (
            "{metric: csat, at_most: 1, at_least: 0}",
            "[0]: give one of at_most or at_least, not ['at_most', 'at_least'].",
        ),
        ("{metric: csat}", "[0]: give one of at_most or at_least, not neither."),
        (
            "{metric: csat, at_lest: 1}",
            "[0]: no key is called 'at_lest'. Did you",
        ),
        (
            "{metric: csat, statistic: p95, at_least: 1}",
            "[0].statistic: 'p95' is not",
        ),
        (
            "{metric: csat, clock: wall, at_least: 1}",
            "[0].clock: 'wall' is not a",
        ),
        (
            "{metric: csat, at_least: .nan}",
            ".nan is no number to count with. Write one",
        ),
        (
            "{metric: csat, at_least: .inf}",
            ".inf is no number to count with. Write one",
        ),
        (
            "{metric: csat, at_least: 1e999}",
            "[0].at_least: '1e999' is not an amount",
        ),
        (
            "{metric: csat, at_least: 0.90x}",
            "[0].at_least: '0.90x' is not an amount",
        ),
        (
            "{metric: csat, at_least: true}",
            "[0].at_least: True is not an amount.",
        ),
        (
            "{metric: csat, at_least: null}",
            "[0].at_least: None is not an amount.",
        ),
        ("{metric: csat, at_least: [1]}", "[0].at_least: [1] is not an amount."),
        (
            "{metric: csat, at_least: 85}",
            "[0].at_least: 85 is not a share from 0 to",
        ),
        (
            "{metric: csat, at_least: 185 %}",
            "[0].at_least: '185 %' is not a share",
        ),
        (
            "{metric: csat, at_least: 4 h}",
            "[0].at_least: '4 h' is not a share from",
        ),
        (
            "{metric: first_response_time, at_most: 240}",
            "[0].at_most: 240 is not a length of time; write 4 h, 30 min, 45 s or 2 d.",
        ),
        (
            "{metric: first_response_time, at_most: -4 h}",
            "[0].at_most: '-4 h' is not a length of time",
        ),
        (
            "{metric: reopen_rate, statistic: median, at_most: 8 %}",
            "[0].statistic: reopen_rate has no 'median'. Leave the line's statistic",
        ),
        (
            "{metric: reopen_rate, clock: business, at_most: 8 %}",
            "[0].clock: reopen_rate is no length of time and has no clock. Leave",
        ),
        (
            "{metric: first_response_time, statistic: share, at_least: 90 %}",
            "[0].statistic: first_response_time has no 'share'. Write statistic: med",
        ),
        (
            "{metric: reopen_rate, at_least: 8 %}",
            "[0].at_least: of reopen_rate the lower is the better, so this promises t",
        ),
        (
            "{metric: first_response_time, at_least: 4 h}",
            "[0].at_least: of first_response_time the lower is the better, so this pr",
        ),
        (
            "{metric: csat, at_most: 85 %}",
            "[0].at_most: of csat the higher is the better, so this promises the",
        ),
        (
            "{metric: first_response_time, at_most: 0 h}",
            "[0].at_most: '0 h' is kept by nobody. Write a time of up to a year, such",
        ),
        (
            "{metric: first_response_time, at_most: 99999 d}",
            "[0].at_most: '99999 d' is kept by anybody. Write a time of up to a year,",
        ),
        (
            "{metric: first_response_time, clock: business, at_most: 2 days}",
            "[0].at_most: '2 days' of business hours are days of 24 of them. Write th",
        ),
        (
            "{metric: first_response_time, at_most: 4 m}",
            "[0].at_most: '4 m' is not an amount. Write 4 h, 30 min, 45 s, 2 d, 85 % ",
        ),
        (
            "{metric: nps, at_least: 500}",
            "[0].at_least: 500 is no value of nps. It is -100 to 100.",
        ),
        (
            "{metric: csat_score, at_least: 45}",
            "[0].at_least: 45 is no value of csat_score. It is 0 to 10.",
        ),
        (
            "{metric: backlog, at_most: -1}",
            "[0].at_most: -1 is no value of backlog. It is 0 or more.",
        ),
        (
            "{metric: cost_per_resolution, at_most: -5.5}",
            "[0].at_most: -5.5 is no value of cost_per_resolution. It is 0 or more.",
        ),
        (
            "{metric: reopen_rate, at_most: 100 %}",
            "[0].at_most: '100 %' is kept by whatever reopen_rate there is. Write a b",
        ),
        (
            "{metric: nps, at_least: -100}",
            "[0].at_least: -100 is kept by whatever nps there is. Write a bound that ",
        ),
        (
            "{metric: nps, at_least: 40 %}",
            "[0].at_least: '40 %' is not a plain numbe",
        ),
        (
            "{metric: csat, at_least: 1, weight: 140 %}",
            "[0].weight: '140 %' is not a share from 0 to 1; write 85 % or 0.85.",
        ),
        (
            "{metric: csat, at_least: 1, weight: -0.1}",
            "[0].weight: -0.1 is not a sha",
        ),
        (
            "{metric: csat, at_least: 1, weight: 40}",
            "[0].weight: 40 is not a share",
        ),
    ],
)
def test_targets_that_cannot_be(refused, target, message):
    """A target nobody could meet or miss is refused before a report runs."""
    got = refused(f"targets: [{target}]")
    place = "targets" if message.startswith("[") else ""

    assert got.startswith(f"contract.yaml: line 1: {place}{message}")


def test_weights_add_up(contract, refused):
    """0.1 + 0.2 + 0.7 is 1 here; what is missing or too much is named."""

    def weighted(*weights):
        rows = [
            f"{{metric: {metric}, at_least: 0.5, weight: {weight}}}"
            for metric, weight in zip(SHARES, weights, strict=False)
        ]
        return f"targets: [{', '.join(rows)}]"

    assert 3 == len(contract(weighted("0.1", "0.2", "70 %")).targets)
    assert (
        "contract.yaml: line 1: targets: the weights add up to 90%, not 100%. "
        "Each weight is that KPI's part of the fee at risk."
    ) == refused(weighted("0.5", "40 %"))
    assert "add up to 100.1%" in refused(weighted("50 %", "50.1 %"))


def test_a_promise_given_twice(refused):
    """Two bounds for one number would each be the truth."""
    text = """
targets:
  - {metric: csat, at_least: 0.9}
  - {metric: nps, at_least: 30}
  - {metric: csat, at_least: 0.8}
"""

    assert "line 5: targets[2]: promises what targets[0] does. Keep" in refused(text)


@pytest.mark.parametrize(
    ("hours", "first", "second", "same"),
    [
        pytest.param("", "", "statistic: median", True, id="the-median-by-default"),
        pytest.param("", "", "clock: calendar", True, id="calendar-by-default"),
        pytest.param("", "", "clock: business", False, id="business-is-another"),
        pytest.param("24x7", "", "clock: business", True, id="business-by-default"),
        pytest.param("24x7", "", "clock: calendar", False, id="calendar-is-another"),
        pytest.param("", "", "statistic: p90", False, id="another-statistic"),
    ],
)
def test_a_promise_given_twice_in_other_words(
    contract, refused, hours, first, second, same
):
    """What a line leaves out is what it would have by default."""
    rows = [
        f"{{metric: first_response_time, at_most: 4 h, {a}}}" for a in (first, second)
    ]
    text = f"targets: [{', '.join(rows)}]"
    if hours:
        text += f"\nbusiness_hours: {{office: {{week: {hours}}}}}"
    if same:
        assert "targets[1]: promises what targets[0] does. Keep" in refused(text)
    else:
        assert 2 == len(contract(text).targets)


def test_a_share_given_twice_in_other_words(refused):
    """A share has one number, named or not."""
    rows = [
        "{metric: csat, at_least: 0.8}",
        "{metric: csat, statistic: share, at_least: 1}",
    ]

    assert "targets[1]: promises what" in refused(f"targets: [{', '.join(rows)}]")


def test_either_bound_where_neither_side_is_better(contract):
    """Agents can be too busy, and idle."""
    for bound in ("at_most", "at_least"):
        text = f"targets: [{{metric: occupancy, {bound}: 80 %}}]"
        (target,) = contract(text).targets

        assert Decimal("0.8") == getattr(target, bound)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty."),
        ("# nothing\n", "the file is empty."),
        ("- vendor: X", "[{'vendor': 'X'}] is not a mapping."),
        ("vendor: X\nslug: a\nvendor: Y", "line 3: 'vendor' is already given on lin"),
        ("tiers: {A: 1, A: 2}", "line 1: 'A' is already given on line 1."),
        ("tiers:\n\tA: 1", "line 2: a tab stands where YAML takes blanks only."),
        (
            "tiers: &a {A: 1}\norganizations: *a",
            "line 1: anchors and aliases (&name, *name) are not",
        ),
        ("tiers: {<<: {A: 1}}", "line 1: merge keys (<<) are not taken"),
        ("vendor: !!python/object:os.system x", "line 1: tags such as python/object:o"),
        ("tiers:\n  A: *a", "line 2: anchors and aliases (&name, *name) are not"),
        ("vendor: {[1]: 2}", "line 1: found unhashable key."),
        ("vendor: X\n---\nvendor: Y", "line 2: a second document begins here."),
        ("vendor: 'X", "line 1: found unexpected end of stream."),
        ("vendor: \x00", "unacceptable character #x0000"),
        ("[" * 5000, "nested too deeply."),
        ("# " + "x" * 300_000, "more than 262,144 bytes are no parameters."),
    ],
)
def test_files_that_cannot_be(refused, text, message):
    """Empty, not a mapping, a key twice, tabs, aliases, tags, bombs."""
    assert refused(text).startswith(f"contract.yaml: {message}")


def test_files_that_are_not_there(tmp_path):
    """A missing file, a folder, and text in another encoding."""
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("vendor: Müller".encode("cp1252"))

    for path, message in (
        (tmp_path / "none.yaml", "No such file or directory. Check the path."),
        (tmp_path, "Is a directory. Check the path."),
        (latin, "not UTF-8 text. Save it as UTF-8."),
    ):
        with pytest.raises(ParameterError) as raised:
            read_contract(path, known_metrics=METRICS)

        assert f"{path}: {message}" == str(raised.value)
