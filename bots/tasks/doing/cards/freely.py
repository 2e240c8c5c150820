"""What a sentence below a task's card asks for: « c'est le dgs qui le fait », « en fait c'est pour le 14 » (pure).

The rows of ``answers`` are verbs with what they take. Here are the sentences around them: with « finalement » before,
a reason behind, « le » for the task. What names nobody, no day and no change is none, and stays a comment.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import has_words, unaccented
from bots.assistant.words.charged import may_be_name
from bots.assistant.words.names.people import Found, Nobody, Person, Several, find, somebody
from bots.assistant.words.names.whom import unclear
from bots.assistant.words.objects.titled import is_titled, parts_of
from bots.tasks.doing import dates, parts, plain
from bots.tasks.doing.statuses import set_status
from bots.tasks.doing.work import Work
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import COMMENT, KIND, Priority, Status, Task
from bots.tasks.saying import replies
from bots.tasks.words.timing import timing
from bots.when.finding import find as time_in
from bots.when.values import When, understood

_Act = Callable[[Work, Task, re.Match[str], str], bool]
_TRAIL: Final = re.compile(
    r"(?:[\s,;.!]+(?:finalement|plutot|du coup|en fait|stp|svp|merci|instead|please|actually))+$"
)
_LONGEST: Final = 160
"""Characters: who says more tells people something."""
_LEAD: Final = re.compile(
    r"^(?:(?:et|puis|non|nan|finalement|en fait|enfait|du coup|plutot|bon|alors|ah|euh|oups|pardon"
    r"|mince|au final|mais|donc|actually|sorry|no|rather)\b[\s,:.!]*)+(?=\S)"
)
_REASON: Final = re.compile(
    r"[\s,;.:(–-]+(?:vu qu|car\b|parce qu|puisqu|etant donne qu|comme (?:il|elle|on)\b|because\b|since\b"
    r"|(?<=[,;.(] )(?:il|elle|ils|elles) (?!faut|faudr)\S+).*$"
)
_MISTAKEN: Final = re.compile(
    r"[\s,;.!:-]*(?:ce n'est|c'?est|c est) (?:pas|plus) (?:du tout )?(?:ca|cela|bon|la bonne|le bon|juste)\b.*$"
    r"|[\s,;.!:-]*(?:c'?est une erreur|je me suis trompee?).*$"
)
_WISH: Final = r"(?:(?:il )?(?:faut|faudrait)|tu peux|on peut|vous pouvez|merci de|je veux|je voudrais|on va|on doit)"
_BE: Final = r"(?:c'?est|ce sera|ca sera|ce serait|elle est|il est|elle sera|il sera)"
_DO: Final = (
    r"(?:fai[ts]|ferai?|faire|fasse|occupe(?:r|ra|rai)?|charge(?:r|ra|rai)?|gere(?:r|ra|rai)?|prend(?:s|ra|rai|re)?"
    r"|prenne|sui[ts]|suivre|traite(?:r|ra|rai)?)"
)
_IT: Final = r"(?:s'en |m'en |le |la |l'|y )"
_NAME: Final = r"(?:@\S+|[^,;:.!?]{2,40}?)"
_WHO: Final = rf"(?P<who>{_NAME})"
_DROPS: Final = (
    re.compile(
        rf"(?:{_WISH} )?(?:la |le |l')?(?:supprim|annul|abandonn)(?:e|er|ez)?"
        r"(?:[- ](?:la|le|ca|cela|tout))?(?: (?:cette|la) tache)?"
    ),
    re.compile(rf"(?:{_WISH} )?(?:enlev|retir|vir)(?:e|er|ez)? (?:cette|la) tache"),
    re.compile(
        r"(?:ce n'|c'?|n'|il )?(?:est |y a |on a )?(?:plus|pas) (?:la peine|besoin|necessaire|utile|d'actualite)"
        r"(?: de (?:le |la )?faire)?"
    ),
    re.compile(r"(?:on |nous )?laiss(?:e|es|er|ez|ons)(?: ca| cela)? tomber|(?:c'?est )?tombee? a l'eau|sans objet"),
)
_DROPS_BECAUSE: Final = tuple(re.compile(rf"(?:{each.pattern})\s*[,;.!:(–](?P<why>.+)") for each in _DROPS[2:])
_MAY_DROP: Final = re.compile(
    rf"(?:{_WISH} )?(?:la |le |l')?(?:enlev|retir|vir)(?:e|er|ez)?(?:[- ](?:la|le|ca|cela|tout))?"
)
"""They drop the task, or take off whoever was just put there: « enlève-le »."""
_URGENT: Final = re.compile(
    r"(?:(?P<what>[^,;:.!?]{2,60}?),? )??(?:(?:c'?est|est|devient|is|it's) )?(?:tres |vraiment |super |very )?"
    r"(?:a (?:faire|traiter) )?(?:urgent|urgente|prioritaire|en urgence|d'urgence)"
)
_IS_WHO: Final = (
    re.compile(rf"(?:{_BE} )?(?:a |pour )?{_WHO} qui (?:doit |dois |devra |va |vais )?{_IT}{_DO}"),
    re.compile(rf"(?:{_BE} )?(?P<who>(?:a|au) {_NAME}) (?:de |d'){_IT}?{_DO}"),
    re.compile(rf"(?:il )?(?:faut|faudrait) que {_WHO} {_IT}{_DO}"),
    re.compile(
        r"(?:donn|pass|confi|attribu|assign|refil)(?:e|er|ez)?[- ](?:la|le|ca) (?:plutot )?"
        rf"(?P<who>(?:a|au) {_NAME})"
    ),
    re.compile(rf"(?:donn|confi|attribu|assign|refil|fil)(?:e|er|ez)? (?P<who>(?:a|au) {_NAME})"),
)
"""They say who it is: a name that nobody has is asked about."""
_MAYBE_WHO: Final = (
    re.compile(rf"{_WHO} (?:va |vais |doit |dois |devra )?(?:s'en |m'en ){_DO}"),
    re.compile(rf"{_WHO} (?:va |vais |doit |dois |devra )(?:le |la ){_DO}"),
    re.compile(rf"{_WHO} (?:le |la )(?:fait|fera|gere|gerera|prend|prendra)"),
    re.compile(rf"met[sz]?(?:tez|tre)?[- ](?:la|le|ca) (?P<who>(?:a|au|pour|sur) {_NAME})"),
    re.compile(rf"{_BE} {_WHO}"),
    re.compile(rf"(?P<who>pour {_NAME}|moi)"),
)
"""They may say who it is, or something else: « pour le conseil »."""
_MOVES: Final = r"(?:met[sz]?|mettez|mettre|remets|remettre|passer?|repousser?|reporter?|decaler?|deplacer?|avancer?)"
_NOT_BEFORE: Final = (
    r"(?:je |j'|on )?(?:ne |n')?(?:(?:le |la )?(?:peux|peut|pourrai|pourra|pourrais|pourrait) pas|aurai pas le temps)"
    r"(?: (?:le|la) faire)? avant|(?:pas|impossible|jamais|rien) avant"
    r"|(?:j'|je |on )?(?:n')?(?:aurai|aura|ai|a) pas le temps(?: aujourd'hui| ce matin)?(?:,| plutot|,? mais)"
)
_WHEN: Final = re.compile(
    rf"(?:(?:{_WISH} )?(?:la |le |l')?{_MOVES}(?:[- ](?:la|le|ca))?"
    rf"|(?:{_BE} )?(?:reporte|repousse|decale|deplace|avance)e?s?|{_BE}|on dit|disons|on (?:la|le) fait|on fait ca"
    rf"|{_NOT_BEFORE}|pour)(?: plutot| finalement)?[\s:]+(?P<when>\S.*)"
)
_CHANGING: Final = re.compile(r"\b(?:repouss|report|decal|deplac|avanc)(?:e[rs]?|ez|ee?s?)\b")
_DROPPING: Final = re.compile(r"\b(?:supprime[rz]?|annule[rz]?|abandonne[rz]?)(?:[- ](?:la|le|ca))?\b")
_ONE_MORE: Final = re.compile(
    r"(?:[,;.]\s*(?:(?:et|donc|alors|puis) )?\b{verb}[- ]|\b{verb}-)(?:la|le|ca)\b".replace(
        "{verb}",
        r"(?:repouss|report|decal|deplac|avanc|supprim|annul|abandonn|donn|confi|attribu|assign|refil|met)"
        r"(?:e[rz]?|s|tez|tre)?",
    )
)
HALF: Final = frozenset(
    {"mais", "sauf", "presque", "reste", "manque", "pas", "non", "plus", "sinon"}
    | {"but", "except", "almost", "not", "missing", "no", "longer", "until"}
)
"""What says of a thing that is called done that it is not, or not wholly."""
_HELD_BACK: Final = re.compile(r"\b(?:pas|plus|jamais|peut-etre|ou pas|si|not|maybe|n'\w+)\b")


def freely(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what *words*, said of the task of the card, lead to; None where they ask for nothing of the kind."""
    task = _task(request)
    return None if task is None else said_of(request, [task], words)


def said_of(request: Request, tasks: Sequence[Task], words: Sequence[str]) -> Reply | None:
    """Return what *words*, said of each of *tasks*, lead to; None where they ask for nothing of the kind."""
    said = " ".join(words).strip(" .!")
    if not all(each.open for each in tasks) or not 1 < len(said) <= _LONGEST or said.endswith("?"):
        return None
    if not request.may(Right.CHANGE):
        return None
    start, end, why = _core(said)
    if why and _takes_back(unaccented(said[start:end]), unaccented(said[end:])):
        return None
    work = Work.on(request)
    for task in tasks:
        if not any(_acts(work, task, said[start:end], patterns, act) for patterns, act in _ROWS):
            return None
        if why and work.reply().changes:
            parts.comment(work, task, said, said=replies.remarked)
    reply = work.reply()
    # What is noted beside is not told among other deeds.
    return replace(reply, brief=None) if any(each.kind == COMMENT for each in reply.changes) else reply


def asked(request: Request, words: Sequence[str]) -> Question | None:
    """Return the question whether *words*, which are a comment, mean that the task is moved or dropped; else None."""
    said = " ".join(words)
    task = _task(request)
    folded = unaccented(said)
    if task is None or not task.open or not folded or len(said) > _LONGEST or "?" in said:
        return None
    if _HELD_BACK.search(folded) or not request.may(Right.CHANGE):
        return None
    if _CHANGING.search(folded):
        found = time_in(said, request.here, request.zone, request.language)
        if isinstance(found, When):
            return plain.moved(request, task, " ".join(understood(said, found.spans)))
    if _DROPPING.search(folded):
        return plain.question(request, task, plain.TaskSentence(plain.TaskVerb.DROPPED, (task.label,)))
    return None


def _task(request: Request) -> Task | None:
    return None if request.card is None else Board(request.state).get(request.card)


def _core(said: str) -> tuple[int, int, bool]:
    """Return where in *said* that begins and ends which asks, and whether a reason stands behind it."""
    folded = unaccented(said)
    end = len(said)
    reason = _REASON.search(folded)
    if reason is not None and reason.start():
        end = reason.start()
    for pattern in (_MISTAKEN, _TRAIL):
        behind = pattern.search(folded[:end])
        if behind is not None and behind.start():
            end = behind.start()
    lead = _LEAD.match(folded[:end])
    return (lead.end() if lead is not None else 0), end, reason is not None and reason.start() > 0


def _acts(work: Work, task: Task, kept: str, patterns: Sequence[re.Pattern[str]], act: _Act) -> bool:
    found = (pattern.fullmatch(unaccented(kept)) for pattern in patterns)
    return any(act(work, task, each, kept) for each in found if each is not None)


def _takes_back(core: str, reason: str) -> bool:
    """Tell whether what looks like a *reason* has one more order, or says that what is told done is not."""
    half = _FINISHED.fullmatch(core) is not None and not HALF.isdisjoint(re.findall(r"[\w-]+", reason))
    return half or _ONE_MORE.search(reason) is not None


def _drop(work: Work, task: Task, _: re.Match[str], __: str) -> bool:
    set_status(work, task, Status.DROPPED)
    return True


def _may_drop(work: Work, task: Task, _: re.Match[str], __: str) -> bool:
    work.ask(plain.question(work.request, task, plain.TaskSentence(plain.TaskVerb.DROPPED, (task.label,))))
    return True


def _drop_because(work: Work, task: Task, found: re.Match[str], kept: str) -> bool:
    """Drop *task*, and note the reason behind a comma; where that may be something else to do, nothing."""
    why = kept[found.start("why") :]
    here = work.request
    if _CHANGING.search(found["why"]) or time_in(why, here.here, here.zone, here.language) is not None:
        return False
    parts.comment(work, task, kept, said=replies.remarked)
    return _drop(work, task, found, kept)


def _urge(work: Work, task: Task, found: re.Match[str], _: str) -> bool:
    what = [each for each in parts_of(found["what"] or "") if each not in ("la", "le", "ca", "tache", "elle", "c'est")]
    if _HELD_BACK.search(found["what"] or "") or (what and not is_titled(what, task.title)):
        return False
    work.write(task, {"priority": Priority.HIGH.value}, replies.changed)
    return True


def _give(work: Work, task: Task, found: re.Match[str], kept: str) -> bool:
    """Give *task* to whom the sentence says, and nobody else."""
    meant = _whom(work.request, kept[slice(*found.span("who"))])
    if not isinstance(meant, Person):
        return _ask_whom(work, meant)
    others = [str(each) for each in task.assignees if each != meant.user]
    joined = work.editing.add(KIND, task.id, "assignees", [str(meant.user)])
    work.editing.remove(KIND, task.id, "assignees", others)
    work.notify([meant.user] if meant.user in joined else [])
    work.say(task.id, replies.changed)
    return True


def _maybe_give(work: Work, task: Task, found: re.Match[str], kept: str) -> bool:
    meant = _whom(work.request, kept[slice(*found.span("who"))])
    return isinstance(meant, Person) and _give(work, task, found, kept)


def _whom(request: Request, said: str) -> Found:
    words = said.split()
    first = unaccented(words[0])
    if first in ("a", "pour", "sur", "au") and len(words) > 1:
        words = [*(["le"] if first == "au" else []), *words[1:]]
    user = somebody(words, request)
    if user is not None:
        return Person(user)
    name = words[0] if len(words) == 1 else ""
    return find(f"@{name.lstrip('@')}", request) if name else Nobody(" ".join(words))


def _ask_whom(work: Work, missing: Nobody | Several) -> bool:
    """Ask who is meant; False where what names nobody is no name, so that something else is said."""
    if isinstance(missing, Nobody) and not may_be_name(missing.typed.split()):
        return False
    work.ask(unclear(work.request, missing))
    return True


def _put_off(work: Work, task: Task, found: re.Match[str], kept: str) -> bool:
    said, _, why = kept[found.start("when") :].partition(",")
    when = said.split()
    if why and not dates.is_time(work.request, when):
        when, why = [*when, *why.split()], ""
    here = work.request
    if why and (_CHANGING.search(unaccented(why)) or time_in(why, here.here, here.zone, here.language) is not None):
        return False
    if not dates.is_time(work.request, when) and not _is_doubtful(work.request, when):
        return False
    dates.postpone(work, task, when)
    if why and work.reply().changes:
        parts.comment(work, task, kept, said=replies.remarked)
    return True


def _finish(work: Work, task: Task, _: re.Match[str], __: str) -> bool:
    set_status(work, task, Status.DONE)
    return True


def _add(work: Work, task: Task, found: re.Match[str], kept: str) -> bool:
    """Give *task* to whom the sentence says, and leave it to whoever has it."""
    meant = _whom(work.request, kept[slice(*found.span("who"))])
    if not isinstance(meant, Person):
        return _ask_whom(work, meant)
    people = [meant.user, *([work.request.sender] if found["me"] else [])]
    joined = work.editing.add(KIND, task.id, "assignees", [str(each) for each in people])
    work.notify([each for each in people if each in joined])
    work.say(task.id, replies.changed)
    return True


def _is_doubtful(request: Request, when: Sequence[str]) -> bool:
    """Tell whether *when* is a time, and nothing else, that is not clear: which is asked about."""
    read = timing(" ".join(when), request)
    return read.doubt is not None and not has_words(read.beside.split())


_FINISHED: Final = re.compile(
    r"(?:(?:c'est |voila )?bon,? |voila,? |ca y est,? )?"
    r"(?:(?:je viens|on vient) (?:juste )?de (?:la |le )?(?:finir|faire|terminer|boucler|regler|l'envoyer)"
    r"|(?:je|on) l'(?:ai|a) (?:enfin |deja |bien )?(?:fini|fait|termine|boucle|regle|envoye|rendu)e?)"
)
_ON_IT: Final = re.compile(
    rf"(?:met[sz]?|mettez|mettre|rajoute[rz]?|ajoute[rz]?) {_WHO} (?:dessus|la-dessus)(?P<me>,? (?:avec|et) moi)?"
)
_ROWS: Final[tuple[tuple[Sequence[re.Pattern[str]], _Act], ...]] = (
    ((_FINISHED,), _finish),
    ((_ON_IT,), _add),
    (_DROPS, _drop),
    ((_MAY_DROP,), _may_drop),
    (_DROPS_BECAUSE, _drop_because),
    ((_WHEN,), _put_off),
    (_IS_WHO, _give),
    (_MAYBE_WHO, _maybe_give),
    ((_URGENT,), _urge),
)


def fits(request: Request, words: list[str]) -> bool:
    """Tell whether *words* ask for something of the task of the card."""
    return freely(request, words) is not None


def handle(request: Request, words: list[str]) -> Reply:
    """Do what *words* ask for."""
    reply = freely(request, words)
    return ask(request) if reply is None else reply
