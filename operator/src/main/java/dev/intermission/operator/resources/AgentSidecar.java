package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.control.AgentEnvironment;
import dev.intermission.control.AgentPaths;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The agent's container: a native sidecar, so that it is there before the trainer and outlives it.
 *
 * @param image the same for all jobs
 * @param publicKeys {@code keyid=base64,...}: whose requests it obeys
 */
public record AgentSidecar(String image, String publicKeys) {
  /**
   * A hold outlives the pause that asked for it by this much, then the trainer goes on by itself.
   */
  private static final Duration HOLD_MARGIN = Duration.ofMinutes(5);

  private static final BigDecimal OWN_MEMORY_LIMIT = new BigDecimal(192L << 20);

  Container of(TrainingJob job, Run run, Identity identity, long graceSeconds) {
    var agent =
        new ContainerBuilder()
            .withName(Names.AGENT)
            .withImage(image)
            .withRestartPolicy("Always")
            .addNewPort()
            .withName(Names.AGENT)
            .withContainerPort(AgentEnvironment.DEFAULT_PORT)
            .withProtocol("TCP")
            .endPort()
            .withEnv(environment(job, run, graceSeconds))
            .addNewVolumeMount()
            .withName(Names.VOLUME)
            .withMountPath(AgentEnvironment.DEFAULT_DIR)
            .endVolumeMount()
            .addAllToVolumeMounts(StorageVolumes.mounts(run.storage()))
            // Startup probe for a script only: a trainer's imports overlap with the restore, and
            // its library waits
            .withNewLivenessProbe()
            .withNewHttpGet()
            .withPath(AgentPaths.LIVE)
            .withNewPort(Names.AGENT)
            .endHttpGet()
            .withInitialDelaySeconds(10)
            .withPeriodSeconds(10)
            .withTimeoutSeconds(5)
            .withFailureThreshold(6)
            .endLivenessProbe()
            .withResources(resources(job))
            .withSecurityContext(restricted(identity))
            .build();
    return WatchedScript.of(job).map(script -> script.gate(agent)).orElse(agent);
  }

  private List<EnvVar> environment(TrainingJob job, Run run, long graceSeconds) {
    var meta = job.getMetadata();
    var location = run.storage().location();
    var env = new ArrayList<EnvVar>();
    env.add(Env.of(AgentEnvironment.JOB_NAMESPACE, meta.getNamespace()));
    env.add(Env.of(AgentEnvironment.JOB_NAME, meta.getName()));
    env.add(Env.of(AgentEnvironment.JOB_UID, meta.getUid()));
    env.add(Env.of(AgentEnvironment.RUN, run.number()));
    env.add(Env.rank(AgentEnvironment.RANK));
    env.add(Env.of(AgentEnvironment.WORLD_SIZE, job.getSpec().workers()));
    env.add(Env.field(AgentEnvironment.POD_UID, "metadata.uid"));
    env.add(Env.of(AgentEnvironment.PUBLIC_KEYS, publicKeys));
    env.add(Env.of(AgentEnvironment.DRAIN_TOKEN, run.drainToken()));
    env.add(Env.of(AgentEnvironment.HOLD_LEASE_SECONDS, holdLease(job).toSeconds()));
    env.add(Env.of(AgentEnvironment.GRACE_SECONDS, graceSeconds));
    env.add(Env.of(AgentEnvironment.RESTORE, run.restore().map(m -> m.manifest()).orElse("")));
    env.add(
        Env.of(AgentEnvironment.S3_ENDPOINT, location.endpoint().map(URI::toString).orElse("")));
    env.add(Env.of(AgentEnvironment.S3_REGION, location.region()));
    env.add(Env.of(AgentEnvironment.S3_BUCKET, location.bucket()));
    env.add(Env.of(AgentEnvironment.S3_PREFIX, location.prefix()));
    env.add(Env.of(AgentEnvironment.S3_PATH_STYLE, location.pathStyle()));
    env.addAll(StorageVolumes.environment(run.storage()));
    env.add(Env.of(AgentEnvironment.AGENT_PORT, AgentEnvironment.DEFAULT_PORT));
    env.add(Env.of(AgentEnvironment.DIR, AgentEnvironment.DEFAULT_DIR));
    WatchedScript.of(job)
        .ifPresent(script -> env.addAll(script.environment(TemplateRules.trainer(job))));
    return env;
  }

  private static Duration holdLease(TrainingJob job) {
    return job.getSpec().pause().timeout().plus(HOLD_MARGIN);
  }

  private static ResourceRequirements resources(TrainingJob job) {
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("20m"))
        .addToRequests("memory", new Quantity("96Mi"))
        .addToLimits("memory", memoryLimit(job))
        .build();
  }

  /** tmpfs is charged to the container that writes, and a restore is written by the agent. */
  private static Quantity memoryLimit(TrainingJob job) {
    var volume = job.getSpec().checkpoint().volume();
    return switch (volume.medium()) {
      case DISK -> Memory.quantity(OWN_MEMORY_LIMIT);
      case MEMORY ->
          Memory.quantity(
              volume.sizeLimit().map(Memory::bytes).orElse(BigDecimal.ZERO).add(OWN_MEMORY_LIMIT));
    };
  }

  private static SecurityContext restricted(Identity identity) {
    return new SecurityContextBuilder()
        .withRunAsUser(identity.user())
        .withRunAsGroup(identity.group())
        .withRunAsNonRoot(identity.user() != 0)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .addToDrop("ALL")
        .endCapabilities()
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }
}
