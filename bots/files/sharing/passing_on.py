"""« Envoie-le au couvreur », below a file: whoever is here needs no link, for others one is asked about (pure)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.words.names.people import whom
from bots.files.library.entry import KIND
from bots.files.library.shelf import File
from bots.files.sharing import asking, saying
from bots.files.sharing.wish import terms

_SENDING: Final = re.compile(
    r"(?:(?:envoi(?:e|es|er|ez)|transme(?:ts|t|ttre|ttez)|fai(?:s|re|tes)[\s-]suivre|partage[rz]?|send|forward|share)[\s-]+"
    r"(?:le|la|les|ça|ca|cela|it|this|them)|(?P<asked>(?:le|la|les)\s|l['’]\s?)(?:envoyer|transmettre|partager)"
    r"|(?:envoie|envoyez|transmets|send)(?=[\s-](?:lui|leur|him|her)))"
    r"[\s-]+(?P<whom>(?:lui|leur|him|her|them)"
    r"|(?:à|a|au|aux|avec|chez|to|with)\s(?!(?:moi|nous|me|us)\b).{1,80}?)[\s.!?]*",
    re.IGNORECASE,
)
_SHARES: Final = re.compile(r"(?:partage|partagez|partager|share)[\s-]", re.IGNORECASE)


def passed_on(request: Request, words: Sequence[str], file: File, *, addressed: bool, questions: bool) -> Reply | None:
    """Return what comes of *words* below *file*; None where they send it to nobody, or are a colleague's to answer.

    *addressed*: they are said to us for sure. *questions*: they end with a question mark. What opens something outwards
    is done at a word of its own.
    """
    found = _SENDING.fullmatch(" ".join(words))
    if found is None or ((questions or found["asked"]) and not addressed):
        # « Tu peux l'envoyer au couvreur ? » may be said to whoever has sent the file.
        return None
    here = whom(found["whom"].split(), request)
    if here is not None:
        return ask(request, saying.is_here(request, here))
    if _SHARES.match(" ".join(words)) and (addressed or (terms(found["whom"].split()) and not questions)):
        # Of us it asks for the link itself; and for how long, or with a password, is said to nobody else.
        return None
    if not request.own:
        return ask(request, saying.guests(request)) if addressed else None
    asked = ask(request, asking.link_instead(request, file, terms(found["whom"].split())))
    return replace(asked, shows=((KIND, file.id),))
