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
import java.util.Optional;
import java.util.stream.Stream;

/** One actor's connection to the store: every call waits at its gate before it is made. */
final class GatedStore implements ObjectStore {

  private final TestingStore store;
  private final String caller;
  private final Gate gate;

  GatedStore(TestingStore store, String caller, Gate gate) {
    this.store = store;
    this.caller = caller;
    this.gate = gate;
  }

  @Override
  public Optional<StoredObject> read(String key) {
    return passed().read(key);
  }

  @Override
  public Optional<ObjectFacts> inspect(String key) {
    return passed().inspect(key);
  }

  @Override
  public CreateOutcome createOnce(String key, Payload payload) {
    return passed().createOnce(key, payload);
  }

  @Override
  public SwapOutcome swap(String key, SwapCondition condition, byte[] bytes) {
    return passed().swap(key, condition, bytes);
  }

  @Override
  public Optional<Long> readRange(String key, ByteRange range, WritableByteChannel to) {
    return passed().readRange(key, range, to);
  }

  @Override
  public Optional<Long> readAll(String key, WritableByteChannel to) {
    return passed().readAll(key, to);
  }

  @Override
  public Stream<ListedObject> list(String prefix) {
    return passed().list(prefix);
  }

  @Override
  public void delete(String key) {
    passed().delete(key);
  }

  /** The store, once the schedule lets this actor make its call; perhaps to suffer a fault. */
  private TestingStore passed() {
    gate.pass().ifPresent(fault -> store.fail(0, fault));
    return store.as(caller);
  }
}
