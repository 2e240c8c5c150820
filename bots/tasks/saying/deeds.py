"""How what somebody does to a task by a reaction, or by answering its card, is told among other deeds (pure)."""

from collections.abc import Collection
from typing import Final

from bots.assistant.talk.markup import NOTHING, text
from bots.assistant.talk.reply import Brief, Sort
from bots.assistant.talk.request import Request
from bots.tasks.kept.task import Status, Task
from bots.tasks.saying import echo, replies
from config.texts import mark, marks


def brief(request: Request, task: Task, said: Collection[object]) -> Brief:
    """Return how to tell what was done to *task*, of which *said* (sentences of ``replies``) says it."""
    if replies.taken in said:
        return Brief(_TAKEN, task.label, text(task.title), task.title)
    if {replies.was_done, replies.was_given_up} & {*said}:
        return Brief(_MOVED[Status.TODO], task.label, echo.whole(request, task), task.title, apart=True)
    if replies.moved in said:
        return Brief(_MOVED[task.status], task.label, text(task.title), task.title)
    if said and {*said} <= {replies.remarked, replies.commented}:
        return Brief(_COMMENTED, task.label)
    rest = echo.whole(request, task) if replies.changed in said else NOTHING
    return Brief(_CHANGED, task.label, rest or text(task.title), task.title, apart=True)


REMINDED: Final = Sort(
    mark("⏰ I will remind {person} of task {number}"),
    marks(
        "⏰ I will remind {person} of {count} task: {numbers}", "⏰ I will remind {person} of {count} tasks: {numbers}"
    ),
)
_TAKEN: Final = Sort(
    mark("▶ Task {number} taken by {person}"),
    marks("▶ {count} task taken by {person}: {numbers}", "▶ {count} tasks taken by {person}: {numbers}"),
)
_CHANGED: Final = Sort(
    mark("✔ Task {number} changed by {person}"),
    marks("✔ {count} task changed by {person}: {numbers}", "✔ {count} tasks changed by {person}: {numbers}"),
)
_COMMENTED: Final = Sort(
    mark("💬 Comment by {person} noted on task {number}"),
    marks(
        "💬 {count} comment by {person} noted, task {numbers}", "💬 {count} comments by {person} noted, task {numbers}"
    ),
)
_MOVED: Final = {
    Status.TODO: Sort(
        mark("☐ Task {number} reopened by {person}"),
        marks("☐ {count} task reopened by {person}: {numbers}", "☐ {count} tasks reopened by {person}: {numbers}"),
    ),
    Status.DOING: Sort(
        mark("▶ Task {number} started by {person}"),
        marks("▶ {count} task started by {person}: {numbers}", "▶ {count} tasks started by {person}: {numbers}"),
    ),
    # It is not that person who is in the way.
    Status.BLOCKED: Sort(
        mark("⛔ Task {number} reported blocked by {person}"),
        marks(
            "⛔ {count} task reported blocked by {person}: {numbers}",
            "⛔ {count} tasks reported blocked by {person}: {numbers}",
        ),
    ),
    Status.DONE: Sort(
        mark("✔ Task {number} done by {person}"),
        marks("✔ {count} task done by {person}: {numbers}", "✔ {count} tasks done by {person}: {numbers}"),
    ),
    Status.DROPPED: Sort(
        mark("✖ Task {number} dropped by {person}"),
        marks("✖ {count} task dropped by {person}: {numbers}", "✖ {count} tasks dropped by {person}: {numbers}"),
    ),
}
