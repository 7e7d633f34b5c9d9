"""Executable specification of the checkpoint store's protocols: claim, commit, pause, rollback, quarantine and the way back, retention, fork, purge, gang;
and of how a gang comes to one common step.

    python3 checkpoint/spec                    # every scenario: with the rules, and with each rule left out
    python3 checkpoint/spec --trace            # the same, and print every counter-example step by step
    python3 checkpoint/spec --steps FILE       # the same, and write the label of every step that was taken into FILE
    python3 checkpoint/spec "retention, saves" # one scenario

It explores *every* interleaving of trainer pods with their agents, operators, sweeps and purges over one S3 with conditional writes and one API
server with conditional status writes. Each S3 call, status write and pod deletion is one atomic step; between any two a process may stop for ever,
be overtaken (that is the zombie) or be restarted, and a swap whose answer was given up may land at any later time. What holds here holds without
clocks, except for the grace (retention.py) and for the patience with a silent rank (meeting.py). Not modelled: an S3 that breaks its own promises;
the slow first look of an operator, since a seal swaps exactly the HEAD that it read.

Fails when a promise breaks although all rules are kept, when a goal is out of reach, and when a rule can be left out without anything breaking.
docs/checkpoint-format.md says which method does each step.
"""

import sys
import time
from pathlib import Path

from explore import explore
from rules import RULES
from scenarios import SCENARIOS


def main(args):
    began, failures, labels = time.monotonic(), [], set()
    wanted = [a for a in args if not a.startswith("--") and args[max(0, args.index(a) - 1)] != "--steps"]
    unchecked = set(RULES)
    for sc in SCENARIOS:
        if wanted and sc.name not in wanted:
            continue
        print(f"\n{sc.name}")
        everything = frozenset(RULES)
        variants = [("with the rules", everything)]
        variants += [("without " + rule, everything - {rule}) for rule in sc.rules]
        for name, on in variants:
            found = explore(sc, on)
            steps = f" ({len(found.trace)} steps)" if found.trace else ""
            print(f"  {name:25} {found.states:8} states  {'BROKEN: ' + found.wrong + steps if found.wrong else 'holds'}", flush=True)
            if name == "with the rules":
                labels |= found.labels
                if found.wrong:
                    failures.append(f"{sc.name}: {found.wrong}")
            elif not found.wrong:
                failures.append(f"{sc.name}: {name[8:]} is not needed: leaving it out breaks nothing")
            if found.wrong and "--trace" in args:
                print("".join(f"      {n:2}. {who} {label}\n" for n, (who, label) in enumerate(found.trace, 1)), end="")
        unchecked -= set(sc.rules)
    if not wanted:
        failures += [f"no scenario shows that {rule} is needed" for rule in sorted(unchecked)]
    if "--steps" in args:
        Path(args[args.index("--steps") + 1]).write_text("".join(f"{label}\n" for label in sorted(labels)), encoding="utf-8")
    print(f"\n{time.monotonic() - began:.0f} s; " + ("every promise holds and every rule is needed" if not failures else "FAILED"))
    for failure in failures:
        print("  " + failure)
    return 1 if failures else 0


sys.exit(main(sys.argv[1:]))
