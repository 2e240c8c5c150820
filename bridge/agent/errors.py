"""What can go wrong between a person's command line and a room's library, beside ``bots/matrix/person/errors.py``.

AgentError
├── NoSuchRoom        no room is called that, or several are: name it otherwise
├── NoSuchFile        no file of the library is called that, or several are
├── AlreadyThere      a file of this name is on the disk, or in the library: nothing is overwritten
├── Infected          somebody's antivirus has found something in it
├── BeingFetched      another command fetches the same file into the same folder
├── NotSendable       what is to be sent is no file, or too large, or nobody would file it there
└── NotEncrypted      the room is not: nothing is sent there in the clear
"""

from collections.abc import Sequence

from config.sentence import joined, sentence


class AgentError(Exception):
    """A command cannot be done before somebody has changed something; its message is a ``Sentence`` that says what."""


class NoSuchRoom(AgentError):
    """*wanted* means none of *candidates*, or with *several* each of them."""

    def __init__(self, wanted: str, candidates: Sequence[str], *, several: bool) -> None:
        one = sentence("You are in no room that is called “{name}”. Your rooms:", name=wanted)
        more = sentence("Several rooms are called “{name}”: give the identifier of one.", name=wanted)
        super().__init__(joined([more if several else one, *candidates]))
        self.candidates, self.several = tuple(candidates), several


class NoSuchFile(AgentError):
    """*wanted* means no file, or each of the *candidates* (their paths)."""

    def __init__(self, wanted: str, candidates: Sequence[str]) -> None:
        none = sentence("No file here is called “{name}”.", name=wanted)
        more = sentence("Several files are meant by “{name}”: give the path of one.", name=wanted)
        super().__init__(joined([more, *candidates]) if candidates else none)
        self.candidates = tuple(candidates)


class AlreadyThere(AgentError):
    """*path* is taken: on the disk, or with *library* in the room's library."""

    def __init__(self, path: str, *, library: bool = False) -> None:
        here = sentence("{path} is there already, and nothing is overwritten: --to another name.", path=path)
        there = sentence("{path} is in the library: --new-version sends yours as its next version.", path=path)
        super().__init__(there if library else here)


class Infected(AgentError):
    """An antivirus found *signature* in it."""

    def __init__(self, signature: str) -> None:
        super().__init__(
            sentence("An antivirus has found {signature} in this file: it is not fetched.", signature=signature)
        )


class BeingFetched(AgentError):
    """Somebody else is at it."""

    def __init__(self) -> None:
        super().__init__(sentence("Another command is fetching this file into the same folder: wait for it."))


class NotSendable(AgentError):
    """The message says why."""


class NotEncrypted(AgentError):
    """The room is in the clear."""

    def __init__(self) -> None:
        super().__init__(
            sentence("This room is not encrypted: from here nothing is sent in the clear. Use your usual client.")
        )
