package dev.intermission.operator.plan;

/**
 * A Kubernetes Event to be recorded for the TrainingJob, after the status that belongs to it was
 * written. Lost when the operator dies in between: events tell a story, conditions tell the truth.
 *
 * @param reason CamelCase, the same word as in the condition that changed
 * @param message what happened and, for a warning, the field and the remedy
 */
public record JobEvent(Severity severity, String reason, String message) {

  /** The two that Kubernetes knows. */
  public enum Severity {
    NORMAL,
    WARNING
  }

  static JobEvent normal(String reason, String message) {
    return new JobEvent(Severity.NORMAL, reason, message);
  }

  static JobEvent warning(String reason, String message) {
    return new JobEvent(Severity.WARNING, reason, message);
  }
}
