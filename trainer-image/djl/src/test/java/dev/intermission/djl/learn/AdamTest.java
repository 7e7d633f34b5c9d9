package dev.intermission.djl.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.sdk.Crew;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdamTest {

  private static final int COUNT = 5_000; // full tiles and a part of one
  private static final float RATE = 0.01f;

  private final ByteBuffer weights = floats();
  private final ByteBuffer gradients = floats();
  private final Adam adam = new Adam(Map.of("w", weights), Crew.of(1));

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
  void weightDecayIsDecoupledFromTheMomentsAndOnlyOfTheWeightsThatDecay() {
    for (var i = 0; i < COUNT; i++) weights.putFloat(i * 4, i - 2_500f);
    var decaying = new Adam(Map.of("w", weights), Crew.of(1), Map.of("w", 0.5f));

    decaying.begin(RATE).apply("w", weights.asFloatBuffer(), gradients.asFloatBuffer());

    for (var i = 0; i < COUNT; i++) // without a gradient the decay is all there is
    assertThat(weights.getFloat(i * 4)).isEqualTo((i - 2_500f) * (1 - RATE * 0.5f));
    var others = new Adam(Map.of("w", weights), Crew.of(1), Map.of("v", 0.5f));
    var before = bits(weights);
    others.begin(RATE).apply("w", weights.asFloatBuffer(), gradients.asFloatBuffer());
    assertThat(bits(weights)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e30f})
  void aGradientThatLeavesTheFiniteNumbersIsNoticedWhereverItIs(float gradient) {
    for (var place : new int[] {0, 255, 256, COUNT - 1}) {
      var fresh = new Adam(Map.of("w", weights), Crew.of(1));
      assertThat(fresh.begin(RATE).apply("w", weights.asFloatBuffer(), gradients.asFloatBuffer()))
          .isTrue();
      gradients.putFloat(place * 4, gradient);

      assertThat(fresh.begin(RATE).apply("w", weights.asFloatBuffer(), gradients.asFloatBuffer()))
          .isFalse();
      weights.asFloatBuffer().put(new float[COUNT]);
    }
  }

  @Test
  void leavesTheGradientsAtZeroForTheNextStep() {
    for (var i = 0; i < COUNT; i++) gradients.putFloat(i * 4, 1);

    adam.begin(0.01f).apply("w", weights.asFloatBuffer(), gradients.asFloatBuffer());

    for (var i = 0; i < COUNT; i++) assertThat(gradients.getFloat(i * 4)).isZero();
  }

  /**
   * Counts around a tile, a block and the two blocks from which on threads share. Among the
   * gradients are all that arithmetic treats specially.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 255, 257, 65_536, 131_071, 131_072, 300_001})
  void anyNumberOfThreadsGivesTheBitsOfThePlainLoop(int count) {
    var expected = new PlainLoop(count);
    for (var update = 1; update <= 3; update++) expected.move(update);

    for (var threads : new int[] {1, 2, 3, 8}) {
      var weight = floats(count);
      var gradient = floats(count);
      try (var crew = Crew.of(threads)) {
        var shared = new Adam(Map.of("w", weight), crew);
        for (var update = 1; update <= 3; update++) {
          gradient.asFloatBuffer().put(gradients(count, update));
          shared.begin(RATE).apply("w", weight.asFloatBuffer(), gradient.asFloatBuffer());
        }

        assertThat(bits(weight)).as("%d threads", threads).isEqualTo(bits(expected.weight));
        assertThat(bits(shared.moments().get("w").mean())).isEqualTo(bits(expected.mean));
        assertThat(bits(shared.moments().get("w").square())).isEqualTo(bits(expected.square));
        assertThat(bits(gradient)).containsOnly(0);
      }
    }
  }

  /** Adam as it stands in the code, one element after the other. */
  private static final class PlainLoop {
    private final float[] weight;
    private final float[] mean;
    private final float[] square;

    PlainLoop(int count) {
      weight = new float[count];
      mean = new float[count];
      square = new float[count];
    }

    void move(int update) {
      var gradient = gradients(weight.length, update);
      var rate =
          (float)
              (RATE
                  * (StrictMath.sqrt(1 - StrictMath.pow(Adam.BETA2, update))
                      / (1 - StrictMath.pow(Adam.BETA1, update))));
      for (var i = 0; i < weight.length; i++) {
        mean[i] = mean[i] * Adam.BETA1 + gradient[i] * (1 - Adam.BETA1);
        square[i] = square[i] * Adam.BETA2 + gradient[i] * gradient[i] * (1 - Adam.BETA2);
        weight[i] -= rate * mean[i] / ((float) Math.sqrt(square[i]) + Adam.EPSILON);
      }
    }
  }

  private static float[] gradients(int count, int update) {
    var random = new SplittableRandom(update);
    var special =
        new float[] {0f, -0f, Float.MIN_VALUE, -1e-40f, 1e30f, Float.POSITIVE_INFINITY, Float.NaN};
    var gradients = new float[count];
    for (var i = 0; i < count; i++) {
      gradients[i] =
          i % 97 == 0
              ? special[i / 97 % special.length]
              : (float) (random.nextDouble() - 0.5) * StrictMath.scalb(1f, -(i % 60));
    }
    return gradients;
  }

  private static int[] bits(float[] floats) {
    var bits = new int[floats.length];
    for (var i = 0; i < bits.length; i++) bits[i] = Float.floatToIntBits(floats[i]);
    return bits;
  }

  private static int[] bits(ByteBuffer buffer) {
    var floats = new float[buffer.capacity() / 4];
    buffer.asFloatBuffer().get(floats);
    return bits(floats);
  }

  private static ByteBuffer floats() {
    return floats(COUNT);
  }

  private static ByteBuffer floats(int count) {
    return ByteBuffer.allocateDirect(count * 4).order(ByteOrder.nativeOrder());
  }
}
