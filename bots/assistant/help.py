"""``!aide``: what can be asked, all of it or one topic."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.markup import Rich, code, fill, listing, text
from bots.assistant.reply import Reply, ask
from bots.assistant.request import Request
from bots.assistant.vocabulary import Command, Vocabulary
from config.texts import Texts, mark

TOPIC: Final = "help"


def help_commands(others: Sequence[Command]) -> tuple[Command, ...]:
    """Return the command that explains *others*."""
    vocabulary = Vocabulary(others)

    def explain(request: Request, rest: list[str]) -> Reply:
        topic = vocabulary.topic(rest)
        chosen = [each for each in others if topic is None or each.topic == topic]
        return ask(request, summary(request.texts, chosen))

    return (
        Command(
            name="help",
            topic=TOPIC,
            forms=("aide", "help"),
            short=("?", "aidez-moi", "aide-moi"),
            handle=explain,
            usage=mark("!help"),
            about=mark("what I can do"),
        ),
    )


def summary(texts: Texts, commands: Sequence[Command]) -> Rich:
    """Return one line for each of *commands*, with an example to copy."""
    gettext = texts.gettext
    head = text(gettext("What you can ask me, in French or in English:"))
    items = [
        fill(gettext("{usage} – {about}"), usage=code(gettext(each.usage)), about=text(gettext(each.about)))
        for each in commands
        if each.usage
    ]
    foot = text(gettext("Edit your message to correct it, delete it to undo it; ✅ on a task marks it done."))
    return listing(head, items, foot)
