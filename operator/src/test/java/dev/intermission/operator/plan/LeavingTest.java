package dev.intermission.operator.plan;

import static dev.intermission.operator.plan.TestingGang.Rank.drained;
import static dev.intermission.operator.plan.TestingGang.Rank.held;
import static dev.intermission.operator.plan.TestingGang.Rank.training;
import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.NoticeStatus;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.control.SaveState;
import dev.intermission.operator.plan.TestingGang.Rank;
import dev.intermission.operator.plan.TestingGang.Said;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A gang of which one pod is drained: one rank's save alone is no checkpoint, so all are asked for
 * one step. (A single worker's notices are rows of {@link PlannerTableTest}.)
 */
final class LeavingTest {

  private static final Instant NOW = Instant.parse("2026-11-24T00:00:10Z");
  private static final long RUN = 3;
  private static final Problem WHY = new Problem("PodDraining", "It is taken away.");

  @Test
  void allRanksAreAskedToSaveOneStepAndHold() {
    var plan = plan(status(Optional.empty()), List.of(drained(50), training(52)), Map.of());

    var asked = (Action.AskToSave) only(plan, Action.AskToSave.class);
    assertThat(asked.command().hold()).isTrue();
    assertThat(asked.command().at()).as("beyond the newest step seen").contains(54L);
    var notice = plan.status().run().orElseThrow().notice().orElseThrow();
    assertThat(notice.why().reason()).isEqualTo("PodDraining");
    assertThat(notice.requestId())
        .as("on record before anybody is asked")
        .isEqualTo(asked.command().id());
  }

  @Test
  void rankThatWasPastTheStepIsAskedForALaterOneUnderTheNextId() {
    var answers = Map.of(0, said(SaveState.ARMED), 1, said(SaveState.MISSED));

    var plan = plan(status(noticed()), List.of(drained(50), training(60)), answers);

    var asked = (Action.AskToSave) only(plan, Action.AskToSave.class);
    assertThat(asked.command().id()).isEqualTo(8);
    assertThat(asked.command().at()).as("as far again as it was missed by").contains(72L);
  }

  @Test
  void rankThatWasToldTooLateIsAskedAgainTogetherWithTheOneThatWaitsForIt() {
    var silent = new Said(7, SaveState.PENDING, Optional.of(54L), Duration.ofSeconds(3));
    var answers = Map.of(0, said(SaveState.UPLOADING), 1, silent);

    var plan = plan(status(noticed()), List.of(drained(54), training(54)), answers);

    var asked = (Action.AskToSave) only(plan, Action.AskToSave.class);
    assertThat(asked.command().id()).isEqualTo(8);
    assertThat(asked.command().at()).contains(56L);
  }

  @Test
  void requestIdsOfPausesAndNoticesAreOneRow() {
    var earlier =
        status(Optional.empty())
            .withPause(PauseStatus.requested(11, Optional.empty(), NOW).withdrawn());

    var plan = plan(earlier, List.of(drained(50), training(52)), Map.of());

    assertThat(((Action.AskToSave) only(plan, Action.AskToSave.class)).command().id())
        .isEqualTo(12);
  }

  @Test
  void ranksThatHoldForTheNoticeAreNotToldToGoOn() {
    var answers = Map.of(0, said(SaveState.UPLOADING), 1, said(SaveState.HELD));

    var plan = plan(status(noticed()), List.of(drained(54), held(54)), answers);

    assertThat(plan.actions()).noneMatch(Action.ContinueTraining.class::isInstance);
    assertThat(plan.actions()).anyMatch(Action.PollSave.class::isInstance);
  }

  @Test
  void noticeOfAnEarlierRunConcernsNobody() {
    var old = NoticeStatus.seen(RUN - 1, 7, Optional.of(54L), NOW, WHY);

    var plan = plan(status(Optional.of(old)), List.of(training(50), training(50)), Map.of());

    assertThat(plan.actions()).noneMatch(Action.AskToSave.class::isInstance);
    assertThat(plan.status().run().orElseThrow().notice()).contains(old);
  }

  private static Optional<NoticeStatus> noticed() {
    return Optional.of(NoticeStatus.seen(RUN, 7, Optional.of(54L), NOW.minusSeconds(1), WHY));
  }

  private static TrainingJobStatus status(Optional<NoticeStatus> notice) {
    var run = new RunStatus(RUN, "digits-3", Optional.of("job"), NOW, Optional.empty(), "FirstRun");
    return TrainingJobStatus.initial().withPhase(Phase.RUNNING).withRun(run.withNotice(notice));
  }

  private static Said said(SaveState state) {
    return new Said(7, state, Optional.empty());
  }

  private static Action only(Plan plan, Class<? extends Action> kind) {
    var found = plan.actions().stream().filter(kind::isInstance).toList();
    assertThat(found).as("%s in %s", kind.getSimpleName(), plan.actions()).hasSize(1);
    return found.getFirst();
  }

  /** Settled: planned as the planner does, until nothing more is recorded. */
  private static Plan plan(TrainingJobStatus status, List<Rank> ranks, Map<Integer, Said> answers) {
    var draft = new Draft(status, NOW);
    for (var more = true; more; ) more = Leaving.plan(pass(draft.status(), ranks, answers), draft);
    return draft.plan();
  }

  private static Pass pass(TrainingJobStatus status, List<Rank> ranks, Map<Integer, Said> answers) {
    var spec = TrainingJobSpec.of(new PodTemplateSpec());
    return TestingGang.pass(spec, status, ranks, answers, NOW);
  }
}
