package dev.intermission.operator.act;

import dev.intermission.api.v1alpha1.CheckpointStatus;
import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Receipt;
import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.api.v1alpha1.RollbackStatus;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which manifests of a job the TrainingJobs of its namespace speak of: its own receipts and resume
 * pointers, and the forks that will start from it. Read from the API server each time, because a
 * cache could miss what was written a moment ago. Whoever refers to it from elsewhere pins.
 */
public final class ManifestReferences {
  private static final String FOLDER = "/manifests/";
  private static final long PAGE = 200;

  private final KubernetesClient client;

  public ManifestReferences(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Names as below {@code manifests/}, and {@link Layout#namePrefix} where only the step is known.
   * One round trip for each {@value #PAGE} jobs of the namespace.
   */
  Set<String> to(JobKey job) {
    var names = new HashSet<String>();
    var next = Optional.<String>empty();
    do {
      var page =
          client
              .resources(TrainingJob.class)
              .inNamespace(job.namespace())
              .list(
                  new ListOptionsBuilder().withLimit(PAGE).withContinue(next.orElse(null)).build());
      page.getItems().forEach(other -> of(other, job).forEach(names::add));
      next =
          Optional.ofNullable(page.getMetadata().getContinue()).filter(token -> !token.isEmpty());
    } while (next.isPresent());
    return names;
  }

  private static Stream<String> of(TrainingJob other, JobKey job) {
    if (other.getMetadata().getUid().equals(job.uid())) return own(other);
    return other.getSpec().resumeFrom().filter(_ -> !hasItsOwn(other)).stream()
        .flatMap(from -> Stream.concat(wanted(from, Optional.of(job.name())), found(other)));
  }

  private static Stream<String> own(TrainingJob job) {
    var status = job.getStatus();
    var receipt = status.pause().flatMap(PauseStatus::receipt).map(Receipt::uri);
    var addresses =
        Stream.of(status.checkpoint().map(CheckpointStatus::uri), receipt)
            .flatMap(Optional::stream)
            .map(ManifestReferences::name);
    var from = status.run().flatMap(RunStatus::resumedFrom).map(ManifestStatus::manifest);
    var rollback = job.getSpec().resumeFrom().filter(wish -> !applied(job, wish));
    return Stream.of(
            addresses,
            from.stream(),
            found(job),
            rollback.stream().flatMap(wish -> wanted(wish, Optional.empty())))
        .flatMap(names -> names);
  }

  /** What a {@code resumeFrom} that was understood came to mean. */
  private static Stream<String> found(TrainingJob job) {
    return job.getStatus().resumeFrom().flatMap(RollbackStatus::checkpoint).stream()
        .map(ManifestStatus::manifest);
  }

  private static Stream<String> wanted(ResumeFrom from, Optional<String> ofJob) {
    var step = from.step().filter(_ -> from.job().equals(ofJob)).map(Layout::namePrefix);
    var address = from.uri().filter(uri -> uri.contains(FOLDER)).map(ManifestReferences::name);
    return Stream.concat(step.stream(), address.stream());
  }

  /** Applied once, {@code resumeFrom} may stay in a spec for ever and means nothing any more. */
  private static boolean applied(TrainingJob job, ResumeFrom wish) {
    return job.getStatus()
        .resumeFrom()
        .filter(seen -> seen.resumeFrom().equals(wish) && seen.appliedInRun().isPresent())
        .isPresent();
  }

  /** A fork with a verified checkpoint of its own does not need the one it started from. */
  private static boolean hasItsOwn(TrainingJob fork) {
    return fork.getStatus()
        .checkpoint()
        .filter(known -> known.uri().contains("/" + fork.getMetadata().getUid() + FOLDER))
        .isPresent();
  }

  static String name(String uri) {
    return uri.substring(uri.lastIndexOf('/') + 1);
  }
}
