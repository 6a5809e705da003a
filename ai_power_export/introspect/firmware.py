"""What firmware and kernel say about the machine below: whose cloud, virtual or bare.

Strings of the Desktop Management Interface as Linux shows them to everybody in
`/sys/class/dmi/id`. A container sees those of its host, which is the machine
that its energy is drawn from.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

DMI = "sys/class/dmi/id"


class Sign(NamedTuple):
    """A firmware string that only one cloud provider writes."""

    provider: str
    name: str
    """File in `/sys/class/dmi/id`."""
    text: str
    whole: bool = True
    """Whether the string is all of the file; otherwise it is part of it."""


SIGNS = (
    Sign("aws", "sys_vendor", "Amazon EC2"),
    Sign("aws", "bios_vendor", "Amazon EC2"),
    Sign("aws", "bios_version", ".amazon", whole=False),
    Sign("google", "product_name", "Google Compute Engine"),
    # Hyper-V anywhere calls itself Microsoft Corporation; this asset tag is Azure's alone.
    Sign("azure", "chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77"),
    Sign("oracle", "chassis_asset_tag", "OracleCloud.com"),
    Sign("alibaba", "sys_vendor", "Alibaba Cloud"),
    Sign("alibaba", "product_name", "Alibaba Cloud ECS"),
    Sign("tencent", "sys_vendor", "Tencent Cloud"),
    Sign("huawei", "chassis_asset_tag", "HUAWEICLOUD"),
    Sign("opentelekomcloud", "chassis_asset_tag", "OpenTelekomCloud"),
    Sign("ibm", "chassis_vendor", "IBM:Cloud Compute Server", whole=False),
    Sign("ovh", "sys_vendor", "OVH"),
    Sign("scaleway", "sys_vendor", "Scaleway"),
    Sign("hetzner", "sys_vendor", "Hetzner"),
    Sign("digitalocean", "sys_vendor", "DigitalOcean"),
    Sign("vultr", "sys_vendor", "Vultr"),
    Sign("linode", "sys_vendor", "Linode"),
    Sign("linode", "sys_vendor", "Akamai"),
    Sign("upcloud", "sys_vendor", "UpCloud"),
    Sign("exoscale", "sys_vendor", "Exoscale"),
    Sign("outscale", "sys_vendor", "3DS Outscale", whole=False),
)
"""As the providers document them, and as cloud-init tells them apart."""

HYPERVISORS = (
    "qemu",
    "kvm",
    "xen",
    "vmware",
    "virtualbox",
    "innotek",
    "bochs",
    "parallels",
    "bhyve",
    "firecracker",
    "openstack",
    "nutanix",
    "ovirt",
    "rhev",
    "virtual machine",
    "cloud hypervisor",
    "apple virtualization",
)
"""Parts of vendor and product names of virtual machines, in lower case."""


VIRTUAL = ("sys/hypervisor/type", "proc/device-tree/hypervisor", "proc/device-tree/ibm,partition-name")
"""Files that only Xen, virtual Arm machines and partitions of Power machines have."""


def cloud_provider(root: Path) -> tuple[str, str] | None:
    """Return the provider's name and the place that gives it away; None if nothing does."""
    for sign in SIGNS:
        told = read_dmi(root, sign.name)
        if told == sign.text or (not sign.whole and sign.text in told):
            return sign.provider, f"DMI {sign.name}"
    # EC2 machines of the Xen generations have no string of Amazon's but in their version and id.
    if _text(root / "sys/hypervisor/uuid").lower().startswith("ec2"):
        return "aws", "/sys/hypervisor/uuid"
    return None


def bare_metal(root: Path) -> str:
    """Return the place that shows a real machine of a known maker; empty if it is virtual or not to be told.

    The absence of every sign of a hypervisor counts only where the firmware
    names the machine at all.
    """
    if is_virtual(root):
        return ""
    if read_dmi(root, "sys_vendor") or read_dmi(root, "board_vendor"):
        return "DMI sys_vendor and /proc/cpuinfo"
    # Small Arm boards have a device tree instead; virtual ones call themselves linux,dummy-virt.
    model = _text(root / "proc/device-tree/model").strip("\0")
    return "/proc/device-tree/model" if model and "virt" not in model.lower() else ""


def read_dmi(root: Path, name: str) -> str:
    """Return a firmware string, empty where it is not shown."""
    return _text(root / DMI / name)


def is_virtual(root: Path) -> bool:
    """Tell whether a hypervisor shows; so it does also where the kernel hides its processors."""
    if any((root / sign).exists() for sign in VIRTUAL):
        return True
    cpuinfo = _text(root / "proc/cpuinfo")
    flags = next((line for line in cpuinfo.splitlines() if line.startswith("flags")), "")
    if not cpuinfo or "hypervisor" in flags.split():
        return True
    names = ("sys_vendor", "product_name", "bios_vendor", "board_vendor", "chassis_vendor")
    told = " | ".join(read_dmi(root, name) for name in names).lower()
    return any(hypervisor in told for hypervisor in HYPERVISORS)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
