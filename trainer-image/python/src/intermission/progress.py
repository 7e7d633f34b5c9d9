"""Owns ``progress.json``: replaced at most four times a second, and at once when something changed that the agent waits for."""

from __future__ import annotations

import logging
import math
import time
from datetime import datetime, timezone
from typing import Any, Dict, Mapping, Optional

from .files import JsonFile

AT_MOST_EVERY_SECONDS = 0.25

_log = logging.getLogger("intermission")


class ProgressReporter:
    def __init__(self, file: JsonFile, total_steps: Optional[int]) -> None:
        self._file = file
        self._position: Dict[str, Any] = {"step": 0}
        self._metrics: Dict[str, float] = {}
        self._own: Dict[str, float] = {}
        self._facts: Dict[str, Any] = {} if total_steps is None else {"totalSteps": total_steps}
        self._changed = True
        self._written = -math.inf
        self._failing = False

    def at(self, step: int, epoch: Optional[float], metrics: Mapping[str, float]) -> None:
        self._facts.setdefault("firstStep", step)
        self._position = {"step": step} if epoch is None or not math.isfinite(epoch) else {"step": step, "epoch": epoch}
        self._metrics = dict(metrics)

    def fact(self, name: str, value: Any) -> None:
        """One of ``armed, missed, held, failed, finished, exact``; ``None`` takes it back."""
        if self._facts.get(name) == value:
            return
        if value is None:
            del self._facts[name]
        else:
            self._facts[name] = value
        self._changed = True

    def measured(self, metric: str, value: float) -> None:
        """Adds a number to the metrics of every later report."""
        self._own[metric] = value

    def measured_at(self, step: int) -> Dict[str, Any]:
        """``epoch`` and ``metrics`` as the trainer measured them at this step; empty, if it last spoke of another one."""
        if self._position["step"] != step:
            return {}
        epoch = {name: value for name, value in self._position.items() if name == "epoch"}
        return {**epoch, "metrics": _finite(self._metrics)}

    def flush_change(self) -> None:
        """Writes what the agent waits for, if that has not been possible: for waits."""
        if self._changed:
            self.flush()

    def flush(self) -> None:
        """A report that cannot be written ends nothing: it is said once, and tried again at the next boundary."""
        now = time.monotonic()
        if not self._changed and now - self._written < AT_MOST_EVERY_SECONDS:
            return
        at = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        try:
            self._file.replace({**self._position, **self._facts, "metrics": _finite({**self._metrics, **self._own}), "at": at})
        except OSError as failure:
            if not self._failing:
                _log.error("%s could not be written: %s. Training goes on, but nobody sees where it is.", self._file.path, failure)
            self._failing = True
            return
        self._changed = self._failing = False
        self._written = now


def _finite(metrics: Mapping[str, float]) -> Dict[str, float]:
    values = {name: float(value) for name, value in metrics.items()}
    return {name: value for name, value in values.items() if math.isfinite(value)}  # JSON has no NaN
