"""``!objectif effacer 3 définitivement``: an objective is erased for good; its tasks stay, without it (pure)."""

from dataclasses import dataclass

from bots.assistant.dispatch import for_good
from bots.assistant.dispatch.for_good import Doomed
from bots.assistant.talk.census import Census
from bots.assistant.talk.markup import Rich, code, fill, lines, strong, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right, may, standing
from bots.objectives import replies
from bots.objectives.objective import KIND, Objective
from bots.objectives.work import Work


def erase_needs(request: Request, rest: list[str], census: Census) -> Needs:
    """Return what :func:`erasing` must know of the objective."""
    found, _ = Work.on(request, census).target(rest)
    return NOTHING if found is None else for_good.needs((KIND, found.id))


def erasing(request: Request, rest: list[str], census: Census) -> Reply:
    """Erase one objective for good."""
    if not may(standing(own=request.own), Right.ERASE_OWN):
        return ask(request, replies.may_not(request))
    work = Work.on(request, census)
    found, words = work.target(rest)
    if found is None:
        return work.reply()
    return for_good.erase(request, Doomed((KIND, found.id), found.creator), words, _Sentences(request, found))


@dataclass(frozen=True, slots=True)
class _Sentences:
    """What is said of an objective that is to be erased (:class:`for_good.Sentences`)."""

    request: Request
    objective: Objective

    def question(self) -> tuple[Rich, Rich]:
        gettext = self.request.texts.gettext
        sentence = gettext("Erase objective {number} ({title}) for good? Its tasks stay, without an objective.")
        what = fill(sentence, number=strong(self.objective.label), title=text(self.objective.title))
        how = gettext("Nobody can bring this objective back (“drop” keeps it). To erase it, answer “{words}”.")
        return what, fill(how, words=code(gettext("for good")))

    def only_its_asker(self) -> Rich:
        return self._about(self.request.texts.gettext("Only whoever asked for objective {number} can have it erased."))

    def of_another(self, assistant: Rich) -> Rich:
        sentence = self.request.texts.gettext("Objective {number} was added by {assistant}, which alone can erase it.")
        return fill(sentence, number=strong(self.objective.label), assistant=assistant)

    def along(self, count: int) -> Rich:
        texts = self.request.texts
        sentence = texts.ngettext(
            "Objective {number} came with {count} other thing in one message, and would take it along.",
            "Objective {number} came with {count} other things in one message, and would take them along.",
            count,
        )
        said = fill(sentence, number=strong(self.objective.label), count=text(str(count)))
        return lines((said, text(texts.gettext("“title” and “measure” write something else over what it says."))))

    def erased(self) -> Rich:
        return self._about(
            self.request.texts.gettext(
                "✖ Objective {number} is being erased for good, here and for everybody; its tasks stay."
            )
        )

    def _about(self, sentence: str) -> Rich:
        return fill(sentence, number=strong(self.objective.label))
