package dev.intermission.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrdGoldenTest {

  /** What the chart installs, and what the jar carries as META-INF/fabric8/. */
  static final Path COMMITTED =
      Path.of("../helm/intermission/crds/trainingjobs.intermission.dev-v1.yml");

  @Test
  void crdInTheChartIsTheOneGeneratedFromTheTypes() throws IOException {
    Golden.of(COMMITTED).isEqualTo(CrdYaml.generate());
  }

  @Test
  void referencePageIsTheOneGeneratedFromTheSchema() throws IOException {
    Golden.of(Path.of("../docs/crd-reference.md")).isEqualTo(CrdReference.of(CrdYaml.definition()));
  }

  @Test
  void crdIsSmallEnoughForEveryWayOfApplyingIt() {
    // kubectl apply keeps a copy in an annotation of at most 256 KiB, and a chart with everything
    // else fits 1 MiB.
    assertThat(CrdYaml.generate().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(80_000);
  }

  @Test
  void everyFieldIsExplainedInOneSentence() {
    var root =
        CrdYaml.definition().getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    var unexplained = new ArrayList<String>();
    findUnexplained("", root, unexplained);
    assertThat(unexplained).isEmpty();
  }

  private static void findUnexplained(String path, JSONSchemaProps schema, List<String> found) {
    schema
        .getProperties()
        .forEach(
            (name, property) -> {
              var description = property.getDescription();
              if (description == null || !description.matches("(?s)\\p{Lu}.*\\.|exact .*\\."))
                found.add(path + "." + name);
              findUnexplained(path + "." + name, property, found);
            });
    if (schema.getItems() != null)
      findUnexplained(path + "[]", schema.getItems().getSchema(), found);
  }
}
