"""The pages say what the code does; ``make docs`` writes their tables anew."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner

from bench.moods import confusion, figures
from bench.moods import table as confusion_table
from kpi_kit import metrics as _metrics  # noqa: F401 - fills the catalog
from kpi_kit.__main__ import EXIT_CODES, cli
from kpi_kit.catalog import METRICS
from kpi_kit.charts import CHARTS
from kpi_kit.contract import read_contract
from kpi_kit.sources import SOURCES
from kpi_kit.sources.options import READERS as OPTIONS
from kpi_kit.tables import TABLES
from tests.bad_files import FOLDER, READERS, right_outcomes
from tests.doc_coverage import ASKED, FAMILIES, coverage, faults
from tests.doc_tables import SLICES, cards, possible_slices, slices, table

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = (README, *sorted(ROOT.glob("docs/*.md")))
LIST = ROOT.parent / "shared" / "requirements.md"
TWEETS = ROOT.parent / "shared" / "data" / "airline_tweets_2015.csv.gz"
SECTION = re.compile(r"(<!-- begin (\S+), .*? -->\n)(.*?)(<!-- end \2 -->)", re.DOTALL)


def commands():
    """Return the table of commands: what each one's help says first."""
    told = ((f"`{name}`", first_paragraph(c.help)) for name, c in cli.commands.items())
    return table(("command", "does"), *sorted(told))


def first_paragraph(text):
    """Return the first paragraph of a help text as one line."""
    return " ".join(text.partition("\n\n")[0].split())


def kpis():
    """Return the table of KPIs, from their cards."""
    rows = [
        (
            f"`{card.name}`",
            f"**{card.label}.** {card.definition.replace('``', '`')}",
            card.unit,
            card.better,
            "; ".join(card.missing(frozenset())),
        )
        for card in METRICS.values()
    ]
    return table(("name", "what it is", "unit", "better", "needs"), *rows)


def tables():
    """Return the table of canonical tables; required columns in bold."""
    return table(
        ("table", "holds", "columns"),
        *(
            (
                f"`{one.name}`",
                one.meaning,
                ", ".join(bold(column) for column in one.columns),
            )
            for one in TABLES.values()
        ),
    )


def bold(column):
    """Return a column's name, in bold where it is required."""
    return f"**{column.name}**" if column.required else column.name


def fenced(language):
    """Return the fenced blocks of README.md in one language."""
    text = README.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def example():
    """Return what the first command answers on the file that stands above it."""
    (file,) = fenced("csv")
    command = next(block for block in fenced("sh") if "tickets.csv" in block)
    words = command.replace("\\\n", " ").split()
    with TemporaryDirectory() as folder:
        path = Path(folder, "tickets.csv")
        path.write_text(file, encoding="utf-8")
        given = [str(path) if word == path.name else word for word in words[3:]]
        answer = CliRunner().invoke(cli, given, catch_exceptions=False)
    return f"```text\n{answer.output.rstrip()}\n```"


def damaged():
    """Return how many damaged files end as they should, here and by default readers."""
    head = ("category", "files", "kpi_kit", *READERS)
    return table(head, *right_outcomes())


def moods():
    """Return what the word list makes of tweets that people judged."""
    counts = confusion(TWEETS)
    told = table(("of the tweets", ""), *figures(counts).items())
    return f"{confusion_table(counts)}\n\n{told}"


WRITTEN = {
    "example": example,
    "commands": commands,
    "kpis": kpis,
    "tables": tables,
    "slices": slices,
    "cards": cards,
    "coverage": coverage,
}
ELSEWHERE = {"damaged": (damaged, FOLDER), "moods": (moods, TWEETS)}
WRITTEN |= {name: made for name, (made, data) in ELSEWHERE.items() if data.exists()}


def sections():
    """Return the generated sections as they stand, by name."""
    texts = (page.read_text(encoding="utf-8") for page in PAGES)
    return {name: body for t in texts for _, name, body, _ in SECTION.findall(t)}


@pytest.mark.parametrize("name", [*WRITTEN, *(ELSEWHERE.keys() - WRITTEN)])
def test_a_generated_section_is_fresh(name):
    """What the pages tell of KPIs, tables and commands is what the code has."""
    if name not in WRITTEN:
        pytest.skip(f"{ELSEWHERE[name][1].name}, which it is made from, is not here")

    assert f"{WRITTEN[name]()}\n" == sections()[name], "stale: run 'make docs'"


def test_every_generated_section_is_known():
    """No section stays behind when its generator goes."""
    assert {*WRITTEN, *ELSEWHERE} == set(sections())


def test_contracts_can_be_read(tmp_path):
    """The contract shown is one."""
    (text,) = fenced("yaml")
    path = tmp_path / "contract.yaml"
    path.write_text(text, encoding="utf-8")

    assert "Example BPO" == read_contract(path, known_metrics=METRICS).vendor


def test_every_source_and_chart_is_shown():
    """What a user can name stands in an example."""
    text = README.read_text(encoding="utf-8")

    assert [] == [name for name in SOURCES if f"--source {name}" not in text]
    assert [] == [name for name in CHARTS if f'review.draw("{name}", ' not in text]


def test_every_option_of_a_source_is_told():
    """Each has its row, and no row is of an option that went."""
    text = README.read_text(encoding="utf-8").partition("| option | says |")[2]
    rows = re.findall(r"^\| `(\w+)` \|", text.partition("</details>")[0], re.MULTILINE)

    assert list(OPTIONS) == rows


def test_exit_codes_are_those_of_the_command_line():
    """A scheduler goes by the numbers."""
    told = re.findall(r"\b(\d) ([a-z])", EXIT_CODES)
    text = README.read_text(encoding="utf-8")
    shown = re.findall(r"^\| (\d) \| (\w)", text, re.MULTILINE)

    assert told == shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Every link to a file of the project, or a heading in it, has its end."""
    text = page.read_text(encoding="utf-8")
    for path, anchor in re.findall(r"\]\(([^)#:]*)(#[^)]+)?\)", text):
        target = page.parent / path if path else page
        assert target.exists()
        assert not anchor or anchor[1:] in anchors(target)


def anchors(page):
    """Return the places within a page that a link can lead to."""
    text = page.read_text(encoding="utf-8")
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads)
    return {*plain, *re.findall(r'<a id="([^"]+)">', text)}


def test_every_page_is_linked():
    """What is written is found from README.md."""
    text = README.read_text(encoding="utf-8")

    assert [] == [p.name for p in PAGES[1:] if f"(docs/{p.name})" not in text]


def test_every_slice_is_told():
    """Each dimension that the code takes has its words, and none that it does not."""
    assert set() == set(SLICES) - set(possible_slices())
    assert len(possible_slices()) == slices().count("\n| `")


def test_everything_that_is_asked_has_its_line():
    """No number is left out between the first and the last of its family."""
    numbers = [f"R-{f}-{n + 1}" for f, most in FAMILIES.items() for n in range(most)]

    assert numbers == list(ASKED)


@pytest.mark.skipif(not LIST.exists(), reason="the list of what is asked is not here")
def test_the_families_are_those_of_the_list():
    """Who asks decides how much there is, not who answers."""
    asked = re.findall(r"^\| R-([A-Z]+)-\d+ \|", LIST.read_text("utf-8"), re.MULTILINE)

    assert FAMILIES == {family: asked.count(family) for family in FAMILIES}


def test_what_the_coverage_names_is_there():
    """KPIs, modules, keys, slices, tests and sections exist under these names."""
    assert [] == faults()


def write():
    """Write the generated sections anew."""
    known = {name: f"{body()}\n" for name, body in WRITTEN.items()}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        fresh = SECTION.sub(lambda m: f"{m[1]}{known.get(m[2], m[3])}{m[4]}", text)
        page.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    write()
