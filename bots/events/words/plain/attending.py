"""How people say in answer to an event whether they come: « j'y serai », « je ne pourrai pas » (pure)."""

import re
from typing import Final

from bots.events.words.plain.wordings import HOUR, SMALL_TALK

_FIRST: Final = (
    r"(?:(?:moi|oui|ok|merci(?: (?:beaucoup|pour l'invitation))?|bien (?:recu|note)|c'est note|note|vu|helas"
    r"|malheureusement)[\s,:!.]+)*"
)
"""Said before it, and no part of it."""
_ALAS: Final = r"(?: (?:malheureusement|helas|vraiment|finalement))*"
_NOT_THERE: Final = (
    rf"(?:(?:peux|peut|pourrai|pourrais|vais|viens|vient|viendrai){_ALAS}(?: pas| plus){_ALAS}"
    r"(?: pouvoir)?(?: venir| y aller| etre (?:la|des votres|presente?s?)| participer| assister| me liberer)?"
    rf"|(?:y )?(?:serai|suis|sera|serons){_ALAS} (?:pas (?:la|des votres|presente?s?|dispo(?:nible)?s?|libre)"
    r"|absente?s?|en conges?|excusee?s?|indisponibles?|retenue?s?|pris(?:e|es)?)|y serai pas|y vais pas)"
)
_COMING: Final = (
    rf"{_FIRST}(?:(?:moi )?j'y (?:serai|vais|suis)|je (?:viens(?! d[e'])|viendrai|participe(?:rai)?"
    r"|serai (?:bien )?(?:la(?! (?:semaine|journee|matinee))|presente?|des votres)))\b(?! pas| plus)"
    r"(?: aussi| bien sur| sans faute)?"
)
STAYS_AWAY: Final = (
    rf"{_FIRST}(?:je |j'|on )?(?:ne |n')?{_NOT_THERE}",
    # « J'y serai, je suis en congés le lendemain » comes.
    # « Je serai à la communauté de communes, je ne pourrai pas »: why, before it.
    rf"(?<!\bsi )(?!{_COMING}[,;.]|{_COMING}[^,;.]*[,;.] (?:donc |alors |du coup )?(?:je |j')(?:y )?(?:serai|suis)\b)"
    rf"(?!(?:si|quand|sauf|a moins)\b)[^?,;.]{{3,100}}[,;.] (?:donc |alors |du coup )?"
    rf"(?:je |j')(?:ne |n')?{_NOT_THERE}",
    r"(?:pas|sans) moi|ce sera sans moi|(?:ne )?comptez pas sur moi|je (?:passe mon tour|decline)"
    r"|(?:pas |in)dispo(?:nible)?s?|(?:c'est )?(?:impossible|pas possible|non|mort) pour moi"
    r"|annule(?:r|z)? (?:pour moi|ma (?:venue|presence|participation))"
    r"|(?:supprime|enleve|retire|raye)[- ]moi(?: de la liste)?|excusee?s?|absente?s?|not me"
    r"|i (?:cannot|can't|won't)(?: come| make it)?|(?:cannot|can't|cant|won't) (?:come|make it)"
    r"|impossible(?=\s?[,.;:]\s?(?:j'ai|je|desole))|non(?: merci)?(?=[\s.!]*$)",
)
PERHAPS: Final = (
    rf"{_FIRST}(?:peut[- ]etre|a (?:voir|confirmer)|je vais voir|(?:je )?(?:ne )?(?:sais|suis) pas (?:encore|sure?)"
    r"|pas sure?(?: d'etre (?:la|presente?|dispo(?:nible)?)| de (?:venir|pouvoir(?: venir)?))?"
    r"|si je peux|je vais essayer(?: de (?:venir|passer))?|j'essaie(?:rai)?(?: de (?:venir|passer))?"
    r"|sous reserve|probablement|i'?m not sure)",
)
COMES: Final = (
    rf"{_FIRST}(?:(?:c'?(?:est)? ?)?(?:ok|bon|bien|d'accord|parfait|partante?)|ca marche|ca roule|nickel)"
    r" pour (?:moi|nous)|(?:je suis )?(?:partante?s?"
    r"|des notres)|ca me (?:va|convient)|dispo(?:nible)?"
    rf"|{_FIRST}(?:j'y (?:serai|vais|suis)|je (?:viens|viendrai"
    r"|participe|serai (?:bien )?(?:la|des votres|presente?)(?: pour [^?]{2,60})?"
    r"|suis (?:dispo(?:nible)?|presente?|la))|j'en (?:suis|serai)|on y sera|nous y serons"
    r"|on (?:vient|viendra)|comptez sur moi)(?: aussi| bien sur| sans faute)?"
    r"|moi aussi|avec moi|presente?s?|works for me|fine (?:for|with) me",
    rf"{_FIRST}(?:(?:je )?confirme(?: (?:ma |notre )(?:presence|venue|participation))?"
    r"|(?:oui,? )?(?:volontiers|avec (?:grand |beaucoup de )?plaisir)|oui(?=[\s.!]*$|,? mais\b))",
    # Whoever is late comes.
    rf"{_FIRST}(?:mais )?(?:je (?:serai|risque d'etre) (?:un peu )?en retard|j'aurai (?:un peu )?(?:de|du) retard"
    r"|j'arriverai (?:un peu )?(?:en retard|plus tard|apres|vers|a )|je n'arriverai (?:que |qu'))[^?]{0,60}",
)
AGREED: Final = re.compile(
    rf"{SMALL_TALK}{_FIRST}(?:(?:c'?(?:est)? ?)?(?:ok|d'accord|bon|parfait)|partante?|va)"
    r" pour (?:le )?(?P<when>[^?]{2,40}?)[\s.!]*"
)
"""« Ok pour 15h30 »: they come, where that is when it is."""
LASTS: Final = (
    r"(?:(?:pas|jamais) plus (?:de |d')(?P<most>{amount})|(?P<enough>{amount})(?:,? (?:ca|c'est))?"
    r" (?:max(?:imum)?|suffi(?:t|ra|sent|ront)|suffisant)"
    r"|(?:on )?(?:mets?|mettez|mettre|prevois|prevoir|prevoyez|compte[rz]?|bloque[rz]?) (?P<set>{amount})"
    r" (?:pour la duree|de duree|en tout)|(?:la )?duree (?:de )?(?P<bare>{amount}))"
)
BARE: Final = re.compile(rf"{SMALL_TALK}(?:oui|non)(?: merci)?[\s.!]*")
"""Said in answer to something, and to nobody knows what where that is no card."""
SAID_BY: Final = re.compile(
    rf"{SMALL_TALK}(?P<who>[^,?]{{2,40}}?) (?:me |nous |m')?(?:dit|disent|demande(?:nt)?|propose(?:nt)?|prefere(?:nt)?"
    r"|confirme(?:nt)?|souhaite(?:nt)?|voudrai(?:t|ent)|signale(?:nt)?|annonce(?:nt)?) "
    r"(?:que (?:c'est|ce sera|ce serait) |plutot |de (?:mettre|passer|decaler) )?(?P<when>[^?]{2,40}?)"
    r"(?P<order>,? (?:donc )?(?:tu (?:peux |pourrais )?|peux-tu |merci de )"
    r"(?:le |la |l')?(?:corrige[sz]?r?|change[sz]?r?|modifie[sz]?r?|decale[sz]?r?)(?: stp| svp)?)?[\s?.!]*"
)
"""« La directrice me dit 17h30 », « les mariés demandent 15h30, tu corriges ? »."""
THEN: Final = re.compile(
    r"(?:(?:d'accord|ok|entendu|parfait|tres bien|bien|oui|bon)[\s,]+)*(?P<when>[^?]+?),? (?:alors|donc)[\s.!]*"
)
"""« D'accord, vendredi 9h30 alors »."""
SAME_DAY: Final = re.compile(
    rf"{SMALL_TALK}(?:(?:on )?garde(?:ons|z)? (?:la (?:meme )?date|le (?:meme )?jour)|meme (?:jour|date)),? (?:mais )?"
    rf"(?:plutot )?(?:a )?(?P<hour>{HOUR})[\s.!]*"
)
POSSIBLE: Final = re.compile(
    rf"{SMALL_TALK}(?:est-ce que )?(?:c'est|ce serait|serait-ce|c'est pas) (?:pas )?possible (?:plutot )?"
    r"(?:de (?:le |la |l')?(?:faire|mettre|decaler|deplacer|passer) )?(?P<when>[^?]{3,60}?)(?:,? plutot)?\s*\?\s*"
)
SKIPPED: Final = re.compile(
    rf"{SMALL_TALK}(?:(?:pas|sauf|sans) (?:celle|celui) (?P<of>du .+)"
    r"|(?:celle |celui )?(?P<day>(?:du|le) [^,?]{1,24}?),?"
    r" (?:je (?:le |la )?fais sauter|on (?:la |le )?(?:saute|fait sauter)|(?:ca|elle|il) saute))[\s.!]*"
)
"""« Pas celle du 28 », « le 26 je fais sauter »."""
_A_DAY: Final = (
    r"(?:le |les |du |celles? du |ceux du |celui du )?(?:(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche) )?"
    r"\d{1,2}(?:er)?(?: [a-z]{3,9})?"
)
DAYS_SKIPPED: Final = re.compile(
    rf"{SMALL_TALK}(?:(?:mais |et )?(?:pas|sauf|hormis|excepte|sans|ni)"
    rf" (?P<days>{_A_DAY}(?:(?:,|,? et|,? ni) {_A_DAY})+)"
    rf"|(?P<neither>{_A_DAY}(?:,? ni {_A_DAY})+))[\s.!]*"
)
"""« Pas le 21 ni le 28 »: of a series, so many times."""
ONE_AT: Final = re.compile(
    rf"{SMALL_TALK}(?:celle|celui) du (?P<day>[^,?]{{1,24}}?),?"
    rf" (?:c'est |sera |passe |plutot |finalement )*a (?P<hour>{HOUR})"
    r"(?:,? (?:exceptionnellement|finalement|plutot))*[\s.!]*"
)
"""« Celle du 4 janvier à 10h exceptionnellement »."""
WHEN_IS_IT: Final = re.compile(
    rf"{SMALL_TALK}(?:(?:c'est|c'etait|on a dit|ca commence|c'est prevu) (?:bien )?"
    r"(?:quand|ou|a quelle heure|quel jour|quoi (?:l'heure|l'horaire|la date|le lieu|l'adresse))"
    r"|(?:a )?quelle heure|quand|ou (?:ca|est-ce)"
    r"|(?:rappelle|redis)[- ]moi (?:l'heure|l'horaire|la date|le lieu))(?: deja| exactement)?[\s?.!]*"
)
ANSWERED: Final = re.compile(
    r"(?:alors |et )?(?:qui (?:n'a (?:pas |pas encore )|n'a toujours pas |a |a deja )(?:repondu|confirme)"
    r"|(?:il )?manque qui|qui manque|combien (?:de reponses|ont repondu|de presents|de oui)"
    r"|ou en sont les reponses|(?:les )?reponses)(?: (?:avons-nous|a-t-on|on a|pour l'instant))?[\s?.!]*"
)
