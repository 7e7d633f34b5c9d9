package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.NoticeStatus;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.PeriodicSaveStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import java.util.Optional;

/**
 * When a pause begins: its id is on record before anybody is asked, and ids only grow over the life
 * of a job [13].
 */
final class PauseRequest {

  /** How far beyond the newest step seen a gang is asked to meet, at least. */
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

  /** The newest request of this job, whatever it was for; 0 before the first. */
  static long lastId(TrainingJobStatus status) {
    var periodic =
        status.run().flatMap(RunStatus::periodicSave).map(PeriodicSaveStatus::requestId).orElse(0L);
    return Math.max(lastHold(status), periodic);
  }

  /** The newest request to save and hold, for a pause or because of a notice. */
  static long lastHold(TrainingJobStatus status) {
    var pause = status.pause().map(PauseStatus::requestId).orElse(0L);
    var notice = status.run().flatMap(RunStatus::notice).map(NoticeStatus::requestId).orElse(0L);
    return Math.max(pause, notice);
  }

  /** Where a gang meets; a single worker saves at its next boundary. */
  static Optional<Long> commonStep(Pass pass, long margin) {
    return pass.spec().workers() > 1 ? Optional.of(pass.lastSeenStep() + margin) : Optional.empty();
  }

  /**
   * A later step for a gang of which somebody was past the last one: beyond the newest step that is
   * known by twice as much as was missed, so that ranks of any speed are soon asked in time, and
   * slow ones do not wait for long.
   */
  static Optional<Long> laterStep(Pass pass, long id, Optional<Long> missed) {
    if (pass.spec().workers() == 1) return Optional.empty();
    var newest =
        pass.workers().stream()
            .flatMap(worker -> SaveRound.answer(pass, worker, id).stream())
            .flatMap(answer -> answer.value().step().stream())
            .reduce(pass.lastSeenStep(), Math::max);
    var last = missed.orElse(newest);
    return Optional.of(Math.max(last, newest) + Math.max(MARGIN_STEPS, 2 * (newest - last)));
  }
}
