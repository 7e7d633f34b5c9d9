package dev.intermission.agent.work;

import dev.intermission.agent.config.Self;
import dev.intermission.agent.metrics.Metrics;
import dev.intermission.agent.state.Durable;
import dev.intermission.agent.state.Enrolment;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.Manifest;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.control.Problem;
import dev.intermission.control.Restored;
import dev.intermission.control.Restored.State;
import dev.intermission.sdk.directory.SharedDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings back the checkpoint that the claimed HEAD names, before the trainer needs it. */
public final class Restoring {

  private static final Logger LOG = LoggerFactory.getLogger(Restoring.class);

  private final Self self;
  private final Vault vault;
  private final SharedDirectory directory;
  private final Starting.Notes notes;
  private final Metrics metrics;

  /** A restore into {@code directory}. */
  public Restoring(
      Self self, Vault vault, SharedDirectory directory, Starting.Notes notes, Metrics metrics) {
    this.self = self;
    this.vault = vault;
    this.directory = directory;
    this.notes = notes;
    this.metrics = metrics;
  }

  /** Returns when the trainer has what it needs; retries until then, and says why in the status. */
  void restore(Enrolment session) throws InterruptedException {
    show(State.RESTORING, Optional.empty(), Optional.empty());
    var failure = Backoff.afterFailure();
    while (true) {
      try {
        newest().ifPresent(this::rememberDurable);
        bringBack(session.restore());
        return;
      } catch (StoreException.Fenced e) {
        new Fence(notes.board(), notes.journal()).drop(e.getMessage());
        return;
      } catch (StoreException e) {
        fail(e, failure.next());
      } catch (IOException | UncheckedIOException e) {
        fail(State.RESTORING, new Problem("SharedDirectoryFailing", e.getMessage()));
        Thread.sleep(failure.next());
      }
    }
  }

  /**
   * What HEAD names now; later than what the session began with, when this process is not its
   * first.
   */
  private Optional<ManifestRef> newest() {
    var claim = notes.board().facts().tenure().claim();
    return claim
        .map(Claim::head)
        .orElseGet(() -> new Following(vault, notes.board()).look())
        .manifest();
  }

  /** What HEAD names is durable, also when it is of this pod's own earlier process. */
  private void rememberDurable(ManifestRef ref) {
    var manifest = vault.reader().read(ref);
    notes.named(new Durable(ref, manifest.requestId(), manifest.finished(), Optional.empty()));
  }

  private void bringBack(Optional<ManifestRef> manifest) throws IOException {
    var memory = notes.journal().memory();
    if (memory.isRestoreOver()) { // by an earlier process of this pod; the trainer may be far ahead
      show(State.RESTORED, memory.restoredStep(), Optional.empty());
      return;
    }
    Trees.delete(directory.resume()); // what a process that died in the middle left
    if (manifest.isPresent()) {
      requireSameWorld(vault.reader().read(manifest.get()));
      var restored = vault.reader().restore(manifest.get(), self.rank(), directory.resume());
      metrics.restored(restored.took(), restored.bytes());
      LOG.atInfo()
          .addKeyValue(LogKeys.STEP, restored.step())
          .addKeyValue(LogKeys.BYTES, restored.bytes())
          .addKeyValue(LogKeys.MILLIS, restored.took().toMillis())
          .log("checkpoint restored");
    }
    // dies here: restored again by the next process, the trainer still waits
    var step = manifest.map(ManifestRef::step);
    notes.journal().remember(before -> before.withRestored(step));
    show(State.RESTORED, step, Optional.empty());
  }

  /**
   * A rank's files are its own: there is no telling which of them another rank could go on with.
   */
  private void requireSameWorld(Manifest manifest) {
    if (manifest.worldSize() == self.worldSize()) return;
    throw new StoreException.DirectoryRefused(
        "Checkpoint "
            + manifest.step()
            + " was saved by "
            + manifest.worldSize()
            + " workers, this run has "
            + self.worldSize()
            + ". Nothing was restored or changed. Set spec.workers: "
            + manifest.worldSize()
            + " to resume from it.");
  }

  private void fail(StoreException e, Duration pause) throws InterruptedException {
    fail(lasting(e) ? State.FAILED : State.RESTORING, new Problem(e.reason(), e.getMessage()));
    Thread.sleep(pause);
  }

  private void fail(State state, Problem problem) {
    show(state, Optional.empty(), Optional.of(problem));
    LOG.atWarn().addKeyValue(LogKeys.REASON, problem.reason()).log(problem.message());
  }

  /**
   * Defects that time rarely mends: the operator looks itself and decides; a wrong read is still
   * read again.
   */
  private static boolean lasting(StoreException e) {
    return e instanceof StoreException.Damaged
        || e instanceof StoreException.DirectoryRefused
        || e instanceof StoreException.FormatTooNew
        || e instanceof StoreException.NoSpace;
  }

  private void show(State state, Optional<Long> step, Optional<Problem> problem) {
    var now = new Restored(state, step, problem);
    notes.board().update(facts -> facts.with(now));
  }
}
