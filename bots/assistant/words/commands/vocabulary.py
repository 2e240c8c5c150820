"""The words that commands are made of, as one table in both languages."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.commands.command import Call, Command
from bots.assistant.words.commands.courtesy import essence, thanks_somebody
from bots.assistant.words.commands.suggestion import Form, Heads, by_head, by_nearness, distance, near, nearest

_SAID_FOR: Final = {
    **dict.fromkeys(("disponibilite", "disponibilites", "dispo", "dispos", "disponible", "creneau", "libre"), "agenda"),
    **dict.fromkeys(("rendez-vous", "rdv", "reunion", "reunions", "evenements", "conseil", "ics", "meeting"), "agenda"),
    **dict.fromkeys(("lien", "liens", "partage", "partager", "citoyen", "mot", "link", "links"), "partages"),
    **dict.fromkeys(("citoyens", "administres", "habitants", "parents", "justificatif", "justificatifs"), "depots"),
    **dict.fromkeys(("fichier", "document", "documents", "dossier", "dossiers", "ranger", "file"), "fichiers"),
    **dict.fromkeys(("rappel", "rappeler", "rappelle", "alarme", "reminder"), "rappels"),
    **dict.fromkeys(("conges", "conge", "vacances", "absent", "absences"), "absence"),
}
"""What people call a topic that its commands call otherwise."""
_LEAST_TOPIC: Final = 3
_NO_SLIPS: Final = frozenset(
    {"faut", "donne", "donner", "donnez", "mariage", "mariages", "dis", "dites", "trouve", "fais"}
)
"""Words that are their own, however near they are to a verb of ours."""


_PARTICIPLE: Final = re.compile(
    r"[^\W\d]{2,}ée?s?|(?:fini|fait|rendu|reçu|ouvert)e?s?|done|finished|sent", re.IGNORECASE
)


_of_ours: Final = lru_cache(8_192)(fold)
"""Folds the words of commands, never what somebody says: fifty thousand of them at a start, of which few differ."""


@lru_cache(4_096)
def _known_by(forms: tuple[str, ...]) -> Mapping[Form, str]:
    """Return how each of *forms* is looked up, with how it is written: the same ones count in several tables."""
    folded = {tuple(map(_of_ours, form.split())): form for form in forms}
    # « qu'est ce qui est en retard » : few people type the hyphen.
    loose = {tuple(_of_ours(form.replace("-", " ")).split()): form for form in forms if "-" in form}
    return {**folded, **{form: written for form, written in loose.items() if form not in folded}}


class Vocabulary:
    """All that the assistant understands."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self.commands: Final = tuple(commands)
        self._written: dict[Form, str] = {}
        self._long = {form: each for each in self.commands for form in self._fold(each.forms)}
        self._short = self._by_form(lambda command: command.short)
        self._on_message = {form: each for each in self.commands for form in self._fold(each.on_message)}
        self._bare: dict[Form, list[Command]] = {}
        for command in self.commands:
            for form in self._fold(command.bare):
                self._bare.setdefault(form, []).append(command)
        self._banged = self._by_form(lambda command: command.banged)
        self._apart = {form: each for each in self.commands for form in self._fold(each.apart)}
        self._on_card: dict[Form, list[Command]] = {}
        for command in self.commands:
            for form in self._fold(command.on_card):
                self._on_card.setdefault(form, []).append(command)
        self._heads = frozenset(form[0] for form in self._long)
        self._longest = max(map(len, self._written), default=0)

    def _by_form(self, forms: Callable[[Command], tuple[str, ...]]) -> dict[Form, tuple[Command, ...]]:
        """Return the commands that each form calls, those that come last in the table first."""
        called: dict[Form, tuple[Command, ...]] = {}
        for command in reversed(self.commands):
            known = self._fold(forms(command)).keys()
            # Of tens of thousands few call several: one tuple for all the others of a command.
            several = {form: (*called[form], command) for form in called.keys() & known}
            called.update(dict.fromkeys(known, (command,)))
            called.update(several)
        return called

    def _fold(self, forms: tuple[str, ...]) -> Mapping[Form, str]:
        known = _known_by(forms)
        self._written.update(known)
        return known

    def read(self, words: Sequence[str], *, addressed: bool, banged: bool = False, apart: bool = False) -> Call | None:
        """Return the command that *words* begin with: the longest form that fits.

        *addressed*: only we can be meant. *banged*: behind ``!``, or behind our name, where others read along. *apart*:
        nobody else reads it.
        """
        folded = self._folded(words)
        for length in range(len(folded), -1, -1):
            form, rest = folded[:length], list(words[length:])
            private = self._apart.get(form) if apart else None
            if private is not None and _may_follow(private, rest):
                return Call(private, rest)
            called = list(self._called(form, rest, addressed=addressed, banged=banged))
            if called:
                return Call(called[0], rest, tuple(other for other in called[1:] if other is not called[0]))
        return None

    def _called(self, form: Form, rest: list[str], *, addressed: bool, banged: bool) -> Iterator[Command]:
        """Yield what *form* calls: with its noun, by its verb alone, as others here would read it, as we alone do."""
        whole = self._long.get(form)
        if whole is not None and (_may_follow(whole, rest) or (whole.otherwise is not None and whole.otherwise(rest))):
            yield whole
        for command in self._bare.get(form, ()) if addressed or banged else ():
            if command.bare_takes is None or command.bare_takes(rest):
                yield command
        short = (*(self._banged.get(form, ()) if banged else ()), *(self._short.get(form, ()) if addressed else ()))
        yield from (command for command in short if _may_follow(command, rest))

    def read_on_card(self, request: Request, words: Sequence[str]) -> Call | None:
        """Return what *words*, an answer to a card, ask; None for conversation, which is most of what people say there.

        Exactly what is said is understood: no slips, no suggestions, and of what ends in a question mark only what
        ``asks``.
        """
        said, asking = essence(words), bool(words) and "?" in words[-1]
        if asking and said:
            said = [*said[:-1], said[-1].rstrip(" ?\u00a0\u202f")]
        if not said or thanks_somebody(words, said):
            return None
        folded = self._folded(said)
        for length in range(len(folded), -1, -1):
            rest = list(said[length:])
            for command in self._on_card.get(folded[:length], ()):
                if asking and not command.asks:
                    continue
                if command.fits(request, rest) if command.fits is not None else not has_words(rest):
                    return Call(command, rest)
        return None

    def begins_on_card(self, words: Sequence[str]) -> bool:
        """Tell whether *words* begin with a verb that stands in answers to cards, or with a name or a sign."""
        folded = self._folded(words)
        lengths = range(len(folded), 0, -1)
        return any(folded[:length] in self._on_card for length in lengths) or (
            words[0][0] in "@#" and len(words[0]) > 1
        )

    def read_on_message(self, words: Sequence[str]) -> Call | None:
        """Return what *words*, no command by themselves, ask of the message that they answer: ``!tâche @dgs vendredi``.

        Not where they are nearly a command: that is asked about.
        """
        folded = self._folded(words)
        for length in range(len(folded), 0, -1):
            noun = folded[:length]
            command = self._on_message.get(noun)
            if command is not None:
                verbs = [form for form in self._long if form[:length] == noun and len(form) > length]
                return Call(command, list(words[length:])) if nearest(folded, verbs) is None else None
        return None

    def knows(self, word: str) -> bool:
        """Tell whether *word* is, or is nearly, one that our commands begin with."""
        folded = fold(word)
        return any(near(folded, head) is not None for head in self._heads)

    @cached_property
    def _nearly(self) -> Mapping[bool, tuple[Mapping[Form, Command], Heads]]:
        """What is looked through for slips, where only we can be meant and where not."""
        short = {form: called[0] for form, called in self._short.items() if not called[0].exact}
        all_of = {**short, **self._long}
        return {False: (self._long, by_head(self._long)), True: (all_of, by_head(all_of))}

    def suggest(self, words: Sequence[str], *, addressed: bool) -> tuple[str, list[str]] | None:
        """Return the form that *words* may have been meant for, as it is written, and the words after it."""
        known, heads = self._nearly[addressed]
        said = self._folded(words)
        # What may follow is asked last: to read it may mean to look for days in it, for each of a thousand forms.
        found = next(
            (
                form
                for form in by_nearness(said, heads)
                if (said[:1] == form[:1] or said[0] not in _NO_SLIPS)
                and not (_is_another(said, form) or _is_told(words, said, form))
                and _may_follow(known[form], words[len(form) :])
            ),
            None,
        )
        if found is not None:
            return self._written[found], list(words[len(found) :])
        return self._guess(words)

    def offer(self, request: Request, words: Sequence[str]) -> tuple[str, list[str]] | None:
        """Return the short form of a command that *words*, none of themselves, could be about, and those words."""
        for command in self.commands:
            rest = command.offers(request, [*words]) if command.offers is not None else None
            if rest:
                return command.short[0], rest
        return None

    def _guess(self, words: Sequence[str]) -> tuple[str, list[str]] | None:
        """Suggest a verb for a noun that came without one: ``!tâche relancer le SDIS``, ``!tâche 12``."""
        noun = nearest(self._folded(words[:1]), [form for form in self._long if len(form) == 1])
        if noun is None:
            return None
        for command in self.commands:
            rest = command.guess(list(words[1:])) if command.guess else None
            form = next((form for form, each in self._long.items() if each is command and form[:1] == noun), None)
            if rest is not None and form is not None:
                return self._written[form], rest
        return None

    def topic(self, words: Sequence[str]) -> str | None:
        """Return the topic whose commands begin with the first of *words*, or have it among theirs; slips allowed."""
        said = [_SAID_FOR.get(fold(word.lstrip("!")), fold(word.lstrip("!"))) for word in words if has_words([word])]
        if not said:
            return None
        heads = self._topics(lambda form: form[:1])
        first = heads.get(said[0]) or self._topics(lambda form: form).get(said[0])
        if first is not None:
            return first
        found = nearest((said[0],), {(head,) for head in heads})
        return None if found is None else heads[found[0]]

    def noun(self, words: Sequence[str]) -> tuple[str, str] | None:
        """Return which of *words*, folded, is the noun of a topic, and that topic; a verb, « partager », is none."""
        said = [word for word in words if not word.endswith("er") or word.endswith("ier")]
        heads = {form[0]: command.topic for form, command in reversed(self._long.items())}
        found = [(word, _SAID_FOR.get(word, word)) for word in sorted(said, key=lambda word: word not in _SAID_FOR)]
        return next(((word, heads[head]) for word, head in found if head in heads), None)

    def _topics(self, words: Callable[[Form], Form]) -> dict[str, str]:
        """Return the topic of each of the *words* of our forms: what is said with its noun comes first."""
        found: dict[str, str] = {}
        for forms in (lambda command: command.forms, lambda command: (*command.short, *command.banged)):
            for command in self.commands:
                for form in forms(command):
                    folded = tuple(fold(word) for word in form.replace("'", "' ").split())
                    for word in words(folded) if len(form) > _LEAST_TOPIC else ():
                        found.setdefault(word, command.topic)
        return found

    def _folded(self, words: Sequence[str]) -> Form:
        return tuple(fold(word) for word in words[: self._longest])


def _is_another(said: Form, form: Form) -> bool:
    """Tell whether what stands for a verb of ours is one of its own: ``payer`` is no slip of ``rayer``.

    Nor is ``relever`` one of ``répéter``: two letters are another verb.
    """
    return any(
        typed != verb
        and len(typed) > _LEAST_TOPIC
        and typed.endswith(("er", "ir", "re"))
        and (typed[:1] != verb[:1] or distance(typed, verb) > 1)
        for typed, verb in zip(said, form, strict=False)
    )


def _is_told(words: Sequence[str], said: Form, form: Form) -> bool:
    """Tell whether *words* say how something of another name stands: « rapport terminé » is no slip of ``report``."""
    told = _PARTICIPLE.fullmatch(words[-1].rstrip(" .!")) is not None and not any(map(str.isdigit, "".join(words)))
    return told and any(distance(typed, verb) > 1 for typed, verb in zip(said, form, strict=False))


def _may_follow(command: Command, words: Sequence[str]) -> bool:
    """Tell whether *words* may stand after a form of *command*."""
    return not (command.alone and has_words(words)) and (command.takes is None or command.takes(list(words)))
