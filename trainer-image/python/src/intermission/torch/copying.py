"""Owns the copy that training waits for: tensors into host buffers that are reused from save to save."""

from __future__ import annotations

import copy
from typing import Any, Dict, Tuple

import torch


class HostCopy:
    """Copies nested dicts, lists and tuples of tensors; the copy may be overwritten by the next call.

    The first call allocates; later ones write into the same memory. From a GPU the buffers are pinned and the copies overlap; one synchronization ends them.
    """

    def __init__(self) -> None:
        self._buffers: Dict[Tuple[Any, ...], torch.Tensor] = {}

    def of(self, value: Any) -> Any:
        copied = self._copy((), value)
        if any(buffer.is_pinned() for buffer in self._buffers.values()) if torch.cuda.is_available() else False:
            torch.cuda.synchronize()
        return copied

    def _copy(self, path: Tuple[Any, ...], value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return self._into_buffer(path, value.detach())
        if isinstance(value, dict):
            return {key: self._copy((*path, key), item) for key, item in value.items()}
        if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
            return type(value)(self._copy((*path, index), item) for index, item in enumerate(value))
        return copy.deepcopy(value)

    def _into_buffer(self, path: Tuple[Any, ...], tensor: torch.Tensor) -> torch.Tensor:
        buffer = self._buffers.get(path)
        if buffer is None or buffer.shape != tensor.shape or buffer.dtype != tensor.dtype:
            buffer = torch.empty(tensor.shape, dtype=tensor.dtype, device="cpu", pin_memory=tensor.is_cuda)
            self._buffers[path] = buffer
        return buffer.copy_(tensor, non_blocking=tensor.is_cuda)
