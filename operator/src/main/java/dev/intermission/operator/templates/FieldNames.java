package dev.intermission.operator.templates;

import dev.intermission.operator.resources.TemplateRules;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Turns places in a child Job into places in the TrainingJob that it was made from. Containers keep
 * their place; where we put something of ours in front (the agent, our variables) the number would
 * lie, so the name takes its place: {@code initContainers[name=prepare]}.
 */
final class FieldNames {
  private static final Pattern INIT = Pattern.compile("initContainers\\[(\\d+)]");
  private static final Pattern TRAINER_ENV =
      Pattern.compile("(containers\\[(\\d+)]\\.env)\\[(\\d+)]");

  private final PodSpec pod;

  FieldNames(Job childJob) {
    this.pod = childJob.getSpec().getTemplate().getSpec();
  }

  /** {@code text} with every place in it as the user knows it. */
  String translate(String text) {
    var init = INIT.matcher(text).replaceAll(this::init);
    return TRAINER_ENV.matcher(init).replaceAll(this::env);
  }

  private String init(MatchResult found) {
    return at(pod.getInitContainers(), found.group(1), Container::getName)
        .map(name -> "initContainers[name=" + name + "]")
        .orElse(found.group());
  }

  private String env(MatchResult found) {
    return element(pod.getContainers(), found.group(2))
        .filter(TemplateRules::isTrainer)
        .flatMap(trainer -> at(trainer.getEnv(), found.group(3), EnvVar::getName))
        .map(name -> found.group(1) + "[name=" + name + "]")
        .orElse(found.group());
  }

  private static <T> Optional<String> at(List<T> list, String index, Function<T, String> name) {
    return element(list, index).map(name).filter(text -> !text.isEmpty());
  }

  private static <T> Optional<T> element(List<T> list, String index) {
    return list.stream().skip(Long.parseLong(index)).findFirst();
  }
}
