"""How people say what becomes of an event that they name, by patterns (pure): `named` reads what those find."""

import re
from typing import Final

from bots.events.words.plain.remarked import EventAct
from bots.events.words.plain.wordings import NO, PEOPLE

_MOVE: Final = r"(?:decal|report|repouss|deplac|avanc|recul|postpon|reschedul|mov)"
_INVITE: Final = r"(?:invite|inviter|invitez|convie|conviez|convoque|ajoute|ajouter|ajoutez|rajoute|add)"
_SOMEBODY: Final = r"(?:@[^ ,]+|moi|(?:(?:le|la|les|mme|madame|m\.?|monsieur|notre) |l')[^ ,@]+(?: [^ ,@]+){0,3}?)"
_GUESTS: Final = r"(?P<guests>[^ ]+(?: [^ ]+){0,11}?)"
"""What may name people; looked at by itself, because a pattern of a list of names takes for ever to fail."""
_GUEST: Final = re.compile(rf"{_SOMEBODY}|[^ ,@]+(?: [^ ,@]+)?")
"""« Enlève Paul Martin »: who is nobody here is no guest, and it is read otherwise."""
_BETWEEN_GUESTS: Final = re.compile(r", ?(?:(?:et|and) )?| (?:et|and) | (?=@)")
_CHANGE: Final = r"(?:chang|modifi|corrig|rectifi|revo|revoi)(?:e|er|ez|ons|ir|s)?"
_TIME_OF: Final = (
    r"(?:l'heure|l'horaire|les horaires|la date|le jour|le creneau|le moment|the time|the date|the day)"
    r"(?: (?:de debut|et l'heure|et l'horaire))?"
)
_ON_DAY: Final = (
    r"(?:le )?(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|demain|apres-demain|\d{1,2}(?:er)?(?! ?h))\b"
)
_OF: Final = r" (?:de |du |des |d'|of )"
_BEFORE: Final = (
    (
        EventAct.MOVED,
        rf"(?:on (?:peut |pourrait |doit )?|il (?:faut|faudrait) |je (?:voudrais|veux|dois) |peut-on )?{_CHANGE}"
        rf" {_TIME_OF}{_OF}(?P<what>.+)",
    ),
    (
        EventAct.PLACED,
        rf"(?:on (?:peut |pourrait |doit )?|il (?:faut|faudrait) |je (?:voudrais|veux|dois) |peut-on )?{_CHANGE}"
        r" (?:le lieu|la salle|l'endroit|the place)(?: de la | de l'| du | d'| of the )(?P<what>[^:]+)",
    ),
    (
        EventAct.CANCELLED,
        r"(?:on )?(?:annul|supprim|retir|enlev|cancel)(?:e|er|ez|ons)? (?P<what>.+?)"
        r"(?: (?:de |dans |from )(?:l'|mon |notre |the |my )(?:agenda|calendrier|calendar))?",
    ),
    (
        EventAct.CANCELLED,
        r"(?:il n'y a )?(?:pas|plus) de (?P<what>(?:reunion|seance|conseil|rdv|rendez-vous|permanence).*)",
    ),
    (EventAct.MOVED, rf"(?:on (?:peut |pourrait )?|il faut |peut-on )?{_MOVE}(?:e|er|ez|ons)? (?P<what>.+)"),
    (EventAct.MOVED, r"(?:on (?:peut|pourrait) |il faut )?(?:faire|mettre|passer|mets|passe) (?P<what>.+)"),
    (
        EventAct.REINSTATED,
        r"(?:remets?|remettre|remettez|retabli[rst]?|restaurer?|restaurez|reactiver?|reactivez|reprogrammer?|maintiens|maintenir|reconfirmer?|reinstate)"
        r" (?P<what>.+)",
    ),
    (
        EventAct.WHO,
        r"(?:qui|combien(?: de (?:monde|personnes|gens))?|who) (?:vient|viennent|viendra|sera(?: la| presente?)?|seront"
        r"|participe|participent|est (?:la|invite|presente?)|a dit oui|a repondu|y aura-t-il|comes|is coming)"
        r" (?:a|au|aux|pour|de|du|to)\b ?(?P<what>.+)",
    ),
    (
        EventAct.WHO,
        r"(?:qui (?:n'a (?:pas |pas encore |toujours pas )?|a |a deja )(?:repondu|confirme)|qui manque"
        r"|combien de (?:reponses|oui|presents|participants)(?: (?:avons-nous|a-t-on|on a|as-tu|nous avons))?"
        r"|ou en sont les reponses|les reponses) (?:a|au|aux|pour|de|du|sur)\b ?(?P<what>.+)",
    ),
    (
        EventAct.WHO,
        r"(?:on (?:est|sera) combien|combien (?:serons-nous|on est|on sera|sommes-nous)) (?:a|au|pour)\b ?(?P<what>.+)",
    ),
)
_BEHIND: Final = (
    (
        EventAct.STAYS_AWAY,
        r"(?:je |j'|on )?(?:ne |n')?(?:serai|suis|peux|pourrai|pourrais|viens|viendrai|irai|vais)(?: pas| plus)"
        r"(?: (?:la|presente?|dispo(?:nible)?|venir|aller|etre la|assister|participer))* (?:a|au|aux|pour)"
        r" (?P<what>.+)",
    ),
    (
        EventAct.STAYS_AWAY,
        r"(?:je |j'|on )?(?:ne |n')?(?:peux|pourrai|pourrais|viens|viendrai)(?: pas| plus)"
        rf"(?: (?:venir|etre la|assister|participer))* (?P<what>{_ON_DAY}.*)",
    ),
    (
        EventAct.COMES,
        rf"(?:je |j'|on )?(?:viens|viendrai|serai(?: bien)? (?:la|presente?))(?: bien)? (?P<what>{_ON_DAY}.*)",
    ),
    (
        EventAct.STAYS_AWAY,
        r"(?:je (?:serai|suis) )?(?:excuse[zs]?[- ]moi|absente?|excusee?|je m'excuse|je decline) (?:pour|a|au|du|de)"
        r" (?P<what>.+)",
    ),
    (
        EventAct.COMES,
        r"(?:je |j'|on )?(?:viens|viendrai|serai(?: bien)? (?:la|presente?)|participe|participerai|irai|vais"
        r"|confirme ma (?:presence|venue))(?: bien)? (?:a|au|aux|pour) (?P<what>.+)",
    ),
    (
        EventAct.INVITED,
        rf"{_INVITE} (?P<rest>{PEOPLE}) (?:a|au|aux|pour|dans) (?P<what>.+)",
    ),
    (EventAct.INVITED, rf"{_INVITE}[ -]{_GUESTS} (?:a|au|aux) (?P<what>.+)"),
    (
        EventAct.UNINVITED,
        r"(?:retire|retirer|retirez|enleve|enlever|enlevez|desinvite|desinviter|desinvitez|decommande|decommander|remove"
        rf"|uninvite)[ -]{_GUESTS} (?:de|du|des|from) (?P<what>.+)",
    ),
    (
        EventAct.PLACED,
        r"(?:change|changer|changez|modifie|modifier|mets|mettre) (?:le lieu|la salle|l'endroit) (?:de |du |d')"
        r"(?P<what>.+?) ?(?:[:,] ?|(?<= )par |(?<= )pour |(?<= )en )(?P<rest>.+)",
    ),
    (
        EventAct.PLACED,
        r"(?P<what>.+?),? (?:sera|est|aura lieu|a lieu|se tiendra|se passera?|se fera|c'est)(?: finalement| bien)?"
        r" (?P<rest>(?:a|au|en|dans|chez|salle) .+)",
    ),
    (
        EventAct.MOVED,
        r"(?P<what>.+?),? (?P<rest>(?:sera|est|c'est|finira?|finit|terminera|se termine(?:ra)?|dure(?:ra)?|passe(?:ra)?"
        r"|commence(?:ra)?|debute(?:ra)?|aura lieu|a lieu|se tiendra)(?: finalement| bien)? .+)",
    ),
    (EventAct.CANCELLED, r"(?P<what>.+?),? (?:c'est|est|sera|a ete|is) (?:annul|cancel|supprim)\w*(?P<rest>.*)"),
    (
        EventAct.CANCELLED,
        r"(?P<what>(?:la |le |l'|the )?(?:reunion|seance|conseil|commission|comite|rdv|rendez-vous|permanence|visite"
        rf"|ceremonie|point|meeting|council)\b(?!.*\b{NO}\b).*?)"
        r" (?:annule(?:e|es|s)?|supprimee?s?|cancelled|canceled)(?P<rest>)",
    ),
    (EventAct.CANCELLED, r"(?P<what>.+?) n'(?:a|aura) (?:pas|plus) lieu(?P<rest>.*)"),
    (
        EventAct.MOVED,
        rf"(?P<what>.+?),? (?:c'est|est|sera|a ete|is|peut etre|doit etre) {_MOVE}(?:e|ee|es|ees|ed)? (?P<rest>.+)",
    ),
    (
        EventAct.REINSTATED,
        r"(?P<what>.+?) (?:est|sera|is) (?:finalement )?(?:maintenue?|reconfirmee?|retablie?|confirmed)",
    ),
    (
        EventAct.ASKED,
        r"(?P<what>.+?),? (?:c'est|est|ca|a lieu|commence|se passe)(?: bien)? (?:quand|a quelle heure|ou|quel jour)",
    ),
    (
        EventAct.ASKED,
        r"(?:(?:c'est )?quand (?:est )?|c'est quoi |quel(?:le)? est )?(?:la |le |les |notre |my |the )?"
        r"(?:prochaine?s?|next) (?P<what>(?:reunion|seance|conseil|rdv|rendez-vous|commission|comite|permanence|meeting"
        r"|event|evenement|ceremonie).*)",
    ),
    (
        EventAct.ASKED,
        r"(?:combien de temps (?:dure|va durer|durera)|(?:c'est )?a quelle heure) (?P<what>(?:la |le |l').+)",
    ),
    (
        EventAct.ASKED,
        r"(?:ou|quand|quel jour|(?:jusqu')?a quelle heure) (?:est|a lieu|se passe|commence|debute|finit|finira|termine"
        r"|se termine|va finir|dure|durera) (?P<what>.+)",
    ),
    (EventAct.ASKED, r"c'est ou,? (?P<what>(?:la |le |les |l').+)"),
)
PATTERNS: Final = tuple((act, re.compile(pattern)) for act, pattern in (*_BEHIND, *_BEFORE))
STATED: Final = next(pattern for act, pattern in PATTERNS if act is EventAct.MOVED)
"""« La réunion sera à 15h », « dure 2h »: no verb of moving, so the rest must be a time and nothing else."""


def matched(pattern: re.Pattern[str], said: str) -> re.Match[str] | None:
    """Return the match of all of *said*; none where who stands there for a guest is not called as people are."""
    found = pattern.fullmatch(said)
    guests = found["guests"] if found is not None and "guests" in pattern.groupindex else ""
    named = all(_GUEST.fullmatch(guest) for guest in _BETWEEN_GUESTS.split(guests)) if guests else True
    return found if named else None
