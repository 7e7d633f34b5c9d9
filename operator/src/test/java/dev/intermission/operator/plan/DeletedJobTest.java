package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.LifetimeSpec;
import dev.intermission.api.v1alpha1.OnDelete;
import dev.intermission.api.v1alpha1.PauseSpec;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RestartSpec;
import dev.intermission.checkpoint.retention.Pin;
import dev.intermission.operator.plan.TestingDeletion.Cascade;
import dev.intermission.operator.plan.TestingWorld.Trouble;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The end of a job that is deleted, in every phase and by every cascade, with every {@link
 * Disturbance} at every place: what is left in the store and in the cluster does not depend on it,
 * and nothing is deleted from the store while a pod may still write there ({@link
 * Invariants#purged}).
 */
class DeletedJobTest {

  /** A job's life, until it is gone. */
  record Story(String name, Consumer<TestingWorld> life) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** What must not depend on what disturbed the deletion. */
  record Outcome(boolean storeIsEmpty, Optional<PurgeEnd> end, int letGo, int jobs, int pods) {
    static Outcome of(TestingWorld world) {
      return new Outcome(
          world.deletion.objects() == 0,
          world.deletion.end,
          world.deletion.letGo,
          world.jobs.size(),
          (int) world.pods.values().stream().filter(pod -> !pod.ended() && !pod.lost).count());
    }
  }

  private static final int NO_DEADLINE = 3600;

  static Stream<Story> stories() {
    return Stream.concat(
        Stream.of(Cascade.values()).flatMap(DeletedJobTest::inEveryPhase),
        Stream.of(
            new Story("Purge: its time to stay after success is over", DeletedJobTest::expires),
            new Story("Purge: its time to stay after failure is over", DeletedJobTest::failsFirst),
            new Story("Purge becomes Keep, and then it is deleted", DeletedJobTest::isKeptAfterAll),
            new Story("Purge becomes Keep, and Purge again", DeletedJobTest::isPurgedAfterAll),
            new Story("Purge: a fork needs its newest checkpoint", DeletedJobTest::isForked),
            new Story("Purge: the store is gone", DeletedJobTest::cannotBePurged),
            new Story("Purge: its node is lost", DeletedJobTest::losesItsNode),
            new Story("Keep: its time to stay after success is over", DeletedJobTest::expiresKept),
            new Story("Keep: deleted while it runs", world -> keeps(world, Cascade.BACKGROUND)),
            new Story("Keep: the same, foreground", world -> keeps(world, Cascade.FOREGROUND)),
            new Story("Keep: the same, its children stay", DeletedJobTest::trainsOnAlone)));
  }

  private static Stream<Story> inEveryPhase(Cascade cascade) {
    var how = "Purge, " + cascade + ": deleted ";
    return Stream.of(
        new Story(how + "before its first run", world -> purged(world, cascade)),
        new Story(how + "while its pod starts", world -> purgedAt(world, cascade, Phase.STARTING)),
        new Story(how + "while it runs", world -> purgedAt(world, cascade, Phase.RUNNING)),
        new Story(
            how + "in the middle of a pause", world -> pausedUntil(world, cascade, Phase.PAUSING)),
        new Story(how + "while it is held in place", world -> held(world, cascade)),
        new Story(how + "while it is paused", world -> pausedUntil(world, cascade, Phase.PAUSED)),
        new Story(how + "while it recovers", world -> recovering(world, cascade)),
        new Story(how + "after it finished", world -> finished(world, cascade)));
  }

  static Stream<Arguments> disturbedStories() {
    return stories()
        .flatMap(story -> Stream.of(Disturbance.values()).map(what -> Arguments.of(story, what)));
  }

  @ParameterizedTest
  @MethodSource("disturbedStories")
  void noDisturbanceChangesWhatIsLeft(Story story, Disturbance disturbance) {
    disturbance.everywhere(story.life(), Outcome::of);
  }

  @Test
  void purgeTakesSeveralLooks() {
    var world = new TestingWorld();
    finished(world, Cascade.BACKGROUND);
    assertThat(world.deletion.purgedObjects).isGreaterThan(10);
    assertThat(world.effects).as("so that it is cut in the middle").isGreaterThan(100);
  }

  @Test
  void keepLetsTheJobGoAtOnceAndComesTooLateForWhatIsDeleted() {
    var world = new TestingWorld();
    world.onDelete(OnDelete.PURGE);
    world.runsUntil("Succeeded", reached(Phase.SUCCEEDED));
    world.deletion.delete(Cascade.BACKGROUND);
    world.runsUntil("a purge", seen -> seen.deletion.purgedObjects > 0);
    world.onDelete(OnDelete.KEEP);
    world.runsUntil("gone", seen -> seen.deletion.gone);
    assertThat(world.deletion.end).contains(PurgeEnd.NOT_WANTED);
  }

  @Test
  void anOperatorThatWasAwayForAnHourPurgesBeforeItGivesUp() {
    var world = new TestingWorld();
    world.onDelete(OnDelete.PURGE);
    world.runsUntil("step 9", DeletedJobTest::trained9);
    world.deletion.delete(Cascade.BACKGROUND);
    world.clockJumps(Duration.ofHours(1));
    world.runsUntil("gone", seen -> seen.deletion.gone);
    assertThat(world.deletion.end).contains(PurgeEnd.PURGED);
    assertThat(world.deletion.objects()).isZero();
  }

  private static void purgedAt(TestingWorld world, Cascade cascade, Phase phase) {
    world.onDelete(OnDelete.PURGE);
    world.runsUntil(phase.toString(), reached(phase));
    if (phase == Phase.RUNNING) world.runsUntil("step 9", DeletedJobTest::trained9);
    purged(world, cascade);
  }

  private static void held(TestingWorld world, Cascade cascade) {
    world.spec =
        world.spec.withPause(PauseSpec.DEFAULT.inPlace(Duration.ofSeconds(NO_DEADLINE * 10)));
    pausedUntil(world, cascade, Phase.HELD);
  }

  private static void pausedUntil(TestingWorld world, Cascade cascade, Phase phase) {
    world.onDelete(OnDelete.PURGE);
    world.runsUntil("step 9", DeletedJobTest::trained9);
    world.paused(true);
    world.runsUntil(phase.toString(), reached(phase));
    purged(world, cascade);
  }

  private static void recovering(TestingWorld world, Cascade cascade) {
    world.onDelete(OnDelete.PURGE);
    world.trouble = Optional.of(new Trouble(Trouble.Kind.FAILS, 10));
    world.runsUntil("a failure", seen -> seen.pods.values().stream().anyMatch(pod -> pod.failed));
    purged(world, cascade);
  }

  private static void finished(TestingWorld world, Cascade cascade) {
    world.onDelete(OnDelete.PURGE);
    world.runsUntil("Succeeded", reached(Phase.SUCCEEDED));
    purged(world, cascade);
  }

  private static void purged(TestingWorld world, Cascade cascade) {
    world.onDelete(OnDelete.PURGE);
    world.runsUntil("our finalizer", seen -> seen.deletion.held);
    var runs = world.podsStarted;
    deleted(world, cascade);
    assertThat(world.deletion.objects()).as("nothing is left in the store").isZero();
    assertThat(world.deletion.end).contains(PurgeEnd.PURGED);
    assertThat(world.jobs).isEmpty();
    assertThat(world.pods.values()).allMatch(TestingWorld.Pod::ended);
    if (world.repeatedAfter == 0) // a create that comes late is one for nothing
    assertThat(world.podsStarted).as("no pod is started for a deleted job").isEqualTo(runs);
  }

  private static void expires(TestingWorld world) {
    world.onDelete(OnDelete.PURGE);
    staysFor(world, Duration.ofSeconds(5));
    goes(world);
    assertThat(world.status.phase()).isEqualTo(Phase.SUCCEEDED);
    assertThat(world.deletion.end).contains(PurgeEnd.PURGED);
    assertThat(world.deletion.objects()).isZero();
  }

  private static void failsFirst(TestingWorld world) {
    world.onDelete(OnDelete.PURGE);
    world.spec = world.spec.withRestarts(new RestartSpec(0, Duration.ofSeconds(1)));
    staysFor(world, Duration.ofSeconds(5));
    world.trouble = Optional.of(new Trouble(Trouble.Kind.FAILS, 10));
    goes(world);
    assertThat(world.status.phase()).isEqualTo(Phase.FAILED);
    assertThat(world.deletion.end).contains(PurgeEnd.PURGED);
    assertThat(world.deletion.objects()).isZero();
  }

  private static void expiresKept(TestingWorld world) {
    staysFor(world, Duration.ofSeconds(5));
    goes(world);
    assertThat(world.deletion.letGo).as("there never was a finalizer").isZero();
    assertThat(world.head.orElseThrow().head().step()).isEqualTo(TestingWorld.TOTAL_STEPS);
    assertThat(world.deletion.purgedObjects).isZero();
  }

  private static void isKeptAfterAll(TestingWorld world) {
    world.onDelete(OnDelete.PURGE);
    world.runsUntil("step 9", DeletedJobTest::trained9);
    world.onDelete(OnDelete.KEEP);
    world.runsUntil("no finalizer", seen -> !seen.deletion.held);
    keeps(world, Cascade.BACKGROUND);
  }

  private static void isPurgedAfterAll(TestingWorld world) {
    world.onDelete(OnDelete.PURGE);
    world.runsUntil("step 9", DeletedJobTest::trained9);
    world.onDelete(OnDelete.KEEP);
    purged(world, Cascade.BACKGROUND);
  }

  private static void isForked(TestingWorld world) {
    world.onDelete(OnDelete.PURGE);
    world.runsUntil("Succeeded", reached(Phase.SUCCEEDED));
    world.runsUntil("our finalizer", seen -> seen.deletion.held);
    var newest = world.head.orElseThrow().head().manifest().orElseThrow().name();
    world.deletion.pins.add(new Pin(newest, "fork-uid", "TrainingJob/team/fork", Optional.empty()));
    deleted(world, Cascade.BACKGROUND);
    assertThat(world.deletion.end).contains(PurgeEnd.SPARED);
    assertThat(world.manifests).as("what the fork needs, whole").containsOnlyKeys(newest);
    assertThat(world.deletion.chunks).containsExactly(newest);
    assertThat(world.head).isEmpty();
  }

  private static void cannotBePurged(TestingWorld world) {
    world.onDelete(OnDelete.PURGE);
    world.runsUntil("step 9", DeletedJobTest::trained9);
    world.storageDown = true;
    var left = world.deletion.objects();
    world.deletion.delete(Cascade.BACKGROUND);
    for (var minute = 0; minute < 40 && !world.deletion.gone; minute++) {
      world.tick();
      world.now = world.now.plus(Duration.ofMinutes(1));
    }
    goes(world);
    assertThat(world.deletion.end).contains(PurgeEnd.GIVEN_UP);
    assertThat(world.deletion.objects()).as("nothing was touched").isEqualTo(left);
    assertThat(world.pods.values()).allMatch(TestingWorld.Pod::ended);
  }

  private static void losesItsNode(TestingWorld world) {
    world.onDelete(OnDelete.PURGE);
    world.trouble = Optional.of(new Trouble(Trouble.Kind.NODE_LOST, 9));
    world.runsUntil("a loss", seen -> seen.pods.values().stream().anyMatch(pod -> pod.lost));
    deleted(world, Cascade.BACKGROUND);
    assertThat(world.deletion.end).contains(PurgeEnd.PURGED);
    assertThat(world.deletion.objects()).as("its zombie could commit nothing").isZero();
  }

  private static void keeps(TestingWorld world, Cascade cascade) {
    world.runsUntil("step 9", DeletedJobTest::trained9);
    deleted(world, cascade);
    assertThat(world.jobs).isEmpty();
    assertThat(world.pods.values()).allMatch(TestingWorld.Pod::ended);
    assertThat(world.podsStarted).isEqualTo(1);
    assertThat(world.head.orElseThrow().head().step())
        .as("its pod saved on its way out")
        .isEqualTo(world.stepsMade);
  }

  private static void trainsOnAlone(TestingWorld world) {
    world.runsUntil("step 9", DeletedJobTest::trained9);
    world.deletion.delete(Cascade.ORPHAN);
    world.runsUntil("gone", seen -> seen.deletion.gone);
    world.runsUntil("its end", seen -> seen.pods.values().stream().allMatch(pod -> pod.finished));
    assertThat(world.podsStarted).isEqualTo(1);
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
    assertThat(world.head.orElseThrow().head().step()).isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  private static void deleted(TestingWorld world, Cascade cascade) {
    world.deletion.delete(cascade);
    goes(world);
  }

  private static void goes(TestingWorld world) {
    world.runsUntil("gone", seen -> seen.deletion.gone);
    rests(world);
  }

  private static void staysFor(TestingWorld world, Duration ttl) {
    world.spec = world.spec.withLifetime(new LifetimeSpec(Optional.empty(), Optional.of(ttl)));
  }

  /** Whatever is still under way comes to its end. */
  private static void rests(TestingWorld world) {
    for (var second = 0; second < 15; second++) world.tick();
  }

  private static boolean trained9(TestingWorld world) {
    return world.pods.values().stream().anyMatch(pod -> pod.memory >= 9);
  }

  private static Predicate<TestingWorld> reached(Phase phase) {
    return world -> world.status.phase() == phase;
  }
}
