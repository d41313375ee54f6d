"""How a contract wants calls and ratings counted, and which money it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from kpi_kit.amounts import as_amount
from kpi_kit.errors import ParameterError
from kpi_kit.yaml_file import as_choice, as_mapping, as_text

if TYPE_CHECKING:
    from decimal import Decimal

ABANDONED = ("count_as_missed", "left_out")
LONGEST_WAIT = 3600
HIGHEST_RATING = 100
# ISO 4217, currencies in use.
_CURRENCIES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN"
    " BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB"
    " EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR"
    " ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD"
    " MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR"
    " PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE"
    " SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU"
    " UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)


@dataclass(frozen=True, kw_only=True)
class ServiceLevel:
    """Which calls were answered in time: those within ``seconds`` in the queue.

    ``abandoned`` says what a call is whose caller hung up in the queue: missed
    (``count_as_missed``), or no call to be judged (``left_out``).
    """

    seconds: int = 20
    abandoned: str = "count_as_missed"


@dataclass(frozen=True, kw_only=True)
class Csat:
    """Which ratings are positive: those of ``positive_from`` and more.

    None is three quarters of the way up the survey's own scale: 4 of 1 to 5, thumbs up,
    3 of 1 to 3, 6 of 1 to 7.
    """

    positive_from: Decimal | None = None


def read_service_level(value: Any, where: str) -> ServiceLevel:
    """Read ``service_level: {within: 20 s, abandoned: count_as_missed}``.

    Raises
    ------
    ParameterError
        If the wait is no whole seconds from 1 to an hour, or ``abandoned`` no choice.

    Examples
    --------
    >>> read_service_level({"within": "30 s"}, "contract.yaml: service_level")
    ServiceLevel(seconds=30, abandoned='count_as_missed')
    """
    given = as_mapping(value, where, ("within", "abandoned"))
    chosen: dict[str, Any] = {}
    if "within" in given:
        place = f"{where}.within"
        seconds = as_amount(given["within"], place, "minutes") * 60
        if not 1 <= seconds <= LONGEST_WAIT or seconds % 1:
            message = f"{place}: nobody is promised {given['within']!r:.42} in a queue"
            raise ParameterError(f"{message}. Write whole seconds, such as 20 s.")
        chosen["seconds"] = int(seconds)
    if "abandoned" in given:
        place = f"{where}.abandoned"
        chosen["abandoned"] = as_choice(given["abandoned"], place, ABANDONED)
    return ServiceLevel(**chosen)


def read_csat(value: Any, where: str) -> Csat:
    """Read ``csat: {positive_from: 4}``.

    Raises
    ------
    ParameterError
        If that is no number, or none that a rating has.
    """
    given = as_mapping(value, where, ("positive_from",))
    if "positive_from" not in given:
        return Csat()
    place = f"{where}.positive_from"
    rating = as_amount(given["positive_from"], place, "score")
    if not 0 < rating <= HIGHEST_RATING:
        message = f"{place}: {given['positive_from']!r:.42} is no rating"
        raise ParameterError(f"{message}. Write the lowest positive one, such as 4.")
    return Csat(positive_from=rating)


def read_currency(value: Any, where: str) -> str:
    """Return an ISO 4217 code.

    Raises
    ------
    ParameterError
        Names the nearest code.

    Examples
    --------
    >>> read_currency("EURO", "contract.yaml: currency")
    Traceback (most recent call last):
    ...
    kpi_kit.errors.ParameterError: contract.yaml: currency: 'EURO' is not a currency. \
Did you mean 'EUR'? Write an ISO 4217 code such as USD.
    """
    code = as_text(value, where)
    known = _CURRENCIES.split()
    if code in known:
        return code
    close = get_close_matches(code.upper()[:4], known, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    message = f"{where}: {code!r:.42} is not a currency"
    raise ParameterError(f"{message}. {hint}Write an ISO 4217 code such as USD.")
