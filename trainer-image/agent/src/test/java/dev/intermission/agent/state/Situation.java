package dev.intermission.agent.state;

import dev.intermission.agent.state.Ask.Origin;
import dev.intermission.agent.state.Ask.Release;
import dev.intermission.agent.state.Folder.Claims;
import dev.intermission.agent.state.Tenure.Standing;
import dev.intermission.checkpoint.layout.FencingToken;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Claim;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.save.Session;
import dev.intermission.control.Problem;
import dev.intermission.control.Restored;
import dev.intermission.sdk.directory.ProgressFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Facts for tests, told as a story: a pod that claimed, and what happened since. */
final class Situation {

  static final Duration LEASE = Duration.ofSeconds(10);

  private static final Enrolment ALONE =
      new Enrolment(Session.alone(new FencingToken(3, 5), "pod"), Optional.empty());

  private Facts facts;

  private Situation(Facts facts) {
    this.facts = facts;
  }

  /** Claimed, restored, nothing trained. */
  static Situation claimed() {
    var head = new Head(3, 5, 0, Optional.of("pod"), Optional.empty(), Optional.empty());
    return new Situation(
        Facts.atStart(new Asked(0, Optional.empty(), new Lease(LEASE, 0)))
            .with(Tenure.NONE.with(new Claim(head, "etag")).with(ALONE))
            .with(new Restored(Restored.State.RESTORED, Optional.empty(), Optional.empty())));
  }

  /** The same as rank 0 of two. */
  Situation inAGang() {
    var session = new Session(new FencingToken(3, 5), Map.of(0, "pod", 1, "other"));
    facts = facts.with(facts.tenure().with(new Enrolment(session, Optional.empty())));
    return this;
  }

  Situation resumedFrom(long step) {
    facts =
        facts
            .with(new Restored(Restored.State.RESTORED, Optional.of(step), Optional.empty()))
            .with(facts.uploads().named(Durable.named(manifest(step))));
    var folder = folder(step, Claims.NONE);
    facts =
        facts.with(
            new Seen(
                facts.seen().progress(),
                facts.seen().folders(),
                facts.seen().unfinished(),
                Optional.of(folder),
                Optional.empty()));
    return this;
  }

  Situation stillRestoring() {
    facts = facts.with(new Restored(Restored.State.RESTORING, Optional.empty(), Optional.empty()));
    return this;
  }

  Situation saved(long step) {
    return saved(step, Claims.NONE);
  }

  Situation saved(long step, Claims claims) {
    var folders = new TreeMap<>(facts.seen().folders());
    folders.put(step, folder(step, claims));
    facts =
        facts.with(
            new Seen(
                facts.seen().progress(),
                folders,
                Optional.empty(),
                facts.seen().resume(),
                Optional.empty()));
    return this;
  }

  Situation writing(long step) {
    var being = new Unfinished(step, Path.of("checkpoints", step + ".tmp"));
    facts =
        facts.with(
            new Seen(
                facts.seen().progress(),
                facts.seen().folders(),
                Optional.of(being),
                facts.seen().resume(),
                Optional.empty()));
    return this;
  }

  Situation uploading(long step) {
    var folder = facts.seen().folders().get(step);
    facts =
        facts.with(facts.uploads().begin(new Upload(folder, UploadPlan.requestOf(facts, folder))));
    return this;
  }

  /** Whatever the plan names is made durable. */
  Situation uploaded() {
    var upload = UploadPlan.next(facts).orElseThrow();
    var durable =
        new Durable(
            manifest(upload.step()),
            upload.requestId(),
            upload.folder().claims().finished(),
            Optional.of(upload.folder().identity()));
    facts = facts.with(facts.uploads().committed(durable, Duration.ofMillis(300)));
    return this;
  }

  Situation uploadFailed(String reason) {
    facts = facts.with(facts.uploads().failed(new Problem(reason, "S3 did not answer")));
    return this;
  }

  Situation asked(long id, Optional<Long> at, boolean hold) {
    facts = facts.with(facts.asked().with(new Ask(id, at, hold, Origin.OPERATOR, Release.NONE)));
    return this;
  }

  Situation askedToHold(long id) {
    return asked(id, Optional.empty(), true);
  }

  Situation drained(long id) {
    facts =
        facts.with(
            facts.asked().with(new Ask(id, Optional.empty(), true, Origin.DRAIN, Release.NONE)));
    return this;
  }

  Situation heard(Duration at) {
    facts = facts.with(facts.asked().heard(at.toNanos()));
    return this;
  }

  Situation released(long id, Release stage) {
    facts = facts.with(facts.asked().released(id, stage));
    return this;
  }

  Situation judged(Standing standing) {
    facts = facts.with(facts.tenure().judged(standing));
    return this;
  }

  Situation trained(long step) {
    return trainer(_ -> ProgressFile.at(step, Instant.EPOCH));
  }

  Situation armed(long id) {
    return trainer(
        p ->
            new ProgressFile(
                p.step(),
                p.totalSteps(),
                p.epoch(),
                p.metrics(),
                p.firstStep(),
                Optional.of(id),
                p.missed(),
                p.held(),
                p.failed(),
                p.finished(),
                p.exact(),
                p.at()));
  }

  Situation missed(long id) {
    return trainer(
        p ->
            new ProgressFile(
                p.step(),
                p.totalSteps(),
                p.epoch(),
                p.metrics(),
                p.firstStep(),
                p.armed(),
                Optional.of(id),
                p.held(),
                p.failed(),
                p.finished(),
                p.exact(),
                p.at()));
  }

  Situation holds(long id) {
    return trainer(
        p ->
            new ProgressFile(
                p.step(),
                p.totalSteps(),
                p.epoch(),
                p.metrics(),
                p.firstStep(),
                p.armed(),
                p.missed(),
                Optional.of(id),
                p.failed(),
                p.finished(),
                p.exact(),
                p.at()));
  }

  Situation couldNotSave(long id, String why) {
    var failure = new ProgressFile.Failure(Optional.of(id), 12, why);
    return trainer(
        p ->
            new ProgressFile(
                p.step(),
                p.totalSteps(),
                p.epoch(),
                p.metrics(),
                p.firstStep(),
                p.armed(),
                p.missed(),
                p.held(),
                Optional.of(failure),
                p.finished(),
                p.exact(),
                p.at()));
  }

  Situation finished() {
    return trainer(
        p ->
            new ProgressFile(
                p.step(),
                p.totalSteps(),
                p.epoch(),
                p.metrics(),
                p.firstStep(),
                p.armed(),
                p.missed(),
                p.held(),
                p.failed(),
                true,
                p.exact(),
                p.at()));
  }

  Facts facts() {
    return facts;
  }

  static ManifestRef manifest(long step) {
    return ManifestRef.of(step, new FencingToken(3, 5), "%064x".formatted(step));
  }

  private Situation trainer(UnaryOperator<ProgressFile> says) {
    var before = facts.seen().progress().orElseGet(() -> ProgressFile.at(0, Instant.EPOCH));
    facts =
        facts.with(
            new Seen(
                Optional.of(says.apply(before)),
                facts.seen().folders(),
                facts.seen().unfinished(),
                facts.seen().resume(),
                Optional.empty()));
    return this;
  }

  private static Folder folder(long step, Claims claims) {
    var identity = Map.of("step", step, "claims", claims);
    return new Folder(
        step, Path.of("checkpoints", Long.toString(step)), identity, Instant.EPOCH, claims);
  }
}
