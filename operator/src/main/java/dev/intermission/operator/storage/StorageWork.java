package dev.intermission.operator.storage;

import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Quarantine;
import dev.intermission.checkpoint.protocol.Quarantines;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.protocol.SealOutcome;
import dev.intermission.checkpoint.s3.ObjectStore;
import dev.intermission.checkpoint.s3.RetryBudget;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.control.Problem;
import dev.intermission.operator.metrics.OperatorMetrics;
import dev.intermission.operator.plan.Action;
import dev.intermission.operator.plan.Action.SeekCheckpoint;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Sought;
import dev.intermission.operator.plan.observation.Storage.Check;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works in S3 beside the reconciles: each method returns at once, its result lands in {@link
 * StorageFacts} and wakes the job. Work that is still in flight is not started twice. At most
 * {@value #AT_ONCE} pieces run at a time over all jobs; the others wait on their virtual threads.
 */
public final class StorageWork implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StorageWork.class);
  private static final String READ_HEAD = "read-head";
  private static final String SEAL = "seal";
  private static final int AT_ONCE = 64;
  private static final int COLLECTORS_AT_ONCE = 2;

  /**
   * A store that accepts and never answers holds a request for as long as its time-out; whoever
   * waits for HEAD is told earlier.
   */
  private static final Duration SILENCE_IS_TOLD = Duration.ofSeconds(6);

  private final Stores stores;
  private final StorageFacts facts;
  private final Consumer<JobKey> wake;
  private final Clock clock;
  private final OperatorMetrics metrics;
  private final Semaphore permits = new Semaphore(AT_ONCE);
  private final Semaphore collectors = new Semaphore(COLLECTORS_AT_ONCE);
  private final Semaphore forks = new Semaphore(ForkWork.AT_ONCE);
  private final Set<Piece> inFlight = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService patience =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("storage-patience").factory());
  private volatile boolean ended;

  public StorageWork(
      Stores stores,
      StorageFacts facts,
      Consumer<JobKey> wake,
      Clock clock,
      OperatorMetrics metrics) {
    this.stores = stores;
    this.facts = facts;
    this.wake = wake;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Reads HEAD, and whether the checkpoint that it names is quarantined. */
  public void readHead(JobKey job, Access.Granted access) {
    start(
        new Piece(job, READ_HEAD, ""),
        access,
        (store, asked) -> {
          var work = new HeadWork(store, layout(job, access), clock);
          var reading = work.read();
          work.quarantine(reading).ifPresent(found -> quarantined(job, found, asked));
          facts.head(job.uid(), new Seen<>(reading, asked));
        });
  }

  /** Swaps HEAD to the run; what HEAD is afterwards is recorded whoever won. */
  public void seal(
      JobKey job,
      Access.Granted access,
      Optional<HeadSnapshot> expected,
      long run,
      Optional<Rollback> rollback) {
    start(
        new Piece(job, SEAL, run + " " + expected),
        access,
        (store, asked) -> {
          var work = new HeadWork(store, layout(job, access), clock);
          settled(job, work, work.seal(expected, run, rollback), asked);
        });
  }

  /** Swaps HEAD to the run and to an older checkpoint than the quarantined one that it names. */
  public void leave(
      JobKey job, Access.Granted access, HeadSnapshot expected, long run, ManifestRef to) {
    start(
        new Piece(job, "leave", run + " " + expected),
        access,
        (store, asked) -> {
          var work = new HeadWork(store, layout(job, access), clock);
          settled(job, work, work.leave(expected, run, to), asked);
        });
  }

  private void settled(JobKey job, HeadWork work, SealOutcome outcome, Instant asked) {
    switch (outcome) {
      case SealOutcome.Sealed(var head) ->
          facts.head(job.uid(), new Seen<>(work.reading(Optional.of(head)), asked));
      case SealOutcome.Overtaken(var now) ->
          facts.head(job.uid(), new Seen<>(work.reading(now), asked));
      case SealOutcome.Quarantined found -> quarantined(job, found, asked);
      case SealOutcome.Expired(var manifest, var why) ->
          facts.check(job.uid(), manifest.name(), Check.going(why, asked));
      // nobody knows what became of the swap: HEAD has to be read again
      case SealOutcome.Undecided(var why) ->
          throw new StorageRefused(new Problem("SealUndecided", why));
    }
  }

  /** Puts a manifest under quarantine. */
  public void quarantine(JobKey job, Access.Granted access, ManifestRef manifest, String what) {
    start(
        new Piece(job, "quarantine", manifest.name()),
        access,
        (store, asked) -> {
          var note = Quarantine.damaged(what, asked);
          new Quarantines(store, layout(job, access), RetryBudget.QUICK).add(manifest.name(), note);
          quarantined(job, new SealOutcome.Quarantined(manifest, note), asked);
        });
  }

  private void quarantined(JobKey job, SealOutcome.Quarantined found, Instant asked) {
    facts.quarantined(job.uid(), found.manifest().name(), found.why().message(), asked);
  }

  /** Verifies a checkpoint, and finds where to fall back to when it is defective. */
  public void verify(
      JobKey job,
      Access.Granted access,
      ManifestRef manifest,
      Mode mode,
      Optional<ManifestRef> verifiedParent) {
    start(
        new Piece(job, "verify", manifest.name() + " " + mode),
        access,
        (store, asked) -> {
          var before = facts.of(job.uid()).check(manifest);
          var work = new VerifyWork(store, layout(job, access), clock);
          facts.check(
              job.uid(),
              manifest.name(),
              work.check(manifest, mode, verifiedParent, asked, before));
        });
  }

  /** Looks for the checkpoint that a {@code spec.resumeFrom} means; another job's is copied. */
  public void seek(JobKey job, Access.Granted access, SeekCheckpoint wish, Source source) {
    start(
        new Piece(job, "seek", wish.wish()),
        access,
        (store, asked) -> {
          var layout = layout(job, access);
          var found =
              switch (source) {
                case Source.Own(var manifest) ->
                    new SeekWork(store, layout, clock).seek(wish, manifest);
                case Source.Other other ->
                    oneOf(
                        forks,
                        () ->
                            new ForkWork(store, layout, clock)
                                .take(wish, () -> origin(job, other), other));
                case Source.Refused(var why) -> new Sought.Result.Refused(why);
              };
          facts.sought(job.uid(), new Sought(wish.wish(), new Seen<>(found, asked)));
        });
  }

  /** Lets go of a checkpoint that was copied. */
  public void release(JobKey job, Access.Granted access, Source.Other source, String manifest) {
    start(
        new Piece(job, "release-origin", manifest),
        access,
        (store, _) ->
            new ForkWork(store, layout(job, access), clock)
                .release(() -> origin(job, source), source, manifest));
  }

  private ObjectStore origin(JobKey job, Source.Other source) {
    return stores.findToRead(job.namespace(), source.access());
  }

  /** Collects expired checkpoints, sparing those that {@code needed} names when it is asked. */
  public void sweep(
      JobKey job, Access.Granted access, Action.SweepRetention wish, Supplier<Set<String>> needed) {
    start(
        new Piece(job, "sweep", ""),
        access,
        (store, asked) -> {
          var work = new SweepWork(store, layout(job, access), clock);
          var swept = oneOf(collectors, () -> work.sweep(wish.keep(), wish.extent(), needed));
          facts.swept(job.uid(), new Seen<>(swept, asked));
        });
  }

  /** Deletes everything of the job. */
  public void purge(JobKey job, Access.Granted access) {
    start(
        new Piece(job, "purge", ""),
        access,
        (store, asked) -> {
          var work = new SweepWork(store, layout(job, access), clock);
          facts.purged(job.uid(), new Seen<>(oneOf(collectors, work::purge), asked));
        });
  }

  /**
   * A collector holds 4 MiB of heap however small the job is, a fork 64 MiB of the scratch volume:
   * many at once would not fit.
   */
  private static <T> T oneOf(Semaphore few, Supplier<T> work) {
    few.acquireUninterruptibly();
    try {
      return work.get();
    } finally {
      few.release();
    }
  }

  /**
   * Begins nothing any more. What is in flight is left where the closing of its store cuts it,
   * which is no worse than the process's death: whoever leads next begins it anew.
   */
  @Override
  public void close() {
    ended = true;
  }

  private void start(Piece piece, Access.Granted access, Task task) {
    if (!ended && inFlight.add(piece)) {
      Thread.ofVirtual()
          .name(piece.work() + " " + piece.job().display())
          .start(() -> run(piece, access, task));
    }
  }

  private void run(Piece piece, Access.Granted access, Task task) {
    permits.acquireUninterruptibly();
    var asked = clock.instant();
    var told =
        patience.schedule(
            () -> silent(piece, access), SILENCE_IS_TOLD.toMillis(), TimeUnit.MILLISECONDS);
    try {
      task.run(stores.find(piece.job().namespace(), access), asked);
      done(piece, "done", asked);
    } catch (StoreException failed) {
      failed(piece, asked, new Problem(failed.reason(), failed.getMessage()));
    } catch (StorageRefused refused) {
      failed(piece, asked, refused.problem());
    } catch (RuntimeException unexpected) {
      // The thread's entry: a defect that nobody reports would be tried again without a pause
      if (!ended) defect(piece, asked, unexpected);
    } finally {
      told.cancel(false);
      permits.release();
      inFlight.remove(piece); // before the wake: the next pass may start it again
      wake.accept(piece.job());
    }
  }

  private void defect(Piece piece, Instant asked, RuntimeException unexpected) {
    log.atError().setCause(unexpected).log("work in S3 ended unexpectedly; report this trace");
    failed(piece, asked, new Problem("OperatorDefect", unexpected.toString()));
  }

  /** Of HEAD only: reading a large checkpoint may take its time. */
  private void silent(Piece piece, Access.Granted access) {
    if (!piece.work().equals(READ_HEAD) && !piece.work().equals(SEAL)) return;
    var problem =
        new Problem(
            "EndpointUnreachable",
            "The S3 store at "
                + access.storage().location()
                + " has not answered for "
                + SILENCE_IS_TOLD.toSeconds()
                + " s. Nothing was lost; it is asked on. Check spec.checkpoint.storage.s3.endpoint,"
                + " and that a NetworkPolicy or proxy lets the operator reach it.");
    facts.problem(piece.job().uid(), new Seen<>(problem, clock.instant()));
    wake.accept(piece.job());
  }

  private void failed(Piece piece, Instant asked, Problem problem) {
    facts.problem(piece.job().uid(), new Seen<>(problem, asked));
    done(piece, problem.reason(), asked);
  }

  private void done(Piece piece, String outcome, Instant asked) {
    metrics.stored(piece.work(), outcome, Duration.between(asked, clock.instant()));
  }

  private static Layout layout(JobKey job, Access.Granted access) {
    return new Layout(access.storage().location().prefix(), job);
  }

  private record Piece(JobKey job, String work, String detail) {}

  private interface Task {
    void run(ObjectStore store, Instant asked);
  }
}
