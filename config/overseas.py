"""What a SIREN tells of a collectivity overseas: its time zone, and where its public holidays differ."""

from typing import Final, NamedTuple

_LOCAL: Final = frozenset({"21", "22", "23", "24", "25"})
"""What the SIRENs of local authorities began with: behind it stands the number of their département (Insee)."""


class Overseas(NamedTuple):
    """Where somebody is."""

    timezone: str
    territory: str
    """As in ``collectivity.yaml``; "" where holidays are those of the mainland, as far as we know."""


_BY_DEPARTMENT: Final = {
    "971": Overseas("America/Guadeloupe", "971"),
    "972": Overseas("America/Martinique", "972"),
    "973": Overseas("America/Cayenne", "973"),
    "974": Overseas("Indian/Reunion", "974"),
    "975": Overseas("America/Miquelon", "PM"),
    "976": Overseas("Indian/Mayotte", "976"),
}


def overseas(siren: str) -> Overseas | None:
    """Return where the local authority *siren* is, if that is overseas; None also for what its number does not tell."""
    return _BY_DEPARTMENT.get(siren[2:5]) if siren[:2] in _LOCAL else None
