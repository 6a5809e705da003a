"""Whose machine it is, over little trees of firmware strings and a metadata service on this machine."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ai_power_export.introspect.cloud import cloud_facts

INTEL = "processor\t: 0\nflags\t\t: fpu sse avx2 {}\n"
LAPTOP = {"sys_vendor": "Dell Inc.", "product_name": "XPS 15 9500", "bios_vendor": "Dell Inc."}
NITRO = {"sys_vendor": "Amazon EC2", "product_name": "m5.large", "bios_vendor": "Amazon EC2"}
GOOGLE = {"sys_vendor": "Google", "product_name": "Google Compute Engine", "bios_vendor": "Google"}
AZURE = {
    "sys_vendor": "Microsoft Corporation",
    "product_name": "Virtual Machine",
    "chassis_asset_tag": "7783-7084-3265-9085-8269-3286-77",
}
NOWHERE = "http://127.0.0.1:9"


def machine(root, dmi, flags="", **files):
    """Write the files that a machine with these firmware strings shows."""
    shown = {f"sys/class/dmi/id/{name}": text for name, text in dmi.items()}
    for name, text in {"proc/cpuinfo": INTEL.format(flags), **shown, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text + "\n")
    return root


def offline(root):
    return cloud_facts(online=False, root=root, service=NOWHERE)


@pytest.mark.parametrize(
    ("dmi", "provider"),
    [
        (NITRO, "aws"),
        ({"sys_vendor": "Xen", "product_name": "HVM domU", "bios_version": "4.11.amazon"}, "aws"),
        (GOOGLE, "google"),
        (AZURE, "azure"),
        ({"sys_vendor": "QEMU", "chassis_asset_tag": "OracleCloud.com"}, "oracle"),
        ({"sys_vendor": "Alibaba Cloud", "product_name": "Alibaba Cloud ECS"}, "alibaba"),
        ({"sys_vendor": "QEMU", "chassis_vendor": "IBM:Cloud Compute Server 1.0:mz"}, "ibm"),
        ({"sys_vendor": "Scaleway", "product_name": "SCW-GPU"}, "scaleway"),
        ({"sys_vendor": "Hetzner", "product_name": "vServer"}, "hetzner"),
        ({"sys_vendor": "DigitalOcean", "product_name": "Droplet"}, "digitalocean"),
        ({"sys_vendor": "OVH"}, "ovh"),
    ],
)
def test_a_provider_signs_its_firmware(tmp_path, dmi, provider):
    facts = offline(machine(tmp_path, dmi, flags="hypervisor"))
    assert facts.value("infrastructure.infraType") == "publicCloud"
    assert facts.value("infrastructure.cloudProvider") == provider
    assert next(facts.about("infrastructure.cloudProvider")).place.startswith("DMI ")


def test_an_old_ec2_machine_is_known_by_its_id(tmp_path):
    root = machine(tmp_path, {"sys_vendor": "Xen"}, **{"sys/hypervisor/uuid": "ec2e1916-9099-7caf"})
    assert offline(root).value("infrastructure.cloudProvider") == "aws"


@pytest.mark.parametrize("product", ["m5.large", "u-6tb1.metal", "p4d.24xlarge"])
def test_aws_writes_the_instance_type_in_the_firmware(tmp_path, product):
    facts = offline(machine(tmp_path, {**NITRO, "product_name": product}))
    assert facts.value("infrastructure.infraType") == "publicCloud"
    assert facts.value("infrastructure.cloudInstance") == product
    assert not facts.missing


def test_other_product_names_are_no_instance_types(tmp_path):
    facts = offline(machine(tmp_path, GOOGLE, flags="hypervisor"))
    assert facts.value("infrastructure.cloudInstance") is None
    assert [lack.field for lack in facts.missing] == ["infrastructure.cloudInstance"]


def test_bare_metal_is_on_premise_but_only_likely(tmp_path):
    facts = offline(machine(tmp_path, LAPTOP))
    (fact,) = facts.about("infrastructure.infraType")
    assert (fact.value, fact.certainty.value) == ("onPremise", "likely")
    assert facts.value("infrastructure.cloudProvider") is None


def test_a_board_with_a_device_tree_is_bare_metal(tmp_path):
    root = machine(tmp_path, {}, **{"proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0"})
    (tmp_path / "proc/cpuinfo").write_text("processor\t: 0\nFeatures\t: fp asimd\n")
    assert offline(root).value("infrastructure.infraType") == "onPremise"


@pytest.mark.parametrize(
    ("dmi", "flags", "files"),
    [
        (LAPTOP, "hypervisor", {}),
        ({"sys_vendor": "QEMU", "product_name": "Standard PC (Q35 + ICH9, 2009)"}, "", {}),
        ({"sys_vendor": "VMware, Inc."}, "", {}),
        ({"sys_vendor": "innotek GmbH", "product_name": "VirtualBox"}, "", {}),
        ({"sys_vendor": "Microsoft Corporation", "product_name": "Virtual Machine"}, "", {}),
        ({"sys_vendor": "OpenStack Foundation", "product_name": "OpenStack Nova"}, "", {}),
        (LAPTOP, "", {"sys/hypervisor/type": "xen"}),
        ({}, "", {}),
        ({}, "", {"proc/device-tree/model": "linux,dummy-virt\0"}),
    ],
)
def test_a_virtual_or_silent_machine_of_no_provider_is_other(tmp_path, dmi, flags, files):
    facts = offline(machine(tmp_path, dmi, flags, **files))
    (fact,) = facts.about("infrastructure.infraType")
    assert (fact.value, fact.origin.value) == ("other", "derived")


def test_a_surface_or_a_chromebook_is_not_a_cloud(tmp_path):
    surface = machine(tmp_path / "s", {"sys_vendor": "Microsoft Corporation", "product_name": "Surface Book"})
    chromebook = machine(tmp_path / "c", {"sys_vendor": "Google", "product_name": "Kohaku"})
    assert offline(surface).value("infrastructure.infraType") == "onPremise"
    assert offline(chromebook).value("infrastructure.infraType") == "onPremise"


def test_a_system_that_shows_nothing_is_other(tmp_path):
    assert offline(tmp_path).value("infrastructure.infraType") == "other"


class Service(BaseHTTPRequestHandler):
    """The metadata services of three providers, as far as they are asked."""

    def log_message(self, *arguments):
        pass

    def do_PUT(self):
        self.server.seen.append(self.path)
        wanted = self.path == "/latest/api/token" and self.headers["X-aws-ec2-metadata-token-ttl-seconds"]
        self.answer(b"t0ken" if wanted else None)

    def do_GET(self):
        self.server.seen.append(self.path)
        time.sleep(self.server.delay)
        header, value, body = self.server.answers.get(self.path, ("", "", None))
        self.answer(body if self.headers.get(header) == value else None)

    def answer(self, body):
        self.send_response(200 if body is not None else 401)
        self.end_headers()
        self.wfile.write(body or b"")


AWS_TOKEN = ("X-aws-ec2-metadata-token", "t0ken")
GOOGLE_FLAVOR = ("Metadata-Flavor", "Google")
AZURE_PATH = "/metadata/instance/compute?api-version=2021-02-01"
ANSWERS = {
    "/latest/meta-data/instance-type": (*AWS_TOKEN, b"g4dn.xlarge"),
    "/latest/meta-data/placement/region": (*AWS_TOKEN, b"eu-west-3"),
    "/computeMetadata/v1/instance/machine-type": (*GOOGLE_FLAVOR, b"projects/12/machineTypes/n1-standard-4"),
    "/computeMetadata/v1/instance/zone": (*GOOGLE_FLAVOR, b"projects/12/zones/europe-west1-b"),
    AZURE_PATH: (
        "Metadata",
        "true",
        b'{"vmSize": "Standard_NC6s_v3", "location": "francecentral", "name": "x"}',
    ),
}


@contextmanager
def metadata_service(answers=ANSWERS, delay=0.0):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.daemon_threads, server.block_on_close = True, False
    server.answers, server.delay, server.seen = answers, delay, []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("dmi", "instance", "region"),
    [
        ({"sys_vendor": "Xen", "bios_version": "4.2.amazon"}, "g4dn.xlarge", "eu-west-3"),
        (GOOGLE, "n1-standard-4", "europe-west1"),
        (AZURE, "Standard_NC6s_v3", "francecentral"),
    ],
)
def test_the_metadata_service_says_instance_and_region(tmp_path, monkeypatch, dmi, instance, region):
    for proxy in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(proxy, NOWHERE)
    with metadata_service() as (_, url):
        facts = cloud_facts(online=True, root=machine(tmp_path, dmi), service=url)
    assert facts.value("infrastructure.cloudInstance") == instance
    assert facts.value("evidence.cloudRegion") == region
    assert not facts.warnings


@pytest.mark.parametrize(
    ("dmi", "online"), [(GOOGLE, False), (LAPTOP, True), ({"sys_vendor": "Scaleway"}, True), ({}, True)]
)
def test_no_request_is_ever_made_in_vain(tmp_path, dmi, online):
    with metadata_service() as (server, url):
        cloud_facts(online=online, root=machine(tmp_path, dmi), service=url)
    assert server.seen == []


@pytest.mark.parametrize(
    "body", [b"", b"<html>sign in</html>", b"[]", json.dumps({"vmSize": 7, "location": "a/../b"}).encode()]
)
def test_an_answer_that_is_none_of_theirs_is_not_believed(tmp_path, body):
    with metadata_service({AZURE_PATH: ("Metadata", "true", body)}) as (_, url):
        facts = cloud_facts(online=True, root=machine(tmp_path, AZURE), service=url)
    assert facts.value("infrastructure.infraType") == "publicCloud"
    assert facts.value("infrastructure.cloudInstance") is None
    assert facts.value("evidence.cloudRegion") is None


def test_a_service_that_refuses_or_is_not_there_is_a_warning(tmp_path):
    root = machine(tmp_path, GOOGLE)
    with metadata_service({}) as (_, url):
        refused = cloud_facts(online=True, root=root, service=url)
    absent = cloud_facts(online=True, root=root, service=NOWHERE)
    for facts in (refused, absent):
        assert facts.value("infrastructure.cloudProvider") == "google"
        assert [warning.code for warning in facts.warnings] == ["introspector-failed"]


def test_a_slow_service_costs_a_second_at_most(tmp_path):
    import httpx  # noqa: F401 - so that its first import does not count

    with metadata_service(delay=0.7) as (_, url):
        facts = cloud_facts(online=True, root=machine(tmp_path, GOOGLE), service=url)
    assert [warning.code for warning in facts.warnings] == ["introspector-timeout"]
    assert facts.value("infrastructure.infraType") == "publicCloud"
