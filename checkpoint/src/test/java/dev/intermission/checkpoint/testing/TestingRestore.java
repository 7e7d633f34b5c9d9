package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.assertj.core.api.Assertions;

/** An agent that restores what HEAD names into its disk: everything of it or nothing. */
public final class TestingRestore implements Program {

  private final TestingWorld world;
  private final Path disk;

  /**
   * @param disk emptied now, for a pod begins with an empty one
   */
  public TestingRestore(TestingWorld world, Path disk) {
    this.world = world;
    this.disk = disk;
    try {
      Files.createDirectories(disk);
      try (var all = Files.walk(disk).sorted(Comparator.reverseOrder())) {
        for (var path : all.filter(path -> !path.equals(disk)).toList()) Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "a restore";
  }

  @Override
  public boolean run(ObjectStore store) {
    var ref = world.job(store).head().flatMap(now -> now.head().manifest()).orElseThrow();
    var folder = disk.resolve("resume");
    if (!Files.exists(folder)) {
      new CheckpointReader(store, TestingJob.LAYOUT, TestingJob.BUDGET, world.store().clock())
          .restore(ref, 0, folder);
    }
    world.witness().expect(() -> isWhole(folder, ref.step()));
    return true;
  }

  private void isWhole(Path folder, long step) {
    for (var file : TestingTrainer.FILES) {
      Assertions.assertThat(folder.resolve(file))
          .hasBinaryContent(TestingTrainer.content(file, step));
    }
    Assertions.assertThat(disk).isDirectoryNotContaining(path -> !path.equals(folder));
  }
}
