package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One verdict about a job, in the form that Kubernetes' tools know. */
public record Condition(
    @JsonPropertyDescription("What the verdict is about.") ConditionType type,
    @JsonPropertyDescription("True, False or Unknown.") ConditionStatus status,
    @JsonPropertyDescription("The cause in one CamelCase word.") String reason,
    @JsonPropertyDescription("What happened, what was spared, and what to do.") String message,
    @JsonPropertyDescription("The generation of the spec that the verdict is about.")
        Optional<Long> observedGeneration,
    @JsonPropertyDescription("When the status last changed.") Instant lastTransitionTime) {

  public Condition {
    message = message == null ? "" : message;
    observedGeneration = Absent.ifNull(observedGeneration);
  }

  /**
   * {@code conditions} with this one set: in its old place when the type is there, else at the end.
   * The time of the last transition is kept when the status is the same, as Kubernetes does.
   */
  List<Condition> in(List<Condition> conditions) {
    var result = new ArrayList<Condition>(conditions.size() + 1);
    var placed = false;
    for (var old : conditions) {
      result.add(old.type == type ? after(old) : old);
      placed |= old.type == type;
    }
    if (!placed) result.add(this);
    return List.copyOf(result);
  }

  private Condition after(Condition old) {
    var since = old.status == status ? old.lastTransitionTime : lastTransitionTime;
    return new Condition(type, status, reason, message, observedGeneration, since);
  }
}
