"""Owns the folders ``checkpoints/<step>.tmp`` (being written) and ``checkpoints/<step>`` (complete).

The rename between the two is the trainer's commit: whoever sees a folder without ``.tmp`` sees all of it.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional

from .files import force


@dataclass(frozen=True)
class CheckpointFolders:
    root: Path

    def begin(self, step: int) -> Path:
        """An empty ``<step>.tmp``; what an interrupted save left under that name is deleted."""
        temporary = self.root / f"{step}.tmp"
        _delete(temporary)
        temporary.mkdir(parents=True)
        return temporary

    def commit(self, step: int) -> Path:
        """Makes the folder that :meth:`begin` gave complete, after its files were forced to disk.

        A complete folder of the same step is replaced: only the last step of a training is saved twice, once it is known to be the last.
        """
        temporary, complete = self.root / f"{step}.tmp", self.folder(step)
        _force_tree(temporary)
        replaced = self.root / f"{step}.replaced.tmp"
        if complete.exists():
            _delete(replaced)
            os.rename(complete, replaced)
        # dies here: the older folder of this step is gone, the new one is still called .tmp; a resume finds the step before it
        os.rename(temporary, complete)  # the commit to the agent
        _delete(replaced)
        force(self.root)
        return complete

    def abandon(self, step: int) -> None:
        """Deletes what was written of a save that failed, so that a full disk has room for the next one."""
        _delete(self.root / f"{step}.tmp")

    def folder(self, step: int) -> Path:
        return self.root / str(step)

    def complete(self) -> Dict[int, Path]:
        """Complete folders by step, oldest first; what is torn or foreign is not among them."""
        found = {int(entry.name): entry for entry in self._entries() if re.fullmatch("[0-9]{1,18}", entry.name) and entry.is_dir()}
        return dict(sorted(found.items()))

    def newest(self) -> Optional[int]:
        return max(self.complete(), default=None)

    def discard_torn(self) -> None:
        """Deletes what an earlier process left half-written. Only for the trainer, before its first save."""
        for entry in self._entries():
            if entry.name.endswith(".tmp"):
                _delete(entry)

    def keep_newest(self, count: int) -> None:
        """Deletes the other complete folders; a reader that is inside one of them sees files disappear."""
        for folder in list(self.complete().values())[:-count]:
            _delete(folder)

    def _entries(self) -> list[Path]:
        return sorted(self.root.iterdir()) if self.root.is_dir() else []


def _delete(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _force_tree(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        for name in names:
            force(Path(parent) / name)
        force(Path(parent))
