package dev.intermission.operator;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Wakes jobs at the time that their plan wished; one alarm a job, the newest counts. Not the
 * framework's own rescheduling: its {@code java.util.Timer} compares wall-clock times, and a clock
 * that is set back by an hour would let every job sleep for an hour. Thread-safe.
 */
final class Alarms implements AutoCloseable {
  private final Map<ResourceID, Future<?>> set = new ConcurrentHashMap<>();
  private final Consumer<ResourceID> wake;
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("alarms").factory());

  Alarms(Consumer<ResourceID> wake) {
    this.wake = wake;
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Replaces the job's alarm. */
  void set(ResourceID job, Duration in) {
    set.compute(
        job,
        (_, old) -> {
          if (old != null) old.cancel(false);
          return timer.schedule(() -> ring(job), in.toMillis(), TimeUnit.MILLISECONDS);
        });
  }

  /** The job needs none: something else will wake it, or it is gone. */
  void cancel(ResourceID job) {
    set.computeIfPresent(
        job,
        (_, old) -> {
          old.cancel(false);
          return null;
        });
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void ring(ResourceID job) {
    set.remove(job); // a newer one that was set just now rings too: one look too many
    wake.accept(job);
  }
}
