package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One attempt at training. Recorded before its child Job is created.
 *
 * @param number the first half of the fencing token; only grows
 */
public record RunStatus(
    @JsonPropertyDescription(
            "The run's number; it only grows, and a run never gets the number of another one.")
        long number,
    @JsonPropertyDescription("The name of the child Job.") String job,
    @JsonPropertyDescription("The uid of the child Job, once it exists.") Optional<String> jobUid,
    @JsonPropertyDescription("When the operator decided to start this run.") Instant startedAt,
    @JsonPropertyDescription(
            "The checkpoint from which this run starts; absent when it starts at step 0.")
        Optional<ManifestStatus> resumedFrom,
    @JsonPropertyDescription(
            "Why this run was started, for example FirstRun, Resumed, TrainerFailed or Disrupted.")
        String reason,
    @JsonPropertyDescription(
            "The newest notice that a worker was about to be taken away, of this run or an earlier"
                + " one.")
        Optional<NoticeStatus> notice,
    @JsonPropertyDescription("The generation of the spec that this run was started for.")
        Optional<Long> generation,
    @JsonPropertyDescription(
            "How long the pods of this run get to save before they are killed, and how long saves"
                + " take.")
        Optional<GraceStatus> grace,
    @JsonPropertyDescription(
            "Since when the child Job is suspended, by Kueue or by hand, and no pod of it runs.")
        Optional<Instant> queuedAt,
    @JsonPropertyDescription(
            "For several workers with spec.checkpoint.every.interval: when they saved last and what"
                + " they are asked for, in this run or an earlier one.")
        Optional<PeriodicSaveStatus> periodicSave) {

  public RunStatus {
    jobUid = Absent.ifNull(jobUid);
    resumedFrom = Absent.ifNull(resumedFrom);
    notice = Absent.ifNull(notice);
    generation = Absent.ifNull(generation);
    grace = Absent.ifNull(grace);
    queuedAt = Absent.ifNull(queuedAt);
    periodicSave = Absent.ifNull(periodicSave);
  }

  /** A run of a job that was never given notice, for a spec that is not known. */
  public RunStatus(
      long number,
      String job,
      Optional<String> jobUid,
      Instant startedAt,
      Optional<ManifestStatus> resumedFrom,
      String reason) {
    this(
        number,
        job,
        jobUid,
        startedAt,
        resumedFrom,
        reason,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public RunStatus withJobUid(String value) {
    return with(draft -> draft.jobUid = Optional.of(value));
  }

  /** The newest notice; one of an earlier run stays readable, and its request id stays used. */
  public RunStatus withNotice(Optional<NoticeStatus> value) {
    return with(draft -> draft.notice = value);
  }

  public RunStatus withGeneration(Optional<Long> value) {
    return with(draft -> draft.generation = value);
  }

  public RunStatus withGrace(GraceStatus value) {
    return with(draft -> draft.grace = Optional.of(value));
  }

  /** The same run, which goes on from this checkpoint. */
  public RunStatus withResumedFrom(ManifestStatus value) {
    return with(draft -> draft.resumedFrom = Optional.of(value));
  }

  public RunStatus withQueuedAt(Optional<Instant> value) {
    return with(draft -> draft.queuedAt = value);
  }

  /** One of an earlier run stays readable, and its request id stays used. */
  public RunStatus withPeriodicSave(PeriodicSaveStatus value) {
    return with(draft -> draft.periodicSave = Optional.of(value));
  }

  private RunStatus with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** A run while one of its fields changes; what it is called and why it began stays. */
  private static final class Draft {
    private final RunStatus from;
    private Optional<String> jobUid;
    private Optional<ManifestStatus> resumedFrom;
    private Optional<NoticeStatus> notice;
    private Optional<Long> generation;
    private Optional<GraceStatus> grace;
    private Optional<Instant> queuedAt;
    private Optional<PeriodicSaveStatus> periodicSave;

    Draft(RunStatus from) {
      this.from = from;
      jobUid = from.jobUid;
      resumedFrom = from.resumedFrom;
      notice = from.notice;
      generation = from.generation;
      grace = from.grace;
      queuedAt = from.queuedAt;
      periodicSave = from.periodicSave;
    }

    RunStatus done() {
      return new RunStatus(
          from.number,
          from.job,
          jobUid,
          from.startedAt,
          resumedFrom,
          from.reason,
          notice,
          generation,
          grace,
          queuedAt,
          periodicSave);
    }
  }
}
