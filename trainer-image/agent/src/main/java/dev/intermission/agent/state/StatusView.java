package dev.intermission.agent.state;

import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.Problem;
import dev.intermission.control.Progress;
import dev.intermission.control.SavedManifest;
import dev.intermission.control.SessionStart;
import dev.intermission.sdk.directory.ProgressFile;
import java.time.Duration;
import java.util.Optional;

/** The answer to {@code GET /v1/status}. */
public final class StatusView {

  private StatusView() {}

  /** Who answers, and to what. */
  public record Signature(String podUid, String nonce, long run, int rank) {}

  /** Everything in one message. */
  public static AgentStatus of(Facts facts, Signature by) {
    var progress = facts.seen().progress();
    var durable = facts.uploads().durable();
    return new AgentStatus(
        by.podUid(),
        by.nonce(),
        by.run(),
        by.rank(),
        facts.start(),
        progress.map(file -> progress(file, facts.pace())),
        durable.map(d -> new SavedManifest(d.manifest().name(), d.manifest().sha256())),
        durable.map(Durable::step),
        progress.flatMap(ProgressFile::held).isPresent(),
        facts.tenure().fenced(),
        worst(facts),
        facts.uploads().lastTook().map(Duration::toMillis),
        progress.flatMap(ProgressFile::exact),
        facts.tenure().claim().map(claim -> begun(facts, claim)),
        Optional.of(facts.asked().newestId()).filter(id -> id > 0));
  }

  /** HEAD moves on with every commit; what the session restores was decided by the claim. */
  private static SessionStart begun(Facts facts, Claim claim) {
    var restore =
        facts
            .tenure()
            .enrolment()
            .map(Enrolment::restore)
            .orElseGet(() -> claim.head().manifest())
            .map(ref -> new SavedManifest(ref.name(), ref.sha256()));
    return new SessionStart(claim.token().run(), claim.token().writerEpoch(), restore);
  }

  private static Progress progress(ProgressFile file, Pace pace) {
    return new Progress(
        file.step(),
        file.totalSteps(),
        file.epoch(),
        file.metrics(),
        file.at(),
        file.finished(),
        file.firstStep(),
        pace.stepsPerSecond());
  }

  /** The one problem that keeps the worker from its work most. */
  private static Optional<Problem> worst(Facts facts) {
    if (facts.tenure().fenced()) {
      return Optional.of(
          new Problem(
              "Fenced",
              "Another writer holds HEAD. What this pod trains cannot be kept; delete the pod."));
    }
    return facts
        .start()
        .problem()
        .or(() -> facts.uploads().problem())
        .or(() -> facts.seen().problem())
        .or(() -> facts.seen().progress().flatMap(StatusView::trainersFailure));
  }

  private static Optional<Problem> trainersFailure(ProgressFile progress) {
    return progress.failed().map(failure -> new Problem("TrainerCannotSave", failure.message()));
  }
}
