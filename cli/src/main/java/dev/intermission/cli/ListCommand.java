package dev.intermission.cli;

import dev.intermission.checkpoint.catalogue.Catalogue;
import dev.intermission.checkpoint.catalogue.Entry;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.verify.Verifier;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  @Option(
      names = "--verify",
      description =
          "Also ask the store for length and sum of every object of each, and end with 1 if one"
              + " that is not quarantined is damaged. Reads a chunk only where the store keeps no"
              + " sum.")
  private boolean verify;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var address = job.address();
    try (var store = job.store().open(address.bucket())) {
      var entries = new Catalogue(store, address.layout()).list();
      var verdicts = verify ? verdicts(entries, store) : Map.<String, Verdict>of();
      var out = spec.commandLine().getOut();
      switch (output) {
        case table -> Listing.table(entries, verdicts, Instant.now()).forEach(out::println);
        case json -> out.println(Listing.json(entries, verdicts));
      }
      return entries.stream().anyMatch(entry -> isBadNews(entry, verdicts))
          ? Intermission.NOT_WHOLE
          : 0;
    }
  }

  private Map<String, Verdict> verdicts(List<Entry> entries, ObjectStore store) {
    var layout = job.address().layout();
    var manifests = new ManifestStore(store, layout);
    var verifier = new Verifier(store, layout, RetryBudget.STANDARD, Clock.systemUTC());
    var verdicts = new HashMap<String, Verdict>();
    for (var entry : entries) {
      verdicts.put(entry.manifest(), Verdict.of(entry.manifest(), manifests, verifier));
    }
    return verdicts;
  }

  /** Of a quarantined one it is known, and nothing resumes from it. */
  private static boolean isBadNews(Entry entry, Map<String, Verdict> verdicts) {
    return verdicts.get(entry.manifest()) instanceof Verdict.Damaged
        && !entry.notes().quarantined();
  }
}
