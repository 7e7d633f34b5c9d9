package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.RunStatus;
import dev.intermission.api.v1alpha1.TrainingJobSpec;
import dev.intermission.api.v1alpha1.TrainingJobStatus;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.Head;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.verify.Verification;
import dev.intermission.control.AgentStatus;
import dev.intermission.control.Progress;
import dev.intermission.operator.plan.observation.Agents.Report;
import dev.intermission.operator.plan.observation.ChildJob;
import dev.intermission.operator.plan.observation.Observation;
import dev.intermission.operator.plan.observation.Seen;
import dev.intermission.operator.plan.observation.Worker;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** What a policy decides from, with the questions that several of them ask. */
record Pass(
    TrainingJobSpec spec, TrainingJobStatus status, Observation seen, Instant now, Pace pace) {

  /** The same moment, with what {@code draft} has decided so far. */
  Pass after(Draft draft) {
    return new Pass(spec, draft.status(), seen, now, pace);
  }

  /**
   * Whether the newest run shall save and end: for a pause, or for a change that it cannot follow.
   */
  boolean pauseWanted() {
    return spec.paused() || Change.due(this);
  }

  /** Whether the trainer is a script whose steps are seen only when it saves. */
  boolean watched() {
    return spec.checkpoint().watch().isPresent();
  }

  /** The newest run on record; 0 before the first. */
  long run() {
    return status.run().map(RunStatus::number).orElse(0L);
  }

  Optional<ChildJob> childJob() {
    return seen.cluster().childJob(run());
  }

  List<Worker> workers() {
    return seen.cluster().workers(run());
  }

  /** HEAD as this process saw it last. */
  Optional<HeadSnapshot> snapshot() {
    return seen.storage().head().flatMap(reading -> reading.value().snapshot());
  }

  Head head() {
    return snapshot().map(HeadSnapshot::head).orElse(Head.NONE);
  }

  boolean headSeenAfter(Instant moment) {
    return seen.storage().head().filter(reading -> reading.after(moment)).isPresent();
  }

  /**
   * Whether HEAD should exist and does not: storage was lost or changed, and starting would begin
   * at zero silently [9]. Not when a checkpoint to begin from was named, found and is on record:
   * for a fork before its first run, in another place, and to come back from the loss of HEAD.
   */
  boolean headMissing() {
    return seen.storage()
        .head()
        .filter(reading -> reading.value().snapshot().isEmpty())
        .filter(reading -> run() > 0 || reading.value().manifestsExist())
        .filter(_ -> StartingPoint.rollback(this).isEmpty())
        .isPresent();
  }

  /**
   * Whether the newest run can commit nothing any more: the decision to end it was taken by a swap.
   */
  boolean sealed() {
    return head().run() > run();
  }

  /** The run that the next seal begins. */
  long nextRun() {
    return Math.max(run(), head().run()) + 1;
  }

  /** Step from which the newest run started. */
  long startStep() {
    return status.run().flatMap(RunStatus::resumedFrom).map(from -> from.step()).orElse(0L);
  }

  /**
   * The newest step that any worker of this run is known to have reached: told by pods, so only for
   * what a pod may decide.
   */
  long lastSeenStep() {
    var recorded =
        status.progress().filter(known -> known.run().equals(Optional.of(run()))).stream()
            .mapToLong(known -> known.step());
    var reported =
        workers().stream().flatMap(worker -> progress(worker).stream()).mapToLong(Progress::step);
    return LongStream.concat(recorded, reported).max().orElse(startStep());
  }

  /** Steps that were trained and are in no checkpoint. */
  long stepsBeyondHead() {
    return Math.max(0, lastSeenStep() - Math.max(startStep(), head().step()));
  }

  Report report(Worker worker) {
    return seen.agents().of(worker);
  }

  Optional<AgentStatus> agent(Worker worker) {
    return report(worker).status().map(Seen::value);
  }

  Optional<Progress> progress(Worker worker) {
    return agent(worker).flatMap(AgentStatus::progress);
  }

  /** Whether the end of the newest run is on record already, so that it is counted once. */
  boolean runEnded() {
    return run() > 0 && status.recovery().endedRun().equals(Optional.of(run()));
  }

  Optional<Verification.Verified> verified(ManifestRef manifest) {
    return seen.storage().check(manifest).flatMap(check -> asVerified(check.result()));
  }

  /** Whether the child Job on record was made from another spec than the current one. */
  boolean templateChanged() {
    return childJob()
        .filter(job -> !job.fingerprint().equals(seen.template().fingerprint()))
        .isPresent();
  }

  private static Optional<Verification.Verified> asVerified(Verification result) {
    return switch (result) {
      case Verification.Verified verified -> Optional.of(verified);
      case Verification.Defective _ -> Optional.empty();
    };
  }
}
