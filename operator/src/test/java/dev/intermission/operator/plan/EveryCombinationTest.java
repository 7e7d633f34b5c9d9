package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.ConditionStatus;
import dev.intermission.api.v1alpha1.ConditionType;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.control.Restored;
import dev.intermission.control.SaveState;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.TemplateCheck.Verdict;
import dev.intermission.operator.plan.observation.Worker.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What {@link PlannerTableTest} says in chosen rows, asked of all: every phase × every pair of
 * things seen × everything wanted. Nobody wrote down what each leads to; but whatever it is, these
 * promises hold.
 */
class EveryCombinationTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private static final Set<Phase> RESTING = EnumSet.of(Phase.PAUSED, Phase.SUCCEEDED, Phase.FAILED);

  private static final Map<String, Supplier<Scene>> PHASES = new LinkedHashMap<>();
  private static final Map<String, UnaryOperator<Scene>> SEEN = new LinkedHashMap<>();
  private static final Map<String, UnaryOperator<Scene>> WANTED = new LinkedHashMap<>();

  static {
    PHASES.put("new", Scene::fresh);
    PHASES.put("starting", Scene::starting);
    PHASES.put("running", () -> Scene.running().stepOnRecord(1250));
    PHASES.put("running, noticed", () -> Scene.running().noticed().stepOnRecord(1250));
    PHASES.put(
        "running, a pause was taken back",
        () -> Scene.running().pauseTakenBack(SECOND).stepOnRecord(1250));
    PHASES.put(
        "running, a pause is tried again",
        () -> Scene.running().retriesIn(SECOND).stepOnRecord(1250));
    PHASES.put("pausing", () -> Scene.pausing().stepOnRecord(1250));
    PHASES.put("pausing, no step on record", Scene::pausing);
    PHASES.put("pausing, time is up", () -> Scene.pausing().attemptBegan(HOUR).stepOnRecord(1250));
    PHASES.put("pausing, proven", () -> Scene.pausing().proven(1250).stepOnRecord(1250));
    PHASES.put(
        "pausing, sealed",
        () -> Scene.pausing().proven(1250).sealed().sealRecorded().stepOnRecord(1250));
    PHASES.put("held", Scene::held);
    PHASES.put(
        "held for too long", () -> Scene.held().heldFor(HOUR.multipliedBy(2)).stepOnRecord(1250));
    PHASES.put("paused", Scene::paused);
    PHASES.put("recovering", Scene::recovering);
    PHASES.put("recovering, scheduled", () -> Scene.recovering().nextRunIn(SECOND));
    PHASES.put("recovering, now", () -> Scene.recovering().nextRunIn(Duration.ZERO));
    PHASES.put("succeeded", Scene::succeeded);
    PHASES.put("failed", Scene::failed);
    PHASES.put("failed, its pod is still there", () -> Scene.failed().podLives());
    PHASES.put("paused, a pod is still there", () -> Scene.paused().podLives());

    SEEN.put("nothing else", scene -> scene);
    SEEN.put("no Job", Scene::noJob);
    SEEN.put("no pod", Scene::noPod);
    SEEN.put("a Job that failed", scene -> scene.job(ChildJob.State.FAILED));
    SEEN.put("a Job that is complete", scene -> scene.job(ChildJob.State.COMPLETE));
    SEEN.put("a Job that is suspended", Scene::suspended);
    SEEN.put("a Job that is deleted", Scene::jobDeleting);
    SEEN.put("pods refused", scene -> scene.podsRefused("exceeded quota"));
    SEEN.put(
        "an image that cannot be had",
        ofThePod(scene -> scene.waits("trainer", "ImagePullBackOff")));
    SEEN.put("a pod without a node", ofThePod(scene -> scene.unschedulable("0/3 nodes")));
    SEEN.put("a trainer that trains", ofThePod(Scene::trains));
    SEEN.put("a trainer that failed", ofThePod(scene -> scene.trainerEnds(1, "Error")));
    SEEN.put("a trainer without memory", ofThePod(scene -> scene.trainerEnds(137, "OOMKilled")));
    SEEN.put("a trainer that ended well", ofThePod(scene -> scene.trainerEnds(0, "Completed")));
    SEEN.put("an eviction", ofThePod(scene -> scene.evicted("EvictionByEvictionAPI")));
    SEEN.put(
        "an eviction by the kubelet", ofThePod(scene -> scene.evicted("TerminationByKubelet")));
    SEEN.put("a pod that ends", ofThePod(scene -> scene.draining(SECOND)));
    SEEN.put("a pod whose grace is over", ofThePod(scene -> scene.draining(HOUR.negated())));
    SEEN.put(
        "a node away since a moment", ofThePod(scene -> scene.node(Readiness.NOT_READY, SECOND)));
    SEEN.put("a node away for long", ofThePod(scene -> scene.node(Readiness.NOT_READY, HOUR)));
    SEEN.put("no such node any more", ofThePod(scene -> scene.node(Readiness.GONE, HOUR)));
    SEEN.put("a node that leaves", ofThePod(Scene::nodeLeaves));
    SEEN.put("an agent nobody has heard", ofThePod(Scene::unheard));
    SEEN.put("an agent long silent", ofThePod(scene -> scene.silentFor(HOUR)));
    SEEN.put("an agent with another key", ofThePod(scene -> scene.refusesOurKeyFor(HOUR)));
    SEEN.put("a trainer that holds", ofThePod(scene -> scene.reports(1250, true, false)));
    SEEN.put("a fenced agent", ofThePod(scene -> scene.reports(1250, false, true)));
    for (var state : Restored.State.values())
      SEEN.put("an agent that is " + state, ofThePod(scene -> scene.restoring(state)));
    for (var state : SaveState.values())
      SEEN.put("an answer " + state, ofThePod(scene -> scene.answers(state)));
    SEEN.put("a store not looked at", Scene::headUnread);
    SEEN.put("a HEAD of before", Scene::headReadBefore);
    SEEN.put("a HEAD that is missing", Scene::headMissing);
    SEEN.put("a HEAD that is sealed", Scene::sealed);
    SEEN.put("a new checkpoint", scene -> scene.commits(1260, false));
    SEEN.put("a final checkpoint", scene -> scene.commits(3000, true));
    SEEN.put("nothing saved", Scene::nothingSaved);
    SEEN.put("a store that fails", scene -> scene.storageFails(SECOND));
    SEEN.put("a store that has failed", scene -> scene.storageFails(HOUR));
    SEEN.put("a store that never answered", scene -> scene.headUnread().storageFails(HOUR));
    SEEN.put("a checkpoint not verified", Scene::unverified);
    SEEN.put("a status that was lost", Scene::statusLost);
    SEEN.put("a template not tried", Scene::templateUnknown);
    SEEN.put(
        "a template that is refused",
        scene -> scene.template(new Verdict.Refused("TemplateRefused", "spec.x: no")));

    WANTED.put("as it is", scene -> scene);
    WANTED.put("a pause", Scene::pauseWanted);
    WANTED.put("no pause", Scene::unpaused);
    WANTED.put("a pause in place", scene -> scene.inPlace().pauseWanted());
    WANTED.put("a pause with the latest", scene -> scene.latestIsEnough().pauseWanted());
    WANTED.put("a pause, or the latest", scene -> scene.latestIfItFails().pauseWanted());
    WANTED.put("another template", Scene::changedTemplate);
    WANTED.put("an end by now", Scene::deadlineOver);
    WANTED.put("no restart", scene -> scene.restartLimit(0));
    WANTED.put("a gang", Scene::ofAGang);
    WANTED.put("a gang that saves by the clock", scene -> scene.ofAGang().savesEach(SECOND));
    WANTED.put("a script", Scene::ofAScript);
    WANTED.put("to go back to a step", scene -> scene.rollbackTo(900));
    WANTED.put("a fork", scene -> scene.forkOf("other"));
  }

  @TestFactory
  List<DynamicTest> every() {
    var all = new ArrayList<DynamicTest>();
    PHASES.forEach(
        (name, phase) ->
            all.add(
                DynamicTest.dynamicTest(
                    name,
                    () ->
                        WANTED.forEach(
                            (wish, wanted) ->
                                everySight(name + ", wanted: " + wish, phase, wanted)))));
    return all;
  }

  /** What can be seen of a pod only where there is one. */
  private static UnaryOperator<Scene> ofThePod(UnaryOperator<Scene> seen) {
    return scene -> scene.hasPod() ? seen.apply(scene) : scene;
  }

  private static void everySight(
      String situation, Supplier<Scene> phase, UnaryOperator<Scene> wanted) {
    SEEN.forEach(
        (one, first) ->
            SEEN.forEach(
                (other, second) -> {
                  Function<Scene, Scene> seen = first.andThen(second);
                  holds(
                      situation + ", seen: " + one + ", " + other,
                      wanted.apply(seen.apply(phase.get())));
                }));
  }

  private static void holds(String situation, Scene scene) {
    try {
      var plan = scene.plan();
      Invariants.settled(plan, scene.again(plan));
      neverGoesBack(scene, plan);
      looksAgain(scene, plan);
      keepsNoGpu(scene, plan);
      releasesNothingThatMayStillCommit(scene, plan);
      createsOnlyTheRunThatHeadNames(scene, plan);
      saysWhy(plan);
    } catch (RuntimeException | AssertionError broken) {
      throw new AssertionError(situation, broken);
    }
  }

  private static void neverGoesBack(Scene scene, Plan plan) {
    assertThat(PauseRequest.lastId(plan.status()))
        .as("request ids only grow")
        .isGreaterThanOrEqualTo(PauseRequest.lastId(scene.status()));
    var before = scene.status().run().map(RunStatus::number).orElse(0L);
    assertThat(plan.status().run().map(RunStatus::number).orElse(0L))
        .as("a run number never goes back")
        .isGreaterThanOrEqualTo(before);
  }

  /** Only what nothing but a person can change is not looked at again. */
  private static void looksAgain(Scene scene, Plan plan) {
    if (RESTING.contains(plan.status().phase()) || waitsForATemplate(scene, plan)) return;
    assertThat(plan.wakeAt()).as("a time at which it looks again").isPresent();
    assertThat(plan.wakeAt().get()).isAfterOrEqualTo(Scene.NOW);
  }

  /** A job that failed or is paused does not leave a pod running. */
  private static void keepsNoGpu(Scene scene, Plan plan) {
    var over = EnumSet.of(Phase.FAILED, Phase.PAUSED);
    if (!over.contains(plan.status().phase()) || !scene.podComputes()) return;
    if (scene.storeRests()) return;
    assertThat(plan.actions())
        .as("looks at HEAD, seals it or releases")
        .anyMatch(EveryCombinationTest::bringsItsEnd);
  }

  private static boolean bringsItsEnd(Action action) {
    return action instanceof Action.ReadHead
        || action instanceof Action.SealHead
        || action instanceof Action.ReleasePods;
  }

  /** The next run is due, and the API server does not take its pods. */
  private static boolean waitsForATemplate(Scene scene, Plan plan) {
    var template = plan.status().condition(ConditionType.TEMPLATE_ACCEPTED);
    var refused = template.filter(said -> said.status() == ConditionStatus.FALSE).isPresent();
    var runs = EnumSet.of(Phase.RUNNING, Phase.PAUSING, Phase.HELD);
    var sealed = scene.headRun() > plan.status().run().map(RunStatus::number).orElse(0L);
    return refused && (sealed || !runs.contains(plan.status().phase()));
  }

  private static void releasesNothingThatMayStillCommit(Scene scene, Plan plan) {
    for (var action : plan.actions()) {
      var run =
          switch (action) {
            case Action.ReleasePods(var of, var _) -> of;
            case Action.DeleteChildJob(var of) -> of;
            default -> -1L;
          };
      if (run < 0 || plan.status().phase() == Phase.SUCCEEDED || scene.headGone()) continue;
      var sealed = plan.status().pause().flatMap(PauseStatus::sealedRun).orElse(0L);
      var newest = plan.status().run().map(RunStatus::number).orElse(0L);
      assertThat(LongStream.of(scene.headRun(), sealed, newest).max().orElseThrow())
          .as("pods of run %d are released only after HEAD was sealed", run)
          .isGreaterThan(run);
    }
  }

  private static void createsOnlyTheRunThatHeadNames(Scene scene, Plan plan) {
    for (var action : plan.actions()) {
      if (action instanceof Action.CreateChildJob(var run, var _, var _)) {
        assertThat(plan.status().run().map(RunStatus::number)).contains(run);
        assertThat(plan.status().phase()).isIn(Phase.STARTING, Phase.RUNNING);
      }
    }
  }

  private static void saysWhy(Plan plan) {
    assertThat(plan.status().conditions())
        .allSatisfy(
            condition -> {
              assertThat(condition.reason()).as("reason of %s", condition.type()).isNotBlank();
              assertThat(condition.message()).doesNotContain("Optional[");
            });
  }
}
