"""Our own identity: three keys, and the signatures that make our device ours. Pure: builds and judges JSON."""

from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.crypto.ours.account import Account
from bots.matrix.crypto.ours.identity import PublicIdentity
from bots.matrix.crypto.signing import SeedSigner, is_signed, sign
from bots.matrix.port import Raw
from config.identifiers import UserId


class CrossSigning(PublicIdentity):
    """The private halves of *user_id*'s identity (spec v1.18 §11.12.2.2)."""

    def __init__(self, user_id: UserId, seeds: CrossSigningSeeds) -> None:
        self._master = SeedSigner(seeds.master)
        self._self_signing = SeedSigner(seeds.self_signing)
        self._user_signing = SeedSigner(seeds.user_signing)
        super().__init__(user_id, self._master.public, self._self_signing.public)

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
            str(self.user_id): {
                str(account.device_id): self.sign_device(account.device_keys()),
                self.master: self._master_key(account),
            }
        }

    def sign_device(self, device_keys: Raw) -> Raw:
        """Return *device_keys* with the signature of the self-signing key."""
        return sign(device_keys, self.user_id, self.self_signing, self._self_signing)

    def is_complete(self, answer: Raw, account: Account) -> bool:
        """Tell whether *answer* shows our device signed by our identity, and the master key signed by our device."""
        try:
            master = answer["master_keys"][self.user_id]
        except (KeyError, TypeError):
            return False
        signed_back = is_signed(master, self.user_id, account.device_id, account.ed25519)
        return signed_back and super().is_complete(answer, account)

    def _master_key(self, account: Account) -> Raw:
        return sign(self._public("master", self._master), self.user_id, account.device_id, account)

    def _signed_by_master(self, usage: str, signer: SeedSigner) -> Raw:
        return sign(self._public(usage, signer), self.user_id, self.master, self._master)

    def _public(self, usage: str, signer: SeedSigner) -> Raw:
        keys = {f"ed25519:{signer.public}": signer.public}
        return {"user_id": str(self.user_id), "usage": [usage], "keys": keys}
