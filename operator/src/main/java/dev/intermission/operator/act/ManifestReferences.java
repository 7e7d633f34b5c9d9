package dev.intermission.operator.act;

import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.RollbackStatus;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which manifests the TrainingJobs of a namespace speak of. Read from the API server each time,
 * because a cache could miss the receipt or rollback that was written a moment ago.
 */
public final class ManifestReferences {
  private static final String FOLDER = "/manifests/";

  private final KubernetesClient client;

  public ManifestReferences(KubernetesClient client) {
    this.client = client;
  }

  /** Names as below {@code manifests/}; forks refer to other jobs' manifests, so all jobs count. */
  Set<String> in(String namespace) {
    return client.resources(TrainingJob.class).inNamespace(namespace).list().getItems().stream()
        .flatMap(ManifestReferences::of)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<String> of(TrainingJob job) {
    var status = job.getStatus();
    var imported = job.getSpec().resumeFrom().flatMap(from -> from.uri());
    return Stream.concat(
        Stream.of(
                status.run().flatMap(RunStatus::resumedFrom),
                status.resumeFrom().flatMap(RollbackStatus::checkpoint))
            .flatMap(Optional::stream)
            .map(ManifestStatus::manifest),
        Stream.concat(addresses(status).stream(), imported.stream())
            .filter(uri -> uri.contains(FOLDER))
            .map(uri -> uri.substring(uri.lastIndexOf('/') + 1)));
  }

  private static List<String> addresses(TrainingJobStatus status) {
    return Stream.of(
            status.checkpoint().map(checkpoint -> checkpoint.uri()),
            status.pause().flatMap(pause -> pause.receipt()).map(receipt -> receipt.uri()))
        .flatMap(Optional::stream)
        .toList();
  }
}
