"""``!annuler``: takes back what somebody asked for last, or what they answer (pure).

The same as deleting the command, for those who do not think of it, or whose client cannot.
"""

import re
from collections.abc import Callable
from typing import Final

from bots.assistant.talk.markup import code, fill, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.wording import has_words, unaccented
from bots.assistant.words.commands.command import Command
from bots.register.format.operation import Change
from config.texts import mark

TOPIC: Final = "help"

_LAST: Final = re.compile(
    r"(?:ca|cela|ce changement|cette (?:derniere )?(?:modif|modification|action|operation)|la derniere(?: modif"
    r"| modification| action| operation)?|le dernier(?: changement| ajout)?|ma derniere (?:demande|commande|modif"
    r"|modification|action)|ce que (?:je viens de|j'ai) (?:faire|fait|dire|dit)|mon dernier (?:message|changement)"
    r"|that|it|the last one)"
    r"(?:[\s]*[,;:.!(–-]+.*)?"
)
"""What « annule » names when it takes back what was done last; behind a comma stands why."""

Undone = Callable[[Request, tuple[Change, ...]], Reply]
"""Says what taking back these changes, an inverse, does."""


def undo_command(undone: Undone) -> Command:
    """Return the command, which has *undone* say what it takes back."""

    def handle(request: Request, rest: list[str]) -> Reply:
        gettext = request.texts.gettext
        if not _is_alone(rest):
            sentence = gettext("“{undo}” alone takes back what you asked for last. To drop a task: {drop}")
            return ask(request, fill(sentence, undo=code(gettext("!undo")), drop=code(gettext("!task drop 12"))))
        last = request.last
        if last is None:
            return ask(request, text(gettext("I find nothing of yours here, since yesterday, that I could take back.")))
        return undone(request, last.inverse)

    return Command(
        name="undo",
        topic=TOPIC,
        forms=("annuler", "annule", "annulez", "défaire", "undo"),
        short=("remets comme c'était", "remets comme avant", "remets tout comme avant", "reviens en arrière"),
        handle=handle,
        usage=mark("!undo"),
        about=mark("takes back what you asked for last here, or what you answer"),
        essential=True,
        needs=lambda _, rest: Needs(last=_is_alone(rest)),
    )


def _is_alone(rest: list[str]) -> bool:
    """Tell whether nothing but what was done last is named, perhaps with a reason: « annule ça, je me suis trompé »."""
    return not has_words(rest) or _LAST.fullmatch(unaccented(" ".join(rest))) is not None
