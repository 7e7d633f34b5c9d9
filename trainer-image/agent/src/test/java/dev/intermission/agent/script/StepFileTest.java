package dev.intermission.agent.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StepFileTest {

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500|500",
        "'step,loss\n40,0.5\n41,0.25'|41",
        "{\"global_step\": 60, \"loss\": 1.5}|60"
      })
  void theLastWholeNumberIsTheStep(String text, long step) throws IOException {
    assertThat(read(text)).contains(step);
  }

  @ParameterizedTest
  @CsvSource({"''", "nothing yet", "0.5", "12345678901234567890"})
  void withoutAWholeNumberThereIsNoStep(String text) throws IOException {
    assertThat(read(text)).isEmpty();
  }

  @Test
  void neitherWhatIsNotThereNorALinkNorALogWithoutEndIsRead() throws IOException {
    assertThat(StepFile.read(root.resolve("gone"))).isEmpty();
    Files.createSymbolicLink(root.resolve("link"), Files.writeString(root.resolve("real"), "5"));
    assertThat(StepFile.read(root.resolve("link"))).isEmpty();
    assertThat(read("5 ".repeat(1 << 20))).isEmpty();
  }

  private Optional<Long> read(String text) throws IOException {
    return StepFile.read(Files.writeString(root.resolve("step"), text));
  }
}
