"""Rank 0's agent: Claiming, CheckpointWriter with Commit, Unhold. Between any two steps it may stop for ever, which is the zombie."""

from world import NOTHING, Head, Manifest, Pod, find, put, swapped


def lose(w, i, pod, new):
    """The answer of a swap is given up: it took effect, or will, or never does."""
    return put(w, i, pod, flying=w.flying | {(w.head, new)})


def agent_steps(w, on, sc):
    for i, p in enumerate(w.pods):
        me = f"pod {i} (run {p.run})"
        if p.pc in ("off", "lost", "fenced"):
            continue
        if p.restarts < sc.restarts:  # only the container: the trainer and the shared directory stay, the agent's memory is gone
            yield me, "agent restarts", put(w, i, p._replace(pc="look", base=None, save=None, restarts=p.restarts + 1))
        if w.losses:
            yield me, "is lost with its node", put(w, i, Pod(p.run, "lost"), losses=w.losses - 1)
        for label, n in OPERATIONS[p.pc](w, i, p, on, sc):
            yield me, label, n


def mine(p, i, h, on):
    if h is None or h.run != p.run:
        return False
    return h.pod == i if "POD_IN_HEAD" in on else (h.run, h.writer_epoch) == p.token


# ---- Claiming.claim ----
def look(w, i, p, on, sc):
    h = w.head
    if h is None or (h.run < p.run and "SEAL_FIRST" in on):
        return  # not sealed yet: wait, create nothing
    if "POD_IN_HEAD" in on and mine(p, i, h, on):  # an answer was lost, or the container restarted
        yield "takes its own claim", put(w, i, p._replace(pc="run", base=h, token=(h.run, h.writer_epoch), mem=max(p.mem, h.manifest[0])))
    elif h.run > p.run or ("POD_IN_HEAD" in on and p.token):
        yield "is fenced", put(w, i, p._replace(pc="fenced"))
    else:
        yield "reads HEAD", put(w, i, p._replace(pc="claim", base=h))


def claim(w, i, p, on, sc):
    h = w.head
    if h != p.base:
        yield "claim refused", put(w, i, p._replace(pc="look", base=None))
        return
    new = Head(p.run, h.writer_epoch + 1, h.seq, i, h.manifest, h.rolled_back)
    yield "claims", swapped(put(w, i, p._replace(pc="run", base=new, token=(new.run, new.writer_epoch), mem=max(p.mem, new.manifest[0]))), new)
    if sc.lost:
        yield "claims, answer lost", lose(w, i, p._replace(pc="look", base=None), new)


# ---- CheckpointWriter.save, ChunkUploader.upload ----
def run(w, i, p, on, sc):
    if p.mem < sc.last and not p.held:
        yield "trains a step", put(w, i, p._replace(mem=p.mem + 1))
    unanswered = p.base.manifest != NOTHING and p.asked > p.base.manifest[3] // 10  # what HEAD names was not saved for this request
    for step in {p.mem, p.mem - 1} if p.restarts else {p.mem}:  # a restarted agent finds older folders, too
        if step > p.base.manifest[0] or (step == p.base.manifest[0] and unanswered) or ("NEVER_BACK" not in on and 0 < step < p.base.manifest[0]):
            content = step // 2 % 2  # frozen or zero tensors: the bytes of an older step come again
            listed = find(w, p.base.manifest)
            reused = listed.chunk if listed and listed.chunk[0] == content else None
            ref = (step,) + p.token + (p.restarts + 10 * p.asked,)
            key = (reused or (content, ref[:3])) if "FRESH_CHUNKS" in on else (content,)
            there = any(k == key for k, _ in w.chunks)  # If-None-Match: there already = not sent again
            if there and (key, True) in w.chunks and not reused and "YOUNG" in on and "FRESH_CHUNKS" in on:
                yield "finds its save too old", put(w, i, p)  # SaveTooOld: until the sweep took the orphan, or the trainer is a step further
                continue
            save = p._replace(pc="put", save=Manifest(ref, p.base.manifest, key))
            yield "sends its chunks", put(w, i, save, chunks=w.chunks if there else w.chunks | {(key, False)})
    if p.asked and p.asked != p.held and p.mem == p.base.manifest[0] and not unanswered:
        yield "holds", put(w, i, p._replace(held=p.asked))
    if p.held and "SEAL" in on:  # the hold runs out, or it was told to continue: allowed only by a swap of HEAD
        yield "wants to go on", put(w, i, p._replace(pc="unhold"))
    elif p.held and not p.asked:
        yield "goes on", put(w, i, p._replace(held=0))


# ---- Commit.commit ----
def write_manifest(w, i, p, on, sc):
    yield "writes its manifest", put(w, i, p._replace(pc="commit"), manifests=w.manifests | {p.save})


def commit(w, i, p, on, sc):
    h = w.head
    if h != p.base:
        yield "commit refused", put(w, i, p._replace(pc="reread"))
        return
    new = h._replace(manifest=p.save.ref)
    yield "commits", swapped(put(w, i, p._replace(pc="run", base=new, save=None)), new)
    if sc.lost:
        yield "commits, answer lost", lose(w, i, p._replace(pc="reread"), new)


def reread(w, i, p, on, sc):
    h = w.head
    if not mine(p, i, h, on):
        yield "is fenced", put(w, i, p._replace(pc="fenced"))
    elif h.manifest == p.save.ref or (h.manifest[0] > p.save.ref[0] and "NEVER_BACK" in on):
        yield "finds its own HEAD", put(w, i, p._replace(pc="run", base=h, save=None))
    else:
        yield "swaps again", put(w, i, p._replace(pc="commit", base=h))


# ---- Unhold.raise ----
def unhold(w, i, p, on, sc):
    h = w.head
    if h != p.base:
        yield "may not go on yet", put(w, i, p._replace(pc="heldlook"))
        return
    new = h._replace(seq=h.seq + 1)
    yield "un-holds", swapped(put(w, i, p._replace(pc="run", base=new, held=0, asked=0)), new)
    if sc.lost:
        yield "un-holds, answer lost", lose(w, i, p._replace(pc="heldlook"), new)


def look_while_held(w, i, p, on, sc):
    h = w.head
    if not mine(p, i, h, on):
        yield "stays held", put(w, i, p._replace(pc="fenced"))
    elif h.seq > p.base.seq:
        yield "finds its hold ended", put(w, i, p._replace(pc="run", base=h, held=0, asked=0))
    else:
        yield "un-holds again", put(w, i, p._replace(pc="unhold", base=h))


OPERATIONS = {
    "look": look,
    "claim": claim,
    "run": run,
    "put": write_manifest,
    "commit": commit,
    "reread": reread,
    "unhold": unhold,
    "heldlook": look_while_held,
}


def agent_broken(old, label, new):
    """The promise that this step of anybody breaks, or None."""
    a, b = old.head, new.head
    if a is not None and b is not None and a != b:
        committed = b.manifest != a.manifest and (b.run, b.writer_epoch) == (a.run, a.writer_epoch)
        if committed and b.manifest[1:3] != (a.run, a.writer_epoch):
            return "a fenced writer committed"
        if committed and a.run < old.status.run:
            return "a pod committed after its successor was decided on"
        if b.manifest[0] < a.manifest[0] and a.manifest not in old.quarantine and (b.rolled_back == a.rolled_back or b.rolled_back in old.applied):
            return "a committed step is lost: HEAD went back without a new explicit rollback"
        if b.manifest != a.manifest and b.manifest in old.quarantine and not committed:
            return "HEAD went back to a quarantined checkpoint"
        if b.manifest == NOTHING != a.manifest:
            return "HEAD went back to nothing"
    for i, (p, q) in enumerate(zip(old.pods, new.pods)):
        if label == "claims" and p.token and q is not p and a.pod not in (None, i):
            return "a fenced pod took HEAD back"
        if q.pc == "fenced" and p.pc != "fenced" and b is not None and b.pod == i:
            return "a pod was fenced by itself"
    if b is not None and b.manifest != NOTHING and not new.deleted:
        top = find(new, b.manifest)
        if not top or not any(k == top.chunk for k, _ in new.chunks):
            return "something that HEAD refers to was deleted"
        older = fallback_of(new, top)
        if b.manifest[1:3] == (b.run, b.writer_epoch) and older not in {NOTHING} | new.quarantine and not find(new, older):
            return "the fallback of a committed checkpoint was deleted"
    return None


def fallback_of(w, m):
    """The first ancestor of an earlier step; or one of the same step, if that is gone. Two of a step have the same chunks, so neither helps the other."""
    above = m
    while m and m.parent[0] == above.ref[0]:
        above, m = m, find(w, m.parent)
    return m.parent if m else above.parent
