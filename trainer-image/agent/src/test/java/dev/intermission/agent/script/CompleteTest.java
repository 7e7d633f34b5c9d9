package dev.intermission.agent.script;

import static dev.intermission.agent.script.TestingFiles.archive;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.config.Watch;
import dev.intermission.control.NamePattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a checkpoint is waited for, and what its marker is worth. */
final class CompleteTest {

  private static final Duration SETTLE = Duration.ofSeconds(2);

  @TempDir Path root;
  private Path out;
  private final TestingScript script = new TestingScript();
  private final AtomicLong nanos = new AtomicLong();

  @BeforeEach
  void makeTheDirectory() throws IOException {
    out = Files.createDirectory(root.resolve("watched"));
  }

  @Test
  void aMarkerIsBelievedOfAScriptThatNobodyCanSee() throws IOException {
    script.seen = false;
    var complete = complete(SETTLE, Optional.of("done"));
    opaque("checkpoint-5");
    Files.write(out.resolve("checkpoint-5/done"), new byte[1]);

    assertThat(after(complete, SETTLE)).containsExactly("checkpoint-5");
  }

  @Test
  void aFileThatSaysThatItIsWholeIsBelievedOfAScriptThatNobodyCanSee() throws IOException {
    script.seen = false;
    var complete = complete(SETTLE, Optional.empty());
    Files.write(out.resolve("checkpoint-5"), archive("weights"));

    assertThat(after(complete, SETTLE)).containsExactly("checkpoint-5");
  }

  @Test
  void aLongerSettleTimeThanNewsOfADeathNeedsIsKept() throws IOException {
    script.seen = false;
    var longer = Duration.ofSeconds(30);
    var complete = complete(longer, Optional.empty());
    opaque("checkpoint-5");

    assertThat(after(complete, longer.minusMillis(1))).isEmpty();
    assertThat(after(complete, Duration.ofMillis(1))).containsExactly("checkpoint-5");
  }

  @Test
  void whatHasItsMarkerIsCompleteAtTheEndWithoutSettling() throws IOException {
    var complete = complete(SETTLE, Optional.of("done"));
    opaque("checkpoint-5");
    opaque("checkpoint-6");
    Files.write(out.resolve("checkpoint-5/done"), new byte[1]);

    var look = complete.look(Map.of(), true);

    assertThat(look.complete()).extracting(Found::name).containsExactly("checkpoint-5");
    assertThat(look.torn()).extracting(Found::name).containsExactly("checkpoint-6");
  }

  @Test
  void aMarkerInAFolderThatIsWrittenOverDoesNotCount() throws IOException {
    var complete = complete(SETTLE, Optional.of("done"));
    opaque("checkpoint-5");
    var marker = Files.write(out.resolve("checkpoint-5/done"), new byte[1]);
    assertThat(after(complete, SETTLE)).containsExactly("checkpoint-5");
    TestingFiles.afterTheTickOf(marker);

    opaque("checkpoint-5");

    assertThat(after(complete, SETTLE)).isEmpty();
    Files.write(marker, new byte[1]);
    assertThat(after(complete, SETTLE)).containsExactly("checkpoint-5");
  }

  @Test
  void aLinkIsNoMarker() throws IOException {
    var complete = complete(SETTLE, Optional.of("done"));
    opaque("checkpoint-5");
    Files.createSymbolicLink(out.resolve("checkpoint-5/done"), Path.of("state"));

    assertThat(after(complete, SETTLE)).isEmpty();
  }

  private Complete complete(Duration settle, Optional<String> marker) {
    var watch =
        new Watch(
            out,
            NamePattern.parse("checkpoint-{step}"),
            Optional.empty(),
            new Watch.Complete(settle, marker),
            Optional.empty());
    return new Complete(watch, script, nanos::get);
  }

  /** A folder of whose file nobody can say whether it is whole. */
  private void opaque(String name) throws IOException {
    var folder = Files.createDirectories(out.resolve(name));
    Files.write(folder.resolve("state"), new byte[8]);
  }

  /** What is complete when it was looked at now, and once more so much later. */
  private List<String> after(Complete complete, Duration time) throws IOException {
    complete.look(Map.of(), false);
    nanos.addAndGet(time.toNanos());
    return complete.look(Map.of(), false).complete().stream().map(Found::name).toList();
  }
}
