package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.control.ContinueCommand;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

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
    return over(status).id();
  }

  /** The newest request to save and hold, for a pause or because of a notice. */
  static long lastHold(TrainingJobStatus status) {
    return newest(holds(status)).id();
  }

  /** That the newest request of this job is over, whatever it was for. */
  static ContinueCommand over(TrainingJobStatus status) {
    var periodic = status.run().flatMap(RunStatus::periodicSave).stream();
    return newest(
        Stream.concat(
            holds(status),
            periodic.map(save -> new ContinueCommand(save.requestId(), save.step()))));
  }

  /** That the request of this pause is over. */
  static ContinueCommand over(PauseStatus pause) {
    return new ContinueCommand(pause.requestId(), pause.step());
  }

  private static Stream<ContinueCommand> holds(TrainingJobStatus status) {
    var pause = status.pause().map(PauseRequest::over);
    var notice =
        status
            .run()
            .flatMap(RunStatus::notice)
            .map(one -> new ContinueCommand(one.requestId(), one.step()));
    return Stream.concat(pause.stream(), notice.stream());
  }

  private static ContinueCommand newest(Stream<ContinueCommand> requests) {
    return requests
        .max(Comparator.comparingLong(ContinueCommand::id))
        .orElse(new ContinueCommand(0, Optional.empty()));
  }
}
