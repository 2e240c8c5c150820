"""What is an identifier: addresses of media, and that whatever has been parsed may go anywhere."""

import pytest

from config.errors import MalformedId
from config.identifiers import DeviceId, EventId, MxcUri, RoomId, UserId


@pytest.mark.parametrize(
    ("raw", "server", "media_id"),
    [
        ("mxc://valbourg.fr/abcDEF", "valbourg.fr", "abcDEF"),
        ("mxc://valbourg.localhost:8448/a-_9", "valbourg.localhost:8448", "a-_9"),
        ("mxc://[2001:db8::1]:8448/x", "[2001:db8::1]:8448", "x"),
        (f"mxc://{'v' * 200}.fr/{'m' * 255}", f"{'v' * 200}.fr", "m" * 255),
    ],
)
def test_an_mxc_names_a_server_and_a_media(raw: str, server: str, media_id: str) -> None:
    url = MxcUri.parse(raw)

    assert (url, url.server, url.media_id) == (raw, server, media_id)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        7,
        b"mxc://valbourg.fr/a",
        "",
        "mxc://",
        "mxc:///a",
        "mxc://valbourg.fr",
        "mxc://valbourg.fr/",
        "mxc://valbourg.fr/a/b",
        "mxc://valbourg.fr/..",
        "mxc://valbourg.fr/a.b",
        "mxc://valbourg.fr/a?b",
        "mxc://valbourg.fr/a%2e",
        "mxc://valbourg.fr/é",
        "mxc://valbourg.fr/a\n",
        "mxc://../config",
        "mxc://./config",
        "mxc://val bourg.fr/a",
        "mxc://valbourg.fr@evil.example/a",
        "https://valbourg.fr/a",
        "MXC://valbourg.fr/a",
        f"mxc://valbourg.fr/{'m' * 256}",
        f"mxc://{'v' * 300}/a",
        "mxc://valbourg.fr/\ud800",
    ],
)
def test_what_could_lead_elsewhere_is_no_mxc(raw: object) -> None:
    with pytest.raises(MalformedId):
        MxcUri.parse(raw)


@pytest.mark.parametrize("kind", [EventId, RoomId, UserId, DeviceId])
@pytest.mark.parametrize("odd", ["\x00", "\ud800", "a\udfffb", "x" * 256])
def test_what_no_database_takes_is_no_identifier(kind: type[EventId | RoomId | UserId | DeviceId], odd: str) -> None:
    """A reply to such an event once made the assistant of a whole town deaf."""
    begins = {EventId: "$", RoomId: "!", UserId: "@x", DeviceId: ""}[kind]
    ends = ":x.fr" if kind is UserId else ""
    assert kind.parse(f"{begins}a{ends}") == f"{begins}a{ends}"
    with pytest.raises(MalformedId):
        kind.parse(f"{begins}{odd}{ends}")
