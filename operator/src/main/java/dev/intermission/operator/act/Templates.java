package dev.intermission.operator.act;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.events.Terminating;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.templates.DryRun;
import dev.intermission.operator.templates.Refusals;
import dev.intermission.operator.templates.TemplateVerdicts;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * Finds out whether a spec's child Job can be created, and remembers the answer for the next pass.
 */
public final class Templates {
  private final DryRun dryRun;
  private final TemplateVerdicts verdicts;
  private final Clock clock;
  private final Consumer<TrainingJob> wake;

  /** {@code wake} lets the job be reconciled with the new verdict. */
  public Templates(
      DryRun dryRun, TemplateVerdicts verdicts, Clock clock, Consumer<TrainingJob> wake) {
    this.dryRun = dryRun;
    this.verdicts = verdicts;
    this.clock = clock;
    this.wake = wake;
  }

  void check(TrainingJob job, String fingerprint, Job childJob) {
    tell(job, fingerprint, dryRun.ask(childJob));
  }

  /**
   * Runs a real create; what refuses it is a verdict too, and no error of this operator. So is its
   * success: what stood in the way before does no longer.
   */
  void real(TrainingJob job, String fingerprint, Job childJob, Consumer<Job> create) {
    try {
      create.accept(childJob);
      verdicts.put(job.getMetadata().getUid(), fingerprint, new Verdict.Accepted());
    } catch (KubernetesClientException refused) {
      tell(job, fingerprint, Refusals.of(refused, childJob, clock.instant()));
    }
  }

  /**
   * Creates what the child Job cannot do without. A refusal is a verdict, and goes on to the caller
   * too: nothing that needs it may be created.
   */
  void first(TrainingJob job, String fingerprint, Job childJob, Runnable create) {
    try {
      create.run();
    } catch (KubernetesClientException refused) {
      tell(job, fingerprint, Refusals.of(refused, childJob, clock.instant()));
      if (!Terminating.isCauseOf(refused)) throw refused; // then nothing else is created either
    }
  }

  private void tell(TrainingJob job, String fingerprint, Verdict verdict) {
    verdicts.put(job.getMetadata().getUid(), fingerprint, verdict);
    wake.accept(job);
  }
}
