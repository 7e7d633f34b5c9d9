package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.TrainingJob;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.Map;

/**
 * Builds a job's children. Pure: the same input gives the same YAML, which the golden tests pin.
 */
public final class ChildResources {
  private final PodTemplateMerger merger;
  private final String signingKeyId;
  private final Fingerprint fingerprint;

  /**
   * {@code signingKeyId} is the newest key; older pods keep trusting the one in their annotation.
   */
  public ChildResources(AgentSidecar agent, String signingKeyId, Fingerprint fingerprint) {
    this.merger = new PodTemplateMerger(agent);
    this.signingKeyId = signingKeyId;
    this.fingerprint = fingerprint;
  }

  /**
   * The run's Job: all ranks at once, and nothing in it is ever started twice, because a pod that
   * is started again inside a run would claim what its predecessor holds.
   */
  public Job childJob(TrainingJob job, Run run) {
    var workers = job.getSpec().workers();
    return new JobBuilder()
        .withMetadata(
            meta(job, Names.childJob(job, run.number()), Labels.ofChildJob(job, run.number())))
        .editMetadata()
        .addToAnnotations(Labels.FINGERPRINT, fingerprint.of(job.getSpec()))
        .endMetadata()
        .withNewSpec()
        .withSuspend(Labels.isQueued(job) ? true : null) // no pod before Kueue admits it
        .withCompletionMode("Indexed")
        .withParallelism(workers)
        .withCompletions(workers)
        .withBackoffLimit(0)
        .withPodReplacementPolicy("Failed")
        .withNewPodFailurePolicy()
        .addNewRule()
        .withAction("FailJob")
        .addNewOnPodCondition("True", "DisruptionTarget")
        .endRule()
        .endPodFailurePolicy()
        .withTemplate(merger.merge(job, run, signingKeyId))
        .endSpec()
        .build();
  }

  /** Gives ranks names before they are ready: a gang's rendezvous is what makes them ready. */
  public Service service(TrainingJob job) {
    return new ServiceBuilder()
        .withMetadata(meta(job, Names.service(job), Labels.ofJob(job)))
        .withNewSpec()
        .withClusterIP("None")
        .withPublishNotReadyAddresses(true)
        .withSelector(Map.of(Labels.JOB_UID, job.getMetadata().getUid()))
        .endSpec()
        .build();
  }

  private static ObjectMeta meta(TrainingJob job, String name, Map<String, String> labels) {
    return new ObjectMetaBuilder()
        .withNamespace(job.getMetadata().getNamespace())
        .withName(name)
        .withLabels(labels)
        .withOwnerReferences(owner(job))
        .build();
  }

  private static OwnerReference owner(TrainingJob job) {
    return new OwnerReferenceBuilder()
        .withApiVersion(job.getApiVersion())
        .withKind(job.getKind())
        .withName(job.getMetadata().getName())
        .withUid(job.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }
}
