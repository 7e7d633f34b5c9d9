package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.s3.ProbeResult.Unusable;
import dev.intermission.checkpoint.s3.ProbeResult.Usable;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Finds out, by trying, whether a store refuses what the protocol relies on being refused: creating
 * an object twice, and swapping one that has changed. A store that says yes to both would let two
 * trainers write.
 */
public final class StorageProbe {

  private static final String UNSUPPORTED = "ConditionalWritesUnsupported";

  private final Supplier<String> ids;

  /**
   * @param ids a name that no other probe uses, each time
   */
  public StorageProbe(Supplier<String> ids) {
    this.ids = ids;
  }

  /**
   * Writes, replaces and deletes one small object below {@code prefix}. About six round trips;
   * never throws.
   */
  public ProbeResult probe(ObjectStore store, String prefix) {
    var key = (prefix.isEmpty() ? "" : prefix + "/") + ".intermission-probe/" + ids.get();
    try {
      var result = tried(store, key);
      store.delete(key);
      return result;
    } catch (StoreException e) {
      return new Unusable(
          e.reason(), e.getMessage()); // what it wrote is a few bytes below .intermission-probe/
    }
  }

  private static ProbeResult tried(ObjectStore store, String key) {
    var first = "1".getBytes(StandardCharsets.UTF_8);
    var second = "2".getBytes(StandardCharsets.UTF_8);
    store.createOnce(key, Payload.Bytes.of(first)); // a lost answer shows in the read
    if (store.createOnce(key, Payload.Bytes.of(second)) instanceof CreateOutcome.Created) {
      return unsupported("If-None-Match: * (it created an object twice)");
    }
    var there = store.read(key);
    if (there.isEmpty()) {
      return new Unusable(
          "EndpointUnreachable", "The S3 store lost the answer to " + key + ": try again.");
    }
    var stale = new SwapCondition.IfMatch(there.get().etag());
    store.swap(key, stale, second);
    if (store.swap(key, stale, first) instanceof SwapOutcome.Swapped) {
      return unsupported("If-Match (it swapped an object that had changed)");
    }
    return new Usable();
  }

  private static Unusable unsupported(String what) {
    return new Unusable(
        UNSUPPORTED,
        "The S3 store does not honour "
            + what
            + ", so it cannot keep two trainers from overwriting each other. No run is started. Use"
            + " a store with conditional writes; docs/storage.md lists them.");
  }
}
