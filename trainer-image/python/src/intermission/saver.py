"""Owns the background thread that writes one snapshot at a time. Used from the training thread alone."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional, Union

from .checkpoints import CheckpointFolders
from .files import JsonFile
from .state import SavePoint, Write

CHECKPOINT_JSON = "checkpoint.json"


@dataclass(frozen=True)
class Saved:
    """The folder is complete."""

    point: SavePoint
    write_millis: float


@dataclass(frozen=True)
class Failed:
    """There is no folder of this step; training may go on."""

    point: SavePoint
    message: str


Outcome = Union[Saved, Failed]


class Saver:
    """A daemon thread for each save: a process that is told to die does not wait for it."""

    def __init__(self, folders: CheckpointFolders, world_size: int) -> None:
        self._folders = folders
        self._world_size = world_size
        self._thread: Optional[threading.Thread] = None
        self._outcome: Optional[Outcome] = None
        self._defect: Optional[BaseException] = None

    @property
    def idle(self) -> bool:
        return self._thread is None

    def begin(self, point: SavePoint, measured: Mapping[str, Any], write: Write) -> None:
        if not self.idle:
            raise RuntimeError("a save is under way")
        self._thread = threading.Thread(target=self._run, args=(point, measured, write), name=f"save-{point.step}", daemon=True)
        self._thread.start()

    def collect(self) -> Optional[Outcome]:
        """The outcome of a save that is over, once."""
        if self._thread is None or self._thread.is_alive():
            return None
        return self.wait()

    def wait(self) -> Outcome:
        """Waits for the save in flight.

        Raises:
            Exception: what the trainer's own code raised while writing, if that was not an ``OSError``: a defect, not a full disk.
        """
        assert self._thread is not None
        self._thread.join()
        self._thread = None
        outcome, defect = self._outcome, self._defect
        self._outcome = self._defect = None
        if defect is not None:
            raise defect
        assert outcome is not None
        return outcome

    def _run(self, point: SavePoint, measured: Mapping[str, Any], write: Write) -> None:
        start = time.perf_counter()
        try:
            self._write(point, measured, write)
            self._outcome = Saved(point, (time.perf_counter() - start) * 1e3)
        except OSError as failure:
            self._folders.abandon(point.step)
            self._outcome = Failed(point, self._describe(point, failure))
        except BaseException as defect:  # handed to the training thread, which raises it
            self._folders.abandon(point.step)
            self._defect = defect

    def _write(self, point: SavePoint, measured: Mapping[str, Any], write: Write) -> None:
        directory = self._folders.begin(point.step)  # dies here or later: a .tmp folder, which the next start discards
        contents = write(directory)
        declaration = {
            "step": point.step,
            "contains": list(contents.contains),
            "worldSize": self._world_size,
            "finished": point.finished,
            "numericProfile": dict(contents.numeric_profile),
            "digests": dict(contents.digests),
            **measured,
        }
        if point.request is not None:
            declaration["requestId"] = point.request
        declared(directory).replace(declaration)
        self._folders.commit(point.step)  # the commit to the agent; dies after it: the agent uploads a complete folder

    def _describe(self, point: SavePoint, failure: OSError) -> str:
        return (
            f"Step {point.step} could not be saved in {self._folders.root}: {failure}. Training goes on; nothing that was saved before is affected. "
            "If the volume is full, raise spec.checkpoint.volume.sizeLimit."
        )


def declared(directory: Path) -> JsonFile:
    return JsonFile(directory / CHECKPOINT_JSON)
