package dev.intermission.checkpoint.damage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkpoint's size costs no memory: it is saved, verified and restored in a process with the
 * collector, the object headers and the heap of an agent. Each file costs some, since a manifest is
 * held whole. {@code -Dhuge.gib=20} makes the file as large as it gets; the figures are in
 * docs/reliability.md, "Huge".
 */
class HugeTest {

  private static final long GIB = Long.getLong("huge.gib", 2);
  private static final long FILES = Long.getLong("huge.files", 100_000);
  private static final String HEAP = System.getProperty("huge.heap", "64m");

  @TempDir Path folder;

  @Test
  void aFileLargerThanMemoryIsSavedAndRestoredInTheHeapOfAnAgent() throws Exception {
    assertThat(run("bytes", GIB << 30)).contains("restored in");
  }

  @Test
  void thousandsOfFilesAreSavedAndRestored() throws Exception {
    assertThat(run("files", FILES)).contains("restored in");
  }

  private String run(String what, long amount) throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xmn4m",
                "-Xmx" + HEAP,
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                HugeMain.class.getName(),
                what,
                Long.toString(amount),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    System.out.println(said);
    return said;
  }
}
