package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.PlannerTableTest.row;
import static dev.intermission.operator.plan.Scene.held;
import static dev.intermission.operator.plan.Scene.pausing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.PauseSpec;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Receipt;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.control.SaveState;
import dev.intermission.operator.plan.PlannerTableTest.Row;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.plan.observation.Worker.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A pause that keeps its pods. The rows are tested by {@link PlannerTableTest}. */
class HeldTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final TestingWorld world = new TestingWorld();

  static Stream<Row> rows() {
    return Stream.of(begins(), stays(), ends()).flatMap(rows -> rows);
  }

  private static Stream<Row> begins() {
    var saved = SaveState.HELD;
    return Stream.of(
        row(
            "pausing in place, saved and verified -> held, seals and releases nothing",
            pausing().inPlace().commits(1250, false).answers(saved),
            Phase.HELD,
            "PollStatus 3"),
        row(
            "pausing in place, its node announces its end -> releases",
            pausing().inPlace().commits(1250, false).answers(saved).nodeLeaves(),
            Phase.PAUSING,
            "PollStatus 3",
            "SealHead 4"),
        row(
            "pausing in place, the deadline is over -> releases",
            pausing().inPlace().deadlineOver().commits(1250, false).answers(saved),
            Phase.PAUSING,
            "PollStatus 3",
            "SealHead 4"),
        row(
            "pausing in place, time is up and the latest has to do: nobody holds -> releases",
            pausing().latestIfItFails().inPlace().attemptBegan(HOUR).silentFor(HOUR),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "pausing in place, the trainer fails meanwhile: nobody holds -> releases",
            pausing().inPlace().trainerEnds(1, "Error"),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "making room for another template, where pauses are in place -> releases",
            pausing().inPlace().unpaused().changedTemplate().commits(1250, false).answers(saved),
            Phase.PAUSING,
            "PollStatus 3",
            "SealHead 4"));
  }

  private static Stream<Row> stays() {
    var refused = new Verdict.Refused("TemplateRefused", "no");
    return Stream.of(
        row("held, all is well -> waits", held(), Phase.HELD),
        row(
            "held, not heard by this process -> polls, which renews the lease",
            held().unheard(),
            Phase.HELD,
            "PollStatus 3"),
        row("held, agent silent -> waits, and says so", held().silentFor(MINUTE), Phase.HELD),
        row(
            "held, HEAD not read by this process -> reads",
            held().headUnread(),
            Phase.HELD,
            "ReadHead"),
        row(
            "held, HEAD read long ago -> looks whether training went on",
            held().headReadBefore(),
            Phase.HELD,
            "ReadHead"),
        row("held, HEAD missing -> releases nothing", held().headMissing(), Phase.HELD),
        row("held, the store fails -> waits", held().headUnread().storageFails(SECOND), Phase.HELD),
        row(
            "held, node silent for a moment -> waits",
            held().node(Readiness.NOT_READY, SECOND),
            Phase.HELD),
        row(
            "held, Job deleted while its pod runs on -> waits for the pod",
            held().noJob(),
            Phase.HELD),
        row(
            "held, other template not tried -> tries it, holds on",
            held().changedTemplate().templateUnknown(),
            Phase.HELD,
            "DryRunTemplate"),
        row("held, other template -> holds on", held().changedTemplate(), Phase.HELD),
        row(
            "held, template refused -> holds on",
            held().changedTemplate().template(refused),
            Phase.HELD),
        row(
            "held, a rollback is wanted -> holds on",
            held().rollbackOnRecord(900).found(900),
            Phase.HELD),
        row(
            "held, un-paused with another template not tried -> tries it before it decides",
            held().unpaused().changedTemplate().templateUnknown(),
            Phase.HELD,
            "DryRunTemplate"));
  }

  private static Stream<Row> ends() {
    var refused = new Verdict.Refused("TemplateRefused", "no");
    return Stream.of(
        row(
            "held, un-paused -> trains on from memory",
            held().unpaused(),
            Phase.RUNNING,
            "ContinueTraining 1"),
        row(
            "held, un-paused before this process heard that they hold -> tells them all the same",
            held().unpaused().unheard(),
            Phase.RUNNING,
            "ContinueTraining 1",
            "PollStatus 3"),
        row(
            "held, un-paused, the template is refused -> trains on from memory",
            held().unpaused().changedTemplate().template(refused),
            Phase.RUNNING,
            "ContinueTraining 1"),
        row(
            "held, un-paused with another template -> seals, the next run begins with it",
            held().unpaused().changedTemplate(),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "held, un-paused with a rollback -> seals, the next run begins there",
            held().unpaused().rollbackOnRecord(900).found(900),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "held, un-paused after somebody sealed -> an ordinary resume",
            held().unpaused().sealed(),
            Phase.STARTING,
            "EnsureService",
            "CreateChildJob 4",
            "ReleasePods 3",
            "DeleteChildJob 3"),
        row(
            "held, release is wanted -> seals",
            held().releaseWanted(),
            Phase.PAUSING,
            "SealHead 4"),
        row("held, the limit is over -> seals", held().heldFor(HOUR), Phase.PAUSING, "SealHead 4"),
        row(
            "held, the deadline is over -> seals",
            held().deadlineOver(),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "held, somebody sealed -> releases",
            held().sealed(),
            Phase.PAUSING,
            "ReleasePods 3",
            "DeleteChildJob 3"),
        row(
            "held, HEAD moved: training went on -> asks again",
            held().commits(1260, false),
            Phase.PAUSING,
            "AskToSave 2"),
        row(
            "held, the trainer is beyond its receipt -> asks again",
            held().reports(1260, false, false),
            Phase.PAUSING,
            "AskToSave 2"),
        row(
            "held, the trainer fails -> its step is saved: seals",
            held().trainerEnds(137, "OOMKilled"),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "held, pod evicted -> seals",
            held().evicted("EvictionByEvictionAPI"),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "held, pod drains -> seals at once",
            held().draining(MINUTE),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "held, its node announces its end -> seals at once",
            held().nodeLeaves(),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "held, node lost -> seals",
            held().node(Readiness.NOT_READY, MINUTE),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "held, pod vanished and its Job failed -> seals",
            held().noPod().job(ChildJob.State.FAILED),
            Phase.PAUSING,
            "SealHead 4"));
  }

  @Test
  void statusSaysThatItIsPausedAndThatComputeIsKept() {
    var status = held().plan().status();

    var paused = status.condition(ConditionType.PAUSED).orElseThrow();
    assertThat(paused.status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(paused.reason()).isEqualTo("HeldInPlace");
    assertThat(paused.message())
        .contains(
            "Step 1250 is saved and verified",
            "until 2026-11-24T12:59:00Z (spec.pause.holdLimit)",
            "kubectl exec digits-3-0-x7k2p -c trainer",
            "un-paused, training goes on from memory");
    var released = status.condition(ConditionType.COMPUTE_RELEASED).orElseThrow();
    assertThat(released.status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(released.reason()).isEqualTo("HeldInPlace");
    assertThat(status.condition(ConditionType.READY).map(Condition::reason))
        .contains("HeldInPlace");
    assertThat(receipt(status).flatMap(Receipt::computeReleasedAt)).isEmpty();
  }

  @Test
  void changedSpecIsSaidToBeginANewRun() {
    var status = held().changedTemplate().plan().status();

    assertThat(status.condition(ConditionType.PAUSED).orElseThrow().message())
        .contains("un-paused, a new run begins with the changed spec");
  }

  @Test
  void pauseThatOnlyMakesRoomForAnotherSpecIsNoHold() {
    var plan =
        pausing()
            .inPlace()
            .unpaused()
            .changedTemplate()
            .commits(1250, false)
            .answers(SaveState.HELD)
            .plan();

    assertThat(plan.status().pause().orElseThrow().heldAt()).isEmpty();
    assertThat(plan.status().counts().pauses()).isZero();
    assertThat(plan.events()).extracting(JobEvent::reason).doesNotContain("Held", "HoldEnded");
  }

  @Test
  void releaseOfAHoldHasAllTheTimeOfAPause() {
    var status = held().heldFor(HOUR).plan().status();

    assertThat(status.pause().orElseThrow().attemptedAt()).isEqualTo(Scene.NOW);
  }

  @Test
  void holdIsAStoryWithoutAWarning() {
    holdsAt(8);
    world.paused(false);
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);

    assertThat(world.told)
        .extracting(JobEvent::reason)
        .containsSubsequence("Pausing", "Held", "Running", "Succeeded");
    assertThat(world.told).extracting(JobEvent::severity).containsOnly(JobEvent.Severity.NORMAL);
    assertThat(world.told)
        .extracting(JobEvent::message)
        .contains("Goes on from memory with step 9, in the same run.");
  }

  @Test
  void limitReleasesAndTellsSo() {
    world.spec = world.spec.withPause(PauseSpec.DEFAULT.inPlace(MINUTE));
    holdsAt(8);
    var step = world.status.pause().orElseThrow().receipt().orElseThrow().step();
    world.runsUntil("Paused", seen -> seen.status.phase() == Phase.PAUSED);

    assertThat(world.pods).isEmpty();
    assertThat(world.jobs).isEmpty();
    assertThat(receipt(world.status).map(Receipt::step)).contains(step);
    assertThat(receipt(world.status).flatMap(Receipt::computeReleasedAt)).isPresent();
    assertThat(world.told)
        .extracting(JobEvent::message)
        .contains(
            "The hold in place is over: spec.pause.holdLimit is over. What it saved is kept.");
    assertThat(world.told)
        .extracting(JobEvent::reason)
        .as("no second pause is told of")
        .containsOnlyOnce("Pausing", "Held", "HoldEnded", "Paused");
    assertThat(world.status.counts().pauses()).as("one pause, counted once").isEqualTo(1);
  }

  @Test
  void trainerThatWentOnByItselfIsAskedToSaveAgainAndLosesNothing() {
    holdsAt(8);
    world.holdEnds(1);
    for (var second = 0; second < 30; second++) world.tick();
    world.runsUntil("Held", seen -> seen.status.phase() == Phase.HELD);

    assertThat(receipt(world.status).map(Receipt::step)).contains(world.pods.get(1L).memory);
    assertThat(world.podsStarted).isEqualTo(1);
    assertThat(world.status.counts().pauses()).as("one pause, counted once").isEqualTo(1);
  }

  @Test
  void limitCountsFromWhenItFirstHeld() {
    world.spec = world.spec.withPause(PauseSpec.DEFAULT.inPlace(MINUTE));
    holdsAt(8);
    var first = heldAt(world);
    for (var second = 0; second < 30; second++) world.tick();
    world.holdEnds(1);
    for (var second = 0; second < 10; second++) world.tick();
    world.runsUntil("Held", seen -> seen.status.phase() == Phase.HELD);

    assertThat(heldAt(world)).as("of the same pause, after it saved again").isEqualTo(first);
    world.runsUntil("Pausing", seen -> seen.status.phase() != Phase.HELD);
    assertThat(Duration.between(first, world.now)).isBetween(MINUTE, MINUTE.plusSeconds(2));
  }

  @Test
  void nextPauseHasTheWholeLimitAgain() {
    world.spec = world.spec.withPause(PauseSpec.DEFAULT.inPlace(MINUTE));
    holdsAt(8);
    for (var second = 0; second < 50; second++) world.tick();
    world.paused(false);
    world.runsUntil("Running", seen -> seen.status.phase() == Phase.RUNNING);
    holdsAt(12);
    var second = heldAt(world);
    world.runsUntil("Pausing", seen -> seen.status.phase() != Phase.HELD);

    assertThat(Duration.between(second, world.now)).isBetween(MINUTE, MINUTE.plusSeconds(2));
    assertThat(world.status.counts().pauses()).isEqualTo(2);
  }

  private static Instant heldAt(TestingWorld world) {
    return world.status.pause().orElseThrow().heldAt().orElseThrow();
  }

  private void holdsAt(long step) {
    if (world.spec.pause().release())
      world.spec = world.spec.withPause(PauseSpec.DEFAULT.inPlace(HOUR));
    assertThat(world.trainsTo(step - 1, 60)).isTrue();
    world.paused(true);
    world.runsUntil("Held", seen -> seen.status.phase() == Phase.HELD);
  }

  private static Optional<Receipt> receipt(TrainingJobStatus status) {
    return status.pause().flatMap(pause -> pause.receipt());
  }
}
