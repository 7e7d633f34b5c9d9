package dev.intermission.operator;

import dev.intermission.operator.config.Leadership;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This replica's part in leader election, which spares work and guards nothing: status writes are
 * locked and HEAD is swapped, so that two leaders do no harm.
 */
final class Leader {
  private static final Logger log = LoggerFactory.getLogger(Leader.class);
  private static final String LEASE = "intermission-operator";

  private final KubernetesClient client;
  private final Leadership leadership;
  private final Runnable lost;
  private volatile boolean stopping;
  private volatile boolean over;

  /** {@code lost} ends the process: its caches may be behind those of the new leader. */
  Leader(KubernetesClient client, Leadership leadership, Runnable lost) {
    this.client = client;
    this.leadership = leadership;
    this.lost = lost;
  }

  /** For the framework, which by itself would call System.exit inside the shutdown hook (hang). */
  Optional<LeaderElectionConfiguration> election() {
    return leadership
        .election()
        .map(
            election ->
                LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                    .withLeaseNamespace(election.namespace())
                    .withIdentity(election.identity())
                    .withExitOnStopLeading(false)
                    .withLeaderCallbacks(
                        new LeaderCallbacks(
                            () -> log.info("this replica leads"), this::onLost, _ -> {}))
                    .build());
  }

  /** From now on, no longer leading is no accident. */
  void stopping() {
    stopping = true;
  }

  /** Whether it leads or can still become leader. */
  boolean alive() {
    return !over;
  }

  /** Lets a successor start at once instead of after the lease's 15 s. */
  void release() {
    leadership.election().ifPresent(this::release);
  }

  private void release(Leadership.Election election) {
    try {
      var lease = client.leases().inNamespace(election.namespace()).withName(LEASE);
      var held = lease.get();
      if (held != null && election.identity().equals(held.getSpec().getHolderIdentity())) {
        var free =
            new LeaseBuilder(held)
                .editSpec()
                .withHolderIdentity("")
                .withLeaseDurationSeconds(1)
                .endSpec()
                .build();
        client.resource(free).update(); // carries the resourceVersion: a new holder stays
      }
    } catch (KubernetesClientException unreachable) {
      log.atInfo().setCause(unreachable).log("the lease was not released; it runs out by itself");
    }
  }

  private void onLost() {
    if (!stopping) {
      over = true;
      log.warn("the lease was lost: this replica ends and its successor goes on");
      lost.run();
    }
  }
}
