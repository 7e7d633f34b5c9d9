package dev.intermission.sdk;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads that work through one long range together: the caller is one of them, and the others wait
 * parked in between.
 *
 * <p>Who gets which block is left to chance, so that a thread whose core is busy delays the others
 * by one block at most. Hence only for work whose result does not depend on how the range is cut.
 * For one caller at a time.
 */
public final class Crew implements AutoCloseable {

  private final int threads;
  private final ExecutorService helpers;

  /** Work on the elements from {@code from} to before {@code to}. */
  @FunctionalInterface
  public interface Work {
    void on(long from, long to);
  }

  private Crew(int threads) {
    this.threads = threads;
    helpers =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1), // starts none before it is needed
            Thread.ofPlatform().daemon().name("crew-", 1).factory());
  }

  /** A crew of {@code threads}, its caller counted. */
  public static Crew of(int threads) {
    if (threads < 1)
      throw new IllegalArgumentException("a crew needs at least 1 thread, not " + threads);
    return new Crew(threads);
  }

  /**
   * Does all of {@code [0, count)} in blocks of {@code block} elements and returns when no thread
   * touches it any more, also after an error: the memory may then be freed. Fewer than two blocks
   * are done here, since waking another thread costs more than they do.
   *
   * @throws RuntimeException what the work threw, on whichever thread; the rest may be undone
   */
  public void share(long count, long block, Work work) {
    if (threads == 1 || count < 2 * block) {
      work.on(0, count);
      return;
    }
    var next = new AtomicLong();
    Runnable turn =
        () -> {
          for (var from = next.getAndAdd(block); from < count; from = next.getAndAdd(block))
            work.on(from, Math.min(count, from + block));
        };
    var others = new CompletableFuture<?>[(int) Math.min(threads - 1L, (count - 1) / block)];
    for (var i = 0; i < others.length; i++) others[i] = CompletableFuture.runAsync(turn, helpers);
    try {
      turn.run();
    } finally {
      CompletableFuture.allOf(others).exceptionally(_ -> null).join();
    }
    for (var other : others) {
      if (other.isCompletedExceptionally()) throw asThrown(other.exceptionNow());
    }
  }

  private static RuntimeException asThrown(Throwable failure) {
    if (failure instanceof Error error) throw error;
    return (RuntimeException) failure; // a Work throws nothing else
  }

  @Override
  public void close() {
    helpers.shutdown();
  }
}
