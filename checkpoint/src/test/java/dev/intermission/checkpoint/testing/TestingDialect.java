package dev.intermission.checkpoint.testing;

import dev.intermission.checkpoint.s3.ByteRange;
import dev.intermission.checkpoint.s3.CreateOutcome;
import dev.intermission.checkpoint.s3.ListedObject;
import dev.intermission.checkpoint.s3.ObjectFacts;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.Payload;
import dev.intermission.checkpoint.s3.StoredObject;
import dev.intermission.checkpoint.s3.SwapCondition;
import dev.intermission.checkpoint.s3.SwapOutcome;
import java.nio.channels.WritableByteChannel;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A store that says it follows the contract and does not. The lies of a race need no race: whoever
 * comes second in it is told that he won.
 */
public final class TestingDialect implements ObjectStore {

  public enum Lie {
    CREATES_TWICE,
    SWAPS_WHAT_CHANGED,
    LOOKS_THEN_CREATES,
    LOOKS_THEN_SWAPS,
    LISTS_LATE
  }

  private final ObjectStore store;
  private final Lie lie;
  private final AtomicInteger creations = new AtomicInteger();
  private final AtomicInteger swaps = new AtomicInteger();

  public TestingDialect(ObjectStore store, Lie lie) {
    this.store = store;
    this.lie = lie;
  }

  @Override
  public CreateOutcome createOnce(String key, Payload payload) {
    var outcome = store.createOnce(key, payload);
    var inTurn = creations.incrementAndGet() <= 2; // the probe's first two; later ones race
    var lying = inTurn ? lie == Lie.CREATES_TWICE : lie == Lie.LOOKS_THEN_CREATES;
    return lying && outcome instanceof CreateOutcome.AlreadyThere
        ? new CreateOutcome.Created(Instant.EPOCH)
        : outcome;
  }

  @Override
  public SwapOutcome swap(String key, SwapCondition condition, byte[] bytes) {
    var outcome = store.swap(key, condition, bytes);
    var inTurn = swaps.incrementAndGet() <= 2;
    var lying = inTurn ? lie == Lie.SWAPS_WHAT_CHANGED : lie == Lie.LOOKS_THEN_SWAPS;
    return lying && outcome instanceof SwapOutcome.Refused
        ? new SwapOutcome.Swapped("\"other\"")
        : outcome;
  }

  @Override
  public Stream<ListedObject> list(String prefix) {
    return lie == Lie.LISTS_LATE ? Stream.empty() : store.list(prefix);
  }

  @Override
  public Optional<StoredObject> read(String key) {
    return store.read(key);
  }

  @Override
  public Optional<ObjectFacts> inspect(String key) {
    return store.inspect(key);
  }

  @Override
  public Optional<Long> readRange(String key, ByteRange range, WritableByteChannel to) {
    return store.readRange(key, range, to);
  }

  @Override
  public Optional<Long> readAll(String key, WritableByteChannel to) {
    return store.readAll(key, to);
  }

  @Override
  public void delete(String key) {
    store.delete(key);
  }
}
