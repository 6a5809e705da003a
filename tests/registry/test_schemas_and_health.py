"""What a registry tells of the format and of itself."""

import httpx
import pytest
from serving import Server

from ai_power_export.report.format.schema import load_schema
from ai_power_export.report.format.versions import NAMES


def test_every_schema_is_served(served):
    listed = served.get("/schemas").json()["schemas"]
    assert [each["version"] for each in listed] == list(NAMES)
    for each in listed:
        for form in each["forms"]:
            answer = served.get(each["url"], params={"form": form})
            assert answer.json() == load_schema(each["version"], form)
            assert answer.headers["content-type"] == "application/schema+json"
            again = served.get(
                each["url"], params={"form": form}, headers={"If-None-Match": answer.headers["etag"]}
            )
            assert again.status_code == 304 and not again.content


@pytest.mark.parametrize("path", ["nope", "boamps?form=nope", "..%2f..%2fpyproject", "boamps%00"])
def test_an_unknown_schema_is_not_found(served, path):
    answer = served.get(f"/schemas/{path}")
    assert answer.status_code == 404 and answer.headers["content-type"] == "application/problem+json"


def test_says_that_it_is_well_and_ready(served):
    assert served.get("/health").json() == {"status": "ok"}
    assert served.get("/ready").json() == {"status": "ready"}


def test_its_address_leads_to_all_that_is_there(served):
    told = served.get("/").json()
    assert told.pop("title") and told.pop("version")
    assert {name: served.get(path).status_code for name, path in told.items()} == dict.fromkeys(told, 200)
    assert {"reports", "stats", "schemas", "description"} == {*told}


def test_the_description_names_every_filter(served):
    listed = served.get("/openapi.json").json()["paths"]
    for path in ("/reports", "/stats"):
        names = [each["name"] for each in listed[path]["get"]["parameters"]]
        assert {"energy.min", "algorithm.contains", "country", "date.max"} <= set(names)
        assert len(names) == len(set(names))
    assert {"/schemas", "/schemas/{version}", "/health", "/ready"} <= set(listed)


def test_without_anonymous_reads_only_health_is_told(tmp_path):
    with (
        Server(f"sqlite:///{tmp_path}/r.sqlite", tmp_path, "--no-anonymous-reads") as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        assert client.get("/reports").status_code == client.get("/stats").status_code == 401
        assert client.get("/health").status_code == client.get("/ready").status_code == 200
        token = server.token("reader")
        answer = client.get("/reports", headers={"Authorization": f"Bearer {token}"})
        assert answer.json() == {"reports": [], "next": None}
