package dev.intermission.operator.resources;

import dev.intermission.checkpoint.layout.JobKey;
import dev.intermission.checkpoint.layout.Layout;
import dev.intermission.checkpoint.s3.Encryption;
import dev.intermission.checkpoint.s3.StorageLocation;
import java.util.Optional;

/**
 * Where a job's checkpoints are, and by which Secret of its namespace its pods get in.
 *
 * @param credentialsSecret absent: the pods use what their service account or node gives them
 * @param encryption of everything that is written there
 * @param caBundle whom to trust on the way there
 */
public record StorageAccess(
    StorageLocation location,
    Optional<String> credentialsSecret,
    Encryption encryption,
    CaBundle caBundle) {

  /** The address of everything that the job stores, with a slash at its end. */
  public String uri(JobKey job) {
    return "s3://" + location.bucket() + "/" + new Layout(location.prefix(), job).root();
  }
}
