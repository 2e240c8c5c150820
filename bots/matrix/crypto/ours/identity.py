"""The public half of our own cross-signing identity, and a device that it has signed once and for all. Pure."""

from typing import Any

from bots.matrix.crypto.ours.account import Account
from bots.matrix.crypto.signing import SeedSigner, is_signed, sign
from bots.matrix.errors import IdentityLost
from bots.matrix.port import Raw
from config.identifiers import UserId


class PublicIdentity:
    """The identity of *user_id* as everybody sees it: two public keys, unpadded base64 (spec v1.18 §11.12.2.2)."""

    def __init__(self, user_id: UserId, master: str, self_signing: str) -> None:
        self.user_id = user_id
        self.master = master
        self.self_signing = self_signing

    def refuse_other(self, answer: Raw) -> bool:
        """Tell whether *answer* (``/keys/query``) shows this identity; raise ``IdentityLost`` when it shows another."""
        shown = _keys(answer, "master_keys", self.user_id)
        if not shown:
            return False
        other = _keys(answer, "self_signing_keys", self.user_id)
        if shown != {f"ed25519:{self.master}": self.master} or (
            other and other != {f"ed25519:{self.self_signing}": self.self_signing}
        ):
            raise IdentityLost(f"the server holds another cross-signing identity for {self.user_id} than ours")
        return bool(other)

    def is_complete(self, answer: Raw, account: Account) -> bool:
        """Tell whether *answer* shows our device signed by itself and by this identity."""
        user_id = self.user_id
        try:
            device = answer["device_keys"][user_id][account.device_id]
            chain = answer["self_signing_keys"][user_id]
        except (KeyError, TypeError):
            return False
        return (
            is_signed(chain, user_id, self.master, self.master)
            and is_signed(device, user_id, self.self_signing, self.self_signing)
            and is_signed(device, user_id, account.device_id, account.ed25519)
        )


class SignedDevice(PublicIdentity):
    """A person's device that holds none of the identity's private keys, only its *signature* (unpadded base64)."""

    def __init__(self, user_id: UserId, master: str, self_signing: str, signature: str) -> None:
        super().__init__(user_id, master, self_signing)
        self.signature = signature

    @classmethod
    def sign(cls, master: str, seed: bytes, account: Account) -> "SignedDevice":
        """Have the self-signing key, whose private half is *seed*, sign the device of *account*; nothing else."""
        signer = SeedSigner(seed)
        signed = sign(account.device_keys(), account.user_id, signer.public, signer)
        signature = signed["signatures"][account.user_id][f"ed25519:{signer.public}"]
        return cls(account.user_id, master, signer.public, signature)

    def upload(self, account: Account) -> Raw:
        """Raise ``IdentityLost``: a person's identity is theirs to make, in their own client."""
        raise IdentityLost(f"the server shows no cross-signing identity of {account.user_id} any more")

    def signatures(self, account: Account) -> Raw:
        """Return the body of ``/keys/signatures/upload``: our device signed by the person's identity."""
        return {str(self.user_id): {str(account.device_id): self.sign_device(account.device_keys())}}

    def sign_device(self, device_keys: Raw) -> Raw:
        """Return *device_keys*, those of the device that was signed, with the identity's signature."""
        signatures = {name: dict(held) for name, held in device_keys.get("signatures", {}).items()}
        signatures.setdefault(str(self.user_id), {})[f"ed25519:{self.self_signing}"] = self.signature
        return {**device_keys, "signatures": signatures}


def _keys(answer: Raw, part: str, user_id: UserId) -> Any:
    try:
        return answer[part][user_id]["keys"]
    except (KeyError, TypeError):
        return None
