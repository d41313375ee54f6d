"""What a customer wrote tells nobody who they are, and stays text."""

from __future__ import annotations

import pytest

from kpi_kit.redaction import LONGEST, redacted

NAMES = ["Mei Chandler", "Dominic  Estrada", "Bo", "李雷", "O'Neil-Smith"]
NAMES += ["Zoe\u0308 Mu\u0308ller", "Conor O\u2019Brien"]  # accents of their own, curly


TAKEN_OUT = {
    "to jo.d+x@mail.example.co.uk!": "to [e-mail]!",
    "jo@\uff4d\uff41\uff49\uff4c.example": "[e-mail]",  # letters twice as wide
    "jo\u200b@mail.example": "[e-mail]",  # a letter without a shape
    "see https://a.example/r?token=s3cr3t now": "see [link] now",
    "www.shop.example/u/77 was down": "[link] was down",
    "IBAN DE89 3704 0044 0532 0130 00.": "IBAN [IBAN].",
    "GB29NWBK60161331926819 it is": "[IBAN] it is",
    "card 4111 1111 1111 1111": "card [card number]",
    "card 4111-1111-1111-1111.": "card [card number].",
    "my 192.168.10.254 fails": "my [IP address] fails",
    "at 2001:db8:0:0:0:ff00:42:8329": "at [IP address]",
    "call +44 20 7946 0958.": "call [phone number].",
    "call (212) 555-0147 today": "call [phone number] today",
    "key sk_live_51H8xYzAbCdEf0123456": "key [token]",
    "Mei and DOMINIC ESTRADA": "[name] and [name]",
    "Bo helped, o'neil-smith not": "[name] helped, [name] not",
    "李雷 was kind": "[name] was kind",
    "zoë müller hung up": "[name] hung up",
    "Muller was rude, and O'Brien": "[name] was rude, and [name]",
    "CHANDLER NEVER CAME": "[name] NEVER CAME",
    "HTTPS://A.example/x": "[link]",
    "a\n\n\tb\x00\u202ec": "a bc",
}


@pytest.mark.parametrize("text", [*TAKEN_OUT])
def test_what_tells_who_anybody_is_goes(text):
    """What stands for it says what it was."""
    assert TAKEN_OUT[text] == redacted(text, NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "Waited 14 days for order 123456, 3 of 5 stars.",
        "Bought on 2026-03-10, came on 12.03.2026 at 10:30.",
        "It broke on 10.03.2026 14:00, café closed.",
        "I may return it; the estrada is a road.",
        "It cost 1,299.00 and version 2.10.3 is slow.",
        "<script>alert('x')</script> & \"quotes\" {{ 7*7 }} =SUM(A1)",
    ],
)
def test_what_tells_nothing_stays(text):
    """Numbers, days, words like names, and text that means to be more than text."""
    assert text == redacted(text, NAMES)


def test_a_long_text_is_cut_where_it_was_redacted():
    """An address at the cut does not come through in part."""
    text = "x" * (LONGEST - 6) + " jo@mail.example and more"

    shown = redacted(text)

    assert len(shown) <= LONGEST
    assert "jo" not in shown
    assert shown.endswith("…")
