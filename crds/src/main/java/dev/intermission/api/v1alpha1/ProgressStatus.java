package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What the trainer last reported. Told by a pod: shown, never decided upon. */
public record ProgressStatus(
    @JsonPropertyDescription("The last completed optimizer step.") long step,
    @JsonPropertyDescription("The step at which training ends, if the trainer knows it.")
        Optional<Long> totalSteps,
    @JsonPropertyDescription("The pass over the data, counted from 0.") Optional<Long> epoch,
    @JsonPropertyDescription(
            "What the trainer measures, for example loss; at most 16 values, as text.")
        Map<String, String> metrics,
    @JsonPropertyDescription("How much of totalSteps is done, in percent.")
        Optional<Integer> percent,
    @JsonPropertyDescription("How many seconds the rest will take at the pace seen lately.")
        Optional<Long> remainingSeconds,
    @JsonPropertyDescription("When the trainer reported this.") Instant at,
    @JsonPropertyDescription("The run whose trainer reported this.") Optional<Long> run) {

  public ProgressStatus {
    totalSteps = Absent.ifNull(totalSteps);
    epoch = Absent.ifNull(epoch);
    metrics = metrics == null ? Map.of() : Map.copyOf(metrics);
    percent = Absent.ifNull(percent);
    remainingSeconds = Absent.ifNull(remainingSeconds);
    run = Absent.ifNull(run);
  }
}
