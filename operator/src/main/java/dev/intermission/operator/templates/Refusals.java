package dev.intermission.operator.templates;

import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.resources.Refusal;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Puts a refused create into words that name the field of the TrainingJob. Pure. */
public final class Refusals {
  private Refusals() {}

  /** Our own rules. */
  public static Verdict of(List<Refusal> refusals) {
    return refusals.isEmpty()
        ? new Verdict.Accepted()
        : new Verdict.Refused(
            "TemplateInvalid",
            refusals.stream().map(Refusal::text).collect(Collectors.joining("; ")));
  }

  /**
   * The API server's answer. Only a statement about the spec itself is final: quota, webhooks and
   * time-outs pass (a 403 says nothing about the template).
   */
  public static Verdict of(KubernetesClientException refused, Instant at) {
    return switch (refused.getCode()) {
      case 400, 422 -> new Verdict.Refused("TemplateInvalid", fields(refused));
      case 403 -> undecided("CreateForbidden", refused, at);
      default -> undecided("ApiServerUnavailable", refused, at);
    };
  }

  private static Verdict undecided(String reason, KubernetesClientException refused, Instant at) {
    return new Verdict.Undecided(reason, new Seen<>(message(refused), at));
  }

  private static String fields(KubernetesClientException refused) {
    return Optional.ofNullable(refused.getStatus())
        .map(status -> status.getDetails())
        .map(details -> details.getCauses())
        .filter(causes -> !causes.isEmpty())
        .map(causes -> causes.stream().map(Refusals::field).collect(Collectors.joining("; ")))
        .orElseGet(() -> message(refused));
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
