package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.Receipt;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A pause in place: saved, verified and not sealed. The pods stay for whoever wants to look inside,
 * their trainers at the step of the receipt. Un-paused they go on from memory, in the same run;
 * what ends the hold otherwise is followed by the seal and the release of any other pause.
 *
 * <p>Invariant: while a job is held, every step that was trained is in the checkpoint of its
 * receipt. A trainer that went on by itself is asked to save again.
 */
final class Held {

  /** Each look renews the leases of the holds, which are longer by far. */
  private static final Duration LOOK = Duration.ofSeconds(10);

  /** What was verified may have been left behind by an agent that nobody hears. */
  private static final Duration READ_HEAD = Duration.ofMinutes(1);

  private Held() {}

  /**
   * Keeps the pods of a pause whose save was just proven, if that is wanted: the same write records
   * the receipt and the hold.
   */
  static void begin(Pass pass, Draft draft) {
    var pause = Pausing.pause(pass);
    if (pass.status().phase() != Phase.PAUSING || pause.receipt().isEmpty()) return;
    if (!pass.spec().paused() || end(pass).isPresent()) return;
    var first = pause.heldAt().isEmpty();
    var held = first ? pause.withHeldAt(pass.now()) : pause; // the limit counts from the first time
    var counts = pass.status().counts();
    draft.record(
        pass.status()
            .withPause(held)
            .withCounts(first ? counts.plusPause() : counts)
            .withPhase(Phase.HELD));
  }

  static void plan(Pass pass, Draft draft) {
    var end = end(pass);
    if (!pass.spec().paused() && !pass.sealed() && !Lifespan.over(pass)) {
      unpaused(pass, draft);
    } else if (end.isPresent()) {
      release(pass, draft, end.get());
    } else if (wentOn(pass)) {
      Pausing.reask(pass, draft, Optional.of(leftBehind()));
      draft.record(draft.status().withPhase(Phase.PAUSING));
    } else {
      keep(pass, draft);
    }
  }

  /** When the pods are released though nobody un-pauses. */
  static Instant until(Pass pass) {
    var since = Pausing.pause(pass).heldAt().orElse(pass.now());
    return since.plus(pass.spec().pause().holdLimit());
  }

  /** What is held, for whom, and what comes next. */
  static String message(Pass pass) {
    var step = Pausing.pause(pass).receipt().map(Receipt::step).orElse(0L);
    var pods = pass.workers().stream().map(worker -> worker.id().podName()).sorted().findFirst();
    var next =
        Change.due(pass)
            ? "a new run begins with the changed spec."
            : "training goes on from memory.";
    return "Step "
        + step
        + " is saved and verified, and training holds there; the pods keep their compute until "
        + until(pass).truncatedTo(ChronoUnit.SECONDS)
        + " (spec.pause.holdLimit). Look inside with kubectl exec "
        + pods.orElse("POD")
        + " -c trainer; un-paused, "
        + next;
  }

  /**
   * What ends a hold in place and releases the pods, in words; the same keeps one from beginning.
   */
  private static Optional<String> end(Pass pass) {
    if (pass.sealed()) return Optional.of("the store is sealed for the next run");
    if (Lifespan.over(pass)) return Optional.of("spec.lifetime.activeDeadline is over");
    if (pass.spec().pause().release()) return Optional.of("spec.pause.release is true");
    if (!pass.now().isBefore(until(pass))) return Optional.of("spec.pause.holdLimit is over");
    if (Asking.nobodyLeft(pass)) return Optional.of("a trainer that held is gone");
    return pass.workers().stream()
        .filter(Held::goes)
        .findFirst()
        .map(worker -> "pod " + worker.id().podName() + " is being taken away");
  }

  /** Its step is saved: nobody needs to wait for its drain hook, or for its node's end. */
  private static boolean goes(Worker worker) {
    return worker.state().graceEndsAt().isPresent()
        || worker.node().flatMap(Worker.Node::leaving).isPresent();
  }

  private static void unpaused(Pass pass, Draft draft) {
    if (Change.due(pass)) {
      release(pass, draft, "un-paused with another spec, which the next run begins with");
    } else if (Change.untried(pass)) {
      keep(pass, draft); // the API server is asked about the pods: what they go on from follows
    } else {
      goOn(pass, draft);
    }
  }

  /** The receipt stays readable; that it has no release tells that compute was kept. */
  private static void goOn(Pass pass, Draft draft) {
    draft.act(Pausing.goOn(pass, Pausing.pause(pass)));
    // dies here: whoever watches the run sees that they hold for nobody
    var counts = pass.status().counts().plusResume();
    draft.record(pass.status().withCounts(counts).withPhase(Phase.RUNNING));
  }

  private static void release(Pass pass, Draft draft, String why) {
    var pause = Pausing.pause(pass);
    draft.tell(
        JobEvent.normal(
            "HoldEnded", "The hold in place is over: " + why + ". What it saved is kept."));
    draft.record(pass.status().withPause(pause.releasing(pass.now())).withPhase(Phase.PAUSING));
    // dies here: proven and not sealed, as any other pause
  }

  private static void keep(Pass pass, Draft draft) {
    Change.tryPods(pass, draft);
    Poll.status(pass, draft, LOOK);
    if (!pass.headSeenAfter(pass.now().minus(READ_HEAD))) draft.store(pass, new Action.ReadHead());
    draft.wake(pass.now().plus(LOOK));
    draft.wake(until(pass));
  }

  /**
   * Whether HEAD is another than the one that was verified, or a trainer is beyond it: its agent
   * heard nobody for as long as its lease.
   */
  private static boolean wentOn(Pass pass) {
    var pause = Pausing.pause(pass);
    var step = pause.receipt().map(Receipt::step).orElse(Long.MAX_VALUE);
    var moved =
        pass.snapshot()
            .map(HeadSnapshot::etag)
            .filter(etag -> !pause.verifiedHead().equals(Optional.of(etag)));
    return moved.isPresent()
        || pass.workers().stream()
            .flatMap(worker -> pass.progress(worker).stream())
            .anyMatch(progress -> progress.step() > step);
  }

  private static Problem leftBehind() {
    return new Problem(
        "HeadMoved", "Training went on after the checkpoint was verified; asking again.");
  }
}
