package dev.intermission.checkpoint.protocol;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.StoredObject;
import dev.intermission.checkpoint.s3.SwapCondition;
import dev.intermission.checkpoint.s3.SwapOutcome;
import java.util.Optional;

/** The job's HEAD in the store. Thread-safe. */
public final class HeadObject {

  /** Some 400 bytes are usual. */
  private static final long LONGEST_BYTES = 64 * 1024;

  private final ObjectStore store;
  private final String key;

  public HeadObject(ObjectStore store, Layout layout) {
    this.store = store;
    this.key = layout.head();
  }

  /**
   * HEAD as it is now, or nothing if there is none. One round trip.
   *
   * @throws StoreException.Damaged it is no HEAD of ours
   * @throws StoreException.FormatTooNew a newer version wrote it
   */
  public Optional<HeadSnapshot> read() {
    return store.read(key, LONGEST_BYTES).map(this::snapshot);
  }

  /** Where it is, for messages. */
  public String key() {
    return key;
  }

  /**
   * Reads HEAD after a swap: a store that does not answer now leaves the outcome open, it does not
   * make it an error.
   */
  Look look() {
    try {
      return new Look.Seen(read());
    } catch (StoreException.EndpointUnreachable e) {
      return new Look.Unknown(e.getMessage());
    }
  }

  SwapOutcome swap(SwapCondition condition, Head next) {
    return store.swap(key, condition, HeadCodec.encode(next));
  }

  private HeadSnapshot snapshot(StoredObject object) {
    return new HeadSnapshot(HeadCodec.decode(key, object.bytes()), object.etag());
  }
}
