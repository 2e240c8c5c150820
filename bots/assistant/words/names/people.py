"""Whom ``@dgs`` means, among those who are in the room."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from bots.assistant.talk.markup import Rich, fill, join, pill, text
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Place
from bots.assistant.talk.wording import fold, is_seen
from bots.assistant.words.lenient import line
from config.errors import MalformedId
from config.identifiers import UserId

_ME = frozenset({"moi", "me"})
_MAX_NAME = 100
"""Characters of a display name: their server sets it, and no server limits another's."""
_MOST_AHEAD: Final = 5
_AHEAD: Final = frozenset({"pour", "pr", "a", "au", "le", "la", "les", "for", "the", "to"})
_PARTS = re.compile(r"\s*[(),;–—|]\s*|\s+[-/]\s+")
_OF: Final = re.compile(r"(?P<called>[^:@]+?) (?:de |du |des |d'|of )(?P<town>(?:(?:la|le|les) |l')?[^:@]+)")
_ARTICLE = re.compile(r"(?:(?:le|la|les|the|our|notre|mon|ma)\s+|l['’]\s?)", re.IGNORECASE)
_BEHIND: Final = frozenset(
    {
        "et",
        "and",
        "&",
        "pour",
        "sur",
        "a",
        "au",
        "dans",
        "en",
        "avec",
        "puis",
        "for",
        "about",
        "on",
        "in",
        "at",
        "with",
        "then",
    }
)
"""What may stand behind somebody who is named in a sentence."""
_AT_THE: Final = frozenset({"a", "au", "aux", "avec", "chez", "pour", "to", "with", "for"})
_AROUND = ".,;:!?()«»\"'"
_ONESELF: Final = frozenset({"moi", "je", "me"})
TITLES: Final = frozenset({"mme", "madame", "m", "m.", "mr", "monsieur"})
"""What stands before a name: « Mme Lemoine » is called as « la comptable » is."""
_SHORTEST: Final = 3
_FOR: Final = frozenset({"pour", "pr", "a", "au", "for"})
FUNCTION: Final = re.compile(
    r"(?:technicien|voisin|stagiaire|collegue|comptable|secretaire|agent|maire|adjoint|elu|gardien|direct(?:eur|rice)"
    r"|institut(?:eur|rice)|conseill[ei]re?|dgs|dga|dst|drh|cantonnier|plombier|electricien|prefet|notaire|architecte"
    r"|cuisini[ei]re?|animat(?:eur|rice)|atsem|asvp|regisseu[rs]e?|chef|president|tresori[ei]re?|polici[ei]re?"
    r"|menuisier|jardinier|bibliothecaire|apprenti|assistant|responsable|informaticien|archiviste|remplacant"
    r"|intendant|concierge|chauffeur|prestataire|chauffagiste|macon|peintre)(?:ne|e)?s?"
)
"""What people are called by what they do."""
LONG_NAMES: Final = {
    f"{called} {of}".strip(): "dgs"
    for called in ("directeur general", "directrice generale")
    for of in ("", "des services")
}
"""What people call a function whose account has its short name."""


@dataclass(frozen=True, slots=True)
class Person:
    """Exactly one person."""

    user: UserId


@dataclass(frozen=True, slots=True)
class Several:
    """The name fits more than one."""

    typed: str
    users: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class Nobody:
    """The name fits nobody in the room."""

    typed: str


Found = Person | Several | Nobody


class Company(Protocol):
    """Those among whom somebody is named: a request has them, and a scene."""

    @property
    def members(self) -> Mapping[UserId, str | None]:
        """Who has joined, with their display names."""


def is_mention(word: str) -> bool:
    """Tell whether *word* names a person: ``@dgs`` does, ``contact@sdis.fr`` and ``@`` do not."""
    bare = word.strip(_AROUND)
    return len(bare) > 1 and bare[0] == "@" and not bare[1].isspace()


def find(word: str, request: Request) -> Found:
    """Return whom *word* (``@dgs``, a name or a part of it, ``@moi``) means; of two, the one of the sender's server.

    Two people of the same name are never told apart by their servers: that is asked. Another town's assistant is
    nobody: it does nothing that people could be given, and is told of nothing.
    """
    bare = word.strip(_AROUND)
    people = {each: shown for each, shown in request.members.items() if each not in request.partners}
    if ":" in bare:
        return _by_id(bare, people)
    name = fold(bare[1:].replace("\u00a0", " "))
    fitting = [each for each in people if fold(each.localpart) == name]
    if not fitting:
        fitting = [each for each, shown in people.items() if shown and fold(shown) == name]
    if not fitting and name in _ME:
        return Person(request.sender)
    if not fitting:
        fitting = [each for each, shown in people.items() if shown and _begins(fold(shown), name)]
    if not fitting:
        fitting = [user for user, shown in people.items() if shown and name in _functions(fold(shown))]
    if not fitting and name in LONG_NAMES:
        fitting = [user for user in people if fold(user.localpart) == LONG_NAMES[name]]
    if not fitting and len(name) > _SHORTEST:
        fitting = [user for user, shown in people.items() if shown and _ends(fold(shown), name)]
    if not fitting and "." in name:
        # « @dgs.rivemont », as one says it of two towns.
        local, _, town = name.partition(".")
        fitting = [user for user in people if fold(user.localpart) == local and fold(user.server).startswith(town)]
    by_name = not any(fold(user.localpart) == name.partition(".")[0] for user in fitting)
    if len(fitting) > 1 and not by_name:
        near = [each for each in fitting if each.server == request.sender.server]
        fitting = near if len(near) == 1 else fitting
    if len(fitting) == 1:
        return Person(fitting[0])
    return Several(bare, tuple(sorted(fitting))) if fitting else Nobody(bare)


def named_ahead(words: Sequence[str], request: Request) -> list[str]:
    """Return *words* with the id of somebody for ``pour le technicien :`` at their head, where that is one person.

    Only with the colon: « pour le maire, acheter des fleurs » says for whom they are bought.
    """
    colon = next((at for at, word in enumerate(words[:_MOST_AHEAD]) if word.endswith(":")), None)
    if colon is None:
        return [*words]
    head = [*words[:colon], words[colon].rstrip(":")]
    called = [word for word in head if word and fold(word) not in _AHEAD]
    if not called or called[0][0] in '@«"“' or any(fold(word) in _AHEAD for word in called[1:]):
        return [*words]
    name = fold("@" + " ".join(called).removeprefix("l'").removeprefix("l’"))
    found = find(name, request)
    return [str(found.user), *words[colon + 1 :]] if isinstance(found, Person) else [*words]


def stranger_ahead(words: Sequence[str]) -> tuple[Nobody, list[str]] | None:
    """Return who is called in « pour la voisine : rappeler … », where :func:`named_ahead` found nobody, and the rest.

    Only a function or a proper name: « pour la fête : commander … » says what it is about.
    """
    colon = next((at for at, word in enumerate(words[:_MOST_AHEAD]) if word.endswith(":")), 0)
    called = [word for word in (*words[1:colon], words[colon].rstrip(":")) if word] if colon else []
    if not called or fold(words[0]) not in _FOR or not has_letters(words[colon + 1 :]):
        return None
    bare = [word for word in called if fold(word) not in _AHEAD]
    function = len(bare) == 1 and FUNCTION.fullmatch(fold(bare[0]).removeprefix("l'")) is not None
    return (Nobody(" ".join(called)), [*words[colon + 1 :]]) if function or name_in(called) else None


def has_letters(words: Sequence[str]) -> bool:
    """Tell whether *words* hold a letter."""
    return any(letter.isalpha() for word in words for letter in word)


def _begins(shown: str, name: str) -> bool:
    """Tell whether *name* is a word at the beginning of a display name: “@Éric” of “Éric Le Goff (DGS)”."""
    return shown.startswith(name) and not shown[len(name) : len(name) + 1].isalnum()


def _ends(shown: str, name: str) -> bool:
    """Tell whether *name* is what a person's name ends with: “Lemoine” of “Sophie Lemoine (accueil)”."""
    first = _PARTS.split(shown)[0]
    return first.endswith(f" {name}") and first.count(" ") == name.count(" ") + 1


def _functions(shown: str) -> frozenset[str]:
    """Return what a display name says beside the name: “dgs” of “Éric Le Goff (DGS)”, “élu” of “M. Roy, élu”."""
    return frozenset(part.strip() for part in _PARTS.split(shown)[1:])


def called_so(words: Sequence[str], request: Request) -> tuple[int, Person | Several | None]:
    """Return how many of *words* name somebody by their function or their whole name, and whom; None: they do not.

    ``le dgs``, ``la comptable``, ``Sophie Bernard``; by function of our own town only: no partner's mayor is meant by
    ``le maire``. What goes on behind it (``le maire adjoint``) names somebody else.
    """
    end = next((at for at, word in enumerate(words[: _MOST_AHEAD + 1]) if fold(word) in _BEHIND), len(words))
    end = next((at + 1 for at, word in enumerate(words[:end]) if word[-1:] in ",;."), end)
    said = " ".join(words[:end]).strip(_AROUND)
    bare = _ARTICLE.sub("", said)
    if not bare or end > _MOST_AHEAD or (bare == said and " " not in bare) or bare[0] == "@":
        return 0, None
    theirs = _of_town(bare, request)
    if theirs is not None:
        return end, theirs
    found = find(f"@{bare}", request)
    own = found.users if isinstance(found, Several) else (found.user,) if isinstance(found, Person) else ()
    by_function = bare != said
    if isinstance(found, Nobody) or (by_function and any(user.server != request.sender.server for user in own)):
        return 0, None
    return end, replace(found, typed=said) if isinstance(found, Several) else found


def _of_town(bare: str, request: Request) -> Person | None:
    """Return the one person whom a function and the town mean: ``secrétaire de Rivemont``, ``maire de la Roche``."""
    said = _OF.fullmatch(fold(bare).replace("’", "'"))
    town = "" if said is None else _plainly(said["town"])
    if said is None or not town:
        return None
    there = {user: shown for user, shown in request.members.items() if _plainly(user.server.split(".")[0]) == town}
    found = find(f"@{said['called']}", replace(request, members=there)) if there else None
    return found if isinstance(found, Person) else None


def _plainly(town: str) -> str:
    return re.sub(r"[\s'-]", "", fold(town))


def whom(words: Sequence[str], request: Request) -> UserId | None:
    """Return the one person here whom ``à la comptable``, ``avec @dgs`` or ``au dst`` names; None: nobody here."""
    said = [*words]
    if said and fold(said[0]) in _AT_THE:
        # « au dst » is « à le dst ».
        said = [*(["le"] if fold(said[0]) in ("au", "aux") else []), *said[1:]]
        if len(said) > 1 and fold(said[0]) in TITLES:
            said = ["la", *said[1:]]
    if len(said) == 1 and is_mention(said[0]):
        found: Found | None = find(said[0], request)
    else:
        count, found = called_so(said, request)
        found = found if count == len(said) else None
    return found.user if isinstance(found, Person) else None


def somebody(words: Sequence[str], request: Request) -> UserId | None:
    """Return the one person here whom *words* of a sentence name: ``moi``, ``Paul``, or as :func:`whom` says."""
    said = [word.strip(",;:.!()") for word in words]
    if len(said) == 1 and fold(said[0]) in _ONESELF:
        return request.sender
    if len(said) > 1 and fold(said[0]) in TITLES:
        said = ["la", *said[1:]]
    if len(said) == 1 and said[0][:1].isupper() and len(said[0]) >= _SHORTEST:
        found = find(f"@{said[0]}", request)
        # « DGS s'en charge » is our own; and nobody gives us anything to do.
        ours = isinstance(found, Person) and found.user.server == request.sender.server
        return found.user if isinstance(found, Person) and ours and found.user != request.served_by else None
    return whom(said, request) if said and said[0] else None


def anybody(words: Sequence[str], request: Request) -> UserId | None:
    """Return the same, and of functions also another town's: ``le maire``; only where it is asked about."""
    bare = _ARTICLE.sub("", " ".join(words).strip(_AROUND))
    found = find(f"@{bare}", request) if bare and bare[0] != "@" else None
    return somebody(words, request) or (found.user if isinstance(found, Person) else None)


def name_in(words: Sequence[str]) -> str:
    """Return the name that *words* are, whoever bears it: ``à Mme Lemoine``, ``Sophie Bernard``; "" for none."""
    said = [word.strip(_AROUND) for word in words]
    said = said[1:] if said and fold(said[0]) in _AT_THE else said
    bare = said[1:] if said and fold(said[0]) in TITLES else said
    proper = bool(bare) and len(bare) < _MOST_AHEAD and all(word[:1].isupper() or "-" in word for word in bare)
    return " ".join(said) if proper else ""


def _by_id(typed: str, people: Collection[UserId]) -> Found:
    try:
        user = UserId.parse(typed)
    except MalformedId:
        return Nobody(typed)
    return Person(user) if user in people else Nobody(typed)


def name_of(user: UserId, request: Company) -> Rich:
    """Return *user* as a pill; in plain text ``@dgs``, or the whole id when somebody else here is called so too.

    Of somebody who is not here the whole id, and no pill: clients would draw it as the part before the colon.
    """
    if user not in request.members:
        return text(str(user))
    alike = [each for each in request.members if each.localpart == user.localpart and each != user]
    plain = str(user) if alike else f"@{user.localpart}"
    return pill(user, plain, called(user, request) or plain)


def called(user: UserId, request: Company) -> str | None:
    """Return the display name of *user*, as one line; None where there is none, or none that anybody would see."""
    name = line(request.members.get(user), _MAX_NAME)
    return name if is_seen(name) else None


def said_of(person: UserId, voucher: UserId | None, request: Place) -> Rich:
    """Return *person* as a pill; beside the assistant that says so (*voucher*), where that is not their homeserver's.

    A homeserver speaks only for its own people: of anybody else's it can only say what they are supposed to have done.
    """
    if voucher is None or voucher.server == person.server:
        return name_of(person, request)
    sentence = request.texts.gettext("{assistant} on behalf of {person}")
    return fill(sentence, assistant=name_of(voucher, request), person=name_of(person, request))


def names_of(users: Iterable[UserId], request: Company, most: int = 10) -> Rich:
    """Return the pills of *users*, the first *most* of them."""
    held = tuple(users)
    shown = [name_of(each, request) for each in held[:most]]
    return join(", ", shown if len(held) <= most else [*shown, text(f"+{len(held) - most}")])
