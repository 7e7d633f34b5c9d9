package dev.intermission.operator.resources;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;

/** Environment variables in the two forms that workers need. */
final class Env {
  private static final String COMPLETION_INDEX =
      "metadata.annotations['batch.kubernetes.io/job-completion-index']";

  private Env() {}

  static EnvVar of(String name, Object value) {
    return new EnvVarBuilder().withName(name).withValue(value.toString()).build();
  }

  /** From the pod's own metadata. The version is spelled out as the API server would: no diff. */
  static EnvVar field(String name, String path) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewFieldRef("v1", path)
        .endValueFrom()
        .build();
  }

  static EnvVar rank(String name) {
    return field(name, COMPLETION_INDEX);
  }
}
