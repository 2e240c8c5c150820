"""What the end-to-end machine needs of our own identity; ``cross_signing`` and ``identity`` each have one."""

from typing import Protocol

from bots.matrix.crypto.ours.account import Account
from bots.matrix.port import Raw


class OwnIdentity(Protocol):
    """The identity that stands for our device."""

    master: str
    """The public master key, unpadded base64."""

    def refuse_other(self, answer: Raw) -> bool:
        """Tell whether *answer* (``/keys/query``) shows this identity; raise ``IdentityLost`` when it shows another."""

    def is_complete(self, answer: Raw, account: Account) -> bool:
        """Tell whether *answer* shows our device as it should be seen."""

    def upload(self, account: Account) -> Raw:
        """Return the body of the first ``/keys/device_signing/upload``.

        Raises ``IdentityLost`` where the identity is not ours to make.
        """

    def signatures(self, account: Account) -> Raw:
        """Return the body of ``/keys/signatures/upload``."""

    def sign_device(self, device_keys: Raw) -> Raw:
        """Return *device_keys*, our own, with the identity's signature."""
