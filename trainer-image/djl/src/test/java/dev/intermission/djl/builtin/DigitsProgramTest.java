package dev.intermission.djl.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import dev.intermission.djl.program.ExampleSet;
import dev.intermission.djl.program.TrainingProgram;
import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigitsProgramTest {

  /** One image, often enough for each of the nine places where it may be. */
  private static final int[] OFTEN = IntStream.generate(() -> 3).limit(200).toArray();

  private static final int PIXELS = 64;

  @Test
  void anImageIsMovedEachWayAndToAnotherPlaceInEachStep() {
    var images = new HashSet<String>();
    var pixels = pixels(TestingDigits.program("--shift=1").training(), 7);
    for (var from = 0; from < pixels.length; from += PIXELS)
      images.add(Arrays.toString(Arrays.copyOfRange(pixels, from, from + PIXELS)));

    assertThat(images).hasSize(9);
    assertThat(pixels(TestingDigits.program("--shift=1").training(), 8)).isNotEqualTo(pixels);
  }

  @Test
  void theSameSeedMovesAlike() {
    var program = TestingDigits.program("--shift=2");

    assertThat(pixels(program.training(), 7)).isEqualTo(pixels(program.training(), 7));
  }

  @Test
  void validationImagesStayWhereTheyAre() {
    assertThat(pixels(TestingDigits.program("--shift=2").validation(), 7))
        .isEqualTo(pixels(TestingDigits.program().validation(), 8));
  }

  @Test
  void anotherShiftIsNoticedOnResume() {
    assertThat(TestingDigits.program("--shift=2").traits()).containsEntry("shift", "2");
    assertThat(TestingDigits.program().traits()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "8"})
  void aShiftOutOfTheFrameIsRefusedByItsName(String shift) {
    TrainingProgram program = TestingDigits.program("--shift=" + shift);

    assertThatThrownBy(program::training).hasMessageContaining("--shift must be from 0 to 7");
  }

  private static float[] pixels(ExampleSet set, long seed) {
    try (var manager = Engine.getEngine("PyTorch").newBaseManager()) {
      JniUtils.setSeed(seed);
      return set.batch(manager, OFTEN).inputs().singletonOrThrow().toFloatArray();
    }
  }
}
