"""Reports reach a data set on Hugging Face once each, in pull requests that its own client can read."""

from __future__ import annotations

import json
from threading import Barrier, Thread

import pytest
from hub_endpoint import BREAK, READER, TOKEN, Repository, blob, hub_endpoint, no
from public_reports import public_report

huggingface_hub = pytest.importorskip("huggingface_hub")

from ai_power_export.deliver.hugging_face.destination import HuggingFace  # noqa: E402
from ai_power_export.deliver.interface import Parcel, Receipt, Refused, Unreachable  # noqa: E402
from ai_power_export.deliver.tokens import token_for  # noqa: E402
from ai_power_export.errors import BadInput  # noqa: E402
from ai_power_export.report.write import json_bytes, report_name  # noqa: E402
from ai_power_export.settings import Settings, load_settings  # noqa: E402

DATA = "quillwork/energy"


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """An endpoint with one data set, and an environment with a token for it."""
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with hub_endpoint() as endpoint:
        monkeypatch.setenv("HF_ENDPOINT", endpoint.url)
        endpoint.repositories[DATA] = Repository()
        yield endpoint


def parcel(number: int, *, signed: bool = False) -> Parcel:
    document = public_report(number)
    signature = {"algorithm": "Ed25519", "of": number} if signed else None
    return Parcel(f"{report_name(document)}.json", document, signature)


def deliver(*parcels: Parcel, words: str = f"hf:{DATA}", token: str | None = None):
    return [*HuggingFace(words, lambda: token).deliver(parcels)]


def proposals(hub):
    return hub.repositories[DATA].requests


def client(hub):
    return huggingface_hub.HfApi(endpoint=hub.url, token=TOKEN)


def test_many_reports_are_one_pull_request_which_the_hubs_own_client_reads_back(hub, tmp_path):
    sent = [parcel(1, signed=True), parcel(2), parcel(3)]
    answers = deliver(*sent)
    url = f"{hub.url}/datasets/{DATA}/discussions/1"
    assert answers == [Receipt(True, url)] * 3
    api = client(hub)
    (listed,) = api.get_repo_discussions(DATA, repo_type="dataset", discussion_type="pull_request")
    details = api.get_discussion_details(DATA, listed.num, repo_type="dataset")
    assert listed.title == "Add 3 energy reports"
    assert all(each.hash in details.events[0].content for each in sent)
    files = api.list_repo_files(DATA, repo_type="dataset", revision=details.git_reference)
    expected = {f"data/{each.name}" for each in sent} | {f"data/{sent[0].name}.sig"}
    assert {path for path in files if path.startswith("data/")} == expected
    for each in sent:
        path = api.hf_hub_download(
            DATA, f"data/{each.name}", repo_type="dataset", revision="refs/pr/1", cache_dir=tmp_path
        )
        with open(path, encoding="utf-8") as file:
            assert json.load(file) == each.document
    assert set(hub.repositories[DATA].files["main"]) == {".gitattributes"}  # nothing but a proposal


def test_a_report_is_there_once_whether_it_waits_or_is_merged(hub):
    first, second = parcel(1, signed=True), parcel(2)
    deliver(first)
    assert deliver(first, second) == [
        Receipt(False, f"{hub.url}/datasets/{DATA}/discussions/1"),
        Receipt(True, f"{hub.url}/datasets/{DATA}/discussions/2"),
    ]
    assert set(hub.repositories[DATA].files["refs/pr/2"]) == {".gitattributes", f"data/{second.name}"}
    hub.repositories[DATA].merge(1)
    assert deliver(first) == [Receipt(False, f"{hub.url}/datasets/{DATA}/blob/main/data/{first.name}")]
    assert len(proposals(hub)) == 2


def test_a_report_that_was_laid_out_anew_is_the_same_and_another_is_never_replaced(hub):
    same, other = parcel(1), parcel(2, signed=True)
    main = hub.repositories[DATA].files["main"]
    main[f"data/{same.name}"] = json.dumps(same.document, sort_keys=True).encode()
    main[f"data/{other.name}"] = b"{}"
    there, refused = deliver(same, other)
    assert there == Receipt(False, f"{hub.url}/datasets/{DATA}/blob/main/data/{same.name}")
    assert isinstance(refused, Refused)
    assert "another report has this name there" in str(refused)
    assert not proposals(hub)


def test_two_of_one_name_in_a_delivery(hub):
    document = public_report(1)
    other = Parcel(parcel(1).name, {**document, "quality": "changed"})
    first, same, changed = deliver(parcel(1), parcel(1), other)
    assert first == same
    assert first.is_new
    assert isinstance(changed, Refused)


def test_a_signature_that_came_later_is_proposed_too(hub):
    deliver(parcel(1))
    hub.repositories[DATA].merge(1)
    (answer,) = deliver(parcel(1, signed=True))
    assert not answer.is_new
    name = f"data/{parcel(1).name}.sig"
    assert hub.repositories[DATA].files["refs/pr/2"].keys() - hub.repositories[DATA].files["main"] == {name}


@pytest.mark.parametrize("fault", [BREAK, (502, {}, {}), (200, b"<html>", {})], ids=["break", "502", "page"])
def test_an_answer_that_is_lost_after_the_commit_makes_no_second_pull_request(hub, fault):
    faults = iter([fault])
    hub.after = lambda call: next(faults, None) if call == "commit" else None
    (lost,) = deliver(parcel(1))
    assert isinstance(lost, Unreachable)
    assert deliver(parcel(1)) == [Receipt(False, f"{hub.url}/datasets/{DATA}/discussions/1")]
    assert len(proposals(hub)) == 1


def test_it_is_found_in_another_grouping_and_beyond_the_first_page(hub):
    deliver(parcel(1), parcel(2))
    for number in range(3, 9):
        deliver(parcel(number))
    before = hub.calls("paths-info")
    assert [each.is_new for each in deliver(parcel(2), parcel(3))] == [False, False]
    # On main, in that of several reports, and in that of the one report: the others' titles tell.
    assert hub.calls("paths-info") == before + 3
    assert len(proposals(hub)) == 7


def test_what_somebody_else_proposed_at_the_same_moment_stands_and_ours_is_withdrawn(hub):
    each = parcel(1)
    meanwhile = {f"data/{each.name}": json_bytes(each.document)}

    def rival(call):
        if call == "preupload":
            hub.repositories[DATA].open("Add 5 energy reports", meanwhile)

    hub.after = rival
    assert deliver(each) == [Receipt(False, f"{hub.url}/datasets/{DATA}/discussions/1")]
    assert [(each.num, each.status) for each in proposals(hub)] == [(1, "open"), (2, "closed")]


def test_several_senders_at_once_leave_one_open_pull_request(hub):
    """Each sender is a connection of its own: in one process they take turns."""
    gate = Barrier(4)
    answers = []

    def send():
        gate.wait()
        answers.extend(deliver(parcel(1)))

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.is_new for each in answers) == [False, False, False, True]
    assert [each.status for each in proposals(hub)] == ["open"]


def test_a_closed_pull_request_and_words_alone_hold_nothing(hub):
    each = parcel(1)
    deliver(each)
    proposals(hub)[0].status = "closed"
    hub.repositories[DATA].open(f"Add energy report {each.hash[:16]}", {}, description=each.hash)
    assert deliver(each) == [Receipt(True, f"{hub.url}/datasets/{DATA}/discussions/3")]


def test_what_the_data_set_ignores_has_not_arrived(hub):
    hub.repositories[DATA].ignored = "data/"
    (answer,) = deliver(parcel(1))
    assert isinstance(answer, Refused)
    assert ".gitignore" in str(answer)
    assert [each.status for each in proposals(hub)] == ["closed"]
    (answer,) = deliver(parcel(1), words=f"hf:{DATA}/reports/2026")
    assert answer.is_new
    assert f"reports/2026/{parcel(1).name}" in hub.repositories[DATA].files["refs/pr/2"]


def test_a_report_that_the_data_set_keeps_in_lfs_is_told_by_its_content(hub):
    each = parcel(1)
    path = f"data/{each.name}"
    hub.repositories[DATA].files["main"][path] = json_bytes(each.document)
    hub.repositories[DATA].in_lfs = frozenset({path})
    assert deliver(each) == [Receipt(False, f"{hub.url}/datasets/{DATA}/blob/main/{path}")]


# ---- when it cannot be -----------------------------------------------------------------------------


def the_line(answer) -> str:
    text = str(answer)
    assert "\n" not in text
    assert TOKEN not in text
    assert READER not in text
    return text


def test_a_token_that_may_not(hub, monkeypatch):
    (reader,) = deliver(parcel(1), token=READER)
    assert isinstance(reader, Refused)
    assert "needs the right to write" in the_line(reader)
    (wrong,) = deliver(parcel(1), token="hf_" + "w" * 30)
    assert isinstance(wrong, Refused)
    assert "does not know the token" in the_line(wrong)
    monkeypatch.delenv("HF_TOKEN")
    (none,) = deliver(parcel(1))
    assert isinstance(none, Refused)
    assert "set HF_TOKEN" in the_line(none)
    (torn,) = deliver(parcel(1), token=f"{TOKEN[:9]} {TOKEN[9:]}")
    assert isinstance(torn, Refused)
    assert TOKEN[:9] not in the_line(torn)
    assert not proposals(hub)


def test_the_given_token_is_used_before_that_of_the_environment(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", READER)
    assert deliver(parcel(1), token=TOKEN)[0].is_new
    assert hub.tokens == {TOKEN}


def test_the_token_of_another_place_does_not_go_to_hugging_face(monkeypatch):
    settings = Settings(token="of-a-registry")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert token_for(f"hf:{DATA}", "", settings)() == TOKEN
    assert token_for("https://registry.example", "", settings)() == "of-a-registry"
    monkeypatch.setenv("AIPOWER_TOKEN_OPEN", READER)
    assert token_for(f"hf:{DATA}", "open", settings)() == READER
    monkeypatch.delenv("HF_TOKEN")
    assert token_for(f"hf:{DATA}", "", settings)() == "of-a-registry"


def test_a_data_set_that_is_not_there_gated_or_only_of_another_kind(hub):
    (answer,) = deliver(parcel(1), words="hf:quillwork/nothing")
    assert isinstance(answer, Refused)
    assert "is not there" in the_line(answer)
    hub.repositories[DATA].gated = True
    (answer,) = deliver(parcel(1))
    assert isinstance(answer, Refused)
    assert "is gated" in the_line(answer)


@pytest.mark.parametrize("call", ["paths-info", "discussions", "preupload", "commit"])
@pytest.mark.parametrize(
    ("fault", "after", "says"),
    [
        (no(503, "busy", **{"Retry-After": "7"}), 7.0, "answers 503"),
        (no(429, "slow down", ratelimit='"api";r=0;t=55'), 55.0, "answers 429"),
        (no(500, "oops"), None, "answers 500"),
        (BREAK, None, "cannot be reached"),
        ((200, b"<html>captive portal", {}), None, "is not understood"),
    ],
    ids=["503", "429", "500", "break", "portal"],
)
def test_what_may_go_better_later_is_asked_once_and_said_once(hub, capfd, call, fault, after, says):
    hub.fault = lambda asked: fault if asked == call else None
    (answer,) = deliver(parcel(1))
    assert isinstance(answer, Unreachable)
    assert answer.after == after
    assert says in the_line(answer)
    assert hub.calls(call) == 1
    assert capfd.readouterr() == ("", "")


def test_what_is_known_before_something_breaks_is_told(hub):
    hub.repositories[DATA].files["main"][f"data/{parcel(1).name}"] = json_bytes(parcel(1).document)
    hub.fault = lambda call: BREAK if call == "commit" else None
    there, broken = deliver(parcel(1), parcel(2))
    assert isinstance(there, Receipt)
    assert isinstance(broken, Unreachable)


def test_an_answer_that_never_comes_is_waited_for_within_a_time(hub, monkeypatch):
    monkeypatch.setattr("ai_power_export.deliver.hugging_face.client.PATIENCE", (0.2, 0.2, 0.2, 0.2))
    gate = Barrier(2)
    hub.fault = lambda call: gate.wait(20) and None if call == "commit" else None
    (answer,) = deliver(parcel(1))
    gate.wait(20)
    assert isinstance(answer, Unreachable)


def test_offline_by_huggingface_hubs_own_word(hub, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    (answer,) = deliver(parcel(1))
    assert isinstance(answer, Unreachable)
    assert "offline mode" in the_line(answer)
    assert not hub.asked


def test_afterwards_huggingface_hub_is_as_it_was(hub):
    before = huggingface_hub.get_session().timeout
    deliver(parcel(1))
    session = huggingface_hub.get_session()
    assert session.timeout == before
    assert "send" not in vars(session)


# ---- words -----------------------------------------------------------------------------------------


def test_a_place_has_one_name(monkeypatch):
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert HuggingFace("hf:a/b", lambda: None).place == "hf:a/b/data"
    assert HuggingFace("hf:a/b/data/", lambda: None).place == "hf:a/b/data"
    assert HuggingFace("hf:a/b/x/y.z", lambda: None).place == "hf:a/b/x/y.z"
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example.org/")
    place = HuggingFace("hf:a/b", lambda: None).place
    monkeypatch.setenv("HF_ENDPOINT", "https://elsewhere.example.org")
    assert place == HuggingFace(place, lambda: None).place == "hf:a/b/data?endpoint=https://hub.example.org"


@pytest.mark.parametrize(
    "words",
    ["hf:", "hf:a", "hf:a/b/../c", "hf:datasets/a/b", "hf:a/b?token=x", "hf:a/.b", "hf:a b/c", "hf:a/b/-"],
)
def test_an_address_that_is_none(words):
    with pytest.raises(BadInput, match="hf:OWNER/DATASET"):
        HuggingFace(words, lambda: None)


@pytest.mark.parametrize("endpoint", ["https://me:xyzzy@hub.example.org", "http://hub.example.org", "hub"])
def test_an_endpoint_that_is_not_safe_is_not_used(monkeypatch, endpoint):
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    with pytest.raises(BadInput) as caught:
        HuggingFace("hf:a/b", lambda: None)
    assert "xyzzy" not in str(caught.value)


@pytest.mark.parametrize(
    ("installed", "says"),
    [(None, "huggingface_hub is not installed"), ("0.36.2", "huggingface_hub 0.36.2 is too old")],
)
def test_without_huggingface_hub_one_line_says_how_to_get_it(tmp_path, monkeypatch, installed, says):
    if installed:
        about = tmp_path / f"huggingface_hub-{installed}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Name: huggingface_hub\nVersion: {installed}\n")
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    with pytest.raises(BadInput, match=rf"{says}.*ai-power-export\[hub\]"):
        HuggingFace("hf:a/b", lambda: None)


def test_a_dry_run_asks_nothing(hub):
    lines = [*HuggingFace(f"hf:{DATA}", lambda: None).requests([parcel(1, signed=True)])]
    assert (
        lines[0]
        == f"open a pull request at {hub.url}/datasets/{DATA}: Add energy report {parcel(1).hash[:16]}"
    )
    assert [line.split()[1] for line in lines[1:]] == [f"data/{parcel(1).name}", f"data/{parcel(1).name}.sig"]
    assert not hub.asked


def test_a_token_in_code_is_refused_where_it_would_be_kept(tmp_path):
    with pytest.raises(BadInput, match="AIPOWER_TOKEN") as caught:
        load_settings(tmp_path, {"token": TOKEN})
    assert TOKEN not in str(caught.value)


def test_the_blob_hash_is_gits():
    assert blob(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"
