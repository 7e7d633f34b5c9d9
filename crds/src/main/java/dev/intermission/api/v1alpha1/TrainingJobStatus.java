package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is true, as far as the operator has read it from the store and the cluster. Immutable: the
 * {@code with} methods copy.
 */
public record TrainingJobStatus(
    @JsonPropertyDescription("Where the job stands, in one word.") Phase phase,
    @JsonPropertyDescription("The newest run: one attempt at training, with its own child Job.")
        Optional<RunStatus> run,
    @JsonPropertyDescription("How the newest runs began, the newest first, at most ten.")
        List<PastRun> runs,
    @JsonPropertyDescription("What the trainer last reported.") Optional<ProgressStatus> progress,
    @JsonPropertyDescription(
            "The newest checkpoint that the operator itself verified in the store.")
        Optional<CheckpointStatus> checkpoint,
    @JsonPropertyDescription("What the job keeps in the store, and what is deleted next.")
        Optional<CheckpointsStatus> checkpoints,
    @JsonPropertyDescription("The newest pause, with its receipt once it is verified.")
        Optional<PauseStatus> pause,
    @JsonPropertyDescription(
            "The newest resume, and the proof that it continued where the checkpoint ended.")
        Optional<ResumeStatus> resume,
    @JsonPropertyDescription("How spec.resumeFrom was last understood and whether it is applied.")
        Optional<RollbackStatus> resumeFrom,
    @JsonPropertyDescription("Failures and fruitless runs, and when the next run may start.")
        RecoveryStatus recovery,
    @JsonPropertyDescription("How often things happened in the life of this job.") Counts counts,
    @JsonPropertyDescription("How long the job has trained, over all its runs.")
        ActiveStatus active,
    @JsonPropertyDescription("Verdicts with reason and message, for people and for kubectl wait.")
        List<Condition> conditions,
    @JsonPropertyDescription("The generation of the spec that this status answers.")
        Optional<Long> observedGeneration) {

  private static final TrainingJobStatus INITIAL =
      new TrainingJobStatus(
          Phase.PENDING,
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          RecoveryStatus.NONE,
          Counts.ZERO,
          ActiveStatus.NONE,
          List.of(),
          Optional.empty());

  public TrainingJobStatus {
    phase = Objects.requireNonNullElse(phase, Phase.PENDING);
    run = Absent.ifNull(run);
    runs = runs == null ? List.of() : List.copyOf(runs);
    progress = Absent.ifNull(progress);
    checkpoint = Absent.ifNull(checkpoint);
    checkpoints = Absent.ifNull(checkpoints);
    pause = Absent.ifNull(pause);
    resume = Absent.ifNull(resume);
    resumeFrom = Absent.ifNull(resumeFrom);
    recovery = Objects.requireNonNullElse(recovery, RecoveryStatus.NONE);
    counts = Objects.requireNonNullElse(counts, Counts.ZERO);
    active = Objects.requireNonNullElse(active, ActiveStatus.NONE);
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    observedGeneration = Absent.ifNull(observedGeneration);
  }

  /** The status of a job that nobody has looked at yet. */
  public static TrainingJobStatus initial() {
    return INITIAL;
  }

  /** The condition of this type, if it was ever set. */
  public Optional<Condition> condition(ConditionType type) {
    return conditions.stream().filter(condition -> condition.type() == type).findFirst();
  }

  public TrainingJobStatus withPhase(Phase value) {
    return new TrainingJobStatus(
        value,
        run,
        runs,
        progress,
        checkpoint,
        checkpoints,
        pause,
        resume,
        resumeFrom,
        recovery,
        counts,
        active,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withRun(RunStatus value) {
    return new TrainingJobStatus(
        phase,
        Optional.of(value),
        runs,
        progress,
        checkpoint,
        checkpoints,
        pause,
        resume,
        resumeFrom,
        recovery,
        counts,
        active,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withRuns(List<PastRun> value) {
    return new TrainingJobStatus(
        phase,
        run,
        value,
        progress,
        checkpoint,
        checkpoints,
        pause,
        resume,
        resumeFrom,
        recovery,
        counts,
        active,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withProgress(ProgressStatus value) {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        Optional.of(value),
        checkpoint,
        checkpoints,
        pause,
        resume,
        resumeFrom,
        recovery,
        counts,
        active,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withCheckpoint(CheckpointStatus value) {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        progress,
        Optional.of(value),
        checkpoints,
        pause,
        resume,
        resumeFrom,
        recovery,
        counts,
        active,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withCheckpoints(CheckpointsStatus value) {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        progress,
        checkpoint,
        Optional.of(value),
        pause,
        resume,
        resumeFrom,
        recovery,
        counts,
        active,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withPause(PauseStatus value) {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        progress,
        checkpoint,
        checkpoints,
        Optional.of(value),
        resume,
        resumeFrom,
        recovery,
        counts,
        active,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withResume(ResumeStatus value) {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        progress,
        checkpoint,
        checkpoints,
        pause,
        Optional.of(value),
        resumeFrom,
        recovery,
        counts,
        active,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withResumeFrom(RollbackStatus value) {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        progress,
        checkpoint,
        checkpoints,
        pause,
        resume,
        Optional.of(value),
        recovery,
        counts,
        active,
        conditions,
        observedGeneration);
  }

  /** {@code spec.resumeFrom} was taken out. */
  public TrainingJobStatus withoutResumeFrom() {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        progress,
        checkpoint,
        checkpoints,
        pause,
        resume,
        Optional.empty(),
        recovery,
        counts,
        active,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withRecovery(RecoveryStatus value) {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        progress,
        checkpoint,
        checkpoints,
        pause,
        resume,
        resumeFrom,
        value,
        counts,
        active,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withCounts(Counts value) {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        progress,
        checkpoint,
        checkpoints,
        pause,
        resume,
        resumeFrom,
        recovery,
        value,
        active,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withActive(ActiveStatus value) {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        progress,
        checkpoint,
        checkpoints,
        pause,
        resume,
        resumeFrom,
        recovery,
        counts,
        value,
        conditions,
        observedGeneration);
  }

  public TrainingJobStatus withConditions(List<Condition> value) {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        progress,
        checkpoint,
        checkpoints,
        pause,
        resume,
        resumeFrom,
        recovery,
        counts,
        active,
        value,
        observedGeneration);
  }

  public TrainingJobStatus withObservedGeneration(long value) {
    return new TrainingJobStatus(
        phase,
        run,
        runs,
        progress,
        checkpoint,
        checkpoints,
        pause,
        resume,
        resumeFrom,
        recovery,
        counts,
        active,
        conditions,
        Optional.of(value));
  }

  /** Sets one condition; see {@link Condition#in}. */
  public TrainingJobStatus withCondition(Condition value) {
    return withConditions(value.in(conditions));
  }
}
