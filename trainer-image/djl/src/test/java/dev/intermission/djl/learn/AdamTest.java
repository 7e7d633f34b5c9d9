package dev.intermission.djl.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AdamTest {

  private static final int COUNT = 5_000; // two full tiles and a part of one

  private final ByteBuffer weights = floats();
  private final ByteBuffer gradients = floats();
  private final Adam adam = new Adam(Map.of("w", weights));

  @Test
  void followsTheFormulaOfThePaper() {
    var exact = new double[COUNT];
    var mean = new double[COUNT];
    var square = new double[COUNT];
    var random = new SplittableRandom(5);
    for (var update = 1; update <= 50; update++) {
      for (var i = 0; i < COUNT; i++) {
        var gradient = (float) (random.nextDouble() - 0.5);
        gradients.putFloat(i * 4, gradient);
        mean[i] = 0.9 * mean[i] + 0.1 * gradient;
        square[i] = 0.999 * square[i] + 0.001 * gradient * gradient;
        exact[i] -=
            0.01
                * (mean[i] / (1 - Math.pow(0.9, update)))
                / (Math.sqrt(square[i] / (1 - Math.pow(0.999, update))) + 1e-8);
      }
      adam.begin(0.01f).apply("w", weights.asFloatBuffer(), gradients.asFloatBuffer());
    }
    for (var i = 0; i < COUNT; i++)
      assertThat((double) weights.getFloat(i * 4)).isCloseTo(exact[i], Offset.offset(1e-4));
    assertThat(adam.updates()).isEqualTo(50);
  }

  @Test
  void leavesTheGradientsAtZeroForTheNextStep() {
    for (var i = 0; i < COUNT; i++) gradients.putFloat(i * 4, 1);

    adam.begin(0.01f).apply("w", weights.asFloatBuffer(), gradients.asFloatBuffer());

    for (var i = 0; i < COUNT; i++) assertThat(gradients.getFloat(i * 4)).isZero();
  }

  private static ByteBuffer floats() {
    return ByteBuffer.allocateDirect(COUNT * 4).order(ByteOrder.nativeOrder());
  }
}
