"""The forty people who answer the demo helpdesk's tickets, and their teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kpi_kit.sources.demo.story import FIRST_DAY, RETURNS_SHORT, VENDOR

CLIENT = "client"
TEAMS = {
    "Support": (CLIENT, 1),
    "Frontline": (VENDOR, 1),
    "Returns desk": (VENDOR, 1),
    "Night desk": (VENDOR, 1),
    "Specialists": (VENDOR, 2),
    "Engineering": (CLIENT, 3),
    "Finance": (CLIENT, 3),
    "Logistics": (CLIENT, 3),
}
"""Organization and tier of each team."""

TEAM_NAMES = tuple(TEAMS)
FRONT = [
    place
    for place, (name, (organization, _)) in enumerate(TEAMS.items())
    if name == "Support" or organization == VENDOR
]
"""The teams that are there to answer customers: the client's own, the vendor's."""

NOBODY = -1


@dataclass(frozen=True, kw_only=True)
class Agent:
    """One person; ``diligence`` is the part of the team's tickets that is theirs."""

    agent_id: str
    name: str
    team: str
    started_on: date
    ended_on: date | None = None
    diligence: float = 1.0


_VENDOR_STARTS = date(2026, 3, 2)
_HANDED_OVER = date(2026, 4, 30)
_ROSTER = {
    "Support": "Ruth Abbott, Diego Serrano, Mei Chandler, Owen Fairfax, Pia Lindqvist, "
    "Samuel Okoro",
    "Frontline": "Althea Bautista, Benjie Cruz, Carmela Dizon, Dominic Estrada, "
    "Erlinda Flores, Francis Guevara, Grace Hidalgo, Hector Ilagan, Imelda Javier, "
    "Joaquin Lacson, Katrina Mercado, Lorenzo Navarro",
    "Returns desk": "Marisol Ocampo, Nestor Pascual, Olivia Quizon, Paolo Reyes, "
    "Queenie Salazar, Ramon Tolentino, Sheila Umali",
    "Night desk": "Teodoro Valdez, Ursula Wenceslao, Vicente Yap, Wilma Zamora, "
    "Xavier Aquino",
    "Specialists": "Yolanda Bernal, Zaldy Corpuz, Anton Del Rosario, Bianca Espino",
    "Engineering": "Priya Raman, Jonas Weber, Tamika Brooks",
    "Finance": "Helen Marsh",
    "Logistics": "Carlos Ibarra, Nadia Petrov",
}
_DATES = {
    "Paolo Reyes": {"ended_on": RETURNS_SHORT.start},
    "Queenie Salazar": {"ended_on": RETURNS_SHORT.start},
    "Ramon Tolentino": {"started_on": RETURNS_SHORT.end},
    "Sheila Umali": {"started_on": RETURNS_SHORT.end},
    "Ruth Abbott": {"ended_on": None},  # stays on to manage the vendor
}


def _agents() -> tuple[Agent, ...]:
    found = []
    for team, names in _ROSTER.items():
        for place, name in enumerate(names.split(", ")):
            number = 4_180_207 + 13 * len(found)
            own: dict = {"started_on": _VENDOR_STARTS}
            if TEAMS[team][0] == CLIENT:
                own = {"started_on": date(2019 + place, 1 + len(found) % 9, 15)}
            if team == "Support":
                own["ended_on"] = _HANDED_OVER
            own |= _DATES.get(name, {})
            made = Agent(
                agent_id=str(number),
                name=name,
                team=team,
                diligence=1 - 0.06 * place,
                **own,
            )
            found.append(made)
    return tuple(found)


AGENTS = _agents()
TEAM_OF = np.array([TEAM_NAMES.index(agent.team) for agent in AGENTS])
TIER_OF = np.array([tier for _, tier in TEAMS.values()])
FIRST_DAYS = np.array([(a.started_on - FIRST_DAY).days for a in AGENTS])
LAST_DAYS = np.array([((a.ended_on or date.max) - FIRST_DAY).days for a in AGENTS])


def team_number(name: str) -> int:
    """Return the place of a team in `TEAM_NAMES`."""
    return TEAM_NAMES.index(name)


def someone(team: np.ndarray, day: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Choose an agent of each team who works there on that day.

    Parameters
    ----------
    team
        Places in `TEAM_NAMES`.
    day
        Days since `FIRST_DAY`.
    luck
        Numbers of 0..1.

    Returns
    -------
    numpy.ndarray
        Places in `AGENTS`.
    """
    chosen = np.full(team.shape, NOBODY)
    for number in range(len(TEAM_NAMES)):
        here = np.flatnonzero(team == number)
        members = np.flatnonzero(TEAM_OF == number)
        when = day[here, None]
        works = (FIRST_DAYS[members] <= when) & (when <= LAST_DAYS[members])
        part = works * np.array([AGENTS[m].diligence for m in members])
        reached = np.cumsum(part, axis=1)
        place = (reached < luck[here, None] * reached[:, -1:]).sum(axis=1)
        chosen[here] = members[np.minimum(place, len(members) - 1)]
    return chosen


def works_on(agent: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Say whether each agent still works there on that day."""
    return day <= LAST_DAYS[agent]
