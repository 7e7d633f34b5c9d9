"""Owns waiting for a file to say something.

Looks every few milliseconds: the other side may be written in any language, so a file is all there is to listen to, and a ``stat`` costs microseconds.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Callable, Optional, TypeVar

BETWEEN_LOOKS_SECONDS = 0.005
BETWEEN_NOTICES_SECONDS = 10.0

_log = logging.getLogger("intermission")
_never = threading.Event()
T = TypeVar("T")


def until(purpose: str, look: Callable[[], Optional[T]], limit_seconds: float = float("inf")) -> Optional[T]:
    """The first answer of ``look``, or ``None`` after the limit; says every ten seconds what it waits for."""
    start = noticed = time.monotonic()
    while True:
        answer = look()
        if answer is not None:
            return answer
        now = time.monotonic()
        if now - start >= limit_seconds:
            return None
        if now - noticed >= BETWEEN_NOTICES_SECONDS:
            noticed = now
            _log.info("still waiting for %s (%.0f s)", purpose, now - start)
        _never.wait(BETWEEN_LOOKS_SECONDS)
