package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.NoticeStatus;
import dev.intermission.api.v1alpha1.PauseStatus;
import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.Problem;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.Progress;
import dev.intermission.control.Restored;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveState;
import dev.intermission.operator.plan.observation.Agents;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
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
    var answers = Map.of(0, SaveState.ARMED, 1, SaveState.MISSED);

    var plan = plan(status(noticed()), List.of(drained(50), training(60)), answers);

    var asked = (Action.AskToSave) only(plan, Action.AskToSave.class);
    assertThat(asked.command().id()).isEqualTo(8);
    assertThat(asked.command().at().orElseThrow()).isGreaterThan(60);
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
    var answers = Map.of(0, SaveState.UPLOADING, 1, SaveState.HELD);

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

  /** What a rank's pod is and how far its trainer came. */
  private record Rank(long step, boolean draining, boolean holds) {}

  private static Rank drained(long step) {
    return new Rank(step, true, false);
  }

  private static Rank training(long step) {
    return new Rank(step, false, false);
  }

  private static Rank held(long step) {
    return new Rank(step, false, true);
  }

  private static Optional<NoticeStatus> noticed() {
    return Optional.of(NoticeStatus.seen(RUN, 7, Optional.of(54L), NOW.minusSeconds(1), WHY));
  }

  private static TrainingJobStatus status(Optional<NoticeStatus> notice) {
    var run = new RunStatus(RUN, "digits-3", Optional.of("job"), NOW, Optional.empty(), "FirstRun");
    return TrainingJobStatus.initial().withPhase(Phase.RUNNING).withRun(run.withNotice(notice));
  }

  private static Action only(Plan plan, Class<? extends Action> kind) {
    var found = plan.actions().stream().filter(kind::isInstance).toList();
    assertThat(found).as("%s in %s", kind.getSimpleName(), plan.actions()).hasSize(1);
    return found.getFirst();
  }

  /** Settled: planned as the planner does, until nothing more is recorded. */
  private static Plan plan(
      TrainingJobStatus status, List<Rank> ranks, Map<Integer, SaveState> answers) {
    var draft = new Draft(status, NOW);
    for (var more = true; more; ) more = Leaving.plan(pass(draft.status(), ranks, answers), draft);
    return draft.plan();
  }

  private static Pass pass(
      TrainingJobStatus status, List<Rank> ranks, Map<Integer, SaveState> answers) {
    var reports = new HashMap<String, Agents.Report>();
    for (var rank = 0; rank < ranks.size(); rank++)
      reports.put(
          "uid-" + rank, report(rank, ranks.get(rank), Optional.ofNullable(answers.get(rank))));
    var workers =
        IntStream.range(0, ranks.size()).mapToObj(rank -> worker(rank, ranks.get(rank))).toList();
    return TestingGang.pass(status, ranks.size(), workers, reports, NOW);
  }

  private static Worker worker(int rank, Rank kind) {
    var node = new Worker.Node("node1", Worker.Readiness.READY, Instant.EPOCH);
    var until = Optional.of(NOW.plusSeconds(60)).filter(_ -> kind.draining());
    return new Worker(
        new Worker.Id(RUN, rank, "digits-3-" + rank, "uid-" + rank),
        new Worker.Placement.OnNode(node, Optional.of("10.0.0." + rank)),
        new Worker.PodState(Worker.Phase.RUNNING, until, Optional.empty()),
        List.of(new Worker.Container(Worker.TRAINER, new Worker.ContainerState.Running(NOW))));
  }

  private static Agents.Report report(int rank, Rank kind, Optional<SaveState> answered) {
    var progress =
        new Progress(
            kind.step(), Optional.empty(), Optional.empty(), Map.of(), NOW, false, Optional.of(1L));
    var status =
        new AgentStatus(
            "uid-" + rank,
            "n",
            RUN,
            rank,
            new Restored(Restored.State.RESTORED, Optional.empty(), Optional.empty()),
            Optional.of(progress),
            Optional.empty(),
            Optional.empty(),
            kind.holds(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var save =
        answered.map(
            state ->
                new Seen<>(
                    new SaveAnswer(
                        "uid-" + rank,
                        "n",
                        7,
                        state,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                    NOW));
    return new Agents.Report(Optional.of(new Seen<>(status, NOW)), save, Optional.empty());
  }
}
