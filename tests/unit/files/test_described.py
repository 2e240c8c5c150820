"""Files are listed, and something is done to them, by what people say of them in any order; folders, bins, what for."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.files.conftest import DGS, SEC, Hall


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    """A hall in which messages are of the time at which they are said, with five files."""
    made = Hall()
    made.edge.clock = made.now
    await made.open()
    await made.send("facture-edf.pdf")
    await made.send("facture-eau.pdf")
    await made.send("photo-ecole.jpg", sender=DGS)
    await made.send("PLU_zonage.pdf", sender=DGS)
    await made.send("PLU_rapport.docx", sender=DGS)
    yield made
    await made.close()


def names(said: str) -> list[str]:
    """Return the names of the files that are listed, the newest first."""
    rows = (line.split(" – ")[0] for line in said.splitlines() if line[:1].isdigit() and ". " in line[:4])
    return [row.split(". ", 1)[1].rpartition("/")[2] for row in rows]


PLU = ["PLU_rapport.docx", "PLU_zonage.pdf"]
BILLS = ["facture-eau.pdf", "facture-edf.pdf"]


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        *((words, BILLS) for words in ("toutes les factures", "les factures", "montre les factures de sec")),
        *((words, PLU) for words in ("montre tout ce qui est étiqueté PLU", "les fichiers avec l'étiquette PLU")),
        *((words, PLU) for words in ("fichiers tagués PLU", "les documents étiquetés plu de dgs")),
        *((words, PLU) for words in ("qu'y a-t-il dans urbanisme ?", "contenu d'Urbanisme", "ouvre Urbanisme")),
        ("tous les pdf de dgs", ["PLU_zonage.pdf"]),
        ("les pdf dans Urbanisme", ["PLU_zonage.pdf"]),
        ("les photos", ["photo-ecole.jpg"]),
        ("ce que sec a envoyé", BILLS),
        ("les fichiers envoyés par sec aujourd'hui", BILLS),
        ("les fichiers de novembre", [*PLU, "photo-ecole.jpg", *BILLS]),
        ("les fichiers d'hier", []),
        ("ce que dgs a envoyé en octobre", []),
        ("ouvre la facture edf", ["facture-edf.pdf"]),
        ("a-t-on la facture edf ?", ["facture-edf.pdf"]),
        *(
            (words, ["facture-edf.pdf"])
            for words in ("dans quel dossier est la facture edf ?", "où j'ai mis la facture edf")
        ),
        *((words, BILLS) for words in ("liste des factures", "t'as quoi comme factures ?", "combien de factures ?")),
        *((words, BILLS) for words in ("qu'a envoyé sec ?", "quels fichiers sec a envoyés aujourd'hui ?")),
        *(
            (words, PLU)
            for words in ("les fichiers plu", "tout ce qui est plu", "tu peux me sortir les documents PLU ?")
        ),
        ("le dernier pdf", ["PLU_zonage.pdf"]),
        ("le dernier fichier de sec", ["facture-eau.pdf"]),
        ("les fichiers word", ["PLU_rapport.docx"]),
    ],
)
async def test_they_are_listed_as_they_are_described(hall: Hall, words: str, listed: list[str]) -> None:
    for name in ("PLU_zonage.pdf", "PLU_rapport.docx"):
        await hall.say(f"!fichier étiqueter {name} #PLU")
        await hall.say(f"!fichier ranger {name} dans Urbanisme")
    hall.time += 3_600_000 * 5

    assert names(await hall.say(f"@beffroi {words}")) == listed


@pytest.mark.parametrize(
    "words",
    [
        *("les photos du mariage sont belles", "les documents pour la réunion sont prêts", "ce qui est dommage"),
        *("le maire s'appelle maintenant Dupont", "déplace le zonage vers jeudi", "quels projets on a ?"),
        *("range les documents dans l'armoire", "ouvre la fenêtre", "les pdf c'est pratique", "ce que je veux dire"),
    ],
)
async def test_what_describes_no_file_of_the_room_lists_and_moves_none(hall: Hall, words: str) -> None:
    before = await hall.say("!fichiers")
    said = await hall.say(f"@beffroi {words}")

    assert not names(said)
    assert await hall.say("!fichiers") == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("range toutes les factures dans Compta > 2026", "facture-eau.pdf, facture-edf.pdf : rangé dans Compta/2026"),
        ("classe les factures dans Compta", "facture-eau.pdf, facture-edf.pdf : rangé dans Compta"),
        ("mets l'étiquette EDF à toutes les factures", "facture-eau.pdf, facture-edf.pdf : #EDF"),
        ("tag PLU et 2027 sur le zonage", "PLU_zonage.pdf : #PLU #2027"),
        ("le document PLU_rapport s'appelle maintenant R 2027", "PLU_rapport.docx s’appelle maintenant R 2027.docx"),
        ("renomme le zonage : Zonage 2027", "PLU_zonage.pdf s’appelle maintenant Zonage 2027.pdf"),
        ("zonage à ranger dans Urbanisme", "PLU_zonage.pdf : rangé dans Urbanisme"),
        ("zonage -> Urbanisme", "PLU_zonage.pdf : rangé dans Urbanisme"),
        ("déplace le zonage vers Urbanisme", "PLU_zonage.pdf : rangé dans Urbanisme"),
        ("tague le zonage avec plu et 2027", "PLU_zonage.pdf : #plu #2027"),
        ("edf et zonage poubelle", "facture-edf.pdf, PLU_zonage.pdf : jeté"),
        ("mets edf et eau dans Compta", "facture-edf.pdf, facture-eau.pdf : rangé dans Compta"),
        ("zonage et rapport poubelle", "PLU_zonage.pdf, PLU_rapport.docx : jeté"),
    ],
)
async def test_it_is_done_to_all_that_are_described_and_undone_at_once(hall: Hall, words: str, said: str) -> None:
    before = await hall.say("!fichiers")

    assert said in await hall.say(f"@beffroi {words}")
    assert "comme avant" in await hall.say("!annuler")
    assert await hall.say("!fichiers") == before


async def test_what_is_described_is_listed_before_it_is_thrown_away(hall: Hall) -> None:
    said = await hall.say("@beffroi supprime tous les pdf")
    assert names(said) == ["PLU_zonage.pdf", *BILLS]
    assert "Rien n’est encore fait. Dites lesquels, 20 au plus à la fois : jeter 1, 3" in said
    assert names(await hall.say("@beffroi les pdf")) == ["PLU_zonage.pdf", *BILLS]


HOUR = 3_600_000


@pytest.mark.parametrize(
    ("words", "asked", "done"),
    [
        (
            "le rapport s'appelle désormais R 2027",
            "Faut-il renommer PLU_rapport.docx en R 2027 ?",
            "s’appelle maintenant R 2027.docx",
        ),
        ("range le dernier dans Travaux", "Faut-il ranger PLU_rapport.docx dans Travaux ?", "rangé dans Travaux"),
    ],
)
async def test_what_may_not_be_meant_is_asked_about(hall: Hall, words: str, asked: str, done: str) -> None:
    """A remark renames no file, and what came long ago is not filed by « le dernier »."""
    hall.time += 2 * HOUR
    before = await hall.say("!fichiers")

    assert asked in await hall.say(f"@beffroi {words}")
    assert await hall.say("!fichiers") == before
    await hall.say(f"@beffroi {words}")
    assert done in await hall.say("oui")


async def test_the_file_that_was_just_spoken_of_is_renamed_at_once(hall: Hall) -> None:
    await hall.say("@beffroi range le rapport dans PLU")
    assert "s’appelle maintenant R.docx" in await hall.say("@beffroi le rapport s'appelle désormais R")


async def test_what_somebody_has_just_sent_is_nobody_elses(hall: Hall) -> None:
    """Though another one came since."""
    hall.time += 2 * HOUR
    await hall.send("reçu.pdf")
    await hall.send("plage.jpg", sender=DGS)

    assert "reçu.pdf : rangé dans Compta" in await hall.say("@beffroi range ce que je viens d'envoyer dans Compta")
    assert "plage.jpg : rangé dans Fête" in await hall.say("@beffroi range le dernier dans Fête")
    hall.time += 2 * HOUR
    assert "rangé" not in await hall.say("@beffroi range ce que je viens d'envoyer dans Compta")


async def test_of_several_that_were_just_sent_it_is_asked_which(hall: Hall) -> None:
    said = await hall.say("@beffroi range ce que je viens d'envoyer dans Compta")
    assert names(said) == BILLS
    assert "Rien n’est encore fait" in said
    assert "facture-edf.pdf : rangé dans Compta" in await hall.say("ranger 2 dans Compta")
    assert "facture-eau.pdf : rangé dans Compta" in await hall.say(
        "@beffroi range ce que je viens d'envoyer dans Compta"
    )


async def test_the_pictures_that_were_just_sent_are_those_that_are_filed(hall: Hall) -> None:
    await hall.say("!fichier ranger photo-ecole.jpg dans Travaux")
    hall.time += 2 * HOUR
    for number in (1, 2, 3):
        await hall.send(f"fête-{number}.jpg")

    said = await hall.say("@beffroi range les photos dans Fête")
    assert "fête-3.jpg, fête-2.jpg, fête-1.jpg : rangé dans Fête" in said
    assert "Travaux/photo-ecole.jpg" in await hall.say("!fichiers")


@pytest.mark.parametrize("words", ["range les photos dans Fête", "range toutes les photos dans Fête"])
async def test_what_lies_in_a_folder_is_listed_and_not_moved(hall: Hall, words: str) -> None:
    await hall.say("!fichier ranger photo-ecole.jpg dans Travaux")
    before = await hall.say("!fichiers")

    said = await hall.say(f"@beffroi {words}")
    assert names(said) == ["photo-ecole.jpg"]
    assert "Rien n’est encore fait" in said
    assert await hall.say("!fichiers") == before
    assert "photo-ecole.jpg : rangé" in await hall.say("@beffroi range les photos du dossier Travaux dans Fête")


async def test_a_word_in_a_longer_one_moves_no_file(hall: Hall) -> None:
    await hall.send("Planning-congés.xlsx")
    before = await hall.say("!fichiers")

    assert "rangé" not in await hall.say("@beffroi range les plans dans Urbanisme")
    assert await hall.say("!fichiers") == before


async def test_more_than_twenty_are_listed_and_not_moved(hall: Hall) -> None:
    for number in range(21):
        await hall.send(f"devis {number}.pdf")

    said = await hall.say("@beffroi range tous les devis dans Travaux")
    assert "21 fichiers pour" in said
    assert "Rien n’est encore fait. Dites lesquels, 20 au plus à la fois : ranger 1, 3 dans Travaux" in said
    assert "Travaux" not in await hall.say("!fichiers")


async def test_the_two_that_were_just_sent_are_the_two(hall: Hall) -> None:
    assert "PLU_rapport.docx, PLU_zonage.pdf : rangé dans PLU" in await hall.say("@beffroi les deux dans PLU", DGS)
    assert "rangé" not in await hall.say("@beffroi les deux dans PLU")
    assert "PLU_rapport.docx : rangé dans Travaux" in await hall.say("@beffroi range le dernier dans Travaux", DGS)
    assert "PLU_rapport.docx : rangé dans A/B" in await hall.say("@beffroi classement : A > B", DGS)


@pytest.mark.parametrize(
    ("first", "same"),
    [
        ("tag PLU et 2027 sur le zonage", "PLU_rapport.docx : #2027 #PLU"),
        ("range le zonage dans Urbanisme", "PLU_rapport.docx : rangé dans Urbanisme"),
    ],
)
async def test_the_same_is_done_to_another_one(hall: Hall, first: str, same: str) -> None:
    await hall.say(f"@beffroi {first}")

    assert same in await hall.say("@beffroi pareil pour le rapport")
    assert "pas compris" in await hall.say("@beffroi pareil pour la voisine")


async def test_a_folder_gets_another_name_with_all_that_is_in_it(hall: Hall) -> None:
    await hall.say("!fichier ranger facture-edf.pdf dans Compta/Factures/2026")
    await hall.say("!fichier ranger facture-eau.pdf dans Compta/Factures")

    said = await hall.say("@beffroi renomme le dossier Compta/Factures en Énergie")
    assert "facture-edf.pdf : rangé dans Compta/Énergie/2026" in said
    assert "facture-eau.pdf : rangé dans Compta/Énergie" in said
    assert "comme avant" in await hall.say("!annuler")
    assert "Compta/Factures/2026/facture-edf.pdf" in await hall.say("!fichiers")

    await hall.say("@beffroi range la facture eau dans Divers")
    assert "rangé dans Eau 2026" in await hall.say('@beffroi dossier à renommer en "Eau 2026"')
    assert "Je ne connais pas de dossier « Paye »" in await hall.say("@beffroi renomme le dossier Paye en Salaires")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("renomme le dossier Travaux en cours en Travaux finis", "facture-eau.pdf : rangé dans Travaux finis"),
        ("renomme le dossier Marchés / Lot 3 en Lot 4", "facture-edf.pdf : rangé dans Marchés/Lot 4"),
        ("renomme le dossier marches > lot 3 en Lot 4", "facture-edf.pdf : rangé dans Marchés/Lot 4"),
    ],
)
async def test_a_folder_is_renamed_as_it_is_called(hall: Hall, words: str, said: str) -> None:
    await hall.say("!fichier ranger facture-eau.pdf dans Travaux en cours")
    await hall.say("!fichier ranger PLU_zonage.pdf dans Travaux")
    await hall.say("!fichier ranger facture-edf.pdf dans Marchés/Lot 3")

    answer = await hall.say(f"@beffroi {words}")
    assert said in answer
    assert "PLU" not in answer


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("supprime le dossier Durand", "Dossier Durand.pdf : jeté"),
        ("renomme le dossier Durand en Dossier Martin", "s’appelle maintenant Dossier Martin.pdf"),
    ],
)
async def test_a_file_that_is_called_a_folder_is_a_file(hall: Hall, words: str, said: str) -> None:
    await hall.send("Dossier Durand.pdf")

    assert said in await hall.say(f"@beffroi {words}")


async def test_a_folder_of_its_own_goes_before_a_file_that_is_called_so(hall: Hall) -> None:
    await hall.send("Dossier Durand.pdf")
    await hall.say("!fichier ranger facture-eau.pdf dans Durand")

    assert names(await hall.say("@beffroi supprime le dossier Durand")) == ["facture-eau.pdf"]


SENT = [*PLU, "photo-ecole.jpg", *BILLS]


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        *(("les fichiers du 23 novembre", SENT), ("les fichiers du 28 novembre", ["samedi.pdf"])),
        *(("les fichiers de samedi", ["samedi.pdf"]), ("les fichiers du 5 décembre", [])),
        *(("les fichiers de mars 2027", []), ("les fichiers du 29 février 2028 au 15 mars 2028", [])),
        *(("les fichiers de novembre 2026", ["samedi.pdf", *SENT]), ("les fichiers de la semaine prochaine", [])),
        *(("les fichiers du 23 novembre 2026", SENT), ("les fichiers du 27 au 29 novembre", ["samedi.pdf"])),
    ],
)
async def test_days_are_the_last_ones_unless_their_year_is_said(hall: Hall, words: str, listed: list[str]) -> None:
    """Five files came on the 23rd, one on Saturday the 28th; it is Monday the 30th."""
    hall.time += 5 * 24 * HOUR
    await hall.send("samedi.pdf")
    hall.time += 2 * 24 * HOUR

    assert names(await hall.say(f"@beffroi {words}")) == listed


async def test_days_in_a_name_are_its_words(hall: Hall) -> None:
    await hall.send("CR mars 2026.pdf")
    await hall.send("note.pdf")

    assert names(await hall.say("!fichiers CR mars 2026")) == ["CR mars 2026.pdf"]


async def test_a_folder_that_is_asked_for_by_a_command_is_headed_so(hall: Hall) -> None:
    await hall.say("!fichier ranger facture-eau.pdf dans Compta")
    assert "📁 Compta : 1 fichier" in await hall.say("!fichiers dossier Compta")


async def test_a_folder_comes_and_goes_with_its_files(hall: Hall) -> None:
    await hall.say("!fichier ranger facture-eau.pdf dans Compta")

    assert "Un dossier vient avec son premier fichier" in await hall.say("@beffroi crée un dossier Cimetière")
    gone = await hall.say("@beffroi supprime le dossier Compta")
    assert names(gone) == ["facture-eau.pdf"]
    assert "s’en va avec le dernier" in gone
    assert "Compta (1)" in await hall.say("@beffroi quels dossiers on a ?")
    assert "facture-eau.pdf : plus dans aucun dossier" in await hall.say(
        "@beffroi sors la facture eau du dossier Compta"
    )


async def test_versions_are_shown_and_chosen_as_one_says_it(hall: Hall) -> None:
    await hall.send("arrêté.pdf")
    await hall.send("arrêté.pdf")

    for asked in ("historique de ce fichier", "historique de l'arrêté", "quelles versions du document"):
        assert "version 2 sur 2" in await hall.say(f"@beffroi {asked}")
    assert "la version 1 est de nouveau la version courante" in await hall.say("@beffroi remets la v1")
    assert "la version 2 est de nouveau la version courante" in await hall.say("@beffroi non laisse la 2")
    assert "pas compris" in await hall.say("@beffroi garde la 7")


async def test_what_is_in_the_bin_comes_back_by_its_name_and_the_bin_empties_itself(hall: Hall) -> None:
    await hall.say("!fichier jeter facture-eau.pdf")

    assert "La corbeille se vide d’elle-même" in await hall.say("@beffroi vide la corbeille")
    assert "facture-eau.pdf" in await hall.say("!fichiers corbeille")
    assert "facture-eau.pdf : de retour" in await hall.say("@beffroi rends-moi la facture eau")
    assert "de retour" not in await hall.say("@beffroi rends-moi les clés")


@pytest.mark.parametrize(
    "words", ["rends-moi la facture eau", "récupère la facture eau", "!fichier restaurer facture eau"]
)
async def test_what_is_had_back_is_what_lies_in_the_bin(hall: Hall, words: str) -> None:
    """Though there is another file of these words."""
    await hall.say("!fichier jeter facture-eau.pdf")
    await hall.send("facture eau 2.pdf")

    assert "facture-eau.pdf : de retour" in await hall.say(words if words[0] == "!" else f"@beffroi {words}")


async def test_what_there_is_is_filed_again_rather_than_had_back(hall: Hall) -> None:
    await hall.send("devis.pdf")
    await hall.say("!fichier ranger devis.pdf dans Travaux")
    await hall.say("!fichier jeter Travaux/devis.pdf")
    await hall.send("devis.pdf")

    assert "devis.pdf : rangé dans Travaux" in await hall.say("@beffroi remets le devis dans Travaux")


async def test_a_file_goes_with_what_was_just_made(hall: Hall) -> None:
    await hall.say("!tâche relire les factures")
    await hall.send("convocation.pdf")

    assert "rattaché à la tâche 1" in await hall.say("@beffroi avec le fichier")
    assert "comme avant" in await hall.say("!annuler")
    assert "Dites à quelle tâche" in await hall.say("@beffroi attache la convocation", sender=DGS)
    await hall.say("!tâche prévenir les élus")
    assert "convocation.pdf : rattaché à la tâche 2" in await hall.say("@beffroi attache la convocation")
    assert "convocation.pdf : détaché de la tâche 2" in await hall.say("@beffroi détache la convocation")
    assert "pas compris" in await hall.say("@beffroi avec Paul")


@pytest.mark.parametrize("words", ["avec le fichier", "joins le fichier", "pareil pour le rapport"])
async def test_a_deed_of_yesterday_is_not_leant_on(hall: Hall, words: str) -> None:
    await hall.say("@beffroi range le zonage dans Urbanisme" if "pareil" in words else "!tâche relire les factures")
    hall.time += 20 * HOUR
    await hall.send("convocation.pdf")

    said = await hall.say(f"@beffroi {words}")
    assert "rattaché" not in said
    assert "rangé" not in said


@pytest.mark.parametrize(
    "words", ["inutile à joindre au conseil", "il n'y a jamais eu à joindre au conseil", "mets au conseil"]
)
async def test_what_people_say_of_a_colleagues_file_attaches_nothing(hall: Hall, words: str) -> None:
    await hall.say("!tâche préparer le conseil")
    file = await hall.send("note.pdf", sender=DGS)

    assert not await hall.say(words, about=file.event_id)


async def test_whether_it_was_for_us_is_asked_before_a_colleagues_file_is_attached(hall: Hall) -> None:
    await hall.say("!tâche préparer le conseil")
    file = await hall.send("note.pdf", sender=DGS)

    for words in ("mets ça au conseil", "c'est à joindre au conseil"):
        assert "Est-ce pour moi" in await hall.say(words, about=file.event_id)
    assert "rattaché à la tâche 1" in await hall.say("@beffroi mets ça au conseil", about=file.event_id)


async def test_a_caption_says_with_what_a_file_goes(hall: Hall) -> None:
    """Though nobody has named us: only where one thing here is called so."""
    await hall.say("!tâche préparer le conseil")
    before = len(hall.said())

    await hall.send("PV.pdf", body="pour information, à mettre avec le reste")
    await hall.send("ODJ.pdf", body="ordre du jour, à mettre dans l'armoire")
    await hall.send("brouillon.pdf", body="brouillon, pas à mettre avec le conseil")
    await hall.send("avis.pdf", body="je ne sais pas si on range avec le conseil")
    assert len(hall.said()) == before
    await hall.send("note.pdf", body="note de synthèse, à mettre avec le conseil")
    assert "note.pdf : rattaché à la tâche 1" in hall.said()[-1]
    await hall.say("!tâche prévenir le conseil")
    before = len(hall.said())
    await hall.send("ordre.pdf", body="à mettre avec le conseil")
    assert len(hall.said()) == before


async def test_a_file_is_sent_in_private_by_its_name(hall: Hall) -> None:
    for asked in ("le zonage en mp", "envoie moi le zonage en privé"):
        assert "Je vous envoie PLU_zonage.pdf" in await hall.say(f"@beffroi {asked}", sender=SEC)
    assert "Je vous envoie" not in await hall.say("@beffroi le maire en privé")


@pytest.mark.parametrize(
    "words",
    [
        *(
            "ya koi dans compta",
            "y a quoi ds Compta ?",
            "quoi dans Compta ?",
            "c quoi dans compta",
            "contenu de Compta ?",
        ),
        *("on a quoi dans Compta ?", "qu'y a-t-il dans Compta ?", "contenu du dossier Compta ?"),
    ],
)
async def test_a_folder_is_shown_however_it_is_asked_for(hall: Hall, words: str) -> None:
    await hall.say("!fichier ranger facture-edf.pdf dans Compta")
    assert (await hall.say(f"@beffroi {words}")).startswith("📁 Compta : 1 fichier")
