"""Our device's own Olm account.

vodozemac's ``Account`` directly: nio's ``OlmAccount`` knows nothing of fallback keys.
"""

from typing import Any, Self

import vodozemac

from bots.matrix.crypto.model import MEGOLM, OLM
from bots.matrix.crypto.signing import sign
from bots.matrix.port import Raw
from config.identifiers import DeviceId, UserId

# The key would have to lie beside the database; what protects the pickles is the file's mode and the disk.
PICKLE_KEY = b"beffroi crypto, not a secret....."[:32]


class Account:
    """The private identity and one-time keys of *device_id*; every change must be saved before it is acted upon."""

    def __init__(self, user_id: UserId, device_id: DeviceId, olm: Any) -> None:
        self.user_id = user_id
        self.device_id = device_id
        # Any: the stubs of vodozemac 0.10 do not name its fallback keys, which are there.
        self.olm = olm
        self.ed25519: str = olm.ed25519_key.to_base64()
        self.curve25519: str = olm.curve25519_key.to_base64()

    @classmethod
    def create(cls, user_id: UserId, device_id: DeviceId) -> Self:
        """Make new keys."""
        return cls(user_id, device_id, vodozemac.Account())

    @classmethod
    def restore(cls, user_id: UserId, device_id: DeviceId, pickle: str) -> Self:
        """Load what :meth:`pickle` returned."""
        return cls(user_id, device_id, vodozemac.Account.from_pickle(pickle, PICKLE_KEY))

    def pickle(self) -> str:
        """Return everything, private keys included, as ASCII text."""
        pickled: str = self.olm.pickle(PICKLE_KEY)
        return pickled

    def sign(self, message: bytes, /) -> str:
        """Return the device's signature in unpadded base64."""
        signature: str = self.olm.sign(message).to_base64()
        return signature

    def device_keys(self) -> Raw:
        """Return the device's public keys, signed by the device."""
        unsigned: Raw = {
            "user_id": str(self.user_id),
            "device_id": str(self.device_id),
            "algorithms": [OLM, MEGOLM],
            "keys": {f"ed25519:{self.device_id}": self.ed25519, f"curve25519:{self.device_id}": self.curve25519},
        }
        return sign(unsigned, self.user_id, self.device_id, self)

    def make_one_time_keys(self, wanted: int) -> Raw:
        """Make *wanted* one-time keys (at most 50) and return them signed, ready for upload.

        They are marked as published at once: whatever becomes of the upload, the same key is never uploaded twice, so
        it can be claimed by one peer only and "One time key already exists" cannot be answered.
        """
        if wanted <= 0:
            return {}
        self.olm.generate_one_time_keys(min(wanted, self.olm.max_number_of_one_time_keys))
        made = [each.to_base64() for each in self.olm.one_time_keys.values()]
        self.olm.mark_keys_as_published()
        return {_key_id(public): self._signed({"key": public}) for public in made}

    def make_fallback_key(self) -> Raw:
        """Make a new fallback key (the one before it stays usable) and return it signed, ready for upload."""
        self.olm.generate_fallback_key()
        made = [each.to_base64() for each in self.olm.fallback_key.values()]
        self.olm.mark_keys_as_published()
        return {_key_id(public): self._signed({"key": public, "fallback": True}) for public in made}

    def _signed(self, value: Raw) -> Raw:
        return sign(value, self.user_id, self.device_id, self)


def _key_id(public: str) -> str:
    # Named after the key itself and not after a counter: a counter that went back with a restored database would
    # collide with what the server still holds.
    return "signed_curve25519:" + public[:20].replace("+", "-").replace("/", "_")
