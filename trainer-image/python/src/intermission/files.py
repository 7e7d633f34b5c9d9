"""Owns how small JSON files are read and replaced. Knows nothing of what stands in them."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

Json = Dict[str, Any]


class JsonFile:
    """A JSON object in a file with one writing process: readers see the old content or the new one, never a mixture."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Optional[Json]:
        """The content; ``None`` when there is none, or when what is there is not (yet) a JSON object: look again later."""
        try:
            content = json.loads(self.path.read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return content if isinstance(content, dict) else None

    def replace(self, content: Json) -> None:
        """Replaces the content by a rename; it survives the end of this process, not the end of the machine.

        Raises:
            OSError: the volume is full or read-only; the old content is intact.
        """
        # One name per thread: two threads never share a temporary file.
        temporary = self.path.with_name(f".{self.path.name}.{threading.get_ident()}.tmp")
        temporary.write_text(json.dumps(content, allow_nan=False), encoding="utf-8")
        # dies here: a temporary file that nobody reads and the next write of this thread truncates
        os.replace(temporary, self.path)

    def watch(self) -> FileWatch:
        return FileWatch(self)


class FileWatch:
    """Notices that a file was replaced, by one ``stat``: a rename brings another inode, an edit in place another time or length."""

    def __init__(self, file: JsonFile) -> None:
        self._file = file
        self._seen: Optional[Tuple[int, int, int]] = None

    def changed(self) -> Optional[Json]:
        """The content, if it is new since the last call that returned one; a half-written file is looked at again next time."""
        stamp = self._stamp()
        if stamp is None or stamp == self._seen:
            return None
        content = self._file.read()
        # Stamped before reading: a replacement in between is seen as new by the next call.
        if content is not None:
            self._seen = stamp
        return content

    def _stamp(self) -> Optional[Tuple[int, int, int]]:
        try:
            found = os.stat(self._file.path)
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def force(path: Path) -> None:
    """Forces a file's content, or a directory's names, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
