package dev.intermission.operator.observe;

import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Believes that the child Job of the recorded run is gone only after the API server said so. The
 * informer's index loses entries for a moment (fabric8 #7265, in 7.5.2), and a Job that seems
 * deleted would cost a run. Keeps nothing: which Job must be there stands in {@code status.run}, so
 * that a new process knows it too.
 */
final class RecordedChildJob {
  private final KubernetesClient client;

  RecordedChildJob(KubernetesClient client) {
    this.client = client;
  }

  /**
   * {@code cached} and the recorded child Job, if only the API server still has it: at most one
   * GET.
   */
  List<Job> complete(TrainingJob job, Collection<Job> cached) {
    var recorded =
        Optional.ofNullable(job.getStatus())
            .flatMap(status -> status.run())
            .filter(run -> run.jobUid().isPresent());
    var missing = recorded.filter(run -> cached.stream().noneMatch(child -> is(child, run)));
    return Stream.concat(
            cached.stream(),
            missing.flatMap(run -> live(job.getMetadata().getNamespace(), run)).stream())
        .toList();
  }

  private Optional<Job> live(String namespace, RunStatus run) {
    return Optional.ofNullable(
            client.batch().v1().jobs().inNamespace(namespace).withName(run.job()).get())
        .filter(child -> is(child, run));
  }

  private static boolean is(Job child, RunStatus run) {
    return run.jobUid().filter(child.getMetadata().getUid()::equals).isPresent();
  }
}
