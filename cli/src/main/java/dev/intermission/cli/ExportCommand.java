package dev.intermission.cli;

import dev.intermission.checkpoint.restore.CheckpointReader;
import dev.intermission.checkpoint.restore.Export;
import dev.intermission.checkpoint.s3.RetryBudget;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubectl intermission checkpoints export}. */
@Command(
    name = "export",
    description = "Copies a checkpoint to a folder, every byte of it checked, or not at all.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {

  @Mixin private JobOptions job;

  @Parameters(index = "1", paramLabel = "DIRECTORY", description = "Absent or empty.")
  private Path directory;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var address = job.address();
    try (var store = job.store().open(address.bucket())) {
      var manifest = job.chosen(store);
      if (manifest.isEmpty()) {
        spec.commandLine().getErr().println(job.missing());
        return Intermission.NOT_THERE;
      }
      var reader =
          new CheckpointReader(store, address.layout(), RetryBudget.STANDARD, Clock.systemUTC());
      var bytes = new Export(reader).export(manifest.get(), directory.toAbsolutePath());
      spec.commandLine()
          .getOut()
          .println("step " + manifest.get().step() + ": " + bytes + " bytes in " + directory);
      return 0;
    }
  }
}
