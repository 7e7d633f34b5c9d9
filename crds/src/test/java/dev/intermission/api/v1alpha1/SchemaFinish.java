package dev.intermission.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Adds to a generated CRD what the generator has no annotation for: list types, descriptions of the
 * roots, what a status must have.
 */
final class SchemaFinish {

  private SchemaFinish() {}

  static CustomResourceDefinition finish(CustomResourceDefinition crd) {
    var version = crd.getSpec().getVersions().getFirst();
    version
        .getAdditionalPrinterColumns()
        .sort(Comparator.comparing(column -> declaredColumns().indexOf(column.getName())));
    var root = version.getSchema().getOpenAPIV3Schema();
    root.setDescription(
        "A training job that can be paused: its checkpoint is saved and verified before its pods"
            + " are released.");
    root.setRequired(List.of("spec"));
    var spec = at(root, "spec");
    spec.setDescription("What you want; only you write it, the operator never does.");
    var status = at(root, "status");
    status.setDescription("What is true; only the operator writes it.");

    var pod = at(spec, "template", "spec");
    mergeByKey(at(pod, "containers"), "name");
    mergeByKey(at(pod, "initContainers"), "name");
    mergeByKey(at(pod, "volumes"), "name");
    mergeByKey(at(status, "conditions"), "type");
    at(status, "conditions").setMaxItems(16L);
    at(status, "progress", "metrics").setMaxProperties(16L);
    var overrides = at(spec, "overrides");
    overrides.setMaxProperties(64L); // bounds what the rule about names may cost, and the pod
    overrides.getAdditionalProperties().getSchema().setMaxLength(1024L);
    at(status, "runs").setMaxItems(10L);
    mergeByKey(at(status, "runs"), "number");
    requireWhatIsNotOptional(TrainingJobStatus.class, status);
    status.setRequired(List.of()); // a status that is only begun (status: {}) stays readable
    sayEachRuleOnce(root);
    forgetRules(status);
    return crd;
  }

  /**
   * Two appliers may then each own fields of the same element; without it the whole list has one
   * owner.
   */
  private static void mergeByKey(JSONSchemaProps list, String key) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
  }

  /** Whoever writes a status by hand cannot leave out what the operator takes for granted. */
  private static void requireWhatIsNotOptional(Class<?> type, JSONSchemaProps schema) {
    var required = new ArrayList<String>();
    for (var component : type.getRecordComponents()) {
      if (alwaysThere(component)) required.add(component.getName());
      recordsIn(component.getGenericType())
          .forEach(
              inner -> requireWhatIsNotOptional(inner, element(at(schema, component.getName()))));
    }
    schema.setRequired(required);
  }

  private static boolean alwaysThere(RecordComponent component) {
    var type = component.getType();
    return type != Optional.class
        && !Collection.class.isAssignableFrom(type)
        && !Map.class.isAssignableFrom(type);
  }

  private static Stream<Class<?>> recordsIn(Type type) {
    return switch (type) {
      case Class<?> plain when plain.isRecord() -> Stream.of(plain);
      case ParameterizedType generic ->
          Stream.of(generic.getActualTypeArguments()).flatMap(SchemaFinish::recordsIn);
      default -> Stream.of();
    };
  }

  /**
   * The generator finds a rule twice when it stands on a record's component: on the field and on
   * the accessor.
   */
  private static void sayEachRuleOnce(JSONSchemaProps schema) {
    schema.setXKubernetesValidations(
        schema.getXKubernetesValidations().stream().distinct().toList());
    schema.getProperties().values().forEach(SchemaFinish::sayEachRuleOnce);
    if (schema.getItems() != null) sayEachRuleOnce(schema.getItems().getSchema());
  }

  /**
   * The generator sorts columns by path; people read them in the order in which the class declares
   * them.
   */
  private static List<String> declaredColumns() {
    return Stream.of(TrainingJob.class.getAnnotationsByType(AdditionalPrinterColumn.class))
        .map(AdditionalPrinterColumn::name)
        .toList();
  }

  /**
   * What was once accepted in spec may be repeated in status, also under stricter rules: they must
   * not stop the operator.
   */
  private static void forgetRules(JSONSchemaProps schema) {
    schema.setXKubernetesValidations(List.of());
    schema.getProperties().values().forEach(SchemaFinish::forgetRules);
  }

  private static JSONSchemaProps element(JSONSchemaProps schema) {
    return schema.getItems() == null ? schema : schema.getItems().getSchema();
  }

  private static JSONSchemaProps at(JSONSchemaProps schema, String... path) {
    for (var name : path) schema = schema.getProperties().get(name);
    return schema;
  }
}
