package dev.intermission.operator.config;

import dev.intermission.checkpoint.s3.Credentials;
import dev.intermission.checkpoint.s3.Protection;
import java.net.URI;
import java.util.Optional;

/**
 * The installation's S3: what a job that says nothing gets, and the only place where the operator's
 * own credentials are ever used.
 *
 * @param endpoint absent for AWS itself
 * @param bucket absent when every job must name its own
 */
public record StorageDefaults(
    Optional<URI> endpoint,
    String region,
    Optional<String> bucket,
    String prefix,
    boolean pathStyle,
    Entry entry) {

  /**
   * How the operator gets in.
   *
   * @param credentials its own
   * @param protection on the way and at rest; jobs in the installation's bucket inherit it
   */
  public record Entry(Credentials credentials, Protection protection) {

    /** By whatever identity the process has, and nothing special. */
    public static final Entry DEFAULT =
        new Entry(new Credentials.DefaultChain(), Protection.DEFAULT);
  }
}
