"""Olm channels between two devices. State is read from the database and written back in the caller's transaction.

Nothing is kept in memory: a transaction that fails takes the ratchet back with it, and these messages are rare (one
for each new Megolm session).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import vodozemac
from nio.crypto.sessions import Session

from bots.database.engine import Transaction
from bots.matrix.crypto import store
from bots.matrix.crypto.errors import Malformed
from bots.matrix.crypto.model import OLM
from bots.matrix.crypto.ours.account import Account
from bots.matrix.crypto.signing import canonical, decode64, is_signed, key, parse_json, unpadded
from bots.matrix.crypto.trust import Device
from bots.matrix.port import Raw
from config.identifiers import UserId

_EPOCH = datetime.fromtimestamp(0, UTC)  # nio wants times that we do not use


class Undecipherable(Exception):
    """The Olm channel with *sender_key* is broken: it needs a new session."""

    def __init__(self, sender_key: str) -> None:
        super().__init__(sender_key)
        self.sender_key = sender_key


@dataclass(frozen=True, slots=True)
class Opened:
    """A to-device message from whoever holds *sender_key*, who claims the Ed25519 key *ed25519*.

    The claim is checked against the device list when the message's effect is used.
    """

    type: str
    content: Raw
    sender_key: str
    ed25519: str


async def decrypt(
    transaction: Transaction, account: Account, fallback_at: int, content: object, sender: UserId, now: int
) -> Opened:
    """Open one ``m.room.encrypted`` to-device message; raise :class:`Malformed` or :class:`Undecipherable`."""
    if not isinstance(content, dict) or content.get("algorithm") != OLM:
        raise Malformed("not Olm")
    sender_key = key(content.get("sender_key"))
    if sender_key == account.curve25519:
        raise Malformed("from ourselves")
    message = _message(content, account)
    plaintext = await _decrypt(transaction, account, fallback_at, sender_key, message, now)
    if plaintext is None:
        raise Undecipherable(sender_key)
    return _check(parse_json(plaintext), account, sender, sender_key)


async def encrypt(
    transaction: Transaction, account: Account, device: Device, event_type: str, content: Raw, own_keys: Raw
) -> Raw | None:
    """Return the content of a to-device message for *device*, or None when there is no Olm session with it.

    The advanced ratchet is in *transaction*: send only after it has been committed, or a crash would use it twice.
    """
    rows = await store.load_olm(transaction, device.curve25519)
    if not rows:
        return None
    session = _restore(rows[0].pickle)
    payload: Raw = {
        "type": event_type,
        "content": content,
        "sender": str(account.user_id),
        "recipient": str(device.user_id),
        "recipient_keys": {"ed25519": device.ed25519},
        "keys": {"ed25519": account.ed25519},
        "sender_device_keys": own_keys,  # MSC4147: the other side need not look our device up first
    }
    kind, body = session.encrypt(canonical(payload).decode()).to_parts()
    await store.save_olm(transaction, device.curve25519, session.id, session.pickle().decode(), rows[0].used_at)
    ciphertext = {device.curve25519: {"type": kind, "body": unpadded(body)}}
    return {"algorithm": OLM, "sender_key": account.curve25519, "ciphertext": ciphertext}


async def start(transaction: Transaction, account: Account, device: Device, claimed: object, now: int) -> bool:
    """Make a new Olm session with *device* from the one-time key that was claimed; tell whether that key was good."""
    try:
        public = _one_time_key(claimed, device)
        session = Session(
            account.olm.create_outbound_session(vodozemac.Curve25519PublicKey.from_base64(device.curve25519), public)
        )
    except ValueError:
        return False
    await _save_newest(transaction, device.curve25519, session, now)
    await store.prune_olm(transaction, device.curve25519)
    return True


def _one_time_key(claimed: object, device: Device) -> vodozemac.Curve25519PublicKey:
    if not isinstance(claimed, dict) or len(claimed) != 1:
        raise Malformed("not one key")
    [(key_id, signed)] = claimed.items()
    if not isinstance(signed, dict) or not str(key_id).startswith("signed_curve25519:"):
        raise Malformed("not a signed key")
    if not is_signed(signed, device.user_id, device.device_id, device.ed25519):
        raise Malformed("not signed by the device")
    return vodozemac.Curve25519PublicKey.from_base64(key(signed.get("key")))


def _message(content: Mapping[str, Any], account: Account) -> vodozemac.AnyOlmMessage:
    ciphertexts = content.get("ciphertext")
    ciphertext = ciphertexts.get(account.curve25519) if isinstance(ciphertexts, dict) else None
    if not isinstance(ciphertext, dict) or ciphertext.get("type") not in (0, 1):
        raise Malformed("not for us")
    # vodozemac's errors are ValueErrors, as Malformed is.
    try:
        return vodozemac.AnyOlmMessage.from_parts(int(ciphertext["type"]), decode64(ciphertext.get("body")))
    except ValueError as exc:
        raise Malformed("not an Olm message") from exc


async def _decrypt(
    transaction: Transaction,
    account: Account,
    fallback_at: int,
    sender_key: str,
    message: vodozemac.AnyOlmMessage,
    now: int,
) -> str | None:
    pre_key = message.to_pre_key()
    for row in await store.load_olm(transaction, sender_key):
        session = _restore(row.pickle)
        if pre_key is not None and not session.matches(pre_key):
            continue
        try:
            plaintext = session.decrypt(message)
        except ValueError:
            if pre_key is not None:
                return None
            continue
        await _save_newest(transaction, sender_key, session, now)
        return str(plaintext)
    if pre_key is None:
        return None
    try:
        made, first = account.olm.create_inbound_session(vodozemac.Curve25519PublicKey.from_base64(sender_key), pre_key)
    except ValueError:
        return None
    # The account has used up a one-time key: both are written, or neither.
    session = Session(made)
    await store.save_account(transaction, account, fallback_at)
    await _save_newest(transaction, sender_key, session, now)
    await store.prune_olm(transaction, sender_key)
    return str(first.decode(errors="replace"))


def _check(payload: Raw, account: Account, sender: UserId, sender_key: str) -> Opened:
    recipient_keys, keys = payload.get("recipient_keys"), payload.get("keys")
    kind, content = payload.get("type"), payload.get("content")
    if not isinstance(recipient_keys, dict) or not isinstance(keys, dict):
        raise Malformed("no keys")
    if not isinstance(kind, str) or not isinstance(content, dict):
        raise Malformed("no event")
    if payload.get("sender") != sender or payload.get("recipient") != account.user_id:
        raise Malformed("of or for somebody else")
    if recipient_keys.get("ed25519") != account.ed25519:
        raise Malformed("for another device")
    return Opened(kind, content, sender_key, key(keys.get("ed25519")))


async def _save_newest(transaction: Transaction, sender_key: str, session: Session, now: int) -> None:
    """Save *session* so that it is the one to be used next, whatever the clock says."""
    rows = await store.load_olm(transaction, sender_key)
    used_at = max(now, rows[0].used_at + 1) if rows else now
    await store.save_olm(transaction, sender_key, session.id, session.pickle().decode(), used_at)


def _restore(pickle: str) -> Session:
    return Session.from_pickle(pickle.encode(), _EPOCH)
