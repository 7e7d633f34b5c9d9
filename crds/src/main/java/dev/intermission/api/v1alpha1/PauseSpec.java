package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.Objects;

/** What a pause does, and what happens when it cannot save. */
public record PauseSpec(
    @Default("Fresh")
        @JsonPropertyDescription(
            "Fresh saves a new checkpoint and loses nothing; Latest releases at once and goes back"
                + " to the newest verified one.")
        PauseCheckpoint checkpoint,
    @Default("10m")
        @DurationField
        @ValidationRule(value = DurationField.RULE, message = DurationField.MESSAGE)
        @JsonPropertyDescription("How long saving and verifying may take, for example 10m.")
        Duration timeout,
    @Default("KeepRunning")
        @JsonPropertyDescription(
            "When the pause cannot save: KeepRunning goes on training and tries again; UseLatest"
                + " releases and records the lost steps.")
        PauseFailure onFailure,
    @Default("Attested")
        @JsonPropertyDescription(
            "How the checkpoint is verified: Attested compares the checksums that the store"
                + " reports; Read reads every byte back.")
        Verify verify) {

  /** What an absent {@code spec.pause} means. */
  public static final PauseSpec DEFAULT =
      new PauseSpec(
          PauseCheckpoint.FRESH,
          Duration.ofMinutes(10),
          PauseFailure.KEEP_RUNNING,
          Verify.ATTESTED);

  public PauseSpec {
    checkpoint = Objects.requireNonNullElse(checkpoint, PauseCheckpoint.FRESH);
    timeout = Objects.requireNonNullElseGet(timeout, () -> Duration.ofMinutes(10));
    onFailure = Objects.requireNonNullElse(onFailure, PauseFailure.KEEP_RUNNING);
    verify = Objects.requireNonNullElse(verify, Verify.ATTESTED);
  }
}
