import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from bridge.operate.authority import Authority, Certificate

NAME = "valbourg.localhost"


def load(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def handshake(authority: Path, issued: Certificate, name: str) -> str | None:
    """Serve TLS once with *issued* and connect to it as *name*; return the reason for which that failed."""
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(issued.certificate, issued.private_key)
    near, far = socket.socketpair()

    def serve() -> None:
        try:
            with server.wrap_socket(far, server_side=True) as tls:
                tls.recv(1)
        except OSError:
            far.close()

    thread = threading.Thread(target=serve)
    thread.start()
    client = ssl.create_default_context(cafile=str(authority))
    try:
        with client.wrap_socket(near, server_hostname=name) as tls:
            tls.send(b"x")
    except ssl.SSLCertVerificationError as error:
        return str(error.verify_message)
    else:
        return None
    finally:
        near.close()
        thread.join()


def test_a_client_that_trusts_the_authority_trusts_the_server(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    assert handshake(authority.certificate, authority.issue(NAME), NAME) is None


def test_the_certificate_is_good_for_its_own_name_only(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    refusal = handshake(authority.certificate, authority.issue(NAME), "rivemont.localhost")

    assert refusal is not None
    assert "Hostname mismatch" in refusal


def test_another_authority_is_not_trusted(tmp_path: Path) -> None:
    other = Authority(tmp_path / "other")

    assert handshake(other.certificate, Authority(tmp_path / "ours").issue(NAME), NAME) is not None


def test_nobody_else_may_read_the_keys(tmp_path: Path) -> None:
    Authority(tmp_path / "ca").issue(NAME)

    assert {stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "ca").iterdir()} == {0o600}


def test_certificates_are_kept_while_they_last(tmp_path: Path) -> None:
    first = Authority(tmp_path).issue(NAME).certificate.read_bytes()

    assert Authority(tmp_path).issue(NAME).certificate.read_bytes() == first


def test_a_certificate_about_to_expire_is_renewed_by_the_same_authority(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    root, old = authority.certificate.read_bytes(), load(authority.issue(NAME).certificate)

    later = Authority(tmp_path, now=datetime.now(UTC) + timedelta(days=390))
    new = load(later.issue(NAME).certificate)

    assert later.certificate.read_bytes() == root
    assert new.not_valid_after_utc > old.not_valid_after_utc


def test_a_new_authority_issues_new_certificates(tmp_path: Path) -> None:
    """A certificate of the old authority would be valid, and trusted by nobody."""
    Authority(tmp_path).issue(NAME)
    (tmp_path / "authority.key").unlink()

    authority = Authority(tmp_path)

    assert handshake(authority.certificate, authority.issue(NAME), NAME) is None


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    Authority(tmp_path).issue(NAME)
    (tmp_path / f"{NAME}.crt").write_text("-----BEGIN")

    authority = Authority(tmp_path)

    assert handshake(authority.certificate, authority.issue(NAME), NAME) is None
