"""onDelete: Purge. A finalizer keeps the TrainingJob until nothing of it is left: seal, wait for the pods, announce, delete what nobody pinned, HEAD last.
A purge keeps nothing but its listing in memory, so it may die anywhere, and two of them do no harm. A fork that is refused in the very moment in
which pins are looked at may leave its checkpoint behind: garbage, never a loss. A pod on an unreachable node that had claimed may still write
chunks and a manifest afterwards, but no HEAD."""

from world import Pod, put, slots, swapped


def delete_steps(w, on, sc):
    if not w.deleted:
        yield "user", "deletes the job", w._replace(deleted=True, operators=w.operators)


def late_create(w, on, sc):
    """An operator planned this before the job was deleted, stalled, and does it now."""
    for i, p in enumerate(w.pods):
        if p.pc == "off" and w.toggles:
            yield "operator", "creates the child Job", put(w, i, Pod(p.run, "look"), toggles=w.toggles - 1)


def purge_steps(w, on, sc):
    if not w.deleted or w.purged:
        return
    for o, doing in enumerate(w.sweeps):
        if o and doing == w.sweeps[o - 1]:
            continue  # alike
        for label, n, then in begin(w, on) if doing is None else carry_on(w, on, *doing):
            yield "purge", label, n._replace(sweeps=slots(w.sweeps, o, then))
        if doing is not None:
            yield "purge", "dies", w._replace(sweeps=slots(w.sweeps, o, None))


def begin(w, on):
    h = w.head
    pinned = {m for m, _ in w.pins} | {m.ref for m in w.spared}
    manifests = frozenset(m for m in w.manifests if m.ref not in pinned)  # what another job pinned stays
    needed = {m.chunk for m in w.manifests if m.ref in pinned}
    chunks = frozenset(c for c in w.chunks if c[0] not in needed)
    if h is None:
        if not manifests and not chunks:
            yield "removes the finalizer", w._replace(purged=True), None
        elif "HEAD_LAST" not in on:
            yield "lists what is left", w, ("delete", frozenset(w.manifests), frozenset(w.chunks))
        return
    if h.run <= w.status.run and "PURGE_SEALS" in on:
        yield "seals", swapped(w, h._replace(run=w.status.run + 1, writer_epoch=h.writer_epoch + 1, pod=None)), None
        return
    for i, p in enumerate(w.pods):
        if p.pc not in ("off", "lost"):
            yield "releases pods and Job", put(w, i, Pod(p.run, "off")), None
    if "PURGE_WAITS" in on and any(p.pc not in ("off", "lost") for p in w.pods):
        return
    if "HEAD_LAST" not in on:
        yield "lists what is left", w, ("head", frozenset(), frozenset())
        return
    uncalled = {m.ref for m in w.manifests} - w.calls
    if uncalled and "PURGE_CALLS" in on:
        yield "announces", w._replace(calls=w.calls | uncalled), None
        return
    if manifests or chunks:
        yield "lists what is left", w, ("delete", manifests, chunks)
    else:
        yield "finds nothing left", w, ("head", w.manifests, frozenset())


def carry_on(w, on, kind, manifests, chunks):
    if kind == "head":
        yield "deletes HEAD", w._replace(head=None, flying=frozenset(), spared=manifests), None
    elif manifests & w.manifests:
        yield "deletes the manifest", w._replace(manifests=w.manifests - {min(manifests & w.manifests)}), (kind, manifests, chunks)
    elif chunks:
        yield "deletes the chunk", w._replace(chunks=frozenset(c for c in w.chunks if c[0] not in {k for k, _ in chunks})), None
    else:
        yield "deletes the manifest", w, None


def purge_broken(old, label, new):
    pinned = {m for m, _ in new.pins} | {m.ref for m in new.spared}
    spared = {m.chunk for m in new.manifests if m.ref in pinned}
    left = any(m.ref not in pinned for m in new.manifests) or any(k not in spared for k, _ in new.chunks)
    if new.head is None and left and not new.purged:
        return "HEAD is missing although there are checkpoints: a person would be called"
    if label == "removes the finalizer" and (new.head or left):
        return "something of the job is there after its purge"
    if label == "removes the finalizer" and any(p.token and p.pc not in ("off", "lost", "fenced") for p in new.pods):
        return "a pod that still can write outlived the purge"
    return None
