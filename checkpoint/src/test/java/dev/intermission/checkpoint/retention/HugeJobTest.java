package dev.intermission.checkpoint.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * In a JVM of its own with 40 MiB of heap. {@code -Dretention.manifests=10000} sweeps the size that
 * docs/storage.md speaks of.
 */
class HugeJobTest {

  private static final int MANIFESTS = Integer.getInteger("retention.manifests", 1000);
  private static final int CHUNKS_OF_EACH = 100;

  @Test
  void memoryDoesNotGrowWithTheNumberOfChunks() throws Exception {
    var sweep =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx40m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                HugeJob.class.getName(),
                Integer.toString(MANIFESTS),
                Integer.toString(CHUNKS_OF_EACH))
            .redirectErrorStream(true)
            .start();
    var said = new String(sweep.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(sweep.waitFor()).as(said).isZero();
    System.out.println(said);
    var chunks = 2 * MANIFESTS * CHUNKS_OF_EACH;
    var figures = Pattern.compile("kept (\\d+) .*deleted (\\d+) of (\\d+) .* in (\\d+) requests.*");
    var found = figures.matcher(said);
    assertThat(found.matches()).as(said).isTrue();
    assertThat(found.group(1)).isEqualTo(Integer.toString(MANIFESTS));
    assertThat(Integer.parseInt(found.group(2))) // ListedChunks takes a few for listed
        .isBetween(chunks / 2 - chunks / 10_000, chunks / 2);
    assertThat(found.group(3)).isEqualTo(Integer.toString(chunks));
    assertThat(found.group(4)).isEqualTo(Integer.toString(requests(chunks)));
  }

  /** What the documentation promises, request by request. */
  private static int requests(int chunks) {
    var head = 1;
    var pinsMarksQuarantineNotes = 4;
    var manifests = MANIFESTS / 1000;
    var walk = MANIFESTS;
    var again = manifests + 3 + MANIFESTS; // for the filter: marks, quarantine, notes, manifests
    var objects = chunks / 1000;
    var deletions = chunks / 2 / 1000;
    var parts = 1;
    return head + pinsMarksQuarantineNotes + manifests + walk + again + objects + deletions + parts;
  }
}
