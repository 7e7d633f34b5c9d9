"""Two ranks, their agents and an operator that asks both for one common step: does a gang ever stand still? CommonStep, TrainingSession, UploadPlan.

A rank is at a boundary or inside the next step; ranks that train together (DDP) end a step only when all have begun it.
The operator's knowledge is as old as it likes: the step that it names may be long past. How long a rank must be silent is left out: it may be asked
again at once, which is never wrong.
"""

from typing import NamedTuple, Optional

EVERY = 2  # steps between periodic saves
NOBODY = (0, 0, False)  # a request: its id, its step, whether to hold there
TAKEN_BACK = None  # instead of whether to hold


class Rank(NamedTuple):
    at: int = 0  # the boundary at which it is, or which it left last
    inside: bool = False  # of the step after it; after the last one: finished
    told: tuple = NOBODY  # control.json
    heard: int = 0  # the newest id that it looked at
    furthest: int = 0  # step that it was asked for
    wish: Optional[tuple] = None  # taken on
    missed: int = 0
    held: int = 0
    waits: bool = False  # at this boundary, for its periodic save before to be committed
    periodic: int = 0  # its newest periodic save
    folders: frozenset = frozenset()  # complete and not committed
    sends: int = 0  # what its agent wrote a part of, and wants committed


class Meeting(NamedTuple):
    together: bool
    asked: tuple = NOBODY  # on record
    ranks: tuple = (Rank(), Rank())
    parts: frozenset = frozenset()
    head: int = 0


def rank_is(m, r, rank, **more):
    return m._replace(ranks=m.ranks[:r] + (rank,) + m.ranks[r + 1 :], **more)


# ---- CommonStep ----
def meet_operator(m, on, sc):
    number, step, hold = m.asked
    newest = max(rank.at for rank in m.ranks)
    if not hold and hold is not TAKEN_BACK:  # a periodic save of all, a pause, or a pause instead of the periodic save
        for first in range(1, min(newest + 2, sc.last) + 1):
            for pause in {True, bool(number)}:
                yield "the operator", "names a common step", m._replace(asked=(number + 1, first, pause))
    for r, rank in enumerate(m.ranks):
        if rank.told != m.asked:
            yield "the operator", "asks for it", rank_is(m, r, rank._replace(told=m.asked))
    past = [rank.at for rank in m.ranks if number and rank.missed == number]
    arrived = any(rank.held == number or (rank.told == m.asked and step in rank.folders) for rank in m.ranks)
    silent = all(rank.told == m.asked for rank in m.ranks) and any(rank.heard < number for rank in m.ranks)
    if (past and hold is not TAKEN_BACK) or (hold and arrived and silent and "TOLD_LATE" in on):
        for later in range(max([step] + past) + 1, max([step] + past) + 3):
            yield "the operator", "names a later step", m._replace(asked=(number + 1, later, hold))


# ---- Pausing.leave ----
def calls_back(m, on, sc):
    """And asks no more: the ranks must come to the end by themselves."""
    number, step, hold = m.asked
    if hold:
        yield "the operator", "takes it back", m._replace(asked=(number, step, TAKEN_BACK))


# ---- TrainingSession.step ----
def meet_trainer(m, on, sc):
    for r, rank in enumerate(m.ranks):
        who = f"rank {r}"
        if rank.inside:
            if rank.at < sc.last and not (m.together and any(other.at == rank.at and not other.inside or other.at < rank.at for other in m.ranks)):
                yield who, "ends a step", rank_is(m, r, rank._replace(at=rank.at + 1, inside=False))
        elif rank.held:
            if rank.told[2] is TAKEN_BACK:
                yield who, "trains on from memory", rank_is(m, r, _hears(rank)._replace(held=0, inside=True))
            elif rank.told[0] > rank.held and (rank.told[1] == rank.at or "HIGHER_ID" in on):
                yield who, "hears a higher id", rank_is(m, r, _while_held(rank))
        elif rank.waits:
            now = _hears(rank)
            past = now.wish and now.wish[1] <= rank.at  # what it waits for may still come
            if past:
                yield who, "waits, and says that it missed the step", rank_is(m, r, now._replace(wish=None, missed=now.heard))
            elif not _is_coming(m, now, on):
                yield who, "waits no longer", rank_is(m, r, _saves_by_itself(rank._replace(waits=False)))
        else:
            yield who, "looks at its boundary", rank_is(m, r, _looks(m, rank, on, sc))


def _looks(m, rank, on, sc):
    rank = _hears(rank)
    if rank.wish and rank.wish[1] == rank.at:
        number, _, hold = rank.wish
        return rank._replace(wish=None, folders=rank.folders | {rank.at}, held=number if hold else 0, inside=not hold)
    if rank.wish and rank.wish[1] < rank.at:
        rank = rank._replace(wish=None, missed=rank.wish[0])
    if rank.at == 0 or (rank.at % EVERY and rank.at < sc.last):
        return rank._replace(inside=True)
    return rank._replace(waits=True) if _is_coming(m, rank, on) else _saves_by_itself(rank)


def _is_coming(m, rank, on):
    """Whether its periodic save before may still be committed, and is not yet."""
    return m.head < rank.periodic and not (rank.periodic <= rank.furthest and "GAVE_UP" in on)


def _hears(rank):
    number, step, hold = rank.told
    rank = rank._replace(furthest=max(rank.furthest, step))
    if hold is TAKEN_BACK:
        return rank._replace(heard=max(rank.heard, number), wish=None)
    return rank._replace(heard=number, wish=rank.told) if number > rank.heard else rank


def _saves_by_itself(rank):
    return rank._replace(periodic=rank.at, folders=rank.folders | {rank.at}, inside=True)


def _while_held(rank):
    number, step, hold = rank.told
    rank = _hears(rank)
    if step == rank.at:  # the checkpoint is there
        return rank._replace(wish=None, held=number if hold else 0, inside=not hold)
    return rank._replace(held=0, inside=True)


# ---- UploadPlan, CheckpointWriter ----
def meet_agent(m, on, sc):
    for r, rank in enumerate(m.ranks):
        number, asked, hold = rank.told
        wanted = [step for step in rank.folders if hold and step == asked]
        best = max(wanted or rank.folders, default=0)
        if best != rank.sends and best:
            free = not rank.sends or (rank.sends not in wanted and (wanted or ("GIVES_WAY" in on and best > rank.sends)))
            if free:
                yield f"agent {r}", "writes its part", rank_is(m, r, rank._replace(sends=best), parts=m.parts | {(r, best)})
    step = m.ranks[0].sends
    if step > m.head and all((r, step) in m.parts for r in range(len(m.ranks))):
        ranks = tuple(
            rank._replace(folders=frozenset(f for f in rank.folders if f > step), sends=rank.sends if rank.sends > step else 0) for rank in m.ranks
        )
        yield "agent 0", "commits", m._replace(head=step, ranks=ranks, parts=frozenset(part for part in m.parts if part[1] > step))


def met(m, last):
    """Paused at one step, or trained to the end; what was saved is committed."""
    number, _, hold = m.asked
    there = all(rank.at == m.head and (rank.held == number or rank.at == last) for rank in m.ranks)
    return there and bool(hold or m.head == last)


def mixed(old, label, new):
    """All hold for one request: then at one step."""
    number = new.asked[0]
    if number and all(rank.held == number for rank in new.ranks) and len({rank.at for rank in new.ranks}) > 1:
        return "ranks hold for one request at two steps"
    return None
