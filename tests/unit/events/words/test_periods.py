"""Which days « semaine » and « mois » are, and under which days an event stands."""

from datetime import UTC, date, datetime

import pytest

from bots.assistant.testing.talk import Talk
from bots.assistant.words.dates.period import Period, period
from bots.when.values import Locale

FRENCH: Locale = "fr"
SAID = [
    ("semaine", datetime(2026, 11, 24, 11, tzinfo=UTC), Period(date(2026, 11, 23), date(2026, 11, 30))),
    ("semaine", datetime(2026, 11, 29, 11, tzinfo=UTC), Period(date(2026, 11, 29), date(2026, 12, 7))),
    ("semaine prochaine", datetime(2026, 11, 29, 11, tzinfo=UTC), Period(date(2026, 11, 30), date(2026, 12, 7))),
    *(
        (said, datetime(2026, 11, 24, 11, tzinfo=UTC), Period(date(2026, 12, 7), date(2026, 12, 14)))
        for said in ("semaine du 7 décembre", "semaine du mercredi 9 décembre", "semaine du 07/12/2026")
    ),
    ("mois de décembre", datetime(2026, 11, 24, 11, tzinfo=UTC), Period(date(2026, 12, 1), date(2027, 1, 1))),
    ("mois", datetime(2026, 11, 10, 11, tzinfo=UTC), Period(date(2026, 11, 1), date(2026, 12, 1))),
    ("mois", datetime(2026, 11, 29, 11, tzinfo=UTC), Period(date(2026, 11, 29), date(2027, 1, 1))),
    ("du mois", datetime(2026, 11, 30, 9, tzinfo=UTC), Period(date(2026, 11, 30), date(2027, 1, 1))),
]


@pytest.mark.parametrize(("said", "now", "days"), SAID, ids=[f"{said} {now:%d/%m}" for said, now, _ in SAID])
def test_what_is_nearly_over_shows_what_comes(said: str, now: datetime, days: Period) -> None:
    assert period(said.split(), now, FRENCH) == days


def test_an_event_of_several_days_stands_under_each(talk: Talk) -> None:
    talk.reply("!agenda ajouter salon des maires du 3 au 5 décembre")

    body = talk.body("!agenda décembre")

    for day in ("jeudi 3", "vendredi 4", "samedi 5"):
        assert f"{day} décembre 2026\n• " in body
    assert body.count("salon des maires") == 3


def test_what_ends_in_the_night_is_nothing_of_the_next_day(talk: Talk) -> None:
    talk.reply("!agenda ajouter bal jeudi 3 décembre de 20h à 2h")

    assert talk.body("!agenda décembre").count("bal") == 1
