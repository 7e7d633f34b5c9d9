package dev.intermission.operator.events;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** Whether the API server refuses a create because the namespace is being deleted. */
public final class Terminating {
  private static final String CAUSE = "NamespaceTerminating";

  private Terminating() {}

  /** By the cause that the API server itself states; a quota's refusal is a 403 too. */
  public static boolean isCauseOf(KubernetesClientException refused) {
    return Optional.ofNullable(refused.getStatus())
        .map(Status::getDetails)
        .map(StatusDetails::getCauses)
        .filter(causes -> causes.stream().anyMatch(cause -> CAUSE.equals(cause.getReason())))
        .isPresent();
  }
}
