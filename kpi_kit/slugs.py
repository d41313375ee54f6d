"""A vendor's name as the name of its folder and files."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from kpi_kit.errors import ParameterError

SLUG = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)


def read_slug(value: Any, where: str) -> str:
    """Return ``value`` if it can name a vendor's folder and files.

    Raises
    ------
    ParameterError
        If it has other letters than a-z, 0-9 and -, or more than 40.
    """
    if not isinstance(value, str) or not SLUG.fullmatch(value):
        message = f"{where}: {value!r:.42} cannot name files"
        raise ParameterError(f"{message}. Write 1 to 40 of a-z, 0-9 and -.")
    return value


def slug_of(vendor: str, where: str) -> str:
    """Return a name of files for a vendor that was given none.

    Raises
    ------
    ParameterError
        If its name has no letter from which one could be made.

    Examples
    --------
    >>> slug_of("Café & Söhne", "contract.yaml: slug")
    'cafe-sohne'
    """
    plain = unicodedata.normalize("NFKD", vendor).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-")
    if not made:
        message = f"{where}: none can be made from the vendor {vendor!r:.42}"
        raise ParameterError(f"{message}. Add slug: with 1 to 40 of a-z, 0-9 and -.")
    return made
