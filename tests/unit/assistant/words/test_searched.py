"""Things are found by any form of the words that they are called by."""

from bots.assistant.words.objects.searched import hits, searched
from bots.register.format.operation import Change
from tests.unit.tasks.conftest import Talk


def test_a_word_is_found_in_any_form() -> None:
    talk = Talk()
    talk.says("!tâche ajouter Envoyer les convocations #conseil")
    talk.says("!tâche ajouter payer le traiteur")
    view = talk.state.view(searched("task", sets=("labels",)))

    assert len(view.having("convocation")) == len(view.having("envoye")) == len(view.having("conseil")) == 1
    assert not view.having("traction")
    assert view.having("convocation") == view.having("conseil") != view.having("traiteur")
    assert sorted(map(len, hits(view, ("payer", "traiteur", "conseil")).values())) == [1, 2]


def test_what_is_called_otherwise_is_found_no_longer() -> None:
    talk = Talk()
    talk.says("!tâche ajouter payer le traiteur")
    make = searched("task", sets=("labels",))
    (task_id,) = talk.state.view(make).having("traiteur")
    talk.fold(Change("task", task_id, set={"title": "payer le fleuriste"}))

    view = talk.state.view(make)
    assert not view.having("traiteur")
    assert view.having("fleuriste") == view.having("payer") == {task_id}


def test_words_are_read_in_pieces_while_nobody_asks() -> None:
    talk = Talk()
    for title in ("payer le traiteur", "ranger la salle", "relire le budget"):
        talk.says(f"!tâche ajouter {title}")
    view = talk.state.view(searched("task", sets=("labels",)))

    assert view.ready(2)
    assert not view.ready(2)
    assert len(view.having("budget")) == 1
