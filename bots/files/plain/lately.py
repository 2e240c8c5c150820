"""Which files somebody means who names none: those that they were shown, acted on or sent last (pure)."""

from datetime import timedelta
from typing import Final

from bots.assistant.talk.request import Past, Request
from bots.files.library.entry import KIND
from bots.files.library.request import library
from bots.files.library.shelf import File

_JUST: Final = timedelta(hours=1)
_MOST: Final = 100
_REMEMBERED: Final = timedelta(hours=4)
"""How long what was done to a file is still what somebody speaks of."""


def lately(request: Request) -> list[File]:
    """Return the files that the sender spoke of last here: of a list all that it showed; none where nobody can tell."""
    listed = request.listed
    if listed is not None and listed.just and all(kind == KIND for kind, _ in listed.shown):
        shown = [library(request).get(file_id) for _, file_id in listed.shown]
        return [file for file in shown if file is not None]
    done, sent = _acted_on(request), just_sent(request)
    at = 0 if request.last is None else request.last.at
    if sent is not None and sent.entry.at >= at:
        return [sent]
    return done


def listed_lately(request: Request, many: int) -> list[File]:
    """Return the files of the last list here that has so *many*: « mets les deux dans … »; 0 is as many as it has."""
    lists = () if request.listed is None else request.listed.all
    found = ([library(request).get(key) for kind, key in listed.shown if kind == KIND] for listed in lists)
    held = ([file for file in files if file is not None] for files in found)
    return next((files for files in held if files and many in (0, len(files))), [])


def sent_lately(request: Request, many: int) -> list[File]:
    """Return the last *many* files here, where whoever speaks has sent all of them within the hour."""
    known = library(request)
    newest = known.files(known.all()[:many], many)
    theirs = all(file.entry.sender == request.sender and is_new(request, file) for file in newest)
    return newest if theirs and len(newest) == many else []


def sent_by_them(request: Request) -> list[File]:
    """Return what whoever speaks has sent here within the hour, the newest first."""
    known = library(request)
    theirs = known.files(known.sent_by(request.sender), _MOST)
    return [file for file in theirs if is_new(request, file)]


def is_new(request: Request, file: File) -> bool:
    """Tell whether a file came within the hour."""
    return file.entry.at >= (request.now - _JUST).timestamp() * 1_000


def recent(request: Request) -> Past | None:
    """Return the sender's last deed here, where it is not too long ago to be spoken of."""
    last = request.last
    since = (request.now - _REMEMBERED).timestamp() * 1_000
    return None if last is None or last.at < since else last


def just_sent(request: Request) -> File | None:
    """Return the file that whoever speaks has sent here within the hour, where it is the last that was sent at all."""
    return next(iter(sent_lately(request, 1)), None)


def _acted_on(request: Request) -> list[File]:
    """Return the files of the sender's last deed here, where it was about files and is not long ago."""
    last = recent(request)
    if last is None:
        return []
    found = [library(request).get(change.id) for change in last.inverse if change.kind == KIND]
    # Versions are one file to people.
    newest = {file.path: file for file in found if file is not None}
    return [*newest.values()]
