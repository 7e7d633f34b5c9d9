"""Owns what decides the bits of the arithmetic: another profile on resume may give other bits, and is said."""

from __future__ import annotations

import platform
from typing import Any, Dict, Iterable, Mapping

import torch


def profile(tensors: Iterable[Any]) -> Dict[str, str]:
    capability = getattr(getattr(torch.backends, "cpu", None), "get_cpu_capability", lambda: platform.machine())
    devices = sorted({_device(tensor.device) for tensor in tensors if isinstance(tensor, torch.Tensor)})
    return {
        "torch": torch.__version__,
        "threads": str(torch.get_num_threads()),
        "isa": str(capability()).lower(),
        "devices": ", ".join(devices),
        "deterministic": str(torch.are_deterministic_algorithms_enabled()).lower(),
    }


def verdict(now: Mapping[str, str], saved: Mapping[str, str]) -> str:
    """``exact``, or why the bits may differ, such as ``not bit-exact: threads 2 -> 4``."""
    differing = [f"{key} {saved[key]} -> {value}" for key, value in now.items() if key in saved and saved[key] != value]
    if not differing and "cuda" in now["devices"] and now["deterministic"] == "false":
        differing = ["torch.use_deterministic_algorithms is off"]
    return "not bit-exact: " + ", ".join(differing) if differing else "exact"


def _device(device: torch.device) -> str:
    return f"cuda {torch.cuda.get_device_name(device)}" if device.type == "cuda" else device.type
