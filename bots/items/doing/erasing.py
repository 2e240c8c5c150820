"""``!véhicule effacer 3 définitivement``: an object is erased for good (pure; see ``dispatch/commands/for_good``)."""

from dataclasses import dataclass

from bots.assistant.dispatch.commands import for_good
from bots.assistant.dispatch.commands.for_good import Doomed
from bots.assistant.talk.markup import Rich, code, fill, lines, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.items.doing import asking
from bots.items.doing.work import Work
from bots.items.kind import Item, Kind
from bots.items.speech import Speech


def needs(kind: Kind, request: Request, rest: list[str]) -> Needs:
    """Return what :func:`erase` must know of the object."""
    found, _ = Work.on(kind, request).target(rest)
    return NOTHING if found is None else for_good.needs((kind.name, found.id))


def erase(kind: Kind, request: Request, rest: list[str]) -> Reply:
    """Erase one object for good."""
    if not request.may(Right.ERASE_OWN):
        return ask(request, asking.may_not(request))
    work = Work.on(kind, request)
    found, words = work.target(rest)
    if found is None:
        return work.reply()
    doomed = Doomed((kind.name, found.id), found.creator)
    return for_good.erase(request, doomed, words, _Sentences(request, found))


@dataclass(frozen=True, slots=True)
class _Sentences:
    """What is said of an object that is to be erased (:class:`for_good.Sentences`)."""

    request: Request
    item: Item

    def question(self) -> tuple[Rich, Rich]:
        """Ask whether it shall be erased for good, and say how, with the word that does it."""
        phrases = self.item.kind.phrases
        how = self._speech.sentence(phrases.erase_how)
        return self._say(phrases.erase), fill(how, words=code(self.request.texts.gettext("for good")))

    def only_its_asker(self) -> Rich:
        """Say that only whoever asked for it can have it erased."""
        return self._say(self.item.kind.phrases.only_its_asker)

    def of_another(self, assistant: Rich) -> Rich:
        """Say that it was added by *assistant*, which alone can erase it."""
        return self._say(self.item.kind.phrases.of_another, assistant=assistant)

    def along(self, count: int) -> Rich:
        """Say that *count* others came in one message with it, and what can be done instead."""
        phrases = self.item.kind.phrases
        said = self._say(self._speech.plural(phrases.along, count), count=text(str(count)))
        return lines((said, text(self._speech.sentence(phrases.instead))))

    def erased(self) -> Rich:
        """Say that it is being erased, without a word of what it said."""
        return self._say(self.item.kind.phrases.erased)

    @property
    def _speech(self) -> Speech:
        return Speech(self.item.kind, self.request)

    def _say(self, message: str, **fields: Rich) -> Rich:
        return self._speech.say(message, self.item, **fields)
