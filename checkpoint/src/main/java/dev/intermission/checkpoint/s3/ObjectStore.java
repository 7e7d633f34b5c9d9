package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import java.nio.channels.WritableByteChannel;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The nine things that the checkpoint protocol needs of a store, and no more: a strongly consistent
 * map of keys to bytes with conditional writes. Thread-safe; every call blocks for at most its time
 * limit (made for virtual threads).
 *
 * <p>Reads and deletes are retried inside, since they change nothing twice. Conditional writes are
 * sent exactly once: what became of them is the caller's to find out, because only the caller can
 * tell its own bytes from another's.
 *
 * <p>Every method throws a {@link StoreException} when the store cannot be used at all (wrong
 * credentials, no bucket, nobody answers a read).
 */
public interface ObjectStore {

  /** The whole of a small object, or nothing if there is none. One round trip. */
  Optional<StoredObject> read(String key);

  /**
   * As {@link #read}, of an object that is never longer than {@code most} bytes unless somebody
   * else put it there: a longer one is not taken into memory.
   *
   * @throws StoreException.Damaged it is longer; it was not touched
   */
  default Optional<StoredObject> read(String key, long most) {
    var object = read(key);
    object.ifPresent(found -> requireAtMost(most, key, found.bytes().length));
    return object;
  }

  /** Refuses an object that is longer than any that this project writes under its key. */
  static void requireAtMost(long most, String key, long bytes) {
    if (bytes <= most) return;
    throw new StoreException.Damaged(
        key
            + " has "
            + bytes
            + " bytes, but at most "
            + most
            + " were ever written there: it is not an object of Intermission. Nothing was"
            + " changed.");
  }

  /** What the store knows about an object, or nothing if there is none. One round trip. */
  Optional<ObjectFacts> inspect(String key);

  /**
   * Creates an object that must never be replaced. One round trip. The store checks the payload's
   * sum before the object exists.
   *
   * @throws StoreException.DirectoryTorn the file behind the payload changed or ended early;
   *     nothing was created
   */
  CreateOutcome createOnce(String key, Payload payload);

  /**
   * Replaces a small object if it is still as {@code condition} says, atomically. One round trip.
   */
  SwapOutcome swap(String key, SwapCondition condition, byte[] bytes);

  /**
   * Streams some bytes of an object into {@code to}, in order. Not retried, since {@code to} cannot
   * be taken back.
   *
   * @return how many arrived: fewer than asked for when the object is shorter, nothing at all when
   *     there is none
   * @throws StoreException.EndpointUnreachable the answer broke off; some bytes may have been
   *     written
   */
  Optional<Long> readRange(String key, ByteRange range, WritableByteChannel to);

  /** Streams a whole object into {@code to}, as {@link #readRange} does. */
  Optional<Long> readAll(String key, WritableByteChannel to);

  /**
   * All objects whose keys start with {@code prefix}, by key, fetched page by page as the stream is
   * consumed.
   */
  Stream<ListedObject> list(String prefix);

  /** Deletes an object; one that is not there is fine. */
  void delete(String key);

  /**
   * Deletes many objects, in any order, with as few round trips as the store allows. Whoever dies
   * or fails midway has deleted some of them.
   */
  default void deleteAll(Collection<String> keys) {
    keys.forEach(this::delete);
  }
}
