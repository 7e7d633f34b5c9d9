package dev.intermission.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.intermission.sdk.directory.AgentFile;
import dev.intermission.sdk.directory.CheckpointDeclaration;
import dev.intermission.sdk.directory.ProgressFile;
import dev.intermission.sdk.directory.Request;
import dev.intermission.sdk.directory.SharedDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A trainer's session and, played by the test, the agent beside it. */
final class TestingPod implements AutoCloseable {

  final SharedDirectory directory;
  final TestingState state = new TestingState();
  final TestingClock clock = new TestingClock();
  private final Map<String, String> variables = new HashMap<>();
  private Optional<TrainingSession> session = Optional.empty();
  private long total = 1_000;

  /** Moves only when told to. */
  static final class TestingClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-24T04:00:00Z");

    void advance(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  TestingPod(Path root) {
    directory = new SharedDirectory(root);
    variables.put("INTERMISSION_DIR", root.toString());
  }

  TestingPod with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  TestingPod totalSteps(long steps) {
    total = steps;
    return this;
  }

  TestingPod outsideKubernetes() {
    variables.remove("INTERMISSION_DIR");
    return this;
  }

  TrainingSession open() {
    var options =
        new SessionOptions(directory.root(), Optional.of(total), Duration.ofMillis(200), clock);
    session = Optional.of(TrainingSession.open(SessionEnvironment.of(variables), options, state));
    return session.get();
  }

  Verdict step(long step) {
    return session.orElseThrow().step(step, step / 10.0, () -> Map.of("loss", 0.5));
  }

  /** A boundary at which the trainer may wait: returned while it does. */
  CompletableFuture<Verdict> stepAside(long step) {
    return CompletableFuture.supplyAsync(() -> step(step));
  }

  void ask(Request request) {
    directory.control().replace(request);
  }

  void restored(Optional<Long> step) {
    directory.agent().replace(agent().withRestored(step));
  }

  void durable(long step) {
    directory.agent().replace(agent().withDurableStep(step));
  }

  ProgressFile progress() {
    return directory.progress().read().orElseThrow();
  }

  ProgressFile progressOnce(Predicate<ProgressFile> condition) {
    return new Waiting("progress")
        .until(() -> directory.progress().read().filter(condition), Duration.ofSeconds(20))
        .orElseThrow(
            () -> new AssertionError("never seen; last progress: " + directory.progress().read()));
  }

  /** Waits until the folder of {@code step} is complete. */
  CheckpointDeclaration savedAt(long step) {
    var folder = directory.checkpoints().folder(step);
    var declaration =
        new Waiting("folder " + step)
            .until(() -> SharedDirectory.declaration(folder).read(), Duration.ofSeconds(20))
            .orElseThrow(
                () ->
                    new AssertionError(
                        "step "
                            + step
                            + " was never saved: "
                            + directory.checkpoints().complete()));
    assertThat(folder.resolve("number")).hasContent(Long.toString(step));
    return declaration;
  }

  static Verdict within20Seconds(CompletableFuture<Verdict> boundary) throws Exception {
    return boundary.get(20, TimeUnit.SECONDS);
  }

  private AgentFile agent() {
    return directory.agent().read().orElse(AgentFile.starting());
  }

  @Override
  public void close() {
    state.unblock();
    session.ifPresent(TrainingSession::close);
  }
}
