package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How one run began, kept after its end; the newest ones of a job are. */
public record PastRun(
    @JsonPropertyDescription("The run's number.") long number,
    @JsonPropertyDescription("When the operator decided to start it.") Instant startedAt,
    @JsonPropertyDescription("Why it was started, as in status.run.reason.") String reason,
    @JsonPropertyDescription("The step after which it began; absent when it began at step 0.")
        Optional<Long> fromStep,
    @JsonPropertyDescription("The spec.overrides that it was started with.")
        Map<String, String> overrides,
    @JsonPropertyDescription(
            "What of spec.overrides was other than for the run before, for example learningRate:"
                + " 0.002 -> 0.001.")
        List<String> changed) {

  public PastRun {
    fromStep = Absent.ifNull(fromStep);
    overrides =
        Collections.unmodifiableMap(overrides == null ? new TreeMap<>() : new TreeMap<>(overrides));
    changed = changed == null ? List.of() : List.copyOf(changed);
  }
}
