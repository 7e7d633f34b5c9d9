package dev.intermission.sdk;

import dev.intermission.sdk.directory.AgentFile;
import dev.intermission.sdk.directory.FileWatch;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where checkpoints live and who takes care of them: an agent beside us, or nobody. */
sealed interface Home {

  SharedDirectory directory();

  /** The checkpoint to continue from, as soon as that is known; empty: not yet. */
  Optional<Optional<ResumePoint>> resume();

  /** Whether the checkpoint of {@code step} is where it survives this pod. */
  boolean isDurable(long step);

  /** Deletes what this home's owner keeps no longer. */
  void tidyAfter(long savedStep);

  static Home of(SessionEnvironment environment, Path localDirectory) {
    return environment
        .directory()
        .<Home>map(path -> new WithAgent(new SharedDirectory(path), environment.resumeStep()))
        .orElseGet(() -> Alone.in(localDirectory));
  }

  /** In a pod: the agent restores, uploads and deletes. */
  final class WithAgent implements Home {
    private final SharedDirectory directory;
    private final Optional<Long> floor;
    private final FileWatch<AgentFile> agent;
    private Optional<Long> durable = Optional.empty();

    WithAgent(SharedDirectory directory, Optional<Long> floor) {
      this.directory = directory;
      this.floor = floor;
      this.agent = directory.agent().watch();
    }

    @Override
    public SharedDirectory directory() {
      return directory;
    }

    @Override
    public Optional<Optional<ResumePoint>> resume() {
      return directory
          .agent()
          .read()
          .filter(AgentFile::isRestoreOver)
          .map(AgentFile::restoredStep)
          .map(this::checked);
    }

    /**
     * Never silently from zero, nor from before the step that the operator saw verified (promise
     * 1).
     */
    private Optional<ResumePoint> checked(Optional<Long> restored) {
      if (floor.isPresent() && restored.filter(step -> step >= floor.get()).isEmpty()) {
        throw new IllegalStateException(
            "INTERMISSION_RESUME_STEP is %d but the agent restored %s; training does not start, so that no step is lost. See the agent's log."
                .formatted(floor.get(), restored.map(step -> "step " + step).orElse("nothing")));
      }
      return restored.map(step -> point(step, directory.resume()));
    }

    @Override
    public boolean isDurable(long step) {
      agent
          .changed()
          .flatMap(AgentFile::durableStep)
          .ifPresent(newest -> durable = Optional.of(newest));
      return durable.filter(newest -> newest >= step).isPresent();
    }

    @Override
    public void tidyAfter(long savedStep) {} // the agent deletes what is durable
  }

  /** Outside Kubernetes: a local directory with the newest two checkpoints. */
  record Alone(SharedDirectory directory) implements Home {

    static Alone in(Path root) {
      try {
        Files.createDirectories(root);
        return new Alone(new SharedDirectory(root));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot create " + root + " to save checkpoints in", e);
      }
    }

    @Override
    public Optional<Optional<ResumePoint>> resume() {
      var folders = directory.checkpoints();
      return Optional.of(folders.newest().map(step -> point(step, folders.folder(step))));
    }

    @Override
    public boolean isDurable(long step) {
      return true;
    }

    @Override
    public void tidyAfter(long savedStep) {
      var folders = directory.checkpoints();
      var before = folders.complete().headMap(savedStep);
      if (!before.isEmpty())
        folders.deleteOlderThan(before.lastKey()); // keeps the saved one and the one before it
    }
  }

  private static ResumePoint point(long step, Path folder) {
    var declaration = SharedDirectory.declaration(folder).read();
    declaration
        .filter(declared -> declared.step() != step)
        .ifPresent(
            declared -> {
              throw new IllegalStateException(
                  "%s declares step %d where step %d was expected; training does not start. Nothing was changed."
                      .formatted(
                          folder.resolve(SharedDirectory.CHECKPOINT_JSON), declared.step(), step));
            });
    return new ResumePoint(step, folder, declaration);
  }
}
