package dev.intermission.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AlarmsTest {
  private static final ResourceID DIGITS = new ResourceID("digits", "team");
  private static final ResourceID OTHER = new ResourceID("other", "team");

  private final LinkedBlockingQueue<ResourceID> woken = new LinkedBlockingQueue<>();

  @Test
  void newestAlarmOfAJobCounts() throws InterruptedException {
    try (var alarms = new Alarms(woken::add)) {
      alarms.set(DIGITS, Duration.ofDays(1));
      alarms.set(DIGITS, Duration.ZERO);

      assertThat(woken.poll(10, TimeUnit.SECONDS)).isEqualTo(DIGITS);
    }
  }

  @Test
  void cancelledAlarmWakesNobody() throws InterruptedException {
    try (var alarms = new Alarms(woken::add)) {
      alarms.set(DIGITS, Duration.ofMillis(50));
      alarms.cancel(DIGITS);
      alarms.set(OTHER, Duration.ofMillis(50)); // rings after the first one would have

      assertThat(woken.poll(10, TimeUnit.SECONDS)).isEqualTo(OTHER);
      assertThat(woken).isEmpty();
    }
  }
}
