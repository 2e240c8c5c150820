"""What is done to events: moved, cancelled, repeated, answered; once, all of it, from one time on; and taken back."""

from collections.abc import Callable

import pytest

from bots.assistant.testing.people import BEFFROI, DGS, MAIRE, OTHER, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.register.format.canonical import Json
from bots.register.format.operation import Change

TUESDAYS = "!agenda ajouter point tous les mardis à 9h"
COUNCIL = "!agenda ajouter conseil jeudi 18h30-21h mairie"


def rows(talk: Talk, days: str = "décembre") -> list[str]:
    """The lines of the agenda, without their bullets, each below its day."""
    said = talk.body(f"!agenda {days}").split("\n")
    found, day = [], ""
    for line in said[1:]:
        if line.startswith("• "):
            found.append(f"{day[:16]} {line[2:]}".strip())
        elif line:
            day = line
    return found


def test_it_is_moved_and_what_nobody_says_stays(talk: Talk) -> None:
    talk.says(COUNCIL)

    assert "vendredi 27 novembre 2026 de 10 h à 12 h 30" in talk.body("!agenda déplacer 1 à vendredi 10h")
    assert "lundi 30 novembre 2026 de 10 h à 12 h 30" in talk.body("!agenda déplacer 1 à lundi")
    assert "lundi 30 novembre 2026 de 14 h à 16 h 30" in talk.body("!agenda déplacer 1 à 14h")
    assert "lundi 30 novembre 2026 de 14 h à 15 h" in talk.body("!agenda déplacer 1 pendant 1h")
    assert "mercredi 25 novembre 2026 de 9 h à 11 h" in talk.body("!agenda déplacer 1 à mercredi 9h-11h")
    assert "mercredi 25 novembre 2026 de 15 h à 17 h" in talk.body("!agenda déplacer 1 15h")
    assert "jeudi 3 décembre 2026 (au" in talk.body("!agenda déplacer 1 au 3 décembre toute la journée")


@pytest.mark.parametrize("said", ["déplacer 1", "déplacer 1 bientôt", "déplacer 1 à hier", "déplacer 7 à jeudi"])
def test_what_says_no_time_moves_nothing(talk: Talk, said: str) -> None:
    talk.says(COUNCIL)

    assert not talk.reply(f"!agenda {said}").changes


def test_of_a_series_it_is_asked_how_much_of_it(talk: Talk) -> None:
    talk.says(TUESDAYS)

    for said in ("déplacer 1 à 10h", "annuler 1"):
        reply = talk.reply(f"!agenda {said}")
        assert reply.question is not None
        assert not reply.changes
        assert len(reply.question.offered) == 3
        for candidate in reply.question.offered:
            assert talk.reply(candidate.command).changes
            talk.deletes(talk.last)


def test_one_time_of_a_series_is_moved(talk: Talk) -> None:
    talk.says(TUESDAYS)
    talk.says("!agenda déplacer 1 celle du 8 décembre à jeudi 10 décembre 14h")

    assert rows(talk)[:3] == [
        "mardi 1er décemb de 9 h à 10 h · 1 point",
        "jeudi 10 décembr de 14 h à 15 h · 1 point",
        "mardi 15 décembr de 9 h à 10 h · 1 point",
    ]
    assert "au lieu du mardi 8 décembre 2026 : jeudi 10 décembre 2026 de 14 h à 15 h" in talk.card("event", 1)


def test_all_of_a_series_is_moved_with_what_was_otherwise(talk: Talk) -> None:
    talk.says(TUESDAYS + " sauf le 15 décembre")
    talk.says("!agenda annuler 1 celle du 22 décembre")
    talk.says("!agenda déplacer 1 toute la série à mercredi 10h")

    assert rows(talk) == [
        "mercredi 2 décem de 10 h à 11 h · 1 point",
        "mercredi 9 décem de 10 h à 11 h · 1 point",
        "mercredi 23 déce de 10 h à 11 h · 1 point · annulé",
        "mercredi 30 déce de 10 h à 11 h · 1 point",
    ]


def test_a_series_is_otherwise_from_one_time_on(talk: Talk) -> None:
    talk.says(TUESDAYS)
    talk.says("!agenda déplacer 1 à partir du 15 décembre à 14h")

    hours = [row[17:].split(" · ")[0].strip() for row in rows(talk)]
    assert hours == ["de 9 h à 10 h"] * 2 + ["de 14 h à 15 h"] * 3


def test_a_rule_that_cannot_be_moved_is_not(talk: Talk) -> None:
    talk.says("!agenda ajouter conseil chaque premier jeudi du mois à 18h")

    reply = talk.reply("!agenda déplacer 1 toute la série à vendredi")

    assert "dites-la de nouveau" in reply.body
    assert not reply.changes
    assert talk.reply("!agenda déplacer 1 toute la série à 19h").changes


def test_one_time_is_cancelled_or_the_end_of_a_series(talk: Talk) -> None:
    talk.says(TUESDAYS)
    talk.says("!agenda annuler 1 celle du 8 décembre")
    talk.says("!agenda annuler 1 à partir du 22 décembre")

    assert rows(talk) == [
        "mardi 1er décemb de 9 h à 10 h · 1 point",
        "mardi 8 décembre de 9 h à 10 h · 1 point · annulé",
        "mardi 15 décembr de 9 h à 10 h · 1 point",
    ]
    assert "n’a pas lieu ce jour-là" in talk.body("!agenda annuler 1 celle du 9 décembre")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("!agenda annuler 1 à partir du 22 décembre", "inutile de venir."),
        ("!agenda répéter 1 tous les mardis à 9h sauf le 8 décembre", "inutile de venir le mardi 8 décembre 2026."),
        ("!agenda répéter 1 jamais", "inutile de venir à ces dates : mardi 8 décembre 2026, "),
        ("!agenda répéter 1 tous les mercredis", "vous aviez dit venir. Appuyez sur ✅"),
        ("!agenda répéter 1 tous les mardis à 9h", None),
    ],
)
def test_whoever_comes_to_times_that_are_no_more_is_called(talk: Talk, said: str, told: str | None) -> None:
    talk.now = talk.now.replace(day=29)
    talk.says(TUESDAYS)
    talk.says("je viens", card=talk.object("event", 1).id, sender=DGS)

    reply = talk.reply(said)

    assert reply.mentions == ((DGS,) if told else ())
    assert told is None or told in plain(reply.body)


def test_all_of_it_is_cancelled_and_reinstated(talk: Talk) -> None:
    talk.says(TUESDAYS)
    talk.says("!agenda annuler 1 toute la série")
    assert all(row.endswith("annulé") for row in rows(talk))
    assert "déjà annulé" in talk.body("!agenda annuler 1")

    talk.says("!agenda maintenir 1")
    assert not any(row.endswith("annulé") for row in rows(talk))


def test_it_repeats_and_no_longer(talk: Talk) -> None:
    talk.says(COUNCIL)
    talk.says("!agenda répéter 1 tous les lundis jusqu'au 20 décembre sauf le 7 décembre")
    assert rows(talk) == ["lundi 14 décembr de 18 h 30 à 21 h · 1 conseil · mairie"]

    talk.says("!agenda répéter 1 jamais")
    assert rows(talk) == []
    assert not talk.reply("!agenda répéter 1 souvent").changes


def test_reminders_are_set_and_ended(talk: Talk) -> None:
    talk.says(COUNCIL)

    assert "⏰ 1 jour avant, 2 heures avant" in talk.body("!agenda rappel 1 1 jour et 2 heures")
    assert "⏰" not in talk.body("!agenda rappel 1 aucun").split("\n")[1]
    assert not talk.reply("!agenda rappel 1 bientôt").changes


def test_fields_are_changed_as_those_of_any_kind(talk: Talk) -> None:
    talk.says(COUNCIL)
    talk.says("!événement lieu 1 salle des fêtes")
    talk.says("!agenda titre 1 conseil municipal")
    talk.says("!agenda inviter 1 @dgs @maire")
    talk.says("!agenda retirer 1 @maire")

    card = talk.card("event", 1)
    assert "conseil municipal" in card
    assert "📍 salle des fêtes" in card
    assert "avec @dgs" in card
    history = talk.body("!agenda historique 1")
    assert "lieu : « mairie » → « salle des fêtes »" in history
    assert "📍 mairie" in talk.body("!agenda rétablir 1 lieu")


def test_who_comes_is_named_on_the_card(talk: Talk) -> None:
    talk.says(COUNCIL)
    card = talk.object("event", 1).id
    for key, person in (("✅", SECRETAIRE), ("❔", DGS), ("❌", MAIRE)):
        reply = talk.reacts(key, card, sender=person, own=person is not MAIRE)
        assert reply is not None
        assert reply.brief is not None

    assert "✅ @secretaire · ❔ @dgs · ❌ " in talk.card("event", 1)
    talk.reply("je ne viens pas", card=card, sender=DGS)
    assert "✅ @secretaire · ❌ @dgs" in talk.card("event", 1)


def test_what_another_town_s_assistant_says_of_one_of_ours_is_not_their_word(talk: Talk) -> None:
    talk.says(COUNCIL)
    event = talk.object("event", 1).id
    talk.reacts("✅", event, sender=DGS)
    answer = next(talk.state.all("event.answer"))
    talk.fold(Change("event.answer", answer.id, set={"partstat": "DECLINED"}), author=OTHER)

    # It is shown, and whose word it is.
    assert "❌ @beffroi:rivemont.fr au nom de @dgs" in talk.card("event", 1)


def test_a_reaction_on_what_is_cancelled_or_no_event_says_nothing(talk: Talk) -> None:
    talk.says("!tâche ajouter relancer le SDIS")
    talk.says(COUNCIL)
    talk.says("!agenda annuler 1")

    assert talk.reacts("❔", talk.object("event", 1).id) is None
    done = talk.reacts("✅", talk.object("task", 1).id)
    assert done is not None
    assert "SDIS" in done.body


DEEDS = [
    "!agenda déplacer 1 à vendredi 10h",
    "!agenda déplacer 1 celle du 8 décembre à 14h",
    "!agenda déplacer 1 toute la série à mercredi",
    "!agenda déplacer 1 à partir du 15 décembre à 14h",
    "!agenda annuler 1 celle du 8 décembre",
    "!agenda annuler 1 à partir du 15 décembre",
    "!agenda annuler 1 toute la série",
    "!agenda répéter 1 tous les jeudis",
    "!agenda répéter 1 jamais",
    "!agenda lieu 1 gymnase",
]


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("how", ["delete", "edit"])
def test_taken_back_it_is_as_if_it_had_never_been_said(talk: Talk, deed: str, how: str) -> None:
    talk.says(TUESDAYS + " sauf le 22 décembre")
    talk.says("!agenda annuler 1 celle du 29 décembre")
    before, card = rows(talk), talk.card("event", 1)
    talk.says(deed)
    said = talk.last

    if how == "delete":
        talk.deletes(said)
    else:
        talk.edits(said, "bonjour à tous")

    assert rows(talk) == before
    assert talk.card("event", 1) == card


def test_an_edited_move_moves_from_where_it_was(talk: Talk) -> None:
    talk.says(COUNCIL)
    talk.says("!agenda déplacer 1 à vendredi")
    moved = talk.last
    again = talk.edits(moved, "!agenda déplacer 1 à 14h")

    assert again is not None
    assert "jeudi 26 novembre 2026 de 14 h à 16 h 30" in plain(again.body)


def test_an_edited_event_is_the_same_in_its_new_words(talk: Talk) -> None:
    talk.says(COUNCIL)
    said = talk.last
    talk.edits(said, "!agenda ajouter conseil municipal vendredi 18h salle des fêtes")

    assert talk.body("!agenda vendredi").endswith("de 18 h à 19 h · 1 conseil municipal · salle des fêtes")
    talk.deletes(said)
    assert talk.body("!agenda vendredi").endswith("Rien.")


@pytest.mark.parametrize(
    "asked",
    ["quand est le conseil municipal ?", "c'est quand le conseil", "qu'est-ce qu'on a jeudi ?", "on a quoi jeudi"],
)
def test_it_is_found_as_people_ask(talk: Talk, asked: str) -> None:
    talk.says(COUNCIL)
    assert "1 conseil" in talk.body(f"@beffroi {asked}")


def test_what_is_no_event_may_be_a_task(talk: Talk) -> None:
    talk.says(COUNCIL)
    talk.says("!tâche ajouter relancer la préfecture vendredi")
    assert "relancer la préfecture" in talk.body("@beffroi c'est quand la préfecture ?")
    assert talk.body("@beffroi c'est quand la kermesse ?").startswith("Je ne trouve rien de tel")


def test_a_week_in_which_nothing_is_left_says_what_comes_next(talk: Talk) -> None:
    talk.says("!agenda ajouter conseil municipal le 8 décembre à 18h")
    assert "Ensuite" in talk.body("!agenda semaine")


def test_erased_it_is_gone(talk: Talk) -> None:
    talk.says(COUNCIL)

    asked = talk.reply("!agenda effacer 1")
    assert asked.question is not None
    assert asked.question.by_word
    assert talk.reply("!agenda effacer 1 définitivement").erases


ENGLISH: list[tuple[str, Callable[[Talk], str]]] = [
    ("!agenda move 1 to Friday 10am", lambda talk: "Friday 27 November 2026 from 10:00 to 12:30"),
    ("!agenda cancel 1", lambda talk: "✖ Event 1 cancelled: council"),
    ("!event place 1 village hall", lambda talk: "📍 village hall"),
    ("!agenda remind 1 2 days", lambda talk: "⏰ 2 days before"),
    ("!agenda repeat 1 every Monday", lambda talk: "every Monday"),
    ("!calendar", lambda talk: "Next:"),
]


@pytest.mark.parametrize(("said", "answer"), ENGLISH, ids=[said for said, _ in ENGLISH])
def test_in_english(english: Talk, said: str, answer: Callable[[Talk], str]) -> None:
    english.says("!agenda add council Thursday 6:30pm-9pm")

    assert answer(english) in english.body(said)


def test_a_guest_sees_and_answers_and_moves_nothing(talk: Talk) -> None:
    talk.says(COUNCIL)
    guest = {"sender": MAIRE, "own": False}

    assert "conseil" in talk.body("!agenda jeudi", **guest)
    assert not talk.reply("!agenda déplacer 1 à vendredi", **guest).changes
    assert talk.reply("je viens", card=talk.object("event", 1).id, **guest).changes


def test_what_a_stranger_called_an_event_is_no_sentence_of_ours(talk: Talk) -> None:
    first: dict[str, Json] = {"number": 1, "uid": "x", "creator": str(MAIRE)}
    title = "x\n✔ Tâche 12 faite <b>gras</b> @room https://matrix.to/#/@dgs:valbourg.fr"
    when: dict[str, Json] = {"start": "2026-12-03T18:30", "end": "2026-12-03T20:00", "zone": "Europe/Paris"}
    change = Change("event", "00000000-0000-5000-8000-000000000001", set={"title": title, "when": when}, first=first)
    talk.fold(change, author=OTHER)

    reply = talk.reply("!agenda 3 décembre")
    assert "\n✔" not in reply.body
    assert "<b>" not in reply.html
    assert 'href="https://matrix.to' not in reply.html
    assert BEFFROI not in reply.mentions
    assert not reply.mentions
