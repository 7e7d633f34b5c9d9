package dev.intermission.operator.act;

import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.resources.ChildResources;
import dev.intermission.operator.resources.Run;
import dev.intermission.operator.resources.StorageAccess;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Creates child Jobs and Services under their deterministic names. Thread-safe. */
public final class Children {
  private final KubernetesClient client;
  private final ChildResources resources;
  private final Supplier<String> drainTokens;

  /** {@code drainTokens} are random; the first create of a run decides which one it has. */
  public Children(KubernetesClient client, ChildResources resources, Supplier<String> drainTokens) {
    this.client = client;
    this.resources = resources;
    this.drainTokens = drainTokens;
  }

  /** The child Job that this spec would get, for a dry run. */
  Job preview(TrainingJob job, StorageAccess storage) {
    return resources.childJob(job, new Run(0, Optional.empty(), storage, "preview", Duration.ZERO));
  }

  /** The run's Job, to be created. */
  Job childJob(
      TrainingJob job,
      long run,
      Optional<ManifestStatus> restore,
      StorageAccess storage,
      Duration grace) {
    return resources.childJob(job, new Run(run, restore, storage, drainTokens.get(), grace));
  }

  /** The Job exists afterwards. */
  void createJob(TrainingJob job, Job childJob) {
    ensure(job, childJob);
  }

  /** The Service exists afterwards. */
  void ensureService(TrainingJob job) {
    ensure(job, resources.service(job));
  }

  private void ensure(TrainingJob job, HasMetadata child) {
    try {
      client.resource(child).create();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != HttpURLConnection.HTTP_CONFLICT || !isOurs(job, child)) {
        throw refused;
      }
    }
  }

  /** Under a deterministic name, ours is the very one that was wanted. */
  private boolean isOurs(TrainingJob job, HasMetadata child) {
    var found = client.resource(child).get();
    return found != null
        && found.getMetadata().getOwnerReferences().stream()
            .map(OwnerReference::getUid)
            .anyMatch(uid -> Objects.equals(uid, job.getMetadata().getUid()));
  }
}
