"""Which worlds are explored. Bounds: 4 pods, 4 runs, 4 steps, 2 operators, 2 sweeps, 1 re-pause. What a scenario leaves out, another one has."""

from agent import agent_broken, agent_steps
from explore import Scenario
from fork import fork_broken, fork_steps, source, source_steps
from gang import Gang, gang_broken, gang_steps
from meeting import Meeting, calls_back, meet_agent, meet_operator, meet_trainer, met, mixed
from pause import ask_steps, pause_broken, pause_steps, user_steps
from purge import delete_steps, late_create, purge_broken, purge_steps
from retention import sweep_steps
from runs import FIRST, REQUEST, SECOND, first_run, run_steps
from world import Head, Pod, World, late_answers

RUNS = (agent_steps, run_steps, late_answers)
MEETING = (meet_operator, meet_trainer, meet_agent)
PAUSE = (agent_steps, pause_steps, user_steps, late_answers)


def few(w):
    """Claims and requests without end are cut."""
    return w.head is None or (w.head.writer_epoch <= 5 and w.head.seq <= 2 and w.status.request <= 2)


def two_requests(m):
    return m.asked[0] <= 2


def as_the_user_wants(w):
    """Paused, or trained to the end. With two operators and two changes: of a second run, too."""
    if w.paused:
        return w.status.phase == "Paused"
    pod = w.pods[w.status.run - 1]
    return w.status.phase == "Running" and w.head.manifest[0] == 2 and w.head.pod == w.status.run - 1 and pod.pc == "run" and not pod.held


SCENARIOS = (
    Scenario("two pods, next run", World(**first_run(1, 2)), ("CLAIM_KEEPS", "SEAL_FIRST"), RUNS, (agent_broken,),
             lambda w: w.head.pod == 1 and w.head.manifest[0] == 2, restarts=1, lost=True, within=few),
    Scenario("two pods, same run", World(**first_run(1, 1)), ("POD_IN_HEAD", "NEVER_BACK"), RUNS, (agent_broken,),
             lambda w: w.head.pod == 1 and w.head.manifest[0] == 2, restarts=1, lost=True, kueue=True, within=few),
    Scenario("rollback, then a re-created pod", World(rollback="wanted", **first_run(1, 2, 3)), ("ROLLBACK_ID",), RUNS, (agent_broken,),
             lambda w: w.head.pod == 2 and w.head.rolled_back == REQUEST, lost=True, target=FIRST, within=few),
    Scenario("rollback, then damage", World(rollback="wanted", **source(1, 2, 3, 4)), ("QUARANTINE", "QUARANTINE_APART"), (source_steps, run_steps),
             (agent_broken,), lambda w: w.head.run == 4 and w.head.manifest[0] == 4, always=True, last=4, damages=2, target=SECOND),
    Scenario("pause, two operators", World(head=Head(1, 1), pods=(Pod(1), Pod(2)), operators=(None, None), toggles=2), ("SEAL", "LOCKED_STATUS"),
             PAUSE, (agent_broken, pause_broken), as_the_user_wants, always=True, within=few),
    Scenario("pause, answers and pods lost", World(head=Head(1, 1), pods=(Pod(1), Pod(2), Pod(3)), operators=(None,), toggles=1, losses=1), ("SEAL", "HELD_HEAD"),
             PAUSE, (agent_broken, pause_broken), as_the_user_wants, always=True, lost=True, within=few),
    Scenario("pause, answers lost and an agent restarted", World(head=Head(1, 1), pods=(Pod(1), Pod(2)), operators=(None,), toggles=1),
             ("HELD_HEAD",), PAUSE, (agent_broken, pause_broken), as_the_user_wants, always=True, restarts=1, lost=True, within=few),
    Scenario("retention, saves", World(sweeps=(None, None), **first_run(1)), ("FRESH_CHUNKS",), RUNS + (sweep_steps,), (agent_broken,),
             lambda w: w.head.manifest[0] == 4 and len(w.manifests) == len(w.chunks) == 2, last=4, collects=True, within=few),
    Scenario("retention, restarts", World(sweeps=(None,), **first_run(1)), ("KEEP_TWO", "YOUNG"), RUNS + (sweep_steps,), (agent_broken,),
             lambda w: w.head.manifest[0] == 3 and len(w.manifests) == 2, last=3, restarts=1, lost=True, collects=True, within=few),
    Scenario("retention, a pause at a saved step", World(sweeps=(None,), toggles=1, **first_run(1)), ("STEPS",), RUNS + (ask_steps, sweep_steps), (agent_broken,),
             lambda w: w.head.seq == 1 and w.head.manifest[0] == 4 and len(w.manifests) == 2, last=4, collects=True, within=few),
    Scenario("retention, rollback", World(sweeps=(None,), rollback="wanted", **first_run(1, 2)), ("MARK_AND_PIN", "CHAIN"),
             RUNS + (sweep_steps,), (agent_broken,), lambda w: w.head.rolled_back == REQUEST and w.head.manifest[0] == 2, last=3, collects=True, target=FIRST, within=few),
    Scenario("retention, damage", World(sweeps=(None,), **source(1, 2)), ("MARK_AND_PIN", "LOOK_LAST"), (source_steps, run_steps, sweep_steps),
             (agent_broken,), lambda w: w.head.run == 2 and w.head.manifest == FIRST, last=3, damages=2, collects=True),
    Scenario("fork, sweeps", World(sweeps=(None, None), fork="wanted", **source(1)), ("MARK_AND_PIN", "LAST_CALL", "FORK_PIN_STAYS"),
             (source_steps, fork_steps, sweep_steps), (fork_broken,), lambda w: w.fork == "over" and len(w.manifests) == 2, always=True, last=4),
    Scenario("fork, purge of its source", World(sweeps=(None,), fork="wanted", **source(1)), ("PURGE_CALLS",),
             (source_steps, fork_steps, delete_steps, purge_steps), (fork_broken, purge_broken), lambda w: w.fork == "over" and w.purged, always=True),
    Scenario("purge", World(sweeps=(None, None), toggles=1, losses=0, **first_run(1, 1)), ("PURGE_SEALS", "PURGE_WAITS", "HEAD_LAST"),
             (agent_steps, late_create, delete_steps, purge_steps, late_answers), (agent_broken, purge_broken), lambda w: w.purged, always=True, last=1,
             restarts=0, lost=True, within=few),
    Scenario("gang", Gang(), ("ROSTER",), (gang_steps,), (gang_broken,), lambda g: (1, 1) in g.committed),
    Scenario("a gang meets, its ranks train together", Meeting(True), ("HIGHER_ID", "TOLD_LATE"), MEETING, (mixed,), lambda m: met(m, 3),
             always=True, last=3, within=two_requests),
    Scenario("a gang meets, each rank trains for itself", Meeting(False), ("GAVE_UP", "GIVES_WAY"), MEETING, (mixed,), lambda m: met(m, 3),
             always=True, last=3, within=two_requests),
    Scenario("a gang is called back, each rank trains for itself", Meeting(False), ("GAVE_UP",), MEETING + (calls_back,), (mixed,), lambda m: met(m, 5),
             always=True, last=5, within=lambda m: m.asked[0] <= 1),
)
