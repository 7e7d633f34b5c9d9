package dev.intermission.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrewTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 19", "2, 20", "3, 21", "8, 20", "4, 1000", "2, 0"})
  void everyElementIsDoneOnce(int threads, int count) {
    var done = new AtomicIntegerArray(count);
    try (var crew = Crew.of(threads)) {
      crew.share(
          count,
          10,
          (from, to) -> {
            for (var i = from; i < to; i++) done.incrementAndGet((int) i);
          });
    }
    for (var i = 0; i < count; i++) assertThat(done.get(i)).isEqualTo(1);
  }

  @Test
  void twoBlocksAreDoneByTwoThreadsAtOnce() {
    var both = new CountDownLatch(2);
    try (var crew = Crew.of(2)) {
      crew.share(20, 10, (_, _) -> meet(both)); // returns only if neither waits for the other's end
    }
    assertThat(both.getCount()).isZero();
  }

  @Test
  void littleWorkStaysOnTheThreadThatAsks() {
    var threads = Collections.synchronizedSet(new HashSet<Thread>());
    try (var crew = Crew.of(4)) {
      crew.share(19, 10, (_, _) -> threads.add(Thread.currentThread()));
    }
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  void anErrorOfAnotherThreadReachesTheOneThatAsked() {
    var caller = Thread.currentThread();
    var both = new CountDownLatch(2);
    try (var crew = Crew.of(2)) {
      assertThatThrownBy(
              () ->
                  crew.share(
                      20,
                      10,
                      (_, _) -> {
                        meet(both);
                        if (Thread.currentThread() != caller)
                          throw new IllegalStateException("broken");
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("broken");
    }
  }

  @Test
  void afterAnErrorNobodyTouchesTheMemoryAnyMore() {
    var caller = Thread.currentThread();
    var both = new CountDownLatch(2);
    var thrown = new CountDownLatch(1);
    var ended = new AtomicBoolean();
    try (var crew = Crew.of(2)) {
      assertThatThrownBy(
              () ->
                  crew.share(
                      20,
                      10,
                      (_, _) -> {
                        meet(both);
                        if (Thread.currentThread() == caller) {
                          thrown.countDown();
                          throw new IllegalStateException("broken");
                        }
                        await(thrown);
                        for (var i = 0; i < 1000; i++) Thread.yield();
                        ended.set(true);
                      }))
          .hasMessage("broken");
      assertThat(ended).isTrue();
    }
  }

  @Test
  void noThreadIsNoCrew() {
    assertThatThrownBy(() -> Crew.of(0)).hasMessageContaining("at least 1");
  }

  private static void meet(CountDownLatch latch) {
    latch.countDown();
    await(latch);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
