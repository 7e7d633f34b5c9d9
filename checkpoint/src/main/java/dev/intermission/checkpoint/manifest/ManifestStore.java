package dev.intermission.checkpoint.manifest;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.layout.Sha256;
import dev.intermission.checkpoint.s3.ObjectStore;
import java.util.Optional;

/** Reads manifests and believes none whose bytes do not have the sum it was told. Thread-safe. */
public final class ManifestStore {

  private final ObjectStore store;
  private final Layout layout;

  public ManifestStore(ObjectStore store, Layout layout) {
    this.store = store;
    this.layout = layout;
  }

  /**
   * The manifest that {@code ref} points to. One round trip.
   *
   * @throws StoreException.Damaged it is gone, its sum is another, or it contradicts itself or its
   *     name
   * @throws StoreException.FormatTooNew a newer version wrote it
   */
  public Manifest read(ManifestRef ref) {
    var key = layout.manifest(ref.name());
    var object =
        store.read(key, ManifestCodec.LONGEST_BYTES).orElseThrow(() -> damaged(ref, "is gone"));
    var sum = Sha256.hex(object.bytes());
    if (!sum.equals(ref.sha256())) {
      throw damaged(ref, "has sum " + sum + " instead of " + ref.sha256());
    }
    return decoded(ref.name(), object.bytes());
  }

  /**
   * The manifest called {@code name}, or nothing if there is none; its bytes must have the sum that
   * its name ends in. One round trip.
   *
   * @throws StoreException.Damaged as {@link #read}
   */
  public Optional<Manifest> find(String name) {
    return store
        .read(layout.manifest(name), ManifestCodec.LONGEST_BYTES)
        .map(object -> decoded(name, object.bytes()));
  }

  /**
   * What points to the manifest called {@code name}, for whoever knows only that: its whole sum
   * comes from its bytes, and must begin as the name says. One round trip.
   *
   * @throws StoreException.Damaged it does not
   */
  public Optional<ManifestRef> locate(String name) {
    var object = store.read(layout.manifest(name), ManifestCodec.LONGEST_BYTES);
    var sum = object.map(found -> Sha256.hex(found.bytes()));
    try {
      return sum.map(whole -> ManifestRef.of(name, whole));
    } catch (IllegalArgumentException e) {
      throw new StoreException.Damaged(
          "Manifest "
              + layout.manifest(name)
              + " is damaged: it has sum "
              + sum.orElse("")
              + ". Nothing was changed.");
    }
  }

  private static Manifest decoded(String name, byte[] bytes) {
    var manifest = ManifestCodec.decode(name, bytes);
    var found = Layout.manifestName(manifest.step(), manifest.token(), Sha256.hex(bytes));
    if (found.equals(name)) return manifest;
    throw new StoreException.Damaged(
        "Manifest " + name + " is damaged: it is " + found + ". Nothing was changed.");
  }

  private StoreException.Damaged damaged(ManifestRef ref, String what) {
    return new StoreException.Damaged(
        "Checkpoint "
            + ref.step()
            + " of "
            + layout.job().display()
            + " is damaged: its manifest "
            + layout.manifest(ref.name())
            + " "
            + what
            + ". Nothing was changed.");
  }
}
