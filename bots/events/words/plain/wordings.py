"""How people put what they say below the card of an event: patterns of plain letters (pure)."""

import re
from typing import Final

SMALL_TALK: Final = (
    r"(?:(?:finalement|en fait|du coup|bon|alors|desolee?s?|pardon|oups|attention|non|bonjour|bonsoir|stp|svp|mais|et"
    r"|si|ah|en fin de compte|changement(?: de programme)?|info|petit changement|c'etait une erreur|erreur|actually"
    r"|sorry)(?:[\s,:!.]+|$))*"
)
HOUR: Final = r"(?:\d{1,2} ?(?:heures?|h|:|am|pm)(?: ?[0-5]\d)?|midi|minuit|noon|midnight)"
PEOPLE: Final = r"@[^ ]*[^ ,](?:(?:,| et| and)? @[^ ]*[^ ,])*"
"""« @maire, @dgs et @adjoint ». No name ends in a comma: where one fits in two places, each name doubles the time."""
NO: Final = r"(?:pas|non|jamais|plus|encore|ne|not|never)"
"""What turns a statement round."""
CANNOT: Final = re.compile(
    r"(?:elle|ils?|elles|@[^ ]+|(?:le |la |l'|mme |m\.? )[^,]{2,40}?) (?:ne |n')?(?:peut|peuvent|pourra|pourront|est"
    r"|sont|sera|seront) (?:plus|pas|malade|absente?s?|prise?s?|occupee?s?|indisponible|en conges?)[^,]{0,60}, "
    r"(?:donc |alors )?(?=(?:plutot"
    r"|finalement|du coup|on|decal\w*|report\w*|deplac\w*)\b)"
)
"""« Elle peut plus venir demain, plutôt jeudi »: why it is moved."""
LEAD: Final = len("chez ")
"""What stands before such a name; more is « finalement »."""
MORE: Final = re.compile(r"[, ]+et (?:invite|convie|convoque|ajoute|retire|enleve|decale|deplace|reporte|annule|jusqu)")
"""« Mairie, et invite le maire »: something else is said behind the place."""
FROM_HOUR: Final = re.compile(rf"{SMALL_TALK}(?:a partir de|des|from) (?P<hour>{HOUR})[ .!]*")
TITLED: Final = re.compile(
    rf"{SMALL_TALK}(?:(?:le |son )?(?:titre|nom)(?: de (?:l'evenement|la reunion))?,? (?:c'est|est|sera|devient"
    r"|doit etre)|(?:(?:re)?nomme|appelle|renommer|appeler)[- ](?:la|le|ca)(?: en)?)"
    r"(?: juste| simplement| plutot| maintenant)*[ :]+"
    r"(?P<title>.+)"
)
AT_NAME: Final = re.compile(
    rf"{SMALL_TALK}(?:a|au|chez|in|at) (?!(?:plus|bientot|demain|tout|toute|voir|moi|toi|nous|vous|jamais|faire|table"
    r"|part|lendemain|revoir|soir|matin|travail|peine|propos|suivre|confirmer|la|le|l'|m[oe]n|ma|mes|t[oe]n|ta|son|sa|vos|votre|nos"
    r"|notre|leurs?|quel(?:le)?"
    r"|quoi|cause|cet?|cette|chaque|condition|priori|peu|force|terme|nouveau|deux|trois|partir|vrai|quand)\b)"
    r"(?P<place>[^\W\d][^\d, ]+(?: [^\d, ]+)?)[ .!]*"
)
"""« À Rivemont »: where it is, perhaps."""
