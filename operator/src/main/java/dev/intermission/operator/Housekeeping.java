package dev.intermission.operator;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.agents.AgentReports;
import dev.intermission.operator.metrics.OperatorMetrics;
import dev.intermission.operator.observe.Observer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Drops what is remembered about jobs and pods that are gone; without it memory would only grow.
 * Forgetting too early is harmless: everything remembered can be asked for again.
 */
final class Housekeeping implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMinutes(5);

  private final Observer observer;
  private final AgentReports agents;
  private final EventSources sources;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("housekeeping").factory());

  Housekeeping(Observer observer, AgentReports agents, EventSources sources) {
    this.observer = observer;
    this.agents = agents;
    this.sources = sources;
  }

  /** Begins; nothing is dropped before the first interval is over, when the caches are full. */
  Housekeeping start() {
    timer.scheduleWithFixedDelay(
        this::forget, EVERY.toMinutes(), EVERY.toMinutes(), TimeUnit.MINUTES);
    return this;
  }

  /** Shows how many jobs are in each phase. */
  void publishPhases(OperatorMetrics metrics) {
    for (var phase : Phase.values()) {
      metrics.countJobs(
          phase.name().toLowerCase(Locale.ROOT),
          () -> sources.jobs().filter(job -> job.getStatus().phase() == phase).count());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void forget() {
    observer.keepOnlyJobs(
        sources.jobs().map(Housekeeping::uid).collect(Collectors.toUnmodifiableSet()));
    agents.keepOnly(sources.podUids());
  }

  private static String uid(TrainingJob job) {
    return job.getMetadata().getUid();
  }
}
