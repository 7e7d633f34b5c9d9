package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;

/**
 * The schema of the pod template: opaque but for the names in its three lists. The names make them
 * mergeable by several appliers and visible to CEL rules; leaving the rest out keeps the CRD at a
 * few kilobytes instead of 150. Only a schema: in Java the field is a PodTemplateSpec.
 */
record TemplateSchema(
    @PreserveUnknownFields @JsonPropertyDescription("Labels and annotations for the pods.")
        Map<String, Object> metadata,
    @Required
        @JsonPropertyDescription(
            "The pod's spec; what Intermission keeps, adds or refuses in it is listed in"
                + " docs/template-fields.md.")
        PodSpec spec) {

  record PodSpec(
      @Required
          @Size(min = 1, max = 32)
          @JsonPropertyDescription(
              "The pod's containers; the one named trainer is the training process.")
          List<Named> containers,
      @Size(max = 32) @JsonPropertyDescription("Containers that run before the trainer.")
          List<Named> initContainers,
      @Size(max = 64)
          @JsonPropertyDescription(
              "Volumes that the containers may mount; the name intermission is taken.")
          List<Named> volumes) {}

  record Named(
      @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Its name, unique in this list.")
          String name) {}
}
