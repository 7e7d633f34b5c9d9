package dev.intermission.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.state.Asked;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.Lease;
import dev.intermission.agent.state.Tenure.Standing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MetricsTest {

  private Facts facts =
      Facts.atStart(new Asked(0, Optional.empty(), new Lease(Duration.ofMinutes(1), 0)));
  private final Metrics metrics = new Metrics(() -> facts, InstantSource.system());

  @Test
  void everyNumberHasItsHelpAndType() {
    var lines = text().lines().toList();

    for (var line : lines) assertThat(line).matches("# (HELP|TYPE) .+|[a-z_]+(\\{.+})? [-0-9.E]+");
    assertThat(lines).contains("# TYPE intermission_agent_save_seconds summary");
  }

  @Test
  void savesAddUp() {
    metrics.saved(Duration.ofMillis(1500), 1000, 400);
    metrics.saved(Duration.ofMillis(500), 1000, 0);

    assertThat(text())
        .contains("intermission_agent_save_seconds_count 2.0\n")
        .contains("intermission_agent_save_seconds_sum 2.0\n")
        .contains("intermission_agent_saved_bytes_total 2000.0\n")
        .contains("intermission_agent_sent_bytes_total 400.0\n");
  }

  @Test
  void failuresAreCountedByReason() {
    metrics.saveFailed("EndpointUnreachable");
    metrics.saveFailed("EndpointUnreachable");
    metrics.saveFailed("AccessDenied");

    assertThat(text())
        .contains("save_failures_total{reason=\"EndpointUnreachable\"} 2.0\n")
        .contains("save_failures_total{reason=\"AccessDenied\"} 1.0\n");
  }

  @Test
  void gaugesShowTheNewestFacts() {
    assertThat(text()).contains("intermission_agent_fenced 0.0\n");

    facts = facts.with(facts.tenure().judged(Standing.FENCED));

    assertThat(text()).contains("intermission_agent_fenced 1.0\n");
  }

  private String text() {
    return new String(metrics.scrape(), StandardCharsets.UTF_8);
  }
}
