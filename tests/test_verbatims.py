"""What customers wrote: which comments are shown, and which words stand out."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from scipy.stats import fisher_exact

from kpi_kit.contract import Contract
from kpi_kit.errors import TableError
from kpi_kit.verbatims import fisher, verbatims
from tests.canonical import helpdesk
from tests.desks import DAY, at, ticket

MONDAY = date(2026, 3, 2)
DAYS = {"start": MONDAY, "end": MONDAY + 7 * DAY, "as_of": MONDAY + 30 * DAY}


def rated(number, score, comment, issue="bill", *, day=1, **more):
    """Return a ticket that was solved so many days after Monday, and its rating."""
    solved = day * 24 * 60
    one = ticket(number, at(MONDAY), solved=solved, issue_type=issue, **more)
    one["url"] = f"https://desk.example/{number}"
    told = {"kind": "csat", "ticket_id": one["ticket_id"], "score": float(score)}
    when = at(MONDAY + day * DAY, 12)
    return one, told | {"offered_at": when, "answered_at": when, "comment": comment}


def desk(engine, *said, agents=()):
    """Return a desk of rated tickets."""
    tickets, surveys = zip(*said, strict=True)
    people = [
        {"agent_id": name.lower(), "name": name, "organization": "client"}
        for name in agents
    ]
    tables = {"tickets": list(tickets), "surveys": list(surveys)}
    return helpdesk(engine, tables | ({"agents": people} if people else {}))


def test_the_worst_of_each_issue_type_come_first(engine):
    """In turn, so that one type with many bad ratings does not fill the page.

    By score alone the four of type bill would take all places of the four.
    """
    said = [
        rated(1, 1, "bill one"),
        rated(2, 1, "bill two", day=2),
        rated(3, 1, "bill three", day=3),
        rated(4, 1, "bill four", day=4),
        rated(5, 2, "login one", "login"),
        rated(6, 3, "no type", None),
        rated(7, 5, "praise", "login"),
        rated(8, 1, "  "),
        rated(9, 1, None),
        rated(10, 1, "a week later", day=8),
    ]

    found = verbatims(desk(engine, *said), Contract(), most=4, **DAYS)

    texts = found.shown["text"].to_list()
    assert (7, 6) == (found.n, found.low)
    assert {"bill four", "bill three", "login one", "no type"} == set(texts)
    assert "no type" == texts[-1]
    assert all(a <= b for a, b in pairwise(found.shown["score"]))
    row = found.shown.set_index("text").loc["login one"]
    assert (MONDAY + DAY, 2.0, "1 to 5") == tuple(row[["day", "score", "scale"]])
    assert ("t00005", "https://desk.example/5") == tuple(row[["ticket_id", "url"]])


def test_no_text_is_quoted_twice(engine):
    """The worst of those who wrote it alike stands for them, whatever the spaces.

    Names are taken out before it is compared.  "same" would take all three places.
    """
    said = [rated(n, 1, f"{' ' * n}same", "login") for n in range(1, 10)]
    said += [
        rated(10, 5, "same"),
        rated(11, 2, "Mei was slow", day=2),
        rated(12, 2, "Ada was slow", day=3),
        rated(13, 3, "late"),
    ]
    told = desk(engine, *said, agents=["Mei Chandler", "Ada Lovelace"])

    found = verbatims(told, Contract(), most=3, **DAYS)

    assert ["same", "[name] was slow", "late"] == found.shown["text"].to_list()
    assert (13, 12) == (found.n, found.low)


def test_no_formula_and_no_markup_leads(engine):
    """What a person wrote comes first, though the others rated lower."""
    said = [
        rated(1, 1, '=HYPERLINK("x","y")'),
        rated(2, 1, "</script><b>open</b>"),
        rated(3, 1, "@SUM(1)"),
        rated(4, 2, "<3 hours? no, - 5 = days", "login"),
        rated(5, 3, "- late again"),
    ]

    found = verbatims(desk(engine, *said), Contract(), **DAYS)

    first, second, *rest = found.shown["text"]
    assert ("<3 hours? no, - 5 = days", "- late again") == (first, second)
    assert {"=", "<", "@"} == {text[0] for text in rest}


def test_names_of_the_data_are_taken_out(engine):
    """Agents' names everywhere, a customer's name and id on their own ticket."""
    said = [
        rated(
            1,
            1,
            "Mei was rude to ada lovelace",
            customer_name="Ada Lovelace",
        ),
        rated(2, 2, "k-4711 <b>waits</b>; Ada is not me", customer_id="k-4711"),
    ]

    found = verbatims(desk(engine, *said, agents=["Mei Chandler"]), Contract(), **DAYS)

    assert [
        "[name] was rude to [name]",
        "[name] <b>waits</b>; Ada is not me",
    ] == found.shown["text"].to_list()


def test_words_are_held_against_all_comments(engine):
    """Four of five low ratings waited, and one of fifteen others: lift 4/5 by 5/20.

    "awaited" is another word; a word counts once per comment, in any case, and has no
    meaning but itself.
    """
    said = [rated(n, 1, "WAITED and waited (a.b)") for n in range(1, 5)]
    said += [rated(5, 2, "axb")]
    said += [rated(6, 5, "waited, but well")]
    said += [rated(n, 5, "long awaited") for n in range(7, 21)]

    found = verbatims(
        desk(engine, *said), Contract(), words=("waited", "a.b", "never"), **DAYS
    )

    waited, dotted, never = found.words.to_dict("records")
    assert (4, 5) == (waited["low_count"], waited["count"])
    assert waited["lift"] == pytest.approx(3.2)
    assert waited["p"] == pytest.approx(0.00490196, abs=1e-7)  # 76 of 15,504
    assert waited["stands_out"]
    assert (4, 4) == (dotted["low_count"], dotted["count"])
    assert (0, 0, 1.0, False) == tuple(
        never[name] for name in ("low_count", "count", "p", "stands_out")
    )


@pytest.mark.parametrize("low", [1, 5, 9])
@pytest.mark.parametrize("count", [0, 3, 11])
def test_chance_is_fishers(low, count):
    """The tail is what scipy sums up, for every table of twelve comments."""
    for among in range(max(0, low + count - 12), min(low, count) + 1):
        others = [count - among, 12 - low - count + among]
        wanted = fisher_exact([[among, low - among], others], alternative="greater")

        assert wanted.pvalue == pytest.approx(fisher(among, low, count, 12))


def test_without_ratings_there_are_no_words(engine):
    """The refusal says what is needed, and where no comment is, nothing is shown."""
    bare = helpdesk(engine, {"tickets": [ticket(1, at(MONDAY), solved=9)]})
    silent = desk(engine, rated(1, 5, None))

    with pytest.raises(TableError, match="ratings: needs surveys of kind csat"):
        verbatims(bare, Contract(), **DAYS)
    assert 0 == len(verbatims(silent, Contract(), **DAYS).shown)
