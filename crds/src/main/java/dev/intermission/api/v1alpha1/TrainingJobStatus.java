package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

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
    return with(draft -> draft.phase = value);
  }

  public TrainingJobStatus withRun(RunStatus value) {
    return with(draft -> draft.run = Optional.of(value));
  }

  public TrainingJobStatus withRuns(List<PastRun> value) {
    return with(draft -> draft.runs = value);
  }

  public TrainingJobStatus withProgress(ProgressStatus value) {
    return with(draft -> draft.progress = Optional.of(value));
  }

  public TrainingJobStatus withCheckpoint(CheckpointStatus value) {
    return with(draft -> draft.checkpoint = Optional.of(value));
  }

  public TrainingJobStatus withCheckpoints(CheckpointsStatus value) {
    return with(draft -> draft.checkpoints = Optional.of(value));
  }

  public TrainingJobStatus withPause(PauseStatus value) {
    return with(draft -> draft.pause = Optional.of(value));
  }

  public TrainingJobStatus withResume(ResumeStatus value) {
    return with(draft -> draft.resume = Optional.of(value));
  }

  public TrainingJobStatus withResumeFrom(RollbackStatus value) {
    return with(draft -> draft.resumeFrom = Optional.of(value));
  }

  /** {@code spec.resumeFrom} was taken out. */
  public TrainingJobStatus withoutResumeFrom() {
    return with(draft -> draft.resumeFrom = Optional.empty());
  }

  public TrainingJobStatus withRecovery(RecoveryStatus value) {
    return with(draft -> draft.recovery = value);
  }

  public TrainingJobStatus withCounts(Counts value) {
    return with(draft -> draft.counts = value);
  }

  public TrainingJobStatus withActive(ActiveStatus value) {
    return with(draft -> draft.active = value);
  }

  public TrainingJobStatus withConditions(List<Condition> value) {
    return with(draft -> draft.conditions = value);
  }

  public TrainingJobStatus withObservedGeneration(long value) {
    return with(draft -> draft.observedGeneration = Optional.of(value));
  }

  /** Sets one condition; see {@link Condition#in}. */
  public TrainingJobStatus withCondition(Condition value) {
    return withConditions(value.in(conditions));
  }

  private TrainingJobStatus with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** The fields of a status while some of them change. */
  private static final class Draft {
    private Phase phase;
    private Optional<RunStatus> run;
    private List<PastRun> runs;
    private Optional<ProgressStatus> progress;
    private Optional<CheckpointStatus> checkpoint;
    private Optional<CheckpointsStatus> checkpoints;
    private Optional<PauseStatus> pause;
    private Optional<ResumeStatus> resume;
    private Optional<RollbackStatus> resumeFrom;
    private RecoveryStatus recovery;
    private Counts counts;
    private ActiveStatus active;
    private List<Condition> conditions;
    private Optional<Long> observedGeneration;

    Draft(TrainingJobStatus from) {
      phase = from.phase;
      run = from.run;
      runs = from.runs;
      progress = from.progress;
      checkpoint = from.checkpoint;
      checkpoints = from.checkpoints;
      pause = from.pause;
      resume = from.resume;
      resumeFrom = from.resumeFrom;
      recovery = from.recovery;
      counts = from.counts;
      active = from.active;
      conditions = from.conditions;
      observedGeneration = from.observedGeneration;
    }

    TrainingJobStatus done() {
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
          observedGeneration);
    }
  }
}
