package dev.intermission.agent;

import dev.intermission.sdk.Cadence;
import dev.intermission.sdk.Finish;
import dev.intermission.sdk.SessionEnvironment;
import dev.intermission.sdk.SessionOptions;
import dev.intermission.sdk.TrainingSession;
import dev.intermission.sdk.TrainingState;
import dev.intermission.sdk.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * A trainer with the real client library and a model of one number: its value after n steps is
 * known, so a step that was lost or made twice shows in the result.
 */
public final class TestingTrainer implements TrainingState {

  /** How it ended: the last step, the model, the process's exit code. */
  public record End(long step, long model, int exitCode) {}

  /** What it does. */
  public record Plan(long totalSteps, long everySteps, Duration stepTime, int payloadBytes) {}

  /** Which rank of how many. */
  public record Member(int rank, int worldSize) {
    public static final Member ALONE = new Member(0, 1);
  }

  private static final Duration DIES_WITHIN = Duration.ofSeconds(10);

  private final Plan plan;
  private final Member member;
  private final Path directory;
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private volatile long step;
  private volatile long resumedFrom = -1;
  private long model = 1;
  private Thread thread;

  private TestingTrainer(Path directory, Plan plan, Member member) {
    this.directory = directory;
    this.plan = plan;
    this.member = member;
  }

  public static TestingTrainer start(Path directory, Plan plan, Member member) {
    var trainer = new TestingTrainer(directory, plan, member);
    trainer.thread = Thread.ofPlatform().daemon().name("trainer").start(trainer::run);
    return trainer;
  }

  public long step() {
    return step;
  }

  public long resumedFrom() {
    return resumedFrom;
  }

  public CompletableFuture<End> end() {
    return end;
  }

  /** As SIGKILL would: when this returns it writes nothing any more. */
  public void kill() {
    thread.interrupt();
    try {
      if (!thread.join(DIES_WITHIN)) throw new AssertionError("the trainer survived its kill");
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while a trainer died", e);
    }
  }

  /** The model after so many steps, however often they were interrupted. */
  public static long modelAfter(long steps) {
    var model = 1L;
    for (var step = 1L; step <= steps; step++) model = model * 31 + step;
    return model;
  }

  private void run() {
    var environment =
        SessionEnvironment.of(
                Map.of(
                    "INTERMISSION_DIR",
                    directory.toString(),
                    "INTERMISSION_RANK",
                    Integer.toString(member.rank()),
                    "INTERMISSION_WORLD_SIZE",
                    Integer.toString(member.worldSize())))
            .withCadence(
                plan.everySteps() == 0 ? Cadence.NEVER : Cadence.everySteps(plan.everySteps()));
    try (var session =
        TrainingSession.open(environment, SessionOptions.of(directory, plan.totalSteps()), this)) {
      session.resume().ifPresent(point -> load(point.directory(), point.step()));
      while (step < plan.totalSteps()) {
        LockSupport.parkNanos(plan.stepTime().toNanos());
        if (Thread.currentThread().isInterrupted()) throw new IllegalStateException("killed");
        model = model * 31 + (step + 1);
        step++;
        var verdict = session.step(step, 0, () -> Map.of("loss", 1.0 / step));
        if (verdict instanceof Verdict.Leave(var why, var _)) {
          end.complete(new End(step, model, why.exitCode()));
          return;
        }
      }
      Finish finish = session.finish(step);
      end.complete(new End(step, model, finish.exitCode()));
    } catch (RuntimeException e) {
      end.completeExceptionally(e);
    }
  }

  private void load(Path folder, long from) {
    try {
      model = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("model.bin"))).getLong();
      step = from;
      resumedFrom = from;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Snapshot snapshot(long at) {
    var copy = ByteBuffer.allocate(8).putLong(model).array();
    return folder -> {
      Files.write(folder.resolve("model.bin"), copy);
      var payload = new byte[plan.payloadBytes()];
      Arrays.fill(payload, (byte) at);
      if (payload.length > 0) Files.write(folder.resolve("payload.bin"), payload);
      return new Contents(List.of("model", "data"), Map.of("threads", "1"), Map.of());
    };
  }
}
