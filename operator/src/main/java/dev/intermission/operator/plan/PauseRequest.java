package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.NoticeStatus;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import java.util.Optional;

/**
 * When a pause begins: its id is on record before anybody is asked, and ids only grow over the life
 * of a job [13].
 */
final class PauseRequest {

  /** How far beyond the newest step seen a gang is asked to meet; doubled at each miss. */
  static final long MARGIN_STEPS = 2;

  private PauseRequest() {}

  /** Begins a pause if one is wanted and none waits for its next attempt; says whether it did. */
  static boolean due(Pass pass, Draft draft) {
    var old = pass.status().pause();
    if (!pass.pauseWanted()) {
      old.filter(pause -> pause.retryAt().isPresent())
          .ifPresent(pause -> draft.record(draft.status().withPause(pause.withdrawn())));
      return false;
    }
    var retryAt = old.flatMap(PauseStatus::retryAt);
    if (retryAt.isPresent() && !pass.sealed() && pass.now().isBefore(retryAt.get())) {
      draft.wake(retryAt.get());
      return false;
    }
    var id = nextId(pass.status());
    var step = commonStep(pass, MARGIN_STEPS);
    var pause =
        retryAt.isPresent()
            ? old.orElseThrow().again(id, step, pass.now())
            : PauseStatus.requested(id, step, pass.now());
    draft.record(pass.status().withPause(pause).withPhase(Phase.PAUSING));
    return true;
  }

  static long nextId(TrainingJobStatus status) {
    return lastId(status) + 1;
  }

  /** The newest request of this job, for a pause or because of a notice; 0 before the first. */
  static long lastId(TrainingJobStatus status) {
    var pause = status.pause().map(PauseStatus::requestId).orElse(0L);
    var notice = status.run().flatMap(RunStatus::notice).map(NoticeStatus::requestId).orElse(0L);
    return Math.max(pause, notice);
  }

  /** Where a gang meets; a single worker saves at its next boundary. */
  static Optional<Long> commonStep(Pass pass, long margin) {
    return pass.spec().workers() > 1 ? Optional.of(pass.lastSeenStep() + margin) : Optional.empty();
  }

  /** A later step for a gang of which somebody was past the last one. */
  static Optional<Long> laterStep(Pass pass, Optional<Long> missed) {
    var last = missed.orElse(pass.lastSeenStep());
    var margin = Math.max(MARGIN_STEPS, 2 * (last - pass.startStep()) / 10);
    return pass.spec().workers() > 1
        ? Optional.of(Math.max(last, pass.lastSeenStep()) + margin)
        : Optional.empty();
  }
}
