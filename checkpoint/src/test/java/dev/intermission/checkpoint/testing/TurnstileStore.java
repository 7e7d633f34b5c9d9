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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One actor's connection to a store: before each of its calls {@code turnstile} may wait, or let
 * something happen, and says which store takes the call.
 */
public record TurnstileStore(Supplier<? extends ObjectStore> turnstile) implements ObjectStore {

  /** Whoever works through it stands still before one of its calls while {@code event} happens. */
  public static TurnstileStore before(int call, ObjectStore store, Runnable event) {
    var callsUntil = new AtomicInteger(call);
    return new TurnstileStore(
        () -> {
          if (callsUntil.getAndDecrement() == 0) event.run();
          return store;
        });
  }

  @Override
  public Optional<StoredObject> read(String key) {
    return turnstile.get().read(key);
  }

  @Override
  public Optional<ObjectFacts> inspect(String key) {
    return turnstile.get().inspect(key);
  }

  @Override
  public CreateOutcome createOnce(String key, Payload payload) {
    return turnstile.get().createOnce(key, payload);
  }

  @Override
  public SwapOutcome swap(String key, SwapCondition condition, byte[] bytes) {
    return turnstile.get().swap(key, condition, bytes);
  }

  @Override
  public Optional<Long> readRange(String key, ByteRange range, WritableByteChannel to) {
    return turnstile.get().readRange(key, range, to);
  }

  @Override
  public Optional<Long> readAll(String key, WritableByteChannel to) {
    return turnstile.get().readAll(key, to);
  }

  @Override
  public Stream<ListedObject> list(String prefix) {
    return turnstile.get().list(prefix);
  }

  @Override
  public void delete(String key) {
    turnstile.get().delete(key);
  }
}
