package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** What a pause does, and what happens when it cannot save. */
@ValidationRule(
    value = "self.release || self.checkpoint != 'Latest'",
    fieldPath = ".release",
    message =
        "false needs checkpoint: Fresh, because with Latest no trainer saves and holds, so there is"
            + " no pod to keep")
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
        Verify verify,
    @Default("true")
        @JsonPropertyDescription(
            "Set to false to pause in place: once the checkpoint is verified the pods stay, their"
                + " trainers held at that step, for a look inside with kubectl exec; un-paused they"
                + " go on from memory.")
        Boolean release,
    @Default("1h")
        @DurationField
        @ValidationRule(value = DurationField.RULE, message = DurationField.MESSAGE)
        @JsonPropertyDescription(
            "How long a pause in place keeps the pods, for example 1h; then they are released as by"
                + " any other pause.")
        Duration holdLimit,
    @JsonPropertyDescription(
            "The signal that makes the script of checkpoint.watch save; without it a pause waits"
                + " for the script's next checkpoint.")
        Optional<PauseSignal> signal) {

  private static final Duration HOLD_LIMIT = Duration.ofHours(1);

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
    release = Objects.requireNonNullElse(release, true);
    holdLimit = Objects.requireNonNullElse(holdLimit, HOLD_LIMIT);
    signal = Absent.ifNull(signal);
  }

  /** A pause that releases the pods as soon as it is verified. */
  public PauseSpec(
      PauseCheckpoint checkpoint, Duration timeout, PauseFailure onFailure, Verify verify) {
    this(checkpoint, timeout, onFailure, verify, true, HOLD_LIMIT, Optional.empty());
  }

  /** The same pause, in place: the pods stay for so long. */
  public PauseSpec inPlace(Duration limit) {
    return new PauseSpec(checkpoint, timeout, onFailure, verify, false, limit, signal);
  }

  /** The same pause of a script that saves on {@code signal}. */
  public PauseSpec withSignal(PauseSignal signal) {
    return new PauseSpec(
        checkpoint, timeout, onFailure, verify, release, holdLimit, Optional.of(signal));
  }
}
