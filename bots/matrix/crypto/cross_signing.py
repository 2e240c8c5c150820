"""Our own identity: three keys, and the signatures that make our device ours. Pure: builds and judges JSON."""

from typing import Any

from bots.matrix.crypto.account import Account
from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.crypto.signing import SeedSigner, is_signed, sign
from bots.matrix.errors import IdentityLost
from bots.matrix.port import Raw
from config.identifiers import UserId


class CrossSigning:
    """The private halves of *user_id*'s identity (spec v1.18 §11.12.2.2)."""

    def __init__(self, user_id: UserId, seeds: CrossSigningSeeds) -> None:
        self._user_id = user_id
        self._master = SeedSigner(seeds.master)
        self._self_signing = SeedSigner(seeds.self_signing)
        self._user_signing = SeedSigner(seeds.user_signing)

    @property
    def master(self) -> str:
        """The public master key, unpadded base64."""
        return self._master.public

    @property
    def self_signing(self) -> str:
        """The public self-signing key, unpadded base64."""
        return self._self_signing.public

    def upload(self, account: Account) -> Raw:
        """Return the body of the first ``/keys/device_signing/upload``."""
        return {
            "master_key": self._master_key(account),
            "self_signing_key": self._signed_by_master("self_signing", self._self_signing),
            "user_signing_key": self._signed_by_master("user_signing", self._user_signing),
        }

    def signatures(self, account: Account) -> Raw:
        """Return the body of ``/keys/signatures/upload``: our device signed by us, our master key by our device."""
        return {
            str(self._user_id): {
                str(account.device_id): self.sign_device(account.device_keys()),
                self.master: self._master_key(account),
            }
        }

    def sign_device(self, device_keys: Raw) -> Raw:
        """Return *device_keys* with the signature of the self-signing key."""
        return sign(device_keys, self._user_id, self.self_signing, self._self_signing)

    def refuse_other(self, answer: Raw) -> bool:
        """Tell whether *answer* (``/keys/query``) shows our identity; raise ``IdentityLost`` when it shows another."""
        shown = _keys(answer, "master_keys", self._user_id)
        if not shown:
            return False
        other = _keys(answer, "self_signing_keys", self._user_id)
        if shown != {f"ed25519:{self.master}": self.master} or (
            other and other != {f"ed25519:{self.self_signing}": self.self_signing}
        ):
            raise IdentityLost(f"the server holds another cross-signing identity for {self._user_id} than ours")
        return bool(other)

    def is_complete(self, answer: Raw, account: Account) -> bool:
        """Tell whether *answer* shows our device signed by our identity, and the master key signed by our device."""
        user_id = self._user_id
        try:
            device = answer["device_keys"][user_id][account.device_id]
            master = answer["master_keys"][user_id]
            chain = answer["self_signing_keys"][user_id]
        except (KeyError, TypeError):
            return False
        return (
            is_signed(chain, user_id, self.master, self.master)
            and is_signed(device, user_id, self.self_signing, self.self_signing)
            and is_signed(device, user_id, account.device_id, account.ed25519)
            and is_signed(master, user_id, account.device_id, account.ed25519)
        )

    def _master_key(self, account: Account) -> Raw:
        return sign(self._public("master", self._master), self._user_id, account.device_id, account)

    def _signed_by_master(self, usage: str, signer: SeedSigner) -> Raw:
        return sign(self._public(usage, signer), self._user_id, self.master, self._master)

    def _public(self, usage: str, signer: SeedSigner) -> Raw:
        keys = {f"ed25519:{signer.public}": signer.public}
        return {"user_id": str(self._user_id), "usage": [usage], "keys": keys}


def _keys(answer: Raw, part: str, user_id: UserId) -> Any:
    try:
        return answer[part][user_id]["keys"]
    except (KeyError, TypeError):
        return None
