"""What ``ma journée`` shows, and to whom it does not."""

import pytest

from bots.assistant.testing.people import plain
from bots.matrix.events import Member
from bots.register.format.wire import OPS
from config.identifiers import RoomId, UserId
from tests.unit.day.hall import COMMUN, DGS, DIRECT, INTERNE, SEC, VOIRIE, Town, V


async def fill(town: Town) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter reboucher le trou rue Haute demain @sec")
    await town.say(VOIRIE, SEC, "!tâche ajouter commander le sel à 14h @sec !haute")
    await town.say(VOIRIE, SEC, "!tâche ajouter saler vendredi @dgs")
    await town.say(COMMUN, SEC, "!tâche ajouter relire la convention @sec")
    await town.say(COMMUN, SEC, "!tâche ajouter signer l’avenant le 15 décembre @sec")
    await town.say(INTERNE, DGS, "!tâche ajouter préparer les entretiens aujourd’hui")


async def test_it_holds_what_is_mine_in_all_rooms_grouped_and_dated(town: Town) -> None:
    await fill(town)
    await town.say(DIRECT, SEC, "ma journée")
    body = town.halls[V].last(DIRECT)
    assert body.split("\n\n") == [
        "Votre journée du lundi 23 novembre 2026 · Valbourg",
        "Aujourd’hui\n1️⃣ commander le sel · à 14\u00a0h · priorité haute · Voirie",
        "Demain\n2️⃣ reboucher le trou rue Haute · Voirie",
        "Plus tard\n3️⃣ signer l’avenant · mardi 15 décembre 2026 · Pont de la Lys",
        "Sans date\n4️⃣ relire la convention · Pont de la Lys",
        "Appuyez sur un numéro ci-dessous pour marquer la tâche comme faite, ou répondez à ce message\u00a0: "
        "fait 3, reporter 2 d’une semaine, 3 @dgs.",
    ]
    assert town.halls[V].buttons(DIRECT) == ["1️⃣", "2️⃣", "3️⃣", "4️⃣"]
    assert (
        '<a href="https://matrix.to/#/!voirie">Voirie</a>' in town.halls[V].said(DIRECT)[-1].content["formatted_body"]
    )


NATURAL = [
    "mes tâches",
    "my tasks",
    "montre-moi ma journée",
    "Ma journée, s’il te plaît !",
    "Quelles sont mes tâches ?",
    *("il me reste quoi du coup", "qu’est ce qui m’attend aujourd’hui ?", "voilà, récapitule", "j’ai koi a faire ?"),
]


@pytest.mark.parametrize("words", ["ma journée", "my day", "!journée", "!day", "Ma journee", "journée", *NATURAL])
async def test_it_is_asked_for_in_many_ways(town: Town, words: str) -> None:
    await town.say(DIRECT, SEC, words)
    assert "Rien à faire à votre nom" in town.halls[V].last(DIRECT)


async def test_a_week_leaves_out_what_is_later(town: Town) -> None:
    await fill(town)
    await town.say(DIRECT, SEC, "ma semaine")
    assert "commander le sel" in town.halls[V].last(DIRECT)
    assert "avenant" not in town.halls[V].last(DIRECT)


OTHER_DAYS = [
    ("ma semaine prochaine", "Votre semaine, du lundi 30 novembre au dimanche 6 décembre", {"décembre"}),
    ("ma semaine suivante", "Votre semaine, du lundi 30 novembre au dimanche 6 décembre", {"décembre"}),
    ("Tu peux me montrer ma semaine prochaine, stp ?", "Votre semaine, du lundi 30 novembre", {"décembre"}),
    ("mon planning de la semaine prochaine", "Votre semaine, du lundi 30 novembre", {"décembre"}),
    ("ma semaine du 14 décembre", "Votre semaine, du lundi 14 au dimanche 20 décembre", {"avenant"}),
    ("mon mois de décembre", "Ce qui est à vous, du mardi 1er au jeudi 31 décembre", {"décembre", "avenant"}),
    ("ma journée de vendredi", "Votre journée du vendredi 27 novembre", {"vendredi"}),
    ("ma journee d'apres-demain", "Votre journée du mercredi 25 novembre", set()),
    ("que dois-je faire vendredi ?", "Votre journée du vendredi 27 novembre", {"vendredi"}),
    ("ma journée de mardi", "Votre journée du mardi 24 novembre", {"demain"}),
    ("my week next week", "Votre semaine, du lundi 30 novembre", {"décembre"}),
    ("my day on Friday", "Votre journée du vendredi 27 novembre", {"vendredi"}),
    ("et demain ?", "Votre journée du mardi 24 novembre", {"demain"}),
    ("et la semaine prochaine ?", "Votre semaine, du lundi 30 novembre", {"décembre"}),
]


@pytest.mark.parametrize(("words", "head", "shown"), OTHER_DAYS)
async def test_other_days_are_asked_for_as_today_is(town: Town, words: str, head: str, shown: set[str]) -> None:
    for title, due in (
        *(("l’affaire vendredi", "vendredi"), ("l’affaire de décembre", "le 2 décembre")),
        *(("l’avenant", "le 15 décembre"), ("l’affaire de demain", "demain")),
    ):
        await town.say(VOIRIE, SEC, f"!tâche ajouter « {title} » {due} @sec")
    await town.say(DIRECT, SEC, words)
    body = plain(town.halls[V].last(DIRECT)).replace("’", "'")
    assert head.replace("’", "'") in body
    listed = body.partition("\n")[2]
    assert {each for each in ("vendredi", "décembre", "avenant", "demain") if f"{each} ·" in listed} == shown


async def test_days_of_which_only_one_was_read_are_none(town: Town) -> None:
    await town.say(DIRECT, SEC, "mon programme de lundi et mardi")
    assert "quels jours" in town.halls[V].last(DIRECT)


async def test_other_days_are_not_told_where_others_read_along(town: Town) -> None:
    await town.say(VOIRIE, SEC, "@beffroi ma semaine prochaine")
    assert "tous vos salons" in town.halls[V].last(VOIRIE)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("mes tâches en retard", {"payer la facture"}),
        ("my overdue tasks", {"payer la facture"}),
        ("mes tâches d’aujourd’hui", {"payer la facture", "ouvrir la salle"}),
        ("Qu’est-ce que j’ai à faire demain ?", {"fermer la salle"}),
        ("mes taches de demain", {"fermer la salle"}),
        ("mes tâches de la semaine", {"payer la facture", "ouvrir la salle", "fermer la salle"}),
        ("mes tâches", {"payer la facture", "ouvrir la salle", "fermer la salle", "voir l’avenant"}),
    ],
)
async def test_a_part_of_it_as_people_ask(town: Town, words: str, shown: set[str]) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter payer la facture demain @sec")
    town.now[0] += 2 * 86_400_000
    for title, day in (("ouvrir la salle", "aujourd’hui"), ("fermer la salle", "demain"), ("voir l’avenant", "en mai")):
        await town.say(VOIRIE, SEC, f"!tâche ajouter {title} {day} @sec")
    await town.say(DIRECT, SEC, words)
    body = town.halls[V].last(DIRECT)
    titles = ("payer la facture", "ouvrir la salle", "fermer la salle", "voir l’avenant")
    assert {each for each in titles if each in body} == shown, body


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("mes tâches en retard", "Vous n’avez rien en retard dans les salons que nous partageons."),
        ("mes tâches de demain", "Rien à votre nom pour demain dans les salons que nous partageons."),
        ("mes tâches du jour", "Vous n’avez rien en retard, et rien pour aujourd’hui, dans les salons que nous"),
    ],
)
async def test_of_a_part_in_which_there_is_nothing_it_says_just_that(town: Town, words: str, said: str) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter voir l’avenant en mai @sec")
    await town.say(DIRECT, SEC, words)
    assert said in town.halls[V].last(DIRECT)


async def test_what_is_late_comes_first_and_long_lists_are_counted(town: Town) -> None:
    for number in range(30):
        await town.say(VOIRIE, SEC, f"!tâche ajouter dossier {number} demain @sec")
    town.now[0] += 3 * 86_400_000
    await town.say(DIRECT, SEC, "ma journée")
    body = town.halls[V].last(DIRECT)
    assert "En retard\n1️⃣ dossier 24 · mardi 24 novembre 2026 · Voirie" in body
    assert "… et 24 autres, en retard depuis plus longtemps." in body


async def test_nobody_else_s_rooms_are_shown(town: Town) -> None:
    """The secretary is not in that room, even where a task in it is hers; nor in one that she has left."""
    await fill(town)
    town.room(INTERNE, [SEC, DGS, V], "Direction")
    await town.say(INTERNE, DGS, "!tâche ajouter préparer les primes demain @sec")
    town.room(INTERNE, [DGS, V], "Direction")
    await town.say(DIRECT, SEC, "ma journée")
    assert "primes" not in town.halls[V].last(DIRECT)
    town.room(VOIRIE, [DGS, V], "Voirie", more={SEC: Member(SEC, "leave")})
    await town.say(DIRECT, SEC, "ma journée")
    assert "Voirie" not in town.halls[V].last(DIRECT)


@pytest.mark.parametrize("words", ["ma journée", "ma semaine", "résumé 8h", "lier @sec:rivemont.fr", "délier"])
async def test_only_where_nobody_else_reads_it(town: Town, words: str) -> None:
    await fill(town)
    invited = {DGS: Member(DGS, "invite")}
    for room in (
        {"people": [SEC, V], "encrypted": False},
        {"people": [SEC, V], "more": invited},
        {"people": [SEC, DGS, V]},
    ):
        town.room(DIRECT, **room)
        before = len(town.halls[V].bodies(DIRECT))
        await town.say(DIRECT, SEC, f"@beffroi {words}")
        (answer,) = town.halls[V].bodies(DIRECT)[before:]
        assert "demandez-le-moi dans une conversation directe chiffrée" in answer
        assert "sel" not in answer


IN_A_ROOM = ["!journée", "!ma journée", "!my day", "! Ma journee ?", "!ma semaine", "!my week", "!qu’ai-je à faire ?"]


@pytest.mark.parametrize("words", [*IN_A_ROOM, "@beffroi ma journée", "Beffroi, montre-moi ma journée"])
async def test_in_a_room_it_says_where_to_ask(town: Town, words: str) -> None:
    await fill(town)
    before = len(town.halls[V].bodies(VOIRIE))
    await town.say(VOIRIE, SEC, words)
    (answer,) = town.halls[V].bodies(VOIRIE)[before:]
    assert answer == (
        "Cela concerne tous vos salons\u00a0: demandez-le-moi dans une conversation directe chiffrée, où il n’y a que "
        "vous et moi (cliquez sur mon nom, puis «\u00a0Envoyer un message\u00a0»)."
    )


@pytest.mark.parametrize(
    "words", ["!ma journée a été longue", "ma journée", "my day", "!my", "!mes", "!mon jour de congé"]
)
async def test_what_people_say_of_their_days_is_not_answered(town: Town, words: str) -> None:
    before = len(town.halls[V].bodies(VOIRIE))
    await town.say(VOIRIE, SEC, words)
    assert len(town.halls[V].bodies(VOIRIE)) == before


MINE = ["!mes tâches", "!my tasks", "!Mes taches ?", "@beffroi mes tâches", "Beffroi, montre-moi mes tâches"]


@pytest.mark.parametrize("words", [*MINE, "!quelles sont mes tâches ?", "beffroi: what are my tasks?"])
async def test_my_tasks_are_those_of_the_room_where_others_read(town: Town, words: str) -> None:
    """What is in other rooms is for nobody's eyes here; alone with us the same words bring the whole day."""
    await fill(town)
    await town.say(VOIRIE, SEC, words)
    listed = town.halls[V].last(VOIRIE)
    assert listed.startswith("2 tâches correspondent")
    assert [each in listed for each in ("le trou", "le sel", "saler", "la convention")] == [*(True, True, False, False)]
    await town.say(DIRECT, SEC, words)
    assert "relire la convention" in town.halls[V].last(DIRECT)


async def test_a_message_never_grows_too_long(town: Town) -> None:
    for number in range(12):
        room = RoomId(f"!{'r' * 200}{number}")
        town.room(room, [SEC, DGS, V], "<Commission & " + "«é» " * 30)
        for _ in range(4):
            await town.say(room, SEC, f"!tâche ajouter {'<&> ' * 40} aujourd’hui @sec")
    await town.say(DIRECT, SEC, "ma journée")
    content = town.halls[V].said(DIRECT)[-1].content
    assert len(content["body"]) <= 8_000
    assert len(content["formatted_body"]) <= 16_000
    assert "<p>" in content["formatted_body"]
    assert "Aujourd’hui" in content["body"]


async def test_it_is_said_in_english(town: Town) -> None:
    await town.halls[V].reopen()
    town.halls[V].desk.line.gatherer.locale = "en"
    await town.say(VOIRIE, SEC, "!task add call Paul tomorrow at 2pm @sec")
    await town.say(DIRECT, SEC, "my day")
    assert "Tomorrow\n1️⃣ call Paul · at 14:00 · Voirie" in town.halls[V].last(DIRECT)


async def test_erasing_a_task_clears_the_day_that_showed_it(town: Town) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter appeler Madame Dupont @sec")
    card = town.halls[V].last_id(VOIRIE)
    await town.say(DIRECT, SEC, "ma journée")
    shown = town.halls[V].last_id(DIRECT)
    event = await town.say(DIRECT, SEC, "fait 1", shown)
    told = town.halls[V].last_id(DIRECT)
    assert "Madame Dupont" in town.halls[V].last(DIRECT)
    card_event = next(each for each in town.halls[V].edge.timeline(VOIRIE) if each.event_id == card)
    await town.redact(card_event, by=DGS)  # type: ignore[arg-type]
    await town.tick(5)
    assert {shown, told} <= set(town.halls[V].redactions())
    assert event.event_id not in town.halls[V].redactions()


async def test_the_asker_is_a_user_of_another_server(town: Town) -> None:
    """Who has no assistant of their own has a day too, of the rooms that they share with ours."""
    guest = UserId("@guest:ailleurs.fr")
    town.room(RoomId("!guest"), [guest, V])
    town.room(VOIRIE, [SEC, guest, V], "Voirie")
    await town.say(VOIRIE, SEC, "!tâche ajouter livrer le sel demain @guest")
    await town.say(RoomId("!guest"), guest, "ma journée")
    assert "livrer le sel" in town.halls[V].last(RoomId("!guest"))


async def test_a_week_holds_what_has_no_date(town: Town) -> None:
    """« Rien à faire à votre nom », it said, while a task without a date was open in one's name."""
    await town.say(COMMUN, SEC, "!tâche ajouter relire la convention @sec")
    await town.say(DIRECT, SEC, "ma semaine")
    assert "Sans date\n1️⃣ relire la convention" in town.halls[V].last(DIRECT)


async def test_an_empty_week_says_no_more_than_is_true(town: Town) -> None:
    await town.say(COMMUN, SEC, "!tâche ajouter signer l’avenant le 15 décembre @sec")
    await town.say(DIRECT, SEC, "ma semaine")
    assert "rien pour cette semaine et rien sans date" in town.halls[V].last(DIRECT)
    assert "Rien à faire" not in town.halls[V].last(DIRECT)


async def test_on_a_saturday_the_week_is_the_coming_one_and_has_its_own_heading(town: Town) -> None:
    town.now[0] += 5 * 86_400_000
    await town.say(VOIRIE, SEC, "!tâche ajouter fermer la salle mercredi @sec")

    await town.say(DIRECT, SEC, "ma semaine")

    body = town.halls[V].last(DIRECT)
    assert body.startswith("Votre semaine, à partir du samedi 28 novembre 2026")
    assert "fermer la salle" in body


async def test_what_may_be_answered_is_there(town: Town) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter fermer la salle demain @sec")
    await town.say(DIRECT, SEC, "ma journée")

    assert town.halls[V].last(DIRECT).endswith("fait 1, reporter 1 d’une semaine, 1 @dgs.")


TAUGHT = ["!tâche ajouter fermer la salle demain", "!tâche ajouter saluer le maire", "!tâche ajouter signer hier"]


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("room", [VOIRIE, DIRECT])
async def test_every_example_that_is_taught_is_done(town: Town, count: int, room: RoomId) -> None:
    """It taught « 3 @dgs », where nobody but whoever asked was in that room, and did not take it."""
    for said in TAUGHT[:count]:
        await town.say(room, SEC, f"{said} @sec")
    hall = town.halls[V]
    await town.say(DIRECT, SEC, "ma journée")
    shown = hall.last_id(DIRECT)
    examples = hall.last(DIRECT).split("\u00a0: ")[-1].removesuffix(".").split(", ")
    assert ("@dgs" in examples[-1]) is (room == VOIRIE)
    for example in (examples[1], *examples[2:], examples[0]):
        await town.say(DIRECT, SEC, example, shown)
        assert "✔ Tâche" in hall.last(DIRECT), (example, hall.last(DIRECT))


async def test_a_name_that_is_nobody_s_there_is_asked_about(town: Town) -> None:
    await town.say(DIRECT, SEC, "!tâche ajouter fermer la salle demain")
    await town.say(DIRECT, SEC, "ma journée")
    await town.say(DIRECT, SEC, "1 @dgs", town.halls[V].last_id(DIRECT))
    assert "Personne ne s’appelle @dgs" in town.halls[V].last(DIRECT)


async def test_a_day_says_when_something_begins(town: Town) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter nettoyer la salle mercredi matin @sec")
    await town.say(VOIRIE, SEC, "!tâche ajouter surveiller le marché du 7 au 11 décembre @sec")
    await town.say(DIRECT, SEC, "ma journée")
    assert "mercredi 25 novembre 2026 de 8\u00a0h à 12\u00a0h" in town.halls[V].last(DIRECT)
    assert "du lundi 7 au vendredi 11 décembre 2026" in town.halls[V].last(DIRECT)


async def test_what_is_done_in_plain_words_is_found_in_all_rooms(town: Town) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter envoyer les convocations demain @sec")
    await town.say(COMMUN, SEC, "!tâche ajouter relire la convention @sec")
    await town.say(INTERNE, DGS, "!tâche ajouter envoyer les convocations secrètes @dgs")
    hall = town.halls[V]
    await town.say(DIRECT, SEC, "j’ai envoyé les convocations")
    assert hall.last(DIRECT).split("\n")[0].startswith("Tâche 1 «\u00a0envoyer les convocations\u00a0»")
    await town.say(DIRECT, SEC, "oui")
    assert hall.last(DIRECT) == "Voirie\u00a0: ✔ Tâche 1 faite\u00a0: envoyer les convocations"
    assert hall.last(VOIRIE) == "✔ Tâche 1 faite par @sec\u00a0: envoyer les convocations"
    await town.say(DIRECT, SEC, "déplace la convention à vendredi 18h")
    await town.say(DIRECT, SEC, "oui")
    assert "vendredi 27 novembre 2026 à 18\u00a0h" in hall.last(DIRECT)


async def test_a_room_that_one_is_not_in_is_not_reached(town: Town) -> None:
    await town.say(INTERNE, DGS, "!tâche ajouter envoyer les convocations secrètes @dgs")
    said = len(town.halls[V].said(INTERNE))
    (task_id,) = {op["id"] for op in town.halls[V].said(INTERNE)[-1].content[OPS]["ops"]}
    await town.say(DIRECT, SEC, f"tâche là-bas fait {INTERNE} {task_id}")
    assert "Vous n’êtes plus dans ce salon" in town.halls[V].last(DIRECT)
    assert len(town.halls[V].said(INTERNE)) == said


ASKED = [
    *("en retard", "retards", "quels sont les retards ?", "qu’est ce qui est en retard ?"),
    *("je voudrais savoir ce qui est en retard", "y a-t-il des retards"),
]


@pytest.mark.parametrize("words", ASKED)
async def test_what_is_late_is_asked_for_in_many_ways(town: Town, words: str) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter vider la cave hier @sec")
    await town.say(DIRECT, SEC, words)
    assert "vider la cave" in town.halls[V].last(DIRECT)
    await town.say(VOIRIE, SEC, f"@beffroi {words}")
    assert "vider la cave" in town.halls[V].last(VOIRIE)
    assert "ajoutée" not in town.halls[V].last(VOIRIE)


SPOKEN_OF = [
    *("qui s’occupe de la sono ?", "c’est quand la sono ?", "où en est la sono ?", "quelles sont les tâches du dgs ?"),
    *("que fait le dgs cette semaine ?", "tâches sono", "les tâches du dgs", "quel jour est la sono ?"),
]


@pytest.mark.parametrize("words", SPOKEN_OF)
async def test_what_tasks_speak_of_is_asked_for_in_many_ways(town: Town, words: str) -> None:
    await town.say(VOIRIE, SEC, "!tâche ajouter régler la sono jeudi @dgs")
    await town.say(VOIRIE, SEC, "!tâche ajouter vider la cave")
    for room in (DIRECT, VOIRIE):
        await town.say(room, SEC, words if room == DIRECT else f"@beffroi {words}")
        body = town.halls[V].last(room)
        assert "régler la sono" in body
        assert "vider" not in body


async def test_what_nothing_speaks_of_is_said_and_not_offered(town: Town) -> None:
    for room in (DIRECT, VOIRIE):
        await town.say(room, SEC, "@beffroi c’est quand le conseil ?")
        assert town.halls[V].last(room).startswith("Aucune tâche ouverte ne parle de «\u00a0conseil\u00a0»")
        assert not town.halls[V].buttons(room)


async def test_on_a_sunday_this_week_means_the_same_in_a_list_as_in_a_day(town: Town) -> None:
    town.now[0] += 6 * 86_400_000
    await town.say(VOIRIE, SEC, "!tâche ajouter recevoir M. Lemaire jeudi @sec")
    for words in ("ma semaine", "tâches de la semaine", "tâches cette semaine"):
        await town.say(DIRECT, SEC, words)
        assert "recevoir M. Lemaire" in town.halls[V].last(DIRECT), words
