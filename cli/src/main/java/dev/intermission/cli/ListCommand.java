package dev.intermission.cli;

import dev.intermission.checkpoint.catalogue.Catalogue;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubectl intermission checkpoints list}. */
@Command(
    name = "list",
    description = "Shows a job's checkpoints, the latest step first.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {

  /** How a list is printed. */
  enum Output {
    table,
    json
  }

  @Mixin private JobOptions job;

  @Option(names = "-o", defaultValue = "table", description = "table or json. Default: table.")
  private Output output = Output.table;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var address = job.address();
    try (var store = job.store().open(address.bucket())) {
      var entries = new Catalogue(store, address.layout()).list();
      var out = spec.commandLine().getOut();
      switch (output) {
        case table -> Listing.table(entries, Instant.now()).forEach(out::println);
        case json -> out.println(Listing.json(entries));
      }
      return 0;
    }
  }
}
