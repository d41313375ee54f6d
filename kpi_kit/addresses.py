"""Mail addresses as people write them, and the domains that they may be of."""

from __future__ import annotations

import re
from contextlib import suppress
from email import policy
from email.errors import HeaderParseError
from typing import TYPE_CHECKING, Any

from kpi_kit.errors import ParameterError
from kpi_kit.yaml_file import as_list, as_text

if TYPE_CHECKING:
    from email.headerregistry import Address

_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
LONGEST = 64  # letters before the @, as the standard of mail has it


def as_address(value: Any, where: str) -> Address:
    """Return a mail address, with or without a name before it.

    Raises
    ------
    ParameterError
        If it is none, or more than one, or holds other letters than ASCII: not every
        server takes these, and a domain has a second form that all do.

    Examples
    --------
    >>> as_address("Ann Lee <ann@example.com>", "delivery.yaml: from").addr_spec
    'ann@example.com'
    """
    text = as_text(value, where)
    found = None
    with suppress(HeaderParseError, IndexError):  # of "ann@" Python reads past its end
        found = policy.SMTP.header_factory("to", text)
    addresses = found.addresses if found else ()
    if len(addresses) == 1 and not addresses[0].addr_spec.isascii():
        message = f"{where}: {text!r:.60} has letters that not every server takes"
        todo = "Write the domain in its xn-- form, and ask for a name of plain letters"
        raise ParameterError(f"{message}. {todo}.")
    groups = [group.display_name for group in found.groups] if found else []
    if groups != [None] or found.defects:
        message = f"{where}: {text!r:.60} is not a mail address"
        raise ParameterError(f"{message}. Write one like ann@example.com.")
    (address,) = addresses
    if not _DOMAIN.fullmatch(address.domain) or len(address.username) > LONGEST:
        message = f"{where}: {text!r:.60} is no address that a server takes"
        raise ParameterError(f"{message}. Write one like ann@example.com.")
    if not text.endswith((address.addr_spec, f"<{address.addr_spec}>")):
        message = f"{where}: {text!r:.60} is more than a mail address"
        raise ParameterError(f"{message}. Write {address.addr_spec} alone.")
    return address


def as_addresses(
    value: Any, where: str, *, required: bool = False
) -> tuple[Address, ...]:
    """Return a list of mail addresses, each of which stands there once.

    Raises
    ------
    ParameterError
        If it is no list, is empty, or names one mailbox twice.
    """
    given = as_list(value, where)
    if not given:
        todo = "Write an address" if required else "Write an address, or no key"
        raise ParameterError(f"{where}: names nobody. {todo}.")
    found = [as_address(v, f"{where}[{i}]") for i, v in enumerate(given)]
    specs = [same(address) for address in found]
    for number, spec in enumerate(specs):
        if spec in specs[:number]:
            message = f"{where}[{number}]: {spec!r:.60} stands twice"
            raise ParameterError(f"{message}. Who is named gets one mail: keep one.")
    return tuple(found)


def same(address: Address) -> str:
    """Return what two spellings of one mailbox have in common.

    Notes
    -----
    Before the @ a server may tell large letters from small; none is known that does.
    """
    return address.addr_spec.lower()


def as_domains(value: Any, where: str) -> tuple[str, ...]:
    """Return a list of domains, such as ``example.com``.

    Raises
    ------
    ParameterError
        If one of them could not stand behind the @ of an address.
    """
    found = []
    for number, each in enumerate(as_list(value, where)):
        place = f"{where}[{number}]"
        domain = as_text(each, place).lower()
        with suppress(ParameterError):
            found.append(as_address(f"someone@{domain}", place).domain)
        if domain not in found:
            message = f"{place}: {domain!r:.60} is not a domain of plain letters"
            todo = "Write one like example.com, or its xn-- form"
            raise ParameterError(f"{message}. {todo}.")
    return tuple(found)
