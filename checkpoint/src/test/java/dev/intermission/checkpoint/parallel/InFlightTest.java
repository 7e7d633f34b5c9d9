package dev.intermission.checkpoint.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many things at once: their order, and their first failure. */
class InFlightTest {

  @Test
  void resultsComeInTheOrderOfTheElements() {
    var elements = IntStream.range(0, 1000).boxed().toList();

    assertThat(InFlight.map(elements, 8, n -> n * 2))
        .isEqualTo(IntStream.range(0, 1000).mapToObj(n -> n * 2).toList());
  }

  /** Those that are called off may end before the one that failed. */
  @Test
  void failureThatIsThrownIsTheFirstAndNotThatOfOneThatWasCalledOff() {
    var elements = IntStream.range(0, 64).boxed().toList();
    for (var round = 0; round < 300; round++) {
      assertThatThrownBy(() -> InFlight.map(elements, 8, InFlightTest::failing))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("broken");
    }
  }

  @Test
  void nothingBeginsAfterAFailure() {
    var begun = new AtomicInteger();

    assertThatThrownBy(
            () ->
                InFlight.map(
                    List.of(1, 2, 3),
                    1,
                    _ -> {
                      begun.incrementAndGet();
                      return failing(0);
                    }))
        .hasMessage("broken");
    assertThat(begun).hasValue(1);
  }

  @Test
  void errorIsThrownAsItIs() {
    var both = new CyclicBarrier(2);

    assertThatThrownBy(
            () ->
                InFlight.map(
                    List.of(1, 2),
                    2,
                    n -> {
                      try {
                        both.await();
                      } catch (Exception e) {
                        throw new AssertionError(e);
                      }
                      if (n == 2) throw new LinkageError("none");
                      return n;
                    }))
        .isInstanceOf(LinkageError.class);
  }

  private static int failing(int n) {
    throw new IllegalStateException("broken");
  }
}
