package dev.intermission.agent.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.agent.config.Watch;
import dev.intermission.control.NamePattern;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a script finds the checkpoint that it resumes from. */
final class PlacingTest {

  @TempDir Path root;
  private SharedDirectory directory;
  private Path out;

  @BeforeEach
  void restoreACheckpoint() throws IOException {
    directory = new SharedDirectory(root);
    out = Files.createDirectory(root.resolve("watched"));
    Files.createDirectories(directory.resume());
    Files.writeString(directory.resume().resolve("epoch=3-step=500.ckpt"), "500");
    Files.writeString(directory.resume().resolve("checkpoint.json"), "{\"step\": 500}");
  }

  @Test
  void theScriptFindsItsOwnFilesAndNoneOfOurs() throws IOException {
    place("epoch=*-step={step}.ckpt");

    assertThat(out.resolve("epoch=3-step=500.ckpt")).hasContent("500");
    assertThat(out.resolve("checkpoint.json")).doesNotExist();
  }

  @Test
  void theNameThatItWasToldLeadsToTheStepThatItWasTold() throws IOException {
    for (var step = 100; step < 500; step += 100)
      Files.writeString(out.resolve("epoch=1-step=" + step + ".ckpt"), "older");

    place("epoch=*-step={step}.ckpt");

    assertThat(out.resolve("epoch=resumed-step=500.ckpt")).hasContent("500");
  }

  @Test
  void aLinkThatPointsNowhereGivesWay() throws IOException {
    var promised = out.resolve("epoch=resumed-step=500.ckpt");
    Files.createSymbolicLink(promised, Path.of("gone"));

    place("epoch=*-step={step}.ckpt");

    assertThat(promised).hasContent("500");
  }

  @Test
  void aCheckpointThatThePatternDoesNotKnowIsSaid() {
    assertThatThrownBy(() -> place("model_{step}.pth"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has nothing called model_{step}.pth");
  }

  private void place(String pattern) throws IOException {
    var complete = new Watch.Complete(Duration.ofSeconds(2), Optional.empty());
    var parsed = NamePattern.parse(pattern);
    new Placing(new Watch(out, parsed, Optional.empty(), complete, Optional.empty()), directory)
        .place(500);
  }
}
