"""What a secretary says of files in her own words: of the one just spoken of, around an order, about what there is."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.files.conftest import DGS, DIRECT, Hall

NOT_UNDERSTOOD = "Je n’ai pas compris"


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    """A hall in which messages are of the time at which they are said."""
    made = Hall()
    made.edge.clock = made.now
    await made.open()
    yield made
    await made.close()


async def _filed(hall: Hall) -> None:
    await hall.send("délib.pdf")
    await hall.say("@beffroi tu peux la ranger dans Conseil stp")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("et renomme-la Tarifs cantine", "s’appelle maintenant Tarifs cantine.pdf"),
        ("renomme-le en Tarifs cantine stp", "s’appelle maintenant Tarifs cantine.pdf"),
        ("appelle-la Tarifs cantine", "s’appelle maintenant Tarifs cantine.pdf"),
        ("tu l'appelles Tarifs cantine", "s’appelle maintenant Tarifs cantine.pdf"),
        ("change son nom en Tarifs cantine", "s’appelle maintenant Tarifs cantine.pdf"),
        ("mets lui les étiquettes cantine et tarifs", "délib.pdf : #cantine #tarifs"),
        ("mets-y l'étiquette cantine", "délib.pdf : #cantine"),
        ("mets le tag cantine à la délib", "délib.pdf : #cantine"),
        ("finalement mets-la dans Budget/2026", "rangé dans Budget/2026"),
        ("mince, je me suis trompée, mets-la dans Budget", "rangé dans Budget"),
        ("mets la dans Budget, le maire préfère", "rangé dans Budget"),
        ("la délib tu peux la ranger dans Budget", "rangé dans Budget"),
        ("tu l'appelles Tarifs et tu la mets dans Budget", "rangé dans Budget"),
    ],
)
async def test_the_file_that_was_just_spoken_of_is_meant(hall: Hall, words: str, said: str) -> None:
    await _filed(hall)

    assert said in await hall.say(f"@beffroi {words}")
    assert "comme avant" in await hall.say("!annuler")
    assert "Conseil/délib.pdf" in await hall.say("!fichiers")


@pytest.mark.parametrize(
    "words",
    [
        *("renomme le scan en Courrier", "renomme lettre en Courrier", "renomme l'avis en Courrier"),
        *("appelle Laurent demain", "appelle le notaire demain", "appelle l'imprimeur", "renomme la délibération"),
        "renomme le plan en Plan 2026",
    ],
)
async def test_an_article_before_a_name_points_to_no_file(hall: Hall, words: str) -> None:
    await _filed(hall)

    assert "s’appelle maintenant" not in await hall.say(f"@beffroi {words}")
    assert "Conseil/délib.pdf" in await hall.say("!fichiers")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("renomme le devis en Devis toiture", "devis.pdf s’appelle maintenant Devis toiture.pdf"),
        ("renomme lettre.pdf en Courrier.pdf", "lettre.pdf s’appelle maintenant Courrier.pdf"),
        ("renomme l'avis en Avis du maire", "avis.pdf s’appelle maintenant Avis du maire.pdf"),
        ("renomme ça Tarifs", "délib.pdf s’appelle maintenant Tarifs.pdf"),
        ("renomme le en Tarifs", "délib.pdf s’appelle maintenant Tarifs.pdf"),
    ],
)
async def test_the_file_that_is_named_is_renamed(hall: Hall, words: str, said: str) -> None:
    for name in ("devis.pdf", "lettre.pdf", "avis.pdf"):
        await hall.send(name)
    await _filed(hall)

    assert said in await hall.say(f"@beffroi {words}")


async def test_two_orders_about_one_file_are_one_deed(hall: Hall) -> None:
    await _filed(hall)

    answer = await hall.say("@beffroi tu l'appelles Tarifs et tu la mets dans Budget")

    assert "s’appelle maintenant Tarifs.pdf" in answer
    assert "rangé dans Budget" in answer
    assert "Budget/Tarifs.pdf" in await hall.say("!fichiers")


async def test_a_label_is_taken_off_as_one_says_it(hall: Hall) -> None:
    await _filed(hall)
    await hall.say("@beffroi mets lui les étiquettes cantine et tarifs")

    assert "délib.pdf : plus #tarifs" in await hall.say("@beffroi finalement enlève l'étiquette tarifs")
    assert "#cantine" in await hall.say("!fichier délib.pdf")


@pytest.mark.parametrize(
    "words",
    [
        "mets l'étiquette urgent sur le dossier de la voirie communale",
        "et renomme-la",
        "mets-la dans 3 jours",
        "je crois que la délib est fausse, il y en a 2",
    ],
)
async def test_what_is_no_order_does_nothing_to_a_file(hall: Hall, words: str) -> None:
    await _filed(hall)
    told = await hall.say("!fichier délib.pdf")

    await hall.say(f"@beffroi {words}")
    assert await hall.say("!fichier délib.pdf") == told


async def test_nobody_elses_deed_is_what_one_speaks_of(hall: Hall) -> None:
    await _filed(hall)

    assert NOT_UNDERSTOOD in await hall.say("@beffroi et renomme-la Tarifs", sender=DGS)


async def test_what_was_done_since_is_what_one_speaks_of(hall: Hall) -> None:
    await _filed(hall)
    await hall.say("@beffroi ajoute une tâche relancer le SDIS")

    assert "rangé" not in await hall.say("@beffroi et mets-la dans Budget")
    assert "Conseil/délib.pdf" in await hall.say("!fichiers")


@pytest.mark.parametrize(
    "words",
    [
        "oh la la c'est pas le bon fichier, enlève le tout de suite !!",
        "jette-le",
        "mets-le à la corbeille stp",
        "supprime ça",
        "c'était le mauvais, tu peux le supprimer ?",
    ],
)
async def test_to_throw_away_what_was_just_sent_is_asked_about(hall: Hall, words: str) -> None:
    await hall.send("paie.pdf")

    assert "Faut-il jeter paie.pdf" in await hall.say(f"@beffroi {words}")
    assert "jeté" in await hall.say("oui")
    assert "Aucun fichier" in await hall.say("!fichiers")


@pytest.mark.parametrize(
    "words",
    [
        "ah non attends, j'en ai encore besoin, tu peux le récupérer ?",
        "récupère-le",
        "je voudrais le ravoir",
        "non finalement remets-le",
        "récupère le brouillon",
    ],
)
async def test_what_was_just_thrown_away_is_had_back(hall: Hall, words: str) -> None:
    await hall.send("brouillon.docx")
    await hall.send("def.docx")
    await hall.say("@beffroi supprime le brouillon")

    assert "brouillon.docx : de retour dans la bibliothèque" in await hall.say(f"@beffroi {words}")


async def test_the_object_may_stand_first(hall: Hall) -> None:
    await hall.send("brouillon-courrier.docx")
    await hall.send("courrier-def.docx")

    assert "brouillon-courrier.docx : jeté" in await hall.say("@beffroi le brouillon tu peux le jeter")


@pytest.mark.parametrize("words", ["reviens à la version d'avant", "remets la version précédente du devis stp"])
async def test_the_version_before_is_the_current_one_again(hall: Hall, words: str) -> None:
    await hall.send("devis.pdf")
    await hall.send("devis.pdf")

    said = await hall.say(f"@beffroi mince je me suis trompée de fichier, {words}")
    assert "la version 1 est de nouveau" in said


@pytest.mark.parametrize(
    "words",
    [
        "qu'est-ce qu'il y a dans le dossier Conseil municipal ?",
        "montre-moi le dossier conseil municipal",
        "ouvre le dossier Conseil municipal",
        "les fichiers du dossier Conseil municipal",
        "il y a quoi dans le dossier conseil municipal ?",
        "que contient le dossier Conseil municipal ?",
    ],
)
async def test_a_folder_is_opened_as_one_asks_for_it(hall: Hall, words: str) -> None:
    await hall.send("délib.pdf")
    await hall.say("@beffroi range-la dans Conseil municipal/Délibérations")
    await hall.send("autre.pdf")

    answer = await hall.say(f"@beffroi {words}")
    assert "onseil municipal/Délibérations/délib.pdf" in answer
    assert "autre.pdf" not in answer


@pytest.mark.parametrize(
    "words", ["qu'est ce qu'il y a dans la corbeille ?", "montre la corbeille", "le contenu de la corbeille"]
)
async def test_the_bin_is_shown_as_one_asks_for_it(hall: Hall, words: str) -> None:
    await hall.send("a.pdf")
    await hall.send("b.pdf")
    await hall.say("@beffroi supprime a.pdf")

    answer = await hall.say(f"@beffroi {words}")
    assert "🗑 1 fichier" in answer
    assert "a.pdf" in answer


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("quels sont les derniers documents déposés ?", "📁 2 fichiers"),
        ("bonjour, quels sont les derniers documents déposés ?", "📁 2 fichiers"),
        ("montre-moi les derniers fichiers", "📁 2 fichiers"),
        ("quels fichiers ne sont pas encore rangés ?", "📁 1 fichier sans dossier"),
        ("quels fichiers restent à ranger ?", "📁 1 fichier sans dossier"),
        ("c'est quoi le fichier que le dgs a envoyé tout à l'heure ?", "📁 1 fichier envoyé par @dgs"),
        ("où est le document que dgs a déposé hier ?", "📁 1 fichier envoyé par @dgs"),
        ("où est-ce qu'on a mis la délib ?", "1 fichier pour « delib »"),
        ("où est-ce qu'on a mis la délib du conseil d'hier soir sur la table ?", "Conseil/délib.pdf"),
        ("retrouve moi l'arrêté", "1 fichier pour « arrêté »"),
        ("qui a touché à la délib aujourd'hui ?", "délib.pdf"),
        ("c'est bien la dernière version de la délib qu'on a là ?", "délib.pdf"),
    ],
)
async def test_what_there_is_is_shown_as_one_asks_for_it(hall: Hall, words: str, said: str) -> None:
    await _filed(hall)
    await hall.send("arrêté.pdf", sender=DGS)

    assert said in await hall.say(f"@beffroi {words}")


async def test_one_of_those_that_were_listed_is_named_by_a_word(hall: Hall) -> None:
    await hall.send("arrete-circulation.pdf")
    await hall.send("arrete-marche.pdf")
    await hall.send("photo.jpg")
    assert "2 fichiers" in await hall.say("@beffroi retrouve moi l'arrêté")

    assert "arrete-marche.pdf" in await hall.say("@beffroi celui du marché")


async def test_both_that_were_listed_are_filed(hall: Hall) -> None:
    await hall.send("arrete-circulation.pdf")
    await hall.send("arrete-marche.pdf")
    await hall.send("photo.jpg")
    await hall.say("@beffroi retrouve moi l'arrêté")
    await hall.say("@beffroi celui du marché")

    said = await hall.say("@beffroi mets les deux dans un dossier Arrêtés 2026")
    assert "rangé dans Arrêtés 2026" in said
    assert "photo" not in said


@pytest.mark.parametrize("words", ["tu me l'envoies en privé ?", "envoie-le-moi", "peux tu me l'envoyer en privé ?"])
async def test_a_file_of_the_room_is_sent_to_who_asks_alone(hall: Hall, words: str) -> None:
    await hall.send("délib.pdf")
    await hall.say("@beffroi où est la délib ?")

    assert "Je vous envoie délib.pdf dans notre conversation directe" in await hall.say(f"@beffroi {words}")
    assert hall.messages(DIRECT)[-1]["filename"] == "délib.pdf"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("et joins la délib à cette tâche", "rattaché à la tâche 1"),
        ("attache la délib à la tâche SDIS", "rattaché à la tâche 1"),
        ("joins la délib à la réunion voirie de jeudi", "rattaché à l’événement 1"),
    ],
)
async def test_a_file_is_attached_to_what_is_called_by_its_title(hall: Hall, words: str, said: str) -> None:
    await hall.send("délib.pdf")
    await hall.say("@beffroi réunion voirie jeudi 14h")
    await hall.say("@beffroi ajoute une tâche relancer le SDIS")

    assert said in await hall.say(f"@beffroi {words}")


async def test_what_is_attached_is_listed(hall: Hall) -> None:
    await hall.send("délib.pdf")
    await hall.say("@beffroi réunion voirie jeudi 14h")
    await hall.say("@beffroi joins la délib à la réunion voirie")

    assert "délib.pdf" in await hall.say("@beffroi quels documents sont joints à la réunion voirie ?")
    assert "délib.pdf" in await hall.say("@beffroi qu'est-ce qui est joint à la réunion de jeudi ?")


async def test_of_two_things_that_are_called_so_it_is_asked_which(hall: Hall) -> None:
    await hall.send("délib.pdf")
    await hall.say("@beffroi ajoute une tâche relancer le SDIS")
    await hall.say("@beffroi ajoute une tâche payer le SDIS")

    assert "Laquelle" in await hall.say("@beffroi joins la délib à la tâche SDIS")
    assert "rattaché à la tâche 2" in await hall.say("tâche 2")


@pytest.mark.parametrize("caption", ["la version définitive du courrier", "confidentiel pour l'instant"])
async def test_what_one_says_of_a_file_alone_with_us_is_no_task(hall: Hall, caption: str) -> None:
    await hall.send("courrier.docx", room=DIRECT, body=caption, filename="courrier.docx")

    (said,) = hall.said(DIRECT)
    assert "courrier.docx est gardé dans notre conversation" in said


async def test_a_caption_that_orders_is_done(hall: Hall) -> None:
    await hall.send("courrier.docx", room=DIRECT, body="à ranger dans Préfecture", filename="courrier.docx")

    assert "rangé dans Préfecture" in hall.said(DIRECT)[-1]


@pytest.mark.parametrize("words", ["est ce que les autres peuvent le voir ?", "qui peut le lire ?"])
async def test_who_reads_a_file_is_said(hall: Hall, words: str) -> None:
    await hall.send("organigramme.docx")
    assert "lu par" in await hall.say(f"@beffroi {words}")


async def test_of_a_file_that_is_ours_alone_it_is_not_said_that_nobody_else_reads_it(hall: Hall) -> None:
    """A link to it may be open, of which the library knows nothing."""
    await hall.send("organigramme.docx", room=DIRECT)
    said = await hall.say("qui peut le lire ?", room=DIRECT)
    assert "dans notre conversation" in said
    assert "!partages" in said
    assert "ne lit" not in said


async def test_who_wants_something_back_later_is_shown_the_bin(hall: Hall) -> None:
    await hall.send("courrier-prefet.docx")
    await hall.say("@beffroi supprime courrier-prefet.docx")
    hall.time += 2 * 86_400_000

    said = await hall.say("@beffroi j'avais supprimé un courrier pour le préfet avant-hier, je voudrais le ravoir")
    assert "courrier-prefet.docx" in said
    assert "de retour" in await hall.say("restaurer 1")


@pytest.mark.parametrize("words", ["supprime la 2044 elle est floue", "jette la 2044, elle est trop sombre"])
async def test_a_picture_called_by_its_number_is_thrown_away_for_what_is_wrong_with_it(hall: Hall, words: str) -> None:
    await hall.send("IMG_2044.jpg")
    await hall.send("IMG_2045.jpg")
    assert (await hall.say(f"@beffroi {words}")).startswith("🗑 IMG_2044.jpg : jeté")


@pytest.mark.parametrize("words", ["efface la 2044", "efface la 2044 stp", "efface la 2044, elle est floue"])
async def test_a_number_that_no_task_has_is_that_of_a_file(hall: Hall, words: str) -> None:
    await hall.send("IMG_2044.jpg")
    assert (await hall.say(f"@beffroi {words}")).startswith("🗑 IMG_2044.jpg : jeté")


async def test_a_number_that_nothing_has_is_still_said_to_be_no_tasks(hall: Hall) -> None:
    await hall.send("IMG_2044.jpg")
    assert (await hall.say("@beffroi efface la 2049")).startswith("Il n’y a pas de tâche 2049.")
    assert (await hall.say("@beffroi efface la tâche 2044")).startswith("Il n’y a pas de tâche 2044.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("la photo, mets-la dans Photos", "IMG_2041.jpg : rangé dans Photos"),
        ("range la photo dans Photos", "IMG_2041.jpg : rangé dans Photos"),
        ("renomme l'image en Façade", "IMG_2041.jpg s’appelle maintenant Façade.jpg"),
        ("étiquette la photo #façade", "IMG_2041.jpg : #façade"),
        ("jette la photo", "Faut-il jeter IMG_2041.jpg"),
    ],
)
async def test_the_photo_is_no_letter_that_was_just_spoken_of(hall: Hall, words: str, said: str) -> None:
    """It filed, renamed and offered to throw away the PDF of before."""
    await hall.send("IMG_2041.jpg", sender=DGS)
    await _filed(hall)

    assert said in await hall.say(f"@beffroi {words}")


async def test_where_no_photo_came_just_now_nothing_is_done_to_a_letter(hall: Hall) -> None:
    await _filed(hall)

    await hall.say("@beffroi renomme la photo en Façade")
    assert "Conseil/délib.pdf" in await hall.say("!fichiers")


async def test_the_file_that_is_named_before_the_order_is_meant(hall: Hall) -> None:
    """« Le devis, range-le dans Travaux » filed what was spoken of before."""
    await hall.send("devis.pdf")
    await _filed(hall)

    assert "devis.pdf : rangé dans Travaux" in await hall.say("@beffroi le devis, range-le dans Travaux")
    assert "Je ne connais pas de fichier" in await hall.say("@beffroi la facture, range-la dans Travaux")


async def test_who_reads_a_file_that_is_named_is_said(hall: Hall) -> None:
    """Its hash was told."""
    await hall.send("devis.pdf")

    for words in ("qui peut lire le devis ?", "qui lit devis.pdf ?", "who can read the devis?"):
        assert "devis.pdf est lu par" in await hall.say(f"@beffroi {words}")
    assert "est lu par" not in await hall.say("@beffroi qui peut lire le discours ?")
