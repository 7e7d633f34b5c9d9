"""Owns what the agent's newest request means at a boundary. Costs one ``stat`` a look; touches no other file.

Ids only grow: an older request that arrives late is ignored, a newer one replaces what was armed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from .files import FileWatch, Json


class Leave(SystemExit):
    """Raised where training must end. Uncaught, it ends the process with the right exit code: make no further step and save nothing.

    0: the checkpoint is verified and compute is released. 75 (a temporary failure, as in ``sysexits.h``): another pod took over, nothing saved here would count.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


RELEASED, STOPPED, NOT_DURABLE = 0, 75, 74


@dataclass(frozen=True)
class Request:
    """A checkpoint at the boundary after step ``at`` (``None``: the next boundary), with a wait there if ``hold``."""

    id: int
    at: Optional[int]
    hold: bool


@dataclass(frozen=True)
class TrainOn:
    """Make the next step."""


@dataclass(frozen=True)
class Save:
    """Answer this request at this boundary."""

    request: Request


Order = Union[TrainOn, Save]


class ControlDesk:
    """For the training thread. Every look raises :class:`Leave` when the agent wants this process to end."""

    def __init__(self, watch: FileWatch) -> None:
        self._watch = watch
        self._pending: Optional[Request] = None
        self._newest = 0
        self._continued = 0
        self._furthest_step_asked = -1
        self.armed: Optional[int] = None
        self.missed: Optional[int] = None

    def forget_the_past(self) -> None:
        """Takes what lies there already as obeyed: outside Kubernetes it is a left-over of an earlier process."""
        self._watch.changed()

    def look(self) -> None:
        content = self._watch.changed()
        if content is not None:
            self._accept(content)

    def wants_hold(self) -> bool:
        """Whether the next boundary will be held: for programs that want to wind something up before it."""
        self.look()
        return self._pending is not None and self._pending.hold

    def is_asked_beyond(self, step: int) -> bool:
        """Whether a save is asked for after ``step``, where this rank waits. One that is asked for up to it is missed."""
        self.look()
        request = self._pending
        if request is None or request.at is None or request.at > step:
            return request is not None
        self._pending, self.missed = None, request.id
        return False

    def furthest_step_asked(self) -> int:
        """Up to which step anybody was asked to save, as far as it has looked; -1: none was named."""
        return self._furthest_step_asked

    def at(self, step: int) -> Order:
        """The order at the boundary after ``step``; a save is ordered once."""
        self.look()
        request = self._pending
        if request is None or (request.at is not None and request.at > step):
            return TrainOn()
        self._pending = None
        if request.at is not None and request.at < step:
            self.missed = request.id
            return TrainOn()
        return Save(request)

    def while_held(self, step: int, held: int) -> Optional[Order]:
        """How a hold at ``step`` goes on; ``None``: it lasts.

        A newer request for this very step is answered by the checkpoint that is there; one for another step ends the hold, and training runs on to it.
        """
        self.look()
        request = self._pending
        if request is not None:
            if request.at != step:
                return TrainOn()
            self._pending = None
            return Save(request)
        return TrainOn() if self._continued >= held else None

    def _accept(self, content: Json) -> None:
        """An action this version does not know reads as "nothing new": the trainer goes on."""
        action, number = content.get("action"), _natural(content.get("id"))
        step = _natural(content.get("at"))  # of a continue: what the request was for; another rank may have saved it
        if step is not None:
            self._furthest_step_asked = max(self._furthest_step_asked, step)
        if action == "exit":
            raise Leave(RELEASED, "the run is over: compute is released")
        if action == "stop":
            raise Leave(STOPPED, str(content.get("reason", "no reason given")))
        if action == "continue":
            self._continued = max(self._continued, self._newest if number is None else number)
            if self._pending is not None and self._pending.id <= self._continued:
                self._pending = None
        elif action == "checkpoint" and number is not None and number > self._newest:
            at = content.get("at", "next")
            if at == "next" or _natural(at) is not None:
                self._newest = self.armed = number
                self._pending = Request(number, _natural(at), content.get("hold") is True)


def _natural(value: object) -> Optional[int]:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
