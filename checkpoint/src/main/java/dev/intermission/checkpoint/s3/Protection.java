package dev.intermission.checkpoint.s3;

import java.util.Optional;

/**
 * What guards checkpoints on the way and at rest.
 *
 * @param encryption of every object that is written
 * @param caBundle certificates in PEM that are trusted for the endpoint, and no others; absent:
 *     those that the JVM trusts
 */
public record Protection(Encryption encryption, Optional<String> caBundle) {

  /** As the bucket and the JVM have it. */
  public static final Protection DEFAULT =
      new Protection(new Encryption.BucketDefault(), Optional.empty());

  public Protection {
    caBundle.ifPresent(Trust::requireCertificates);
  }

  /** Says how many bytes of certificates there are instead of all of them. */
  @Override
  public String toString() {
    return encryption + caBundle.map(pem -> ", own CA bundle of " + pem.length()).orElse("");
  }
}
