package dev.intermission.operator.templates;

import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.resources.Refusal;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Puts a refused create into words that name the field of the TrainingJob. Pure. */
public final class Refusals {
  /** What the API server says, under strict validation, of a field that it does not know. */
  private static final Pattern UNKNOWN = Pattern.compile("unknown field \"([^\"]+)\"");

  private static final String SPARED = " Mend it there; what runs goes on meanwhile.";

  private Refusals() {}

  /** Our own rules. */
  public static Verdict of(List<Refusal> refusals) {
    return refusals.isEmpty()
        ? new Verdict.Accepted()
        : new Verdict.Refused(
            refusals.getFirst().reason(),
            refusals.stream().map(Refusal::text).collect(Collectors.joining("; ")));
  }

  /**
   * The API server's answer about {@code childJob}. Only a statement about the spec itself is
   * final: quota, webhooks and time-outs pass (a 403 says nothing about the template).
   */
  public static Verdict of(KubernetesClientException refused, Job childJob, Instant at) {
    return switch (refused.getCode()) {
      case 400, 422 ->
          new Verdict.Refused(
              Refusal.TEMPLATE, new FieldNames(childJob).translate(fields(refused)) + SPARED);
      case 409 ->
          undecided(
              "NameTaken",
              message(refused)
                  + ", and it is not this TrainingJob's: delete it, or give the TrainingJob another"
                  + " name. Nothing of it was touched; it is tried again every few seconds.",
              at);
      case 403 ->
          undecided(
              "CreateForbidden",
              "The API server forbids the child Job: "
                  + message(refused)
                  + " Raise the quota, or mend what the policy names; it is tried again every few"
                  + " seconds.",
              at);
      default ->
          undecided(
              "ApiServerUnavailable",
              "The API server could not judge spec.template: "
                  + message(refused)
                  + " It is asked again every few seconds.",
              at);
    };
  }

  private static Verdict undecided(String reason, String message, Instant at) {
    return new Verdict.Undecided(reason, new Seen<>(message, at));
  }

  private static String fields(KubernetesClientException refused) {
    var unknown =
        UNKNOWN
            .matcher(message(refused))
            .results()
            .map(Refusals::unknown)
            .collect(Collectors.joining("; "));
    if (!unknown.isEmpty()) return unknown + ".";
    return Optional.ofNullable(refused.getStatus())
        .map(status -> status.getDetails())
        .map(details -> details.getCauses())
        .filter(causes -> !causes.isEmpty())
        .map(causes -> causes.stream().map(Refusals::field).collect(Collectors.joining("; ")))
        .map(text -> text + ".")
        .orElseGet(() -> message(refused));
  }

  private static String unknown(MatchResult found) {
    var field = found.group(1);
    var parent = field.replaceAll("\\[\\d+]", "").replaceFirst("\\.[^.]+$", "");
    return "unknown field "
        + field
        + ": correct its spelling or leave it out (kubectl explain "
        + parent.replaceFirst("^spec\\.template", "pod")
        + " lists the fields)";
  }

  /** The child's {@code spec.template.…} is the TrainingJob's field of the same name. */
  private static String field(StatusCause cause) {
    return cause.getField() + ": " + cause.getMessage();
  }

  private static String message(KubernetesClientException refused) {
    return Optional.ofNullable(refused.getStatus())
        .map(status -> status.getMessage())
        .orElseGet(() -> String.valueOf(refused.getMessage()));
  }
}
