"""A pod to test in: the shared directory, a trainer on a thread of its own, and an agent played by the test."""

from __future__ import annotations

import json
import resource
import shutil
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import intermission
from intermission.environment import Cadence, Environment, Worker
from intermission.files import JsonFile

PATIENCE_SECONDS = 20.0


class TestingState:
    """A state that is one number: the sum of all steps made."""

    def __init__(self) -> None:
        self.total = 0
        self.failure: Optional[BaseException] = None
        self.gate: Optional[threading.Event] = None

    def train(self, step: int) -> None:
        self.total += step

    def snapshot(self, step: int) -> Callable[[Path], intermission.Contents]:
        copied = self.total

        def write(directory: Path) -> intermission.Contents:
            if self.gate is not None:
                self.gate.wait(PATIENCE_SECONDS)
            if self.failure is not None:
                raise self.failure
            (directory / "total.json").write_text(json.dumps(copied))
            return intermission.Contents(("model", "data"))

        return write

    def restore(self, directory: Path) -> None:
        self.total = json.loads((directory / "total.json").read_text())


class PodTest(unittest.TestCase):
    """Given a pod whose agent is this test."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)
        (self.dir / "checkpoints").mkdir()
        self.state = TestingState()
        self.left: Optional[BaseException] = None
        self.last = 0

    # -- the agent's side

    def agent_says(self, **content: Any) -> None:
        JsonFile(self.dir / "agent.json").replace(content)

    def resume_from(self, step: int) -> None:
        """What was saved after ``step`` is what the next process is given."""
        shutil.rmtree(self.dir / "resume", ignore_errors=True)
        shutil.copytree(self.dir / "checkpoints" / str(step), self.dir / "resume")
        self.agent_says(restored=str(step), durableStep=10**9)
        self.ask(id=step, action="continue")

    def ask(self, **content: Any) -> None:
        JsonFile(self.dir / "control.json").replace(content)

    def progress(self) -> Dict[str, Any]:
        return JsonFile(self.dir / "progress.json").read() or {}

    def progress_where(self, condition: Callable[[Dict[str, Any]], bool]) -> Dict[str, Any]:
        return self.eventually(lambda: next((p for p in [self.progress()] if condition(p)), None), "progress.json to say so")

    def saved(self) -> List[int]:
        return sorted(int(entry.name) for entry in (self.dir / "checkpoints").iterdir() if entry.name.isdigit())

    def declared(self, step: int) -> Dict[str, Any]:
        return json.loads((self.dir / "checkpoints" / str(step) / "checkpoint.json").read_text())

    def eventually(self, look: Callable[[], Any], what: str) -> Any:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            threading.Event().wait(0.002)
        self.fail(f"waited in vain for {what}; progress.json says {self.progress()}")

    def limit_files(self, size: int) -> None:
        """No file of this process can grow beyond so many bytes: to whoever writes it is a disk that is full."""
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_FSIZE, (soft, hard))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    # -- the trainer's side

    def environment(self, cadence: Cadence = Cadence(), worker: Worker = Worker(), resume_step: Optional[int] = None) -> Environment:
        return Environment(self.dir, resume_step, worker, cadence)

    def train_in_background(self, total: int, environment: Optional[Environment] = None, pace: Optional[Callable[[int], None]] = None) -> threading.Thread:
        def run() -> None:
            try:
                with intermission.session(self.state, total, environment=environment or self.environment()) as session:
                    for step in range(session.resume() + 1, total + 1):
                        if pace is not None:
                            pace(step)
                        self.state.train(step)
                        self.last = step
                        session.step(step, epoch=step / 10, loss=1 / step)
                    session.finish(total)
            except BaseException as left:  # judged by the test
                self.left = left

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.addCleanup(thread.join, PATIENCE_SECONDS)
        return thread

    def in_background(self, train: Callable[[], Any]) -> threading.Thread:
        def run() -> None:
            try:
                train()
            except BaseException as left:  # judged by the test
                self.left = left

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.addCleanup(thread.join, PATIENCE_SECONDS)
        return thread

    def ended(self, thread: threading.Thread) -> None:
        thread.join(PATIENCE_SECONDS)
        self.assertFalse(thread.is_alive(), f"the trainer did not end; progress.json says {self.progress()}")
