package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.save.Cutting;
import dev.intermission.checkpoint.save.SaveRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A training whose files are a function of the step alone, however often it is interrupted: what a
 * checkpoint must hold is known without asking who wrote it. The contents come again every third
 * step, and two files never change, so that saves meet chunks that they may re-use and chunks that
 * they may not. Every chunk is shared by two files.
 */
public final class TestingTrainer {

  /** Names whose chance lets a shared chunk end behind the second of them, and not before. */
  static final List<String> FILES = List.of("config", "mean", "optimizer", "weights");

  private static final Set<String> FROZEN = Set.of("config", "mean");

  /** Under which {@link #FILES} are two chunks, and the files of a rank are one. */
  static final Cutting CUTTING = new Cutting(1000, 100);

  private final Path root;
  private final Map<String, Path> folders = new ConcurrentHashMap<>();

  public TestingTrainer(Path root) {
    this.root = root;
  }

  /** What a file must contain after a step. */
  static byte[] content(String path, long step) {
    var text = FROZEN.contains(path) ? "never changes" : path + " after step " + step % 3;
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The complete folder of a step of a job with one worker. */
  public SaveRequest step(long step) {
    return new SaveRequest(
        step, 0, 1, folder("step-" + step, FILES, step), Optional.empty(), false);
  }

  /** The complete folder of one rank's step. */
  public SaveRequest step(long step, int rank, int worldSize) {
    var name = "step-" + step + "-" + rank;
    var folder = folder(name, List.of("seed-" + rank, "shard-" + rank), step);
    return new SaveRequest(step, rank, worldSize, folder, Optional.empty(), false);
  }

  private Path folder(String name, List<String> files, long step) {
    return folders.computeIfAbsent(name, _ -> written(root.resolve(name), files, step));
  }

  private static Path written(Path folder, List<String> files, long step) {
    try {
      Files.createDirectories(folder);
      for (var file : files) {
        var path = folder.resolve(file);
        if (!Files.exists(path)) Files.write(path, content(file, step)); // the same in every run
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
