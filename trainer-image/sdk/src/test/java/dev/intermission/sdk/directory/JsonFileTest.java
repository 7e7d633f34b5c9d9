package dev.intermission.sdk.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonFileTest {

  @TempDir Path root;

  @Test
  void aMissingFileIsEmpty() {
    assertThat(new SharedDirectory(root).agent().read()).isEmpty();
  }

  @Test
  void halfAFileIsEmptyUntilItIsWhole() throws IOException {
    var progress = new SharedDirectory(root).progress();
    var watch = progress.watch();

    Files.writeString(progress.path(), "{\"step\": 12");
    assertThat(watch.changed()).isEmpty();

    Files.writeString(progress.path(), "{\"step\": 12}");
    assertThat(watch.changed()).map(ProgressFile::step).contains(12L);
  }

  @Test
  void whatAShellScriptWritesIsEnough() throws IOException {
    var progress = new SharedDirectory(root).progress();

    Files.writeString(progress.path(), "{\"step\": 12, \"from\": \"a newer version\"}");

    assertThat(progress.read()).contains(ProgressFile.at(12, Instant.EPOCH));
  }

  @Test
  void readersNeverSeeAMixtureOfTwoVersions() throws Exception {
    var agent = new SharedDirectory(root).agent();
    agent.replace(version(0));
    try (var threads = Executors.newFixedThreadPool(2)) {
      var writers =
          List.of(
              threads.submit(() -> replaceOften(agent)), threads.submit(() -> replaceOften(agent)));
      for (var n = 0; n < 2_000; n++) {
        var seen = agent.read().orElseThrow();
        assertThat(seen).isEqualTo(version(seen.newestRequestId()));
      }
      for (var writer : writers) writer.get();
    }
    assertThat(root).isDirectoryNotContaining("glob:**.tmp");
  }

  private static void replaceOften(JsonFile<AgentFile> agent) {
    for (var n = 1; n <= 1_000; n++) agent.replace(version(n));
  }

  /** Every field says the same number, so that a mixture shows. */
  private static AgentFile version(long n) {
    return AgentFile.starting()
        .withRestored(Optional.of(n))
        .withDurableStep(n)
        .withToken(new AgentFile.TokenFile(n, n))
        .withNewestRequestId(n);
  }

  @Test
  void aWatchReportsEachReplacementOnce() {
    var control = new SharedDirectory(root).control();
    var watch = control.watch();
    assertThat(watch.changed()).isEmpty();

    control.replace(new Request.Continue(1));
    assertThat(watch.changed()).contains(new Request.Continue(1));
    assertThat(watch.changed()).isEmpty();

    control.replace(
        new Request.Continue(2)); // the same length, and on a fast machine the same time
    assertThat(watch.changed()).contains(new Request.Continue(2));
  }

  @Test
  void progressKeepsEveryFieldThroughTheFile() {
    var progress = new SharedDirectory(root).progress();
    var written =
        new ProgressFile(
            1201,
            Optional.of(2500L),
            Optional.of(54.6),
            Map.of("loss", 0.03125),
            Optional.of(1201L),
            Optional.of(3L),
            Optional.of(2L),
            Optional.of(3L),
            Optional.of(new ProgressFile.Failure(Optional.of(1L), 1100, "disk full")),
            true,
            Optional.of("exact"),
            Instant.parse("2026-11-24T04:00:00.123456Z"));

    progress.replaceDurably(written);

    assertThat(progress.read()).contains(written);
  }

  @Test
  void agentFileSaysNoneOrAStep() {
    var agent = new SharedDirectory(root).agent();

    agent.replaceDurably(AgentFile.starting().withRestored(Optional.empty()));
    assertThat(agent.path())
        .hasContent("{\"restored\":\"none\",\"fenced\":false,\"newestRequestId\":0}");
    assertThat(agent.read().orElseThrow().restoredStep()).isEmpty();

    agent.replaceDurably(AgentFile.starting().withRestored(Optional.of(1200L)));
    assertThat(agent.read().orElseThrow().restoredStep()).contains(1200L);
  }

  @Test
  void aDirectoryThatIsNotThereIsAnErrorWithARemedy() {
    var control = new SharedDirectory(root.resolve("absent")).control();

    assertThatThrownBy(() -> control.replace(new Request.Exit()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("control.json")
        .hasMessageContaining("volume");
  }
}
