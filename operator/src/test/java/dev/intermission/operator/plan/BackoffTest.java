package dev.intermission.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.api.v1alpha1.RecoveryStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long a job waits for its next run, counted from the end of the last: it doubles from {@code
 * spec.restarts.backoff} (10 s here) up to ten minutes.
 */
final class BackoffTest {

  /** {@code fruitless} are the runs before this one that brought no newer checkpoint. */
  @ParameterizedTest(name = "{0} failures, {1} fruitless runs -> {2} s")
  @CsvSource({
    "0, 0, 0", // the first disruption
    "0, 1, 20",
    "0, 2, 40",
    "0, 3, 80",
    "0, 4, 600", // five runs that brought nothing: stalled
    "1, 0, 10",
    "2, 0, 20",
    "2, 1, 20",
    "3, 1, 40",
    "7, 1, 600",
    "60, 1, 600" // nor does the shift run over
  })
  void grows(int failures, int fruitless, long seconds) {
    var scene = Scene.recovering().restartLimit(100).failuresInARow(failures, fruitless);

    assertThat(nextRunAt(scene)).isEqualTo(end(scene).plusSeconds(seconds));
  }

  @ParameterizedTest(name = "{0} failures, but a newer checkpoint -> {1} s")
  @CsvSource({"0, 0", "1, 10", "5, 10"})
  void newerCheckpointBeginsItAnew(int failures, long seconds) {
    var scene =
        Scene.recovering().restartLimit(100).failuresInARow(failures, 4).commits(1240, false);

    assertThat(nextRunAt(scene)).isEqualTo(end(scene).plusSeconds(seconds));
  }

  private static Instant nextRunAt(Scene scene) {
    return recovery(scene).nextRunAt().orElseThrow();
  }

  private static RecoveryStatus recovery(Scene scene) {
    return scene.plan().status().recovery();
  }

  private static Instant end(Scene scene) {
    return scene.status().recovery().endedAt().orElse(Scene.NOW.minus(Duration.ofSeconds(1)));
  }
}
