"""The digest: each working morning, once, late rather than never, and only where nobody else reads it."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bots.matrix.events import Member
from config.identifiers import UserId
from tests.unit.day.hall import COMMUN, DGS, DIRECT, DIRECT2, SEC, SEC2, VOIRIE, R, Town, V

PARIS = ZoneInfo("Europe/Paris")
MORNING = "☀ Bonjour"


def at(town: Town, when: str) -> None:
    """Set the clock, as the clocks of Paris show it."""
    town.now[0] = int(datetime.fromisoformat(when).replace(tzinfo=PARIS).timestamp() * 1000)


def mornings(town: Town, who: UserId = V) -> list[str]:
    return [each for each in town.halls[who].bodies(DIRECT) if each.startswith(MORNING)]


@pytest.fixture
async def subscribed(town: Town) -> Town:
    await town.say(VOIRIE, SEC, "!tâche ajouter commander le sel vendredi @sec")
    await town.say(DIRECT, SEC, "résumé chaque matin")
    return town


async def errands(town: Town) -> list[tuple[str, str]]:
    """What waits: for whom, and when by the clocks of Paris."""
    async with town.halls[V].edge.database.begin() as transaction:
        rows = await transaction.execute(text("SELECT errand, due FROM assistant_errand ORDER BY due"))
        return [(row[0], datetime.fromtimestamp(row[1] / 1000, UTC).astimezone(PARIS).isoformat()[:16]) for row in rows]


async def test_it_comes_each_working_morning(subscribed: Town) -> None:
    town = subscribed
    assert town.halls[V].last(DIRECT).split("\n") == [
        "✔ Votre journée chaque matin ouvré à 8\u00a0h, à partir du mardi 24 novembre 2026\u202f; "
        "jamais les jours fériés.",
        "résumé arrêter y met fin.",
    ]
    at(town, "2026-11-24T07:59:59")
    await town.tick()
    assert mornings(town) == []
    for day in range(24, 31):
        at(town, f"2026-11-{day}T08:00")
        await town.tick()
        await town.tick(3600)
    heads = [each.split("\n")[0] for each in mornings(town)]
    assert heads == [
        f"☀ Bonjour\u202f! Votre journée du {each} novembre 2026 · Valbourg"
        for each in ("mardi 24", "mercredi 25", "jeudi 26", "vendredi 27", "lundi 30")
    ]
    assert "Cette semaine\n1️⃣ commander le sel" in mornings(town)[0]
    assert "Aujourd’hui\n1️⃣ commander le sel" in mornings(town)[3]
    assert "En retard\n1️⃣ commander le sel" in mornings(town)[4]


async def test_its_buttons_work(subscribed: Town) -> None:
    at(subscribed, "2026-11-24T08:00")
    await subscribed.tick()
    assert subscribed.halls[V].buttons(DIRECT) == ["1️⃣"]
    await subscribed.react(DIRECT, SEC, subscribed.halls[V].last_id(DIRECT), "1️⃣")
    assert "✔ Tâche 1 faite" in subscribed.halls[V].last(VOIRIE)
    await subscribed.say(DIRECT, SEC, "résumé arrêter")


async def test_not_on_a_public_holiday_nor_on_one_of_the_place() -> None:
    for territory, expected in (("", ["2026-12-28T08:00"]), ("57", ["2026-12-28T08:00"])):
        town = Town(V, territory=territory)
        await town.halls[V].open()
        town.room(DIRECT, [SEC, V])
        at(town, "2026-12-24T09:00")
        await town.say(DIRECT, SEC, "résumé 8h")
        # Friday 25 December is closed, and a weekend follows.
        assert [when for _, when in await errands(town)] == expected
        at(town, "2029-12-24T09:00")
        await town.say(DIRECT, SEC, "résumé 8h")
        # In 2029 the 25th is a Tuesday, the 26th closed in Moselle only.
        assert [when for _, when in await errands(town)] == [f"2029-12-{'27' if territory else '26'}T08:00"]
        await town.close()


async def test_late_rather_than_never_and_not_for_days_past(subscribed: Town) -> None:
    town = subscribed
    at(town, "2026-11-26T15:00")
    await town.halls[V].reopen()
    await town.tick()
    (one,) = mornings(town)
    assert "jeudi 26 novembre" in one
    at(town, "2026-11-28T11:00")
    await town.tick()
    assert len(mornings(town)) == 1
    at(town, "2026-11-30T07:00")
    await town.tick()
    assert len(mornings(town)) == 1
    at(town, "2026-11-30T08:00")
    await town.tick()
    assert "lundi 30 novembre" in mornings(town)[-1]


class Killed(BaseException):
    """The process ends here: what merely fails is contained."""


async def test_once_a_day_whatever_dies(subscribed: Town) -> None:
    """Killed in the middle of the transaction that says it, before it and after it; and the table restored or lost."""
    town, hall = subscribed, subscribed.halls[V]
    at(town, "2026-11-24T08:00")
    enqueue = hall.edge.enqueue

    async def dies(*_: Any) -> None:
        raise Killed

    hall.edge.enqueue = dies  # type: ignore[method-assign, assignment]
    with pytest.raises((Killed, BaseExceptionGroup)):
        await town.tick()
    hall.edge.enqueue = enqueue  # type: ignore[method-assign]
    await hall.reopen()
    await town.tick()
    assert len(mornings(town)) == 1
    async with hall.edge.database.begin() as transaction:
        await transaction.execute(text("UPDATE assistant_errand SET due = 1"))
    await hall.reopen()
    await town.tick(60)
    async with hall.edge.database.begin() as transaction:
        await transaction.execute(text("DELETE FROM assistant_errand"))
    await hall.reopen()
    await town.tick(60)
    assert len(mornings(town)) == 1
    assert await errands(town) == [(SEC, "2026-11-25T08:00")]


async def test_an_errand_that_runs_again_the_same_day_says_nothing(subscribed: Town) -> None:
    """As after a store was restored while the room knows better."""
    town, hall = subscribed, subscribed.halls[V]
    at(town, "2026-11-24T08:00")
    await town.tick()
    async with hall.edge.database.begin() as transaction:
        await transaction.execute(text("UPDATE assistant_errand SET due = 1"))
    hall.desk.errands.soon(1)
    await town.tick(60)
    assert len(mornings(town)) == 1
    assert await errands(town) == [(SEC, "2026-11-25T08:00")]


async def test_a_lost_store_is_rebuilt_from_the_room(subscribed: Town) -> None:
    """A fresh store hears of the subscription again from its own operations, and knows what was said today."""
    town, hall = subscribed, subscribed.halls[V]
    at(town, "2026-11-24T08:00")
    await town.tick()
    timeline = [each for each in hall.edge.timeline(DIRECT) if getattr(each, "sender", None) == V]
    fresh = Town(V)
    fresh.now[0] = town.now[0] + 60_000
    await fresh.halls[V].open()
    fresh.room(DIRECT, [SEC, V])
    for each in timeline:
        await fresh.halls[V].edge.deliver(each)
    assert await errands(fresh) == [(SEC, "2026-11-25T08:00")]
    await fresh.tick(60)
    assert mornings(fresh) == []
    at(fresh, "2026-11-25T08:00")
    await fresh.tick()
    assert len(mornings(fresh)) == 1
    await fresh.close()


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("résume moi ma journée tous les matins a 8h", "08:00"),
        ("résumé de ma journée chaque matin à 7 h et demie", "07:30"),
        ("résumé tous les jours vers huit heures, merci", "08:00"),
        ("résumé le matin à 9h moins le quart", "08:45"),
    ],
)
async def test_its_hour_is_said_as_people_say_it(town: Town, words: str, at: str) -> None:
    await town.say(DIRECT, SEC, words)
    assert await errands(town) == [(SEC, f"2026-11-24T{at}")]


async def test_it_moves_and_ends(subscribed: Town) -> None:
    town = subscribed
    await town.say(DIRECT, SEC, "!résumé 7:30")
    assert await errands(town) == [(SEC, "2026-11-24T07:30")]
    await town.say(DIRECT, SEC, "!digest stop")
    assert await errands(town) == []
    assert town.halls[V].last(DIRECT) == "✔ Plus de résumé le matin."
    await town.say(DIRECT, SEC, "résumé arrêter")
    assert "il n’y a rien à arrêter" in town.halls[V].last(DIRECT)
    at(town, "2026-11-25T12:00")
    await town.tick()
    assert mornings(town) == []


async def test_before_the_hour_it_begins_the_same_day(town: Town) -> None:
    at(town, "2026-11-23T06:00")
    await town.say(DIRECT, SEC, "résumé 8h")
    assert await errands(town) == [(SEC, "2026-11-23T08:00")]


async def test_taking_the_command_back_or_editing_it(town: Town) -> None:
    said = await town.say(DIRECT, SEC, "résumé 8h")
    await town.edit(said, "résumé 9h")
    assert await errands(town) == [(SEC, "2026-11-24T09:00")]
    await town.redact(said)
    assert await errands(town) == []
    stopped = await town.say(DIRECT, SEC, "résumé 8h")
    stop = await town.say(DIRECT, SEC, "résumé stop")
    await town.redact(stop)
    assert await errands(town) == [(SEC, "2026-11-24T08:00")]
    await town.edit(stopped, "ma journée")
    assert await errands(town) == []


@pytest.mark.parametrize("how", ["joined", "invited", "unencrypted"])
async def test_it_ends_with_a_sentence_where_others_can_read_it(subscribed: Town, how: str) -> None:
    town = subscribed
    if how == "joined":
        town.room(DIRECT, [SEC, DGS, V])
    elif how == "invited":
        town.room(DIRECT, [SEC, V], more={DGS: Member(DGS, "invite")})
    else:
        town.room(DIRECT, [SEC, V], encrypted=False)
    at(town, "2026-11-24T08:00")
    await town.tick()
    assert mornings(town) == []
    assert "votre résumé du matin s’arrête ici" in town.halls[V].last(DIRECT)
    assert "sel" not in town.halls[V].last(DIRECT)
    town.room(DIRECT, [SEC, V])
    at(town, "2026-11-25T08:00")
    await town.halls[V].reopen()
    await town.tick()
    assert mornings(town) == []


async def test_who_has_left_gets_none(subscribed: Town) -> None:
    town = subscribed
    before = len(town.halls[V].said(DIRECT))
    town.room(DIRECT, [V], more={SEC: Member(SEC, "leave")})
    at(town, "2026-11-24T08:00")
    await town.tick()
    assert len(town.halls[V].said(DIRECT)) == before
    assert await errands(town) == []


async def test_an_empty_day_is_one_short_line(town: Town) -> None:
    await town.say(DIRECT, SEC, "résumé 8h")
    at(town, "2026-11-24T08:00")
    await town.tick()
    (one,) = mornings(town)
    assert one.count("\n") == 0
    assert "Rien à faire à votre nom cette semaine" in one
    assert town.halls[V].buttons(DIRECT) == []


@pytest.fixture
async def two(both: Town) -> Town:
    await both.say(VOIRIE, SEC, "!tâche ajouter commander le sel demain @sec")
    both.room(COMMUN, [SEC, UserId("@maire:rivemont.fr"), R], "Conseil")
    both.halls[V].edge.leave_room(COMMUN)
    await both.say(COMMUN, "@maire:rivemont.fr", f"!tâche ajouter voter le budget demain {SEC}")
    return both


async def test_two_assistants_each_say_their_part(two: Town) -> None:
    await two.say(DIRECT, SEC, "résumé 8h")
    await two.carry()
    at(two, "2026-11-24T08:00")
    await two.tick()
    await two.carry()
    await two.tick(60)
    (ours,), (theirs,) = mornings(two), mornings(two, R)
    assert "commander le sel" in ours
    assert "voter le budget" in theirs
    assert "voter" not in ours
    assert two.halls[V].ledger.state_hash(DIRECT) == two.halls[R].ledger.state_hash(DIRECT)
    two.now[0] += 1_000
    await two.say(DIRECT, SEC, "résumé arrêter")
    await two.carry()
    at(two, "2026-11-25T08:00")
    await two.tick()
    assert (len(mornings(two)), len(mornings(two, R))) == (1, 1)


async def test_the_other_assistant_cannot_subscribe_somebody_with_us(both: Town) -> None:
    from bots.day.digest import KIND, subscription_id  # noqa: PLC0415
    from bots.register.format.operation import Change  # noqa: PLC0415

    theirs = both.halls[R]
    fields: dict[str, Any] = {"of": SEC, "at": 1, "cause": "$x", "said": None}
    async with theirs.edge.database.begin() as transaction:
        change = Change(KIND, subscription_id(V, SEC), set=fields)
        operation = await theirs.ledger.write(transaction, DIRECT, [change], by=SEC2)
        await theirs.desk.registrar.publish(transaction, DIRECT, operation, "$forged")
    await theirs.edge.flush()
    await both.carry()
    assert await errands(both) == []
    assert DIRECT2 not in both.halls[V].ledger.rooms()


async def test_taking_it_back_says_what_is_taken_back(town: Town) -> None:
    await town.say(DIRECT, SEC, "résumé chaque matin à 8h")
    await town.say(DIRECT, SEC, "annuler")
    assert town.halls[V].last(DIRECT) == "↩ Plus de résumé le matin."

    for words in ("résumé 8h", "résumé 9h30", "annuler"):
        town.now[0] += 1_000
        await town.say(DIRECT, SEC, words)
    assert town.halls[V].last(DIRECT).replace("\u00a0", " ") == "↩ Le résumé revient à 8 h."
