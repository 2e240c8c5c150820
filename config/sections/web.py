"""How a collectivity is reached from outside: Caddy in front of everything, its certificates and its ports."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.fields import AnchoredPath, CertificatePem, Email, Port, Settings, Sha256
from config.sentence import wrong


class Web(Settings):
    """Caddy in front of Synapse; left out where somebody else's proxy stands there."""

    tls: Literal["automatic", "given", "own"] = "automatic"
    """Certificates by ACME (Let's Encrypt), from ``certificate``, or of an authority of our own: a trial."""
    email: Email = ""
    """Whom the certificate authority warns before a certificate ends."""
    certificate: AnchoredPath | None = None
    """PEM, with its chain, for all the names together; with ``tls: given`` only, like ``private_key``."""
    private_key: AnchoredPath | None = None
    http_port: Port = 80
    https_port: Port = 443
    federation_port: Port | None = None
    """Usually 8448, for federation without ``.well-known``; None where ``.well-known/matrix/server`` delegates."""
    serves_server_name: bool = False
    """Whether ``https://<server_name>`` leads to this machine; else its web site must serve the .well-known files."""
    element: AnchoredPath | None = None
    """A release archive of Element Web to serve as ``element.<server_name>``; ``element_sha256`` goes with it."""
    element_sha256: Sha256 = ""
    neighbours_port: Port | None = None
    """Trial only: where the small proxy listens that leads Synapse to the other towns of this machine."""

    @property
    def trial(self) -> bool:
        """Whether this is a trial on one machine: loopback only, an authority of its own, no DNS."""
        return self.tls == "own"

    @property
    def ports(self) -> tuple[int, ...]:
        """Every port that is listened on, on whichever address."""
        optional = (self.federation_port, self.neighbours_port)
        redirecting = () if self.trial else (self.http_port,)
        return (*redirecting, self.https_port, *(port for port in optional if port is not None))

    @model_validator(mode="after")
    def _certificate_when_given(self) -> Self:
        given = (self.certificate is not None, self.private_key is not None)
        if self.tls == "given" and not all(given):
            raise wrong("tls: given needs certificate and private_key")
        if self.tls != "given" and any(given):
            raise wrong("certificate and private_key are used with tls: given only")
        return self

    @model_validator(mode="after")
    def _trial_whole(self) -> Self:
        if self.trial != (self.neighbours_port is not None) or (self.trial and self.federation_port is None):
            raise wrong("tls: own needs federation_port and neighbours_port; nothing else has a neighbours_port")
        return self

    @model_validator(mode="after")
    def _certificate_for_federation(self) -> Self:
        if self.federation_port is not None and self.tls == "automatic" and not self.serves_server_name:
            raise ValueError(
                "federation_port needs a certificate of the server name: serves_server_name, or tls: given"
            )
        return self

    @model_validator(mode="after")
    def _element_whole(self) -> Self:
        if (self.element is None) != (not self.element_sha256):
            raise wrong("element and element_sha256 go together: give both or neither")
        return self


class Trial(Settings):
    """Where a member's trial is found on this machine, and by which authority; no real member has this."""

    port: Port
    """Its federation port on the loopback address."""
    authority: Annotated[CertificatePem, Field(max_length=8192)]
    """The certificate of its own authority, PEM."""
