package dev.intermission.operator.act;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.resources.Labels;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The two deletes of a release, with every option spelled out: the client's own delete has no uid
 * precondition, and the API server's default for a Job orphans its pods (design review, 22).
 */
public final class Deletions {
  private final KubernetesClient client;

  public Deletions(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Deletes the run's pods in one request. Must be their first delete: a later, shorter grace has
   * no effect (design review, 19).
   */
  public void pods(String namespace, String jobUid, long run, Duration grace) {
    var options = new DeleteOptionsBuilder().withGracePeriodSeconds(grace.toSeconds()).build();
    delete(
        "/api/v1/namespaces/" + namespace + "/pods?labelSelector=" + selector(jobUid, run),
        options);
  }

  /** Deletes exactly this Job, and after it whatever pods it still has. Gone already is success. */
  public void childJob(String namespace, String name, String uid) {
    var options =
        new DeleteOptionsBuilder()
            .withPropagationPolicy("Background")
            .withNewPreconditions()
            .withUid(uid)
            .endPreconditions()
            .build();
    delete("/apis/batch/v1/namespaces/" + namespace + "/jobs/" + name, options);
  }

  /**
   * Deletes the TrainingJob as its owner would, children in the background; not if anybody changed
   * it meanwhile, since that may be a wish to keep it.
   */
  public void trainingJob(TrainingJob job) {
    var meta = job.getMetadata();
    var options =
        new DeleteOptionsBuilder()
            .withPropagationPolicy("Background")
            .withNewPreconditions()
            .withUid(meta.getUid())
            .withResourceVersion(meta.getResourceVersion())
            .endPreconditions()
            .build();
    delete(
        "/apis/%s/namespaces/%s/trainingjobs/%s"
            .formatted(job.getApiVersion(), meta.getNamespace(), meta.getName()),
        options);
  }

  private void delete(String path, DeleteOptions options) {
    try {
      client.raw(path, "DELETE", options);
    } catch (KubernetesClientException refused) {
      // 404: gone. 409: another object has that name by now, and ours is gone
      if (refused.getCode() != HttpURLConnection.HTTP_NOT_FOUND
          && refused.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw refused;
      }
    }
  }

  private static String selector(String jobUid, long run) {
    var text =
        Labels.selectRun(jobUid, run).entrySet().stream()
            .map(Map.Entry::toString)
            .sorted()
            .collect(Collectors.joining(","));
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
