package dev.intermission.djl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExamplesTest {

  private final Examples images =
      new Examples(
          new float[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9}, new int[2], 3);

  @ParameterizedTest(name = "{0} to the right, {1} down")
  @CsvSource({
    "0, 0, 123456789",
    "1, 0, 012045078",
    "-1, 0, 230560890",
    "0, 1, 000123456",
    "0, -1, 456789000",
    "1, 1, 000012045",
    "-2, 1, 000300600",
    "2, 2, 000000001",
    "3, 0, 000000000",
    "0, -3, 000000000"
  })
  void whatLeavesTheFrameIsGoneAndWhatComesInIsBlank(long right, long down, String expected) {
    var moved = images.moved(0, 0, right, down).pick(1);

    var digits = new StringBuilder();
    for (var pixel : moved.pixels()) digits.append((int) pixel);
    assertThat(digits).hasToString(expected);
  }

  @Test
  void aMoveForEachImageIsNeeded() {
    assertThatThrownBy(() -> images.moved(0, 0)).hasMessageContaining("2 moves for 2 images");
  }
}
