"""What a bucket, an API server and some processes hold at one moment. Everything is a value: a step makes a new world."""

from typing import NamedTuple, Optional

NOTHING = (0, 0, 0, 0)  # the checkpoint "before the first"; else (step, run, writerEpoch, process that wrote it and request that it answers): a manifest's name


class Head(NamedTuple):
    """The one mutable object. Two HEADs of a job are never equal, so that If-Match names one moment."""

    run: int = 0
    writer_epoch: int = 0
    seq: int = 0
    pod: Optional[int] = None  # who claimed; None while sealed
    manifest: tuple = NOTHING
    rolled_back: int = 0  # id of the last explicit rollback


class Manifest(NamedTuple):
    ref: tuple
    parent: tuple
    chunk: tuple  # key of its one chunk: (content, (step, run, writerEpoch) that wrote it)


class Pod(NamedTuple):
    """A trainer with its agent."""

    run: int
    pc: str = "off"  # off: no such Job | look, claim | run, put, commit, reread | unhold, heldlook | fenced | lost
    base: Optional[Head] = None  # HEAD as last seen: what If-Match names
    token: Optional[tuple] = None  # (run, writer_epoch) once it knows that it claimed; kept in the shared directory
    mem: int = 0  # step in the trainer's memory
    save: Optional[Manifest] = None  # what is being saved
    asked: int = 0  # pause request heard
    held: int = 0  # request for which the trainer waits at its boundary
    restarts: int = 0


class Status(NamedTuple):
    rv: int = 0
    phase: str = "Running"  # Running | Pausing | Paused
    run: int = 1
    request: int = 0
    receipt: Optional[tuple] = None  # the checkpoint proven for this request
    verified: Optional[Head] = None  # the very HEAD that named it


class World(NamedTuple):
    head: Optional[Head] = None
    flying: frozenset = frozenset()  # swaps whose answer was given up: (If-Match, new HEAD); may land at any time, or never
    manifests: frozenset = frozenset()
    chunks: frozenset = frozenset()  # (key, older than the grace?)
    marks: frozenset = frozenset()  # (checkpoint, older than the grace?)
    calls: frozenset = frozenset()  # checkpoints whose deletion was announced
    pins: frozenset = frozenset()  # (checkpoint, owner)
    quarantine: frozenset = frozenset()
    damaged: frozenset = frozenset()  # what the disk did; nobody knows before he looks
    pods: tuple = ()
    status: Status = Status()
    operators: tuple = ()  # each None, or (what it goes to do, ...)
    sweeps: tuple = ()  # each None, or (what it goes to do, ...)
    paused: bool = False
    toggles: int = 0  # changes of spec.paused left
    losses: int = 0  # pods that may still be lost
    seen: tuple = NOTHING  # newest checkpoint that the operator verified
    rollback: str = ""  # spec.resumeFrom: "", wanted, pinned, unmarked, ready
    back: tuple = ()  # the way back from the damaged checkpoint that HEAD names: (found, pinned, unmarked or ready; checkpoint)
    applied: frozenset = frozenset()  # ids of rollbacks that were ever in HEAD
    fork: str = ""  # another job that wants this job's first checkpoint: wanted, pinned, unmarked, looked, copied, whole, sealed, over
    fork_whole: bool = False  # its copy has a manifest
    fork_died: bool = False
    deleted: bool = False  # the user deleted the job; a finalizer keeps it
    spared: frozenset = frozenset()  # what a purge left because it was pinned at that moment
    purged: bool = False  # the finalizer is gone


def swapped(w, new, **more):
    """HEAD after a swap. Requests that name an older HEAD can never land any more; a way back from it is of no use."""
    applied = w.applied | {new.rolled_back} if new and new.rolled_back != w.head.rolled_back else w.applied
    return w._replace(head=new, flying=frozenset(), applied=applied, back=(), **more)


def put(w, i, pod, **more):
    return w._replace(pods=w.pods[:i] + (pod,) + w.pods[i + 1 :], **more)


def slots(these, i, new):
    """The same processes with another one's memory; they are alike, so their order is not kept."""
    return tuple(sorted(these[:i] + (new,) + these[i + 1 :], key=lambda x: (x is not None, hash(x))))


def find(w, ref):
    return next((m for m in w.manifests if m.ref == ref), None)


def called(w, ref):
    """Whether somebody may be about to delete it; a mark alone says it, too, as long as it is there."""
    return ref in w.calls or any(m == ref for m, _ in w.marks)


def chain(w):
    """HEAD's checkpoint and its parents, newest first, as far as they are still there."""
    names, m = [], find(w, w.head.manifest) if w.head else None
    while m:
        names.append(m.ref)
        m = find(w, m.parent)
    return names


def late_answers(w, on, sc):
    """The network: a swap that nobody waits for any more takes effect."""
    for base, new in w.flying:
        if base == w.head:
            yield "network", "a given-up swap lands", swapped(w, new)
        yield "network", "a given-up swap is lost", w._replace(flying=w.flying - {(base, new)})
