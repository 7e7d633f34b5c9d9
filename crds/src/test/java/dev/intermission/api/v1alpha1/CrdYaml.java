package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.type.TypeBindings;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.type.TypeModifier;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Generates the CRD from the Java types: Fabric8's generator, and what its annotations cannot say
 * ({@link SchemaFinish}).
 */
final class CrdYaml {

  private static final String HEADER =
      "# Generated from crds/src/main/java: mvn -pl crds test -Dgolden.update. Do not edit.\n";

  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER, YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private CrdYaml() {}

  /** The CRD as it belongs into the chart. */
  static String generate() {
    try {
      return HEADER + YAML.writeValueAsString(definition());
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible); // a tree in memory always has a text
    }
  }

  static CustomResourceDefinition definition() {
    var out = new ByteArrayOutputStream();
    new CRDGenerator()
        .withObjectMapper(mapperThatSeesThroughOptional(), ApiSerialization.create())
        .customResourceClasses(TrainingJob.class)
        .forCRDVersions("v1")
        .withOutput(new InMemory(out))
        .generate();
    var crd =
        ApiSerialization.create()
            .unmarshal(out.toString(StandardCharsets.UTF_8), CustomResourceDefinition.class);
    return SchemaFinish.finish(crd);
  }

  /**
   * The generator takes Optional for a class with a cycle when one optional holds another; in a
   * schema it means nothing anyway.
   */
  private static ObjectMapper mapperThatSeesThroughOptional() {
    var mapper = new ObjectMapper();
    ApiSerialization.around(mapper);
    mapper.setTypeFactory(mapper.getTypeFactory().withModifier(new SeeThroughOptional()));
    return mapper;
  }

  private static final class SeeThroughOptional extends TypeModifier {
    @Override
    public JavaType modifyType(
        JavaType type, Type declared, TypeBindings bindings, TypeFactory factory) {
      return type.hasRawClass(Optional.class) ? type.containedType(0) : type;
    }
  }

  private record InMemory(ByteArrayOutputStream out)
      implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
    @Override
    public ByteArrayOutputStream outputFor(String name) {
      return out;
    }

    @Override
    public void close() {}
  }
}
