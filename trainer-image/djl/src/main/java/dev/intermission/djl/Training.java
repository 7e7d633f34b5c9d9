package dev.intermission.djl;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loop: resume, step, report, finish. */
final class Training {

  private static final Logger LOG = LoggerFactory.getLogger(Training.class);

  /** The data or the settings are at fault, as in sysexits.h: trying again brings the same. */
  static final int NOT_FINITE = 65;

  /** Given up when the heap is full, so that the last boundary can still be written. */
  private static final int RESERVE_BYTES = 4 << 20;

  private final Learner learner;
  private final LearnerCheckpoint state;
  private final TrainingSession session;
  private final int reportEvery;
  private byte[] reserve = new byte[RESERVE_BYTES];
  private double millisPerStep;

  Training(Learner learner, LearnerCheckpoint state, TrainingSession session, int reportEvery) {
    this.learner = learner;
    this.state = state;
    this.session = session;
    this.reportEvery = reportEvery;
  }

  /** Trains to the end or until told to leave; returns the exit code. */
  int run() throws IOException {
    var resumed = session.resume();
    if (resumed.isPresent()) restore(resumed.get());
    try {
      return train();
    } catch (NotFinite failure) {
      LOG.error(failure.getMessage());
      return NOT_FINITE;
    } catch (RuntimeException | OutOfMemoryError failure) {
      reserve = new byte[0];
      rescue(failure);
      throw failure;
    }
  }

  private int train() {
    var first = learner.position().step() + 1;
    while (learner.position().step() < learner.recipe().schedule().totalSteps()) {
      var start = System.nanoTime();
      learner.step();
      millisPerStep = (System.nanoTime() - start) / 1e6;
      var step = learner.position().step();
      if (step == first) began(step);
      if (step % reportEvery == 0) report(step);
      if (session.step(step, learner.epoch(), this::metrics) instanceof Verdict.Leave leave) {
        LOG.info("leaving at step {}: {}", step, leave.reason());
        return leave.why().exitCode();
      }
    }
    return finish();
  }

  /** The steps since the newest checkpoint are kept, whatever it was that ended training. */
  private void rescue(Throwable failure) {
    var step = learner.position().step();
    LOG.error("step {} failed: {}", step + 1, failure.toString());
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

  private void restore(ResumePoint point) throws IOException {
    var verdict = CheckpointFiles.restore(learner, point.directory());
    session.exact(verdict);
    LOG.info("resumed at step {}, {}", point.step(), verdict);
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

  private void report(long step) {
    var accuracy = learner.validate();
    var report = learner.report();
    LOG.info(
        String.format(
            Locale.ROOT,
            "step %d  epoch %.2f  loss %.4f  accuracy %.4f  rate %.6f  %.1f ms a step",
            step,
            learner.epoch(),
            report.loss(),
            accuracy,
            report.learningRate(),
            millisPerStep));
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
    var accuracy = learner.validate();
    var digests = state.digests();
    LOG.info(
        String.format(
            Locale.ROOT, "finished at step %d, validation accuracy %.4f", step, accuracy));
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

  private static Duration sinceStart() {
    return Duration.ofMillis(
        System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
