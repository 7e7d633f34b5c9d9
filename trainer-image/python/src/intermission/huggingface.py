"""Lets a Hugging Face ``Trainer`` be paused at any of its steps, and resumed by its own ``resume_from_checkpoint``.

::

    trainer = Trainer(model, arguments, train_dataset=data)
    intermission.huggingface.train(trainer)                 # instead of trainer.train()

A checkpoint is the ``Trainer``'s own ``checkpoint-N``: model, optimizer, schedule, generators and ``trainer_state.json``. One process. Needs transformers 4.30 or
later and PyTorch.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, Optional, Union

import transformers
from transformers import Trainer, TrainerCallback

from .environment import Environment
from .session import Session, session
from .state import Contents, ResumePoint, Write
from .torch import profile
from .torch.writing import writing

CONTAINS = ("model", "optimizer", "schedule", "rng", "data")
OURS = "intermission"


def train(trainer: Trainer, *, local_directory: Union[str, Path] = "checkpoints", environment: Optional[Environment] = None) -> Any:
    """Trains from the newest checkpoint to the end; returns what ``trainer.train()`` does, once the last checkpoint is committed.

    Raises:
        ValueError: several processes, of which only the first would save what a resume needs.
        Leave: told to leave; uncaught, it ends the process with the right exit code.
    """
    if trainer.args.world_size != 1:
        raise ValueError(f"Trainer: {trainer.args.world_size} processes; one can be paused at a step")
    state = TrainerState(trainer)
    total = trainer.args.max_steps if trainer.args.max_steps > 0 else None
    with session(state, total, local_directory=local_directory, environment=environment) as opened:
        opened.resume()
        callback = PauseCallback(opened)
        trainer.add_callback(callback)
        try:
            result = trainer.train(resume_from_checkpoint=state.resume_from)
        finally:
            trainer.remove_callback(callback)
        opened.finish(trainer.state.global_step)
    return result


class TrainerState:
    """What a ``Trainer`` saves, in a folder of ours below its ``output_dir``: it may save the same step itself, before or after."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._bytes = sum(weights.numel() * weights.element_size() for weights in trainer.model.parameters())  # at least, until something was saved
        self.resume_from: Optional[str] = None

    def snapshot(self, step: int) -> Write:
        """The ``Trainer`` itself writes it to disk: it cannot be copied in memory, so training stands still meanwhile.

        Raises:
            OSError: it could not be written.
        """
        ours = Path(self._trainer.args.output_dir) / OURS
        shutil.rmtree(ours, ignore_errors=True)  # of a process that died
        self._require_room(ours.parent)
        try:
            with _apart(self._trainer, ours), writing(ours):
                self._trainer._save_checkpoint(self._trainer.model, None)
        except BaseException:
            shutil.rmtree(ours, ignore_errors=True)  # a full disk has room again
            raise
        written, profiled = ours / f"checkpoint-{step}", self._profile()
        self._bytes = sum(file.stat().st_size for file in written.rglob("*"))

        def write(directory: Path) -> Contents:
            try:
                for entry in written.iterdir():
                    shutil.move(str(entry), str(directory / entry.name))
            finally:
                shutil.rmtree(ours, ignore_errors=True)
            skipped = self._trainer.args.ignore_data_skip
            return Contents(tuple(subject for subject in CONTAINS if not (skipped and subject == "data")), profiled)

        return write

    def restore(self, directory: Path) -> None:
        """The ``Trainer`` loads it when it starts, before its first step; until then the files stay."""
        self.resume_from = str(directory)

    def exactness(self, at: ResumePoint) -> str:
        """The verdict that status shows after a resume."""
        skipped = ["data order not restored (ignore_data_skip)"] if self._trainer.args.ignore_data_skip else []
        return profile.verdict(profile.differences(self._profile(), at.numeric_profile) + skipped)

    def _require_room(self, directory: Path) -> None:
        """Before anything is written: PyTorch 1.13 would end the process when the disk is full."""
        directory.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(directory).free
        if free < self._bytes:
            raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)}: a checkpoint has {self._bytes} bytes ({free} bytes are free)", str(directory))

    def _profile(self) -> Dict[str, str]:
        return {**profile.profile([self._trainer.args.device]), "transformers": transformers.__version__}


@contextmanager
def _apart(trainer: Trainer, folder: Path) -> Iterator[None]:
    """A save inside of this is none of the user's: it lies in ``folder``, counts against no ``save_total_limit``, and is not published."""
    ours = {"_get_output_dir": lambda *_, **__: str(folder), "_rotate_checkpoints": lambda *_, **__: None, "_push_from_checkpoint": lambda *_, **__: None}
    vars(trainer).update(ours)  # in front of the class's
    try:
        yield
    finally:
        for name in ours:
            del vars(trainer)[name]


class PauseCallback(TrainerCallback):  # type: ignore[misc]
    """Each optimizer update is a step. For a program that calls ``trainer.train()`` itself."""

    def __init__(self, opened: Session) -> None:
        self._session = opened
        self._loss: Optional[float] = None

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if logs and "loss" in logs:
            self._loss = float(logs["loss"])

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        metrics = {} if self._loss is None else {"loss": self._loss}
        self._session.step(state.global_step, epoch=state.epoch, **metrics)
