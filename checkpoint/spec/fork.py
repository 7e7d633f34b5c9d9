"""Another job that begins from this job's first checkpoint: it pins that in this job, looks whether its deletion was announced, and then its own HEAD refers to it.
This job goes on, sweeps, and may be deleted with onDelete: Purge."""

from runs import FIRST
from world import NOTHING, Head, Manifest, Pod, called, find, swapped

OWNER = "fork"


def source_steps(w, on, sc):
    """This job's writer, shortened: a fenced writer is another scenario's matter."""
    h = w.head
    if h and not w.deleted and h.ckpt[0] < sc.last and h.run == w.status.run:
        ckpt = (h.ckpt[0] + 1, h.run, h.epoch, 0)
        m = Manifest(ckpt, h.ckpt, ckpt)
        yield "source", "commits", swapped(w, h._replace(ckpt=m.ckpt), manifests=w.manifests | {m}, chunks=w.chunks | {(m.chunk, False)})


def fork_steps(w, on, sc):
    pin, rest = (FIRST, OWNER), w.pins - {(FIRST, OWNER)}
    if w.fork in ("wanted", "unmarked") and not find(w, FIRST):
        yield "fork", "finds nothing to begin from", w._replace(fork="over", pins=rest)
    elif w.fork == "wanted":
        yield "fork", "pins", w._replace(fork="pinned", pins=w.pins | {pin} if "MARK_AND_PIN" in on else w.pins)
    elif w.fork == "pinned":
        if called(w, FIRST) and "MARK_AND_PIN" in on:
            yield "fork", "finds it announced", w._replace(fork="wanted", pins=rest)
            yield "fork", "gives up", w._replace(fork="over", pins=rest)
        else:
            yield "fork", "finds it not announced", w._replace(fork="unmarked" if "LOOK_LAST" in on else "looked")
    elif w.fork == "unmarked":
        yield "fork", "finds it there", w._replace(fork="looked")
    elif w.fork == "looked":
        yield "fork", "seals", w._replace(fork="sealed", pins=w.pins if "FORK_PIN_STAYS" in on else rest)
    elif w.fork == "sealed":
        yield "fork", "commits", w._replace(fork="committed")
    elif w.fork == "committed":
        yield "fork", "unpins", w._replace(fork="over", pins=rest)


def fork_broken(old, label, new):
    if new.fork == "sealed":
        first = find(new, FIRST)
        if not first or not any(k == first.chunk for k, _ in new.chunks):
            return "what a fork refers to was deleted in its source"
    return None


def source(*runs):
    """A job that just committed its first step in run 1."""
    m = Manifest(FIRST, NOTHING, (1,))
    pods = tuple(Pod(r, "look" if i == 0 else "off") for i, r in enumerate(runs))
    return {"head": Head(1, 2, 0, 0, FIRST), "manifests": frozenset({m}), "chunks": frozenset({(m.chunk, True)}), "pods": pods, "operators": (None,)}
