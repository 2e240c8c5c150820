"""``!aide``: what can be asked, the essential, one topic, or all of it."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, listing, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.command import Command
from bots.assistant.words.commands.vocabulary import Vocabulary
from config.texts import Texts, mark

TOPIC: Final = "help"
_ASIDE: Final = re.compile(r"\s*[;(]\s?")
_TASKS: Final = "task"
"""The topic whose cards the last line speaks of."""
_ALL: Final = frozenset({"tout", "toutes", "tous", "all", "everything"})

_WHAT: Final = (
    *("qu'est-ce que tu sais faire", "que sais-tu faire", "tu sais faire quoi", "qu'est-ce que tu peux faire"),
    *(
        "faire quoi",
        "faire quoi pour moi",
        "m'aider à quoi",
        "m'aider à faire quoi",
        "tu sers à quoi",
        "à quoi sers-tu",
    ),
    *("qui es-tu", "tu es qui", "présente-toi", "comment tu marches", "comment tu fonctionnes", "who are you"),
    *("que peux-tu faire", "tu peux faire quoi", "à quoi tu sers", "comment ça marche", "que savez-vous faire"),
    *("qu'est-ce que vous savez faire", "que pouvez-vous faire", "what can you do", "how does it work"),
)
_HOW: Final = (
    *("comment je fais pour", "comment faire pour", "comment on fait pour", "comment fait-on pour", "comment puis-je"),
    *("comment je peux", "comment peut-on", "comment est-ce que je fais pour", "explique-moi comment", "how do I"),
    *("how can I", "help me to", "help me"),
)
_LITTLE: Final = frozenset(
    {
        "a",
        "de",
        "d",
        "pour",
        "comment",
        "je",
        "moi",
        "on",
        "un",
        "une",
        "le",
        "la",
        "les",
        "des",
        "du",
        "mon",
        "ma",
        "mes",
    }
    | {"avec", "sur", "to", "i", "the", "my", "me", "how", "do", "fais", "faire", "fait"}
)
"""What says nothing of which topic it is."""
_ALIKE: Final = {
    **dict.fromkeys(("mettre", "noter", "inscrire", "creer", "rajouter", "faire", "poser", "planifier"), "ajouter"),
    **dict.fromkeys(("bouger", "changer", "modifier", "repousser"), "deplacer"),
    **dict.fromkeys(("supprimer", "enlever"), "annuler"),
}
"""What people say for the verb of a command."""
_FEW: Final = 2


def help_commands(others: Sequence[Command]) -> tuple[Command, ...]:
    """Return the command that explains *others*."""

    @cache
    def vocabulary() -> Vocabulary:
        # Few people ask: it is as large as the dispatcher's own.
        return Vocabulary(others)

    def explain(request: Request, rest: list[str]) -> Reply:
        one = _one(request, vocabulary(), rest) if len(_said(rest)) > 1 else []
        if one:
            return ask(request, lines(_line(request, each) for each in one))
        if {fold(each) for each in rest} & _ALL:
            return ask(request, summary(request, others))
        topic = _topic(vocabulary(), rest)
        if topic is not None:
            return ask(request, summary(request, [each for each in others if each.topic == topic]))
        essential = summary(request, _by_theme(request.texts, others), briefly=True)
        return ask(request, lines((essential, _more(request.texts, others))))

    return (
        Command(
            name="help",
            topic=TOPIC,
            forms=("aide", "help"),
            short=("?", "aidez-moi", "aide-moi", *_HOW, *_WHAT),
            handle=explain,
            usage=mark("!help"),
            about=mark("what I can do"),
        ),
    )


def _by_theme(texts: Texts, commands: Sequence[Command]) -> list[Command]:
    """Return the first of the essential *commands* that begins with each noun: « !tâche », « !agenda »."""
    found: dict[str, Command] = {}
    for command in commands:
        if command.essential and command.usage:
            found.setdefault(texts.gettext(command.usage).split()[0].removesuffix("s"), command)
    return [*found.values()]


def _said(rest: Sequence[str]) -> list[str]:
    folded = (fold(word).strip(".,;:!?") for word in rest)
    return [word for word in folded if word and word not in _LITTLE]


def _topic(vocabulary: Vocabulary, rest: Sequence[str]) -> str | None:
    noun = vocabulary.noun(_said(rest)) if len(rest) > 1 else None
    return vocabulary.topic(rest) if noun is None else noun[1]


def _one(request: Request, vocabulary: Vocabulary, rest: Sequence[str]) -> list[Command]:
    """Return what does what *rest* asks about, « à déplacer une réunion »: by its verb, of the topic of its noun."""
    said = _said(rest)
    noun, topic = vocabulary.noun(said) or ("", "")
    verbs = {_ALIKE.get(word, word) for word in said if word != noun}
    shown = [each for each in vocabulary.commands if each.usage]
    of_topic = [each for each in shown if each.topic == topic]
    by_verb = [each for each in of_topic if verbs & _verbs(each)]
    told = [each for each in of_topic if verbs & _told(request, each)]
    return (by_verb or told or [each for each in shown if verbs & {fold(form) for form in each.forms}])[:_FEW]


def _told(request: Request, command: Command) -> set[str]:
    """Return the words of what is said of *command* in the help: « de même « annuler » »."""
    return {fold(word).strip("«»“”.,;:\u202f\u00a0 ") for word in request.texts.gettext(command.about).split()}


def _verbs(command: Command) -> set[str]:
    return {fold(word) for form in command.forms for word in form.split()[1:]}


def _more(texts: Texts, commands: Sequence[Command]) -> Rich:
    """Say how to ask for the rest, topic by topic."""
    gettext = texts.gettext
    usages = {each.topic: gettext(each.usage) for each in reversed(commands) if each.usage and each.topic != TOPIC}
    words = [usage.split()[0].lstrip("!") for usage in reversed(usages.values())]
    topics = join(", ", [code(gettext("!help {topic}").format(topic=each)) for each in words])
    return fill(gettext("More of each: {topics}; everything: {all}"), topics=topics, all=code(gettext("!help all")))


def summary(request: Request, commands: Sequence[Command], *, briefly: bool = False) -> Rich:
    """Return one line for each of *commands*, with an example to copy; *briefly*: and no more than what it does."""
    gettext = request.texts.gettext
    head = text(gettext("What you can ask me, in French or in English:"))
    items = [_line(request, each, briefly=briefly) for each in commands if each.usage]
    edit = text(gettext("Edit your message to correct it, delete it to undo it."))
    react = text(
        gettext("On a task, press ✅ done, 👀 I take it, ⏰ remind me, 🗑 drop; on anybody's message, 📌 makes a task.")
    )
    about_tasks = not {each.topic for each in commands} - {_TASKS} or len({each.topic for each in commands}) > 1
    return listing(head, items, lines((edit, react)) if about_tasks else edit)


def _line(request: Request, command: Command, *, briefly: bool = False) -> Rich:
    gettext = request.texts.gettext
    about = _brief(request, command) if briefly else _about(request, command)
    return fill(gettext("{usage} – {about}"), usage=code(gettext(command.usage)), about=about)


def _brief(request: Request, command: Command) -> Rich:
    """Return what *command* does, without what else can be said of it."""
    return text(_ASIDE.split(request.texts.gettext(command.about), maxsplit=1)[0])


def _about(request: Request, command: Command) -> Rich:
    """Return what *command* is about, and what else is said like it."""
    gettext = request.texts.gettext
    about = text(gettext(command.about))
    if not command.also:
        return about
    verbs = [french if request.language == "fr" else english for french, english in command.also]
    named = [fill(gettext("“{words}”"), words=text(verb)) for verb in verbs]
    return fill(gettext("{about}; also {verbs}"), about=about, verbs=join(", ", named))
