package dev.intermission.djl.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.intermission.djl.builtin.DigitsProgram;
import dev.intermission.djl.data.Digits;
import dev.intermission.djl.data.Examples;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step either is made or leaves everything as it was before, or says that it did neither. */
class FailedStepTest {

  /** One of the first pass's examples. */
  private static final int DAMAGED = 700;

  private static final Recipe RECIPE =
      new Recipe(new CosineSchedule(0.002f, 10, 60), 64, Seeds.from(42), 1);

  @Test
  void aBatchThatLibtorchRefusesLeavesTheBoundaryBeforeIt() {
    try (var learner = Learner.create(RECIPE, new DigitsProgram(withLabel(11)))) {
      var before = trainUntilItFails(learner);

      assertThat(learner.isWhole()).isTrue();
      assertThat(state(learner)).isEqualTo(before);
      assertThat(learner.adam().updates()).isEqualTo(learner.position().step());
    }
  }

  /** The forward pass of a batch that fails later has moved the running means. */
  @Test
  void theRunningMeansAreThoseOfTheBoundaryToo() {
    try (var failed = Learner.create(RECIPE, new DigitsProgram(withLabel(11)));
        var untouched = Learner.create(RECIPE, new DigitsProgram())) {
      trainUntilItFails(failed);
      while (untouched.position().step() < failed.position().step()) untouched.step();

      assertThat(state(failed).keySet()).anyMatch(name -> name.contains("running"));
      assertThat(state(failed)).isEqualTo(state(untouched));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aLossThatIsNotFiniteIsNoStep(float pixel) {
    try (var learner = Learner.create(RECIPE, new DigitsProgram(withPixel(pixel)))) {
      var before = state(learner);
      var step = 0L;
      try {
        while (true) {
          learner.step();
          before = state(learner);
          step = learner.position().step();
        }
      } catch (NotFinite e) {
        assertThat(e)
            .hasMessageContainingAll("Step %d failed".formatted(step + 1), "loss", "Nothing of it");
      }
      assertThat(state(learner)).isEqualTo(before);
      assertThat(learner.position().step()).isEqualTo(step);
      assertThat(learner.report().loss()).isFinite();
    }
  }

  @Test
  void aMomentThatIsNotFiniteIsFoundBeforeAnythingIsSaved() {
    try (var learner = Learner.create(RECIPE, new DigitsProgram())) {
      learner.step();
      var name = learner.adam().moments().keySet().iterator().next();
      learner.adam().moments().get(name).square().putFloat(8, Float.POSITIVE_INFINITY);

      assertThatThrownBy(learner::step)
          .isInstanceOf(NotFinite.class)
          .hasMessageContainingAll("Step 2 failed", name, "epoch 0, batch 1");
      assertThat(learner.isWhole()).isFalse();
      assertThat(learner.position().step()).isEqualTo(1);
    }
  }

  /** Trains until the damaged example comes; returns the state before that step. */
  private static Map<String, ByteBuffer> trainUntilItFails(Learner learner) {
    var before = state(learner);
    while (learner.position().epoch() == 0) {
      try {
        learner.step();
      } catch (RuntimeException expected) {
        assertThat(learner.position().step()).as("made some steps before").isPositive();
        return before;
      }
      before = state(learner);
    }
    throw new AssertionError("a whole pass over the data without a failure");
  }

  private static Map<String, ByteBuffer> state(Learner learner) {
    var state = new TreeMap<String, ByteBuffer>();
    learner.network().weights().forEach((name, w) -> state.put(name, copy(w.view())));
    learner.adam().moments().forEach((name, m) -> state.put(name + ".mean", copy(m.mean())));
    learner.adam().moments().forEach((name, m) -> state.put(name + ".square", copy(m.square())));
    return state;
  }

  private static ByteBuffer copy(ByteBuffer view) {
    return ByteBuffer.allocate(view.capacity()).put(view.duplicate().clear()).flip();
  }

  private static Digits withLabel(int label) {
    var digits = Digits.load();
    var labels = digits.training().labels().clone();
    labels[DAMAGED] = label;
    return new Digits(
        new Examples(digits.training().pixels(), labels, Digits.SIDE), digits.validation());
  }

  private static Digits withPixel(float value) {
    var digits = Digits.load();
    var pixels = digits.training().pixels().clone();
    pixels[DAMAGED * Digits.SIDE * Digits.SIDE + 9] = value;
    return new Digits(
        new Examples(pixels, digits.training().labels(), Digits.SIDE), digits.validation());
  }
}
