package dev.intermission.operator.resources;

import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.Optional;

/**
 * As whom trainer and agent run. They must be the same user: checkpoint files are often written
 * with mode 600, which an fsGroup does not open.
 *
 * @param user what the trainer runs as when the template does not say: {@value #DEFAULT_USER}
 */
record Identity(long user, long group) {
  static final long DEFAULT_USER = 65532;

  static Identity of(PodSpec spec) {
    var pod = Optional.ofNullable(spec.getSecurityContext());
    var trainer =
        spec.getContainers().stream()
            .filter(TemplateRules::isTrainer)
            .findFirst()
            .flatMap(container -> Optional.ofNullable(container.getSecurityContext()));
    var user =
        trainer
            .map(context -> context.getRunAsUser())
            .or(() -> pod.map(PodSecurityContext::getRunAsUser))
            .orElse(DEFAULT_USER);
    var group =
        trainer
            .map(context -> context.getRunAsGroup())
            .or(() -> pod.map(PodSecurityContext::getRunAsGroup))
            .orElse(user);
    return new Identity(user, group);
  }

  /** The pod's security context: what the user wrote, completed. */
  PodSecurityContext complete(PodSecurityContext written) {
    var context =
        written == null ? new PodSecurityContextBuilder() : new PodSecurityContextBuilder(written);
    if (!context.hasRunAsUser()) context.withRunAsUser(user);
    if (!context.hasRunAsGroup()) context.withRunAsGroup(group);
    if (!context.hasFsGroup()) context.withFsGroup(group);
    if (!context.hasSeccompProfile()) {
      context.withNewSeccompProfile().withType("RuntimeDefault").endSeccompProfile();
    }
    return context.build();
  }
}
