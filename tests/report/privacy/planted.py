"""Made-up secrets, paths and identities of all kinds, each with the parts of it that must not get out.

All are drawn from a seeded generator, and none is written out here: scanners of
repositories find nothing, and nothing is anybody's.
"""

from __future__ import annotations

import base64
import json
import random
import string
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LETTERS, DIGITS = string.ascii_letters, string.digits
ALNUM = LETTERS + DIGITS
URL_SAFE = ALNUM + "-_"
HEX = "0123456789abcdef"

ACCOUNT = "qzvorn" + "thal"
"""An account that nobody has; the end-to-end tests run as it."""
PERSON = "Ottilie " + "Quarzfeder"
MACHINE = "zephyrine" + "-node7"


@dataclass(frozen=True)
class Planted:
    """Something private, and what of it must never be read elsewhere."""

    kind: str
    text: str
    needles: tuple[str, ...]


def planted(seed: int = 7, each: int = 7) -> list[Planted]:
    """Return `each` values of every kind."""
    rng = random.Random(seed)
    found = []
    for kind, make in KINDS.items():
        for _ in range(each):
            text, *needles = make(rng)
            found.append(Planted(kind, text, tuple(needles or [text])))
    return found


def word(rng: random.Random, length: int = 8) -> str:
    """Return a word that no language has, so that finding it somewhere is no chance."""
    return "q" + "".join(rng.choice("bcdfghjklmnpqrstvwxz") + rng.choice("aeiou") for _ in range(length // 2))


def draw(rng: random.Random, characters: str, length: int) -> str:
    """Return characters by chance, digits and letters among them."""
    return "".join(rng.choice(characters) for _ in range(length - 3)) + "a7Q"[: max(0, length)]


def _prefixed(*prefixes: str, characters: str = ALNUM, length: int = 36) -> Callable[[random.Random], tuple]:
    def make(rng: random.Random) -> tuple:
        secret = draw(rng, characters, length)
        return (rng.choice(prefixes) + secret, secret)

    return make


def _jwt(rng: random.Random) -> tuple:
    parts = [{"alg": "HS" + "256"}, {"sub": word(rng)}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return (".".join([*encoded, draw(rng, URL_SAFE, 43)]), encoded[1])


def _pem(rng: random.Random) -> tuple:
    kind = rng.choice(["", "RSA ", "EC ", "OPENSSH "])
    lines = [draw(rng, ALNUM + "+/", 64) for _ in range(3)]
    dashes = "-" * 5
    edges = [f"{dashes}{edge} {kind}PRIVATE" + f" KEY{dashes}" for edge in ("BEGIN", "END")]
    return ("\n".join([edges[0], *lines, edges[1]]), *lines)


def _ssh(rng: random.Random) -> tuple:
    key = "AAAA" + draw(rng, ALNUM + "+/", 68)
    return (f"ssh-{rng.choice(['ed25519', 'rsa'])} {key} {word(rng)}@laptop", key)


def _aws(rng: random.Random) -> tuple:
    return (rng.choice(["AK" + "IA", "AS" + "IA"]) + draw(rng, string.ascii_uppercase + DIGITS, 16).upper(),)


def _aws_secret(rng: random.Random) -> tuple:
    secret = draw(rng, ALNUM, 40)
    return (f"aws_secret_access_key{rng.choice(['=', ' = ', ': '])}{secret}", secret)


def _azure(rng: random.Random) -> tuple:
    key = draw(rng, ALNUM, 84) + "=="
    account = word(rng)
    return (f"DefaultEndpointsProtocol=https;AccountName={account};Account" + f"Key={key}", key[:-2])


def _google(rng: random.Random) -> tuple:
    return (rng.choice(["AI" + "za", "ya29" + "."]) + draw(rng, URL_SAFE, 35),)


def _named(rng: random.Random) -> tuple:
    name = rng.choice(["password", "db_password", "passwd", "DB_PASSWORD", "client_secret", "smtp-password"])
    secret = draw(rng, ALNUM + "!%*", 14)
    return (rng.choice([f"{name}={secret}", f"{name}: {secret}", f"--{name} {secret}"]), secret)


def _key_named(rng: random.Random) -> tuple:
    name = rng.choice(
        ["api_key", "apiKey", "WANDB_API_KEY", "auth_token", "ACCESS_TOKEN", "x-api-key", "secret_key"]
    )
    secret = draw(rng, HEX, 40)
    return (rng.choice([f"{name}={secret}", f'"{name}": "{secret}"', f"{name} is {secret}"]), secret)


def _with_credentials(rng: random.Random) -> tuple:
    user, secret, scheme = word(rng), draw(rng, ALNUM, 12), rng.choice(["https", "http", "git+https", "ftp"])
    return (f"{scheme}://{user}:{secret}@example.org/{word(rng)}.git", user, secret)


def _signed(rng: random.Random) -> tuple:
    secret, name = draw(rng, HEX, 64), word(rng)
    query = rng.choice(["X-Amz-Signature", "sig", "access_token", "X-Goog-Signature", "api_key", "Signature"])
    return (f"https://{name}.example.org/data.csv?v=2&{query}={secret}", secret, name)


def _database(rng: random.Random) -> tuple:
    scheme = rng.choice(["postgresql", "mysql+pymysql", "mongodb+srv", "redis", "amqp", "snowflake"])
    user, secret = word(rng), draw(rng, ALNUM, 12)
    return (f"{scheme}://{user}:{secret}@db.{word(rng)}.example.org:5432/{word(rng)}", user, secret)


def _hook(rng: random.Random) -> tuple:
    secret = draw(rng, ALNUM, 24)
    return ("https://hooks." + f"slack.com/services/T{draw(rng, DIGITS, 8)}/B0/{secret}", secret)


def _home(rng: random.Random) -> tuple:
    user, folder = word(rng), word(rng)
    base = rng.choice(["/home/{}", "/Users/{}", "/export/home/{}", "/mnt/nfs/home/{}", "/home2/{}"])
    return (f"{base.format(user)}/{folder}/train.csv", user, folder)


def _absolute(rng: random.Random) -> tuple:
    top, folder = rng.choice(["data", "mnt", "srv", "opt", "tmp", "scratch", "var/lib"]), word(rng)
    return (f"/{top}/{folder}/{word(rng)}/model.pt", folder, f"/{top}/")


def _windows(rng: random.Random) -> tuple:
    user, folder = word(rng), word(rng)
    slash = rng.choice(["\\", "/", "\\\\"])
    return (slash.join([rng.choice("CDE") + ":", "Users", user, folder, "data.xlsx"]), user, folder)


def _windows_with_blanks(rng: random.Random) -> tuple:
    first, last = word(rng).title(), word(rng).title()
    return (f"C:\\Users\\{first} {last}\\My Documents\\data.csv", first, last)


def _share(rng: random.Random) -> tuple:
    server, share = word(rng), word(rng)
    return (f"\\\\{server}\\{share}\\models\\model.h5", server, share)


def _file_uri(rng: random.Random) -> tuple:
    user, folder = word(rng), word(rng)
    return (f"file://{rng.choice(['', 'localhost'])}/home/{user}/{folder}/iris.csv", user, folder)


def _tilde(rng: random.Random) -> tuple:
    folder = word(rng)
    return (f"~{rng.choice(['', word(rng)])}/{folder}/weights.bin", folder)


def _email(rng: random.Random) -> tuple:
    user, host = word(rng), word(rng)
    return (
        f"{user}{rng.choice(['', '.', '+'])}{word(rng)}@{host}.{rng.choice(['org', 'com', 'ac.uk', 'fr'])}",
        user,
        host,
    )


def _login(rng: random.Random) -> tuple:
    user, host = word(rng), word(rng)
    return (f"{user}@{host}:{rng.choice(['~/runs/a', '/srv/runs', 'group/name.git'])}", user, host)


def _internal_host(rng: random.Random) -> tuple:
    host = word(rng)
    end = rng.choice(["corp", "internal", "lan", "local", "intranet", "home.arpa", "localdomain"])
    return (f"{host}.{rng.choice(['', 'gpu.'])}{end}", host)


def _internal_url(rng: random.Random) -> tuple:
    host, name = word(rng), word(rng)
    address = rng.choice([host, f"{host}.corp", f"{host}.lan:8443", f"10.{rng.randrange(256)}.3.4:5000"])
    needle = address.partition(":")[0]
    return (f"http{rng.choice(['', 's'])}://{address}/{name}/iris.csv", needle, name)


def _store(rng: random.Random) -> tuple:
    bucket, folder = word(rng), word(rng)
    scheme = rng.choice(["s3", "gs", "abfss", "hdfs", "wasbs", "smb", "sftp"])
    return (f"{scheme}://{bucket}/{folder}/part-0.parquet", bucket, folder)


def _ipv4(rng: random.Random) -> tuple:
    a, b, c = (rng.randrange(1, 255) for _ in range(3))
    return (
        rng.choice(
            [f"10.{a}.{b}.{c}", f"192.168.{a}.{b}", f"172.{rng.randrange(16, 32)}.{b}.{c}", f"100.64.{a}.{b}"]
        ),
    )


def _ipv6(rng: random.Random) -> tuple:
    groups = ":".join(f"{rng.randrange(4096, 65536):x}" for _ in range(4))
    return (rng.choice([f"fe80::{groups}", f"fd12:3456:789a:1:{groups}", f"2a01:4f8:c17:1:{groups}"]), groups)


def _mac(rng: random.Random) -> tuple:
    sign = rng.choice(":-")
    return (sign.join(f"{rng.randrange(256):02x}" for _ in range(6)),)


def _gpu(rng: random.Random) -> tuple:
    number = uuid.UUID(int=rng.getrandbits(128), version=4)
    return (f"{rng.choice(['GPU', 'MIG'])}-{number}", str(number))


def _position(rng: random.Random) -> tuple:
    north, east = f"{rng.uniform(1, 80):.5f}", f"{rng.uniform(1, 80):.5f}"
    return (
        rng.choice([f"lat {north}, lon {east}", f"{north}° N, {east}° E", f"geo:{north},{east}"]),
        north,
        east,
    )


def _account(rng: random.Random) -> tuple:
    within = ["{}Model", "my{}", "__main__.My{}Net", "{}2Vec", "train{}"]
    if rng.random() < 0.3:
        return (rng.choice(within).format(ACCOUNT.title()), ACCOUNT)
    text = rng.choice(["run by {}", "{}'s model", "{}_resnet", "model-of-{}", "{} and others"])
    return (text.format(rng.choice([ACCOUNT, ACCOUNT.upper(), ACCOUNT.title()])), ACCOUNT)


def _person(rng: random.Random) -> tuple:
    return (rng.choice(["written by {}", "{}", "thesis of {}"]).format(PERSON), PERSON)


def _machine(rng: random.Random) -> tuple:
    return (
        rng.choice(["measured on {}", "{}", "{}.cluster.example.org", "node {}:8080"]).format(MACHINE),
        MACHINE,
    )


KINDS: dict[str, Callable[[random.Random], tuple]] = {
    "AWS key id": _aws,
    "AWS secret key": _aws_secret,
    "Google key": _google,
    "Azure connection string": _azure,
    "GitHub token": _prefixed("gh" + "p_", "gh" + "s_", "github" + "_pat_"),
    "GitLab token": _prefixed("gl" + "pat-", "gl" + "rt-", characters=URL_SAFE, length=20),
    "Hugging Face token": _prefixed("h" + "f_", length=34),
    "OpenAI key": _prefixed("s" + "k-", "s" + "k-proj-", length=48),
    "Anthropic key": _prefixed("s" + "k-ant-api03-", characters=URL_SAFE, length=60),
    "Slack token": _prefixed("xo" + "xb-", "xo" + "xp-", "xa" + "pp-1-"),
    "Stripe key": _prefixed("s" + "k_live_", "r" + "k_test_", "wh" + "sec_", length=24),
    "npm token": _prefixed("np" + "m_"),
    "PyPI token": _prefixed("pypi-" + "AgEIcHlwaS5vcmc", characters=URL_SAFE, length=60),
    "JWT": _jwt,
    "private key": _pem,
    "SSH key": _ssh,
    "bearer token": _prefixed("Bearer" + " ", "Authorization: Bearer" + " "),
    "password with its name": _named,
    "key with its name": _key_named,
    "long random text": _prefixed("", length=44),
    "URL with credentials": _with_credentials,
    "signed URL": _signed,
    "database address": _database,
    "webhook": _hook,
    "home folder": _home,
    "absolute path": _absolute,
    "Windows path": _windows,
    "Windows path with blanks": _windows_with_blanks,
    "file share": _share,
    "file URI": _file_uri,
    "path from the home folder": _tilde,
    "e-mail address": _email,
    "account on a machine": _login,
    "internal host": _internal_host,
    "internal URL": _internal_url,
    "private storage": _store,
    "private IPv4 address": _ipv4,
    "IPv6 address": _ipv6,
    "MAC address": _mac,
    "UUID of a GPU": _gpu,
    "coordinates": _position,
    "account": _account,
    "person": _person,
    "machine": _machine,
}


def leaks(text: str, values: list[Planted]) -> Iterator[Planted]:
    """Yield what of the planted values can be read in a text, in upper or lower case, escaped or not."""
    lowered = text.lower()
    for value in values:
        if any(needle.lower() in lowered for needle in value.needles):
            yield value
