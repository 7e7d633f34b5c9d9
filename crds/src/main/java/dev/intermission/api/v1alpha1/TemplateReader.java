package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads a pod template, whatever stands in it. The schema leaves most of the template open, so the
 * API server keeps {@code image: {a: b}} too; a client that threw there could not list any
 * TrainingJob of the cluster any more, because of one.
 */
public final class TemplateReader extends StdDeserializer<PodTemplateSpec> {
  private static final String UNREADABLE = "intermission.dev/unreadable";
  private static final long serialVersionUID = 1L;

  TemplateReader() {
    super(PodTemplateSpec.class);
  }

  /** Why the template could not be read, with the place in it; absent when it could. */
  public static Optional<String> complaint(PodTemplateSpec template) {
    return Optional.ofNullable(template.getAdditionalProperties().get(UNREADABLE))
        .map(Object::toString);
  }

  @Override
  public PodTemplateSpec deserialize(JsonParser in, DeserializationContext context)
      throws IOException {
    JsonNode tree = in.readValueAsTree();
    try {
      return in.getCodec().treeToValue(tree, PodTemplateSpec.class);
    } catch (JsonMappingException unreadable) {
      var nothing = new PodTemplateSpec();
      nothing.setAdditionalProperty(
          UNREADABLE, place(unreadable) + ": " + unreadable.getOriginalMessage());
      return nothing;
    }
  }

  private static String place(JsonMappingException unreadable) {
    return unreadable.getPath().stream()
        .map(
            step ->
                step.getFieldName() == null
                    ? "[" + step.getIndex() + "]"
                    : "." + step.getFieldName())
        .collect(Collectors.joining("", "template", ""));
  }
}
