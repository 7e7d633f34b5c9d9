package dev.intermission.operator.storage;

import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.fork.Fork;
import dev.intermission.checkpoint.fork.ForkOutcome;
import dev.intermission.checkpoint.fork.Origin;
import dev.intermission.checkpoint.fork.Scratch;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.manifest.ManifestStore;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.control.Problem;
import dev.intermission.operator.plan.Action.SeekCheckpoint;
import dev.intermission.operator.plan.observation.Sought.Result;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/** Copies another job's checkpoint to where this job keeps its own, for the seal that is next. */
final class ForkWork {

  /**
   * So many are copied at a time over all jobs, a chunk of 64 MiB each: what the chart's scratch
   * volume (256 MiB) holds.
   */
  static final int AT_ONCE = 3;

  private static final Scratch SCRATCH =
      new Scratch(Path.of(System.getProperty("java.io.tmpdir"), "forks"), 1);

  private final ObjectStore store;
  private final Layout layout;
  private final Clock clock;

  ForkWork(ObjectStore store, Layout layout, Clock clock) {
    this.store = store;
    this.layout = layout;
    this.clock = clock;
  }

  /**
   * What cannot be taken is told with the field; it is looked for again later, since a store may
   * come back, and what was copied is found again.
   *
   * @param open opens the other job's place, to read it
   */
  Result take(SeekCheckpoint wish, Supplier<ObjectStore> open, Source.Other source) {
    try {
      var theirs = open.get();
      var origin = find(wish.from(), theirs, source);
      if (origin.isEmpty()) return refused("NoSuchCheckpoint", missing(wish.from(), source));
      var world = new ManifestStore(theirs, source.layout()).read(origin.get().manifest());
      return world.worldSize() == wish.workers()
          ? taken(wish, origin.get(), address(source, origin.get().manifest()))
          : refused("WorkersDiffer", otherWorld(world.worldSize()));
    } catch (StoreException failed) {
      return refused(failed.reason(), notTaken(source, failed.getMessage()));
    } catch (StorageRefused refused) {
      return refused(refused.problem().reason(), notTaken(source, refused.problem().message()));
    }
  }

  /** The copy is on record: the origin may go as far as we are concerned. */
  void release(Supplier<ObjectStore> open, Source.Other source, String manifest) {
    var theirs = open.get();
    Origin.named(theirs, source.layout(), manifest).ifPresent(fork()::release);
  }

  private static Optional<Origin> find(ResumeFrom from, ObjectStore theirs, Source.Other source) {
    var layout = source.layout();
    if (source.manifest().isPresent()) return Origin.named(theirs, layout, source.manifest().get());
    return from.step()
        .map(step -> Origin.find(theirs, layout, step))
        .orElseGet(() -> Origin.newest(theirs, layout));
  }

  private Result taken(SeekCheckpoint wish, Origin origin, String address) {
    var owner = "TrainingJob/" + layout.job().display();
    return switch (fork().take(origin, owner, wish.verified(), wish.run())) {
      case ForkOutcome.Taken(var to, _, _) -> new Result.Found(to, Optional.of(address));
      case ForkOutcome.Refused(var why) -> refused("CheckpointRefused", why);
    };
  }

  private Fork fork() {
    return new Fork(store, layout, RetryBudget.QUICK, SCRATCH, clock);
  }

  private static String address(Source.Other source, ManifestRef manifest) {
    var bucket = source.access().storage().location().bucket();
    return "s3://" + bucket + "/" + source.layout().manifest(manifest.name());
  }

  private static String missing(ResumeFrom from, Source.Other source) {
    return source.layout().job().display()
        + " has no "
        + source
            .manifest()
            .map(name -> "checkpoint " + name)
            .or(() -> from.step().map(step -> "checkpoint of step " + step))
            .orElse("checkpoint yet")
        + ". Name one that kubectl intermission checkpoints list shows, or take spec.resumeFrom"
        + " out.";
  }

  private static String otherWorld(int workers) {
    return "the checkpoint is one of "
        + workers
        + " workers, and each worker goes on from its own files: set spec.workers to "
        + workers
        + ", or name another checkpoint.";
  }

  private static String notTaken(Source.Other source, String why) {
    return "the checkpoint could not be taken from "
        + source.layout().job().display()
        + " in "
        + source.access().storage().location()
        + ": "
        + why
        + " It is tried again every minute; nothing begins elsewhere meanwhile.";
  }

  private static Result refused(String reason, String message) {
    return new Result.Refused(new Problem(reason, "spec.resumeFrom: " + message));
  }
}
