package dev.intermission.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.operator.plan.Pace;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand jobs ask no more of agents and API server than a few hundred (design review, 37).
 */
class PacingTest {

  @Test
  void fewJobsLookLive() {
    assertThat(pace(10)).isEqualTo(Pace.LIVELY);
  }

  @Test
  void tenThousandJobsShareTheBudget() {
    assertThat(pace(10_000))
        .isEqualTo(
            new Pace(Duration.ofSeconds(20), Duration.ofSeconds(200), Duration.ofSeconds(5000)));
  }

  private static Pace pace(long jobs) {
    return new Pacing(() -> jobs).pace();
  }
}
