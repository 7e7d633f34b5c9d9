package dev.intermission.api.v1alpha1;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.stream.Collectors;

/**
 * Writes {@code docs/crd-reference.md} from the schema: one row a field, in the words of {@code
 * kubectl explain}.
 */
final class CrdReference {

  private static final String HEADER =
      """
      # TrainingJob, field by field

      Generated from the types in `crds/` (`mvn -pl crds test -Dgolden.update`); `kubectl explain trainingjob.spec` says the same.
      What happens to each field of the pod template: [template-fields.md](template-fields.md).

      `kubectl apply` refuses an unknown field by name. Clients that do not ask for strict validation (many libraries) get it
      dropped without a word: look at what was stored when a setting seems to have no effect.
      """;

  private final StringBuilder page = new StringBuilder(HEADER);

  private CrdReference() {}

  static String of(CustomResourceDefinition crd) {
    var root = crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    var reference = new CrdReference();
    root.getXKubernetesValidations()
        .forEach(
            rule ->
                reference.page.append("\n").append("- ").append(rule.getMessage()).append("\n"));
    reference.section("spec", root.getProperties().get("spec"));
    reference.section("status", root.getProperties().get("status"));
    return reference.page.toString();
  }

  private void section(String title, JSONSchemaProps schema) {
    page.append("\n## ")
        .append(title)
        .append("\n\n")
        .append(schema.getDescription())
        .append("\n\n");
    page.append("| field | type | default | meaning |\n| --- | --- | --- | --- |\n");
    rows("", schema);
    page.append("\n");
    rules(title, schema);
  }

  private void rows(String prefix, JSONSchemaProps schema) {
    schema
        .getProperties()
        .forEach(
            (name, field) -> {
              var path = prefix + name;
              page.append(
                  "| `%s` | %s | %s | %s |\n"
                      .formatted(path, type(field), standard(field), cell(field.getDescription())));
              var element = field.getItems() == null ? field : field.getItems().getSchema();
              rows(path + (field.getItems() == null ? "." : "[]."), element);
            });
  }

  private static String type(JSONSchemaProps field) {
    if (Boolean.TRUE.equals(field.getXKubernetesIntOrString())) return "quantity";
    if (field.getEnum() != null && !field.getEnum().isEmpty())
      return field.getEnum().stream()
          .map(value -> value.asText().isEmpty() ? "\"\"" : value.asText())
          .collect(Collectors.joining(", "));
    if ("array".equals(field.getType())) return "list";
    return field.getFormat() == null ? field.getType() : field.getFormat();
  }

  private static String standard(JSONSchemaProps field) {
    var value = field.getDefault();
    return value == null || value.isObject()
        ? ""
        : "`" + (value.asText().isEmpty() ? "\"\"" : value.asText()) + "`";
  }

  private void rules(String path, JSONSchemaProps schema) {
    for (ValidationRule rule : schema.getXKubernetesValidations())
      page.append("- ")
          .append("`%s`".formatted(path + (rule.getFieldPath() == null ? "" : rule.getFieldPath())))
          .append(" ")
          .append(cell(rule.getMessage()))
          .append("\n");
    schema
        .getProperties()
        .forEach(
            (name, field) ->
                rules(path + "." + name, field.getItems() == null ? field : merged(field)));
  }

  /** A list's own rules and those of its elements. */
  private static JSONSchemaProps merged(JSONSchemaProps list) {
    var all = new JSONSchemaProps();
    all.getXKubernetesValidations().addAll(list.getXKubernetesValidations());
    all.getXKubernetesValidations().addAll(list.getItems().getSchema().getXKubernetesValidations());
    return all;
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
