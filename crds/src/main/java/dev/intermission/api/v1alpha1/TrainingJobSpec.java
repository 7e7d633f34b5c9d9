package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the user wants. Absent parts read as their defaults, the same ones that the API server fills
 * in.
 *
 * @param workers the world size; never null
 * @param template one worker's pod; shared, so treat it as immutable: copy before changing
 */
@ValidationRule(
    value = "self.workers == 1 || has(self.checkpoint.every)",
    fieldPath = ".checkpoint.every",
    message =
        "is required when workers is more than 1, so that a lost worker costs little: set"
            + " checkpoint.every.steps or checkpoint.every.interval")
@ValidationRule(
    value = "self.workers == 1 || !has(self.checkpoint) || !has(self.checkpoint.watch)",
    fieldPath = ".checkpoint.watch",
    message =
        "is for one worker only: several scripts that know nothing of each other cannot save one"
            + " step together")
@ValidationRule(
    value = "!has(self.pause) || !has(self.pause.signal) || has(self.checkpoint.watch)",
    fieldPath = ".pause.signal",
    message =
        "needs checkpoint.watch, which says what the script then writes; a trainer that knows the"
            + " contract is not signalled")
public record TrainingJobSpec(
    @Default("false")
        @JsonPropertyDescription(
            "Set to true to save a checkpoint, verify it, and then release the pods; set to false"
                + " to continue from it.")
        boolean paused,
    @Default("1")
        @Max(10_000)
        @ValidationRule(
            value = "self >= 1",
            message =
                "must be at least 1; to stop the workers and keep their work set spec.paused to"
                    + " true")
        @JsonPropertyDescription(
            "How many pods train together; this is the world size, and each pod's rank is its"
                + " index.")
        Integer workers,
    @Required
        @SchemaFrom(type = TemplateSchema.class)
        @JsonDeserialize(using = TemplateReader.class)
        @JsonPropertyDescription(
            "The pod of one worker, as in a Deployment or Job; it must have a container named"
                + " trainer.")
        PodTemplateSpec template,
    @Default("{}")
        @JsonPropertyDescription(
            "When checkpoints are taken, where they are stored, and how many are kept.")
        CheckpointSpec checkpoint,
    @Default("{}")
        @JsonPropertyDescription("What a pause does, and what happens when it cannot save.")
        PauseSpec pause,
    @Default("{}") @JsonPropertyDescription("How often a trainer that fails is started again.")
        RestartSpec restarts,
    @Default("{}")
        @JsonPropertyDescription("How long the job may train, and how long it stays after its end.")
        LifetimeSpec lifetime,
    @JsonPropertyDescription(
            "Start from this checkpoint instead of the job's newest one: a rollback, a fork or an"
                + " import; applied once each time it changes.")
        Optional<ResumeFrom> resumeFrom,
    @ValidationRule(
            value = "self.all(name, name.matches('^[A-Za-z_][A-Za-z0-9_.-]{0,62}$'))",
            message =
                "each name begins with a letter or _, and has at most 63 letters, digits, _, . and"
                    + " -")
        @JsonPropertyDescription(
            "Hyperparameters by name, as text, handed to the trainer as a JSON file; a change while"
                + " it trains is applied by saving and resuming.")
        Map<String, String> overrides) {

  public TrainingJobSpec {
    workers = Objects.requireNonNullElse(workers, 1);
    template = Objects.requireNonNullElseGet(template, PodTemplateSpec::new);
    checkpoint = Objects.requireNonNullElse(checkpoint, CheckpointSpec.DEFAULT);
    pause = Objects.requireNonNullElse(pause, PauseSpec.DEFAULT);
    restarts = Objects.requireNonNullElse(restarts, RestartSpec.DEFAULT);
    lifetime = Objects.requireNonNullElse(lifetime, LifetimeSpec.DEFAULT);
    resumeFrom = Absent.ifNull(resumeFrom);
    overrides =
        Collections.unmodifiableMap(overrides == null ? new TreeMap<>() : new TreeMap<>(overrides));
  }

  /** A job of one worker with every default; the start of a test's or a tool's own spec. */
  public static TrainingJobSpec of(PodTemplateSpec template) {
    return new TrainingJobSpec(
        false,
        1,
        template,
        CheckpointSpec.DEFAULT,
        PauseSpec.DEFAULT,
        RestartSpec.DEFAULT,
        LifetimeSpec.DEFAULT,
        Optional.empty(),
        Map.of());
  }

  public TrainingJobSpec withPaused(boolean value) {
    return new TrainingJobSpec(
        value, workers, template, checkpoint, pause, restarts, lifetime, resumeFrom, overrides);
  }

  public TrainingJobSpec withWorkers(int value) {
    return new TrainingJobSpec(
        paused, value, template, checkpoint, pause, restarts, lifetime, resumeFrom, overrides);
  }

  public TrainingJobSpec withTemplate(PodTemplateSpec value) {
    return new TrainingJobSpec(
        paused, workers, value, checkpoint, pause, restarts, lifetime, resumeFrom, overrides);
  }

  public TrainingJobSpec withCheckpoint(CheckpointSpec value) {
    return new TrainingJobSpec(
        paused, workers, template, value, pause, restarts, lifetime, resumeFrom, overrides);
  }

  public TrainingJobSpec withPause(PauseSpec value) {
    return new TrainingJobSpec(
        paused, workers, template, checkpoint, value, restarts, lifetime, resumeFrom, overrides);
  }

  public TrainingJobSpec withRestarts(RestartSpec value) {
    return new TrainingJobSpec(
        paused, workers, template, checkpoint, pause, value, lifetime, resumeFrom, overrides);
  }

  public TrainingJobSpec withLifetime(LifetimeSpec value) {
    return new TrainingJobSpec(
        paused, workers, template, checkpoint, pause, restarts, value, resumeFrom, overrides);
  }

  public TrainingJobSpec withResumeFrom(ResumeFrom value) {
    return new TrainingJobSpec(
        paused,
        workers,
        template,
        checkpoint,
        pause,
        restarts,
        lifetime,
        Optional.of(value),
        overrides);
  }

  public TrainingJobSpec withOverrides(Map<String, String> value) {
    return new TrainingJobSpec(
        paused, workers, template, checkpoint, pause, restarts, lifetime, resumeFrom, value);
  }
}
