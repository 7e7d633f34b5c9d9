package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** The text of a small valid job, and of the same job with a part of its spec replaced. */
final class JobYaml {

  private static final YAMLMapper YAML = new YAMLMapper();

  private static final String VALID =
      """
      apiVersion: intermission.dev/v1alpha1
      kind: TrainingJob
      metadata: {name: digits}
      spec:
        template: {spec: {containers: [{name: trainer, image: digits:1}]}}
      """;

  private JobYaml() {}

  static String valid() {
    return VALID;
  }

  /** {@code spec} is laid over the valid job's spec: objects merge, everything else is replaced. */
  static String with(String spec) {
    return changed("spec: " + spec);
  }

  static String named(String name) {
    return changed("metadata: {name: %s}".formatted(name));
  }

  static String changed(String patch) {
    try {
      return YAML.writeValueAsString(merge(YAML.readTree(VALID), YAML.readTree(patch)));
    } catch (JsonProcessingException cause) {
      throw new IllegalArgumentException(patch, cause);
    }
  }

  private static JsonNode merge(JsonNode base, JsonNode patch) {
    if (!(base instanceof ObjectNode target) || !(patch instanceof ObjectNode changes))
      return patch;
    changes
        .properties()
        .forEach(
            change ->
                target.set(
                    change.getKey(), merge(target.path(change.getKey()), change.getValue())));
    return target;
  }
}
