"""Lets a Hugging Face ``Trainer`` be paused at any of its steps, and resumed by its own ``resume_from_checkpoint``.

::

    trainer = Trainer(model, arguments, train_dataset=data)
    intermission.huggingface.train(trainer)                 # instead of trainer.train()

A checkpoint is the ``Trainer``'s own ``checkpoint-N``: model, optimizer, schedule, generators and ``trainer_state.json``. Needs transformers 4.30 or later; imports
nothing else but :mod:`intermission`.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Optional, Union

from transformers import Trainer, TrainerCallback

from .environment import Environment
from .session import Session, session
from .state import Contents, Write

CONTAINS = ("model", "optimizer", "schedule", "rng", "data")


def train(trainer: Trainer, *, local_directory: Union[str, Path] = "checkpoints", environment: Optional[Environment] = None) -> Any:
    """Trains from the newest checkpoint to the end; returns what ``trainer.train()`` does, once the last checkpoint is committed.

    Raises:
        Leave: told to leave; uncaught, it ends the process with the right exit code.
    """
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
    """What a ``Trainer`` saves, in the folder that it saves it in."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self.resume_from: Optional[str] = None

    def snapshot(self, step: int) -> Write:
        """The ``Trainer`` itself writes it to disk: it cannot be copied in memory, so training stands still meanwhile."""
        self._trainer._save_checkpoint(self._trainer.model, None)
        written = Path(self._trainer.args.output_dir) / f"checkpoint-{step}"

        def write(directory: Path) -> Contents:
            for entry in written.iterdir():
                shutil.move(str(entry), str(directory / entry.name))
            written.rmdir()
            skipped = self._trainer.args.ignore_data_skip
            return Contents(tuple(subject for subject in CONTAINS if not (skipped and subject == "data")))

        return write

    def restore(self, directory: Path) -> None:
        """The ``Trainer`` loads it when it starts, before its first step; until then the files stay."""
        self.resume_from = str(directory)


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
