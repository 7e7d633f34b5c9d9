"""Owns the comparison of a checkpoint's tensors with the ones that a program expects."""

from __future__ import annotations

from typing import Any, List, Mapping

import torch

SHOWN = 10


class ArchitectureMismatch(RuntimeError):
    """The checkpoint is of another architecture; the message names each tensor, what is expected and what was found. Nothing was loaded."""


def require_same(expected: Mapping[str, Any], found: Mapping[str, Any], where: str) -> None:
    """Names and shapes must agree; the dtype may differ, since loading converts it."""
    problems: List[str] = []
    for name, tensor in expected.items():
        if name not in found:
            problems.append(f"{name}: expected {_shape(tensor)}, found nothing")
        elif _shape(tensor).split("[")[1:] != _shape(found[name]).split("[")[1:]:
            problems.append(f"{name}: expected {_shape(tensor)}, found {_shape(found[name])}")
    problems += [f"{name}: expected nothing, found {_shape(tensor)}" for name, tensor in found.items() if name not in expected]
    if problems:
        rest = len(problems) - SHOWN
        shown = "\n  ".join(problems[:SHOWN]) + (f"\n  and {rest} more" if rest > 0 else "")
        raise ArchitectureMismatch(
            f"{where} is of another architecture; nothing was loaded. Resume with the code that saved it, or begin a new job.\n  {shown}"
        )


def _shape(value: Any) -> str:
    """``float32[16, 1, 3, 3]``."""
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype).replace('torch.', '')}[{', '.join(map(str, value.shape))}]"
    return type(value).__name__
