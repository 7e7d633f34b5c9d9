package dev.intermission.operator.observe;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.operator.plan.observation.Lifetime;
import dev.intermission.operator.plan.observation.Lifetime.Hold;
import dev.intermission.operator.plan.observation.Lifetime.Home;
import dev.intermission.operator.resources.Labels;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.Optional;

/** Reads whether a job is being deleted, and looks then at its namespace: one GET. */
final class Lifetimes {
  private final KubernetesClient client;

  Lifetimes(KubernetesClient client) {
    this.client = client;
  }

  Lifetime of(TrainingJob job) {
    var meta = job.getMetadata();
    var deletedAt = Optional.ofNullable(meta.getDeletionTimestamp()).map(Instant::parse);
    var hold = job.hasFinalizer(Labels.PURGE_FINALIZER) ? Hold.OURS : Hold.NONE;
    return new Lifetime(
        deletedAt,
        hold,
        deletedAt.isPresent() && hold == Hold.OURS ? home(meta.getNamespace()) : Home.STAYS);
  }

  private Home home(String namespace) {
    try {
      var found = client.namespaces().withName(namespace).get();
      return found == null || found.getMetadata().getDeletionTimestamp() != null
          ? Home.GOING
          : Home.STAYS;
    } catch (KubernetesClientException refused) {
      // Our rights in a namespace that is being deleted go with it.
      if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) return Home.GOING;
      throw refused;
    }
  }
}
