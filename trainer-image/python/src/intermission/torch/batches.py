"""Owns the data order: which examples make up the batch of a step. A pure function of seed and step, so that nothing drawn ahead is lost or repeated."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List

import torch
from torch.utils.data import DataLoader, Dataset


class ResumableBatches:
    """A batch sampler without end: epoch after epoch, each in an order of its own, from the step after :attr:`done` on.

    The last, smaller batch of an epoch is left out, so that every step has ``batch_size`` examples for each rank. In a gang, rank r takes every
    ``world_size``-th example of the common order, beginning with the r-th.
    """

    def __init__(self, examples: int, batch_size: int, seed: int, *, shuffle: bool = True, rank: int = 0, world_size: int = 1) -> None:
        self.steps_per_epoch = examples // (batch_size * world_size)
        if batch_size < 1 or self.steps_per_epoch < 1:
            raise ValueError(f"batch_size: {world_size} x {batch_size} is not between 1 and the number of examples, {examples}")
        self._examples = examples
        self._batch_size = batch_size
        self._seed = seed
        self._shuffle = shuffle
        self._rank = rank
        self._world_size = world_size
        self.done = 0

    def epoch(self, step: int) -> float:
        """Passes over the data after ``step``, with a fraction."""
        return step / self.steps_per_epoch

    def loader(self, data: Dataset[Any], **options: Any) -> DataLoader[Any]:
        """A loader over these batches. It has a generator of its own: making an iterator must not draw from the one that dropout uses."""
        return DataLoader(data, batch_sampler=self, generator=torch.Generator().manual_seed(self._seed), **options)

    def __iter__(self) -> Iterator[List[int]]:
        epoch, first = divmod(self.done, self.steps_per_epoch)
        while True:
            order = self._order(epoch)
            for index in range(first, self.steps_per_epoch):
                at = index * self._batch_size * self._world_size
                yield order[at + self._rank : at + self._batch_size * self._world_size : self._world_size]
            epoch, first = epoch + 1, 0

    def _order(self, epoch: int) -> List[int]:
        if not self._shuffle:
            return list(range(self._examples))
        return list(torch.randperm(self._examples, generator=torch.Generator().manual_seed(self._seed * 1_000_003 + epoch)).tolist())

    def state_dict(self) -> Dict[str, Any]:
        return {"examples": self._examples, "batchSize": self._batch_size, "seed": self._seed, "shuffle": self._shuffle, "worldSize": self._world_size}

    def load(self, saved: Dict[str, Any], step: int) -> None:
        """Continues after ``step``.

        Raises:
            ValueError: the saved order is another one; names each setting, since going on would skip or repeat examples.
        """
        differing = [f"{key} {saved[key]} -> {now}" for key, now in self.state_dict().items() if saved.get(key) != now]
        if differing:
            raise ValueError(f"The data order has changed: {', '.join(differing)}. Going on would skip or repeat examples; use the settings of the checkpoint.")
        self.done = step
