package dev.intermission.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.intermission.sdk.directory.ProgressFile;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class PaceTest {

  private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

  @Test
  void oneReportIsNoPace() {
    assertThat(Pace.UNKNOWN.after(report(100, 0)).stepsPerSecond()).isEmpty();
  }

  @Test
  void paceIsOfTheNewestStretch() {
    var steady = Pace.UNKNOWN.after(report(100, 0)).after(report(200, 1000));
    assertThat(steady.stepsPerSecond().orElseThrow()).isEqualTo(100, within(1e-9));

    var faster = steady.after(report(700, 2000));
    assertThat(faster.stepsPerSecond().orElseThrow()).isEqualTo(500, within(1e-9));
  }

  @Test
  void reportsInQuickSuccessionMeasureNothingByThemselves() {
    var pace = Pace.UNKNOWN.after(report(100, 0)).after(report(101, 1)).after(report(150, 499));
    assertThat(pace.stepsPerSecond()).isEmpty();

    assertThat(pace.after(report(151, 510)).stepsPerSecond().orElseThrow())
        .isEqualTo(51 / 0.51, within(1e-9));
  }

  @Test
  void holdIsNoSlowness() {
    var holds =
        Pace.UNKNOWN.after(report(100, 0)).after(report(200, 1000)).after(report(200, 1100));
    assertThat(holds.stepsPerSecond().orElseThrow()).isEqualTo(100, within(1e-9));

    var goesOn = holds.after(report(200, 3_601_000));
    assertThat(goesOn.stepsPerSecond().orElseThrow()).isEqualTo(100, within(1e-9));
    goesOn = goesOn.after(report(300, 3_602_000));
    assertThat(goesOn.stepsPerSecond().orElseThrow()).isEqualTo(100, within(1e-9));
  }

  @Test
  void clockThatWasSetBackAndStepsThatBeganAnewMeasureNothing() {
    var steady = Pace.UNKNOWN.after(report(100, 10_000)).after(report(200, 11_000));

    for (var odd : new ProgressFile[] {report(300, 0), report(0, 12_000)}) {
      var after = steady.after(odd);
      assertThat(after.stepsPerSecond().orElseThrow()).isEqualTo(100, within(1e-9));
      assertThat(after.since().orElseThrow().step()).isEqualTo(odd.step());
    }
  }

  @Test
  void trainerThatTellsNoTimeHasNoPace() {
    var timeless = ProgressFile.at(100, Instant.EPOCH);
    var pace = Pace.UNKNOWN.after(timeless).after(ProgressFile.at(900, Instant.EPOCH));

    assertThat(pace.stepsPerSecond()).isEmpty();
  }

  private static ProgressFile report(long step, long millis) {
    return ProgressFile.at(step, START.plusMillis(millis));
  }
}
