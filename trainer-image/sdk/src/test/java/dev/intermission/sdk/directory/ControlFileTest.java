package dev.intermission.sdk.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlFileTest {

  @TempDir Path root;

  static Stream<Arguments> spellings() {
    return Stream.of(
        Arguments.of(
            new Request.Checkpoint(7, new Request.At.Next(), true),
            "{\"id\":7,\"action\":\"checkpoint\",\"at\":\"next\",\"hold\":true}"),
        Arguments.of(
            new Request.Checkpoint(8, new Request.At.Step(1200), false),
            "{\"id\":8,\"action\":\"checkpoint\",\"at\":1200,\"hold\":false}"),
        Arguments.of(new Request.Continue(8), "{\"id\":8,\"action\":\"continue\"}"),
        Arguments.of(
            new Request.Continue(8, Optional.of(1200L)),
            "{\"id\":8,\"action\":\"continue\",\"at\":1200}"),
        Arguments.of(new Request.Exit(), "{\"action\":\"exit\"}"),
        Arguments.of(new Request.Stop("fenced"), "{\"action\":\"stop\",\"reason\":\"fenced\"}"));
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void isSpelledAsTheContractSays(Request request, String json) throws IOException {
    var control = new SharedDirectory(root).control();

    control.replace(request);

    assertThat(control.path()).hasContent(json);
    assertThat(control.read()).contains(request);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":7,\"action\":\"dance\"}",
        "{\"action\":\"checkpoint\",\"at\":\"next\"}",
        "{\"id\":-7,\"action\":\"checkpoint\",\"at\":\"next\"}",
        "{\"id\":7,\"action\":\"checkpoint\",\"at\":\"soon\"}",
        "{\"id\":7,\"action\":\"checkpoint\",\"at\":-1}",
        "{\"id\":7}",
        "{\"id\":7,\"acti",
        ""
      })
  void whatItDoesNotUnderstandChangesNothing(String json) throws IOException {
    Files.writeString(root.resolve("control.json"), json);

    assertThat(new SharedDirectory(root).control().read()).isEmpty();
  }
}
