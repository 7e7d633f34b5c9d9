package dev.intermission.agent.script;

import static dev.intermission.agent.script.TestingFiles.archive;
import static dev.intermission.agent.script.TestingFiles.first;
import static dev.intermission.agent.script.TestingFiles.safetensors;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WholenessTest {

  @TempDir Path root;

  @Test
  void aZipArchiveIsWholeWithItsLastByteOnly() throws IOException {
    assertWholeWithTheLastByteOnly("model.pth", archive("weights"));
  }

  @Test
  void safetensorsAreWholeWithTheirLastByteOnly() throws IOException {
    assertWholeWithTheLastByteOnly("model.safetensors", safetensors(64));
  }

  @Test
  void jsonIsWholeWithItsLastBraceOnly() throws IOException {
    var state = "{\"global_step\": 500, \"loss\": [NaN, Infinity, 0.5]}";
    assertWholeWithTheLastByteOnly("trainer_state.json", state.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void moreBytesThanSafetensorsStateAreNotThatFile() throws IOException {
    var more = first(safetensors(64), safetensors(64).length + 1);

    assertThat(of("model.safetensors", more)).isEqualTo(Wholeness.CUT_OFF);
  }

  @Test
  void anArchiveInsideOfOneDoesNotEndIt() throws IOException {
    var inside = archive("inside");

    assertThat(of("model.pth", first(inside, inside.length + 90))).isEqualTo(Wholeness.CUT_OFF);
  }

  @Test
  void jsonThatHasNotBegunIsCutOff() throws IOException {
    assertThat(of("trainer_state.json", new byte[0])).isEqualTo(Wholeness.CUT_OFF);
  }

  @Test
  void aFormatThatNobodyKnowsSaysNothing() throws IOException {
    assertThat(of("state", "anything".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(Wholeness.UNKNOWN);
    assertThat(of("empty", new byte[0])).isEqualTo(Wholeness.UNKNOWN);
  }

  @Test
  void oneFileThatIsCutOffSpeaksForItsFolder() throws IOException {
    var folder = Files.createDirectories(root.resolve("checkpoint-5/deep"));
    Files.write(folder.resolve("a.safetensors"), safetensors(8));
    assertThat(Wholeness.of(root.resolve("checkpoint-5"))).isEqualTo(Wholeness.WHOLE);

    Files.write(folder.resolve("b"), new byte[] {1});
    assertThat(Wholeness.of(root.resolve("checkpoint-5"))).isEqualTo(Wholeness.UNKNOWN);

    Files.write(folder.resolve("c.pt"), first(archive("optimizer"), 50));
    assertThat(Wholeness.of(root.resolve("checkpoint-5"))).isEqualTo(Wholeness.CUT_OFF);
  }

  /** Every length there is. */
  private void assertWholeWithTheLastByteOnly(String name, byte[] whole) throws IOException {
    for (var length = 1; length < whole.length; length++) {
      assertThat(of(name, first(whole, length)))
          .as("%d of %d bytes", length, whole.length)
          .isEqualTo(Wholeness.CUT_OFF);
    }
    assertThat(of(name, whole)).isEqualTo(Wholeness.WHOLE);
  }

  private Wholeness of(String name, byte[] content) throws IOException {
    return Wholeness.of(Files.write(root.resolve(name), content));
  }
}
