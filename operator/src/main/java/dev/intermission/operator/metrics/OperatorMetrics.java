package dev.intermission.operator.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;

/** The operator's meters; thread-safe. Names are listed in docs/operations.md. */
public final class OperatorMetrics {
  private static final Duration[] PAUSE_BUCKETS = {
    Duration.ofSeconds(1),
    Duration.ofSeconds(2),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5),
    Duration.ofMinutes(30)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Timer paused =
      histogram("intermission.pause", "from the request to compute gone, or held in place");
  private final Timer resumed =
      histogram("intermission.resume", "from the new run to its first step");

  /** Registers the JVM's and the process's own meters. */
  public OperatorMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    Gauge.builder("process.resident.memory", ResidentMemory::bytes)
        .baseUnit("bytes")
        .register(registry);
  }

  /**
   * A pause reached its end: compute was released, or held in place, {@code took} after the
   * request.
   */
  public void paused(Duration took) {
    paused.record(took);
  }

  /** A resume was proven: the first new step came {@code took} after the run was decided. */
  public void resumed(Duration took) {
    resumed.record(took);
  }

  /** One reconcile; {@code outcome} is one of a handful of words. */
  public void reconciled(String outcome, Duration took) {
    timer("intermission.reconcile", Tags.of("outcome", outcome)).record(took);
  }

  /** One piece of work in S3, for example a verification, which is many requests. */
  public void stored(String work, String outcome, Duration took) {
    timer("intermission.s3.work", Tags.of("work", work, "outcome", outcome)).record(took);
  }

  /** One request to an agent. */
  public void agentCalled(String outcome, Duration took) {
    timer("intermission.agent.calls", Tags.of("outcome", outcome)).record(took);
  }

  /** One answer of the API server; proves how few calls an idle operator makes. */
  public void apiServerAnswered(String method, int status) {
    registry
        .counter("intermission.api.calls", "method", method, "status", status / 100 + "xx")
        .increment();
  }

  /** A deletion was let go; {@code end} is one of a handful of words. */
  public void letGo(String end) {
    registry.counter("intermission.purges", "end", end).increment();
  }

  /** Publishes how many jobs are in {@code phase}, computed when somebody scrapes. */
  public void countJobs(String phase, Supplier<Number> count) {
    Gauge.builder("intermission.jobs", count).tag("phase", phase).register(registry);
  }

  /** The page that Prometheus reads. */
  public String scrape() {
    return registry.scrape();
  }

  private Timer timer(String name, Tags tags) {
    return Timer.builder(name).tags(tags).register(registry);
  }

  private Timer histogram(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(PAUSE_BUCKETS)
        .register(registry);
  }
}
