"""`aipower keys`, `sign` and `verify` as they are called."""

import json

import pytest
from running import AIPOWER
from signed_report import CURRENT, OF_2024, a_key, written

from ai_power_export.cli.app import app
from ai_power_export.errors import BadInput


@pytest.fixture
def aipower(tmp_path, monkeypatch, capsys):
    """Call a command in this process, with an empty folder of keys; return exit code, stdout and stderr."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        try:
            code = app([str(each) for each in arguments], standalone_mode=False)
        except BadInput as error:
            return error.exit_code, *capsys.readouterr()[:1], str(error)
        return code or 0, *capsys.readouterr()

    return call


def test_from_no_key_to_a_report_that_others_can_check(aipower, tmp_path):
    report = written(tmp_path, CURRENT)
    code, _, told = aipower("sign", report)
    assert (code, "aipower keys new" in told) == (2, True)
    assert report.read_text() == json.dumps(CURRENT)

    code, out, told = aipower("keys", "new")
    private = next(tmp_path.rglob("signing_key")).read_text().splitlines()[1]
    assert (code, out, private in told) == (0, "", False)
    code, public, told = aipower("keys", "show")
    assert (code, public.startswith("ssh-ed25519 "), "SHA256:" in told) == (0, True, True)

    code, out, told = aipower("sign", report)
    assert (code, out, "report_a.json.sig beside it" in told) == (0, "", True)
    code, out, told = aipower("verify", report)
    assert (code, out, "signed and unchanged, by you SHA256:" in told) == (0, "", True)
    assert aipower("verify", report, "--key", public.strip())[0] == 0
    (tmp_path / "them.pub").write_text(a_key(9).public.text)
    code, _, told = aipower("verify", report, "--key", "them.pub")
    assert (code, "the key is none of those given" in told) == (1, True)


def test_every_report_is_judged_and_the_worst_counts(aipower, tmp_path):
    aipower("keys", "new")
    good, changed, unsigned = (
        written(tmp_path, OF_2024, f"{name}.json") for name in ("good", "changed", "unsigned")
    )
    aipower("sign", good, changed)
    changed.write_text(changed.read_text().replace("4.2e-05", "1.0"))
    (tmp_path / "broken.json").write_text("{")
    code, out, told = aipower("verify", good, changed, unsigned, "--json")
    found = {each["report"]: each["verdict"] for each in json.loads(out)}
    assert (code, told) == (1, "")
    assert found == {str(good): "valid", str(changed): "changed", str(unsigned): "unsigned"}
    code, _, told = aipower("verify", "broken.json", good)
    assert (code, told.count("\n")) == (2, 2)
    assert "good.json: signed and unchanged" in told


def test_a_file_of_trusted_keys_says_who(aipower, tmp_path):
    aipower("keys", "new")
    report = written(tmp_path, CURRENT)
    aipower("sign", report)
    trusted = tmp_path / "publishers"
    trusted.write_text(f"{aipower('keys', 'show')[1].strip()} Example \x1b[31mOrg\n")
    code, _, told = aipower("verify", report, "--trust", trusted)
    assert (code, "by Example \\x1b[31mOrg SHA256:" in told) == (0, True)
    trusted.write_text(f"{a_key(9).public.text} Other\n")
    assert aipower("verify", report, "--trust", trusted)[0] == 1
    assert aipower("verify", report, "--trust", tmp_path / "none")[0] == 2
    assert aipower("verify", report, "--key", "nonsense")[0] == 2
    private = next(tmp_path.rglob("signing_key"))
    for given in (private, private.read_text()):
        code, _, told = aipower("verify", report, "--key", given)
        assert (code, "never give it away" in told, private.read_text().splitlines()[1] in told) == (
            2,
            True,
            False,
        )


def test_a_passphrase_comes_from_the_environment_where_nobody_can_be_asked(aipower, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    code, _, told = aipower("keys", "new", "--passphrase")
    assert (code, "AIPOWER_KEY_PASSPHRASE" in told) == (2, True)
    monkeypatch.setenv("AIPOWER_KEY_PASSPHRASE", "secret")
    assert aipower("keys", "new", "--passphrase")[0] == 0
    assert "ENCRYPTED" in next(tmp_path.rglob("signing_key")).read_text()
    report = written(tmp_path, CURRENT)
    code, _, told = aipower("sign", report)
    assert (code, "secret" in told) == (0, False)
    monkeypatch.delenv("AIPOWER_KEY_PASSPHRASE")
    assert aipower("sign", report)[0] == 2


def test_the_installed_command_tells_what_was_used_wrongly_in_one_line(run):
    done = run("verify", "no.json", program=AIPOWER)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
