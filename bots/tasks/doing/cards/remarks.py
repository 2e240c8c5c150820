"""What people answer to a task's card, and is no command: a comment on it (pure).

Most of it is worth keeping: consent ("ok"), questions, facts. What is none: signs alone (👍, "…": they say what a
reaction says), thanks alone, and what begins with ``!``, which was meant for another bot. That stays conversation.
"""

import re
from dataclasses import replace
from typing import Final

from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold, lines_of, words_of
from bots.tasks.doing import parts
from bots.tasks.doing.cards import freely
from bots.tasks.doing.work import Work
from bots.tasks.kept.task import CLOSED
from bots.tasks.saying import questions, replies

_NOT_DONE: Final = re.compile(
    r"\b(?:pas|not)(?: \w+)? (?:fait|faite|faits|faites|fini|finie|termine|terminee|done|finished)\b"
)
_THANKS: Final = frozenset({"merci", "thanks", "thank", "thx"})
_AROUND_THANKS: Final = frozenset(
    {"beaucoup", "bien", "infiniment", "encore", "a", "tous", "toutes", "bonne", "journee", "et"}
    | {"you", "many", "very", "much", "so", "lot", "all"}
)


def remark(request: Request) -> Reply | None:
    """Note what answers a task's card as a comment on that task; None where it is conversation, or no task's card."""
    words = words_of(request)
    if not _says_something(words) or not request.may(Right.COMMENT):
        return None
    work = Work.on(request)
    task = None if request.card is None else work.board.get(request.card)
    if task is None or request.among:
        return None
    if task.status in CLOSED and _NOT_DONE.search(" ".join(fold(each) for each in words)):
        return ask(request, questions.not_done_after_all(request, task))
    parts.comment(work, task, spoken(request), said=replies.remarked)
    question = freely.asked(request, words)
    return work.reply() if question is None else _asking(work.reply(), question)


def _asking(reply: Reply, question: Question) -> Reply:
    """Return *reply*, a comment that is noted, with the question whether it was meant to change the task, too."""
    return replace(reply.above(question.sentence), question=replace(question, beside=True), brief=None)


def spoken(request: Request) -> str:
    """Return what is said, in the lines in which it was typed."""
    return "\n".join(" ".join(line) for line in lines_of(request, words_of(request))).strip()


def _says_something(words: list[str]) -> bool:
    if not any(letter.isalnum() for word in words for letter in word) or words[0][0] in "!！":
        return False
    said = {fold(each) for each in words if not each.startswith("@") and any(map(str.isalnum, each))}
    return not (said & _THANKS and said <= _THANKS | _AROUND_THANKS)
