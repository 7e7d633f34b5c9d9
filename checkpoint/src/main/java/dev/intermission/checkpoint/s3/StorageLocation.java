package dev.intermission.checkpoint.s3;

import java.net.URI;
import java.util.Optional;

/**
 * Where checkpoints are kept: {@code spec.checkpoint.storage.s3}, defaults filled in.
 *
 * @param endpoint absent for AWS itself
 * @param region the region that requests are signed for
 * @param bucket the bucket's name
 * @param prefix what all keys start with; may be empty
 * @param pathStyle whether the bucket stands in the path instead of the host name
 */
public record StorageLocation(
    Optional<URI> endpoint, String region, String bucket, String prefix, boolean pathStyle) {

  public StorageLocation {
    if (bucket.isBlank()) {
      throw new IllegalArgumentException("spec.checkpoint.storage.s3.bucket is empty: name one");
    }
    if (region.isBlank()) {
      throw new IllegalArgumentException(
          "spec.checkpoint.storage.s3.region is empty: name one (us-east-1 for MinIO)");
    }
    endpoint.ifPresent(StorageLocation::requireHttp);
  }

  /** As people write it: {@code s3://bucket/prefix at http://host:9000}. */
  @Override
  public String toString() {
    var where = endpoint.map(uri -> " at " + uri).orElse(" in " + region);
    return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix) + where;
  }

  private static void requireHttp(URI endpoint) {
    var scheme = endpoint.getScheme();
    if (endpoint.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new IllegalArgumentException(
          "spec.checkpoint.storage.s3.endpoint is not an http(s) URL with a host: " + endpoint);
    }
  }
}
