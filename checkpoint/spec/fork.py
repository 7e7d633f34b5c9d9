"""Another job that begins from a copy of this job's first checkpoint: it pins that in this job, looks whether its deletion was announced, copies its chunk
below its own prefix and then writes a manifest of its own; its HEAD is sealed onto that. This job goes on, sweeps, and may be deleted with onDelete: Purge."""

from runs import FIRST
from world import NOTHING, Head, Manifest, Pod, called, find, swapped

OWNER = "fork"


def source_steps(w, on, sc):
    """This job's writer, shortened: a fenced writer is another scenario's matter."""
    h = w.head
    if h and not w.deleted and h.manifest[0] < sc.last and h.run == w.status.run:
        ref = (h.manifest[0] + 1, h.run, h.writer_epoch, 0)
        m = Manifest(ref, h.manifest, ref)
        yield "source", "commits", swapped(w, h._replace(manifest=m.ref), manifests=w.manifests | {m}, chunks=w.chunks | {(m.chunk, False)})


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
    elif w.fork == "looked" and w.fork_whole:  # of an earlier life: its manifest is written last
        yield "fork", "finds its copy", w._replace(fork="whole")
    elif w.fork == "looked" and in_source(w):
        yield "fork", "copies a chunk", w._replace(fork="copied", pins=w.pins if "FORK_PIN_STAYS" in on else rest)
    elif w.fork == "copied":
        yield "fork", "copies the manifest", w._replace(fork="whole", fork_whole=True)
    elif w.fork == "whole":
        yield "fork", "seals", w._replace(fork="sealed")
    elif w.fork == "sealed":
        yield "fork", "unpins", w._replace(fork="over", pins=rest)
    if w.fork in ("pinned", "unmarked", "looked", "copied", "whole") and not w.fork_died:
        yield "fork", "dies", w._replace(fork="wanted", fork_died=True)


def in_source(w):
    first = find(w, FIRST)
    return bool(first) and any(k == first.chunk for k, _ in w.chunks)


def fork_broken(old, label, new):
    if new.fork in ("looked", "copied") and not in_source(new):
        return "what a fork copies was deleted in its source"
    return None


def source(*runs):
    """A job that just committed its first step in run 1."""
    m = Manifest(FIRST, NOTHING, (1,))
    pods = tuple(Pod(r, "look" if i == 0 else "off") for i, r in enumerate(runs))
    return {"head": Head(1, 2, 0, 0, FIRST), "manifests": frozenset({m}), "chunks": frozenset({(m.chunk, True)}), "pods": pods, "operators": (None,)}
