"""The NVIDIA GPUs of this machine, as one component a model."""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ai_power_export.facts import Certainty, Facts
from ai_power_export.introspect.component import COMPONENTS, add_component, gigabytes
from ai_power_export.introspect.gpu_names import read_gpu_name
from ai_power_export.introspect.gputil import load_gputil

MEBIBYTE = 1024**2
"""`nvidia-smi` gives memory in MiB."""


class NoGpu(Exception):
    """No GPU can be seen this way; the text says why."""


class Gpu(NamedTuple):
    """One device, as the driver shows it."""

    number: int
    uuid: str
    model: str
    memory: float
    """Bytes; NaN where the driver does not say."""


def gpu_facts(gpu_ids: Sequence[int | str] | None = None) -> Facts:
    """Return one component for each GPU model, with the memory in GB (1024**3 bytes) of one.

    Args:
        gpu_ids: the driver's indices, or UUIDs or their beginnings, of the
            devices that the meter tracks; None for those that
            `CUDA_VISIBLE_DEVICES` names, or all where it is not set.
    """
    facts = Facts()
    try:
        place, devices = _devices()
        chosen, certainty = _choose(devices, gpu_ids)
    except NoGpu as reason:
        facts.lack(COMPONENTS, f"no GPU: {reason}")
        return facts
    for model in dict.fromkeys(device.model for device in chosen):
        _add_model(facts, place, [device for device in chosen if device.model == model], certainty)
    return facts


def gpu_models() -> list[str]:
    """Return the model of each NVIDIA GPU of this machine, chosen or not."""
    try:
        return [device.model for device in _devices()[1]]
    except NoGpu:
        return []


def _add_model(facts: Facts, place: str, devices: list[Gpu], certainty: Certainty) -> None:
    model = devices[0].model
    family, series = read_gpu_name(model)
    sizes = {device.memory for device in devices}
    memory = sizes.pop() if len(sizes) == 1 else math.nan
    add_component(
        facts,
        f"gpu:{model}",
        place,
        {
            "componentType": "gpu",
            "componentName": model,
            "nbComponent": len(devices),
            "memorySize": gigabytes(memory) if math.isfinite(memory) else None,
            "manufacturer": "NVIDIA",
            "family": family,
            "series": series,
        },
        certainty,
    )


def _devices() -> tuple[str, list[Gpu]]:
    """Return where the devices were seen, and all of them.

    Raises:
        NoGpu: neither NVML nor `nvidia-smi` shows any.
    """
    reasons = []
    sources: tuple[tuple[str, Callable[[], list[Gpu]]], ...] = (
        ("NVML", _with_nvml),
        ("nvidia-smi", _with_gputil),
    )
    for place, read in sources:
        try:
            devices = read()
        except Exception as error:  # noqa: BLE001 - drivers and their libraries fail in many ways
            reasons.append(f"{place}: {error or type(error).__name__}")
            continue
        if devices:
            return place, devices
        reasons.append(f"{place}: no device")
    raise NoGpu("; ".join(reasons))


def _with_nvml() -> list[Gpu]:
    if sys.platform == "linux" and "pynvml" not in sys.modules:
        # The library that pynvml will load; it is missing far faster than pynvml is imported.
        ctypes.CDLL("libnvidia-ml.so.1")
    import pynvml

    pynvml.nvmlInit()
    try:
        return [_nvml_gpu(pynvml, index) for index in range(pynvml.nvmlDeviceGetCount())]
    finally:
        pynvml.nvmlShutdown()  # NVML counts its users: the meter's own stays open


def _nvml_gpu(pynvml: Any, index: int) -> Gpu:
    handle = pynvml.nvmlDeviceGetHandleByIndex(index)
    try:
        memory = float(pynvml.nvmlDeviceGetMemoryInfo(handle).total)
    except pynvml.NVMLError:  # boards that share the memory of their CPU do not say
        memory = math.nan
    name, uuid = pynvml.nvmlDeviceGetName(handle), pynvml.nvmlDeviceGetUUID(handle)
    return Gpu(index, _decoded(uuid), _decoded(name), memory)


def _decoded(text: str | bytes) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _with_gputil() -> list[Gpu]:
    if shutil.which("nvidia-smi") is None:
        raise NoGpu("not installed")
    devices = load_gputil().getGPUs()
    return [Gpu(device.id, device.uuid, device.name, device.memoryTotal * MEBIBYTE) for device in devices]


def _choose(devices: list[Gpu], gpu_ids: Sequence[int | str] | None) -> tuple[list[Gpu], Certainty]:
    """Return the devices that count, and how sure that choice is.

    Raises:
        NoGpu: none of the devices is chosen.
    """
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    ids = visible.split(",") if gpu_ids is None and visible is not None else gpu_ids
    if ids is None:
        return devices, Certainty.CERTAIN
    chosen = [device for device in devices if any(_is_meant(device, str(one).strip()) for one in ids)]
    if not chosen:
        raise NoGpu("none of the GPUs of this machine is chosen by gpu_ids or CUDA_VISIBLE_DEVICES")
    return chosen, Certainty.CERTAIN if gpu_ids is not None or _same_order(devices) else Certainty.LIKELY


def _is_meant(device: Gpu, chosen: str) -> bool:
    if chosen.isdecimal():
        return int(chosen) == device.number
    return chosen.startswith("GPU-") and device.uuid.startswith(chosen)


def _same_order(devices: list[Gpu]) -> bool:
    """Tell whether CUDA counts the devices as the driver does.

    CUDA puts the fastest first unless told to count by bus, as the driver does;
    among devices of one model it makes no difference.
    """
    alike = len({device.model for device in devices}) == 1
    return alike or os.environ.get("CUDA_DEVICE_ORDER") == "PCI_BUS_ID"
