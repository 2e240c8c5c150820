"""Who is in the federation: the whole of ``federation.yaml``."""

from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from config.identifiers import ServerName, UserId
from config.sections.fields import AnyServerName, AnyUserId, AsTuple, PublicKey, Settings, Siren, Text, Timezone
from config.sections.web import Trial
from config.sentence import wrong
from config.settings import ASSISTANT


def _default_assistant(data: dict[str, Any]) -> UserId:
    return UserId.parse(f"@{ASSISTANT}:{data['server_name']}")


class FederationMember(Settings):
    """One collectivity of the federation, as the others must know it."""

    server_name: AnyServerName
    name: Text | None = None
    siren: Siren | None = None
    """None in lists that were written before it stood there."""
    assistant: AnyUserId = Field(default_factory=_default_assistant)
    """The only user whose operations count for this server."""
    register_keys: Annotated[tuple[PublicKey, ...], AsTuple] = ()
    """Ed25519 keys, unpadded base64, that sign its operations: the current one first, past ones after it."""
    master_key: PublicKey | None = None
    """The assistant's cross-signing master key, Ed25519 in unpadded base64."""
    timezone: Timezone = "Europe/Paris"
    """Where its people are: the others show its hours beside theirs."""
    trial: Trial | None = None
    """Set on one machine without DNS only: where it listens there."""
    former: bool = False
    """It has left: its past operations still count, and nothing is exchanged with it any more."""

    @field_validator("assistant")
    @classmethod
    def _assistant_is_theirs(cls, assistant: UserId, info: ValidationInfo) -> UserId:
        server = info.data.get("server_name")
        if server is not None and assistant.server != server:
            raise wrong(
                "{user} is not on {server}; a server speaks for its own users only", user=assistant, server=server
            )
        return assistant


class Federation(Settings):
    """The member list, in the order that decides who answers for servers without an assistant."""

    members: Annotated[tuple[FederationMember, ...], AsTuple]

    @field_validator("members")
    @classmethod
    def _listed_once(cls, members: tuple[FederationMember, ...]) -> tuple[FederationMember, ...]:
        servers: set[str] = set()
        owners: dict[str, ServerName] = {}
        for member in members:
            if member.server_name in servers:
                raise wrong("{server} is listed twice", server=member.server_name)
            servers.add(member.server_name)
            for key in (*member.register_keys, *filter(None, [member.master_key])):
                if owners.setdefault(key, member.server_name) != member.server_name:
                    raise wrong(
                        "{one} and {other} have the same key {key}",
                        one=member.server_name,
                        other=owners[key],
                        key=key,
                    )
        return members

    def member_for(self, server_name: str) -> FederationMember | None:
        """The member whose homeserver is *server_name*, former ones included, or None."""
        return next((each for each in self.members if each.server_name == server_name), None)

    @property
    def listed_servers(self) -> frozenset[ServerName]:
        """The servers that we exchange with: every member that has not left."""
        return frozenset(each.server_name for each in self.members if not each.former)
