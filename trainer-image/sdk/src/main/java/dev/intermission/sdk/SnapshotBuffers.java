package dev.intermission.sdk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Off-heap memory for copies of named buffers, allocated and touched once, so that a snapshot costs
 * a memory copy and no page fault.
 *
 * <p>Holds as many bytes as the state. For one thread at a time.
 */
public final class SnapshotBuffers {

  /** Bytes that one thread takes at a time; a buffer below two of these is copied by one thread. */
  private static final long BLOCK = 1 << 20;

  private final Crew crew;
  private final Map<String, ByteBuffer> copies = new LinkedHashMap<>();

  private SnapshotBuffers(Map<String, ByteBuffer> sources, Crew crew) {
    this.crew = crew;
    sources.forEach(
        (name, source) -> copies.put(name, ByteBuffer.allocateDirect(source.capacity())));
    copy(sources); // first touch
  }

  /** Room for copies of {@code sources}, all of whose bytes count whatever their positions are. */
  public static SnapshotBuffers reserve(Map<String, ByteBuffer> sources) {
    return reserve(sources, Crew.of(1));
  }

  /**
   * The same, copied by the threads of {@code crew}: those that train, since they wait for the copy
   * anyway. The crew stays its owner's.
   */
  public static SnapshotBuffers reserve(Map<String, ByteBuffer> sources, Crew crew) {
    return new SnapshotBuffers(sources, crew);
  }

  /** Copies every source; names and sizes must be those that were reserved. */
  public void copy(Map<String, ByteBuffer> sources) {
    if (!sources.keySet().equals(copies.keySet())) {
      throw new IllegalArgumentException(
          "State changed its names since room was reserved: " + sources.keySet());
    }
    sources.forEach((name, source) -> copy(name, source.duplicate().clear(), copies.get(name)));
  }

  private void copy(String name, ByteBuffer source, ByteBuffer copy) {
    if (source.capacity() != copy.capacity()) {
      throw new IllegalArgumentException(
          "State changed its size since room was reserved: %s has %d bytes, room is for %d"
              .formatted(name, source.capacity(), copy.capacity()));
    }
    crew.share(
        source.capacity(),
        BLOCK,
        (from, to) -> copy.put((int) from, source, (int) from, (int) (to - from)));
  }

  /**
   * The copies, native byte order, whole and read-only; they change with the next {@link #copy}.
   */
  public Map<String, ByteBuffer> copies() {
    var views = new LinkedHashMap<String, ByteBuffer>();
    copies.forEach(
        (name, copy) ->
            views.put(name, copy.asReadOnlyBuffer().order(ByteOrder.nativeOrder()).clear()));
    return Collections.unmodifiableMap(views);
  }

  public long bytes() {
    return copies.values().stream().mapToLong(ByteBuffer::capacity).sum();
  }

  /**
   * Times one plain copy of {@code sources}, the measure for what a save may cost; the copies must
   * not be in use.
   */
  public Duration timeCopy(Map<String, ByteBuffer> sources) {
    var start = System.nanoTime();
    copy(sources);
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
