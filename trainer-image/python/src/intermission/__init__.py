"""Lets a training program be paused, and resumed at the very step it stopped at, by the Intermission operator.

::

    with intermission.session(state, total_steps=3000) as session:
        for step in range(session.resume() + 1, 3001):
            loss = train(step)
            session.step(step, loss=loss)
        session.finish(3000)

Standard library only. Outside Kubernetes the same program saves into a local directory.
"""

from .control import Leave
from .environment import Cadence, Environment, InvalidEnvironment, Worker
from .session import Session, session
from .state import Contents, ResumePoint, State

__all__ = ["Cadence", "Contents", "Environment", "InvalidEnvironment", "Leave", "ResumePoint", "Session", "State", "Worker", "session"]
