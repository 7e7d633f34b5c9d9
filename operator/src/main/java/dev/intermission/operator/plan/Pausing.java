package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.PauseFailure;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A pause is a two-phase commit with the operator as coordinator. Where it stands follows from
 * status and HEAD alone: not proven, proven (a receipt is on record), sealed, released. The seal is
 * <em>the</em> decision between release and continue.
 *
 * <p>Invariant: pods are released only after HEAD was sealed, and if there is a checkpoint, only
 * after a receipt for exactly that one was recorded.
 */
final class Pausing {

  private static final Duration FIRST_RETRY = Duration.ofSeconds(30);

  private static final Problem STORE_AWAY =
      new Problem(
          "StorageUnreachable",
          "The store did not answer within spec.pause.timeout, so nothing could be verified;"
              + " training goes on. The condition StorageReady tells why.");

  private static final Problem HEAD_GONE =
      new Problem(
          "HeadMissing",
          "HEAD is not where this job's checkpoints were, so nothing can be committed; training"
              + " goes on. The condition StorageReady tells what to do.");

  private Pausing() {}

  static void plan(Pass pass, Draft draft) {
    if (pass.seen().storage().head().isEmpty()) {
      draft.store(pass, new Action.ReadHead());
      if (!pass.pauseWanted()) withdraw(pass, draft);
      else if (storeStaysAway(pass)) failed(pass, draft, STORE_AWAY);
      else Asking.early(pass, draft);
    } else if (!pass.spec().paused() && pass.sealed() && !Lifespan.over(pass)) {
      NextRun.begin(
          pass, draft, NextRun.RESUMED); // too late to continue from memory: an ordinary resume
    } else if (!pass.pauseWanted() && !pass.sealed()) {
      withdraw(pass, draft);
    } else if (pass.headMissing()) {
      draft.store(pass, new Action.ReadHead());
      if (keepsTrainersWaiting(pass)) failed(pass, draft, HEAD_GONE);
    } else if (pass.sealed()) {
      sealed(pass, draft);
    } else if (pause(pass).receipt().isPresent()) {
      proven(pass, draft);
    } else {
      Asking.plan(pass, draft);
    }
  }

  static PauseStatus pause(Pass pass) {
    return pass.status().pause().orElseThrow();
  }

  /** Proven and not sealed: the swap of exactly the HEAD that was verified. */
  private static void proven(Pass pass, Draft draft) {
    var same = pass.snapshot().map(HeadSnapshot::etag).equals(pause(pass).verifiedHead());
    if (!same) {
      // A hold ran out, or a drain hook committed more: what was verified is no longer the newest.
      reask(
          pass,
          draft,
          Optional.of(
              new Problem(
                  "HeadMoved",
                  "Training went on after the checkpoint was verified; asking again.")));
    } else if (sealFails(pass)) {
      failed(
          pass,
          draft,
          new Problem(
              "SealTimedOut",
              "The checkpoint was saved, but the store did not accept the seal in time; training"
                  + " goes on."));
    } else {
      draft.store(
          pass,
          new Action.SealHead(
              pass.snapshot(), pass.nextRun(), Optional.empty())); // dies here: HEAD says which
      if (!expired(pass)) draft.wake(deadline(pass));
    }
  }

  /**
   * Whether the time is up and the store does not take the seal. A store that answers is asked to
   * the end: the checkpoint is there, and giving up would waste it (Flink had that, FLINK-33522).
   */
  private static boolean sealFails(Pass pass) {
    return keepsTrainersWaiting(pass)
        && pass.seen().storage().problem().isPresent()
        && pass.spec().pause().onFailure() == PauseFailure.KEEP_RUNNING;
  }

  /**
   * Whether the time is up and this process could not even read HEAD, so that trainers which hold
   * would wait for nothing. Were HEAD sealed all the same, a trainer that shall go on finds that
   * out before it does.
   */
  private static boolean storeStaysAway(Pass pass) {
    return keepsTrainersWaiting(pass)
        && pass.seen().storage().problem().isPresent()
        && pause(pass).sealedRun().isEmpty();
  }

  /** Whether the time is up while somebody could train. */
  private static boolean keepsTrainersWaiting(Pass pass) {
    return expired(pass) && !Asking.nobodyLeft(pass);
  }

  /**
   * Sealed: nothing can be committed any more. With a checkpoint and no receipt (an old operator
   * died in between), prove it first.
   */
  private static void sealed(Pass pass, Draft draft) {
    var pause = pause(pass);
    var sealedRun = pass.head().run();
    if (!pause.sealedRun().equals(Optional.of(sealedRun))) {
      draft.record(pass.status().withPause(pause.withSealedRun(sealedRun)));
    } else if (pass.head().manifest().isPresent()
        && !Proof.matches(pause, pass.head().manifest().get())) {
      Proof.ofHead(pass, draft, pass.stepsBeyondHead());
    } else {
      Release.plan(pass, draft);
    }
  }

  static Instant deadline(Pass pass) {
    return pause(pass).attemptedAt().plus(pass.spec().pause().timeout());
  }

  static boolean expired(Pass pass) {
    return !pass.now().isBefore(deadline(pass));
  }

  /** The same attempt under the next id: a higher id ends an older hold. */
  static void reask(Pass pass, Draft draft, Optional<Problem> why) {
    var old = pause(pass);
    draft.record(
        pass.status()
            .withPause(
                old.reasked(
                    PauseRequest.nextId(pass),
                    CommonStep.later(pass, old.requestId(), old.step()),
                    why)));
  }

  /** The same pause, from the start: the time that passed was not ours. */
  static void restart(Pass pass, Draft draft) {
    var old = pause(pass);
    draft.record(
        pass.status()
            .withPause(
                old.again(
                    PauseRequest.nextId(pass),
                    CommonStep.later(pass, old.requestId(), old.step()),
                    pass.now())));
  }

  /**
   * This attempt cannot save. Training goes on by default; what was trained is never thrown away
   * unless the user said so.
   */
  static void failed(Pass pass, Draft draft, Problem why) {
    var canFallBack = pass.head().manifest().isPresent();
    if (pass.spec().pause().onFailure() == PauseFailure.USE_LATEST && canFallBack) {
      Proof.ofHead(pass, draft, pass.stepsBeyondHead());
      return;
    }
    var attempt = pause(pass).attempt();
    var delay = FIRST_RETRY.multipliedBy(1L << Math.min(attempt - 1, 10));
    var retryAt =
        pass.now()
            .plus(delay.compareTo(Recovery.LONGEST_BACKOFF) > 0 ? Recovery.LONGEST_BACKOFF : delay);
    leave(pass, draft, pause(pass).withRetry(why, retryAt));
  }

  /** The request of this pause is over. */
  static Action goOn(Pass pass, PauseStatus pause) {
    return new Action.ContinueTraining(pass.run(), PauseRequest.over(pause));
  }

  private static void withdraw(Pass pass, Draft draft) {
    leave(pass, draft, pause(pass).withdrawn());
  }

  /**
   * Back to what was before; trainers that hold go on from memory, unless a seal that is under way
   * wins: then HEAD tells.
   */
  private static void leave(Pass pass, Draft draft, PauseStatus pause) {
    if (!pass.runEnded() && !pass.workers().isEmpty()) draft.act(goOn(pass, pause));
    draft.record(pass.status().withPause(pause).withPhase(back(pass)));
  }

  private static Phase back(Pass pass) {
    if (pass.runEnded()) return Phase.RECOVERING;
    if (pass.status().run().isEmpty()) return Phase.PENDING;
    var trained = pass.lastSeenStep() > pass.startStep();
    return trained || Training.running(pass) ? Phase.RUNNING : Phase.STARTING;
  }
}
