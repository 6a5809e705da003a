"""Reports arrive in real git repositories once, as a commit that names nobody, and nothing of others is touched."""

from __future__ import annotations

import getpass
import json
import os
import random
import shutil
import socket
import time
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import psutil
import pytest
from certificates import certificate
from git_servers import Remote, WebServer, daemon
from public_reports import public_report

from ai_power_export.deliver.git.clone import Clone
from ai_power_export.deliver.git.destination import Git
from ai_power_export.deliver.interface import Parcel, Receipt, Refused, Unreachable
from ai_power_export.report.write import json_bytes, report_name

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

TOKEN = "qz-7b1d0c55-word-of-a-test"


@pytest.fixture(autouse=True)
def own_git(tmp_path, monkeypatch):
    """No git settings of whoever runs the tests; returns the file of those that hold."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "SSH_"))]:
        monkeypatch.delenv(name)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home/.config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return tmp_path / "home/.gitconfig"


@pytest.fixture
def remote(tmp_path):
    return Remote(tmp_path / "served/data.git")


def parcel(number: int, **header) -> Parcel:
    document = public_report(number, **header)
    return Parcel(f"{report_name(document)}.json", document)


def no_token() -> None:
    return None


def deliver(words: str, *parcels: Parcel, token=no_token) -> list:
    return list(Git(words, token).deliver(parcels))


def stored(remote: Remote, branch: str) -> dict[str, dict]:
    return {path: json.loads(text) for path, text in remote.files(branch).items()}


def ours(remote: Remote) -> str:
    (branch,) = (name for name in remote.branches() if name.startswith("aipower/"))
    return branch


# ---- what arrives ---------------------------------------------------------------------------------


def test_many_reports_are_one_commit_on_a_branch_of_ours(remote, capsys):
    some = [parcel(number) for number in range(3)]
    answers = deliver(remote.address, *some)
    branch = ours(remote)
    assert answers == [Receipt(True, f"{branch}:data/{each.name}") for each in some]
    assert stored(remote, branch) == {f"data/{each.name}": each.document for each in some}
    assert remote.git("rev-list", "--count", f"main..{branch}") == "1"
    assert branch == "aipower/" + remote.git("rev-parse", "main")[:10]
    assert remote.git("show", f"{branch}:data/{some[0].name}") + "\n" == json_bytes(some[0].document).decode()
    assert branch in capsys.readouterr().err


def test_a_commit_names_neither_a_person_nor_a_machine(remote, own_git, monkeypatch):
    own_git.write_text("[user]\n name = Qz Someone\n email = qz@someone.example\n")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Qz Someone")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "qz@someone.example")
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    deliver(remote.address, parcel(1))
    commit = remote.git("cat-file", "-p", ours(remote))
    who = "ai-power-export <ai-power-export@noreply.invalid>"
    assert commit.count(who) == 2
    assert commit.count("+0000") == 2
    for private in ("someone", socket.gethostname(), f"{getpass.getuser()}@"):
        assert private not in commit.lower()


def test_a_signature_lies_beside_its_report(remote):
    one = parcel(1)
    deliver(remote.address, Parcel(one.name, one.document, {"value": "c2lnbmVk"}))
    assert stored(remote, ours(remote))[f"data/{one.name}.sig"] == {"value": "c2lnbmVk"}


@pytest.mark.parametrize(("folder", "path"), [("", ""), ("a/b c/é", "a/b c/é/"), ('q"uote', 'q"uote/')])
def test_folder_and_branch_are_the_users_choice(remote, folder, path):
    one = parcel(1)
    assert deliver(f"{remote.address}?branch=reports/new&folder={folder}", one)[0].is_new
    assert stored(remote, "reports/new") == {f"{path}{one.name}": one.document}
    assert remote.git("merge-base", "main", "reports/new") == remote.git("rev-parse", "main")


def test_an_empty_repository_gets_its_first_branch_by_name_alone(tmp_path):
    remote = Remote(tmp_path / "empty.git", is_empty=True)
    (answer,) = deliver(remote.address, parcel(1))
    assert isinstance(answer, Refused)
    assert "?branch=" in str(answer)
    assert deliver(f"{remote.address}?branch=main", parcel(1))[0].is_new
    assert remote.branches() == ["main"]


def test_a_dry_run_tells_the_files_and_asks_for_no_token(remote):
    def asked():
        raise AssertionError

    lines = list(Git(remote.address, asked).requests([parcel(1), parcel(2)]))
    assert [parcel(1).name in lines[0], parcel(2).name in lines[1]] == [True, True]
    assert "noreply.invalid" in lines[-1]
    assert remote.branches() == ["main"]


# ---- once, and never instead of another -----------------------------------------------------------


def test_the_same_report_is_there_once_on_whichever_branch(remote):
    one, two = parcel(1), parcel(2)
    assert deliver(remote.address, one)[0].is_new
    first = ours(remote)
    answers = deliver(f"{remote.address}?branch=reports", one, two)
    assert [each.is_new for each in answers] == [False, True]
    assert answers[0].where == f"{first}:data/{one.name}"
    assert answers[1].where == f"reports:data/{two.name}"
    remote.git("update-ref", "refs/heads/main", "reports")
    assert [each.is_new for each in deliver(remote.address, two, one)] == [False, False]
    assert remote.branches() == sorted([first, "main", "reports"])
    assert {name: len(commits) for name, commits in remote.places().items()} == {
        f"data/{one.name}": 1,
        f"data/{two.name}": 1,
    }


def test_reports_gather_on_one_branch_until_it_is_merged(remote):
    deliver(remote.address, parcel(1))
    first = ours(remote)
    remote.add({"other": "x"}, "main")
    deliver(remote.address, parcel(2))
    assert ours(remote) == first
    # Squashed into the default branch, whose commits know nothing of ours.
    remote.add(remote.files(first), "main")
    (answer,) = deliver(remote.address, parcel(3))
    assert answer.where.startswith(f"aipower/{remote.git('rev-parse', 'main')[:10]}:")
    assert not deliver(remote.address, parcel(1), parcel(2))[0].is_new


def test_who_pushes_the_very_same_commit_later_is_not_told_that_it_is_new(remote, monkeypatch):
    push = Clone.push

    def push_after_another(clone, commit, branch):
        monkeypatch.setattr(Clone, "push", push)
        assert deliver(remote.address, parcel(1))[0].is_new
        push(clone, commit, branch)

    monkeypatch.setattr("time.time", lambda: 1_700_000_000)  # commits of one second
    monkeypatch.setattr(Clone, "push", push_after_another)
    assert not deliver(remote.address, parcel(1))[0].is_new


def test_what_was_merged_and_laid_out_otherwise_is_the_same_report(remote):
    one = parcel(1)
    remote.add({f"data/{one.name}": json.dumps(one.document, sort_keys=True)}, "main")
    assert deliver(remote.address, one) == [Receipt(False, f"main:data/{one.name}")]
    assert remote.branches() == ["main"]


def test_what_is_there_as_we_write_it_is_known_without_a_look_at_it(remote, monkeypatch):
    some = [parcel(number) for number in range(5)]
    deliver(remote.address, *some)
    monkeypatch.setattr(Clone, "content", None)
    assert [each.is_new for each in deliver(remote.address, *some)] == [False] * 5


@pytest.mark.parametrize("text", ["{}", "no report", "[" * 10_000])
def test_another_report_of_the_same_name_is_left_as_it_is(remote, text):
    one, two = parcel(1), parcel(2)
    remote.add({f"data/{one.name}": text}, "main")
    refused, arrived = deliver(remote.address, one, two)
    assert isinstance(refused, Refused)
    assert "another report has this name there" in str(refused)
    assert arrived.is_new
    assert remote.git("show", f"{ours(remote)}:data/{one.name}") == text


def test_reports_of_one_name_in_one_delivery(remote):
    one = parcel(1)
    other = Parcel(one.name, public_report(2))
    answers = deliver(remote.address, one, one, other)
    assert [type(each) for each in answers] == [Receipt, Receipt, Refused]
    assert [each.is_new for each in answers[:2]] == [True, False]


@pytest.mark.parametrize("folder", ["README.md", "README.md/deeper"])
def test_a_file_is_not_replaced_by_a_folder(remote, folder):
    (answer,) = deliver(f"{remote.address}?folder={folder}", parcel(1))
    assert isinstance(answer, Refused)
    assert "?folder=" in str(answer)
    assert remote.branches() == ["main"]


def test_who_was_quicker_keeps_what_they_pushed(remote):
    """The branch moves between the look at it and the push: a hook of the server commits to it first."""
    remote.add({"data/theirs": "1"}, "theirs")
    theirs = remote.git("rev-parse", "theirs")
    remote.git("update-ref", "-d", "refs/heads/theirs")
    once = "test -e pushed && exit 0; touch pushed; while read old new name; do "
    remote.hook("pre-receive", f"{once} env -u GIT_QUARANTINE_PATH git update-ref $name {theirs}; done")
    assert deliver(remote.address, parcel(1))[0].is_new
    assert set(remote.files(ours(remote))) == {"data/theirs", f"data/{parcel(1).name}"}


def test_a_branch_that_never_rests_is_tried_again_later(remote, monkeypatch):
    monkeypatch.setattr("ai_power_export.deliver.git.destination.ATTEMPTS", 2)
    remote.hook("update", "echo 'cannot lock ref' >&2; exit 1")
    (answer,) = deliver(remote.address, parcel(1))
    assert isinstance(answer, Unreachable)


def _deliver_in_a_process(words: str, numbers: list[int]) -> list[bool]:
    return [each.is_new for each in deliver(words, *map(parcel, numbers))]


def test_pushers_at_the_same_time_lose_nothing_and_double_nothing(tmp_path):
    remote = Remote(tmp_path / "served/data.git")
    batches = [[1, 2, 3], [3, 2], [2, 4], [5, 1]]
    with daemon(tmp_path / "served") as served, get_context("fork").Pool(4) as pool:
        work = [(f"{served}/data.git", numbers) for numbers in batches]
        found = pool.starmap_async(_deliver_in_a_process, work)
        remote.add({"data/somebody": "1"}, "others")
        news = found.get(120)
    assert sum(map(sum, news)) == 5
    arrived = {f"data/{parcel(number).name}" for number in range(1, 6)}
    assert arrived <= set(remote.places())
    assert {len(commits) for commits in remote.places().values()} == {1}


# ---- what goes wrong ------------------------------------------------------------------------------


def test_a_protected_branch_says_so_and_what_is_there_is_there(remote):
    deliver(remote.address, parcel(1))
    remote.hook(
        "pre-receive", "echo 'GH006: main is for maintainers, https://someone:word@host.example/' >&2; exit 1"
    )
    there, refused = deliver(remote.address, parcel(1), parcel(2))
    assert isinstance(there, Receipt)
    assert isinstance(refused, Refused)
    assert "protected" in str(refused)
    assert "main is for maintainers" in str(refused)
    assert "someone" not in str(refused)
    assert "\n" not in str(refused)


def test_nobody_there(tmp_path, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        for words in (f"git+http://127.0.0.1:{port}/a.git", f"git+git://127.0.0.1:{port}/a.git"):
            (answer,) = deliver(words, parcel(1))
            assert isinstance(answer, Unreachable)
            assert "cannot be reached" in str(answer)
    (answer,) = deliver("git+https://nobody.invalid/a.git", parcel(1))
    assert isinstance(answer, Unreachable)
    assert "no such host" in str(answer)


def test_no_such_repository(tmp_path):
    (tmp_path / "served").mkdir()
    with daemon(tmp_path / "served") as served, WebServer(tmp_path / "served") as web:
        for words in (f"git+file://{tmp_path}/nothing", f"{served}/nothing", f"{web.address}/nothing"):
            (answer,) = deliver(words, parcel(1))
            assert isinstance(answer, Refused)
            assert "no such repository" in str(answer)


def test_no_room_here(remote, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    (answer,) = deliver(remote.address, parcel(1))
    assert isinstance(answer, Unreachable)
    assert "temporary files" in str(answer)


def test_without_git(remote, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    (answer,) = deliver(remote.address, parcel(1))
    assert isinstance(answer, Unreachable)
    assert "install" in str(answer)


# ---- the user's own things ------------------------------------------------------------------------


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_in_a_hook_of_git_the_users_own_repository_stays_as_it_is(web, tmp_path, own_git, monkeypatch):
    mine, hooks = Remote(tmp_path / "mine"), tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-push", "reference-transaction", "post-checkout", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/hook-ran\n")
        (hooks / name).chmod(0o755)
    own_git.write_text(
        f"[core]\n hooksPath = {hooks}\n[push]\n gpgSign = true\n[init]\n templateDir = {hooks}\n"
        '[remote "origin"]\n push = +refs/heads/*\n[gc]\n auto = 1\n'
    )
    # What git sets for its hooks.
    monkeypatch.setenv("GIT_DIR", str(mine.path))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(mine.path / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(mine.path / "objects"))
    before = _content(mine.path), own_git.read_text()
    web.password = ""
    assert deliver(f"{web.address}/data.git", parcel(1))[0].is_new
    assert (_content(mine.path), own_git.read_text()) == before
    assert not (tmp_path / "hook-ran").exists()


def test_nothing_is_left_behind(remote, tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    deliver(remote.address, parcel(1))
    assert list((tmp_path / "tmp").iterdir()) == []


# ---- over https -----------------------------------------------------------------------------------


@pytest.fixture
def web(remote):
    with WebServer(remote.path.parent) as server:
        server.password = TOKEN
        yield server


def test_the_token_reaches_the_server_and_nothing_else(remote, web, tmp_path, own_git, monkeypatch, capsys):
    asked = tmp_path / "asked"
    program = tmp_path / "askpass"
    program.write_text(f'#!/bin/sh\necho "$@" >>{asked}\n')
    program.chmod(0o755)
    for name in ("GIT_ASKPASS", "SSH_ASKPASS"):
        monkeypatch.setenv(name, str(program))
    own_git.write_text(f'[credential]\n helper = "!{program} helper"\n')
    written = []
    monkeypatch.setattr("ai_power_export.deliver.git.clone.Clone.push", _seen(written))
    (answer,) = deliver(f"{web.address}/data.git", parcel(1), token=lambda: TOKEN)
    assert answer.is_new
    assert TOKEN in {each.password for each in web.asked}
    assert not any(each.is_in_a_list for each in web.asked)
    assert written
    assert not any(TOKEN.encode() in content for content in written)
    assert not asked.exists()
    assert TOKEN not in "".join(capsys.readouterr())
    assert stored(remote, ours(remote)) == {f"data/{parcel(1).name}": parcel(1).document}


def _seen(written: list[bytes]):
    """Push, and keep what lies in the scratch clone then."""
    push = Clone.push

    def pushed(clone, commit, branch):
        push(clone, commit, branch)
        written.extend(_content(clone._folder).values())

    return pushed


@pytest.mark.parametrize(
    ("token", "words"),
    [(None, "set AIPOWER_TOKEN"), ("qz-another-word", "does not take the token")],
)
def test_who_is_not_let_in_is_told_what_to_do_and_asked_nothing(remote, web, token, words):
    (answer,) = deliver(f"{web.address}/data.git", parcel(1), token=lambda: token)
    assert isinstance(answer, Refused)
    assert words in str(answer)
    assert "qz-another" not in str(answer)
    assert remote.branches() == ["main"]


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (403, Refused, "no permission"),
        (404, Refused, "no such repository"),
        (429, Unreachable, "cannot take reports now"),
        (500, Unreachable, "cannot take reports now"),
        (503, Unreachable, "cannot take reports now"),
    ],
)
def test_answers_of_web_servers(web, status, kind, words):
    web.status = status
    (answer,) = deliver(f"{web.address}/data.git", parcel(1), token=lambda: TOKEN)
    assert type(answer) is kind
    assert words in str(answer)


def test_without_a_token_of_ours_gits_own_helper_is_asked(remote, web, own_git):
    own_git.write_text(f'[credential]\n helper = "!f() {{ echo username=me; echo password={TOKEN}; }}; f"\n')
    assert deliver(f"{web.address}/data.git", parcel(1))[0].is_new


def test_another_host_does_not_get_the_token(remote, web, tmp_path):
    with WebServer(remote.path.parent) as other:
        other.password = "another"
        web.status, web.headers = (
            301,
            {"Location": f"{other.address[4:]}/data.git/info/refs?service=git-upload-pack"},
        )
        (answer,) = deliver(f"{web.address}/data.git", parcel(1), token=lambda: TOKEN)
        assert isinstance(answer, Refused)
        assert other.asked
        assert {each.password for each in other.asked} == {None}


def test_an_answer_that_is_lost_after_the_server_stored(remote, web):
    web.breaks = lambda path, answer: path.endswith("git-receive-pack") and b"unpack ok" in answer
    (answer,) = deliver(f"{web.address}/data.git", parcel(1), token=lambda: TOKEN)
    assert isinstance(answer, Unreachable)
    web.breaks = lambda path, answer: False
    (answer,) = deliver(f"{web.address}/data.git", parcel(1), token=lambda: TOKEN)
    assert not answer.is_new
    assert [len(commits) for commits in remote.places().values()] == [1]


def test_certificates_are_verified_whatever_the_user_has_switched_off(remote, tmp_path, own_git, monkeypatch):
    (tmp_path / "tls").mkdir()
    context, trusted = certificate(tmp_path / "tls", "127.0.0.1")
    with WebServer(remote.path.parent, context) as web:
        words = f"{web.address}/data.git"
        url = words.removeprefix("git+")
        own_git.write_text(f'[http]\n sslVerify = false\n[http "{url}"]\n sslVerify = false\n')
        (answer,) = deliver(words, parcel(1))
        assert isinstance(answer, Refused)
        assert "not trusted" in str(answer)
        monkeypatch.setenv("GIT_SSL_NO_VERIFY", "0")
        (answer,) = deliver(words, parcel(1))
        assert isinstance(answer, Refused)
        assert "GIT_SSL_NO_VERIFY" in str(answer)
        monkeypatch.delenv("GIT_SSL_NO_VERIFY")
        monkeypatch.setenv("GIT_SSL_CAINFO", trusted)
        assert deliver(words, parcel(1))[0].is_new


# ---- over ssh -------------------------------------------------------------------------------------


@pytest.fixture
def ssh(tmp_path):
    """A program called ssh that runs the far side here; returns how to have it say something else instead."""
    program = tmp_path / "bin/ssh"
    program.parent.mkdir()

    def write(instead: str = "") -> Path:
        # git gives options, then the host, then one command.
        program.write_text(
            f'#!/bin/sh\necho "$@" >>{tmp_path}/said\n{instead}\nfor last; do :; done\neval "$last"\n'
        )
        program.chmod(0o755)
        return program

    write()
    return write


def test_over_ssh_nobody_is_asked_and_the_users_options_hold(remote, ssh, tmp_path, own_git, monkeypatch):
    words = f"git+ssh://git@host.example{remote.path}"
    monkeypatch.setenv("GIT_SSH_COMMAND", f"{ssh()} -i mine")
    assert deliver(words, parcel(1))[0].is_new
    monkeypatch.delenv("GIT_SSH_COMMAND")
    own_git.write_text(f"[core]\n sshCommand = {ssh()} -i other\n")
    assert not deliver(words, parcel(1))[0].is_new
    said = (tmp_path / "said").read_text()
    assert "-i mine -o BatchMode=yes" in said
    assert "-i other -o BatchMode=yes" in said
    assert "git@host.example" in said


def test_what_the_user_has_put_in_the_place_of_https_holds(remote, ssh, own_git, monkeypatch):
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh()))
    own_git.write_text('[url "ssh://git@host.example/"]\n insteadOf = https://github.com/\n')
    assert deliver(f"git+https://github.com{remote.path}", parcel(1))[0].is_new


def test_another_program_for_ssh_is_called_as_the_user_wants_it(remote, ssh, tmp_path, monkeypatch):
    plink = ssh().with_name("plink")
    ssh().rename(plink)
    monkeypatch.setenv("GIT_SSH", str(plink))
    assert deliver(f"git+ssh://git@host.example{remote.path}", parcel(1))[0].is_new
    assert "BatchMode" not in (tmp_path / "said").read_text()


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        ("git@host.example: Permission denied (publickey).", Refused, "none of your ssh keys"),
        ("Host key verification failed.", Refused, "known_hosts"),
        (
            "ssh: Could not resolve hostname host.example: Name or service not known",
            Unreachable,
            "no such host",
        ),
        ("ssh: connect to host host.example port 22: Connection timed out", Unreachable, "in time"),
        ("ERROR: Repository not found.", Refused, "no such repository"),
        (
            "ERROR: The key you are authenticating with has been marked as read only.",
            Refused,
            "no permission",
        ),
        ("fatal: OpenSSL SSL_read: Connection reset by peer, errno 104", Unreachable, "reset by peer"),
        ("ssh: connect to host host.example port 22: Connection refused", Unreachable, "Connection refused"),
    ],
)
def test_what_ssh_says(ssh, monkeypatch, said, kind, words):
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh(f'echo "{said}" >&2; exit 255')))
    (answer,) = deliver("git+ssh://git@host.example/o/r.git", parcel(1))
    assert type(answer) is kind
    assert words in str(answer)


# ---- killed ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_killed_at_any_moment_each_report_is_there_once(remote, tmp_path, monkeypatch):
    """Ours alone is killed, or all that it has started too; another delivery brings what is missing."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # who is killed leaves something there
    began = time.monotonic()
    deliver(remote.address, parcel(1000))
    duration = time.monotonic() - began
    chance, arrived_before = random.Random(7), 0
    for turn in range(16):
        numbers = [3 * turn, 3 * turn + 1, 3 * turn + 2]
        process = get_context("fork").Process(target=_deliver_in_a_process, args=(remote.address, numbers))
        process.start()
        time.sleep(chance.uniform(0, 2 * duration))
        children = psutil.Process(process.pid).children(recursive=True) if turn % 2 else []
        for each in (process, *children):
            with suppress(psutil.NoSuchProcess):
                each.kill()
        process.join()
        answers = deliver(remote.address, *map(parcel, numbers))
        assert all(isinstance(each, Receipt) for each in answers)
        arrived_before += not answers[0].is_new
    print(f"16 kills, {arrived_before} after the push: 48 of 48 reports there once")
    assert len(remote.places()) == 49
    assert {len(commits) for commits in remote.places().values()} == {1}
