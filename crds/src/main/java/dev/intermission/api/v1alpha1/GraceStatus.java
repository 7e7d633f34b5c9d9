package dev.intermission.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** How long the pods of a run get to save before they are killed, and how long saves take. */
public record GraceStatus(
    @JsonPropertyDescription(
            "The terminationGracePeriodSeconds of this run's pods: what the template says, or more"
                + " where saves take longer.")
        long seconds,
    @JsonPropertyDescription(
            "How long the newest saves took, in milliseconds, the newest first, at most five: from"
                + " the request to the commit for a pause, from complete files to the commit"
                + " otherwise.")
        List<Long> savesMillis,
    @JsonPropertyDescription("The SHA-256 of the manifest that was measured last.")
        Optional<String> measured) {

  /** What pods get whose template says nothing, and of whose saves nothing is known. */
  public static final GraceStatus DEFAULT = new GraceStatus(120, List.of(), Optional.empty());

  private static final int KEPT = 5;

  public GraceStatus {
    savesMillis = savesMillis == null ? List.of() : List.copyOf(savesMillis);
    measured = Absent.ifNull(measured);
  }

  /** What pods get that are made as {@code written}, absent or not. */
  public static GraceStatus of(PodSpec written) {
    return Optional.ofNullable(written)
        .map(PodSpec::getTerminationGracePeriodSeconds)
        .map(DEFAULT::withSeconds)
        .orElse(DEFAULT);
  }

  /** Another run's grace; what is known of saves stays known. */
  public GraceStatus withSeconds(long value) {
    return new GraceStatus(value, savesMillis, measured);
  }

  /** One more save, of the manifest with this sum. */
  public GraceStatus withSave(String manifestSha256, long millis) {
    var newest = Stream.concat(Stream.of(millis), savesMillis.stream()).limit(KEPT).toList();
    return new GraceStatus(seconds, newest, Optional.of(manifestSha256));
  }

  /** The longest of the newest saves, in milliseconds; 0 before the first. */
  public long longestMillis() {
    return savesMillis.stream().flatMapToLong(LongStream::of).max().orElse(0);
  }
}
