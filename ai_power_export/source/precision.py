"""Precision: the numbers that a model's weights are held in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ai_power_export.facts import JsonValue
from ai_power_export.source.calls import Call
from ai_power_export.source.uses import Use
from ai_power_export.source.values import root

_PRECISIONS = {
    "float16": "fp16",
    "half": "fp16",
    "fp16": "fp16",
    "16-mixed": "fp16",
    "bfloat16": "bf16",
    "bf16": "bf16",
    "bf16-mixed": "bf16",
    "int8": "int8",
    "awq": "awq",
    "gptq": "gptq",
}


_GGUF = re.compile(r"[.-](q\d(?:_[0-9a-z]+)*|f16|bf16)\.gguf$", re.IGNORECASE)
_TAG = re.compile(r"-(awq|gptq|int4|int8|fp8|bnb-4bit)\b", re.IGNORECASE)


def _tagged(named: Mapping[str, JsonValue]) -> str:
    """Return the precision that the name of a model file or model states, as their publishers write it."""
    for value in named.values():
        if isinstance(value, str) and (match := _GGUF.search(value) or _TAG.search(value)):
            return match.group(1)
    return ""


def quantization(use: Use, calls: list[Call], named: Mapping[str, JsonValue]) -> str:
    """Return the numbers that the weights are held in, where the source says so."""
    if named.get("load_in_4bit") is True or named.get("bits") == 4:
        kind = named.get("bnb_4bit_quant_type")
        return kind if isinstance(kind, str) else "int4"
    if named.get("load_in_8bit") is True or named.get("bits") == 8:
        return "int8"
    for name in ("torch_dtype", "dtype", "quantization", "precision", "compute_type"):
        value = named.get(name)
        if isinstance(value, str) and value in _PRECISIONS:
            return _PRECISIONS[value]
    for flag in ("bf16", "fp16"):
        if named.get(flag) is True:
            return flag
    if tagged := _tagged(named):
        return tagged
    halved = any(
        call.method == "half" and call.receiver is not None and root(call.receiver) is use.model
        for call in calls
    )
    return "fp16" if halved else ""
