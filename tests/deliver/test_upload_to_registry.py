"""`aipower upload` to a registry, as a process: nobody who looks at it sees the token."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path

import pytest
from answering import Answer, AnsweringServer, taken
from public_reports import public_report
from running import AIPOWER, clean_environment

TOKEN = "xyzzy-1234.plugh~5678_token"


def command_lines() -> str:
    """The command lines of all processes, as `ps` shows them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:  # it has ended
            continue
    return "\n".join(found)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are shown in /proc on Linux")
def test_the_token_is_in_no_list_of_processes_message_or_file(tmp_path):
    (tmp_path / "report.json").write_text(json.dumps(public_report(1)))
    asked, go_on = threading.Event(), threading.Event()

    def answer(request):
        asked.set()
        go_on.wait(60)
        return Answer(403, {"detail": f"{TOKEN} may not"}) if not server.asked[1:] else taken(request)

    environment = {**clean_environment(tmp_path), "AIPOWER_TOKEN": TOKEN}
    with AnsweringServer(answer) as server:
        command = [AIPOWER, "upload", "report.json", "--to", server.url, "--yes"]
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert asked.wait(60)
        shown = command_lines()
        go_on.set()
        said = process.communicate(timeout=60)[0]
        assert process.returncode == 1
        assert "does not give the right to deliver: [secret] may not" in said
        again = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=True
        )
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert "report.json" in shown
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert TOKEN not in shown + said + again.stdout + again.stderr
    assert TOKEN.encode() not in kept
