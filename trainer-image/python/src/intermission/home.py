"""Owns where checkpoints live and who takes care of them: an agent beside us, or nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Protocol, Tuple

from .checkpoints import CheckpointFolders
from .environment import Environment
from .files import JsonFile
from .saver import CHECKPOINT_JSON, declared
from .state import ResumePoint


class Home(Protocol):
    directory: Path
    folders: CheckpointFolders

    def resume(self) -> Optional[Tuple[Optional[ResumePoint]]]:
        """``None``: not known yet. ``(None,)``: from the beginning."""

    def is_durable(self, step: int) -> bool:
        """Whether the checkpoint of ``step`` is where it survives this pod."""

    def tidy(self) -> None:
        """Deletes what this home's owner keeps no longer."""


class WithAgent:
    """In a pod: the agent restores, uploads and deletes."""

    def __init__(self, directory: Path, floor: Optional[int]) -> None:
        self.directory = directory
        self.folders = CheckpointFolders(directory / "checkpoints")
        self._floor = floor
        self._agent = JsonFile(directory / "agent.json")
        self._news = self._agent.watch()
        self._durable = -1

    def resume(self) -> Optional[Tuple[Optional[ResumePoint]]]:
        restored = (self._agent.read() or {}).get("restored")
        if restored is None:
            return None
        step = None if restored == "none" else int(restored)
        # Never silently from zero, nor from before the step that the operator saw verified.
        if self._floor is not None and (step is None or step < self._floor):
            found = "nothing" if step is None else f"step {step}"
            raise RuntimeError(
                f"INTERMISSION_RESUME_STEP is {self._floor} but the agent restored {found}; training does not start, so that no step is lost. See the agent's log."
            )
        return (None if step is None else point(step, self.directory / "resume"),)

    def is_durable(self, step: int) -> bool:
        news = self._news.changed()
        if news is not None and isinstance(news.get("durableStep"), int):
            self._durable = news["durableStep"]
        return self._durable >= step

    def tidy(self) -> None:
        """The agent deletes what is durable."""


class Alone:
    """Outside Kubernetes: a local directory with the newest two checkpoints."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.directory = root
        self.folders = CheckpointFolders(root / "checkpoints")

    def resume(self) -> Optional[Tuple[Optional[ResumePoint]]]:
        newest = self.folders.newest()
        return (None if newest is None else point(newest, self.folders.folder(newest)),)

    def is_durable(self, step: int) -> bool:
        return True

    def tidy(self) -> None:
        self.folders.keep_newest(2)


def home(environment: Environment, local_directory: Path) -> Home:
    if environment.directory is not None:
        return WithAgent(environment.directory, environment.resume_step)
    rank = environment.worker.rank if environment.worker.world_size > 1 else None
    return Alone(local_directory if rank is None else local_directory / f"rank-{rank}")


def point(step: int, folder: Path) -> ResumePoint:
    declaration = declared(folder).read() or {}
    if declaration.get("step", step) != step:
        raise RuntimeError(
            f"{folder / CHECKPOINT_JSON} declares step {declaration['step']} where step {step} was expected; training does not start. Nothing was changed."
        )
    return ResumePoint(step, folder, declaration)
