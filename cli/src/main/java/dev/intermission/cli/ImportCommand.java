package dev.intermission.cli;

import dev.intermission.checkpoint.layout.Address;
import dev.intermission.checkpoint.save.Import;
import dev.intermission.checkpoint.save.SaveTuning;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubectl intermission checkpoints import}. */
@Command(
    name = "import",
    description = "Makes a folder a checkpoint, and prints its address for spec.resumeFrom.uri.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "Holds the files of one step.")
  private Path directory;

  @Parameters(
      index = "1",
      paramLabel = "PLACE",
      description = "s3://bucket/prefix/namespace/name; the namespace is that of the jobs.")
  private String place;

  @Option(names = "--step", required = true, description = "After which step training goes on.")
  private long step;

  @Mixin private StoreOptions store;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var segments = segments();
    var n = segments.size();
    try (var opened = store.open(segments.getFirst())) {
      var prefix = String.join("/", segments.subList(1, n - 2));
      var imported =
          new Import(opened, prefix, SaveTuning.STANDARD, Clock.systemUTC())
              .run(segments.get(n - 2), segments.get(n - 1), step, directory);
      spec.commandLine().getOut().println("s3://" + segments.getFirst() + "/" + imported.key());
      return 0;
    }
  }

  /** The bucket, the folders of the prefix, the namespace and the name. */
  private List<String> segments() {
    try {
      var segments = Address.segments(place, 3);
      Address.parse(place + "/uid"); // each must be able to stand in a key
      return segments;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }
}
