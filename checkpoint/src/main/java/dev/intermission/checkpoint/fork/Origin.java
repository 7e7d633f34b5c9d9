package dev.intermission.checkpoint.fork;

import dev.intermission.checkpoint.catalogue.Catalogue;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.protocol.HeadObject;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.util.Optional;

/**
 * A checkpoint of another job.
 *
 * @param store that it is in; may be one of another bucket, and one that we may only read
 * @param layout of the job that it belongs to
 * @param manifest the checkpoint
 */
public record Origin(ObjectStore store, Layout layout, ManifestRef manifest) {

  /** The newest checkpoint of a job; absent before its first. One round trip. */
  public static Optional<Origin> newest(ObjectStore store, Layout layout) {
    return new HeadObject(store, layout)
        .read()
        .flatMap(seen -> seen.head().manifest())
        .map(ref -> new Origin(store, layout, ref));
  }

  /**
   * The checkpoint of a job after a step: HEAD's own or an ancestor of it before any other, the
   * latest written before earlier ones; quarantined ones do not count. Costs what {@link
   * Catalogue#list} costs.
   */
  public static Optional<Origin> find(ObjectStore store, Layout layout, long step) {
    var sound =
        new Catalogue(store, layout)
            .list().stream().filter(entry -> !entry.notes().quarantined()).toList();
    return Catalogue.find(sound, step).flatMap(entry -> named(store, layout, entry.manifest()));
  }

  /** The checkpoint whose manifest is called {@code name}, if there is one. One round trip. */
  public static Optional<Origin> named(ObjectStore store, Layout layout, String name) {
    return new ManifestStore(store, layout).locate(name).map(ref -> new Origin(store, layout, ref));
  }
}
