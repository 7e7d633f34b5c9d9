package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Counts;
import dev.intermission.api.v1alpha1.PauseCheckpoint;
import dev.intermission.api.v1alpha1.PauseFailure;
import dev.intermission.api.v1alpha1.PauseSpec;
import dev.intermission.api.v1alpha1.PeriodicSaveStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RestartSpec;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.Verify;
import dev.intermission.operator.plan.TestingWorld.Trouble;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every story of a job, with every {@link Disturbance} at every place, the first of them an
 * operator that is cut before every status write and before and after every action: it ends as it
 * would have, after as many runs, and with as many steps made twice.
 */
class CrashPointTest {

  /** A job's life, from its creation to its end. */
  record Story(String name, Consumer<TestingWorld> life) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** What must not depend on where the operator died. */
  record Outcome(Phase phase, long runs, int podsStarted, long repeatedSteps, Counts counts) {
    static Outcome of(TestingWorld world) {
      return new Outcome(
          world.status.phase(),
          world.status.run().orElseThrow().number(),
          world.podsStarted,
          world.stepsMade - TestingWorld.TOTAL_STEPS,
          world.status.counts());
    }
  }

  static Stream<Story> stories() {
    return Stream.of(
        new Story("trains, pauses, resumes and finishes", CrashPointTest::pausesAndResumes),
        new Story("pauses before its first step", CrashPointTest::pausesBeforeItsFirstStep),
        new Story("pauses and is withdrawn at once", CrashPointTest::withdraws),
        new Story("its trainer fails", world -> troubled(world, Trouble.Kind.FAILS)),
        new Story("its trainer exits too early", world -> troubled(world, Trouble.Kind.EXITS)),
        new Story("its pod is evicted", world -> troubled(world, Trouble.Kind.EVICTED)),
        new Story("its node is lost", world -> troubled(world, Trouble.Kind.NODE_LOST)),
        new Story("its node announces its end", CrashPointTest::leavesInTime),
        new Story("its node stays after all", CrashPointTest::staysAfterAll),
        new Story("its Job is deleted", world -> troubled(world, Trouble.Kind.JOB_DELETED)),
        new Story("its pod is sent away", CrashPointTest::isSentAway),
        new Story("is paused while its pod goes", CrashPointTest::pausesOnItsWayOut),
        new Story("its image is changed while it trains", CrashPointTest::changesItsImage),
        new Story(
            "its trainer fails while it holds for a pause", CrashPointTest::failsWhileItHolds),
        new Story("waits in a queue, twice", CrashPointTest::waitsInAQueue),
        new Story("is paused while it waits in a queue", CrashPointTest::isPausedInAQueue),
        new Story("is held in place and goes on from memory", CrashPointTest::goesOnFromMemory),
        new Story("is held in place until its limit", CrashPointTest::isHeldUntilItsLimit),
        new Story("is held in place with another image", CrashPointTest::changesItsImageWhileHeld),
        new Story("its trainer fails while it is held", CrashPointTest::failsWhileItIsHeld),
        new Story(
            "it hangs, and the latest checkpoint will do", CrashPointTest::givesUpOnAHangingPod),
        new Story("a gang saves by the clock", CrashPointTest::savesByTheClock),
        new Story(
            "a gang is paused while it saves by the clock", CrashPointTest::pausesWhileItSaves),
        new Story(
            "a gang's pause is withdrawn while it saves by the clock",
            CrashPointTest::withdrawsWhileItSaves),
        new Story(
            "a gang's node announces its end while it saves by the clock",
            CrashPointTest::leavesWhileItSaves));
  }

  @Test
  void jobStartsPausesResumesAndFinishes() {
    var world = new TestingWorld();
    pausesAndResumes(world);

    assertThat(world.podsStarted).isEqualTo(2);
    assertThat(world.status.counts()).isEqualTo(new Counts(1, 1, 0, 0));
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
    assertThat(world.status.run().orElseThrow().number())
        .as("the seal of the pause serves the next run")
        .isEqualTo(2);
  }

  static Stream<Arguments> disturbedStories() {
    return stories()
        .flatMap(story -> Stream.of(Disturbance.values()).map(what -> Arguments.of(story, what)));
  }

  @ParameterizedTest
  @MethodSource("disturbedStories")
  void noDisturbanceChangesHowAStoryEnds(Story story, Disturbance disturbance) {
    disturbance.everywhere(story.life(), Outcome::of);
  }

  @Test
  void togglesCrashesLostPodsAndAnUnreachableStoreLoseNoCommittedStep() {
    for (var seed = 0; seed < 300; seed++) {
      try {
        chaos(new TestingWorld(), new Random(seed));
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError("seed " + seed, broken);
      }
    }
  }

  private static void pausesAndResumes(TestingWorld world) {
    world.runsUntil("step 5", CrashPointTest::trained5);
    world.paused(true);
    world.runsUntil("Paused", phase(Phase.PAUSED));
    assertThat(world.pods).isEmpty();
    assertThat(world.jobs).isEmpty();
    var receipt = world.status.pause().orElseThrow().receipt().orElseThrow();
    assertThat(receipt.lostSteps()).isZero();
    assertThat(receipt.computeReleasedAt()).isPresent();
    world.paused(false);
    finishes(world);
    assertThat(world.status.resume().orElseThrow().fromStep()).isEqualTo(receipt.step());
  }

  private static void pausesBeforeItsFirstStep(TestingWorld world) {
    world.runsUntil("a pod", seen -> !seen.pods.isEmpty());
    world.paused(true);
    world.runsUntil("Paused", phase(Phase.PAUSED));
    assertThat(world.pods).isEmpty();
    world.paused(false);
    finishes(world);
  }

  private static void withdraws(TestingWorld world) {
    world.runsUntil("step 5", CrashPointTest::trained5);
    world.paused(true);
    world.runsUntil("Pausing", phase(Phase.PAUSING));
    world.paused(false);
    finishes(world);
    assertThat(world.podsStarted).as("trains on in the same pod").isEqualTo(1);
  }

  private static void changesItsImage(TestingWorld world) {
    world.runsUntil("step 5", CrashPointTest::trained5);
    world.changeImage();
    finishes(world);
    assertThat(world.podsStarted).as("one run with each image").isEqualTo(2);
    assertThat(world.status.run().orElseThrow().reason()).isEqualTo("SpecChanged");
  }

  private static void troubled(TestingWorld world, Trouble.Kind kind) {
    world.trouble = Optional.of(new Trouble(kind, 10));
    finishes(world);
    assertThat(world.podsStarted).isEqualTo(2);
  }

  private static void isSentAway(TestingWorld world) {
    troubled(world, Trouble.Kind.JOB_DELETED_GENTLY);
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  private static void pausesOnItsWayOut(TestingWorld world) {
    world.trouble = Optional.of(new Trouble(Trouble.Kind.JOB_DELETED_GENTLY, 10));
    world.runsUntil("it goes", seen -> seen.pods.values().stream().anyMatch(pod -> pod.sentAway));
    world.paused(true);
    world.runsUntil("Paused", phase(Phase.PAUSED));
    assertThat(world.status.pause().orElseThrow().receipt().orElseThrow().lostSteps()).isZero();
    world.paused(false);
    finishes(world);
    assertThat(world.podsStarted).isEqualTo(2);
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  private static void leavesInTime(TestingWorld world) {
    troubled(world, Trouble.Kind.NODE_LEAVES);
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
    assertThat(world.status.counts().disruptions()).isEqualTo(1);
  }

  private static void staysAfterAll(TestingWorld world) {
    world.trouble = Optional.of(new Trouble(Trouble.Kind.NODE_LEAVES, 10));
    world.runsUntil("the notice", seen -> seen.pods.values().stream().anyMatch(p -> p.asked > 0));
    world.pods.values().forEach(pod -> pod.leaving = false);
    finishes(world);
    assertThat(world.podsStarted).as("trains on in the same pod").isEqualTo(1);
  }

  private static void failsWhileItHolds(TestingWorld world) {
    world.runsUntil("step 5", CrashPointTest::trained5);
    world.paused(true);
    world.runsUntil("a hold", seen -> seen.pods.values().stream().anyMatch(pod -> pod.held != 0));
    world.pods.values().forEach(pod -> pod.failed = true);
    world.runsUntil("Paused", phase(Phase.PAUSED));
    world.paused(false);
    finishes(world);
  }

  private static void waitsInAQueue(TestingWorld world) {
    isSuspended(world);
    world.admit();
    finishes(world);
    assertThat(world.podsStarted).isEqualTo(2);
    assertThat(world.status.run().orElseThrow().number()).as("in the same run").isEqualTo(1);
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
    assertThat(world.status.counts()).isEqualTo(Counts.ZERO);
  }

  private static void isPausedInAQueue(TestingWorld world) {
    isSuspended(world);
    world.paused(true);
    world.runsUntil("Paused", phase(Phase.PAUSED));
    assertThat(world.jobs).isEmpty();
    world.paused(false);
    world.runsUntil("the next Job", seen -> seen.jobs.containsKey(2L));
    world.admit();
    finishes(world);
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  private static void isSuspended(TestingWorld world) {
    world.queue = true;
    world.runsUntil("a Job", seen -> !seen.jobs.isEmpty());
    for (var second = 0; second < 3; second++) world.tick();
    world.admit();
    world.runsUntil("step 5", CrashPointTest::trained5);
    world.suspend();
    world.runsUntil("the end of its pod", seen -> seen.pods.isEmpty());
    for (var second = 0; second < 5; second++) world.tick();
    assertThat(world.status.phase()).isEqualTo(Phase.STARTING);
  }

  private static void goesOnFromMemory(TestingWorld world) {
    isHeld(world, Duration.ofHours(10));
    world.paused(false);
    finishes(world);
    assertThat(world.podsStarted).as("trains on in the same pod").isEqualTo(1);
    assertThat(world.status.counts()).isEqualTo(new Counts(1, 1, 0, 0));
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  private static void isHeldUntilItsLimit(TestingWorld world) {
    isHeld(world, Duration.ofSeconds(20));
    world.runsUntil("Paused", phase(Phase.PAUSED));
    world.paused(false);
    finishes(world);
    assertThat(world.status.counts()).isEqualTo(new Counts(1, 1, 0, 0));
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  private static void changesItsImageWhileHeld(TestingWorld world) {
    isHeld(world, Duration.ofHours(10));
    world.changeImage();
    world.tick();
    world.paused(false);
    finishes(world);
    assertThat(world.podsStarted).as("one run with each image").isEqualTo(2);
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  private static void failsWhileItIsHeld(TestingWorld world) {
    isHeld(world, Duration.ofHours(10));
    world.pods.values().forEach(pod -> pod.failed = true);
    world.runsUntil("Paused", phase(Phase.PAUSED));
    world.paused(false);
    finishes(world);
    assertThat(world.status.counts().failures()).as("its step was saved").isZero();
  }

  private static void isHeld(TestingWorld world, Duration limit) {
    world.spec = world.spec.withPause(PauseSpec.DEFAULT.inPlace(limit));
    world.runsUntil("step 5", CrashPointTest::trained5);
    world.paused(true);
    world.runsUntil("Held", phase(Phase.HELD));
    for (var second = 0; second < 5; second++) world.tick();
    assertThat(world.status.phase()).isEqualTo(Phase.HELD);
  }

  private static void givesUpOnAHangingPod(TestingWorld world) {
    world.spec =
        world.spec.withPause(
            new PauseSpec(
                PauseCheckpoint.FRESH,
                Duration.ofSeconds(10),
                PauseFailure.USE_LATEST,
                Verify.ATTESTED));
    world.trouble = Optional.of(new Trouble(Trouble.Kind.HANGS, 6));
    world.runsUntil("the hang", seen -> seen.trouble.isEmpty());
    world.paused(true);
    world.runsUntil("Paused", phase(Phase.PAUSED));
    world.paused(false);
    finishes(world);
  }

  private static void savesByTheClock(TestingWorld world) {
    world.gangThatSavesAfter(Duration.ofSeconds(5));
    finishes(world);
    assertThat(world.podsStarted).isEqualTo(1);
    assertThat(world.commits).as("the last, and some before it").isGreaterThan(2);
    assertThat(world.holds).as("training never stops").isZero();
  }

  private static void pausesWhileItSaves(TestingWorld world) {
    saves(world);
    world.paused(true);
    world.runsUntil("Paused", phase(Phase.PAUSED));
    assertThat(world.status.pause().orElseThrow().receipt().orElseThrow().lostSteps()).isZero();
    world.paused(false);
    finishes(world);
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  private static void withdrawsWhileItSaves(TestingWorld world) {
    saves(world);
    world.paused(true);
    world.runsUntil("Pausing", phase(Phase.PAUSING));
    world.paused(false);
    finishes(world);
    assertThat(world.podsStarted).as("trains on in the same pod").isEqualTo(1);
  }

  private static void leavesWhileItSaves(TestingWorld world) {
    saves(world);
    world.pods.values().forEach(pod -> pod.leaving = true);
    finishes(world);
    assertThat(world.stepsMade).as("no step is made twice").isEqualTo(TestingWorld.TOTAL_STEPS);
    assertThat(world.status.counts().disruptions()).isEqualTo(1);
  }

  private static void saves(TestingWorld world) {
    world.gangThatSavesAfter(Duration.ofSeconds(5));
    world.runsUntil(
        "a save by the clock",
        seen ->
            seen.status
                .run()
                .flatMap(RunStatus::periodicSave)
                .flatMap(PeriodicSaveStatus::step)
                .isPresent());
  }

  private static void finishes(TestingWorld world) {
    world.runsUntil("Succeeded", phase(Phase.SUCCEEDED));
    assertThat(world.status.checkpoint().orElseThrow().step()).isEqualTo(TestingWorld.TOTAL_STEPS);
    assertThat(world.status.progress().orElseThrow().step()).isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  private static boolean trained5(TestingWorld world) {
    return world.pods.values().stream().anyMatch(pod -> pod.memory >= 5);
  }

  private static Predicate<TestingWorld> phase(Phase phase) {
    return world -> world.status.phase() == phase;
  }

  private static void chaos(TestingWorld world, Random random) {
    var newest = -1L;
    for (var second = 0; second < 150; second++) {
      var dice = random.nextInt(100);
      if (dice < 12) world.paused(!world.spec.paused());
      else if (dice < 20) world.operatorDies();
      else if (dice < 23)
        world.pods.values().forEach(pod -> pod.failed = pod.claimed && !pod.finished);
      else if (dice < 28) world.storageDown = !world.storageDown;
      else if (dice < 30) world.clockJumps(Duration.ofMinutes(random.nextInt(-60, 60)));
      else if (dice < 33) world.stale = !world.stale;
      else if (dice < 39) inPlaceOrNot(world);
      else if (dice < 41) world.suspend();
      else if (dice < 46) world.admit();
      else if (dice < 49) world.pods.values().forEach(pod -> pod.leaving = !pod.leaving);
      world.tick();
      var step = world.head.map(seen -> seen.head().step()).orElse(-1L);
      assertThat(step).as("HEAD never goes back").isGreaterThanOrEqualTo(newest);
      newest = step;
    }
    world.storageDown = false;
    world.spec = world.spec.withPause(PauseSpec.DEFAULT);
    world.paused(false);
    world.spec = world.spec.withRestarts(new RestartSpec(1000, Duration.ofSeconds(1)));
    for (var second = 0; second < 200; second++) {
      world.tick();
      world.admit();
    }
    assertThat(world.reaches(Phase.SUCCEEDED, 2000)).as("ends well: %s", world.status).isTrue();
  }

  private static void inPlaceOrNot(TestingWorld world) {
    var released = world.spec.pause().release();
    world.spec =
        world.spec.withPause(
            released ? PauseSpec.DEFAULT.inPlace(Duration.ofSeconds(30)) : PauseSpec.DEFAULT);
    world.generation++;
  }
}
