"""Who may be invited, and which assistants serve them, as the federation's member list says (pure)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from config.identifiers import ServerName, UserId


@dataclass(frozen=True, slots=True)
class Partners:
    """The member list as a project needs it: the servers that may be invited, and the assistants in its order."""

    servers: Callable[[], frozenset[ServerName]]
    assistants: Callable[[], Sequence[UserId]]

    def lists(self, user: UserId, own: ServerName) -> bool:
        """Tell whether *user* belongs to our own server or a listed one."""
        return user.server == own or user.server in self.servers()

    def serving(self, people: Iterable[UserId], own: ServerName) -> tuple[UserId, ...]:
        """Return the assistants of *people*'s servers, without our own: their commands must work too."""
        wanted = {each.server for each in people} - {own}
        return tuple(each for each in self.assistants() if each.server in wanted)
