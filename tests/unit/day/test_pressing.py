"""The buttons of somebody's day: what is pressed or answered there is done in the room of the task, once."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bots.day.pressing import AskedNumbers, parse
from bots.matrix.events import Member, Outgoing
from bots.register.format.wire import OPS
from config.identifiers import EventId, UserId
from tests.unit.day.hall import COMMUN, DGS, DIRECT, MAIRE, SEC, VOIRIE, R, Town, V

ROOMS = {VOIRIE: "Voirie", COMMUN: "Pont de la Lys"}


@pytest.fixture
async def shown(town: Town) -> EventId:
    """1: trou (Voirie), 2: sel (Voirie), 3: convention (Pont de la Lys)."""
    await town.say(VOIRIE, SEC, "!tâche ajouter reboucher le trou demain à 8h @sec")
    await town.say(VOIRIE, SEC, "!tâche ajouter commander le sel demain à 9h @sec")
    await town.say(COMMUN, SEC, "!tâche ajouter relire la convention mercredi @sec")
    await town.say(DIRECT, SEC, "ma journée")
    return town.halls[V].last_id(DIRECT)


def operations(town: Town, room_id: Any) -> list[Any]:
    said = [each for each in town.halls[V].edge.said if isinstance(each, Outgoing) and each.room_id == room_id]
    return [each.content[OPS] for each in said if OPS in each.content]


def told_there(words: str) -> str:
    """What is said in the room of a deed: with who did it."""
    for status, by_whom in (("faite", "faite"), ("modifiée", "modifiée"), ("en cours", "commencée")):
        words = words.replace(status, f"{by_whom} par @sec")
    return words


async def test_pressing_one_marks_it_done_there_in_the_name_of_whoever_pressed(town: Town, shown: EventId) -> None:
    before = len(operations(town, COMMUN))
    press = await town.react(DIRECT, SEC, shown, "3️⃣")
    hall = town.halls[V]
    assert hall.last(COMMUN) == "✔ Tâche 1 faite par @sec\u00a0: relire la convention"
    assert hall.last(DIRECT) == "Pont de la Lys\u00a0: ✔ Tâche 1 faite\u00a0: relire la convention"
    (operation,) = operations(town, COMMUN)[before:]
    assert (operation["by"], operation["cause"]) == (SEC, press.event_id)
    assert not operations(town, DIRECT)


@pytest.mark.parametrize("key", ["3⃣", "3️⃣"])
async def test_the_variation_selector_does_not_matter(town: Town, shown: EventId, key: str) -> None:
    await town.react(DIRECT, SEC, shown, key)
    assert "relire la convention" in town.halls[V].last(COMMUN)
    assert "✔" in town.halls[V].last(COMMUN)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("fait 3", "Pont de la Lys\u00a0: ✔ Tâche 1 faite\u00a0: relire la convention"),
        ("3 fait", "✔ Tâche 1 faite"),
        ("la 3 est faite", "✔ Tâche 1 faite"),
        ("reporter 3 à lundi", "lundi 30 novembre 2026"),
        ("3 vendredi", "vendredi 27 novembre 2026"),
        ("3 vendredi à 14h", "vendredi 27 novembre 2026 à 14\u00a0h"),
        ("3 au 3 décembre", "jeudi 3 décembre 2026"),
        ("postpone 3 to Monday", "lundi 30 novembre 2026"),
        ("@dgs 3", "@dgs"),
        ("3 @dgs", "@dgs"),
        ("3 en cours", "en cours"),
        ("3️⃣ fait", "✔ Tâche 1 faite"),
    ],
)
async def test_an_answer_does_what_it_says(town: Town, shown: EventId, words: str, said: str) -> None:
    before = len(operations(town, COMMUN))
    await town.say(DIRECT, SEC, words, shown)
    assert said in town.halls[V].last(DIRECT)
    assert len(operations(town, COMMUN)) == before + 1
    told = town.halls[V].last(DIRECT).removeprefix("Pont de la Lys\u00a0: ")
    # Whoever it calls is called by a message of its own.
    called = f"@sec\u00a0: {told}"
    assert town.halls[V].last(COMMUN) == (called if "@dgs" in words else told_there(told))


async def test_several_at_once_are_said_once_in_each_room(town: Town, shown: EventId) -> None:
    messages = {room: len(town.halls[V].said(room)) for room in ROOMS}
    await town.say(DIRECT, SEC, "fait 1, 2 et 3", shown)
    hall = town.halls[V]
    assert {room: len(hall.said(room)) - count for room, count in messages.items()} == {VOIRIE: 1, COMMUN: 1}
    assert hall.last(VOIRIE) == "✔ 2 tâches faites par @sec\u00a0: 1 reboucher le trou · 2 commander le sel"
    assert hall.last(DIRECT).split("\n") == [
        "Voirie\u00a0: ✔ Tâche 1 faite\u00a0: reboucher le trou",
        "Voirie\u00a0: ✔ Tâche 2 faite\u00a0: commander le sel",
        "Pont de la Lys\u00a0: ✔ Tâche 1 faite\u00a0: relire la convention",
    ]


async def test_two_that_come_back_get_a_number_each(town: Town) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter saler la place demain *tous les jours @sec")
    await town.say(VOIRIE, SEC, "!tâche ajouter relever le courrier demain *tous les jours @sec")
    await town.say(DIRECT, SEC, "ma journée")
    await town.say(DIRECT, SEC, "fait 1, 2", town.halls[V].last_id(DIRECT))
    bodies = town.halls[V].bodies(VOIRIE)[-2:]
    assert "3" in bodies[0]
    assert "4" in bodies[1]
    assert len({each["seq"] for each in operations(town, VOIRIE)}) == len(operations(town, VOIRIE)) == 4
    await town.say(VOIRIE, SEC, "!tâches")
    assert town.halls[V].last(VOIRIE).count("saler la place") == 1


async def test_what_one_answer_did_in_several_messages_is_taken_back_together(town: Town) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter saler la place demain *tous les jours @sec")
    await town.say(VOIRIE, SEC, "!tâche ajouter relever le courrier demain *tous les jours @sec")
    await town.say(DIRECT, SEC, "ma journée")
    said = await town.say(DIRECT, SEC, "fait 1, 2", town.halls[V].last_id(DIRECT))
    await town.redact(said)
    undone = town.halls[V].last(VOIRIE)
    assert "tâche 1 est de nouveau à faire" in undone
    assert "tâche 2 est de nouveau à faire" in undone


async def test_who_has_left_the_room_gets_a_plain_sentence(town: Town, shown: EventId) -> None:
    before = len(town.halls[V].said(COMMUN))
    town.room(COMMUN, [DGS, V], ROOMS[COMMUN], more={SEC: Member(SEC, "leave")})
    await town.react(DIRECT, SEC, shown, "3️⃣")
    assert town.halls[V].last(DIRECT).startswith("3\u00a0: vous n’êtes plus dans ce salon")
    await town.say(DIRECT, SEC, "3 vendredi", shown)
    assert town.halls[V].last(DIRECT).startswith("3\u00a0: vous n’êtes plus dans ce salon")
    assert len(town.halls[V].said(COMMUN)) == before


async def test_what_is_done_already_is_said_so_and_not_done_again(town: Town, shown: EventId) -> None:
    await town.say(COMMUN, DGS, "!tâche fait 1")
    before = len(town.halls[V].said(COMMUN))
    await town.react(DIRECT, SEC, shown, "3️⃣")
    assert town.halls[V].last(DIRECT) == (
        "3 (Pont de la Lys)\u00a0: il n’y a plus rien à faire\u202f; c’est déjà fait, ou supprimé."
    )
    assert len(town.halls[V].said(COMMUN)) == before


async def test_a_press_that_comes_twice_counts_once(town: Town, shown: EventId) -> None:
    press = await town.react(DIRECT, SEC, shown, "3️⃣")
    before = len(operations(town, COMMUN))
    await town.deliver(press)
    await town.react(DIRECT, SEC, shown, "3️⃣")
    assert len(operations(town, COMMUN)) == before


async def test_nobody_else_s_press_counts(town: Town, shown: EventId) -> None:
    """Neither beside its person nor where they have gone and another has come."""
    before = {room: len(town.halls[V].said(room)) for room in (*ROOMS, DIRECT)}
    town.room(DIRECT, [SEC, DGS, V])
    await town.react(DIRECT, DGS, shown, "3️⃣")
    town.room(DIRECT, [DGS, V], more={SEC: Member(SEC, "leave")})
    await town.react(DIRECT, DGS, shown, "3️⃣")
    assert {room: len(town.halls[V].said(room)) for room in (*ROOMS, DIRECT)} == before


async def test_beside_somebody_else_even_one_s_own_press_does_nothing(town: Town, shown: EventId) -> None:
    before = len(town.halls[V].said(COMMUN))
    town.room(DIRECT, [SEC, DGS, V])
    await town.react(DIRECT, SEC, shown, "3️⃣")
    assert "conversation directe" in town.halls[V].last(DIRECT)
    assert len(town.halls[V].said(COMMUN)) == before


async def test_words_in_private_never_become_a_remark_elsewhere(town: Town, shown: EventId) -> None:
    before = len(town.halls[V].said(COMMUN)), town.halls[V].ledger.known(COMMUN).operations
    for words in ("3 la maire exagère", "3 !", "3 quoi encore", "merci pour la 3", "3 tâches", "3 !tâches"):
        await town.say(DIRECT, SEC, words, shown)
    await town.tick(20)
    assert (len(town.halls[V].said(COMMUN)), town.halls[V].ledger.known(COMMUN).operations) == before
    assert "je ne comprends pas" in town.halls[V].bodies(DIRECT)[-6]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("fait 7", "Ce message n’a pas de 7\u00a0: ses numéros vont de 1 à 3."),
        ("fait 0", "n’a pas de 0"),
        ("3", "Quel numéro, et qu’en faire"),
        ("fait", "Quel numéro, et qu’en faire"),
        ("ma journée", "Votre journée du lundi"),
        ("!aide", "Ce que vous pouvez me demander"),
    ],
)
async def test_what_is_not_clear_is_asked_and_commands_stay_commands(
    town: Town, shown: EventId, words: str, said: str
) -> None:
    await town.say(DIRECT, SEC, words, shown)
    assert said in town.halls[V].last(DIRECT)


async def test_taking_the_press_back_opens_the_task_again_once(town: Town, shown: EventId) -> None:
    press = await town.react(DIRECT, SEC, shown, "3️⃣")
    await town.redact(press)
    assert "de nouveau à faire" in town.halls[V].last(COMMUN)
    count = len(town.halls[V].said(COMMUN))
    await town.redact(press)
    assert len(town.halls[V].said(COMMUN)) == count


async def test_only_its_sender_takes_a_press_back(town: Town, shown: EventId) -> None:
    press = await town.react(DIRECT, SEC, shown, "3️⃣")
    count = len(town.halls[V].said(COMMUN))
    await town.redact(press, by=DGS)
    assert len(town.halls[V].said(COMMUN)) == count


async def test_an_edited_answer_does_what_it_says_now(town: Town, shown: EventId) -> None:
    answer = await town.say(DIRECT, SEC, "fait 2", shown)
    await town.edit(answer, "fait 3")
    assert "de nouveau à faire" in town.halls[V].last(VOIRIE)
    assert town.halls[V].last(COMMUN) == "✔ Tâche 1 faite par @sec\u00a0: relire la convention"


async def test_what_fails_there_leaves_nothing_in_memory(town: Town, shown: EventId) -> None:
    """The other room's register must not know more than the disk either."""
    hall = town.halls[V]
    before = hall.ledger.state_hash(COMMUN)
    enqueue = hall.edge.enqueue

    async def broken(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    hall.edge.enqueue = broken  # type: ignore[method-assign, assignment]
    with pytest.raises(RuntimeError):
        await town.react(DIRECT, SEC, shown, "3️⃣")
    hall.edge.enqueue = enqueue  # type: ignore[method-assign]
    async with hall.edge.database.begin() as transaction:
        await hall.ledger.state(transaction, COMMUN)
    assert hall.ledger.state_hash(COMMUN) == before
    await town.react(DIRECT, SEC, shown, "3️⃣")
    assert "✔" in hall.last(COMMUN)


async def test_the_buttons_still_work_after_a_restart(town: Town, shown: EventId) -> None:
    await town.halls[V].reopen()
    await town.react(DIRECT, SEC, shown, "1️⃣")
    assert "✔ Tâche 1 faite par @sec\u00a0: reboucher le trou" in town.halls[V].last(VOIRIE)


async def test_each_assistant_tells_its_part_and_answers_for_it(both: Town) -> None:
    """The common room is told by one of them: the one that answers this person there."""
    await both.say(VOIRIE, SEC, "!tâche ajouter commander le sel @sec")
    await both.say(COMMUN, SEC, "!tâche ajouter relire la convention @sec")
    await both.carry()
    both.room(COMMUN, [SEC, MAIRE, V, R], "Pont de la Lys")
    await both.say(DIRECT, SEC, "ma journée")
    ours, theirs = (both.halls[each].last(DIRECT) for each in (V, R))
    assert "· Valbourg" in ours
    assert "commander le sel" in ours
    assert "relire la convention" in ours
    assert "· Rivemont" in theirs
    assert "Rien à faire" in theirs


async def test_a_press_on_the_other_assistant_s_message_is_that_one_s(both: Town) -> None:
    only = UserId("@sec:valbourg.fr")
    both.room(COMMUN, [only, MAIRE, R], "Conseil de Rivemont")
    both.halls[V].edge.leave_room(COMMUN)
    await both.say(COMMUN, MAIRE, "!tâche ajouter voter le budget @sec")
    await both.say(DIRECT, only, "ma journée")
    shown = both.halls[R].last_id(DIRECT)
    await both.carry()
    count = len(both.halls[V].said(DIRECT))
    await both.react(DIRECT, only, shown, "1️⃣")
    assert "✔ Tâche 1 faite\u00a0: voter le budget" in both.halls[R].last(DIRECT)
    await both.say(DIRECT, only, "fait 1", shown, **{"m.mentions": {"user_ids": [R]}})
    assert "plus rien à faire" in both.halls[R].last(DIRECT)
    assert len(both.halls[V].said(DIRECT)) == count


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("fait 3", AskedNumbers((3,), ("fait",))),
        ("done 2, 4", AskedNumbers((2, 4), ("done",))),
        ("2,4 et 5 faites", AskedNumbers((2, 4, 5), ("faites",))),
        ("reporter 2 au 3 décembre", AskedNumbers((2,), ("reporter", "au", "3", "décembre"))),
        ("reporter au 3 décembre", None),
        ("2 14h", AskedNumbers((2,), ("14h",))),
        ("la tâche n°2 faite", AskedNumbers((2,), ("faite",))),
        ("!tâche fait 3", None),
        ("bonjour", None),
        ("", None),
        ("je voudrais bien savoir où en est le 3", None),
        ("🔟 fait", AskedNumbers((10,), ("fait",))),
    ],
)
def test_numbers_are_told_from_dates(words: str, asked: AskedNumbers | None) -> None:
    assert parse(words.split()) == asked


WORDS = ["fait", "2", "3,", "et", ",", "n°", "la", "au", "1️⃣", "🔟", "lundi", "@dgs", "99", "0", "?", "é", "!", "14h"]


@example(["fait", "2"])
@example(["2", "et", "3,", "2"])
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=8))
def test_any_words_are_read_and_numbers_are_those_that_stand_there(words: list[str]) -> None:
    asked = parse(words)
    if asked is not None:
        assert asked.numbers
        assert len(set(asked.numbers)) == len(asked.numbers)
        assert all(0 <= each < 100 for each in asked.numbers)


async def test_what_is_erased_from_ones_day_is_erased_where_it_belongs(town: Town, shown: EventId) -> None:
    """It was said, and not done."""
    await town.say(DIRECT, SEC, "2 effacer définitivement", about=shown)

    assert town.halls[V].redactions()
    assert "effacée" in town.halls[V].last(VOIRIE)


async def test_erasing_from_ones_day_takes_a_signed_device(town: Town, shown: EventId) -> None:
    town.unsigned = {SEC}

    await town.say(DIRECT, SEC, "2 effacer définitivement", about=shown)

    assert not town.halls[V].redactions()
    assert "n’est pas vérifié" in town.halls[V].last(DIRECT)


async def test_after_the_list_its_numbers_count_without_answering_it(town: Town) -> None:
    """Somebody types « fait 1 » just below their day; the conversation has a task 1 of its own."""
    hall = town.halls[V]
    await town.say(DIRECT, SEC, "ajouter signer les bons vendredi")
    await town.say(VOIRIE, SEC, "!tâche ajouter reboucher le trou demain à 8h @sec")
    await town.say(VOIRIE, SEC, "!tâche ajouter commander le sel demain à 9h @sec")
    await town.say(DIRECT, SEC, "ma journée")
    await town.say(DIRECT, SEC, "fait 1")
    assert hall.last(VOIRIE) == "✔ Tâche 1 faite par @sec\u00a0: reboucher le trou"
    await town.say(DIRECT, SEC, "reporter 2 à lundi")
    assert "lundi 30 novembre 2026" in hall.last(VOIRIE)
    await town.say(DIRECT, SEC, "tâche fait 1")
    assert hall.last(DIRECT) == "✔ Tâche 1 faite\u00a0: signer les bons"


async def test_later_a_number_of_both_is_asked_about(town: Town) -> None:
    hall = town.halls[V]
    await town.say(VOIRIE, SEC, "!tâche ajouter reboucher le trou demain @sec")
    await town.say(DIRECT, SEC, "ma journée")
    await town.say(DIRECT, SEC, "ajouter signer les bons vendredi")
    await town.say(DIRECT, SEC, "fait 1")
    asked = hall.last(DIRECT).splitlines()
    assert asked[1:3] == [
        "1️⃣ celui de la liste\u00a0: reboucher le trou",
        "2️⃣ celui de cette conversation\u00a0: signer les bons",
    ]
    question = hall.last_id(DIRECT)
    await town.say(DIRECT, SEC, "celle de la liste")
    assert hall.last(VOIRIE) == "✔ Tâche 1 faite par @sec\u00a0: reboucher le trou"
    await town.say(DIRECT, SEC, "fait 1")
    await town.react(DIRECT, SEC, hall.last_id(DIRECT), "2️⃣")
    assert "signer les bons" in hall.last(DIRECT)
    assert question != hall.last_id(DIRECT)


async def test_where_only_one_has_the_number_nobody_asks(town: Town) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter reboucher le trou demain @sec")
    await town.say(DIRECT, SEC, "ma journée")
    await town.say(DIRECT, SEC, "bonjour")
    await town.say(DIRECT, SEC, "fait 1")
    assert town.halls[V].last(VOIRIE) == "✔ Tâche 1 faite par @sec\u00a0: reboucher le trou"


async def test_what_is_not_about_the_list_is_not_taken_for_it(town: Town, shown: EventId) -> None:
    before = len(operations(town, VOIRIE)) + len(operations(town, COMMUN))
    for words in ("réunion 3 du conseil", "!fait 1", "tâche 1", "aide", "fait 12"):
        await town.say(DIRECT, SEC, words)
    assert len(operations(town, VOIRIE)) + len(operations(town, COMMUN)) == before


async def test_a_doubt_about_something_listed_can_be_answered(town: Town, shown: EventId) -> None:
    await town.say(DIRECT, SEC, "reporter 3 à jeudi ou vendredi", about=shown)
    assert "1️⃣ jeudi 26 novembre 2026" in town.halls[V].last(DIRECT)
    await town.say(DIRECT, SEC, "vendredi")
    assert "vendredi 27 novembre 2026" in town.halls[V].last(COMMUN)
    await town.say(DIRECT, SEC, "reporter 3 à jeudi ou samedi")
    await town.react(DIRECT, SEC, town.halls[V].last_id(DIRECT), "2️⃣")
    assert "samedi 28 novembre 2026" in town.halls[V].last(COMMUN)


async def test_a_number_alone_is_asked_about(town: Town, shown: EventId) -> None:
    await town.say(DIRECT, SEC, "3")
    await town.say(DIRECT, SEC, "faite")
    assert town.halls[V].last(COMMUN) == "✔ Tâche 1 faite par @sec\u00a0: relire la convention"
