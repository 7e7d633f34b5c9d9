"""Owns the words that a trainer and the session share about state: what a checkpoint is made of, and where to continue.

A trainer implements :class:`State`; for PyTorch, :mod:`intermission.torch` does it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Dict, Mapping, Optional, Protocol, Tuple

SUBJECTS = ("model", "optimizer", "schedule", "rng", "data")


@dataclass(frozen=True)
class Contents:
    """What ``checkpoint.json`` will declare.

    ``contains``: of ``model, optimizer, schedule, rng, data``; claim only what a resume continues exactly.
    ``numeric_profile``: what decides the bits of the arithmetic. ``digests``: SHA-256 in hex by subject.
    """

    contains: Tuple[str, ...] = ("model",)
    numeric_profile: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = [subject for subject in self.contains if subject not in SUBJECTS]
        if unknown:
            raise ValueError(f"contains: {unknown[0]!r} is none of {', '.join(SUBJECTS)}")


Write = Callable[[Path], Contents]
"""Writes a copy of the state as files into an empty directory; runs on a background thread. What it leaves behind when it raises is deleted."""


class State(Protocol):
    """Everything that a training needs to go on from a step boundary."""

    def snapshot(self, step: int) -> Write:
        """Copies the state as it is after ``step``; the only part of a save that training waits for.

        The copy may be overwritten by the next call, which comes only after the function that is returned here has returned.
        An ``OSError`` in either of the two is a save that fails, and training goes on; anything else is a defect, and ends it.
        """

    def restore(self, directory: Path) -> None:
        """Loads what :meth:`snapshot` wrote. Raises where that does not fit this program, and says what does not."""


@dataclass(frozen=True)
class ResumePoint:
    """Where to continue: the files of a checkpoint, complete and verified. They are deleted after the first reported step."""

    step: int
    directory: Path
    declared: Dict[str, object]

    @property
    def finished(self) -> bool:
        return self.declared.get("finished") is True

    @property
    def numeric_profile(self) -> Dict[str, str]:
        found = self.declared.get("numericProfile")
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


@dataclass(frozen=True)
class SavePoint:
    """Which save: of which step, for which request, and whether it is the last one."""

    step: int
    request: Optional[int] = None
    finished: bool = False
