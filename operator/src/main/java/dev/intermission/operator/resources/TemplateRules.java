package dev.intermission.operator.resources;

import dev.intermission.api.v1alpha1.TemplateReader;
import dev.intermission.api.v1alpha1.TrainingJob;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.control.AgentEnvironment;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a template must not say, because it would break the pause. Everything else is kept or
 * overridden; docs/template-fields.md has the whole table.
 */
public final class TemplateRules {
  private TemplateRules() {}

  /** All refusals, so that one round of mending is enough; empty when the template is fine. */
  public static List<Refusal> check(PodTemplateSpec template) {
    var unreadable = TemplateReader.complaint(template);
    if (unreadable.isPresent()) return List.of(unreadable(unreadable.get()));
    var refusals = new ArrayList<Refusal>();
    var spec = template.getSpec();
    if (spec == null || spec.getContainers().stream().noneMatch(TemplateRules::isTrainer)) {
      return List.of(
          new Refusal("template.spec.containers", "name the training container \"trainer\""));
    }
    pod(spec, refusals);
    spec.getInitContainers().forEach(c -> container("initContainers", c, refusals));
    spec.getContainers().forEach(c -> container("containers", c, refusals));
    return List.copyOf(refusals);
  }

  /** The same, with what the rest of the spec expects of the template. */
  public static List<Refusal> check(TrainingJobSpec spec) {
    var refusals = check(spec.template());
    return refusals.isEmpty() ? WatchedScript.check(spec) : refusals;
  }

  /** The trainer of a template that {@link #check} accepts. */
  static Container trainer(TrainingJob job) {
    return job.getSpec().template().getSpec().getContainers().stream()
        .filter(TemplateRules::isTrainer)
        .findFirst()
        .orElseThrow();
  }

  /** Whether it is the container that is paused. */
  public static boolean isTrainer(Container container) {
    return Names.TRAINER.equals(container.getName());
  }

  /** What the reader says: the place, a colon, and what is wrong there. */
  private static Refusal unreadable(String complaint) {
    var place = complaint.substring(0, complaint.indexOf(": "));
    return new Refusal(
        place,
        "cannot be read; write it as kubectl explain pod shows ("
            + complaint.substring(place.length() + 2)
            + ")");
  }

  private static void pod(PodSpec spec, List<Refusal> refusals) {
    if (Boolean.TRUE.equals(spec.getShareProcessNamespace())) {
      refusals.add(
          new Refusal(
              "template.spec.shareProcessNamespace",
              "leave it out: the agent holds credentials that other containers must not see"));
    }
    if (spec.getVolumes().stream().anyMatch(v -> Names.VOLUME.equals(v.getName()))) {
      refusals.add(
          new Refusal(
              "template.spec.volumes[intermission]",
              "choose another name; spec.checkpoint.volume sizes the volume of that name"));
    }
    for (var name : Names.ADDED) {
      if (spec.getVolumes().stream().anyMatch(v -> name.equals(v.getName()))) {
        refusals.add(
            new Refusal(
                "template.spec.volumes[" + name + "]",
                "choose another name; a volume that is added has that one"));
      }
    }
  }

  private static void container(String list, Container container, List<Refusal> refusals) {
    var field = "template.spec." + list + "[" + container.getName() + "]";
    container.getVolumeMounts().stream()
        .map(mount -> mount.getName())
        .filter(Names.OF_THE_AGENT::contains)
        .forEach(
            name ->
                refusals.add(
                    new Refusal(
                        field + ".volumeMounts[" + name + "]",
                        "leave it out: only the agent may hold what gets into the store")));
    if (Names.AGENT.equals(container.getName())) {
      refusals.add(new Refusal(field, "choose another name; \"agent\" is added to every worker"));
    }
    if (isTrainer(container) && hasPreStop(container)) {
      refusals.add(
          new Refusal(
              field + ".lifecycle.preStop",
              "leave it out: the hook that saves before an eviction takes its place; do the work"
                  + " when the trainer receives SIGTERM"));
    }
    if (container.getRestartPolicyRules() != null && !container.getRestartPolicyRules().isEmpty()) {
      refusals.add(
          new Refusal(
              field + ".restartPolicyRules",
              "leave them out: every restart is a new run; see spec.restarts"));
    }
    reservedVariables(container)
        .forEach(
            name ->
                refusals.add(
                    new Refusal(
                        field + ".env[" + name + "]", "leave it out: the operator sets it")));
    if (container.getPorts().stream()
        .anyMatch(
            p -> Integer.valueOf(AgentEnvironment.DEFAULT_PORT).equals(p.getContainerPort()))) {
      refusals.add(
          new Refusal(
              field + ".ports",
              "choose another port than "
                  + AgentEnvironment.DEFAULT_PORT
                  + ", where the agent listens"));
    }
  }

  private static boolean hasPreStop(Container container) {
    return container.getLifecycle() != null && container.getLifecycle().getPreStop() != null;
  }

  private static Stream<String> reservedVariables(Container container) {
    return container.getEnv().stream()
        .map(variable -> variable.getName())
        .filter(name -> name.startsWith("INTERMISSION_"));
  }
}
