package dev.intermission.operator.plan;

import dev.intermission.control.Progress;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveState;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Where the workers of a gang meet to save: far enough ahead that all of them are told in time, and
 * no further, since a pause lasts until they are there [13]. A single worker saves at its next
 * boundary.
 */
final class CommonStep {

  /** How far beyond the newest step that is known, at least. */
  private static final long LEAST_STEPS = 2;

  /**
   * How much training lies between what is known and the common step: within it a report is written
   * (0.25 s) and read, the step is recorded, and every agent and trainer is told.
   */
  private static final Duration AHEAD = Duration.ofSeconds(1);

  /** More than that nobody trains in {@link #AHEAD}; a trainer may say anything. */
  private static final long MOST_STEPS = 1_000_000;

  /** How long a worker is silent about a request before it is taken for one that was told late. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Set<SaveState> ARRIVED =
      EnumSet.of(SaveState.SAVING, SaveState.UPLOADING, SaveState.HELD, SaveState.DURABLE);

  private CommonStep() {}

  /** The first that is asked for: beyond where the workers are by now. */
  static Optional<Long> first(Pass pass) {
    if (pass.spec().workers() == 1) return Optional.empty();
    var newest =
        pass.workers().stream()
            .mapToLong(worker -> byNow(pass, worker))
            .reduce(pass.lastSeenStep(), Math::max);
    return Optional.of(newest + steps(pass, AHEAD));
  }

  /**
   * The one after {@code missed}, which somebody was past. Whoever was past it says where it is; by
   * how far it was missed is how much too close it was. Where the pace is not known that is all
   * there is to go by, so twice as much.
   */
  static Optional<Long> later(Pass pass, long id, Optional<Long> missed) {
    if (pass.spec().workers() == 1) return Optional.empty();
    var newest =
        pass.workers().stream()
            .flatMap(worker -> SaveRound.answer(pass, worker, id).stream())
            .flatMap(answer -> answer.value().step().stream())
            .reduce(pass.lastSeenStep(), Math::max);
    var last = missed.orElse(newest);
    var by = Math.max(0, newest - last);
    var ahead = pace(pass).isPresent() ? by + steps(pass, AHEAD) : 2 * by;
    return Optional.of(Math.max(last, newest) + Math.max(LEAST_STEPS, ahead));
  }

  /**
   * Whether a worker waits at {@code step} for one that passed it untold. Workers that train in
   * step with each other (DDP) do so when a request reaches one just before a boundary and another
   * just after: the first holds, the other waits for it within its next step, and cannot say that
   * it missed the request before it has made that step.
   */
  static boolean passedUntold(Pass pass, long id, Optional<Long> step) {
    return step.isPresent()
        && pass.workers().stream().anyMatch(worker -> arrived(pass, worker, id))
        && pass.workers().stream().anyMatch(worker -> untold(pass, worker, id, step.get()));
  }

  private static boolean arrived(Pass pass, Worker worker, long id) {
    return SaveRound.answer(pass, worker, id)
        .filter(answer -> ARRIVED.contains(answer.value().state()))
        .isPresent();
  }

  /** One that is too far back to be past the step is slow, or evaluates: the others wait for it. */
  private static boolean untold(Pass pass, Worker worker, long id, long step) {
    var since = pass.report(worker).saveSince().orElse(Instant.MAX);
    var reach = steps(pass, AHEAD.dividedBy(2));
    return SaveRound.answer(pass, worker, id)
        .map(Seen::value)
        .filter(answer -> answer.state() == SaveState.PENDING)
        .filter(_ -> !pass.now().isBefore(since.plus(PATIENCE)))
        .flatMap(SaveAnswer::step)
        .filter(last -> pace(pass).isEmpty() || last + reach >= step)
        .isPresent();
  }

  /** A report grows old while its trainer goes on, until the next one is due. */
  private static long byNow(Pass pass, Worker worker) {
    var said = pass.report(worker).status();
    var step = pass.progress(worker).map(Progress::step).orElse(0L);
    if (said.isEmpty() || said.get().value().held()) return step;
    var age = Duration.between(said.get().at(), pass.now());
    var most = pass.pace().poll();
    return step + made(pass, age.compareTo(most) > 0 ? most : age);
  }

  private static long steps(Pass pass, Duration in) {
    return Math.max(LEAST_STEPS, made(pass, in));
  }

  private static long made(Pass pass, Duration in) {
    var steps = pace(pass).orElse(0.0) * in.toMillis() / 1000;
    return (long) Math.ceil(Math.clamp(steps, 0, MOST_STEPS));
  }

  /** Steps per second of the fastest worker. */
  private static Optional<Double> pace(Pass pass) {
    return pass.workers().stream()
        .flatMap(worker -> pass.progress(worker).stream())
        .flatMap(progress -> progress.stepsPerSecond().stream())
        .max(Double::compareTo);
  }
}
