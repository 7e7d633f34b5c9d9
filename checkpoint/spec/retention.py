"""Retention.sweep: lists, then (much later) marks; after the grace looks again, then (much later) deletes. Two of them, each as slow as it likes.

The one assumption about time is the grace: a chunk or manifest of a save in flight is younger (Commit refuses to commit an older save), and
a sweep takes less, so that it forgets the announcement of another one that died. So the grace never ends while any of these is under way."""

from world import chain, find, slots


def kept(w, on):
    count = 2 if "KEEP_TWO" in on else 1
    if "CHAIN" in on:
        whole = [c for c in chain(w) if c not in w.quarantine]
        steps = list(dict.fromkeys(c[0] for c in whole))[:count]
        newest = [w.head.manifest] + ([c for c in whole if c[0] in steps] if "STEPS" in on else whole[:count])
    else:
        newest = [w.head.manifest] + sorted((m.ref for m in w.manifests), reverse=True)[:count]
    return set(newest) | {m for m, _ in w.pins}


def in_flight(w):
    """Saves under way, and those whose commit was given up and may still land."""
    return {p.save for p in w.pods if p.save} | {find(w, new.manifest) for _, new in w.flying} - {None}


def expired(w, on):
    flying = {m.ref for m in in_flight(w)}  # off the chain, but younger than seven days
    return {m.ref for m in w.manifests} - kept(w, on) - flying


def grace_ends(w):
    busy = {m.chunk for m in in_flight(w)}
    chunks = frozenset((k, old or k not in busy) for k, old in w.chunks)
    marks = frozenset((m, True) for m, _ in w.marks)
    return w._replace(chunks=chunks, marks=marks)


def sweep_steps(w, on, sc):
    later = grace_ends(w)
    if later != w:
        yield "time", "the grace ends", later
    for o, doing in enumerate(w.sweeps):
        if o and doing == w.sweeps[o - 1]:
            continue  # alike
        for label, n, then in listing(w, on) if doing is None else acting(w, on, *doing):
            yield "sweep", label, n._replace(sweeps=slots(w.sweeps, o, then))
        if doing is not None:
            yield "sweep", "dies", w._replace(sweeps=slots(w.sweeps, o, None))


def listing(w, on):
    if w.head is None:
        return  # without HEAD nothing is deleted
    gone, marked = expired(w, on), {m for m, _ in w.marks}
    for m in gone - marked:
        yield "lists an expired manifest", w, ("mark" if "MARK_AND_PIN" in on else "go", m)
    for m, old in w.marks:
        if not find(w, m):
            yield "clears a mark", w._replace(marks=w.marks - {(m, old)}, calls=w.calls - {m}), None
        elif m in gone and old:
            yield "lists an old mark", w, ("call" if "LAST_CALL" in on else "look", m)
        elif m not in gone:
            yield "wants it after all", w, ("unmark", m)
    busy = {s[1] for s in w.sweeps if s}
    for m in w.calls - gone - busy:
        yield "forgets an announcement", w._replace(calls=w.calls - {m}), None
    used = {m.chunk for m in w.manifests}
    for k, old in w.chunks:
        if old and k not in used:
            yield "lists an orphan chunk", w, ("chunk", k)


def acting(w, on, kind, x):
    if kind == "mark":
        marked = any(m == x for m, _ in w.marks)
        yield "marks", w if marked else w._replace(marks=w.marks | {(x, False)}), None
    elif kind == "call":
        yield "announces", w._replace(calls=w.calls | {x}), ("look", x)
    elif kind == "look":  # HEAD, pins and references are read anew
        sure = w.head is not None and x in expired(w, on)
        yield ("finds no pin", w, ("go", x)) if sure else ("finds a pin", w, None)
    elif kind == "go":
        yield "deletes the manifest", w._replace(manifests=frozenset(m for m in w.manifests if m.ref != x)), None
    elif kind == "unmark":
        yield "takes its mark back", w._replace(marks=frozenset(m for m in w.marks if m[0] != x)), None
    elif kind == "chunk":
        yield "deletes the chunk", w._replace(chunks=frozenset(c for c in w.chunks if c[0] != x)), None
