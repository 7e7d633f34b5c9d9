package dev.intermission.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionEnvironmentTest {

  @Test
  void readsWhatTheOperatorSets() {
    var environment =
        SessionEnvironment.of(
            Map.of(
                "INTERMISSION_DIR", "/intermission",
                "INTERMISSION_JOB", "digits",
                "INTERMISSION_RUN", "4",
                "INTERMISSION_RANK", "1",
                "INTERMISSION_WORLD_SIZE", "2",
                "INTERMISSION_RESUME_STEP", "1200",
                "INTERMISSION_CHECKPOINT_EVERY_STEPS", "500"));

    assertThat(environment.directory()).contains(Path.of("/intermission"));
    assertThat(environment.resumeStep()).contains(1200L);
    assertThat(environment.worker()).isEqualTo(new SessionEnvironment.Worker("digits", 4, 1, 2));
    assertThat(environment.cadence()).isEqualTo(Cadence.everySteps(500));
  }

  @Test
  void emptyMeansUnsetSinceTheOperatorSetsEveryVariable() {
    var environment =
        SessionEnvironment.of(
            Map.of("INTERMISSION_RESUME_STEP", "", "INTERMISSION_CHECKPOINT_EVERY_STEPS", ""));

    assertThat(environment.resumeStep()).isEmpty();
    assertThat(environment.cadence()).isEqualTo(Cadence.NEVER);
  }

  @Test
  void everyBadVariableIsNamedInOneMessage() {
    assertThatThrownBy(
            () ->
                SessionEnvironment.of(
                    Map.of("INTERMISSION_RUN", "four", "INTERMISSION_RANK", "-1")))
        .hasMessageContainingAll("INTERMISSION_RUN", "\"four\"", "INTERMISSION_RANK", "\"-1\"");
  }

  @Test
  void aRankOutsideTheWorldIsRefused() {
    assertThatThrownBy(
            () ->
                SessionEnvironment.of(
                    Map.of("INTERMISSION_RANK", "2", "INTERMISSION_WORLD_SIZE", "2")))
        .hasMessageContaining("2 is no rank of 2 workers");
  }

  @Test
  void stepsAndTimeMayBothMakeASaveDue() {
    var cadence =
        new Cadence(java.util.Optional.of(10L), java.util.Optional.of(Duration.ofSeconds(60)));

    assertThat(cadence.isDue(10, Duration.ZERO)).isTrue();
    assertThat(cadence.isDue(11, Duration.ofSeconds(60))).isTrue();
    assertThat(cadence.isDue(11, Duration.ofSeconds(59))).isFalse();
  }
}
