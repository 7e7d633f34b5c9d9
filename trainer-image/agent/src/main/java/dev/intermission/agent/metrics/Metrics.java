package dev.intermission.agent.metrics;

import dev.intermission.agent.state.Durable;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.UploadPlan;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The agent's numbers in Prometheus' text form. Thread-safe. */
public final class Metrics {

  /** Of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String PREFIX = "intermission.agent.";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Timer saves = registry.timer(PREFIX + "save");
  private final Timer restores = registry.timer(PREFIX + "restore");
  private final AtomicLong restoredBytes = new AtomicLong();

  /** Numbers of the facts that {@code newest} gives. */
  public Metrics(Supplier<Facts> newest, InstantSource clock) {
    gauge(
        "durable.step", newest, facts -> facts.uploads().durable().map(Durable::step).orElse(-1L));
    gauge("upload.lag.seconds", newest, facts -> lagSeconds(facts, clock));
    gauge(
        "held",
        newest,
        facts -> facts.seen().progress().flatMap(p -> p.held()).isPresent() ? 1 : 0);
    gauge("fenced", newest, facts -> facts.tenure().fenced() ? 1 : 0);
    Gauge.builder(PREFIX + "restored.bytes", restoredBytes::get).register(registry);
  }

  /** A checkpoint became durable. */
  public void saved(Duration took, long bytes, long sentBytes) {
    saves.record(took);
    registry.counter(PREFIX + "saved.bytes").increment(bytes);
    registry.counter(PREFIX + "sent.bytes").increment(sentBytes);
  }

  /** An attempt to save failed. */
  public void saveFailed(String reason) {
    registry.counter(PREFIX + "save.failures", "reason", reason).increment();
  }

  /** The checkpoint to start from is complete in {@code resume/}. */
  public void restored(Duration took, long bytes) {
    restores.record(took);
    restoredBytes.set(bytes);
  }

  /** All of it, as Prometheus reads it. */
  public byte[] scrape() {
    return registry.scrape().getBytes(StandardCharsets.UTF_8);
  }

  private void gauge(String name, Supplier<Facts> newest, ToDoubleFunction<Facts> value) {
    Gauge.builder(PREFIX + name, newest, facts -> value.applyAsDouble(facts.get()))
        .strongReference(true) // a gauge of something that only we remember would turn to NaN
        .register(registry);
  }

  /** Age of the complete folder that is not durable yet; 0 when there is none. */
  private static double lagSeconds(Facts facts, InstantSource clock) {
    return facts
        .uploads()
        .inFlight()
        .or(() -> UploadPlan.next(facts))
        .map(waiting -> Duration.between(waiting.folder().completedAt(), clock.instant()))
        .map(lag -> Math.max(lag.toMillis(), 0) / 1000.0)
        .orElse(0.0);
  }
}
