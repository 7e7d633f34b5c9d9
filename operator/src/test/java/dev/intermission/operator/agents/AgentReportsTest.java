package dev.intermission.operator.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.control.Problem;
import dev.intermission.control.SaveAnswer;
import dev.intermission.control.SaveState;
import dev.intermission.operator.plan.observation.Agents.Report;
import dev.intermission.operator.plan.observation.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AgentReportsTest {

  private static final String POD = "uid-0";
  private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

  private final AgentReports reports = new AgentReports();

  @Test
  void anAnswerCountsFromWhenItsStateWasFirstHeard() {
    says(7, SaveState.PENDING, 0);
    says(7, SaveState.PENDING, 3);
    assertThat(report().saveSince()).contains(START);

    reports.failure(POD, new Seen<>(new Problem("AgentUnreachable", "refused"), second(4)));
    assertThat(report().saveSince()).as("silence is no other answer").contains(START);

    says(7, SaveState.ARMED, 5);
    assertThat(report().saveSince()).contains(second(5));

    says(8, SaveState.ARMED, 6);
    assertThat(report().saveSince()).as("another request").contains(second(6));
  }

  @Test
  void answersThatComeHomeLateChangeNothing() {
    says(8, SaveState.PENDING, 5);
    says(7, SaveState.SUPERSEDED, 6);
    says(8, SaveState.ARMED, 4);

    assertThat(report().save().orElseThrow().value().state()).isEqualTo(SaveState.PENDING);
    assertThat(report().save().orElseThrow().at()).isEqualTo(second(5));
    assertThat(report().saveSince()).contains(second(5));
  }

  private void says(long id, SaveState state, int second) {
    var answer =
        new SaveAnswer(
            POD,
            "n",
            id,
            state,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    reports.save(POD, new Seen<>(answer, second(second)));
  }

  private Report report() {
    return reports.of(List.of(POD)).byPodUid().get(POD);
  }

  private static Instant second(int second) {
    return START.plusSeconds(second);
  }
}
