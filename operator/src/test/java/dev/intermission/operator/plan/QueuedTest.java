package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.PlannerTableTest.row;
import static dev.intermission.operator.plan.Scene.held;
import static dev.intermission.operator.plan.Scene.pausing;
import static dev.intermission.operator.plan.Scene.running;
import static dev.intermission.operator.plan.Scene.starting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.ManifestStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.ResumeStatus;
import dev.intermission.operator.plan.PlannerTableTest.Row;
import dev.intermission.operator.plan.observation.Worker.Readiness;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs whose child Job is suspended, as Kueue does. The rows are tested by {@link
 * PlannerTableTest}.
 */
class QueuedTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  static Stream<Row> rows() {
    return Stream.of(
        row(
            "starting, its Job is suspended -> waits, and looks where it will go on",
            starting().suspended().noPod(),
            Phase.STARTING,
            "ReadHead"),
        row("queued, HEAD read since -> waits", starting().queuedFor(MINUTE), Phase.STARTING),
        row(
            "running, suspended, its pod is not deleted yet -> waits",
            running().suspended(),
            Phase.RUNNING),
        row(
            "running, suspended, its pod drains -> waits, its hook saves",
            running().suspended().draining(MINUTE),
            Phase.RUNNING),
        row(
            "running, suspended, its pod drained longer than its grace -> waits for it",
            running().suspended().draining(MINUTE.negated()),
            Phase.RUNNING),
        row(
            "running, suspended, its pod is gone -> queued, looks where it will go on",
            running().suspended().noPod(),
            Phase.STARTING,
            "ReadHead"),
        row(
            "running, suspended, its trainer had failed by itself -> failure",
            running().suspended().trainerEnds(1, "Error").headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "running, suspended, it had finished by itself -> succeeded",
            running().suspended().trainerEnds(0, "Completed").endRecorded().commits(3000, true),
            Phase.SUCCEEDED),
        row(
            "running, suspended, its node is lost -> disruption: nobody waits for that pod",
            running().suspended().draining(MINUTE).node(Readiness.NOT_READY, HOUR).headReadBefore(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "queued, its last checkpoint says finished -> succeeded, no pod begins in vain",
            starting().queuedFor(MINUTE).commits(3000, true),
            Phase.SUCCEEDED,
            "DeleteChildJob 3"),
        row(
            "queued, HEAD sealed for another run -> that run begins",
            starting().queuedFor(MINUTE).sealed(),
            Phase.STARTING,
            "EnsureService",
            "CreateChildJob 4",
            "DeleteChildJob 3"),
        row(
            "queued, other template -> the run is replaced",
            starting().queuedFor(MINUTE).otherTemplate(),
            Phase.RECOVERING,
            "ReadHead"),
        row(
            "queued, a pause is wanted -> pauses with HEAD as it is",
            starting().queuedFor(MINUTE).pauseWanted(),
            Phase.PAUSING,
            "ReadHead"),
        row(
            "pausing, suspended, its pod drains -> waits, its hook saves",
            pausing().suspended().draining(MINUTE),
            Phase.PAUSING),
        row(
            "pausing, suspended, its pod is gone -> completes with HEAD as it is",
            pausing().suspended().noPod().commits(1250, false),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "held in place, suspended, its pod drains -> seals: its step is saved",
            held().suspended().draining(MINUTE),
            Phase.PAUSING,
            "SealHead 4"),
        row(
            "status lost while its Job is suspended -> finds the run again",
            running().suspended().noPod().statusLost(),
            Phase.STARTING,
            "ReadHead",
            "SweepRetention"));
  }

  @Test
  void whatTheLastHookCommittedIsWhereTheRunGoesOn() {
    var status = starting().queuedFor(MINUTE).commits(1250, false).plan().status();

    var run = status.run().orElseThrow();
    assertThat(run.number()).as("in the same run").isEqualTo(Scene.RUN);
    assertThat(run.resumedFrom().map(ManifestStatus::step)).contains(1250L);
    assertThat(status.resume().map(ResumeStatus::fromStep)).contains(1250L);
    assertThat(status.counts().disruptions()).isZero();
  }

  @Test
  void readySaysWhatItWaitsFor() {
    var status = starting().queuedFor(MINUTE).plan().status();

    var ready = status.condition(ConditionType.READY).orElseThrow();
    assertThat(ready.reason()).isEqualTo("Queued");
    assertThat(ready.message()).contains("Job digits-3 is suspended", "kubectl get workloads");
  }

  @Test
  void admittedRunWaitsForNothingAnyMore() {
    var queued = starting().queuedFor(MINUTE).plan().status();

    var status = starting().status(queued).plan().status();

    assertThat(status.run().orElseThrow().queuedAt()).isEmpty();
    assertThat(status.condition(ConditionType.READY).map(Condition::reason)).contains("Starting");
  }

  @Test
  void admissionBeforeHeadWasReadStillSaysFromWhere() {
    var queued = starting().queuedFor(MINUTE).headReadBefore().plan().status();

    var early = starting().status(queued).headReadBefore().plan();
    var read = starting().status(queued).commitsOf("the pod before", 1250).plan().status();

    assertThat(early.actions()).contains(new Action.ReadHead());
    assertThat(read.run().orElseThrow().resumedFrom().map(ManifestStatus::step)).contains(1250L);
    assertThat(read.run().orElseThrow().queuedAt()).isEmpty();
  }

  @Test
  void headThatTheNextPodHasClaimedSaysNothingOfWhereItBegan() {
    var queued = starting().queuedFor(MINUTE).headReadBefore().plan().status();

    var status = starting().status(queued).commits(1250, false).plan().status();

    assertThat(status.run().orElseThrow().resumedFrom().map(ManifestStatus::step)).contains(1200L);
    assertThat(status.run().orElseThrow().queuedAt()).isEmpty();
  }

  @Test
  void firstStepAfterASuspensionThatNobodySawIsNotTakenForSkippedSteps() {
    var status = running().restoredLater(1240, 1241).plan().status();

    assertThat(status.resume().flatMap(ResumeStatus::firstStep)).isEmpty();
  }
}
