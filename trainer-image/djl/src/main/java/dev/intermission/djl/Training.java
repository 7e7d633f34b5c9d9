package dev.intermission.djl;

import dev.intermission.djl.learn.Evaluation;
import dev.intermission.djl.learn.Evaluations;
import dev.intermission.djl.learn.Learner;
import dev.intermission.djl.learn.NotFinite;
import dev.intermission.djl.state.CheckpointFiles;
import dev.intermission.djl.state.LearnerCheckpoint;
import dev.intermission.sdk.Finish;
import dev.intermission.sdk.Rescue;
import dev.intermission.sdk.ResumePoint;
import dev.intermission.sdk.TrainingSession;
import dev.intermission.sdk.Verdict;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop: resume, step, report, finish. */
final class Training {

  private static final Logger LOG = LoggerFactory.getLogger(Training.class);

  /** The data or the settings are at fault, as in sysexits.h: trying again brings the same. */
  static final int NOT_FINITE = 65;

  /** Given up when the heap is full, so that the last boundary can still be written. */
  private static final int RESERVE_BYTES = 4 << 20;

  /** The configuration is at fault, as in sysexits.h: the same resume is refused again. */
  static final int NOT_EXACT = 78;

  private final Learner learner;
  private final Evaluations evaluations;
  private final LearnerCheckpoint state;
  private final TrainingSession session;
  private final LoopOptions options;
  private byte[] reserve = new byte[RESERVE_BYTES];
  private double millisPerStep;

  Training(
      Learner learner,
      Evaluations evaluations,
      LearnerCheckpoint state,
      TrainingSession session,
      LoopOptions options) {
    this.learner = learner;
    this.evaluations = evaluations;
    this.state = state;
    this.session = session;
    this.options = options;
  }

  /** Trains to the end or until told to leave; returns the exit code. */
  int run() throws IOException {
    var resumed = session.resume();
    if (resumed.isPresent() && !restore(resumed.get())) return NOT_EXACT;
    try (var curves = Curves.open(options.tensorBoard(), learner.position().step())) {
      return train(curves);
    } catch (NotFinite failure) {
      LOG.error(failure.getMessage());
      return NOT_FINITE;
    } catch (IOException | RuntimeException | OutOfMemoryError failure) {
      reserve = new byte[0];
      rescue(failure);
      throw failure;
    }
  }

  private int train(Curves curves) throws IOException {
    var first = learner.position().step() + 1;
    if (isOver()) export(); // a process before this one may have died before it
    while (!isOver()) {
      var start = System.nanoTime();
      learner.step();
      millisPerStep = (System.nanoTime() - start) / 1e6;
      var step = learner.position().step();
      if (step == first) began(step);
      evaluations.afterStep().ifPresent(evaluation -> evaluated(evaluation, curves));
      if (step % options.reportEvery() == 0) report(step, curves);
      if (isOver()) export(); // before the checkpoint that says so: a job may end with that
      if (evaluations.areExhausted()) break; // what is saved of this step says that it is the last
      if (session.step(step, learner.epoch(), this::metrics) instanceof Verdict.Leave leave) {
        LOG.info("leaving at step {}: {}", step, leave.reason());
        return leave.why().exitCode();
      }
    }
    return finish();
  }

  private boolean isOver() {
    return learner.position().step() >= learner.recipe().schedule().totalSteps()
        || evaluations.areExhausted();
  }

  /** The steps since the newest checkpoint are kept, whatever it was that ended training. */
  private void rescue(Throwable failure) {
    var step = learner.position().step();
    if (isOver()) LOG.error("the export after step {} failed: {}", step, failure.toString());
    else LOG.error("step {} failed: {}", step + 1, failure.toString());
    if (!learner.isWhole()) {
      LOG.error("not saved: the weights were being moved; a resume continues before step {}", step);
      return;
    }
    try {
      switch (session.rescue(step)) {
        case Rescue.Kept kept -> LOG.info("saved before the end: step {}", kept.step());
        case Rescue.NotKept not -> LOG.error("step {} is not saved: {}", step, not.reason());
      }
    } catch (RuntimeException | OutOfMemoryError again) {
      failure.addSuppressed(again);
    }
  }

  /** Whether training may go on from there. */
  private boolean restore(ResumePoint point) throws IOException {
    var verdict = CheckpointFiles.restore(learner, evaluations, point.directory());
    session.exact(verdict);
    if (options.inexact() == LoopOptions.Inexact.ALLOWED || verdict.equals(CheckpointFiles.EXACT)) {
      LOG.info("resumed at step {}, {}", point.step(), verdict);
      return true;
    }
    LOG.error(
        "resume at step {} refused by --require-exact: {}. Nothing was trained and the checkpoint"
            + " is as it was. Set back what differs, or go on without --require-exact.",
        point.step(),
        verdict);
    return false;
  }

  /**
   * A plain copy is timed here and now, with the caches as a step leaves them: what a save may
   * cost.
   */
  private void began(long step) {
    LOG.info(
        "first step {} made {} ms after the JVM's start; state of {} bytes",
        step,
        sinceStart().toMillis(),
        state.bytes());
    session.measured("copyMillis", millis(state.timePlainCopy()));
  }

  private void evaluated(Evaluation evaluation, Curves curves) {
    var selection = evaluations.selection();
    LOG.info(
        String.format(
            Locale.ROOT,
            "step %d  validation loss %.4f  accuracy %.4f%s",
            evaluation.step(),
            evaluation.loss(),
            evaluation.accuracy(),
            selection.best().equals(Optional.of(evaluation)) ? "  the best so far" : ""));
    curves.evaluated(evaluation);
    if (evaluations.areExhausted())
      LOG.info(
          "stopping early: {} evaluations in a row were no better than that of step {}",
          selection.withoutBetter(),
          selection.best().map(Evaluation::step).map(Object::toString).orElse("none"));
  }

  private void report(long step, Curves curves) {
    var report = learner.report();
    LOG.info(
        String.format(
            Locale.ROOT,
            "step %d  epoch %.2f  loss %.4f  rate %.6f  %.1f ms a step",
            step,
            learner.epoch(),
            report.loss(),
            report.learningRate(),
            millisPerStep));
    curves.trained(step, report, millisPerStep);
  }

  private Map<String, Double> metrics() {
    var report = learner.report();
    return Map.of(
        "loss",
        (double) report.loss(),
        "accuracy",
        report.accuracy(),
        "learningRate",
        (double) report.learningRate(),
        "stepMillis",
        millisPerStep);
  }

  private int finish() {
    var step = learner.position().step();
    var digests = state.digests();
    LOG.info(
        String.format(
            Locale.ROOT,
            "finished at step %d, validation accuracy %.4f",
            step,
            learner.report().accuracy()));
    LOG.info("digest weights={} moments={}", digests.weights(), digests.moments());
    return switch (session.finish(step)) {
      case Finish.Durable durable -> durable.exitCode();
      case Finish.NotDurable failure -> {
        LOG.error(failure.reason());
        yield failure.exitCode();
      }
      case Finish.Left left -> left.exitCode();
    };
  }

  private void export() throws IOException {
    if (options.export().isEmpty()) return;
    var file = options.export().get();
    state.export(file);
    LOG.info(
        "exported to {}: the weights of step {}",
        file,
        evaluations.selection().best().map(Evaluation::step).orElse(learner.position().step()));
  }

  private static Duration sinceStart() {
    return Duration.ofMillis(
        System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
