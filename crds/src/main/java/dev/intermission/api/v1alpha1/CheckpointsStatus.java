package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.Optional;

/** What the job keeps in the store, as the collector found it. */
public record CheckpointsStatus(
    @JsonPropertyDescription("How many checkpoints the store holds.") Optional<Integer> count,
    @JsonPropertyDescription("How many of them will be deleted when their grace is over.")
        Optional<Integer> expiring,
    @JsonPropertyDescription("The size of everything the job has in the store.")
        Optional<Long> bytes,
    @JsonPropertyDescription("The step of the oldest one.") Optional<Long> oldestStep,
    @JsonPropertyDescription("The step of the one that is deleted next.")
        Optional<Long> nextToGoStep,
    @JsonPropertyDescription("The earliest moment at which that one is deleted.")
        Optional<Instant> nextToGoAt,
    @JsonPropertyDescription("When the collector last looked; the counts are as of then.")
        Instant sweptAt,
    @JsonPropertyDescription(
            "When it last went through all objects and removed leftovers; bytes is as of then.")
        Optional<Instant> searchedAt,
    @JsonPropertyDescription("Why the last look deleted nothing; absent when it went well.")
        Optional<Problem> problem) {

  public CheckpointsStatus {
    count = Absent.ifNull(count);
    expiring = Absent.ifNull(expiring);
    bytes = Absent.ifNull(bytes);
    oldestStep = Absent.ifNull(oldestStep);
    nextToGoStep = Absent.ifNull(nextToGoStep);
    nextToGoAt = Absent.ifNull(nextToGoAt);
    searchedAt = Absent.ifNull(searchedAt);
    problem = Absent.ifNull(problem);
  }

  /** Nothing was counted yet. */
  public static CheckpointsStatus uncounted(Instant sweptAt) {
    return new CheckpointsStatus(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        sweptAt,
        Optional.empty(),
        Optional.empty());
  }

  /** The same counts, and why there are no newer ones. */
  public CheckpointsStatus withProblem(Problem value, Instant at) {
    return new CheckpointsStatus(
        count,
        expiring,
        bytes,
        oldestStep,
        nextToGoStep,
        nextToGoAt,
        at,
        searchedAt,
        Optional.of(value));
  }
}
