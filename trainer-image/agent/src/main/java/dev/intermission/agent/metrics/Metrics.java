package dev.intermission.agent.metrics;

import dev.intermission.agent.state.Durable;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.UploadPlan;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The agent's numbers in Prometheus' text form. Written by hand: a dozen numbers do not pay for a
 * library's megabytes in every worker. Thread-safe.
 */
public final class Metrics {

  /** Of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<Facts> newest;
  private final InstantSource clock;
  private final Map<String, Long> failuresByReason = new TreeMap<>();
  private Sum saves = Sum.NONE;
  private Sum restores = Sum.NONE;
  private long savedBytes;
  private long sentBytes;
  private long restoredBytes;

  /** Numbers of the facts that {@code newest} gives. */
  public Metrics(Supplier<Facts> newest, InstantSource clock) {
    this.newest = newest;
    this.clock = clock;
  }

  private record Sum(long count, Duration total) {
    static final Sum NONE = new Sum(0, Duration.ZERO);

    Sum and(Duration one) {
      return new Sum(count + 1, total.plus(one));
    }
  }

  /** A checkpoint became durable. */
  public synchronized void saved(Duration took, long bytes, long sent) {
    saves = saves.and(took);
    savedBytes += bytes;
    sentBytes += sent;
  }

  /** An attempt to save failed. */
  public synchronized void saveFailed(String reason) {
    failuresByReason.merge(reason, 1L, Long::sum);
  }

  /** The checkpoint to start from is complete in {@code resume/}. */
  public synchronized void restored(Duration took, long bytes) {
    restores = restores.and(took);
    restoredBytes = bytes;
  }

  /** All of it, as Prometheus reads it. */
  public synchronized byte[] scrape() {
    var facts = newest.get();
    var text = new Exposition();
    text.gauge(
        "durable_step",
        "Step of the newest checkpoint in S3; -1 when there is none.",
        facts.uploads().durable().map(Durable::step).orElse(-1L));
    text.gauge(
        "upload_lag_seconds",
        "Age of the complete checkpoint that is not in S3 yet.",
        lagSeconds(facts));
    text.gauge("held", "1 while the trainer waits at a step boundary.", flag(held(facts)));
    text.gauge("fenced", "1 when this pod may not write any more.", flag(facts.tenure().fenced()));
    text.summary(
        "save_seconds", "From complete folder to commit.", saves.count(), seconds(saves.total()));
    text.summary(
        "restore_seconds",
        "Download of the checkpoint.",
        restores.count(),
        seconds(restores.total()));
    text.counter("saved_bytes_total", "Bytes of all checkpoints committed.", savedBytes);
    text.counter("sent_bytes_total", "Bytes of them that had to be sent.", sentBytes);
    text.gauge("restored_bytes", "Bytes of the checkpoint restored.", restoredBytes);
    text.counters(
        "save_failures_total", "Attempts to save that failed.", "reason", failuresByReason);
    return text.bytes();
  }

  private double lagSeconds(Facts facts) {
    return facts
        .uploads()
        .inFlight()
        .or(() -> UploadPlan.next(facts))
        .map(waiting -> Duration.between(waiting.folder().completedAt(), clock.instant()))
        .map(lag -> Math.max(seconds(lag), 0))
        .orElse(0.0);
  }

  private static boolean held(Facts facts) {
    return facts.seen().progress().flatMap(progress -> progress.held()).isPresent();
  }

  private static double flag(boolean value) {
    return value ? 1 : 0;
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
