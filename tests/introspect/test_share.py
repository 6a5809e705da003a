"""What a container or a batch job may use of its host, on little trees as the kernel shows them."""

import os
import subprocess
import sys

import psutil
import pytest

from ai_power_export.introspect.cgroup import cpu_limit, memory_limit
from ai_power_export.introspect.share import share_facts

V2_MOUNT = "30 23 0:26 {group} /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
V1_CPU_MOUNT = "32 31 0:29 {group} /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
V1_MEMORY_MOUNT = "35 31 0:32 {group} /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"


def tree(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def v2(root, group, files, mounted="/"):
    return tree(
        root,
        {
            "proc/self/cgroup": f"0::{group}\n",
            "proc/self/mountinfo": "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n" + V2_MOUNT.format(group=mounted),
            **{f"sys/fs/cgroup/{name}": text for name, text in files.items()},
        },
    )


def v1(root, group, files, mounted="/"):
    return tree(
        root,
        {
            "proc/self/cgroup": f"9:memory:{group}\n4:cpu,cpuacct:{group}\n1:name=systemd:{group}\n",
            "proc/self/mountinfo": V1_CPU_MOUNT.format(group=mounted) + V1_MEMORY_MOUNT.format(group=mounted),
            **{f"sys/fs/cgroup/{name}": text for name, text in files.items()},
        },
    )


def test_v2_container_with_its_own_namespace(tmp_path):
    root = v2(tmp_path, "/", {"cpu.max": "150000 100000\n", "memory.max": "2147483648\n"})
    assert cpu_limit(root).amount == 1.5
    assert cpu_limit(root).place == "/sys/fs/cgroup/cpu.max"
    assert memory_limit(root).amount == 2 * 1024**3


def test_v2_limits_of_the_groups_above_count_too(tmp_path):
    root = v2(
        tmp_path,
        "/slurm/job_7/step_0",
        {
            "slurm/cpu.max": "800000 100000",
            "slurm/job_7/cpu.max": "200000 100000",
            "slurm/job_7/step_0/cpu.max": "max 100000",
            "slurm/job_7/memory.max": "4096",
            "slurm/job_7/step_0/memory.max": "8192",
            "other/cpu.max": "1000 100000",
        },
    )
    assert cpu_limit(root).amount == 2
    assert cpu_limit(root).place == "/sys/fs/cgroup/slurm/job_7/cpu.max"
    assert memory_limit(root).amount == 4096


def test_v2_container_that_sees_the_path_of_its_host(tmp_path):
    root = v2(
        tmp_path,
        "/docker/1f2e/inner",
        {"cpu.max": "50000 100000", "inner/cpu.max": "max 100000"},
        "/docker/1f2e",
    )
    assert cpu_limit(root).amount == 0.5


def test_v2_group_outside_of_the_namespace(tmp_path):
    root = v2(tmp_path, "/../other", {"cpu.max": "50000 100000"})
    (tmp_path / "sys/fs/other").mkdir()
    (tmp_path / "sys/fs/other/cpu.max").write_text("1000 100000")
    assert cpu_limit(root).amount == 0.5


def test_v1_container(tmp_path):
    root = v1(
        tmp_path,
        "/docker/1f2e",
        {
            "cpu,cpuacct/cpu.cfs_quota_us": "400000\n",
            "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            "memory/memory.limit_in_bytes": "1073741824\n",
        },
        mounted="/docker/1f2e",
    )
    assert cpu_limit(root).amount == 4
    assert memory_limit(root).amount == 1024**3


def test_v1_without_limits(tmp_path):
    root = v1(
        tmp_path,
        "/",
        {"cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n"},
    )
    assert cpu_limit(root) is None


def test_hybrid_host_takes_each_limit_from_its_own_hierarchy(tmp_path):
    root = v1(tmp_path, "/job", {"memory/job/memory.limit_in_bytes": "4096"})
    with (root / "proc/self/cgroup").open("a") as file:
        file.write("0::/job\n")
    with (root / "proc/self/mountinfo").open("a") as file:
        file.write("41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n")
    tree(root, {"sys/fs/cgroup/unified/job/cpu.max": "300000 100000"})
    assert cpu_limit(root).amount == 3
    assert memory_limit(root).amount == 4096


@pytest.mark.parametrize("text", ["", "max 100000", "0 100000", "x y", "100000 0", "100000"])
def test_what_is_no_limit_is_none(tmp_path, text):
    assert cpu_limit(v2(tmp_path, "/", {"cpu.max": text})) is None


def test_a_system_without_control_groups_has_no_limit(tmp_path):
    assert cpu_limit(tmp_path) is None
    assert memory_limit(tmp_path) is None


def test_share_is_what_the_tightest_limit_leaves(tmp_path):
    threads, memory = psutil.cpu_count(), psutil.virtual_memory().total
    root = v2(tmp_path, "/", {"cpu.max": "50000 100000", "memory.max": str(memory // 4)})
    facts = share_facts(root)
    assert facts.value("infrastructure.components.share", "cpu") == pytest.approx(0.5 / threads, abs=1e-6)
    assert facts.value("infrastructure.components.share", "ram") == pytest.approx(0.25, abs=1e-6)
    assert next(facts.about("infrastructure.components.share", "cpu")).place == "/sys/fs/cgroup/cpu.max"


def test_share_is_one_where_the_limit_is_above_the_machine(tmp_path):
    root = v2(tmp_path, "/", {"cpu.max": "99900000 100000", "memory.max": "9223372036854771712"})
    facts = share_facts(root)
    assert facts.value("infrastructure.components.share", "ram") == 1
    if len(os.sched_getaffinity(0)) == psutil.cpu_count():
        assert facts.value("infrastructure.components.share", "cpu") == 1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no CPU affinity")
def test_affinity_bounds_the_share_unless_another_thread_may_run_elsewhere():
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("this test needs two CPUs")
    script = """
import os, sys, threading
first, second, *_ = sorted(os.sched_getaffinity(0))
other = threading.Thread(target=threading.Event().wait, daemon=True)
if sys.argv[1] == "threads":
    other.start()
os.sched_setaffinity(0, {first})
import psutil
from pathlib import Path
from ai_power_export.introspect.share import share_facts
print(share_facts(Path("/nowhere")).value("infrastructure.components.share", "cpu") * psutil.cpu_count())
"""
    whole = float(len(os.sched_getaffinity(0)))
    for argument, cpus in (("alone", 1.0), ("threads", whole)):
        done = subprocess.run([sys.executable, "-c", script, argument], capture_output=True, text=True)
        assert float(done.stdout) == pytest.approx(cpus, abs=1e-4), done.stderr
