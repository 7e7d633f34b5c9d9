package dev.intermission.operator.act;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.logging.LogKeys;
import dev.intermission.operator.metrics.OperatorMetrics;
import dev.intermission.operator.plan.PurgeEnd;
import dev.intermission.operator.resources.Labels;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our finalizer on a TrainingJob: the one thing outside of status that the operator writes there.
 * Read live, and patched with the uid and resourceVersion that were read, so that finalizers of
 * others stay as they are.
 */
public final class Finalizers {
  private static final Logger log = LoggerFactory.getLogger(Finalizers.class);

  private final KubernetesClient client;
  private final OperatorMetrics metrics;

  public Finalizers(KubernetesClient client, OperatorMetrics metrics) {
    this.client = client;
    this.metrics = metrics;
  }

  /** The job has it afterwards, if it is there and nobody deletes it. */
  void hold(TrainingJob job) {
    var live = live(job);
    if (live.isEmpty() || live.get().isMarkedForDeletion()) return; // too late to hold it
    if (live.get().hasFinalizer(Labels.PURGE_FINALIZER)) return;
    var finalizers = new ArrayList<>(live.get().getFinalizers());
    finalizers.add(Labels.PURGE_FINALIZER);
    patch(live.get(), finalizers);
  }

  /**
   * The job is without it afterwards, unless somebody wishes something else of it by now than what
   * was looked at: {@code onDelete} may be Purge again, and a deletion would not wait. The last
   * finalizer's end is the job's.
   */
  void letGo(TrainingJob job, PurgeEnd end) {
    var live =
        live(job)
            .filter(found -> found.hasFinalizer(Labels.PURGE_FINALIZER))
            .filter(found -> generation(found).equals(generation(job)));
    if (live.isEmpty()) return;
    var others =
        live.get().getFinalizers().stream()
            .filter(name -> !name.equals(Labels.PURGE_FINALIZER))
            .toList();
    if (!patch(live.get(), others)) return;
    var word = end.name().toLowerCase(Locale.ROOT);
    metrics.letGo(word);
    log.atInfo()
        .addKeyValue(LogKeys.NAMESPACE, job.getMetadata().getNamespace())
        .addKeyValue(LogKeys.JOB, job.getMetadata().getName())
        .addKeyValue(LogKeys.REASON, word)
        .log("the job's finalizer is removed");
  }

  private static Long generation(TrainingJob job) {
    return job.getMetadata().getGeneration();
  }

  private Optional<TrainingJob> live(TrainingJob job) {
    return Optional.ofNullable(client.resource(job).get())
        .filter(found -> found.getMetadata().getUid().equals(job.getMetadata().getUid()));
  }

  /** False if the job changed meanwhile, or is gone: the next pass looks again. */
  private boolean patch(TrainingJob live, List<String> finalizers) {
    var meta = live.getMetadata();
    var patch =
        Map.of(
            "metadata",
            Map.of(
                "uid", meta.getUid(),
                "resourceVersion", meta.getResourceVersion(),
                "finalizers", finalizers));
    try {
      client
          .resource(live)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              client.getKubernetesSerialization().asJson(patch));
      return true;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT
          || refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) return false;
      throw refused;
    }
  }
}
