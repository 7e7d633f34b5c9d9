"""Pausing, as the operator's planner does it: observe and plan in one step, then record, then act. Dying = forgetting what it went to do.
Several operators differ in nothing; leader election is for load only."""

from world import Pod, put, slots, swapped

GONE = ("off", "lost")


def plan(w, on):
    s, h = w.status, w.head
    run, pod, sealed = s.run, w.pods[s.run - 1], h.run > s.run
    for p in w.pods:  # StaleRuns: a late create of a deleted Job's name is fenced by the seal, and released here
        if p.pc != "off" and (p.run < run or s.phase == "Paused"):
            return s, ("release", p.run)
    if s.phase == "Running":
        if w.paused:
            return s._replace(phase="Pausing", request=s.request + 1, receipt=None, verified=None), None
        if sealed or pod.pc == "lost":
            return next_run(w)
        return s, ("create", run) if pod.pc == "off" else ("continue", run, s.request) if pod.held else None
    if s.phase == "Paused":
        return (s, None) if w.paused else next_run(w)
    if not w.paused:  # Pausing, withdrawn: too late after the seal, else training goes on from memory
        return next_run(w) if sealed else (s._replace(phase="Running"), ("continue", run, s.request))
    if sealed or (s.receipt is not None and "SEAL" not in on):
        if s.receipt != h.manifest and sealed:
            return s._replace(receipt=h.manifest), None
        return (s._replace(phase="Paused"), None) if pod.pc == "off" else (s, ("release", run))
    if s.receipt is not None:
        if h != s.verified:  # the hold ran out, and training went on: ask again
            return s._replace(request=s.request + 1, receipt=None, verified=None), None
        return s, ("seal", run, h)
    saved = pod.held == s.request and (pod.base == h if "HELD_HEAD" in on else pod.mem == h.manifest[0])
    if pod.pc in GONE or saved:  # Proof.ofHead, Proof.ofSave
        return s._replace(receipt=h.manifest, verified=h), None
    return s, ("ask", run, s.request) if pod.asked != s.request else None


def next_run(w):
    s, h = w.status, w.head
    if h.run >= len(w.pods) and h.run <= s.run:
        return s, None  # beyond the bounds
    if h.run > s.run and h.pod is None:
        return s._replace(phase="Running", run=h.run), None
    return s, ("seal", s.run, h)


def act(w, action, on, sc):
    """The effects that an action may have; an action that is late does nothing, or only what is still right."""
    kind, run = action[:2]
    i, h = run - 1, w.head
    p = w.pods[i]
    if kind == "create":  # a deterministic name: only one, but a deleted one can come again
        yield "creates the child Job", put(w, i, Pod(run, "look")) if p.pc == "off" else w
    elif kind == "release":
        yield "releases pods and Job", put(w, i, Pod(run, "off"))
    elif kind == "seal":  # If-Match the very HEAD that was verified
        if h != action[2]:
            yield "seal refused", w
            return
        new = h._replace(run=run + 1, writer_epoch=h.writer_epoch + 1, pod=None)
        yield "seals", swapped(w, new)
        if sc.lost:
            yield "seals, answer lost", w._replace(flying=w.flying | {(h, new)})
    elif p.pc in GONE:
        yield "reaches nobody", w
    elif kind == "ask":  # ids only grow: a late old request is not heard
        yield "asks for a save", put(w, i, p._replace(asked=max(p.asked, action[2])))
    elif kind == "continue":
        yield "lets training go on", put(w, i, p._replace(asked=0)) if p.asked == action[2] else w


def pause_steps(w, on, sc):
    for o, doing in enumerate(w.operators):
        if o and doing == w.operators[o - 1]:
            continue  # alike
        if doing is None:
            new, action = plan(w, on)
            if new != w.status or action:
                kept = ("record", w.status.rv, new, action) if new != w.status else ("act", action)
                yield "operator", "plans", w._replace(operators=slots(w.operators, o, kept))
            continue
        yield "operator", "dies", w._replace(operators=slots(w.operators, o, None))
        if doing[0] == "act":
            for label, n in act(w, doing[1], on, sc):
                yield "operator", label, n._replace(operators=slots(w.operators, o, None))
            continue
        _, rv, new, action = doing
        if "LOCKED_STATUS" in on and rv != w.status.rv:
            yield "operator", "status conflict", w._replace(operators=slots(w.operators, o, None))
        else:
            then = ("act", action) if action else None
            yield "operator", "records status", w._replace(status=new._replace(rv=w.status.rv + 1), operators=slots(w.operators, o, then))


def user_steps(w, on, sc):
    if w.toggles:
        yield "user", "changes spec.paused", w._replace(paused=not w.paused, toggles=w.toggles - 1)


def ask_steps(w, on, sc):
    """Somebody asks for a save: all that matters of a pause to a sweep."""
    for i, p in enumerate(w.pods) if w.toggles else ():
        if p.pc not in GONE:
            yield "operator", "asks for a save", put(w, i, p._replace(asked=1), toggles=w.toggles - 1)


def pause_broken(old, label, new):
    a, s = old.head, old.status
    if label == "releases pods and Job":
        for p, q in zip(old.pods, new.pods):
            living = p.pc not in GONE + ("fenced",)
            if living and q.pc == "off" and not (p.mem <= a.manifest[0] and (p.run < a.run or s.receipt == a.manifest)):
                return "a pod was released although its newest step is not in a verified checkpoint"
    if new.status.run < s.run:
        return "a run number went back"
    if new.status.phase == "Paused" and new.head.manifest != new.status.receipt:
        return "status lies: Paused, but HEAD is not the receipt"
    return None
