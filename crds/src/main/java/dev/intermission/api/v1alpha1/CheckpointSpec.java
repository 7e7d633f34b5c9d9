package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import java.util.Objects;
import java.util.Optional;

/**
 * When checkpoints are taken, where they go, how many stay. {@code every} absent: only a pause, a
 * drain and the end save.
 */
public record CheckpointSpec(
    @JsonPropertyDescription(
            "How often a checkpoint is taken while training; required when workers is more than 1.")
        Optional<Every> every,
    @Default("{}") @JsonPropertyDescription("Which checkpoints are kept.") KeepSpec keep,
    @Default("{}")
        @JsonPropertyDescription(
            "Where checkpoints are stored; each field left out is taken from the operator's"
                + " installation.")
        StorageSpec storage,
    @Default("{}")
        @JsonPropertyDescription(
            "The scratch volume through which trainer and agent exchange checkpoint files.")
        VolumeSpec volume,
    @Default("Keep")
        @JsonPropertyDescription(
            "What happens to the stored checkpoints when the TrainingJob is deleted: Keep leaves"
                + " them, Purge deletes them.")
        OnDelete onDelete,
    @JsonPropertyDescription(
            "For a script that knows nothing of Intermission: which of its files are checkpoints.")
        Optional<WatchSpec> watch) {

  /** What an absent {@code spec.checkpoint} means. */
  public static final CheckpointSpec DEFAULT =
      new CheckpointSpec(
          Optional.empty(),
          KeepSpec.DEFAULT,
          StorageSpec.DEFAULT,
          VolumeSpec.DEFAULT,
          OnDelete.KEEP);

  public CheckpointSpec {
    every = Absent.ifNull(every);
    keep = Objects.requireNonNullElse(keep, KeepSpec.DEFAULT);
    storage = Objects.requireNonNullElse(storage, StorageSpec.DEFAULT);
    volume = Objects.requireNonNullElse(volume, VolumeSpec.DEFAULT);
    onDelete = Objects.requireNonNullElse(onDelete, OnDelete.KEEP);
    watch = Absent.ifNull(watch);
  }

  /** Of a trainer that knows the contract. */
  public CheckpointSpec(
      Optional<Every> every,
      KeepSpec keep,
      StorageSpec storage,
      VolumeSpec volume,
      OnDelete onDelete) {
    this(every, keep, storage, volume, onDelete, Optional.empty());
  }

  /** The same, of a script that knows nothing of the contract. */
  public CheckpointSpec withWatch(WatchSpec script) {
    return new CheckpointSpec(every, keep, storage, volume, onDelete, Optional.of(script));
  }
}
