"""Reports that are signed, and what is noticed of them afterwards."""

import base64
import copy
import hashlib
import json
import shutil
import subprocess
from functools import reduce

import explained_report
import pytest
import rfc8785
from cryptography.hazmat.primitives.serialization import load_ssh_public_key
from hypothesis import given, settings
from hypothesis import strategies as st
from signed_report import CURRENT, OF_2024, VERSIONS, a_key, leaves, written

from ai_power_export.errors import BadInput
from ai_power_export.report.edit.published import note_published
from ai_power_export.report.read import read_report
from ai_power_export.report.signing.sign import sign_report
from ai_power_export.report.signing.verify import Trusted, Verdict, verify_report

SCALARS = st.none() | st.booleans() | st.integers(-5, 2**70) | st.floats() | st.text(max_size=3)


def load(path):
    return json.loads(path.read_text())


def verdict(path, trusted=None):
    return verify_report(path, trusted or Trusted()).verdict


@pytest.fixture(params=VERSIONS)
def signed(request, tmp_path):
    """A signed report of each version."""
    return sign_report(written(tmp_path, VERSIONS[request.param]), a_key()).report


def test_a_signed_report_is_known_again_however_it_is_laid_out(signed):
    verified = verify_report(signed)
    assert (verified.verdict, verified.key) == (Verdict.VALID, a_key().public)
    assert load(signed)["header"]["publisher"]["publicKey"] == a_key().public.text
    signed.write_text(json.dumps(load(signed), sort_keys=True, indent=7))
    assert verdict(signed) is Verdict.VALID
    signed.write_text(json.dumps(dict(reversed([*load(signed).items()])), ensure_ascii=True))
    assert verdict(signed) is Verdict.VALID


def test_signing_keeps_all_that_the_report_said(tmp_path):
    for name, document in VERSIONS.items():
        path = written(tmp_path, document, f"report_{name}.json")
        said = load(sign_report(path, a_key()).report)
        del said["header"]["publisher"]["publicKey"]
        said.pop("$hash", None)
        assert said == document


def test_signing_twice_changes_nothing(signed):
    files = {path: path.read_bytes() for path in signed.parent.iterdir()}
    sign_report(signed, a_key())
    assert {path: path.read_bytes() for path in signed.parent.iterdir()} == files


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_value_that_is_changed_is_noticed(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("tampered")
    document = data.draw(st.sampled_from([*VERSIONS.values()]))
    path = sign_report(written(folder, document), a_key()).report
    assert verdict(path) is Verdict.VALID
    changed = load(path)
    *above, last = data.draw(st.sampled_from([*leaves(changed)]))
    holder = reduce(lambda node, key: node[key], above, changed)
    value = holder[last]
    new = data.draw(
        SCALARS.filter(lambda each: each != value or isinstance(each, bool) != isinstance(value, bool))
    )
    deed = data.draw(st.sampled_from(["replace", "remove", "add"]))
    if deed == "remove":
        del holder[last]
    elif deed == "add":
        (holder.update(unheard=new)) if isinstance(holder, dict) else holder.append(new)
    else:
        holder[last] = new
    path.write_text(json.dumps(changed))
    try:
        assert verdict(path) is not Verdict.VALID
    except BadInput as error:  # NaN is no JSON at all
        assert "NaN" in str(error) or "Infinity" in str(error)


def test_another_spelling_of_the_same_number_is_the_same_value(tmp_path):
    path = sign_report(written(tmp_path, CURRENT), a_key()).report
    path.write_text(path.read_text().replace("4.2e-05", "0.000042"))
    assert verdict(path) is Verdict.VALID
    path.write_text(path.read_text().replace("0.000042", "0.0000421"))
    assert verdict(path) is Verdict.CHANGED


def test_what_a_whole_number_beyond_doubles_hides_is_noticed(tmp_path):
    path = sign_report(written(tmp_path, CURRENT), a_key()).report
    path.write_text(path.read_text().replace('"nbRequest": 2', f'"nbRequest": {2**60 + 1}'))
    verified = verify_report(path)
    assert (verified.verdict, "more digits" in verified.why) == (Verdict.CHANGED, True)


def test_a_name_that_stands_twice_is_refused(signed):
    signed.write_text(signed.read_text().replace('"measures"', '"task": {}, "measures"', 1))
    with pytest.raises(BadInput, match="twice"):
        verify_report(signed)


def test_not_signed(tmp_path):
    for name, document in VERSIONS.items():
        assert verdict(written(tmp_path, document, f"{name}.json")) is Verdict.UNSIGNED


def test_a_detached_signature_of_another_report(tmp_path):
    one = sign_report(written(tmp_path, CURRENT, "a.json"), a_key())
    other = copy.deepcopy(CURRENT)
    other["header"]["reportId"] = "other"
    two = sign_report(written(tmp_path, other, "b.json"), a_key())
    shutil.copy(one.signature, two.signature)
    verified = verify_report(two.report)
    assert (verified.verdict, verified.why) == (Verdict.CHANGED, "the signature is of another report")
    one.signature.unlink()
    assert verdict(one.report) is Verdict.UNSIGNED


def test_a_signature_file_that_was_changed(tmp_path):
    signed = sign_report(written(tmp_path, CURRENT), a_key())
    good = load(signed.signature)
    bad = {
        "publicKey": [(a_key(2).public.text, Verdict.CHANGED), ("x", Verdict.UNREADABLE)],
        "hash": [("00" * 64, Verdict.CHANGED), ("x", Verdict.UNREADABLE)],
        "value": [(base64.b64encode(b"x" * 64).decode(), Verdict.CHANGED), ("?", Verdict.UNREADABLE)],
        "hashAlgorithm": [("SHA-256", Verdict.CHANGED), ("SHA-1", Verdict.UNREADABLE)],
        "cryptographicAlgorithm": [("RSA", Verdict.UNREADABLE), (None, Verdict.UNREADABLE)],
    }
    for name, cases in bad.items():
        for value, expected in cases:
            signed.signature.write_text(json.dumps({**good, name: value}))
            assert verdict(signed.report) is expected, (name, value)
    for text in ("", "[]", "{}", json.dumps(good).replace("{", '{"hash": "00", ', 1)):
        signed.signature.write_text(text)
        assert verdict(signed.report) is Verdict.UNREADABLE


def test_a_signature_in_the_report_that_cannot_be_checked(tmp_path):
    path = sign_report(written(tmp_path, OF_2024), a_key()).report
    for value in (None, [], {}, {"hashAlgorithm": "SHA-1", "cryptographicAlgorithm": "RSA", "value": "AAAA"}):
        path.write_text(json.dumps({**load(path), "$hash": value}))
        assert verdict(path) is Verdict.UNREADABLE


def test_signed_by_another_key_than_the_header_names(tmp_path):
    path = sign_report(written(tmp_path, CURRENT), a_key()).report
    # Somebody else signs the report as it is, with their own tool.
    stranger = a_key(2)
    hashed = hashlib.sha512(rfc8785.dumps(load(path))).digest()
    beside = path.with_name(path.name + ".sig")
    forged = {**load(beside), "publicKey": stranger.public.text}
    forged["value"] = base64.b64encode(stranger.sign(hashed)).decode()
    beside.write_text(json.dumps(forged))
    verified = verify_report(path)
    assert (verified.verdict, verified.key) == (Verdict.OTHER_KEY, stranger.public)


def test_signed_in_the_report_by_a_key_that_the_header_does_not_name(tmp_path):
    document = copy.deepcopy(OF_2024)
    document["header"]["publisher"]["publicKey"] = a_key(2).public.text
    hashed = hashlib.sha512(rfc8785.dumps(document)).digest()
    seal = {"hashAlgorithm": "SHA-512", "cryptographicAlgorithm": "EDDSA"}
    document["$hash"] = {**seal, "value": base64.b64encode(a_key().sign(hashed)).decode()}
    path = written(tmp_path, document)
    assert verdict(path) is Verdict.CHANGED
    assert verdict(path, Trusted({a_key().public: "me"})) is Verdict.OTHER_KEY


def test_only_keys_that_are_asked_for_are_good(signed):
    known = verify_report(signed, Trusted({a_key().public: "Example Org"}))
    assert (known.verdict, known.holder) == (Verdict.VALID, "Example Org")
    others = {a_key(2).public: "Other"}
    assert verify_report(signed, Trusted(others)).holder == ""
    assert verdict(signed, Trusted(others)) is Verdict.VALID
    assert verdict(signed, Trusted(others, required=True)) is Verdict.UNTRUSTED


def test_another_key_in_the_header_gives_way_only_when_told(signed):
    before = signed.read_bytes()
    with pytest.raises(BadInput, match="--replace-key"):
        sign_report(signed, a_key(2))
    assert signed.read_bytes() == before
    sign_report(signed, a_key(2), replace_key=True)
    assert verify_report(signed).key == a_key(2).public


def test_a_signature_of_somebody_else_without_a_key_is_kept(tmp_path):
    path = written(tmp_path, {**OF_2024, "$hash": {"value": "theirs"}})
    with pytest.raises(BadInput, match="not yours"):
        sign_report(path, a_key())


def test_a_header_that_names_the_key_in_another_form_stays_as_it_is(tmp_path):
    document = copy.deepcopy(CURRENT)
    document["header"]["publisher"]["publicKey"] = a_key().public.text.split()[1]
    path = written(tmp_path, document)
    before = path.read_bytes()
    sign_report(path, a_key())
    assert (path.read_bytes(), verdict(path)) == (before, Verdict.VALID)


def test_a_published_report_does_not_become_another_by_a_signature(tmp_path):
    unsigned = written(tmp_path, CURRENT)
    note_published(unsigned, "somewhere")
    with pytest.raises(BadInput, match="was published without your key"):
        sign_report(unsigned, a_key())
    assert load(unsigned) == CURRENT
    named = copy.deepcopy(CURRENT)
    named["header"]["publisher"]["publicKey"] = a_key().public.text
    named_path = written(tmp_path, named, "report_b.json")
    note_published(named_path, "somewhere")
    sign_report(named_path, a_key())  # a signature beside it changes nothing
    assert (load(named_path), verdict(named_path)) == (named, Verdict.VALID)


@pytest.mark.parametrize("header", [None, {}, {"publisher": []}])
def test_nobody_can_sign_where_nobody_publishes(tmp_path, header):
    document = {**CURRENT, "header": header}
    with pytest.raises(BadInput, match="names no publisher"):
        sign_report(written(tmp_path, document), a_key())


def test_what_cannot_be_signed_stays_as_it_is(tmp_path):
    path = written(tmp_path, {**CURRENT, "unheard": 2**60})
    before = path.read_bytes()
    with pytest.raises(BadInput, match=r"report_a\.json: cannot be signed"):
        sign_report(path, a_key())
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_the_evidence_says_that_the_user_gave_the_key(tmp_path):
    document, beside = explained_report.documents()
    document["header"]["publisher"]["confidentialityLevel"] = "public"
    document["header"]["reportStatus"] = "draft"
    path = written(tmp_path, document)
    path.with_suffix(".evidence.json").write_text(json.dumps(beside))
    sign_report(path.with_suffix(".evidence.json"), a_key())
    saved = read_report(path)
    fact = saved.evidence.decisions["header.publisher.publicKey"].winner
    assert (fact.value, fact.origin.value, fact.place) == (a_key().public.text, "user", "aipower sign")
    assert "header.publisher.publicKey" not in saved.evidence.absent
    assert {each.name for each in tmp_path.iterdir()} == {
        "report_a.json",
        "report_a.json.sig",
        "report_a.evidence.json",
    }
    assert verdict(tmp_path) is Verdict.VALID


def test_interrupted_before_the_signature_it_is_not_signed(tmp_path, monkeypatch):
    path = written(tmp_path, CURRENT)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("ai_power_export.report.signing.sign.to_file", stop)
    with pytest.raises(KeyboardInterrupt):
        sign_report(path, a_key())
    assert verdict(path) is Verdict.UNSIGNED
    monkeypatch.undo()
    sign_report(path, a_key())
    assert verdict(path) is Verdict.VALID


@pytest.mark.parametrize("version", VERSIONS)
def test_anybody_can_check_it_without_us(tmp_path, version):
    """The recipe of docs/sign.md, with nothing of this package."""
    path = sign_report(written(tmp_path, VERSIONS[version]), a_key()).report
    report = load(path)
    seal = report.pop("$hash", None) or load(path.with_name(path.name + ".sig"))
    digest = hashlib.sha512(rfc8785.dumps(report)).digest()
    key = load_ssh_public_key(report["header"]["publisher"]["publicKey"].encode())
    key.verify(base64.b64decode(seal["value"]), digest)
    assert seal.get("hash", digest.hex()) == digest.hex()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_checks_it(tmp_path):
    path = sign_report(written(tmp_path, CURRENT), a_key()).report
    seal = load(path.with_name(path.name + ".sig"))
    raw = a_key().public.raw
    spki = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + raw).decode()  # RFC 8410, section 4
    (tmp_path / "key.pem").write_text(f"-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n")
    (tmp_path / "digest").write_bytes(bytes.fromhex(seal["hash"]))
    (tmp_path / "signature").write_bytes(base64.b64decode(seal["value"]))
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in digest -sigfile signature"
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True)
    if "rawin" in done.stderr:
        pytest.skip("openssl before 3.0 has no -rawin")
    assert (done.returncode, "Verified Successfully" in done.stdout) == (0, True)
