package dev.intermission.djl.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DigitsTest {

  private final Digits digits = Digits.load();

  @Test
  void allImagesAreThere() {
    assertThat(digits.training().count() + digits.validation().count()).isEqualTo(1_797);
    assertThat(IntStream.of(digits.training().labels()).distinct().sorted())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    for (var pixel : digits.training().pixels()) assertThat(pixel).isBetween(0f, 1f);
  }

  @Test
  void noImageIsInBothParts() {
    var training = new HashSet<String>();
    for (var index = 0; index < digits.training().count(); index++)
      training.add(image(digits.training(), index));

    var shared =
        IntStream.range(0, digits.validation().count())
            .filter(index -> training.contains(image(digits.validation(), index)));

    assertThat(shared).isEmpty();
  }

  @Test
  void theSplitIsTheSameEveryTime() {
    assertThat(Digits.load().validation().labels()).isEqualTo(digits.validation().labels());
  }

  private static String image(Examples examples, int index) {
    return Arrays.toString(examples.pick(index).pixels());
  }
}
