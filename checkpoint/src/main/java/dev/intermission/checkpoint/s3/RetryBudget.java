package dev.intermission.checkpoint.s3;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often, and how far apart, something may be tried again. The only place of this module that
 * waits; tests replace {@link Pause}.
 *
 * @param attempts in all, the first included
 * @param first pause before the second attempt; each later one is twice as long, and drawn from its
 *     upper half
 * @param longest no pause is longer
 * @param pause how to wait
 */
public record RetryBudget(int attempts, Duration first, Duration longest, Pause pause) {

  /** Waits; a thread that is interrupted meanwhile stays so, and its budget is spent. */
  public interface Pause {

    /** The real one. */
    Pause SLEEP = RetryBudget::sleep;

    /** Waits for {@code time}; false if interrupted. */
    boolean of(Duration time);
  }

  /** Some 30 s of pauses: outlasts a restart of the store. */
  public static final RetryBudget STANDARD =
      new RetryBudget(14, Duration.ofMillis(100), Duration.ofSeconds(5), Pause.SLEEP);

  /** Under a second of pauses: for somebody who will ask again by himself. */
  public static final RetryBudget QUICK =
      new RetryBudget(3, Duration.ofMillis(100), Duration.ofMillis(400), Pause.SLEEP);

  public RetryBudget {
    if (attempts < 1) throw new IllegalArgumentException("attempts: " + attempts);
  }

  /** A fresh count, for one operation and one thread. */
  public Attempts start() {
    return new Attempts(this);
  }

  /** The attempts of one operation. Not thread-safe. */
  public static final class Attempts {

    private final RetryBudget budget;
    private int made = 1;
    private Duration next;

    private Attempts(RetryBudget budget) {
      this.budget = budget;
      this.next = budget.first;
    }

    /** Waits and returns true if another attempt is allowed; false if the budget is spent. */
    public boolean again() {
      if (made++ >= budget.attempts) return false;
      var millis = next.toMillis();
      var jittered = millis / 2 + RandomGenerator.getDefault().nextLong(millis / 2 + 1);
      next =
          next.multipliedBy(2).compareTo(budget.longest) < 0
              ? next.multipliedBy(2)
              : budget.longest;
      return budget.pause.of(Duration.ofMillis(jittered));
    }

    /** Attempts made or allowed so far. */
    public int made() {
      return made;
    }
  }

  private static boolean sleep(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
