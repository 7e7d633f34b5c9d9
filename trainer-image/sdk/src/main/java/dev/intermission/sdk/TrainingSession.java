package dev.intermission.sdk;

import dev.intermission.sdk.directory.ProgressFile;
import dev.intermission.sdk.directory.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training that can be paused: the whole of what a trainer calls.
 *
 * <pre>{@code
 * try (var session = TrainingSession.open(environment, options, state)) {
 *   var step = session.resume().map(point -> load(point)).orElse(0L);
 *   while (step < total) {
 *     train(++step);
 *     if (session.step(step, epoch, metrics) instanceof Verdict.Leave leave) return leave.why().exitCode();
 *   }
 *   return session.finish(step).exitCode();
 * }
 * }</pre>
 *
 * <p>Everything is called from the training thread; snapshots are written on another. Contract:
 * docs/trainer-contract.md.
 */
public final class TrainingSession implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingSession.class);

  private static final Duration PATIENCE_WITH_OTHER_RANKS = Duration.ofMinutes(5);

  private final SessionEnvironment environment;
  private final SessionOptions options;
  private final TrainingState state;
  private final Home home;
  private final Saver saver;
  private final ControlDesk desk;
  private final ProgressReporter progress;
  private Optional<SavePoint> saved = Optional.empty();
  private Optional<SavePoint> savedByAllRanks = Optional.empty();
  private Optional<Request.Checkpoint> queued = Optional.empty();
  private Optional<Long> resumedAt = Optional.empty();
  private boolean due;
  private double stallMillis;
  private Instant lastSave;

  private TrainingSession(
      SessionEnvironment environment, SessionOptions options, TrainingState state) {
    this.environment = environment;
    this.options = options;
    this.state = state;
    home = Home.of(environment, options.localDirectory());
    saver = new Saver(home.directory().checkpoints(), environment.worker().worldSize());
    desk = new ControlDesk(home.directory().control().watch());
    progress =
        new ProgressReporter(home.directory().progress(), options.totalSteps(), options.clock());
    lastSave = options.clock().instant();
  }

  /**
   * Opens the session; touches nothing but what an interrupted save left behind. Waits for nothing,
   * so build the model next.
   */
  public static TrainingSession open(
      SessionEnvironment environment, SessionOptions options, TrainingState state) {
    var session = new TrainingSession(environment, options, state);
    session.home.directory().checkpoints().discardTorn();
    if (session.home instanceof Home.Alone) session.desk.forgetThePast();
    return session;
  }

  /**
   * Where to continue; empty: from the beginning. Waits until the agent has restored the files, so
   * call it when they are needed and not before. Read the files before the first {@link #step}.
   *
   * @throws IllegalStateException the agent restored less than the operator promised, or was told
   *     to stop: training must not start
   */
  public Optional<ResumePoint> resume() {
    var point = new Waiting("the agent to restore the checkpoint").until(this::resumeOrLeave);
    resumedAt = point.map(ResumePoint::step);
    point
        .filter(ResumePoint::isFinished)
        .ifPresent(last -> saved = Optional.of(new SavePoint(last.step(), Optional.empty(), true)));
    return point;
  }

  private Optional<Optional<ResumePoint>> resumeOrLeave() {
    desk.leave()
        .ifPresent(
            leave -> {
              throw new LeftEarly(leave);
            });
    return home.resume();
  }

  /** Hyperparameters that {@code spec.overrides} sets; known from the start, waits for nothing. */
  public Overrides overrides() {
    return environment.overrides();
  }

  /**
   * Says whether the resume is exact in bits: {@code exact}, or why not. Shown in the job's status.
   */
  public void exact(String verdict) {
    progress.exact(verdict);
  }

  /** Adds a number to the metrics of every later report. */
  public void measured(String metric, double value) {
    progress.measured(metric, value);
  }

  /**
   * The boundary after {@code step}: reports, saves if it is time or if asked, holds if asked.
   * Costs one {@code stat} when there is nothing to do, and a copy of the state when there is
   * something to save.
   *
   * @param metrics asked for only when they are reported, a few times a second
   */
  public Verdict step(long step, double epoch, Supplier<Map<String, Double>> metrics) {
    progress.at(new ProgressReporter.Position(step, Optional.of(epoch), metrics));
    saver.collect().ifPresent(this::account);
    var order = desk.at(step);
    progress.requests(desk.armed(), desk.missed());
    var verdict =
        switch (order) {
          case ControlDesk.Order.Leave(var leave) -> leave;
          case ControlDesk.Order.Save(var request) when request.hold() ->
              saveAndHold(step, request);
          case ControlDesk.Order.Save(var request) -> {
            queued = Optional.of(request);
            yield saveIfTime(step);
          }
          case ControlDesk.Order.TrainOn() -> saveIfTime(step);
        };
    progress.flush();
    return verdict;
  }

  /**
   * Saves the last step (unless that was done) as {@code finished} and waits until it is committed
   * to the store, so that exit code 0 never outruns the upload [design review, 18].
   */
  public Finish finish(long step) {
    settle();
    if (saved.filter(point -> point.finished() && point.step() == step).isEmpty()) {
      begin(new SavePoint(step, Optional.empty(), true));
      var outcome = saver.await();
      account(outcome);
      progress.flush();
      if (outcome instanceof SaveOutcome.Failed(var _, var message))
        return new Finish.NotDurable(message);
    }
    progress.finished();
    progress.flush();
    return new Waiting("the final checkpoint of step " + step + " to be committed")
        .until(() -> durableOrLeft(step), options.finishTimeout())
        .orElseGet(
            () ->
                new Finish.NotDurable(
                    "The final checkpoint of step %d was not committed within %s. It is complete in %s; see the agent's log."
                        .formatted(
                            step,
                            options.finishTimeout(),
                            home.directory().checkpoints().folder(step))));
  }

  /**
   * Saves the boundary after {@code step}, the last whole one of a training that cannot go on, and
   * waits until it is committed: once the process has ended, the agent uploads what is complete for
   * as long as the pod's grace lasts, and a large state may need more. Call it at most once, with
   * the state as it was at that boundary, and then end the process with the failure's own exit
   * code.
   */
  public Rescue rescue(long step) {
    if (environment.worker().worldSize() > 1)
      return new Rescue.NotKept("the other ranks do not save this step with us");
    if (step == resumedAt.orElse(0L)) return new Rescue.NotKept("no step was made since the start");
    settle();
    if (saved.filter(point -> point.step() == step).isEmpty()) {
      begin(new SavePoint(step, Optional.empty(), false));
      var outcome = saver.await();
      account(outcome);
      progress.flush();
      if (outcome instanceof SaveOutcome.Failed(var _, var message))
        return new Rescue.NotKept(message);
    }
    return new Waiting("the checkpoint of step " + step + " to be committed before the end")
        .until(() -> rescued(step), options.finishTimeout())
        .orElseGet(
            () ->
                new Rescue.NotKept(
                    "the checkpoint of step %d was not committed within %s; see the agent's log"
                        .formatted(step, options.finishTimeout())));
  }

  private Optional<Rescue> rescued(long step) {
    if (home.isDurable(step)) return Optional.of(new Rescue.Kept(step));
    return desk.leave().map(leave -> new Rescue.NotKept("told to leave: " + leave.reason()));
  }

  private Optional<Finish> durableOrLeft(long step) {
    progress.flushChange();
    if (home.isDurable(step)) return Optional.of(new Finish.Durable(step));
    return desk.leave().map(Finish.Left::new);
  }

  private Verdict saveIfTime(long step) {
    due |=
        environment.cadence().isDue(step, Duration.between(lastSave, options.clock().instant()))
            || options.isLast(step);
    var together = environment.worker().worldSize() > 1;
    if (queued.isEmpty() && !due) return new Verdict.TrainOn();
    if (together || queued.filter(request -> request.at() instanceof Request.At.Step).isPresent()) {
      settle(); // every rank must save this very step: waiting for the disk is the price
      if (queued.isEmpty()) awaitUpload(step);
    } else if (!saver.isIdle() || !isUploaded()) {
      return new Verdict
          .TrainOn(); // one save in flight: this one is taken at a later boundary, together with
      // whatever comes due
    }
    begin(new SavePoint(step, queued.map(Request.Checkpoint::id), options.isLast(step)));
    return new Verdict.TrainOn();
  }

  /**
   * A periodic save waits for the upload of the one before, so that the volume holds one durable
   * and one in-flight step; a request does not.
   */
  private boolean isUploaded() {
    return queued.isPresent() || saved.isEmpty() || home.isDurable(saved.get().step());
  }

  /**
   * Ranks that skipped saves each at its own time would never have a step in common, so all of them
   * wait for the periodic one before; in vain when a rank could not save it, hence not for ever. A
   * save that was asked for is not waited for: a drained rank makes one of its own, which is never
   * committed once the operator asks all of them for another step. Nor is a save waited for up to a
   * step that anybody was asked for: who got there has let it go, and waits there, or went on when
   * the request came to nothing. Rule GAVE_UP of checkpoint/spec.
   */
  private void awaitUpload(long step) {
    new Waiting("the checkpoint before to be committed by all ranks")
        .until(
            () ->
                savedByAllRanks.map(SavePoint::step).filter(this::isComing).isEmpty()
                        || desk.leave().isPresent()
                        || isAskedBeyond(step)
                    ? Optional.of(true)
                    : Optional.empty(),
            PATIENCE_WITH_OTHER_RANKS);
  }

  /** Where it is past what is asked for, the operator is told at once and not after the wait. */
  private boolean isAskedBeyond(long step) {
    var asked = desk.isAskedBeyond(step);
    progress.requests(desk.armed(), desk.missed());
    progress.flushChange();
    return asked;
  }

  private boolean isComing(long step) {
    return !home.isDurable(step) && step > desk.furthestStepAsked();
  }

  private Verdict saveAndHold(long step, Request.Checkpoint request) {
    settle();
    begin(new SavePoint(step, Optional.of(request.id()), options.isLast(step)));
    progress.flush(); // armed, before the write
    var outcome = saver.await();
    account(outcome);
    return switch (outcome) {
      case SaveOutcome.Failed _ ->
          new Verdict.TrainOn(); // reported; the operator decides what follows
      case SaveOutcome.Saved _ -> hold(step, request.id());
    };
  }

  private Verdict hold(long step, long id) {
    progress.held(Optional.of(id));
    progress.flush();
    LOG.atInfo()
        .addKeyValue(LogKeys.STEP, step)
        .addKeyValue(LogKeys.REQUEST_ID, id)
        .log("saved, waiting at the boundary");
    var order =
        new Waiting("word from the operator after the save of step " + step)
            .until(
                () -> {
                  progress.flushChange();
                  return desk.whileHeld(step, id);
                });
    progress.held(Optional.empty());
    progress.requests(desk.armed(), desk.missed());
    return switch (order) {
      case ControlDesk.Order.Leave(var leave) -> leave;
      case ControlDesk.Order.Save(var again) when again.hold() -> hold(step, again.id());
      case ControlDesk.Order.Save _, ControlDesk.Order.TrainOn _ -> {
        LOG.atInfo().addKeyValue(LogKeys.STEP, step).log("training goes on from memory");
        yield new Verdict.TrainOn();
      }
    };
  }

  private void settle() {
    if (!saver.isIdle()) account(saver.await());
  }

  /** The only moment at which training stands still for a save that nobody holds for. */
  private void begin(SavePoint point) {
    var start = System.nanoTime();
    var snapshot = state.snapshot(point.step());
    stallMillis = (System.nanoTime() - start) / 1e6;
    saver.begin(point, progress.measuredAt(point.step()), snapshot);
    progress.measured("stallMillis", stallMillis);
    due = false;
    queued = Optional.empty();
    lastSave = options.clock().instant();
  }

  private void account(SaveOutcome outcome) {
    switch (outcome) {
      case SaveOutcome.Saved(var point, var took) -> {
        saved = Optional.of(point);
        if (point.requestId().isEmpty()) savedByAllRanks = saved;
        progress.measured("writeMillis", took.toNanos() / 1e6);
        home.tidyAfter(point.step());
        LOG.atInfo()
            .addKeyValue(LogKeys.STEP, point.step())
            .addKeyValue(LogKeys.STALL_MILLIS, Math.round(stallMillis * 100) / 100.0)
            .addKeyValue(LogKeys.WRITE_MILLIS, took.toMillis())
            .log("checkpoint saved");
      }
      case SaveOutcome.Failed(var point, var message) -> {
        progress.failed(new ProgressFile.Failure(point.requestId(), point.step(), message));
        LOG.atError().addKeyValue(LogKeys.STEP, point.step()).log(message);
      }
    }
  }

  /** Ends the session; waits for the save in flight. */
  @Override
  public void close() {
    try {
      settle();
    } finally {
      saver.close(); // also of a thread that is interrupted: nothing is written after this
    }
  }
}
