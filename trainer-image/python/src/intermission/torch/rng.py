"""Owns the states of every random-number generator that a PyTorch program draws from: Python's, NumPy's, PyTorch's on the host and on each GPU."""

from __future__ import annotations

import random
import sys
from typing import Any, Dict

import torch


def capture() -> Dict[str, Any]:
    """Plain lists and tensors, so that it can be loaded without running code."""
    version, words, gauss = random.getstate()
    states: Dict[str, Any] = {"python": [version, list(words), gauss], "torch": torch.get_rng_state()}
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        kind, keys, position, has_gauss, cached = numpy.random.get_state()
        states["numpy"] = [kind, [int(key) for key in keys], int(position), int(has_gauss), float(cached)]
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        states["cuda"] = [state.cpu() for state in torch.cuda.get_rng_state_all()]
    return states


def restore(states: Dict[str, Any]) -> None:
    """NumPy is imported where the saved program had used it; GPUs that are not there any more are passed over."""
    version, words, gauss = states["python"]
    random.setstate((version, tuple(words), gauss))
    torch.set_rng_state(states["torch"])
    if "numpy" in states:
        import numpy

        kind, keys, position, has_gauss, cached = states["numpy"]
        numpy.random.set_state((kind, numpy.array(keys, dtype=numpy.uint32), position, has_gauss, cached))
    for device, state in enumerate(states.get("cuda", [])[: torch.cuda.device_count()]):
        torch.cuda.set_rng_state(state, device)
