package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.function.ToIntFunction;

/** What may happen to the operator at any moment of a story without making a difference. */
enum Disturbance {
  /** It is cut before a status write, or before or after an action, and starts anew. */
  DEATH(whole -> whole.effects, (world, place) -> world.cutAt = place),

  /** Somebody else wrote: the plan is forgotten. */
  CONFLICT(whole -> whole.writes, (world, place) -> world.conflictAt = place),

  /** The answer to an action is lost, and it is done twice. */
  REPEAT(whole -> whole.acts, (world, place) -> world.repeatedAt = place),

  /** What a leader sent that is gone by now arrives after its successor did the same. */
  LATE_REPEAT(
      whole -> whole.acts,
      (world, place) -> {
        world.repeatedAt = place;
        world.repeatedAfter = 2;
      }),

  /** The same, after the story went on. */
  VERY_LATE_REPEAT(
      whole -> whole.acts,
      (world, place) -> {
        world.repeatedAt = place;
        world.repeatedAfter = 9;
      }),

  /** The cache shows the job as it was before its last change. */
  OUTDATED(whole -> whole.ticks, (world, place) -> world.outdatedAt = place - 1),

  /** Or before its last two. */
  VERY_OUTDATED(
      whole -> whole.ticks,
      (world, place) -> {
        world.outdatedAt = place - 1;
        world.versionsBehind = 2;
      }),

  /** The caches of Jobs and pods are always a pass behind. */
  LAG(_ -> 1, (world, _) -> world.stale = true),

  /** Pods end only seconds after they were told to. */
  SLOW_PODS(_ -> 1, (world, _) -> world.slowToGo = 4),

  /** The next process has a clock that is an hour ahead. */
  CLOCK_AHEAD(whole -> whole.ticks, (world, place) -> world.jumpAt(place, Duration.ofHours(1))),

  /** Or behind. */
  CLOCK_BEHIND(whole -> whole.ticks, (world, place) -> world.jumpAt(place, Duration.ofHours(-1)));

  private final ToIntFunction<TestingWorld> places;
  private final ObjIntConsumer<TestingWorld> disturb;

  Disturbance(ToIntFunction<TestingWorld> places, ObjIntConsumer<TestingWorld> disturb) {
    this.places = places;
    this.disturb = disturb;
  }

  /**
   * Tells the story undisturbed, and once for each place where this may happen; all have the same
   * outcome.
   */
  void everywhere(Consumer<TestingWorld> story, Function<TestingWorld, ?> outcome) {
    var whole = new TestingWorld();
    story.accept(whole);
    var expected = outcome.apply(whole);
    for (var place = 1; place <= places.applyAsInt(whole); place++) {
      var world = new TestingWorld();
      disturb.accept(world, place);
      try {
        story.accept(world);
        assertThat(outcome.apply(world)).isEqualTo(expected);
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError(this + " at " + place, broken);
      }
    }
  }
}
