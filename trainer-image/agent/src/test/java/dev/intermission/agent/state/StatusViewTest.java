package dev.intermission.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.agent.state.StatusView.Signature;
import dev.intermission.sdk.directory.ProgressFile;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class StatusViewTest {

  private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

  @Test
  void statusTellsThePaceOfWhatWasSeen() {
    var asked = new Asked(0, Optional.empty(), new Lease(Duration.ofMinutes(1), 0));
    var facts = Facts.atStart(asked).with(trained(100, 0)).with(trained(300, 2));

    var status = StatusView.of(facts, new Signature("pod", "nonce", 1, 0));

    assertThat(status.progress().orElseThrow().step()).isEqualTo(300);
    assertThat(status.progress().orElseThrow().stepsPerSecond()).contains(100.0);
  }

  private static Seen trained(long step, int second) {
    var report = ProgressFile.at(step, START.plusSeconds(second));
    return new Seen(
        Optional.of(report), new TreeMap<>(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
