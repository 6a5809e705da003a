"""Ed25519 keys (RFC 8032): how public ones are written and read, and what both do.

A public key is written as OpenSSH writes it (RFC 8709): `ssh-ed25519 AAAA...`. The samples of the
format have the second word alone, which is read as well, and so is PEM, which OpenSSL writes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KIND = "ssh-ed25519"
SIZE = 32
"""Bytes of a public key."""
_BEFORE = struct.pack(">I", len(KIND)) + KIND.encode() + struct.pack(">I", SIZE)
"""What stands before the key itself in OpenSSH's form: its kind and its length (RFC 4251, section 5)."""


@dataclass(frozen=True)
class PublicKey:
    """The key that anybody may know."""

    raw: bytes
    """The 32 bytes of the key."""

    @property
    def text(self) -> str:
        """The key on one line: `ssh-ed25519 AAAA...`."""
        return f"{KIND} {base64.b64encode(_BEFORE + self.raw).decode()}"

    @property
    def fingerprint(self) -> str:
        """The short name of the key, as `ssh-keygen -l` prints it: `SHA256:...`."""
        hashed = hashlib.sha256(_BEFORE + self.raw).digest()
        return f"SHA256:{base64.b64encode(hashed).decode().rstrip('=')}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Tell whether the holder of this key has signed a message."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """The key that only its holder may know; nothing prints it."""

    _private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """The public key that belongs to it."""
        return PublicKey(self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes; always the same for the same message."""
        return self._private.sign(message)


def read_public_key(text: str) -> PublicKey:
    """Read a public key as OpenSSH, the samples of the format, or OpenSSL write it.

    Raises:
        ValueError: It is no Ed25519 public key.
    """
    if "-----BEGIN" in text:
        return _from_pem(text)
    words = text.split()
    encoded = words[1] if len(words) > 1 and words[0] == KIND else words[0] if words else ""
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    if not blob.startswith(_BEFORE) or len(blob) != len(_BEFORE) + SIZE:
        raise ValueError(f"is no Ed25519 public key such as '{KIND} AAAA...'")
    return PublicKey(blob.removeprefix(_BEFORE))


def _from_pem(text: str) -> PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if "PRIVATE KEY" in text:
        raise ValueError("is a private key: never give it away, give the public one")
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("is no public key that can be read") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("is a public key of another kind than Ed25519")  # noqa: TRY004 - it is text
    return PublicKey(key.public_bytes_raw())
