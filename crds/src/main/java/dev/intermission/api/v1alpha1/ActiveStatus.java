package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How long the job has trained, over all its runs. */
public record ActiveStatus(
    @JsonPropertyDescription("Seconds of training until it last stopped; pauses do not count.")
        long seconds,
    @JsonPropertyDescription("Since when it trains now; absent while it does not.")
        Optional<Instant> since) {

  /** Before the first step. */
  public static final ActiveStatus NONE = new ActiveStatus(0, Optional.empty());

  public ActiveStatus {
    since = Absent.ifNull(since);
  }

  /** It trains since {@code at}. */
  public ActiveStatus begun(Instant at) {
    return new ActiveStatus(seconds, Optional.of(at));
  }

  /** It trained until {@code at}. */
  public ActiveStatus ended(Instant at) {
    return new ActiveStatus(total(at).toSeconds(), Optional.empty());
  }

  /** All of it, as of {@code now}; a clock that was set back takes nothing away. */
  public Duration total(Instant now) {
    var running = since.map(begin -> Duration.between(begin, now)).orElse(Duration.ZERO);
    return Duration.ofSeconds(seconds).plus(running.isNegative() ? Duration.ZERO : running);
  }
}
