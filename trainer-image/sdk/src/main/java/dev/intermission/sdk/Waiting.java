package dev.intermission.sdk;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for a file to say something. Looks every few milliseconds: the other side may be written in
 * any language, so a file is all there is to listen to, and a {@code stat} costs two microseconds.
 */
final class Waiting {

  private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
  private static final Duration BETWEEN_NOTICES = Duration.ofSeconds(10);

  private final String purpose;

  Waiting(String purpose) {
    this.purpose = purpose;
  }

  /** The first answer of {@code look}; says every ten seconds what it waits for. */
  <T> T until(Supplier<Optional<T>> look) {
    return until(look, Duration.ofNanos(Long.MAX_VALUE)).orElseThrow();
  }

  /** As {@link #until(Supplier)}, or empty after {@code limit}. */
  <T> Optional<T> until(Supplier<Optional<T>> look, Duration limit) {
    var start = System.nanoTime();
    var noticed = Duration.ZERO;
    while (true) {
      var answer = look.get();
      if (answer.isPresent()) return answer;
      var waited = Duration.ofNanos(System.nanoTime() - start);
      if (waited.compareTo(limit) >= 0) return Optional.empty();
      if (waited.minus(noticed).compareTo(BETWEEN_NOTICES) >= 0) {
        noticed = waited;
        LOG.atInfo()
            .addKeyValue(LogKeys.WAITED_SECONDS, waited.toSeconds())
            .log("still waiting for " + purpose);
      }
      if (Thread.currentThread().isInterrupted())
        throw new IllegalStateException("Interrupted while waiting for " + purpose);
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }
}
