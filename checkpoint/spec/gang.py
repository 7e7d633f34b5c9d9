"""Ranks 0 and 1 of incarnations A and B of one run (something re-created the Job's pods; A's are zombies): GangParts and the session's roster."""

from typing import NamedTuple


class Gang(NamedTuple):
    writer_epoch: int = 0  # HEAD's
    tokens: tuple = (0, 0)  # the writer_epoch that rank 0 of A, of B, claimed
    parts: frozenset = frozenset()  # rank 1's: (writer_epoch in the name, pod that wrote it)
    committed: frozenset = frozenset()


def gang_steps(g, on, sc):
    for x, name in enumerate("AB"):
        if not g.tokens[x]:
            tokens = g.tokens[:x] + (g.writer_epoch + 1,) + g.tokens[x + 1 :]
            yield f"rank 0 of {name}", "claims", g._replace(writer_epoch=g.writer_epoch + 1, tokens=tokens)
        if "ROSTER" in on:  # told once, by a signed roster, the session it belongs to; its uid is in the part's name
            part = (g.tokens[x], x) if g.tokens[x] else None
        else:  # reads HEAD; If-None-Match: the first part of that name stays
            part = (g.writer_epoch, x) if g.writer_epoch and not any(e == g.writer_epoch for e, _ in g.parts) else None
        if part and part not in g.parts:
            yield f"rank 1 of {name}", "writes its part", g._replace(parts=g.parts | {part})
        if g.tokens[x] == g.writer_epoch:
            for e, y in g.parts:
                if e == g.writer_epoch and (y == x or "ROSTER" not in on):
                    yield f"rank 0 of {name}", "commits", g._replace(committed=g.committed | {(x, y)})


def gang_broken(old, label, new):
    return "a checkpoint mixes two incarnations" if any(x != y for x, y in new.committed) else None
