"""Owns what a PyTorch training consists of, and the files that hold it."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Set

import torch

from ..state import Contents, ResumePoint, Write
from . import profile, rng
from .architecture import require_same
from .batches import ResumableBatches
from .copying import HostCopy
from .writing import save

PARTS = {"model": "model.pth", "optimizer": "optimizer.pth", "schedule": "schedule.pth", "scaler": "scaler.pth", "rng": "rng.pth"}
STATE_JSON = "state.json"
WRAPPERS = (torch.nn.DataParallel, torch.nn.parallel.DistributedDataParallel)

# PyTorch 1.13's restricted loader cannot read a float, so there the checkpoint is trusted: it is the job's own, and its sums were verified.
RUNS_NO_CODE = int(torch.__version__.split(".")[0]) >= 2


class TorchState:
    """Model, optimizer, schedule, scaler, all generators and the data order, each as its own ``state_dict`` in a ``.pth`` file; ``state.json`` is for people.

    Args:
        model: an ``nn.Module``; of one in ``DataParallel`` or ``DistributedDataParallel``, the module inside is taken, so that the names stay the same.
        batches: the data order; without it a resume does not promise to see the same examples, and its verdict says so.
        overrides: settings that replace the checkpoint's in every parameter group of the optimizer after a resume, such as ``{"lr": 1e-4}``.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        optimizer: Optional[torch.optim.Optimizer] = None,
        *,
        schedule: Any = None,
        scaler: Any = None,
        batches: Optional[ResumableBatches] = None,
        overrides: Optional[Mapping[str, Any]] = None,
    ) -> None:
        inner = model.module if isinstance(model, WRAPPERS) else model  # not any ``module``: a model may have a part of that name
        self._sources = {"model": inner, "optimizer": optimizer, "schedule": schedule, "scaler": scaler}
        self._batches = batches
        self._overrides = dict(overrides or {})
        self._left_out: List[str] = []
        self._overridden: List[str] = []
        self._copy = HostCopy()

    def snapshot(self, step: int) -> Write:
        live = {part: source.state_dict() for part, source in self._sources.items() if source is not None}
        copied = self._copy.of({**live, "rng": rng.capture()})
        notes = self._notes(step, copied)
        profiled = profile.profile(_devices(live["model"]))
        contains = tuple(part for part in ("model", "optimizer", "schedule", "rng") if part in copied) + (("data",) if self._batches else ())

        def write(directory: Path) -> Contents:
            for part, content in copied.items():
                save(content, directory / PARTS[part])
            (directory / STATE_JSON).write_text(json.dumps(notes, indent=2), encoding="utf-8")
            return Contents(contains, profiled, {"weights": digest(copied["model"])})

        return write

    def restore(self, directory: Path) -> None:
        """Loads all parts, or none of the model.

        Raises:
            ArchitectureMismatch: names each parameter, the expected and the found shape.
            ValueError: a file is not what it should be, another rank's, or the data order has changed.
        """
        notes = json.loads((directory / STATE_JSON).read_text(encoding="utf-8"))
        rank = _rank()
        if "rank" in notes and rank is not None and notes["rank"] != rank:
            raise ValueError(f"This checkpoint was saved by rank {notes['rank']} of {notes['ranks']}, and this is rank {rank}: its weights or generators are another's. Nothing was loaded.")
        model = self._sources["model"]
        weights = _load(directory / PARTS["model"])
        require_same(model.state_dict(), weights, PARTS["model"])
        model.load_state_dict(weights)
        for part in ("optimizer", "schedule", "scaler"):
            if self._sources[part] is not None:
                self._sources[part].load_state_dict(_load(directory / PARTS[part]))
        if self._batches is not None and "data" in notes:
            self._batches.load(notes["data"], notes["step"])
        self._left_out = self._not_restored(notes)
        self._override()
        rng.restore(_load(directory / PARTS["rng"]))  # last: loading may draw

    def exactness(self, at: ResumePoint) -> str:
        """The verdict that status shows after a resume."""
        now = profile.profile(_devices(self._sources["model"].state_dict()))
        return profile.verdict(profile.differences(now, at.numeric_profile) + self._left_out + self._overridden)

    def _not_restored(self, notes: Mapping[str, Any]) -> List[str]:
        """What the checkpoint has and this program does not continue, and the data order where neither has it: the examples may be others."""
        reasons = [f"{part} not restored" for part in notes["files"] if self._sources.get(part, self) is None]
        if "data" not in notes:
            reasons.append("data order not saved")
        elif self._batches is None:
            reasons.append("data order not restored")
        return reasons

    def _override(self) -> None:
        """A schedule multiplies its own base rates, so those follow an override of ``lr``."""
        optimizer, schedule = self._sources["optimizer"], self._sources["schedule"]
        self._overridden = []
        for name, value in self._overrides.items():
            for group in optimizer.param_groups:
                if name not in group:
                    raise ValueError(f"overrides: the optimizer has no setting {name!r}; it has {', '.join(sorted(set(group) - {'params'}))}")
                if group[name] != value:
                    self._overridden.append(f"{name} {group[name]} -> {value}")
                group[name] = value
            if name == "lr" and hasattr(schedule, "base_lrs"):
                schedule.base_lrs = [value] * len(schedule.base_lrs)

    def _notes(self, step: int, copied: Mapping[str, Any]) -> Dict[str, Any]:
        notes: Dict[str, Any] = {"step": step, "files": {part: PARTS[part] for part in copied}}
        rank = _rank()
        if rank is not None:
            notes["rank"], notes["ranks"] = rank, torch.distributed.get_world_size()
        if self._batches is not None:
            notes["data"] = self._batches.state_dict()
            notes["epoch"] = self._batches.epoch(step)
        if "optimizer" in copied:
            notes["optimizer"] = [{k: v for k, v in group.items() if k != "params" and _plain(v)} for group in copied["optimizer"]["param_groups"]]
        return notes


def digest(weights: Mapping[str, Any]) -> str:
    """SHA-256 over, for each tensor in the order of the names, the name in UTF-8 and its bytes.

    Of a module's extra state, which may be anything, tensors inside of dicts, lists and tuples count, and plain values by their ``repr``.
    """
    total = hashlib.sha256()
    _digest(total.update, "", weights)
    return total.hexdigest()


def _digest(update: Callable[[bytes], object], name: str, value: Any) -> None:
    if isinstance(value, torch.Tensor):
        update(name.encode())
        update(value.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    elif _plain(value):
        update(f"{name}={value!r}".encode())
    elif isinstance(value, (list, tuple)):
        _digest(update, name, dict(enumerate(value)))
    elif isinstance(value, Mapping):
        for key in sorted(value, key=str):
            _digest(update, f"{name}.{key}" if name else str(key), value[key])


def _rank() -> Optional[int]:
    together = torch.distributed.is_available() and torch.distributed.is_initialized()
    return torch.distributed.get_rank() if together else None


def _devices(weights: Mapping[str, Any]) -> Set[torch.device]:
    return {value.device for value in weights.values() if isinstance(value, torch.Tensor)}


def _load(file: Path) -> Any:
    try:
        return torch.load(file, map_location="cpu", weights_only=RUNS_NO_CODE)
    except FileNotFoundError:
        raise ValueError(f"{file.name} is missing in the checkpoint; it was saved by a program that did not have this part") from None
    except (pickle.UnpicklingError, RuntimeError, EOFError) as unreadable:
        raise ValueError(f"{file.name} cannot be loaded: {unreadable}") from unreadable


def _plain(value: Any) -> bool:
    return isinstance(value, (bool, int, float, str, type(None))) or (isinstance(value, (tuple, list)) and all(map(_plain, value)))
