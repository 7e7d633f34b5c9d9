package dev.intermission.checkpoint.retention;

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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Whoever works through it stands still before one of its calls while {@code event} happens. */
record InterruptedStore(ObjectStore store, AtomicInteger callsUntil, Runnable event)
    implements ObjectStore {

  static InterruptedStore before(int call, ObjectStore store, Runnable event) {
    return new InterruptedStore(store, new AtomicInteger(call), event);
  }

  private ObjectStore resumed() {
    if (callsUntil.getAndDecrement() == 0) event.run();
    return store;
  }

  @Override
  public Optional<StoredObject> read(String key) {
    return resumed().read(key);
  }

  @Override
  public Optional<ObjectFacts> inspect(String key) {
    return resumed().inspect(key);
  }

  @Override
  public CreateOutcome createOnce(String key, Payload payload) {
    return resumed().createOnce(key, payload);
  }

  @Override
  public SwapOutcome swap(String key, SwapCondition condition, byte[] bytes) {
    return resumed().swap(key, condition, bytes);
  }

  @Override
  public Optional<Long> readRange(String key, ByteRange range, WritableByteChannel to) {
    return resumed().readRange(key, range, to);
  }

  @Override
  public Optional<Long> readAll(String key, WritableByteChannel to) {
    return resumed().readAll(key, to);
  }

  @Override
  public Stream<ListedObject> list(String prefix) {
    return resumed().list(prefix);
  }

  @Override
  public void delete(String key) {
    resumed().delete(key);
  }
}
