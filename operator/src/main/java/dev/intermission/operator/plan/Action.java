package dev.intermission.operator.plan;

import dev.intermission.api.v1alpha1.ResumeFrom;
import dev.intermission.checkpoint.manifest.ManifestRef;
import dev.intermission.checkpoint.protocol.HeadSnapshot;
import dev.intermission.checkpoint.protocol.Rollback;
import dev.intermission.checkpoint.retention.KeepRule;
import dev.intermission.checkpoint.verify.Mode;
import dev.intermission.control.ContinueCommand;
import dev.intermission.control.Roster;
import dev.intermission.control.SaveCommand;
import java.time.Duration;
import java.util.Optional;

/**
 * Something to be done outside, after the plan's status was recorded. Every action is idempotent
 * and may be planned again by each pass until its effect is observed. The executor starts no action
 * while an equal one is still in flight; results come back only through the next {@code
 * Observation}, and a process that dies takes nothing with it but the wish, which the next one has
 * again.
 */
public sealed interface Action {

  /**
   * Ask the API server, without creating anything, whether it takes the child Job of the current
   * spec.
   */
  record DryRunTemplate() implements Action {}

  /** The headless Service that gives ranks their names exists. */
  record EnsureService() implements Action {}

  /**
   * The child Job {@code <name>-<run>} exists; AlreadyExists with our owner uid is success. Planned
   * only when HEAD was sealed for {@code run}.
   *
   * @param restore what HEAD named at the seal: a floor for the agent, which reads HEAD itself;
   *     absent for a start from nothing
   * @param grace how long its pods get at least when they are taken away; in status already
   */
  record CreateChildJob(long run, Optional<ManifestRef> restore, Duration grace)
      implements Action {}

  /**
   * The pods of the run are deleted with this grace, by one deletecollection. Comes before {@link
   * DeleteChildJob}: only the first delete of a pod sets its grace. Planned only after HEAD was
   * sealed for a later run, so that nothing in those pods can be committed any more.
   */
  record ReleasePods(long run, Duration grace) implements Action {}

  /** The child Job of the run is deleted, Background, with its uid as precondition. */
  record DeleteChildJob(long run) implements Action {}

  /** HEAD is read, with the question whether manifests exist when it does not. */
  record ReadHead() implements Action {}

  /**
   * One swap of exactly {@code expected} to {run, no pod, same manifest}: <em>the</em> decision
   * that the previous run is over. The result is seen as a HEAD, whoever won.
   *
   * @param expected absent: HEAD must not exist, the first run of a job
   * @param rollback what a person asked for, on record in HEAD
   */
  record SealHead(Optional<HeadSnapshot> expected, long run, Optional<Rollback> rollback)
      implements Action {}

  /**
   * A note in S3 keeps everybody away from a manifest that was found damaged in two looks.
   *
   * @param what which object, and what is wrong with it
   */
  record QuarantineCheckpoint(ManifestRef manifest, String what) implements Action {}

  /**
   * As {@link SealHead}, from a quarantined checkpoint to {@code to}. Planned only after the
   * quarantine was seen in S3.
   */
  record LeaveCheckpoint(HeadSnapshot expected, long run, ManifestRef to) implements Action {}

  /**
   * The manifest and all its objects are checked in S3.
   *
   * @param mode how closely to look
   * @param verifiedParent the newest manifest that was verified before, whose objects need no
   *     second look
   */
  record VerifyCheckpoint(ManifestRef manifest, Mode mode, Optional<ManifestRef> verifiedParent)
      implements Action {}

  /**
   * The checkpoint that {@code from} means is looked for, looked at and pinned, or copied if it is
   * another job's: a first step, after which it is on record and spared by the collector.
   *
   * @param wish under which id the answer is given
   * @param how what it has to be like
   * @param verified HEAD as the next seal will expect it; with {@code run}, under which token a
   *     copy is made
   */
  record SeekCheckpoint(
      String wish, ResumeFrom from, Demand how, Optional<HeadSnapshot> verified, long run)
      implements Action {

    /** How closely a checkpoint is looked at, and how many ranks it must have. */
    public record Demand(Mode mode, int workers) {}

    public int workers() {
      return how.workers();
    }
  }

  /**
   * What was copied is on record, so the one that it was copied from is not needed any more.
   * Forgotten when we die before: its pin ends by itself.
   *
   * @param origin address of the manifest that was copied
   */
  record ReleaseOrigin(ResumeFrom from, String origin) implements Action {}

  /** Every worker of the run that has an IP is asked for its status. */
  record PollStatus(long run) implements Action {}

  /** Every worker of a gang learns which session it belongs to; each accepts one in its life. */
  record SendRoster(long run, Roster roster) implements Action {}

  /**
   * Every worker of the run is asked to save; the id and the step are in status already, so that
   * every rank ever hears the same.
   */
  record AskToSave(long run, SaveCommand command) implements Action {}

  /**
   * Every worker of the run is asked how far the save is (a long poll); this also renews the hold.
   */
  record PollSave(long run, long id) implements Action {}

  /**
   * Held trainers of the run go on from memory; their agent may refuse, when HEAD was sealed
   * meanwhile.
   */
  record ContinueTraining(long run, ContinueCommand command) implements Action {}

  /**
   * Checkpoints beyond {@code spec.checkpoint.keep} are collected, by the collector's own rules.
   */
  record SweepRetention(KeepRule keep, Extent extent) implements Action {

    /** How far the collector looks. */
    public enum Extent {
      /** At manifests; a handful of requests when there is nothing to do. */
      MANIFESTS,
      /** At everything, leftovers of dead saves included. */
      EVERYTHING
    }
  }

  /**
   * The TrainingJob itself is deleted, if it still is as it was looked at: the same as if its owner
   * deleted it. Planned only when it has ended and its time to stay is over.
   */
  record DeleteTrainingJob() implements Action {}

  /** The job has our finalizer, so that a deletion waits for the purge. */
  record HoldDeletion() implements Action {}

  /** The job does not have our finalizer any more. */
  record LetGo(PurgeEnd end) implements Action {}

  /**
   * Everything that the job has in the store is deleted, HEAD last, but for what others have
   * pinned. Planned only when HEAD is sealed and no pod of the job can be reached.
   */
  record PurgeCheckpoints() implements Action {}
}
