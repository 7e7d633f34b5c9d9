"""Owns what the operator tells a trainer by environment variables. Reads nothing else.

Outside Kubernetes none of them is set, and the trainer saves into a local directory instead.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Mapping, Optional


class InvalidEnvironment(ValueError):
    """The environment is not what the contract says; the message lists every variable."""


@dataclass(frozen=True)
class Worker:
    """Which part of which run this process is."""

    job: str = "local"
    run: int = 0
    rank: int = 0
    world_size: int = 1


@dataclass(frozen=True)
class Cadence:
    """When to save without being asked; both ``None``: only on request and at the end.

    Steps are counted from zero and not from the last save, so that all ranks of a gang save at the same ones.
    """

    every_steps: Optional[int] = None
    interval_seconds: Optional[float] = None

    def is_due(self, step: int, seconds_since_last_save: float) -> bool:
        by_steps = self.every_steps is not None and step % self.every_steps == 0
        by_time = self.interval_seconds is not None and seconds_since_last_save >= self.interval_seconds
        return by_steps or by_time


@dataclass(frozen=True)
class Environment:
    """``directory`` is ``None`` outside Kubernetes. ``resume_step``: the restored step is this one or a later one, or training does not start.

    ``overrides``: hyperparameters that ``spec.overrides`` sets, as text, by name.
    """

    directory: Optional[Path] = None
    resume_step: Optional[int] = None
    worker: Worker = field(default_factory=Worker)
    cadence: Cadence = field(default_factory=Cadence)
    overrides: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(variables: Mapping[str, str]) -> Environment:
        """Reads the variables.

        Raises:
            InvalidEnvironment: names every variable that is not what it should be.
        """
        reader = _Reader(variables)
        overrides = reader.overrides("INTERMISSION_OVERRIDES")
        directory = reader.text("INTERMISSION_DIR")
        resume_step = reader.number("INTERMISSION_RESUME_STEP")
        worker = Worker(
            reader.text("INTERMISSION_JOB") or "local",
            reader.number("INTERMISSION_RUN") or 0,
            reader.number("INTERMISSION_RANK") or 0,
            _or(reader.number("INTERMISSION_WORLD_SIZE"), 1),
        )
        cadence = Cadence(
            reader.number("INTERMISSION_CHECKPOINT_EVERY_STEPS") or None,
            reader.number("INTERMISSION_CHECKPOINT_INTERVAL_SECONDS") or None,
        )
        if not reader.problems and not 0 <= worker.rank < worker.world_size:
            reader.problems.append(f"INTERMISSION_RANK: {worker.rank} is no rank of {worker.world_size} workers")
        if reader.problems:
            raise InvalidEnvironment("Invalid environment: " + "; ".join(reader.problems))
        return Environment(Path(directory) if directory else None, resume_step, worker, cadence, overrides)


class _Reader:
    """The operator sets a variable to the empty string where it has nothing to say."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.problems: List[str] = []

    def text(self, name: str) -> Optional[str]:
        return self._variables.get(name, "").strip() or None

    def overrides(self, name: str) -> Dict[str, str]:
        """The JSON file that ``name`` names; better no training than one with other numbers."""
        file = self.text(name)
        if file is None:
            return {}
        try:
            found = json.loads(Path(file).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            self.problems.append(f"{name}: cannot read {file}: {error}")
            return {}
        if isinstance(found, dict) and all(isinstance(value, str) for value in found.values()):
            return found
        self.problems.append(f"{name}: {file} is not a JSON object of texts")
        return {}

    def number(self, name: str) -> Optional[int]:
        text = self.text(name)
        if text is None:
            return None
        if re.fullmatch("[0-9]{1,9}", text):
            return int(text)
        self.problems.append(f'{name}: expected a number from 0 to 999999999, found "{text}"')
        return None


def _or(number: Optional[int], default: int) -> int:
    return default if number is None else number
