"""Caddy has certificates issued anew by itself, before they end: with an authority of its own kind, out of our files.

The authority is another Caddy that speaks ACME. Names and ports are those of a network that nobody else sees.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bridge.operate.services.programs import find
from config.settings import Collectivity
from tests.booted import may_be_booted
from tests.integration.rendered.test_rendered_caddy import rendered

pytestmark = pytest.mark.integration
HOST = "matrix.valbourg.fr"
DIRECTORY = "acme.test-9443-acme-local-directory"
AUTHORITY = """{{
	admin off
	storage file_system {folder}
	skip_install_trust
	auto_https disable_redirects
	http_port 9080
	https_port 9443
}}
https://acme.test:9443 {{
	tls internal
	acme_server
}}
"""
TO_IT = """	admin off
	acme_ca https://acme.test:9443/acme/local/directory
	acme_ca_root {root}
	renew_interval 1s
"""
NETWORK = 'mount --bind "$1" /etc/hosts; ip link set lo up; touch "$2"; exec sleep infinity'
SHOWN = """
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
with context.wrap_socket(socket.create_connection(("127.0.0.1", 443), 10), server_hostname=sys.argv[2]) as shown:
    print(ssl.DER_cert_to_PEM_cert(shown.getpeercert(binary_form=True)))
"""


@dataclass(frozen=True)
class Network:
    """One without the outside, in *folder*."""

    folder: Path
    holder: int

    def within(self, *command: str) -> tuple[str, ...]:
        return ("nsenter", f"--target={self.holder}", "--mount", "--net", f"--wdns={self.folder}", *command)

    @contextmanager
    def caddy(self, program: Path, file: Path) -> Iterator[None]:
        log = self.folder / f"{file.name}.log"
        command = self.within(str(program), "run", "--adapter", "caddyfile", "--config", str(file))
        with log.open("wb") as written:
            running = subprocess.Popen(command, stdout=written, stderr=written, env={"HOME": str(self.folder)})
            try:
                yield
            finally:
                running.kill()
                running.wait()

    def shown(self, root: Path) -> int | None:
        """Return the number of the certificate that is shown to who believes *root*; None where there is none yet."""
        asked = subprocess.run(
            self.within(sys.executable, "-c", SHOWN, str(root), HOST), capture_output=True, text=True, check=False
        )
        # Nobody is there, or it has not read its certificates yet.
        if "ConnectionRefusedError" in asked.stderr or "TLSV1_ALERT_INTERNAL_ERROR" in asked.stderr:
            return None
        assert asked.returncode == 0, asked.stderr
        return x509.load_pem_x509_certificate(asked.stdout.encode()).serial_number


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    if not may_be_booted():
        pytest.skip("only root has a network of its own, and no container without privileges")
    hosts, ready = tmp_path / "hosts", tmp_path / "ready"
    hosts.write_text(f"127.0.0.1 localhost acme.test {HOST} partage.valbourg.fr\n")
    holder = subprocess.Popen(("unshare", "--mount", "--net", "sh", "-ec", NETWORK, "hold", str(hosts), str(ready)))
    try:
        until(ready.exists)
        yield Network(tmp_path, holder.pid)
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()


def until(done: Callable[[], object], patience: float = 60) -> None:
    end = time.monotonic() + patience
    while not done():
        assert time.monotonic() < end
        time.sleep(0.2)


def plant(collectivity: Collectivity, authority: Path, ends: datetime) -> int:
    """Have Caddy hold a certificate that the authority has issued long ago and that *ends* soon; return its number."""
    folder = authority / "pki" / "authorities" / "local"
    issuer = x509.load_pem_x509_certificate((folder / "intermediate.crt").read_bytes())
    signing = serialization.load_pem_private_key((folder / "intermediate.key").read_bytes(), None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder(issuer.subject, x509.Name([]), key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime.now(UTC) - timedelta(minutes=1)).not_valid_after(ends)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=True)
    leaf = builder.sign(signing, hashes.SHA256())
    place = collectivity.paths.caddy / "certificates" / DIRECTORY / HOST
    place.mkdir(parents=True)
    pem = serialization.Encoding.PEM
    (place / f"{HOST}.crt").write_bytes(leaf.public_bytes(pem) + issuer.public_bytes(pem))
    (place / f"{HOST}.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    )
    (place / f"{HOST}.json").write_text(json.dumps({"sans": [HOST], "issuer_data": None}))
    return leaf.serial_number


def test_a_certificate_is_issued_anew_before_it_ends_and_nobody_is_kept_out(network: Network) -> None:
    collectivity, authority = rendered(network.folder / "valbourg", {"email": "dsi@valbourg.fr"}), network.folder / "ca"
    program, root = find(collectivity).caddy, authority / "pki" / "authorities" / "local" / "root.crt"
    assert program is not None
    theirs, ours = network.folder / "authority", network.folder / "town"
    theirs.write_text(AUTHORITY.format(folder=authority))
    text = (collectivity.paths.rendered / "Caddyfile").read_text()
    assert text.count("\tadmin off\n") == 1
    ours.write_text(text.replace("\tadmin off\n", TO_IT.format(root=root)))
    with network.caddy(program, theirs):
        until((authority / "certificates" / "local" / "acme.test" / "acme.test.crt").exists)
        # Caddy issues anew what has a third of its time left: of this one, which is a minute old, 24 seconds from now.
        ends = datetime.now(UTC) + timedelta(seconds=66)
        planted = plant(collectivity, authority, ends)
        with network.caddy(program, ours):
            until(lambda: network.shown(root) is not None)
            assert network.shown(root) == planted

            def is_another() -> bool:
                number = network.shown(root)
                assert number is not None
                return number != planted

            # Each time it is asked it shows one that holds: else the handshake fails.
            until(is_another, patience=60)
            assert datetime.now(UTC) < ends
