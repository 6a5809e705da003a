"""Certificates that tests sign themselves, and an environment that trusts few others."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def few_certificates(tmp_path_factory, monkeypatch):
    """Trust one certificate, which nobody has: to load all of the usual ones takes most of a test's time."""
    folder = tmp_path_factory.getbasetemp() / "nobody"
    if not folder.exists():
        folder.mkdir()
        certificate(folder, "nobody.invalid")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "certificate.pem"))


def certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, str]:
    """A server's TLS with a certificate that it signed itself, and the file of that certificate."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    try:
        named = x509.IPAddress(ip_address(host))
    except ValueError:
        named = x509.DNSName(host)
    now = datetime.now(timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([named]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, both = folder / "certificate.pem", folder / "both.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both.write_bytes(private + path.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, str(path)
