"""Read ``delivery.yaml``: by which server reports are mailed, from whom, to whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kpi_kit.addresses import as_address, as_addresses, as_domains
from kpi_kit.amounts import as_amount
from kpi_kit.errors import ParameterError, nearest
from kpi_kit.slugs import read_slug
from kpi_kit.yaml_file import as_choice, as_mapping, as_text, reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from email.headerregistry import Address
    from pathlib import Path

FILE = "delivery.yaml"
PORTS = {"starttls": 587, "implicit": 465, "none": 25}
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
LARGEST = 50_000_000  # no mail server is known to take more
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kM])B", re.ASCII)
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|::1", re.ASCII)
_VARIABLE = re.compile(r"\$\{(\w+)\}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Where mail goes and how, as plain values; secrets stay in the environment."""

    host: str
    port: int
    tls: str
    user: str | None
    password: str | None
    sender: Address
    reply_to: Address | None
    errors_to: tuple[Address, ...]
    vendors: Mapping[str, Mapping[str, tuple[Address, ...]]]
    attach_up_to: int
    reports_url: str | None
    retry_for: float
    answer_within: float

    def recipients(self, slug: str, cadence: str) -> tuple[Address, ...]:
        """Return to whom a vendor's report of a cadence goes; nobody where none is."""
        return self.vendors.get(slug, {}).get(cadence, ())


def variable(text: str) -> str | None:
    """Return the variable that a text such as ``${NAME}`` stands for, None if none.

    Examples
    --------
    >>> variable("${SMTP_PASSWORD}")
    'SMTP_PASSWORD'
    >>> variable("hunter2")
    """
    found = _VARIABLE.fullmatch(text)
    return found and found[1]


def read_delivery(path: Path, *, known_cadences: Iterable[str] = ()) -> Delivery:
    """Read ``delivery.yaml``.

    Parameters
    ----------
    path
        The file.
    known_cadences
        The cadences that recipients may be given for; without any, every name will do.

    Returns
    -------
    Delivery
        Sizes in bytes, times in seconds.

    Raises
    ------
    ParameterError
        Names the file, the line, the path within it, what is wrong, what to write.
    """
    with reading(path) as given:
        as_mapping(given, str(path), KEYS)
        for key in REQUIRED:
            if key not in given:
                raise ParameterError(f"{path}: {key} is missing. {_WANTED[key]}.")
        found = {
            key: read(given.get(key, DEFAULTS.get(key)), f"{path}: {key}")
            for key, read in _READERS.items()
            if key in given or key in DEFAULTS
        }
        found |= _checked_server(given, path, found)
        domains = as_domains(given["domains"], f"{path}: domains")
        _refuse_strangers(found["errors_to"], f"{path}: errors_to", {"": domains})
        vendors = _vendors(
            given["vendors"], f"{path}: vendors", domains, tuple(known_cadences)
        )
        optional = dict.fromkeys(("user", "password", "reply_to", "reports_url"))
        sender = found.pop("from")
        return Delivery(**{**optional, **found, "sender": sender, "vendors": vendors})


def _checked_server(
    given: Mapping[str, Any], path: Path, found: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the port; raise where the parts of a server do not fit each other."""
    if found["tls"] == "none" and found["host"] not in THIS_MACHINE:
        message = f"{path}: tls: none would carry reports across a network for all to"
        todo = "Write starttls or implicit; none is for a server on localhost"
        raise ParameterError(f"{message} read. {todo}.")
    if found["tls"] == "none" and "password" in found:
        message = f"{path}: password: tls is none, and would send it in plain text"
        raise ParameterError(f"{message}. Write tls: starttls, or take it out.")
    for one, other in (("user", "password"), ("password", "user")):
        if one in found and other not in found:
            message = f"{path}: {one}: stands without {other}"
            raise ParameterError(f"{message}. Write both, or none.")
    usual = PORTS[found["tls"]]
    return {"port": _port(given.get("port", usual), f"{path}: port")}


def _host(value: Any, where: str) -> str:
    host = as_text(value, where)
    if not _HOST.fullmatch(host):
        message = f"{where}: {host!r:.60} is not the name of a server"
        raise ParameterError(f"{message}. Write one like smtp.example.com.")
    return host


def _port(value: Any, where: str) -> int:
    if type(value) is not int or not 1 <= value <= 65_535:
        message = f"{where}: {value!r:.42} is not a port"
        raise ParameterError(f"{message}. Write 587 for starttls, 465 for implicit.")
    return value


def _tls(value: Any, where: str) -> str:
    return as_choice(value, where, PORTS)


def _password(value: Any, where: str) -> str:
    if not isinstance(value, str) or not variable(value):
        message = f"{where}: stands in the file, where others can read it"
        todo = "Write ${NAME} in its place and set NAME in the environment"
        raise ParameterError(f"{message}. {todo}.")
    return value


def _vendors(
    value: Any, where: str, domains: tuple[str, ...], cadences: tuple[str, ...]
) -> dict[str, dict[str, tuple[Address, ...]]]:
    given = as_mapping(value, where)
    theirs = {"": domains}
    for name, lists in given.items():
        slug = read_slug(name, f"{where}.{name}")
        known = ("domains", *cadences) if cadences else None
        own = as_mapping(lists, f"{where}.{slug}", known).get("domains", [])
        theirs[slug] = as_domains(own, f"{where}.{slug}.domains")
    found: dict[str, dict[str, tuple[Address, ...]]] = {slug: {} for slug in given}
    for slug, lists in given.items():
        for cadence in lists.keys() - {"domains"}:
            place = f"{where}.{slug}.{cadence}"
            found[slug][cadence] = as_addresses(lists[cadence], place)
            _refuse_strangers(found[slug][cadence], place, theirs, slug)
    return found


def _refuse_strangers(
    given: tuple[Address, ...],
    where: str,
    theirs: Mapping[str, tuple[str, ...]],
    slug: str = "",
) -> None:
    """Raise where an address is of another vendor, or of nobody who was named."""
    allowed = {*theirs[""], *theirs[slug]}
    for number, address in enumerate(given):
        domain = address.domain.lower()
        if domain in allowed:
            continue
        place = f"{where}[{number}]: {address.addr_spec!r:.60}"
        for other, own in theirs.items():
            if domain in own:
                message = f"{place} is of {other}, another vendor"
                raise ParameterError(f"{message}. Take it out.")
        raise ParameterError(
            f"{place} is in no domain that mail may go to. {nearest(domain, allowed)}"
        )


def _size(value: Any, where: str) -> int:
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    size = float(found[1]) * {"k": 1e3, "M": 1e6}[found[2]] if found else -1
    if not 0 <= size <= LARGEST:
        message = f"{where}: {value!r:.42} is not a size up to 50 MB"
        raise ParameterError(f"{message}. Write one like 5 MB or 500 kB.")
    return int(size)


def _seconds(value: Any, where: str) -> float:
    minutes = as_amount(value, where, "minutes")
    if not 0 < minutes <= 24 * 60:
        message = f"{where}: {value!r:.42} is no time to wait"
        raise ParameterError(f"{message}. Write one like 5 min or 30 s.")
    return float(minutes * 60)


def _url(value: Any, where: str) -> str:
    text = as_text(value, where)
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        message = f"{where}: {text!r:.60} is not the address of a folder"
        raise ParameterError(f"{message}. Write one like https://example.com/reports/.")
    return text.rstrip("/") + "/"


_READERS = {
    "host": _host,
    "tls": _tls,
    "user": as_text,
    "password": _password,
    "from": as_address,
    "reply_to": as_address,
    "errors_to": partial(as_addresses, required=True),
    "attach_up_to": _size,
    "reports_url": _url,
    "retry_for": _seconds,
    "answer_within": _seconds,
}
DEFAULTS = {"attach_up_to": "5 MB", "retry_for": "5 min", "answer_within": "1 min"}
_WANTED = {
    "host": "Write the name of your mail server",
    "tls": "Write starttls or implicit",
    "from": "Write whom reports come from",
    "errors_to": "Write who hears of a report that failed",
    "domains": "Write the domains that mail may go to, such as [example.com]",
    "vendors": "Write who gets which report of which vendor",
}
REQUIRED = tuple(_WANTED)
KEYS = (*_READERS, "port", "domains", "vendors")
