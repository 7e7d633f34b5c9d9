package dev.intermission.cli;

import dev.intermission.checkpoint.catalogue.Catalogue;
import dev.intermission.checkpoint.catalogue.Content;
import dev.intermission.checkpoint.catalogue.Entry;
import dev.intermission.checkpoint.catalogue.Entry.Standing;
import dev.intermission.checkpoint.failure.StoreException;
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

  /**
   * The manifest that is meant, if there is one.
   *
   * @throws StoreException.Damaged it is not what its name says, or HEAD names it and it is gone
   */
  Optional<ManifestRef> chosen(ObjectStore opened) {
    var manifests = new ManifestStore(opened, address.layout());
    if (address.manifest().isPresent()) return address.manifest().flatMap(manifests::locate);
    var meant = listed(new Catalogue(opened, address.layout()));
    var found = meant.map(Entry::manifest).flatMap(manifests::locate);
    if (found.isEmpty()) meant.ifPresent(JobOptions::requireReadable);
    return found;
  }

  String missing() {
    var newest = step.map(number -> " of step " + number).orElse(" of a newest one");
    return "NotThere: "
        + address.layout().job().display()
        + " has no checkpoint"
        + address.manifest().map(name -> " " + name).orElse(newest)
        + ". `checkpoints list` shows what there is.";
  }

  private Optional<Entry> listed(Catalogue catalogue) {
    if (step.isPresent()) return catalogue.find(step.get());
    return catalogue.list().stream()
        .filter(entry -> entry.standing() == Standing.NEWEST)
        .findFirst();
  }

  /** One that is listed, and yet not there, is named by HEAD; or a sweep took it just now. */
  private static void requireReadable(Entry entry) {
    if (entry.content() instanceof Content.Unreadable(var why)) {
      throw new StoreException.Damaged(why);
    }
  }
}
