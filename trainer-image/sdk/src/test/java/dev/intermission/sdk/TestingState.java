package dev.intermission.sdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A state of one number, whose writing can be made to block or to fail. */
final class TestingState implements TrainingState {

  final List<Long> snapshots = new CopyOnWriteArrayList<>();
  final List<Thread> writers = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile Optional<String> failure = Optional.empty();

  void block() {
    gate = new CountDownLatch(1);
  }

  void unblock() {
    gate.countDown();
  }

  void failWith(String message) {
    failure = Optional.of(message);
  }

  @Override
  public Snapshot snapshot(long step) {
    snapshots.add(step);
    return directory -> write(step, directory);
  }

  private Contents write(long step, Path directory) throws IOException {
    writers.add(Thread.currentThread());
    Files.writeString(directory.resolve("number"), "half of " + step);
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    if (failure.isPresent()) throw new IOException(failure.get());
    Files.writeString(directory.resolve("number"), Long.toString(step));
    return new Contents(List.of("model"), Map.of("threads", "1"), Map.of("weights", "w" + step));
  }
}
