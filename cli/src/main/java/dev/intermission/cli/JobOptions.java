package dev.intermission.cli;

import dev.intermission.checkpoint.catalogue.Catalogue;
import dev.intermission.checkpoint.catalogue.Entry;
import dev.intermission.checkpoint.catalogue.Entry.Standing;
import dev.intermission.checkpoint.layout.Address;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which checkpoint of which job. */
final class JobOptions {

  @Parameters(
      index = "0",
      paramLabel = "ADDRESS",
      description = "s3://bucket/prefix/namespace/name/uid, as in status.checkpoint.uri.",
      converter = AddressConverter.class)
  private Address address;

  @Option(names = "--step", description = "Of which step. Default: the newest.")
  private Optional<Long> step = Optional.empty();

  @Mixin private StoreOptions store;

  Address address() {
    return address;
  }

  StoreOptions store() {
    return store;
  }

  /** The manifest that is meant, if there is one. */
  Optional<ManifestRef> chosen(ObjectStore opened) {
    var name = address.manifest().or(() -> listed(new Catalogue(opened, address.layout())));
    return name.flatMap(new ManifestStore(opened, address.layout())::locate);
  }

  String missing() {
    var which = step.map(number -> "step " + number).orElse("a newest one");
    return "NotThere: "
        + address.layout().job().display()
        + " has no checkpoint of "
        + which
        + ". `checkpoints list` shows what there is.";
  }

  private Optional<String> listed(Catalogue catalogue) {
    if (step.isPresent()) return catalogue.find(step.get()).map(Entry::manifest);
    return catalogue.list().stream()
        .filter(entry -> entry.standing() == Standing.NEWEST)
        .map(Entry::manifest)
        .findFirst();
  }
}
