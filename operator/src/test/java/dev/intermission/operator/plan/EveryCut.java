package dev.intermission.operator.plan;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Tells a story once whole, and once more for each of its effects with the operator dying there.
 */
final class EveryCut {

  private EveryCut() {}

  /**
   * Cuts the story at every effect in turn.
   *
   * @param holds gets (the world of the uncut story, the world of a cut one) after each
   */
  static void of(Consumer<TestingWorld> story, BiConsumer<TestingWorld, TestingWorld> holds) {
    var whole = new TestingWorld();
    story.accept(whole);
    for (var cut = 1; cut <= whole.effects; cut++) {
      var world = new TestingWorld();
      world.cutAt = cut;
      try {
        story.accept(world);
        holds.accept(whole, world);
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError("cut at " + cut, broken);
      }
    }
  }
}
