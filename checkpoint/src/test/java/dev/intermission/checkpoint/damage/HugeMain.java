package dev.intermission.checkpoint.damage;

import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.checkpoint.verify.Verification.Verified;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Saves, verifies and restores something huge, in a process of its own whose heap the caller
 * bounds: {@code bytes N folder} one sparse file, {@code files N folder} so many small ones.
 */
public final class HugeMain {

  private HugeMain() {}

  public static void main(String[] arguments) throws IOException {
    var amount = Long.parseLong(arguments[1]);
    var folder = Path.of(arguments[2]);
    var source = Files.createDirectories(folder.resolve("checkpoints/1"));
    switch (arguments[0]) {
      case "bytes" -> {
        try (var file = new RandomAccessFile(source.resolve("weights").toFile(), "rw")) {
          file.setLength(amount);
        }
        saveAndRestore(new SparseStore(folder.resolve("store")), source, folder.resolve("resume"));
        if (Files.size(folder.resolve("resume/weights")) != amount) throw new AssertionError();
      }
      case "files" -> {
        for (var i = 0; i < amount; i++) {
          var shard = source.resolve("shard-" + i / 1000);
          if (i % 1000 == 0) Files.createDirectories(shard);
          Files.writeString(shard.resolve("file-" + i), i % 10 == 0 ? "" : "content of " + i);
        }
        saveAndRestore(new SparseStore(folder.resolve("store")), source, folder.resolve("resume"));
        try (var walk = Files.walk(folder.resolve("resume"))) {
          if (walk.filter(Files::isRegularFile).count() != amount) throw new AssertionError();
        }
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void saveAndRestore(ObjectStore store, Path source, Path target)
      throws IOException {
    var job = new DamagedJob(store, source.getParent());
    job.begin();
    var start = Instant.now();
    ManifestRef saved = job.saveInFull(1, source);
    report("saved", start);
    start = Instant.now();
    if (!(job.verify(saved, Mode.ATTESTED) instanceof Verified)) throw new AssertionError();
    report("verified", start);
    start = Instant.now();
    job.restore(saved, target);
    report("restored", start);
  }

  private static void report(String what, Instant since) throws IOException {
    var took = Duration.between(since, Instant.now()).toMillis();
    var memory = Path.of("/proc/self/status");
    var peak =
        Files.exists(memory)
            ? Files.readString(memory, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("")
            : "";
    System.out.println(what + " in " + took + " ms, " + peak.replaceAll("\\s+", " "));
  }
}
