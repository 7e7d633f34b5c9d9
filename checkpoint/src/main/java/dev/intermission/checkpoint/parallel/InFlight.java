package dev.intermission.checkpoint.parallel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Does many blocking things at once, but never more than a few, so that memory stays bounded
 * whatever their number.
 */
public final class InFlight {

  private InFlight() {}

  /**
   * Applies {@code work} to every element on virtual threads, at most {@code atOnce} at a time;
   * results come in the order of the elements. The first failure interrupts the rest, lets nothing
   * begin any more, waits and is thrown as it is: when this returns, nothing runs any more.
   */
  public static <T, R> List<R> map(List<T> elements, int atOnce, Function<T, R> work) {
    var results = new ArrayList<Future<R>>(elements.size());
    try (var threads = Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
      var finished = new ExecutorCompletionService<R>(threads);
      var first = new AtomicReference<Throwable>();
      for (var element : elements) {
        results.add(finished.submit(() -> unlessFailed(first, () -> work.apply(element))));
      }
      try {
        for (var i = 0; i < elements.size(); i++) finished.take().get();
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw unchecked(first.get()); // not of one that was called off, though it may end before
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw (CancellationException) new CancellationException("interrupted").initCause(e);
      }
      return results.stream().map(Future::resultNow).toList();
    }
  }

  private static <R> R unlessFailed(AtomicReference<Throwable> first, Supplier<R> work) {
    if (first.get() != null) throw new CancellationException("another one failed before");
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      first.compareAndSet(null, e);
      throw e;
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
