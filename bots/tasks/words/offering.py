"""What somebody says alone with us that is no command, and sounds like something to do: a task is offered (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.vocabulary import has_words
from bots.tasks.words.drafting import draft

_MUST: Final = tuple(
    tuple(each.split())
    for each in (
        *("il faut que je", "il faut que l'on", "il faut que nous", "il faut qu'on", "il faudrait que je"),
        *("il faudrait", "il va falloir", "il faut", "faut", "je dois", "nous devons", "on doit", "je devrais"),
        *("penser à", "pense à", "ne pas oublier de", "ne pas oublier d'", "n'oublions pas de", "à faire"),
        *("i must", "we must", "i have to", "we have to", "i need to", "we need to", "i should", "we should"),
        *("don't forget to", "do not forget to", "to do", "todo"),
    )
)
_ASKING: Final = frozenset(
    {"qui", "que", "quoi", "quand", "ou", "comment", "combien", "pourquoi", "quel", "quelle", "quels", "quelles"}
    | {"est-ce", "montre", "affiche", "donne", "dis", "liste", "cherche", "explique", "as-tu", "sais-tu"}
    | {"lesquelles", "lesquels"}
    | {"who", "what", "when", "where", "how", "why", "which", "can", "show", "list", "give", "tell", "find", "explain"}
)
_FEWEST: Final = 2


def offered(request: Request, words: list[str]) -> list[str] | None:
    """Return the last of *words* that may be a task; None for what does not sound like one."""
    said = [each for each in words if has_words([each])]
    if not said or "?" in words[-1] or fold(said[0]) in _ASKING:
        return None
    rest = _after_duty(words)
    if rest is not None or not request.direct:
        # Where others read along, only what says that it must be done.
        return rest if rest is not None and len(rest) >= _FEWEST else None
    if request.quoted is not None and request.quoted.attached is not None:
        # A photo with a few words: whoever sends that wants something done about it.
        return words if len(said) >= _FEWEST else None
    found = draft([words], request)
    dated = found.span is not None or found.rule is not None or found.doubt is not None
    return words if dated and len(found.title.split()) >= _FEWEST else None


def _after_duty(words: Sequence[str]) -> list[str] | None:
    folded = [fold(each) for each in words[: max(map(len, _MUST))]]
    duty = next((each for each in _MUST if folded[: len(each)] == [fold(word) for word in each]), None)
    return None if duty is None else [*words[len(duty) :]]
