"""The mail of a report: its parts, its words in text and HTML, and what it refuses."""

from __future__ import annotations

import re
import struct
import zlib
from email import message_from_bytes, policy
from html.parser import HTMLParser

import nbformat
import pytest

from kpi_kit import mime
from kpi_kit.errors import ComputationError, EnvironmentFault, ParameterError
from kpi_kit.look import LIGHT
from kpi_kit.mail import picture as drawing
from kpi_kit.mail.message import Attachment, Link, compose
from kpi_kit.mail.picture import picture, shrunk
from kpi_kit.mail.words import OUTSIDE
from tests.browser.helpdesks import ADDRESSES, PAYLOADS

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "width": 520,
    "height": 100,
    "config": {
        "background": "#FFFFFF",
        "autosize": {"type": "fit-x", "contains": "padding"},
    },
    "data": {"values": [{"x": n, "y": n * n} for n in range(9)]},
    "mark": "line",
    "encoding": {
        "x": {"field": "x", "type": "quantitative"},
        "y": {"field": "y", "type": "quantitative"},
    },
}
PAGE = Attachment(name="daily_digest-2026-11-13.html", content=b"<!doctype html>" * 99)
DESK = "https://desk.example/4711?a=1&b=2"
LINK = Link(
    name="d.html", size=9_400_000, address="https://reports.example/acme/d.html"
)
# Words of mail programs' blind spots: what none of them may need.
BLIND = re.compile(
    r"var\(|flex|grid|radius|@import|@font-face|url\(|position|float|<svg|<script"
    r"|<link|<style|javascript:|prefers-color-scheme",
    re.IGNORECASE,
)


def digest(**given):
    """Return what a report says, each text another one."""
    return {
        "version": 1,
        "slug": "acme",
        "vendor": "Acme & Sons",
        "cadence": "daily digest",
        "as_of": "2026-11-13",
        "title": "Friday 13 November 2026",
        "subject": "Acme & Sons, Fri 13 Nov: first response 5 h 10 min, limit 4 h",
        "revised": "Revised: Acme & Sons, Fri 13 Nov: 319 open",
        "notice": [],
        "sentences": [
            {
                "state": "misses",
                "mark": "Misses target",
                "texts": ["Replies took ", "5 h 10 min", ", over the limit."],
            },
            {"state": "no_target", "mark": "", "texts": ["319 are open."]},
        ],
        "rows": [
            {
                "state": "misses",
                "name": "First response",
                "kind": "median",
                "value": "5 h 10 min",
                "changes": ["24 min slower", "Fri 6 Nov: 4 h 46 min"],
                "said": "Misses target",
                "lines": ["at most 4 h", "n 119"],
            }
        ],
        "findings": {
            "line": "One alarm.",
            "items": [
                {
                    "state": "alarm",
                    "mark": "Alarm",
                    "title": "132 tickets came in",
                    "text": "Fridays bring 90.",
                    "for": "Login brought 40.",
                    "against": "A holiday came before.",
                    "ask": "Product says why.",
                }
            ],
        },
        "waiting": {
            "told": ["7 unanswered; the longest of each kind."],
            "tickets": [
                {"name": "4711", "address": DESK, "text": "9 h · no reply yet"},
                {"name": "4712", "address": "", "text": "8 h · not solved yet"},
            ],
        },
        "charts": [
            {
                "title": "319 tickets are open",
                "subtitle": "each day",
                "alt": "Backlog by day: from 129 to 319.",
                "spec": SPEC,
            }
        ],
        "known": ["Data up to Fri 13 Nov"],
        **given,
    }


def report(*said, done=True, error=False):
    """Return an executed notebook that says this."""
    outputs = [{mime.DIGEST: each, "text/plain": "A mail"} for each in said]
    cells = [_cell("digest", outputs)]
    if error:
        fault = nbformat.v4.new_output("error", ename="ValueError", evalue="no disk")
        cells[0].outputs.append(fault)
    marks = [{mime.DONE: {"slug": "acme", "as_of": "2026-11-13", "lacks": ""}}]
    return nbformat.v4.new_notebook(cells=[*cells, _cell("done", marks * done)])


def _cell(name, outputs):
    made = [nbformat.v4.new_output("display_data", data) for data in outputs]
    cell = nbformat.v4.new_code_cell("review.digest()", outputs=made)
    cell["id"] = name
    return cell


def mail(**given):
    """Return the mail of a report, as it comes out at the other end."""
    options = {
        name: given.pop(name) for name in ("page", "revised", "why") & given.keys()
    }
    made = compose(report(digest(**given)), **{"page": PAGE, **options})
    return message_from_bytes(made.as_bytes(policy=policy.SMTP), policy=policy.default)


class Seen(HTMLParser):
    """Collect the elements of a page and the texts that a reader sees."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.texts, self._hidden = [], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Keep an element with its attributes."""
        self.elements.append((tag, dict(attrs)))
        self._hidden += tag == "head"

    def handle_endtag(self, tag):
        """Leave the head, of which a reader sees nothing."""
        self._hidden -= tag == "head"

    def handle_data(self, data):
        """Keep a text."""
        if not self._hidden:
            self.texts.append(data)


def html_of(message):
    """Return the HTML of a mail."""
    return message.get_body(("html",)).get_content().replace("\r\n", "\n")


def words(text):
    """Return the words of a text, without signs that only stand for a word."""
    return [word for word in re.findall(r"[^\s]+", text) if word not in "✓✕◆○–•"]


def test_its_parts():
    """Text before HTML, the picture beside the HTML that shows it, the report last."""
    message = mail()
    alternative, attached = message.iter_parts()
    text, related = alternative.iter_parts()
    html, image = related.iter_parts()

    assert "multipart/mixed" == message.get_content_type()
    assert "multipart/alternative" == alternative.get_content_type()
    assert "multipart/related" == related.get_content_type()
    assert ["text/plain", "text/html", "image/png"] == [
        part.get_content_type() for part in (text, html, image)
    ]
    assert f'src="cid:{image["Content-ID"].strip("<>")}"' in html.get_content()
    assert PAGE.name == attached.get_filename()
    assert PAGE.content == attached.get_payload(decode=True)


def test_its_head():
    """The message as subject; no answer of a machine is asked for."""
    message = mail()

    assert digest()["subject"] == message["Subject"]
    assert len(message["Subject"]) <= 70
    assert "auto-generated" == message["Auto-Submitted"]
    assert "acme 2026-11-13" == message["X-Report"]
    assert "en" == message["Content-Language"]
    assert {"From", "To", "Date", "Message-ID"}.isdisjoint(message.keys())


def test_a_revised_report_says_so():
    """In its subject, which is its own."""
    assert digest()["revised"] == mail(revised=True)["Subject"]


def test_the_same_report_gives_the_same_bytes():
    """Bounds and names of pictures come from what they hold; another has others."""
    first, again, other = (
        compose(report(digest(title=title)), page=PAGE, why="You are on a list.")
        for title in ("Friday", "Friday", "Saturday")
    )

    assert first.as_bytes() == again.as_bytes()
    assert first.get_boundary() != other.get_boundary()
    bounds = {part.get_boundary() for part in first.walk() if part.is_multipart()}
    assert 3 == len(bounds)


def test_text_and_html_say_the_same():
    """Word for word, in any order, but for marks; links and pictures as text."""
    message = mail(
        notice=["3 days are missing.", "No verdict."], why="You are on a list."
    )
    text = message.get_body(("plain",)).get_content()
    seen = Seen(html_of(message))
    (alt,) = (attrs["alt"] for tag, attrs in seen.elements if tag == "img")
    (link,) = (attrs["href"] for tag, attrs in seen.elements if tag == "a")
    html = [*words(" ".join(seen.texts)), *words(alt), link]

    assert sorted(re.sub(r"[():\[\],]", "", " ".join(words(text))).split()) == sorted(
        re.sub(r"[():\[\],]", "", " ".join(html)).split()
    )


def test_what_speaks_against_a_finding_is_named_as_that():
    """A rival cause alone would read as a fact; where there is none none is named."""
    (item,) = digest()["findings"]["items"]
    bare = {**item, "for": "", "against": ""}
    both = mail(findings={"line": "Two.", "items": [item, bare]})
    text = both.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = " ".join(" ".join(Seen(html_of(both)).texts).split())

    assert "  For: Login brought 40.\n  Against: A holiday came before.\n" in text
    assert "For: Login brought 40. Against: A holiday came before. Ask: " in html
    for part in (text, html):
        counts = (part.count(label) for label in ("For:", "Against:", "Ask:"))
        assert (1, 1, 2) == tuple(counts)


def test_where_nobody_is_asked_who_waits_nothing_is_said_of_it():
    """A week's mail has no such part: an empty one would read as nobody."""
    made = mail(waiting={"told": [], "tickets": []})

    assert "needs a person" not in made.get_body(("plain",)).get_content()
    assert "needs a person" not in html_of(made)


def test_what_is_stale_says_so_first():
    """Before whose report it is, in text and HTML: a preview shows the first line."""
    message = mail(notice=["Data ends Thu 12 Nov. 3 days are missing.", "No verdict."])
    first = message.get_body(("plain",)).get_content().splitlines()[0]
    seen = [text for text in Seen(html_of(message)).texts if text.strip()]

    assert "Data ends Thu 12 Nov. 3 days are missing." == first == seen[0]


def test_every_text_is_there():
    """All that the digest says, in both."""
    said = {"why": "You are on the list.", "notice": ["3 days are missing."]}
    message = mail(**said)
    both = message.get_body(("plain",)).get_content(), html_of(message)
    for text in (
        *("319 are open.", "24 min slower", "Fri 6 Nov: 4 h 46 min", "at most 4 h"),
        *("One alarm.", "Fridays bring 90.", "Product says why.", "each day"),
        *("Login brought 40.", "A holiday came before.", "What needs a person today"),
        *("7 unanswered; the longest of each kind.", "9 h · no reply yet"),
        *("Data up to Fri 13 Nov", "You are on the list.", "3 days are missing."),
        *("The full report is attached:", f"{PAGE.name}, 1 KB"),
    ):
        assert [True, True] == [text in part for part in both], text


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (LINK, "d.html, 9.4 MB, is too large for a mail and lies here:"),
        (
            Link(name="d.html", size=9, address=""),
            "is too large for a mail; ask for it.",
        ),
        (Link(name="d.html", size=9, address="/srv/d.html"), "/srv/d.html"),
    ],
)
def test_a_report_that_is_too_large_is_linked(page, told):
    """Only a web address is a link; nothing is attached."""
    message = mail(page=page)
    links = [attrs for tag, attrs in Seen(html_of(message)).elements if tag == "a"]
    links = [attrs for attrs in links if attrs["href"] != DESK]

    assert told in message.get_body(("plain",)).get_content()
    assert [] == list(message.iter_attachments())
    assert ([page.address] if page is LINK else []) == [link["href"] for link in links]


def test_no_style_that_mail_programs_do_not_know():
    """Every element carries its own, in colors of the look and nothing fetched."""
    html = html_of(mail(page=LINK, notice=["Stale.", "No verdict."]))
    seen = Seen(html)
    styles = " ".join(attrs.get("style", "") for _, attrs in seen.elements)

    assert None is BLIND.search(html)
    assert {color.upper() for color in re.findall(r"#[0-9A-Fa-f]{3,6}\b", styles)} <= {
        OUTSIDE,
        *LIGHT.values(),
    }
    assert {"html", "body", "table", "tbody", "tr", "td", "p", "h1", "h2", "b"} <= {
        tag for tag, _ in seen.elements
    }


def test_it_is_as_wide_as_a_mail_program():
    """Tables give their widths as attributes, which Outlook reads."""
    seen = Seen(html_of(mail()))
    tables = [attrs for tag, attrs in seen.elements if tag == "table"]
    (image,) = (attrs for tag, attrs in seen.elements if tag == "img")

    assert {"100%", "600"} == {attrs["width"] for attrs in tables}
    assert "440" == image["width"]
    assert int(image["height"]) > 100
    assert "from 129 to 319" in image["alt"]


def test_it_is_small():
    """Gmail cuts at 102 KB; six rows and three long findings are no third of that."""
    given = digest()
    item = {**given["findings"]["items"][0], "text": "A fact of the week. " * 25}
    made = mail(rows=given["rows"] * 6, findings={"line": "3", "items": [item] * 3})

    assert len(html_of(made).encode()) < 30_000
    assert len(mail().get_body(("html",)).as_bytes()) < 30_000


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_stays_text(payload):
    """Whoever wrote it: no element, no address, no line of its own, no header."""
    given = digest()
    bad = {
        "vendor": payload,
        "subject": payload[:60],
        "title": payload,
        "notice": [payload],
        "sentences": [{"state": payload, "mark": payload, "texts": [payload] * 3}],
        "findings": {
            "line": payload,
            "items": [
                dict.fromkeys(
                    ("state", "mark", "title", "text", "for", "against", "ask"), payload
                )
            ],
        },
        "waiting": {
            "told": [payload],
            "tickets": [
                dict.fromkeys(("name", "text"), payload) | {"address": address}
                for address in (payload, f"https://x/{payload}", *ADDRESSES)
            ],
        },
        "charts": [{**given["charts"][0], "title": payload, "alt": payload}],
        "known": [payload],
    }
    plain, made = mail(), mail(**bad, why=payload)
    usual, seen = (Seen(html_of(each)).elements for each in (plain, made))
    known = {tag for tag, _ in usual} | {"br"}

    assert {tag for tag, _ in seen} <= known
    assert {"https"} == {a["href"].partition(":")[0] for t, a in seen if t == "a"}
    assert {name for _, attrs in seen for name in attrs} <= {
        name for _, attrs in usual for name in attrs
    }
    assert plain.keys() == made.keys()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", html_of(made))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"])
def test_no_name_is_a_header(end):
    """A vendor of two lines is one of one line, in head, text and HTML."""
    evil = f"x{end}Bcc: eve@evil.example"
    made = mail(
        subject=evil, vendor=evil, slug=evil, page=Attachment(name=evil, content=b"x")
    )

    assert "x Bcc: eve@evil.example" == made["Subject"]
    assert None is made["Bcc"]
    assert "x Bcc: eve@evil.example · daily digest" in (
        made.get_body(("plain",)).get_content().splitlines()
    )


def test_no_sign_turns_letters_around():
    """A name cannot show another order than it has."""
    made = mail(vendor="Acme \u202egpj.exe\u202c\u200b", title="a\u2066b")

    assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069]", html_of(made))
    assert "Acme gpj.exe" in made.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("notebook", "error", "why"),
    [
        (report(digest(), done=False), ComputationError, "ended in cell digest"),
        (report(digest(), error=True), ComputationError, "no disk"),
        (report(), ParameterError, "holds no digests"),
        (report(digest(), digest()), ParameterError, "holds 2 digests"),
        (report(digest(version=2)), ParameterError, "version 2, where 1 is known"),
        (report(digest(extra=1)), ParameterError, "digest has other keys"),
        (report(digest(known="x")), ParameterError, "digest.known is no list"),
        (report(digest(title=None)), ParameterError, "digest.title is no str"),
        (
            report(digest(sentences=[{"state": "x"}])),
            ParameterError,
            "digest.sentences[0] has other keys",
        ),
    ],
)
def test_no_mail_looks_fine_of_a_report_that_is_not(notebook, error, why):
    """One line that says what is wrong, and what to do."""
    with pytest.raises(error) as raised:
        compose(notebook, page=PAGE)

    assert why in str(raised.value)
    assert "\n" not in str(raised.value)
    assert str(raised.value).startswith("report: ")
    assert str(raised.value).endswith(".")


def test_a_picture_is_opaque_sharp_and_small():
    """Two and a half dots a pixel, on white, with a palette, a third as large."""
    import vl_convert  # noqa: PLC0415 - starts threads

    made = picture(SPEC)
    drawn = vl_convert.vegalite_to_png(SPEC, scale=2.5 * 440 / 520)

    assert (440, 1100) == (made.width, int.from_bytes(made.content[16:20], "big"))
    assert made.height == round(int.from_bytes(made.content[20:24], "big") / 2.5)
    assert 3 == made.content[25]  # a palette, in which no dot is transparent
    assert b"tRNS" not in made.content
    assert b"PLTE" in made.content
    assert len(made.content) < len(drawn) / 3
    assert made == picture(SPEC)


def png(kind=drawing.TRUE_COLOR, told_by=drawing.SUB, opacity=255):
    """Return a picture of one row of four dots of one color."""
    size = {6: 4, 2: 3}[kind[1]]
    row = bytes((told_by, *(90, 60, 30, opacity)[:size], *([0] * 3 * size)))
    head = struct.pack(">IIBBBBB", 4, 1, *kind)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(row)), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(content))
        + (name + content)
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )
    return drawing.SIGNATURE + b"".join(packed)


@pytest.mark.parametrize(
    ("given", "stays"),
    [
        pytest.param({}, False, id="as-drawn"),
        pytest.param({"kind": (8, 2, 0, 0, 0)}, True, id="without-opacity"),
        pytest.param({"told_by": 0}, True, id="dots-told-as-they-are"),
        pytest.param({"opacity": 254}, True, id="nearly-opaque"),
    ],
)
def test_a_picture_of_another_kind_stays(given, stays):
    """What is not drawn as expected is sent as it is, and not spoiled.

    Each differs in one way from the first, which gets a palette.
    """
    made = png(**given)

    assert stays == (made == shrunk(made))


def test_nothing_is_fetched_for_a_picture():
    """A chart that names an address is refused, and nobody is asked."""
    far = {**SPEC, "data": {"url": "http://127.0.0.1:9/rows.json"}}

    with pytest.raises(ComputationError, match=r"127\.0\.0\.1"):
        picture(far)


def test_a_picture_leaves_out_what_a_terminal_obeys():
    """A control character in a name changes nothing of the drawing."""
    named = {**SPEC, "title": "release 4.0"}
    hostile = {**SPEC, "title": "release\x1b 4.0\x07"}

    assert picture(named) == picture(hostile)


def test_what_draws_a_picture_may_end_at_once(monkeypatch):
    """Killed twice by the system it takes nobody along, and is one line."""
    monkeypatch.setattr(drawing, "DRAW", "import os; os.kill(os.getpid(), 6)")

    with pytest.raises(EnvironmentFault, match=r"^mail: .* ended with -6\. Free"):
        picture(SPEC)


def test_what_draws_a_picture_may_never_end(monkeypatch):
    """It is given up after its time, and is one line that says so."""
    monkeypatch.setattr(drawing, "DRAW", "import time; time.sleep(600)")
    monkeypatch.setattr(drawing, "LONGEST", 1)

    with pytest.raises(EnvironmentFault) as raised:
        picture(SPEC)
    told = "mail: its chart is not drawn within 1 s. Free memory or the processor, and"
    assert f"{told} send the report again." == str(raised.value)
