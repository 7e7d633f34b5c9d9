package dev.intermission.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "90s, PT90S, 1m30s",
    "10m, PT10M, 10m",
    "1h30m, PT90M, 1h30m",
    "1500ms, PT1.5S, 1s500ms",
    "250ms, PT0.25S, 250ms",
    "24h, PT24H, 24h"
  })
  void durationIsReadAsPeopleWriteItAndWrittenShort(
      String text, Duration duration, String written) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
    assertThat(Durations.format(duration)).isEqualTo(written);
    assertThat(Durations.parse(written)).isEqualTo(duration);
  }

  @Test
  void nothingIsWrittenAsZeroSeconds() {
    assertThat(Durations.format(Duration.ZERO)).isEqualTo("0s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "m", "1m1h", "-1s", "1.5h", "1 m", "1234567s", "PT5M"})
  void otherTextsAreRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write it like 90s, 10m");
  }
}
