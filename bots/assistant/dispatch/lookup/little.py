"""Words, folded, that only ask: they say nothing of what is asked after (pure)."""

from typing import Final

from bots.assistant.talk.offers.finding import WantedState
from bots.assistant.words.objects.articles import ALSO, ARTICLES, LINKING, POLITE, RATHER
from bots.assistant.words.questions import AT_HEAD

_SHOWING: Final = (
    "montre montres montrer montrez affiche affiches afficher affichez liste listes lister listez cherche cherches "
    "chercher cherchez recherche rechercher trouve trouves trouver trouvez retrouve retrouves retrouver retrouvez "
    "sors sortir ressors ressortir ressortez voir revoir dire dis dites rappeler rappelle savoir indiquer indique "
    "indiquez donner donne donnez preciser precise precisez confirmer confirme resumer resume consulter lire relire "
    "avoir show find list see tell search give look know"
)
_VERBS: Final = (
    "est es suis sont etes sommes etait etaient sera seront serait etre ete a as ai ont avons avez avait avaient aura "
    "auront aurait auriez aurais auras eu y il elle ils elles on nous vous tu te t j je m me se s c ca cela ce ceux "
    "celle celles celui lui leur leurs moi toi n ne pas plus rien tout tous toute toutes ttes peut peux peuvent "
    "pouvez pourrait pourriez pourrais faut faudrait doit dois doivent devait va vas vont vais allez fait faire fais "
    "font faites existe existent existait reste restent restait restant vient viennent viendra viendront venir occupe "
    "occupent s'occupe passe passee passes avance avancent avancement traine bloque bloquent concerne concernent "
    "parle parlent parlant prevu prevue prevus prevues prevoit trouve trouvent sait sais savez saurais sauriez "
    "sauriez-vous connais veut veux veulent voulez voudrais mis mise range rangee attend attendent attends arrive "
    "arrivent tombe tombent commence commencent finit finissent dure pose posee is are was were be been do does did "
    "done has have had can could will would should there any i you he she it we they us my your his her its their "
    "this that these those all left still yet about with for from to by in at of the an and or not"
)
_OTHERS: Final = (
    "deja encore toujours maintenant donc alors aussi bien sur dans chez vers par entre sans avant apres depuis jusqu "
    "jusque pendant si ni mais puis car dont ici la-dedans dedans dessus voila etc ok bon euh dis hein non oui "
    "quelque quelques chose choses truc trucs sujet propos question rapport histoire etat point suivi nouvelle "
    "nouvelles ya yaura aura jour jours date dates heure heures moment temps fois suite cas place cote fin debut d l "
    "y-a un une deux au aux du des le la les ces cet son sa ses notre nos votre vos ton ta tes svp stp pr pcq ke "
    "amabilite obligeance gentillesse bonte plait personne quelqu quelqu'un qqn vite enfin monsieur madame m mme mr "
    "comme quel plutot autre autres meme memes fini ligne semaine combien charge responsable suivant prochain "
    "prochaine prochains prochaines dernier derniere derniers dernieres actuellement ce moment-ci cours something "
    "anything thing things somebody anybody now already next last please el kelke tte journee moments moment-la "
    "moi-meme toi-meme abord serai serais serait serions seront pris prise prises libre libres occupe occupee "
    "disponible disponibles dispo nulle part espere etiquete etiquetee etiquetes joint jointe joints jointes lie liee "
    "normalement hier bah quelqu'une demande demandee free taken available prie prions mien miens mienne miennes tien "
    "tiens tienne tiennes voit vois voyez voient foi dapres lorsqu reprend reprends reprennent reprendra reprenez"
)
_DONE: Final = (
    "fini finie finis finies fait faite faits faites termine terminee termines terminees acheve achevee boucle "
    "bouclee regle reglee traite traitee traites traitees realise realisee coche cochee done finished completed "
    "closed"
)
_OPEN: Final = "reste restent restant restants restantes ouvert ouverte ouverts ouvertes cours left open remaining"
_LEADS: Final = (
    "et alors dis dites bon donc euh ok ah oh ben du coup au fait sinon mais non oui bonjour salut and so well then"
)
ASKING: Final = AT_HEAD | {"estce", "whose", "nb", "nombre"}
"""What asks wherever it stands."""
SHOWING: Final = frozenset(_SHOWING.split())
"""What one says who wants to be shown, or told, something."""
TELLING: Final = frozenset(
    {"communiquer", "transmettre", "envoyer", "renvoyer", "fournir", "partager", "detailler", "send"}
)
"""What one says behind « me » who wants to be told what there is; without, it is something to do."""
BIDDING: Final = frozenset(
    {"montre", "montres", "montrez", "affiche", "affichez", "cherche", "cherchez", "recherche", "trouve", "trouvez"}
    | {"retrouve", "retrouvez", "ressors", "ressortez", "show", "find"}
)
"""With which a sentence begins that wants to see something; « relire le budget » is something to do."""
LITTLE: Final = ARTICLES | LINKING | POLITE | RATHER | ALSO | ASKING | SHOWING | {*_VERBS.split(), *_OTHERS.split()}
"""What is left out of what is looked for."""
WAITING: Final = "en attente"
"""Two words; « la salle d'attente » is another."""
STATES: Final = {
    **dict.fromkeys(_DONE.split(), WantedState.DONE),
    **dict.fromkeys(("retard", "late", "overdue"), WantedState.LATE),
    **dict.fromkeys((*_OPEN.split(), WAITING), WantedState.OPEN),
}
"""How something stands."""
WHO: Final = frozenset({"qui", "ki", "who", "whose"})
MINE: Final = frozenset({"moi", "mes", "mon", "ma", "mien", "mienne", "miens", "miennes", "my", "mine"})
"""Says that what is asked after is of whoever asks."""
ANYTHING: Final = frozenset(
    {"rien", "quoi", "koi", "chose", "choses", "truc", "trucs", "nothing", "anything", "something"}
)
"""Whatever there is: « rien pour moi ? »."""
LEADS: Final = frozenset(_LEADS.split())
"""What may stand before a question."""
PRONOUNS: Final = frozenset(
    {"le", "la", "les", "l", "me", "m", "nous", "y", "en", "lui", "leur", "moi", "te", "t", "se"}
)
INVERTED: Final = ("il", "elle", "on", "ils", "elles", "je", "tu", "vous", "nous", "ce")
"""What stands behind a verb that asks: « tient-il », « a-t-on »."""
