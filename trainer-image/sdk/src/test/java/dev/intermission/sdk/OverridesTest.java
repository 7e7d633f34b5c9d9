package dev.intermission.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.sdk.Overrides.InvalidOverrides;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverridesTest {

  @TempDir private Path directory;

  @Test
  void outsideKubernetesThereAreNone() {
    assertThat(SessionEnvironment.of(Map.of()).overrides()).isEqualTo(Overrides.NONE);
    assertThat(SessionEnvironment.of(Map.of("INTERMISSION_OVERRIDES", "")).overrides())
        .isEqualTo(Overrides.NONE);
  }

  @Test
  void theFileThatTheEnvironmentNamesIsRead() throws IOException {
    var overrides = read("{\"learningRate\": \"0.001\", \"batchSize\": \"128\"}");

    assertThat(overrides.number("learningRate")).contains(0.001);
    assertThat(overrides.wholeNumber("batchSize")).contains(128);
    assertThat(overrides.text("warmUp")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "null", "{\"a\": null}", "{\"a\": {}}"})
  void aFileThatSaysNothingUsableStopsTheTraining(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("overrides.json is not a JSON object of texts");
  }

  @Test
  void aFileThatIsNotThereStopsTheTraining() {
    var missing = directory.resolve("missing.json").toString();

    assertThatThrownBy(() -> SessionEnvironment.of(Map.of("INTERMISSION_OVERRIDES", missing)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("missing.json");
  }

  @Test
  void aMisspeltNameIsRefusedWithTheOnesThatAreKnown() {
    var overrides = new Overrides(Map.of("learningrate", "1"));

    assertThatThrownBy(() -> overrides.requireKnown(Set.of("learningRate", "batchSize")))
        .isInstanceOf(InvalidOverrides.class)
        .hasMessage(
            "spec.overrides: this trainer knows no learningrate; it knows batchSize,"
                + " learningRate.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast", "", "NaN", "1e999"})
  void whatIsNoNumberIsRefusedByName(String text) {
    var overrides = new Overrides(Map.of("learningRate", text));

    assertThatThrownBy(() -> overrides.number("learningRate"))
        .hasMessage("spec.overrides.learningRate: \"" + text + "\" is no number.");
    assertThatThrownBy(() -> overrides.wholeNumber("learningRate"))
        .hasMessage("spec.overrides.learningRate: \"" + text + "\" is no whole number.");
  }

  private Overrides read(String text) throws IOException {
    var file = Files.writeString(directory.resolve("overrides.json"), text);
    return SessionEnvironment.of(Map.of("INTERMISSION_OVERRIDES", file.toString())).overrides();
  }
}
