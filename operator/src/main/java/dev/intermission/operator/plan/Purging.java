package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.OnDelete;
import dev.intermission.checkpoint.retention.Pin;
import dev.intermission.checkpoint.retention.Purged;
import dev.intermission.control.Problem;
import dev.intermission.operator.plan.observation.Lifetime.Hold;
import dev.intermission.operator.plan.observation.Lifetime.Home;
import dev.intermission.operator.plan.observation.Seen;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The end of a job with {@code onDelete: Purge}: seal, pods, objects, HEAD last, finalizer. A job
 * with {@code Keep} has no finalizer, and its children go by garbage collection.
 *
 * <p>Invariant: nothing is deleted from the store while a pod that can be reached may write there.
 * Never for ever: a deletion that hangs is worse than objects that are left [29].
 */
final class Purging {

  /** How long a deletion waits for the store. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  private Purging() {}

  /** While nobody deletes the job: its finalizer is there if and only if it is wanted. */
  static void prepare(Pass pass, Draft draft) {
    var held = pass.seen().subject().lifetime().hold() == Hold.OURS;
    if (wanted(pass) && !held) {
      draft.act(new Action.HoldDeletion()); // comes before whatever else starts something
      draft.wake(pass.now().plus(Draft.SAFETY));
    } else if (!wanted(pass) && held) {
      draft.act(new Action.LetGo(PurgeEnd.NOT_WANTED));
      draft.wake(pass.now().plus(Draft.SAFETY));
    }
  }

  /** Somebody deleted the job. */
  static void plan(Pass pass, Draft draft) {
    var lifetime = pass.seen().subject().lifetime();
    if (lifetime.hold() == Hold.NONE) return;
    var purged = pass.seen().storage().upkeep().purged().map(Seen::value);
    if (!wanted(pass)) {
      letGo(pass, draft, PurgeEnd.NOT_WANTED);
    } else if (purged.isPresent()) {
      finished(pass, draft, purged.get());
    } else if (lifetime.home() == Home.GOING) {
      giveUp(pass, draft, "the namespace is being deleted, and its Secrets with it");
    } else if (!pass.now().isBefore(lifetime.deletedAt().orElseThrow().plus(PATIENCE))) {
      giveUp(
          pass, draft, "it was not done within " + PATIENCE.toMinutes() + " minutes: " + why(pass));
    } else {
      draft.wake(lifetime.deletedAt().orElseThrow().plus(PATIENCE));
      step(pass, draft);
    }
  }

  private static void step(Pass pass, Draft draft) {
    if (pass.seen().storage().head().isEmpty()) {
      say(pass, draft, "Reading HEAD.");
      draft.store(pass, new Action.ReadHead());
    } else if (!sealed(pass)) {
      say(pass, draft, "Sealing HEAD, so that no pod can commit any more.");
      draft.store(pass, new Action.SealHead(pass.snapshot(), pass.nextRun(), Optional.empty()));
    } else if (!StaleRuns.gone(pass)) {
      say(pass, draft, "Waiting for the pods to be gone.");
      for (var run : pass.seen().cluster().runs()) StaleRuns.release(pass, draft, run);
    } else {
      say(pass, draft, "Deleting the checkpoints under " + pass.seen().subject().store() + ".");
      draft.store(pass, new Action.PurgeCheckpoints()); // dies midway: planned again
    }
  }

  /** Nobody can commit: nobody holds HEAD, or there is none, which no agent ever creates. */
  private static boolean sealed(Pass pass) {
    return pass.snapshot().isEmpty() || pass.sealed() && pass.head().pod().isEmpty();
  }

  private static void finished(Pass pass, Draft draft, Purged purged) {
    if (purged.held().isEmpty()) {
      tellOnce(
          pass,
          draft,
          JobEvent.normal(
              "Purged", "Deleted all checkpoints under " + pass.seen().subject().store() + "."));
      letGo(pass, draft, PurgeEnd.PURGED);
    } else {
      var manifests =
          purged.held().stream().map(Pin::manifest).distinct().collect(Collectors.joining(", "));
      var owners =
          purged.held().stream().map(Pin::display).distinct().collect(Collectors.joining(", "));
      tellOnce(
          pass,
          draft,
          JobEvent.warning(
              "PurgeSpared",
              "Deleted the checkpoints but for what "
                  + owners
                  + " still needs: "
                  + manifests
                  + ". Delete "
                  + pass.seen().subject().store()
                  + " by hand when that is over."));
      letGo(pass, draft, PurgeEnd.SPARED);
    }
  }

  private static void giveUp(Pass pass, Draft draft, String why) {
    tellOnce(
        pass,
        draft,
        JobEvent.warning(
            "PurgeGivenUp",
            "The checkpoints of "
                + pass.seen().subject().job().display()
                + " were not all deleted: "
                + why
                + ". The job is let go. Delete "
                + pass.seen().subject().store()
                + " by hand."));
    letGo(pass, draft, PurgeEnd.GIVEN_UP);
  }

  /** The job may be looked at once more before it is gone. */
  private static void tellOnce(Pass pass, Draft draft, JobEvent event) {
    record(pass, draft, event.message());
    if (!draft.status().equals(pass.status())) draft.tell(event);
  }

  private static void letGo(Pass pass, Draft draft, PurgeEnd end) {
    draft.act(new Action.LetGo(end));
    draft.wake(pass.now().plus(Draft.SAFETY));
  }

  private static String why(Pass pass) {
    return pass.seen()
        .storage()
        .problem()
        .map(Seen::value)
        .map(Problem::message)
        .orElseGet(
            () ->
                StaleRuns.gone(pass)
                    ? "the store took too long"
                    : "pods of the job are still there");
  }

  private static void say(Pass pass, Draft draft, String what) {
    var problem = pass.seen().storage().problem().map(seen -> " " + seen.value().message());
    record(pass, draft, what + problem.orElse(""));
  }

  private static void record(Pass pass, Draft draft, String message) {
    var condition =
        new Condition(
            ConditionType.READY,
            ConditionStatus.FALSE,
            "Purging",
            message,
            Optional.of(pass.seen().subject().generation()),
            pass.now());
    draft.record(draft.status().withCondition(condition));
  }

  private static boolean wanted(Pass pass) {
    return pass.spec().checkpoint().onDelete() == OnDelete.PURGE;
  }
}
