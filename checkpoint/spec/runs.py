"""The operator when nothing is paused: verify, begin the next run by a seal, roll back, quarantine. It keeps nothing in memory but the HEAD
that it read; whether it dies in between makes no difference, since every pass starts from what is there."""

from world import Head, Pod, called, chain, find, put, slots, swapped

FIRST, SECOND = (1, 1, 2, 0), (2, 1, 2, 0)  # checkpoints of the first run, as spec.resumeFrom names them
REQUEST = 1  # the id of that request
QUARANTINED = 9  # what a quarantine would write as its id, without QUARANTINE_APART


def next_pod(w):
    return next((i for i, p in enumerate(w.pods) if p.pc == "off"), None)


def fallback(w, on):
    """The newest ancestor that is neither quarantined, damaged nor about to be deleted; never nothing."""
    older = [c for c in chain(w)[1:] if c not in w.damaged and not called(w, c)]
    return next((c for c in older if not ("QUARANTINE" in on and c in w.quarantine)), None)


def way_back(w, on, sc):
    """Where Retreat.leave goes: found some time ago, and pinned since, where there are sweeps."""
    if not sc.collects:
        return fallback(w, on)
    stage, to = w.back or ("", None)
    return to if stage == "ready" else None


def sealed(w, run, on, sc):
    """What Seal.seal writes over exactly the HEAD that was read, or None: a person must look."""
    h = w.head
    new = h._replace(run=run, writer_epoch=h.writer_epoch + 1, pod=None)
    if "CLAIM_KEEPS" not in on:
        new = new._replace(manifest=w.seen)
    if h.manifest in w.quarantine:
        to = way_back(w, on, sc)
        return to and new._replace(manifest=to, rolled_back=h.rolled_back if "QUARANTINE_APART" in on else QUARANTINED)
    refused = "QUARANTINE" in on and sc.target in w.quarantine
    if w.rollback == "ready" and not refused and (h.rolled_back != REQUEST or "ROLLBACK_ID" not in on):
        new = new._replace(manifest=sc.target, rolled_back=REQUEST)
    return new


def run_steps(w, on, sc):
    if w.seen != w.head.manifest and "CLAIM_KEEPS" not in on:
        yield "operator", "verifies HEAD", w._replace(seen=w.head.manifest)
    yield from damage_steps(w, on, sc)
    yield from rollback_steps(w, on, sc)
    yield from back_steps(w, on, sc)
    n = next_pod(w)
    if n is None:
        return
    run = w.pods[n].run
    if "SEAL_FIRST" not in on or run == w.head.run:
        if run > w.status.run or sc.kueue or "SEAL_FIRST" not in on:
            yield "operator", "begins the run", put(w, n, Pod(run, "look"), status=w.status._replace(run=run))
        return
    for o, expected in enumerate(w.operators):
        if expected is None:
            yield "operator", "reads HEAD for a seal", w._replace(operators=slots(w.operators, o, w.head))
        elif expected != w.head:
            yield "operator", "seal refused", w._replace(operators=slots(w.operators, o, None))
        else:
            new = sealed(w, run, on, sc)
            if new:
                yield "operator", "seals", swapped(w._replace(operators=slots(w.operators, o, None)), new)
                if sc.lost:
                    yield "operator", "seals, answer lost", w._replace(operators=slots(w.operators, o, None), flying=w.flying | {(w.head, new)})


def damage_steps(w, on, sc):
    """The disk loses chunks, never all copies of everything; the operator finds out, twice, and says so before it acts."""
    for m in chain(w)[:-1] if len(w.damaged) < sc.damages else ():
        yield "disk", "damages a checkpoint", w._replace(damaged=w.damaged | {m})
    at = w.head.manifest
    if at in w.damaged and at not in w.quarantine:
        yield "operator", "quarantines", w._replace(quarantine=w.quarantine | {at})


def rollback_steps(w, on, sc):
    """spec.resumeFrom stays in the spec for ever; a seal applies it once."""
    if w.rollback in ("", "ready"):
        return
    if not sc.collects:
        if find(w, sc.target):
            yield "operator", "pins", w._replace(rollback="ready")
        return
    for label, n, stage in pin_steps(w, on, w.rollback, sc.target):
        yield "operator", label, n._replace(rollback=stage or "wanted")


def back_steps(w, on, sc):
    """Fallback.from looks, and Retreat.leave pins, as long after that as it likes."""
    if not sc.collects or w.head.manifest not in w.quarantine:
        return
    if not w.back:
        to = fallback(w, on)
        if to:
            yield "operator", "finds a way back", w._replace(back=("wanted", to))
        return
    stage, to = w.back
    for label, n, then in pin_steps(w, on, stage, to):
        yield "operator", label, n._replace(back=(then, to) if then else ())


def pin_steps(w, on, stage, target):
    """Pins.pin, in the stages wanted, pinned, unmarked, ready; None where it was refused."""
    pin = {(target, "self")}
    if stage == "wanted" and "MARK_AND_PIN" not in on:
        if find(w, target):
            yield "pins", w, "ready"
    elif stage == "wanted":
        yield "pins", w._replace(pins=w.pins | pin), "pinned"
    elif stage == "pinned" and called(w, target):
        yield "finds it announced", w._replace(pins=w.pins - pin), None
    elif stage == "pinned":
        yield "finds it not announced", w, "unmarked" if "LOOK_LAST" in on else "ready"
    elif stage == "unmarked" and find(w, target):
        yield "finds it there", w, "ready"
    elif stage == "unmarked":
        yield "finds it gone", w._replace(pins=w.pins - pin), None


def first_run(*runs):
    """Run 1 was sealed and its first pod is there; the others come later."""
    pods = tuple(Pod(r, "look" if i == 0 else "off") for i, r in enumerate(runs))
    return {"head": Head(1, 1), "pods": pods, "operators": (None,)}
