package dev.intermission.checkpoint.layout;

import java.util.List;
import java.util.Optional;

/**
 * Where a job keeps its checkpoints, as status shows it: {@code
 * s3://bucket/prefix/namespace/name/uid}, with or without {@code /manifests/<name>} after it.
 *
 * @param bucket the bucket
 * @param layout of the job
 * @param manifest the one that is named, if any
 */
public record Address(String bucket, Layout layout, Optional<String> manifest) {

  private static final String SCHEME = "s3://";

  /** Understands an address; throws IllegalArgumentException with what is wrong with it. */
  public static Address parse(String text) {
    var folder = text.indexOf("/manifests/");
    var manifest =
        folder < 0
            ? Optional.<String>empty()
            : Optional.of(text.substring(folder + "/manifests/".length()));
    var segments = segments(folder < 0 ? text : text.substring(0, folder), 4);
    var n = segments.size();
    var job = new JobKey(segments.get(n - 3), segments.get(n - 2), segments.get(n - 1));
    var prefix = String.join("/", segments.subList(1, n - 3));
    return new Address(segments.getFirst(), new Layout(prefix, job), manifest);
  }

  /** The bucket and the folders of an address with at least {@code atLeast} segments. */
  public static List<String> segments(String text, int atLeast) {
    if (text.startsWith(SCHEME)) {
      var segments =
          List.of(text.substring(SCHEME.length()).split("/")).stream()
              .filter(segment -> !segment.isEmpty())
              .toList();
      if (segments.size() >= atLeast) return segments;
    }
    throw new IllegalArgumentException(
        "\""
            + text
            + "\" is not s3://bucket/prefix/namespace/name"
            + (atLeast == 4 ? "/uid; kubectl describe shows it under status.checkpoint.uri" : ""));
  }
}
