package dev.intermission.checkpoint.s3;

import dev.intermission.checkpoint.failure.StoreException;
import java.util.Optional;

/** The words for what a store refuses: where, what was spared, what to do. Never a secret. */
final class Complaints {

  private static final String FIELD = "spec.checkpoint.storage.s3.";

  private final StorageLocation location;

  Complaints(StorageLocation location) {
    this.location = location;
  }

  StoreException.EndpointUnreachable unreachable(String what, String why, Throwable cause) {
    return new StoreException.EndpointUnreachable(
        "The S3 store at "
            + location
            + " gave no usable answer while "
            + what
            + ": "
            + why
            + ". Nothing was lost. Check "
            + FIELD
            + "endpoint, and that a NetworkPolicy or proxy lets this pod reach it.",
        cause);
  }

  StoreException.RequestRefused refused(String what, String why, Throwable cause) {
    return new StoreException.RequestRefused(
        "The S3 store at "
            + location
            + " refused "
            + what
            + " ("
            + why
            + "). Nothing was changed. docs/storage.md lists what a store must support.",
        cause);
  }

  StoreException.BucketMissing bucketMissing(Throwable cause) {
    return new StoreException.BucketMissing(
        "There is no bucket \""
            + location.bucket()
            + "\" at "
            + location
            + ". Nothing was changed. Create it, or mend "
            + FIELD
            + "bucket.",
        cause);
  }

  StoreException.AccessDenied accessDenied(String code, Throwable cause) {
    return new StoreException.AccessDenied(
        "The S3 store at "
            + location
            + " does not let us in ("
            + code
            + "). Nothing was changed. Check the keys in the Secret that "
            + FIELD
            + "credentialsSecret names, and that they may get, put, list and delete below \""
            + location.prefix()
            + "\".",
        cause);
  }

  StoreException.CredentialsMissing credentialsMissing(Throwable cause) {
    return new StoreException.CredentialsMissing(
        "No S3 credentials were found for "
            + location
            + ". Nothing was changed. Name a Secret with AWS_ACCESS_KEY_ID and"
            + " AWS_SECRET_ACCESS_KEY in "
            + FIELD
            + "credentialsSecret, or give the pod an identity that the AWS SDK finds"
            + " (docs/storage.md, \"Identity\").",
        cause);
  }

  StoreException.CredentialsExpired credentialsExpired(String code, Throwable cause) {
    return new StoreException.CredentialsExpired(
        "The S3 store at "
            + location
            + " says that the credentials have expired ("
            + code
            + "). Nothing was changed. Renew the keys and AWS_SESSION_TOKEN in the Secret that "
            + FIELD
            + "credentialsSecret names; they are read again by themselves.",
        cause);
  }

  StoreException.ClockSkewed clockSkewed(Throwable cause) {
    return new StoreException.ClockSkewed(
        "The S3 store at "
            + location
            + " refuses our signatures because its clock and this node's differ by more than it"
            + " allows (RequestTimeTooSkewed). Nothing was changed. Set the clock of the node, or"
            + " of the store, by NTP.",
        cause);
  }

  StoreException.WrongRegion wrongRegion(Optional<String> region, Throwable cause) {
    return new StoreException.WrongRegion(
        "Bucket \""
            + location.bucket()
            + "\" is not in region "
            + location.region()
            + region.map(right -> " but in " + right).orElse("")
            + " ("
            + location
            + "). Nothing was changed. Set "
            + FIELD
            + "region"
            + region.map(right -> ": " + right).orElse(" to the bucket's own, or mend its endpoint")
            + ".",
        cause);
  }

  StoreException.CertificateUntrusted certificateUntrusted(String why, Throwable cause) {
    return new StoreException.CertificateUntrusted(
        "The S3 store at "
            + location
            + " shows no certificate that is trusted here ("
            + why
            + "). Nothing was sent. Name the authority that signed it in "
            + FIELD
            + "caBundle, or mend "
            + FIELD
            + "endpoint: its host name must be one of the certificate's.",
        cause);
  }

  StoreException.EncryptionRefused encryptionRefused(String why, Throwable cause) {
    return new StoreException.EncryptionRefused(
        "The S3 store at "
            + location
            + " cannot encrypt as it was told to ("
            + why
            + "). Nothing was changed. Mend "
            + FIELD
            + "encryption, or let these credentials use the key.",
        cause);
  }

  StoreException.DirectoryTorn torn(String code) {
    return new StoreException.DirectoryTorn(
        "What was sent to "
            + location
            + " did not have the sum computed before ("
            + code
            + "): the file changed while it was saved, or the network damaged it. Nothing was"
            + " committed. Save again.");
  }
}
