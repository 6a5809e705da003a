"""The user's own folder of keys: making a key, reading one, and whose keys are known.

<folder>/signing_key       private, PEM (PKCS 8), only its owner may read it
<folder>/signing_key.pub   public, to be given to everybody
<folder>/trusted_keys      public keys of others, one a line, each with a name behind it
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from ai_power_export.errors import BadInput
from ai_power_export.report.signing.keys import KIND, PublicKey, SigningKey, read_public_key

KEY, PUBLIC, TRUSTED = "signing_key", "signing_key.pub", "trusted_keys"
OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""Permissions that a private key and its folder give to nobody else."""

Passphrase = Callable[[], bytes]
"""Asks for the passphrase of a key that has one."""


class NoHome(BadInput):
    """The user has no folder of their own."""


def keys_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Return the folder of the user's keys, where the system keeps settings of a user.

    Raises:
        NoHome: The user has none.
    """
    try:
        if platform == "win32":
            base = environment.get("APPDATA") or str(Path.home() / "AppData" / "Roaming")
        elif platform == "darwin":
            base = str(Path.home() / "Library" / "Application Support")
        else:
            # The XDG Base Directory Specification has relative paths ignored.
            given = environment.get("XDG_CONFIG_HOME", "")
            base = given if given.startswith("/") else str(Path.home() / ".config")
    except RuntimeError:
        raise NoHome("no home folder to keep keys in", mend="give --key FILE") from None
    return Path(base) / "ai-power-export" / "keys"


def new_key(folder: Path, passphrase: bytes = b"") -> Path:
    """Make a key and write it, encrypted where a passphrase is given; return its file.

    Raises:
        BadInput: There is a key already, others may read the folder, or it cannot be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    encryption = (
        serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    )
    content = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    path = folder / KEY
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _only_owner(folder, "700")
        _write_private(path, content)
        (folder / PUBLIC).write_text(SigningKey(private).public.text + "\n", encoding="ascii")
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror or error}", str(folder)) from None
    return path


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that was not there and that nobody else can read, at any moment."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput("there is a key already", str(path), "move it away to make another") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _only_owner(path: Path, mode: str) -> None:
    """Refuse what others may read or write; Windows keeps that in lists which the home folder passes on."""
    if os.name == "posix" and path.stat().st_mode & OTHERS:
        raise BadInput("others may read or change it", str(path), f"chmod {mode} {path}")


def read_signing_key(path: Path, passphrase: Passphrase) -> SigningKey:
    """Read a private key, in PEM or as OpenSSH writes it.

    Raises:
        BadInput: There is none, others may read it, it cannot be read, or it is of another kind.
    """
    try:
        content = path.read_bytes()
        if b"PRIVATE KEY-----" not in content:
            raise BadInput("is no private key", str(path), "aipower keys new makes one")
        _only_owner(path, "600")
    except FileNotFoundError:
        raise BadInput("there is no such key", str(path), "aipower keys new makes one") from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror or error}", str(path)) from None
    return _loaded(content, path, passphrase)


def _loaded(content: bytes, path: Path, passphrase: Passphrase) -> SigningKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    openssh = b"BEGIN OPENSSH PRIVATE KEY" in content
    load = serialization.load_ssh_private_key if openssh else serialization.load_pem_private_key
    try:
        key = _with_passphrase(lambda given: load(content, given), passphrase)
    except (ValueError, UnsupportedAlgorithm):
        # The reason is left out: it may show a part of what was read.
        raise BadInput(
            "is no private key that can be read, or its passphrase is another", str(path)
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput("is a key of another kind than Ed25519", str(path), "aipower keys new makes one")
    return SigningKey(key)


def _with_passphrase(load: Callable[[bytes | None], object], passphrase: Passphrase) -> object:
    """Load a key; ask for its passphrase only where it has one, which `cryptography` tells by TypeError."""
    try:
        return load(None)
    except TypeError:
        return load(passphrase())


def own_public_key() -> PublicKey | None:
    """Return the user's own public key, None where there is none; errors as in `keys_folder`.

    Raises:
        BadInput: Its file cannot be read.
    """
    path = keys_folder() / PUBLIC
    try:
        return read_public_key(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadInput(f"cannot be read: {error}", str(path)) from None


def known_keys() -> dict[PublicKey, str]:
    """Return the holders' names by key, as the user's own folder tells; errors as in `own_public_key`."""
    try:
        own, trusted = own_public_key(), keys_folder() / TRUSTED
    except NoHome:
        return {}
    return {
        **({own: "you"} if own else {}),
        **(read_trusted_keys(trusted) if trusted.exists() else {}),
    }


def read_trusted_keys(path: Path) -> dict[PublicKey, str]:
    """Return the names by key in a file of lines such as `ssh-ed25519 AAAA... Name of the holder`.

    Raises:
        BadInput: The file cannot be read, or a line is no key.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot be read: {error}", str(path)) from None
    found = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                key = read_public_key(line)
            except ValueError as error:
                raise BadInput(f"line {number} {error}", str(path)) from None
            words = line.split()
            found[key] = " ".join(words[2:] if words[0] == KIND else words[1:])
    return found
