"""Breadth-first search over every interleaving: a counter-example is a shortest one."""

from collections import deque
from typing import NamedTuple


class Scenario(NamedTuple):
    """A start, who takes steps, what must never happen, and what must stay possible."""

    name: str
    start: object
    rules: tuple  # each of these is needed here
    steps: tuple  # functions (world, rules, scenario) -> (who, label, next world)
    broken: tuple  # functions (old world, label, new world) -> the promise that broke, or None
    goal: object  # reached by some path; with `always`, still reachable from every state
    always: bool = False
    last: int = 2  # steps to train
    restarts: int = 0  # of each agent
    lost: bool = False  # answers of swaps may be lost
    damages: int = 0
    target: tuple = ()  # of spec.resumeFrom
    collects: bool = False
    kueue: bool = False  # another pod of the same run may come
    within: object = lambda w: True  # cuts what would go on without end


class Outcome(NamedTuple):
    states: int
    wrong: str  # "" if everything holds
    trace: tuple  # (who, label) up to what broke
    labels: frozenset


LIMIT = 3_000_000


def explore(sc, on):
    came, queue, labels, goals = {sc.start: None}, deque([sc.start]), set(), set()
    before = {sc.start: []} if sc.always else None

    def outcome(wrong, w=None, end=()):
        trace = list(end)
        while w is not None and came[w]:
            w, step = came[w]
            trace.insert(0, step)
        return Outcome(len(came), wrong, tuple(trace), frozenset(labels))

    while queue:
        w = queue.popleft()
        for steps in sc.steps:
            for who, label, n in steps(w, on, sc):
                labels.add(label)
                for promise in sc.broken:
                    wrong = promise(w, label, n)
                    if wrong:
                        return outcome(wrong, w, [(who, label)])
                if n not in came:
                    came[n] = (w, (who, label))
                    if len(came) > LIMIT:
                        raise SystemExit(f"{sc.name}: more than {LIMIT} states: lower its bounds")
                    if sc.goal(n):
                        goals.add(n)
                    if sc.within(n):
                        queue.append(n)
                    else:
                        goals.add(n)  # cut here: nothing is known beyond it, so it is no dead end
                    if sc.always:
                        before[n] = []
                if sc.always:
                    before[n].append(w)
    if not any(sc.goal(w) for w in goals):
        return outcome("the goal was never reached")
    if sc.always:
        alive, queue = set(goals), deque(goals)
        while queue:
            for w in before[queue.popleft()]:
                if w not in alive:
                    alive.add(w)
                    queue.append(w)
        stuck = next((w for w in came if w not in alive), None)
        if stuck is not None:
            return outcome("a dead end: from here the goal is out of reach", stuck)
    return outcome("")
