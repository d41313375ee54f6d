"""Read whose teams are whose, and who answers first."""

from __future__ import annotations

from typing import Any

from kpi_kit.errors import ParameterError
from kpi_kit.yaml_file import as_mapping, as_text

# What an organization is called that is not a vendor's; `facts` goes by it.
CLIENT = "client"
HIGHEST_TIER = 9


def read_tiers(value: Any, where: str) -> dict[str, int]:
    """Return the support tier of each team.

    Raises
    ------
    ParameterError
        If one is no whole number from 1 to 9.

    Examples
    --------
    >>> read_tiers({"Front desk": 1, "Back office": 2}, "contract.yaml: tiers")
    {'Front desk': 1, 'Back office': 2}
    """
    tiers = {as_text(k, where): tier for k, tier in as_mapping(value, where).items()}
    for team, tier in tiers.items():
        if type(tier) is not int or not 1 <= tier <= HIGHEST_TIER:
            message = f"{where}.{team}: {tier!r:.42} is not a tier"
            raise ParameterError(
                f"{message}. Write 1, 2, 3 up to {HIGHEST_TIER}; 1 is the first line."
            )
    return tiers


def read_organizations(value: Any, where: str) -> dict[str, str]:
    """Return the organization of each team: a vendor's name, or ``client``.

    Raises
    ------
    ParameterError
        If one is no text, or another spelling of ``client``, which would be a vendor.
    """
    found = {}
    for team, organization in as_mapping(value, where).items():
        place = f"{where}.{team}"
        name = as_text(organization, place)
        if name.casefold() in {CLIENT, f"{CLIENT}s"} and name != CLIENT:
            message = f"{place}: {name!r:.42} would be a vendor of that name"
            raise ParameterError(f"{message}. Write {CLIENT}, in small letters.")
        found[as_text(team, where)] = name
    return found
