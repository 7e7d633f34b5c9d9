package dev.intermission.operator.templates;

import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.time.Clock;

/** Asks the API server whether it would take a Job. */
public final class DryRun {
  private final KubernetesClient client;
  private final Clock clock;

  public DryRun(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * One round trip; creates nothing. A generated name keeps a Job that exists out of the answer.
   * Validation is strict: the CRD keeps whatever stands in a container, so this is where a misspelt
   * field is noticed, before a run without it wastes a night.
   */
  public Verdict ask(Job childJob) {
    var nameless =
        new JobBuilder(childJob)
            .editMetadata()
            .withName(null)
            .withGenerateName(childJob.getMetadata().getName() + "-")
            .endMetadata()
            .build();
    try {
      client.resource(nameless).dryRun().fieldValidation(Validation.STRICT).create();
      return new Verdict.Accepted();
    } catch (KubernetesClientException refused) {
      return Refusals.of(refused, childJob, clock.instant());
    }
  }
}
