"""Owns what decides the bits of the arithmetic: another profile on resume may give other bits, and is said."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import Dict, Iterable, List, Mapping

import torch

CPUINFO = Path("/proc/cpuinfo")
CPU_FIELDS = ("model name", "cpu family", "model", "CPU implementer", "CPU part")  # virtual machines hide the name, so the numbers are there too


def profile(devices: Iterable[torch.device]) -> Dict[str, str]:
    """Of the calling thread (each has its own number of threads). oneDNN and MKL choose their kernels by the processor's model, unless a variable tells them."""
    return {
        "torch": torch.__version__,
        "threads": str(torch.get_num_threads()),
        "isa": _isa(),
        "cpu": _cpu(),
        "onednn": os.environ.get("ONEDNN_MAX_CPU_ISA") or os.environ.get("DNNL_MAX_CPU_ISA") or "widest",
        "mkl": os.environ.get("MKL_CBWR") or "fastest",
        "devices": ", ".join(sorted({_device(device) for device in devices})),
        "deterministic": str(torch.are_deterministic_algorithms_enabled()).lower(),
    }


def differences(now: Mapping[str, str], saved: Mapping[str, str]) -> List[str]:
    """Why the bits may differ, such as ``threads 2 -> 4``; what one side does not say is ``unknown``, which is never the same."""
    if not saved:
        return ["numeric profile not saved"]
    differing = [f"{key} {saved.get(key, 'unknown')} -> {now.get(key, 'unknown')}" for key in {**now, **saved} if now.get(key) != saved.get(key)]
    if not differing and "cuda" in now["devices"] and now["deterministic"] == "false":
        return ["torch.use_deterministic_algorithms is off"]
    return differing


def verdict(reasons: List[str]) -> str:
    """``exact``, or ``not bit-exact:`` and the reasons."""
    return "not bit-exact: " + ", ".join(reasons) if reasons else "exact"


def _isa() -> str:
    """The instruction set that PyTorch's own kernels use, as it says itself: ``avx512``, ``avx2``, or ``default`` (1.13 calls that NO AVX)."""
    said = re.search(r"CPU capability usage: (.*)", torch.__config__.show())
    return said[1].strip().lower().replace("no avx", "default") if said else platform.machine()


def _cpu() -> str:
    """The first processor's; all of a machine's are alike."""
    try:
        first = CPUINFO.read_text(encoding="utf-8").split("\n\n")[0]
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in first.splitlines())}
    return " ".join(fields[key] for key in CPU_FIELDS if key in fields) or platform.machine()


def _device(device: torch.device) -> str:
    return f"cuda {torch.cuda.get_device_name(device)}" if device.type == "cuda" else device.type
