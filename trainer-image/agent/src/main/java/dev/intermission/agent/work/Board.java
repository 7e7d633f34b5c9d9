package dev.intermission.agent.work;

import dev.intermission.agent.state.Facts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The one place where the newest facts are; whoever learns something changes them, whoever waits
 * for something is woken. Thread-safe; holds its lock only for pure functions.
 */
public final class Board {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Facts facts;

  /** A board with what is known at the start. */
  public Board(Facts first) {
    facts = first;
  }

  /** The newest facts. */
  public Facts facts() {
    lock.lock();
    try {
      return facts;
    } finally {
      lock.unlock();
    }
  }

  /** Changes the facts by a pure function, and wakes who waits. */
  public Facts update(UnaryOperator<Facts> change) {
    lock.lock();
    try {
      var next = change.apply(facts);
      if (!next.equals(facts)) changed.signalAll();
      facts = next;
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the facts hold what is wanted, or the limit is over. */
  public <T> Optional<T> await(Function<Facts, Optional<T>> wanted, Duration limit)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var left = limit.toNanos();
      var found = wanted.apply(facts);
      while (found.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
        found = wanted.apply(facts);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the facts hold what is wanted. */
  public <T> T await(Function<Facts, Optional<T>> wanted) throws InterruptedException {
    while (true) {
      var found = await(wanted, Duration.ofNanos(Long.MAX_VALUE));
      if (found.isPresent()) return found.get();
    }
  }

  /**
   * Waits for another fact than those given, at most so long: a pause between attempts that news
   * cut short.
   */
  public void awaitNews(Facts known, Duration limit) throws InterruptedException {
    await(now -> now.equals(known) ? Optional.empty() : Optional.of(now), limit);
  }
}
