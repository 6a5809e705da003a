"""`aipower label --against` a registry: the same as beside a folder of its reports, or one line that says why not."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from labelled_reports import ENERGY, report
from running import Ended
from serving import Server

from ai_power_export.cli import app

TOKEN = "a-secret-token-of-the-tests"


def compared(number, energy, **changes):
    """A public report that is comparable with the one that is rated."""
    return report({ENERGY: energy, "header.reportId": f"run-{number}", **changes})


COMPARED = [compared(number, 0.02 * number) for number in range(1, 12)]
OTHERS = [
    compared(20, 1e-6, **{"task.taskFamily": "regression"}),
    compared(21, 1e-6, **{"task.taskStage": "inference", "task.nbRequest": 5}),
    compared(22, 1e-6, **{"infrastructure.components": [{"componentType": "cpu", "nbComponent": 1}]}),
    compared(23, 1e-6, **{"task.dataset.0.dataType": "text"}),
]


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    folder = tmp_path_factory.mktemp("registry")
    with Server(f"sqlite:///{folder}/r.sqlite", folder, "--allow-anonymous-writes") as server:
        answers = httpx.post(f"{server.url}/reports", json=[*COMPARED, *OTHERS], timeout=60).json()
        assert {each["status"] for each in answers} == {"created"}, answers
        yield server


@pytest.fixture
def aipower(monkeypatch, capsys, tmp_path):
    """Run a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.delenv("AIPOWER_TOKEN", raising=False)

    def _run(*arguments):
        monkeypatch.setattr(sys, "argv", ["aipower", *arguments])
        with pytest.raises(SystemExit) as ended:
            app.run()
        return Ended(ended.value.code, *capsys.readouterr(), tmp_path)

    return _run


@pytest.fixture
def rated(tmp_path):
    """The report that is rated, and a folder of those in the registry."""
    (tmp_path / "mine.json").write_text(json.dumps(report({"header.reportId": "mine"})))
    folder = tmp_path / "others"
    folder.mkdir()
    for place, each in enumerate([*COMPARED, *OTHERS]):
        (folder / f"{place}.json").write_text(json.dumps(each))
    return tmp_path


def test_the_label_is_that_beside_a_folder_of_the_same_reports(aipower, registry, rated):
    there = aipower("label", "mine.json", "--against", registry.url, "--json", "-o", "there.json")
    here = aipower("label", "mine.json", "--against", "others", "--json")
    assert there.returncode == here.returncode == 0, there.stderr
    assert json.loads(there.stdout) == json.loads(here.stdout)
    # Only the group was fetched: the label says how many reports were at hand.
    assert json.loads((rated / "there.json").read_text())["against"]["reports"] == len(COMPARED)


def test_a_label_is_checked_against_the_registry_again(aipower, registry, rated):
    aipower("label", "mine.json", "--against", registry.url, "-o", "mine-label.json")
    verified = aipower("label", "verify", "mine-label.json", "--against", f"{registry.url}/reports")
    assert verified.returncode == 0 and "the same" in verified.stderr, verified.stderr


def test_a_registry_goes_by_its_name_in_the_settings(aipower, registry, rated):
    (rated / "pyproject.toml").write_text(f'[tool.aipower.destinations]\nopen-data = "{registry.url}"\n')
    named = aipower("label", "mine.json", "--against", "open-data", "--json")
    assert named.returncode == 0 and json.loads(named.stdout)[0]["letter"], named.stderr


def test_a_scheme_is_frozen_from_a_registry(aipower, registry, rated):
    fitted = aipower("label", "scheme", "fit", "training", "--against", registry.url, "-o", "ours.toml")
    assert fitted.returncode == 0 and "1 group frozen from 15 reports" in fitted.stderr, fitted.stderr


def test_too_few_there_give_no_letter(aipower, registry, rated):
    changed = report({"header.reportId": "mine", "task.taskFamily": "regression"})
    (rated / "mine.json").write_text(json.dumps(changed))
    few = aipower("label", "mine.json", "--against", registry.url)
    assert few.returncode == 1 and "1 comparable run" in few.stdout + few.stderr


class Scripted(BaseHTTPRequestHandler):
    """Answers as the test wants, and remembers what it was asked."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        status, headers, body = self.server.script(self)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def scripted():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    server.asked = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def page(reports, cursor=None):
    entries = [{"id": each["header"]["reportId"], "report": each} for each in reports]
    return (
        200,
        {"Content-Type": "application/json"},
        json.dumps({"reports": entries, "next": cursor}).encode(),
    )


@pytest.fixture
def token(monkeypatch):
    monkeypatch.setenv("AIPOWER_TOKEN", TOKEN)


def test_pages_are_fetched_one_after_the_other_with_the_token(aipower, scripted, rated, token):
    def script(request):
        cursor = "after=two" in request.path
        return page(COMPARED[6:]) if cursor else page(COMPARED[:6], "two")

    scripted.script = script
    result = aipower("label", "mine.json", "--against", scripted.url)
    assert result.returncode == 0 and "11 (5 needed)" in result.stdout, result.stderr
    assert len(scripted.asked) == 2 and {token for _, token in scripted.asked} == {f"Bearer {TOKEN}"}
    assert "family=imageClassification" in scripted.asked[0][0]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((401, {}, b""), "not known there"),
        ((403, {}, b""), "the right to read"),
        ((404, {}, b""), "check the address"),
        ((422, {}, b'{"detail": "there is no filter"}'), "there is no filter"),
        ((429, {"Retry-After": "9"}, b""), "answers 429"),
        ((500, {}, b"<html>"), "answers 500"),
        ((200, {}, b"<html>sign in</html>"), "no registry"),
        ((200, {}, b"[" * 100_000), "no registry"),
        ((200, {}, b'{"reports": [], "next": "for ever"}'), "no registry"),
        ((200, {}, b'{"reports": [1], "next": null}'), "no registry"),
        ((301, {"Location": "https://192.0.2.1:1/?token=x"}, b""), "redirects"),
    ],
)
def test_each_fault_is_one_line_without_the_token(aipower, scripted, rated, token, answer, says):
    scripted.script = lambda _: answer
    result = aipower("label", "mine.json", "--against", scripted.url)
    assert result.returncode == 1 and says in result.stderr, result.stderr
    assert len(result.stderr.strip().splitlines()) == 1 and TOKEN not in result.stderr + result.stdout


def test_many_reports_say_a_fault_once(aipower, scripted, rated):
    (rated / "second.json").write_text(json.dumps(report({"header.reportId": "second"})))
    scripted.script = lambda _: (503, {}, b"")
    both = aipower("label", "mine.json", "second.json", "--against", scripted.url)
    assert both.returncode == 1 and len(both.stderr.strip().splitlines()) == 1
    assert len(scripted.asked) == 1


def test_more_than_can_be_fetched_are_not_begun(aipower, scripted, rated):
    status, headers, body = page(COMPARED, "two")
    scripted.script = lambda _: (status, {**headers, "X-Total-Count": "10001"}, body)
    result = aipower("label", "mine.json", "--against", scripted.url)
    assert result.returncode == 1 and "more than 10,000" in result.stderr
    assert len(scripted.asked) == 1


def test_a_page_that_breaks_off_gives_no_letter(aipower, scripted, rated):
    def script(request):
        if "after=two" not in request.path:
            return page(COMPARED[:8], "two")
        return 200, {}, page(COMPARED[8:])[2][:-40]

    scripted.script = script
    result = aipower("label", "mine.json", "--against", scripted.url)
    assert result.returncode == 1 and not result.stdout and len(result.stderr.splitlines()) == 1


def test_nobody_there_is_one_line(aipower, rated):
    nobody = aipower("label", "mine.json", "--against", "http://127.0.0.1:9")
    assert nobody.returncode == 1 and "cannot be reached" in nobody.stderr


def test_a_report_that_is_none_is_left_out(aipower, scripted, rated):
    broken = {"header": {"reportId": "broken"}, "task": {}}
    deep = json.loads("[" * 200 + "]" * 200)
    answer = page([*COMPARED, broken])
    body = json.loads(answer[2])
    body["reports"].append({"id": "deep", "report": deep})
    scripted.script = lambda _: (200, {}, json.dumps(body).encode())
    result = aipower("label", "mine.json", "--against", scripted.url)
    assert result.returncode == 0 and "11 (5 needed)" in result.stdout, result.stderr
    assert result.stderr.count("left out: ") == 2 and "/reports/broken" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        "https://user:hunter22@example.org",
        "https://example.org/?token=abc",
        "https://example.org/data/reports",
        "http://example.org",
        "https://",
    ],
)
def test_an_address_that_cannot_be_used_is_bad_input(aipower, rated, words):
    result = aipower("label", "mine.json", "--against", words)
    assert result.returncode == 2 and "hunter22" not in result.stderr and "--to" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_large_reports_come_in_smaller_pages(aipower, scripted, rated):
    def script(request):
        limit = int(request.path.partition("limit=")[2].partition("&")[0])
        start = int(request.path.partition("after=")[2].partition("&")[0] or 0)
        large = [{**each, "x-more": "x" * 500_000} for each in COMPARED[start : start + limit]]
        end = start + limit
        return page(large, str(end) if end < len(COMPARED) else None)

    scripted.script = script
    result = aipower("label", "mine.json", "--against", scripted.url)
    assert result.returncode == 0 and "11 (5 needed)" in result.stdout, result.stderr
