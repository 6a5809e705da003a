"""Public keys in the forms that others write, and keys in the user's own folder."""

import os
import shutil
import stat
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from ai_power_export.errors import BadInput
from ai_power_export.report.signing.keyring import (
    KEY,
    PUBLIC,
    keys_folder,
    new_key,
    read_signing_key,
    read_trusted_keys,
)
from ai_power_export.report.signing.keys import SigningKey, read_public_key

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows keeps permissions elsewhere")


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def nobody():
    raise AssertionError("asked for a passphrase that the key does not have")


def test_rfc_8032_test_1():
    seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    raw = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    key = SigningKey(ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)))
    assert key.public.raw.hex() == raw
    signature = key.sign(b"")
    assert signature.hex().startswith("e5564300c360ac729086e2cc806e828a")
    assert key.public.verifies(signature, b"")
    assert not key.public.verifies(signature, b"x")


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    path = new_key(tmp_path / "a" / "keys")
    key = read_signing_key(path, nobody)
    assert read_public_key(path.with_name(PUBLIC).read_text()) == key.public
    content = path.read_bytes()
    with pytest.raises(BadInput, match="there is a key already"):
        new_key(path.parent)
    assert path.read_bytes() == content
    assert content.decode().splitlines()[1] not in repr(key)


@POSIX
def test_nobody_else_may_read_the_key(tmp_path):
    path = new_key(tmp_path / "keys")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o640)
    with pytest.raises(BadInput, match="chmod 600"):
        read_signing_key(path, nobody)


@POSIX
def test_a_folder_that_others_may_write_keeps_no_key(tmp_path):
    tmp_path.chmod(0o755)
    with pytest.raises(BadInput, match="chmod 700"):
        new_key(tmp_path)
    assert not (tmp_path / KEY).exists()


@POSIX
def test_no_key_is_written_through_a_link(tmp_path):
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    (folder / KEY).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput):
        new_key(folder)
    assert not (tmp_path / "elsewhere").exists()


def test_an_encrypted_key_asks_for_its_passphrase(tmp_path):
    path = new_key(tmp_path / "keys", b"secret")
    assert b"ENCRYPTED" in path.read_bytes()
    assert read_signing_key(path, lambda: b"secret").public.fingerprint.startswith("SHA256:")
    with pytest.raises(BadInput, match="passphrase is another") as refused:
        read_signing_key(path, lambda: b"wrong")
    assert "wrong" not in str(refused.value)


@pytest.mark.parametrize(
    "content", [b"", b"nothing", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_one_line(tmp_path, content):
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(BadInput, match="no private key"):
        read_signing_key(path, nobody)


def test_keys_of_another_kind_are_refused(tmp_path):
    other = ec.generate_private_key(ec.SECP256R1())
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path = tmp_path / "key"
    path.write_bytes(other.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    path.chmod(0o600)
    with pytest.raises(BadInput, match="another kind than Ed25519"):
        read_signing_key(path, nobody)
    spki = other.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ValueError, match="another kind"):
        read_public_key(spki.decode())
    with pytest.raises(BadInput, match="aipower keys new"):
        read_signing_key(tmp_path / "none", nobody)


def test_a_public_key_is_read_in_all_its_forms(tmp_path):
    private = ed25519.Ed25519PrivateKey.generate()
    key = SigningKey(private).public
    openssh = private.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert key.text == openssh.decode()
    for text in (key.text, f"{key.text} me@here\n", key.text.split()[1], pem.decode()):
        assert read_public_key(text) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "None",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZABC",
        "ssh-rsa AAAAB3NzaC1yc2E=",
        "é",
    ],
)
def test_what_is_no_public_key(text):
    with pytest.raises(ValueError, match="no Ed25519 public key"):
        read_public_key(text)


def test_a_private_key_is_not_taken_for_a_public_one(tmp_path):
    path = new_key(tmp_path / "keys")
    with pytest.raises(ValueError, match="never give it away"):
        read_public_key(path.read_text())


def test_trusted_keys_have_names(tmp_path):
    keys = [SigningKey(ed25519.Ed25519PrivateKey.generate()).public for _ in range(3)]
    lines = [
        "# publishers",
        "",
        f"{keys[0].text}  Example Org",
        f"{keys[1].text}",
        f"{keys[2].text.split()[1]} Other",
    ]
    path = tmp_path / "trusted"
    path.write_text("\n".join(lines))
    assert read_trusted_keys(path) == {keys[0]: "Example Org", keys[1]: "", keys[2]: "Other"}
    path.write_text("\n".join([*lines, "nonsense"]))
    with pytest.raises(BadInput, match="line 6"):
        read_trusted_keys(path)


def test_where_keys_are_kept():
    home = {"HOME": "/home/me", "XDG_CONFIG_HOME": "/etc/mine", "APPDATA": "C:/Roaming"}
    assert keys_folder(home, "linux").as_posix() == "/etc/mine/ai-power-export/keys"
    assert keys_folder(home, "win32").as_posix() == "C:/Roaming/ai-power-export/keys"
    relative = keys_folder({"XDG_CONFIG_HOME": "here"}, "linux")
    assert relative.parts[-3:] == (".config", "ai-power-export", "keys")
    assert "Library" in keys_folder({}, "darwin").parts


@needs("ssh-keygen")
def test_ssh_keygen_and_we_read_each_other(tmp_path):
    ours = new_key(tmp_path / "keys")
    shown = subprocess.run(
        ["ssh-keygen", "-lf", ours.with_name(PUBLIC)], capture_output=True, text=True, check=True
    )
    assert read_signing_key(ours, nobody).public.fingerprint == shown.stdout.split()[1]
    theirs = tmp_path / "id_ed25519"
    subprocess.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-C", "me", "-f", theirs], check=True)
    public = read_public_key(theirs.with_suffix(".pub").read_text())
    assert read_signing_key(theirs, nobody).public == public
