"""What clocks show in the other towns of a room, where these are in another zone: « (10 h à Cayenne) » (pure)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.scene import Place
from bots.calendar.event import Event
from bots.events.words.times import spoken, zone_of
from bots.when.saying import say, say_clock
from config.texts import mark

_PLACES: Final = {
    "Europe/Paris": mark("{time} in Paris"),
    "America/Guadeloupe": mark("{time} in Guadeloupe"),
    "America/Martinique": mark("{time} in Martinique"),
    "America/Cayenne": mark("{time} in Cayenne"),
    "America/Miquelon": mark("{time} in Saint-Pierre and Miquelon"),
    "America/St_Barthelemy": mark("{time} in Saint-Barthélemy"),
    "America/Marigot": mark("{time} in Saint-Martin"),
    "Indian/Reunion": mark("{time} on Réunion"),
    "Indian/Mayotte": mark("{time} in Mayotte"),
    "Pacific/Noumea": mark("{time} in Nouméa"),
    "Pacific/Tahiti": mark("{time} in Tahiti"),
    "Pacific/Wallis": mark("{time} in Wallis"),
}
_MOST: Final = 4


def said(place: Place, event: Event) -> str:
    """Return when *event* is, in the hours of the collectivity, and those of the other towns that are in the room."""
    floating = zone_of(place.zone)
    own = say(spoken(event, floating, place.zone), place.language)
    if event.whole_days:
        return own
    found = ", ".join(elsewhere(place, event.start.utc(floating)))
    return f"{own} ({found})" if found else own


def elsewhere(place: Place, at: datetime) -> Iterator[str]:
    """Yield what clocks show *at* that instant in each zone of the towns in the room that is not the collectivity's."""
    here = at.astimezone(place.zone)
    servers = {user.server for user in place.members}
    zones = {place.zones[server].key: place.zones[server] for server in servers if server in place.zones}
    others = [zone for _, zone in sorted(zones.items()) if at.astimezone(zone).utcoffset() != here.utcoffset()]
    return (_hour(place, here, zone) for zone in others[:_MOST])


def _hour(place: Place, here: datetime, zone: ZoneInfo) -> str:
    gettext, there = place.texts.gettext, here.astimezone(zone)
    time = say_clock(there, place.language)
    if there.date() > here.date():
        time = gettext("{time} the day after").format(time=time)
    elif there.date() < here.date():
        time = gettext("{time} the day before").format(time=time)
    known = _PLACES.get(zone.key)
    return gettext(known).format(time=time) if known else f"{time} {zone.key}"
