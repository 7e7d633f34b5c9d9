package dev.intermission.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ControlJsonTest {

  @Test
  void aSaveCommandIsWrittenAsTheContractSays() {
    assertThat(text(new SaveCommand(7, Optional.of(1200L), true)))
        .isEqualTo("{\"id\":7,\"at\":1200,\"hold\":true}");
    assertThat(text(new SaveCommand(8, Optional.empty(), false)))
        .isEqualTo("{\"id\":8,\"hold\":false}");
  }

  @Test
  void anAbsentFieldIsAnEmptyOptionalAndAnUnknownOneIsIgnored() {
    assertThat(read("{\"id\":8,\"hold\":false,\"colour\":\"red\"}", SaveCommand.class))
        .isEqualTo(new SaveCommand(8, Optional.empty(), false));
  }

  @Test
  void aMalformedCommandNamesTheField() {
    assertThatThrownBy(() -> read("{\"id\":0,\"hold\":true}", SaveCommand.class))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("id: 0 is not positive");
    assertThatThrownBy(() -> read("{\"id\":1,\"at\":-1,\"hold\":true}", SaveCommand.class))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("at: -1 is negative");
    assertThatThrownBy(() -> read("{\"id\":1} {}", SaveCommand.class))
        .isInstanceOf(MalformedMessage.class);
  }

  @Test
  void aFullStatusSurvivesTheWire() {
    var progress =
        new Progress(
            1200,
            Optional.of(5000L),
            Optional.of(3.5),
            Map.of("loss", 0.031),
            Instant.parse("2026-11-24T04:00:00.25Z"),
            false,
            Optional.of(901L),
            Optional.of(181.5));
    var status =
        new AgentStatus(
            "pod",
            "nonce",
            3,
            0,
            new Restored(Restored.State.RESTORED, Optional.of(900L), Optional.empty()),
            Optional.of(progress),
            Optional.of(new SavedManifest("m.json", "ab")),
            Optional.of(1200L),
            true,
            false,
            Optional.of(new Problem("EndpointUnreachable", "S3 does not answer")),
            Optional.of(420L),
            Optional.of("exact"),
            Optional.of(new SessionStart(3, 7, Optional.of(new SavedManifest("m.json", "ab")))),
            Optional.of(12L));

    assertThat(ControlJson.decode(ControlJson.encode(status), AgentStatus.class)).isEqualTo(status);
  }

  @Test
  void anEmptyStatusSurvivesTheWireWithoutNulls() {
    var status =
        new AgentStatus(
            "pod",
            "nonce",
            3,
            0,
            new Restored(Restored.State.WAITING_FOR_SEAL, Optional.empty(), Optional.empty()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    assertThat(ControlJson.decode(ControlJson.encode(status), AgentStatus.class)).isEqualTo(status);
    assertThat(text(status)).doesNotContain("null");
  }

  @Test
  void aRosterSurvivesTheWire() {
    var roster = new Roster(new SessionStart(3, 7, Optional.empty()), Map.of(0, "a", 1, "b"));

    assertThat(ControlJson.decode(ControlJson.encode(roster), Roster.class)).isEqualTo(roster);
  }

  @Test
  void aRosterWithAGapIsMalformed() {
    var gap =
        "{\"start\":{\"run\":3,\"writerEpoch\":7},\"pods\":{\"0\":\"a\",\"2\":\"c\"}}".getBytes();

    assertThatThrownBy(() -> ControlJson.decode(gap, Roster.class))
        .isInstanceOf(MalformedMessage.class)
        .hasMessageContaining("names no pod for rank 1");
  }

  @Test
  void anAnswerSurvivesTheWire() {
    var answer =
        new SaveAnswer(
            "pod",
            "nonce",
            7,
            SaveState.HELD,
            Optional.of(1200L),
            Optional.of(new SavedManifest("m.json", "ab")),
            Optional.of(2L),
            Optional.empty());

    assertThat(ControlJson.decode(ControlJson.encode(answer), SaveAnswer.class)).isEqualTo(answer);
  }

  private static String text(Object message) {
    return new String(ControlJson.encode(message), StandardCharsets.UTF_8);
  }

  private static <T> T read(String text, Class<T> type) {
    return ControlJson.decode(text.getBytes(StandardCharsets.UTF_8), type);
  }
}
