"""Lets a Lightning ``Trainer`` be paused at any of its steps, and resumed with the very next one.

::

    trainer = Trainer(max_steps=3000)
    intermission.lightning.fit(trainer, module, DataLoader(data, batch_size=64, shuffle=True))      # instead of trainer.fit(...)

A checkpoint is Lightning's own (``trainer.ckpt``, with model, optimizers, schedules, loops and callbacks), to which are added what Lightning does not keep: all
generators, and where in an epoch the loader was. One process, one optimizer. Needs pytorch-lightning 2.2 or later.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Iterator, Optional, Union

import pytorch_lightning
import torch
from pytorch_lightning import Callback, Trainer

from .environment import Environment
from .session import Session, session
from .state import Contents, ResumePoint, Write
from .torch import profile, rng
from .torch.copying import HostCopy
from .torch.state import digest
from .torch.writing import save

FILE = "trainer.ckpt"


def fit(
    trainer: Trainer,
    module: Any,
    train_dataloader: Any,
    val_dataloaders: Any = None,
    *,
    local_directory: Union[str, Path] = "checkpoints",
    environment: Optional[Environment] = None,
) -> None:
    """Trains from the newest checkpoint to the end, and returns once the last checkpoint is committed.

    Args:
        train_dataloader: one that has a length. On a resume in the middle of an epoch it loads that epoch's earlier batches again, and drops them.

    Raises:
        ValueError: several processes, of which each would report steps.
        Leave: told to leave; uncaught, it ends the process with the right exit code.
    """
    if trainer.world_size != 1:
        raise ValueError(f"Trainer: {trainer.world_size} processes; one can be paused at a step")
    state = TrainerState(trainer)
    total = trainer.max_steps if trainer.max_steps > 0 else None
    with session(state, total, local_directory=local_directory, environment=environment) as opened:
        opened.resume()
        callback = PauseCallback(opened)
        trainer.callbacks.append(callback)
        try:
            trainer.fit(module, ResumableLoader(train_dataloader, trainer), val_dataloaders, ckpt_path=state.resume_from)
        finally:
            trainer.callbacks.remove(callback)
        opened.finish(trainer.global_step)


class TrainerState:
    """What a ``Trainer`` saves, copied in memory."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._copy = HostCopy()
        self.resume_from: Optional[str] = None

    def snapshot(self, step: int) -> Write:
        copied = self._copy.of(self._trainer._checkpoint_connector.dump_checkpoint())
        schedule = ("schedule",) if copied["lr_schedulers"] else ()
        profiled = self._profile()

        def write(directory: Path) -> Contents:
            save(copied, directory / FILE)
            return Contents(("model", "optimizer", *schedule, "rng", "data"), profiled, {"weights": digest(copied["state_dict"])})

        return write

    def restore(self, directory: Path) -> None:
        """The ``Trainer`` loads it when it starts, before its first step; until then the file stays."""
        self.resume_from = str(directory / FILE)

    def exactness(self, at: ResumePoint) -> str:
        """The verdict that status shows after a resume."""
        return profile.verdict(profile.differences(self._profile(), at.numeric_profile))

    def _profile(self) -> Dict[str, str]:
        return {**profile.profile([self._trainer.strategy.root_device]), "lightning": pytorch_lightning.__version__, "precision": str(self._trainer.precision)}


class PauseCallback(Callback):  # type: ignore[misc]
    """Each optimizer update is a step. For a program that calls ``trainer.fit()`` itself, with a :class:`ResumableLoader`."""

    def __init__(self, opened: Session) -> None:
        self._session = opened
        self._step = 0
        self._loss: Dict[str, float] = {}
        self._generators: Optional[Dict[str, Any]] = None

    def on_train_start(self, trainer: Trainer, module: Any) -> None:
        """Everything is loaded; nothing of the training draws before this."""
        self._step = trainer.global_step
        if self._generators is not None:
            rng.restore(self._generators)

    def on_train_batch_end(self, trainer: Trainer, module: Any, outputs: Any, batch: Any, batch_index: int) -> None:
        if trainer.global_step == self._step:
            return  # gradients of this batch wait for those of others
        self._step = trainer.global_step
        if isinstance(outputs, dict) and "loss" in outputs and self._step % trainer.log_every_n_steps == 0:
            self._loss = {"loss": float(outputs["loss"])}  # on a GPU it waits for the step, so not each time
        self._session.step(self._step, epoch=trainer.current_epoch + (batch_index + 1) / trainer.num_training_batches, **self._loss)

    def on_save_checkpoint(self, trainer: Trainer, module: Any, checkpoint: Dict[str, Any]) -> None:
        """Lightning calls a batch completed only after the callbacks of its end: saved in one of them it would be trained twice. And a validation that
        is over would be held to be the one that comes next, and its batches left out."""
        loops = checkpoint["loops"]["fit_loop"]
        trained, validated = loops["epoch_loop.batch_progress"], loops["epoch_loop.val_loop.batch_progress"]
        for count in trained["total"], trained["current"]:
            count["completed"] = count["processed"]
        validated["current"] = dict.fromkeys(validated["current"], 0)

    def state_dict(self) -> Dict[str, Any]:
        return {"generators": rng.capture()}

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        self._generators = state["generators"]


class ResumableLoader:
    """The batches of another loader, which after a resume begin where the checkpoint was made.

    Order and augmentation of an epoch follow from the generators at its beginning, so those are kept; what came before is loaded again and dropped.
    """

    def __init__(self, loader: Any, trainer: Trainer) -> None:
        self._loader = loader
        self._trainer = trainer
        self._length = len(loader)
        self._beginning: Dict[str, Any] = {}
        self._taken = 0
        self._resume = False

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Any]:
        """Nothing is drawn before the first batch is asked for: Lightning makes an iterator that it does not use."""
        resume, self._resume = self._resume, False
        return self._rest() if resume else self._epoch()

    def _epoch(self) -> Iterator[Any]:
        self._beginning, self._taken = self._generators(), 0
        for batch in self._loader:
            self._taken += 1
            yield batch

    def _rest(self) -> Iterator[Any]:
        if self._taken >= self._trainer.num_training_batches:
            return  # saved after an epoch's last batch: Lightning asks for one more
        now = rng.capture()
        self._restore(self._beginning)
        batches = iter(self._loader)
        for _ in range(self._taken):
            next(batches)
        rng.restore(now)
        for batch in batches:
            self._taken += 1
            yield batch

    def state_dict(self) -> Dict[str, Any]:
        return {"beginning": self._beginning, "taken": self._taken, "own": self._own()}

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        self._beginning, self._taken, self._resume = state["beginning"], state["taken"], True
        self._restore({"own": state["own"]})

    def _generators(self) -> Dict[str, Any]:
        return {"all": rng.capture(), "own": self._own()}

    def _restore(self, generators: Dict[str, Any]) -> None:
        if "all" in generators:
            rng.restore(generators["all"])
        if generators["own"] is not None:
            self._loader.generator.set_state(generators["own"])

    def _own(self) -> Optional[torch.Tensor]:
        """Of a loader that was given a generator of its own."""
        generator = getattr(self._loader, "generator", None)
        return None if generator is None else generator.get_state()
