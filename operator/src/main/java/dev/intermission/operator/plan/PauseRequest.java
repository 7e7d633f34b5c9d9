package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.NoticeStatus;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.PeriodicSaveStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import java.util.stream.LongStream;

/**
 * When a pause begins: its id is on record before anybody is asked, and ids only grow over the life
 * of a job [13].
 */
final class PauseRequest {

  private static final long MOST_ANYBODY_ASKS = 1L << 40;

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
    var id = nextId(pass);
    var step = CommonStep.first(pass);
    var pause =
        retryAt.isPresent()
            ? old.orElseThrow().again(id, step, pass.now())
            : PauseStatus.requested(id, step, pass.now());
    draft.record(pass.status().withPause(pause).withPhase(Phase.PAUSING));
    return true;
  }

  /**
   * The id of the next request: above all on record, and above what the pods were ever asked under,
   * which is more only when status was lost.
   */
  static long nextId(Pass pass) {
    var known =
        pass.workers().stream()
            .flatMap(worker -> pass.agent(worker).stream())
            .flatMap(agent -> agent.newestRequest().stream())
            .filter(id -> id < MOST_ANYBODY_ASKS) // told by a pod: nothing that could run over
            .mapToLong(id -> id);
    return LongStream.concat(known, LongStream.of(lastId(pass.status()))).max().orElseThrow() + 1;
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
}
