package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.Every;
import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.Medium;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.VolumeSpec;
import dev.intermission.control.AgentEnvironment;
import dev.intermission.control.AgentPaths;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Completes the user's trainer: the shared directory, the variables, and the hook before its end.
 */
final class TrainerContainer {
  private static final int MASTER_PORT = 29500;

  /** So that status can say why a trainer failed, and not only that it did. */
  private static final String LAST_LINES_OF_THE_LOG = "FallbackToLogsOnError";

  private TrainerContainer() {}

  static Container complete(Container written, TrainingJob job, Run run) {
    var container = new ContainerBuilder(written).withEnv(environment(written, job, run));
    if (written.getVolumeMounts().stream().noneMatch(m -> Names.VOLUME.equals(m.getName()))) {
      container
          .addNewVolumeMount()
          .withName(Names.VOLUME)
          .withMountPath(AgentEnvironment.DEFAULT_DIR)
          .endVolumeMount();
    }
    var overrides = new OverridesFile(job.getSpec().overrides());
    if (overrides.isWanted()) container.addToVolumeMounts(overrides.mount());
    container
        .editOrNewLifecycle()
        .withNewPreStop()
        .withNewHttpGet()
        .withPath(AgentPaths.DRAIN)
        .withNewPort(AgentEnvironment.DEFAULT_PORT)
        .withScheme("HTTP")
        .addNewHttpHeader(AgentPaths.DRAIN_HEADER, run.drainToken())
        .endHttpGet()
        .endPreStop()
        .endLifecycle();
    if (written.getTerminationMessagePolicy() == null)
      container.withTerminationMessagePolicy(LAST_LINES_OF_THE_LOG);
    growForTmpfs(container, job.getSpec().checkpoint().volume());
    var completed = container.build();
    return WatchedScript.of(job).map(script -> script.complete(completed, run)).orElse(completed);
  }

  /** Ours first, so that the user's own variables may refer to them; the user's win by name. */
  private static List<EnvVar> environment(Container written, TrainingJob job, Run run) {
    var own =
        written.getEnv().stream().map(EnvVar::getName).collect(Collectors.toUnmodifiableSet());
    var all = new ArrayList<EnvVar>();
    for (var variable : contract(written, job, run)) {
      if (!own.contains(variable.getName())) all.add(variable);
    }
    all.addAll(written.getEnv());
    return all;
  }

  private static List<EnvVar> contract(Container written, TrainingJob job, Run run) {
    var spec = job.getSpec();
    return List.of(
        Env.of(AgentEnvironment.DIR, directory(written)),
        Env.of(AgentEnvironment.JOB, job.getMetadata().getName()),
        Env.of(AgentEnvironment.RUN, run.number()),
        Env.rank(AgentEnvironment.RANK),
        Env.of(AgentEnvironment.WORLD_SIZE, spec.workers()),
        Env.of(AgentEnvironment.RESUME_STEP, text(run.restore().map(ManifestStatus::step))),
        Env.of(
            AgentEnvironment.CHECKPOINT_EVERY_STEPS,
            text(spec.checkpoint().every().flatMap(Every::steps))),
        Env.of(
            AgentEnvironment.CHECKPOINT_INTERVAL_SECONDS,
            text(interval(spec).map(TrainerContainer::seconds))),
        new OverridesFile(spec.overrides()).variable(),
        Env.of(AgentEnvironment.MASTER_ADDR, Names.rankZero(job, run.number())),
        Env.of(AgentEnvironment.MASTER_PORT, MASTER_PORT),
        Env.rank(AgentEnvironment.TORCH_RANK),
        Env.of(AgentEnvironment.TORCH_WORLD_SIZE, spec.workers()));
  }

  /**
   * Ranks of a gang go by no clock of theirs, which would make each save another step: the operator
   * names one for all [design review, 14].
   */
  private static Optional<Duration> interval(TrainingJobSpec spec) {
    return spec.checkpoint().every().flatMap(Every::interval).filter(_ -> spec.workers() == 1);
  }

  /** Where the trainer sees the shared volume. */
  static String directory(Container written) {
    return written.getVolumeMounts().stream()
        .filter(mount -> Names.VOLUME.equals(mount.getName()))
        .map(mount -> mount.getMountPath())
        .findFirst()
        .orElse(AgentEnvironment.DEFAULT_DIR);
  }

  /** Whole seconds, rounded up: zero would mean never. */
  private static long seconds(Duration interval) {
    return interval.plusMillis(999).toSeconds();
  }

  private static String text(Optional<Long> number) {
    return number.map(Object::toString).orElse("");
  }

  /** tmpfs is charged to the container that writes: without this a save would be an OOM kill. */
  private static void growForTmpfs(ContainerBuilder container, VolumeSpec volume) {
    var resources = container.buildResources();
    if (volume.medium() != Medium.MEMORY || resources == null || resources.getLimits() == null) {
      return;
    }
    var limit = resources.getLimits().get("memory");
    if (limit == null || volume.sizeLimit().isEmpty()) {
      return;
    }
    container.withResources(
        new ResourceRequirementsBuilder(resources)
            .addToLimits("memory", Memory.sum(limit, volume.sizeLimit().get()))
            .build());
  }
}
