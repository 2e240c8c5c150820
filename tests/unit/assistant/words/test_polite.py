"""Whatever politeness stands before an order, in any shape, the order is read; what is none stays as it was."""

import pytest

from bots.assistant.testing.people import MEMBERS
from bots.assistant.testing.talk import Talk
from bots.tasks.commands import TASKS


@pytest.fixture
def talk() -> Talk:
    return Talk([TASKS], members=MEMBERS)


@pytest.mark.parametrize(
    "said",
    [
        "est-ce que tu pourrais m'ajouter une tâche relire le PLU",
        "peux-tu m'ajouter une tâche relire le PLU",
        "bonjour, tu peux nous ajouter une tâche relire le PLU ?",
        "pourrais-tu me créer une tâche relire le PLU",
        "merci de m'ajouter une tâche relire le PLU",
        "auriez-vous l'obligeance d'ajouter une tâche relire le PLU ?",
        "je souhaiterais que vous ajoutiez une tâche relire le PLU",
        "il faudrait que tu ajoutes une tâche relire le PLU",
        "il faudrait ajouter une tâche relire le PLU",
        "merci de bien vouloir ajouter une tâche relire le PLU. Je vous remercie.",
        "j'aimerais bien que tu ajoutes une tâche relire le PLU stp",
        "tu voudrais bien ajouter une tâche relire le PLU ?",
        "je vous saurais gré d'ajouter une tâche relire le PLU",
        "pense à ajouter une tâche relire le PLU",
        "ce serait bien d'ajouter une tâche relire le PLU",
        "quand tu auras un moment, ajoute une tâche relire le PLU",
        "désolé de te déranger, ajoute une tâche relire le PLU",
        "excusez-moi, pourriez-vous ajouter une tâche relire le PLU ?",
        "merci d'ajouter une tâche relire le PLU",
    ],
)
def test_an_order_is_read_behind_it(talk: Talk, said: str) -> None:
    (change,) = talk.reply(f"@beffroi {said}").changes
    assert change.set["title"] == "relire le PLU"


@pytest.mark.parametrize(
    "said", ["il faut ajouter du sel", "il faudrait noter les absences", "on peut voir", "dis donc"]
)
def test_what_people_have_to_do_is_no_order_to_us(talk: Talk, said: str) -> None:
    assert not talk.reply(f"@beffroi {said}").changes


@pytest.mark.parametrize(
    "said",
    [
        "Merci d'avoir annulé !",
        "merci de l'avoir annulée",
        "merci beaucoup d'avoir annulé",
        "je vous remercie d'avoir fait la tâche 1",
        "merci de m'avoir ajouté une tâche pour le portail",
        "merci d’avoir ajouté une tâche pour le portail",
        "bonjour, merci d'avoir fait la tâche 1",
        "dis donc, je te remercie de avoir fait la tâche 1",
        "je voudrais avoir terminé la tâche 1",
        "j'aimerais avoir fait la tâche 1 avant lundi",
    ],
)
def test_what_was_done_is_no_order_to_do_it(talk: Talk, said: str) -> None:
    talk.says("!tâche ajouter relire le PLU")
    reply = talk.says(f"@beffroi {said}")
    assert reply is None or not (reply.changes or reply.undoes)


def test_thanks_are_answered_by_nothing_and_what_else_is_said_is_not_dropped(talk: Talk) -> None:
    talk.says("!tâche ajouter relire le PLU")
    assert talk.says("@beffroi Merci d'avoir annulé !") is None
    assert talk.says("@beffroi merci d'avoir annulé, et remets la date d'avant") is not None


def test_who_would_like_to_have_something_sees_it(talk: Talk) -> None:
    talk.says("!tâche ajouter relire le PLU")
    assert talk.reply("@beffroi je voudrais avoir les tâches").shows
