"""What is said of people's encryption identities and devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bots.assistant.talk.markup import Rich, code, fill, text
from bots.assistant.words.names.people import name_of, names_of
from config.identifiers import ServerName, UserId
from config.texts import Texts, texts


def confirming(person: UserId) -> Rich:
    """Return what an administrator types to confirm the identity of *person*."""
    return code(f"beffroi identity confirm {person}")


def doubted(known: Texts, person: UserId, server: ServerName) -> Rich:
    """Refuse to *person* what is only for whom we knew; the administrator of *server* can mend that."""
    sentence = known.gettext(
        "Your encryption identity has changed and nobody has confirmed it yet, so I cannot know that it is you who "
        "asks: the administrator of {server} confirms it with {command}."
    )
    return fill(sentence, server=text(server), command=confirming(person))


@dataclass(frozen=True, slots=True)
class IdentityWords:
    """Sentences for a room: *members* are those who are named there, *server* is the collectivity's that speaks."""

    locale: str
    server: ServerName
    members: Mapping[UserId, str | None]

    @property
    def _known(self) -> Texts:
        return texts(self.locale)

    def changed(self, person: UserId) -> Rich:
        """Warn others that somebody else may be speaking in the name of *person*."""
        sentence = self._known.gettext(
            "⚠️ The encryption identity of {who} has changed: they may have set it up anew, or somebody else may be "
            "reading and writing in their name; ask them in person before you write anything confidential here, then "
            "let the administrator of {server} confirm it ({command})."
        )
        return fill(sentence, who=name_of(person, self), server=text(self.server), command=confirming(person))

    def own_changed(self, person: UserId) -> Rich:
        """Warn *person* where nobody else reads; whom we knew reads it on the devices that we knew."""
        sentence = self._known.gettext(
            "⚠️ Your encryption identity has changed: if that was not you, tell the administrator of {server} at once; "
            "if it was, let them confirm it ({command}), and until then I tell you neither your day nor a report."
        )
        return fill(sentence, server=text(self.server), command=confirming(person))

    def hidden(self, person: UserId) -> Rich:
        """Warn that the server of *person* shows no identity of theirs any more."""
        sentence = self._known.gettext(
            "⚠️ The server of {who} no longer shows their encryption identity: only the devices that I know go on "
            "reading what I write; ask them in person what has happened, and tell the administrator of {server}."
        )
        return fill(sentence, who=name_of(person, self), server=text(self.server))

    def confirmed(self, person: UserId) -> Rich:
        """Say that the warning is over."""
        sentence = self._known.gettext(
            "✔ The encryption identity of {who} has been confirmed by the administrator of {server}."
        )
        return fill(sentence, server=text(self.server), who=name_of(person, self))

    def bare(self, people: Sequence[UserId]) -> Rich:
        """Say that *people* have no identity, what that may mean and what to do."""
        sentence = self._known.ngettext(
            "{who} has no encryption identity: whoever runs their server could add a device that reads this room and "
            "writes in their name; Settings → Encryption, in their application, sets one up.",
            "{who} have no encryption identity: whoever runs their server could add a device that reads this room and "
            "writes in their name; Settings → Encryption, in their application, sets one up.",
            len(people),
        )
        return fill(sentence, who=names_of(people, self))

    def unverified(self) -> Rich:
        """Say, where the verified devices read it, that a message came from one that is not."""
        return text(
            self._known.gettext(
                "This message comes from a device that you have not verified, so I do not act on it: Settings → "
                "Sessions → Verify. If it was not you who wrote it, change your password."
            )
        )
