"""Owns a training that can be paused: the whole of what a trainer calls. Contract: docs/trainer-contract.md."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Optional, Tuple, Type, Union

from .control import NOT_DURABLE, ControlDesk, Leave, Order, Request, Save
from .environment import Cadence, Environment
from .files import JsonFile
from .home import home
from .progress import ProgressReporter
from .saver import Failed, Outcome, Saver
from .state import Contents, ResumePoint, SavePoint, State, Write
from .waiting import until

PATIENCE_WITH_OTHER_RANKS_SECONDS = 300.0

_log = logging.getLogger("intermission")


def session(
    state: State,
    total_steps: Optional[int] = None,
    *,
    save_every: Optional[int] = None,
    local_directory: Union[str, Path] = "checkpoints",
    environment: Optional[Environment] = None,
    finish_timeout_seconds: float = 600.0,
) -> Session:
    """Opens a session; touches nothing but what an interrupted save left behind, and waits for nothing, so build the model meanwhile.

    Outside Kubernetes it saves into ``local_directory``, keeps the newest two checkpoints, resumes from the newest, and waits for nobody.

    Args:
        total_steps: the step at which training is over; its checkpoint is declared ``finished``.
        save_every: steps between periodic saves, where the operator does not say otherwise.

    Raises:
        InvalidEnvironment: names every variable that is not what it should be.
    """
    found = Environment.of(os.environ) if environment is None else environment
    if save_every is not None and found.cadence == Cadence():
        found = Environment(found.directory, found.resume_step, found.worker, Cadence(every_steps=save_every), found.overrides)
    return Session(found, state, total_steps, Path(local_directory), finish_timeout_seconds)


class Session:
    """Everything is called from the training thread; snapshots are written on another. Made by :func:`session`."""

    def __init__(self, environment: Environment, state: State, total_steps: Optional[int], local_directory: Path, finish_timeout_seconds: float) -> None:
        self.worker = environment.worker
        self.overrides = environment.overrides
        self._cadence = environment.cadence
        self._state = state
        self._total_steps = total_steps
        self._finish_timeout_seconds = finish_timeout_seconds
        self._home = home(environment, local_directory)
        self._home.folders.discard_torn()
        self._saver = Saver(self._home.folders, environment.worker.world_size)
        self._desk = ControlDesk(JsonFile(self._home.directory / "control.json").watch())
        if environment.directory is None:
            self._desk.forget_the_past()
        self._progress = ProgressReporter(JsonFile(self._home.directory / "progress.json"), total_steps)
        self._saved: Optional[SavePoint] = None
        self._saved_by_all_ranks: Optional[SavePoint] = None
        self._queued: Optional[Request] = None
        self._due = False
        self._last_save = time.monotonic()

    def resume(self) -> int:
        """Restores the state and returns the step after which to continue; 0: from the beginning.

        Waits until the agent has restored the files, so call it when the model is built.

        Raises:
            RuntimeError: the agent restored less than the operator promised; training must not start.
            Leave: told to leave before training began.
        """
        found = until("the agent to restore the checkpoint", self._resume_or_leave)
        assert found is not None
        at = found[0]
        if at is None:
            return 0
        self._state.restore(at.directory)
        if at.finished:
            self._saved = SavePoint(at.step, None, True)
        self._resumed(at)
        return at.step

    def step(self, step: int, *, epoch: Optional[float] = None, **metrics: float) -> None:
        """The boundary after ``step``: reports, saves if it is time or if asked, holds if asked.

        Costs one ``stat`` when there is nothing to do, and a copy of the state when there is something to save.

        Raises:
            Leave: make no further step; uncaught, it ends the process with the right exit code.
        """
        self._progress.at(step, epoch, metrics)
        outcome = self._saver.collect()
        if outcome is not None:
            self._account(outcome)
        order = self._desk.at(step)
        self._progress.fact("armed", self._desk.armed)
        self._progress.fact("missed", self._desk.missed)
        if isinstance(order, Save) and order.request.hold:
            self._save_and_hold(step, order.request)
        else:
            if isinstance(order, Save):
                self._queued = order.request
            self._save_if_time(step)
        self._progress.flush()

    def save(self, step: int) -> None:
        """A save of the program's own choosing, such as on an exception; waits until it is on disk.

        The agent uploads what is complete also after this process has ended, for as long as the pod's grace lasts; :meth:`finish` alone waits for the store.

        Raises:
            OSError: it could not be written; nothing that was saved before is affected.
        """
        self._settle()
        self._begin(SavePoint(step, None, self._is_last(step)))
        outcome = self._saver.wait()
        self._account(outcome)
        self._progress.flush()
        if isinstance(outcome, Failed):
            raise OSError(outcome.message)

    def should_hold(self) -> bool:
        """Whether the next boundary will be held; for programs that want to wind something up before it."""
        return self._desk.wants_hold()

    def exact(self, verdict: str) -> None:
        """Says whether the resume is exact in bits: ``exact``, or why not. Shown in the job's status."""
        self._progress.fact("exact", verdict)

    def finish(self, step: int) -> None:
        """Saves the last step (unless that was done) as ``finished`` and waits until it is committed to the store, so that exit code 0 never outruns the upload.

        Raises:
            Leave: with code 74, the final checkpoint is not known to be committed; with another one, told to leave meanwhile.
        """
        self._settle()
        if self._saved is None or not self._saved.finished or self._saved.step != step:
            self._begin(SavePoint(step, None, True))
            outcome = self._saver.wait()
            self._account(outcome)
            self._progress.flush()
            if isinstance(outcome, Failed):
                raise Leave(NOT_DURABLE, outcome.message)
        self._progress.fact("finished", True)
        self._progress.flush()
        if until(f"the final checkpoint of step {step} to be committed", lambda: self._durable_or_leave(step), self._finish_timeout_seconds) is None:
            raise Leave(
                NOT_DURABLE,
                f"The final checkpoint of step {step} was not committed within {self._finish_timeout_seconds:.0f} s. "
                f"It is complete in {self._home.folders.folder(step)}; see the agent's log.",
            )

    def close(self) -> None:
        """Waits for the save in flight: half a folder is of no use to anybody."""
        self._settle()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def _resume_or_leave(self) -> Optional[Tuple[Optional[ResumePoint]]]:
        self._desk.look()
        return self._home.resume()

    def _resumed(self, at: ResumePoint) -> None:
        verdict = getattr(self._state, "exactness", None)
        if verdict is not None:
            self.exact(verdict(at))
        _log.info("resumed after step %d", at.step)

    def _durable_or_leave(self, step: int) -> Optional[bool]:
        if self._home.is_durable(step):
            return True
        self._progress.flush_change()
        self._desk.look()
        return None

    def _save_if_time(self, step: int) -> None:
        last = self._is_last(step)
        self._due = self._due or last or self._cadence.is_due(step, time.monotonic() - self._last_save)
        if self._queued is None and not self._due:
            return
        together = self.worker.world_size > 1
        if together or last or (self._queued is not None and self._queued.at is not None):
            self._settle()  # every rank must save this very step: waiting for the disk is the price
            if together and self._queued is None:
                self._await_upload(step)
        elif not self._saver.idle or not self._may_write():
            return  # one save in flight: this one is taken at a later boundary, together with whatever comes due
        self._begin(SavePoint(step, None if self._queued is None else self._queued.id, last))

    def _may_write(self) -> bool:
        """A periodic save waits for the upload of the one before, so that the volume holds one durable and one in-flight step; a request does not."""
        return self._queued is not None or self._saved is None or self._home.is_durable(self._saved.step)

    def _await_upload(self, step: int) -> None:
        """Ranks that skipped saves each at its own time would never have a step in common, so all of them wait for the one before.

        In vain when a rank could not save it, hence not for ever. A save that was asked for is not waited for: a drained rank makes one of its own,
        which is never committed once the operator asks all of them for another step. Nor is a save waited for up to a step that anybody was
        asked for: who got there has let it go, and waits there, or went on when the request came to nothing. Rule GAVE_UP of
        checkpoint/spec.
        """
        before = self._saved_by_all_ranks
        if before is not None:
            until(
                "the checkpoint before to be committed by all ranks",
                lambda: True if not self._is_coming(before.step) or self._is_asked_beyond(step) else None,
                PATIENCE_WITH_OTHER_RANKS_SECONDS,
            )

    def _is_asked_beyond(self, step: int) -> bool:
        """Where it is past what is asked for, the operator is told at once and not after the wait."""
        asked = self._desk.is_asked_beyond(step)
        self._progress.fact("armed", self._desk.armed)
        self._progress.fact("missed", self._desk.missed)
        self._progress.flush_change()
        return asked

    def _is_coming(self, step: int) -> bool:
        return not self._home.is_durable(step) and step > self._desk.furthest_step_asked()

    def _save_and_hold(self, step: int, request: Request) -> None:
        self._settle()
        self._begin(SavePoint(step, request.id, self._is_last(step)))
        self._progress.flush()  # armed, before the write
        outcome = self._saver.wait()
        self._account(outcome)
        if not isinstance(outcome, Failed):  # a failure is reported; the operator decides what follows
            self._hold(step, request.id)

    def _hold(self, step: int, request: int) -> None:
        _log.info("saved step %d for request %d, waiting at the boundary", step, request)
        held: Optional[int] = request
        while held is not None:
            self._progress.fact("held", held)
            self._progress.flush()
            current = held
            order = until(f"word from the operator after the save of step {step}", lambda: self._still_held(step, current))
            held = order.request.id if isinstance(order, Save) and order.request.hold else None
            self._progress.fact("armed", self._desk.armed)
        self._progress.fact("held", None)
        _log.info("training goes on from memory after step %d", step)

    def _still_held(self, step: int, held: int) -> Optional[Order]:
        self._progress.flush_change()
        return self._desk.while_held(step, held)

    def _settle(self) -> None:
        if not self._saver.idle:
            self._account(self._saver.wait())

    def _begin(self, point: SavePoint) -> None:
        """The only moment at which training stands still for a save that nobody holds for."""
        start = time.perf_counter()
        write: Write
        try:
            write = self._state.snapshot(point.step)
        except OSError as failure:  # of a state that is written at once
            write = _failing(failure)
        self._progress.measured("stallMillis", (time.perf_counter() - start) * 1e3)
        self._saver.begin(point, self._progress.measured_at(point.step), write)
        self._due, self._queued = False, None
        self._last_save = time.monotonic()

    def _account(self, outcome: Outcome) -> None:
        if isinstance(outcome, Failed):
            failure = {"step": outcome.point.step, "message": outcome.message}
            self._progress.fact("failed", failure if outcome.point.request is None else {"id": outcome.point.request, **failure})
            _log.error("%s", outcome.message)
            return
        self._saved = outcome.point
        if outcome.point.request is None:
            self._saved_by_all_ranks = outcome.point
        self._progress.measured("writeMillis", outcome.write_millis)
        self._home.tidy()
        _log.info("checkpoint of step %d saved", outcome.point.step)

    def _is_last(self, step: int) -> bool:
        return self._total_steps is not None and step >= self._total_steps


def _failing(failure: OSError) -> Write:
    def write(directory: Path) -> Contents:
        raise failure

    return write
