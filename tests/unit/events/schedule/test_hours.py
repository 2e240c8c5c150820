"""The hours of the other towns of a room stand beside ours, where their clocks show something else."""

import json
from zoneinfo import ZoneInfo

import pytest

from bots.assistant.testing.people import BEFFROI, DGS, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.events.capability import events
from bots.events.polls.commands import polls
from config.identifiers import ServerName, UserId

# It is Tuesday 24 November 2026, 11 h in Paris.
KOUROU, NOUMEA = UserId("@dgs:kourou.fr"), UserId("@dgs:noumea.nc")
MEMBERS = dict.fromkeys((SECRETAIRE, DGS, BEFFROI, KOUROU))
ZONES = {
    ServerName("valbourg.fr"): ZoneInfo("Europe/Paris"),
    ServerName("rivemont.fr"): ZoneInfo("Europe/Paris"),
    ServerName("kourou.fr"): ZoneInfo("America/Cayenne"),
    ServerName("noumea.nc"): ZoneInfo("Pacific/Noumea"),
}
HERE = {"zones": ZONES, "members": MEMBERS}
POLL = "!sondage budget : mardi 1er décembre 14h, mercredi 2 décembre 16h"


def test_an_event_says_the_hours_of_the_towns_in_the_room(talk: Talk) -> None:
    said = talk.body("!agenda ajouter visio mardi 1er décembre 14h", **HERE)

    assert "mardi 1er décembre 2026 de 14 h à 15 h (10 h à Cayenne)" in said


def test_the_day_is_said_where_it_is_another(talk: Talk) -> None:
    there = {"zones": ZONES, "members": {**MEMBERS, NOUMEA: None}}

    said = talk.body("!agenda ajouter visio mardi 1er décembre 20h", **there)

    assert "(16 h à Cayenne, 6 h le lendemain à Nouméa)" in said


@pytest.mark.parametrize(
    "more",
    [
        {"zones": ZONES, "members": dict.fromkeys((SECRETAIRE, DGS, BEFFROI))},
        {"members": MEMBERS},
        {"zones": {**ZONES, ServerName("kourou.fr"): ZoneInfo("Europe/Paris")}, "members": MEMBERS},
        {"zones": {**ZONES, ServerName("kourou.fr"): ZoneInfo("Europe/Brussels")}, "members": MEMBERS},
    ],
    ids=["nobody from there", "no zone is known", "the same zone", "the same hour"],
)
def test_nothing_is_said_where_the_hour_is_the_same_or_nobody_is_there(talk: Talk, more: dict[str, object]) -> None:
    assert "de 14 h à 15 h (" not in talk.body("!agenda ajouter visio mardi 1er décembre 14h", **more)


def test_a_whole_day_has_no_hours(talk: Talk) -> None:
    assert "Cayenne" not in talk.body("!agenda ajouter fête du village le 14 juillet toute la journée", **HERE)


def test_what_is_next_of_a_series_says_them_in_its_own_season(talk: Talk) -> None:
    """Cayenne sets no clocks: four hours away in winter, five in summer."""
    talk.says("!agenda ajouter point tous les lundis 14h", **HERE)
    summer = ZoneInfo("Europe/Paris")

    said = talk.body("!agenda 1", **HERE, now=talk.now.replace(year=2027, month=7).astimezone(summer))

    assert "prochaine fois : lundi 26 juillet 2027 de 14 h à 15 h (9 h à Cayenne)" in said


def test_a_poll_shows_them_to_those_who_vote() -> None:
    reply = Talk([events(), polls()]).reply(POLL, **HERE)

    (posted,) = reply.posted
    answers = plain(json.dumps(posted.content, ensure_ascii=False))
    assert "mardi 1er décembre 2026 de 14 h à 15 h (10 h à Cayenne)" in answers
    assert "mercredi 2 décembre 2026 de 16 h à 17 h (12 h à Cayenne)" in answers
