package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.PauseSignal;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.WatchSpec;
import dev.intermission.control.AgentEnvironment;
import dev.intermission.control.AgentPaths;
import dev.intermission.control.NamePattern;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code spec.checkpoint.watch} changes in a pod. The script finds a folder of the shared
 * volume where it writes; it starts when its checkpoint lies there, and is told the path; and with
 * a signal the agent sees its processes.
 *
 * @param watch of the job
 * @param signal that makes the script save
 */
record WatchedScript(WatchSpec watch, Optional<PauseSignal> signal) {

  /** The kubelet asks once a second; a restore of any length may come before the script. */
  private static final int SECONDS_OF_A_WEEK = 7 * 24 * 3600;

  private static final String PATH = "{path}";

  static Optional<WatchedScript> of(TrainingJob job) {
    return of(job.getSpec());
  }

  private static Optional<WatchedScript> of(TrainingJobSpec spec) {
    return spec.checkpoint().watch().map(watch -> new WatchedScript(watch, spec.pause().signal()));
  }

  /**
   * Arguments can be added only to arguments that are known: those of the image would be replaced.
   */
  static List<Refusal> check(TrainingJobSpec spec) {
    var adds =
        of(spec).filter(script -> !script.watch().resume().arguments().isEmpty()).isPresent();
    if (!adds) return List.of();
    return spec.template().getSpec().getContainers().stream()
        .filter(TemplateRules::isTrainer)
        .filter(trainer -> trainer.getCommand().isEmpty() && trainer.getArgs().isEmpty())
        .map(
            _ ->
                new Refusal(
                    "template.spec.containers[trainer].args",
                    "write the command or the arguments out: those of"
                        + " checkpoint.watch.resume.arguments are added to them, and would"
                        + " otherwise take the place of the image's"))
        .toList();
  }

  /** The trainer, where it finds and leaves its checkpoints, and how it resumes. */
  Container complete(Container trainer, Run run) {
    var container = new ContainerBuilder(trainer);
    if (folder(trainer).isEmpty()) {
      container
          .addNewVolumeMount()
          .withName(Names.VOLUME)
          .withMountPath(watch.directory())
          .withSubPath(AgentEnvironment.WATCHED)
          .endVolumeMount();
    }
    container.addToEnv(Env.field(AgentEnvironment.WATCHED_BY, "metadata.uid"));
    run.restore().ifPresent(from -> resume(container, path(from.step())));
    return container.build();
  }

  private void resume(ContainerBuilder container, String path) {
    container.addAllToArgs(
        watch.resume().arguments().stream().map(text -> text.replace(PATH, path)).toList());
    watch.resume().environment().ifPresent(name -> container.addToEnv(Env.of(name, path)));
  }

  private String path(long step) {
    return watch.directory() + "/" + NamePattern.parse(watch.pattern()).nameAt(step);
  }

  /** For the agent: the same folder, in its own mount of the volume. */
  List<EnvVar> environment(Container trainer) {
    var env = new ArrayList<EnvVar>();
    var folder = folder(trainer).orElse(AgentEnvironment.WATCHED);
    env.add(Env.of(AgentEnvironment.WATCH_DIR, AgentEnvironment.DEFAULT_DIR + "/" + folder));
    env.add(Env.of(AgentEnvironment.WATCH_PATTERN, watch.pattern()));
    env.add(Env.of(AgentEnvironment.WATCH_SETTLE_SECONDS, watch.settle().toSeconds()));
    watch.marker().ifPresent(name -> env.add(Env.of(AgentEnvironment.WATCH_MARKER, name)));
    watch.stepFile().ifPresent(name -> env.add(Env.of(AgentEnvironment.WATCH_STEP_FILE, name)));
    signal.ifPresent(name -> env.add(Env.of(AgentEnvironment.PAUSE_SIGNAL, name)));
    return env;
  }

  /** The agent, which the script's start waits for. */
  Container gate(Container agent) {
    return new ContainerBuilder(agent)
        .withNewStartupProbe()
        .withNewHttpGet()
        .withPath(AgentPaths.STARTED)
        .withNewPort(Names.AGENT)
        .endHttpGet()
        .withPeriodSeconds(1)
        .withTimeoutSeconds(5)
        .withFailureThreshold(SECONDS_OF_A_WEEK)
        .endStartupProbe()
        .build();
  }

  /** Only with a signal: who shares a process namespace sees more than it needs. */
  void share(PodSpecBuilder pod) {
    if (signal.isPresent()) pod.withShareProcessNamespace(true);
  }

  /** Below the volume, where the script writes into the trainer's own mount of it. */
  private Optional<String> folder(Container trainer) {
    var root = TrainerContainer.directory(trainer) + "/";
    return Optional.of(watch.directory())
        .filter(directory -> directory.startsWith(root))
        .map(directory -> directory.substring(root.length()));
  }
}
