package dev.intermission.agent.work;

import dev.intermission.agent.config.Self;
import dev.intermission.agent.metrics.Metrics;
import dev.intermission.agent.state.Durable;
import dev.intermission.agent.state.Facts;
import dev.intermission.agent.state.Unfinished;
import dev.intermission.agent.state.Upload;
import dev.intermission.agent.state.UploadPlan;
import dev.intermission.checkpoint.failure.StoreException;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.save.SaveRequest;
import dev.intermission.checkpoint.save.SaveWatch;
import dev.intermission.checkpoint.save.Session;
import dev.intermission.control.Problem;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes durable what {@link UploadPlan} names, one save at a time. A save that fails is tried again
 * until it succeeds or a newer step takes its place; one that keeps a request waiting gives way at
 * once.
 */
public final class Uploading implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Uploading.class);

  private static final Duration BETWEEN_EARLY_LOOKS = Duration.ofMillis(500);
  private static final int CHUNKS_AT_ONCE = 4;

  private final Self self;
  private final Vault vault;
  private final Starting.Notes notes;
  private final Metrics metrics;
  private final InstantSource clock;
  private final Backoff failures = Backoff.afterFailure();
  private final SaveWatch watch =
      new SaveWatch() {
        @Override
        public void handedOver() {
          notes.board().update(facts -> facts.with(facts.uploads().waitsForOthers()));
        }
      };

  /** An uploader for one pod. */
  public Uploading(
      Self self, Vault vault, Starting.Notes notes, Metrics metrics, InstantSource clock) {
    this.self = self;
    this.vault = vault;
    this.notes = notes;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public void run() {
    try {
      while (true) {
        var facts = notes.board().await(Uploading::somethingToSend);
        var next = UploadPlan.next(facts);
        if (next.isPresent()) {
          upload(next.get());
        } else {
          UploadPlan.early(facts).ifPresent(being -> sendEarly(facts, being));
          notes.board().await(UploadPlan::next, BETWEEN_EARLY_LOOKS);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<Facts> somethingToSend(Facts facts) {
    var is = UploadPlan.next(facts).isPresent() || UploadPlan.early(facts).isPresent();
    return is ? Optional.of(facts) : Optional.empty();
  }

  /**
   * A few chunks of the step that the trainer is writing, so that little is left when it is
   * complete. Its save would have to send them anyway, and so does not wait for nothing. Whatever
   * goes wrong here, the save finds out and says.
   */
  private void sendEarly(Facts facts, Unfinished being) {
    var token = facts.tenure().enrolment().orElseThrow().session().token();
    try {
      var parent = parent(facts);
      var sent =
          vault.writer().sendEarly(being.step(), token, parent, being.path(), CHUNKS_AT_ONCE);
      if (sent > 0) {
        LOG.atDebug()
            .addKeyValue(LogKeys.STEP, being.step())
            .addKeyValue(LogKeys.SENT_BYTES, sent)
            .log("sent before the step was complete");
      }
    } catch (StoreException | UncheckedIOException e) {
      LOG.atDebug().addKeyValue(LogKeys.STEP, being.step()).setCause(e).log("nothing sent early");
    } catch (CancellationException _) {
      Thread.currentThread().interrupt(); // the agent ends
    }
  }

  private Optional<ManifestRef> parent(Facts facts) {
    return facts
        .tenure()
        .claim()
        .map(claim -> claim.head().manifest())
        .orElseGet(() -> new Following(vault, notes.board()).look().manifest());
  }

  private void upload(Upload upload) throws InterruptedException {
    notes.board().update(facts -> facts.with(facts.uploads().begin(upload)));
    var saving = Thread.ofVirtual().name("save-" + upload.step()).start(() -> save(upload));
    try {
      notes.board().await(Uploading::endOrReasonToEnd);
      if (UploadPlan.abandonsTheOneInFlight(notes.board().facts())) saving.interrupt();
      saving.join();
    } catch (InterruptedException e) {
      saving.interrupt();
      throw e;
    }
    if (notes.board().facts().uploads().problem().isEmpty()) {
      failures.reset();
    } else {
      notes.board().await(facts -> another(facts, upload), failures.next());
    }
  }

  /** The entry point of one save: it always ends with nothing in flight. */
  private void save(Upload upload) {
    try {
      var session = notes.board().facts().tenure().enrolment().orElseThrow().session();
      var finished = upload.folder().claims().finished();
      var request =
          new SaveRequest(
              upload.step(),
              self.rank(),
              self.worldSize(),
              upload.folder().path(),
              upload.requestId(),
              finished);
      if (self.rank() == 0) commit(upload, session, request);
      else handOver(upload, session, request);
    } catch (StoreException.Fenced e) {
      new Fence(notes.board(), notes.journal()).drop(e.getMessage());
      notes.board().update(facts -> facts.with(facts.uploads().abandoned()));
    } catch (StoreException e) {
      failed(upload, new Problem(e.reason(), e.getMessage()));
    } catch (UncheckedIOException e) {
      failed(upload, new Problem("SharedDirectoryFailing", e.getMessage()));
    } catch (CancellationException _) { // interrupted: a request waits, or the agent ends
      failed(
          upload,
          new Problem(
              "SaveInterrupted",
              "The save of step " + upload.step() + " was interrupted; nothing was committed."));
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).addKeyValue(LogKeys.STEP, upload.step()).log("a defect in a save");
      failed(upload, new Problem("Internal", "A defect of the agent: " + e));
    }
  }

  /** Rank 0: for itself, and in a gang for all. */
  private void commit(Upload upload, Session session, SaveRequest request) {
    var claim = notes.board().facts().tenure().claim().orElseThrow();
    var result = vault.writer().save(claim, session, request, watch);
    notes.board().update(facts -> facts.with(result.claim()));
    committed(upload, result.manifest(), result.bytes(), result.sentBytes());
  }

  /**
   * The other ranks: their part is durable when rank 0's commit names it. An earlier step that is
   * committed meanwhile is news as well: this one may have to wait for a trainer that waits for
   * that.
   */
  private void handOver(Upload upload, Session session, SaveRequest request) {
    var following = new Following(vault, notes.board());
    var sent = vault.writer().savePart(session, following.look().manifest(), request);
    watch.handedOver();
    var head =
        following.until(
            now -> {
              if (now.step() >= upload.step()) return true;
              now.manifest().filter(this::isNews).map(Durable::named).ifPresent(notes::named);
              return false;
            });
    committed(upload, head.manifest().orElseThrow(), sent, sent);
  }

  private boolean isNews(ManifestRef named) {
    return notes.board().facts().uploads().durable().map(Durable::step).orElse(-1L) < named.step();
  }

  private void committed(Upload upload, ManifestRef named, long bytes, long sentBytes) {
    var took = Duration.between(upload.folder().completedAt(), clock.instant());
    var durable = durable(upload, named);
    // dies here: HEAD names it, and the next process of this pod reads HEAD
    notes.journal().remember(memory -> memory.withDurableStep(durable.step()));
    notes.board().update(facts -> facts.with(facts.uploads().committed(durable, took)));
    metrics.saved(took, bytes, sentBytes);
    LOG.atInfo()
        .addKeyValue(LogKeys.STEP, durable.step())
        .addKeyValue(LogKeys.REQUEST_ID, upload.requestId().map(String::valueOf).orElse("none"))
        .addKeyValue(LogKeys.BYTES, bytes)
        .addKeyValue(LogKeys.SENT_BYTES, sentBytes)
        .addKeyValue(LogKeys.MILLIS, took.toMillis())
        .log("checkpoint committed");
  }

  /**
   * HEAD may name a later step, committed by this pod's own earlier process: then it is not known
   * what that one carries.
   */
  private static Durable durable(Upload upload, ManifestRef named) {
    if (named.step() != upload.step()) return Durable.named(named);
    var folder = upload.folder();
    return new Durable(
        named, upload.requestId(), folder.claims().finished(), Optional.of(folder.identity()));
  }

  private void failed(Upload upload, Problem why) {
    if (UploadPlan.abandonsTheOneInFlight(notes.board().facts())) { // it was interrupted
      notes.board().update(facts -> facts.with(facts.uploads().abandoned()));
      return;
    }
    metrics.saveFailed(why.reason());
    LOG.atWarn()
        .addKeyValue(LogKeys.STEP, upload.step())
        .addKeyValue(LogKeys.REASON, why.reason())
        .log(why.message());
    notes.board().update(facts -> facts.with(facts.uploads().failed(why)));
  }

  private static Optional<Facts> endOrReasonToEnd(Facts facts) {
    return Optional.of(facts)
        .filter(
            now -> now.uploads().inFlight().isEmpty() || UploadPlan.abandonsTheOneInFlight(now));
  }

  private static Optional<Upload> another(Facts facts, Upload failed) {
    return UploadPlan.next(facts).filter(next -> !next.equals(failed));
  }
}
