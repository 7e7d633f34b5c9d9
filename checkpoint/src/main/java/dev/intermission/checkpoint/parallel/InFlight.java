package dev.intermission.checkpoint.parallel;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Does many blocking things at once, but never more than a few, so that memory stays bounded
 * whatever their number.
 */
public final class InFlight {

  private InFlight() {}

  /**
   * Applies {@code work} to every element on virtual threads, at most {@code atOnce} at a time;
   * results come in the order of the elements. The first failure interrupts the rest, lets nothing
   * begin any more, waits and is thrown as it is: when this returns, nothing runs any more. What
   * waits for its turn costs no memory: a hundred thousand small files do.
   */
  public static <T, R> List<R> map(List<T> elements, int atOnce, Function<T, R> work) {
    var results = new AtomicReferenceArray<R>(elements.size());
    each(elements.size(), atOnce, i -> results.set(i, work.apply(elements.get(i))));
    return IntStream.range(0, elements.size()).mapToObj(results::get).toList();
  }

  private static void each(int count, int atOnce, IntConsumer work) {
    var workers = Math.clamp(count, 1, atOnce);
    try (var threads = Executors.newFixedThreadPool(workers, Thread.ofVirtual().factory())) {
      var finished = new ExecutorCompletionService<Void>(threads);
      var first = new AtomicReference<Throwable>();
      var next = new AtomicInteger();
      for (var i = 0; i < workers; i++) {
        finished.submit(() -> untilDone(next, count, first, work), null);
      }
      try {
        for (var i = 0; i < workers; i++) finished.take().get();
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw unchecked(first.get()); // not of one that was called off, though it may end before
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw (CancellationException) new CancellationException("interrupted").initCause(e);
      }
    }
  }

  /** One worker: takes the next element until there is none, or one failed. */
  private static void untilDone(
      AtomicInteger next, int count, AtomicReference<Throwable> first, IntConsumer work) {
    for (var i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
      if (first.get() != null) return;
      try {
        work.accept(i);
      } catch (RuntimeException | Error e) {
        first.compareAndSet(null, e);
        throw e;
      }
    }
  }

  private static RuntimeException unchecked(Throwable first) {
    return switch (first) {
      case RuntimeException failure -> failure;
      case Error error -> throw error;
      case Throwable other -> throw new AssertionError("work declares no checked exception", other);
    };
  }
}
