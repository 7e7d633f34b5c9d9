package dev.intermission.operator.resources;

/** Which authorities a job's pods trust for the store's certificate. */
public sealed interface CaBundle {

  /** Those that every JVM trusts. */
  record PublicAuthorities() implements CaBundle {}

  /**
   * The installation's own, as PEM: handed on, so that no namespace needs a copy of a ConfigMap.
   */
  record Inline(String pem) implements CaBundle {}

  /** A key of a ConfigMap in the job's namespace. */
  record InConfigMap(String name, String key) implements CaBundle {}

  /** A key of a Secret in the job's namespace. */
  record InSecret(String name, String key) implements CaBundle {}
}
