package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.Phase;
import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.control.Restored;
import dev.intermission.control.Roster;
import dev.intermission.control.SavedManifest;
import dev.intermission.control.SessionStart;
import dev.intermission.operator.plan.observation.Agents;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** When a gang's ranks learn which session they belong to. */
final class GatheringTest {

  private static final Instant NOW = Instant.parse("2026-11-24T00:00:10Z");
  private static final long RUN = 3;
  private static final SessionStart CLAIM = new SessionStart(RUN, 7, Optional.empty());

  /** One rank's pod: absent, or what its agent said last. */
  private enum Rank {
    NO_POD,
    SILENT,
    WAITS_FOR_SEAL,
    WAITS,
    CLAIMED,
    CLAIMED_AN_EARLIER_RUN,
    ENROLLED,
    ENDED
  }

  private record Row(String name, List<Rank> ranks, boolean roster) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Row> ROWS =
      List.of(
          row("all there, rank 0 claimed -> roster", true, Rank.CLAIMED, Rank.WAITS),
          row(
              "rank 1 was told already, rank 0 was not -> again",
              true,
              Rank.CLAIMED,
              Rank.ENROLLED),
          row(
              "rank 1 says nothing yet -> it gets the roster all the same",
              true,
              Rank.CLAIMED,
              Rank.SILENT),
          row("rank 1 has no pod yet -> wait", false, Rank.CLAIMED, Rank.NO_POD),
          row("rank 1 ended -> the run is over", false, Rank.CLAIMED, Rank.ENDED),
          row("rank 0 has not claimed -> wait", false, Rank.WAITS_FOR_SEAL, Rank.WAITS),
          row("rank 0 names another run -> wait", false, Rank.CLAIMED_AN_EARLIER_RUN, Rank.WAITS),
          row("everybody enrolled -> nothing", false, Rank.ENROLLED, Rank.ENROLLED),
          row("a single worker -> nothing", false, Rank.CLAIMED));

  @ParameterizedTest
  @FieldSource("ROWS")
  void theRosterIsSentWhenItIsCompleteAndSomebodyLacksIt(Row row) {
    var draft = new Draft(status(), NOW);

    Gathering.plan(pass(row), draft);

    var rosters =
        draft.plan().actions().stream().filter(Action.SendRoster.class::isInstance).toList();
    if (row.roster()) {
      var pods = Map.of(0, "uid-0", 1, "uid-1");
      assertThat(rosters).containsExactly(new Action.SendRoster(RUN, new Roster(CLAIM, pods)));
    } else {
      assertThat(rosters).isEmpty();
    }
  }

  @ParameterizedTest
  @FieldSource("ROWS")
  void planningTwiceSendsTheSame(Row row) {
    var first = new Draft(status(), NOW);
    var second = new Draft(status(), NOW);

    Gathering.plan(pass(row), first);
    Gathering.plan(pass(row), second);

    assertThat(second.plan()).isEqualTo(first.plan());
  }

  private static Row row(String name, boolean roster, Rank... ranks) {
    return new Row(name, List.of(ranks), roster);
  }

  private static TrainingJobStatus status() {
    return TrainingJobStatus.initial()
        .withPhase(Phase.STARTING)
        .withRun(
            new RunStatus(RUN, "digits-3", Optional.of("job"), NOW, Optional.empty(), "FirstRun"));
  }

  private static Pass pass(Row row) {
    var workers = new ArrayList<Worker>();
    var reports = new HashMap<String, Agents.Report>();
    for (var rank = 0; rank < row.ranks().size(); rank++) {
      var kind = row.ranks().get(rank);
      if (kind == Rank.NO_POD) continue;
      workers.add(worker(rank, kind));
      if (kind != Rank.SILENT) reports.put("uid-" + rank, report(rank, kind));
    }
    return TestingGang.pass(status(), row.ranks().size(), workers, reports, NOW);
  }

  private static Worker worker(int rank, Rank kind) {
    return TestingGang.worker(
        RUN,
        rank,
        new Worker.PodState(
            kind == Rank.ENDED ? Worker.Phase.FAILED : Worker.Phase.RUNNING,
            Optional.empty(),
            Optional.empty()),
        List.of());
  }

  private static Agents.Report report(int rank, Rank kind) {
    var state =
        switch (kind) {
          case WAITS_FOR_SEAL -> Restored.State.WAITING_FOR_SEAL;
          case ENROLLED, ENDED -> Restored.State.RESTORED;
          case NO_POD, SILENT, WAITS, CLAIMED, CLAIMED_AN_EARLIER_RUN ->
              Restored.State.WAITING_FOR_ROSTER;
        };
    var session =
        switch (kind) {
          case CLAIMED -> Optional.of(CLAIM);
          case CLAIMED_AN_EARLIER_RUN ->
              Optional.of(new SessionStart(RUN - 1, 5, Optional.<SavedManifest>empty()));
          case ENROLLED -> Optional.of(CLAIM).filter(_ -> rank == 0);
          case NO_POD, SILENT, WAITS_FOR_SEAL, WAITS, ENDED -> Optional.<SessionStart>empty();
        };
    var answer = TestingGang.status(RUN, rank, state, Optional.empty(), false, session);
    return new Agents.Report(
        Optional.of(new Seen<>(answer, NOW)), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
