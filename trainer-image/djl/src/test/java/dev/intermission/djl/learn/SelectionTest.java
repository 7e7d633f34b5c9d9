package dev.intermission.djl.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which evaluation is the best, and for how long nothing was better. */
class SelectionTest {

  private static final Evaluation KNOWN = new Evaluation(10, 0.5, 0.8);

  @ParameterizedTest(name = "by {0}: loss {1}, accuracy {2} after 0.5, 0.8 -> better: {3}")
  @CsvSource({
    "LOSS, 0.4, 0.7, true",
    "LOSS, 0.5, 0.9, false",
    "LOSS, 0.6, 0.9, false",
    "LOSS, NaN, 0.9, false",
    "ACCURACY, 0.6, 0.9, true",
    "ACCURACY, 0.4, 0.8, false",
    "ACCURACY, 0.4, 0.7, false",
    "NONE, 0.1, 0.9, false"
  })
  void whatIsBetterTakesThePlaceAndTheRestIsCounted(
      Measure measure, double loss, double accuracy, boolean better) {
    var next = new Evaluation(20, loss, accuracy);

    var selection = new Selection(Optional.of(KNOWN), 2).after(next, measure);

    assertThat(selection)
        .isEqualTo(
            better ? new Selection(Optional.of(next), 0) : new Selection(Optional.of(KNOWN), 3));
  }

  @Test
  void theFirstIsTheBestUnlessItIsNoNumber() {
    assertThat(Selection.NONE.after(KNOWN, Measure.LOSS).best()).contains(KNOWN);
    var noNumber = new Evaluation(10, Double.NaN, 0.8);
    assertThat(Selection.NONE.after(noNumber, Measure.LOSS))
        .isEqualTo(new Selection(Optional.empty(), 1));
  }

  @ParameterizedTest
  @CsvSource({
    "0, LOSS, 0, --evaluate-every must be at least 1",
    "1, LOSS, -1, --patience must not be negative",
    "1, NONE, 1, --best loss or --best accuracy"
  })
  void aPlanThatMakesNoSenseIsRefusedByTheNameOfItsFlag(
      int every, Measure best, int patience, String problem) {
    assertThatThrownBy(() -> new EvaluationPlan(every, best, patience))
        .hasMessageContaining(problem);
  }
}
