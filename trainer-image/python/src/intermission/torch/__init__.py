"""State helpers for plain PyTorch: everything that an exact resume needs, in five files of each checkpoint.

::

    batches = ResumableBatches(len(data), batch_size=64, seed=1)
    state = TorchState(model, optimizer, schedule=schedule, batches=batches)
    with intermission.session(state, total_steps=3000) as session:
        start = session.resume()
        for step, (x, y) in enumerate(batches.loader(data), start + 1):
            ...
            session.step(step, loss=loss.item())
        session.finish(3000)

Needs PyTorch 1.13 or later. Imports nothing but PyTorch and :mod:`intermission`.
"""

from .architecture import ArchitectureMismatch
from .batches import ResumableBatches
from .state import TorchState

__all__ = ["ArchitectureMismatch", "ResumableBatches", "TorchState"]
